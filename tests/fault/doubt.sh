#!/bin/bash
# tests/fault/doubt.sh - a COMMIT whose answer is lost while no server can be asked; doubt.py says what is held.
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" all static lang >&2 && make -s -j"${JOBS:-2}" FAULT=1 all >&2 || exit 1
. tests/lib/instance.sh
instance_up "db ldap app web"
release workflows/decisions/*.dmn workflows/incident/incident.bpmn >"$D/log/load.log" 2>&1 &&
    build/bin/gradus demo load --tickets 0 >>"$D/log/load.log" 2>&1 || { tail -3 "$D/log/load.log"; exit 1; }
export D URL DB_SOCKET
python3 tests/fault/doubt.py
