# Debian with python3.11, make and git is enough: everything else comes from the locks in requirements/.
PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help install run up demo-release test test-slow check bench lock browser sshd checkapp mutation histories

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install:  ## the virtual environment in .venv from the hash-pinned locks; nothing if it is current
	@PYTHON=$(PYTHON) sh scripts/install.sh

run: install  ## a synthetic nation audited from end to end under Airflow, in this terminal
	@$(BIN)/python scripts/run_nation.py

up: install  ## Airflow with its pages and scheduler, and the simulated portal; Ctrl-C stops all
	@$(BIN)/python scripts/up.py

demo-release: install  ## the life of a release, from HOLD to two approvals, RELEASE, revocation and back
	@$(BIN)/python -u scripts/demo_release.py

test: install browser sshd  ## all tests
	$(BIN)/pytest -n 2 --dist loadfile

test-slow: install  ## the tests that take long: some hundred more kills in the midst of intake and extraction
	$(BIN)/pytest -m slow tests/integration

check: install  ## what CI checks before the tests: style, types, import directions, rules for SQL and docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest tests/unit/test_house_rules.py

N ?= 10000
histories: install  ## N histories of a release against a model of the contract; one that was stopped goes on
	$(BIN)/python scripts/histories.py $(N)

mutation: install  ## the rules' SQL and the release's Python changed one small way at a time; takes hours, docs/mutation.md
	$(BIN)/python scripts/mutation.py
	$(BIN)/python scripts/mutation_python.py

bench: install  ## what is claimed to be fast, measured
	@sh scripts/peers.sh
	$(BIN)/python -m benchmarks

checkapp: install  ## the check for a municipality's own machine as one file, in var/
	@mkdir -p var && $(BIN)/python scripts/check_app.py --out var/meldingskontroll-check.pyz

browser:  ## Chromium for the tests of the pages
	@sh scripts/browser.sh

sshd:  ## OpenSSH for the tests of the drop folders
	@sh scripts/sshd.sh

COMPILE := $(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python-version 3.11
lock: install  ## compile the locks anew from requirements/*.in
	$(COMPILE) requirements/uv.in -o requirements/uv.lock
	$(COMPILE) requirements/base.in -o requirements/base.lock
	$(COMPILE) requirements/base.in requirements/dev.in -o requirements/dev.lock
	$(COMPILE) requirements/cluster.in -o requirements/cluster.lock
	$(COMPILE) requirements/bench.in -o requirements/bench.lock
	$(COMPILE) requirements/bench-datacompy.in -o requirements/bench-datacompy.lock
	$(COMPILE) --universal requirements/check.in -o requirements/check.lock
