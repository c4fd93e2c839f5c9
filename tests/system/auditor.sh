#!/bin/sh
# tests/system/auditor.sh - the auditor's pages: finding, reading, checking, exporting, verifying offline; altered bytes are found.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
[ -x build/bin/gradus-auditor.fcgi ] && [ -x build/bin/gradus-verify ] || make -s all >&2 || exit 1
make -s lang >&2 || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
. tests/lib/pages.sh
"$INSTANCE" load "$D" >&2 || exit 1
db_root -e "UPDATE person SET lang = 'en'"
VERIFY=build/bin/gradus-verify
for who in eva anna peter ada; do sign_in $who; done

# the ticket with the longest trail that is closed: nothing moves it while the test runs
ID=$(db_root -N -e "SELECT h.id FROM audit_head h JOIN ticket t ON t.id = h.id WHERE h.stream = 1 AND t.state = 4 ORDER BY h.seq DESC LIMIT 1")
REF=INC-$ID
events() { db_root -N -e "SELECT seq FROM audit_head WHERE stream = ${2-1} AND id = $1"; }
last_event() { db_root -N -e "SELECT event FROM audit_event WHERE stream = ${2-1} AND id = $1 ORDER BY seq DESC LIMIT 1"; }
verify() { # verify FILE WANTED-EXIT-CODE
    "$VERIFY" "$1" >"$D/tmp/said" 2>&1
    [ $? -eq "$2" ]
}

# ---- who may ----
for who in anna peter ada; do
    get $who "/auditor/trail/$REF"
    ok "$who is refused" status 403
done
form eva "/auditor/trail/$REF"
post anna "/auditor/trail/$REF/export" -F format=json
ok "a requester's export is refused" status 403
get eva /designer/model
ok "the auditor is no designer" status 403

# ---- finding ----
get eva /auditor/
ok "the start leads to the list" leads /auditor/trail
get eva /auditor/trail
ok "the list shows the latest" shows 'data-row'
NEXT=$(grep -o '/auditor/trail?[^"]*after=[^"]*' "$BODY" | sed 's/&amp;/\&/g' | head -n 1)
first=$(grep -o 'INC-[0-9]*' "$BODY" | sort -u | wc -l)
grep -o 'trail/INC-[0-9]*' "$BODY" | sort -u >"$D/tmp/page1"
get eva "$NEXT"
ok "... 50 a page" [ "$first" = 50 ]
grep -o 'trail/INC-[0-9]*' "$BODY" | sort -u >"$D/tmp/page2"
ok "... the next page has others" [ -z "$(comm -12 "$D/tmp/page1" "$D/tmp/page2")" ]
get eva "/auditor/trail?q=$REF"
ok "a reference leads to its trail" leads "/auditor/trail/$REF"
get eva "/auditor/trail?q=$ID"
ok "... a bare number too" leads "/auditor/trail/$REF"
get eva "/auditor/trail?q=printer"
ok "words find titles" shows 'data-row'
get eva "/auditor/trail?q=qqqqqq"
ok "... or nothing, and it says so" shows 'No ticket was found'
get eva "/auditor/trail?to=1999-12-31"
ok "days bound the list" shows 'No ticket was found'
get eva "/auditor/trail?from=2026-13-99"
ok "a day that is none is refused" status 400
get eva /auditor/trail/INC-99999999
ok "an unknown ticket is not found" status 404
get eva /auditor/trail/INC-0
ok "... nor is a reference that is none" status 404

# ---- reading ----
form eva "/auditor/trail/$REF"
n=$(events "$ID")
ok "every event is shown" [ "$(grep -c 'id="seq-' "$BODY")" = "$n" ]
ok "... with microseconds UTC" shows 'T[0-9:]*\.[0-9]\{6\}Z'
ok "... in words" shows 'reported the ticket'
ok "... what was and what became" shows '<ins>open</ins>\|<ins>P[1-4]</ins>\|<ins>person</ins>'
ok "... the process version" shows 'ersion 1'
ok "... the head of the chain" shows "$(db_root -N -e "SELECT LOWER(HEX(hash)) FROM audit_head WHERE stream = 1 AND id = $ID")"
ok "... the recipe" shows "gradus-verify $REF.json"
get eva "/auditor/trail/$REF?after=$((n - 1))"
ok "from a number on" [ "$(grep -c 'id="seq-' "$BODY")" = 1 ]
ok "... with a way back" shows "href=\"/auditor/trail/$REF\""

# ---- checking ----
form eva "/auditor/trail/$REF"
post eva "/auditor/trail/$REF/check"
ok "the check leads back" leads "/auditor/trail/$REF?checked=1"
post eva "/auditor/trail/$REF/check"
ok "... twice the same form is one check" [ "$(events "$ID")" = $((n + 1)) ]
ok "... and one event" [ "$(last_event "$ID")" = 603 ]
get eva "/auditor/trail/$REF?checked=1"
ok "the chain is intact" shows 'The chain is intact'
ok "... so many events" shows "$n events were recomputed"
CSRF=0000 ONCE=0000
post eva "/auditor/trail/$REF/check"
ok "a form without tokens is refused" status 403

# ---- exporting ----
form eva "/auditor/trail/$REF"
post eva "/auditor/trail/$REF/export" -F format=json
cp "$BODY" "$D/tmp/$REF.json"
ok "JSON comes as a download" header Content-Disposition "attachment; filename=\"$REF.json\""
ok "... it leaves its event behind what it holds" [ "$(events "$ID")" = $((n + 2)) ]
ok "... of its kind" [ "$(last_event "$ID")" = 602 ]
ok "gradus-verify finds it intact" verify "$D/tmp/$REF.json" 0
ok "... $((n + 1)) events" grep -q "$((n + 1)) events" "$D/tmp/said"
post eva "/auditor/trail/$REF/export" -F format=csv
ok "CSV comes as a download" header Content-Disposition "attachment; filename=\"$REF.csv\""
ok "... with a head line" shows 'seq,at,event,actor'
ok "... nothing in it begins like a formula" sh -c "! grep -qE '(^|,)\"?[=@+-]' '$BODY'"
post eva "/auditor/trail/$REF/export" -F format=xml
ok "another format is refused" status 422
size=$(wc -c <"$D/tmp/$REF.json")
at=0 missed=0
while [ $at -lt "$size" ]; do # a byte in every 97 is flipped; each must be found
    cp "$D/tmp/$REF.json" "$D/tmp/altered.json"
    old=$(dd if="$D/tmp/altered.json" bs=1 skip=$at count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
    printf "\\$(printf '%03o' $((old ^ 1)))" | dd of="$D/tmp/altered.json" bs=1 seek=$at conv=notrunc 2>/dev/null
    verify "$D/tmp/altered.json" 0 && missed=$((missed + 1))
    at=$((at + 97))
done
ok "one flipped byte anywhere is found" [ $missed = 0 ]
sed -i '5s/"at":"20/"at":"19/' "$D/tmp/$REF.json"
ok "a changed time is named" verify "$D/tmp/$REF.json" 1
ok "... by its place" grep -q 'line 5\|event 4' "$D/tmp/said"
echo hello >"$D/tmp/none.json"
ok "something else is no export" verify "$D/tmp/none.json" 2

# ---- process versions ----
get eva /auditor/definition
ok "the list of process versions" shows 'data-row'
DEF=$(grep -o '/auditor/definition/[0-9]*' "$BODY" | head -n 1 | sed 's|.*/||')
form eva "/auditor/definition/$DEF"
ok "the trail of a version" shows 'stored a draft'
post eva "/auditor/definition/$DEF/check"
ok "... is checked" leads "/auditor/definition/$DEF?checked=1"
post eva "/auditor/definition/$DEF/export" -F format=json
ok "... and exported" verify "$BODY" 0
ok "... both in its own trail" [ "$(last_event "$DEF" 2)" = 602 ]
get eva /auditor/definition/999999999
ok "an unknown version is not found" status 404

# ---- somebody with the keys to the server alters the trail ----
db_root -e "UPDATE audit_event SET body = INSERT(body, LENGTH(body) - 2, 1, CHAR(ORD(SUBSTR(body, LENGTH(body) - 2, 1)) ^ 1)) WHERE stream = 1 AND id = $ID AND seq = 3"
form eva "/auditor/trail/$REF"
ok "an altered trail still has its page" status 200
post eva "/auditor/trail/$REF/check"
get eva "/auditor/trail/$REF?checked=1"
ok "the check finds it" shows 'The chain is broken'
ok "... and names the event" shows 'number 3'
ALTERED2=$(db_root -N -e "SELECT h.id FROM audit_head h JOIN ticket t ON t.id = h.id WHERE h.stream = 1 AND t.state = 4 AND t.id <> $ID ORDER BY h.seq DESC LIMIT 1")
db_root -e "UPDATE audit_event SET body = CONCAT(CHAR(7), SUBSTR(body, 2)) WHERE stream = 1 AND id = $ALTERED2 AND seq = 2"
form eva "/auditor/trail/INC-$ALTERED2"
ok "an event that cannot be read is told" shows 'Event 2 cannot be read'
ok "... those before it are shown" [ "$(grep -c 'id="seq-' "$BODY")" = 1 ]
post eva "/auditor/trail/INC-$ALTERED2/check"
get eva "/auditor/trail/INC-$ALTERED2?checked=1"
ok "... and the check names it" shows 'number 2'

# ---- the account ----
db_as auditor -e "SELECT 1" >/dev/null 2>&1 # writes its option file
for try in "UPDATE ticket SET title = 'x' WHERE id = $ID" "DELETE FROM audit_event WHERE id = $ID" "UPDATE audit_head SET seq = 1 WHERE id = $ID" \
    "INSERT INTO audit_event VALUES (1, 1, 9999, 1, 1, 1, '', '', '')" "SELECT body FROM article LIMIT 1"; do
    ok "the auditor's account may not: $try" sh -c '! "$@" 2>/dev/null' sh mariadb --defaults-file="$D/tmp/gradus_auditor.cnf" --socket="$DB_SOCKET" gradus -e "$try"
done
ok "no answer was a server error" [ "$(grep -c ' 5[0-9][0-9] [0-9]* bytes' "$D/log/auditor.log")" = 0 ]
pages_end
