#!/bin/sh
# Builds what is released, into release/: the programs, static, each with its bill of materials (CycloneDX), in one archive
# with our licence and the licence texts of all that is linked and bundled, and SHA256SUMS over all. At its end
# it looks at what it made (deploy/archive_test.go).
#
#   scripts/release.sh                 all programs
#   scripts/release.sh healthy         that one only, without bills and archive: OUT=folder says where
#
# Whoever builds the same commit gets the same bytes: no path of the machine, no time of the build and no host's library
# goes in. VERSION is stamped (default: what git describes), times in the archive are the commit's.
set -eu
cd "$(dirname "$0")/.."

programs=${*:-api worker admin healthy hub}
version=${VERSION:-$(git describe --tags --always --dirty)}
out=${OUT:-release}
export CGO_ENABLED=0 GOOS=linux GOARCH="${GOARCH:-amd64}" GOFLAGS= GOAMD64=v1 LC_ALL=C TZ=UTC

build() {
	go build -trimpath -buildvcs=false -ldflags "-s -w -buildid= -X wherewithal/config.Version=$version" -o "$out/$1" "./cmd/$1"
}

mkdir -p "$out"
for p in $programs; do build "$p"; done
[ $# -eq 0 ] || exit 0

epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
bom() { # the tool runs on this machine, whatever the programs are for
	GOOS='' GOARCH='' go run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -json -std -licenses \
		-noserial -notimestamp -version "$version" -output "$out/$1.cdx.json" "$out/$1"
}
for p in $programs; do bom "$p"; done
(cd frontend && npm sbom --sbom-format cyclonedx --package-lock-only --omit dev) | VERSION=$version node -e '
	const bom = JSON.parse(require("fs").readFileSync(0, "utf8"));
	delete bom.serialNumber;
	delete bom.metadata.timestamp;
	bom.metadata.component.version = process.env.VERSION;
	console.log(JSON.stringify(bom, null, 2));' >"$out/frontend.cdx.json"

GOOS='' GOARCH='' go run -trimpath ./scripts/licences -to "$out/licences" -frontend frontend $(for p in $programs; do echo "$out/$p"; done)

name=wherewithal-$version-linux-$GOARCH
rm -f "$out"/wherewithal-*.tar.gz # of a version before
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
mkdir -p "$stage/$name"
for p in $programs; do cp "$out/$p" "$out/$p.cdx.json" "$stage/$name/"; done
cp -R "$out/licences" LICENSE deploy docs "$out/frontend.cdx.json" "$stage/$name/"
rm -f "$stage/$name"/deploy/*.go
chmod -R u=rwX,go=rX "$stage/$name"
tar --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner --format=ustar -C "$stage" -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
(cd "$out" && sha256sum "$name.tar.gz" $programs ./*.cdx.json | sed 's#\./##' >SHA256SUMS)
RELEASE=$(cd "$out" && pwd) GOOS='' GOARCH='' go test -trimpath -count=1 -run TheArchiveHoldsAllOfARelease ./deploy
cat "$out/SHA256SUMS"
