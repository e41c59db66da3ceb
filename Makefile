# One environment (.venv), made on first use; every target can be the first you type.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check install -q -c constraints.txt
TESTS ?= tests
SIZES ?= 100k 1m
TIMES ?= 3

.PHONY: help audit test lint format bench bench-compare accept wheel clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found: install it, or say make PYTHON=/path/to/python3.11" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -e .
	@touch $@

$(VENV)/.developed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -e '.[dev]'
	@touch $@ $(VENV)/.installed

audit: $(VENV)/.installed ## audit sample_logs/ into reports/, then say where the scorecards are
	$(BIN)/qa-audit run sample_logs

test: $(VENV)/.developed ## run the tests (TESTS=tests/texts for a part)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(TESTS)

lint: $(VENV)/.developed ## ruff (format and lint) and strict mypy
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.developed ## let ruff mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.developed ## time synthetic nights beside the obvious loop (SIZES="10k 100k 1m 10m", TIMES=3; 1m takes half an hour)
	$(BIN)/python -m tests.benchmarks.bench --sizes $(SIZES) --times $(TIMES)

bench-compare: $(VENV)/.developed ## compare two results of make bench (A=one.json B=two.json)
	@test -n "$(A)" && test -n "$(B)" || { echo "say make bench-compare A=one.json B=two.json" >&2; exit 2; }
	$(BIN)/python -m tests.benchmarks.tabulate "$(A)" "$(B)"

accept: $(VENV)/.developed ## rewrite the expected results of sample_logs/ and the generated docs, to be read in the diff
	$(BIN)/python -m tests.accept

wheel: $(VENV)/bin/python ## build the wheel, install it into an empty environment elsewhere and run it there
	rm -rf build/wheel && mkdir -p build/wheel
	$(BIN)/python -m pip --disable-pip-version-check wheel -q --no-deps -w build/wheel .
	$(BIN)/python -m venv build/wheel/env
	build/wheel/env/bin/python -m pip --disable-pip-version-check install -q -c constraints.txt build/wheel/*.whl
	cd build/wheel && env/bin/qa-audit rubric test && env/bin/qa-audit run ../../sample_logs --out out >/dev/null && test -f out/index.html

clean: ## remove the environment and what runs have written
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
