#!/bin/sh
# Everything that can be checked without running the portal.
set -eu
bin=.venv/bin
echo "== ruff";          $bin/ruff check src tests scripts bench
echo "== format";        $bin/ruff format --check --quiet src tests scripts bench
echo "== floors and doors"; PYTHONPATH=src $bin/lint-imports --no-cache
echo "== types";         $bin/python scripts/typed.py
echo "== migrations, once the system's checks pass"; $bin/levante manage makemigrations --check --dry-run
echo "== publiccode.yml"; $bin/python scripts/check_publiccode.py
echo "== links in the documentation"; $bin/python scripts/build_docs.py --check
