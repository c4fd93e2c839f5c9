#!/bin/sh
# tools/instance/instance.sh - a private Gradus: MariaDB, LDAP, programs, worker and web server below one folder, on loopback.
#
#   instance.sh start  DIR [PORT] [nginx|apache]   makes it if needed, migrates, starts what is not running (PORT "auto" = a free one)
#   instance.sh load   DIR                         releases the incident process and loads the demo's tickets, once
#   instance.sh stop   DIR                         ends exactly the processes that it started
#   instance.sh status DIR                         one line for each part
#   instance.sh wipe   DIR                         stops and removes the folder
#
# Works as root and as an ordinary user; nothing outside DIR is touched, no system service is used. Several instances may run at
# once: each has its own sockets, and only the web server has a port. Everything may be repeated: a second `start` starts nothing
# twice, but restarts programs that were built anew and rewrites the settings.
#
# From the environment: BIN (folder of the programs, build/bin), INSTANCE_PARTS ("db ldap app web"), INSTANCE_DB_OPTIONS,
# INSTANCE_PROGRAMS ("login:2 agent:3 ...", each with its processes).
# DIR/settings ("name = value" lines) wins over the settings that start writes. DIR/instance.env is for tests: PORT, URL, sockets.
set -eu

ROOT=$(cd "$(dirname "$0")/../.." && pwd)
BIN=${BIN:-$ROOT/build/bin}
PARTS=${INSTANCE_PARTS:-db ldap app web}

. "$ROOT/tools/instance/common.sh"
. "$ROOT/tools/instance/database.sh"
. "$ROOT/tools/instance/directory.sh"
. "$ROOT/tools/instance/programs.sh"
. "$ROOT/tools/instance/web.sh"

usage() {
    sed -n 's/^#   instance.sh /usage: instance.sh /p' "$0" >&2
    exit 2
}

[ $# -ge 2 ] && [ -n "$2" ] || usage
cmd=$1
D=$(realpath -m "$2")
RUN=$D/run
LOG=$D/log

# The longest socket path below DIR is run/designer.sock; the system's limit is 107 bytes.
check_path() {
    [ "${#D}" -le 90 ] || die "the path is too long for Unix sockets (at most 90 bytes): $D; choose a shorter folder, e.g. DEMO=/tmp/gradus"
    case $D in
    / | *[!A-Za-z0-9._/-]*) die "the folder's path may hold letters, digits, '.', '_' and '-' only: $D" ;;
    esac
    if [ -d "$D" ] && [ ! -e "$D/instance.env" ] && [ -n "$(find "$D" -mindepth 1 -maxdepth 1 ! -name settings | head -1)" ]; then
        die "$D is not empty and not an instance; choose another folder"
    fi
}

has() { case " $PARTS " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

instance_start() {
    PORT_WANTED=${1-} WEB_WANTED=${2-}
    check_path
    umask 077
    mkdir -p "$D" "$RUN" "$LOG" "$D/tmp"
    : >>"$D/instance.env"
    web_choose
    env_write
    has ldap && { (ldap_start) & ldap_job=$!; }
    has db && { (db_start) & db_job=$!; }
    # both are waited for, also when one failed: what was started has its pid file and can be stopped
    started=yes
    if has db; then wait "$db_job" || started=; fi
    if has ldap; then wait "$ldap_job" || started=; fi
    [ -n "$started" ] || exit 1
    settings_write
    if has app; then
        schema_migrate
        programs_start
    fi
    if has web; then web_start; fi
}

env_write() {
    cat >"$D/instance.env" <<END
PORT=$PORT
WEB=$WEB
URL=http://127.0.0.1:$PORT
GRADUS_CONF=$D/gradus.conf
DB_SOCKET=$RUN/db.sock
DB_PASSWORDS=$D/db_passwords
LDAP_URL=$(ldapi_url "$D/ldap/ldapi")
LDAP_BASE=dc=gradus,dc=test
END
}

instance_stop() {
    web_stop
    programs_stop
    (ldap_stop) &
    db_stop
    wait
}

instance_status() {
    [ -d "$D" ] || die "there is no instance in $D"
    up=0
    for f in "$RUN/db.pid" "$D/ldap/slapd.pid" $(programs_pids) "$RUN/web.pid"; do
        name=$(basename "$f" .pid)
        if pid_ours "$f"; then say "$name up (process $pid_n)"; else
            say "$name down"
            up=1
        fi
    done
    return "$up"
}

case $cmd in
start)
    instance_start "${3-}" "${4-}"
    say "READY http://127.0.0.1:$PORT/ ($D)"
    ;;
load) instance_load ;;
stop) instance_stop ;;
status) instance_status ;;
wipe)
    [ -d "$D" ] || exit 0
    [ -e "$D/instance.env" ] || die "$D is not an instance; nothing removed"
    instance_stop
    rm -rf "$D"
    ;;
*) usage ;;
esac
