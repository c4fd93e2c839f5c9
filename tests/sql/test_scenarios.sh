#!/bin/sh
# tests/sql/test_scenarios.sh - every story of tests/scenario and workflows through MariaDB: two drivers, one truth.
#
# The pure machine is told the same files by unit/run/test_scenario. Here each look at the state loads it from its rows, each step is
# a transaction, and afterwards the stored triggers are replayed and must give the stored state byte for byte.
set -u
. "$(dirname "$0")/../lib/instance.sh"
cd "$TOP"
instance_up "db" || exit 1
BIN=${BIN:-$TOP/build/bin}
"$BIN/gradus" migrate --schema schema >/dev/null || exit 1
"$BIN/gradus" grants --schema schema | db_root || exit 1

out=$D/tmp/stories.txt
find tests/scenario workflows -name '*.scn' | sort | xargs "$BIN/gradus" scenario --through-db >"$out"
cat "$out"
ok=$(grep -c '^ok' "$out")
bad=$(grep -c '^not ok' "$out")
told=$(find tests/scenario workflows -name '*.scn' | wc -l)
if [ $((ok + bad)) -ne "$told" ]; then
    echo "not ok - $told stories, but $((ok + bad)) verdicts"
    bad=$((bad + 1))
fi
if "$BIN/gradus" replay | tee "$D/tmp/replay.txt" | tail -n 1 | grep -q "^$told instances replayed"; then
    echo "ok - every stored instance is what its triggers make of it"
    ok=$((ok + 1))
else
    echo "not ok - replay: $(tail -n 3 "$D/tmp/replay.txt")"
    bad=$((bad + 1))
fi
echo "$ok passed, $bad failed"
[ "$bad" = 0 ]
