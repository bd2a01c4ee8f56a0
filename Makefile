# Everything a person does with this project. A fresh machine needs Python 3.11 or newer, and make.

PYTHON ?= python3
PORT ?= 8000
LANGUAGES = ar en es fr ru zh

VENV = .venv
BIN = $(VENV)/bin
INSTALLED = $(VENV)/installed
INSTALLED_DEV = $(VENV)/installed-dev
INSTALLED_BENCH = $(VENV)/installed-bench
COMPILED = $(VENV)/compiled
CATALOGUES = $(wildcard translations/*/LC_MESSAGES/messages.po)
EXTRACT = $(BIN)/python -m babel.messages.frontend -q extract -F babel.cfg --no-location --sort-output --project=Concord

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL = help
.PHONY: help install run test check bench messages format lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(INSTALLED) $(COMPILED)  ## Set up .venv with what the server needs

run: install  ## Migrate, load the demonstration norm once, and serve on http://127.0.0.1:$PORT
	@PORT=$(PORT) deploy/run-here

# The databases of the tests lie in memory where the machine has room there.
IN_MEMORY = $(shell df -Pm /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000 {print "/dev/shm"}')

test: $(INSTALLED_DEV) $(COMPILED)  ## Run the test suite, verbs on SQLite and PostgreSQL; FULL=1: pages on both as well
	TMPDIR="$${TMPDIR:-$(or $(IN_MEMORY),/tmp)}" $(BIN)/python -m pytest -n auto --dist loadgroup

check: $(INSTALLED_DEV) $(COMPILED)  ## Lint, types, imports, house laws, templates, catalogues; upgrade the stored databases
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/djlint --check --quiet app/templates
	$(BIN)/oxlint -D correctness -D suspicious -D pedantic -D perf app/scripts
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m pytest -q tests/house tests/test_stored_database.py

bench: $(INSTALLED_BENCH) $(COMPILED)  ## Measure speed and size; results go to bench/results
	$(BIN)/python -m bench

messages: $(INSTALLED)  ## Collect the words for people into the catalogues of translations/
	$(EXTRACT) -o translations/messages.pot .
	@for language in $(LANGUAGES); do \
	  test -f translations/$$language/LC_MESSAGES/messages.po || \
	  $(BIN)/pybabel -q init -i translations/messages.pot -d translations -l $$language; done
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations -N \
	  --ignore-obsolete --ignore-pot-creation-date

format: $(INSTALLED_DEV)  ## Put the code into its usual form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/djlint --reformat --quiet app/templates

lock: $(INSTALLED_DEV)  ## Resolve requirements*.in again into the hash-locked requirements*.txt
	for name in requirements requirements-dev requirements-bench; do \
	  $(BIN)/uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-annotate \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; done

clean:  ## Remove .venv and what tools leave behind; var/ with its data stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Concord needs Python 3.11 or newer; name one: make PYTHON=python3.12 …"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements.txt
	@touch $@

$(INSTALLED_DEV): requirements-dev.txt $(INSTALLED)
	$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements-dev.txt
	@touch $@

$(INSTALLED_BENCH): requirements-bench.txt $(INSTALLED_DEV)
	$(BIN)/python -m pip install -q --require-hashes --only-binary :all: -r requirements-bench.txt
	@touch $@

$(COMPILED): $(CATALOGUES) $(INSTALLED)
	$(if $(CATALOGUES),$(BIN)/pybabel -q compile -d translations)
	@touch $@
