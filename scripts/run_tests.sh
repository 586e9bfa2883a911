#!/bin/sh
# The whole suite, in lanes beside each other: each waits most of its time for something else (a browser, a database).
#   browser  the tests with a browser
#   15       again on PostgreSQL 15 where its binaries are found: migrations and what the database itself refuses; LEVANTE_15=sql
#            asks what happens at once and the rooms whose questions are written in SQL too, LEVANTE_15=all everything. The
#            other questions are Django's, which asks them on both
#   slow     the tests that cost more than a second, on the embedded PostgreSQL 18, in a database of their own
#   demo     those of them that stand on the loaded demonstration, which is loaded for them alone; in another
#   18       everything else, on the embedded PostgreSQL 18
# The slow run and the one with a browser are the longest: the others stand back for them (nice), so that all end at about the same time.
# With arguments: those, for one run of pytest.
set -eu
python=.venv/bin/python
if [ $# -gt 0 ]; then exec $python -m pytest "$@"; fi
said=$(mktemp -d "${TMPDIR:-/tmp}/levante-tests-XXXXXX")
copies="slow demo browser"

with_a_browser() { LEVANTE_TEST_DB=test_levante_browser $python -m pytest --reuse-db -p no:cacheprovider -m browser; }

slow() {
  PYTHONUNBUFFERED=1 LEVANTE_TEST_DB=test_levante_slow $python -m pytest --reuse-db -p no:cacheprovider \
    -m "slow and not browser and not demonstration"
}

on_the_demonstration() {
  LEVANTE_TEST_DB=test_levante_demo nice -n 5 $python -m pytest --reuse-db -p no:cacheprovider -m "demonstration and not browser"
}

on_15() {
  if [ ! -x /usr/lib/postgresql/15/bin/initdb ]; then
    echo "PostgreSQL 15 is not on this machine: its run is left out."
    return 0
  fi
  chosen="not slow and constraint"
  if [ "${LEVANTE_15:-}" = sql ]; then chosen="not slow and (constraint or sql and not page) or concurrency"; fi
  if [ "${LEVANTE_15:-}" = all ]; then chosen="not slow and not page or concurrency"; fi
  nice -n 5 sh scripts/with_postgres_15.sh $python -m pytest -p no:cacheprovider -q \
    -m "database and not browser and ($chosen)"
}

echo "== The databases of the tests: migrated once, then copied"
$python scripts/test_databases.py make $copies
slow >"$said/slow" 2>&1 &
slow=$!
# The first to read the tests keeps them compiled: the others, a moment later, need not do it each for itself.
while kill -0 $slow 2>/dev/null && ! grep -q "^collected" "$said/slow"; do sleep 0.2; done
with_a_browser >"$said/browser" 2>&1 &
browser=$!
on_the_demonstration >"$said/demo" 2>&1 &
demo=$!
on_15 >"$said/15" 2>&1 &
fifteen=$!
trap 'kill $browser $slow $demo $fifteen 2>/dev/null || true; $python scripts/test_databases.py drop $copies; rm -rf "$said"' EXIT INT TERM
echo "== Without a browser, on the embedded PostgreSQL 18 (the other runs go on beside, and are shown below)"
outcome=0
nice -n 5 $python -m pytest --reuse-db -m "not browser and not slow" || outcome=1
wait $slow || outcome=1
echo "== The slow ones"
cat "$said/slow"
wait $demo || outcome=1
echo "== On the demonstration"
cat "$said/demo"
wait $fifteen || outcome=1
echo "== Again on PostgreSQL 15"
cat "$said/15"
wait $browser || outcome=1
echo "== With a browser"
cat "$said/browser"
exit $outcome
