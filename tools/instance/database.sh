# tools/instance/database.sh - the instance's MariaDB. Sourced by instance.sh.

# One account (gradus_NAME) for each file of schema/grants; `owner` holds the schema and is used by `gradus migrate` alone.
db_account_names() {
    echo gradus_owner
    for f in "$ROOT"/schema/grants/*.sql; do echo "gradus_$(basename "$f" .sql)"; done
}

db_client() { mariadb --no-defaults --socket="$RUN/db.sock" --user="$(id -un)" "$@"; }

db_init() {
    [ ! -d "$D/db/mysql" ] || return 0
    # The superuser is the operating system's user that runs the instance, by unix_socket: no password for it exists.
    mariadb-install-db --no-defaults --datadir="$D/db" --user="$(id -un)" --skip-test-db \
        --auth-root-authentication-method=socket --auth-root-socket-user="$(id -un)" >"$LOG/install-db.log" 2>&1 || {
        tail -5 "$LOG/install-db.log" >&2
        rm -rf "$D/db"
        die "the database could not be made; see above"
    }
}

# --no-defaults comes first: otherwise /etc/mysql would send it to the system's folders. The second block is what Gradus demands
# (db_open reads it back), the third bounds what one account can do to the others; conf/mariadb/gradus.cnf says why.
# INSTANCE_DB_OPTIONS (blank-separated) comes last and wins; `make bench` gives it the buffer pool.
db_run() {
    # shellcheck disable=SC2086
    detach "$RUN/db.pid" "$LOG/db.err" mariadbd --no-defaults --datadir="$D/db" --socket="$RUN/db.sock" --tmpdir="$D/tmp" \
        --pid-file="$RUN/db.own.pid" --user="$(id -un)" --skip-networking --skip-name-resolve \
        --character-set-server=utf8mb4 --collation-server=utf8mb4_uca1400_ai_ci --default-time-zone=+00:00 \
        --sql-mode=STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE,NO_ZERO_IN_DATE,ONLY_FULL_GROUP_BY \
        --innodb-snapshot-isolation=ON --innodb-rollback-on-timeout=ON --innodb-flush-log-at-trx-commit=1 --sync-binlog=1 \
        --innodb-strict-mode=ON --local-infile=0 --secure-file-priv="$D/nowhere" \
        --max-statement-time=10 --idle-transaction-timeout=10 --idle-write-transaction-timeout=5 --innodb-lock-wait-timeout=5 \
        --max-connections=120 --max-allowed-packet=64M \
        --innodb-buffer-pool-size=128M --innodb-log-file-size=64M --performance-schema=OFF ${INSTANCE_DB_OPTIONS-}
}

# Database, accounts and passwords; run at every start, so that an account added by an upgrade appears.
db_accounts() {
    touch "$D/db_passwords"
    chmod 600 "$D/db_passwords"
    for a in $(db_account_names); do
        grep -q "^$a " "$D/db_passwords" || echo "$a $(secret)" >>"$D/db_passwords"
    done
    {
        echo "CREATE DATABASE IF NOT EXISTS gradus CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci;"
        while read -r account password; do
            echo "CREATE USER IF NOT EXISTS $account@localhost WITH MAX_USER_CONNECTIONS 30;"
            echo "SET PASSWORD FOR $account@localhost = PASSWORD('$password');"
        done <"$D/db_passwords"
        echo "GRANT ALL ON gradus.* TO gradus_owner@localhost WITH GRANT OPTION;"
    } | db_client || die "the accounts of the database could not be made; see $LOG/db.err"
}

db_start() {
    need mariadbd mariadb-install-db mariadb setsid
    if ! pid_ours "$RUN/db.pid"; then
        mkdir -p -m 700 "$D/nowhere"
        db_init
        rm -f "$RUN/db.sock"
        db_run
    fi
    # a client that gets an answer proves that we may come in as well
    until_ok 40 db_client -e 'SELECT 1' || {
        tail -5 "$LOG/db.err" >&2
        die "the database does not answer; see $LOG/db.err"
    }
    db_accounts
}

db_stop() { pid_stop "$RUN/db.pid" TERM 30; }
