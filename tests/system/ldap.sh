#!/bin/sh
# tests/system/ldap.sh - engine/dir against real LDAP servers: sign-in, groups, TLS, fail-over, silence.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
. "$ROOT/tools/instance/common.sh"
. "$ROOT/tools/instance/directory.sh"
. "$ROOT/tools/instance/web.sh"

make -s SAN=1 build/asan/system/ldap_probe >&2 || exit 1
PROBE=$ROOT/build/asan/system/ldap_probe
D=$(mktemp -d "${TMPDIR:-/tmp}/gradus-ldap-XXXXXX")
BASE=dc=gradus,dc=test
passed=0 failed=0 holders=

finish() {
    for h in $holders; do kill "$h" 2>/dev/null; done
    for s in a b; do pid_stop "$D/$s/slapd.pid" INT 5; done
    rm -rf "$D"
}
trap finish EXIT
trap 'exit 130' INT TERM
: >"$D/answer"

ok() { # ok NAME CONDITION...
    ok_name=$1
    shift
    if "$@"; then
        echo "ok $ok_name"
        passed=$((passed + 1))
    else
        echo "not ok $ok_name"
        failed=$((failed + 1))
        tail -n 3 "$D/probe.log" | sed 's/^/# /'
        echo "# got: $(cat "$D/answer")"
    fi
}
hex() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; }
binds() { grep -c ' BIND dn="[^"].*method=128' "$D/a/slapd.log"; }

# settings NAME=VALUE... over those that work with server a through its socket
settings() {
    printf '%s\n' "ldap_urls=$SOCKET" "ldap_ca=$D/tls/ca.pem" "ldap_bind_dn=cn=svc-gradus,ou=services,$BASE" \
        "ldap_bind_password_file=$D/a/password" "ldap_base=ou=people,$BASE" "ldap_group_base=ou=groups,$BASE" \
        "ldap_disabled=(employeeType=disabled)" ldap_timeout=4 "$@" | # the last one of a name counts
        awk '{ i = index($0, "="); v[substr($0, 1, i - 1)] = substr($0, i + 1) } END { for (n in v) print n " = " v[n] }' >"$D/gradus.conf"
}
# probe COMMAND: one question in a new process; answer (without the milliseconds) in $A, the milliseconds in $MS
probe() {
    printf '%s\n' "$1" | GRADUS_CONF=$D/gradus.conf "$PROBE" >"$D/answer" 2>>"$D/probe.log"
    A=$(cat "$D/answer")
    MS=${A##* }
    A=${A% *}
}
login() { probe "login $1 $(hex "$2")"; }
is() { [ "$A" = "$1" ]; }
begins() { case $A in "$1"*) return 0 ;; *) return 1 ;; esac; }
change() { ldapmodify -Q -Y EXTERNAL -H "$SOCKET" >/dev/null || echo "# ldapmodify failed"; }

# ---- an authority, a server's certificate, and an authority that nobody trusts ----
mkdir -p "$D/tls" "$D/foreign"
for f in tls foreign; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$f authority" \
        -keyout "$D/$f/ca.key" -out "$D/$f/ca.pem" 2>/dev/null
done
printf 'subjectAltName=IP:127.0.0.1\n' >"$D/tls/san"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=ldap -keyout "$D/tls/server.key" -out "$D/tls/server.csr" 2>/dev/null
openssl x509 -req -days 2 -in "$D/tls/server.csr" -CA "$D/tls/ca.pem" -CAkey "$D/tls/ca.key" -CAcreateserial -extfile "$D/tls/san" \
    -out "$D/tls/server.pem" 2>/dev/null

# ---- server a speaks TLS, server b does not ----
PA=$(port_free $((21000 + $$ % 10000)))
PS=$(port_free $((PA + 1)))
PB=$(port_free $((PS + 1)))
SOCKET=$(ldapi_url "$D/a/ldapi")
mkdir -p "$D/a" "$D/b"
LDAP_TLS=$D/tls
ldap_make "$D/a" "$ROOT/tools/instance/people.ldif"
LDAP_TLS=
ldap_make "$D/b" "$ROOT/tools/instance/people.ldif"
start_a() { ldap_run "$D/a" "$SOCKET ldap://127.0.0.1:$PA ldaps://127.0.0.1:$PS"; }
start_a
ldap_run "$D/b" "$(ldapi_url "$D/b/ldapi") ldap://127.0.0.1:$PB"

ldapadd -Q -Y EXTERNAL -H "$SOCKET" >/dev/null <<END
dn: ou=branch,ou=people,$BASE
objectClass: organizationalUnit
ou: branch

dn: uid=twin,ou=people,$BASE
objectClass: inetOrgPerson
uid: twin
cn: Twin One
sn: One
userPassword: twin

dn: uid=twin,ou=branch,ou=people,$BASE
objectClass: inetOrgPerson
uid: twin
cn: Twin Two
sn: Two
userPassword: twin

dn: cn=Odd\\, Person+uid=odd,ou=people,$BASE
objectClass: inetOrgPerson
uid: odd
cn: Odd, Person
sn: Person
preferredLanguage: DE-at, de;q=0.8
userPassword:: $(printf 'p\303\244ss w*rd' | base64)

dn: uid=away,ou=people,$BASE
objectClass: referral
objectClass: extensibleObject
uid: away
ref: ldap://127.0.0.1:1/uid=anna,ou=people,$BASE

dn: uid=shadow,ou=people,$BASE
objectClass: alias
objectClass: extensibleObject
uid: shadow
aliasedObjectName: uid=anna,ou=people,$BASE

dn: cn=circle-a,ou=groups,$BASE
objectClass: groupOfNames
cn: circle-a
member: cn=circle-b,ou=groups,$BASE
member: cn=Odd\\, Person+uid=odd,ou=people,$BASE

dn: cn=circle-b,ou=groups,$BASE
objectClass: groupOfNames
cn: circle-b
member: cn=circle-a,ou=groups,$BASE
$(
    member="uid=helga,ou=people,$BASE"
    for i in 0 1 2 3 4 5 6 7; do
        printf '\ndn: cn=step-%s,ou=groups,%s\nobjectClass: groupOfNames\ncn: step-%s\nmember: %s\n' "$i" "$BASE" "$i" "$member"
        member="cn=step-$i,ou=groups,$BASE"
    done
)
END

# ---- who comes in ----
settings
login marta marta
ok "sign-in by the socket" begins "OK marta|Marta Kowalska|marta@gradus.test|pl|active|uid=marta,ou=people,$BASE|"
ID=${A##*|}
ok "the id is the entry's UUID" [ "${#ID}" = 36 ]
login MARTA marta
ok "capitals in a name do not matter, the directory's spelling comes back" begins "OK marta|"
login eva eva
ok "names beyond ASCII" begins "OK eva|Éva Kovács|"
login odd "päss w*rd"
ok "a DN with comma and plus, a password with letters beyond ASCII" begins "OK odd|Odd, Person||de|active|"

# ---- who does not, and always with the same words ----
NO="E_LOGIN sign-in refused"
login marta wrong
ok "wrong password" is "$NO"
login nobody nobody
ok "unknown name" is "$NO"
login twin twin
ok "a name that two entries have" is "$NO"
login oscar oscar
ok "disabled, with the right password" is "$NO"
login shadow anna
ok "an alias is not followed" is "$NO"
login away anna
ok "a referral is not followed" is "$NO"
before=$(binds)
login marta ""
ok "empty password" is "$NO"
probe "login marta 006d61"
ok "password with NUL in front" is "$NO"
probe "login marta 6d6172746100"
ok "password with NUL behind" is "$NO"
for name in '*' 'marta)(objectClass=*' 'mart*' '\2a' 'märta' "$(printf '%065d' 0)"; do
    login "$name" marta
    ok "not a name: $(printf %.30s "$name")" is "$NO"
done
ok "for all of these nothing was sent" [ "$(binds)" = "$before" ]
login nobody nobody
# the service account, then the dummy
ok "an unknown name costs a bind like a known one" [ "$(binds)" = "$((before + 2))" ]
ok "neither names nor passwords in the log" sh -c "! grep -qE 'nobody|wrong|twin' '$D/probe.log'"

# ---- lines that may be heard ----
settings "ldap_urls=ldap://127.0.0.1:$PA"
login anna anna
ok "StartTLS" begins "OK anna|"
settings "ldap_urls=ldaps://127.0.0.1:$PS"
login anna anna
ok "ldaps" begins "OK anna|"
settings ldap_bind_dn=
login anna anna
ok "the service account by the operating system's user (ldapi)" begins "OK anna|"
settings "ldap_urls=ldap://127.0.0.1:$PB"
login anna anna
ok "a server without TLS gets no password" is "E_DIRECTORY -"
ok "neither the service account's" sh -c "! grep -q 'BIND dn=\"[cu]' '$D/b/slapd.log'"
for url in "ldap://127.0.0.1:$PA" "ldaps://127.0.0.1:$PS"; do
    settings "ldap_urls=$url" "ldap_ca=$D/foreign/ca.pem"
    login anna anna
    ok "certificate of an unknown authority (${url%%:*})" is "E_DIRECTORY -"
    settings "ldap_urls=$(echo "$url" | sed 's/127.0.0.1/localhost/')"
    login anna anna
    ok "certificate for another name (${url%%:*})" is "E_DIRECTORY -"
    settings "ldap_urls=$url" ldap_ca=
    login anna anna
    ok "our authority is none of the system's (${url%%:*})" is "E_DIRECTORY -"
done
mkdir -p "$D/home"
printf 'TLS_REQCERT never\nTLS_CACERT %s\n' "$D/tls/ca.pem" >"$D/home/ldaprc"
cp "$D/home/ldaprc" "$D/home/.ldaprc"
settings "ldap_urls=ldaps://127.0.0.1:$PS" "ldap_ca=$D/foreign/ca.pem"
A=$(cd "$D/home" && echo "login anna $(hex anna)" |
    HOME=$D/home LDAPTLS_REQCERT=never LDAPTLS_CACERT=$D/tls/ca.pem LDAPRC=ldaprc GRADUS_CONF=$D/gradus.conf "$PROBE" 2>>"$D/probe.log")
A=${A% *}
ok "ldaprc, ~/.ldaprc and LDAPTLS_* are not read" is "E_DIRECTORY -"
settings "ldap_bind_password_file=" "ldap_bind_password=wrong"
login anna anna
ok "the service account's own password is wrong: an outage, not a refusal" is "E_DIRECTORY -"

# ---- groups ----
settings
probe "roles uid=marta,ou=people,$BASE"
ok "tier 2 by a nested group" is "OK requester,sd_l2"
probe "groups uid=marta,ou=people,$BASE"
ok "all groups above, each once" is "OK gradus-employees gradus-l2-network gradus-l2 gradus-agents"
probe "groups uid=odd+cn=Odd\\2C Person,ou=people,$BASE"
ok "groups in a circle end" is "OK circle-a circle-b"
probe "groups uid=helga,ou=people,$BASE"
ok "five levels above the direct groups" is "OK gradus-employees step-0 step-1 step-2 step-3 step-4 step-5"
settings ldap_depth=1
probe "groups uid=helga,ou=people,$BASE"
ok "one level where one is set" is "OK gradus-employees step-0 step-1"
settings "ldap_group_base=ou=nowhere,$BASE"
probe "groups uid=marta,ou=people,$BASE"
ok "a missing group base is an outage, not a person without groups" is "E_DIRECTORY"

# ---- what the refresh sees ----
settings
probe "find $ID"
ok "found by id" begins "OK marta|Marta Kowalska|"
printf 'dn: cn=gradus-l2-network,ou=groups,%s\nchangetype: modify\nreplace: member\nmember: uid=paul,ou=people,%s\n' "$BASE" "$BASE" | change
probe "roles uid=marta,ou=people,$BASE"
ok "taken out of the group" is "OK requester"
printf 'dn: uid=marta,ou=people,%s\nchangetype: modify\nadd: employeeType\nemployeeType: disabled\n' "$BASE" | change
probe "find $ID"
ok "disabled meanwhile" begins "OK marta|Marta Kowalska|marta@gradus.test|pl|disabled|"
printf 'dn: uid=marta,ou=people,%s\nchangetype: modrdn\nnewrdn: uid=martha\ndeleteoldrdn: 1\n' "$BASE" | change
probe "find $ID"
ok "renamed: the same person" begins "OK martha|"
printf 'dn: uid=martha,ou=people,%s\nchangetype: delete\n' "$BASE" | change
probe "find $ID"
ok "gone" is GONE
probe "find *"
ok "an id is no pattern" is GONE
settings "ldap_base=ou=nowhere,$BASE"
probe "find $ID"
ok "a missing base is an outage, not a house without people" is "E_DIRECTORY -"

# ---- servers that fail ----
settings "ldap_urls=ldap://127.0.0.1:1 ldaps://127.0.0.1:$PS"
login anna anna
ok "the first server is dead: the second answers" begins "OK anna|"
ok "at once" [ "$MS" -lt 1000 ]
"$PROBE" silent >"$D/silent.port" &
holders=$!
"$PROBE" talk >"$D/talk.port" &
holders="$holders $!"
until_ok 5 test -s "$D/silent.port" -a -s "$D/talk.port"
read -r SILENT <"$D/silent.port"
read -r TALK <"$D/talk.port"
for url in "ldap://127.0.0.1:$SILENT" "ldaps://127.0.0.1:$SILENT" "ldaps://127.0.0.1:$TALK" "ldap://127.0.0.1:$TALK"; do
    settings "ldap_urls=$url" ldap_timeout=1
    login anna anna
    ok "a server that ${url##*:} gives nothing (${url%%:*}): told so" is "E_DIRECTORY -"
    ok "... within the time set ($MS ms)" [ "$MS" -lt 2200 ]
done
settings "ldap_urls=ldaps://127.0.0.1:$SILENT ldaps://127.0.0.1:$PS" ldap_timeout=2
{
    echo "login anna $(hex anna)"
    echo "login anna $(hex anna)"
} | GRADUS_CONF=$D/gradus.conf "$PROBE" >"$D/answer" 2>>"$D/probe.log"
A=$(head -n 1 "$D/answer")
ok "the first server is silent: the second answers" begins "OK anna|"
ok "... within the time set (${A##* } ms)" [ "${A##* }" -lt 2000 ]
A=$(tail -n 1 "$D/answer")
ok "... and is asked first from then on (${A##* } ms)" [ "${A##* }" -lt 500 ]

# ---- a server that comes back: the questions follow each other in one process ----
settings
ask() { # ask COMMAND: through the running probe
    echo "$1" >&3
    read -r A <&4
    echo "$A" >"$D/answer"
    A=${A% *}
}
mkfifo "$D/in" "$D/out"
GRADUS_CONF=$D/gradus.conf "$PROBE" <"$D/in" >"$D/out" 2>>"$D/probe.log" &
running=$!
exec 3>"$D/in" 4<"$D/out"
ask "login anna $(hex anna)"
ok "kept connection: first sign-in" begins "OK anna|"
ask "login anna $(hex wrong)"
ok "a failed one does not spoil the searches" is "$NO"
ask "login ben $(hex ben)"
ok "the next person" begins "OK ben|"
pid_stop "$D/a/slapd.pid" INT 5
ask "login ben $(hex ben)"
ok "server down: told so, not refused" is "E_DIRECTORY -"
ask "find $ID"
ok "server down: nobody is called gone" is "E_DIRECTORY -"
start_a
ask "login ben $(hex ben)"
ok "server up again: the same process goes on" begins "OK ben|"
pid_stop "$D/a/slapd.pid" INT 5
start_a
ask "login ben $(hex ben)"
ok "restarted between two sign-ins: nobody notices" begins "OK ben|"
exec 3>&- 4<&-
wait "$running"
ok "the process ends clean (memory, undefined behaviour)" [ $? = 0 ]
ok "so did all the others" sh -c "! grep -qE 'Sanitizer|runtime error' '$D/probe.log'"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
