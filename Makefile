# An Sinh. `make help` lists what there is; every target sets up what it needs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv
RUN := $(BIN)/python
DEMO := ANSINH_VAR=var/demo CLOCK_FILE=var/demo/clock
POSTGRES ?= postgres://$(shell id -un)@127.0.0.1:5432/test

.PHONY: help setup demo demo-reset run work test test-sqlite test-postgres check lint fix types contracts docs docs-check bench bench-linkage bench-lookup system journeys pictures

help: ## List what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

.venv/stamp: pyproject.toml uv.lock
	@test -x $(BIN)/pip || test -x $(UV) || $(PYTHON) -m venv .venv || (bin/system python3-venv && $(PYTHON) -m venv .venv)
	@test -x $(UV) || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(UV) sync --quiet --frozen --compile-bytecode
	@$(RUN) -m ansinh.identity.linkage
	@touch $@

setup: .venv/stamp ## Bring Python packages into .venv

demo: .venv/stamp ## Show a running An Sinh with an invented country at http://127.0.0.1:8000
	@$(DEMO) $(BIN)/ansinh demo

demo-reset: .venv/stamp ## Throw the demo away and start over
	@rm -rf var/demo
	@$(DEMO) $(BIN)/ansinh demo

run: .venv/stamp ## Serve this installation (var/, empty at first)
	@$(BIN)/ansinh migrate --no-input && $(BIN)/ansinh offices load && $(BIN)/ansinh programme load && $(BIN)/ansinh serve

work: .venv/stamp ## Drain the queues in a process of its own
	@$(BIN)/ansinh work

system: ## Install the system packages tests need (apt when root, else say which)
	@bin/system postgresql chromium openjdk-17-jre-headless

lint: .venv/stamp ## Style, import contracts, types
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/lint-imports --no-logo >/tmp/ansinh-contracts 2>&1 || (cat /tmp/ansinh-contracts; exit 1)
	@$(BIN)/mypy

fix: .venv/stamp ## Format and mend what can be mended by machine
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

docs: .venv/stamp ## Write docs/generated anew from the code
	@$(BIN)/ansinh document

test: .venv/stamp system ## All tests: on SQLite, on PostgreSQL, in a real browser
	@$(MAKE) --no-print-directory test-sqlite test-postgres journeys

test-sqlite: .venv/stamp ## Unit and page tests on SQLite
	@ANSINH_VAR=var/test $(RUN) -m pytest -n auto --dist worksteal -m "not journey"

test-postgres: .venv/stamp ## Unit and page tests on PostgreSQL (DATABASE_URL overrides)
	@ANSINH_VAR=var/test DATABASE_URL=$${DATABASE_URL:-$(POSTGRES)} $(RUN) -m pytest -n auto --dist worksteal -m "not journey"

journeys: .venv/stamp ## Journeys in a real Chromium
	@ANSINH_VAR=var/test $(RUN) -m pytest -m journey tests/journeys

check: lint test ## Everything CI runs

bench: .venv/stamp ## Measure import and linkage beside their floors
	@$(RUN) -m bench && $(RUN) -m bench --citizens 1100000 --insured 1000000

bench-linkage: .venv/stamp ## Measure linkage beside Splink and a plain join (SIZE=1m, density, 10m, 93m, all)
	@$(UV) sync --quiet --frozen --compile-bytecode --group bench
	@$(RUN) -m bench.linkage --size $(or $(SIZE),1m) && $(RUN) -m bench.linkage --febrl

bench-lookup: .venv/stamp ## Measure looking one person up beside bare SELECTs, among 100 k, 1 m, 10 m citizens (SIZE=one of them)
	@for size in $(or $(SIZE),100k 1m 10m); do $(RUN) -m bench.lookup --size $$size || exit 1; done

pictures: .venv/stamp ## Take the screenshots of docs/pictures anew from the running demo
	@$(RUN) -m docs.pictures.take
