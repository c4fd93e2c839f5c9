#!/bin/sh
# tests/system/designer.sh - the designers' pages as two of them use them: upload, findings, release by the second person, refusals.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
[ -x build/bin/gradus-designer.fcgi ] || make -s all >&2 || exit 1
make -s lang >&2 || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
. tests/lib/pages.sh
"$INSTANCE" load "$D" >&2 || exit 1
db_root -e "UPDATE person SET lang = 'en'"
MODEL=workflows/incident/incident.bpmn
drafts() { db_root -N -e "SELECT COUNT(*) FROM definition WHERE author_id <> 0"; }
events() { db_root -N -e "SELECT COUNT(*) FROM audit_event WHERE stream = 2 AND id = $1"; }
upload() { # upload WHO FILE [NAME]
    form "$1" /designer/upload
    post "$1" /designer/upload -F "file=@$2;filename=${3-$(basename "$2")}" -F "comment=what is new"
}
number() { echo "$LOCATION" | sed -n 's/.*version=\([0-9]*\)$/\1/p'; }

for who in peter sofia anna eva; do sign_in $who; done

# ---- who may ----
get anna /designer/model
ok "a requester is refused" status 403
get eva /designer/upload
ok "an auditor is refused" status 403
rm -f "$D/tmp/nobody.jar"
get nobody /designer/model
ok "nobody is led to the sign-in page" leads "/login/?next=/designer/model"
form peter /designer/upload
post anna /designer/upload -F "file=@$MODEL"
ok "a requester's POST is refused" status 403

# ---- what is there ----
get peter /designer/
ok "the start leads to the list" leads /designer/model
get peter /designer/model
ok "the list shows the shipped process" shows 'href="/designer/model/incident"'
ok "... with the version in force" shows 'Version 1\|version 1'

# ---- a faulty file ----
before=$(drafts)
cat >"$D/tmp/bad.bpmn" <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:test">
  <process id="many" isExecutable="true">
    <startEvent id="begin"/>
    <sequenceFlow id="f1" sourceRef="begin" targetRef="nowhere"/>
    <serviceTask id="call"/>
    <userTask id="work"/>
    <endEvent id="work"/>
    <inclusiveGateway id="or"/>
  </process>
</definitions>
END
upload peter "$D/tmp/bad.bpmn"
ok "a faulty file is refused" status 422
ok "... with the missing target" shows 'flow-target-missing'
ok "... its line" shows '<td class="num" data-label="Line">5</td>'
ok "... its element" shows '<span class="tag mono">f1</span>'
ok "... the double id" shows 'id-duplicate'
ok "... the element that is not executed" shows 'element-unsupported'
ok "... and the task without topic, all at once" shows 'service-topic-missing'
ok "... what was typed is there" shows 'what is new'
ok "... nothing is stored" [ "$(drafts)" = "$before" ]
for f in tests/fixtures/check/*/bad.bpmn; do
    rule=$(basename "$(dirname "$f")")
    upload peter "$f"
    case $STATUS in
    422) ok "$rule: refused and named" shows "$rule" ;;
    303)
        get peter "${LOCATION#"$URL"}"
        ok "$rule: a draft with its finding" shows "$rule"
        ;;
    *) ok "$rule: an answer" false ;;
    esac
done
printf '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>' >"$D/tmp/priority.dmn"
upload peter "$D/tmp/priority.dmn"
ok "a decision table is refused" status 422
ok "... and told why" shows 'decision table (DMN)'
upload peter /dev/null empty.bpmn
ok "an empty file is refused" [ "$STATUS" = 422 ]
long=$(printf 'k%.0s' $(seq 101))
sed "s/process id=\"[^\"]*\"/process id=\"$long\"/" tests/fixtures/model/incident-plain.bpmn >"$D/tmp/long.bpmn"
upload peter "$D/tmp/long.bpmn"
ok "a key that is too long is a finding" shows 'name-long'
head -c 2200000 /dev/zero | tr '\0' ' ' >"$D/tmp/big.bpmn"
upload peter "$D/tmp/big.bpmn"
ok "a file that is too big is refused" [ "$STATUS" = 422 ]

# ---- a good file ----
upload peter "$MODEL"
first=$(number)
ok "a good file becomes a draft" leads "/designer/model/incident?version=$first"
get peter "/designer/model/incident?version=$first"
ok "... says so" shows 'Stored as a draft'
ok "... is shown as a draft" shows 'state-draft'
ok "... by its author" shows 'Péter Nagy'
ok "... with the SHA-256 of the bytes" shows "$(sha256sum "$MODEL" | cut -d ' ' -f 1)"
ok "... with its diagram" shows "data-bpmn=\"/designer/model/incident/$first/diagram\""
ok "... and the same as a table" shows '<strong>Triage</strong>'
ok "... the author cannot release it there" hides "/$first/release"
ok "... and reads why" shows 'A second person has to release it'
ok "one event is in its trail" [ "$(events "$first")" = 1 ]
get peter "/designer/model/incident/$first/file"
ok "the file comes back byte for byte" cmp -s "$BODY" "$MODEL"
ok "... as a download" header Content-Disposition 'attachment; filename="incident.bpmn"'
ok "... in a sandbox" header Content-Security-Policy '.*sandbox'
get peter "/designer/model/incident/$first/diagram"
ok "the diagram's bytes are XML" header Content-Type application/xml
ok "... the same ones" cmp -s "$BODY" "$MODEL"
ok "... in a sandbox" header Content-Security-Policy '.*sandbox'
ok "... and not guessed at" header X-Content-Type-Options nosniff
get anna "/designer/model/incident/$first/diagram"
ok "... not for a requester" status 403

# ---- release ----
form peter "/designer/model/incident?version=$first"
post peter "/designer/model/incident/$first/release" -F comment=mine
ok "the author's own release is refused" status 403
ok "... with the reason" shows 'released by a second person, not by its author'
ok "... on the page of the process" shows "data-bpmn"
form sofia "/designer/model/incident?version=$first"
ok "the second person has the button" shows "/$first/release"
post sofia "/designer/model/incident/$first/release" -F "comment=looked at it"
ok "the second person releases it" leads "/designer/model/incident?version=$first"
post sofia "/designer/model/incident/$first/release" -F "comment=looked at it"
ok "the same form again is answered, not repeated" leads "/designer/model/incident?version=$first"
ok "... there are two events" [ "$(events "$first")" = 2 ]
ok "it is version 2" [ "$(db_root -N -e "SELECT version FROM definition WHERE id = $first")" = 2 ]
form peter /designer/model/incident
ok "version 2 is in force" shows 'state-released'
ok "... version 1 is not, and has running tickets" shows 'state-retired'
post sofia "/designer/model/incident/$first/release" -F comment=again
ok "a form without the token of its session is refused" status 403
form sofia /designer/model/incident
post sofia "/designer/model/incident/$first/release" -F "comment=once more"
ok "a stale form is refused" status 409
ok "... with a reason" shows 'something has changed since the page was opened'
post sofia "/designer/model/facility/$first/release"
ok "a version of another process is not found" status 404
post sofia "/designer/model/incident/999999999/release"
ok "a version that never was is not found" status 404

# ---- a third one, and discarding ----
upload sofia tests/fixtures/model/incident-camunda.bpmn
ok "Camunda Modeler's file becomes a draft" status 303
upload sofia tests/fixtures/model/incident-zeebe.bpmn
ok "a Zeebe-style file becomes a draft" status 303
upload sofia tests/fixtures/model/incident-plain.bpmn
ok "bpmn.io's file becomes a draft" status 303
key=$(echo "$LOCATION" | sed 's|.*/model/\([^?]*\)?.*|\1|')
draft=$(number)
form sofia "/designer/model/$key?version=$draft"
post sofia "/designer/model/$key/$draft/discard"
ok "a draft is discarded" leads /designer/model
get sofia "/designer/model/$key?version=$draft"
ok "... and not shown any more" status 404
form peter "/designer/upload"
post peter "/designer/upload" -F "file=@$MODEL" -F comment=twice
third=$(number)
post peter "/designer/upload" -F "file=@$MODEL" -F comment=twice
ok "an upload that is sent twice is stored once" [ "$third" = "$(number)" ]
form sofia /designer/model/incident
post sofia "/designer/model/incident/$third/release"
ok "the third upload is released" [ "$(db_root -N -e "SELECT version FROM definition WHERE id = $third")" = 3 ]
ok "... which the trail of the second says" [ "$(db_root -N -e "SELECT event FROM audit_event WHERE stream = 2 AND id = $first ORDER BY seq DESC LIMIT 1")" = 204 ]
ok "tickets of version 1 stay on it" [ "$(db_root -N -e "SELECT COUNT(*) > 0 FROM inst i JOIN definition d ON d.id = i.definition_id WHERE d.process_key = 'incident' AND d.version = 1 AND i.state = 0")" = 1 ]
get peter /designer/model/no-such-process
ok "an unknown process is not found" status 404
ok "no answer was a server error" [ "$(grep -c ' 5[0-9][0-9] [0-9]* bytes' "$D/log/designer.log")" = 0 ]
pages_end
