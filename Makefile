# newsbot: `make run` shows it at work, `make test` proves it. Everything lives in this folder; nothing is installed globally.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install run run-again newsroom test browser postgresql java kill-test fleet-demo fleet-test lint format lock clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/installed  ## Make .venv/ with everything that running and testing need

.venv/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "newsbot needs Python 3.11 or newer; try: make PYTHON=python3.12 ...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv/ (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

run: install  ## Start the demo newsroom, crawl it, show what came out
	@$(BIN)/python -m data.demo.run

run-again: install  ## Crawl the demo newsroom once more, after its editors changed something
	@$(BIN)/python -m data.demo.run --again

newsroom: install  ## Open the demo newsroom at http://127.0.0.1:8801/ and :8802/ until Ctrl-C, for docs/tutorial.md
	@echo 'http://127.0.0.1:8801/ (Arabic, Persian, Urdu) and http://127.0.0.1:8802/ (seven more) are open; Ctrl-C closes them'
	@$(BIN)/python -m data.demo.newsroom --ports 8801,8802

test: install lint  ## Everything that CI checks
	@$(BIN)/python -m pytest -n auto --dist loadfile -rs

kill-test: install  ## Kill crawls at random moments, twenty times; about ten minutes
	@$(BIN)/python -m tests.killing --runs 20

fleet-demo: install postgresql  ## Crawl the demo newsroom with four workers on a PostgreSQL, kill one, show that nothing is lost
	@$(BIN)/python -m data.demo.fleet

fleet-test: install  ## Kill workers of a fleet, cut connections, restart PostgreSQL, twenty times; two hours
	@$(BIN)/python -m tests.crawling_fleet --runs 20

browser:  ## Install Debian's chromium, for sources with [render] and for testing the report (needs root)
	@{ command -v chromium && command -v chromedriver; } >/dev/null || { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium chromium-driver; }

postgresql:  ## Install Debian's PostgreSQL, on which the fleet is tested (needs root)
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql; }

java:  ## Install Debian's Java 17, or its newest, for reextract --engine spark (needs root)
	@command -v java >/dev/null || { apt-get update -qq && { apt-get install -y -qq --no-install-recommends openjdk-17-jre-headless || { echo "Debian has no Java 17 here; its default one is taken" && apt-get install -y -qq --no-install-recommends default-jre-headless; }; }; }

lint: install  ## Style, types, import contracts
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet || { echo "make format would mend the files that 'ruff format --check' names"; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/scrapy-lint

format: install  ## Format the code
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

lock: install  ## Write requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9'
	@$(BIN)/uv pip compile --quiet pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header --output-file requirements.lock

clean:  ## Remove .venv/ and everything the crawls wrote
	@rm -rf .venv data/out
