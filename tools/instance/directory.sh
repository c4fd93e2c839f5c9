# tools/instance/directory.sh - an LDAP server of the instance. Sourced by instance.sh and by tests/system/ldap.sh.
#
# ldap_make HOME LDIF         makes configuration and data below HOME, unless they are there
# ldap_run HOME URLS          starts it; its log (every bind and search) is HOME/slapd.log, its socket HOME/ldapi
# LDAP_TLS=FOLDER (optional)  holds ca.pem, server.pem and server.key for StartTLS and ldaps

ldapi_url() { printf 'ldapi://%s' "$(printf %s "$1" | sed 's,/,%2F,g')"; } # every / of the path must be %2F

ldap_make() {
    [ ! -f "$1/config/cn=config.ldif" ] || return 0
    need slapd slapadd ldapwhoami
    rm -rf "$1/config" "$1/data"
    mkdir -p -m 700 "$1/config" "$1/data"
    [ -s "$1/password" ] || (umask 077 && secret >"$1/password")
    sed -e "s,@HOME@,$1,g; s,@UID@,$(id -u),g; s,@GID@,$(id -g),g" "$ROOT/tools/instance/config.ldif.in" |
        if [ -n "${LDAP_TLS-}" ]; then sed "s,@TLS@,$LDAP_TLS,; s,^#tls ,,"; else sed '/^#tls /d'; fi >"$1/config.ldif"
    slapadd -n 0 -F "$1/config" -l "$1/config.ldif" || die "slapd's configuration could not be made"
    # in people.ldif the service account's password is a mark; the instance has its own
    sed "s,@PASSWORD@,$(cat "$1/password")," "$2" >"$1/data.ldif"
    chmod 600 "$1/data.ldif"
    slapadd -q -n 1 -F "$1/config" -l "$1/data.ldif" || die "the people could not be loaded into slapd"
    rm -f "$1/data.ldif"
}

ldap_run() {
    pid_ours "$1/slapd.pid" && return 0
    rm -f "$1/ldapi"
    # -d stats keeps it in the foreground with a log of its own; nothing goes to the system's log
    detach "$1/slapd.pid" "$1/slapd.log" slapd -d stats -F "$1/config" -n gradus-slapd -h "$2"
    until_ok 10 ldapwhoami -Q -Y EXTERNAL -H "$(ldapi_url "$1/ldapi")" || {
        tail -5 "$1/slapd.log" >&2
        die "slapd does not answer; see $1/slapd.log"
    }
}

ldap_start() {
    mkdir -p -m 700 "$D/ldap"
    ldap_make "$D/ldap" "$ROOT/tools/instance/people.ldif"
    ldap_run "$D/ldap" "$(ldapi_url "$D/ldap/ldapi")"
}

ldap_stop() { pid_stop "$D/ldap/slapd.pid" INT 10; }
