#!/bin/sh
# tools/lint/run.sh - the house rules as programs.
#
#   tools/lint/run.sh                 all rules over this tree
#   tools/lint/run.sh RULE...         some of them
#   tools/lint/run.sh -r DIR RULE...  over another tree (the rules' own tests)
#   tools/lint/run.sh -l              names the rules
#
# A rule is a function rule_<name> that prints findings, "file:line: what is wrong; what to do instead", and nothing when all is well.
# Rules that read object files use the release build (`make libs`) and are skipped where there is none.
# tests/lint/rules.sh proves for each rule that it finds a bad line and leaves a good one alone.
set -u
home=$(cd "$(dirname "$0")" && pwd)
case $home in "$PWD"/tools/lint) lint=tools/lint ;; *) lint=$home ;; esac
root=$home/../..
if [ "${1:-}" = -r ]; then root=$2 lint=$home; shift 2; fi
export LC_ALL=C
AWK=${AWK:-awk}
CC=${CC:-gcc}
OBJ=build/rel/obj

# the rules in the order in which a person wants to hear of them
RULES="layers arrows link doors symbols globals banned linked sql_in_c sql header plate documented shape length template keys
texts caps nodes fixtures tour words generated stale readme shell format"
if [ "${1:-}" = -l ]; then echo $RULES; exit 0; fi
cd "$root" || exit 2
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# ---- the files of the tree: tracked and new ones, not the ignored; a tree without git has them all ----
if [ -e .git ]; then
    git ls-files -co --exclude-standard | while read -r f; do [ ! -f "$f" ] || echo "$f"; done >"$tmp/files"
else
    find . -type f -not -path './build/*' | sed 's|^\./||' | sort >"$tmp/files"
fi
files() { grep -E "$1" "$tmp/files"; }
over() { pattern=$1; shift; list=$(files "$pattern") && [ -n "$list" ] && echo "$list" | xargs "$@"; return 0; }
over '^(engine|cgi-bin|bin)/.*\.[ch]$' $AWK -f "$lint/strip.awk" >"$tmp/code"
objects()
{
    [ -d $OBJ ] || return 1
    if [ ! -s "$tmp/objects" ]; then
        find $OBJ -name '*.o' | sort | while read -r o; do
            src=${o#"$OBJ"/}
            case $src in gen/*) src=engine/${src#gen/}; src=${src%.o} ;; *) src=${src%.o}.c ;; esac
            [ ! -f "$src" ] || echo "$o"
        done >"$tmp/list"
        [ -s "$tmp/list" ] || return 1
        xargs objdump -t <"$tmp/list" >"$tmp/objects"
    fi
}
# together COMMAND: runs it in parallel over batches of the files on stdin; what a batch says stays together
together()
{
    rm -f "$tmp"/said.*
    xargs -r -P "$(nproc)" -n "$1" sh -c 'd=$1; shift; run=$1; shift; eval "$run" >"$d/said.$$" 2>&1' sh "$tmp" "$2"
    cat "$tmp"/said.* 2>/dev/null
}
symbols() { objects || { echo SKIP; return; }; $AWK -v rule="$1" -f "$lint/symbols.awk" engine/LAYERS "$lint/doors.txt" "$tmp/objects"; }
cflags() { printf '%s' "-std=c17 -D_GNU_SOURCE -Iengine -Ibuild/gen $(pkg-config --cflags libxml-2.0 libmariadb 2>/dev/null)"; }

# ---- rules ----
rule_layers() { $AWK -f "$lint/layers.awk" engine/LAYERS "$tmp/code"; }
rule_arrows() { symbols arrows; }
rule_doors() { $AWK -f "$lint/doors.awk" "$lint/doors.txt" "$tmp/code"; }
rule_symbols() { symbols doors; }
rule_globals() { symbols globals; }
rule_banned() { $AWK -f "$lint/banned.awk" "$tmp/code"; }
rule_sql_in_c() { $AWK -f "$lint/sql_in_c.awk" "$tmp/code"; }
rule_documented() { $AWK -f "$lint/documented.awk" "$tmp/code"; }
rule_shape() { $AWK -f "$lint/shape.awk" "$tmp/code"; }
rule_sql() { over '^(engine|schema)/.*\.sql$' $AWK -f "$lint/sql.awk"; }
rule_plate() { over '^(engine|cgi-bin|bin)/.*\.[ch]$' $AWK -f "$lint/plate.awk"; }
rule_length() { over '^(engine|cgi-bin|bin|tests)/.*\.[ch]$' $AWK -f "$lint/length.awk"; }
rule_template() { over '^templates/.*\.cs$' $AWK -f "$lint/template.awk"; }
rule_tour() { [ ! -f docs/TOUR.md ] || $AWK -f "$lint/../tour.awk" docs/TOUR.md; }

# a layer's library and the libraries below it link without anything from above
rule_link()
{
    [ -f build/rel/libbase.a ] || { echo SKIP; return; }
    sed -n 's/^\([a-z]*\): */\1:/p' engine/LAYERS >"$tmp/layers"
    below() { for l in $(sed -n "s/^$1://p" "$tmp/layers"); do echo "$l"; below "$l"; done; }
    while IFS=: read -r layer low; do
        [ -f "build/rel/lib$layer.a" ] || continue
        libs=
        for l in $(below "$layer" | sort -u); do libs="$libs build/rel/lib$l.a"; done
        ls $libs >/dev/null 2>&1 || continue # something below is not there yet
        $CC -nostartfiles -o "$tmp/linked" -Wl,--entry=0 -Wl,--whole-archive "build/rel/lib$layer.a" -Wl,--no-whole-archive \
            -Wl,--start-group $libs -Wl,--end-group -lcrypto -lmariadb -lldap -llber -lxml2 -lpcre2-8 -lbidgcc000 -lm \
            -lfcgi -lneo_cs -lneo_utl >"$tmp/link" 2>&1 && continue
        if grep -q 'undefined reference' "$tmp/link"; then
            sed -n "s/^.*undefined reference to .\([A-Za-z_0-9]*\).*/\1/p" "$tmp/link" | sort -u | grep -vx stmt_all |
                sed "s|.*|engine/LAYERS:1: lib$layer.a does not link with the layers below it: where is &?|"
        else
            head -n 5 "$tmp/link" | sed "s|^|engine/LAYERS:1: lib$layer.a: |"
        fi
    done <"$tmp/layers"
}

# what the release programs are made of
rule_linked()
{
    symbols banned
    for p in build/bin/gradus*; do
        [ -f "$p" ] && [ -x "$p" ] || continue
        nm "$p" 2>/dev/null | grep -wq fault_next && echo "$p:1: a release program holds fault points; build it without FAULT=1"
    done
    return 0
}

# each header compiles alone
rule_header()
{
    export HEADER_CC="$CC $(cflags) -I. -xc -fsyntax-only -Wall -Werror -"
    files '^(engine|cgi-bin|bin)/.*\.h$' | together 6 'for h; do
        echo "#include \"$h\"" | $HEADER_CC 2>&1 | grep -E "error|warning" | head -n 3 | sed "s|^|$h:1: does not stand alone: |"
    done'
}

# text keys of errors and events in the complete catalogues
rule_keys()
{
    po=
    for l in en de; do [ ! -f lang/$l.po ] || po="$po lang/$l.po"; done
    [ -z "$po" ] || $AWK -f "$lint/keys.awk" engine/base/err.def engine/event.def $po
}

# texts of templates and handlers in the complete catalogues
rule_texts()
{
    [ -f lang/en.po ] && [ -f lang/de.po ] || return 0
    { files '^templates/.*\.cs$'; echo "$tmp/code"; echo lang/en.po; echo lang/de.po; } | xargs $AWK -f "$lint/texts.awk"
}

# capabilities: used by a route or by may.c
rule_caps()
{
    [ -f engine/desk/cap.def ] && ls cgi-bin/*/main.c >/dev/null 2>&1 || return 0
    sed -n 's/^CAP(\([A-Z_]*\).*/\1/p' engine/desk/cap.def | while read -r c; do
        grep -rqw "$c" --include='*.[ch]' cgi-bin bin engine || grep -rqw "${c#CAP_}" --include='*.[ch]' cgi-bin bin engine ||
            echo "engine/desk/cap.def:$(grep -nw "$c" engine/desk/cap.def | head -n 1 | cut -d: -f1): nobody asks for $c; use it in a route or in may.c, or drop it"
    done
}

# a kind of node has its behaviour and a story
rule_nodes()
{
    [ -f engine/model/node.def ] || return 0
    grep -n '^NODE(' engine/model/node.def | sed 's/^\([0-9]*\):NODE( *\([a-z_0-9]*\).*/\1 \2/' | while read -r line name; do
        if ls engine/run/el_*.c >/dev/null 2>&1; then
            grep -qwE "behave_$name" engine/run/el_*.c || echo "engine/model/node.def:$line: no behave_$name in engine/run/el_*.c"
        fi
        if [ -d tests/scenario ]; then
            ls tests/scenario/$name/*.scn >/dev/null 2>&1 || echo "engine/model/node.def:$line: no story tests/scenario/$name/*.scn"
        fi
    done
}

# a rule for models has a bad and a good file, or a unit test that makes them (what is too large to keep)
rule_fixtures()
{
    [ -f engine/model/check.def ] && [ -d tests/fixtures/check ] || return 0
    sed -n 's/^RULE([^"]*"\([a-z0-9-]*\)".*/\1/p' engine/model/check.def | while read -r id; do
        grep -rqF "\"$id\"" --include='test_*.c' tests/unit/model 2>/dev/null && continue
        for kind in bad good; do
            ls "tests/fixtures/check/$id/$kind"* >/dev/null 2>&1 ||
                echo "engine/model/check.def:$(grep -nF "\"$id\"" engine/model/check.def | head -n 1 | cut -d: -f1): no $kind file in tests/fixtures/check/$id/"
        done
    done
}

rule_words()
{
    over '\.(c|h|def|sql|awk|sh|mk|md|cs|css|js|mjs|ts|json|txt|po|conf|service|socket|example|yml|ldif|bpmn|dmn|scn|in)$|(^|/)(Makefile|run|NOTICE|LAYERS|\.editorconfig|\.gitignore|\.npmrc)$' \
        sh -c 'for f; do case $f in tests/lint/* | tools/lint/words.awk | tests/fixtures/* | tests/fuzz/corpus/* | static/vendor/*) ;; *) echo "$f" ;; esac; done | xargs -r '"$AWK -f $lint/words.awk" sh
}

rule_generated()
{
    files '^(build|node_modules|static/dist)/|\.(o|a|d|mo|gcda|gcno|pyc|orig|rej)$|\.sql\.[ch]$|(^|/)core(\.[0-9]+)?$' |
        sed 's/$/:1: is made by the build; do not commit it (.gitignore)/'
    files . | grep -vE '^(tests|static)/' | xargs -r -d '\n' find 2>/dev/null | xargs -r -d '\n' ls -l 2>/dev/null |
        $AWK '$5 > 1048576 { print $NF ":1: over 1 MiB; what is it for?" }'
}

# What is made from other files and committed because people review it: equal to what would be made now?
rule_stale()
{
    for f in schema/grants/*.sql; do
        [ -f "$f" ] || continue
        a=${f##*/}
        over '^engine/.*\.sql$' $AWK -f "$lint/../mkgrants.awk" -v account="${a%.sql}" | cmp -s - "$f" ||
            echo "$f:1: is not what the statements need; make grants, and review the diff"
    done
    [ ! -f docs/bpmn-support.md ] || python3 "$lint/../support.py" --check | sed 's/^\([^:]*\):/\1:1:/'
    f=docs/man/gradus.conf.5
    if [ -f $f ]; then
        $AWK -f "$lint/../mkman.awk" engine/conf.def | cmp -s - $f || echo "$f:1: is not what engine/conf.def says; make man, and review the diff"
    fi
    return 0
}

rule_readme()
{
    for d in engine/*/ tools/ tests/; do
        [ -d "$d" ] || continue
        [ -n "$(find "$d" -maxdepth 1 -name '*.[ch]' -o -maxdepth 1 -name '*.awk' -o -maxdepth 1 -name '*.sh')" ] || continue
        if [ ! -f "${d}README.md" ]; then echo "${d}README.md:1: a room without README"
        elif [ "$(wc -l <"${d}README.md")" -gt 90 ]; then echo "${d}README.md:1: longer than a page"; fi
    done
}

rule_shell()
{
    command -v shellcheck >/dev/null || { echo SKIP; return; }
    files '\.sh$|^\.ci/run$' | together 8 'shellcheck -S error -e SC2148 -f gcc "$@"' | grep -E ': (error|warning)'
    return 0
}

rule_format()
{
    command -v clang-format >/dev/null && [ -f .clang-format ] || { echo SKIP; return; }
    files '^(engine|cgi-bin|bin|tests)/.*\.[ch]$' | together 8 'clang-format --dry-run -Werror "$@"' |
        sed -n 's/^\([^ :]*:[0-9]*\):[0-9]*: error: .*/\1: not as clang-format would write it; make fmt/p' | $AWK -F: '!seen[$1]++'
}

# ---- run ----
[ $# -gt 0 ] || set -- $RULES
rules=0 findings=0 passed=0 failed=0 skipped=0
for r; do
    rules=$((rules + 1))
    "rule_$r" >"$tmp/out" 2>&1
    if grep -qx SKIP "$tmp/out"; then
        skipped=$((skipped + 1))
        echo "ok $r # skip nothing built yet, or its tool is not installed"
    elif [ -s "$tmp/out" ]; then
        n=$(wc -l <"$tmp/out")
        findings=$((findings + n)) failed=$((failed + 1))
        echo "not ok $r: $n"
        sed 's/^/  /' "$tmp/out"
    else
        passed=$((passed + 1))
        echo "ok $r"
    fi
done
echo "$rules rules, $findings findings"
if [ $skipped -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ $failed -eq 0 ]
