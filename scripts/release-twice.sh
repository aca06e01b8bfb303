#!/bin/sh
# Builds the release of this commit here, and once more in a clone of it in another folder, with what the browser loads built
# there anew, as somebody else would; fails unless both archives are the same bytes. It says which files differ. Some minutes.
set -eu
cd "$(dirname "$0")/.."

if [ -n "$(git status --porcelain)" ]; then
	echo "commit first: what is compared is a commit" >&2
	exit 1
fi
theirs=$(mktemp -d)
trap 'rm -rf "$theirs"' EXIT
make --no-print-directory release
git clone --quiet --no-checkout . "$theirs/clone"
git -C "$theirs/clone" checkout --quiet --detach "$(git rev-parse HEAD)"
make --no-print-directory -C "$theirs/clone" release
diff release/SHA256SUMS "$theirs/clone/release/SHA256SUMS" || exit 1
echo "the same bytes, built twice: $(ls release/*.tar.gz)"
