#!/usr/bin/env bash
# Runs go test with the arguments given. With CI set a skipped test fails: what is not run proves nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ -z "${CI:-}" ]; then
	exec go test "$@"
fi
go test -v "$@" >"$log" 2>&1
status=$?
grep -E '^(ok|FAIL|---? FAIL|panic:|\?)|^ +--- FAIL' "$log" || true
if [ $status -ne 0 ]; then
	echo "--- the whole output of what failed ---"
	grep -vE '^(=== (RUN|PAUSE|CONT|NAME)|--- PASS|    --- PASS|PASS)' "$log" | tail -400
	exit $status
fi
if grep -qE '^ *--- SKIP' "$log"; then
	echo "skipped, which CI does not allow:"
	grep -E '^ *--- SKIP' "$log"
	exit 1
fi
