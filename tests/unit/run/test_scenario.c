/* tests/unit/run/test_scenario.c - every story below tests/scenario and workflows, told to the pure machine. */
#include "run/casebook.h"
#include "run/limit.h"
#include "run/scenario.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

enum { LIMIT_FILE = 4 << 20 };

static const char *const places[] = {"tests/scenario/*/*.scn", "workflows/*/*.scn"};

/* The bytes of the file, or NULL with a message. */
static const char *file_read(struct arena *mem, const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *bytes = arena_alloc(mem, LIMIT_FILE);

    if (f == NULL) {
        print_error("%s cannot be opened\n", path);
        return NULL;
    }
    *n = fread(bytes, 1, LIMIT_FILE, f);
    fclose(f);
    return bytes;
}

static void proc_free(void *mem)
{
    arena_free(mem);
}

static const struct proc *process_read(struct arena *mem, const char *path, const char *id)
{
    struct findings found = findings_new(mem);
    struct proc_list *list = NULL;
    size_t n = 0;
    const char *bytes = file_read(mem, path, &n);

    if (bytes == NULL)
        return NULL;
    if (proc_compile(mem, path, bytes, n, &found, &list) != OK)
        print_error("%s: %s\n", path, trouble()->text);
    for (const struct proc_list *l = list; l != NULL; l = l->next)
        arena_at_end(mem, proc_free, l->proc->mem);
    while (list != NULL && id[0] != '\0' && strcmp(list->proc->key, id) != 0)
        list = list->next;
    return list != NULL ? list->proc : NULL;
}

/* PATH's folder and FILE. */
static const char *beside(struct arena *mem, const char *path, const char *file)
{
    return arena_printf(mem, "%.*s/%s", (int)(strrchr(path, '/') - path), path, file);
}

/* The decision models that a story names, or NULL with a message. */
static struct run_shelf *shelf_of(struct arena *mem, const char *path, const char *const *file, size_t n)
{
    struct run_shelf *shelf = run_shelf_new(mem);

    for (size_t i = 0; i < n; i++) {
        struct findings found = findings_new(mem);
        struct dmn_file f = {.name = beside(mem, path, file[i])};
        f.bytes.p = file_read(mem, f.name, &f.bytes.n);
        if (f.bytes.p == NULL || run_shelf_add(shelf, &f, &found) != OK || found.errors > 0) {
            print_error("%s: %s\n", f.name, found.first != NULL ? found.first->message : trouble()->text);
            return NULL;
        }
    }
    return shelf;
}

/* Does the story hold? */
static bool story_holds(const char *path)
{
    struct arena *mem = arena_new(0);
    struct scenario *s;
    const char *why = "";
    size_t n = 0;
    const char *text = file_read(mem, path, &n);
    bool good = false;

    if (text == NULL || scenario_read(mem, path, text, n, &s) != OK) {
        print_error("%s: %s\n", path, trouble()->text);
    } else {
        const char *file = beside(mem, path, scenario_model(s));
        const struct proc *p = process_read(mem, file, scenario_process(s));
        const char *const *model = scenario_decisions(s, &n);
        struct run_shelf *shelf = shelf_of(mem, path, model, n);
        struct run_decisions who = run_shelf_decisions(shelf);
        good = p != NULL && shelf != NULL && scenario_run(mem, s, p, &who, &why) == OK;
        if (!good)
            print_error("%s\n", why[0] != '\0' ? why : file);
    }
    arena_free(mem);
    return good;
}

/* Does the story about decisions hold? */
static bool casebook_holds(const char *path)
{
    struct arena *mem = arena_new(0);
    struct casebook *b;
    const char *why = "";
    size_t n = 0;
    int cases = 0;
    const char *text = file_read(mem, path, &n);
    bool good = false;

    if (text == NULL || casebook_read(mem, path, text, n, &b) != OK) {
        print_error("%s: %s\n", path, trouble()->text);
    } else {
        const char *const *model = casebook_models(b, &n);
        struct run_shelf *shelf = shelf_of(mem, path, model, n);
        good = shelf != NULL && casebook_tell(mem, b, shelf, &cases, &why) == OK && cases > 0;
        if (!good)
            print_error("%s\n", why[0] != '\0' ? why : path);
    }
    arena_free(mem);
    return good;
}

static size_t all_hold(const char *pattern, bool (*holds)(const char *path))
{
    size_t told = 0, untrue = 0;
    glob_t found;

    if (glob(pattern, 0, NULL, &found) != 0)
        return 0;
    for (size_t k = 0; k < found.gl_pathc; k++, told++)
        untrue += !holds(found.gl_pathv[k]);
    globfree(&found);
    assert_int_equal(untrue, 0);
    return told;
}

static void all_stories_hold(void **state)
{
    size_t told = 0;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        told += all_hold(places[i], story_holds);
    print_message("# %zu stories told\n", told);
    assert_true(told > 30);
}

static void all_decisions_hold(void **state)
{
    size_t told = all_hold("workflows/decisions/*.dst", casebook_holds);

    told += all_hold("tests/scenario/business_rule_task/*.dst", casebook_holds);
    print_message("# %zu stories about decisions told\n", told);
    assert_true(told >= 5);
}

/* ---- the language itself: what a story may say, and that it can be untrue ---- */

static const char model[] =
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='d' targetNamespace='t'><process id='p' "
    "isExecutable='true'>"
    "<startEvent id='s'/><userTask id='a'/><endEvent id='e'/><sequenceFlow id='f' sourceRef='s' targetRef='a'/>"
    "<sequenceFlow id='g' sourceRef='a' targetRef='e'/></process></definitions>";

static const char *tell(struct arena *mem, const char *text)
{
    struct findings found = findings_new(mem);
    struct proc_list *list = NULL;
    struct scenario *s;
    const char *why = "";

    assert_int_equal(proc_compile(mem, "model", model, sizeof model - 1, &found, &list), OK);
    arena_at_end(mem, proc_free, list->proc->mem);
    if (scenario_read(mem, "t.scn", text, strlen(text), &s) != OK)
        return trouble()->text;
    return scenario_run(mem, s, list->proc, NULL, &why) == OK ? "" : why;
}

static void untrue_stories_are_found_out(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *why; } t[] = {
        {"model m\nstart\nat a\ndone a\nended completed",       ""},
        {"start\n",                                             "\"model FILE\" is missing"},
        {"model m\nwait",                                      "t.scn:2: \"wait\" is no word"},
        {"model m\nstart x",                                    "t.scn:2: start x: \"x\" should be name=value"},
        {"model m\nstart x=1 x=2",                              "a name is given twice"},
        {"model m\nstart x=(",                                  "is no FEEL value"},
        {"model m\nstart\nat a a",                              "t.scn:3: at a a: the tokens are at a"},
        {"model m\nstart\nat",                                  "the tokens are at a"},
        {"model m\nstart\nat nowhere",                          "no node \"nowhere\""},
        {"model m\nat a",                                       "the tokens are at nowhere"},
        {"model m\ndone a",                                     "nothing like that has happened at \"a\""},
        {"model m\nstart\ndone a\ndone a",                      "E_STATE"},
        {"model m\nstart\ndone a\nfails done a E_STATE",        ""},
        {"model m\nstart\nfails done a E_STATE",                "the answer is OK"},
        {"model m\nfails done a E_STATE",                       "nothing like that has happened"},
        {"model m\nfails var x = 1 E_STATE",                    "a line that must be refused"},
        {"model m\nstart x=[1, 2] y=\"a # b\" # why not\nvar x = [1,2]\nvar y = \"a # b\"", ""},
        {"model m\nstart x=1\nvar x = 2",                       "x is 1"},
        {"model m\nstart\nvar x 1",                             "a line about a variable is"},
        {"model m\nstart\nincident a \"x\"",                    "there is no incident at a"},
        {"model m\nstart\nended completed",                     "the instance is active, with tokens at a"},
        {"model m\nended completed",                            "the instance is not started"},
        {"model m\nstart\ntrail entered:a entered:s",           "the trail has no \"entered:s\""},
        {"model m\nstart\ntask a priority=51",                  "priority of the task is 50"},
        {"model m\nstart\ntimers 1",                            "0 timers are armed"},
        {"model m\nstart\nclock 5",                             "should be like +30m"},
        {"model m\nstart\nclock +5",                            "should be like +30m"},
        {"model m\nstart\nclock +1d2h3m4s",                     ""},
        {"model m\nstart\ncancel now",                          "a text in quotes is missing"},
        {"model m\nstart\ncancel \"enough\"\nended cancelled",  ""},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        const char *why = tell(mem, t[i].text);
        bool good = t[i].why[0] == '\0' ? why[0] == '\0' : strstr(why, t[i].why) != NULL;
        if (!good)
            print_error("%s\n  says: %s\n  not:  %s\n", t[i].text, why, t[i].why);
        assert_true(good);
        arena_free(mem);
    }
}

/* ---- stories about decisions can be untrue, too ---- */

static const char rules[] =
    "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='n'>"
    "<inputData id='x' name='x'><variable name='x'/></inputData>"
    "<decision id='d' name='D'><variable name='D'/><informationRequirement><requiredInput href='#x'/></informationRequirement>"
    "<decisionTable hitPolicy='COLLECT'><input label='x'><inputExpression><text>x</text></inputExpression></input><output/>"
    "<rule><inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>\"a\"</text></outputEntry></rule>"
    "<rule><inputEntry><text>&gt; "
    "2</text></inputEntry><outputEntry><text>\"b\"</text></outputEntry></rule></decisionTable></decision>"
    "<decision id='l' name='L'><variable name='L'/><informationRequirement><requiredInput href='#x'/></informationRequirement>"
    "<literalExpression><text>number(x, null, null)</text></literalExpression></decision></definitions>";

static const char *tell_cases(struct arena *mem, const char *text)
{
    struct findings found = findings_new(mem);
    struct run_shelf *shelf = run_shelf_new(mem);
    struct dmn_file file = {"rules", {rules, sizeof rules - 1}};
    struct casebook *b;
    const char *why = "";
    int cases = 0;

    assert_int_equal(run_shelf_add(shelf, &file, &found), OK);
    if (casebook_read(mem, "t.dst", text, strlen(text), &b) != OK)
        return trouble()->text;
    return casebook_tell(mem, b, shelf, &cases, &why) == OK ? "" : why;
}

static void untrue_cases_are_found_out(void **state)
{
    /* clang-format off */
    static const struct { const char *text, *why; } t[] = {
        {"model m\ndecision d\ngiven x=3\nexpect [\"a\", \"b\"]\nrule 1 2\nbecause \"x = 3\"\ncovered", ""},
        {"decision d",                                      "\"model FILE\" is missing"},
        {"model m\nstart",                                  "t.dst:2: \"start\" is no word"},
        {"model m\ndecision e",                             "none of the models has a decision with the id \"e\""},
        {"model m\ngiven x=1",                              "\"decision ID\" is missing"},
        {"model m\ndecision d\nexpect 1",                   "a line \"given ...\" comes first"},
        {"model m\ndecision d\ngiven x",                    "should be name=value"},
        {"model m\ndecision d\ngiven x=2\nexpect [\"b\"]",  "t.dst:4: expect [\"b\"]: the answer is [\"a\"]"},
        {"model m\ndecision d\ngiven x=2\nrule 2",          "was made by rule 1"},
        {"model m\ndecision d\ngiven x=0\nrule 2",          "was made by rule none"},
        {"model m\ndecision d\ngiven x=2\nbecause \"y\"",   "the reasons are: x = 2"},
        {"model m\ndecision d\ngiven x=2\nbecause y",       "a text in quotes is missing"},
        {"model m\ndecision d\ngiven x=2\ncovered",         "no case is about rule 2"},
        {"model m\ncovered",                                "has no table"},
        {"model m\ndecision l\ncovered",                    "has no table"},
        {"model m\ndecision l\ngiven x=\"1\"\nexpect 1",    ""},
        {"model m\ndecision l\ngiven x=\"one\"\nexpect 1",  "The decision L gives no value"},
        {"model m\ndecision l\ngiven x=\"one\"\nfails \"gives no value\"", ""},
        {"model m\ndecision l\ngiven x=\"one\"\nfails \"too large\"", "the complaint is: The decision L"},
        {"model m\ndecision l\ngiven x=\"1\"\nfails \"x\"", "the answer is 1"},
        {"model m\ndecision l\ngiven x=\"1\"\ndecision d\nexpect 1", "a line \"given ...\" comes first"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = arena_new(0);
        const char *why = tell_cases(mem, t[i].text);
        if (t[i].why[0] == '\0' ? why[0] != '\0' : strstr(why, t[i].why) == NULL)
            print_error("%s\n  says: %s\n", t[i].text, why);
        assert_true(t[i].why[0] == '\0' ? why[0] == '\0' : strstr(why, t[i].why) != NULL);
        arena_free(mem);
    }
}

static void models_of_a_story_are_bounded(void **state)
{
    static const char *const line[] = {"decision f\n", "model f\n"};

    for (size_t k = 0; k < 2; k++) {
        for (int n = LIMIT_STORY_MODELS; n <= LIMIT_STORY_MODELS + 1; n++) {
            struct arena *mem = arena_new(0);
            struct buf b = buf_new(mem, 4096);
            struct scenario *s;
            struct casebook *c;
            buf_str(&b, k == 0 ? "model m\n" : "");
            for (int i = 0; i < n; i++)
                buf_str(&b, line[k]);
            enum err e =
                k == 0 ? scenario_read(mem, "t", buf_text(&b), b.len, &s) : casebook_read(mem, "t", buf_text(&b), b.len, &c);
            assert_int_equal(e, n <= LIMIT_STORY_MODELS ? OK : E_TOOBIG);
            arena_free(mem);
        }
    }
}

static bool nothing_get(const void *ctx, const char *name, struct val *out)
{
    return false;
}

/* A decision that meets a limit is an answer that says so, not an end of the call. */
static void a_decision_that_runs_too_long_is_told(void **state)
{
    static const struct feel_limits few = {
        .steps = 3, .depth = 10, .bytes = 1 << 20, .list = 100, .string = 1000, .match = 1000, .heap = 100};
    struct arena *mem = arena_new(0);
    struct findings found = findings_new(mem);
    struct run_shelf *shelf = run_shelf_new(mem);
    struct dmn_file file = {"rules", {rules, sizeof rules - 1}};
    struct run_decisions who = run_shelf_decisions(shelf);
    struct run_question q = {.key = "d", .get = nothing_get, .limits = &few, .mem = mem};
    struct run_decided d;

    assert_int_equal(run_shelf_add(shelf, &file, &found), OK);
    assert_int_equal(who.decide(who.ctx, &q, &d), OK);
    assert_non_null(d.trouble);
    assert_non_null(strstr(d.trouble, "The decision D was stopped"));
    q.key = "e";
    assert_int_equal(who.decide(who.ctx, &q, &d), OK);
    assert_non_null(strstr(d.trouble, "no decision \"e\" in force"));
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_stories_hold),
                                       cmocka_unit_test(all_decisions_hold),
                                       cmocka_unit_test(untrue_stories_are_found_out),
                                       cmocka_unit_test(untrue_cases_are_found_out),
                                       cmocka_unit_test(models_of_a_story_are_bounded),
                                       cmocka_unit_test(a_decision_that_runs_too_long_is_told)};

    return cmocka_run_group_tests_name("run/scenario", tests, NULL, NULL);
}
