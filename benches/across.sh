#!/bin/bash
# Between servers: datamove against what people use for it today, each with the same transform of the same orders.
#
#   cargo build --release && benches/across.sh [ROWS] [CONTESTANT...]
#
# 2 000 000 orders by default, drawn by arithmetic and not by chance. Servers are throwaway ones, without fsync. The
# contestants take turns into a fresh target whose keys are in place. CPU seconds are those of both servers and the client
# together: on a shared machine they say more than the wall clock. Debian's packages pgloader and pgcopydb are used if they
# are there. `memory` moves the orders over two sessions and shows the largest resident set of the client.
set -euo pipefail
rows=${1:-2000000}
shift || true
contestants=${*:-datamove_postgres pipe pgcopydb datamove_mariadb mariadb_pipe pgloader copies memory}
here=$(cd "$(dirname "$0")/.." && pwd)
datamove=${DATAMOVE:-${CARGO_TARGET_DIR:-$here/target}/release/datamove}
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
work=$(mktemp -d /tmp/across.XXXXXX)
chmod 755 "$work"
trap 'kill "$maria" 2>/dev/null || true; run_pg pg_ctl -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true; sleep 1; rm -rf "$work"' EXIT
maria=0 port=$((20000 + RANDOM % 20000)) mport=$((41000 + RANDOM % 10000))

run_pg() { local tool=$1; shift; if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$bin/$tool" "$@"; else "$bin/$tool" "$@"; fi; }
psql() { "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $port -U postgres "$@"; }
my() { mariadb --no-defaults -S "$work/my.sock" -u root "$@"; }

servers() {
  mkdir "$work/pg" && { [ "$(id -u)" != 0 ] || chown postgres "$work/pg"; }
  run_pg initdb -D "$work/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  run_pg pg_ctl -D "$work/pg" -w -l "$work/pg/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=8GB -c shared_buffers=256MB" start >/dev/null
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$work/my" --auth-root-authentication-method=normal >/dev/null 2>&1
  mariadbd --no-defaults --user="$(id -un)" --datadir="$work/my" --socket="$work/my.sock" --port=$mport --bind-address=127.0.0.1 \
    --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --skip-log-bin --innodb-buffer-pool-size=256M \
    --local-infile=1 >"$work/my.log" 2>&1 &
  maria=$!
  for _ in $(seq 100); do my -e 'SELECT 1' >/dev/null 2>&1 && return; sleep 0.2; done
}

# The same orders on either engine: `seq` counts them.
customers="SELECT seq, concat('Customer ', seq)"
orders="SELECT seq, seq * 7919 % 50000 + 1, concat('A-', seq, ' '), seq * 104729 % 1000000, PLACED, PAID,
  CASE WHEN seq % 3 = 0 THEN NULL ELSE concat('leave it at the door, number ', seq) END"

sources() {
  psql -d postgres -c 'CREATE DATABASE src' -c 'CREATE DATABASE dst'
  cat >"$work/old.sql" <<'SQL'
CREATE TABLE customers (id bigint NOT NULL PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE orders (id bigint NOT NULL PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers (id), code varchar(20) NOT NULL,
  total_cents bigint NOT NULL, placed timestamp NOT NULL, paid timestamp NOT NULL, note varchar(200));
SQL
  sed 's/ timestamp / datetime(6) /g; s/);$/) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;/' "$work/old.sql" >"$work/old_my.sql"
  cat >"$work/new.sql" <<'SQL'
CREATE TABLE buyer (id bigint NOT NULL PRIMARY KEY, name varchar(80) NOT NULL);
CREATE TABLE purchase (id bigint NOT NULL PRIMARY KEY, buyer_id bigint NOT NULL REFERENCES buyer (id), number varchar(20) NOT NULL,
  total decimal(12, 2) NOT NULL, placed_at timestamptz NOT NULL, paid_at timestamptz NOT NULL, note varchar(200) NOT NULL);
SQL
  local pg="timestamp '2017-07-14 02:40:00' + seq * interval '61 seconds'" my_="'2017-07-14 02:40:00' + INTERVAL seq * 61 SECOND"
  { echo 'CREATE SCHEMA legacy; SET search_path = legacy;'; cat "$work/old.sql"
    echo "INSERT INTO customers $customers FROM generate_series(1, 50000) AS s (seq);"
    local text=${orders/PLACED/$pg}
    echo "INSERT INTO orders ${text/PAID/$pg + interval \'1.5 seconds\'} FROM generate_series(1::bigint, $rows) AS s (seq); VACUUM ANALYZE;"
  } | psql -d src
  my -e 'CREATE DATABASE legacy CHARACTER SET utf8mb4'
  { cat "$work/old_my.sql"; echo "INSERT INTO customers $customers FROM seq_1_to_50000;"
    local text=${orders/PLACED/$my_}
    echo "INSERT INTO orders ${text/PAID/$my_ + INTERVAL 1500000 MICROSECOND} FROM seq_1_to_$rows; ANALYZE TABLE orders, customers;"
  } | my legacy >/dev/null
}

bundle() { # name source
  cat >"$work/$1.plan" <<PLAN
datamove edition 2026

plan across {}

source legacy $2
target shop postgres { schema "new.sql" in shop }

move legacy.customers c -> shop.buyer {
  key id <- c.id
  ...
}

move legacy.orders o -> shop.purchase {
  key id    <- o.id
  buyer_id  <- ref shop.buyer(o.customer_id)
  number    <- trim(o.code)
  total     <- round(o.total_cents / 100, 2, half_even)
  placed_at <- o.placed in zone 'UTC'
  paid_at   <- o.paid in zone 'UTC'
  note      <- o.note default '-'
}
PLAN
  "$datamove" compile "$work/$1.plan" -o "$work/$1" >/dev/null
}

target() { psql -d dst -c 'DROP SCHEMA IF EXISTS shop CASCADE' -c 'DROP SCHEMA IF EXISTS legacy CASCADE' -c 'DROP SCHEMA IF EXISTS datamove_across CASCADE' 2>/dev/null
  { echo 'CREATE SCHEMA shop; SET search_path = shop;'; cat "$work/new.sql"; } | psql -d dst; psql -d dst -c CHECKPOINT; }

# Hundredths of a second of both servers and of all clients that have ended.
cpu() {
  local master; master=$(head -1 "$work/pg/postmaster.pid")
  { cat /proc/"$master"/stat | sed 's/.*) //' | awk '{print $12 + $13 + $14 + $15}'
    for child in $(pgrep -P "$master"); do sed 's/.*) //' /proc/"$child"/stat 2>/dev/null | awk '{print $12 + $13}'; done
    sed 's/.*) //' /proc/$maria/stat | awk '{print $12 + $13}'
    sed 's/.*) //' /proc/$$/stat | awk '{print $14 + $15}'
  } | awk '{sum += $1} END {print sum}'
}

transform_pg="SELECT id, customer_id, trim(code), round(total_cents / 100.0, 2), placed AT TIME ZONE 'UTC', paid AT TIME ZONE 'UTC', coalesce(note, '-')"

datamove_postgres() { "$datamove" apply "$work/from_pg" --source "postgres://postgres@127.0.0.1:$port/src" --target "postgres://postgres@127.0.0.1:$port/dst" --quiet ${DATAMOVE_ARGS:-} >"$work/out"; }
datamove_mariadb() { "$datamove" apply "$work/from_my" --source "mysql://root@127.0.0.1:$mport/legacy" --target "postgres://postgres@127.0.0.1:$port/dst" --quiet ${DATAMOVE_ARGS:-} >"$work/out"; }
pipe() {
  psql -d src -c 'COPY legacy.customers TO STDOUT' | psql -d dst -c 'COPY shop.buyer FROM STDIN'
  psql -d src -c "COPY ($transform_pg FROM legacy.orders) TO STDOUT" | psql -d dst -c 'COPY shop.purchase FROM STDIN'
}
pgcopydb() {
  command pgcopydb clone --no-owner --no-acl --table-jobs 1 --index-jobs 1 --dir "$work/pgcopydb" --restart --source "postgres://postgres@127.0.0.1:$port/src" \
    --target "postgres://postgres@127.0.0.1:$port/dst" >"$work/out" 2>&1
  psql -d dst -c 'INSERT INTO shop.buyer SELECT * FROM legacy.customers' -c "INSERT INTO shop.purchase $transform_pg FROM legacy.orders"
}
# The copies alone: a run that stops before the rows are looked at and moved on.
copies() { DATAMOVE_ARGS="--max-batches $((5 + (rows + 9999) / 10000))" datamove_postgres; }
transform_my="SELECT id, customer_id AS buyer_id, trim(code) AS number, cast(total_cents / 100 AS decimal(12, 2)) AS total, concat(placed, '+00') AS placed_at, concat(paid, '+00') AS paid_at, coalesce(note, '-') AS note FROM orders"
mariadb_pipe() {
  my --quick --batch -N legacy -e 'SELECT * FROM customers' | psql -d dst -c 'COPY shop.buyer FROM STDIN'
  my --quick --batch -N legacy -e "$transform_my" | psql -d dst -c 'COPY shop.purchase FROM STDIN'
}
pgloader() {
  cat >"$work/load" <<LOAD
LOAD DATABASE FROM mysql://root@127.0.0.1:$mport/legacy INTO postgresql://postgres@127.0.0.1:$port/dst
 WITH data only, workers = 2, concurrency = 1, prefetch rows = 10000
 SET MySQL PARAMETERS net_read_timeout = '3600', net_write_timeout = '3600'
 MATERIALIZE VIEWS buyer AS \$\$ SELECT id, name FROM customers \$\$, purchase AS \$\$ $transform_my \$\$
 INCLUDING ONLY TABLE NAMES MATCHING 'buyer', 'purchase'
 ALTER SCHEMA 'legacy' RENAME TO 'shop';
LOAD
  command pgloader --quiet "$work/load" >"$work/out" 2>&1
}
memory() {
  DATAMOVE_ARGS="--jobs 2" datamove_mariadb & local shell=$! peak=0 now
  while kill -0 $shell 2>/dev/null; do
    for child in $(pgrep -P $shell) ; do now=$(awk '/VmHWM/ {print $2}' /proc/"$child"/status 2>/dev/null || echo 0); [ "${now:-0}" -gt $peak ] && peak=$now; done
    sleep 0.2
  done
  wait $shell; echo "peak resident set of the client: $((peak / 1024)) MiB"
}

servers
sources
bundle from_pg 'postgres { schema "old.sql" in legacy link staged }'
bundle from_my 'mysql { schema "old_my.sql" }'
printf '%s orders\n%-20s %10s %10s  %s\n' "$rows" contestant 'CPU s' 'wall s' 'sum of the rows'
for one in $contestants; do
  case $one in pgcopydb | pgloader) command -v "$one" >/dev/null || { type -P "$one" >/dev/null || { echo "$one: not installed"; continue; }; } ;; esac
  target
  before=$(cpu) began=$(date +%s.%N)
  $one || { echo "$one failed: $(tail -5 "$work/out")"; continue; }
  ended=$(date +%s.%N) after=$(cpu)
  sum=$(psql -d dst -A -t -c "SELECT count(*), sum(total), max(paid_at), sum(length(note)) FROM shop.purchase")
  awk -v o="$one" -v a="$after" -v b="$before" -v e="$ended" -v s="$began" -v r="$sum" 'BEGIN { printf "%-20s %10.1f %10.1f  %s\n", o, (a - b) / 100, e - s, r }'
done
