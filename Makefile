# make demo    an example network, diagnosed over real SSH on loopback; no root, no services
# make test    everything; as root on Debian it first installs what the lab needs
# make lab     a real host to try things on, in the foreground, until Ctrl-C
# make lint    format, style, types, import contracts
# make docs    write docs/findings.md from the rules
# make messages  bring the catalogues of translations up to date, and say what is to be translated
# make accuracy  every labelled fault diagnosed: recall, precision, what was taken for what
# make bench   how long a diagnosis takes, beside a bare `ssh host wp eval`

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_OPTIONS ?= -n 2 --dist loadfile

# A package index that is out of reach for a moment is asked again.
export PIP_RETRIES ?= 10
export PIP_DEFAULT_TIMEOUT ?= 60
export PIP_DISABLE_PIP_VERSION_CHECK ?= 1

.PHONY: demo test lab lint format style types contracts docs messages accuracy bench packages clean

# The example network has four troubles, so the command ends with 1, and so does `make demo`. A recipe
# that fails ends make with 2; with --question make runs the lines that begin with +, and ends with 1 at
# the first that does not. Any other status of the command ends it with 2.
ifeq ($(MAKECMDGOALS),demo)
MAKEFLAGS += --question
endif
demo: $(VENV)/.installed
	+@$(BIN)/closte-doctor demo; status=$$?; \
	echo "closte-doctor exited with status $$status (1: it found errors, as it should here)" >&2; \
	test $$status -eq 1
	@exit 1

test: packages $(VENV)/.installed-test
	@PYTHONPATH=tests $(BIN)/python -m lab.fetch
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

lab: packages $(VENV)/.installed-test
	@PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=tests $(BIN)/python -m lab.foreground

# `make -k lint` goes on after the first of them that fails.
lint: format style types contracts

format: $(VENV)/.installed-test
	$(BIN)/ruff format --check .

style: $(VENV)/.installed-test
	$(BIN)/ruff check .

types: $(VENV)/.installed-test
	$(BIN)/mypy

contracts: $(VENV)/.installed-test
	$(BIN)/lint-imports

docs: $(VENV)/.installed
	$(BIN)/python -m bridge.docs

messages: $(VENV)/.installed-test
	PYTHONPATH=tests $(BIN)/python -m messages.update

accuracy: $(VENV)/.installed
	@$(BIN)/python -m bridge.accuracy

bench: packages $(VENV)/.installed-test
	PYTHONPATH=tests $(BIN)/python benchmarks/help.py
	PYTHONPATH=tests $(BIN)/python benchmarks/diagnose.py
	$(BIN)/python benchmarks/fleet.py

packages:
	@tests/lab/install-packages

$(VENV)/.installed: pyproject.toml
	+@echo "Installing closte-doctor into $(VENV); this takes a moment, once …" >&2
	+@$(PYTHON) -m venv $(VENV)
	+@$(BIN)/python -m pip install --quiet --editable .
	+@touch $@

$(VENV)/.installed-test: pyproject.toml
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --editable '.[test]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) .lab .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
