.DEFAULT_GOAL := help
SHELL := /bin/bash
# The newest Python that can be started and that the locks are for.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11; do $$python -c '' 2>/dev/null && echo $$python && break; done)
# `make test-pythons` starts each of these in turn; a path is fine too.
PYTHONS ?= python3.11 python3.12 python3.13
VENV ?= .venv
BIN := $(VENV)/bin

define MAKE_ENVIRONMENT
test -x $(1)/bin/python || test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found. Install one, or name it: make PYTHON=/path/to/python3.13" >&2; exit 1; }
test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
endef

# uv installs in half of pip's time, but knows nothing of pip's own settings, such as an index of one's own: then pip does.
define INSTALL
$(1)/bin/uv pip install --quiet --python $(1)/bin/python --compile-bytecode --require-hashes --no-deps -r $(2) 2>/dev/null || $(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(2)
endef

# A command starts processes, the tests some hundred: where this is set, each compiles what it imports again (3 to 7 s).
unexport PYTHONDONTWRITEBYTECODE

export DAGSTER_HOME ?= $(CURDIR)/.dagster
export DAGSTER_DISABLE_TELEMETRY = 1
export DO_NOT_TRACK = 1
export DBT_SEND_ANONYMOUS_USAGE_STATS = false

.PHONY: help warehouse demo test quick test-pythons test-spark soak clients superset dev automation healing deployment outputs docs code check lock clean

help: ## List the commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | while IFS='|' read -r name text; do printf '  make %-10s %s\n' "$$name" "$$text"; done

# A group of packages is installed when its lock is newer than the stamp of its last installation.
$(VENV)/refresh.stamp: requirements.txt pyproject.toml
	@$(call MAKE_ENVIRONMENT,$(VENV))
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/lock.txt
	$(call INSTALL,$(VENV),requirements.txt)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/%.stamp: requirements/%.txt $(VENV)/refresh.stamp
	$(call INSTALL,$(VENV),$<)
	@touch $@

warehouse: $(VENV)/refresh.stamp ## Read what is in raw/, build, check and publish warehouse.duckdb
	$(BIN)/python -m orchestration refresh

demo: $(VENV)/refresh.stamp ## Build a made-up partnership to look at in build/demo
	$(BIN)/python -m demo

test: $(VENV)/refresh.stamp $(VENV)/test.stamp $(VENV)/sail.stamp ## Run all tests
	$(BIN)/python -m pytest

quick: $(VENV)/refresh.stamp $(VENV)/test.stamp $(VENV)/sail.stamp $(VENV)/lint.stamp ## Check code and layers and run the tests that need no warehouse
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -m quick

test-pythons: ## Run all tests on Python 3.11, 3.12 and 3.13, each in an environment of its own
	for python in $(PYTHONS); do $(MAKE) test PYTHON=$$python VENV=.venv-$$(basename $$python) || exit 1; done

# Spark's package and the client that Sail is spoken to with bear one name: each has an environment of its own.
.venv-spark/spark.stamp: requirements.txt requirements/test.txt requirements/spark.txt pyproject.toml
	@$(call MAKE_ENVIRONMENT,.venv-spark)
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/lock.txt
	for lock in $(filter %.txt,$^); do { $(call INSTALL,.venv-spark,$$lock); } || exit 1; done
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

test-spark: $(VENV)/refresh.stamp .venv-spark/spark.stamp ## Install Spark aside; build on it, local and as a cluster that loses a worker
	.venv-spark/bin/python tests/engines/spark.py

soak: $(VENV)/refresh.stamp $(VENV)/test.stamp ## Publish under readers and clients of the mirror, then kill 100 refreshes
	$(BIN)/python tests/soak.py $(CURDIR)/builds-soak

clients: warehouse $(VENV)/test.stamp ## Read the warehouse with every client, each in an environment of its own
	$(BIN)/python tests/clients.py

superset: warehouse $(VENV)/test.stamp ## Install Apache Superset aside and chart the warehouse with it
	$(BIN)/python tests/chart_in_superset.py

dev: $(VENV)/refresh.stamp $(VENV)/dev.stamp ## Open the Dagster page on http://127.0.0.1:3000
	$(BIN)/dg dev --host 127.0.0.1

automation: $(VENV)/refresh.stamp $(VENV)/dev.stamp $(VENV)/test.stamp ## Drop files into raw/ of a running Dagster and see them refreshed or set aside
	$(BIN)/python tests/automation.py

healing: $(VENV)/refresh.stamp $(VENV)/test.stamp $(VENV)/deployment.stamp ## Kill runs at random moments, with Dagster's records in SQLite and in Postgres
	$(BIN)/python tests/healing.py sqlite 30
	$(BIN)/python tests/healing.py postgres 30

deployment: $(VENV)/refresh.stamp $(VENV)/test.stamp $(VENV)/deployment.stamp ## Run the services of deployment/ on Postgres and restart the page during a run
	$(BIN)/python tests/deployment.py

outputs: warehouse $(VENV)/test.stamp ## Update the answers and the table of settings in the documents
	$(BIN)/python tests/outputs.py

docs: export WAREHOUSE_BUILD = $(CURDIR)/build/docs/warehouse.duckdb
docs: export WAREHOUSE_LANDING = $(CURDIR)/landing
docs: warehouse ## Write the pages of dbt's models, columns and lineage to build/docs/index.html
	@rm -rf build/docs && mkdir -p build/docs
	@cp warehouse.duckdb build/docs/warehouse.duckdb
	$(BIN)/dbt --quiet docs generate --static --project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/build/docs/target
	@mv build/docs/target/static_index.html build/docs/index.html && rm -rf build/docs/target build/docs/warehouse.duckdb
	@echo build/docs/index.html

code: $(VENV)/refresh.stamp $(VENV)/dev.stamp $(VENV)/lint.stamp ## Lint Python and check its layers and types, without the SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

check: export WAREHOUSE_BUILD = $(CURDIR)/builds/check/warehouse.duckdb
check: export WAREHOUSE_LANDING = $(CURDIR)/landing
check: code ## Lint Python and SQL, check Dagster's definitions and dbt's project
	@mkdir -p builds/check
	$(BIN)/dbt --quiet --warn-error parse --no-partial-parse --project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/builds/check
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 dbt_project/models
	$(BIN)/sqlfluff lint --disable-progress-bar --templater jinja --exclude-rules LT02,ST06,RF02,AM04,LT14,RF04,AL05 dbt_project/macros
	$(BIN)/python tests/macros.py
	$(BIN)/dg check defs
	@rm -rf builds/check

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade

lock: $(VENV)/refresh.stamp $(VENV)/lock.stamp ## Resolve the locked requirements anew, for every platform
	$(LOCK) pyproject.toml -o requirements.txt
	for group in test spark dev deployment serve lint lock; do $(LOCK) --group pyproject.toml:$$group -c requirements.txt -o requirements/$$group.txt; done
	$(LOCK) --group pyproject.toml:sail -c requirements.txt --no-emit-package pyspark -o requirements/sail.txt

clean: ## Remove everything that was made, but for the environment and the warehouse
	rm -rf landing fetched build builds logs dbt_project/target dbt_project/logs .pytest_cache .ruff_cache
