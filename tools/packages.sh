#!/bin/sh
# tools/packages.sh GROUP - installs the Debian packages of tools/packages.txt that are missing: build, demo, apache or check.
#
# Nothing is asked and nothing else is changed when all are there. Otherwise apt-get runs as root, directly or by sudo. Services of
# newly installed packages (slapd, nginx) are neither started nor enabled: Gradus starts servers of its own and needs none of the
# system's. --print only lists what is missing.
set -eu
cd "$(dirname "$0")/.."
here=$PWD/tools

groups_of() {
    case $1 in
    build) echo build ;;
    demo) echo build demo ;;
    apache) echo build demo apache ;;
    check) echo build demo apache check ;;
    *)
        echo "usage: tools/packages.sh [--print] build|demo|apache|check" >&2
        exit 2
        ;;
    esac
}

installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || :)" = installed ]; }

# Prints the first alternative of each row of which none is installed.
missing() {
    while read -r group names program; do
        case " $1 " in *" $group "*) ;; *) continue ;; esac
        if [ -n "$program" ] && command -v "$program" >/dev/null 2>&1; then continue; fi
        found=
        for n in $(printf %s "$names" | tr '|' ' '); do
            if installed "$n"; then found=1; fi
        done
        [ -n "$found" ] || printf '%s ' "${names%%|*}"
    done <"$here/packages.txt"
}

# As root. policy-rc.d is Debian's way to say that no service may be started; it is put there for the time of the installation only.
install_as_root() {
    policy=/usr/sbin/policy-rc.d
    own=
    if [ ! -e "$policy" ]; then
        own=1
        trap 'rm -f "$policy"' EXIT
        trap 'exit 130' INT TERM
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
    elif "$policy" slapd start >/dev/null 2>&1; then
        echo "packages: $policy of this machine lets services start; the ones installed now are stopped by hand if you do not want them" >&2
    fi
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get install -y --no-install-recommends "$@" || {
        apt-get update
        apt-get install -y --no-install-recommends "$@"
    }
    # what postinst scripts enabled would start with the machine's next boot
    if [ -n "$own" ] && command -v systemctl >/dev/null 2>&1; then
        for s in slapd nginx; do
            case " $* " in *" $s"*) systemctl disable --quiet "$s" 2>/dev/null || : ;; esac
        done
    fi
}

if [ "${1-}" = --as-root ]; then
    shift
    install_as_root "$@"
    exit
fi
print=
if [ "${1-}" = --print ]; then
    print=1
    shift
fi
groups=$(groups_of "${1-}")
command -v dpkg-query >/dev/null 2>&1 || {
    echo "packages: this is not a Debian system; install the counterparts of tools/packages.txt ($groups) by hand" >&2
    exit 0
}
list=$(missing "$groups")
[ -n "$list" ] || exit 0
if [ -n "$print" ]; then
    echo "$list"
    exit 0
fi
echo "packages: installing $list" >&2
# shellcheck disable=SC2086
if [ "$(id -u)" = 0 ]; then
    sh "$here/packages.sh" --as-root $list
elif command -v sudo >/dev/null 2>&1; then
    sudo sh "$here/packages.sh" --as-root $list
else
    echo "packages: root is needed once:  apt-get install --no-install-recommends $list" >&2
    exit 1
fi
list=$(missing "$groups")
[ -z "$list" ] || {
    echo "packages: still missing: $list" >&2
    exit 1
}
