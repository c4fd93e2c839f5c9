#!/bin/bash
# tests/sql/test_seal.sh - seals against a private mariadbd: whatever a superuser does to the trail, hashes made right or not, is found
# by the sealer, by gradus-sealer --check or by gradus-verify with a key and a head from outside; what is clean is never accused.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s build/bin/gradus-verify build/bin/gradus-sealer sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-seal-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
{
    echo "CREATE DATABASE try; USE try;"
    cat schema/0000_house.sql schema/0003_seal.sql
    cat <<'SQL'
CREATE TABLE thing (id BIGINT UNSIGNED PRIMARY KEY, n INT);
CREATE TABLE plain_event LIKE audit_event;
INSERT INTO id_pool VALUES (0, 1000), (1, 1000);
CREATE USER trier IDENTIFIED BY '';
CREATE USER sealer IDENTIFIED BY '';
GRANT SELECT, INSERT, UPDATE ON try.thing TO trier;
GRANT SELECT, INSERT, UPDATE ON try.done_key TO trier;
GRANT SELECT, INSERT, UPDATE ON try.id_pool TO trier;
GRANT SELECT ON try.audit_event TO trier;
GRANT SELECT ON try.audit_head TO trier;
GRANT SELECT ON try.audit_seal TO trier;
GRANT SELECT ON try.audit_leaf TO trier;
GRANT EXECUTE ON PROCEDURE try.append_audit TO trier;
SQL
    sed 's/gradus\./try./; s/gradus_sealer@localhost/sealer/' schema/grants/sealer.sql
} | mariadb_sql || { echo "not ok 1 - the schema"; exit 1; }
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try GRADUS_TEST_USER=trier
try=${B:-build/rel}/sql/try_audit
verify=${V:-build/bin}/gradus-verify
sealer=${V:-build/bin}/gradus-sealer
heads=$dir/heads
pass=0 fail=0

is() { # is "what" EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}
says() { # says "what" CODE TEXT COMMAND...: exit code, and the text somewhere in what it said
    local what=$1 code=$2 text=$3 got out
    shift 3
    out=$("$@" 2>&1)
    got=$?
    if [ "$got" = "$code" ] && [[ $out == *"$text"* ]]; then pass=$((pass + 1)); echo "ok - $what"
    else fail=$((fail + 1)); echo "not ok - $what"; echo "# wanted $code '$text', got $got '$out'"; fi
}
conf() { # conf KEY: the settings of the sealer
    cat >"$dir/gradus.conf" <<END
db_socket = $MARIADB_SOCK
db_name = try
db_user = sealer
seal_key = $1
seal_heads = $heads
END
}
export GRADUS_CONF=$dir/gradus.conf
sql() { mariadb_sql try -e "$1"; }
# every event of ticket $1 again, as SELECT $2 makes it (columns seq and body), with all hashes right: what a superuser would do
rewrite() {
    sql "SELECT CONCAT('CALL append_audit(x''0101', LPAD(HEX($1), 16, '0'), LPAD(HEX(LENGTH(body)), 8, '0'), HEX(body), ''');')
         FROM (SELECT $2) x ORDER BY seq" >"$dir/again.sql"
    sql "DELETE FROM audit_event WHERE stream = 1 AND id = $1; DELETE FROM audit_head WHERE stream = 1 AND id = $1"
    mariadb_sql try <"$dir/again.sql"
}
keep() {
    for t in event head leaf seal; do sql "CREATE TABLE keep_$t AS SELECT * FROM audit_$t"; done
    cp "$heads" "$dir/heads.keep"
}
back() {
    for t in event head leaf seal; do sql "DELETE FROM audit_$t; INSERT INTO audit_$t SELECT * FROM keep_$t; DROP TABLE keep_$t"; done
    cp "$dir/heads.keep" "$heads"
}
export_7() { "$try" json 7 >"$dir/7.json"; }
proved() { export_7; "$verify" "$dir/7.json" --key "$dir/key.pub" --head "$dir/kept"; }
# forge FROM TO: the export of ticket 7 with a text replaced and the file's own SHA-256 made right
forge() {
    python3 - "$dir/7.json" "$dir/forged.json" "$1" "$2" <<'PY'
import hashlib, re, sys
text = open(sys.argv[1], encoding="utf-8").read()
new = re.sub(sys.argv[3], sys.argv[4], text, count=1)
assert new != text, "nothing was replaced"
body, last = new[: new[:-1].rindex("\n") + 1], new[new[:-1].rindex("\n") + 1 :]
last = re.sub('"sha256":"[0-9a-f]*"', '"sha256":"%s"' % hashlib.sha256(body.encode()).hexdigest(), last)
open(sys.argv[2], "w", encoding="utf-8").write(body + last)
PY
}

# ---- keys ----
fingerprint=$("$sealer" --new-key "$dir/key")
is "--new-key makes a key of mode 600" 600 "$(stat -c %a "$dir/key")"
is "its fingerprint is SHA-256 of the public key" "$fingerprint" "$(xxd -r -p "$dir/key.pub" | sha256sum | cut -d' ' -f1)"
says "a key is never overwritten" 2 "File exists" "$sealer" --new-key "$dir/key"
"$sealer" --new-key "$dir/key2" >/dev/null
conf ""
says "no key: nothing is sealed" 2 "seal_key is not set" "$sealer" --once
conf "$dir/key"
chmod 640 "$dir/key"
says "a key that others may read is refused" 2 "must be of mode 0600" "$sealer" --once
chmod 600 "$dir/key"
says "a file that is no key is refused" 2 "not a key made by" env GRADUS_CONF="$dir/gradus.conf" sh -c "
    cp $dir/key.pub $dir/nokey; chmod 600 $dir/nokey; sed 's,^seal_key.*,seal_key = $dir/nokey,' $dir/gradus.conf >$dir/other.conf
    GRADUS_CONF=$dir/other.conf exec $sealer --once"

# ---- sealing ----
says "an empty trail gives no seal" 0 "seal 0: 0 streams moved" "$sealer" --once
"$try" write 5
export_7
says "export before the first seal, with a key" 2 "none was made yet" "$verify" "$dir/7.json" --key "$dir/key.pub"
says "the first seal" 0 "seal 1: 2 streams moved" "$sealer" --once
says "nothing moved, no seal" 0 "seal 1: 0 streams moved" "$sealer" --once
"$try" write 3
"$sealer" --once >/dev/null
cp "$heads" "$dir/kept"
for _ in 1 2 3 4; do "$try" write 2; "$sealer" --once >/dev/null; done
says "all is proved" 0 "ok: 6 seals, 12 leaves, all chains" "$sealer" --check
is "the file has every head" 6 "$(wc -l <"$heads")"
says "a clean export" 0 "is signed and covers events 1 to 32; it continues the kept head 2" proved
is "the second checker agrees" "intact: 32 events" "$(python3 tests/sql/audit_check.py export "$dir/7.json")"
"$try" write 1
says "a tail that is not sealed yet" 0 "covers events 1 to 32, unsealed since 33" proved
"$try" json 8 >"$dir/8.json"
says "the other stream" 0 "covers events 1 to 16" "$verify" "$dir/8.json" --key "$dir/key.pub" --head "$dir/kept"
"$try" json 999 >"$dir/none.json"
says "a stream without events" 0 "intact" "$verify" "$dir/none.json" --key "$dir/key.pub" --head "$dir/kept"
says "--prove, for heads that the export does not tell" 0 '"since":"2"' "$sealer" --prove 2 6
says "... not for one that is not there" 2 "there is no seal 9" "$sealer" --prove 9 6
# a unit of work that commits after a seal is in the next one
sql "START TRANSACTION; CALL append_audit(CONCAT(x'010100000000000000C800000013', x'01', REPEAT(x'00', 18))); DO SLEEP(2); COMMIT" &
late=$!
until [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'")" = 1 ]; do sleep 0.05; done
"$try" write 1
says "a seal does not wait for a unit that is open" 0 "seal 7: 2 streams moved" "$sealer" --once
wait $late
says "what was committed late is in the next seal" 0 "seal 8: 1 streams moved" "$sealer" --once
sql "DELETE FROM audit_event WHERE id = 200; DELETE FROM audit_head WHERE id = 200; DELETE FROM audit_leaf WHERE id = 200; DELETE FROM audit_seal WHERE number = 8"
sed -i 8d "$heads"
# a crash between the database and the file
sed -i '$d' "$heads"
says "a head that a crash kept from the file is added" 0 "seal 7" "$sealer" --once
is "... once" 7 "$(wc -l <"$heads")"
says "and all is proved" 0 "ok: 7 seals" "$sealer" --check
mariadb --no-defaults -S "$MARIADB_SOCK" -u sealer try -e "SELECT GET_LOCK('gradus.seal.try', 0); DO SLEEP(60)" >/dev/null 2>&1 &
locker=$!
until [ "$(sql "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'")" = 1 ]; do sleep 0.05; done
says "a second sealer is refused" 2 "another sealer holds the lock" "$sealer" --once
kill "$locker"
sql "KILL $(sql "SELECT id FROM information_schema.processlist WHERE info LIKE 'DO SLEEP%'")"
wait "$locker" 2>/dev/null
for s in "UPDATE audit_leaf SET seq = 1" "DELETE FROM audit_leaf" "UPDATE audit_seal SET size = 1" "DELETE FROM audit_seal" "DELETE FROM audit_event" \
    "INSERT INTO audit_event SELECT * FROM audit_event" "UPDATE audit_head SET seq = 1" "SELECT * FROM id_pool" "SELECT * FROM thing" \
    "CALL append_audit(x'01')" "TRUNCATE audit_leaf" "DROP TABLE audit_seal"; do
    mariadb --no-defaults -S "$MARIADB_SOCK" -u sealer try -e "$s" >"$dir/refused" 2>&1
    is "the sealer may not: $s" 1 "$?$(grep -c "denied" "$dir/refused" | sed 's/^1$//')"
done

# ---- tampering: each on a copy; found by the check, and by the offline proof where the export shows it ----
tamper() { # tamper "what" SQL|function "CHECK SAYS" "ONCE SAYS or -" "VERIFY SAYS or -"
    local what=$1 how=$2
    keep
    if [ "$(type -t "${how%% *}")" = function ]; then $how; else sql "$how"; fi
    says "$what: the check" 1 "$3" "$sealer" --check
    if [ "$4" != - ]; then
        "$try" write 1
        says "$what: nothing is signed" 1 "$4" "$sealer" --once
    fi
    [ "$5" = - ] || says "$what: the export" 1 "$5" proved
    back
}
all="seq, body FROM audit_event WHERE stream = 1 AND id = 7"
t03() { rewrite 7 "seq, REPLACE(body, 'L2', 'L3') AS body FROM audit_event WHERE stream = 1 AND id = 7"; }
t05() { rewrite 7 "$all UNION ALL SELECT seq + 0.5, body FROM audit_event WHERE stream = 1 AND id = 7 AND seq = 4"; }
t06() { rewrite 7 "$all AND seq <> 4"; }
t07() { rewrite 7 "$all AND seq < 36"; }
t13() { rewrite 7 "seq, IF(seq = 5, INSERT(body, 9, 1, CHAR(ASCII(SUBSTRING(body, 9, 1)) ^ 1)), body) AS body FROM audit_event WHERE stream = 1 AND id = 7"; }
tamper "t01 text of one row" "UPDATE audit_event SET body = REPLACE(body, 'L2', 'L3') WHERE stream = 1 AND id = 7 AND seq = 6" \
    "stream 1/7 event 6: its content does not give its hash" - "event 6: its content does not give its hash"
tamper "t02 a row deleted" "DELETE FROM audit_event WHERE stream = 1 AND id = 7 AND seq = 5" "stream 1/7 event 5: an event is missing" - \
    "event 5: an event is missing before this one"
tamper "t03 rewritten and hashed anew" t03 "was sealed and is gone or rewritten" - "it was sealed with another hash"
keep; t03
says "t03: nothing is signed" 1 "stream ticket/7 event 36: this event was sealed with another hash: it was rewritten" "$sealer" --once
back
tamper "t04 two rows exchanged" "UPDATE audit_event SET seq = seq + 1000 WHERE id = 7 AND seq IN (4, 5); UPDATE audit_event SET seq = 9 - (seq - 1000) WHERE id = 7 AND seq > 1000" \
    "stream 1/7 event 4" - "event 4"
tamper "t05 a row inserted, hashed anew" t05 "was sealed and is gone or rewritten" - "it was sealed with another hash"
tamper "t06 a row left out, hashed anew" t06 "was sealed and is gone or rewritten" - "the seal covers event 36, which is missing"
tamper "t07 the last row after the seal" t07 "is gone or rewritten" - "the seal covers event 36, which is missing"
keep; t07
says "t07: nothing is signed" 1 "event 35: a later event was sealed and is gone" "$sealer" --once
back
tamper "t08 a leaf deleted" "DELETE FROM audit_leaf WHERE number = 6" "leaf 6 is missing" "leaf 6 is missing" "is not under the sealed root"
tamper "t10 a seal deleted" "DELETE FROM audit_seal WHERE number = 4" "a seal is missing before it" "a seal is missing before it" -
tamper "t11 a row moved to another ticket" "UPDATE audit_event SET id = 9 WHERE stream = 1 AND id = 7 AND seq = 36" "is gone or rewritten" - \
    "the seal covers event 36, which is missing"
tamper "t12 actor changed beside the body" "UPDATE audit_event SET actor = 43 WHERE stream = 1 AND id = 7 AND seq = 5" "stream 1/7 event 5: its bytes" - -
tamper "t13 one microsecond, hashed anew" t13 "was sealed and is gone or rewritten" - "it was sealed with another hash"
tamper "t14 a root changed" "UPDATE audit_seal SET root = REPEAT(x'11', 32) WHERE number = 5" "seal 5: its signature is wrong" "seal 5: the leaves do not give its root" \
    "line 5, seal: the seal after this one names another before it"
tamper "t16 two leaves exchanged" "UPDATE audit_leaf SET number = number + 100 WHERE number IN (5, 6); UPDATE audit_leaf SET number = 11 - (number - 100) WHERE number > 100" \
    "seal 3: the leaves do not give its root" "seal 3: the leaves do not give its root" "is not under the sealed root"
tamper "t19 one bit of a stored leaf" "UPDATE audit_leaf SET hash = INSERT(hash, 7, 1, CHAR(ASCII(SUBSTRING(hash, 7, 1)) ^ 1)) WHERE number = 3" \
    "seal 2: the leaves do not give its root" "seal 2: the leaves do not give its root" "is not under the sealed root"
is "t19: no seal was added" 7 "$(sql "SELECT COUNT(*) FROM audit_seal")"
tamper "t20 a leaf without a seal" "INSERT INTO audit_leaf VALUES (15, 1, 7, 1, REPEAT(x'00', 32), 8)" "leaf 15 has no seal" "leaf 15 has no seal" -
tamper "t23 two leaves as one" "UPDATE audit_leaf SET hash = (SELECT root FROM audit_seal WHERE number = 1) WHERE number = 1; DELETE FROM audit_leaf WHERE number = 2;
    UPDATE audit_leaf SET number = number - 1 WHERE number > 2 ORDER BY number" "seal 1" "seal 1" "is not under the sealed root"
tamper "t28 a signature" "UPDATE audit_seal SET signature = INSERT(signature, 1, 1, CHAR(ASCII(SUBSTRING(signature, 1, 1)) ^ 1)) WHERE number = 7" \
    "seal 7: its signature is wrong" "seal 7 is not the one that was written" "its signature is not that of the key"
tamper "t29 a head in the future" "UPDATE audit_seal SET at = at + 86400000000 WHERE number = 7" "seal 7: its time lies in the future" "seal 7 is not the one that was written" \
    "line 2, seal: its time lies in the future"
tamper "t29 a head before the one before" "UPDATE audit_seal SET at = at - 86400000000 WHERE number = 7" "seal 7: its time is before that of the seal before it" \
    "seal 7 is not the one that was written" "line 2, seal"
tamper "an event of a stream that was sealed, all gone" "DELETE FROM audit_event WHERE id = 8; DELETE FROM audit_head WHERE id = 8" "stream ticket/8 was sealed and is gone" - -
tamper "a head without its event" "UPDATE audit_head SET hash = REPEAT(x'22', 32) WHERE id = 8" "the head of the stream is not its last event" - -
keep
sql "UPDATE audit_head SET hash = REPEAT(x'22', 32) WHERE id = 8"
says "a head without its event: nothing is signed" 1 "the event of the head is missing or has another hash" "$sealer" --once
back

# t09: ticket, rows and leaves deleted, the log built anew and signed with the real key
keep
rm "$heads"
sql "DELETE FROM audit_event WHERE id = 8; DELETE FROM audit_head WHERE id = 8; DELETE FROM audit_leaf; DELETE FROM audit_seal"
for _ in 1 2 3; do "$try" write 1; "$sealer" --once >/dev/null; done
says "t09: the database alone is consistent" 0 "ok: 3 seals" "$sealer" --check
says "t09: found by the head that the auditor kept" 1 "it is not the kept head 2" proved
says "t09: not by the key alone" 0 "is signed" "$verify" "$dir/7.json" --key "$dir/key.pub"
cp "$dir/heads.keep" "$heads"
says "t09: found by the sealer's own file" 1 "is not the one that was written to" "$sealer" --once
back
# t15: the newest heads taken away
keep
sql "DELETE FROM audit_leaf WHERE seal > 1; DELETE FROM audit_seal WHERE number > 1"
says "t15 rollback: found by the kept head" 1 "it is older than the kept head 2 (2 leaves instead of 4)" proved
says "t15 rollback: found by the sealer's own file" 1 "is not the one that was written to" "$sealer" --once
back
# t18: another key
conf "$dir/key2"
"$try" write 1
says "t18 another key does not go on" 1 "seal 1: it was made with another key" "$sealer" --once
conf "$dir/key"

# ---- the export alone ----
"$sealer" --once >/dev/null
says "clean again" 0 "it continues the kept head 2" proved
check() { "$verify" "$dir/forged.json" --key "$dir/key.pub" --head "$dir/kept"; }
forge '"key":"[0-9a-f]*"' "\"key\":\"$(xxd -r -p "$dir/key2.pub" | sha256sum | cut -d' ' -f1)\""
says "t17 the key in the export replaced" 1 "not with the key given, $fingerprint" check
says "t17 checked with another key" 1 "not with the key given" "$verify" "$dir/7.json" --key "$dir/key2.pub"
for n in 5 60 95; do
    head -c $(($(stat -c %s "$dir/7.json") * n / 100)) "$dir/7.json" >"$dir/forged.json"
    says "t21 cut after $n %" 1 "altered" check
done
python3 - "$dir" <<'PY'
import sys, unicodedata
text = open(sys.argv[1] + "/7.json", encoding="utf-8").read()
open(sys.argv[1] + "/forged.json", "w", encoding="utf-8").write(unicodedata.normalize("NFD", text))
PY
says "t25 another Unicode form" 1 "its content does not give its hash" check
forge '("proof":\["[0-9a-f]{64}"),' '\1,"0000000000000000000000000000000000000000000000000000000000000000",'
says "t27 a node too many" 1 "is not under the sealed root" check
forge '"proof":\["[0-9a-f]{64}",' '"proof":['
says "t27 a node too few" 1 "is not under the sealed root" check
forge '("proof":\["[0-9a-f]{62})..' '\1'
says "t27 a node of 31 bytes" 1 "a value is missing or is not of its kind" check
forge '"id":"7"' '"id":"8"'
says "the export told as another ticket's" 1 "is not under the sealed root" check
forge '(?m)^\{"leaf".*\n' ''
says "the leaf left out" 1 "altered" check
forge '(?m)^\{"since":"2".*\n' ''
says "the kept head left out: cannot be proved" 2 "gradus-sealer --prove 2 8" check
{ cat "$dir/kept"; "$sealer" --prove 2 8; } >"$dir/kept2"
says "... but with the line of --prove" 0 "it continues the kept head 2" "$verify" "$dir/forged.json" --key "$dir/key.pub" --head "$dir/kept2"
for f in 7 8; do
    "$try" json $f >"$dir/f.json"
    for head in "$dir/kept" "$heads"; do says "no false alarm: $f, ${head##*/}" 0 "it continues" "$verify" "$dir/f.json" --key "$dir/key.pub" --head "$head"; done
done

# ---- the loop ----
sed -i '$a seal_interval = 1' "$dir/gradus.conf"
"$sealer" 2>"$dir/loop.log" &
loop=$!
"$try" write 1
for _ in $(seq 200); do [ "$(sql "SELECT COUNT(*) FROM audit_leaf WHERE id = 7 AND seq = (SELECT seq FROM audit_head WHERE id = 7)")" = 1 ] && break; sleep 0.05; done
is "the loop seals by itself" 1 "$(sql "SELECT COUNT(*) FROM audit_seal l JOIN audit_leaf f ON f.seal = l.number WHERE f.id = 7 AND f.seq = (SELECT seq FROM audit_head WHERE id = 7)")"
kill "$loop"
wait "$loop"
is "and ends when it is told to" 0 $?
says "all is proved at the end" 0 "all chains" "$sealer" --check
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
