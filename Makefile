# Two targets matter: `make demo` shows ragstream at work, `make test` checks all of it. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements-dev.lock
# The name says what is installed, so another lock, or another list of our own packages, means another installation.
STAMP := $(VENV)/.installed-$(shell cat $(LOCK) pyproject.toml | cksum | cut -d ' ' -f 1)
UV := .cache/lock-tools/bin/uv

SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
# The first Python that will do; `make PYTHON=/path/to/python3.12 …` names another.
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	if $$each -c '$(SUPPORTED)' 2> /dev/null; then echo $$each; break; fi; done)

# Each process loads the models, so more of them gain little.
SIDE_BY_SIDE := --numprocesses logical --maxprocesses 4

TIMED = @began=$$SECONDS; echo "== $@"; $(1); echo "== $@: $$((SECONDS - began)) s"

.PHONY: help demo test lint types contracts unit live chaos bench lock docs clean

help:
	@echo 'make demo       start everything, ingest docs/, ask three questions, stop'
	@echo 'make test       lint, types, contracts, then all tests, on real servers too'
	@echo 'make unit       the tests that need no server'
	@echo 'make live       the tests on a real Kafka and a real Weaviate'
	@echo 'make chaos      the tests that kill processes; minutes'
	@echo 'make bench      measure the index and the latency of a question'
	@echo 'make docs       write docs/asyncapi.yaml, docs/schemas/, generated tables, and infra/{grafana,prometheus}/ again'
	@echo 'make lock       write the lock files again; UPGRADE=1 takes newer versions'
	@echo 'make clean      remove what tools left here; the environment, .ragstream and the user cache stay'

demo: $(STAMP)
	@$(BIN)/ragstream demo

# One after the other, so that the first that fails is the last on the screen. The tests end it: their closing line
# counts all of them, unit and live. `tests/conftest.py` says what runs beside what.
test: $(STAMP)
	@$(MAKE) lint
	@$(MAKE) types
	@$(MAKE) contracts
	@echo "== tests"
	@$(BIN)/python -m pytest -m "not chaos" $(SIDE_BY_SIDE)

lint: $(STAMP)
	$(call TIMED,$(BIN)/ruff check .; $(BIN)/ruff format --check .)

types: $(STAMP)
	$(call TIMED,$(BIN)/mypy)

contracts: $(STAMP)
	$(call TIMED,$(BIN)/lint-imports)

unit: $(STAMP)
	@$(BIN)/python -m pytest -m "not live and not chaos" $(SIDE_BY_SIDE)

live: $(STAMP)
	@$(BIN)/python -m pytest -m live

chaos: $(STAMP)
	@$(BIN)/python -m pytest -m chaos

bench: $(STAMP)
	@$(BIN)/python -m bench.weaviate_index
	@trap '$(BIN)/ragstream down' EXIT; $(BIN)/ragstream up; $(BIN)/ragstream ingest docs --wait; \
		$(BIN)/python bench/query_latency.py docs

docs: $(STAMP)
	@$(BIN)/python -m streams.asyncapi
	@$(BIN)/python -c 'from pathlib import Path; from streams.topics_table import with_table; \
	page = Path("README.md"); page.write_text(with_table(page.read_text("utf-8")), "utf-8")'
	@$(BIN)/python -c 'from pathlib import Path; from streams.rules_table import with_table; \
	page = Path("docs/guardrails.md"); page.write_text(with_table(page.read_text("utf-8")), "utf-8")'
	@$(BIN)/python -c 'from pathlib import Path; from streams.monitors_table import with_table; \
	page = Path("docs/monitors.md"); page.write_text(with_table(page.read_text("utf-8")), "utf-8")'
	@$(BIN)/python -c 'from pathlib import Path; from streams.logs_table import with_tables; \
	page = Path("docs/logs.md"); page.write_text(with_tables(page.read_text("utf-8")), "utf-8")'
	@$(BIN)/python -m streams.metrics_files

lock: $(UV)
	@echo "Resolving the run-time lock"
	@$(UV) pip compile pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url \
		$(if $(UPGRADE),--upgrade) -q -o requirements.lock
	@echo "Resolving the development lock"
	@$(UV) pip compile pyproject.toml --group dev -c requirements.lock --universal --generate-hashes --no-header \
		--no-emit-index-url $(if $(UPGRADE),--upgrade) -q -o requirements-dev.lock
	@echo "Resolving the lock of the environment that exports models"
	@{ $(PYTHON) -c 'import tomllib; from pathlib import Path; \
		project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]; \
		print(*project["optional-dependencies"]["export"], sep="\n")'; echo 'onnxruntime>=1.31,<2'; } | \
		$(UV) pip compile - --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url $(if $(UPGRADE),--upgrade) -q -o infra/models/export.lock
	@echo "Resolving the lock of the local language model's server"
	@$(PYTHON) -c 'import tomllib; from pathlib import Path; \
		project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]; \
		print(*project["optional-dependencies"]["local-llm"], sep="\n")' | \
		$(UV) pip compile - --no-deps --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url -q -o infra/local/llm_server.lock

$(UV):
	@test -n "$(PYTHON)" || { echo 'make lock needs a Python from 3.11 to 3.13.' >&2; exit 1; }
	@$(PYTHON) -m venv .cache/lock-tools
	@.cache/lock-tools/bin/python -m pip install --disable-pip-version-check 'uv>=0.13,<0.14'

# For `make demo` the run-time lock would do; one environment for both spares the second installation.
$(STAMP): $(LOCK) pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) -c '$(SUPPORTED)' 2> /dev/null || { \
		echo "ragstream needs Python 3.11, 3.12 or 3.13, and $(or $(PYTHON),python3) is none of them:" \
			"name one that is, as in 'make demo PYTHON=/usr/bin/python3.12'." >&2; exit 1; }
	@$(BIN)/python -m pip --version > /dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(PYTHON) could not make a virtual environment; on Debian and Ubuntu its package python3-venv is missing." \
			>&2; exit 1; }
	@echo "Installing $$(grep -c '==' $(LOCK)) locked packages into $(VENV): some 800 MB on disk, once. pip says how far it is."
	@$(BIN)/python -m pip install --disable-pip-version-check --require-hashes -r $(LOCK)
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
	@rm -f $(VENV)/.installed-*
	@touch $@

clean:
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist ./*.egg-info
	@find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
