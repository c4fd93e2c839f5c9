# tests/lib/pages.sh - a person with a browser, for test scripts: curl, a jar of cookies each, forms with their tokens. Sourced after
# tests/lib/instance.sh and instance_up.
#
#   sign_in anna                      the password of a demo account is its name
#   get anna /portal/                 the answer is in $BODY, its head in $HEAD, the status in $STATUS
#   form anna /portal/request/new     get, and the page's tokens into $CSRF and $ONCE
#   post anna /portal/... -F a=b      sends the tokens of the last form with it; $LOCATION is where it leads to
#   ok NAME CONDITION..., status 200, leads /path, shows 'words', pages_end (the closing line and the exit code)

BODY=$D/tmp/body HEAD=$D/tmp/head STATUS=0 LOCATION='' CSRF='' ONCE=''
passed=0 failed=0

ok() {
    ok_name=$1
    shift
    if "$@"; then
        echo "ok $ok_name"
        passed=$((passed + 1))
    else
        echo "not ok $ok_name"
        failed=$((failed + 1))
        echo "# status $STATUS, leads to '$LOCATION', $(grep -o '<h1>[^<]*</h1>' "$BODY" 2>/dev/null | head -n 1)"
    fi
}
pages_end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

fetch() { # fetch WHO PATH CURL-OPTIONS...
    fetch_who=$1 fetch_path=$2
    shift 2
    STATUS=$(curl -s -m 30 -b "$D/tmp/$fetch_who.jar" -c "$D/tmp/$fetch_who.jar" -D "$HEAD" -o "$BODY" -w '%{http_code}' "$@" "$URL$fetch_path")
    LOCATION=$(sed -n 's/^[Ll]ocation: *\([^\r]*\)\r*$/\1/p' "$HEAD" | head -n 1)
}
get() { fetch "$1" "$2"; }

hidden() { sed 's/></>\n</g' "$BODY" | sed -n "s/.*name=\"$1\" value=\"\([^\"]*\)\".*/\1/p" | head -n 1; }
tokens() {
    CSRF=$(hidden csrf)
    ONCE=$(hidden once)
}
form() {
    get "$1" "$2"
    tokens
}
post() {
    post_who=$1 post_path=$2
    shift 2
    fetch "$post_who" "$post_path" -F "csrf=$CSRF" -F "once=$ONCE" "$@"
}
sign_in() {
    form "$1" /login/
    fetch "$1" /login/ --data-urlencode "csrf=$CSRF" --data-urlencode "once=$ONCE" --data-urlencode "user=$1" --data-urlencode "password=$1"
    [ "$STATUS" = 303 ] || echo "# $1 could not sign in: $STATUS"
}

status() { [ "$STATUS" = "$1" ]; }
leads() { [ "$STATUS" = 303 ] && case $LOCATION in "$1" | "$URL$1") return 0 ;; *) return 1 ;; esac }
shows() { grep -q -- "$1" "$BODY"; }
hides() { ! grep -q -- "$1" "$BODY"; }
header() { tr -d '\r' <"$HEAD" | grep -qi -- "^$1: *$2"; }
