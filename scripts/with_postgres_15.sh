#!/bin/sh
# Run a command with DATABASE_URL pointing to a throw-away PostgreSQL 15 server of Debian's binaries.
set -eu
binaries=/usr/lib/postgresql/15/bin
home=$(mktemp -d /tmp/levante-pg15-XXXXXX)
as_user() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  id -u postgres >/dev/null 2>&1 || useradd --system postgres
  chown postgres "$home"
  as_user() { su postgres -s /bin/sh -c "$(printf '%s ' "$@")"; }
fi
stop() { as_user "$binaries/pg_ctl" -D "$home/data" -m fast -w stop >/dev/null 2>&1 || true; rm -rf "$home"; }
trap stop EXIT INT TERM
as_user "$binaries/initdb" -D "$home/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as_user "$binaries/pg_ctl" -D "$home/data" -w -l "$home/log" -o "'-h \"\" -k $home -c fsync=off -c full_page_writes=off -c jit=off'" start >/dev/null
as_user "$binaries/createdb" -h "$home" -U postgres levante
DATABASE_URL="postgresql://postgres@/levante?host=$home" "$@"
