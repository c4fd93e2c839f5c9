#!/bin/bash
# tests/system/matrix.sh - role x route x object: every route of every program, as every role, on one's own, another's, another area's and
# no object, against the reviewed table matrix.expect; nothing that is refused writes; missing and forbidden look the same.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
make -s all lang >/dev/null || exit 1
instance_up "db ldap app web"
"$INSTANCE" load "$D" >&2 || exit 1
export D URL DB_SOCKET PYTHONPATH=$PWD/tests/lib
awk -f tools/routes.awk cgi-bin/*/*.c >"$D/tmp/routes.txt"
python3 tests/system/matrix.py "$D/tmp/routes.txt" tests/system/matrix.expect
[ -x build/bin/gradus ] && build/bin/gradus check >"$D/tmp/check" 2>&1 && echo "ok gradus check finds nothing wrong afterwards" || { echo "not ok gradus check"; tail -5 "$D/tmp/check"; }
