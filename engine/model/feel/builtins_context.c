/* engine/model/feel/builtins_context.c - built-in functions on contexts (DMN 1.5, 10.3.4.10).
 *
 * For     builtin.def.
 * Owns    the order of entries: that in which keys first appear.
 * Never   changes a context: each result is a new one.
 * Holds   the work is charged by the number of entries. */
#include "model/feel/builtins.h"
#include "model/feel/seen.h"

struct val bif_get_value(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_get(arg[0], arg[1].u.s);
}

static struct val key_value(struct frame *f, const char *key, struct val value)
{
    static const char *const names[] = {"key", "value"};
    struct val *pair = eval_alloc(f->s, 2 * sizeof *pair);

    if (pair == NULL)
        return val_null();
    pair[0] = (struct val){.tag = VAL_STRING, .n = (uint32_t)strlen(key), .u.s = key};
    pair[1] = value;
    return context_seal(f->s->mem, names, pair, 2);
}

struct val bif_get_entries(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct vec v = {.n = 0};

    if (!eval_charge(f->s, arg[0].n))
        return val_null();
    for (size_t i = 0; i < arg[0].n; i++) {
        struct val_entry e = val_entry_at(arg[0], i);
        if (!vec_push(f->s, &v, key_value(f, e.key, e.value)))
            return val_null();
    }
    return vec_list(f->s, &v);
}

/* A context that grows; a key that is there already gets the new value (or, STRICT, spoils the whole). */
struct entries {
    const char **key;
    struct val *name; /* the keys again, as values for the index */
    struct val *value;
    uint32_t n;
    struct seen seen;
};

static bool entries_room(struct frame *f, struct entries *e, size_t most)
{
    *e = (struct entries){.key = eval_alloc(f->s, most * sizeof *e->key), .n = 0};
    e->name = eval_alloc(f->s, most * sizeof *e->name);
    e->value = eval_alloc(f->s, most * sizeof *e->value);
    return e->key != NULL && e->name != NULL && e->value != NULL;
}

static bool entries_put(struct frame *f, struct entries *e, const char *key, struct val value, bool strict)
{
    struct val name = {.tag = VAL_STRING, .n = (uint32_t)strlen(key), .u.s = key};
    uint32_t i = seen_place(f->s, &e->seen, e->name, e->n, name);

    if (i == SEEN_NONE || (i < e->n && strict))
        return false;
    e->key[i] = key;
    e->name[i] = name;
    e->value[i] = value;
    e->n += i == e->n;
    return true;
}

static struct val entries_done(struct frame *f, const char *const *key, const struct val *value, size_t n)
{
    if (f->s->err != OK)
        return val_null();
    struct val c = context_seal(f->s->mem, key, value, n);
    return c.tag == VAL_NULL ? eval_stop(f->s, E_TOOBIG, "a value is nested too deep or has too many parts") : c;
}

struct val bif_context(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct entries e;

    if (!entries_room(f, &e, arg[0].n))
        return val_null();
    for (uint32_t i = 0; i < arg[0].n; i++) {
        struct val item = arg[0].u.list[i], key = val_get(item, "key");
        if (key.tag != VAL_STRING || context_find(item, "value") < 0 ||
            !entries_put(f, &e, key.u.s, val_get(item, "value"), true))
            return eval_note(f, at, "context() takes entries with a key and a value, each key once");
    }
    return entries_done(f, e.key, e.value, e.n);
}

static struct val put_one(struct frame *f, struct val context, const char *key, struct val value)
{
    size_t n = context.n, at = n;
    const char **keys = eval_alloc(f->s, (n + 1) * sizeof *keys);
    struct val *values = eval_alloc(f->s, (n + 1) * sizeof *values);

    if (keys == NULL || values == NULL || !eval_charge(f->s, n))
        return val_null();
    for (size_t i = 0; i < n; i++) {
        keys[i] = context.u.context->key[i];
        values[i] = context.u.context->value[i];
        if (strcmp(keys[i], key) == 0)
            at = i;
    }
    keys[at] = key;
    values[at] = value;
    return entries_done(f, keys, values, at < n ? n : n + 1);
}

/* The nested form, ARG as of context put(): key K of arg[1] names a context inside CONTEXT in which the rest is put. */
static struct val put_path(struct frame *f, const struct node *at, struct val context, const struct val *arg, uint32_t k)
{
    struct val key = val_at(arg[1], k), value = arg[2];

    if (context.tag != VAL_CONTEXT || key.tag != VAL_STRING || k >= LIMIT_VAL_DEPTH)
        return eval_note(f, at, "context put() finds no context there");
    if (k + 1 < arg[1].n) {
        value = put_path(f, at, val_get(context, key.u.s), arg, k + 1);
        if (value.tag == VAL_NULL)
            return value;
    }
    return put_one(f, context, key.u.s, value);
}

struct val bif_context_put(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    if (arg[1].tag == VAL_STRING)
        return put_one(f, arg[0], arg[1].u.s, arg[2]);
    if (arg[1].n == 0)
        return eval_note(f, at, "context put() needs at least one key");
    return put_path(f, at, arg[0], arg, 0);
}

struct val bif_context_merge(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct entries e;
    size_t most = 0;

    for (uint32_t i = 0; i < arg[0].n; i++) {
        if (arg[0].u.list[i].tag != VAL_CONTEXT)
            return eval_note(f, at, "context merge() takes contexts");
        most += arg[0].u.list[i].n;
    }
    if (!entries_room(f, &e, most))
        return val_null();
    for (uint32_t i = 0; i < arg[0].n; i++)
        for (size_t j = 0; j < arg[0].u.list[i].n; j++) {
            struct val_entry entry = val_entry_at(arg[0].u.list[i], j);
            if (!entries_put(f, &e, entry.key, entry.value, false))
                return val_null();
        }
    return entries_done(f, e.key, e.value, e.n);
}
