/* engine/run/el_gateway.c - gateways (BPMN 10.6, 13.4).
 *
 * For     the rows of family GATEWAY but the event-based one.
 * Owns    splitting, and what becomes of a token that comes to a join.
 * Never   decides when an inclusive or complex join fires: join.c does, when nothing else can move.
 * Holds   no join is left waiting that could fire; conditions are evaluated before any token moves.
 *
 * A join's state is the tokens that wait at it; a complex one that has fired also keeps a record for each flow it took a token from.
 * A token that came by no flow (an operator has put it there) stands for all the flows: it passes. */
#include "run/behaviours.h"

static enum err stuck(const struct proc_node *node)
{
    return fail(E_EXPR, "no condition out of %s is true and it has no default flow", node->id);
}

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
        return stuck(node);
    return step_take(s, t, NULL, 0);
}

/* ---- parallel ---- */

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

    if (node->n_in <= 1 || t->flow == PROC_NONE)
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

/* ---- inclusive ---- */

static enum err inclusive_enter(struct step *s, struct token *t)
{
    bool join = step_node(s, t)->n_in > 1 && t->flow != PROC_NONE;

    return step_go(s, t, join ? STEP_WAIT : STEP_LEAVE);
}

/* A token that rests at a join and was an incident: join_look() comes to it by itself. */
static enum err join_wake(struct step *s, struct token *t, const struct trigger *why)
{
    return OK;
}

struct choice {
    struct step_also also; /* what conditions see besides variables */
    bool only_said;        /* flows without condition are not taken */
    int32_t *take, n;      /* those that are */
};

static enum err choose(struct step *s, const struct token *t, struct choice *c)
{
    const struct proc_node *node = step_node(s, t);
    bool holds;

    c->take = ARENA_NEW_N(s->tmp, int32_t, (size_t)node->n_out + 1);
    for (int32_t i = 0; i < node->n_out; i++) {
        const struct feel_prog *condition = s->p->flow[node->out[i]].condition;
        if (node->out[i] == node->default_flow || (c->only_said && condition == NULL))
            continue;
        TRY(step_true_also(s, t->scope, condition, &c->also, &holds));
        if (holds)
            c->take[c->n++] = node->out[i];
    }
    return OK;
}

/* The default flow if there is no other; no flow at all is a fault. */
static enum err choose_default(const struct proc_node *node, struct choice *c)
{
    if (c->n == 0 && node->default_flow != PROC_NONE)
        c->take[c->n++] = node->default_flow;
    return c->n == 0 && node->n_out > 0 ? stuck(node) : OK;
}

/* 13.4.3: every flow whose condition is true (one without is), the default if there is none. */
static enum err inclusive_route(struct step *s, struct token *t)
{
    struct choice c = {.n = 0};

    TRY(choose(s, t, &c));
    TRY(choose_default(step_node(s, t), &c));
    return step_take(s, t, c.take, c.n);
}

/* ---- complex ---- */

/* 13.4.5. What leaves it carries in count how many tokens it was activated by; 0 = it has been reset. */
static enum err complex_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);

    if ((node->n_in > 1 || node->done_if != NULL) && t->flow != PROC_NONE) {
        TRY(step_go(s, t, STEP_WAIT));
        return join_arrive(s, t);
    }
    t->count = 1;
    return step_go(s, t, STEP_LEAVE);
}

/* Activated: as an inclusive one. At a reset only flows that say by a condition that they want another token get one, and that none
 * does is no fault: a discriminator fires once. */
static enum err complex_route(struct step *s, struct token *t)
{
    const bool start = t->count > 0;
    const struct val_entry seen[] = {{"waitingForStart", val_bool(start)}, {"activationCount", val_int(t->count)}};
    struct choice c = {.also = {seen, 2}, .only_said = !start};

    TRY(choose(s, t, &c));
    if (start)
        TRY(choose_default(step_node(s, t), &c));
    return step_take(s, t, c.take, c.n);
}

/* clang-format off */
const struct behaviour behave_exclusive_gateway = { behave_pass,     behave_never, behave_go, exclusive_route, behave_keep, 0 };
const struct behaviour behave_parallel_gateway  = { parallel_enter,  behave_never, behave_go, parallel_route,  behave_keep, 0 };
const struct behaviour behave_inclusive_gateway = { inclusive_enter, join_wake,    behave_go, inclusive_route, behave_keep, 0 };
const struct behaviour behave_complex_gateway   = { complex_enter,   join_wake,    behave_go, complex_route,   behave_keep, 0 };
/* clang-format on */
