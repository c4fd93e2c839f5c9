/* tests/unit/run/test_multi.c - loops and multi-instance: which numbers conditions see, what scripts cannot falsify, what a failed step
 * leaves, and that a billion instances cost nothing. */
#include "base/buf.h"
#include "run/limit.h"
#include "run/run.h"
#include "run/step_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW INT64_C(1767225600000000)

struct bench {
    struct arena *mem;
    struct proc *p;
    struct inst *in;
    struct effects out;
};

/* begin -> ACTIVITY (id "work") -> user task "after" */
static void open_bench(struct bench *b, const char *activity, const char *extra)
{
    static const char frame[] =
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:gradus=\"https://gradus.example/schema/bpmn/1.0\" "
        "id=\"d\" targetNamespace=\"urn:t\"><signal id=\"sig\" name=\"sig\"/><process id=\"p\" isExecutable=\"true\">"
        "<startEvent id=\"begin\"/>%s<userTask id=\"after\"/>%s<sequenceFlow id=\"f1\" sourceRef=\"begin\" targetRef=\"work\"/>"
        "<sequenceFlow id=\"f2\" sourceRef=\"work\" targetRef=\"after\"/></process></definitions>";
    struct arena *mem = arena_new(0);
    char *text = arena_printf(mem, frame, activity, extra);
    struct findings f = findings_new(mem);
    struct proc_list *list = NULL;

    if (proc_compile(mem, "test.bpmn", text, strlen(text), &f, &list) != OK)
        fail_msg("the model of the test is wrong: %s", f.first != NULL ? f.first->message : trouble()->text);
    proc_list_keep(mem, list);
    *b = (struct bench){.mem = mem, .p = list->proc, .in = inst_new(mem), .out = {.mem = mem}};
}

static void close_bench(struct bench *b)
{
    arena_free(b->mem);
}

static enum err send(struct bench *b, struct trigger t)
{
    struct run_env env = {.proc = b->p, .now = NOW, .fuel = RUN_FUEL};
    struct inst *next = inst_copy(b->mem, b->in);

    b->out.n = 0;
    TRY(run_trigger(&env, next, &t, &b->out));
    TRY(run_check(b->p, next));
    b->in = inst_copy(b->mem, next);
    return OK;
}

static void start(struct bench *b, struct val vars)
{
    assert_int_equal(send(b, (struct trigger){.kind = TRIGGER_START, .node = PROC_NONE, .vars = vars, .text = ""}), OK);
}

/* The Nth token (from 0) that waits at NODE itself; NULL if there are fewer. */
static const struct token *waiting(const struct bench *b, const char *node, int n)
{
    int32_t at = proc_node_find(b->p, node);

    for (uint32_t i = 0; i < b->in->n_token; i++) {
        const struct token *t = &b->in->token[i];
        const struct scope *sc = inst_scope(b->in, t->inner);
        bool all = sc != NULL && sc->node == t->node && b->p->node[at].loop.kind != LOOP_NONE && t->scope == 1;
        if (t->node == at && t->role == ROLE_FLOW && t->state == TOKEN_WAITING && !all && n-- == 0)
            return t;
    }
    return NULL;
}

static void done(struct bench *b, const char *node, int n, struct val vars)
{
    const struct token *t = waiting(b, node, n);

    assert_non_null(t);
    assert_int_equal(send(b, (struct trigger){.kind = TRIGGER_TASK, .token = t->no, .node = PROC_NONE, .vars = vars}), OK);
}

static struct val seen(const struct bench *b, const char *name)
{
    const struct var *v = inst_var(b->in, 1, name);

    return v != NULL ? v->value : val_null();
}

static const char *incident(const struct bench *b)
{
    const char *text = NULL;

    for (uint32_t i = 0; i < b->out.n; i++) {
        if (b->out.at[i].kind == EFFECT_INCIDENT)
            text = b->out.at[i].text;
    }
    return text;
}

#define MULTI(attributes, content)                                                                                             \
    "<multiInstanceLoopCharacteristics" attributes ">" content "</multiInstanceLoopCharacteristics>"
#define THREE "<loopCardinality xsi:type=\"tFormalExpression\">3</loopCardinality>"
#define UNTIL(condition) "<completionCondition xsi:type=\"tFormalExpression\">" condition "</completionCondition>"

/* ---- numbers ---- */

/* Three instances; after how many completions, always of the oldest, is the condition true? */
static void conditions_see_the_numbers(void **state)
{
    /* clang-format off */
    static const struct { const char *condition; bool sequential; int after; } t[] = {
        {"numberOfCompletedInstances = 1",                                      false, 1},
        {"numberOfCompletedInstances = 2",                                      true,  2},
        {"numberOfActiveInstances = 1",                                         false, 2},
        {"numberOfActiveInstances = 0",                                         true,  1},
        {"numberOfInstances = 3 and numberOfCompletedInstances &gt; 1",         true,  2},
        {"numberOfTerminatedInstances = 0",                                     false, 1},
        {"numberOfTerminatedInstances &gt; 0",                                  true,  3},
        {"nrOfCompletedInstances / nrOfInstances &gt;= 0.6",                    false, 2},
        {"nrOfActiveInstances = 2",                                             false, 1},
        {"loopCounter = 1",                                                     false, 2},
        {"loopCounter = 1",                                                     true,  2},
        {"x = 2",                                                               false, 2},
        {"null",                                                                false, 3},
        {"\"yes\"",                                                             true,  3},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct bench b;
        struct arena *mem = arena_new(0);
        int n = 0;
        open_bench(&b,
                   arena_printf(mem,
                                "<userTask id=\"work\"><multiInstanceLoopCharacteristics isSequential=\"%s\">" THREE
                                "<completionCondition xsi:type=\"tFormalExpression\">%s</completionCondition>"
                                "</multiInstanceLoopCharacteristics></userTask>",
                                t[i].sequential ? "true" : "false", t[i].condition),
                   "");
        start(&b, val_null());
        for (; waiting(&b, "after", 0) == NULL; n++) {
            struct val_entry x = {"x", val_int(n + 1)};
            done(&b, "work", 0, val_context(b.mem, &x, 1));
        }
        if (n != t[i].after)
            print_error("%s: after %d\n", t[i].condition, n);
        assert_int_equal(n, t[i].after);
        close_bench(&b);
        arena_free(mem);
    }
}

/* What a script calls numberOfCompletedInstances or loopCounter is a variable; what conditions and results go by is counted. */
static void scripts_cannot_falsify_them(void **state)
{
    struct bench b;

    open_bench(&b,
               "<scriptTask id=\"work\" scriptFormat=\"feel\">" MULTI(
                   "", "<loopDataInputRef>items</loopDataInputRef><loopDataOutputRef>all</loopDataOutputRef>"
                       "<inputDataItem id=\"i\" name=\"item\"/><outputDataItem id=\"o\" name=\"got\"/>" UNTIL(
                           "numberOfCompletedInstances &gt; 50")) "<script>{got: item * 10, loopCounter: 7, "
                                                                  "numberOfCompletedInstances: 99, "
                                                                  "numberOfInstances: 0}</script></scriptTask>",
               "");
    struct val items[] = {val_int(1), val_int(2), val_int(3)}, want[] = {val_int(10), val_int(20), val_int(30)};
    struct val_entry e = {"items", val_list(b.mem, items, 3)};
    start(&b, val_context(b.mem, &e, 1));
    assert_non_null(waiting(&b, "after", 0));
    assert_true(val_same(seen(&b, "all"), val_list(b.mem, want, 3)));
    assert_true(val_is(seen(&b, "got"), VAL_NULL));
    close_bench(&b);
}

/* ---- limits ---- */

static void too_many_cost_nothing(void **state)
{
    /* clang-format off */
    static const struct { const char *n; bool sequential; bool runs; } t[] = {
        {"1000000000",  false, false},
        {"1000000000",  true,  false},
        {"1e300",       true,  false},
        {"10001",       true,  false}, /* LIMIT_INSTANCES and one */
        {"10000",       true,  true},
        {"3994",        false, true},  /* with four numbers and the loop's own two as many variables as there may be */
        {"3995",        false, false},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct bench b;
        struct arena *mem = arena_new(0);
        open_bench(&b,
                   arena_printf(mem,
                                "<userTask id=\"work\"><multiInstanceLoopCharacteristics isSequential=\"%s\">"
                                "<loopCardinality xsi:type=\"tFormalExpression\">%s</loopCardinality>"
                                "</multiInstanceLoopCharacteristics></userTask>",
                                t[i].sequential ? "true" : "false", t[i].n),
                   "");
        size_t before = arena_used(b.mem);
        start(&b, val_null());
        if ((waiting(&b, "work", 0) != NULL) != t[i].runs)
            print_error("%s: %s\n", t[i].n, incident(&b) != NULL ? incident(&b) : "runs");
        assert_int_equal(waiting(&b, "work", 0) != NULL, t[i].runs);
        assert_int_equal(incident(&b) == NULL, t[i].runs);
        if (!t[i].runs)
            assert_true(arena_used(b.mem) - before < 50000);
        close_bench(&b);
        arena_free(mem);
    }
}

/* ---- a step that fails changes nothing ---- */

static struct val one(struct arena *mem, const char *name, struct val v)
{
    struct val_entry e = {name, v};

    return val_context(mem, &e, 1);
}

static uint32_t stuck(const struct bench *b)
{
    for (uint32_t i = 0; i < b->in->n_token; i++) {
        if (b->in->token[i].state == TOKEN_INCIDENT)
            return b->in->token[i].no;
    }
    return 0;
}

static void failed_completion_is_done_again(void **state)
{
    struct bench b;

    open_bench(&b,
               "<userTask id=\"work\">" MULTI(
                   "", "<loopDataInputRef>items</loopDataInputRef><loopDataOutputRef>all</loopDataOutputRef>"
                       "<inputDataItem id=\"i\" name=\"item\"/><outputDataItem id=\"o\" name=\"got\"/>" UNTIL(
                           "if n = null then count(for i in 1..2000, j in 1..2000 return i) &gt; 1 else false")) "</userTask>",
               "");
    struct val items[] = {val_int(1), val_int(2)}, want[] = {val_int(1), val_int(2)};
    start(&b, one(b.mem, "items", val_list(b.mem, items, 2)));
    done(&b, "work", 0, one(b.mem, "got", val_int(1)));
    assert_non_null(incident(&b));
    assert_true(val_is(seen(&b, "got"), VAL_NULL));
    assert_int_equal(send(&b, (struct trigger){.kind = TRIGGER_RETRY,
                                               .token = stuck(&b),
                                               .node = PROC_NONE,
                                               .vars = one(b.mem, "n", val_int(1))}),
                     OK);
    assert_null(incident(&b));
    done(&b, "work", 0, one(b.mem, "got", val_int(2)));
    assert_true(val_same(seen(&b, "all"), val_list(b.mem, want, 2)));
    close_bench(&b);
}

/* An instance whose own expression fails has its item and its number when it is tried again. */
static void failed_beginning_is_done_again(void **state)
{
    struct bench b;

    open_bench(&b,
               "<userTask id=\"work\" gradus:priority=\"= if fixed = true then 10 * (loopCounter + 1) else 1000\">" MULTI(
                   " isSequential=\"true\"", THREE) "</userTask>",
               "");
    start(&b, val_null());
    assert_non_null(incident(&b));
    assert_int_equal(send(&b, (struct trigger){.kind = TRIGGER_RETRY,
                                               .token = stuck(&b),
                                               .node = PROC_NONE,
                                               .vars = one(b.mem, "fixed", val_bool(true))}),
                     OK);
    for (int64_t n = 0; n < 3; n++) {
        int64_t counter = -1;
        const struct token *t = waiting(&b, "work", 0);
        assert_non_null(t);
        assert_true(val_int_of(inst_var(b.in, t->inner, "loopCounter")->value, &counter));
        assert_int_equal(counter, n);
        done(&b, "work", 0, val_null());
    }
    assert_non_null(waiting(&b, "after", 0));
    close_bench(&b);
}

/* ---- what goes out ---- */

/* A called process is given what its instance sees, but not the loop's books, and what it gives back stays with its instance. */
static void books_stay_at_home(void **state)
{
    struct bench b;
    struct val given = val_null();
    uint32_t first = 0;

    open_bench(&b, "<callActivity id=\"work\" calledElement=\"other\">" MULTI("", THREE) "</callActivity>", "");
    start(&b, one(b.mem, "x", val_int(5)));
    for (uint32_t i = 0; i < b.out.n; i++) {
        if (b.out.at[i].kind == EFFECT_CALL && first == 0) {
            first = b.out.at[i].token;
            given = b.out.at[i].input;
        }
    }
    assert_int_not_equal(first, 0);
    assert_true(val_same(val_get(given, "x"), val_int(5)));
    assert_true(val_same(val_get(given, "loopCounter"), val_int(0)));
    for (size_t i = 0; i < val_count(given); i++)
        assert_false(multi_book(val_entry_at(given, i).key));
    struct val_entry back[] = {{"x", val_int(6)}, {"loopCounter", val_int(40)}, {"numberOfCompletedInstances", val_int(0)}};
    assert_int_equal(
        send(&b,
             (struct trigger){.kind = TRIGGER_CALLED, .token = first, .node = PROC_NONE, .vars = val_context(b.mem, back, 3)}),
        OK);
    assert_true(val_same(seen(&b, "x"), val_int(6)));
    assert_true(val_is(seen(&b, "loopCounter"), VAL_NULL));
    assert_null(waiting(&b, "after", 0));
    close_bench(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_see_the_numbers),     cmocka_unit_test(scripts_cannot_falsify_them),
        cmocka_unit_test(too_many_cost_nothing),          cmocka_unit_test(failed_completion_is_done_again),
        cmocka_unit_test(failed_beginning_is_done_again), cmocka_unit_test(books_stay_at_home),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
