# Two commands for a fresh machine: `make demo` and `make test`. Needs Python 3.11 or newer; everything else comes from PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
AUDITED ?= $(abspath $(BIN)/python)

.PHONY: demo test test-all lint docs audit dist clean

demo: $(VENV)/installed
	$(BIN)/secondcoder demo demo-study

test: $(VENV)/installed-dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not slow"

test-all: $(VENV)/installed-dev
	$(BIN)/python -m pytest -q

lint: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# The site, in build/site, with warnings as errors.
docs: $(VENV)/installed-dev
	$(BIN)/python -m sphinx -c docs -b html -W --keep-going -n -q . build/site
	@echo "Open build/site/index.html"

# What is installed: as constraints.txt says, licences as allowed, known faults, and in dist/ a list of all of it (CycloneDX).
audit: $(VENV)/installed-dev $(VENV)/audit/installed
	$(BIN)/python docs/dependencies.py --check
	$(BIN)/python .ci/audit.py $(VENV)/audit/bin/pip-audit constraints.txt .ci/audit-tools.txt
	mkdir -p dist
	$(VENV)/audit/bin/cyclonedx-py environment --output-reproducible --of JSON -o dist/secondcoder.cdx.json $(AUDITED)

# In dist/: the source distribution, and the wheel that is built from it.
dist: $(VENV)/installed-dev
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

# torch goes first and pinned. On Linux, PyPI's brings 2.5 GB of libraries for graphics cards whichever version is named (benchmarks/INSTALL.md);
# PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu before `make` has the build without.
$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing (a few minutes the first time) ..."
	$(PIP) "$$(grep '^torch==' constraints.txt)"
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable ".[cluster,dev,docs,notebooks,postgres]"
	touch $@

# Of their own, so that the list is of secondcoder's packages alone.
$(VENV)/audit/installed: .ci/audit-tools.txt
	test -x $(VENV)/audit/bin/python || $(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --requirement .ci/audit-tools.txt
	touch $@

clean:
	rm -rf $(VENV) build dist demo-study
