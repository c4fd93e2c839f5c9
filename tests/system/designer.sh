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
says_twice() { case $1 in *Duplicate*) ;; *) return 1 ;; esac }
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
    <callChoreography id="or"/>
  </process>
</definitions>
END
upload peter "$D/tmp/bad.bpmn"
ok "a faulty file is refused" status 422
ok "... with the missing target" shows 'flow-target-missing'
ok "... its line" shows '<td class="num" data-label="Line">5</td>'
ok "... its element" shows '<span class="tag mono">f1</span>'
ok "... the double id" shows 'id-duplicate'
ok "... the element that has no place in a process" shows 'choreography-in-process'
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
upload peter /dev/null empty.bpmn
ok "an empty file is refused" [ "$STATUS" = 422 ]
long=$(printf 'k%.0s' $(seq 101))
sed "s/\(process id\|processRef\)=\"[^\"]*\"/\1=\"$long\"/" tests/fixtures/model/incident-plain.bpmn >"$D/tmp/long.bpmn"
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
# ---- decision models: the same way, by the root element of the file ----
RULES=tests/fixtures/dmn/request.dmn
rows() { db_root -N -e "SELECT COUNT(*) FROM decision WHERE definition_id = $1 AND current $2"; }
before=$(drafts)
upload peter tests/fixtures/dmn/bad.dmn
ok "a faulty decision model is refused" status 422
for rule in dmn-expression-broken dmn-reference-missing dmn-cycle dmn-type-unknown dmn-table-policy; do
    ok "... with $rule" shows "$rule"
done
ok "... the line" shows '<td class="num" data-label="Line">7</td>'
ok "... the element" shows '<span class="tag mono">broken</span>'
ok "... why there is such a rule" shows 'A decision does not require itself'
ok "... and nothing is stored" [ "$(drafts)" = "$before" ]
printf '<definitions xmlns="http://example.org/other"/>' >"$D/tmp/other.dmn"
upload peter "$D/tmp/other.dmn"
ok "a file that only calls itself .dmn is told what is expected" status 422
sed 's|<definitions |&exporter="x" |; s|<description>How urgent|<import name="m" namespace="urn:nowhere" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>&|' "$RULES" >"$D/tmp/import.dmn"
upload peter "$D/tmp/import.dmn"
ok "a model that needs another file is refused" shows 'dmn-import-unknown'
sed 's/id="request_rules"/id="incident"/' "$RULES" >"$D/tmp/taken.dmn"
upload peter "$D/tmp/taken.dmn"
ok "a model with the id of a process is refused" shows 'key-taken'
upload peter "$RULES" rules.dmn
rules=$(number)
ok "a decision model becomes a draft" leads "/designer/decision/request_rules?version=$rules"
get peter "/designer/decision/request_rules?version=$rules"
ok "... says so" shows 'Stored as a draft'
ok "... with its decisions" shows 'What does the requester hear?'
ok "... the hit policy in words" shows 'First: the first matching rule from the top'
ok "... its rules" shows '<td class="rule-in" data-label="Impact">&quot;the whole house&quot;</td>'
ok "... its boxes as FEEL" shows 'days: if Priority = &quot;P1&quot; then 1 else 5'
ok "... what values are allowed" shows '&quot;one person&quot;, &quot;a team&quot;, &quot;the whole house&quot;'
ok "... not for its author to release" hides "/$rules/release"
ok "one event is in its trail" [ "$(events "$rules")" = 1 ]
ok "its decisions are known, not in force" [ "$(rows "$rules" "IS NULL")" = 3 ]
get peter "/designer/decision/request_rules/$rules/file"
ok "the file comes back byte for byte" cmp -s "$BODY" "$RULES"
get peter "/designer/model/request_rules"
ok "asked for as a process it is shown as what it is" leads "/designer/decision/request_rules"
get peter "/designer/decision/incident"
ok "... and a process as a process" leads "/designer/model/incident"
get peter /designer/model
ok "the list tells decision models from processes" shows 'Decision model'
post peter "/designer/decision/request_rules/$rules/release" -F comment=mine
form peter "/designer/decision/request_rules?version=$rules"
post peter "/designer/decision/request_rules/$rules/release" -F comment=mine
ok "the author's own release is refused" status 403
ok "... with the reason, on the page of the model" shows 'released by a second person, not by its author'
form sofia "/designer/decision/request_rules?version=$rules"
post sofia "/designer/decision/request_rules/$rules/release" -F "comment=tried it"
ok "the second person releases it" leads "/designer/decision/request_rules?version=$rules"
ok "... its decisions are in force" [ "$(rows "$rules" "= 1")" = 3 ]
ok "... there are two events" [ "$(events "$rules")" = 2 ]
sed 's/"P4"/"P5"/' "$RULES" >"$D/tmp/rules2.dmn"
upload sofia "$D/tmp/rules2.dmn"
second=$(number)
form peter "/designer/decision/request_rules?version=$second"
post peter "/designer/decision/request_rules/$second/release"
ok "version 2 is released" [ "$(db_root -N -e "SELECT version FROM definition WHERE id = $second")" = 2 ]
ok "... its decisions are in force" [ "$(rows "$second" "= 1")" = 3 ]
ok "... those of version 1 are not" [ "$(rows "$rules" "= 1")" = 0 ]
ok "... which the trail of version 1 says" [ "$(db_root -N -e "SELECT event FROM audit_event WHERE stream = 2 AND id = $rules ORDER BY seq DESC LIMIT 1")" = 204 ]
get peter "/designer/decision/request_rules?version=$rules"
ok "version 1 can still be read" shows 'state-retired'

# a decision stands in one model in force
sed 's/id="request_rules" name="Rules for requests"/id="other_rules" name="Other rules"/' "$RULES" >"$D/tmp/clash.dmn"
upload peter "$D/tmp/clash.dmn"
clash=$(number)
form sofia "/designer/decision/other_rules?version=$clash"
ok "a draft says what keeps it from being released" shows 'This draft cannot be released yet'
ok "... and where the decision stands" shows '<a href="/designer/decision/request_rules">Rules for requests</a>'
post sofia "/designer/decision/other_rules/$clash/release"
ok "... and is not released" status 409
ok "... told on its page" shows 'This draft cannot be released yet'
ok "the database would not have it either" says_twice "$(db_root -e "UPDATE decision SET current = 1 WHERE definition_id = $clash" 2>&1)"
form sofia "/designer/decision/other_rules?version=$clash"
post sofia "/designer/decision/other_rules/$clash/discard"
ok "such a draft is discarded" leads /designer/model

# a process that nobody could answer
cat >"$D/tmp/asking.bpmn" <<'EOF'
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:gradus="https://gradus.example/schema/bpmn/1.0" id="asking_file" targetNamespace="t">
  <process id="asking" name="Asking" isExecutable="false">
    <startEvent id="begin"/>
    <sequenceFlow id="one" sourceRef="begin" targetRef="ask"/>
    <businessRuleTask id="ask" gradus:decision="nobody_knows" gradus:resultVariable="answer"/>
    <sequenceFlow id="two" sourceRef="ask" targetRef="done"/>
    <endEvent id="done"/>
  </process>
</definitions>
EOF
upload peter "$D/tmp/asking.bpmn"
asking=$(number)
form sofia "/designer/model/asking?version=$asking"
ok "a draft says which decision is missing" shows 'There is no decision'
ok "... and that it is not executable" shows 'isExecutable'
post sofia "/designer/model/asking/$asking/release"
ok "... and is not released" status 409
ok "... told on its page" shows 'This draft cannot be released yet'
form sofia "/designer/model/asking?version=$asking"
post sofia "/designer/model/asking/$asking/discard"

# ---- the try-out ----
TRY=/designer/tryout/request_rules/$rules
get anna "$TRY"
ok "a requester cannot try" status 403
form peter "$TRY"
ok "the form asks for what the last decision needs" shows 'name="v.4"'
number_of() { sed 's/<option/\n&/g' "$BODY" | sed -n "s/<option value=\"\([0-9]*\)\"[^>]*>$1.*/\1/p" | head -n 1; }
field_of() { sed 's/<div class="field">/\n&/g' "$BODY" | sed -n "s/.*<label for=\"f-v-\([0-9]*\)\">$1<.*/v.\1/p" | head -n 1; }
priority=$(number_of Priority) answer_of=$(number_of Answer)
impact=$(field_of impact) urgency=$(field_of urgency) board=$(field_of 'board member') orders=$(field_of orders)
centre=$(field_of 'cost centre') reported=$(field_of 'reported on')
before=$(db_root -N -e "SELECT COUNT(*) FROM audit_event"; db_root -N -e "SELECT COUNT(*) FROM done_key")
post peter "$TRY" -F "element=$priority" -F "$impact=a team" -F "$urgency=high" -F "$board=false"
ok "a decision is tried" status 200
ok "... with its answer" shows '<p class="answer mono">&quot;P2&quot;</p>'
ok "... its words" shows 'P2 because Impact = a team and Urgency = high (rule 3 of Priority, version 1)'
ok "... the rule marked by a word" [ "$(grep -c 'class="rule-hit"' "$BODY")" = 1 ]
ok "... and what was typed" shows '<option value="a team" selected>'
post peter "$TRY" -F "element=$priority" -F "$impact=a team" -F "$urgency=high" -F "$board=false"
ok "the same form may be sent again" status 200
post peter "/designer/tryout/request_rules/$second" -F "element=$priority" -F "$impact=one person" -F "$urgency=low"
ok "a later version answers otherwise" shows '<p class="answer mono">&quot;P5&quot;</p>'
post peter "$TRY" -F "element=$answer_of" -F "$impact=a team" -F "$urgency=high" -F "$orders=[{article: \"Screen\", price: 250}]" -F "$centre=research" -F "$reported=2026-11-21"
ok "a decision that asks others is tried with all their inputs" shows '2026-11-26'
ok "... a list of contexts was read" shows '\[&quot;head of department&quot;, &quot;controlling&quot;\]'
ok "... both tables are shown" [ "$(grep -c 'class="rule-hit"' "$BODY")" = 3 ]
post peter "$TRY" -F "element=$answer_of" -F "$orders=[{price: 250}" -F "$reported=tomorrow" --form-string "$centre=<b>\"kept\"</b>"
ok "what cannot be read is said" status 422
ok "... at the text in FEEL, with the place" shows 'This is no value in FEEL'
ok "... at the date" shows 'This is no date'
ok "... and comes back as typed" shows 'value="&lt;b&gt;&quot;kept&quot;&lt;/b&gt;"'
ok "... also the bad ones" shows '>\[{price: 250}</textarea>'
post peter "$TRY" -F "element=$answer_of" -F "$orders=[{price: ticket.secret}]"
ok "no name of the house is in reach" status 422
post peter "$TRY" -F "element=$answer_of" -F "$orders=for i in 1..1000000 return i"
ok "a value has limits" status 422
post peter "$TRY" -F "element=$priority" -F again=1 -F "$impact=a team"
ok "another decision is chosen, and nothing decided" hides 'class="answer'
ok "... with what was typed so far" shows '<option value="a team" selected>'
post peter "$TRY" -F element=999
ok "a decision that is not there is not found" status 404
ok "trying leaves no trace" [ "$before" = "$(db_root -N -e "SELECT COUNT(*) FROM audit_event"; db_root -N -e "SELECT COUNT(*) FROM done_key")" ]
CSRF=0000 post peter "$TRY" -F "element=$priority"
ok "a try without the token is refused" status 403
cat >"$D/tmp/slow.dmn" <<'END'
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="slow_rules" name="Slow" namespace="urn:slow">
  <decision id="slow" name="slow"><variable name="slow"/><literalExpression><text>count(for i in 1..9000 return count(for j in 1..9000 return j))</text></literalExpression></decision>
  <decision id="slip" name="slip"><variable name="slip"/><literalExpression><text>1 + "a"</text></literalExpression></decision>
</definitions>
END
upload peter "$D/tmp/slow.dmn"
slow=/designer/tryout/slow_rules/$(number)
form peter "$slow"
ok "a decision without inputs says so" shows 'It needs no inputs'
post peter "$slow" -F "element=$(number_of slow)"
ok "a decision that takes too long is stopped" shows 'It was stopped'
form peter "$slow"
post peter "$slow" -F "element=$(number_of slip)"
ok "what goes wrong is null and a message" shows 'there is no answer'
ok "... with its place" shows 'What went wrong'

# eight tables of a thousand rules: more than a page holds
awk 'BEGIN {
    print "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"big_rules\" name=\"Big\" namespace=\"urn:big\">"
    print "<inputData id=\"n\" name=\"n\"><variable name=\"n\" typeRef=\"number\"/></inputData>"
    for (t = 0; t < 8; t++) {
        printf "<decision id=\"big_%d\" name=\"big %d\"><variable name=\"big %d\"/><informationRequirement><requiredInput href=\"#n\"/></informationRequirement>", t, t, t
        print "<decisionTable hitPolicy=\"COLLECT\"><input><inputExpression><text>n</text></inputExpression></input><output name=\"o\"/>"
        for (r = 0; r < 1000; r++) printf "<rule><inputEntry><text>&gt; %d</text></inputEntry><outputEntry><text>\"a result %d\"</text></outputEntry></rule>\n", r, r
        print "</decisionTable></decision>"
    }
    print "</definitions>"
}' >"$D/tmp/big.dmn"
upload peter "$D/tmp/big.dmn"
big=$(number)
get peter "/designer/decision/big_rules?version=$big"
ok "a model with 8,000 rules is shown" status 200
ok "... as far as a page goes" shows '700 further rules are in the file'
form peter "/designer/tryout/big_rules/$big"
post peter "/designer/tryout/big_rules/$big" -F "element=$(number_of 'big 3')" -F "$(field_of n)=750.5"
ok "... and tried" status 200
ok "... rules that match come first" [ "$(grep -c 'class="rule-hit"' "$BODY")" = 751 ]

get peter /designer/model/no-such-process
ok "an unknown process is not found" status 404
ok "no answer was a server error" [ "$(grep -c ' 5[0-9][0-9] [0-9]* bytes' "$D/log/designer.log")" = 0 ]
pages_end
