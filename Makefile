# Everything starts from a bare `python3 -m venv`; nothing outside .venv is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
COMPILE := $(BIN)/uv pip compile pyproject.toml --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --quiet

AUDIT  := pip-audit==2.10.1
MUTMUT := mutmut==3.8.1

.PHONY: demo test check bench faults kills writers soak taken-out mutants year fuzz browser audit fix lock clean
.DEFAULT_GOAL := demo

$(VENV)/made:
	$(PYTHON) -m venv $(VENV)
	@touch $@

# `run` is what the program needs, `dev` adds what tests and checks need.
$(VENV)/run: $(VENV)/made requirements.lock pyproject.toml
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q monitor || true  # commands start faster compiled
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.lock
	$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/run
	$(BIN)/parcels demo $(ARGS)

test: $(VENV)/dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(VENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.docs_check

bench: $(VENV)/dev
	$(BIN)/python -m bench $(ARGS)

# What the service survives, and how it runs under a real systemd: minutes of it.
faults: $(VENV)/dev
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m long $(ARGS)

kills: $(VENV)/dev
	$(BIN)/python -m tests.kills $(ARGS)

writers: $(VENV)/dev
	$(BIN)/python -m tests.writers $(ARGS)

soak: $(VENV)/dev
	$(BIN)/python -m tests.soak $(ARGS)

taken-out: $(VENV)/dev
	$(BIN)/python -m tests.taken_out $(ARGS)

# In a copy and an environment of its own. `mutmut results` there names what no test noticed.
mutants: $(VENV)/made
	$(PYTHON) -m venv $(VENV)/mutants
	$(VENV)/mutants/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes \
		-r requirements-dev.lock
	$(VENV)/mutants/bin/python -m pip --disable-pip-version-check --quiet install $(MUTMUT)
	$(VENV)/mutants/bin/mutmut run $(ARGS)

fuzz: $(VENV)/dev
	$(BIN)/python -m tests.fuzz $(ARGS)

# For tests of the pages alone: the one file that looks for what shuts people out. Needs npm.
browser: $(VENV)/dev
	$(BIN)/python -m tests.pages.axe

# In an environment of its own, whose packages are none of the program's. Without --strict it would
# say that all is well where it could look nothing up.
audit: $(VENV)/made
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/python -m pip --disable-pip-version-check --quiet install $(AUDIT)
	$(VENV)/audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

year: $(VENV)/dev
	$(BIN)/python -m tests.year $(ARGS)

fix: $(VENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/dev
	$(PIP) install uv
	$(COMPILE) --group build -o requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
