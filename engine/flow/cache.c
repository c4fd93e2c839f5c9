/* engine/flow/cache.c - compiled processes and decision models by definition id.
 *
 * For     reading and compiling a definition once per program, not once per request.
 * Owns    the cache and what is compiled in it (definitions are immutable; there are few).
 * Never   more than LIMIT_CACHE of each: then the one goes that nobody has asked for the longest.
 * Holds   the same id always gives the same compiled process or model, since a definition's bytes never change; decision models that a
 *         step asks never push its process out. */
#include "flow/decision.h"
#include "flow/deploy.sql.h"
#include "flow/flow_int.h"

enum { LIMIT_CACHE = 256 };

struct flow_cached {
    uint64_t id, used;
    struct arena *mem;
    struct decision_model model;
};

struct flow_compiled {
    uint64_t id, used;
    struct arena *mem;
    const struct proc *proc;
    const char *label; /* "incident 3" */
};

struct flow_cache {
    struct flow_compiled entry[LIMIT_CACHE];
    size_t n;
    struct flow_cached model[LIMIT_CACHE];
    size_t n_model;
    uint64_t uses;
};

static void cache_end(void *p)
{
    struct flow_cache *c = p;

    for (size_t i = 0; i < c->n; i++)
        arena_free(c->entry[i].mem);
    for (size_t i = 0; i < c->n_model; i++)
        arena_free(c->model[i].mem);
}

struct flow_cache *flow_cache_new(struct arena *mem)
{
    struct flow_cache *c = ARENA_NEW(mem, struct flow_cache);

    arena_at_end(mem, cache_end, c);
    return c;
}

static enum err compile(struct arena *mem, const char *key, const void *bytes, size_t n, const struct proc **out)
{
    struct findings f = findings_new(mem);
    struct proc_list *list;

    TRY(proc_compile(mem, key, bytes, n, &f, &list));
    proc_list_keep(mem, list);
    for (; list != NULL; list = list->next) {
        if (strcmp(list->proc->key, key) == 0) {
            *out = list->proc;
            return OK;
        }
    }
    return fail(E_BUG, "the stored definition holds no process '%s'", key);
}

static enum err entry_read(struct unit *u, struct flow_compiled *to)
{
    struct q_definition_source q = {.in = {.id = to->id}};

    TRY(q_definition_source(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)to->id);
    const char *key = arena_strdup(to->mem, q.out.process_key);
    to->label =
        q.out.version_null ? arena_printf(to->mem, "%s (draft)", key) : arena_printf(to->mem, "%s %u", key, q.out.version);
    return compile(to->mem, key, q.out.source.p, q.out.source.n, &to->proc);
}

/* A place for one more: the next free one, else that of the process that was not asked for the longest time. A unit works on fewer than
 * LIMIT_CACHE definitions (LIMIT_FLOW_STEPS), so that nothing it holds goes. */
static struct flow_compiled *entry_place(struct flow_cache *c)
{
    struct flow_compiled *oldest = &c->entry[0];

    if (c->n < LIMIT_CACHE)
        return &c->entry[c->n++];
    for (size_t i = 1; i < c->n; i++) {
        if (c->entry[i].used < oldest->used)
            oldest = &c->entry[i];
    }
    arena_free(oldest->mem);
    return oldest;
}

static enum err entry_of(struct unit *u, uint64_t definition, const struct flow_compiled **out)
{
    struct flow_cache *c = flow_host_of(u)->cache;
    struct flow_compiled fresh = {.id = definition, .used = ++c->uses};

    for (size_t i = 0; i < c->n; i++) {
        if (c->entry[i].id == definition) {
            c->entry[i].used = c->uses;
            *out = &c->entry[i];
            return OK;
        }
    }
    fresh.mem = arena_new(0);
    enum err e = entry_read(u, &fresh);
    if (e != OK) {
        arena_free(fresh.mem);
        return err_pass(e, __FILE__, __LINE__);
    }
    struct flow_compiled *at = entry_place(c);
    *at = fresh;
    *out = at;
    return OK;
}

enum err flow_proc(struct unit *u, uint64_t definition, const struct proc **out)
{
    const struct flow_compiled *c = NULL;

    TRY(entry_of(u, definition, &c));
    *out = c->proc;
    return OK;
}

enum err flow_label(struct unit *u, uint64_t definition, const char **out)
{
    const struct flow_compiled *c = NULL;

    TRY(entry_of(u, definition, &c));
    *out = c->label;
    return OK;
}

enum err flow_source(struct unit *u, uint64_t definition, struct span *out)
{
    struct q_definition_source q = {.in = {.id = definition}};

    TRY(q_definition_source(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)definition);
    *out = q.out.source;
    return OK;
}

/* ---- decision models ---- */

static enum err model_read(struct arena *mem, const char *name, struct span bytes, const struct dmn **out)
{
    struct findings f = findings_new(mem);
    struct dmn_source source = {.model = {.name = name, .bytes = bytes}};
    struct dmn *m = NULL;

    TRY(dmn_read(mem, &source, &f, &m));
    *out = m;
    return OK;
}

static enum err model_load(struct unit *u, uint64_t definition, struct flow_cached *to)
{
    struct q_definition_source q = {.in = {.id = definition}};

    TRY(q_definition_source(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)definition);
    to->model.number = q.out.version_null ? 0 : q.out.version;
    to->model.version = q.out.version_null ? "draft" : arena_printf(to->mem, "%u", q.out.version);
    struct span bytes = {arena_memdup(to->mem, q.out.source.p, q.out.source.n), q.out.source.n};
    return model_read(to->mem, arena_strdup(to->mem, q.out.process_key), bytes, &to->model.dmn);
}

/* A place for one more: the next free one, else that of the model that was not asked for the longest time. */
static struct flow_cached *model_place(struct flow_cache *c)
{
    struct flow_cached *oldest = &c->model[0];

    if (c->n_model < LIMIT_CACHE)
        return &c->model[c->n_model++];
    for (size_t i = 1; i < c->n_model; i++) {
        if (c->model[i].used < oldest->used)
            oldest = &c->model[i];
    }
    arena_free(oldest->mem);
    return oldest;
}

enum err decision_model(struct unit *u, uint64_t definition, struct decision_model *out)
{
    struct flow_cache *c = flow_host_of(u)->cache;
    struct flow_cached fresh = {.id = definition, .used = ++c->uses};

    for (size_t i = 0; i < c->n_model; i++) {
        if (c->model[i].id == definition) {
            c->model[i].used = c->uses;
            *out = c->model[i].model;
            return OK;
        }
    }
    fresh.mem = arena_new(0);
    enum err e = model_load(u, definition, &fresh);
    if (e != OK) {
        arena_free(fresh.mem);
        return err_pass(e, __FILE__, __LINE__);
    }
    *model_place(c) = fresh;
    *out = fresh.model;
    return OK;
}
