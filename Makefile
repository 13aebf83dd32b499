# CMP Digital. `make help` lists what there is.
PYTHON ?= python3
BIN := .venv/bin
TESTBED := $(BIN)/python -m tests.testbed
RUN ?= embedded
OUT ?= build/vouchers
.DEFAULT_GOAL := help

help: ## This list
	@grep -hE '^[a-z%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | sort | awk -F'\t' '{printf "  make %-16s %s\n", $$1, $$2}'

.venv/.run: pyproject.toml uv.lock cli/bootstrap.py
	@$(PYTHON) cli/bootstrap.py run
	@touch $@

.venv/.dev: pyproject.toml uv.lock cli/bootstrap.py
	@$(PYTHON) cli/bootstrap.py dev
	@touch $@ .venv/.run

up: .venv/.run ## Set up and run the whole platform here; prints addresses and login links
	@$(BIN)/cmp-digital up

login: .venv/.run ## A new one-time login link: make login USER=012345
	@$(BIN)/cmp-digital login $(USER)

code: .venv/.run ## The second-factor code of invented staff: make code EMAIL=administracion@example.pe
	@$(BIN)/cmp-digital code $(EMAIL)

demo: .venv/.run ## Walk the main job once and leave nothing running (RUN=services: RabbitMQ and PostgreSQL)
	@$(BIN)/cmp-digital demo --run $(RUN)

vouchers: .venv/.run ## One file of every voucher kind with its SUNAT name: make vouchers OUT=dir
	@$(BIN)/cmp-digital einvoice sample-vouchers $(OUT)

test: .venv/.dev ## Set up and pass every check and every test, on real RabbitMQ and PostgreSQL
	@$(MAKE) --no-print-directory lint types schemas-check
	@$(TESTBED) $(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS)

test-%: .venv/.dev ## The tests of one part: make test-payments
	@$(TESTBED) $(BIN)/python -m pytest tests/$* $(ARGS)

e2e: .venv/.dev ## The browser journeys, with screenshots in build/screenshots
	@$(TESTBED) $(BIN)/python -m pytest tests/e2e $(ARGS)

lint: .venv/.dev ## Style, import rules
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check . && $(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }

format: .venv/.dev ## Write the code as the style says
	@$(BIN)/ruff check -q --fix . ; $(BIN)/ruff format -q .

types: .venv/.dev ## Static types (strict for chassis, contracts, services)
	@$(BIN)/mypy

schemas: .venv/.dev ## Write JSON Schemas, AsyncAPI, OpenAPI and the reference pages from the code
	@$(BIN)/python -m contracts.publish && $(BIN)/cmp-digital reference

schemas-check: .venv/.dev
	@$(BIN)/python -m contracts.publish --check && $(BIN)/cmp-digital reference --check

migration: .venv/.dev ## A new migration from the models: make migration SERVICE=payments NAME="add refund"
	@$(BIN)/python -m chassis.migrations $(SERVICE) "$(NAME)"

sure: lint types schemas-check ## Everything quick before a commit
	@$(BIN)/python -m pytest tests/guards tests/contracts

bench: .venv/.dev ## Measure speed and memory; writes docs/reference/performance.md (PARTS="identity recert": only prints)
	@$(TESTBED) $(BIN)/python -m bench $(PARTS)

clean: ## Remove what running left behind (databases of the demo included)
	rm -rf var build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.PHONY: help up login demo vouchers test e2e lint format types schemas schemas-check migration sure bench clean
