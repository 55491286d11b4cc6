# make run    opens the assistant; make test runs every gate. Both do all the set-up that they need.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

# The weights that the tests load, beside the defaults.
TEST_WEIGHTS := base minilm tiny.en smollm2

.PHONY: run install test check unit format bench clean help

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: install  ## open the assistant
	@$(BIN)/assistant

install: $(VENV)/installed  ## environment, packages, system libraries, weights, index
	@.ci/system-packages libportaudio2
	@$(BIN)/assistant models fetch
	@$(BIN)/assistant index build

test: $(VENV)/installed-dev  ## every gate: format, lint, types, all tests on real models
	@.ci/system-packages libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins
	@$(BIN)/assistant models fetch $(TEST_WEIGHTS)
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -q

check: $(VENV)/installed-dev  ## format, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

unit: $(VENV)/installed-dev  ## the fast tests: no model, no sound server
	$(BIN)/python -m pytest -q -m "not model and not audio"

format: $(VENV)/installed-dev  ## write the format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed-dev  ## list the benchmarks
	$(BIN)/python -m benchmarks

clean:  ## remove the environment; weights and your own files stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Assistant needs Python 3.11 or newer; name one with: make run PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv"; exit 2; }
	@$(PIP) install --quiet --upgrade pip

$(VENV)/installed: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/installed
