#!/bin/bash
# tests/sql/test_upgrade.sh - a database of the releases before goes on: what migrations make of rows that are there already.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-upgrade-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
mariadb_sql -e "CREATE DATABASE try"
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try
GRADUS_TEST_USER=$(id -un)
export GRADUS_TEST_USER
try=${B:-build/rel}/sql/try_migrate
pass=0 fail=0

is() { # is "what" EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}

# 0006: tokens of before are a user task, its boundary timer, and a timer that is waited for
mkdir "$dir/schema"
cp schema/000[0-5]_*.sql "$dir/schema/"
"$try" run "$dir/schema" >"$dir/log" 2>&1
is "the schema of before" "0005_decided.sql" "$(mariadb_sql try -e 'SELECT name FROM schema_migration ORDER BY number DESC LIMIT 1')"
mariadb_sql try <<'SQL'
INSERT INTO inst (id, definition_id, subject_id, state, next_no, seq, started) VALUES (1, 1, 1, 0, 5, 1, 1);
INSERT INTO token (inst_id, no, node, flow, scope, state, host, due) VALUES (1, 2, 'task', 'f', 1, 1, 0, 0), (1, 3, 'late', NULL, 1, 1, 2, 100), (1, 4, 'pause', 'g', 1, 1, 0, 200);
SQL
cp schema/0006_*.sql "$dir/schema/"
"$try" run "$dir/schema" >>"$dir/log" 2>&1
is "a task waits for no event and moves along the flows" "0 -1 NULL" "$(mariadb_sql try -e 'SELECT role, event, msg_key FROM token WHERE no = 2' | tr '\t' ' ')"
is "a boundary timer listens for its only event" "1 0 NULL" "$(mariadb_sql try -e 'SELECT role, event, msg_key FROM token WHERE no = 3' | tr '\t' ' ')"
is "a timer that is waited for knows its event" "0 0 NULL" "$(mariadb_sql try -e 'SELECT role, event, msg_key FROM token WHERE no = 4' | tr '\t' ' ')"
is "nobody called an instance of before" "0 NULL 0 0" "$(mariadb_sql try -e 'SELECT called, parent_inst, parent_token, depth FROM inst' | tr '\t' ' ')"
is "there is a gate for each name" "64 0 63" "$(mariadb_sql try -e 'SELECT COUNT(*), MIN(no), MAX(no) FROM message_gate' | tr '\t' ' ')"
for f in schema/000[7-9]_*.sql schema/00[1-9][0-9]_*.sql; do [ -e "$f" ] && cp "$f" "$dir/schema/"; done
is "all of it runs" 0 "$("$try" run "$dir/schema" >>"$dir/log" 2>&1; echo $?)"
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
