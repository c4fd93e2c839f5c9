#!/bin/sh
# tests/system/admin.sh - the operators' pages: health, jobs, incidents and their retry, roles, ending somebody's sessions.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
[ -x build/bin/gradus-admin.fcgi ] || make -s all >&2 || exit 1
make -s lang >&2 || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
. tests/lib/pages.sh
"$INSTANCE" load "$D" >&2 || exit 1
db_root -e "UPDATE person SET lang = 'en'"
for who in ada anna luca eva peter sofia; do sign_in $who; done
one() { db_root -N -e "$1"; }

# ---- who may ----
for who in anna luca eva peter; do
    get $who /admin/
    ok "$who is refused" status 403
done
get ada /auditor/trail
ok "the operator is no auditor" status 403

# ---- health ----
get ada /admin/
ok "health has a page" status 200
ok "... the database and the schema" shows "MariaDB 10\.[0-9.]*[^,]*, schema $(one 'SELECT MAX(number) FROM schema_migration')"
ok "... the settings of the directory" shows 'ldap_base'
ok "... no secret" hides "$(sed -n 's/^ldap_bind_password = //p' "$GRADUS_CONF")"
ok "... but that it is set" shows 'set, not shown'
get ada /admin/health
ok "the probe of the process is beside it" shows alive

# ---- incidents: a model whose priority nobody knows ----
sed 's/gradus:resultVariable="priority"/gradus:resultVariable="rank"/' workflows/incident/incident.bpmn >"$D/tmp/incident.bpmn"
form peter /designer/upload
post peter /designer/upload -F "file=@$D/tmp/incident.bpmn"
draft=$(echo "$LOCATION" | sed -n 's/.*version=\([0-9]*\)$/\1/p')
form sofia /designer/model/incident
post sofia "/designer/model/incident/$draft/release"
form anna /portal/request/new
service=$(one "SELECT id FROM service WHERE process_key = 'incident' ORDER BY position LIMIT 1")
post anna /portal/request/new -F "service=$service" -F "title=The secret of the printer" -F description=text -F impact=person -F urgency=low
ref=$(echo "$LOCATION" | sed 's|.*/||')
ok "a ticket that cannot be classified is taken all the same" status 303
form ada /admin/job
ok "its incident is listed" shows "$ref"
ok "... with the reason" shows 'the priority must be P1, P2, P3 or P4'
ok "... without a text of the ticket" hides 'secret of the printer'
incident=$(one "SELECT MAX(id) FROM incident WHERE state = 1")
post luca "/admin/incident/$incident/retry"
ok "an agent cannot retry it" status 403
post ada "/admin/incident/$incident/retry"
ok "the operator can" leads /admin/job
get ada /admin/job
ok "... it failed again: a new incident" shows 'If it failed once more, there is a new incident'
ok "... the old one is solved" [ "$(one "SELECT state FROM incident WHERE id = $incident")" = 2 ]
ok "... and the trail says who" [ "$(one "SELECT COUNT(*) FROM audit_event e JOIN person p ON p.id = e.actor WHERE p.uid = 'ada' AND e.event = 159 AND e.stream = 1")" = 1 ]
form ada /admin/job
post ada "/admin/incident/$incident/retry"
ok "a stale form is refused" status 409
post ada /admin/incident/999999999/retry
ok "an incident that never was is not found" status 404

# ---- instances: where they stand, and what may be done ----
inst=$(one "SELECT inst_id FROM incident WHERE state = 1 ORDER BY id DESC LIMIT 1")
state() { one "SELECT state FROM inst WHERE id = $inst"; }
get ada /admin/instance
ok "an instance that stopped is listed" shows "/admin/instance/$inst"
get ada "/admin/instance?q=$ref"
ok "... and found by its ticket" shows "/admin/instance/$inst"
get luca "/admin/instance/$inst"
ok "an agent does not see it" status 403
form ada "/admin/instance/$inst"
ok "its page says where it stands" shows 'the priority must be P1, P2, P3 or P4'
ok "... with its variables" shows 'impact'
ok "... but no text of the ticket" hides 'secret of the printer'
post ada "/admin/instance/$inst" -F act=suspend -F why='the model is being mended'
ok "it is suspended" [ "$(state)" = 5 ]
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=move -F token=1 -F node=triage
ok "nothing moves then" status 409
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=resume -F why=mended
ok "... until it is resumed" [ "$(state)" = 0 ]
stopped=$(one "SELECT id FROM incident WHERE inst_id = $inst AND state = 1")
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=retry -F "incident=$stopped" -F name=priority -F value='no value('
ok "a value that is no FEEL is refused" status 422
ok "... and kept" shows 'no value('
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=retry -F "incident=$stopped" -F name=priority --form-string 'value="P3"'
ok "with the variable set the step succeeds" [ "$(one "SELECT COUNT(*) FROM incident WHERE inst_id = $inst AND state = 1")" = 0 ]
at() { one "SELECT GROUP_CONCAT(node ORDER BY no) FROM token WHERE inst_id = $inst AND role = 0 AND state = 1"; }
before=$(at)
token=$(one "SELECT no FROM token WHERE inst_id = $inst AND role = 0 AND state = 1 ORDER BY no LIMIT 1")
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=move -F "token=$token" -F node=diagnose -F why='known fault'
ok "a token is moved ($before to $(at))" [ "$(at)" = diagnose ]
ok "... with its reason in the trail" [ "$(one "SELECT COUNT(*) FROM audit_event WHERE CONVERT(body USING latin1) LIKE '%known fault%'")" -ge 1 ]
sed -E 's/\bdiagnose\b/look_deeper/g' "$D/tmp/incident.bpmn" >"$D/tmp/renamed.bpmn"
build/bin/gradus deploy "$D/tmp/renamed.bpmn" --release >/dev/null
newer=$(one "SELECT id FROM definition WHERE process_key = 'incident' AND current = 1")
get ada "/admin/instance/$inst?act=check&version=$newer"
ok "the dry run says what stands in the way" shows diagnose
get ada "/admin/instance/$inst?act=check&version=$newer&from=diagnose&to=look_deeper"
ok "... and with a pair nothing does" shows 'Nothing stands in the way'
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=migrate -F "version=$newer" -F from=diagnose -F to=look_deeper -F why='new version'
ok "the instance is migrated" [ "$(at)" = look_deeper ]
ok "... and is what its triggers make of it" sh -c "build/bin/gradus replay $inst >/dev/null"
form ada "/admin/instance/$inst"
post ada "/admin/instance/$inst" -F act=cancel -F why='opened by mistake'
ok "it is cancelled" [ "$(state)" = 3 ]

# ---- jobs ----
job=$(one "SELECT id FROM job WHERE state = 1 ORDER BY due DESC LIMIT 1")
form ada /admin/job
post ada "/admin/job/$job/retry"
ok "a job that waits cannot be retried" status 409
one "UPDATE job SET state = 2, attempts = 3, error = 'it did not work' WHERE id = $job"
form ada /admin/job
ok "a job that failed for good is listed" shows "/admin/job/$job/retry"
post ada "/admin/job/$job/retry"
ok "... and retried" leads /admin/job
post ada "/admin/job/$job/retry"
ok "... once, if the form is sent twice" [ "$(one "SELECT COUNT(*) FROM audit_event WHERE stream = 6 AND id = $job AND event = 502")" = 1 ]

# ---- roles and people ----
get ada /admin/role
ok "the mapping is shown" shows 'cn=gradus-auditors,ou=groups'
ok "... with the queue" shows '1st Level'
get ada "/admin/role?q=kov"
ok "a person is found" shows 'Éva Kovács'
ok "... nobody else" hides 'Luca Rossi'
get ada "/admin/role?q=%25"
ok "a percent sign is a letter" hides 'Luca Rossi'
luca=$(one "SELECT id FROM person WHERE uid = 'luca'")
form ada "/admin/person/$luca"
ok "a person with roles" shows 'Service desk, 1st Level'
ok "... where from" shows 'cn=gradus-l1,ou=groups'
get luca /portal/
ok "luca is signed in" status 200
form ada "/admin/person/$luca"
post ada "/admin/person/$luca/end-sessions"
ok "the sessions are ended" leads "/admin/person/$luca"
get ada "/admin/person/$luca"
ok "... none is left" shows 'Not signed in anywhere'
get luca /agent/queue
ok "luca must sign in again" leads '/login/?next=/agent/queue'
ok "... one event says so" [ "$(one "SELECT COUNT(*) FROM audit_event WHERE stream = 3 AND id = $luca AND event = 306")" = 1 ]
get ada /admin/person/999999999
ok "an unknown person is not found" status 404
ok "no answer was a server error" [ "$(grep -c ' 5[0-9][0-9] [0-9]* bytes' "$D/log/admin.log")" = 0 ]
pages_end
