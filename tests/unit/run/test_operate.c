/* tests/unit/run/test_operate.c - what operators may do, and that nothing leaks whatever they do.
 *
 * The books: of everything that the machine has asked the body for, it must have taken back exactly what no token waits for any
 * more: tasks, timers, subscriptions, services, calls. RUN_SEEDS=N tries N seeds, RUN_SEED=K only that one. */
#include "wild.h"

enum { SEEDS = 300, TRIGGERS = 60, STATE_BYTES = 4 << 20, MOST = 20000 };

#define NOW INT64_C(1767225600000000)

/* ---- the books ---- */

enum book { BOOK_TASK, BOOK_TIMER, BOOK_LISTEN, BOOK_SERVICE, BOOK_CALL, BOOK_INCIDENT, BOOKS };

struct books {
    bool open[BOOKS][MOST];
};

/* How often what has happened in all stories: a story that never gets there proves nothing. */
struct tally {
    uint64_t taken[TRIGGER_DROP + 1], refused[TRIGGER_DROP + 1], trace[TRACE_MIGRATED + 1], ended[INST_SUSPENDED + 1];
    uint64_t incidents, rolled_back;
};

static void post(struct books *b, const struct effects *out)
{
    /* clang-format off */
    static const struct { enum effect_kind kind; enum book book; bool opens; } row[] = {
        {EFFECT_TASK_OPEN,    BOOK_TASK,     true},  {EFFECT_TASK_CLOSE,   BOOK_TASK,     false},
        {EFFECT_TIMER_ARM,    BOOK_TIMER,    true},  {EFFECT_TIMER_DROP,   BOOK_TIMER,    false},
        {EFFECT_LISTEN,       BOOK_LISTEN,   true},  {EFFECT_UNLISTEN,     BOOK_LISTEN,   false},
        {EFFECT_SERVICE_CALL, BOOK_SERVICE,  true},  {EFFECT_SERVICE_DROP, BOOK_SERVICE,  false},
        {EFFECT_CALL,         BOOK_CALL,     true},  {EFFECT_CALL_DROP,    BOOK_CALL,     false},
        {EFFECT_INCIDENT,     BOOK_INCIDENT, true},  {EFFECT_INCIDENT_END, BOOK_INCIDENT, false},
    };
    /* clang-format on */

    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
            if (e->kind == row[k].kind)
                b->open[row[k].book][e->token] = row[k].opens;
        }
    }
}

static bool wants(const struct proc *p, const struct token *t, enum book book)
{
    const struct proc_node *n = &p->node[t->node];
    const struct proc_event *e = t->event >= 0 && t->event < n->n_event ? &n->event[t->event] : NULL;
    bool waits = !t->gone && t->state == TOKEN_WAITING && t->step == STEP_WAIT, works = waits && t->role == ROLE_FLOW;

    switch (book) {
    case BOOK_TASK:
        return works && n->kind == NODE_user_task;
    case BOOK_TIMER:
        return waits && t->due != 0;
    case BOOK_LISTEN:
        return waits && e != NULL && (e->kind == EVENT_message || e->kind == EVENT_signal) &&
               !(n->parallel && t->role == ROLE_LISTENER && t->count == 1); /* it has occurred and waits for the others */
    case BOOK_SERVICE:
        return works && n->kind == NODE_service_task;
    case BOOK_CALL:
        return works && n->kind == NODE_call_activity;
    case BOOK_INCIDENT:
        return !t->gone && t->state == TOKEN_INCIDENT;
    case BOOKS:
        break;
    }
    return false;
}

/* Does the token stand for several instances, which have asked for themselves? */
static bool for_all(const struct proc *p, const struct inst *in, const struct token *t)
{
    const struct scope *sc = inst_scope(in, t->scope);

    return p->node[t->node].loop.kind != LOOP_NONE && (sc == NULL || sc->node != t->node);
}

/* BEFORE: tokens that an answer has reached are no longer waited for by the body, whatever became of them. */
static void compare(const struct proc *p, const struct inst *in, struct books *b)
{
    static const char *const name[] = {"task", "timer", "subscription", "service", "call", "incident"};
    static const char none[MOST];
    char seen[MOST];

    memcpy(seen, none, sizeof seen);
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (t->gone)
            continue;
        seen[t->no] = 1;
        bool all = for_all(p, in, t);
        if (t->state == TOKEN_INCIDENT && t->step == STEP_WAIT) {
            assert_true(b->open[BOOK_INCIDENT][t->no]); /* the rest may be still open, or settled */
            continue;
        }
        for (int k = 0; k < BOOKS; k++) {
            bool want = wants(p, t, (enum book)k) && !(all && (k == BOOK_TASK || k == BOOK_SERVICE || k == BOOK_CALL));
            if (want && !b->open[k][t->no])
                print_error("token %" PRIu32 " at %s: its %s is not in the books\n", t->no, p->node[t->node].id, name[k]);
            if (!want && b->open[k][t->no])
                print_error("token %" PRIu32 " at %s: its %s is still in the books\n", t->no, p->node[t->node].id, name[k]);
            assert_int_equal(want, b->open[k][t->no]);
        }
    }
    for (uint32_t no = 0; no < MOST; no++) {
        for (int k = 0; k < BOOKS && !seen[no]; k++) {
            if (b->open[k][no])
                print_error("token %" PRIu32 " is gone: its %s is still in the books\n", no, name[k]);
            assert_false(b->open[k][no]);
        }
    }
}

/* What an answer has settled without a word of the machine. */
static void settle(struct books *b, const struct trigger *t)
{
    if (t->kind == TRIGGER_TIMER)
        b->open[BOOK_TIMER][t->token] = false;
    if (t->kind == TRIGGER_SERVICE || t->kind == TRIGGER_FAILURE || t->kind == TRIGGER_ERROR)
        b->open[BOOK_SERVICE][t->token] = false;
    if (t->kind == TRIGGER_CALLED || t->kind == TRIGGER_FAILURE || t->kind == TRIGGER_ERROR)
        b->open[BOOK_CALL][t->token] = false;
}

/* ---- random stories ---- */

static const char *state_text(struct arena *mem, const struct proc *p, struct inst *in)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    inst_write(&b, p, in);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static void count(struct tally *n, const struct proc *p, const struct effects *out)
{
    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        n->incidents += e->kind == EFFECT_INCIDENT;
        if (e->kind == EFFECT_TRACE)
            n->trace[e->trace]++;
        n->rolled_back += e->kind == EFFECT_TRACE && e->trace == TRACE_COMPLETED &&
                          p->node[e->node].kind == NODE_boundary_event && p->node[e->node].event[0].kind == EVENT_cancel;
    }
}

static void tell(struct arena *mem, const struct proc *p, uint64_t seed, struct tally *n)
{
    struct books *books = ARENA_NEW(mem, struct books);
    struct inst *in = inst_new(mem);
    struct run_env env = {.proc = p, .now = NOW, .fuel = 300};

    for (int i = 0; i < TRIGGERS && (in->n_scope == 0 || in->state == INST_ACTIVE || in->state == INST_SUSPENDED); i++) {
        struct effects out = {.mem = mem};
        struct trigger t = wild_trigger(mem, p, in, &seed, true);
        env.now += wild_roll(&seed, 200) * CLOCK_SECOND;
        if (t.kind == TRIGGER_TIMER && inst_token(in, t.token)->due > env.now)
            env.now = inst_token(in, t.token)->due;
        struct inst *next = inst_copy(mem, in);
        enum err e = run_trigger(&env, next, &t, &out);
        if (getenv("RUN_SEED") != NULL)
            print_message("%s; trigger %d for token %" PRIu32 " node %d: %s\n", i == 0 ? "" : state_text(mem, p, in),
                          (int)t.kind, t.token, (int)t.node, err_name(e));
        n->taken[t.kind] += e == OK;
        n->refused[t.kind] += e != OK;
        if (e != OK) {
            if (e != E_STATE && e != E_INPUT)
                print_error("trigger %d for token %" PRIu32 ": %s\n", (int)t.kind, t.token, trouble()->text);
            assert_true(e == E_STATE || e == E_INPUT);
            assert_string_equal(state_text(mem, p, next), state_text(mem, p, in));
            continue;
        }
        e = run_check(p, next);
        if (e != OK)
            print_error("after trigger %d for token %" PRIu32 ": %s\n", (int)t.kind, t.token, trouble()->text);
        assert_int_equal(e, OK);
        settle(books, &t);
        post(books, &out);
        count(n, p, &out);
        in = inst_copy(mem, next);
        compare(p, in, books);
        if (in->next_no > MOST / 2)
            return;
    }
    n->ended[in->state]++;
}

static void print_tally(const struct tally *n)
{
    for (int k = 0; k <= TRIGGER_DROP; k++) {
        print_message("# trigger %d: taken %" PRIu64 ", refused %" PRIu64 "\n", k, n->taken[k], n->refused[k]);
        assert_true(n->taken[k] > 0 || k == TRIGGER_CANCEL);
    }
    print_message("# compensated %" PRIu64 ", rolled back %" PRIu64 ", incidents %" PRIu64 "; completed %" PRIu64
                  ", terminated %" PRIu64 "\n",
                  n->trace[TRACE_COMPENSATED], n->rolled_back, n->incidents, n->ended[INST_COMPLETED],
                  n->ended[INST_TERMINATED]);
    assert_true(n->trace[TRACE_COMPENSATED] > 0 && n->rolled_back > 0 && n->incidents > 0 && n->ended[INST_COMPLETED] > 0);
}

static void nothing_leaks(void **state)
{
    struct wild_seeds seeds = wild_seeds(SEEDS);
    struct tally tally = {.incidents = 0};

    for (uint64_t k = seeds.first; k < seeds.first + seeds.n; k++) {
        struct arena *mem = arena_new(0);
        print_message("# RUN_SEED=%" PRIu64 "\n", k); /* the last one printed is the one that failed */
        const char *text = wild_text(mem, k, "", 0);
        if (seeds.one)
            print_message("%s\n", text);
        const struct proc *p = wild_proc(mem, text);
        assert_non_null(p);
        for (uint64_t story = 0; story < 5; story++)
            tell(mem, p, k * 5 + story, &tally);
        arena_free(mem);
    }
    if (!seeds.one)
        print_tally(&tally);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_leaks)};

    return cmocka_run_group_tests_name("run/operate", tests, NULL, NULL);
}
