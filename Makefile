# Two commands do everything on a fresh machine: make run, make test.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# The long version of tests/faults: kills, power cuts, full disks. MINUTES=10 for less.
MINUTES ?= 30

.PHONY: run test whole faults check lint types pictures schema catalogue kinds bench clean

run: $(STAMP)
	$(BIN)/casecourse run

test: $(STAMP)
	$(BIN)/python -m pytest -q -n 2 --dist worksteal

# The same, and in the browser every exercise of the gallery and every step of the stage, not some of each.
whole: $(STAMP)
	CASECOURSE_WHOLE=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal

faults: $(STAMP)
	$(BIN)/python -m tests.faults --minutes $(MINUTES)

check: $(STAMP)
	$(BIN)/casecourse check .
	$(BIN)/casecourse check docs/gallery --strict

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

pictures: $(STAMP)
	$(BIN)/python -m tests.pictures

schema: $(STAMP)
	$(BIN)/casecourse schema schema

catalogue: $(STAMP)
	$(BIN)/python -m tests.catalogue

kinds: $(STAMP)
	$(BIN)/python -m tests.kindbook

bench: $(STAMP)
	for module in benchmarks/[a-z]*.py; do $(BIN)/python -m benchmarks.$$(basename $$module .py) || exit 1; done

clean:
	rm -rf $(VENV) pictures

# An older Python fails here, in one sentence, before anything is installed.
$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "需要 Python 3.11 或更新的版本（这里是 %d.%d）。请安装后用 make PYTHON=python3.12 再试。 Python 3.11 or newer is needed." % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(STAMP)
