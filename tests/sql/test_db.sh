#!/bin/bash
# tests/sql/test_db.sh - engine/db against a private mariadbd: values, refusals, keys, doubtful COMMITs, locks. B=build/asan for the
# programs of another build.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-db-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
mariadb_sql <<'SQL'
CREATE DATABASE try; USE try;
SOURCE schema/0000_house.sql
CREATE TABLE thing (id BIGINT UNSIGNED PRIMARY KEY, n INT, big BIGINT NOT NULL, flag BOOL NOT NULL, name LONGTEXT, raw BLOB);
CREATE TABLE secret (id INT);
INSERT INTO thing VALUES (1, 1, 5000000000, 1, 'first', NULL), (2, 2, 1, 0, 'second', NULL);
INSERT INTO id_pool VALUES (0, 1000), (1, 1000);
CREATE USER trier IDENTIFIED BY '';
GRANT SELECT, INSERT, UPDATE ON try.thing TO trier;
GRANT SELECT, INSERT, UPDATE ON try.done_key TO trier;
GRANT SELECT, INSERT, UPDATE ON try.id_pool TO trier;
GRANT EXECUTE ON PROCEDURE try.append_audit TO trier;
SQL
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try GRADUS_TEST_USER=trier
"${B:-build/rel}/sql/try_db" 2>"$dir/err" | tee "$dir/out"
pass=$(grep -c '^ok' "$dir/out")
fail=$(grep -c '^not ok' "$dir/out")
[ "$((pass + fail))" -gt 0 ] || { fail=1; cat "$dir/err"; }
[ "$fail" = 0 ] || grep -v '^<' "$dir/err" | tail -20
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
