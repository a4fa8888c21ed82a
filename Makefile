# Every task of the project. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help demo test check lint types fast journeys postgres bench simulate screenshots methods messages lock clean
SHELL := /bin/bash

# Port of the demo: make demo PORT=8080
PORT ?= 8000
RUN := .venv/bin

help:  ## List the tasks
	@echo "make demo        set everything up and serve the public site with real data (PORT=8000)"
	@echo "make test        set everything up and run every test: SQLite, PostgreSQL, Chromium"
	@echo "make check       the quick half of it: lint, types, floors and the tests on SQLite"
	@echo "make lint        style and format;  make types: types and floors"
	@echo "make fast        the tests on SQLite;  make postgres: the database's on PostgreSQL;  make journeys: in Chromium"
	@echo "make bench       measure speed and memory"
	@echo "make simulate    run the simulations and write docs/simulations (takes a while; the seeds are fixed)"
	@echo "make screenshots take the pictures in docs/images"
	@echo "make methods     write the pages of docs/methods from the catalogue"
	@echo "make messages    gather the sentences to translate into locale/*.po"
	@echo "make lock        write the requirement files anew (UPGRADE=--upgrade for newer versions)"
	@echo "make clean       remove the environment and all caches (data in .rightsplan stay)"

demo:
	@scripts/install.sh run
	@echo; echo "==> Loading the bundled plans and data; the address follows (Ctrl-C stops the site)"
	@exec $(RUN)/rightsplan demo --port $(PORT)

test:
	@scripts/install.sh dev
	@scripts/system_packages.sh
	@scripts/test.sh lint types fast postgres journeys

check:
	@scripts/install.sh dev
	@scripts/test.sh lint types fast

lint types fast postgres journeys:
	@scripts/install.sh dev
	@scripts/test.sh $@

bench:
	@scripts/install.sh dev
	@$(RUN)/python -m benchmarks

simulate:
	@scripts/install.sh dev
	@$(RUN)/python -m simulations

methods:
	@scripts/install.sh dev
	@$(RUN)/python scripts/methods.py

screenshots:
	@scripts/install.sh dev
	@$(RUN)/python scripts/screenshots.py

messages:
	@scripts/install.sh dev
	@$(RUN)/python scripts/messages.py update

# One resolution for Python 3.11 and later on every platform; run.txt holds the same versions as dev.txt.
LOCK := uv pip compile pyproject.toml requirements/build.in --extra postgres --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --no-build --custom-compile-command "make lock" --no-emit-index-url --quiet $(UPGRADE)
lock:
	@scripts/install.sh dev
	$(RUN)/$(LOCK) --group dev --output-file requirements/dev.txt
	$(RUN)/$(LOCK) --constraint requirements/dev.txt --output-file requirements/run.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -delete
