# make demo    a living demo on 127.0.0.1:8000 · make test    all that must pass before landing
# Needs only Python 3.11 and, for some tests, Debian's packages that scripts/debian.sh names.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo test test-unit test-long bench lint format wheel lock docs client images guide clean install-run install-test install-bench
MINILENS := .venv/bin/minilens
PYTHON3 := .venv/bin/python
PORT ?= 8000
EVENTS ?=
export PYTHON MAKE_GOAL := $(MAKECMDGOALS)
# Without compiled modules each of hundreds of processes would compile every library anew.
unexport PYTHONDONTWRITEBYTECODE

help:
	@echo "make demo        install, make a demo mini program with 90 days behind it, serve it on 127.0.0.1:$(PORT)"
	@echo "make test        install, then checks and tests: what must pass before a change lands (some 22 minutes on two cores)"
	@echo "make test-unit   the tests that ask no warehouse, browser or server: what a change has broken, in under three minutes"
	@echo "make test-long   the rest of the tests: many kills, large sizes, thousands of examples"
	@echo "make bench       speed and size, in one table"
	@echo "make lint        only the checks;  make format  puts the code in form"
	@echo "make wheel       the package, in dist/"
	@echo "make lock        resolves the dependencies anew (UPGRADE=1: to their newest versions)"
	@echo "make docs        writes the generated pages of the guide"
	@echo "make images      makes the pictures of the guide from a demo"
	@echo "make client      writes minilens.client from the OpenAPI schema"
	@echo "make guide       the guide as a static site, in dist/guide"
	@echo "make clean       removes all that make has made"

install-run install-test install-bench: install-%:
	@scripts/install.sh $*

demo: install-run
	@MINILENS_DATA=demo-data exec $(MINILENS) demo --port $(PORT) $(if $(EVENTS),--events $(EVENTS))

test: install-test
	@scripts/test.sh

test-unit: install-test
	@$(PYTHON3) -m pytest -n 3 --dist worksteal -m "not (warehouse or waits or serial or long)"

test-long: install-test
	@scripts/debian.sh
	@scripts/clickhouse.sh
	@$(PYTHON3) -m pytest -n 0 -m "long or at_length or hypothesis" --hypothesis-profile long -o faulthandler_timeout=3600

bench: install-bench
	@scripts/debian.sh
	@$(PYTHON3) -m bench

lint: install-test
	@scripts/lint.sh

format: install-test
	@$(PYTHON3) -m ruff check --fix-only .
	@$(PYTHON3) -m ruff format .

wheel: install-run
	@rm -rf dist
	@$(PYTHON3) -m hatchling build
	@ls -l dist

lock: install-run
	@scripts/lock.sh

client: install-test
	@$(PYTHON3) scripts/client.py

images: install-test
	@scripts/debian.sh
	@$(PYTHON3) scripts/images.py

docs: install-run
	@$(PYTHON3) scripts/docs.py

guide: install-run
	@$(PYTHON3) scripts/guide.py

clean:
	rm -rf .venv dist demo-data .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -path ./.git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
