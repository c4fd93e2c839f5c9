/* tests/unit/run/test_join.c - when inclusive joins may fire, against every path spelled out (13.4.3).
 *
 * Random graphs with loops, links and several joins; random tokens. The oracle walks all paths from each token, flow by flow, and
 * applies the words of the standard; the code under test has one bit a flow. */
#include "run/join.c"

#include "model/proc_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { NODES = 7, FLOWS = 14, ROUNDS = 20000 };

struct dice {
    uint64_t state;
};

static uint32_t roll(struct dice *d, uint32_t n)
{
    d->state = d->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(d->state >> 33) % n;
}

/* ---- graphs ---- */

static struct proc *graph(struct arena *mem, struct dice *d)
{
    struct proc *p = ARENA_NEW(mem, struct proc);

    *p = (struct proc){.mem = mem, .n_node = NODES, .n_flow = FLOWS};
    p->node = ARENA_NEW_N(mem, struct proc_node, NODES);
    p->flow = ARENA_NEW_N(mem, struct proc_flow, FLOWS);
    for (int32_t i = 0; i < NODES; i++) {
        struct proc_node *n = &p->node[i];
        *n = (struct proc_node){.kind = i < 2 ? NODE_inclusive_gateway : NODE_user_task, .id = "n", .scope = PROC_NONE};
        n->in = ARENA_NEW_N(mem, int32_t, FLOWS);
        n->out = ARENA_NEW_N(mem, int32_t, FLOWS);
    }
    /* the last two are a pair of link events */
    p->node[NODES - 1].kind = NODE_catch_event;
    p->node[NODES - 2].kind = NODE_throw_event;
    p->node[NODES - 2].n_event = 1;
    p->node[NODES - 2].event = ARENA_NEW(mem, struct proc_event);
    p->node[NODES - 2].event->kind = EVENT_link;
    p->node[NODES - 2].event->link = NODES - 1;
    for (int32_t f = 0; f < FLOWS; f++) {
        int32_t from = (int32_t)roll(d, NODES), to = f < 4 ? f / 2 : (int32_t)roll(d, NODES);
        if (from == NODES - 2)
            from = 2;
        if (to == NODES - 1)
            to = 3;
        p->flow[f] = (struct proc_flow){.id = "f", .name = "", .from = from, .to = to};
        p->node[from].out[p->node[from].n_out++] = f;
        p->node[to].in[p->node[to].n_in++] = f;
    }
    make_reach(p);
    return p;
}

static void place_tokens(const struct proc *p, struct inst *in, struct dice *d)
{
    inst_add_scope(in, (struct scope){.no = in->next_no++, .node = PROC_NONE});
    for (uint32_t n = 1 + roll(d, 5); n > 0; n--) {
        int32_t flow = (int32_t)roll(d, FLOWS);
        inst_add_token(in, (struct token){.no = in->next_no++,
                                          .node = p->flow[flow].to,
                                          .scope = 1,
                                          .role = roll(d, 8) == 0 ? ROLE_LISTENER : ROLE_FLOW,
                                          .state = TOKEN_WAITING,
                                          .step = STEP_WAIT,
                                          .flow = flow,
                                          .event = PROC_NONE});
    }
}

/* ---- the oracle ---- */

struct walk_all {
    const struct proc *p;
    int32_t gateway;
    bool on[FLOWS];   /* flows of the path so far */
    bool ends[FLOWS]; /* incoming flows of the gateway that some path ends with */
};

static void go_along(struct walk_all *w, int32_t flow)
{
    int32_t at = w->p->flow[flow].to;

    if (w->on[flow])
        return;
    if (at == w->gateway) {
        w->ends[flow] = true;
        return;
    }
    w->on[flow] = true;
    if (at == NODES - 2)
        at = NODES - 1;
    for (int32_t i = 0; i < w->p->node[at].n_out; i++)
        go_along(w, w->p->node[at].out[i]);
    w->on[flow] = false;
}

static bool oracle(const struct proc *p, const struct inst *in, int32_t gateway)
{
    bool full[FLOWS] = {false}, any = false;

    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        if (t->node == gateway && t->role == ROLE_FLOW)
            any = full[t->flow] = true;
    }
    for (uint32_t i = 0; i < in->n_token; i++) {
        const struct token *t = &in->token[i];
        struct walk_all w = {.p = p, .gateway = gateway};
        bool to_full = false, to_empty = false;
        if (t->node == gateway || t->role != ROLE_FLOW)
            continue;
        go_along(&w, t->flow);
        for (int32_t f = 0; f < FLOWS; f++) {
            to_full |= w.ends[f] && full[f];
            to_empty |= w.ends[f] && !full[f];
        }
        if (to_empty && !to_full)
            return false;
    }
    return any;
}

/* ---- tests ---- */

static void rule_equals_paths_spelled_out(void **state)
{
    struct dice d = {20131209};
    int fires = 0, waits = 0;

    for (int round = 0; round < ROUNDS; round++) {
        struct arena *mem = arena_new(0);
        struct proc *p = graph(mem, &d);
        struct inst *in = inst_new(mem);
        place_tokens(p, in, &d);
        for (uint32_t i = 0; i < in->n_token; i++) {
            const struct token *t = &in->token[i];
            if (t->role != ROLE_FLOW || t->node > 1)
                continue;
            bool want = oracle(p, in, t->node), is = join_could_fire(mem, p, in, t);
            if (want != is)
                print_error("round %d, token %u\n", round, t->no);
            assert_int_equal(is, want);
            fires += want;
            waits += !want;
        }
        arena_free(mem);
    }
    /* both answers must have been asked for often, or the comparison says nothing */
    assert_true(fires > ROUNDS / 10);
    assert_true(waits > ROUNDS / 10);
}

/* A token elsewhere that can come to a filled flow as well is not waited for; in another scope none is. */
static void looks_into_its_own_scope_only(void **state)
{
    struct arena *mem = arena_new(0);
    struct dice d = {1};
    struct proc *p = graph(mem, &d);
    struct inst *in = inst_new(mem);

    inst_add_scope(in, (struct scope){.no = 1, .node = PROC_NONE});
    inst_add_scope(in, (struct scope){.no = 2, .parent = 1, .node = 2, .token = 9});
    in->next_no = 10;
    struct token here = {.no = 3, .node = 0, .scope = 1, .state = TOKEN_WAITING, .step = STEP_WAIT, .flow = p->node[0].in[0]};
    inst_add_token(in, here);
    for (int32_t n = 2; n < NODES - 2; n++)
        inst_add_token(in,
                       (struct token){.no = in->next_no++, .node = n, .scope = 2, .state = TOKEN_WAITING, .step = STEP_WAIT});
    assert_true(join_could_fire(mem, p, in, &here));
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_equals_paths_spelled_out),
        cmocka_unit_test(looks_into_its_own_scope_only),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
