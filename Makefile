# What can be done here: make help.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PG := go run ./internal/testdb/cluster/run
LINT := go tool -modfile=internal/tools/go.mod golangci-lint
DEADCODE := go tool -modfile=internal/tools/go.mod deadcode
GOTESTSUM := go tool -modfile=internal/tools/go.mod gotestsum
WEB_SOURCES := $(shell find web -path '*/node_modules' -prune -o -path 'web/conformance' -prune -o -name '.schema.graphql' -prune -o -name 'schema.d.ts' -prune -o -name 'possible.json' -prune -o -type f -print 2>/dev/null)
GRAPHILE := bench/postgraphile/node_modules/.package-lock.json
CONSOLE := internal/console/dist/console/index.html
PACKAGES := ./...
NODE := $(shell command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && echo yes)

.PHONY: help run build web check-console test-console bench-console generate noun noun-test migration ent-size lint deadcode test stress test-faults check changelog conformance examples bench bench-growth bench-peers bench-live flood fuzz clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and serve the example on 127.0.0.1:8080
	./plenary serve --demo

build: web ## build ./plenary, with the console and the explorer if Node is there
	@test -e plenary || echo "Compiling Plenary: about two minutes the first time, seconds later."
	go build -buildvcs=auto -o plenary ./cmd/plenary

web: ## build the console and the explorer (Node 20 and npm); without them the page says what to do
ifeq ($(NODE),yes)
	@$(MAKE) --no-print-directory $(CONSOLE) || echo "The console and the explorer were not built; everything else works."
else
	@echo "Node and npm are not installed: the console and the explorer are not built; everything else works."
endif

$(CONSOLE): $(WEB_SOURCES)
	@echo "Building the console and the explorer: npm fetches its packages and bundles them, about half a minute, once."
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@

generate: ## write schema/enum, ent/db, graph/generated and the examples' clients anew
	go generate ./schema ./ent ./graph ./examples/mirror

noun: ## write the frame of a new noun in every layer: make noun NAME=lantern
	@go run ./internal/noun $(NAME)

noun-test: ## add a toy noun to a copy, leave out each of its pieces in turn, and see that something says so
	$(PG) -- go run ./internal/noun/toy $(NOUNFLAGS)

migration: ## write a migration for both databases: make migration NAME=add_something
	@test -n "$(NAME)" || { echo "say what for: make migration NAME=add_something"; exit 1; }
	$(PG) -- sh -c 'exec go run ./ent/migrations/diff $(NAME)'

ent-size: ## measure what ent generates, with 58 toy entities beside the real ones; with SIZEFLAGS="-toys 0" without them
	go run ./ent/size.go $(SIZEFLAGS)

lint: ## look for faults that the compiler leaves
	$(LINT) run

# Generated files are not reported. ent's generator calls what ent/schema declares, from a program of its own.
deadcode: ## find functions that no command and no test reaches
	@dead=$$($(DEADCODE) -test -tags faults ./...) || exit 1; \
	dead=$$(grep -v '^ent/schema/' <<< "$$dead"); \
	if [ -n "$$dead" ]; then echo "$$dead"; echo "delete what nothing calls"; exit 1; fi

TEST = $(GOTESTSUM) --format standard-$(if $(filter -v,$(TESTFLAGS)),verbose,quiet) -- -timeout

test: ## every test, on SQLite and PostgreSQL; ends with what failed
	$(PG) -- $(TEST) 40m $(TESTFLAGS) $(PACKAGES)

stress: ## every test five times in a row, beside two busy loops; ends with what failed in which round
	$(PG) -rounds 5 -busy 2 -- $(TEST) 60m -count=1 $(TESTFLAGS) $(PACKAGES)

changelog: ## what changed in the schema since docs/released.graphql, as Markdown (Node 20 and npm)
	@test -e web/conformance/node_modules || $(MAKE) --no-print-directory -s conformance >&2
	@now=$$(mktemp); trap 'rm -f "$$now"' EXIT; go run ./cmd/plenary schema > "$$now" && node web/conformance/changelog.mjs docs/released.graphql "$$now"

check-console: web ## the console's types, texts, documents, style sheets and imports (Node 20 and npm)
	cd web && npm run --silent check

test-console: build ## the console in Chromium: its pages and stories on SQLite, its stories on PostgreSQL
	@command -v chromium > /dev/null || test -n "$$CHROMIUM" || { apt-get update -q && apt-get install -yq chromium; } > /dev/null || { echo "Chromium is missing: install it, or name it in CHROMIUM"; exit 1; }
	node web/tests/run.js
	$(PG) -- node web/tests/run.js

bench-console: build ## measure the console in Chromium on a slow network and processor, beside its budgets; a minute
	node web/tests/bench.js

conformance: ## the real clients that tests run against the server (Node 20 and npm)
	cd web/conformance && npm ci --no-audit --no-fund --loglevel=error

test-faults: ## break what a server stands on; about ten minutes on two cores, with FAULTFLAGS=-short two
	$(PG) -- go test -tags faults -count=1 -timeout 20m -parallel 3 $(FAULTFLAGS) ./internal/faults

examples: ## the TypeScript example: its types made anew, and compiled (Node 20 and npm)
	cd examples/typescript && npm ci --no-audit --no-fund --loglevel=error && npm run --silent generate && npm run --silent build

check: ## all that must hold before a change lands
	@echo "== generate" && $(MAKE) --no-print-directory generate && go mod tidy -diff
	@if [ -n "$$(git status --porcelain)" ]; then git status --short; echo "generated files are not fresh, or something is not committed"; exit 1; fi
	@echo "== web" && $(MAKE) --no-print-directory web check-console conformance examples
	@git diff --exit-code --stat -- examples || { echo "the TypeScript example's types are not fresh: make examples"; exit 1; }
	@echo "== lint" && $(MAKE) --no-print-directory lint
	@echo "== deadcode" && $(MAKE) --no-print-directory deadcode
	@echo "== test" && $(MAKE) --no-print-directory test TESTFLAGS="-race -short"
	@# The race detector makes SQLite fifty times slower: what is large is loaded without it, and the stories are told on SQLite without it.
	@$(MAKE) --no-print-directory test PACKAGES="./internal/consultation ./bench/seed"
	@$(MAKE) --no-print-directory test PACKAGES=./internal/story TESTFLAGS=-short
	@echo "== faults" && $(MAKE) --no-print-directory test-faults FAULTFLAGS=-short

bench: build bench-peers ## measure, beside hand-written SQL and PostGraphile in the same run: half an hour; with BENCHFLAGS=-quick two minutes
	$(PG) -durable -- go run ./bench $(BENCHFLAGS)
	go test -run '^$$' -bench . ./internal/report ./internal/textdiff ./internal/campaign

bench-growth: build ## the same pages over 5 thousand to 5 million comments; needs 20 GB of disk
	$(PG) -durable -- go run ./bench growth $(BENCHFLAGS)

# PostGraphile with the Node it wants; without them the figures say what was left out.
bench-peers:
ifeq ($(NODE),yes)
	@$(MAKE) --no-print-directory $(GRAPHILE) || echo "PostGraphile was not installed; everything else is measured."
endif

$(GRAPHILE): bench/postgraphile/package-lock.json
	cd bench/postgraphile && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

flood: build ## flood a server from one address, and see that others are served: five minutes; FLOODFLAGS="-only sqlite" for a part
	$(PG) -durable -- go run ./bench flood $(FLOODFLAGS)

bench-live: build ## ten thousand live subscriptions, beside a Node server in the same run
ifeq ($(NODE),yes)
	cd bench/node && npm ci --no-audit --no-fund --loglevel=error
	$(PG) -durable -- go run ./bench live $(BENCHFLAGS)
else
	$(PG) -durable -- go run ./bench live -node "" $(BENCHFLAGS)
endif

fuzz: ## fuzz what parses outside input, ten seconds each
	@for spec in $$(grep -rl --include='*_test.go' '^func Fuzz' internal | xargs -n1 dirname | sort -u); do \
		for f in $$(grep -hoE '^func Fuzz[A-Za-z]+' $$spec/*_test.go | cut -d' ' -f2); do \
			echo "$$spec $$f"; go test -run '^$$' -fuzz "^$$f\$$" -fuzztime 10s ./$$spec || exit 1; done; done

clean: ## remove what was built
	rm -rf plenary internal/console/dist/explorer internal/console/dist/console
