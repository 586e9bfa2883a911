#!/bin/sh
# The libraries of the system that Python cannot bring: Pango (PDF), libmagic (what an upload really is), Chromium (browser tests:
# the one without a window, for which a page is a third less work, or the whole one where the system has no such package).
# As root on Debian they are installed; otherwise this says what will be missing, and the rest runs.
set -u
missing=""
say=""
for part in "$@"; do
  case "$part" in
    runtime)
      if ! ldconfig -p 2>/dev/null | grep -q 'libpango-1\.0\.so\.0'; then
        missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        say="$say
  - Pango (libpango): without it acts and receipts have no PDF; everything else works."
      fi
      if ! ldconfig -p 2>/dev/null | grep -q 'libmagic\.so\.1'; then
        missing="$missing libmagic1"
        say="$say
  - libmagic: without it uploads are refused, because their content cannot be checked."
      fi
      ;;
    browser)
      shell=chromium-headless-shell
      if [ -x /usr/bin/$shell ]; then continue; fi
      if [ ! -x /usr/bin/chromium ]; then
        missing="$missing $shell"
        say="$say
  - Chromium: without it the browser tests are skipped."
      elif [ "$(id -u)" = 0 ] && apt-cache show $shell >/dev/null 2>&1; then
        missing="$missing $shell"
        say="$say
  - Chromium without a window: the browser tests use the one that is here, which costs more."
      fi
      ;;
  esac
done
[ -n "$missing" ] || exit 0
add() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null 2>&1; }
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "== System libraries:$missing"
  add $missing && exit 0
  apt-get update -qq >/dev/null 2>&1
  add $missing && exit 0
  add $(echo "$missing" | sed 's/chromium-headless-shell/chromium/') && exit 0
  echo "They could not be installed. What will be missing:$say"
else
  echo "Some libraries of the system are not here:$say"
  echo "  On Debian or Ubuntu an administrator adds them with: apt-get install$missing"
fi
exit 0
