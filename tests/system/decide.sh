#!/bin/bash
# tests/system/decide.sh - gradus decide as people and programs call it: every mode, every exit code, limits at N and N+1, a batch that
# is treated badly; then the yardsticks beside the project (GRADUS_SHARED or ../shared), if they are there.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" SAN=1 all >/dev/null || exit 1
G=build/asan/gradus
F=tests/fixtures/decide
D=$(mktemp -d "${TMPDIR:-/tmp}/gradus-decide-XXXXXX")
trap 'rm -rf "$D"' EXIT

# The yardsticks: how many cases must pass at least. Raise these with the engine; never lower them.
TCK_LEAST=2108 # of the 2108 of levels 2 and 3 in the part that may be seen
TCK_NC_LEAST=28 # of the 28 non-compliant ones

says() { # says CODE STDOUT STDERR WORDS...: gradus decide WORDS ends with CODE, prints exactly STDOUT; STDERR is in what it says besides
    code=$1 out=$2 err=$3
    shift 3
    what="decide $*"
    what=${what:0:150}
    "$G" decide "$@" >"$D/out" 2>"$D/err"
    got=$?
    if [ -n "$err" ]; then grep -qF -- "$err" "$D/err"; else [ ! -s "$D/err" ]; fi
    if [ $? = 0 ] && [ "$got" = "$code" ] && [ "$(cat "$D/out")" = "$out" ]; then
        echo "ok $what"
    else
        echo "not ok $what: $got instead of $code, or said otherwise"
        sed 's/^/# /' "$D/out" "$D/err"
    fi
}

# ---- FEEL at a shell ----
says 0 3 '' --feel '1 + 2'
says 0 null '' --feel 'null'
says 0 '{"a":{"@":"date","v":"2026-03-02"},"b":{"@":"dtDuration","v":"PT12H"},"c":{"@":"ymDuration","v":"P1Y2M"}}' '' \
    --feel '{a: date("2026-03-02"), b: duration("P1D") / 2, c: duration("P14M")}'
says 0 '[{"@":"time","v":"10:30:00.5+02:00"},{"@":"dateTime","v":"2026-03-02T10:30:00@Europe/Paris"}]' '' \
    --feel '[time("10:30:00.500+02:00"), date and time("2026-03-02T10:30:00@Europe/Paris")]'
says 0 '[{"@":"range","start":1,"end":3,"startIncluded":true,"endIncluded":false},{"@":"range","start":null,"end":5,"startIncluded":false,"endIncluded":true}]' '' \
    --feel '[[1..3), (<= 5)]'
says 0 '{"@":"function","v":"sum"}' '' --feel sum
says 0 '{"@":"context","v":[["@","date"],["v",1]]}' '' --feel '{"@": "date", v: 1}'
says 0 0.1234567890123456789012345678901234 '' --feel 'n' --input '{"n":0.1234567890123456789012345678901234}'
says 0 '[0.3,40,1E+41]' '' --feel '[a + b, c, 10 * d]' --input '{"a":0.1,"b":0.2,"c":{"@":"number","v":"4E1"},"d":1e+40}'
says 0 '"\u003cb\u003e \"x\"\u000a😀"' '' --feel 's' --input '{"s":"<b> \"x\"\n\ud83d\ude00"}'
says 0 '["gold",7]' '' --feel '[Customer Tier, Ticket.Open Days]' --input '{"Customer Tier":"gold","Ticket":{"Open Days":7}}'
for v in '{"@":"date","v":"-2017-12-31"}' '{"@":"time","v":"23:59:59.123456789Z"}' '{"@":"dateTime","v":"999999999-12-31T00:00:00"}' \
    '{"@":"dtDuration","v":"-P1DT2H0.5S"}' '{"@":"ymDuration","v":"-P1Y"}' '{"@":"dtDuration","v":"PT0S"}' '{"@":"ymDuration","v":"P0M"}' \
    '{"@":"range","start":1,"end":2,"startIncluded":false,"endIncluded":true}' '{"b":[true,false,null],"a":""}' \
    '{"@":"context","v":[["@",{"@":"date","v":"2026-01-01"}],["x",[]]]}' 12345678901234567890.1234567891234; do
    says 0 "$v" '' --feel 'x' --input "{\"x\":$v}" # there and back
done
for v in '{"@":"date","v":"2026-02-30"}' '{"@":"ymDuration","v":"P1D"}' '{"@":"dtDuration","v":"P1M"}' '{"@":"nosuch","v":""}' '{"@":1}' \
    '{"@":"date"}' '{"@":"function","v":"sum"}' '{"@":"context","v":[["a"]]}' '{"@":"number","v":"x"}' '{"@":"range","start":[1],"end":2}'; do
    says 2 '' 'gradus decide: ' --feel 'x' --input "{\"x\":$v}"
done
echo '{"x": 20}' >"$D/in.json"
says 0 21 '' --feel 'x + 1' --input-file "$D/in.json"
says 0 true '' --unary '< 10, [20..30]' --value 20
says 0 false '' --unary '? > limit' --value 3 --input '{"limit":4}'
says 0 true '' --unary 'not("closed")' --value '"open"'
says 1 null 'expression:1:5: ' --feel '"a" - 1'
says 1 null 'expression:1:4: ' --feel '1 +'
says 1 null 'expression:1:2: ' --unary '<' --value 1
says 2 '' 'give one model' --nosuch
says 2 '' 'give --feel or --unary' --feel 1 --unary 2
says 2 '' "'7' is not understood" --feel 1 7
says 2 '' '--input:1:2' --feel 1 --input '{'
says 2 '' 'the inputs are an object' --feel 1 --input '[1]'
says 2 '' 'give --input or --input-file' --feel 1 --input '{}' --input-file "$D/in.json"
says 2 '' 'cannot be read' --feel 1 --input-file "$D/nosuch"

# ---- limits: N is enough, N - 1 is not ----
limit() { # limit NAME N CODE WORDS...: with N the answer is that without a limit, with N - 1 it ends with CODE and says why
    name=$1 n=$2 refused=$3
    shift 3
    says 0 "$("$G" decide "$@" 2>/dev/null)" '' --limits "$name=$n" "$@"
    "$G" decide --limits "$name=$((n - 1))" "$@" >"$D/out" 2>"$D/err"
    got=$?
    if [ $got = "$refused" ] && [ -s "$D/err" ]; then echo "ok $name=$((n - 1)) is not enough"; else
        echo "not ok $name=$((n - 1)) is not enough: $got instead of $refused"
    fi
}
least() { # least NAME HIGH CODE WORDS...: the border, found by halving, is one
    name=$1 low=0 high=$2 refused=$3
    shift 3
    while [ $((high - low)) -gt 1 ]; do
        mid=$(((low + high) / 2))
        if "$G" decide --limits "$name=$mid" "$@" >/dev/null 2>&1; then high=$mid; else low=$mid; fi
    done
    limit "$name" "$high" "$refused" "$@"
}
limit list 1000 5 --feel 'count(for i in 1..1000 return i)'
limit string 10 5 --feel 'a + a' --input '{"a":"12345"}'
limit depth 9 5 --feel '{f: function(f, n) if n = 0 then 0 else f(f, n - 1), r: f(f, 8)}.r'
least steps 100000 5 --feel 'count(for i in 1..1000 return i * 2)'
least bytes 1000000 5 --feel 'count(for i in 1..1000 return string(i))'
least match 1000000 1 --feel 'matches(s, "^(a+)+b$")' --input '{"s":"aaaaaaaaaaaaaaaab"}'
least heap 100000 1 --feel 'matches(s, "^(a|b|ab)*(c|d)+$")' --input "{\"s\":\"$(printf 'ab%.0s' $(seq 2000))cd\"}"
says 5 '' 'takes too long' --limits time=200 --feel 'count(for i in 1..90000 return i * i)'
says 2 '' 'is not NAME=NUMBER' --limits nosuch=1 --feel 1
says 2 '' 'is not NAME=NUMBER' --limits steps --feel 1
says 2 '' 'no number that fits' --limits depth=4294967296 --feel 1
says 2 '' 'no number that fits' --limits list=-1 --feel 1
says 0 1 '' --limits steps=100,depth=1,list=1,string=1,time=1000000,match=1,heap=1000 --feel 1

# ---- models ----
M="$F/desk.dmn --import $F/hours.dmn"
T='"Ticket":{"impact":1,"urgency":1,"opened at":{"@":"dateTime","v":"2026-03-02T10:00:00Z"}}'
says 0 '"P1"' '' $M --decision Priority --input "{$T}"
says 0 2 '' $M --decision 'Promised Hours' --input "{$T,\"Customer Tier\":\"gold\"}"
says 0 24 '' $M --decision 'Promised Hours' --input '{"Priority":"P3"}' # a decision given takes the place of its evaluation
says 0 '{"@":"dateTime","v":"2026-03-02T14:00:00Z"}' '' $M --decision Due --input "{$T}"
says 0 true '' $M --decision 'Open Now' --input '{"Hour":17}'
says 0 12 '' $M --bkm 'Hours for' --input '{"priority":"P2","tier":"gold"}'
says 0 '{"Priority":"P1","Promised Hours":4}' '' $M --service Both --input "{$T}"
says 0 4 '' $M --service Both --decision 'Promised Hours' --input "{$T}"
says 0 2 '' $M --service 'Promise Service' --input '{"Priority":"P1","Customer Tier":"gold"}'
says 0 null '' $M --decision Priority --input '{"Ticket":{"impact":9,"urgency":1,"opened at":null}}'
says 0 '["gold/a","basic/b"]' '' $M --decision Tiers --input '{"Rows":[{"name":"a","Customer Tier":"gold"},{"name":"b","Customer Tier":"basic"}]}'
says 1 null "$F/desk.dmn:" $M --decision Broken
says 1 null 'Wrong: ' $M --decision Wrong --input '{"Customer Tier":"gold"}'
says 0 '"P1"' '' $M --decision Priority --input "{$T}" # whatever is broken beside it
says 3 '' 'nosuch.dmn' "$D/nosuch.dmn" --decision Priority
echo '<definitions/>' >"$D/no.dmn"
says 3 '' "$D/no.dmn" "$D/no.dmn" --list
echo 'no xml' >"$D/no.dmn"
says 3 '' "$D/no.dmn" "$D/no.dmn" --decision x
says 4 '' "there is no decision 'Nosuch'" $M --decision Nosuch
says 4 '' "there is no decision service 'Priority'" $M --service Priority
says 4 '' "there is no business knowledge model 'Both'" $M --bkm Both
says 4 '' 'gradus decide: ' $M --service Both --decision Due
says 2 '' 'give one model' $M
says 2 '' 'give one model' $M --list --decision Priority
says 5 '' 'gradus decide: ' $M --decision Count --input '{"Rounds":1001}' --limits list=1000
says 0 1000 '' $M --decision Count --input '{"Rounds":1000}' --limits list=1000
limit file "$(stat -c %s $F/desk.dmn)" 3 $M --decision Priority --input "{$T}"
limit elements 17 3 $M --decision Priority --input "{$T}"
limit rules 3 1 $M --decision Priority --input "{$T}"
limit columns 3 1 $M --decision Priority --input "{$T}"
least xml 1000 3 $M --decision Priority --input "{$T}"
limit nesting 1 3 $M --decision Priority --input "{$T}"
"$G" decide $M --list >"$D/list" 2>"$D/err"
python3 - "$D/list" <<'P'
import json, sys
m = json.load(open(sys.argv[1]))
def check(what, ok): print(('ok ' if ok else 'not ok ') + what + ('' if ok else ': %r' % m))
names = lambda k: [x['name'] for x in m[k]]
check('list: name and namespace', (m['name'], m['namespace']) == ('Desk rules', 'urn:gradus:test:desk'))
check('list: inputs with types', [(x['name'], x['type']) for x in m['inputs']] == [('Ticket', 'tTicket'), ('Customer Tier', 'string'), ('Rounds', 'number'), ('Rows', '')])
check('list: decisions', names('decisions') == ['Priority', 'Promised Hours', 'Due', 'Open Now', 'Broken', 'Wrong', 'Count', 'Tiers'])
check('list: services', [(x['name'], x['outputs'], x['parameters']) for x in m['services']] == [
    ('Both', ['Priority', 'Promised Hours'], ['Ticket', 'Customer Tier']), ('Promise Service', ['Promised Hours'], ['Customer Tier', 'Priority'])])
check('list: bkms', [(x['name'], x['parameters']) for x in m['bkms']] == [('Hours for', ['priority', 'tier'])])
check('list: what is broken is told with its line', any(x['severity'] == 'error' and x['line'] > 0 for x in m['messages']))
P
"$G" decide $M --decision 'Promised Hours' --input "{$T}" --explain >"$D/explained" 2>"$D/err"
python3 - "$D/explained" "$D/err" <<'P'
import json, sys
r, said = json.load(open(sys.argv[1])), open(sys.argv[2]).read()
h = r['hits'][0]
ok = (r['value'] == 4 and len(r['hits']) == 1 and h['node'] == 'Priority' and h['rules'] == [1] and h['value'] == 'P1' and not h['default'] and
      h['inputs'] == [{'label': 'impact', 'value': 1}, {'label': 'urgency', 'value': 1}] and 'rule 1' in h['words'] and h['words'] in said)
print('ok --explain tells table, inputs, rule, in words' if ok else 'not ok --explain: %r %r' % (r, said))
P

# ---- a batch, and what is done to it ----
python3 tests/system/decide_batch.py "$G" "$F" "$D" || echo "not ok the driver of batches ended badly"

# ---- the yardsticks beside the project ----
SHARED=${GRADUS_SHARED:-$PWD/../shared}/corpora
if [ -f "$SHARED/dmn-tck/check.py" ]; then
    tck() { # tck LEVELS LEAST
        python3 "$SHARED/dmn-tck/check.py" --levels "$1" --quiet --case-timeout 60 --min "$2" -- "$G" decide --batch >"$D/tck" 2>"$D/err"
        code=$?
        result=$(tail -n 1 "$D/tck")
        if [ $code = 0 ] && [ ! -s "$D/err" ]; then echo "ok DMN TCK, levels $1: $result (at least $2)"; else
            echo "not ok DMN TCK, levels $1: $result (at least $2)"
            tail -n 12 "$D/tck" | sed 's/^/# /'
            head -n 30 "$D/err" | sed 's/^/# /'
        fi
    }
    tck 2,3 $TCK_LEAST
    tck nc $TCK_NC_LEAST
else
    echo "ok DMN TCK # skip the corpora are not beside the project"
fi
if [ -f "$SHARED/feel-bench/compare.py" ]; then
    if python3 "$SHARED/feel-bench/compare.py" --repeat 100 -- "$G" decide --batch >"$D/bench" 2>"$D/err"; then
        echo "ok every answer of the speed bench is right: $(tail -n 1 "$D/bench")"
    else
        echo "not ok every answer of the speed bench is right"
        grep -E 'WRONG|passed' "$D/bench" | sed 's/^/# /'
    fi
else
    echo "ok speed bench # skip it is not beside the project"
fi
