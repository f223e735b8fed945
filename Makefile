# `make app` starts Aisle with the demo in it, `make test` runs everything CI runs. Everything is installed into .venv here.
# make app PORT=8600            another port            make test CHROMIUM=/path/to/chromium   another browser
# make test PYTEST="-k studio"  a part of the tests     make app PYTHON=/path/to/python3.11    another Python
SHELL := /bin/bash
.ONESHELL:
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VENV ?= .venv
PY := $(VENV)/bin/python
PIP = $(PY) -m pip install $(shell [ -t 2 ] || echo -qq)
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
PORT ?= 8501
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome || command -v google-chrome-stable)
INITDB := $(firstword $(shell command -v initdb) $(wildcard $(shell pg_config --bindir 2>/dev/null)/initdb /usr/lib/postgresql/*/bin/initdb))
PYTEST ?=
COMMA := ,
APT := DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUNBUFFERED := 1

.PHONY: help app test lint acceptance fuzz benchmark demo-assets clean chromium postgresql

help:  ## what there is
	@echo "make app          install what is missing, bring in the demo, start the app, print its address (PORT=8501)"
	@echo "make test         everything CI runs: ruff, mypy, unit, contract, app, faults and browser tests"
	@echo "make lint         ruff and mypy alone"
	@echo "make acceptance   the slow checks: the whole demo, and the real logs of ../shared"
	@echo "make fuzz         takes in 10,000 damaged files, in every form a log may come in (FILES=10000)"
	@echo "make benchmark    measure, and rewrite the tables of docs/benchmarks.md"
	@echo "make demo-assets  make the shipped demo log and its arrays again"
	@echo "make clean        remove .venv, the workspace and what tools left behind"

$(PY):
	@if ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
	  echo "Aisle needs Python 3.11 or later, and '$(PYTHON)' is not that. Name one: make PYTHON=/path/to/python3.11" >&2; exit 1
	fi
	"$(PYTHON)" -m venv $(VENV)

# torch goes first and alone: the version pinned in requirements.txt, from wherever this machine's pip is set to look.
$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "Installing what the app needs into $(VENV) (once; about 2 GB on disk with torch's CPU build) ..."
	$(PIP) "$$(grep '^torch==' requirements.txt)"
	$(PIP) -r requirements.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	@echo "Installing what the tests need ..."
	$(PIP) -r requirements-dev.txt
	touch $@

app: $(VENV)/.runtime  ## the demo in the workspace, then the server; Ctrl-C stops it
	@STREAMLIT_SERVER_PORT=$(PORT) $(PY) -m recsys_core demo
	exec $(PY) .ci/serve.py $(PORT)

# how to become root for apt-get, as $$as; where there is no way, a sentence. $(1): what is missing, $(2): its package, $(3): another way
define BECOME_ROOT
if ! command -v apt-get >/dev/null; then
	  echo "The tests need $(1). Install it$(3)" >&2; exit 1
	elif [ "$$(id -u)" = 0 ]; then as=env
	elif sudo -n true 2>/dev/null; then as="sudo env"
	else
	  echo "The tests need $(1), and installing it takes root. Run 'apt-get install $(2)' as root$(3)" >&2; exit 1
	fi
endef

chromium:
	@if [ -n "$(CHROMIUM)" ]; then exit 0; fi
	$(call BECOME_ROOT,Chromium for the browser,chromium,$(COMMA) or name one: make test CHROMIUM=/path/to/chromium)
	echo "Installing Chromium from the system's packages ..."
	$$as $(APT) update
	$$as $(APT) install -y --no-install-recommends chromium >/dev/null

# The tests start a server of their own in a temporary folder. The system's is not wanted: without a main cluster nothing is started.
postgresql:
	@if [ -n "$(INITDB)" ]; then exit 0; fi
	$(call BECOME_ROOT,PostgreSQL's initdb and postgres,postgresql,$(COMMA) so that pg_config or the path finds them.)
	echo "Installing PostgreSQL from the system's packages ..."
	$$as $(APT) update
	$$as $(APT) install -y --no-install-recommends postgresql-common >/dev/null
	$$as sed -ri 's/^#?\s*(create_main_cluster)\s*=.*$$/\1 = false/' /etc/postgresql-common/createcluster.conf
	$$as $(APT) install -y --no-install-recommends postgresql >/dev/null

lint: $(VENV)/.dev  ## ruff and mypy
	@$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# Two runs: timings in the browser mean nothing while another test uses the second core. What needs ../shared leaves itself out where there is none.
test: lint chromium postgresql  ## everything CI runs
	@$(PY) -m pytest -n 2 -m "not browser and not long and (not slow or shared)" $(PYTEST)
	AISLE_CHROMIUM="$(CHROMIUM)" $(PY) -m pytest -m "browser and not slow" $(PYTEST)

acceptance: $(VENV)/.dev chromium  ## the slow checks: the whole demo on two logs, models on a real one
	@AISLE_CHROMIUM="$(CHROMIUM)" $(PY) -m pytest -m "slow or shared" $(PYTEST)

FILES ?= 10000
fuzz: $(VENV)/.dev  ## 10,000 damaged files; a failing one comes again by its number
	@AISLE_FUZZ_FILES=$(FILES) $(PY) -m pytest -n 2 -rA -q tests/fuzz $(PYTEST) | grep -v '^PASSED'

benchmark: $(VENV)/.dev chromium  ## measured figures into docs/benchmarks.md
	@AISLE_CHROMIUM="$(CHROMIUM)" $(PY) tests/benchmarks/report.py

demo-assets: $(VENV)/.runtime  ## the shipped log and its arrays
	@$(PY) assets/demo/make_assets.py

clean:
	rm -rf $(VENV) .aisle .mypy_cache .ruff_cache .pytest_cache .hypothesis tests/browser/shots
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
