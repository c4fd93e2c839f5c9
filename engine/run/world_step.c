/* engine/run/world_step.c - the pure stage: one step of one instance, and what it asks for.
 *
 * For     world.c and world_post.c.
 * Owns    how an effect becomes a deed: calls and their ends, who waits for what, timers.
 * Never   lets a step that failed leave a trace: the machine works on a copy.
 * Holds   the state is kept as if stored and loaded anew after each step. */
#include <inttypes.h>

#include "run/limit.h"
#include "run/world_int.h"

enum { INST_CHUNK = 2048 };

/* ---- what a called instance tells its caller ---- */

static void tell_caller(struct world *w, const struct world_inst *i, const struct trigger *t)
{
    struct world_deed d = {.what = DEED_TRIGGER, .inst = i->caller, .trigger = *t};

    d.trigger.token = i->caller_token;
    d.trigger.node = PROC_NONE;
    if (i->caller != 0)
        world_later(w, &w->soon, &d);
}

static void ended(struct world *w, const struct world_inst *i, const struct effect *e)
{
    struct trigger t = {.kind = TRIGGER_CALLED, .vars = e->input, .text = ""};

    switch (i->state->state) {
    case INST_COMPLETED:
    case INST_TERMINATED:
        tell_caller(w, i, &t);
        break;
    case INST_FAULTED:
        t.kind = TRIGGER_ERROR;
        t.text = e->text;
        tell_caller(w, i, &t);
        break;
    case INST_CANCELLED: /* by its caller, which does not wait for it any more, or by an operator: then it waits in vain */
        t = (struct trigger){.kind = TRIGGER_FAILURE, .vars = val_null(), .text = "what it called was cancelled"};
        tell_caller(w, i, &t);
        break;
    case INST_ACTIVE:
    case INST_SUSPENDED:
        break;
    }
}

/* A trigger for each instance that TOKEN of I (0 = any) has called and that is not over. */
static void tell_called(struct world *w, const struct world_inst *i, uint32_t token, struct trigger t)
{
    struct world_deed d = {.what = DEED_TRIGGER, .trigger = t};

    d.trigger.node = PROC_NONE;
    d.trigger.vars = val_null();
    for (size_t n = 0; n < w->n_inst; n++) {
        const struct world_inst *x = w->inst[n];
        bool over = x->state->state != INST_ACTIVE && x->state->state != INST_SUSPENDED;
        if (x->caller == i->handle && (token == 0 || x->caller_token == token) && !over) {
            d.inst = x->handle;
            world_later(w, &w->soon, &d);
        }
    }
}

/* What came while I was suspended comes now. */
static void wake_rested(struct world *w, const struct world_inst *i)
{
    struct world_deed **at = &w->rested;

    while (*at != NULL) {
        struct world_deed *d = *at;
        if (d->inst != i->handle) {
            at = &d->next;
            continue;
        }
        *at = d->next;
        world_later(w, &w->late, d);
    }
}

/* ---- effects ---- */

static enum err listens(struct world *w, const struct world_inst *i, const struct effect *e)
{
    const struct token *t = inst_token(i->state, e->token);
    const struct proc_node *node = &i->def->proc->node[e->node];

    if (t == NULL)
        return OK; /* armed and dropped again in this very step */
    struct await_entry entry = {.inst = i->handle, .token = e->token, .kind = e->event, .name = e->text, .key = e->key};
    entry.event = t->event != PROC_NONE ? &node->event[t->event] : node->event;
    TRY(await_add(w->await, &entry));
    if (e->event == EVENT_message)
        world_kept_again(w, e->text);
    return OK;
}

static void rearm(struct world *w, const struct world_inst *i)
{
    for (uint32_t n = 0; n < i->state->n_token; n++) {
        const struct token *t = &i->state->token[n];
        if (!t->gone && t->state == TOKEN_WAITING && t->due != 0)
            world_timer(w, (struct world_timer){.due = t->due, .inst = i->handle, .token = t->no});
    }
}

static enum err apply(struct world *w, const struct world_inst *i, const struct effect *e)
{
    struct world_deed d = {.inst = i->handle,
                           .trigger = {.token = e->token, .node = PROC_NONE, .vars = e->input, .text = e->text}};

    switch (e->kind) {
    case EFFECT_TIMER_ARM:
        world_timer(w, (struct world_timer){.due = e->due, .inst = i->handle, .token = e->token});
        return OK;
    case EFFECT_LISTEN:
        return listens(w, i, e);
    case EFFECT_UNLISTEN:
        await_drop(w->await, i->handle, e->token);
        return OK;
    case EFFECT_MESSAGE:
        d.what = DEED_MESSAGE;
        d.message =
            (struct stage_message){.name = e->text, .key = e->key, .vars = e->input, .where = val_null(), .until = e->due};
        world_later(w, &w->late, &d);
        return OK;
    case EFFECT_SIGNAL:
        d.what = DEED_SIGNAL;
        world_later(w, &w->late, &d);
        return OK;
    case EFFECT_CALL:
        d.what = DEED_CALL;
        d.key = e->text;
        d.binding = e->binding;
        d.version = e->version;
        world_later(w, &w->soon, &d);
        return OK;
    case EFFECT_CALL_DROP:
        tell_called(w, i, e->token, (struct trigger){.kind = TRIGGER_CANCEL, .text = "its caller goes on without it"});
        return OK;
    case EFFECT_SUSPENDED:
        tell_called(w, i, 0, (struct trigger){.kind = TRIGGER_SUSPEND, .text = "with its caller"});
        return OK;
    case EFFECT_ESCALATED:
        tell_caller(w, i, &(struct trigger){.kind = TRIGGER_ESCALATION, .vars = e->input, .text = e->text});
        return OK;
    case EFFECT_ENDED:
        ended(w, i, e);
        return OK;
    case EFFECT_RESUMED:
        rearm(w, i);
        wake_rested(w, i);
        tell_called(w, i, 0, (struct trigger){.kind = TRIGGER_RESUME, .text = ""});
        return OK;
    case EFFECT_TASK_OPEN:
    case EFFECT_TASK_CLOSE:
    case EFFECT_TIMER_DROP: /* a timer that no longer stands is thrown away when its turn comes */
    case EFFECT_SERVICE_CALL:
    case EFFECT_SERVICE_DROP:
    case EFFECT_INCIDENT:
    case EFFECT_INCIDENT_END:
    case EFFECT_DECIDED:
    case EFFECT_TRACE:
    case EFFECT_SCRIPTED:
        return OK;
    }
    return fail(E_BUG, "no such effect");
}

enum err world_step(struct world *w, struct world_inst *i, const struct trigger *t)
{
    struct run_env env = world_env(w, i->def);
    struct effects out = {.mem = w->op};
    struct arena *work = arena_new(INST_CHUNK);
    struct inst *next = inst_copy(work, i->state);
    enum err e = run_trigger(&env, next, t, &out);

    if (e == OK)
        e = run_check(env.proc, next);
    if (e == OK) {
        struct inst *old = i->state;
        i->state = inst_copy(arena_new(INST_CHUNK), next);
        arena_free(old->mem);
    }
    arena_free(work);
    for (uint32_t n = 0; n < out.n && e == OK; n++) {
        if (w->env.hear != NULL)
            w->env.hear(w->env.ctx, i->handle, env.proc, &out.at[n]);
        e = apply(w, i, &out.at[n]);
    }
    return e;
}

/* ---- new instances ---- */

enum err world_begin(struct world *w, const struct world_begin *b, uint64_t *handle)
{
    struct world_inst *i = ARENA_NEW(w->life, struct world_inst);

    if (w->n_inst == w->cap_inst) {
        w->cap_inst = w->cap_inst == 0 ? 64 : w->cap_inst * 2;
        struct world_inst **wider = ARENA_NEW_N(w->life, struct world_inst *, w->cap_inst);
        if (w->n_inst > 0)
            memcpy(wider, w->inst, w->n_inst * sizeof(struct world_inst *));
        w->inst = wider;
    }
    *i = (struct world_inst){.handle = w->n_inst + 1,
                             .def = b->def,
                             .state = inst_new(arena_new(INST_CHUNK)),
                             .caller = b->caller,
                             .caller_token = b->caller_token,
                             .depth = b->depth};
    *handle = i->handle;
    w->inst[w->n_inst++] = i;
    enum err e = world_step(w, i, &b->trigger);
    if (e == E_STATE && w->n_inst == i->handle) {
        arena_free(i->state->mem);
        w->n_inst--;
    }
    return e;
}

static const struct world_def *called(const struct world *w, const struct world_inst *caller, const struct world_deed *d)
{
    const struct world_def *found = NULL;

    for (const struct world_def *x = w->def; x != NULL; x = x->next) {
        if (strcmp(x->proc->key, d->key) != 0)
            continue;
        if (d->binding == BIND_VERSION ? x->version == d->version : x->latest && found == NULL)
            found = x;
        if (d->binding == BIND_DEPLOYMENT && x->deployment == caller->def->deployment)
            found = x;
    }
    return found;
}

enum err world_call(struct world *w, const struct world_deed *d)
{
    struct world_inst *caller = world_inst(w, d->inst);
    const struct token *t = inst_token(caller->state, d->trigger.token);
    struct world_begin b = {
        .def = called(w, caller, d),
        .trigger = {.kind = TRIGGER_START, .node = PROC_NONE, .called = true, .vars = d->trigger.vars, .text = ""},
        .caller = caller->handle,
        .caller_token = d->trigger.token,
        .depth = caller->depth + 1};
    const char *trouble_text = NULL;
    uint64_t handle;

    if (t == NULL || t->state != TOKEN_WAITING)
        return OK; /* called off before it began */
    if (b.def == NULL)
        trouble_text = arena_printf(w->op, "there is no process \"%s\" to call", d->key);
    else if (b.depth > LIMIT_CALL_DEPTH)
        trouble_text = arena_printf(w->op, "more than %d calls within each other", (int)LIMIT_CALL_DEPTH);
    else {
        enum err e = world_begin(w, &b, &handle);
        if (e != E_STATE)
            return e;
        trouble_text = arena_printf(w->op, "cannot be called: %s", trouble()->text);
    }
    struct trigger failure = {
        .kind = TRIGGER_FAILURE, .token = d->trigger.token, .node = PROC_NONE, .vars = val_null(), .text = trouble_text};
    return world_step(w, caller, &failure);
}
