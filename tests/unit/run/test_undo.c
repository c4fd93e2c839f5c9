/* tests/unit/run/test_undo.c - compensation: what random stories must never break, and cases that no story of one instance tells.
 *
 * RUN_SEEDS=N tries N seeds, RUN_SEED=K only that one. */
#include "wild.h"

enum { SEEDS = 300, TRIGGERS = 60 };

#define NOW INT64_C(1767225600000000)

/* ---- what always holds ---- */

static bool inside(const struct inst *in, uint32_t scope, uint32_t root)
{
    const struct scope *s = inst_scope(in, scope);

    while (s != NULL && s->no != root)
        s = inst_scope(in, s->parent);
    return s != NULL;
}

/* In what a record at rest has kept nothing waits, listens or is at work. */
static void kept_scopes_rest(const struct proc *p, const struct inst *in)
{
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *r = &in->token[i];
        if (r->gone || r->role != ROLE_RECORD || r->state != TOKEN_KEPT || r->inner == 0)
            continue;
        for (uint32_t k = 0; k < in->n_token; k++) {
            const struct token *t = &in->token[k];
            bool bad = !t->gone && inside(in, t->scope, r->inner) && t->state != TOKEN_KEPT;
            if (bad)
                print_error("token %" PRIu32 " at %s is not at rest in what %" PRIu32 " has kept\n", t->no, p->node[t->node].id,
                            r->no);
            assert_false(bad);
        }
    }
}

/* Of what one token compensates one is at work at a time, and all that completed later has been undone. */
static void latest_first(const struct proc *p, const struct inst *in)
{
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *r = &in->token[i];
        if (r->gone || r->role != ROLE_RECORD || r->state == TOKEN_KEPT || r->host == 0 || inst_token(in, r->host) == NULL)
            continue;
        const struct token *host = inst_token(in, r->host);
        for (uint32_t k = i + 1; k < in->n_token && p->node[host->node].kind != NODE_transaction; k++) {
            const struct token *later = &in->token[k];
            bool bad = !later->gone && later->role == ROLE_RECORD && later->host == r->host;
            if (bad)
                print_error("%s is undone before %s, which completed later\n", p->node[r->node].id, p->node[later->node].id);
            assert_false(bad);
        }
    }
}

/* Each record that was there and is not any more was undone by a word of the machine, or went with what it stood in. */
static void undone_once(const struct inst *before, const struct inst *after, const struct effects *out)
{
    for (uint32_t i = 0; i < out->n; i++) {
        const struct effect *e = &out->at[i];
        if (e->kind != EFFECT_TRACE || e->trace != TRACE_COMPENSATED)
            continue;
        assert_null(inst_token(after, e->token));
        assert_true(inst_token(before, e->token) != NULL || e->token >= before->next_no);
        for (uint32_t k = i + 1; k < out->n; k++)
            assert_false(out->at[k].kind == EFFECT_TRACE && out->at[k].trace == TRACE_COMPENSATED &&
                         out->at[k].token == e->token);
    }
}

static uint64_t tell(struct arena *mem, const struct proc *p, uint64_t seed)
{
    struct inst *in = inst_new(mem);
    struct run_env env = {.proc = p, .now = NOW, .fuel = 300};
    uint64_t undone = 0;

    for (int i = 0; i < TRIGGERS && (in->n_scope == 0 || in->state == INST_ACTIVE); i++) {
        struct effects out = {.mem = mem};
        struct trigger t = wild_trigger(mem, p, in, &seed, false);
        struct inst *next = inst_copy(mem, in);
        if (t.kind == TRIGGER_TIMER && inst_token(in, t.token)->due > env.now)
            env.now = inst_token(in, t.token)->due;
        if (run_trigger(&env, next, &t, &out) != OK)
            continue;
        kept_scopes_rest(p, next);
        latest_first(p, next);
        undone_once(in, next, &out);
        for (uint32_t k = 0; k < out.n; k++)
            undone += out.at[k].kind == EFFECT_TRACE && out.at[k].trace == TRACE_COMPENSATED;
        in = inst_copy(mem, next);
    }
    return undone;
}

static void random_instances(void **state)
{
    struct wild_seeds seeds = wild_seeds(SEEDS);
    uint64_t undone = 0;

    for (uint64_t k = seeds.first; k < seeds.first + seeds.n; k++) {
        struct arena *mem = arena_new(0);
        print_message("# RUN_SEED=%" PRIu64 "\n", k); /* the last one printed is the one that failed */
        const struct proc *p = wild_proc(mem, wild_text(mem, k, "", 0));
        assert_non_null(p);
        for (uint64_t story = 0; story < 5; story++)
            undone += tell(mem, p, k * 5 + story);
        arena_free(mem);
    }
    print_message("# %" PRIu64 " activities were undone\n", undone);
    assert_true(seeds.one || undone > 100);
}

/* ---- single cases ---- */

struct bench {
    struct arena *mem;
    const struct proc *p;
    struct inst *in;
    struct effects out;
};

#define USER(id) "<userTask id=\"" id "\"/>"
#define UNDO(id)                                                                                                               \
    USER(id)                                                                                                                   \
    "<boundaryEvent id=\"" id "_b\" attachedToRef=\"" id "\"><compensateEventDefinition/></boundaryEvent>"                     \
    "<userTask id=\"un" id "\" isForCompensation=\"true\"/>"                                                                   \
    "<association id=\"" id "_a\" sourceRef=\"" id "_b\" targetRef=\"un" id "\"/>"
#define THROW(id, more) "<intermediateThrowEvent id=\"" id "\"><compensateEventDefinition " more "/></intermediateThrowEvent>"
#define CANCEL(id) "<endEvent id=\"" id "\"><cancelEventDefinition/></endEvent>"
#define GATE(id) "<parallelGateway id=\"" id "\"/>"
#define FLOW(a, b) "<sequenceFlow id=\"" a "_" b "\" sourceRef=\"" a "\" targetRef=\"" b "\"/>"

static enum err send(struct bench *b, struct trigger t)
{
    struct run_env env = {.proc = b->p, .now = NOW, .fuel = 200};

    b->out = (struct effects){.mem = b->mem};
    enum err e = run_trigger(&env, b->in, &t, &b->out);
    if (e == OK)
        assert_int_equal(run_check(b->p, b->in), OK);
    b->in = inst_copy(b->mem, b->in);
    return e;
}

static void begin(struct bench *b, const char *elements)
{
    b->mem = arena_new(0);
    const char *text =
        arena_printf(b->mem,
                     "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"defs\" "
                     "targetNamespace=\"urn:t\"><error id=\"bad\" errorCode=\"BAD\"/><signal id=\"go\" name=\"go\"/>"
                     "<process id=\"p\" isExecutable=\"true\"><startEvent id=\"begin\"/>%s</process></definitions>",
                     elements);
    b->p = wild_proc(b->mem, text);
    assert_non_null(b->p);
    b->in = inst_new(b->mem);
    assert_int_equal(send(b, (struct trigger){.kind = TRIGGER_START, .node = PROC_NONE, .vars = val_null()}), OK);
}

static struct token *token_at(const struct bench *b, const char *id)
{
    for (uint32_t i = 0; i < b->in->n_token; i++) {
        struct token *t = &b->in->token[i];
        if (!t->gone && t->role == ROLE_FLOW && strcmp(b->p->node[t->node].id, id) == 0)
            return t;
    }
    return NULL;
}

static enum err poke(struct bench *b, const char *id, enum trigger_kind kind)
{
    const struct token *t = token_at(b, id);

    assert_non_null(t);
    return send(b, (struct trigger){.kind = kind, .token = t->no, .node = PROC_NONE, .text = "BAD", .vars = val_null()});
}

static void done(struct bench *b, const char *id)
{
    assert_int_equal(poke(b, id, TRIGGER_TASK), OK);
}

/* Two throw events at once: each activity is undone for one of them, and both go on. */
static void two_that_compensate_share_the_work(void **state)
{
    struct bench b;

    begin(&b, UNDO("a") UNDO("c") GATE("fork") USER("x") USER("y") THROW("one", "") THROW("two", "") USER("u") USER("v")
                  FLOW("begin", "a") FLOW("a", "c") FLOW("c", "fork") FLOW("fork", "x") FLOW("fork", "y") FLOW("x", "one")
                      FLOW("y", "two") FLOW("one", "u") FLOW("two", "v"));
    done(&b, "a");
    done(&b, "c");
    done(&b, "x");
    assert_non_null(token_at(&b, "unc"));
    assert_null(token_at(&b, "una"));
    done(&b, "y"); /* nothing is left to it: it goes on at once */
    assert_non_null(token_at(&b, "v"));
    done(&b, "unc");
    done(&b, "una");
    assert_non_null(token_at(&b, "u"));
    arena_free(b.mem);
}

/* Who compensates is interrupted: what has not been begun can be undone by another. */
static void an_interrupted_compensation_sets_the_rest_free(void **state)
{
    struct bench b;

    begin(&b, UNDO("a") UNDO("c") "<subProcess id=\"s\">" USER(
                  "x") "</subProcess>"
                       "<subProcess id=\"e\" triggeredByEvent=\"true\"><startEvent id=\"es\" "
                       "isInterrupting=\"false\"><signalEventDefinition "
                       "signalRef=\"go\"/>"
                       "</startEvent>" THROW("all", "") USER("told") FLOW("es", "all")
                           FLOW("all", "told") "</subProcess>"
                                               "<subProcess id=\"f\" triggeredByEvent=\"true\"><startEvent "
                                               "id=\"fs\"><errorEventDefinition/></startEvent>" THROW("rest", "") USER("end")
                                                   FLOW("fs", "rest") FLOW("rest", "end") "</subProcess>" FLOW("begin", "a")
                                                       FLOW("a", "c") FLOW("c", "s"));
    done(&b, "a");
    done(&b, "c");
    assert_int_equal(send(&b, (struct trigger){.kind = TRIGGER_SIGNAL, .node = PROC_NONE, .text = "go", .vars = val_null()}),
                     OK);
    assert_non_null(token_at(&b, "unc"));
    assert_int_equal(poke(&b, "unc", TRIGGER_ERROR), OK);
    assert_null(token_at(&b, "x"));
    assert_null(token_at(&b, "unc"));
    done(&b, "una");
    assert_non_null(token_at(&b, "end"));
    arena_free(b.mem);
}

/* A transaction without a cancel boundary event (a file that is checked has one): what is undone stays undone, then it stops. */
static void a_cancelled_transaction_needs_a_way_out(void **state)
{
    struct bench b;

    begin(&b,
          "<transaction id=\"t\">" UNDO("a") USER("x") CANCEL("stop") FLOW("a", "x") FLOW(
              "x", "stop") "</transaction>"
                           "<boundaryEvent id=\"out\" attachedToRef=\"t\"><cancelEventDefinition/></boundaryEvent>" USER("no")
                               USER("after") FLOW("begin", "t") FLOW("out", "no") FLOW("t", "after"));
    done(&b, "a");
    for (uint32_t i = 0; i < b.in->n_token; i++) {
        if (b.in->token[i].role == ROLE_LISTENER)
            b.in->token[i].gone = true;
    }
    done(&b, "x");
    done(&b, "una");
    assert_int_equal(token_at(&b, "t")->state, TOKEN_INCIDENT);
    assert_int_equal(poke(&b, "t", TRIGGER_RETRY), OK);
    assert_int_equal(token_at(&b, "t")->state, TOKEN_INCIDENT);
    assert_int_equal(poke(&b, "t", TRIGGER_SKIP), OK);
    assert_non_null(token_at(&b, "after"));
    arena_free(b.mem);
}

/* What is being undone beside goes on when the transaction is cancelled, and is undone once. */
static void a_cancelled_transaction_waits_for_what_is_being_undone(void **state)
{
    struct bench b;

    begin(&b,
          "<transaction id=\"t\">" UNDO("a") THROW("all", "waitForCompletion=\"false\"") UNDO("c") USER("x") CANCEL("stop")
              FLOW("a", "all") FLOW("all", "c") FLOW("c", "x") FLOW(
                  "x", "stop") "</transaction>"
                               "<boundaryEvent id=\"out\" attachedToRef=\"t\"><cancelEventDefinition/></boundaryEvent>" USER(
                                   "no") FLOW("begin", "t") FLOW("out", "no"));
    done(&b, "a");
    assert_non_null(token_at(&b, "una"));
    done(&b, "c");
    done(&b, "x");
    assert_non_null(token_at(&b, "una"));
    assert_null(token_at(&b, "no"));
    done(&b, "una");
    done(&b, "unc");
    assert_non_null(token_at(&b, "no"));
    assert_null(token_at(&b, "una"));
    arena_free(b.mem);
}

static void a_cancel_outside_of_a_transaction_is_an_incident(void **state)
{
    struct bench b;

    begin(&b,
          "<transaction id=\"t\">" USER("x") CANCEL("stop") FLOW(
              "x", "stop") "</transaction>"
                           "<boundaryEvent id=\"out\" attachedToRef=\"t\"><cancelEventDefinition/></boundaryEvent>" USER("no")
                               FLOW("begin", "t") FLOW("out", "no"));
    b.p->node[proc_node_find(b.p, "t")].kind = NODE_sub_process;
    done(&b, "x");
    assert_int_equal(token_at(&b, "stop")->state, TOKEN_INCIDENT);
    arena_free(b.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_that_compensate_share_the_work),
                                       cmocka_unit_test(an_interrupted_compensation_sets_the_rest_free),
                                       cmocka_unit_test(a_cancelled_transaction_needs_a_way_out),
                                       cmocka_unit_test(a_cancelled_transaction_waits_for_what_is_being_undone),
                                       cmocka_unit_test(a_cancel_outside_of_a_transaction_is_an_incident),
                                       cmocka_unit_test(random_instances)};

    return cmocka_run_group_tests_name("run/undo", tests, NULL, NULL);
}
