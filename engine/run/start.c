/* engine/run/start.c - what the body asks of start events and of messages before there is an instance (BPMN 8.4.2, 10.5.2).
 *
 * For     whoever keeps the timers of start events and finds the receiver of a message.
 * Owns    the text of a correlation key.
 * Never   sees an instance.
 * Holds   a message and a subscription that belong together have the same text, byte for byte. */
#include <inttypes.h>

#include "run/behaviours.h"

/* The entries of a context are the variables. */
static bool entry_get(const void *ctx, const char *name, struct val *out)
{
    const struct val *vars = ctx;

    for (size_t i = 0; i < val_count(*vars); i++) {
        struct val_entry e = val_entry_at(*vars, i);
        if (strcmp(e.key, name) == 0) {
            *out = e.value;
            return true;
        }
    }
    return false;
}

static enum err eval(const struct run_env *env, struct arena *mem, const struct feel_prog *prog, struct val vars,
                     struct val *out)
{
    struct val seen = val_is(vars, VAL_CONTEXT) ? vars : val_null();
    struct feel_env see = {.get = entry_get, .ctx = &seen, .now = env->now, .limits = env->limits, .input = val_null()};

    TRY(feel_eval(prog, &see, mem, out, NULL));
    return OK;
}

/* ---- correlation ---- */

enum err listen_key_text(struct arena *mem, const struct proc_key *k, const struct val *v, const char **out)
{
    struct buf b = buf_new(mem, LISTEN_KEY_BYTES);

    *out = NULL;
    for (int32_t i = 0; i < k->n; i++) {
        if (val_is(v[i], VAL_NULL))
            return OK;
    }
    struct val *all = ARENA_NEW_N(mem, struct val, (size_t)k->n + 1);
    all[0] = val_text(mem, k->id != NULL ? k->id : "");
    for (int32_t i = 0; i < k->n; i++)
        all[i + 1] = v[i];
    if (k->n == 0)
        return OK;
    if (val_write(&b, val_list(mem, all, (size_t)k->n + 1)) != OK || buf_done(&b) != OK)
        return fail(E_EXPR, "the correlation key %.80s has a value that cannot be compared, or is too long", all[0].u.s);
    *out = buf_text(&b);
    return OK;
}

enum err run_message_key(struct arena *mem, const struct proc_event *e, struct val vars, int64_t now, const char **key)
{
    struct run_env env = {.now = now};

    *key = NULL;
    for (int32_t i = 0; i < e->n_correlation && *key == NULL; i++) {
        const struct proc_key *k = &e->correlation[i];
        struct val *v = ARENA_NEW_N(mem, struct val, (size_t)k->n + 1);
        for (int32_t p = 0; p < k->n; p++)
            TRY(eval(&env, mem, k->message[p], vars, &v[p]));
        TRY(listen_key_text(mem, k, v, key));
    }
    return OK;
}

/* ---- start events ---- */

enum err run_condition(const struct run_env *env, int32_t node, struct val vars, bool *out)
{
    const struct proc_node *n = &env->proc->node[node];
    struct arena *mem = arena_new(0);
    enum err e = OK;

    *out = false;
    for (int32_t i = 0; i < n->n_event && e == OK && !*out; i++) {
        struct val v = val_null();
        if (n->event[i].kind == EVENT_conditional && n->event[i].condition != NULL)
            e = eval(env, mem, n->event[i].condition, vars, &v);
        *out = e == OK && val_true(v);
    }
    arena_free(mem);
    return e;
}

static enum err timer_value(const struct run_env *env, struct arena *mem, const struct proc_event *e, struct val *out)
{
    *out = val_null();
    if (e->timer_text.feel != NULL)
        return eval(env, mem, e->timer_text.feel, val_null(), out);
    if (e->timer_text.literal != NULL)
        *out = val_text(mem, e->timer_text.literal);
    return OK;
}

static enum err first(const struct run_env *env, struct arena *mem, const struct proc_event *e, int64_t *due)
{
    struct moment m;
    struct val v;

    TRY(timer_value(env, mem, e, &v));
    TRY(moment_first(mem, e, v, env->now, &m));
    *due = m.due;
    return OK;
}

enum err run_start_first(const struct run_env *env, int32_t node, int32_t event, int64_t *due)
{
    struct arena *mem = arena_new(0);
    enum err e = first(env, mem, &env->proc->node[node].event[event], due);

    arena_free(mem);
    return e;
}

static enum err following(const struct run_env *env, struct arena *mem, const struct proc_event *e, struct moment *m)
{
    struct val v;

    if (e->timer != TIMER_CYCLE) {
        m->due = 0;
        return OK;
    }
    TRY(timer_value(env, mem, e, &v));
    return moment_following(mem, v, env->now, m);
}

enum err run_start_next(const struct run_env *env, int32_t node, int32_t event, uint32_t count, int64_t *due)
{
    struct moment m = {.due = *due, .count = count};
    struct arena *mem = arena_new(0);
    enum err e = following(env, mem, &env->proc->node[node].event[event], &m);

    *due = m.due;
    arena_free(mem);
    return e;
}
