#!/bin/sh
# tests/system/store.sh - data stores on the whole road: a process reads fields of its ticket and of the asset, writes them, and is stopped
# where the ticket cannot take what it writes; a replay agrees about all of it.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
[ -x build/bin/gradus ] || make -s all >&2 || exit 1
make -s static lang >&2 || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
. tests/lib/pages.sh
{ release workflows/decisions/*.dmn workflows/*/*.bpmn && build/bin/gradus demo load --tickets 0 &&
    release tests/fixtures/store/desk.bpmn; } >"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
db_root -e "UPDATE person SET lang = 'en'"
for who in anna luca peter; do sign_in $who; done
one() { db_root -N -e "$1"; }
service=$(one "SELECT id FROM service WHERE service_key = 'workplace'")
laptop=$(one "SELECT id FROM ci WHERE owner_uid = 'anna' AND status IN (2, 3) ORDER BY id LIMIT 1")
ask() { # ask TITLE FIELDS...: a ticket of anna in $id and $ref
    ask_title=$1
    shift
    form anna /portal/request/new
    post anna /portal/request/new -F "service=$service" -F "title=$ask_title" -F description=text -F impact=person -F urgency=low "$@"
    ref=$(echo "$LOCATION" | sed 's|.*/||')
    id=${ref#INC-}
}
is() { [ "$(one "$2")" = "$1" ]; }
at() { is "$1" "SELECT GROUP_CONCAT(k.node) FROM token k JOIN ticket t ON t.inst_id = k.inst_id WHERE t.id = $id"; }
variable() { one "SELECT v.value FROM variable v JOIN ticket t ON t.inst_id = v.inst_id WHERE t.id = $id AND v.name = '$1' ORDER BY v.scope LIMIT 1"; }
task() { one "SELECT id FROM task WHERE subject_id = $id AND state = 1 ORDER BY id LIMIT 1"; }
look() { # look PRIORITY TITLE: luca takes the task and completes it
    form luca "/agent/ticket/$ref"
    post luca "/agent/ticket/$ref/take" -F "task=$(task)" -F version=1
    form luca "/agent/task/$(task)"
    post luca "/agent/task/$(task)" -F "version=$(hidden version)" -F "v.wanted=$1" -F "v.heading=$2"
}

# ---- read ----
ask 'Screen flickers' -F "asset=$laptop"
ok "a ticket is taken" status 303
ok "the gateway reads the priority that a service of the desk has set, and the key of the service" at look
ok "the variable says so" [ "$(variable priority)" = '"P3"' ]
ok "the asset comes along from the beginning" is 1 "SELECT v.value LIKE CONCAT('%', (SELECT name FROM ci WHERE id = $laptop), '%') FROM variable v JOIN ticket t ON t.inst_id = v.inst_id WHERE t.id = $id AND v.name = 'asset'"
one "UPDATE ci SET name = 'Another machine' WHERE id = $laptop"

# ---- written ----
look P1 'Screen is dark'
ok "the task is completed" status 303
ok "the next gateway reads what was written" at now
ok "the ticket has the new priority and title" is "1 Screen is dark" "SELECT CONCAT(priority, ' ', title) FROM ticket WHERE id = $id"
ok "the trail tells of both" is "102 118" "SELECT GROUP_CONCAT(event ORDER BY event SEPARATOR ' ') FROM audit_event WHERE stream = 1 AND id = $id AND (event = 118 OR event = 102 AND body LIKE '%P1%')"
ok "the asset is as the house keeps it now" is 1 "SELECT v.value LIKE '%Another machine%' FROM variable v JOIN ticket t ON t.inst_id = v.inst_id WHERE t.id = $id AND v.name = 'asset'"
get luca "/agent/ticket/$ref"
ok "the page shows them" shows 'Screen is dark'
form luca "/agent/ticket/$ref"
post luca "/agent/ticket/$ref/take" -F "task=$(task)" -F version=1
form luca "/agent/task/$(task)"
post luca "/agent/task/$(task)" -F "version=$(hidden version)"
ok "the ticket is closed by the end of its process" is 4 "SELECT state FROM ticket WHERE id = $id"

# ---- not given, and not possible ----
ask 'Mouse is slow'
look P4 ''
ok "an output that was not given leaves its field" is "4 Mouse is slow" "SELECT CONCAT(priority, ' ', title) FROM ticket WHERE id = $id"
ok "... and the gateway takes the other way" at later
ask 'Keyboard is wet'
look urgent ''
ok "what the ticket cannot take is an incident" is 1 "SELECT message LIKE '%the ticket cannot take urgent as its priority%' FROM incident WHERE subject_id = $id AND state = 1"
ok "... and the ticket keeps what it had" is 3 "SELECT priority FROM ticket WHERE id = $id"

# ---- the proof ----
ok "a replay of all agrees" build/bin/gradus replay
ok "nothing of the house is broken" build/bin/gradus check
pages_end
