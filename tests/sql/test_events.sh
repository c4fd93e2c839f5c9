#!/bin/bash
# tests/sql/test_events.sh - messages, signals, calls, starts and operations on tickets, with the worker at work: who gets what, exactly
# once, and that everything stored stands the invariants and the replay afterwards.
cd "$(dirname "$0")/../.." || exit 1
make -s all lang >/dev/null || exit 1
. tests/lib/instance.sh
INSTANCE_SETTINGS="fuel = 500" # so that the trigger log has to say it
instance_up "db ldap app"
"$INSTANCE" load "$D" >&2 || exit 1
G=build/bin/gradus
F=tests/sql/events
pass=0 fail=0

is() { # is "what" WANTED GOT
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}
says() { # says CODE TEXT WORDS...: gradus WORDS ends with CODE, and TEXT is in what it says
    code=$1 text=$2
    shift 2
    "$G" "$@" >"$D/tmp/said" 2>&1
    got=$?
    if [ "$got" = "$code" ] && grep -qF -- "$text" "$D/tmp/said"; then pass=$((pass + 1)); echo "ok - gradus $*"
    else fail=$((fail + 1)); echo "not ok - gradus $*: $got instead of $code, or without '$text'"; sed 's/^/# /' "$D/tmp/said"; fi
}
sql() { db_root -N -B -e "$1"; }
soon() { # soon "what" WANTED SQL: the worker brings it about within ten seconds
    for _ in $(seq 100); do
        [ "$(sql "$3")" = "$2" ] && break
        sleep .1
    done
    is "$1" "$2" "$(sql "$3")"
}
at() { sql "SELECT GROUP_CONCAT(node ORDER BY node) FROM token WHERE inst_id = $1 AND role = 0"; }
number() { sed -n 's/.*instance \([0-9]*\)$/\1/p' "$D/tmp/said"; }

who=$(sql "SELECT uid FROM person WHERE active = 1 AND roles LIKE '%requester%' ORDER BY id LIMIT 1")
says 0 'service added' add service shop it shop Shop
says 0 'service added' add service alarm it alarm Alarm
says 0 'process payment released as version 1' deploy $F/shop.bpmn --release
is "the message start event is armed" "1 order.placed ordered" "$(sql 'SELECT kind, name, node FROM start_point' | tr '\t' ' ')"

# ---- a message begins a process, and its call waits for another ----
says 1 'nobody waits for it' message paid --key A1
says 2 'the name of a message' message ''
says 1 'nobody is known as its requester' message order.placed
says 0 'started instance' message order.placed "requester=\"$who\"" order=\"A1\" 'title="Seven apples"'
one=$(number)
ticket=$(sql "SELECT subject_id FROM inst WHERE id = $one")
is "it is about a new ticket" "Seven apples/$who" "$(sql "SELECT CONCAT(t.title, '/', p.uid) FROM ticket t JOIN person p ON p.id = t.requester_id WHERE t.id = $ticket AND t.inst_id = $one")"
child=$(sql "SELECT id FROM inst WHERE parent_inst = $one")
is "the called process waits" "wait" "$(at "$child")"
is "for a message with the order as key" "paid 1" "$(sql "SELECT name, key_hash = UNHEX(SHA2('\"A1\"', 256)) FROM subscription WHERE inst_id = $child" | tr '\t' ' ')"
says 1 'nobody waits for it' message paid --key A2
says 1 'nobody waits for it' message paid

# exactly one of four at once
for i in 1 2 3 4; do "$G" message paid --key A1 amount=$i >"$D/tmp/paid.$i" 2>&1 & pids="${pids-} $!"; done
for p in $pids; do wait "$p"; done
is "of four messages at once one is taken" "1 3" "$(grep -l 'taken by' "$D"/tmp/paid.? | wc -l | tr -d ' ') $(grep -l 'nobody waits' "$D"/tmp/paid.? | wc -l | tr -d ' ')"
is "the call is over and its caller went on" "1 pack" "$(sql "SELECT state FROM inst WHERE id = $child") $(at "$one")"
is "with what the message brought" 1 "$(sql "SELECT COUNT(*) FROM variable WHERE inst_id = $one AND name = 'amount'")"
is "and its task is open" "pack" "$(sql "SELECT node FROM task WHERE inst_id = $one AND state = 1")"

# ---- a message that is kept ----
says 0 'kept; nobody waits' message paid --key A2 --keep PT1H
says 0 'started instance' message order.placed "requester=\"$who\"" 'order="A2"'
two=$(number)
soon "what was kept is taken by whoever comes later" pack "SELECT GROUP_CONCAT(node) FROM token WHERE inst_id = $two AND role = 0"
is "and is kept no more" 0 "$(sql 'SELECT COUNT(*) FROM message')"
says 0 'kept; nobody waits' message nothing --keep PT1S
soon "what nobody comes for expires" "0 1" "SELECT CONCAT((SELECT COUNT(*) FROM message), ' ', (SELECT COUNT(*) FROM audit_event WHERE event = 608))"

# whoever begins to wait, and a message that is kept at the very moment, find each other
pids=
for i in $(seq 12); do
    "$G" message order.placed "requester=\"$who\"" "order=\"R$i\"" >"$D/tmp/race.$i" 2>&1 & pids="$pids $!"
    "$G" message paid --key "R$i" --keep PT1H >"$D/tmp/race.paid.$i" 2>&1 & pids="$pids $!"
done
for p in $pids; do wait "$p" || echo "# $(cat "$D"/tmp/race.*)"; done
soon "all of twelve orders are paid" "12 0" "SELECT CONCAT((SELECT COUNT(*) FROM variable v JOIN token k ON k.inst_id = v.inst_id AND k.node = 'pack' AND k.role = 0
    WHERE v.name = 'order' AND v.value LIKE '\"R%'), ' ', (SELECT COUNT(*) FROM message WHERE name = 'paid'))"

# ---- operations ----
token=$(sql "SELECT no FROM token WHERE inst_id = $two AND node = 'pack' AND role = 0")
says 0 "token $token active at pack" operate show "$two"
says 0 ': done' operate suspend "$two" --why 'stock-taking'
is "nobody finds the subscriptions of a suspended instance" "12" "$(sql "SELECT kind FROM subscription WHERE inst_id = $two")"
says 1 'suspended' operate move "$two" "$token" tell
says 0 'strike: reaches 13' signal strike
soon "a signal reaches the others" "pack,tell" "SELECT GROUP_CONCAT(node ORDER BY node) FROM token WHERE inst_id = $one AND role = 0"
is "and passes it by" pack "$(at "$two")"
says 0 ': done' operate resume "$two"
says 1 'is not suspended' operate resume "$two"
says 0 ': done' operate set "$two" "note=\"fragile\"" --why 'the customer called'
is "a variable is set" '"fragile"' "$(sql "SELECT value FROM variable WHERE inst_id = $two AND name = 'note'")"
says 2 "has no node 'nowhere'" operate move "$two" "$token" nowhere
says 0 ': done' operate move "$two" "$token" tell --why 'wrong parcel'
is "a token is moved" tell "$(at "$two")"
says 0 ': done' operate add "$two" pack
says 0 ': done' operate drop "$two" "$(sql "SELECT no FROM token WHERE inst_id = $two AND node = 'tell' AND role = 0")"
is "one is added, one taken away" pack "$(at "$two")"
says 1 'gone' operate drop "$two" 9999
says 2 'there is no process instance' operate suspend 1

# ---- another version ----
says 0 'process shop released as version 2' deploy $F/shop2.bpmn --release
is "the new version alone begins" "ordered $(sql "SELECT id FROM definition WHERE process_key = 'shop' AND current = 1")" "$(sql 'SELECT node, definition_id FROM start_point' | tr '\t' ' ')"
v2=$(sql "SELECT id FROM definition WHERE process_key = 'shop' AND version = 2")
says 1 'migrate-node-missing' operate migrate "$two" "$v2" --dry
says 0 "nothing stands in the way" operate migrate "$two" "$v2" pack=wrap --dry
is "a dry run changes nothing" pack "$(at "$two")"
says 0 ': done' operate migrate "$two" "$v2" pack=wrap --why 'wrapping is new'
is "token, task and version have moved" "wrap wrap $v2" "$(at "$two") $(sql "SELECT node FROM task WHERE inst_id = $two AND state = 1") $(sql "SELECT definition_id FROM inst WHERE id = $two")"
says 0 'strike: reaches 14' signal strike
soon "it still hears what it waited for" "tell,wrap" "SELECT GROUP_CONCAT(node ORDER BY node) FROM token WHERE inst_id = $two AND role = 0"

# ---- an incident ----
at_pack=$(sql "SELECT no FROM token WHERE inst_id = $one AND node = 'pack' AND role = 0")
says 0 ': done' operate escalation "$one" "$at_pack" HURRY
is "an escalation that nobody catches is lost" pack,tell,tell "$(at "$one")"
says 0 ': done' operate error "$one" "$at_pack" BROKEN 'part="lid"' --why 'dropped it'
incident=$(sql "SELECT id FROM incident WHERE inst_id = $one AND state = 1")
is "an error that nobody catches is an incident" "2 pack" "$(sql "SELECT CONCAT(state, ' ', node) FROM token WHERE inst_id = $one AND no = $at_pack")"
says 0 "failed at pack" operate show "$one"
says 0 ': done' operate skip "$incident" --why 'sent without the lid'
is "what is skipped is left behind" tell,tell "$(at "$one")"
says 1 'is solved already' operate retry "$incident"
says 2 'there is no incident 1' operate retry 1

# ---- what begins by itself ----
says 0 'process alarm released as version 1' deploy $F/alarm.bpmn --release
sql "UPDATE definition SET author_id = (SELECT id FROM person WHERE uid = '$who') WHERE process_key = 'alarm'"
soon "a timer begins two instances and rests" "2 0 0" "SELECT CONCAT((SELECT COUNT(*) FROM inst i JOIN definition d ON d.id = i.definition_id WHERE d.process_key = 'alarm'), ' ', due, ' ', job_id) FROM start_point WHERE kind = 4"
says 0 'begins 0' offer degrees=20
says 0 'begins 1' offer degrees=31 "requester=\"$who\""
soon "a condition begins one" 3 "SELECT COUNT(*) FROM inst i JOIN definition d ON d.id = i.definition_id WHERE d.process_key = 'alarm'"
says 0 'reaches 14' signal strike
soon "a signal begins one" 4 "SELECT COUNT(*) FROM inst i JOIN definition d ON d.id = i.definition_id WHERE d.process_key = 'alarm'"
soon "nothing is left to do" 0 "SELECT COUNT(*) FROM job WHERE state = 1 AND kind NOT IN ('timer', 'expire')"
is "and nothing has failed" "" "$(sql 'SELECT error FROM job WHERE state = 2 OR attempts > 0')"

# ---- 100,000 who wait: one message looks at a few rows ----
says 0 'started instance' message order.placed "requester=\"$who\"" 'order="A3"'
three=$(number)
sql "INSERT INTO subscription (inst_id, token, kind, name, way_definition, way_node, way_event, key_hash, id, definition_id, node, subject_id, created)
    SELECT 900000000 + seq, 7, 1, 'paid', IF(seq % 3 = 0, $v2, 0), '', 0, UNHEX(SHA2(seq, 256)), seq, $v2, 'wait', 1, seq FROM seq_1_to_100000;
  DELETE FROM subscription WHERE way_definition <> 0 AND inst_id > 900000000; ANALYZE TABLE subscription" >/dev/null
reads() { sql "SELECT SUM(VARIABLE_VALUE) FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME LIKE 'HANDLER_READ%'"; }
kill -STOP "$(cat "$D/run/worker.pid")"
before=$(reads)
says 0 'taken by instance' message paid --key A3
after=$(reads)
kill -CONT "$(cat "$D/run/worker.pid")"
is "a message finds its receiver among 66,667 of its name by a few reads" yes "$([ $((after - before)) -lt 1500 ] && echo yes || echo "$((after - before)) reads")"
is "and the right one" wrap "$(at "$three")"
sql "DELETE FROM subscription WHERE inst_id > 900000000"

# ---- the proof ----
"$G" replay >"$D/tmp/replay" 2>&1
is "every instance is what its triggers make of it" "" "$(grep -v 'instances replayed' "$D/tmp/replay")"
"$G" check >"$D/tmp/check" 2>&1
is "the invariants hold" "" "$(grep -v '^ok' "$D/tmp/check")"
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
