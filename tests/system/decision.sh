#!/bin/sh
# tests/system/decision.sh - decisions on the whole road: a ticket says why, the trail names decision, version and rule, another version in
# force counts from then on, and a replay still agrees about what was decided before.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
[ -x build/bin/gradus ] || make -s all >&2 || exit 1
make -s static lang >&2 || exit 1
. tests/lib/instance.sh
INSTANCE_SETTINGS='feel_steps = 2000'
instance_up "db ldap app web"
. tests/lib/pages.sh
release workflows/decisions/*.dmn workflows/*/*.bpmn >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
db_root -e "UPDATE person SET lang = 'en'"
for who in anna luca eva; do sign_in $who; done
one() { db_root -N -e "$1"; }
service=$(one "SELECT id FROM service WHERE service_key = 'workplace'")
ask() { # ask TITLE IMPACT URGENCY: a ticket of anna, its reference in $ref
    form anna /portal/request/new
    post anna /portal/request/new -F "service=$service" -F "title=$1" -F description=text -F "impact=$2" -F "urgency=$3"
    ref=$(echo "$LOCATION" | sed 's|.*/||')
    id=${ref#INC-}
}
trail() { one "SELECT body FROM audit_event WHERE stream = 1 AND id = $id AND event = 161 ORDER BY seq" >"$D/tmp/trail"; }
agrees() { build/bin/gradus replay >"$D/tmp/replay" 2>&1; }

# ---- the reasons, in words ----
ask 'VPN does not connect' organisation critical
ok "a ticket is taken" status 303
get anna "/portal/request/$ref"
ok "the requester reads why it is P1" shows 'P1 because impact = organisation and urgency = critical (rule 1 of Priority, version 1)'
ok "... and nothing else that was decided" hides 'Classification'
get luca "/agent/ticket/$ref"
ok "the agent, too" shows 'P1 because impact = organisation and urgency = critical (rule 1 of Priority, version 1)'
ok "... and what it is about" shows 'category = network, area = it because title = vpn does not connect (rule 3 of Classification, version 1)'
one "UPDATE person SET lang = 'de' WHERE uid = 'luca'"
sign_in luca
get luca "/agent/ticket/$ref"
ok "in the words of the person's language" shows 'P1, weil impact = organisation und urgency = critical (Regel 1 von Priority, Version 1)'
old=$id oldref=$ref

# ---- the trail ----
get eva "/auditor/trail/$ref"
ok "the auditor sees the decisions" shows 'Priority'
ok "... with the reason" shows 'impact = organisation and urgency = critical, rule 1'
form eva "/auditor/trail/$ref"
post eva "/auditor/trail/$ref/export" -F format=json
ok "the export has decision, version, rule and result" shows '"decision".*"Priority".*"version".*"1".*"rule".*"1".*"result".*"P1"'
cp "$BODY" "$D/tmp/export.json"
ok "... and its chain holds" build/bin/gradus-verify "$D/tmp/export.json"
ok "the trigger log says which models answered" [ "$(one "SELECT COUNT(*) FROM trigger_log l JOIN ticket t ON t.inst_id = l.inst_id WHERE t.id = $id AND l.body LIKE '%asked {\"classification\":%,\"priority\":%,\"entitlement\":%}%'")" = 1 ]

# ---- another version in force ----
sed '0,/"critical", "high"/s//"high"/; s|<text>"P1"</text></outputEntry>|<text>"P2"</text></outputEntry>|' workflows/decisions/priority.dmn >"$D/tmp/priority.dmn"
ok "the next version is released" build/bin/gradus deploy "$D/tmp/priority.dmn" --release
ask 'VPN does not connect' department critical
get luca "/agent/ticket/$ref"
ok "a new ticket is decided by it" shows 'P2, weil impact = department und urgency = critical (Regel 4 von Priority, Version 2)'
get luca "/agent/ticket/$oldref"
ok "an old one keeps its reasons" shows 'Regel 1 von Priority, Version 1'
ok "a replay of all agrees, whatever is in force" agrees
ok "... and there was something to replay" grep -q '^2 instances replayed' "$D/tmp/replay"

# ---- a decision that goes wrong, and is put right ----
sed 's|<text>"P2"</text></outputEntry>|<text>number("two", null, null)</text></outputEntry>|' workflows/decisions/priority.dmn >"$D/tmp/priority.dmn"
ok "a version with a slip is released" build/bin/gradus deploy "$D/tmp/priority.dmn" --release
ask 'Nothing works' organisation medium
ok "a ticket is taken all the same" status 303
why=$(one "SELECT message FROM incident WHERE subject_id = $id AND state = 1")
ok "its incident names decision, version and rule" [ "$(echo "$why" | grep -c 'The decision Priority (version 3) gives no value: rule 2')" = 1 ]
ok "the version before is released again" build/bin/gradus deploy workflows/decisions/priority.dmn --release
for who in ada; do sign_in $who; done
form ada /admin/job
post ada "/admin/incident/$(one "SELECT id FROM incident WHERE subject_id = $id AND state = 1")/retry"
ok "the operator tries the step again" leads /admin/job
get luca "/agent/ticket/$ref"
ok "... and the ticket goes on by version 4" shows 'Regel 2 von Priority, Version 4'
ok "a replay agrees about that, too" agrees

# ---- a model without a decision that a process asks for ----
sed 's/<decision id="priority"/<decision id="urgency_only"/' workflows/decisions/priority.dmn >"$D/tmp/priority.dmn"
build/bin/gradus deploy "$D/tmp/priority.dmn" --release >"$D/tmp/said" 2>&1
ok "a version without it is not released" grep -q "The process incident asks for the decision 'priority'" "$D/tmp/said"

# ---- a decision that does too much ----
sed 's|<text>"P2"</text></outputEntry>|<text>if count(for i in 1..5000 return i) > 0 then "P2" else "P3"</text></outputEntry>|' \
    workflows/decisions/priority.dmn >"$D/tmp/priority.dmn"
ok "a version that counts to five thousand is released" build/bin/gradus deploy "$D/tmp/priority.dmn" --release
ask 'Nothing works' organisation medium
why=$(one "SELECT message FROM incident WHERE subject_id = $id AND state = 1")
ok "it is stopped, and the incident says so" [ "$(echo "$why" | grep -c 'The decision Priority (version 5) was stopped')" = 1 ]
ask 'Something works' team medium
ok "... where the rule is not asked it is not in the way" [ "$(one "SELECT priority FROM ticket WHERE id = $id")" = 3 ]
ok "a replay agrees" agrees
ok "nothing of the house is broken" build/bin/gradus check
pages_end
