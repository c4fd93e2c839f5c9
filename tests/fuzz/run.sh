#!/bin/sh
# tests/fuzz/run.sh - libFuzzer over every target for FUZZ_SECONDS each; a finding stays in tests/fuzz/corpus/<name>/ as a test.
set -u
cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-60}
passed=0 failed=0
for s in tests/fuzz/*.c; do
    [ -f "$s" ] || continue
    target=$(basename "$s" .c)
    name=${target#fuzz_}
    found=build/libfuzzer/corpus/$name
    mkdir -p "$found" "tests/fuzz/corpus/$name"
    if build/libfuzzer/fuzz/"$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=1024 -print_final_stats=1 \
        -artifact_prefix="tests/fuzz/corpus/$name/found-" "$found" "tests/fuzz/corpus/$name" >"$found.log" 2>&1; then
        echo "ok $name: $(awk '/number_of_executed_units/ { print $2 }' "$found.log") runs in $seconds s"
        passed=$((passed + 1))
    else
        echo "not ok $name ($found.log)"
        tail -n 40 "$found.log" | sed 's/^/  | /'
        failed=$((failed + 1))
    fi
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
