#!/bin/bash
# tests/sql/test_statements.sh - every statement of the house, on a loaded instance: each account can prepare the statements that
# name it in `by` and no other one, but for those that its grants cover anyway (statements.overlap, reviewed); the results are of the
# declared types (stmt_prepare_only asks the server); and no SELECT reads a big table as a whole (statements.scans: exceptions).
#
# UPDATE=1 writes statements.overlap anew: read the diff, each line is a statement within an account's reach that it does not need.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/instance.sh
make -s all lang sql-build >/dev/null || exit 1
instance_up "db ldap app"
"$INSTANCE" load "$D" >&2 || exit 1
driver=${B:-build/rel}/sql/statements
"$driver" list >"$D/tmp/list" || exit 1

accounts=$(cd schema/grants && ls -- *.sql | sed 's/\.sql$//')
: >"$D/tmp/overlap"
for a in $accounts; do
    "$driver" prepare "$a" >"$D/tmp/tried" || { echo "not ok $a can sign in"; continue; }
    awk -F '\t' -v account="$a" -v overlap="$D/tmp/overlap" '
        NR == FNR { by[$1] = " " $4 " "; n++; next }
        { split($0, w, /[ :]/); name = w[2]; mine = index(by[name], " " account " ") > 0 }
        w[1] == "wrong" { print "not ok " account ": " $0; next }
        w[1] == "ok" && mine { print "ok " account " prepares " name; next }
        w[1] == "denied" && mine { print "not ok " account " prepares " name ": denied"; next }
        w[1] == "ok" { print account, name >>overlap; next }
        { print "ok " account " is denied " name }' "$D/tmp/list" "$D/tmp/tried"
done
sort "$D/tmp/overlap" >"$D/tmp/overlap.sorted"
if [ -n "${UPDATE-}" ]; then
    { sed -n '/^#/p' tests/sql/statements.overlap 2>/dev/null; cat "$D/tmp/overlap.sorted"; } >"$D/tmp/new"
    cp "$D/tmp/new" tests/sql/statements.overlap
fi
if diff <(grep -v '^#' tests/sql/statements.overlap) "$D/tmp/overlap.sorted" >"$D/tmp/diff"; then
    echo "ok statements within reach of other accounts are the reviewed ones"
else
    echo "not ok statements within reach of other accounts are the reviewed ones (< reviewed, > found)"
    sed 's/^/# /' "$D/tmp/diff"
fi

db_root <tests/sql/many.sql >"$D/tmp/many.log" 2>&1 || { echo "not ok many.sql"; sed 's/^/# /' "$D/tmp/many.log"; exit 1; }
python3 tests/sql/statements.py "$D/tmp/list" tests/sql/statements.scans mariadb --no-defaults --socket="$DB_SOCKET" --user="$(id -un)" gradus
