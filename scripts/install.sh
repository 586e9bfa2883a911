#!/bin/sh
# The packages of a locked list into .venv, their hashes checked:  sh scripts/install.sh requirements/NAME.txt
# uv does it in a fifth of the time of pip, on every core. Where uv cannot be had, does not reach the packages or is not to look
# for them outside (no-index), pip does it, with all that it is configured with.
set -eu
python=.venv/bin/python uv=.venv/bin/uv
configured=$($python -m pip config list 2>/dev/null || true)
told() { printf '%s\n' "$configured" | sed -n "s/^[^=]*\.$1='\(.*\)'$/\1/p" | tail -n 1; }

if [ -z "$(told no-index)" ]; then
  if [ ! -x $uv ]; then
    $python -m pip install --quiet --disable-pip-version-check --retries 1 --timeout 15 --require-hashes \
      -r requirements/installer.txt >/dev/null 2>&1 || true
  fi
  index=$(told index-url)
  if [ -x $uv ] && VIRTUAL_ENV=.venv UV_HTTP_TIMEOUT=60 ${index:+env "UV_DEFAULT_INDEX=$index"} \
      $uv pip install --quiet --no-progress --compile-bytecode --require-hashes -r "$1"; then
    exit 0
  fi
  echo "   (by pip, which takes longer)"
fi
$python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"
