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

# the server dies under four writers, ten times: what was acknowledged is there, and the chain is whole
mariadb_stop
export MARIADB_SAFE=1
mariadb_again 2>/dev/null
lost= acked=0
for round in $(seq 10); do
    pids=
    for w in 1 2 3 4; do
        (for i in $(seq 100); do "$try" once "s-$round-$w-$i" >/dev/null 2>&1 && echo "s-$round-$w-$i" || exit 0; done) >"$dir/acked-$round-$w" & pids="$pids $!"
    done
    sleep "0.$((RANDOM % 5 + 2))"
    mariadb_kill 2>/dev/null
    wait $pids
    mariadb_again 2>/dev/null || break
    got=$("$try" check 7 2>/dev/null)
    case $got in *broken*) lost="$lost round $round: $got" ;; esac
    for key in $(cat "$dir"/acked-"$round"-*); do
        acked=$((acked + 1))
        [ "$(mariadb_sql try -e "SELECT COUNT(*) FROM done_key WHERE name = '$key'")" = 1 ] || lost="$lost $key"
    done
done
if [ -z "$lost" ] && [ "$acked" -gt 20 ]; then pass=$((pass + 1)); echo "ok - the server killed 10 times under load: $acked acknowledged units are there, $got, chain whole"
else fail=$((fail + 1)); echo "not ok - the server killed 10 times under load: $acked acknowledged, lost:$lost"; fi
is_pairs=$(mariadb_sql try -e "SELECT (SELECT COUNT(*) FROM done_key) * 2 - (SELECT COUNT(*) FROM audit_event WHERE stream = 1 AND id = 7)")
if [ "$is_pairs" = 0 ]; then pass=$((pass + 1)); echo "ok - every key has its two events and every pair its key"
else fail=$((fail + 1)); echo "not ok - keys and events differ by $is_pairs"; fi
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
