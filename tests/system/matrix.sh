#!/bin/bash
# tests/system/matrix.sh - role x route x object: every route of every program, as every role, on one's own, another's, another area's and
# no object, against the reviewed table matrix.expect; nothing that is refused writes; missing and forbidden look the same. Then budget.py
# holds the same calls to the budgets of database statements that the route tables state.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
make -s all lang >/dev/null || exit 1
instance_up "db ldap app web"
"$INSTANCE" load "$D" >&2 || exit 1
export D URL DB_SOCKET PYTHONPATH=$PWD/tests/lib
awk -f tools/routes.awk cgi-bin/*/*.c >"$D/tmp/routes.txt"
set -o pipefail
{
    python3 tests/system/matrix.py "$D/tmp/routes.txt" tests/system/matrix.expect "$D/tmp/calls"
    python3 tests/system/budget.py "$D/tmp/routes.txt" "$D/tmp/calls" "$D"/log/*.log
    if build/bin/gradus check >"$D/tmp/check" 2>&1; then echo "1 passed, 0 failed"
    else echo "not ok gradus check: $(tail -n 3 "$D/tmp/check")"; echo "0 passed, 1 failed"; fi
} | awk '
    /^[0-9]+ passed, [0-9]+ failed$/ { p += $1; f += $3; next }
    { print }
    END { print p " passed, " f " failed"; exit f > 0 }'
