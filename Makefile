# Levante: everything a newcomer needs. `make help` lists the targets.
SHELL := /bin/sh
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PYTEST_ARGS ?=
BENCH_ARGS ?=
BIN := .venv/bin
# A dozen processes start from this code: what one has compiled the others need not compile again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test check bench docs reset lock

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/runtime.stamp: requirements/runtime.txt requirements/installer.txt pyproject.toml
	@echo "== Virtual environment in .venv, with the locked dependencies (hashes checked)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "Levante needs Python 3.11 or later; found: $(PYTHON)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@sh scripts/install.sh requirements/runtime.txt
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/levante.pth"
	@printf '#!%s\nimport sys\nfrom levante.cli import main\nsys.exit(main())\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/levante
	@chmod +x $(BIN)/levante
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements/dev.txt
	@echo "== Development tools"
	@sh scripts/install.sh requirements/dev.txt
	@touch $@

setup: .venv/dev.stamp ## make .venv with the `levante` command and the development tools
	@sh scripts/system_libraries.sh runtime browser
	@echo "Ready: $(BIN)/levante"

demo: .venv/runtime.stamp ## a working portal with the programme and the demonstration data  [PORT=8000]
	@sh scripts/system_libraries.sh runtime
	@exec $(BIN)/levante demo serve --port $(PORT)

test: .venv/dev.stamp ## the whole test suite, on PostgreSQL 15 too where it is found  [PYTEST_ARGS=...]
	@sh scripts/system_libraries.sh runtime browser
	@sh scripts/run_tests.sh $(PYTEST_ARGS)

check: .venv/dev.stamp ## lint, types, floors and doors, migrations, publiccode.yml, links in docs
	@sh scripts/check.sh

bench: .venv/dev.stamp ## every figure as a ratio to a baseline of the same run  [BENCH_ARGS="--size small"]
	@$(BIN)/python -m bench $(BENCH_ARGS)

docs: .venv/dev.stamp ## the documentation as a browsable site in docs/_build
	@$(BIN)/python scripts/build_docs.py

reset: ## stop the embedded database and forget the demonstration (var/)
	@if [ -x $(BIN)/levante ]; then $(BIN)/levante demo reset; else rm -rf var; fi

lock: .venv/dev.stamp ## compile requirements/*.in into the locked lists with hashes
	@$(BIN)/python scripts/lock.py
