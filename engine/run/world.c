/* engine/run/world.c - the pure stage: what is deployed, what is to be done, and the clock.
 *
 * For     conformance cases and property tests, without a database.
 * Owns    all instances, the queue of deeds, the timers.
 * Never   the time of day; decides where a token goes.
 * Holds   an operation ends when the queues are empty and no timer is due. */
#include "run/world.h"

#include <inttypes.h>

#include "run/limit.h"
#include "run/world_int.h"

enum { OP_CHUNK = 64 * 1024 };

struct world_inst *world_inst(const struct world *w, uint64_t handle)
{
    return handle > 0 && handle <= w->n_inst ? w->inst[handle - 1] : NULL;
}

struct run_env world_env(const struct world *w, const struct world_def *d)
{
    return (struct run_env){.proc = d->proc,
                            .now = w->now,
                            .fuel = w->env.fuel != 0 ? w->env.fuel : RUN_FUEL,
                            .limits = w->env.limits,
                            .decisions = &w->decisions,
                            .scripts = w->env.scripts};
}

const struct world_def *world_def(const struct world *w, const char *key)
{
    const struct world_def *d = w->def;

    while (d != NULL && !(d->latest && strcmp(d->proc->key, key) == 0))
        d = d->next;
    return d;
}

/* Another deed of this operation. */
static enum err spend(struct world *w)
{
    uint32_t most = w->env.deeds != 0 ? w->env.deeds : LIMIT_STAGE_DEEDS;

    if (++w->deeds <= most)
        return OK;
    return fail(E_FUEL, "the instances do not come to rest: %" PRIu32 " deeds in one operation", most);
}

/* ---- timers: a heap ---- */

static bool sooner(const struct world_timer *a, const struct world_timer *b)
{
    return a->due != b->due ? a->due < b->due : a->order < b->order;
}

void world_timer(struct world *w, struct world_timer t)
{
    if (w->n_timer == w->cap_timer) {
        w->cap_timer = w->cap_timer == 0 ? 64 : w->cap_timer * 2;
        struct world_timer *wider = ARENA_NEW_N(w->life, struct world_timer, w->cap_timer);
        if (w->n_timer > 0)
            memcpy(wider, w->timer, w->n_timer * sizeof *wider);
        w->timer = wider;
    }
    t.order = ++w->order;
    size_t i = w->n_timer++;
    for (; i > 0 && sooner(&t, &w->timer[(i - 1) / 2]); i = (i - 1) / 2)
        w->timer[i] = w->timer[(i - 1) / 2];
    w->timer[i] = t;
}

static struct world_timer timer_pop(struct world *w)
{
    struct world_timer top = w->timer[0], t = w->timer[--w->n_timer];
    size_t i = 0;

    for (size_t child = 1; child < w->n_timer; child = 2 * i + 1) {
        if (child + 1 < w->n_timer && sooner(&w->timer[child + 1], &w->timer[child]))
            child++;
        if (!sooner(&w->timer[child], &t))
            break;
        w->timer[i] = w->timer[child];
        i = child;
    }
    w->timer[i] = t;
    return top;
}

/* Is it still what the token, or the start event, waits for? */
static bool timer_stands(const struct world *w, const struct world_timer *t)
{
    if (t->inst == 0)
        return t->door->def->latest;
    const struct world_inst *i = world_inst(w, t->inst);
    const struct token *k = inst_token(i->state, t->token);
    return i->state->state == INST_ACTIVE && k != NULL && k->state == TOKEN_WAITING && k->due == t->due;
}

/* The timer that is due next, those that no longer stand thrown away; NULL if there is none. */
static const struct world_timer *timer_next(struct world *w)
{
    while (w->n_timer > 0 && !timer_stands(w, &w->timer[0]))
        timer_pop(w);
    return w->n_timer > 0 ? &w->timer[0] : NULL;
}

static enum err timer_fire(struct world *w, struct world_timer t)
{
    struct trigger trigger = {.kind = TRIGGER_TIMER, .token = t.token, .node = PROC_NONE, .vars = val_null(), .text = ""};

    TRY(spend(w));
    if (t.inst == 0)
        return world_door_timer(w, t);
    return world_step(w, world_inst(w, t.inst), &trigger) == OK ? OK : fail(E_BUG, "a timer: %s", trouble()->text);
}

/* ---- the queue ---- */

void world_later(struct world *w, struct world_queue *q, const struct world_deed *d)
{
    struct world_deed *mine = arena_memdup(w->op, d, sizeof *d);

    mine->next = NULL;
    if (q->last != NULL)
        q->last->next = mine;
    else
        q->first = mine;
    q->last = mine;
}

static const struct world_deed *take(struct world_queue *q)
{
    const struct world_deed *d = q->first;

    q->first = d->next;
    if (q->first == NULL)
        q->last = NULL;
    return d;
}

static bool wakes(enum trigger_kind k)
{
    return k == TRIGGER_RESUME || k == TRIGGER_SUSPEND || k == TRIGGER_CANCEL;
}

/* Nothing moves in a suspended instance, and nothing is lost for it either. */
static void rest(struct world *w, const struct world_deed *d)
{
    struct world_deed *mine = arena_memdup(w->life, d, sizeof *d), **at = &w->rested;

    mine->trigger.vars = val_copy(w->life, d->trigger.vars);
    mine->trigger.text = d->trigger.text != NULL ? arena_strdup(w->life, d->trigger.text) : NULL;
    mine->next = NULL;
    while (*at != NULL)
        at = &(*at)->next;
    *at = mine;
}

static enum err perform(struct world *w, const struct world_deed *d)
{
    enum err e;
    bool taken;

    TRY(spend(w));
    switch (d->what) {
    case DEED_TRIGGER:
        if (world_inst(w, d->inst)->state->state == INST_SUSPENDED && !wakes(d->trigger.kind)) {
            rest(w, d);
            return OK;
        }
        e = world_step(w, world_inst(w, d->inst), &d->trigger);
        return e == E_STATE ? OK : e; /* who waited for it is gone by now */
    case DEED_CALL:
        return world_call(w, d);
    case DEED_MESSAGE:
        return world_message(w, &d->message, &taken);
    case DEED_SIGNAL:
        return world_signal(w, d->inst, d->trigger.text, d->trigger.vars);
    }
    return fail(E_BUG, "no such deed");
}

enum err world_drain(struct world *w)
{
    while (w->soon.first != NULL)
        TRY(perform(w, take(&w->soon)));
    return OK;
}

/* Until nothing is left to do at this moment. */
static enum err settle(struct world *w)
{
    for (;;) {
        const struct world_timer *t;
        if (w->soon.first != NULL)
            TRY(perform(w, take(&w->soon)));
        else if (w->late.first != NULL)
            TRY(perform(w, take(&w->late)));
        else if ((t = timer_next(w)) != NULL && t->due <= w->now)
            TRY(timer_fire(w, timer_pop(w)));
        else
            return OK;
    }
}

/* ---- operations ---- */

static void op_begin(struct world *w)
{
    w->op = arena_new(OP_CHUNK);
    w->deeds = 0;
    w->soon = w->late = (struct world_queue){0};
}

static enum err op_end(struct world *w, enum err e)
{
    if (e == OK)
        e = settle(w);
    arena_free(w->op);
    w->op = NULL;
    return e;
}

/* Everything since the last reset is released. */
static void life_end(void *world)
{
    struct world *w = world;

    for (size_t i = 0; i < w->n_inst; i++)
        arena_free(w->inst[i]->state->mem);
    w->n_inst = 0;
    arena_free(w->life);
}

static void life_begin(struct world *w, int64_t now)
{
    *w = (struct world){.mem = w->mem, .env = w->env, .now = now, .life = arena_new(OP_CHUNK)};
    w->last_def = &w->def;
    w->shelf = run_shelf_new(w->life);
    w->decisions = run_shelf_decisions(w->shelf);
    w->await = await_new(w->life);
}

static enum err reset(void *ctx, int64_t now)
{
    life_end(ctx);
    life_begin(ctx, now);
    return OK;
}

static bool is_decision(const char *name)
{
    const char *dot = strrchr(name, '.');

    return dot != NULL && text_same_nocase(dot, ".dmn");
}

/* The process P is the latest of its key from now on. */
static enum err install(struct world *w, struct proc *p)
{
    struct world_def *d = ARENA_NEW(w->life, struct world_def);

    *d = (struct world_def){.proc = p, .version = 1, .deployment = w->deployments, .latest = true};
    p->executable = p->executable || (w->env.force && !p->blocked);
    for (struct world_def *old = w->def; old != NULL; old = old->next) {
        if (strcmp(old->proc->key, p->key) == 0) {
            old->latest = false;
            d->version = old->version + 1;
        }
    }
    *w->last_def = d;
    w->last_def = &d->next;
    return world_doors(w, d);
}

/* Reads one file; *LIST are its processes. A decision model goes to the shelf at once. */
static enum err read_file(struct world *w, const struct stage_file *file, struct findings *f, struct proc_list **list)
{
    *list = NULL;
    if (!is_decision(file->name))
        return proc_compile(w->life, file->name, file->bytes.p, file->bytes.n, f, list);
    struct dmn_file model = {
        .name = arena_strdup(w->life, file->name),
        .bytes = {arena_memdup(w->life, file->bytes.p, file->bytes.n), file->bytes.n},
    };
    return run_shelf_add(w->shelf, &model, f);
}

static enum err read_all(struct world *w, const struct stage_file *file, size_t n, struct findings *f)
{
    struct proc_list **list = ARENA_NEW_N(w->op, struct proc_list *, n + 1);
    enum err worst = OK;

    for (size_t i = 0; i < n; i++) {
        enum err e = read_file(w, &file[i], f, &list[i]);
        proc_list_keep(w->life, list[i]);
        if (e != OK && e != E_FINDINGS)
            return err_pass(e, __FILE__, __LINE__);
        worst = e != OK ? e : worst;
    }
    if (worst != OK)
        return fail(E_FINDINGS, "%d errors", f->errors);
    w->deployments++;
    for (size_t i = 0; i < n; i++) {
        for (const struct proc_list *l = list[i]; l != NULL; l = l->next)
            TRY(install(w, l->proc));
    }
    world_kept_again(w, NULL);
    return OK;
}

static enum err deploy(void *ctx, const struct stage_file *file, size_t n, struct findings *f)
{
    op_begin(ctx);
    return op_end(ctx, read_all(ctx, file, n, f));
}

static enum err start(void *ctx, const char *process, struct val vars, uint64_t *inst)
{
    struct world *w = ctx;
    struct world_begin b = {.def = world_def(w, process),
                            .trigger = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = vars, .text = ""}};

    if (b.def == NULL)
        return fail(E_NOTFOUND, "there is no process \"%s\"", process);
    op_begin(w);
    return op_end(w, world_begin(w, &b, inst));
}

static enum err message(void *ctx, const struct stage_message *m, bool *taken)
{
    op_begin(ctx);
    return op_end(ctx, world_message(ctx, m, taken));
}

static enum err signal(void *ctx, const char *name, struct val vars)
{
    op_begin(ctx);
    return op_end(ctx, world_signal(ctx, 0, name, vars));
}

static enum err conditions(void *ctx, struct val vars)
{
    op_begin(ctx);
    return op_end(ctx, world_conditions(ctx, vars));
}

static enum err act(void *ctx, uint64_t inst, const struct trigger *t)
{
    struct world_inst *i = world_inst(ctx, inst);

    if (i == NULL)
        return fail(E_NOTFOUND, "there is no instance %" PRIu64, inst);
    op_begin(ctx);
    return op_end(ctx, world_step(ctx, i, t));
}

static enum err clock_to(void *ctx, int64_t to)
{
    struct world *w = ctx;

    for (;;) {
        const struct world_timer *t = timer_next(w);
        if (t == NULL || t->due > to) {
            w->now = to > w->now ? to : w->now;
            return OK;
        }
        w->now = t->due > w->now ? t->due : w->now;
        op_begin(w);
        TRY(op_end(w, timer_fire(w, timer_pop(w))));
    }
}

static enum err instances(void *ctx, struct arena *mem, struct stage_inst **out, size_t *n)
{
    const struct world *w = ctx;

    *n = w->n_inst;
    *out = ARENA_NEW_N(mem, struct stage_inst, w->n_inst + 1);
    for (size_t i = 0; i < w->n_inst; i++) {
        const struct world_inst *x = w->inst[i];
        (*out)[i] = (struct stage_inst){.handle = x->handle,
                                        .proc = x->def->proc,
                                        .caller = x->caller,
                                        .caller_token = x->caller_token,
                                        .state = x->state->state};
    }
    return OK;
}

static enum err state(void *ctx, struct arena *mem, uint64_t inst, const struct inst **out)
{
    const struct world_inst *i = world_inst(ctx, inst);

    if (i == NULL)
        return fail(E_NOTFOUND, "there is no instance %" PRIu64, inst);
    *out = inst_copy(mem, i->state);
    return OK;
}

static enum err timers(void *ctx, size_t *n)
{
    const struct world *w = ctx;

    *n = 0;
    for (size_t i = 0; i < w->n_timer; i++)
        *n += w->timer[i].inst == 0 && timer_stands(w, &w->timer[i]);
    for (size_t i = 0; i < w->n_inst; i++) {
        const struct inst *in = w->inst[i]->state;
        for (uint32_t k = 0; k < in->n_token; k++)
            *n += !in->token[k].gone && in->token[k].state == TOKEN_WAITING && in->token[k].due != 0;
    }
    return OK;
}

void world_stage(struct arena *mem, const struct stage_env *env, struct stage *out)
{
    struct world *w = ARENA_NEW(mem, struct world);

    w->mem = mem;
    w->env = *env;
    life_begin(w, 0);
    arena_at_end(mem, life_end, w);
    *out = (struct stage){.ctx = w,
                          .reset = reset,
                          .deploy = deploy,
                          .start = start,
                          .message = message,
                          .signal = signal,
                          .conditions = conditions,
                          .act = act,
                          .clock = clock_to,
                          .instances = instances,
                          .state = state,
                          .timers = timers};
}
