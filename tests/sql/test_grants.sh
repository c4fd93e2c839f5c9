#!/bin/bash
# tests/sql/test_grants.sh - rights in the database: SHOW GRANTS is what schema/grants says, schema/grants is what the statements need,
# and each account tries each kind of statement on each table (tests/sql/grants.py).
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
make -s all lang >/dev/null || exit 1
stale=$(make -s grants-check 2>&1) || exec echo "not ok the grants are those that the statements need: $stale"
instance_up "db ldap app"
"$INSTANCE" load "$D" >&2 || exit 1
kill "$(cat "$D/run/worker.pid")" "$(cat "$D/run/sealer.pid")" # they would write to the trail meanwhile
mkdir -m 700 "$D/tmp/accounts"
for f in schema/grants/*.sql; do
    a=$(basename "$f" .sql)
    db_as "$a" -e 'SELECT 1' >/dev/null || echo "not ok $a signs in"
    { cat "$D/tmp/gradus_$a.cnf"; echo "socket=$DB_SOCKET"; } >"$D/tmp/accounts/$a.cnf"
done
USER=$(id -un) python3 tests/sql/grants.py "$D/tmp/accounts" mariadb --no-defaults --socket="$DB_SOCKET" --user="$(id -un)" gradus
