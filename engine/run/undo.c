/* engine/run/undo.c - compensation: undoing what has completed (BPMN 10.7, 13.5.5).
 *
 * For     compensation throw and end events, and transactions that are cancelled.
 * Owns    the records of completed activities: which of them are undone, in which order, and who waits for it.
 * Never   knows what a handler does: it runs like any activity, in the scope that its record has kept.
 * Holds   an activity is compensated once; of what one token compensates one record is at work at a time, latest first.
 *
 * A record at rest is free, or chosen: HOST is then the token that wants it undone, or the record of the sub-process or
 * multi-instance activity that it is undone with. Choosing is done at once, so what completes later is not undone by it. A
 * token that is torn down while it compensates sets the rest free again without anybody telling them: a host that is gone is
 * none. COUNT of a chosen record says what its host does when all is done: it takes this step, or with STEP_WAIT it is used
 * up. */
#include "run/behaviours.h"

enum {
    UNDO_THEN = 7, /* the step, as enum token_step */
    /* undo_all marks for a moment as kept, so that its inside is not cleared away: */
    UNDO_BUSY = 8, /* what is at work already */
    UNDO_HALF = 16 /* an activity that never completed and in which something has: afterwards it only keeps its scope alive */
};

enum err undo_keep(struct step *s, struct token *t)
{
    struct token *r = step_token(s, t->node, t->scope);
    struct scope *sc = t->inner != 0 ? inst_scope(s->in, t->inner) : NULL;

    step_role(s, r, ROLE_RECORD, TOKEN_KEPT);
    r->step = STEP_WAIT;
    r->inner = t->inner;
    if (sc != NULL) {
        sc->token = r->no;
        sc->changed = true;
    }
    t->inner = 0;
    t->changed = true;
    return OK;
}

/* ---- choosing ---- */

/* Is it the record of an activity? A complex gateway has records of its own. */
static bool is_record(const struct step *s, const struct token *r)
{
    return !r->gone && r->role == ROLE_RECORD && step_node(s, r)->kind != NODE_complex_gateway;
}

static void choose(struct token *r, uint32_t host, uint32_t count)
{
    r->host = host;
    r->count = count;
    r->changed = true;
}

/* Chooses all free records in SCOPE itself, of ACTIVITY or of all. */
static void choose_in(struct step *s, uint32_t scope, int32_t activity, uint32_t host, uint32_t count)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *r = &s->in->token[i];
        bool taken = r->host != 0 && inst_token(s->in, r->host) != NULL;
        if (is_record(s, r) && r->scope == scope && r->state == TOKEN_KEPT && !taken &&
            (activity == PROC_NONE || r->node == activity))
            choose(r, host, count);
    }
}

/* 10.5.6: what is visible from T: the activities beside it; if it stands in an event sub-process those beside that one as well. What
 * belongs to a compensation handler stands beside the activity that is undone. */
static void choose_visible(struct step *s, const struct token *t, int32_t activity, uint32_t host, uint32_t count)
{
    const struct scope *sc = inst_scope(s->in, t->scope);
    bool outwards = true;

    while (sc != NULL && outwards) {
        choose_in(s, sc->no, activity, host, count);
        outwards = sc->node != PROC_NONE && (s->p->node[sc->node].kind == NODE_event_sub_process ||
                                             (sc->no == t->scope && sc->node != step_node(s, t)->scope));
        sc = inst_scope(s->in, sc->parent);
    }
}

/* The latest record that HOST has chosen and that is at rest; *BUSY = one is at work. */
static struct token *latest(struct step *s, uint32_t host, bool *busy)
{
    struct token *found = NULL;

    *busy = false;
    for (uint32_t i = s->in->n_token; i > 0; i--) {
        struct token *r = &s->in->token[i - 1];
        if (!is_record(s, r) || r->host != host)
            continue;
        if (r->state != TOKEN_KEPT)
            *busy = true;
        else if (found == NULL)
            found = r;
    }
    return found;
}

/* ---- undoing ---- */

/* The record goes to work: its handler, the compensation event sub-process that it has kept, or else what is inside. *INSIDE = the
 * last. */
static void begin(struct step *s, struct token *r, bool *inside)
{
    const struct proc_node *node = step_node(s, r);
    bool all = node->loop.kind != LOOP_NONE && !multi_inside(s, r);
    int32_t at = all ? PROC_NONE : node->handler != PROC_NONE ? node->handler : node->undo;

    step_role(s, r, ROLE_RECORD, TOKEN_WAITING);
    *inside = at == PROC_NONE;
    if (*inside) {
        if (r->inner != 0)
            choose_in(s, r->inner, PROC_NONE, r->no, STEP_WAIT);
        return;
    }
    if (r->inner == 0)
        scope_open(s, r);
    step_begin(s, step_token(s, at, r->inner), STEP_ENTER);
}

/* It is undone, and gone with what it has kept. */
static enum err forget(struct step *s, struct token *r)
{
    step_trace(s, TRACE_COMPENSATED, r);
    if (r->inner != 0) {
        TRY(step_clear(s, r->inner, 0, false));
        scope_close(s, r->inner);
    }
    step_remove(s, r);
    return OK;
}

/* All that T wanted undone is undone. */
static enum err over(struct step *s, struct token *t, enum token_step then)
{
    if (step_node(s, t)->kind == NODE_transaction)
        return transaction_over(s, t);
    return then == STEP_WAIT ? step_consume(s, t) : step_go(s, t, then);
}

/* Goes on with the next record of HOST, and of its host when there is none left. */
static enum err advance(struct step *s, uint32_t host, enum token_step then)
{
    uint32_t scope = 0;
    bool busy, inside;

    for (;;) {
        struct token *h = inst_token(s->in, host);
        if (h == NULL)
            return step_settle(s, scope);
        struct token *r = latest(s, host, &busy);
        if (busy)
            return OK;
        if (r != NULL) {
            begin(s, r, &inside);
            if (!inside)
                return OK;
            host = r->no;
        } else if (h->role == ROLE_RECORD) {
            then = (enum token_step)(h->count & UNDO_THEN);
            scope = h->scope;
            host = h->host;
            TRY(forget(s, h));
        } else {
            return over(s, h, then);
        }
    }
}

enum err undo_begin(struct step *s, struct token *t, const struct undo_what *w)
{
    bool busy;

    if (t->step != STEP_WAIT)
        TRY(step_go(s, t, STEP_WAIT));
    if (w->wait) {
        choose_visible(s, t, w->activity, t->no, w->then);
        return advance(s, t->no, w->then);
    }
    /* somebody has to stand for what runs beside */
    struct token *beside = step_token(s, t->node, t->scope);
    uint32_t no = beside->no;
    step_role(s, beside, ROLE_FLOW, TOKEN_WAITING);
    beside->step = STEP_WAIT;
    choose_visible(s, t, w->activity, no, STEP_WAIT);
    if (latest(s, no, &busy) == NULL)
        step_remove(s, beside);
    TRY(step_go(s, t, w->then));
    return advance(s, no, STEP_WAIT);
}

enum err undo_done(struct step *s, struct token *r)
{
    return r->state == TOKEN_KEPT ? OK : advance(s, r->no, STEP_WAIT);
}

/* ---- a transaction is cancelled ---- */

/* Are all scopes from SCOPE outwards to ROOT those of activities at work? */
static bool at_work(const struct step *s, uint32_t scope, uint32_t root)
{
    const struct scope *sc = inst_scope(s->in, scope);

    while (sc != NULL && sc->no != root) {
        const struct token *owner = inst_token(s->in, sc->token);
        if (owner == NULL || owner->role != ROLE_FLOW)
            return false;
        sc = inst_scope(s->in, sc->parent);
    }
    return sc != NULL;
}

/* The activity at T was still at work and has records inside: they stay, and it stays around them, as a record itself. */
static enum err halve(struct step *s, struct token *t, uint32_t host)
{
    TRY(step_clear(s, t->inner, 0, true));
    TRY(listen_off(s, t, 0, false));
    if (t->state == TOKEN_INCIDENT)
        step_effect(s, EFFECT_INCIDENT_END, t);
    step_trace(s, TRACE_CANCELLED, t);
    step_role(s, t, ROLE_RECORD, TOKEN_KEPT);
    t->step = STEP_WAIT;
    choose(t, host, UNDO_HALF);
    return OK;
}

static bool holds_chosen(const struct step *s, uint32_t scope, uint32_t host)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *r = &s->in->token[i];
        if (is_record(s, r) && r->host == host && scope_inside(s->in, r->scope, scope))
            return true;
    }
    return false;
}

/* Chooses everything that has completed inside X, whoever may have chosen it before. */
static void choose_all(struct step *s, const struct token *x)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *r = &s->in->token[i];
        if (!is_record(s, r) || !at_work(s, r->scope, x->inner))
            continue;
        bool busy = r->state != TOKEN_KEPT;
        choose(r, x->no, STEP_LEAVE | (busy ? UNDO_BUSY : 0));
        if (busy)
            step_role(s, r, ROLE_RECORD, TOKEN_KEPT); /* so that what it does is not cleared away */
    }
}

enum err undo_all(struct step *s, struct token *x)
{
    choose_all(s, x);
    for (uint32_t i = s->in->n_token; i > 0; i--) { /* newest first: what is inside before what it is in */
        struct token *t = &s->in->token[i - 1];
        if (!t->gone && t->role == ROLE_FLOW && t->no != x->no && t->inner != 0 && scope_inside(s->in, t->scope, x->inner) &&
            holds_chosen(s, t->inner, x->no))
            TRY(halve(s, t, x->no));
    }
    TRY(step_clear(s, x->inner, 0, true));
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *r = &s->in->token[i];
        if (r->gone || r->role != ROLE_RECORD || r->host != x->no || (r->count & (UNDO_BUSY | UNDO_HALF)) == 0)
            continue;
        choose(r, (r->count & UNDO_HALF) != 0 ? 0 : x->no, r->count & UNDO_THEN);
        step_role(s, r, ROLE_RECORD, TOKEN_WAITING);
    }
    return advance(s, x->no, STEP_LEAVE);
}
