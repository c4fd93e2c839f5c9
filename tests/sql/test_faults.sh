#!/bin/bash
# tests/sql/test_faults.sh - every database call of one unit of work fails, is cut, or kills the process, one after the other: the unit
# is then repeated under the same key, as a user would, and has happened exactly once. Needs the build with fault points.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s FAULT=1 sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-fault-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
mariadb_sql <<'SQL'
CREATE DATABASE try; USE try;
SOURCE schema/0000_house.sql
CREATE USER trier IDENTIFIED BY '';
GRANT SELECT, INSERT, UPDATE ON try.done_key TO trier;
GRANT SELECT, INSERT, UPDATE ON try.id_pool TO trier;
GRANT SELECT ON try.audit_event TO trier;
GRANT SELECT ON try.audit_head TO trier;
GRANT EXECUTE ON PROCEDURE try.append_audit TO trier;
SQL
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try GRADUS_TEST_USER=trier
try=build/fault/sql/try_audit
pass=0 fail=0
points=$(GRADUS_FAULT=db:1000000:before "$try" once first)
[ "${points:-0}" -gt 10 ] || { echo "not ok - there are fault points (got '$points')"; echo "0 passed, 1 failed"; exit 1; }
want=2
for mode in before after cutb cuta killb killa; do
    bad= repeats=0
    for n in $(seq "$points"); do
        key=$mode-$n
        if ! GRADUS_FAULT=db:$n:$mode "$try" once "$key" >/dev/null 2>"$dir/err"; then
            repeats=$((repeats + 1))
            "$try" once "$key" >/dev/null 2>"$dir/err" || bad="$bad $n(repeat)"
        fi
        want=$((want + 2))
        got=$("$try" check 7 2>/dev/null)
        [ "$got" = "$want events" ] || { bad="$bad $n($got, not $want)"; want=${got%% *}; }
    done 2>/dev/null
    if [ -z "$bad" ]; then pass=$((pass + 1)); echo "ok - $mode at each of $points calls: exactly once ($repeats needed a repeat from outside)"
    else fail=$((fail + 1)); echo "not ok - $mode:$bad"; fi
done
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
