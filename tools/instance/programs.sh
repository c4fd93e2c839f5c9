# tools/instance/programs.sh - settings, schema, FastCGI programs and worker of the instance. Sourced by instance.sh.

# program:processes. Each has its own socket, database account and supervisor.
PROGRAMS=${INSTANCE_PROGRAMS:-login:2 portal:2 agent:3 designer:2 auditor:2 admin:2}

# The settings; lines of DIR/settings win. The file holds the directory's service password: 0600 by umask.
settings_write() {
    touch "$D/settings"
    cat >"$D/tmp/generated.conf" <<END
db_socket = $RUN/db.sock
db_name = gradus
db_passwords = $D/db_passwords
site_banner = DEMO
site_zone = Europe/Vienna
base_url = http://127.0.0.1:$PORT
cookie_secure = 0
templates = $ROOT/templates
schema_dir = $ROOT/schema
routes_file = $ROOT/build/gen/routes.txt
lang_dir = $ROOT/build/lang
static_manifest = $ROOT/build/static/manifest.txt
ldap_urls = $(ldapi_url "$D/ldap/ldapi")
ldap_bind_dn = cn=svc-gradus,ou=services,dc=gradus,dc=test
ldap_bind_password = $(cat "$D/ldap/password" 2>/dev/null || :)
ldap_base = ou=people,dc=gradus,dc=test
ldap_group_base = ou=groups,dc=gradus,dc=test
ldap_disabled = (employeeType=disabled)
seal_key = $D/seal/key
seal_heads = $D/seal/heads
END
    {
        echo "# written by tools/instance/instance.sh at every start; put changes into $D/settings"
        cat "$D/settings"
        awk -F ' *= *' 'FILENAME == ARGV[1] { own[$1] = 1; next } !($1 in own)' "$D/settings" "$D/tmp/generated.conf"
    } >"$D/tmp/gradus.conf"
    if ! cmp -s "$D/tmp/gradus.conf" "$D/gradus.conf"; then
        programs_stop # they read the settings once
        mv "$D/tmp/gradus.conf" "$D/gradus.conf"
    fi
    GRADUS_CONF=$D/gradus.conf
    export GRADUS_CONF
}

schema_migrate() {
    [ -x "$BIN/gradus" ] || die "$BIN/gradus is not built; run make first"
    "$BIN/gradus" migrate --schema "$ROOT/schema" >"$LOG/migrate.log" 2>&1 &&
        "$BIN/gradus" grants --schema "$ROOT/schema" >"$D/tmp/grants.sql" 2>>"$LOG/migrate.log" &&
        db_client gradus <"$D/tmp/grants.sql" 2>>"$LOG/migrate.log" || {
        tail -5 "$LOG/migrate.log" >&2
        die "the schema could not be migrated; see $LOG/migrate.log"
    }
}

# A key of the instance's own; its fingerprint is what a person notes elsewhere.
seal_key_make() {
    [ -x "$BIN/gradus-sealer" ] && [ ! -e "$D/seal/key" ] || return 0
    mkdir -p "$D/seal"
    "$BIN/gradus-sealer" --new-key "$D/seal/key" >"$D/seal/fingerprint" || die "the key of the seals could not be made in $D/seal"
}

# plain_start NAME: a program without a socket
plain_start() {
    [ -x "$BIN/gradus-$1" ] || {
        say "instance: $BIN/gradus-$1 is not built; left out"
        return 0
    }
    [ "$BIN/gradus-$1" -nt "$RUN/$1.pid" ] && pid_stop "$RUN/$1.pid" TERM 12
    pid_ours "$RUN/$1.pid" || detach "$RUN/$1.pid" "$LOG/$1.log" "$BIN/gradus-$1"
}

program_start() { # program_start NAME PROCESSES
    program=$BIN/gradus-$1.fcgi
    [ -x "$program" ] || {
        say "instance: $program is not built; left out"
        return 0
    }
    [ "$program" -nt "$RUN/$1.pid" ] && pid_stop "$RUN/$1.pid" TERM 12
    pid_ours "$RUN/$1.pid" && return 0
    rm -f "$RUN/$1.sock" "$RUN/$1.pid"
    detach - "$LOG/$1.log" "$BIN/gradus-master" -s "$RUN/$1.sock" -n "$2" -m 0660 -p "$RUN/$1.pid" -- "$program"
}

programs_start() {
    cd "$D/tmp"
    for p in $PROGRAMS; do program_start "${p%:*}" "${p#*:}"; done
    plain_start worker
    seal_key_make
    plain_start sealer
    for p in $PROGRAMS; do
        p=${p%:*}
        [ ! -x "$BIN/gradus-$p.fcgi" ] || until_ok 10 test -S "$RUN/$p.sock" -a -s "$RUN/$p.pid" || {
            tail -5 "$LOG/$p.log" >&2
            die "gradus-$p does not start; see $LOG/$p.log"
        }
    done
    cd "$ROOT"
}

programs_pids() {
    for p in $PROGRAMS worker sealer; do echo "$RUN/${p%:*}.pid"; done
}

# All at once, then each is waited for: a program finishes the request in hand first.
programs_stop() {
    for f in $(programs_pids); do (pid_stop "$f" TERM 12) & done
    wait
}

instance_load() {
    pid_ours "$RUN/db.pid" || die "the instance in $D does not run; start it first"
    [ ! -e "$D/loaded" ] || return 0
    GRADUS_CONF=$D/gradus.conf
    export GRADUS_CONF
    if [ ! -e "$D/released" ]; then # each step once, also when a later one failed
        for f in "$ROOT"/workflows/*/*.dmn "$ROOT"/workflows/*/*.bpmn; do
            [ -e "$f" ] || continue
            "$BIN/gradus" deploy "$f" --release >>"$LOG/load.log" 2>&1 || load_failed
        done
        : >"$D/released"
    fi
    "$BIN/gradus" demo load >>"$LOG/load.log" 2>&1 || load_failed
    : >"$D/loaded"
}

load_failed() {
    tail -5 "$LOG/load.log" >&2
    die "the demo data could not be loaded; see $LOG/load.log"
}
