# make run: the whole site on this machine.   make test: everything that must hold.   make help: the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
GO ?= go
# A race-enabled program otherwise rests a second at its end.
export GORACE := atexit_sleep_ms=0

MODULES := frontend/node_modules/.package-lock.json
SOURCES := $(shell find frontend/src frontend/public -type f 2>/dev/null) frontend/package.json frontend/vite.config.ts

.PHONY: help run assets check test test-go test-frontend bench need golden

help: ## says what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1	/'

run: assets ## builds the assets and starts everything in one process
	$(GO) run ./cmd/hub

assets: frontend/dist/manifest.json ## builds what runs in the browser

$(MODULES): frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund

frontend/dist/manifest.json: $(MODULES) $(SOURCES)
	cd frontend && npm run build && touch dist/manifest.json dist/.keep

check: assets ## formatting, vet, staticcheck, layers, eslint, tsc, generated files, asset sizes
	@unformatted=$$(git ls-files "*.go" | xargs -r ls 2>/dev/null | xargs gofmt -l); if [ -n "$$unformatted" ]; then echo "gofmt wants: $$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	scripts/fresh.sh
	cd frontend && npm run check && npm run sizes

need: ## sees to it that redis-server and chromium are there
	scripts/need.sh redis-server chromium

test: need check test-frontend test-go ## everything

test-go: assets need ## Go tests with the race detector, on real servers
	scripts/test.sh -race -p 2 -timeout 20m ./...

test-frontend: assets need ## tests of the elements, in a real browser
	cd frontend && npm test

bench: assets ## measures; figures are kept in docs/benchmarks.md
	$(GO) test -run '^$$' -bench . -benchtime 2000x ./queue ./matching/... ./search

golden: ## writes the golden files anew
	$(GO) test ./store ./mail -update
