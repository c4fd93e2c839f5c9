/* engine/run/el_gateway.c - gateways (BPMN 10.6, 13.4).
 *
 * For     the rows of family GATEWAY.
 * Owns    splitting and joining.
 * Never   keeps a state of its own: a join's state is the tokens that wait at it.
 * Holds   no join is left waiting that could fire. */
#include "run/behaviours.h"

/* 13.4.2: the first flow in document order whose condition holds, else the default. */
static enum err exclusive_route(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    bool holds;

    for (int32_t i = 0; i < node->n_out; i++) {
        if (node->out[i] == node->default_flow)
            continue;
        TRY(step_true(s, t->scope, s->p->flow[node->out[i]].condition, &holds));
        if (holds)
            return step_take(s, t, &node->out[i], 1);
    }
    if (node->default_flow != PROC_NONE)
        return step_take(s, t, &node->default_flow, 1);
    if (node->n_out > 0)
        return fail(E_EXPR, "no condition out of %s is true and it has no default flow", node->id);
    return step_take(s, t, NULL, 0);
}

/* The oldest token that waits at the join by FLOW. */
static struct token *arrived(const struct step *s, const struct token *at, int32_t flow)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *t = &s->in->token[i];
        if (!t->gone && t->node == at->node && t->scope == at->scope && t->flow == flow && t->state == TOKEN_WAITING)
            return t;
    }
    return NULL;
}

/* 13.4.1: waits for a token on each incoming flow, takes one of each, goes on as one. */
static enum err parallel_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if (node->n_in <= 1)
        return step_go(s, t, STEP_LEAVE);
    TRY(step_go(s, t, STEP_WAIT));
    for (int32_t i = 0; i < node->n_in; i++) {
        if (arrived(s, t, node->in[i]) == NULL)
            return OK;
    }
    /* T made it complete, so T is the first on its own flow */
    for (int32_t i = 0; i < node->n_in; i++) {
        struct token *other = arrived(s, t, node->in[i]);
        if (other != t)
            step_remove(s, other);
    }
    return step_go(s, t, STEP_LEAVE);
}

static enum err parallel_route(struct step *s, struct token *t)
{
    return step_take(s, t, step_node(s, t)->out, step_node(s, t)->n_out);
}

/* clang-format off */
const struct behaviour behave_exclusive_gateway = { behave_pass,    behave_never, behave_go, exclusive_route, behave_keep, 0 };
const struct behaviour behave_parallel_gateway  = { parallel_enter, behave_never, behave_go, parallel_route,  behave_keep, 0 };
/* clang-format on */
