/* engine/run/behaviours.c - the table of all behaviours, and the columns that many rows share.
 *
 * For     run.c and step.c, which know nodes only by their row.
 * Owns    the table; a kind in node.def without a behaviour does not link.
 * Never   decides by kind: that is what the table is for.
 * Holds   every column of every row is set: a token never meets a hole. */
#include "run/behaviours.h"

#include <inttypes.h>

enum { PASS = 0, WAIT = 1 };

const struct behaviour *behaviour_of(enum node_kind kind)
{
    static const struct behaviour *const row[] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = &behave_##name,
#include "model/node.def"
#undef NODE
    };

    return row[kind];
}

bool behaviour_waits(enum node_kind kind)
{
    static const bool row[] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = (waits) == WAIT,
#include "model/node.def"
#undef NODE
    };

    return row[kind];
}

enum err behave_pass(struct step *s, struct token *t)
{
    return step_go(s, t, STEP_LEAVE);
}

enum err behave_never(struct step *s, struct token *t, const struct trigger *why)
{
    return fail(E_BUG, "token %" PRIu32 " cannot be woken at %s", t->no, step_node(s, t)->id);
}

enum err behave_go(struct step *s, struct token *t)
{
    return step_go(s, t, STEP_ROUTE);
}

enum err behave_keep(struct step *s, struct token *t)
{
    return OK;
}

enum err behave_deaf(struct step *s, struct token *t)
{
    listen_drop(s, t);
    return OK;
}

/* Unconditional flows are always taken, conditional ones if they hold, the default only if none of those does. */
enum err behave_route(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    int32_t *take = ARENA_NEW_N(s->tmp, int32_t, (size_t)node->n_out + 1);
    int32_t n = 0, held = 0;
    bool holds;

    for (int32_t i = 0; i < node->n_out; i++) {
        const struct proc_flow *f = &s->p->flow[node->out[i]];
        if (node->out[i] == node->default_flow)
            continue;
        TRY(step_true(s, t->scope, f->condition, &holds));
        if (holds)
            take[n++] = node->out[i];
        if (holds && f->condition != NULL)
            held++;
    }
    if (held == 0 && node->default_flow != PROC_NONE)
        take[n++] = node->default_flow;
    if (n == 0 && node->n_out > 0)
        return fail(E_EXPR, "no condition out of %s is true and it has no default flow", node->id);
    return step_take(s, t, take, n);
}
