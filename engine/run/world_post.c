/* engine/run/world_post.c - the pure stage: messages, signals, conditions and timers that come from outside an instance, and the doors by
 * which they begin one.
 *
 * For     world.c and world_step.c.
 * Owns    who takes a message; messages that are kept.
 * Never   looks into an instance but for what a message asks to be equal.
 * Holds   a message has one receiver at most; a signal reaches all that wait for it at the moment (10.5.1). */
#include <inttypes.h>

#include "run/world_int.h"

/* ---- doors ---- */

static bool blind(const void *ctx, const char *name, struct val *out)
{
    return false;
}

static enum err name_of(struct world *w, const struct proc_expr *x, const char **out)
{
    struct feel_env env = {.get = blind, .now = w->now, .limits = w->env.limits};
    struct val v = val_null();

    *out = x->literal != NULL ? x->literal : "";
    if (x->feel == NULL)
        return OK;
    TRY(feel_eval(x->feel, &env, w->life, &v, NULL));
    *out = val_is(v, VAL_STRING) ? v.u.s : "";
    return OK;
}

/* The doors that the node NODE has; FROM is the gateway before it, or itself. */
static enum err door_add(struct world *w, struct world_def *d, int32_t node, int32_t from)
{
    const struct proc_node *n = &d->proc->node[node];
    struct world_door *wider = ARENA_NEW_N(w->life, struct world_door, d->n_door + (size_t)n->n_event + 1);

    if (d->n_door > 0)
        memcpy(wider, d->door, d->n_door * sizeof *wider);
    d->door = wider;
    for (int32_t i = 0; i < n->n_event; i++) {
        struct world_door *door = &d->door[d->n_door++];
        *door = (struct world_door){
            .def = d, .node = node, .event = i, .from = from, .what = &n->event[i], .parallel = d->proc->node[from].parallel};
        TRY(name_of(w, &n->event[i].name, &door->name));
    }
    return OK;
}

static enum err doors_find(struct world *w, struct world_def *d)
{
    const struct proc *p = d->proc;

    for (int32_t i = 0; i < p->n_start; i++) {
        const struct proc_node *n = &p->node[p->start[i]];
        if (n->kind == NODE_start_event || (n->kind == NODE_receive_task && n->instantiate))
            TRY(door_add(w, d, p->start[i], p->start[i]));
        for (int32_t f = 0; n->kind == NODE_event_based_gateway && n->instantiate && f < n->n_out; f++)
            TRY(door_add(w, d, p->flow[n->out[f]].to, p->start[i]));
    }
    return OK;
}

enum err world_doors(struct world *w, struct world_def *d)
{
    struct run_env env = world_env(w, d);

    if (!d->proc->executable)
        return OK;
    TRY(doors_find(w, d));
    for (size_t i = 0; i < d->n_door; i++) {
        struct world_timer t = {.door = &d->door[i]};
        if (d->door[i].what->kind != EVENT_timer)
            continue;
        TRY(run_start_first(&env, d->door[i].node, d->door[i].event, &t.due));
        if (t.due != 0)
            world_timer(w, t);
    }
    return OK;
}

static enum err enter(struct world *w, const struct world_door *door, struct val vars)
{
    struct world_begin b = {
        .def = door->def,
        .trigger = {.kind = TRIGGER_START, .node = door->node, .event = door->event, .vars = vars, .text = door->name}};
    uint64_t handle;

    return world_begin(w, &b, &handle);
}

enum err world_door_timer(struct world *w, struct world_timer t)
{
    struct run_env env = world_env(w, t.door->def);

    TRY(enter(w, t.door, val_null()));
    t.count++;
    TRY(run_start_next(&env, t.door->node, t.door->event, t.count, &t.due));
    if (t.due != 0)
        world_timer(w, t);
    return OK;
}

enum err world_conditions(struct world *w, struct val vars)
{
    for (const struct world_def *d = w->def; d != NULL; d = d->next) {
        struct run_env env = world_env(w, d);
        for (size_t i = 0; d->latest && i < d->n_door; i++) {
            bool holds = false;
            if (d->door[i].what->kind != EVENT_conditional)
                continue;
            TRY(run_condition(&env, d->door[i].node, vars, &holds));
            if (!holds)
                continue;
            TRY(enter(w, &d->door[i], vars));
            TRY(world_drain(w));
        }
    }
    return OK;
}

/* ---- messages ---- */

static bool resting(const void *ctx, const struct await_entry *e)
{
    return world_inst(ctx, e->inst)->state->state != INST_ACTIVE;
}

/* Are all of WHERE what the token sees? */
static bool agrees(const struct world *w, const struct await_entry *e, struct val where)
{
    const struct inst *in = world_inst(w, e->inst)->state;
    const struct token *t = inst_token(in, e->token);

    for (size_t i = 0; i < val_count(where); i++) {
        struct val_entry want = val_entry_at(where, i);
        const struct var *have = t != NULL ? inst_var(in, t->scope, want.key) : NULL;
        if (have == NULL || !val_same(have->value, want.value))
            return false;
    }
    return true;
}

static enum err receiver(const struct world *w, const struct stage_message *m, struct await_entry **out)
{
    struct await_wanted wanted = {.name = m->name, .key = m->key, .vars = m->vars, .now = w->now, .skip = resting, .ctx = w};

    if (val_count(m->where) == 0)
        return await_match(w->await, w->op, &wanted, out);
    *out = await_first(w->await, EVENT_message, m->name);
    while (*out != NULL && (resting(w, *out) || !agrees(w, *out, m->where)))
        *out = (*out)->next;
    return OK;
}

static const struct world_door *door_of(const struct world *w, enum event_kind kind, const char *name)
{
    for (const struct world_def *d = w->def; d != NULL; d = d->next) {
        for (size_t i = 0; d->latest && i < d->n_door; i++) {
            if (d->door[i].what->kind == kind && strcmp(d->door[i].name, name) == 0)
                return &d->door[i];
        }
    }
    return NULL;
}

static void keep(struct world *w, const struct stage_message *m)
{
    struct world_kept *k = ARENA_NEW(w->life, struct world_kept), **at = &w->kept;

    k->message = (struct stage_message){.name = arena_strdup(w->life, m->name),
                                        .key = m->key != NULL ? arena_strdup(w->life, m->key) : NULL,
                                        .vars = val_copy(w->life, m->vars),
                                        .where = val_copy(w->life, m->where),
                                        .until = m->until};
    while (*at != NULL)
        at = &(*at)->next;
    *at = k;
}

enum err world_message(struct world *w, const struct stage_message *m, bool *taken)
{
    struct trigger t = {.kind = TRIGGER_MESSAGE, .node = PROC_NONE, .vars = m->vars, .text = m->name};
    struct await_entry *e;

    TRY(receiver(w, m, &e));
    const struct world_door *door = e == NULL ? door_of(w, EVENT_message, m->name) : NULL;
    *taken = e != NULL || door != NULL;
    if (e != NULL) {
        t.token = e->token;
        if (world_step(w, world_inst(w, e->inst), &t) != OK)
            return fail(E_BUG, "the message %s: %s", m->name, trouble()->text);
    } else if (door != NULL) {
        TRY(enter(w, door, m->vars));
    } else if (m->until > w->now) {
        keep(w, m);
    }
    return OK;
}

void world_kept_again(struct world *w, const char *name)
{
    for (struct world_kept **at = &w->kept; *at != NULL;) {
        const struct stage_message *m = &(*at)->message;
        struct world_deed d = {.what = DEED_MESSAGE, .message = *m};
        if (name != NULL && strcmp(m->name, name) != 0) {
            at = &(*at)->next;
            continue;
        }
        if (m->until > w->now)
            world_later(w, &w->late, &d);
        *at = (*at)->next;
    }
}

/* ---- signals ---- */

/* Is there an instance that waits for it in the place of this door? */
static bool begun(const struct world *w, const struct await_entry *e, const struct world_door *door)
{
    for (; e != NULL; e = e->next) {
        const struct world_inst *i = world_inst(w, e->inst);
        const struct token *t = inst_token(i->state, e->token);
        if (i->def == door->def && t != NULL && t->node == door->node)
            return true;
    }
    return false;
}

/* The doors that the signal opens; a list that ends in NULL. */
static const struct world_door **opened(const struct world *w, const struct await_entry *waiting, const char *name)
{
    size_t n = 0;

    for (const struct world_def *d = w->def; d != NULL; d = d->next)
        n += d->n_door;
    const struct world_door **out = ARENA_NEW_N(w->op, const struct world_door *, n + 1);
    n = 0;
    for (const struct world_def *d = w->def; d != NULL; d = d->next) {
        for (size_t i = 0; d->latest && i < d->n_door; i++) {
            const struct world_door *door = &d->door[i];
            if (door->what->kind == EVENT_signal && strcmp(door->name, name) == 0 &&
                !(door->parallel && begun(w, waiting, door)))
                out[n++] = door;
        }
    }
    return out;
}

/* The instances that wait for it, each once, oldest first; *N of them. */
static uint64_t *hearers(const struct world *w, const struct await_entry *e, uint64_t from, size_t *n)
{
    unsigned char *seen = arena_alloc(w->op, w->n_inst / 8 + 1);
    size_t most = 0;

    for (const struct await_entry *x = e; x != NULL; x = x->next)
        most++;
    uint64_t *out = ARENA_NEW_N(w->op, uint64_t, most + 1);
    *n = 0;
    for (; e != NULL; e = e->next) {
        if (e->inst == from || (seen[e->inst / 8] & 1U << e->inst % 8) != 0 || resting(w, e))
            continue;
        seen[e->inst / 8] |= (unsigned char)(1U << e->inst % 8);
        out[(*n)++] = e->inst;
    }
    return out;
}

enum err world_signal(struct world *w, uint64_t from, const char *name, struct val vars)
{
    const struct await_entry *waiting = await_first(w->await, EVENT_signal, name);
    struct trigger t = {.kind = TRIGGER_SIGNAL, .node = PROC_NONE, .vars = vars, .text = name};
    const struct world_door **door = opened(w, waiting, name);
    size_t n;
    const uint64_t *inst = hearers(w, waiting, from, &n);

    for (size_t i = 0; i < n; i++) {
        enum err e = world_step(w, world_inst(w, inst[i]), &t);
        if (e != OK && e != E_STATE) /* another that heard it may have ended this one */
            return fail(E_BUG, "the signal %s: %s", name, trouble()->text);
        TRY(world_drain(w));
    }
    for (; *door != NULL; door++) {
        TRY(enter(w, *door, vars));
        TRY(world_drain(w));
    }
    return OK;
}
