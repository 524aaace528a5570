# Longwave. `make run` needs Python 3.11 or newer (with venv) and make, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8000
# Tests that keep no clock of their own run side by side; whole stations, players and browsers, which mostly wait, by threes.
# A test that failed is tried twice more, and named: real players, browsers and kills share the machine with whatever else runs on it.
AGAIN := -raR --reruns 2
SIDE_BY_SIDE := $(addprefix tests/,audio bench check engines generator mixer packager station)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help

help: ## Show this list
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

run: $(VENV)/.installed $(if $(EXTRAS),$(VENV)/.extra-$(EXTRAS)) ## Install what is missing and run the station (HOST, PORT, EXTRAS=acestep)
	@exec $(BIN)/radio serve --host $(HOST) --port $(PORT)

test: $(VENV)/.tested players api-server ## Run all tests; installs the players they need where it may
	@status=0; \
	OMP_NUM_THREADS=1 $(BIN)/pytest $(AGAIN) --numprocesses logical --maxprocesses 8 --dist loadfile $(SIDE_BY_SIDE) || status=1; \
	OMP_NUM_THREADS=1 $(BIN)/pytest $(AGAIN) --numprocesses 3 --dist loadfile --no-loadscope-reorder $(SIDE_BY_SIDE:%=--ignore=%) || status=1; \
	exit $$status

check: $(VENV)/.tested ## Lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: $(VENV)/.tested ## Mend what the linter can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.tested ## Measure this machine against the budgets (about 45 minutes)
	$(BIN)/python -m bench

clean: ## Remove what was installed and built
	rm -rf $(VENV) .venv-acestep-api player/vendor dist build

players: ## Install the players that the tests drive (Debian packages; skipped where that is not possible)
	@sh deploy/test-players.sh

api-server: ## Make the environment in which the tests run the real ACE-Step API server
	@sh deploy/test-acestep-api.sh

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Longwave needs Python 3.11 or newer; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	$(BIN)/python deploy/vendor_hls.py
	@touch $@

$(VENV)/.extra-%: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[$*]'
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[test,dev,acestep]'
	@touch $@

.PHONY: help run test check fix bench clean players api-server
