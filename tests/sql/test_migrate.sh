#!/bin/bash
# tests/sql/test_migrate.sh - migrations run once, in order, unchanged, one runner at a time; every statement of db/ and audit/ can be
# prepared. B=build/asan for the programs of another build.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
make -s sql-build || exit 1
dir=$(mktemp -d /tmp/gradus-migrate-XXXXXX)
trap 'mariadb_wipe' EXIT
mariadb_start "$dir" 2>/dev/null || { echo "not ok 1 - mariadbd starts"; echo "0 passed, 1 failed"; exit 1; }
mariadb_sql -e "CREATE DATABASE try"
export GRADUS_TEST_SOCK=$MARIADB_SOCK GRADUS_TEST_DB=try
GRADUS_TEST_USER=$(id -un)
export GRADUS_TEST_USER
try=${B:-build/rel}/sql/try_migrate
pass=0 fail=0
f=$dir/schema
mkdir "$f"

is() { # is "what" EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then pass=$((pass + 1)); echo "ok - $1"
    else fail=$((fail + 1)); echo "not ok - $1"; echo "# wanted '$2', got '$3'"; fi
}
run() { "$try" "$1" "$f" 2>/dev/null | sed "s,$f/,," | tr '\n' ';'; }

cp schema/0000_house.sql "$f/"
printf 'CREATE TABLE one (id INT);\n-- prose; with a semicolon;\nINSERT INTO one VALUES (1);\n' >"$f/0001_one.sql"
touch "$f/README.md" "$f/current.sql"
is "before: all waiting" "0000_house.sql waiting;0001_one.sql waiting;" "$(run status)"
is "they run" "0000_house.sql waiting;0001_one.sql waiting;" "$(run run)"
is "after: all done" "0000_house.sql done;0001_one.sql done;" "$(run status)"
is "a second run does nothing" "0000_house.sql done;0001_one.sql done;" "$(run run)"
is "and has run each once" 1 "$(mariadb_sql try -e 'SELECT COUNT(*) FROM one')"
is "every statement of db/ and audit/ can be prepared" all "$("$try" prepare 2>/dev/null)"

printf 'DELIMITER //\nCREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2; END//\nDELIMITER ;\nCALL two();\n' >"$f/0002_two.sql"
is "DELIMITER and results are understood" "0000_house.sql done;0001_one.sql done;0002_two.sql waiting;" "$(run run)"
is "0002 is done" "0002_two.sql done" "$("$try" status "$f" 2>/dev/null | tail -1)"

printf 'CREATE TABLE three (id INT);\nnonsense;\n' >"$f/0003_three.sql"
is "a failing one is named with its line" "E_DB: 0003_three.sql:2:" "$(run run | tr ';' '\n' | sed -n 's/^\(E_DB: [^ ]*\).*/\1/p')"
is "and stays broken until somebody looks" "E_CONF: 0003_three.sql: ended half-way" "$(run run | tr ';' '\n' | grep '^E_')"
mariadb_sql try -e "DROP TABLE three; DELETE FROM schema_migration WHERE number = 3"
printf 'CREATE TABLE three (id INT);\n' >"$f/0003_three.sql"
is "put right, it runs" "0003_three.sql waiting" "$("$try" run "$f" 2>/dev/null | tail -1)"

echo "-- changed" >>"$f/0001_one.sql"
is "a changed file is refused" "E_CONF: 0001_one.sql: was changed after it had run" "$(run run | tr ';' '\n' | grep '^E_')"
sed -i '$d' "$f/0001_one.sql"
mv "$f/0003_three.sql" "$f/0004_three.sql"
is "a gap is refused" "E_CONF: $f: migration 0003 is missing or there twice" "$(run run | tr ';' '\n' | grep '^E_')"
mv "$f/0004_three.sql" "$f/0002_three.sql"
is "a number twice is refused" "E_CONF: $f: migration 0003 is missing or there twice" "$(run run | tr ';' '\n' | grep '^E_')"
rm "$f/0002_three.sql"
is "an older program is refused" "E_CONF: $f: 0003_three.sql has run on this database but is not in the folder" \
    "$(run run | tr ';' '\n' | sed -n 's/^E_CONF/&/p')"
printf 'CREATE TABLE three (id INT);\n' >"$f/0003_three.sql"

printf 'DO SLEEP(1);\nCREATE TABLE four (id INT);\n' >"$f/0004_four.sql"
"$try" run "$f" >"$dir/a" 2>/dev/null & a=$!
"$try" run "$f" >"$dir/b" 2>/dev/null & b=$!
wait $a; ra=$?; wait $b; rb=$?
is "two runners at once both end well" "0 0" "$ra $rb"
is "one of them has run it, the other found it done" "0004_four.sql done,0004_four.sql waiting," "$(tail -qn1 "$dir/a" "$dir/b" | sort | tr '\n' ',')"
echo "$pass passed, $fail failed"
[ "$fail" = 0 ]
