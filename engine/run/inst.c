/* engine/run/inst.c - the state of one instance as plain rows.
 *
 * For     whoever loads, saves, copies or compares an instance.
 * Owns    the three arrays and their order.
 * Never   decides anything; knows a database.
 * Holds   tokens and scopes stand in order of their numbers, however they were loaded. */
#include "run/inst.h"

#include <inttypes.h>
#include <stdlib.h>

#include "run/step_int.h"

const char *inst_state_name(enum inst_state state)
{
    static const char *const name[] = {
        [INST_ACTIVE] = "active",       [INST_COMPLETED] = "completed", [INST_TERMINATED] = "terminated",
        [INST_CANCELLED] = "cancelled", [INST_FAULTED] = "faulted",     [INST_SUSPENDED] = "suspended",
    };

    return name[state];
}

struct inst *inst_new(struct arena *mem)
{
    struct inst *in = ARENA_NEW(mem, struct inst);

    in->mem = mem;
    in->next_no = 1;
    return in;
}

struct need {
    uint32_t more;
    size_t size;
};

/* ARRAY with room for MORE: the old array stays as it was until the arena ends. */
static void *grown(struct arena *mem, void *array, uint32_t n, uint32_t *cap, struct need need)
{
    if (n + need.more <= *cap)
        return array;
    while (*cap < n + need.more)
        *cap = *cap == 0 ? 8 : *cap * 2;
    void *wider = arena_alloc_n(mem, *cap, need.size);
    if (n != 0)
        memcpy(wider, array, n * need.size);
    return wider;
}

/* Index of the first token with a number >= NO. */
static uint32_t token_place(const struct inst *in, uint32_t no)
{
    uint32_t low = 0, high = in->n_token;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (in->token[mid].no < no)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

static uint32_t scope_place(const struct inst *in, uint32_t no)
{
    uint32_t low = 0, high = in->n_scope;

    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (in->scope[mid].no < no)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

struct token *inst_token(const struct inst *in, uint32_t no)
{
    uint32_t i = token_place(in, no);

    return i < in->n_token && in->token[i].no == no && !in->token[i].gone ? &in->token[i] : NULL;
}

struct scope *inst_scope(const struct inst *in, uint32_t no)
{
    uint32_t i = scope_place(in, no);

    return i < in->n_scope && in->scope[i].no == no && !in->scope[i].gone ? &in->scope[i] : NULL;
}

void inst_reserve(struct inst *in, uint32_t tokens, uint32_t scopes)
{
    in->token = grown(in->mem, in->token, in->n_token, &in->cap_token, (struct need){tokens, sizeof *in->token});
    in->scope = grown(in->mem, in->scope, in->n_scope, &in->cap_scope, (struct need){scopes, sizeof *in->scope});
}

void inst_count(struct inst *in)
{
    for (uint32_t i = 0; i < in->n_scope; i++)
        in->scope[i].live = 0;
    for (uint32_t i = 0; i < in->n_token; i++) {
        struct scope *sc = token_live(&in->token[i]) ? inst_scope(in, in->token[i].scope) : NULL;
        if (sc != NULL)
            sc->live++;
    }
}

struct token *inst_add_token(struct inst *in, struct token t)
{
    uint32_t i = token_place(in, t.no);

    in->token = grown(in->mem, in->token, in->n_token, &in->cap_token, (struct need){1, sizeof *in->token});
    memmove(&in->token[i + 1], &in->token[i], (in->n_token - i) * sizeof *in->token);
    in->token[i] = t;
    in->n_token++;
    return &in->token[i];
}

struct scope *inst_add_scope(struct inst *in, struct scope s)
{
    uint32_t i = scope_place(in, s.no);

    in->scope = grown(in->mem, in->scope, in->n_scope, &in->cap_scope, (struct need){1, sizeof *in->scope});
    memmove(&in->scope[i + 1], &in->scope[i], (in->n_scope - i) * sizeof *in->scope);
    in->scope[i] = s;
    in->n_scope++;
    return &in->scope[i];
}

struct var *inst_add_var(struct inst *in, struct var v)
{
    in->var = grown(in->mem, in->var, in->n_var, &in->cap_var, (struct need){1, sizeof *in->var});
    in->var[in->n_var] = v;
    return &in->var[in->n_var++];
}

const struct var *inst_var(const struct inst *in, uint32_t scope, const char *name)
{
    for (const struct scope *s = inst_scope(in, scope); s != NULL; s = inst_scope(in, s->parent)) {
        for (uint32_t i = 0; i < in->n_var; i++) {
            const struct var *v = &in->var[i];
            if (v->scope == s->no && !v->gone && strcmp(v->name, name) == 0)
                return v;
        }
    }
    return NULL;
}

void inst_tidy(struct inst *in, uint32_t first)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < in->n_token; i++) {
        if (!in->token[i].gone || in->token[i].no < first)
            in->token[n++] = in->token[i];
    }
    in->n_token = n;
    n = 0;
    for (uint32_t i = 0; i < in->n_scope; i++) {
        if (!in->scope[i].gone || in->scope[i].no < first)
            in->scope[n++] = in->scope[i];
    }
    in->n_scope = n;
    n = 0;
    for (uint32_t i = 0; i < in->n_var; i++) {
        if (!in->var[i].gone || in->var[i].scope < first)
            in->var[n++] = in->var[i];
    }
    in->n_var = n;
}

struct inst *inst_copy(struct arena *mem, const struct inst *in)
{
    struct inst *copy = inst_new(mem);

    copy->state = in->state;
    copy->called = in->called;
    copy->next_no = in->next_no;
    copy->seq = in->seq;
    for (uint32_t i = 0; i < in->n_token; i++) {
        if (in->token[i].gone)
            continue;
        struct token *t = inst_add_token(copy, in->token[i]);
        t->key = t->key != NULL ? arena_strdup(mem, t->key) : NULL;
        t->changed = false;
    }
    for (uint32_t i = 0; i < in->n_scope; i++) {
        if (!in->scope[i].gone)
            inst_add_scope(copy, in->scope[i])->changed = false;
    }
    for (uint32_t i = 0; i < in->n_var; i++) {
        const struct var *v = &in->var[i];
        if (!v->gone)
            inst_add_var(copy, (struct var){v->scope, arena_strdup(mem, v->name), val_copy(mem, v->value), false, false});
    }
    return copy;
}

static int var_order(const void *a, const void *b)
{
    const struct var *const *x = a, *const *y = b;

    if ((*x)->scope != (*y)->scope)
        return (*x)->scope < (*y)->scope ? -1 : 1;
    return strcmp((*x)->name, (*y)->name);
}

static const char *node_id(const struct proc *p, int32_t node)
{
    return node == PROC_NONE ? "-" : p->node[node].id;
}

static void write_vars(struct buf *b, const struct inst *in)
{
    const struct var **at = ARENA_NEW_N(in->mem, const struct var *, in->n_var + 1);
    size_t n = 0;

    for (uint32_t i = 0; i < in->n_var; i++) {
        if (!in->var[i].gone)
            at[n++] = &in->var[i];
    }
    qsort(at, n, sizeof *at, var_order);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(b, "var %" PRIu32 " %s = ", at[i]->scope, at[i]->name);
        /* what cannot be written (a function) never gets into a variable: scope_check() */
        if (val_write(b, at[i]->value) != OK)
            buf_str(b, "?");
        buf_char(b, '\n');
    }
}

static void write_token(struct buf *b, const struct proc *p, const struct token *t)
{
    static const char *const at[] = {"ready", "waiting", "incident", "kept"};
    static const char *const step[] = {"enter", "wait", "leave", "route", "gather"};
    static const char *const role[] = {"", " listener", " record"};

    buf_fmt(b,
            "token %" PRIu32 " at %s scope %" PRIu32 " %s %s flow %s inner %" PRIu32 " host %" PRIu32 " count %" PRIu32
            " due %" PRId64 "%s",
            t->no, node_id(p, t->node), t->scope, at[t->state], step[t->step], t->flow == PROC_NONE ? "-" : p->flow[t->flow].id,
            t->inner, t->host, t->count, t->due, role[t->role]);
    if (t->event != PROC_NONE)
        buf_fmt(b, " event %" PRId32, t->event);
    if (t->key != NULL)
        buf_fmt(b, " key %s", t->key);
    buf_char(b, '\n');
}

void inst_write(struct buf *b, const struct proc *p, const struct inst *in)
{
    buf_fmt(b, "inst %s next %" PRIu32 " seq %" PRIu64 "%s\n", inst_state_name(in->state), in->next_no, in->seq,
            in->called ? " called" : "");
    for (uint32_t i = 0; i < in->n_scope; i++) {
        const struct scope *s = &in->scope[i];
        if (!s->gone)
            buf_fmt(b, "scope %" PRIu32 " in %" PRIu32 " of %s token %" PRIu32 "\n", s->no, s->parent, node_id(p, s->node),
                    s->token);
    }
    for (uint32_t i = 0; i < in->n_token; i++) {
        if (!in->token[i].gone)
            write_token(b, p, &in->token[i]);
    }
    write_vars(b, in);
}
