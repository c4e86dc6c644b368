# Short names for the commands of CONTRIBUTING.md; nothing here is needed to run Fieldbeat.
.PHONY: run test coverage mutants lint audit format contract matrix examples lock docs

BIN := .venv/bin
UV ?= uv
COMPILE := $(UV) pip compile setup.cfg --universal --python-version 3.11 --generate-hashes --quiet \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --extra build

run:
	python3 run.py

test:
	python3 run.py test

coverage:
	python3 run.py test -n 2 --cov --cov-report=term

# Breaks each guard that matters in a copy, and looks whether a test turns red; takes some minutes.
mutants:
	$(BIN)/python -m tests.mutants

lint:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --ini setup.cfg

# Looks up known weaknesses of what is locked; needs the internet, and so is no part of the gate. Fails for a package that was not looked up.
audit:
	python3 -m venv .venv/audit
	.venv/audit/bin/pip install --quiet pip-audit
	.venv/audit/bin/pip-audit --strict --requirement requirements.lock --no-deps --disable-pip

format:
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# Asks every operation far more than the tests do; CONTRACT_SEED chooses what.
contract:
	CONTRACT_EXAMPLES=25 CONTRACT_SEED=$${CONTRACT_SEED:-$$(date +%s)} $(BIN)/python -m pytest -q tests/api/test_contract.py

# Lets everybody ask for what they may not see, everywhere; the tests let each of them ask at some places.
matrix:
	WHOLE_MATRIX=1 $(BIN)/python -m pytest -q tests/api/leaks

# Gives operations that have no example, or none that fits any more, one from the tests of the API.
examples:
	RECORD_EXAMPLES=1 $(BIN)/python -m pytest -q tests/api -k "not postgresql"
	$(BIN)/fieldbeat openapi -o docs/openapi.json
	$(BIN)/python -m tests.api.typescript

# Keeps the versions that are locked; `make lock UPGRADE=--upgrade` takes the newest that setup.cfg allows.
lock:
	$(COMPILE) $(UPGRADE) --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --extra test --constraint requirements.lock --output-file requirements-test.lock

# Written from the code and the locks; the tests fail when they are stale.
docs:
	$(BIN)/python -m tests.licences > docs/licences.md
	$(BIN)/fieldbeat settings -o docs/settings.md
	$(BIN)/fieldbeat errors -o docs/errors.md
	$(BIN)/fieldbeat openapi -o docs/openapi.json
	$(BIN)/python -m tests.api.typescript
