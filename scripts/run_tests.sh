#!/bin/sh
# The whole suite, in two lanes beside each other: they wait for different things (a browser, a database).
#   one lane  the tests with a browser; then, where the binaries of PostgreSQL 15 are found, what asks a
#             database again on 15 (without the slow tests, but with those that try what happens at once)
#   the other everything else, on the embedded PostgreSQL 18
# With arguments: those, for one run of pytest.
set -eu
python=.venv/bin/python
if [ $# -gt 0 ]; then exec $python -m pytest "$@"; fi
said=$(mktemp -d "${TMPDIR:-/tmp}/levante-tests-XXXXXX")

first_lane() {
  result=0
  LEVANTE_TEST_DB=test_levante_browser $python -m pytest -p no:cacheprovider -m browser || result=1
  if [ -x /usr/lib/postgresql/15/bin/initdb ]; then
    echo "== Again on PostgreSQL 15"
    sh scripts/with_postgres_15.sh $python -m pytest -p no:cacheprovider -q \
      -m "database and not browser and (not slow or concurrency)" || result=1
  else
    echo "PostgreSQL 15 is not on this machine: its run is left out."
  fi
  return $result
}

first_lane >"$said/first" 2>&1 &
first=$!
trap 'kill $first 2>/dev/null || true; rm -rf "$said"' EXIT INT TERM
echo "== Without a browser (the tests with one run beside, and are shown below)"
other=0
$python -m pytest -m "not browser" || other=1
outcome=0
wait $first || outcome=1
echo "== With a browser"
cat "$said/first"
exit $((outcome | other))
