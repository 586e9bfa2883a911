#!/bin/sh
# The whole suite, in three rows beside each other: each waits most of its time for something else (a browser, a database), and
# more than three on a machine of two would only push one another out of its memory.
#   18, then 15        everything that is neither slow nor in a browser, on the embedded PostgreSQL 18; then again on PostgreSQL 15 where
#                      its binaries are found: migrations and what the database itself refuses; LEVANTE_15=sql asks what happens at
#                      once and the rooms whose questions are written in SQL too, LEVANTE_15=all everything. The other questions are
#                      Django's, which asks them on both
#   slow               the tests that cost more than a second, on the embedded PostgreSQL 18
#   browser, then demo the tests with a browser; then what stands on the loaded demonstration (its rows; the run with a browser
#                      serves it), in a database of its own
# With arguments: those, for one run of pytest.
set -eu
python=.venv/bin/python
if [ $# -gt 0 ]; then exec $python -m pytest "$@"; fi
said=$(mktemp -d "${TMPDIR:-/tmp}/levante-tests-XXXXXX")
mkdir -m 755 "$said/kept" && chmod 755 "$said"  # the database's server is another user
export LEVANTE_DEMO_KEPT="$said/kept"
copies="slow demo browser"

# The files with a test that has the mark, once the slow ones, who read every test, have said so; else all files are read.
files_with() { cat "$LEVANTE_DEMO_KEPT/$1" 2>/dev/null || true; }

with_a_browser() {
  LEVANTE_TEST_DB=test_levante_browser $python -m pytest --reuse-db -p no:cacheprovider -m browser $(files_with browser)
}

slow() {
  PYTHONUNBUFFERED=1 LEVANTE_TEST_DB=test_levante_slow $python -m pytest --reuse-db -p no:cacheprovider \
    -m "slow and not browser and not demonstration"
}

on_the_demonstration() {
  LEVANTE_TEST_DB=test_levante_demo $python -m pytest --reuse-db -p no:cacheprovider -m "demonstration and not browser" \
    $(files_with demonstration)
}

on_15() {
  if [ ! -x /usr/lib/postgresql/15/bin/initdb ]; then
    echo "PostgreSQL 15 is not on this machine: its run is left out."
    return 0
  fi
  chosen="not slow and constraint"
  where=$(files_with constraint)
  if [ "${LEVANTE_15:-}" = sql ]; then chosen="not slow and (constraint or sql and not page) or concurrency" where=; fi
  if [ "${LEVANTE_15:-}" = all ]; then chosen="not slow and not page or concurrency" where=; fi
  sh scripts/with_postgres_15.sh $python -m pytest -p no:cacheprovider -q \
    -m "database and not browser and ($chosen)" $where
}

echo "== The databases of the tests: migrated once, then copied. Beside: the demonstration, loaded once"
$python scripts/keep_demonstration.py "$LEVANTE_DEMO_KEPT" >"$said/loading" 2>&1 &
loading=$!
$python scripts/test_databases.py make $copies
{ slow >"$said/slow" 2>&1 || echo slow >>"$said/wrong"; } &
slow=$!
# The first to read the tests keeps them compiled: the others, a moment later, need not do it each for itself.
while kill -0 $slow 2>/dev/null && ! grep -q "^collected" "$said/slow"; do sleep 0.2; done
{
  with_a_browser >"$said/browser" 2>&1 || echo browser >>"$said/wrong"
  on_the_demonstration >"$said/demo" 2>&1 || echo demo >>"$said/wrong"
} &
browser=$!
trap 'kill $browser $slow $loading 2>/dev/null || true; $python scripts/test_databases.py drop $copies; rm -rf "$said"' EXIT INT TERM
echo "== Without a browser, on the embedded PostgreSQL 18 (the other runs go on beside, and are shown below)"
outcome=0
$python -m pytest --reuse-db -m "not browser and not slow" || outcome=1
echo "== Again on PostgreSQL 15"
on_15 || outcome=1
wait $slow $browser
if [ -e "$said/wrong" ]; then outcome=1; fi
echo "== The slow ones"
cat "$said/slow"
echo "== With a browser"
cat "$said/browser"
echo "== On the demonstration"
cat "$said/demo"
exit $outcome
