#!/bin/bash
# tests/sql/test_audit.sh - the trail against a private mariadbd: chains under concurrency, tampering found, exports proved by
# gradus-verify and by a second checker, nobody may change a row. B=build/asan for the programs of another build.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s build/bin/gradus-verify sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-audit-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
mariadb_sql <<'SQL'
CREATE DATABASE try; USE try;
SOURCE schema/0000_house.sql
SOURCE schema/0003_seal.sql
CREATE TABLE thing (id BIGINT UNSIGNED PRIMARY KEY, n INT);
CREATE TABLE plain_event LIKE audit_event;
INSERT INTO id_pool VALUES (0, 1000), (1, 1000);
CREATE USER trier IDENTIFIED BY '';
GRANT SELECT, INSERT, UPDATE ON try.thing TO trier;
GRANT SELECT, INSERT, UPDATE ON try.done_key TO trier;
GRANT SELECT, INSERT, UPDATE ON try.id_pool TO trier;
GRANT SELECT ON try.audit_event TO trier;
GRANT SELECT ON try.audit_head TO trier;
GRANT SELECT ON try.audit_seal TO trier;
GRANT SELECT ON try.audit_leaf TO trier;
GRANT INSERT ON try.plain_event TO trier;
GRANT EXECUTE ON PROCEDURE try.append_audit TO trier;
SQL
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try GRADUS_TEST_USER=trier
try=${B:-build/rel}/sql/try_audit
verify=${V:-build/bin}/gradus-verify
pass=0 fail=0

is() { # is "what" EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}
as_trier() { mariadb --no-defaults -S "$MARIADB_SOCK" -u trier try -e "$1" >/dev/null 2>&1; echo $?; }
rows() { mariadb_sql try -e "SELECT stream, id, seq, at, event, actor, HEX(prev), HEX(hash), HEX(body) FROM audit_event ORDER BY stream, id, seq" >"$dir/rows"; }
# what MARIADB_SQL does to a copy of the trail is found by the checker of the house at the stated place
tamper() { # tamper "what" SQL WANTED
    mariadb_sql try -e "CREATE TABLE keep_e AS SELECT * FROM audit_event; CREATE TABLE keep_h AS SELECT * FROM audit_head; $2"
    is "$1" "$3" "$("$try" check 7)"
    mariadb_sql try -e "DELETE FROM audit_event; DELETE FROM audit_head; INSERT INTO audit_event SELECT * FROM keep_e;
        INSERT INTO audit_head SELECT * FROM keep_h; DROP TABLE keep_e, keep_h"
}

"$try" test 2>"$dir/err" | tee "$dir/out"
pass=$((pass + $(grep -c '^ok' "$dir/out"))) fail=$((fail + $(grep -c '^not ok' "$dir/out")))
[ "$pass" -gt 0 ] || { fail=$((fail + 1)); cat "$dir/err"; }

pids=
for _ in 1 2 3 4 5 6; do "$try" write 50 2>>"$dir/err" & pids="$pids $!"; done
broken=0
for p in $pids; do wait "$p" || broken=$((broken + 1)); done
is "six writers at once end well" 0 "$broken"
is "600 events in one chain" "600 events" "$("$try" check 7)"
is "300 events in the other" "300 events" "$("$try" check 8)"
rows
is "the second checker agrees with the rows" "intact: $(wc -l <"$dir/rows") rows" "$(python3 tests/sql/audit_check.py rows "$dir/rows")"

"$try" json 7 >"$dir/t7.json"
"$try" csv 7 >"$dir/t7.csv"
is "gradus-verify: intact" "intact: $dir/t7.json: 600 events" "$("$verify" "$dir/t7.json" | head -1)"
is "the second checker agrees with the export" "intact: 600 events" "$(python3 tests/sql/audit_check.py export "$dir/t7.json")"
is "an empty stream can be exported and checked" 0 "$("$try" json 999 >"$dir/e.json"; "$verify" "$dir/e.json" >/dev/null; echo $?)"
sed '301s/"after":"L2"/"after":"L3"/' "$dir/t7.json" >"$dir/bad.json"
is "gradus-verify: altered, place named" "altered: $dir/bad.json: line 301, event 300: its content does not give its hash 1" \
    "$("$verify" "$dir/bad.json" | tr '\n' ' ')$("$verify" "$dir/bad.json" >/dev/null; echo $?)"
is "the second checker finds it too" "altered: line 301: hash" "$(python3 tests/sql/audit_check.py export "$dir/bad.json")"
is "gradus-verify: cut off" 1 "$(head -c 9000 "$dir/t7.json" >"$dir/bad.json"; "$verify" "$dir/bad.json" >/dev/null; echo $?)"
is "gradus-verify: cut inside the header" 2 "$(head -c 20 "$dir/t7.json" >"$dir/bad.json"; "$verify" "$dir/bad.json" >/dev/null 2>&1; echo $?)"
is "gradus-verify: no such file" 2 "$("$verify" "$dir/none" >/dev/null 2>&1; echo $?)"
is "gradus-verify: a folder" 2 "$("$verify" "$dir" >/dev/null 2>&1; echo $?)"
is "gradus-verify: an empty file" 2 "$("$verify" /dev/null >/dev/null 2>&1; echo $?)"
is "gradus-verify: no argument" 2 "$("$verify" >/dev/null 2>&1; echo $?)"
is "CSV parses to 600 rows of 13, no cell is a formula" "601 13 0" "$(python3 - "$dir/t7.csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8-sig")))
print(len(rows), *set(map(len, rows)), sum(c[:1] in "=+-@\t\r" for r in rows for c in r if c))
PY
)"

is "append_audit may be called" 1 "$(as_trier "CALL append_audit(x'02')")"
for sql in "UPDATE audit_event SET actor = 1" "DELETE FROM audit_event" "TRUNCATE audit_event" "INSERT INTO audit_event SELECT * FROM audit_event" \
    "REPLACE INTO audit_event SELECT * FROM audit_event" "UPDATE audit_head SET seq = 1" "DELETE FROM audit_head" "DROP PROCEDURE append_audit" \
    "ALTER TABLE audit_event ADD x INT"; do
    is "refused: $sql" 1 "$(as_trier "$sql")"
done
for packed in "''" "NULL" "x'01'" "x'0101'" "CONCAT(x'01', x'01', x'0000000000000007', x'00000013', x'01')" \
    "CONCAT(x'01', x'01', x'0000000000000007', x'00000013', x'02', REPEAT(x'00', 18))" \
    "CONCAT(x'01', x'01', x'0000000000000008', x'00000013', x'01', REPEAT(x'00', 18), x'01', x'0000000000000007', x'00000013', x'01', REPEAT(x'00', 18))"; do
    is "append_audit refuses $packed" 1 "$(as_trier "CALL append_audit($packed)")"
done
is "and nothing of it was kept" "600 events" "$("$try" check 7)"

tamper "a changed body is found" "UPDATE audit_event SET body = REPLACE(body, 'L2', 'L3') WHERE stream = 1 AND id = 7 AND seq = 300" \
    "299 events, broken: its content does not give its hash"
tamper "a changed column beside the body is found" "UPDATE audit_event SET actor = 43 WHERE stream = 1 AND id = 7 AND seq = 10" \
    "9 events, broken: its bytes are not canonical, or the columns beside them differ"
tamper "a removed event is found" "DELETE FROM audit_event WHERE stream = 1 AND id = 7 AND seq = 5" \
    "4 events, broken: an event is missing before this one"
tamper "removed last events are found" "DELETE FROM audit_event WHERE stream = 1 AND id = 7 AND seq > 590" \
    "590 events, broken: events are missing at the end"
tamper "a removed head is found" "DELETE FROM audit_head WHERE stream = 1 AND id = 7" \
    "600 events, broken: the head of the stream is missing"
tamper "a relinked hash is found" "UPDATE audit_event SET hash = REPEAT(x'11', 32) WHERE stream = 1 AND id = 7 AND seq = 20" \
    "19 events, broken: its content does not give its hash"
tamper "an exchanged pair is found" "UPDATE audit_event SET seq = seq + 10000 WHERE stream = 1 AND id = 7 AND seq IN (30, 31);
    UPDATE audit_event SET seq = 61 - (seq - 10000) WHERE stream = 1 AND id = 7 AND seq > 10000" \
    "29 events, broken: it does not continue the event before it"
[ -z "${BENCH:-}" ] || "$try" bench
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
