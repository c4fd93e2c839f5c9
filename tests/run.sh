#!/bin/sh
# tests/run.sh - runs suites and counts.
#
#   tests/run.sh GROUP...     groups: build clang lint unit fuzz view scenario sql system hostile browser fault
#   tests/run.sh FILE...      single suites: tests/sql/grants.sh, build/asan/unit/base/test_buf
#
# A suite is a program. It prints lines "ok ..." and "not ok ..." ("ok ... # skip why" for what cannot run here), and may end in a
# line of its own, "N passed, N failed[, N skipped]", which then counts. It has failed as well when it ends with another code than
# 0 though no test failed, when it takes longer than its time, or when it ran no test at all. The output of a suite that passed is
# not shown; all of it lies in build/check/. The last line of a run is the same "N passed, N failed[, N skipped]" over all suites,
# and the exit code is 0 only when nothing failed.
#
# Environment: JOBS (processors), SUITE_TIME (seconds for one suite), SHOW (most lines of a failing suite's output).
set -u
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MAKELEVEL MFLAGS
JOBS=${JOBS:-$(nproc)}
SUITE_TIME=${SUITE_TIME:-900}
SHOW=${SHOW:-200}
LOGS=build/check
export JOBS
export CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
export UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1${UBSAN_OPTIONS:+:$UBSAN_OPTIONS}"
export LC_ALL=C.UTF-8 TZ=UTC

passed=0 failed=0 skipped=0
mkdir -p $LOGS

# counts LOG: "passed failed skipped", from the suite's own closing line or from its ok lines
counts()
{
    awk '
    /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { own = 1; p = $1; f = $3; s = NF > 4 ? $5 : 0; next }
    /^ok .*# *[Ss][Kk][Ii][Pp]/ { ls++; next }
    /^ok( |$)/ { lp++ }
    /^not ok( |$)/ { lf++ }
    END { if (own) print p + 0, f + 0, s + 0; else print lp + 0, lf + 0, ls + 0 }' "$1"
}

# suite NAME COMMAND...: one suite, one line. A suite named build/... is one test: its exit code.
suite()
{
    name=$1
    shift
    log=$LOGS/$(echo "$name" | tr / .).log
    from=$(date +%s%N)
    timeout -k 10 "$SUITE_TIME" "$@" >"$log" 2>&1 </dev/null
    code=$?
    tenths=$((($(date +%s%N) - from) / 100000000))
    case $name in
    build/*)
        if [ $code -eq 0 ]; then set -- 1 0 0; else set -- 0 1 0; fi ;;
    *)
        set -- $(counts "$log")
        why=
        if [ $code -eq 124 ] || [ $code -eq 137 ]; then
            why="stopped after $SUITE_TIME s"
        elif [ $code -ne 0 ] && [ "$2" -eq 0 ]; then
            why="ended with code $code"
        elif [ $(($1 + $2 + $3)) -eq 0 ]; then
            why="ran no test"
        fi
        if [ -n "$why" ]; then
            echo "not ok $name: $why" >>"$log"
            set -- "$1" $(($2 + 1)) "$3"
        fi ;;
    esac
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    text="$1 passed"
    [ "$2" -eq 0 ] || text="$text, $2 failed"
    [ "$3" -eq 0 ] || text="$text, $3 skipped"
    word=ok
    [ "$2" -eq 0 ] || word=FAIL
    printf '%-5s %-36s %-36s %4d.%d s\n' $word "$name" "$text" $((tenths / 10)) $((tenths % 10))
    [ "$3" -eq 0 ] || grep -i '^ok .*# *skip' "$log" | sed 's/^/      | /'
    [ "$2" -eq 0 ] || show "$log"
}

# show LOG: of a long log, first what failed, then the end
show()
{
    lines=$(wc -l <"$1")
    if [ "$lines" -gt "$SHOW" ]; then
        grep -E '^not ok|: error:|ERROR: |runtime error:' "$1" | head -n 40 | sed 's/^/      | /'
        echo "      | ... the last $SHOW of $lines lines ($1):"
    fi
    tail -n "$SHOW" "$1" | sed 's/^/      | /'
}

# scripts DIR: the suites of a folder; lib*.sh are parts of suites
scripts()
{
    for s in tests/"$1"/*.sh; do
        case $s in */lib*.sh | *'*'*) continue ;; esac
        name=${s#tests/}
        suite "${name%.sh}" bash "$s"
    done
}

group()
{
    case $1 in
    build)
        [ ! -f tools/make/static.mk ] || suite build/static make -s static
        suite build/release make -s -k -j"$JOBS" libs all
        suite build/asan make -s -k -j"$JOBS" SAN=1 unit-build fuzz-build all ;;
    fastbuild)
        suite build/release make -s -k -j"$JOBS" libs
        suite build/asan make -s -k -j"$JOBS" SAN=1 unit-build fuzz-build ;;
    clang)
        suite build/clang make -s -k -j"$JOBS" CC=clang B=build/clang BIN=build/clang/bin libs all unit-build ;;
    lint)
        suite lint/house tools/lint/run.sh
        scripts lint ;;
    unit)
        for s in tests/unit/*/test_*.c; do
            [ -f "$s" ] || continue
            name=${s#tests/unit/}
            name=${name%.c}
            suite "unit/$(echo "$name" | sed 's|/test_|/|')" "build/asan/unit/$name"
        done ;;
    fuzz)
        for s in tests/fuzz/*.c; do
            [ -f "$s" ] || continue
            name=$(basename "$s" .c)
            suite "fuzz/${name#fuzz_}" "build/asan/fuzz/$name" "tests/fuzz/corpus/${name#fuzz_}"
        done ;;
    view | scenario | sql | system | hostile | browser | fault)
        scripts "$1" ;;
    *.sh)
        name=${1#tests/}
        suite "${name%.sh}" bash "$1" ;;
    */*)
        suite "$(basename "$1")" "$1" ;;
    *)
        echo "tests/run.sh: no group or file named $1" >&2
        exit 2 ;;
    esac
}

[ $# -gt 0 ] || { sed -n '3,4s/^# *//p' "$0"; exit 2; }
for g; do
    group "$g"
done
echo
if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
