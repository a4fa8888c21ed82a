#!/usr/bin/env bash
# Runs a command with DATABASE_URL set to a PostgreSQL of its own: a private folder, a private socket, gone afterwards.
# usage: scripts/with_postgres.sh COMMAND ...
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
[ -n "$bin" ] || bin=$(dirname "$(readlink -f "$(command -v initdb || echo /missing/initdb)")")
if [ ! -x "$bin/initdb" ]; then
    echo "MISSING: PostgreSQL. REMEDY: sudo apt-get install postgresql" >&2
    exit 1
fi

# Lower case only: host names in an address lose their capitals, and the socket's folder stands in the address.
folder=${TMPDIR:-/tmp}/rightsplan-postgres-$$
mkdir -m 700 "$folder"
as_server=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    who=postgres
    id "$who" >/dev/null 2>&1 || who=nobody
    chown "$who" "$folder"
    as_server=(setpriv "--reuid=$who" "--regid=$(id -g "$who")" --clear-groups)
fi
server() { (cd "$folder" && exec env HOME="$folder" "${as_server[@]}" "$bin/$1" "${@:2}"); }
stop() {
    server pg_ctl stop -D "$folder/data" -m immediate -s >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

server initdb -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" ||
    { cat "$folder/initdb.log" >&2; exit 1; }
# Nothing is kept, so nothing needs to reach the disk.
server pg_ctl start -D "$folder/data" -w -s -l "$folder/data/server.log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c full_page_writes=off -c max_connections=60" ||
    { cat "$folder/data/server.log" >&2; exit 1; }
server createdb -h "$folder" -U postgres rightsplan

DATABASE_URL="postgres://postgres@${folder//\//%2F}/rightsplan" "$@"
