#!/bin/bash
# tests/system/hostile.sh - the adversarial corpus beside the project (GRADUS_SHARED or ../shared) against a running instance: HTTP cases
# bound to our own pages as every role, FastCGI records at every program's socket, XML uploads, tampered trails, and the flows that the
# corpus describes in words (tests/system/hostile.py). The flows that need no corpus run without it.
cd "$(dirname "$0")/../.." || exit 1
INSTANCE_SETTINGS=$(printf '%s\n' 'login_tries = 1000' 'ldap_refresh = 10' 'sessions_each = 100')
. tests/lib/instance.sh
make -s all lang >/dev/null || exit 1
instance_up "db ldap app web"
"$INSTANCE" load "$D" >&2 || exit 1
corpus=${GRADUS_SHARED:-$PWD/../shared}/corpora/adversarial
[ -e "$corpus/manifest.json" ] || corpus=
export D URL DB_SOCKET LDAP_URL LDAP_BASE GRADUS_CONF PYTHONPATH=$PWD/tests/lib PATH=$PATH:/usr/sbin
export BIN=$PWD/build/bin INSTANCE

# Whoever is made to ask for a file or an address that is none of its business is seen here. Another run may hold the port: then
# that one sees it.
if [ -n "$corpus" ]; then
    python3 "$corpus/canary.py" "$D/tmp/canary.log" >/dev/null 2>&1 &
    canary=$!
fi
python3 tests/system/hostile.py "$corpus"
code=$?
[ -z "${canary-}" ] || kill "$canary" 2>/dev/null
exit $code
