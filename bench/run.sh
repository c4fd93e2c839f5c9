#!/bin/sh
# bench/run.sh - builds the programs of the bench and runs it; `make bench` comes here. bench/README.md explains the figures.
set -eu
cd "$(dirname "$0")/.."
make --no-print-directory bench-build
exec python3 bench/run.py
