# Short names for the commands of CONTRIBUTING.md; nothing here is needed to run Fieldbeat.
.PHONY: run test coverage mutants lint format lock docs

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

format:
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

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
