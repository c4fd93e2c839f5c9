#!/bin/sh
# tests/system/invalid.sh - broken BPMN files: each constraint is told, no control is refused (invalid.py says how it is scored).
set -u
cd "$(dirname "$0")/../.." || exit 1
exec python3 tests/system/invalid.py build/bin/gradus
