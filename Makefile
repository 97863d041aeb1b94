# Two commands for a fresh machine: `make demo` and `make test`. Needs Python 3.11 or newer; everything else comes from PyPI.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-all lint wheel clean

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

wheel: $(VENV)/installed-dev
	rm -rf build dist
	$(PIP) build
	$(BIN)/python -m build --wheel --outdir dist .

# torch goes first and pinned: a looser request may bring gigabytes of GPU libraries that nothing here uses.
$(VENV)/installed: setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing (a few minutes the first time) ..."
	$(PIP) "$$(grep '^torch==' constraints.txt)"
	$(PIP) --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(PIP) --editable ".[cluster,dev,postgres]"
	touch $@

clean:
	rm -rf $(VENV) build dist demo-study
