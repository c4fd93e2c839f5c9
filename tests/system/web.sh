#!/bin/bash
# tests/system/web.sh - engine/web and gradus-master with a database: sessions, tokens, forms; workers that die, reload, end.
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/mariadb.sh
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s SAN=1 build/asan/system/web_probe build/asan/gradus-master lang >/dev/null 2>&1 || exit 1
dir=$(mktemp -d /tmp/gradus-web-XXXXXX)
finish() {
    [ -s "$dir/pid" ] && kill "$(cat "$dir/pid")" && wait "$master"
    mariadb_wipe
    rm -rf "$dir"
}
trap finish EXIT
mariadb_start "$dir/my" 2>/dev/null || { echo "not ok mariadbd starts"; exit 1; }
mariadb_sql <<'SQL'
CREATE DATABASE gradus; USE gradus;
SOURCE schema/0000_house.sql
SOURCE schema/0001_core.sql
INSERT INTO person (id, directory, entry_id, uid, name, caps, roles, created, synced) VALUES (1, 'd', 'e', 'marta', 'Marta <b>', 1, 'requester', 0, 9000000000000000);
INSERT INTO id_pool VALUES (0, 1000), (1, 1000);
CREATE USER gradus_probe@localhost IDENTIFIED BY '';
GRANT ALL ON gradus.* TO gradus_probe@localhost;
SQL
cp -r templates "$dir/templates"
cat >"$dir/templates/probe.cs" <<'CS'
<?cs include:"/_layout/parts.cs" ?><?cs def:page_body() ?><p><?cs var:name ?></p><form method="post"><?cs call:hidden() ?>
<input name="title" value="<?cs var:Form.title.value ?>"><?cs call:wrong("title") ?><textarea name="text"><?cs var:Form.text.value ?></textarea>
</form><?cs /def ?><?cs include:"/_layout/page.cs" ?>
CS
printf '%s\n' "templates = $dir/templates" "lang_dir = $PWD/build/lang" "static_manifest = $dir/none" "cookie_secure = 0" \
    "db_socket = $MARIADB_SOCK" >"$dir/conf"
GRADUS_CONF=$dir/conf build/asan/gradus-master -s "$dir/s" -n 2 -p "$dir/pid" -- "$PWD/build/asan/system/web_probe" 2>"$dir/log" &
master=$!

until_true() {
    for _ in $(seq 200); do
        eval "$1" && return 0
        sleep .05
    done
    return 1
}
workers() { awk '/^worker/ { printf "%s ", $3 }' "$dir/pid.workers" 2>/dev/null; }
say() { if eval "$2"; then echo "ok $1"; else echo "not ok $1"; fi; }

say "workers start" "until_true '[ \$(workers | wc -w) = 2 ]'"
say "socket is 0660" '[ "$(stat -c %a "$dir/s")" = 660 ]'
python3 tests/system/web_flow.py "$dir/s"
before=$(workers)
kill -9 "${before%% *}"
say "a killed worker is replaced and counted" "until_true 'grep -q \"^deaths 1\" \"$dir/pid.workers\" && [ \"\$(workers)\" != \"$before\" ]'"
old=$(workers)
replaced() {
    now=" $(workers)"
    [ "$(wc -w <<<"$now")" = 2 ] || return 1
    for p in $old; do [[ $now != *" $p "* ]] || return 1; done
}
kill -HUP "$(cat "$dir/pid")"
say "HUP replaces every worker" 'until_true replaced && grep -q "^deaths 1" "$dir/pid.workers"'
say "nothing was found by the sanitizers" '! grep -q "runtime error\|Sanitizer" "$dir/log"'
kill "$(cat "$dir/pid")"
wait "$master"
say "TERM ends all and cleans up" '[ $? = 0 ] && [ ! -e "$dir/s" ] && [ ! -e "$dir/pid" ]'
