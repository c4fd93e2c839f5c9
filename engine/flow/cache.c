/* engine/flow/cache.c - compiled processes by definition id.
 *
 * For     reading and compiling a definition once per program, not once per request.
 * Owns    the cache and the compiled processes in it (definitions are immutable; there are few).
 * Never   drafts beyond LIMIT_CACHE entries: then the cache is emptied as a whole.
 * Holds   the same id always gives the same compiled process, since a definition's bytes never change. */
#include "flow/deploy.sql.h"
#include "flow/flow_int.h"

enum { LIMIT_CACHE = 256 };

struct flow_cache {
    struct arena *mem;   /* of the entries; replaced as a whole */
    struct arena *owner; /* of the cache itself */
    struct {
        uint64_t id;
        const struct proc *proc;
        const char *label; /* "incident 3" */
    } entry[LIMIT_CACHE];
    size_t n;
};

static void cache_end(void *p)
{
    struct flow_cache *c = p;

    arena_free(c->mem);
}

struct flow_cache *flow_cache_new(struct arena *mem)
{
    struct flow_cache *c = ARENA_NEW(mem, struct flow_cache);

    c->owner = mem;
    c->mem = arena_new(0);
    arena_at_end(mem, cache_end, c);
    return c;
}

static void cache_empty(struct flow_cache *c)
{
    arena_free(c->mem);
    c->mem = arena_new(0);
    c->n = 0;
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

static enum err entry_of(struct unit *u, uint64_t definition, size_t *at)
{
    struct flow_cache *c = flow_host_of(u)->cache;

    for (*at = 0; *at < c->n; (*at)++) {
        if (c->entry[*at].id == definition)
            return OK;
    }
    struct q_definition_source q = {.in = {.id = definition}};
    TRY(q_definition_source(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no definition %llu", (unsigned long long)definition);
    if (c->n == LIMIT_CACHE)
        cache_empty(c);
    const char *key = arena_strdup(c->mem, q.out.process_key);
    const struct proc *proc = NULL;
    TRY(compile(c->mem, key, q.out.source.p, q.out.source.n, &proc));
    *at = c->n++;
    c->entry[*at].id = definition;
    c->entry[*at].proc = proc;
    c->entry[*at].label =
        q.out.version_null ? arena_printf(c->mem, "%s (draft)", key) : arena_printf(c->mem, "%s %u", key, q.out.version);
    return OK;
}

enum err flow_proc(struct unit *u, uint64_t definition, const struct proc **out)
{
    size_t at;

    TRY(entry_of(u, definition, &at));
    *out = flow_host_of(u)->cache->entry[at].proc;
    return OK;
}

enum err flow_label(struct unit *u, uint64_t definition, const char **out)
{
    size_t at;

    TRY(entry_of(u, definition, &at));
    *out = flow_host_of(u)->cache->entry[at].label;
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
