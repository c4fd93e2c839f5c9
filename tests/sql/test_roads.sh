#!/bin/bash
# tests/sql/test_roads.sh - random models and operations on the pure stage and on the one in MariaDB (try_roads.c): they never part.
# ROADS=N tries N seeds (40), ROADS_FROM=K begins with seed K.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
make -s all lang sql-build >/dev/null || exit 1
instance_up "db" || exit 1
build/bin/gradus migrate --schema schema >/dev/null || exit 1
build/bin/gradus grants --schema schema | db_root || exit 1
"${B:-build/rel}/sql/try_roads" "${ROADS_FROM:-1}" "${ROADS:-40}" | cut -c 1-2000 | tee "$D/tmp/roads"
bad=$(grep -c '^not ok' "$D/tmp/roads")
ok=$(grep -c '^ok' "$D/tmp/roads")
[ "$((ok + bad))" = 1 ] || bad=1
echo "$ok passed, $bad failed"
[ "$bad" = 0 ]
