.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin

.PHONY: help warehouse test dev check lock clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

# A group of packages is installed when its lock is newer than the stamp of its last installation.
.venv/refresh.stamp: requirements.txt pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

.venv/%.stamp: requirements/%.txt .venv/refresh.stamp
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $<
	@touch $@

warehouse: .venv/refresh.stamp ## Read what is in raw/, build, check and publish warehouse.duckdb
	$(BIN)/python -m orchestration refresh

test: .venv/refresh.stamp .venv/test.stamp ## Run all tests
	$(BIN)/python -m pytest

dev: .venv/refresh.stamp .venv/dev.stamp ## Open the Dagster page on http://127.0.0.1:3000
	DAGSTER_HOME="$(CURDIR)/.dagster" DO_NOT_TRACK=1 DAGSTER_DISABLE_TELEMETRY=1 $(BIN)/dg dev --host 127.0.0.1

check: .venv/refresh.stamp .venv/dev.stamp .venv/lint.stamp ## Lint Python and SQL, check Dagster's definitions and dbt's project
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m orchestration dbt parse --warn-error --no-partial-parse
	$(BIN)/python -m orchestration sqlfluff
	DAGSTER_HOME="$(CURDIR)/.dagster" DO_NOT_TRACK=1 $(BIN)/dg check defs

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade

lock: .venv/refresh.stamp .venv/lock.stamp ## Resolve the locked requirements anew, for every platform
	$(LOCK) pyproject.toml -o requirements.txt
	for group in test dev lint lock; do $(LOCK) --group pyproject.toml:$$group -c requirements.txt -o requirements/$$group.txt; done

clean: ## Remove everything that was made, but for the environment and the warehouse
	rm -rf landing builds logs dbt_project/target dbt_project/logs .pytest_cache .ruff_cache
