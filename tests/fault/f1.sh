#!/bin/bash
# tests/fault/f1.sh [OPERATION...] - a fault at every database call of every operation of the journey; f1.py says what is held.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" all static lang >&2 && make -s -j"${JOBS:-2}" FAULT=1 all >&2 || exit 1
. tests/lib/instance.sh
INSTANCE_SETTINGS='worker_idle = 20
sessions_each = 100
db_timeout = 10'
instance_up "db ldap app web"
# the timers of the shipped process after one second; no worker runs but where the test starts one
sed 's,PT30M<,PT1S<,; s,PT1H<,PT1S<,; s,P5D<,PT1S<,' workflows/incident/incident.bpmn >"$D/incident.bpmn"
release workflows/decisions/*.dmn "$D/incident.bpmn" >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
# the workers of this test are started one by one; every other part is the instance's own
kill "$(cat "$D/run/worker.pid")"
export D URL DB_SOCKET
python3 tests/fault/f1.py "$@"
