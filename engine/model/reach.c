/* engine/model/reach.c - from which flows a token may still come to a gateway that joins.
 *
 * For     the joins of inclusive and complex gateways (13.4.3, 13.4.5): run/ asks it for every token in question.
 * Owns    the walk.
 * Never   knows tokens.
 * Holds   bit f of reach[i]: there is a path of sequence flows that begins with flow f and ends with flow in[i] and does not visit the
 * gateway on the way. A path does not leave its process or sub-process, since flows do not. A link is a path as well: from the flows
 * into the throwing event to those out of the catching one (10.5.4: links stand for a sequence flow).
 *
 * Each incoming flow of a gateway is walked back once, each flow at most once per walk: O(incoming flows of gateways x flows), with
 * both bounded by LIMIT_MODEL_ELEMENTS. */
#include <string.h>

#include "model/proc_int.h"

struct walk {
    const struct proc *p;
    int32_t gateway;
    unsigned char *seen; /* a bit for each flow */
    int32_t *stack;
    int32_t n;
    int32_t *throw_first, *throw_next; /* by node: link events that throw to it, a chain; PROC_NONE at its end */
};

static void push(struct walk *w, int32_t flow)
{
    unsigned char bit = (unsigned char)(1u << (flow % 8));

    if ((w->seen[flow / 8] & bit) != 0)
        return;
    w->seen[flow / 8] |= bit;
    w->stack[w->n++] = flow;
}

static void push_in(struct walk *w, int32_t node)
{
    for (int32_t i = 0; i < w->p->node[node].n_in; i++)
        push(w, w->p->node[node].in[i]);
}

static void walk_back(struct walk *w, int32_t flow)
{
    push(w, flow);
    while (w->n > 0) {
        int32_t from = w->p->flow[w->stack[--w->n]].from;

        if (from == w->gateway)
            continue;
        push_in(w, from);
        for (int32_t t = w->throw_first[from]; t != PROC_NONE; t = w->throw_next[t])
            push_in(w, t);
    }
}

static void link_chains(struct walk *w)
{
    const struct proc *p = w->p;

    w->throw_first = ARENA_NEW_N(p->mem, int32_t, (size_t)p->n_node);
    w->throw_next = ARENA_NEW_N(p->mem, int32_t, (size_t)p->n_node);
    for (int32_t i = 0; i < p->n_node; i++)
        w->throw_first[i] = w->throw_next[i] = PROC_NONE;
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];
        int32_t to = n->kind == NODE_throw_event && n->n_event > 0 ? n->event[0].link : PROC_NONE;

        if (to == PROC_NONE)
            continue;
        w->throw_next[i] = w->throw_first[to];
        w->throw_first[to] = i;
    }
}

void make_reach(struct proc *p)
{
    struct walk w = {.p = p, .stack = ARENA_NEW_N(p->mem, int32_t, (size_t)p->n_flow)};

    link_chains(&w);
    for (int32_t g = 0; g < p->n_node; g++) {
        struct proc_node *n = &p->node[g];

        if (n->kind != NODE_inclusive_gateway && n->kind != NODE_complex_gateway)
            continue;
        w.gateway = g;
        n->reach = ARENA_NEW_N(p->mem, unsigned char *, (size_t)n->n_in);
        for (int32_t i = 0; i < n->n_in; i++) {
            w.seen = n->reach[i] = ARENA_NEW_N(p->mem, unsigned char, (size_t)p->n_flow / 8 + 1);
            walk_back(&w, n->in[i]);
        }
    }
}
