/* tests/unit/run/test_run.c - the guards of the machine: what it refuses, where its limits are, and that run_check() sees. */
#include "graph.h"
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
    struct graph *g;
    struct proc *p;
    struct inst *in;
    struct effects out;
    uint32_t fuel;
};

static int setup(void **state)
{
    struct arena *mem = arena_new(0);
    struct bench *b = ARENA_NEW(mem, struct bench);

    *b = (struct bench){.mem = mem, .g = graph_new(mem), .in = inst_new(mem), .out = {.mem = mem}, .fuel = RUN_FUEL};
    *state = b;
    return 0;
}

static int teardown(void **state)
{
    struct bench *b = *state;

    arena_free(b->mem);
    return 0;
}

static enum err send(struct bench *b, struct trigger t)
{
    struct run_env env = {.proc = b->p, .now = NOW, .fuel = b->fuel};

    b->out.n = 0;
    return run_trigger(&env, b->in, &t, &b->out);
}

static enum err begin(struct bench *b, struct val vars)
{
    b->p = graph_proc(b->g);
    return send(b, (struct trigger){.kind = TRIGGER_START, .node = PROC_NONE, .vars = vars});
}

static enum err poke(struct bench *b, enum trigger_kind kind, uint32_t token)
{
    return send(b, (struct trigger){.kind = kind, .token = token, .node = PROC_NONE, .vars = val_null()});
}

/* start -> KIND -> end; the token at KIND has number 2 (scope 1 is the instance). */
static void line_of(struct bench *b, enum node_kind kind)
{
    int32_t start = graph_node(b->g, NODE_start_event, PROC_NONE);
    int32_t node = graph_node(b->g, kind, PROC_NONE);
    int32_t end = graph_node(b->g, NODE_end_event, PROC_NONE);

    graph_flow(b->g, start, node);
    graph_flow(b->g, node, end);
}

static void each_kind_takes_only_its_triggers(void **state)
{
    /* clang-format off */
    static const struct { enum node_kind kind; enum trigger_kind takes; } t[] = {
        {NODE_user_task,    TRIGGER_TASK},
        {NODE_user_task,    TRIGGER_CLAIM},
        {NODE_service_task, TRIGGER_SERVICE},
        {NODE_service_task, TRIGGER_FAILURE},
        {NODE_catch_event,  TRIGGER_TIMER},
    };
    /* clang-format on */

    for (int k = TRIGGER_CLAIM; k <= TRIGGER_RETRY; k++) {
        for (int kind = 0; kind < NODE_KINDS; kind++) {
            void *fresh;
            bool takes = false;
            if (kind != NODE_user_task && kind != NODE_service_task && kind != NODE_catch_event)
                continue;
            for (size_t i = 0; i < sizeof t / sizeof *t; i++)
                takes = takes || ((int)t[i].kind == kind && (int)t[i].takes == k);
            setup(&fresh);
            struct bench *b = fresh;
            line_of(b, (enum node_kind)kind);
            if (kind == NODE_catch_event)
                b->g->node[1].event->timer_text.literal = "PT0S";
            assert_int_equal(begin(b, val_null()), OK);
            assert_int_equal(poke(b, (enum trigger_kind)k, 2), takes ? OK : E_STATE);
            assert_int_equal(poke(b, (enum trigger_kind)k, 99), E_STATE);
            teardown(&fresh);
        }
    }
}

static void a_timer_waits_for_its_moment(void **state)
{
    struct bench *b = *state;

    line_of(b, NODE_catch_event);
    assert_int_equal(begin(b, val_null()), OK);
    assert_int_equal(poke(b, TRIGGER_TIMER, 2), E_STATE);
    inst_token(b->in, 2)->due = NOW;
    assert_int_equal(poke(b, TRIGGER_TIMER, 2), OK);
    assert_int_equal(b->in->state, INST_COMPLETED);
}

static void nothing_runs_before_start_or_after_the_end(void **state)
{
    struct bench *b = *state;

    line_of(b, NODE_user_task);
    b->p = graph_proc(b->g);
    assert_int_equal(poke(b, TRIGGER_CANCEL, 0), E_STATE);
    b->p->executable = false;
    assert_int_equal(poke(b, TRIGGER_START, 0), E_STATE);
    assert_int_equal(begin(b, val_int(1)), E_INPUT);
    assert_int_equal(begin(b, val_null()), OK);
    assert_int_equal(begin(b, val_null()), E_STATE);
    assert_int_equal(poke(b, TRIGGER_TASK, 2), OK);
    assert_int_equal(b->in->seq, 2);
    assert_int_equal(b->out.at[b->out.n - 1].kind, EFFECT_ENDED);
    for (int k = TRIGGER_START; k <= TRIGGER_CANCEL; k++)
        assert_int_equal(poke(b, (enum trigger_kind)k, 2), E_STATE);
}

static void a_start_may_name_its_node(void **state)
{
    struct bench *b = *state;
    struct trigger t = {.kind = TRIGGER_START, .node = 1, .vars = val_null()};

    int32_t first = graph_node(b->g, NODE_start_event, PROC_NONE), second = graph_node(b->g, NODE_start_event, PROC_NONE);
    int32_t one = graph_node(b->g, NODE_user_task, PROC_NONE), two = graph_node(b->g, NODE_user_task, PROC_NONE);
    graph_flow(b->g, first, one);
    graph_flow(b->g, second, two);
    b->p = graph_proc(b->g);
    static const int32_t bad[] = {-2, 2, 99};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        t.node = bad[i];
        assert_int_equal(send(b, t), E_STATE);
        assert_int_equal(b->in->n_scope, 0);
    }
    t.node = second;
    assert_int_equal(send(b, t), OK);
    assert_int_equal(inst_token(b->in, 2)->node, two);
    assert_int_equal(b->in->n_token, 1);
}

/* start -> N tasks that pass -> end */
static void chain(struct bench *b, int32_t n)
{
    int32_t last = graph_node(b->g, NODE_start_event, PROC_NONE);

    for (int32_t i = 0; i < n; i++) {
        int32_t next = graph_node(b->g, NODE_task, PROC_NONE);
        graph_flow(b->g, last, next);
        last = next;
    }
}

static void fuel_counts_nodes(void **state)
{
    struct bench *b = *state;

    chain(b, 9);
    b->fuel = 10;
    assert_int_equal(begin(b, val_null()), OK);
    assert_int_equal(b->in->state, INST_COMPLETED);
}

static void without_fuel_a_token_stops_and_can_go_on(void **state)
{
    struct bench *b = *state;

    chain(b, 10);
    b->fuel = 10;
    assert_int_equal(begin(b, val_null()), OK);
    const struct token *t = inst_token(b->in, 2);
    assert_int_equal(t->state, TOKEN_INCIDENT);
    assert_int_equal(t->node, 10);
    assert_int_equal(run_check(b->p, b->in), OK);
    const struct effect *e = &b->out.at[b->out.n - 1];
    assert_int_equal(e->kind, EFFECT_INCIDENT);
    assert_non_null(strstr(e->text, "endless loop"));
    assert_int_equal(poke(b, TRIGGER_RETRY, 2), OK);
    assert_int_equal(b->in->state, INST_COMPLETED);
}

static void tokens_are_bounded(void **state)
{
    struct bench *b = *state;

    /* a parallel split that feeds itself twice: 2, 4, 8 ... tokens */
    int32_t start = graph_node(b->g, NODE_start_event, PROC_NONE), merge = graph_node(b->g, NODE_task, PROC_NONE);
    int32_t split = graph_node(b->g, NODE_parallel_gateway, PROC_NONE);
    graph_flow(b->g, start, merge);
    graph_flow(b->g, merge, split);
    graph_flow(b->g, split, merge);
    graph_flow(b->g, split, merge);
    b->fuel = 100000;
    assert_int_equal(begin(b, val_null()), OK);
    assert_true(b->in->n_token <= LIMIT_TOKENS && b->in->n_token > LIMIT_TOKENS - 3 * STEP_ROOM);
    assert_int_equal(b->in->state, INST_ACTIVE);
    for (uint32_t i = 0; i < b->in->n_token; i++)
        assert_int_equal(b->in->token[i].state, TOKEN_INCIDENT);
}

static struct val wide(struct arena *mem, size_t n, size_t bytes)
{
    struct val_entry *e = ARENA_NEW_N(mem, struct val_entry, n);
    char *text = arena_alloc(mem, bytes + 1);

    memset(text, 'x', bytes);
    for (size_t i = 0; i < n; i++)
        e[i] = (struct val_entry){arena_printf(mem, "v%zu", i), val_text(mem, text)};
    return val_context(mem, e, n);
}

static void variables_are_bounded(void **state)
{
    /* clang-format off */
    static const struct { size_t n, bytes; enum err e; } t[] = {
        {LIMIT_VARS,     0,                    OK},
        {LIMIT_VARS + 1, 0,                    E_TOOBIG},
        {1,              LIMIT_VAR_BYTES - 16, OK},
        {1,              LIMIT_VAR_BYTES - 15, E_TOOBIG},
        {2,              LIMIT_VAR_BYTES / 2,  E_TOOBIG},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        void *fresh;
        setup(&fresh);
        struct bench *b = fresh;
        line_of(b, NODE_user_task);
        assert_int_equal(begin(b, wide(b->mem, t[i].n, t[i].bytes)), t[i].e);
        teardown(&fresh);
    }
}

static void names_and_depth_are_bounded(void **state)
{
    struct bench *b = *state;
    char *name = arena_alloc(b->mem, LIMIT_VAR_NAME + 2);
    struct val_entry e = {"", val_int(1)};

    line_of(b, NODE_user_task);
    assert_int_equal(begin(b, val_context(b->mem, &e, 1)), E_TOOBIG);
    memset(name, 'n', LIMIT_VAR_NAME + 1);
    e.key = name;
    assert_int_equal(begin(b, val_context(b->mem, &e, 1)), E_TOOBIG);
    e.key = "deep";
    for (int i = 0; i < LIMIT_VALUE_DEPTH; i++)
        e.value = val_list(b->mem, &e.value, 1);
    struct val_entry deeper = {"deep", val_list(b->mem, &e.value, 1)};
    assert_int_equal(begin(b, val_context(b->mem, &deeper, 1)), E_TOOBIG);
    assert_int_equal(begin(b, val_context(b->mem, &e, 1)), OK);
}

/* ---- run_check ---- */

static void spoil(struct inst *in, int how)
{
    struct token *t = inst_token(in, 2);

    switch (how) {
    case 0:
        t->node = 99;
        break;
    case 1:
        t->scope = 7;
        break;
    case 2:
        t->state = TOKEN_READY;
        break;
    case 3:
        t->step = STEP_LEAVE;
        break;
    case 4:
        t->role = ROLE_LISTENER; /* for nothing */
        break;
    case 5:
        t->inner = 7;
        break;
    case 6:
        t->host = 2;
        break;
    case 7:
        t->due = 1;
        break;
    case 8:
        t->gone = true;
        break;
    case 9:
        in->state = INST_COMPLETED;
        break;
    case 10:
        in->next_no = 2;
        break;
    case 11:
        inst_add_var(in, (struct var){.scope = 1, .name = "x", .value = val_null()});
        inst_add_var(in, (struct var){.scope = 1, .name = "x", .value = val_null()});
        break;
    case 12:
        inst_add_var(in, (struct var){.scope = 9, .name = "x", .value = val_null()});
        break;
    case 13:
        inst_add_scope(in, (struct scope){.no = 1, .parent = 1, .node = 0, .token = 1});
        break;
    default:
        t->flow = 1;
        break;
    }
}

static void the_check_sees_what_is_broken(void **state)
{
    for (int how = 0; how <= 14; how++) {
        void *fresh;
        setup(&fresh);
        struct bench *b = fresh;
        line_of(b, NODE_user_task);
        assert_int_equal(begin(b, val_null()), OK);
        assert_int_equal(run_check(b->p, b->in), OK);
        spoil(b->in, how);
        if (run_check(b->p, b->in) != E_BUG)
            print_error("spoilt in way %d, and not seen\n", how);
        assert_int_equal(run_check(b->p, b->in), E_BUG);
        teardown(&fresh);
    }
}

/* ---- rows ---- */

static void rows_may_come_in_any_order(void **state)
{
    struct bench *b = *state;
    struct inst *in = inst_new(b->mem);

    inst_add_scope(in, (struct scope){.no = 5, .parent = 1, .node = 0, .token = 4});
    inst_add_scope(in, (struct scope){.no = 1, .node = PROC_NONE});
    inst_add_token(in, (struct token){.no = 4, .scope = 1, .state = TOKEN_WAITING, .step = STEP_WAIT});
    inst_add_token(in, (struct token){.no = 9, .scope = 5, .state = TOKEN_WAITING, .step = STEP_WAIT});
    inst_add_token(in, (struct token){.no = 2, .scope = 1, .state = TOKEN_INCIDENT, .step = STEP_LEAVE});
    inst_add_var(in, (struct var){.scope = 5, .name = "x", .value = val_int(5)});
    inst_add_var(in, (struct var){.scope = 1, .name = "x", .value = val_int(1)});
    assert_int_equal(inst_token(in, 2)->step, STEP_LEAVE);
    assert_int_equal(inst_token(in, 4)->step, STEP_WAIT);
    assert_int_equal(inst_token(in, 9)->scope, 5);
    assert_null(inst_token(in, 3));
    assert_null(inst_scope(in, 2));
    assert_true(val_same(inst_var(in, 5, "x")->value, val_int(5)));
    assert_true(val_same(inst_var(in, 1, "x")->value, val_int(1)));
    assert_null(inst_var(in, 5, "y"));
    inst_token(in, 9)->gone = true;
    assert_null(inst_token(in, 9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_takes_only_its_triggers),
        cmocka_unit_test_setup_teardown(a_timer_waits_for_its_moment, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_runs_before_start_or_after_the_end, setup, teardown),
        cmocka_unit_test_setup_teardown(a_start_may_name_its_node, setup, teardown),
        cmocka_unit_test_setup_teardown(fuel_counts_nodes, setup, teardown),
        cmocka_unit_test_setup_teardown(without_fuel_a_token_stops_and_can_go_on, setup, teardown),
        cmocka_unit_test_setup_teardown(tokens_are_bounded, setup, teardown),
        cmocka_unit_test(variables_are_bounded),
        cmocka_unit_test_setup_teardown(names_and_depth_are_bounded, setup, teardown),
        cmocka_unit_test(the_check_sees_what_is_broken),
        cmocka_unit_test_setup_teardown(rows_may_come_in_any_order, setup, teardown),
    };

    return cmocka_run_group_tests_name("run/run", tests, NULL, NULL);
}
