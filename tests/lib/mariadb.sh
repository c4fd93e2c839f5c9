# tests/lib/mariadb.sh - a private mariadbd below a temporary folder; sourced by test scripts (sh, bash).
#
#   . tests/lib/mariadb.sh
#   mariadb_start /tmp/x-$$        makes DIR/db (data), DIR/run/db.sock; sets MARIADB_DIR, MARIADB_SOCK
#   mariadb_sql [db] <<SQL …       runs SQL as the superuser
#   mariadb_kill; mariadb_again    kill -9 of this very server, and a new one on the same data
#   mariadb_stop                   shuts it down; mariadb_wipe also removes DIR
#
# Durability is off (fsync, doublewrite) unless MARIADB_SAFE is set: tests want seconds. No network, no system file, no other server.
PATH=$PATH:/usr/sbin:/sbin

mariadb_run() {
    if [ "$(id -u)" = 0 ]; then set -- --user=root; else set --; fi
    [ -n "${MARIADB_SAFE:-}" ] || set -- "$@" --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=OFF --skip-log-bin
    # --no-defaults must come first, else the system's configuration is read
    mariadbd --no-defaults --datadir="$MARIADB_DIR/db" --socket="$MARIADB_SOCK" --pid-file="$MARIADB_DIR/run/db.pid" \
        --log-error="$MARIADB_DIR/db.err" --skip-networking --tmpdir="$MARIADB_DIR/tmp" "$@" \
        --character-set-server=utf8mb4 --collation-server=utf8mb4_uca1400_ai_ci --default-time-zone=+00:00 \
        --sql-mode=STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY --innodb-rollback-on-timeout=ON \
        --innodb-snapshot-isolation=ON --local-infile=0 --secure-file-priv="$MARIADB_DIR/tmp" \
        --innodb-buffer-pool-size=64M --innodb-log-file-size=32M --performance-schema=OFF --max-connections=100 \
        </dev/null >/dev/null 2>&1 &
    MARIADB_PID=$!
    for _ in $(seq 300); do
        mariadb_sql -e "DO 1" >/dev/null 2>&1 && return 0
        kill -0 "$MARIADB_PID" 2>/dev/null || break
        sleep .05
    done
    tail -5 "$MARIADB_DIR/db.err" >&2
    return 1
}

mariadb_start() {
    MARIADB_DIR=$1
    MARIADB_SOCK=$1/run/db.sock
    [ ${#MARIADB_SOCK} -le 107 ] || { echo "path too long for a unix socket: $MARIADB_SOCK" >&2; return 1; }
    mkdir -p -m 700 "$1" "$1/run" "$1/tmp"
    if [ ! -d "$1/db/mysql" ]; then
        if [ "$(id -u)" = 0 ]; then set -- "$1" --user=root; fi
        mariadb-install-db --no-defaults --datadir="$MARIADB_DIR/db" --skip-test-db --skip-log-bin \
            --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" ${2:+"$2"} \
            >"$MARIADB_DIR/install.log" 2>&1 || { tail -5 "$MARIADB_DIR/install.log" >&2; return 1; }
    fi
    mariadb_run
}

mariadb_sql() {
    mariadb --no-defaults -S "$MARIADB_SOCK" -u "$(id -un)" --batch --skip-column-names "$@"
}

mariadb_kill() {
    kill -9 "$MARIADB_PID"
    wait "$MARIADB_PID" 2>/dev/null
}

mariadb_again() {
    mariadb_run
}

mariadb_stop() {
    mariadb_sql -e SHUTDOWN >/dev/null 2>&1 || kill "$MARIADB_PID" 2>/dev/null
    wait "$MARIADB_PID" 2>/dev/null
    return 0
}

mariadb_wipe() {
    mariadb_stop
    rm -rf "$MARIADB_DIR"
}
