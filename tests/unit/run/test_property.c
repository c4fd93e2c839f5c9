/* tests/unit/run/test_property.c - random models x random triggers: whatever happens, run.c's door plate stays true.
 *
 * Each seed makes one model (split and joined blocks, loops, sub-processes, boundary timers, and flows drawn at random between
 * them, so joins may starve and loops may spin) and tells it a random story of fitting and unfitting triggers. After each one:
 * run_check(); a refused trigger has changed nothing; state -> rows -> state is the identity. At the end the story is told
 * again from its text, and every state and effect must come out the same byte for byte. RUN_SEEDS=N tries N seeds, RUN_SEED=K
 * only that one. */
#include "base/clock.h"
#include "base/text.h"
#include "graph.h"
#include "run/run.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { SEEDS = 400, TRIGGERS = 40, STATE_BYTES = 4 << 20 };

static uint64_t dice(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
}

static int32_t roll(uint64_t *seed, int32_t n)
{
    return (int32_t)(dice(seed) % (uint64_t)n);
}

/* ---- models ---- */

struct maker {
    struct graph *g;
    uint64_t *seed;
    const struct feel_prog *condition[4]; /* the last one is none: always true */
    const struct feel_prog *script[3];
};

/* A piece of graph with one way in and one way out. */
struct piece {
    int32_t first, last;
};

static struct piece make_piece(struct maker *m, int32_t scope, int depth);

static void add_boundary(struct maker *m, int32_t host)
{
    static const char *const text[] = {"PT5M", "PT0S", "R3/PT2M", "R/PT10M", "R2/2026-01-01T00:03:00Z/PT1M", "nonsense"};
    struct graph *g = m->g;
    int32_t b = graph_boundary(g, host, roll(m->seed, 2) == 0);
    int32_t way = roll(m->seed, 6);

    g->node[b].event->timer_text.literal = text[way];
    g->node[b].event->timer = text[way][0] == 'R' ? TIMER_CYCLE : TIMER_DURATION;
    g->node[b].until_claim = roll(m->seed, 3) == 0;
    int32_t end =
        roll(m->seed, 6) == 0 ? graph_terminate(g, g->node[host].scope) : graph_node(g, NODE_end_event, g->node[host].scope);
    if (roll(m->seed, 2) == 0) {
        int32_t between = graph_node(g, NODE_user_task, g->node[host].scope);
        graph_flow(g, b, between);
        graph_flow(g, between, end);
    } else {
        graph_flow(g, b, end);
    }
}

/* Variables in and out, results, and attributes that sometimes make no sense. */
static void add_data(struct maker *m, int32_t n)
{
    static const struct proc_mapping in[] = {{"v", {.literal = "text"}}, {"w", {.literal = ""}}};
    struct proc_node *node = &m->g->node[n];

    if (roll(m->seed, 3) == 0) {
        node->input = arena_memdup(m->g->mem, in, sizeof in);
        node->n_input = 2;
        node->input[1].source = (struct proc_expr){.feel = m->condition[roll(m->seed, 3)]};
    }
    if (roll(m->seed, 3) == 0) {
        node->output = arena_memdup(m->g->mem, in, sizeof in);
        node->n_output = 1;
        node->output[0].source = (struct proc_expr){.feel = m->condition[roll(m->seed, 3)]};
    }
    if (roll(m->seed, 3) == 0)
        node->result = roll(m->seed, 2) == 0 ? "x" : "r";
    if (node->kind == NODE_script_task)
        node->script = m->script[roll(m->seed, 3)];
    if (node->kind == NODE_business_rule_task) {
        node->decision.key.literal = roll(m->seed, 2) == 0 ? "rank" : "route";
        node->decision.shape = (enum proc_shape)roll(m->seed, SHAPE_RESULT_LIST + 1);
    }
    if (roll(m->seed, 4) == 0)
        node->due.literal = roll(m->seed, 2) == 0 ? "PT1H" : "nonsense";
    if (roll(m->seed, 4) == 0)
        node->priority.feel = m->script[0];
}

static struct piece make_leaf(struct maker *m, int32_t scope)
{
    static const enum node_kind kind[] = {NODE_user_task,   NODE_user_task,   NODE_service_task,
                                          NODE_script_task, NODE_manual_task, NODE_catch_event,
                                          NODE_throw_event, NODE_task,        NODE_business_rule_task};
    enum node_kind k = kind[roll(m->seed, 9)];
    int32_t n = graph_node(m->g, k, scope);

    if (k != NODE_catch_event && k != NODE_throw_event)
        add_data(m, n);
    if ((k == NODE_user_task || k == NODE_service_task) && roll(m->seed, 2) == 0)
        add_boundary(m, n);
    return (struct piece){n, n};
}

static struct piece make_blocks(struct maker *m, int32_t scope, int depth)
{
    enum node_kind kind = roll(m->seed, 2) == 0 ? NODE_parallel_gateway : NODE_exclusive_gateway;
    int32_t split = graph_node(m->g, kind, scope), join = graph_node(m->g, kind, scope);
    int32_t ways = 2 + roll(m->seed, 2);

    int32_t f = PROC_NONE;

    for (int32_t i = 0; i < ways; i++) {
        struct piece p = make_piece(m, scope, depth - 1);
        f = graph_flow(m->g, split, p.first);
        if (kind == NODE_exclusive_gateway)
            m->g->flow[f].condition = m->condition[roll(m->seed, 4)];
        graph_flow(m->g, p.last, join);
    }
    if (kind == NODE_exclusive_gateway && roll(m->seed, 2) == 0)
        m->g->node[split].default_flow = f;
    if (kind == NODE_exclusive_gateway && roll(m->seed, 2) == 0) {
        int32_t back = graph_flow(m->g, join, split);
        m->g->flow[back].condition = m->condition[roll(m->seed, 4)];
    }
    return (struct piece){split, join};
}

static struct piece make_sub(struct maker *m, int32_t scope, int depth)
{
    int32_t sub = graph_node(m->g, NODE_sub_process, scope);
    int32_t begins = 1 + (roll(m->seed, 4) == 0);

    for (int32_t i = 0; i < begins; i++) {
        struct piece p = make_piece(m, sub, depth - 1);
        if (roll(m->seed, 2) == 0)
            graph_flow(m->g, p.last,
                       roll(m->seed, 4) == 0 ? graph_terminate(m->g, sub) : graph_node(m->g, NODE_end_event, sub));
    }
    add_data(m, sub);
    if (roll(m->seed, 2) == 0)
        add_boundary(m, sub);
    return (struct piece){sub, sub};
}

static struct piece make_piece(struct maker *m, int32_t scope, int depth)
{
    int32_t what = depth <= 0 ? 0 : roll(m->seed, 5);

    if (what == 0)
        return make_leaf(m, scope);
    if (what == 1)
        return make_blocks(m, scope, depth);
    if (what == 2)
        return make_sub(m, scope, depth);
    struct piece a = make_piece(m, scope, depth - 1), b = make_piece(m, scope, depth - 1);
    graph_flow(m->g, a.last, b.first);
    return (struct piece){a.first, b.last};
}

static bool may_end(enum node_kind k)
{
    return k == NODE_end_event;
}

/* Flows from anywhere to anywhere in one scope: no block is safe. */
static void add_wild_flows(struct maker *m)
{
    for (int32_t n = roll(m->seed, 4); n > 0; n--) {
        int32_t a = roll(m->seed, m->g->n_node), b = roll(m->seed, m->g->n_node);
        const struct proc_node *from = &m->g->node[a], *to = &m->g->node[b];
        if (from->scope != to->scope || may_end(from->kind) || to->kind == NODE_boundary_event || to->kind == NODE_start_event)
            continue;
        int32_t f = graph_flow(m->g, a, b);
        if (from->kind != NODE_parallel_gateway)
            m->g->flow[f].condition = m->condition[roll(m->seed, 4)];
    }
}

static const struct feel_prog *compiled(struct arena *mem, const char *text)
{
    struct feel_prog *prog;

    assert_int_equal(feel_compile(mem, text, FEEL_EXPRESSION, NULL, &prog, NULL), OK);
    return prog;
}

static struct proc *make_model(struct arena *mem, uint64_t *seed)
{
    struct maker m = {.g = graph_new(mem), .seed = seed};

    m.condition[0] = compiled(mem, "x = 1");
    m.condition[1] = compiled(mem, "x > 1");
    m.condition[2] = compiled(mem, "y");
    m.script[0] = compiled(mem, "x * 60");
    m.script[1] = compiled(mem, "{x: x + 1, z: [x, y]}");
    m.script[2] = compiled(mem, "if y then function(a) a else z");
    int32_t start = graph_node(m.g, NODE_start_event, PROC_NONE);
    struct piece body = make_piece(&m, PROC_NONE, 3);
    graph_flow(m.g, start, body.first);
    graph_flow(m.g, body.last, graph_node(m.g, NODE_end_event, PROC_NONE));
    add_wild_flows(&m);
    return graph_proc(m.g);
}

/* ---- stories ---- */

static struct val make_vars(struct arena *mem, uint64_t *seed)
{
    struct val_entry e[] = {{"x", val_int(roll(seed, 3))}, {"y", val_bool(roll(seed, 2) == 0)}};

    return roll(seed, 3) == 0 ? val_null() : val_context(mem, e, 2);
}

/* A trigger that token K waits for, most of the time. */
static enum trigger_kind make_kind(uint64_t *seed, const struct proc *p, const struct token *k)
{
    if (k->state == TOKEN_INCIDENT)
        return TRIGGER_RETRY;
    if (k->due != 0)
        return TRIGGER_TIMER;
    if (p->node[k->node].kind == NODE_service_task)
        return roll(seed, 4) == 0 ? TRIGGER_FAILURE : TRIGGER_SERVICE;
    return roll(seed, 4) == 0 ? TRIGGER_CLAIM : TRIGGER_TASK;
}

static struct trigger make_trigger(struct arena *mem, uint64_t *seed, const struct proc *p, const struct inst *in)
{
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .text = "why"};

    t.vars = make_vars(mem, seed);
    if (in->n_scope == 0 || roll(seed, 50) == 0)
        return t;
    t.kind = (enum trigger_kind)(TRIGGER_CLAIM + roll(seed, TRIGGER_RETRY - TRIGGER_CLAIM + 1));
    if (roll(seed, 60) == 0)
        t.kind = TRIGGER_CANCEL;
    t.token = (uint32_t)roll(seed, (int32_t)in->next_no + 1);
    if (in->n_token > 0 && roll(seed, 5) != 0) { /* usually something that fits */
        const struct token *k = &in->token[roll(seed, (int32_t)in->n_token)];
        t.token = k->no;
        t.kind = make_kind(seed, p, k);
    }
    return t;
}

static const char *state_text(struct arena *mem, const struct proc *p, const struct inst *in)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    inst_write(&b, p, in);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static void effects_write(struct buf *b, const struct effects *out)
{
    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        buf_fmt(b, "%d %" PRIu32 " %d %d %d %" PRId64 " %s|%s|%s|%s|%" PRId64 " %d ", (int)e->kind, e->token, (int)e->node,
                (int)e->flow, (int)e->trace, e->due, e->text, e->assignee, e->groups, e->users, e->priority, (int)e->attempts);
        assert_int_equal(val_write(b, e->input), OK);
        buf_char(b, '\n');
    }
}

/* ---- decisions: another version is in force whenever one looks; the log says which one answered ---- */

struct oracle {
    struct arena *mem;
    uint64_t version;         /* in force; 0 = none */
    const struct trigger *of; /* replay: what answered then; NULL when it happens */
    struct val_entry asked[2];
    size_t n;
};

static uint64_t version_of(struct oracle *o, const char *key)
{
    int64_t version = 0;

    if (o->of != NULL) {
        assert_true(val_int_of(val_get(o->of->asked, key), &version));
        return (uint64_t)version;
    }
    for (size_t i = 0; i < o->n; i++) {
        if (strcmp(o->asked[i].key, key) == 0)
            return o->version;
    }
    o->asked[o->n++] = (struct val_entry){key, val_int((int64_t)o->version)};
    return o->version;
}

/* Answers by the version: a value, a list of results, null, or none at all. */
static enum err oracle_decide(const void *ctx, const struct run_question *q, struct run_decided *out)
{
    struct oracle *o = *(struct oracle *const *)ctx;
    uint64_t version = version_of(o, q->key);
    struct val two[] = {val_int((int64_t)version), val_text(q->mem, q->key)};

    *out = (struct run_decided){.value = val_int((int64_t)version),
                                .decision = q->key,
                                .version = "1",
                                .words = "",
                                .output = "value",
                                .definition = version};
    if (version == 0)
        out->trouble = "there is none";
    if (version % 3 == 1) {
        out->value = val_list(q->mem, two, 2);
        out->many = true;
    } else if (version % 5 == 3) {
        out->value = val_null();
    }
    return OK;
}

/* What the story left behind: the triggers as texts, and after each the state and the effects. */
struct told {
    const char *trigger[TRIGGERS], *after[TRIGGERS];
    int n;
};

static const char *tell_one(struct arena *mem, const struct run_env *env, struct inst *in, const struct trigger *t)
{
    struct effects out = {.mem = mem};
    struct buf b = buf_new(mem, STATE_BYTES);
    enum err e = run_trigger(env, in, t, &out);

    if (e != OK) {
        if (e != E_STATE)
            print_error("%s\n", trouble()->text);
        assert_string_equal(err_name(e), "E_STATE");
        return NULL;
    }
    e = run_check(env->proc, in);
    if (e != OK)
        print_error("%s\n", trouble()->text);
    assert_int_equal(e, OK);
    effects_write(&b, &out);
    inst_write(&b, env->proc, in);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static void tell_story(struct arena *mem, const struct proc *p, uint64_t *seed, struct told *told)
{
    struct oracle oracle = {.mem = mem}, *who = &oracle;
    struct run_decisions decisions = {oracle_decide, &who};
    struct run_env env = {.proc = p, .now = INT64_C(1767225600000000), .fuel = 50, .decisions = &decisions};
    struct inst *in = inst_new(mem);

    for (int i = 0; i < TRIGGERS; i++) {
        struct trigger t = make_trigger(mem, seed, p, in);
        oracle.version = roll(seed, 6);
        oracle.n = 0;
        const char *before = state_text(mem, p, in);
        env.now += roll(seed, 120) * CLOCK_SECOND;
        struct inst *next = inst_copy(mem, in);
        assert_string_equal(state_text(mem, p, next), before);
        const char *after = tell_one(mem, &env, next, &t);
        if (after == NULL) {
            assert_string_equal(state_text(mem, p, next), before);
            continue;
        }
        struct buf b = buf_new(mem, 1 << 16);
        t.asked = oracle.n > 0 ? val_context(mem, oracle.asked, oracle.n) : val_null();
        assert_int_equal(trigger_write(&b, &t, env.now), OK);
        told->trigger[told->n] = buf_text(&b);
        told->after[told->n++] = after;
        in = inst_copy(mem, next);
        assert_string_equal(state_text(mem, p, in), state_text(mem, p, next));
    }
}

static void tell_again(struct arena *mem, const struct proc *p, const struct told *told)
{
    struct trigger t = {.kind = TRIGGER_START};
    struct oracle oracle = {.mem = mem, .version = 5, .of = &t}, *who = &oracle;
    struct run_decisions decisions = {oracle_decide, &who};
    struct run_env env = {.proc = p, .fuel = 50, .decisions = &decisions};
    struct inst *in = inst_new(mem);

    for (int i = 0; i < told->n; i++) {
        struct buf b = buf_new(mem, 1 << 16);
        assert_int_equal(trigger_read(mem, told->trigger[i], strlen(told->trigger[i]), &t, &env.now), OK);
        assert_int_equal(trigger_write(&b, &t, env.now), OK);
        assert_string_equal(buf_text(&b), told->trigger[i]);
        in = inst_copy(mem, in);
        assert_string_equal(tell_one(mem, &env, in, &t), told->after[i]);
    }
}

static void plate_stays_true(void **state)
{
    const char *only = getenv("RUN_SEED"), *many = getenv("RUN_SEEDS");
    uint64_t first = 1, n = SEEDS, kept = 0;

    if (many != NULL)
        assert_true(text_u64(many, &n));
    if (only != NULL) {
        assert_true(text_u64(only, &first));
        n = 1;
    }
    for (uint64_t k = first; k < first + n; k++) {
        struct arena *mem = arena_new(0);
        uint64_t seed = k;
        struct told told = {.n = 0};
        print_message("# RUN_SEED=%" PRIu64 "\n", k); /* the last one printed is the one that failed */
        struct proc *p = make_model(mem, &seed);
        tell_story(mem, p, &seed, &told);
        tell_again(mem, p, &told);
        kept += (uint64_t)told.n;
        arena_free(mem);
    }
    assert_true(kept >= n * 3); /* the stories are not all refusals */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(plate_stays_true)};

    return cmocka_run_group_tests_name("run/property", tests, NULL, NULL);
}
