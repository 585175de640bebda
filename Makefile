# Every target sets up what it needs, in a virtual environment, once.
# Needed beforehand: Python 3.11 or later with venv and pip.

PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
VENV_DEMO := .venv-demo
READY := $(VENV)/.installed
READY_DEMO := $(VENV_DEMO)/.installed

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test test-all bench posteriordb posteriordb-vi lint docs clean

help:
	@echo 'make demo            fit a first model and show the result'
	@echo 'make test            the tests, without the slow ones'
	@echo 'make test-all        all tests'
	@echo 'make bench           the benchmarks'
	@echo 'make posteriordb     specs of known models against Stan; ONLY=name,name for a few'
	@echo 'make posteriordb-vi  variational inference on them, against the reference draws'
	@echo 'make lint            ruff, mypy and the import contracts'
	@echo 'make docs            the documentation, built into site/'
	@echo 'make clean           remove everything that make has made'

demo: $(READY_DEMO)
	$(VENV_DEMO)/bin/python -m bayescript demo

test: $(READY)
	$(VENV)/bin/python -m pytest -m "not slow" -n $(WORKERS)

test-all: $(READY)
	$(VENV)/bin/python -m pytest -n $(WORKERS)

bench: $(READY)
	$(VENV)/bin/python -m tests.benchmarks

posteriordb: $(READY)
	$(VENV)/bin/python -m tests.posteriordb $(if $(ONLY),--only '$(ONLY)')

posteriordb-vi: $(READY)
	$(VENV)/bin/python -m tests.posteriordb.vi $(if $(ONLY),--only '$(ONLY)')

lint: $(READY)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

docs: $(READY)
	NO_MKDOCS_2_WARNING=1 $(VENV)/bin/mkdocs build --strict

clean:
	rm -rf $(VENV) $(VENV_DEMO) build dist site *.egg-info
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): EXTRAS := all,dev
$(READY_DEMO): EXTRAS := numpyro

# setuptools is installed first, and the build uses it without isolation, so that the build
# obeys constraints.txt like all the rest.
$(READY) $(READY_DEMO): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else \
	  "Bayescript needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet -c constraints.txt setuptools
	$(@D)/bin/python -m pip install --quiet -c constraints.txt --no-build-isolation -e '.[$(EXTRAS)]'
	@touch $@
