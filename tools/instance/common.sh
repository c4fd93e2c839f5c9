# tools/instance/common.sh - what the parts of the private instance share. Sourced, never run.
#
# Every process of an instance has the instance's folder in its command line or in its environment (GRADUS_CONF). A process is
# stopped only when that still holds for its recorded number, so that a stale pid file can never hit somebody else's process.

PATH=$PATH:/usr/sbin:/sbin # mariadbd, slapd, nginx and apache2 are not in an ordinary user's PATH on Debian
LC_ALL=C
export PATH LC_ALL

say() { printf '%s\n' "$*"; }
die() {
    printf 'instance: %s\n' "$*" >&2
    exit 1
}

need() { # need PROGRAM...
    for need_p in "$@"; do
        command -v "$need_p" >/dev/null || die "the program '$need_p' is missing; tools/packages.sh demo installs what the demo needs"
    done
}

# Is the process of pid file $1 alive and ours?
pid_ours() {
    [ -s "$1" ] || return 1
    read -r pid_n <"$1" || :
    cat "/proc/$pid_n/cmdline" "/proc/$pid_n/environ" 2>/dev/null | grep -qaF "$D/"
}

# pid_stop FILE SIGNAL SECONDS: ends it and waits; the last resort is KILL.
pid_stop() {
    if pid_ours "$1"; then
        kill -s "$2" "$pid_n" 2>/dev/null || :
        pid_i=$(($3 * 20))
        while [ "$pid_i" -gt 0 ] && pid_ours "$1"; do
            sleep 0.05
            pid_i=$((pid_i - 1))
        done
        if pid_ours "$1"; then kill -s KILL "$pid_n" 2>/dev/null || :; fi
    fi
    rm -f "$1"
}

# detach PIDFILE LOG COMMAND...: in a session of its own, without our descriptors, so that a caller's pipe does not wait for it.
detach() {
    detach_pid=$1
    detach_log=$2
    shift 2
    setsid "$@" </dev/null >>"$detach_log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
    [ "$detach_pid" = - ] || echo $! >"$detach_pid"
}

# until_ok SECONDS COMMAND...: tries it every 50 ms
until_ok() {
    until_i=$(($1 * 20))
    shift
    while ! "$@" >/dev/null 2>&1; do
        until_i=$((until_i - 1))
        [ "$until_i" -gt 0 ] || return 1
        sleep 0.05
    done
}

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

port_taken() { # is somebody listening on 127.0.0.1:$1 (or on all addresses)?
    port_hex=$(printf '%04X' "$1")
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
        awk -v p="$port_hex" '$4 == "0A" && $2 ~ (":" p "$") && $2 ~ /^(0100007F|00000000|0+:|0000000000000000FFFF00000100007F)/ { hit = 1 }
                              END { exit !hit }'
}
