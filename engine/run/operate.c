/* engine/run/operate.c - what operators may do to a running instance.
 *
 * For     run.c, for the triggers of operators; who may send them is the body's to say.
 * Owns    setting variables, skipping, suspending and resuming; moving, adding and taking away tokens.
 * Never   puts a token where the process could not have one: at a start or boundary event, in a scope that is not open.
 * Holds   everything that is possible is traced with what was done; whatever is not changes nothing and says what to do instead. */
#include "run/behaviours.h"

#include <inttypes.h>

#include "run/limit.h"

/* ---- the trace ---- */

static void changed(struct step *s, const struct token *t, const char *text)
{
    struct effect *e = step_effect(s, EFFECT_TRACE, t);

    e->trace = TRACE_CHANGED;
    e->text = text;
}

static const char *names_of(struct step *s, struct val vars)
{
    struct buf b = buf_new(s->out->mem, LIMIT_VAR_BYTES);

    for (size_t i = 0; i < val_count(vars); i++)
        buf_fmt(&b, "%s %s", i == 0 ? "" : ",", val_entry_at(vars, i).key);
    return buf_done(&b) == OK ? buf_text(&b) : " many";
}

/* ---- tokens that an operator means ---- */

static enum err token_named(struct step *s, uint32_t no, struct token **out)
{
    *out = inst_token(s->in, no);
    return *out != NULL ? OK : fail(E_STATE, "token %" PRIu32 " is gone", no);
}

/* A token that moves along the flows and is at rest. */
static enum err mover_named(struct step *s, uint32_t no, struct token **out)
{
    TRY(token_named(s, no, out));
    const char *id = step_node(s, *out)->id;
    switch ((*out)->role) {
    case ROLE_LISTENER:
        return fail(E_STATE, "token %" PRIu32 " only listens for %s: it is there as long as what it belongs to", no, id);
    case ROLE_RECORD:
        return fail(E_STATE, "token %" PRIu32 " is the record of what has been done at %s, and no work", no, id);
    case ROLE_FLOW:
        break;
    }
    return OK;
}

/* ---- scopes ---- */

/* Does SCOPE hold what stands inside its node, rather than instances of it, or what undoes it? */
static bool is_inside(const struct step *s, const struct scope *sc)
{
    if (sc->node == PROC_NONE)
        return true;
    const struct token *owner = inst_token(s->in, sc->token);
    const struct proc_node *node = &s->p->node[sc->node];
    bool all = owner != NULL && node->loop.kind != LOOP_NONE && !multi_inside(s, owner);

    return owner != NULL && owner->role == ROLE_FLOW && owner->step == STEP_WAIT && !all;
}

/* Is everything around SCOPE at work, and SCOPE not inside GONE? */
static bool is_open(const struct step *s, const struct scope *sc, uint32_t gone)
{
    for (; sc->parent != 0; sc = inst_scope(s->in, sc->parent)) {
        const struct token *owner = inst_token(s->in, sc->token);
        if (sc->no == gone || owner == NULL || owner->role != ROLE_FLOW)
            return false;
    }
    return true;
}

static const char *place(const struct step *s, int32_t node)
{
    return node == PROC_NONE ? "the process" : s->p->node[node].id;
}

/* The scope in which a token moved from T may begin at NODE: the nearest around T, else the only one that is open. */
static enum err scope_near(struct step *s, const struct token *t, int32_t node, uint32_t *out)
{
    int32_t wanted = s->p->node[node].scope;
    uint32_t n = 0;

    for (const struct scope *sc = inst_scope(s->in, t->scope); sc != NULL; sc = inst_scope(s->in, sc->parent)) {
        if (sc->node == wanted && is_inside(s, sc)) {
            *out = sc->no;
            return OK;
        }
    }
    for (uint32_t i = 0; i < s->in->n_scope; i++) {
        const struct scope *sc = &s->in->scope[i];
        if (!sc->gone && sc->node == wanted && is_inside(s, sc) && is_open(s, sc, t->inner)) {
            *out = sc->no;
            n++;
        }
    }
    if (n == 0)
        return fail(E_STATE, "%s stands in %s, which is not at work: move the token to %s itself", s->p->node[node].id,
                    place(s, wanted), place(s, wanted));
    if (n > 1)
        return fail(E_STATE, "%s stands in %s, which is at work %" PRIu32 " times: add a token in the one that is meant",
                    s->p->node[node].id, place(s, wanted), n);
    return OK;
}

/* ---- targets ---- */

/* May an operator let a token begin at NODE? */
static enum err check_target(const struct step *s, int32_t node)
{
    if (node < 0 || node >= s->p->n_node)
        return fail(E_INPUT, "the process %s has no such node", s->p->key);
    const struct proc_node *n = &s->p->node[node];
    if (n->kind == NODE_start_event)
        return fail(E_INPUT, "%s is a start event: name the node that comes after it", n->id);
    if (n->kind == NODE_boundary_event)
        return fail(E_INPUT, "%s is a boundary event: name the node that comes after it", n->id);
    if (n->kind == NODE_event_sub_process)
        return fail(E_INPUT, "%s is begun by its event only", n->id);
    if (n->for_compensation)
        return fail(E_INPUT, "%s is begun by compensation only", n->id);
    if (s->live >= LIMIT_TOKENS)
        return fail(E_STATE, "an instance may have %d tokens", (int)LIMIT_TOKENS);
    return OK;
}

static bool waits_by(const struct step *s, int32_t node, uint32_t scope, int32_t flow)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        const struct token *t = &s->in->token[i];
        if (!t->gone && t->role == ROLE_FLOW && t->node == node && t->scope == scope && t->flow == flow)
            return true;
    }
    return false;
}

/* A join asks by which flow a token came: the new one stands for the first that is still missing. */
static int32_t flow_for(const struct step *s, int32_t node, uint32_t scope)
{
    const struct proc_node *n = &s->p->node[node];

    if (n->kind != NODE_parallel_gateway && n->kind != NODE_inclusive_gateway && n->kind != NODE_complex_gateway)
        return PROC_NONE;
    for (int32_t i = 0; i < n->n_in; i++) {
        if (!waits_by(s, node, scope, n->in[i]))
            return n->in[i];
    }
    return n->n_in > 0 ? n->in[0] : PROC_NONE;
}

static uint32_t begin_at(struct step *s, int32_t node, uint32_t scope)
{
    int32_t flow = flow_for(s, node, scope);
    struct token *t = step_token(s, node, scope);

    t->flow = flow;
    step_begin(s, t, STEP_ENTER);
    return t->no;
}

/* ---- the operations ---- */

static enum err set_vars(struct step *s, const struct trigger *why)
{
    struct token *t = NULL;

    if (why->token != 0)
        TRY(token_named(s, why->token, &t));
    TRY(scope_set(s, t != NULL ? step_scope(t) : 1, why->vars, SCOPE_OUT));
    changed(s, t, arena_printf(s->out->mem, "set%s", names_of(s, why->vars)));
    return OK;
}

/* The place of an incident whose work is declared done. What is open there is tidied up by the step that leaves it; if that very step
 * has failed, here. */
static enum err skip(struct step *s, const struct trigger *why)
{
    struct token *t;

    TRY(token_named(s, why->token, &t));
    if (t->state != TOKEN_INCIDENT)
        return fail(E_STATE, "token %" PRIu32 " at %s is no incident", t->no, step_node(s, t)->id);
    if (t->step == STEP_ROUTE)
        return fail(E_STATE, "%s is done, only no way out of it is open: set variables and retry, or move the token",
                    step_node(s, t)->id);
    TRY(scope_set(s, t->scope, why->vars, SCOPE_OUT));
    changed(s, t, "skipped");
    if (t->role == ROLE_LISTENER)
        return step_cancel(s, t); /* what it belongs to goes on without it */
    step_effect(s, EFFECT_INCIDENT_END, t);
    if (t->step != STEP_LEAVE) {
        TRY(step_unask(s, t));
        t->event = PROC_NONE;
        t->key = NULL;
        t->due = 0;
        step_begin(s, t, STEP_LEAVE);
        return OK;
    }
    if (multi_inside(s, t))
        return multi_done(s, t);
    TRY(listen_off(s, t, 0, false));
    if (t->inner != 0)
        TRY(step_clear(s, t->inner, 0, true));
    TRY(activity_close(s, t));
    step_begin(s, t, STEP_ROUTE);
    return OK;
}

static enum err suspend(struct step *s, const struct trigger *why)
{
    const char *text = arena_strdup(s->out->mem, why->text != NULL ? why->text : "");

    s->in->state = INST_SUSPENDED;
    step_effect(s, EFFECT_SUSPENDED, NULL)->text = text;
    changed(s, NULL, arena_printf(s->out->mem, "suspended%s%s", text[0] != '\0' ? ": " : "", text));
    return OK;
}

static enum err resume(struct step *s)
{
    if (s->in->state != INST_SUSPENDED)
        return fail(E_STATE, "the instance is not suspended");
    s->in->state = INST_ACTIVE;
    s->vars_set = true; /* they may have been while it rested */
    step_effect(s, EFFECT_RESUMED, NULL);
    changed(s, NULL, "resumed");
    return OK;
}

/* SCOPE may have lost its last token by a move: what it belongs to is not done, it has been left by another way. */
static enum err fold(struct step *s, uint32_t scope)
{
    const struct scope *sc = inst_scope(s->in, scope);

    while (sc != NULL && sc->parent != 0 && sc->live == 0) {
        uint32_t parent = sc->parent;
        struct token *owner = inst_token(s->in, sc->token);
        if (owner == NULL)
            return fail(E_BUG, "scope %" PRIu32 " has no owner", sc->no);
        TRY(step_cancel(s, owner));
        sc = inst_scope(s->in, parent);
    }
    return OK;
}

/* Of several instances one after the other each begins the next: one of them cannot go alone. */
static enum err check_alone(const struct step *s, const struct token *t, const char *what)
{
    if (!multi_inside(s, t) || step_node(s, t)->loop.kind == LOOP_PARALLEL)
        return OK;
    const struct token *all = inst_token(s->in, inst_scope(s->in, t->scope)->token);
    return fail(E_STATE, "token %" PRIu32 " is one of several instances of %s: %s them together, as token %" PRIu32, t->no,
                step_node(s, t)->id, what, all->no);
}

/* The scopes that a move of T empties must be such that may go. */
static enum err check_fold(const struct step *s, const struct token *t, uint32_t to)
{
    const struct scope *sc = inst_scope(s->in, t->scope);

    TRY(check_alone(s, t, "move"));
    while (sc != NULL && sc->live == 1 && !scope_inside(s->in, to, sc->no)) {
        const struct token *owner = inst_token(s->in, sc->token);
        if (owner == NULL)
            break;
        if (owner->role == ROLE_RECORD)
            return fail(E_STATE, "token %" PRIu32 " compensates %s: drop it, or let it come to its end", t->no,
                        step_node(s, owner)->id);
        TRY(check_alone(s, owner, "move"));
        sc = inst_scope(s->in, sc->parent);
    }
    return OK;
}

static enum err move(struct step *s, const struct trigger *why)
{
    struct token *t;
    uint32_t scope = 0;

    TRY(mover_named(s, why->token, &t));
    TRY(check_target(s, why->node));
    TRY(scope_near(s, t, why->node, &scope));
    TRY(check_fold(s, t, scope));
    uint32_t from = t->scope;
    changed(s, t, arena_printf(s->out->mem, "moved to %s", s->p->node[why->node].id));
    TRY(listen_off(s, t, 0, false));
    TRY(step_cancel(s, t));
    (void)begin_at(s, why->node, scope);
    return fold(s, from);
}

static enum err add(struct step *s, const struct trigger *why)
{
    const struct scope *sc = inst_scope(s->in, 1);
    struct token *t = NULL;

    TRY(check_target(s, why->node));
    if (why->token != 0) {
        TRY(mover_named(s, why->token, &t));
        sc = t->inner != 0 ? inst_scope(s->in, t->inner) : NULL;
    }
    if (sc == NULL || !is_inside(s, sc) || !is_open(s, sc, 0) || sc->node != s->p->node[why->node].scope)
        return fail(E_STATE, "%s stands in %s: name the token there, and it must be at work", s->p->node[why->node].id,
                    place(s, s->p->node[why->node].scope));
    uint32_t no = begin_at(s, why->node, sc->no);
    changed(s, inst_token(s->in, no), "added");
    return OK;
}

static enum err drop(struct step *s, const struct trigger *why)
{
    struct token *t;

    TRY(mover_named(s, why->token, &t));
    TRY(check_alone(s, t, "drop"));
    uint32_t scope = t->scope;
    changed(s, t, "dropped");
    TRY(listen_off(s, t, 0, false));
    TRY(step_cancel(s, t));
    return step_settle(s, scope);
}

enum err operate_trigger(struct step *s, const struct trigger *t)
{
    bool rests = s->in->state == INST_SUSPENDED;

    if (rests && t->kind != TRIGGER_RESUME && t->kind != TRIGGER_VARS)
        return fail(E_STATE, "the instance is suspended: resume it first");
    inst_reserve(s->in, STEP_ROOM, STEP_ROOM);
    s->moved = true;
    if (t->kind == TRIGGER_VARS)
        return set_vars(s, t);
    if (t->kind == TRIGGER_SKIP)
        return skip(s, t);
    if (t->kind == TRIGGER_SUSPEND)
        return suspend(s, t);
    if (t->kind == TRIGGER_RESUME)
        return resume(s);
    if (t->kind == TRIGGER_MOVE)
        return move(s, t);
    if (t->kind == TRIGGER_ADD)
        return add(s, t);
    return t->kind == TRIGGER_DROP ? drop(s, t) : fail(E_BUG, "this is no operation");
}
