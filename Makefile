# make run    opens the assistant; make test runs every gate. Both do all the set-up that they need.
#
#   LIGHT=1         without torch, transformers, sentence-transformers and Chroma: 0.6 GB in place of 1.5
#   EXTRAS=a,b      with extras of pyproject.toml: generator, export
#   NEWEST=1        the newest versions that fit, in place of the locked ones
#   PYTHON=python3  the Python to make the environment with

# Own modules are compiled once: commands and tests start many processes.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
LIST   := $(if $(LIGHT),light,default)
VENV   := .venv$(if $(LIGHT),-light)
BIN    := $(VENV)/bin
SETUP  := $(BIN)/python .ci/requirements/install.py
NEW    := $(if $(NEWEST),--newest)

# The weights that the tests load, beside the defaults.
TEST_WEIGHTS := base minilm tiny.en smollm2

.PHONY: run install test check test-packages test-weights tests-index unit coverage format bench lock clean help

help:  ## this list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: install  ## open the assistant
	@$(BIN)/assistant

# The index is built in the background while the speech model is fetched; the terminal opens before it is ready.
install: $(VENV)/installed  ## environment, packages, system libraries, weights
	@$(if $(EXTRAS),$(SETUP) $(LIST) $(NEW) --extras $(EXTRAS))
	@.ci/system-packages libportaudio2 libspeexdsp1
	@$(BIN)/assistant index build >/dev/null 2>&1 & $(BIN)/assistant models fetch

test:  ## every gate: format, lint, types, all tests
	@$(MAKE) --no-print-directory --jobs $(VENV)/installed-dev test-packages
	@$(MAKE) --no-print-directory --jobs --output-sync=target tests-index check
	$(BIN)/python -m pytest -q -n 3 --dist worksteal -m "not model and not audio"
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "model or audio"

check: $(VENV)/installed-dev  ## format, lint and types only
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

test-packages:
	@.ci/system-packages libportaudio2 libspeexdsp1 pulseaudio pulseaudio-utils libasound2-plugins strace mosquitto chromium tmux

test-weights: $(VENV)/installed-dev
	@$(BIN)/assistant models fetch $(TEST_WEIGHTS)

# Types are checked on one core; weights are fetched and the index that many tests share is made on the other meanwhile.
tests-index: test-weights
	@XDG_CONFIG_HOME=.benchmarks/no-config $(BIN)/assistant --data-dir .benchmarks/tests index build >/dev/null
	@touch .benchmarks/tests/whole

unit: $(VENV)/installed-dev  ## the fast tests: no model, no sound server
	$(BIN)/python -m pytest -q -n 3 --dist worksteal -m "not model and not audio"

coverage: $(VENV)/installed-dev  ## the lines that the fast tests reach; before Python 3.12 it doubles their time
	$(BIN)/python -m pytest -q -n auto --maxprocesses 4 --dist worksteal --cov -m "not model and not audio"

format: $(VENV)/installed-dev  ## write the format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/installed-dev  ## list the benchmarks
	$(BIN)/python -m benchmarks

lock: $(VENV)/installed-dev  ## write the lock files in .ci/requirements/ anew from pyproject.toml
	$(BIN)/python .ci/requirements/lock.py

clean:  ## remove the environments; weights and your own files stay
	rm -rf .venv .venv-light .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Assistant needs Python 3.11 or newer; name one with: make run PYTHON=python3.12"; exit 2; }
	@echo "Making the environment $(VENV)"
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/installed: pyproject.toml .ci/requirements/$(LIST).txt | $(VENV)/bin/python
	@$(SETUP) $(LIST) $(NEW)
	@touch $@

$(VENV)/installed-dev: pyproject.toml .ci/requirements/dev.txt | $(VENV)/bin/python
	@$(SETUP) dev $(NEW)
	@touch $@ $(VENV)/installed
