#!/bin/sh
# tests/system/instance.sh - the private instance: both web servers, repetition, plain refusals, nothing left behind.
set -u
ROOT=$(cd "$(dirname "$0")/../.." && pwd)
cd "$ROOT" || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
I=$ROOT/tools/instance/instance.sh
[ -x build/bin/gradus ] && [ -x build/bin/gradus-login.fcgi ] || make -s all >&2 || exit 1
make -s static lang >&2 || exit 1

T=$(mktemp -d "${TMPDIR:-/tmp}/gradus-inst-XXXXXX")
chmod 711 "$T" # Apache's www-data must get through when root runs this
A=$T/a
passed=0 failed=0
finish() {
    for d in "$A" "$T/b"; do "$I" wipe "$d" >/dev/null 2>&1; done
    rm -rf "$T"
}
trap finish EXIT
trap 'exit 130' INT TERM

ok() { # ok NAME CONDITION...
    ok_name=$1
    shift
    if "$@"; then
        echo "ok $ok_name"
        passed=$((passed + 1))
    else
        echo "not ok $ok_name"
        failed=$((failed + 1))
        tail -n 5 "$T/out" | sed 's/^/# /'
    fi
}
says() { grep -q -- "$1" "$T/out"; }
start() { "$I" start "$@" >"$T/out" 2>&1; }
get() { curl -s -m 10 -D "$T/head" -o "$T/body" "$@" 2>/dev/null; cat "$T/head" >"$T/out"; }
status() { head -n 1 "$T/head" | grep -q " $1"; }
header() { grep -qi "^$1: *$2" "$T/head"; }

# the pattern comes from a file: on the command line grep would find itself
nothing_left() {
    echo "$A/run" >"$T/pattern"
    ! cat /proc/[0-9]*/cmdline 2>/dev/null | grep -qaFf "$T/pattern"
}
pids() { cat "$A"/run/*.pid "$A/ldap/slapd.pid" | sort | tr '\n' ' '; }

ok "start" start "$A" auto nginx
. "$A/instance.env"
ok "secrets are for their owner only" [ "$(stat -c %a "$A/db_passwords")$(stat -c %a "$A/gradus.conf")" = 600600 ]
before=$(pids)
ok "start again" start "$A"
ok "... starts nothing twice" [ "$(pids)" = "$before" ]
ok "status" sh -c "'$I' status '$A' | grep -q 'db up'"

for web in nginx apache; do
    ok "$web: start" start "$A" "$PORT" $web
    get "$URL/"
    ok "$web: / leads to the portal" status 302
    ok "$web: ... by its path" grep -qi '^location:.*/portal/' "$T/head"
    get "$URL/login/"
    ok "$web: sign-in page" status 200
    ok "$web: ... says what it is" grep -q DEMO "$T/body"
    css=$(sed -n 's/^app_css //p' build/static/manifest.txt)
    get -H 'Accept-Encoding: gzip' "$URL/static/$css"
    ok "$web: style sheet" status 200
    ok "$web: ... compressed when it was built" header Content-Encoding gzip
    ok "$web: ... is CSS" header Content-Type text/css
    ok "$web: ... never changes" header Cache-Control '.*immutable'
    ok "$web: ... is what was built" sh -c "gunzip -c <'$T/body' | cmp -s - 'build/static/$css'"
    get "$URL/static/$css"
    ok "$web: ... and plain for who asks so" cmp -s "$T/body" "build/static/$css"
    get "$URL/static/manifest.txt"
    ok "$web: the list of files is not for everybody" status 404
    get "$URL/static/"
    ok "$web: no listing" sh -c "head -n 1 '$T/head' | grep -qE ' 40[34]'"
    get --path-as-is "$URL/static/../../engine/LAYERS"
    ok "$web: no way out of the folder" sh -c "head -n 1 '$T/head' | grep -qE ' 40[034]'"
    get "$URL/etc/passwd"
    ok "$web: nothing else is there" status 404
    get -H 'Host: elsewhere.example' "$URL/login/"
    ok "$web: no page for a foreign name" status 421
    get -H "Host: localhost:$PORT" "$URL/login/"
    ok "$web: localhost leads to the address" status 307
    head -c 33000000 /dev/zero | curl -s -m 20 -D "$T/head" -o "$T/body" --data-binary @- -H 'Expect:' "$URL/login/" 2>/dev/null
    ok "$web: a body of 33 MB is refused" status 413
done

B=$T/b
ok "a taken port is refused" sh -c "! '$I' start '$B' '$PORT' >'$T/out' 2>&1"
ok "... with a free one named" says "make demo PORT="
ok "a long path is refused" sh -c "! '$I' start '$T/$(printf '%090d' 0)' >'$T/out' 2>&1"
ok "... with the reason" says "too long for Unix sockets"
ok "a path with blanks is refused" sh -c "! '$I' start '$T/a b' >'$T/out' 2>&1"
mkdir "$T/full" && : >"$T/full/mine"
ok "a folder with other things is refused" sh -c "! '$I' start '$T/full' >'$T/out' 2>&1"
ok "... and not wiped" sh -c "! '$I' wipe '$T/full' >'$T/out' 2>&1; [ -e '$T/full/mine' ]"
sleep 100 &
foreign=$!
"$I" stop "$A" >"$T/out" 2>&1
echo "$foreign" >"$A/run/web.pid"
"$I" stop "$A" >"$T/out" 2>&1
ok "a stale pid file hits nobody" kill -0 "$foreign"
kill "$foreign"
ok "stop leaves no process" nothing_left
ok "start after stop" start "$A"
"$I" wipe "$A" >"$T/out" 2>&1
ok "wipe leaves no folder" [ ! -e "$A" ]

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
