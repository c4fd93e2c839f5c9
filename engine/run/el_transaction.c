/* engine/run/el_transaction.c - the transaction and its cancellation (BPMN 10.3.5, 10.5.6, 13.5.3).
 *
 * For     the row transaction of node.def, and cancel end events.
 * Owns    what cancels a transaction and how it is left then.
 * Never   undoes anything itself: undo.c does.
 * Holds   a transaction is left by its cancel boundary event only after all that has completed in it is undone.
 *
 * While it rolls back nothing but an error or an escalation of a compensation handler takes it away: it has stopped waiting for
 * anything else. A transaction with several instances is cancelled as one: its boundary events are those of all. */
#include "run/behaviours.h"

/* The token of the nearest transaction at work around SCOPE; of several instances the one that stands for all. */
static struct token *enclosing(const struct step *s, uint32_t scope)
{
    const struct scope *sc = inst_scope(s->in, scope);

    while (sc != NULL && (sc->node == PROC_NONE || s->p->node[sc->node].kind != NODE_transaction))
        sc = inst_scope(s->in, sc->parent);
    struct token *owner = sc != NULL ? inst_token(s->in, sc->token) : NULL;
    if (owner != NULL && multi_inside(s, owner))
        owner = inst_token(s->in, inst_scope(s->in, owner->scope)->token);
    return owner != NULL && owner->role == ROLE_FLOW ? owner : NULL;
}

static struct token *cancel_listener(const struct step *s, const struct token *x)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *l = &s->in->token[i];
        const struct proc_event *e = !l->gone && l->role == ROLE_LISTENER && l->host == x->no ? listen_event(s, l) : NULL;
        if (e != NULL && e->kind == EVENT_cancel)
            return l;
    }
    return NULL;
}

/* What could still interrupt it from outside is disarmed. */
static enum err disarm(struct step *s, const struct token *x)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *l = &s->in->token[i];
        const struct proc_event *e = !l->gone && l->role == ROLE_LISTENER && l->host == x->no ? listen_event(s, l) : NULL;
        if (e != NULL && e->kind != EVENT_cancel && e->kind != EVENT_error && e->kind != EVENT_escalation)
            TRY(step_cancel(s, l));
    }
    return OK;
}

enum err transaction_cancel(struct step *s, struct token *t)
{
    struct token *x = enclosing(s, t->scope);

    if (x == NULL)
        return fail(E_EXPR, "%s cancels a transaction, but it does not stand in one that is at work", step_node(s, t)->id);
    step_trace(s, TRACE_COMPLETED, t);
    step_remove(s, t);
    TRY(disarm(s, x));
    return undo_all(s, x);
}

enum err transaction_over(struct step *s, struct token *x)
{
    struct token *l = cancel_listener(s, x);

    TRY(step_clear(s, x->inner, 0, false));
    if (l != NULL)
        return listen_occur(s, l, val_null());
    step_incident(
        s, x,
        arena_printf(s->tmp,
                     "%s was cancelled and has been undone, but it has no cancel boundary event to go on by: move its "
                     "token to where the process is to go on, or skip it",
                     step_node(s, x)->id));
    return OK;
}

/* Only a retry comes here: of the incident above. */
static enum err transaction_wake(struct step *s, struct token *t, const struct trigger *why)
{
    return transaction_over(s, t);
}

/* clang-format off */
const struct behaviour behave_transaction = { sub_enter, transaction_wake, activity_leave, behave_route, behave_keep, 0 };
/* clang-format on */
