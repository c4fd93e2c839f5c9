#!/bin/bash
# tests/system/cli.sh - the command line as an admin types it: exit codes, slips, setting up an empty desk without the demo's loader,
# and the sign-in that follows from it, with its back-off.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s all lang >/dev/null || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
. tests/lib/pages.sh
G=build/bin/gradus
export GRADUS_CONF
says() { # says CODE TEXT WORDS...: gradus WORDS ends with CODE, and TEXT is in what it says
    code=$1 text=$2
    shift 2
    "$G" "$@" >"$D/tmp/said" 2>&1
    got=$?
    if [ "$got" = "$code" ] && grep -qF -- "$text" "$D/tmp/said"; then echo "ok gradus $*"; else
        echo "not ok gradus $*: $got instead of $code, or without '$text'"
        sed 's/^/# /' "$D/tmp/said"
    fi
}
number() { db_root -N -e "SELECT COUNT(*) FROM $1"; }

# ---- words ----
says 0 'usage: gradus'
says 0 'gradus migrate' --help
says 2 'usage: gradus' nosuch
for c in conf migrate grants deploy lint decide scenario conformance replay check add where message signal offer operate demo; do says 0 "gradus $c" $c --help; done
says 2 "'--statsu' is not understood" migrate --statsu
says 2 "'now' is not understood" check now
says 0 'db_socket = ' --conf "$GRADUS_CONF" conf --effective
if grep -q "$(cut -d' ' -f2 "$DB_PASSWORDS" | head -1)" "$D/tmp/said"; then echo "not ok no secret in it"; else echo "ok no secret in it"; fi
printf 'db_name = a\ndb_name = b\n' >"$D/tmp/twice.conf"
says 2 "'db_name' is set a second time" --conf "$D/tmp/twice.conf" check
says 0 'done     0000_house.sql' migrate --status
says 2 'was changed after it had run' migrate --schema "$(cp -r schema "$D/tmp/schema" && echo '-- x' >>"$D/tmp/schema/0001_core.sql" && echo "$D/tmp/schema")"

# ---- where ----
says 0 'ticket_do_take (cgi-bin/agent/ticket.c:' where POST /agent/ticket/INC-7/take
says 1 'no route answers' where POST /agent/nosuch
says 2 'no list of routes here' where --routes "$D/nosuch" GET /portal/

# ---- a desk from nothing ----
B=ou=groups,$LDAP_BASE
events=$(number audit_event)
says 2 'there is no such role' add role boss "cn=gradus-l1,$B"
says 2 'there is no such role' add role requester,admin "cn=gradus-l1,$B"
says 0 'role added' add role requester "cn=gradus-employees,$B"
says 0 'role added' add role sd_l1 "cn=gradus-l1,$B"
says 2 'a queue needs a role with a tier' add queue q requester Queue
says 2 'a key has small letters' add queue Q sd_l1 Queue
says 2 'the name: 1 to' add queue q sd_l1 "$(printf 'x%.0s' $(seq 101))"
says 2 'the name: 1 to' add queue q sd_l1 "$(printf '\377')"
says 0 'queue added' add queue l1 sd_l1 '1st level'
says 2 'Duplicate entry' add queue l1 sd_l1 '1st level'
says 2 'no team works in this area' add service mail mars incident Mail
says 0 'service added' add service mail it incident Mail --description 'Mailboxes' --icon envelope
says 2 'gradus add role, queue or service' add person x
says 1 "There is no decision 'classification' in force" deploy workflows/incident/incident.bpmn --release
for d in classification priority entitlement; do says 0 'released as version 1' deploy workflows/decisions/$d.dmn --release; done
says 0 'released as version 1' deploy workflows/incident/incident.bpmn --release
says 1 'tests/fixtures/dmn/bad.dmn:14: error dmn-cycle ring_a: ' lint tests/fixtures/dmn/bad.dmn
says 1 '"rule":"dmn-expression-broken","line":7,"element":"broken"' lint --json tests/fixtures/dmn/bad.dmn
says 0 '"findings":[]' lint --json tests/fixtures/dmn/request.dmn
says 1 'error dmn-cycle ring_a: ' deploy tests/fixtures/dmn/bad.dmn --release
says 0 'decision model request_rules released as version 1' deploy tests/fixtures/dmn/request.dmn --release
sed 's/id="request_rules"/id="other_rules"/' tests/fixtures/dmn/request.dmn >"$D/tmp/other.dmn"
says 1 'stands in other_rules and, in force as version 1, in request_rules' deploy "$D/tmp/other.dmn" --release
sed 's/id="request_rules"/id="incident"/' tests/fixtures/dmn/request.dmn >"$D/tmp/taken.dmn"
says 1 "'incident' is the id of a process already" deploy "$D/tmp/taken.dmn"
[ "$(number 'definition WHERE kind = "dmn"'):$(number 'decision WHERE current = 1 AND definition_id = (SELECT id FROM definition WHERE process_key = "request_rules")')" = 4:3 ] &&
    echo "ok what was refused was not stored" || echo "not ok what was refused was not stored"
[ "$(db_root -N -e "SELECT GROUP_CONCAT(event ORDER BY event) FROM audit_event WHERE stream = 5 AND event IN (601, 605)")" = 601,601,605,605 ] &&
    echo "ok each addition has its event" || echo "not ok each addition has its event"
[ "$(number role_map):$(number queue):$(number service)" = 2:1:1 ] && echo "ok nothing refused was stored" || echo "not ok nothing refused was stored"
[ "$(number audit_event)" -gt "$events" ] || echo "not ok the trail grew"
sign_in luca
get luca /agent/queue/mine
ok "a group's member has the role" status 200
sign_in ben
get ben /agent/queue/mine
ok "others do not" status 403
says 0 'ok - audit chains' check

# ---- back-off: login_tries failures are answered at once, the next one waits; nobody else does ----
try() { # try WHO PASSWORD: status of one sign-in with a new browser
    rm -f "$D/tmp/try.jar"
    page=$(curl -s -c "$D/tmp/try.jar" "$URL/login/")
    field() { printf %s "$page" | grep -o "name=\"$1\" value=\"[^\"]*\"" | head -1 | sed 's/.*value="//; s/"$//'; }
    curl -s -o /dev/null -w '%{http_code}' -b "$D/tmp/try.jar" -d "csrf=$(field csrf)" -d "once=$(field once)" -d "user=$1" -d "password=$2" -d next= \
        "$URL/login/"
}
said() { # said WHAT GOT WANTED
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: $2 instead of $3"; fi
}
said "ten wrong passwords" "$(for _ in $(seq 10); do try helga wrong; done)" 422422422422422422422422422422
db_root -e "UPDATE login_failure SET at = at + 60000000" # the pause is two seconds yet; a slow machine would sleep through it
said "the next one has to wait" "$(try helga wrong)" 429
said "the right one as well" "$(try helga helga)" 429
said "another person does not" "$(try nina nina)" 303
db_root -e "UPDATE login_failure SET at = at - 120000000"
said "after the pause it goes on" "$(try helga helga)" 303
