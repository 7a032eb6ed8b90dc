# TescoSense. `make run` and `make test` set up all they need; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
RUN_READY := .venv/.ready-run
DEV_READY := .venv/.ready-dev
PACKAGES := agents api bench cli domain graph llm_mocks prompts runtime storage world
SCENARIO ?= heavy-rain
DASHBOARD := $(if $(wildcard frontend/package.json),frontend/out/index.html)

.PHONY: help run test loop studio lint format types bench lock clean

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

run: $(RUN_READY) $(DASHBOARD)  ## serve API, dashboard and live world at http://127.0.0.1:8000
	@exec $(BIN)/tescosense serve

test: $(DEV_READY) lint types  ## every check: lint, types, prompts, unit, integration, end to end
	$(BIN)/tescosense prompts check
	$(BIN)/pytest -n 2 --dist loadgroup

loop: $(RUN_READY)  ## run one campaign from sensing to lesson (SCENARIO=heavy-rain)
	@$(BIN)/tescosense run $(SCENARIO)

studio: $(DEV_READY)  ## step through the graph in LangGraph Studio
	@exec $(BIN)/langgraph dev

lint: $(DEV_READY)  ## ruff, rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV_READY)  ## let ruff put things right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV_READY)  ## mypy, strict
	$(BIN)/mypy

bench: $(DEV_READY)  ## every benchmark, beside its peer
	$(BIN)/tescosense bench

lock: $(DEV_READY)  ## resolve pyproject.toml into requirements/*.txt again
	$(BIN)/uv pip compile -q $(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile -q $(LOCK) --extra openai --extra redis --extra postgres --extra build \
	    -c requirements/dev.txt -o requirements/run.txt pyproject.toml
LOCK := --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11

clean:  ## remove what was built; data in .tescosense/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api frontend/out frontend/.next
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "TescoSense needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": name a newer one with PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

$(RUN_READY): $(BIN)/uv requirements/run.txt pyproject.toml
	@test -e $(DEV_READY) || $(BIN)/uv pip install -q --require-hashes -r requirements/run.txt
	@test ! -e $(DEV_READY) || $(MAKE) -s $(DEV_READY)
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(DEV_READY): $(BIN)/uv requirements/dev.txt pyproject.toml
	$(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@
