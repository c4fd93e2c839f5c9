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

static void agenda_add(struct step *s, uint32_t no)
{
    if (s->n == s->cap) {
        uint32_t cap = s->cap == 0 ? 32 : s->cap * 2;
        uint32_t *wider = ARENA_NEW_N(s->in->mem, uint32_t, cap);
        for (uint32_t i = 0; i < s->n; i++)
            wider[i] = s->agenda[(s->head + i) % s->cap];
        s->agenda = wider;
        s->head = 0;
        s->cap = cap;
    }
    s->agenda[(s->head + s->n++) % s->cap] = no;
}

struct token *step_token(struct step *s, int32_t node, uint32_t scope)
{
    struct token *t =
        inst_add_token(s->in, (struct token){.no = s->in->next_no++, .node = node, .scope = scope, .flow = PROC_NONE});

    t->changed = true;
    s->live++;
    return t;
}

void step_begin(struct step *s, struct token *t, enum token_step at)
{
    t->state = TOKEN_READY;
    t->step = at;
    t->changed = true;
    agenda_add(s, t->no);
}

enum err step_go(struct step *s, struct token *t, enum token_step to)
{
    /* clang-format off */
    static const bool may_go[4][4] = {
        /*                to ENTER  WAIT   LEAVE  ROUTE */
        [STEP_ENTER] = {    false,  true,  true,  false },
        [STEP_WAIT]  = {    false,  true,  true,  false },
        [STEP_LEAVE] = {    false,  false, false, true  },
        [STEP_ROUTE] = {    true,   false, false, false },
    };
    /* clang-format on */

    if (t->gone || !may_go[t->step][to])
        return fail(E_BUG, "token %" PRIu32 " at %s cannot go from step %d to %d", t->no, step_node(s, t)->id, (int)t->step,
                    (int)to);
    if (to == STEP_WAIT && !behaviour_waits(step_node(s, t)->kind))
        return fail(E_BUG, "token %" PRIu32 " cannot rest at %s", t->no, step_node(s, t)->id);
    t->step = to;
    t->changed = true;
    if (to == STEP_WAIT) {
        t->state = TOKEN_WAITING;
    } else {
        t->state = TOKEN_READY;
        agenda_add(s, t->no);
    }
    return OK;
}

void step_incident(struct step *s, struct token *t, const char *text)
{
    t->state = TOKEN_INCIDENT;
    t->changed = true;
    step_effect(s, EFFECT_INCIDENT, t)->text = arena_strdup(s->out->mem, text);
}

void step_remove(struct step *s, struct token *t)
{
    t->gone = true;
    s->live--;
}

enum err step_settle(struct step *s, uint32_t scope)
{
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        if (s->in->token[i].scope == scope && !s->in->token[i].gone)
            return OK;
    }
    if (scope == 1) {
        s->in->state = s->verdict;
        step_trace(s, TRACE_ENDED, NULL);
        step_effect(s, EFFECT_ENDED, NULL)->text = s->why;
        return OK;
    }
    const struct scope *sc = inst_scope(s->in, scope);
    struct token *owner = sc != NULL ? inst_token(s->in, sc->token) : NULL;
    if (owner == NULL)
        return fail(E_BUG, "scope %" PRIu32 " has no owner", scope);
    return step_go(s, owner, STEP_LEAVE);
}

enum err step_consume(struct step *s, struct token *t)
{
    step_remove(s, t);
    return step_settle(s, t->scope);
}

enum err step_disarm(struct step *s, const struct token *t, uint32_t keep, bool only_claim)
{
    if (step_node(s, t)->n_boundary == 0)
        return OK;
    for (uint32_t i = 0; i < s->in->n_token; i++) {
        struct token *b = &s->in->token[i];
        if (b->gone || b->host != t->no || b->no == keep || (only_claim && !step_node(s, b)->until_claim))
            continue;
        TRY(step_cancel(s, b));
    }
    return OK;
}

/* The token itself, without what it has opened. */
static enum err call_off(struct step *s, struct token *t)
{
    if (t->state == TOKEN_INCIDENT)
        step_effect(s, EFFECT_INCIDENT_END, t);
    else if (t->state == TOKEN_WAITING)
        TRY(behaviour_of(step_node(s, t)->kind)->cancel(s, t));
    if (t->host == 0)
        step_trace(s, TRACE_CANCELLED, t);
    step_remove(s, t);
    return OK;
}

enum err step_clear(struct step *s, uint32_t scope, uint32_t keep)
{
    /* newest first: what is inside goes before what it is in */
    for (uint32_t i = s->in->n_token; i > 0; i--) {
        struct token *t = &s->in->token[i - 1];
        if (!t->gone && t->no != keep && scope_inside(s->in, t->scope, scope))
            TRY(call_off(s, t));
    }
    for (uint32_t i = s->in->n_scope; i > 0; i--) {
        struct scope *sc = &s->in->scope[i - 1];
        if (!sc->gone && sc->no != scope && scope_inside(s->in, sc->no, scope))
            scope_close(s, sc->no);
    }
    return OK;
}

enum err step_cancel(struct step *s, struct token *t)
{
    if (t->inner != 0) {
        TRY(step_clear(s, t->inner, 0));
        scope_close(s, t->inner);
    }
    return call_off(s, t);
}

enum err step_take(struct step *s, struct token *t, const int32_t *flow, int32_t n)
{
    uint32_t scope = t->scope;

    step_trace(s, TRACE_COMPLETED, t);
    if (n == 0)
        return step_consume(s, t);
    for (int32_t i = 0; i < n; i++) {
        const struct proc_flow *f = &s->p->flow[flow[i]];
        struct token *mover = i == 0 ? t : step_token(s, f->to, scope);
        struct effect *e = step_effect(s, EFFECT_TRACE, mover);
        e->trace = TRACE_FLOW_TAKEN;
        e->node = f->from;
        e->flow = flow[i];
        mover->node = f->to;
        mover->flow = flow[i];
        mover->count = 0;
        if (i == 0)
            TRY(step_go(s, mover, STEP_ENTER));
        else
            step_begin(s, mover, STEP_ENTER);
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
