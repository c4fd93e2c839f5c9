/* engine/run/step.c - the small operations that every behaviour is made of.
 *
 * For     behaviours and run.c.
 * Owns    the moves of tokens, the list of effects, the way expressions see variables.
 * Never   decides which way a token goes.
 * Holds   a token goes from step to step only as may_go says; a scope is settled as soon as its last token is gone. */
#include <inttypes.h>

#include "run/behaviours.h"
#include "run/limit.h"

/* ---- effects ---- */

struct effect *step_effect(struct step *s, enum effect_kind kind, const struct token *t)
{
    struct effects *out = s->out;

    if (out->n == out->cap) {
        uint32_t cap = out->cap == 0 ? 32 : out->cap * 2;
        struct effect *wider = ARENA_NEW_N(out->mem, struct effect, cap);
        if (out->n != 0)
            memcpy(wider, out->at, out->n * sizeof *wider);
        out->at = wider;
        out->cap = cap;
    }
    struct effect *e = &out->at[out->n++];
    *e = (struct effect){
        .kind = kind, .node = PROC_NONE, .flow = PROC_NONE, .text = "", .assignee = "", .groups = "", .users = ""};
    e->input = val_null();
    if (t != NULL) {
        e->token = t->no;
        e->node = t->node;
    }
    return e;
}

void step_trace(struct step *s, enum trace_kind kind, const struct token *t)
{
    step_effect(s, EFFECT_TRACE, t)->trace = kind;
}

/* ---- tokens ---- */

static void agenda_add(struct step *s, struct agenda *a, uint32_t no)
{
    if (a->n == a->cap) {
        uint32_t cap = a->cap == 0 ? 32 : a->cap * 2;
        uint32_t *wider = ARENA_NEW_N(s->in->mem, uint32_t, cap);
        for (uint32_t i = 0; i < a->n; i++)
            wider[i] = a->at[(a->head + i) % a->cap];
        a->at = wider;
        a->head = 0;
        a->cap = cap;
    }
    a->at[(a->head + a->n++) % a->cap] = no;
}

static void scope_live(struct step *s, uint32_t scope, bool before, bool after)
{
    struct scope *sc = before != after ? inst_scope(s->in, scope) : NULL;

    if (sc != NULL)
        sc->live += after ? 1U : -1U;
}

struct token *step_token(struct step *s, int32_t node, uint32_t scope)
{
    struct token *t = inst_add_token(
        s->in, (struct token){.no = s->in->next_no++, .node = node, .scope = scope, .flow = PROC_NONE, .event = PROC_NONE});

    t->changed = true;
    s->live++;
    scope_live(s, scope, false, true);
    return t;
}

void step_role(struct step *s, struct token *t, enum token_role role, enum token_state state)
{
    bool before = token_live(t);

    t->role = role;
    t->state = state;
    t->changed = true;
    s->moved = true;
    scope_live(s, t->scope, before, token_live(t));
}

void step_begin(struct step *s, struct token *t, enum token_step at)
{
    step_role(s, t, t->role, TOKEN_READY);
    t->step = at;
    agenda_add(s, &s->soon, t->no);
}

static enum err go(struct step *s, struct token *t, enum token_step to, struct agenda *a)
{
    /* clang-format off */
    static const bool may_go[5][5] = {
        /*                 to ENTER  WAIT   LEAVE  ROUTE  GATHER */
        [STEP_ENTER]  = {     false,  true,  true,  false, true  },
        [STEP_WAIT]   = {     false,  true,  true,  false, false },
        [STEP_LEAVE]  = {     false,  true,  false, true,  false }, /* WAIT: an event that compensates, between what it throws */
        [STEP_ROUTE]  = {     true,   false, false, false, false },
        [STEP_GATHER] = {     true,   false, false, false, false },
    };
    /* clang-format on */
    bool rests = to == STEP_WAIT || to == STEP_GATHER;

    if (t->gone || !may_go[t->step][to])
        return fail(E_BUG, "token %" PRIu32 " at %s cannot go from step %d to %d", t->no, step_node(s, t)->id, (int)t->step,
                    (int)to);
    if (to == STEP_WAIT && t->role == ROLE_FLOW && !behaviour_waits(step_node(s, t)->kind) &&
        step_node(s, t)->loop.kind == LOOP_NONE)
        return fail(E_BUG, "token %" PRIu32 " cannot rest at %s", t->no, step_node(s, t)->id);
    t->step = to;
    step_role(s, t, t->role, rests ? TOKEN_WAITING : TOKEN_READY);
    if (!rests)
        agenda_add(s, a, t->no);
    return OK;
}

enum err step_go(struct step *s, struct token *t, enum token_step to)
{
    return go(s, t, to, &s->soon);
}

enum err step_go_late(struct step *s, struct token *t, enum token_step to)
{
    return go(s, t, to, &s->late);
}

/* Errors that are the process's own, not the machine's. */
static bool own_fault(enum err e)
{
    return e == E_EXPR || e == E_FUEL || e == E_TOOBIG;
}

enum err step_outcome(struct step *s, uint32_t no, enum err e)
{
    struct token *t = inst_token(s->in, no);

    if (!own_fault(e) || t == NULL)
        return e;
    step_incident(s, t, trouble()->text);
    trouble_clear();
    return OK;
}

void step_incident(struct step *s, struct token *t, const char *text)
{
    if (t->state == TOKEN_INCIDENT) /* an operator moved others into it, and it has come to the same end again */
        step_effect(s, EFFECT_INCIDENT_END, t);
    t->state = TOKEN_INCIDENT;
    t->changed = true;
    step_effect(s, EFFECT_INCIDENT, t)->text = arena_strdup(s->out->mem, text);
}

void step_remove(struct step *s, struct token *t)
{
    scope_live(s, t->scope, token_live(t), false);
    t->gone = true;
    t->changed = true;
    s->live--;
    s->moved = true;
}

/* The last live token of the instance is gone. */
static enum err end(struct step *s)
{
    TRY(step_clear(s, 1, 0, false));
    s->in->state = s->verdict;
    step_trace(s, TRACE_ENDED, NULL);
    struct effect *e = step_effect(s, EFFECT_ENDED, NULL);
    e->text = s->why;
    if (s->in->called)
        e->input = val_copy(s->out->mem, scope_all(s->in, 1, s->tmp));
    return OK;
}

enum err step_settle(struct step *s, uint32_t scope)
{
    const struct scope *sc = inst_scope(s->in, scope);
    bool stays = false;

    if (sc == NULL || sc->live > 0 || s->in->state != INST_ACTIVE)
        return OK;
    TRY(join_last(s, scope));
    sc = inst_scope(s->in, scope);
    if (sc->live > 0)
        return OK;
    if (scope == 1)
        return end(s);
    uint32_t no = sc->token;
    struct token *owner = inst_token(s->in, no);
    if (owner == NULL)
        return fail(E_BUG, "scope %" PRIu32 " has no owner", scope);
    if (owner->role == ROLE_RECORD)
        return undo_done(s, owner);
    if (owner->state != TOKEN_WAITING)
        return OK; /* its own step is not over yet */
    if (step_node(s, owner)->kind == NODE_ad_hoc)
        TRY(adhoc_quiet(s, owner, &stays));
    if (stays)
        return OK;
    TRY(step_clear(s, scope, 0, true));
    return step_go(s, inst_token(s->in, no), STEP_LEAVE);
}

enum err step_consume(struct step *s, struct token *t)
{
    uint32_t scope = t->scope;

    step_remove(s, t);
    return step_settle(s, scope);
}

enum err step_unask(struct step *s, struct token *t)
{
    /* a token that stands for several instances has asked for nothing itself; an incident may still wait for what it has asked for */
    bool all = step_node(s, t)->loop.kind != LOOP_NONE && !multi_inside(s, t);

    if (t->step != STEP_WAIT || (t->state != TOKEN_WAITING && t->state != TOKEN_INCIDENT))
        return OK;
    if (t->role == ROLE_LISTENER)
        listen_drop(s, t);
    else if (t->role == ROLE_FLOW && !all)
        TRY(behaviour_of(step_node(s, t)->kind)->cancel(s, t));
    return OK;
}

/* The token itself, without what it has opened. */
static enum err call_off(struct step *s, struct token *t)
{
    if (t->state == TOKEN_INCIDENT)
        step_effect(s, EFFECT_INCIDENT_END, t);
    TRY(step_unask(s, t));
    if (t->role == ROLE_FLOW)
        step_trace(s, TRACE_CANCELLED, t);
    step_remove(s, t);
    return OK;
}

/* Does SCOPE belong to a record at rest that stands in ROOT? */
static bool kept(const struct step *s, uint32_t scope, uint32_t root)
{
    const struct scope *sc = inst_scope(s->in, scope);

    while (sc != NULL && sc->no != root && sc->parent != root)
        sc = inst_scope(s->in, sc->parent);
    const struct token *owner = sc != NULL && sc->no != root ? inst_token(s->in, sc->token) : NULL;
    return owner != NULL && owner->role == ROLE_RECORD && owner->state == TOKEN_KEPT;
}

enum err step_clear(struct step *s, uint32_t scope, uint32_t keep, bool records)
{
    /* newest first: what is inside goes before what it is in; but a record is newer than what it has kept, so scopes are looked at
     * before tokens go */
    for (uint32_t i = s->in->n_token; i > 0; i--) {
        struct token *t = &s->in->token[i - 1];
        if (t->gone || t->no == keep || !scope_inside(s->in, t->scope, scope))
            continue;
        if (records && t->scope == scope && t->role == ROLE_RECORD && t->state == TOKEN_KEPT)
            continue;
        if (!records || !kept(s, t->scope, scope))
            TRY(call_off(s, t));
    }
    for (uint32_t i = s->in->n_scope; i > 0; i--) {
        struct scope *sc = &s->in->scope[i - 1];
        if (!sc->gone && sc->no != scope && scope_inside(s->in, sc->no, scope) && !(records && kept(s, sc->no, scope)))
            scope_close(s, sc->no);
    }
    return OK;
}

enum err step_cancel(struct step *s, struct token *t)
{
    if (t->inner != 0) {
        TRY(step_clear(s, t->inner, 0, false));
        scope_close(s, t->inner);
    }
    TRY(listen_off(s, t, 0, false));
    return call_off(s, t);
}

/* One token goes along FLOW: T itself, or a new one if T is NULL. */
static enum err along(struct step *s, struct token *t, int32_t flow, uint32_t scope)
{
    const struct proc_flow *f = &s->p->flow[flow];
    struct token *mover = t != NULL ? t : step_token(s, f->to, scope);
    struct effect *e = step_effect(s, EFFECT_TRACE, mover);

    e->trace = TRACE_FLOW_TAKEN;
    e->node = f->from;
    e->flow = flow;
    mover->node = f->to;
    mover->flow = flow;
    mover->count = 0;
    mover->event = PROC_NONE;
    if (t != NULL)
        return step_go(s, mover, STEP_ENTER);
    step_begin(s, mover, STEP_ENTER);
    return OK;
}

enum err step_take(struct step *s, struct token *t, const int32_t *flow, int32_t n)
{
    int32_t each = step_node(s, t)->done_quantity > 1 ? step_node(s, t)->done_quantity : 1;
    uint32_t scope = t->scope;

    step_trace(s, TRACE_COMPLETED, t);
    if (n == 0)
        return step_consume(s, t);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t k = 0; k < each; k++)
            TRY(along(s, i == 0 && k == 0 ? t : NULL, flow[i], scope));
    }
    return OK;
}

/* ---- expressions ---- */

bool step_sight(const void *sight, const char *name, struct val *out)
{
    const struct sight *look = sight;
    const struct var *v = inst_var(look->in, look->scope, name);

    if (v != NULL)
        *out = v->value;
    return v != NULL;
}

enum err step_feel(struct step *s, uint32_t scope, const struct feel_prog *prog, struct val *out)
{
    struct sight look = {s->in, scope};
    struct feel_env env = {.get = step_sight, .ctx = &look, .now = s->env->now, .limits = s->env->limits, .input = val_null()};

    TRY(feel_eval(prog, &env, s->tmp, out, NULL));
    return OK;
}

struct also_sight {
    struct sight below;
    const struct step_also *also;
};

static bool also_get(const void *ctx, const char *name, struct val *out)
{
    const struct also_sight *look = ctx;

    for (size_t i = 0; i < look->also->n; i++) {
        if (strcmp(look->also->seen[i].key, name) == 0) {
            *out = look->also->seen[i].value;
            return true;
        }
    }
    return step_sight(&look->below, name, out);
}

enum err step_true_also(struct step *s, uint32_t scope, const struct feel_prog *condition, const struct step_also *also,
                        bool *out)
{
    struct also_sight look = {{s->in, scope}, also};
    struct feel_env env = {.get = also_get, .ctx = &look, .now = s->env->now, .limits = s->env->limits, .input = val_null()};
    struct val v = val_bool(true);

    if (condition != NULL)
        TRY(feel_eval(condition, &env, s->tmp, &v, NULL));
    *out = val_true(v);
    return OK;
}

enum err step_value(struct step *s, uint32_t scope, const struct proc_expr *x, struct val *out)
{
    *out = val_null();
    if (x->feel != NULL)
        return step_feel(s, scope, x->feel, out);
    if (x->literal != NULL)
        *out = val_text(s->tmp, x->literal);
    return OK;
}

enum err step_text(struct step *s, uint32_t scope, const struct proc_expr *x, const char **out)
{
    struct val v;
    struct buf b = buf_new(s->out->mem, LIMIT_VAR_BYTES);

    TRY(step_value(s, scope, x, &v));
    if (val_is(v, VAL_LIST)) {
        for (size_t i = 0; i < val_count(v); i++) {
            buf_str(&b, i == 0 ? "" : ",");
            buf_str(&b, val_string(s->tmp, val_at(v, i)));
        }
    } else if (!val_is(v, VAL_NULL)) {
        buf_str(&b, val_string(s->tmp, v));
    }
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}

enum err step_true(struct step *s, uint32_t scope, const struct feel_prog *condition, bool *out)
{
    struct val v;

    *out = true;
    if (condition == NULL)
        return OK;
    TRY(step_feel(s, scope, condition, &v));
    *out = val_true(v);
    return OK;
}
