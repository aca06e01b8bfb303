#!/bin/sh
# Lighthouse on a hub of its own with the sample London, on free ports, gone afterwards.
#   scripts/lighthouse.sh [times a page] [folder for the reports]
set -eu
dir=$(mktemp -d); chmod 755 "$dir"
hub=
trap '[ -z "$hub" ] || { kill "$hub" 2>/dev/null; wait "$hub" 2>/dev/null; }; rm -rf "$dir"' EXIT
port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
go build -o "$dir/hub" ./cmd/hub
DATABASE_URL= REDIS_URL= SMTP_URL= PUBLIC_URL= DATA_DIR="$dir/data" ADMIN_ADDR=off HTTP_ADDR="127.0.0.1:$port" "$dir/hub" >"$dir/log" 2>&1 &
hub=$!
for i in $(seq 120); do
	node -e 'fetch(process.argv[1]).then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "http://127.0.0.1:$port/readyz" && break
	kill -0 "$hub" 2>/dev/null || { cat "$dir/log"; exit 1; }
	sleep 1
done
node e2e/lighthouse/run.mjs "http://127.0.0.1:$port" "${1:-3}" ${2:+"$2"}
