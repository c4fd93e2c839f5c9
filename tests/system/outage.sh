#!/bin/bash
# tests/system/outage.sh [STEP...] - the database and the directory go away and come back; every row of the error table; outage.py says what is held.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" all static lang >&2 && make -s -j"${JOBS:-2}" FAULT=1 all >&2 || exit 1
. tests/lib/instance.sh
INSTANCE_SETTINGS='db_timeout = 2'
instance_up "db ldap app web"
release workflows/decisions/*.dmn workflows/incident/incident.bpmn >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
export D URL DB_SOCKET PYTHONPATH=tests/fault
python3 tests/system/outage.py "$@"
