#!/bin/sh
# tests/system/lint.sh - gradus lint as people and programs read it, and the exports of many modelers of the shared corpus.
cd "$(dirname "$0")/../.." || exit 1
make -s all >/dev/null || exit 1
exec python3 tests/system/lint.py build/bin/gradus tests/fixtures "${GRADUS_SHARED:-../shared}/corpora"
