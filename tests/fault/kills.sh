#!/bin/bash
# tests/fault/kills.sh - workers, the daemon and the database are killed under load; kills.py says what is held.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" all static lang >&2 || exit 1
. tests/lib/instance.sh
INSTANCE_SETTINGS='worker_idle = 100
worker_lease = 5
sessions_each = 100'
instance_up "db ldap app web"
sed 's,PT30M<,PT6S<,; s,PT1H<,PT12S<,; s,P5D<,PT20S<,' workflows/incident/incident.bpmn >"$D/incident.bpmn"
release workflows/decisions/*.dmn "$D/incident.bpmn" >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
export D URL DB_SOCKET
python3 tests/fault/kills.py
