#!/bin/sh
# tests/scenario/conformance.sh - our own behaviour cases (tests/conformance) on the pure machine, under ASan and UBSan.
set -u
cd "$(dirname "$0")/../.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
make -s -j"${JOBS:-2}" SAN=1 build/asan/gradus >/dev/null || exit 1
build/asan/gradus conformance tests/conformance/manifest.json |
    awk -F'\t' '$2 == "pass" { print "ok - " $1; next } $2 == "FAIL" { print "not ok - " $1 ": " $3; next } { print "# " $0 }'
