#!/usr/bin/env bash
# Fails when generated Go is not what its source makes. Works on a copy, so that it changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp web/pages/view/*.templ "$copy"/
go tool templ generate -path "$copy" >/dev/null 2>&1
stale=0
for made in "$copy"/*_templ.go; do
	kept=web/pages/view/$(basename "$made")
	# The generator writes the path of the source into its lines about errors.
	if ! diff -q <(sed -E 's/FileName: `[^`]*`/FileName/' "$made") <(sed -E 's/FileName: `[^`]*`/FileName/' "$kept") >/dev/null; then
		echo "not fresh: $kept (go tool templ generate -path web/pages/view)"
		stale=1
	fi
done
exit $stale
