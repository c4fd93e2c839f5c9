#!/bin/bash
# tests/sql/test_mksql.sh - tools/mksql.awk: each broken rule is an error with file and line; what is right compiles. No server.
cd "$(dirname "$0")/../.." || exit 1
dir=$(mktemp -d /tmp/gradus-mksql-XXXXXX)
trap 'rm -rf "$dir"' EXIT
pass=0 fail=0
awk=${AWK:-awk}

is() { # is "what" EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}
# the first message for a file with this text, without the folder
says() {
    printf '%b' "$1" >"$dir/x.sql"
    rm -f "$dir/out.h" "$dir/out.c"
    $awk -f tools/mksql.awk -v file="$dir/x.sql" -v out="$dir/out" "$dir/x.sql" 2>&1 >/dev/null | sed "s,$dir/,,g; q"
    [ ! -e "$dir/out.c" ] || echo "and wrote a file"
}
refuses() { is "$1" "$3" "$(says "$2")"; }

refuses "unknown type" '-- a(x u65) -> one (n u64)\n-- by agent\nSELECT :x;\n' "x.sql:1: a: unknown type 'u65' of parameter 'x'"
refuses "unknown type of a column" '-- a() -> one (n int)\n-- by agent\nSELECT 1;\n' "x.sql:1: a: unknown type 'int' of column 'n'"
refuses "parameter not used" '-- a(x u64) -> one (n u64)\n-- by agent\nSELECT 1;\n' "x.sql:1: a: parameter 'x' is never used"
refuses "parameter not declared" '-- a() -> one (n u64)\n-- by agent\nSELECT 1,\n :y;\n' "x.sql:4: a: unknown parameter :y"
refuses "many without LIMIT" '-- a() -> many (n u64)\n-- by agent\nSELECT id FROM t;\n' "x.sql:1: a: many without LIMIT or 'bounded: why'"
refuses "no accounts" '-- a() -> one (n u64)\nSELECT 1;\n' "x.sql:1: a: the line 'by <accounts>' is missing"
refuses "unknown account" '-- a() -> one (n u64)\n-- by root\nSELECT 1;\n' \
    "x.sql:1: a: unknown account 'root' (remarks begin with untraced: or bounded:)"
refuses "a remark without reason" '-- a(x u64) -> none\n-- by agent untraced:\nUPDATE t SET x = :x;\n' "x.sql:1: a: a remark without its reason"
refuses "a name twice" '-- a() -> one (n u64)\n-- by agent\nSELECT 1;\n-- a() -> one (n u64)\n-- by agent\nSELECT 1;\n' "x.sql:4: a: the name is taken by x.sql:1"
refuses "a parameter twice" '-- a(x u64, x u64) -> one (n u64)\n-- by agent\nSELECT :x;\n' "x.sql:1: a: parameter 'x' stands twice"
refuses "no shape" '-- a() (n u64)\n-- by agent\nSELECT 1;\n' "x.sql:1: a: '-> none|one|many|bulk' is missing"
refuses "one without columns" '-- a() -> one\n-- by agent\nSELECT 1;\n' "x.sql:1: a: 'one' needs its columns"
refuses "none with columns" '-- a() -> none (n u64)\n-- by agent\nDELETE FROM t;\n' "x.sql:1: a: 'none' has no columns"
refuses "a read that gives nothing" '-- a() -> none\n-- by agent\nSELECT 1;\n' "x.sql:1: a: a SELECT gives one or many"
refuses "INSERT IGNORE" '-- a(x u64) -> none\n-- by agent\nINSERT IGNORE INTO t VALUES (:x);\n' "x.sql:1: a: INSERT IGNORE hides errors; use ON DUPLICATE KEY UPDATE"
refuses "another statement" '-- a() -> none\n-- by agent\nDROP TABLE t;\n' "x.sql:1: a: a statement cannot begin with 'DROP'"
refuses "a bare ?" '-- a() -> one (n u64)\n-- by agent\nSELECT ?;\n' "x.sql:3: a: '?' is made here; write :name"
refuses "no header" 'SELECT 1;\n' "x.sql:1: a statement needs its header: -- name(parameters) -> shape (columns)"
refuses "cut off" '-- a() -> one (n u64)\n-- by agent\nSELECT 1\n' "x.sql:1: the file ends inside this block"

cat >"$dir/x.sql" <<'SQL'
-- a file may begin with prose
-- good_one(task u64, note text?, n i32?) -> one (id u64, ref text,
--     more u32?, raw blob?)
--   by agent worker
SELECT id, ref, ':task ?', `a:task`, CAST(@x := 1 AS INT) -- :nobody, why?
  FROM t WHERE id = :task AND note = ':task' AND x = 'it''s \' :n' AND (n = :n OR n = :task) AND note = :note LIMIT 1 FOR UPDATE;

-- good_many() -> many (id u64)
--   by agent   bounded: a handful of queues
SELECT id FROM queue;

-- good_bulk(id u64, flag bool) -> bulk
--   by worker    untraced: bookkeeping
INSERT INTO t VALUES (:id, :flag);
SQL
$awk -f tools/mksql.awk -v file="$dir/x.sql" -v out="$dir/x.sql" "$dir/x.sql"
sed -i "s,^#include .*/x.sql.h.*,#include \"$dir/x.sql.h\"," "$dir/x.sql.c"
for cc in gcc clang; do
    command -v $cc >/dev/null || continue
    is "$cc takes what is made" 0 "$($cc -std=c17 -Wall -Wextra -Wmissing-prototypes -Werror -D_GNU_SOURCE -Iengine \
        -c "$dir/x.sql.c" -o "$dir/x.o" >&2; echo $?)"
done
is "quotes and comments are left alone" \
    "SELECT id, ref, ':task ?', \`a:task\`, CAST(@x := 1 AS INT) FROM t WHERE id = ? AND note = ':task' AND x = 'it''s \\\\' :n' AND (n = ? OR n = ?) AND note = ? LIMIT 1 FOR UPDATE" \
    "$(sed -n 's/^    .sql = "\(SELECT id, ref.*\)",$/\1/p' "$dir/x.sql.c")"
is "parameters keep their order" "{0, 2, 0, 1}" "$(sed -n 's/.*order_good_one\[\] = \(.*\);/\1/p' "$dir/x.sql.c")"
$awk -f tools/mksql.awk -v all="$dir/all.c" "$dir/x.sql" </dev/null
is "the table names all" "&q_good_one_def, &q_good_many_def, &q_good_bulk_def, NULL," "$(sed -n '/stmt_all/,/}/p' "$dir/all.c" | sed '1d;$d' | xargs)"
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
