/* engine/run/el_race.c - the event-based gateway (BPMN 10.6.6, 13.4.4).
 *
 * For     the row event_based_gateway of node.def.
 * Owns    waiting for several events of which one decides the way.
 * Never   decides which of them occurs.
 * Holds   the token rests at the gateway, and a listener for each event behind it; the first that occurs takes the token with it, and
 *         the others stop listening in the same step.
 *
 * A parallel gateway exists only where it creates instances: all its events must occur, so each has a token of its own. */
#include "run/behaviours.h"

static enum err race_enter(struct step *s, struct token *t)
{
    const struct proc_node *node = step_node(s, t);
    uint32_t scope = t->scope, host = t->no, more = 0;

    if (node->parallel || node->n_out == 0)
        return step_go(s, t, STEP_LEAVE);
    for (int32_t i = 0; i < node->n_out; i++)
        more += (uint32_t)s->p->node[s->p->flow[node->out[i]].to].n_event;
    inst_reserve(s->in, more, 0);
    for (int32_t i = 0; i < node->n_out; i++)
        listen_behind(s, node->out[i], scope, host);
    return step_go(s, inst_token(s->in, host), STEP_WAIT);
}

enum err race_won(struct step *s, struct token *host, int32_t flow, struct val vars)
{
    TRY(listen_off(s, host, 0, false));
    step_trace(s, TRACE_COMPLETED, host);
    struct effect *e = step_effect(s, EFFECT_TRACE, host);
    e->trace = TRACE_FLOW_TAKEN;
    e->flow = flow;
    host->node = s->p->flow[flow].to;
    host->flow = flow;
    step_trace(s, TRACE_ENTERED, host);
    TRY(listen_payload(s, host, vars));
    return step_go(s, host, STEP_LEAVE);
}

static enum err race_route(struct step *s, struct token *t)
{
    return step_take(s, t, step_node(s, t)->out, step_node(s, t)->n_out);
}

/* clang-format off */
const struct behaviour behave_event_based_gateway = { race_enter, behave_never, behave_go, race_route, behave_keep, 0 };
/* clang-format on */
