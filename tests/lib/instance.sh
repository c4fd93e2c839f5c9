# tests/lib/instance.sh - a private instance for one test script. Sourced.
#
#   . tests/lib/instance.sh
#   instance_up "db ldap app web" [nginx|apache]   starts one on a free port; ends and removes it when the script ends
#   db_as owner -N -e 'SELECT 1'                   the mariadb client as gradus_owner (or login, portal, ...)
#   db_root -e '...'                               as the server's superuser
#   release FILE...                                models, stored and put in force in this order
# and $D, $URL, $DB_SOCKET, $DB_PASSWORDS, $LDAP_URL, $LDAP_BASE, $GRADUS_CONF.
#
# Lines for "$D/settings" may be given before in INSTANCE_SETTINGS. INSTANCE_KEEP=1 leaves the folder for a look afterwards.

TOP=$(cd "$(dirname "$0")" && pwd)
while [ ! -e "$TOP/engine/LAYERS" ] && [ "$TOP" != / ]; do TOP=$(dirname "$TOP"); done
INSTANCE=$TOP/tools/instance/instance.sh

instance_up() {
    D=$(mktemp -d "${TMPDIR:-/tmp}/gradus-test-XXXXXX")
    trap instance_down EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    [ -z "${INSTANCE_SETTINGS-}" ] || printf '%s\n' "$INSTANCE_SETTINGS" >"$D/settings"
    INSTANCE_PARTS=$1 "$INSTANCE" start "$D" auto "${2:-nginx}" >&2 || exit 1
    . "$D/instance.env"
    export GRADUS_CONF
}

instance_down() {
    if [ -n "${INSTANCE_KEEP-}" ]; then
        "$INSTANCE" stop "$D" >&2
        echo "# kept: $D" >&2
    else
        "$INSTANCE" wipe "$D" >&2
    fi
}

# release FILE...: models in this order, decisions before the processes that ask for them
release() { for release_file; do build/bin/gradus deploy "$release_file" --release || return 1; done; }

db_root() { mariadb --no-defaults --socket="$DB_SOCKET" --user="$(id -un)" gradus "$@"; }

# The password goes through a file of mode 0600, not through the process list.
db_as() {
    db_as_account=gradus_$1
    shift
    [ -s "$D/tmp/$db_as_account.cnf" ] || (
        umask 077
        awk -v a="$db_as_account" '$1 == a { printf "[client]\nuser=%s\npassword=%s\n", a, $2 }' "$DB_PASSWORDS" >"$D/tmp/$db_as_account.cnf"
    )
    mariadb --defaults-file="$D/tmp/$db_as_account.cnf" --socket="$DB_SOCKET" gradus "$@"
}
