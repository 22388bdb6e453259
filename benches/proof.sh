#!/bin/bash
# What a proof costs: datamove's validation against a plain scan and the tools that people compare tables with.
#
#   cargo build --release && benches/proof.sh [ROWS] [CONTESTANT...]
#
# 2 000 000 rows of 8 columns by default, moved within PostgreSQL, within MariaDB, and from MariaDB to PostgreSQL, with nothing
# wrong, then 50 scattered rows, then 1000 in a row. Servers are throwaway ones, without fsync. CPU seconds are those of both
# servers and the client together: on a shared machine they say more than the wall clock. reladiff and data-diff (PyPI) and
# pt-table-checksum (Debian's percona-toolkit) take part if they are in PATH.
set -euo pipefail
rows=${1:-2000000}
shift || true
contestants=${*:-scan datamove reladiff data-diff pt-table-checksum}
here=$(cd "$(dirname "$0")/.." && pwd)
datamove=${DATAMOVE:-${CARGO_TARGET_DIR:-$here/target}/release/datamove}
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
work=$(mktemp -d /tmp/proof.XXXXXX)
chmod 755 "$work"
trap 'kill "$maria" 2>/dev/null || true; run_pg pg_ctl -D "$work/pg" -m immediate stop >/dev/null 2>&1 || true; sleep 1; rm -rf "$work"' EXIT
maria=0 port=$((20000 + RANDOM % 20000)) mport=$((41000 + RANDOM % 10000))

run_pg() { local tool=$1; shift; if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$bin/$tool" "$@"; else "$bin/$tool" "$@"; fi; }
psql() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h 127.0.0.1 -p $port -U postgres "$@"; }
my() { mariadb --no-defaults -S "$work/my.sock" -u root -N "$@"; }

servers() {
  mkdir "$work/pg" && { [ "$(id -u)" != 0 ] || chown postgres "$work/pg"; }
  run_pg initdb -D "$work/pg" -U postgres -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
  run_pg pg_ctl -D "$work/pg" -w -l "$work/pg/log" -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off -c max_wal_size=8GB -c shared_buffers=256MB" start >/dev/null
  mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$work/my" --auth-root-authentication-method=normal >/dev/null 2>&1
  mariadbd --no-defaults --user="$(id -un)" --datadir="$work/my" --socket="$work/my.sock" --port=$mport --bind-address=127.0.0.1 \
    --innodb-flush-method=nosync --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --skip-log-bin --innodb-buffer-pool-size=512M \
    >"$work/my.log" 2>&1 &
  maria=$!
  for _ in $(seq 200); do my -e 'SELECT 1' >/dev/null 2>&1 && return; sleep 0.2; done
}

columns="id bigint NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, code varchar(20) NOT NULL, amount decimal(12, 2) NOT NULL, seen AT NOT NULL, a integer, b integer, note varchar(200) NOT NULL"
values="seq, concat('name ', seq), concat('C-', seq % 1000), seq % 1000000 / 100.0, SEEN, nullif(seq % 7, 0), nullif(seq % 11, 0), rpad(concat('note ', seq), 100, 'x')"

# Tables, plans and bundles; then the moves themselves.
moves() {
  local pg="${columns/ AT / timestamp }" maria_="${columns/ AT / datetime(6) }"
  local seen_pg="timestamp '2020-01-01' + seq * interval '61.5 seconds'" seen_my="'2020-01-01' + INTERVAL seq * 61500000 MICROSECOND"
  echo "CREATE TABLE item ($pg);" >"$work/pg.sql"
  echo "CREATE TABLE item ($maria_) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;" >"$work/my.sql"
  psql -d postgres -c 'CREATE DATABASE one' -c 'CREATE DATABASE dst'
  psql -d one -c 'CREATE SCHEMA legacy' -c "CREATE TABLE legacy.item ($pg)" -c 'CREATE SCHEMA shop' -c "CREATE TABLE shop.item ($pg)" \
    -c "INSERT INTO legacy.item SELECT ${values/SEEN/$seen_pg} FROM generate_series(1::bigint, $rows) AS s (seq)" -c 'VACUUM ANALYZE'
  psql -d dst -c 'CREATE SCHEMA shop' -c "CREATE TABLE shop.item ($pg)"
  # data-diff does not connect without a password.
  { echo "CREATE USER diff@'127.0.0.1' IDENTIFIED BY 'any'; GRANT ALL ON *.* TO diff@'127.0.0.1';"
    echo 'CREATE DATABASE legacy CHARACTER SET utf8mb4; CREATE DATABASE shop CHARACTER SET utf8mb4;'
    for one in legacy shop; do echo "USE $one;"; cat "$work/my.sql"; done
    echo "INSERT INTO legacy.item SELECT ${values/SEEN/$seen_my} FROM seq_1_to_$rows; ANALYZE TABLE legacy.item;"
  } | my >/dev/null
  plan postgres 'postgres { schema "pg.sql" in legacy }' 'postgres { schema "pg.sql" in shop }'
  plan mariadb 'mysql { schema "my.sql" in legacy }' 'mysql { schema "my.sql" in shop }'
  plan across 'mysql { schema "my.sql" in legacy }' 'postgres { schema "pg.sql" in shop }'
  for place in postgres mariadb across; do "$datamove" apply "$work/$place" $(ends $place) --no-validate --quiet >"$work/out"; done
  psql -d one -c 'VACUUM ANALYZE'; psql -d dst -c 'VACUUM ANALYZE'
}

plan() { # name source target
  printf 'datamove edition 2026\n\nplan %s {}\n\nsource legacy %s\ntarget shop %s\n\nmove legacy.item i -> shop.item {\n  key id <- i.id\n  ...\n}\n' "$1" "$2" "$3" >"$work/$1.plan"
  "$datamove" compile "$work/$1.plan" -o "$work/$1" >/dev/null
}

ends() {
  case $1 in
    postgres) echo "--target postgres://postgres@127.0.0.1:$port/one" ;;
    mariadb) echo "--target mysql://root@127.0.0.1:$mport/" ;;
    across) echo "--source mysql://root@127.0.0.1:$mport/legacy --target postgres://postgres@127.0.0.1:$port/dst" ;;
  esac
}

at_target() { case $1 in postgres) psql -d one -c "$2" ;; mariadb) my -e "$2" ;; across) psql -d dst -c "$2" ;; esac; }

# Hundredths of a second of both servers and of all clients that have ended.
cpu() {
  local master; master=$(head -1 "$work/pg/postmaster.pid")
  { cat /proc/"$master"/stat | sed 's/.*) //' | awk '{print $12 + $13 + $14 + $15}'
    for child in $(pgrep -P "$master"); do sed 's/.*) //' /proc/"$child"/stat 2>/dev/null | awk '{print $12 + $13}'; done
    sed 's/.*) //' /proc/$maria/stat | awk '{print $12 + $13}'
    sed 's/.*) //' /proc/$$/stat | awk '{print $14 + $15}'
  } | awk '{sum += $1} END {print sum}'
}

# Contestants. Each says in its last line how many differences it has found, where it can.
touch_all="sum(octet_length(name) + octet_length(code) + octet_length(note) + amount + coalesce(a, 0) + coalesce(b, 0)), max(seen)"
scan() {
  case $1 in
    postgres) for side in legacy shop; do psql -d one -c "SELECT $touch_all FROM $side.item"; done ;;
    mariadb) for side in legacy shop; do my -e "SELECT $touch_all FROM $side.item"; done ;;
    across) my -e "SELECT $touch_all FROM legacy.item"; psql -d dst -c "SELECT $touch_all FROM shop.item" ;;
  esac >/dev/null
}
datamove() { "$datamove" validate "$work/$1" $(ends "$1") --format json --quiet >"$work/out" 2>/dev/null || true
  python3 -c 'import json, sys; print(sum(check["bad"] for check in json.load(sys.stdin)["checks"]))' <"$work/out"; }
both_ends() {
  local pg="postgresql://postgres:any@127.0.0.1:$port" mysql="mysql://diff:any@127.0.0.1:$mport/legacy"
  case $1 in
    postgres) echo "$pg/one legacy.item $pg/one shop.item" ;;
    mariadb) echo "$mysql item $mysql shop.item" ;;
    across) echo "$mysql item $pg/dst shop.item" ;;
  esac
}
differ() { # tool place
  command "$1" $(both_ends "$2") -k id -c name -c code -c amount -c seen -c a -c b -c note >"$work/out" 2>"$work/err" || true
  grep -cE '^ ?[-+]' "$work/out" || true; }
reladiff() { differ reladiff "$1"; }
data-diff() { differ data-diff "$1"; }
# It computes checksums of both tables; what to make of them is left to whoever reads them.
pt-table-checksum() { command pt-table-checksum h=127.0.0.1,P=$mport,u=root --tables legacy.item,shop.item --no-check-binlog-format --no-check-replication-filters \
  --no-replicate-check --no-check-slave-tables --recursion-method=none >"$work/out" 2>&1 || true; }

measure() { # place case
  local one before began ended after found
  for one in $contestants; do
    case $one in
      pt-table-checksum) [ "$1" = mariadb ] || continue ;;&
      reladiff | data-diff | pt-table-checksum) type -P "$one" >/dev/null || continue ;;
    esac
    before=$(cpu) began=$(date +%s.%N)
    found=$($one "$1")
    ended=$(date +%s.%N)
    # A server counts the time of a session once that has ended.
    sleep 1
    after=$(cpu)
    awk -v p="$1" -v c="$2" -v o="$one" -v a="$after" -v b="$before" -v e="$ended" -v s="$began" -v f="$found" \
      'BEGIN { printf "%-9s %-6s %-18s %8.1f %8.1f  %s\n", p, c, o, (a - b) / 100, e - s, f }'
  done
}

servers
moves
printf '%s rows\n%-9s %-6s %-18s %8s %8s  %s\n' "$rows" where wrong contestant 'CPU s' 'wall s' found
step=$((rows / 50)) middle=$((rows / 2))
for place in postgres mariadb across; do
  measure $place none
  at_target $place "UPDATE shop.item SET note = 'wrong' WHERE id % $step = 7" >/dev/null
  measure $place 50
  at_target $place "UPDATE shop.item SET note = rpad(concat('note ', id), 100, 'x') WHERE id % $step = 7" >/dev/null
  at_target $place "DELETE FROM shop.item WHERE id > $middle AND id <= $middle + 1000" >/dev/null
  measure $place gap
done
