#!/bin/sh
# tests/lint/rules.sh - each rule of tools/lint finds what it forbids and leaves alone what it allows.
#
#   file PATH TEXT...  a file of the snippet tree, a line for each TEXT
#   bad RULE TEXT      the rule finds something whose line holds TEXT
#   good RULE [WHAT]   the rule finds nothing
set -u
cd "$(dirname "$0")/../.." || exit 1
here=$PWD
tree=$(mktemp -d)
out=$(mktemp)
trap 'rm -rf "$tree" "$out"' EXIT
failed=0

new() { rm -rf "$tree"; mkdir -p "$tree/engine"; cp "$here/engine/LAYERS" "$tree/engine/"; }
file() { path=$tree/$1; shift; mkdir -p "$(dirname "$path")"; printf '%s\n' "$@" >"$path"; }
lint() { "$here/tools/lint/run.sh" -r "$tree" "$1" >"$out" 2>&1; }
bad()
{
    if ! lint "$1" && grep -q "^  .*$2" "$out"; then
        echo "ok $1 finds: $2"
    else
        echo "not ok $1 does not find: $2"
        sed 's/^/    /' "$out"
        failed=1
    fi
}
good()
{
    if lint "$1" && grep -qx "ok $1" "$out"; then
        echo "ok $1 accepts${2:+: $2}"
    else
        echo "not ok $1 finds what is allowed${2:+: $2}"
        sed 's/^/    /' "$out"
        failed=1
    fi
}
# compile PATH: a C file of the tree into the place where the release build would put its object
compile() { mkdir -p "$tree/build/rel/obj/$(dirname "$1")"; (cd "$tree" && gcc -w -O1 -c "$1" -o "build/rel/obj/${1%.c}.o"); }
library() { rm -f "$tree/build/rel/lib$1.a"; ar rcs "$tree/build/rel/lib$1.a" "$tree/build/rel/obj/${2%.c}.o"; }
lines() { seq "$1" | sed "s/.*/$2/"; }

# ---- layers ----
new
file engine/run/a.c '#include "base/buf.h"' '#include "model/proc.h"' '#include "run/run_int.h"' '/* #include "db/db.h" */'
good layers
file engine/run/a.c '#include "db/db.h"'
bad layers 'run must not know db'
file engine/run/a.c '#include "model/bpmn_int.h"'
bad layers 'is private to engine/model'
file engine/run/a.c '#include "inst.h"'
bad layers 'includes are from the root'
file engine/run/a.c '#include "runn/inst.h"'
bad layers 'no layer runn'
new
file cgi-bin/agent/a.c '#include "desk/ticket.h"' '#include "agent.h"'
good layers 'a program'
file cgi-bin/agent/a.c '#include "run/run.h"'
bad layers 'cgi-bin/agent must not know run'

new
file engine/base/text.c 'int text_one(void) { return 1; }'
file engine/desk/ticket.c 'int text_one(void); int ticket_two(void) { return text_one(); }'
compile engine/base/text.c
compile engine/desk/ticket.c
library base engine/base/text.c
good arrows
good link
file engine/base/text.c 'extern int ticket_two(void); int text_one(void) { return ticket_two(); }'
compile engine/base/text.c
library base engine/base/text.c
bad arrows 'uses ticket_two of desk'
bad link 'where is ticket_two?'

# ---- doors ----
new
file engine/desk/a.c '#include <mysql.h>'
bad doors 'belongs to engine/db/'
file engine/desk/a.c 'char *f(void) { return malloc(3); }'
bad doors 'malloc() belongs to engine/base/arena.c'
file engine/desk/a.c 'long f(void) { return time(0); }'
bad doors 'time() belongs to engine/base/clock.c'
file engine/desk/a.c '/* malloc(3) */ int f(struct x *x) { return x->time(0) + lifetime(1) + printf("free(x)"); }'
file engine/db/db.c '#include <mysql.h>'
file engine/model/feel/a.c '#include <pcre2.h>'
good doors
file engine/model/feel/b.c '#include <pcre2.h>'
bad doors 'one file holds PCRE2'

new
file engine/desk/a.c 'void *mysql_init(void *); void *f(void) { return mysql_init(0); }'
compile engine/desk/a.c
bad symbols 'uses mysql_init'
file engine/desk/a.c 'void *mysql_init(void *p) { return p; } void *f(void) { return mysql_init(0); }'
compile engine/desk/a.c
good symbols 'a name of our own'

# ---- state ----
file engine/desk/a.c 'int counter; int f(void) { return counter++; }'
compile engine/desk/a.c
bad globals 'counter is mutable'
file engine/desk/a.c 'int f(void) { static char last[9]; return last[0]++; }'
compile engine/desk/a.c
bad globals 'last.* is mutable'
file engine/desk/a.c 'static int g(void) { return 1; } int (*const table[])(void) = {g};' \
    'static const char *const names[] = {"a"}; const char *f(int i) { return names[i]; }'
file engine/base/err.c 'int current;'
compile engine/desk/a.c
compile engine/base/err.c
good globals 'const tables and the trouble'

# ---- banned functions ----
file engine/desk/a.c 'int atoi(const char *); int f(char *s) { return atoi(s); }'
compile engine/desk/a.c
bad linked 'links atoi'
file engine/desk/a.c 'int f(void) { return 1; }'
compile engine/desk/a.c
good linked
file bin/gradus/a.c 'int fault_next(const char *k) { return 0; } int main(void) { return 0; }'
mkdir -p "$tree/build/bin"
gcc -w -o "$tree/build/bin/gradus" "$tree/bin/gradus/a.c"
bad linked 'holds fault points'

new
file engine/desk/a.c 'void f(char *s) { strcpy(s, "a"); }'
bad banned 'strcpy() is banned'
file engine/desk/a.c 'void f(char *s) { execvp(s, 0); }'
bad banned 'execvp() only in bin/'
file engine/desk/a.c 'void f(char *s) { snprintf(s, 3, "strcpy(x)"); my_system(s); s->system(1); }'
file bin/gradus/a.c 'void f(char *s) { execvp(s, 0); /* exec: the supervisor starts its programs */ }'
good banned

# ---- SQL ----
new
file engine/desk/a.c 'const char *s = "SELECT id FROM ticket";'
bad sql_in_c 'SQL stands in the .sql file'
file engine/desk/a.c 'const char *s = "ROLLBACK";'
bad sql_in_c 'transactions begin and end'
file engine/desk/a.c 'const char *s = "Select a queue from the list", *t = "err.update";'
file engine/db/unit.c 'const char *s = "COMMIT";'
good sql_in_c
file engine/desk/a.sql 'INSERT IGNORE INTO a VALUES (1);'
bad sql 'INSERT IGNORE'
file engine/desk/a.sql 'REPLACE INTO a VALUES (1);'
bad sql 'REPLACE deletes'
file engine/desk/a.sql 'UPDATE a SET b = NOW() WHERE id = :id;'
bad sql 'time and chance are parameters'
file engine/desk/a.sql 'SELECT * FROM a WHERE id = :id;'
bad sql 'name the columns'
file engine/desk/a.sql '-- never INSERT IGNORE' 'SELECT id, COUNT(*) AS n FROM a WHERE id = :id;'
good sql

# ---- files ----
new
file engine/base/a.h 'size_t a_size(void);'
bad header 'does not stand alone'
file engine/base/a.h '#include <stddef.h>' 'size_t a_size(void);'
good header

new
file engine/base/a.c 'int a;'
bad plate 'the first line is'
file engine/base/a.c '/* engine/base/a.c - a letter.' ' *' ' * For     letters.' ' * Owns    nothing.' ' * Never   digits. */'
bad plate 'has no "Holds"'
file engine/base/a.c '/* engine/base/a.c - a letter.' ' *' ' * For     letters.' ' * Owns    nothing.' ' * Never   digits.' ' * Holds   one. */'
good plate

new
file engine/base/a.h '/* engine/base/a.h - a. */' '' 'int a_bare(void);'
bad documented 'a_bare() is not explained'
file engine/base/a.h '/* engine/base/a.h - a. */' '' "/* The letter's place, from 0. */" 'int a_place(void);' 'int a_other(void);' '' \
    'int a_trailing(void); /* -1 when there is none */'
good documented

new
file engine/base/a.c 'typedef struct a { int b; } a;'
bad shape 'no typedef'
file engine/base/a.c 'int f(int a, int b, int c,' '      int d, int e, int g)' '{'
bad shape 'f() has 6 parameters'
file engine/base/a.c 'typedef enum err (*unit_fn)(struct unit *u, void *arg);' \
    'int f(struct arena *mem, const char *p, size_t n, int b, int c, int d, int e);' \
    "/* params: the signature is libxml2's */" 'int g(int a, int b, int c, int d, int e, int f);'
good shape

new
file engine/base/a.c 'int f(void)' '{' "$(lines 61 '    x();')" '}'
bad length 'a function of 61 lines'
file engine/base/a.c "$(lines 901 'int x;')"
bad length '901 lines'
file engine/base/a.c '/* long: one table, read from top to bottom */' 'int f(void)' '{' "$(lines 61 '    x();')" '}'
file engine/base/b.c 'int f(void)' '{' "$(lines 60 '    x();')" '}' "$(lines 837 'int x;')"
good length 'explained, or at the limit'

# ---- templates ----
new
for t in '<?cs evar:Text ?>' '<?cs uvar:Text ?>' '<?cs lvar:Text ?>' '<?cs alt:Text ?>x<?cs /alt ?>' '<?cs name:Text ?>' \
    '<?cs linclude:"x" ?>' '<?cs escape: "none" ?>'; do
    file templates/agent/a.cs "<p>$t</p>"
    bad template 'templates/agent/a.cs:1: .*escap'
done
while IFS='|' read -r say text; do
    file templates/agent/a.cs '<main>' "$text" '</main>'
    bad template "a.cs:2: .*$say"
done <<'X'
inline <script>|<script>alert(1)</script>
<style> is refused|<style>p { color: red }</style>
inline script|<button onclick="go()">x</button>
style= is refused|<p style="color: red">x</p>
not quoted|<p class=<?cs var:x ?>>x</p>
not quoted|<input value=1>
javascript: in href|<a href="javascript:go()">x</a>
javascript: in action|<form action=' JavaScript:go()'>
X
file templates/_layout/safe.cs '<?cs escape: "none" ?><?cs var:x ?><?cs /escape ?>'
cat >"$tree/templates/agent/a.cs" <<'X'
<?cs include:"_layout/page.cs" ?>
<!-- onclick=x in a comment -->
<script src="/static/a.js" type="module"></script>
<script type="application/json"><?cs var:Data ?></script>
<input name="title" value="<?cs var:Form.title ?>" <?cs if:Form.error ?>aria-invalid="true"<?cs /if ?> required
       aria-describedby='h'/>
<a href="<?cs call:url(Page.self) ?>?a=1&amp;b=2" class="a <?cs if:x > 3 ?>b<?cs /if ?>">a &lt; b, 3 < 4</a>
X
good template

# ---- tables and what belongs to their rows ----
new
file engine/base/err.def 'ERR(E_INPUT, 400, LOG_INFO, NO_RETRY, "err.input") /* bad */'
file engine/event.def 'EVENT(EV_A, 1, TICKET, 0, "event.a")'
file lang/en.po 'msgid "err.input"' 'msgstr "x"'
bad keys 'text key event.a is missing in lang/en.po'
file lang/en.po 'msgid "err.input"' 'msgstr "x"' '' 'msgid "event.a"' 'msgstr "y"'
good keys

file templates/agent/a.cs '<p>#{a.title} #{a.count|P.n}</p>'
file cgi-bin/agent/a.c 'void f(void) { return form_error(w, "title", "a.wrong"); }'
file lang/en.po 'msgid "a.title"' 'msgstr "T"' '' 'msgid "a.count"' 'msgstr "{1} of"' '' 'msgid "a.wrong"' 'msgstr ""' '"W"'
cp "$tree/lang/en.po" "$tree/lang/de.po"
good texts
file cgi-bin/agent/a.c 'void f(void) { return form_error(w, "title", "a.other"); }'
bad texts 'a.c:1: text a.other is missing in lang/en.po'
file lang/de.po 'msgid "a.title"' 'msgstr "T"' '' 'msgid "a.count"' 'msgstr "so viele"' '' 'msgid "a.wrong"' 'msgstr ""'
bad texts 'text a.count has other places'
bad texts 'de.po:1: text a.wrong is missing'
file templates/agent/a.cs '<p>#{a.nothing}</p>'
bad texts 'a.cs:1: text a.nothing is missing in lang/de.po'

rm -rf "$tree/cgi-bin"
file engine/desk/cap.def 'CAP(CAP_TICKET_SEE, 0, "x")'
file cgi-bin/agent/main.c 'int x = 0;'
bad caps 'nobody asks for CAP_TICKET_SEE'
file cgi-bin/agent/main.c 'int x = CAP_TICKET_SEE;'
good caps

file engine/model/node.def 'NODE(user_task, "userTask", TASK, WAIT)'
file engine/run/el_task.c 'int x;'
file tests/scenario/task/a.scn x
bad nodes 'no behave_user_task'
bad nodes 'no story tests/scenario/user_task'
file engine/run/el_task.c 'const struct behaviour behave_user_task = {0};'
file tests/scenario/user_task/a.scn x
good nodes

file engine/model/check.def 'RULE(flow_target, "flow-target-missing", ERROR, "x")'
file tests/fixtures/check/flow-target-missing/bad.bpmn x
bad fixtures 'no good file'
file tests/fixtures/check/flow-target-missing/good.bpmn x
good fixtures

# ---- words, generated files, rooms, form ----
new
file engine/run/run.c 'int run_start(void);'
file docs/TOUR.md 'Start at `run/run.c:run_begin`.'
bad tour 'has no run_begin'
file docs/TOUR.md 'Start at `engine/run/gone.c`.'
bad tour 'there is no engine/run/gone.c'
file docs/TOUR.md 'Start at `run/run.c:run_start`, then `engine/run/run.c`, `make demo` and `main.c`.'
good tour

new
for t in '/* TO''DO later */' '/* FIX''ME */' 'x = "/work''/main/x";' 'https://registry.npmjs''.org/a' 'deb http://deb.debian''.org/debian x'; do
    file engine/base/a.c "$t"
    bad words 'a.c:1:'
done
file engine/base/a.c 'int a; '
bad words 'blanks at the end'
file engine/base/a.c 'char t[] = "/tmp/gradus-XXXXXX"; /* docs/work/x, the method */'
good words

file engine/base/a.o x
bad generated 'is made by the build'
rm "$tree/engine/base/a.o"
good generated
file engine/desk/x.sql '-- x_get(id u64) -> one (a u64)' '--   by agent' 'SELECT a FROM x WHERE id = :id;'
mkdir -p "$tree/schema/grants"
awk -f "$here/tools/mkgrants.awk" -v account=agent "$tree/engine/desk/x.sql" >"$tree/schema/grants/agent.sql"
file engine/conf.def 'CONF_INT (fuel, 1000, 10, 100000, "Steps.")'
mkdir -p "$tree/docs/man"
awk -f "$here/tools/mkman.awk" "$tree/engine/conf.def" >"$tree/docs/man/gradus.conf.5"
good stale
file engine/conf.def 'CONF_INT (fuel, 2000, 10, 100000, "Steps.")'
bad stale 'is not what engine/conf.def says'
file schema/grants/agent.sql 'GRANT ALL ON gradus.x TO gradus_agent@localhost;'
bad stale 'is not what the statements need'
rm -r "$tree/schema" "$tree/docs" "$tree/engine/conf.def" "$tree/engine/desk"
bad readme 'a room without README'
file engine/base/README.md '# base'
good readme

cp "$here/.clang-format" "$tree/"
file engine/base/a.c 'int f(void){return 1;}'
bad format 'not as clang-format'
file engine/base/a.c 'int f(void)' '{' '    return 1;' '}'
good format
file tools/a.sh '#!/bin/sh' 'if true; then'
bad shell 'a.sh'
file tools/a.sh '#!/bin/sh' 'echo a'
good shell

for r in $("$here/tools/lint/run.sh" -l); do
    for kind in bad good; do
        grep -q "^ *$kind $r\( \|$\)" "$here/tests/lint/rules.sh" || { echo "not ok $r has no $kind case here"; failed=1; }
    done
done
exit $failed
