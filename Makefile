# `make` prints what there is. Everything runs from .venv, which the first target that needs it prepares.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
NODE := $(CURDIR)/.venv/node/bin
PREPARE = $(if $(PYTHON),$(PYTHON),$(error Brama needs Python 3.11 or newer: install python3)) scripts/bootstrap.py
SOURCES := src tests scripts
DATA := $(if $(BRAMA_DATA),$(BRAMA_DATA),.brama)

.PHONY: help up demo-reset test check verify format web lock python clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 22
	@echo
	@echo "  BRAMA_PORT=9700 chooses the port, BRAMA_DATA=folder the data folder."

up: ## Prepare and run everything here; LAN=1 for phones nearby, DRILL=1 for load tests
	@$(PREPARE) python web
	@$(BIN)/brama up $(if $(LAN),--lan) $(if $(DRILL),--drill)

demo-reset: ## Make the demo club anew (stop `make up` first)
	@$(PREPARE) python web
	@$(BIN)/brama demo reset

test: ## Everything but the slow checks; what CI runs
	@$(PREPARE) python web browser
	@$(MAKE) --no-print-directory check
	@cd web && PATH="$(NODE):$$PATH" npm test --silent
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow"

check: python ## The quick part of the tests: format, lint, types, import rules
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { echo "make format mends this"; exit 1; }
	@$(BIN)/ruff check --quiet $(SOURCES)
	@$(BIN)/mypy
	@if [ -f .importlinter ]; then $(BIN)/lint-imports --no-cache; fi
	@if [ -d web/node_modules ]; then cd web && PATH="$(NODE):$$PATH" npm run --silent check; fi

verify: ## All tests, the slow ones too: pictures, Lighthouse, chaos, attacks
	@$(PREPARE) python web browser
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -m ""

format: python ## Format and mend what can be mended
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/ruff check --fix --quiet $(SOURCES)

web: python ## Build the front ends, when their sources have changed
	@$(PREPARE) web

lock: python ## Write requirements.lock anew from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --python-version 3.11 \
		--custom-compile-command "make lock" --group pyproject.toml:dev pyproject.toml -o requirements.lock

python:
	@$(PREPARE) python

clean: ## Remove what was built or installed; data stay in .brama
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis web/node_modules web/apps/*/dist
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
