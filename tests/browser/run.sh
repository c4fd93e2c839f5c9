#!/bin/sh
# tests/browser/run.sh [PART...] - the first journey in headless Chromium: journey designer decision auditor pages keyboard timers.
#
# SHOTS=DIR saves what was seen. With D and URL of a running instance (tools/instance/instance.sh) that one is used instead of a
# fresh one; INSTANCE_KEEP=1 leaves the fresh one for a look.
set -u
HERE=$(cd "$(dirname "$0")" && pwd)

CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
if [ -z "$CHROMIUM" ] && [ -x "$HERE/../../tools/packages.sh" ]; then
    "$HERE/../../tools/packages.sh" check >&2
    CHROMIUM=$(command -v chromium || true)
fi
if [ -z "$CHROMIUM" ]; then
    echo "ok browser # skip chromium is not here and could not be installed"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
fi
export CHROMIUM

# The lockfile decides; nothing runs at install.
installed=$HERE/node_modules/.package-lock.json
if [ ! -e "$installed" ] || [ "$HERE/package-lock.json" -nt "$installed" ]; then
    (cd "$HERE" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2 || exit 1
    touch "$installed"
fi

if [ -z "${URL-}" ] || [ -z "${D-}" ]; then
    . "$HERE/../lib/instance.sh"
    instance_up "db ldap app web"
    "$INSTANCE" load "$D" >&2 || exit 1
    export URL D
fi
node "$HERE/main.mjs" "$@"
