/* engine/run/await.c - the index of those who wait for messages and signals.
 *
 * For     a stage in memory with very many subscriptions.
 * Owns    the entries, in the order in which they began to wait.
 * Never   decides what a message does to who takes it.
 * Holds   an entry is in the list of its name and in the list of its key; both are in order of age.
 *
 * Entries of one name may make a message's key in different ways: each correlation of a model is one way, the plain key of
 * the message another. A name knows its ways; the key of a message is made once for each, and then looked up. */
#include "run/await.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/map.h"

struct await_list {
    struct await_entry *first, *last;
};

/* The keys of one name that are made in one way. */
struct await_way {
    const struct proc_event *event; /* NULL: the key that the message carries */
    uint32_t no;
    struct await_way *next;
};

struct await_name {
    const char *name;
    struct await_list all;
    struct await_way *way;
};

struct await_key {
    const char *key; /* NULL = any */
    struct await_list list;
};

enum { TOKEN_TEXT = 40 };

struct await {
    struct arena *mem;
    struct map name, key, token;
    struct await_entry *spare; /* dropped ones, by ->next */
    uint64_t order;
    uint32_t ways;
};

struct await *await_new(struct arena *mem)
{
    struct await *a = ARENA_NEW(mem, struct await);

    *a = (struct await){.mem = mem, .name = map_new(mem), .key = map_new(mem), .token = map_new(mem)};
    return a;
}

static struct await_name *name_find(const struct await *a, enum event_kind kind, const char *name, struct arena *mem)
{
    return map_get(&a->name, arena_printf(mem, "%d %s", (int)kind, name));
}

static struct await_name *name_of(struct await *a, enum event_kind kind, const char *name)
{
    struct arena_mark mark = arena_mark(a->mem);
    struct await_name *n = name_find(a, kind, name, a->mem);

    arena_rewind(a->mem, mark);
    if (n == NULL) {
        n = ARENA_NEW(a->mem, struct await_name);
        n->name = arena_strdup(a->mem, name);
        map_set(&a->name, arena_printf(a->mem, "%d %s", (int)kind, name), n);
    }
    return n;
}

static struct await_way *way_of(struct await *a, struct await_name *n, const struct proc_event *event)
{
    struct await_way **at = &n->way;

    while (*at != NULL && (*at)->event != event)
        at = &(*at)->next;
    if (*at == NULL) {
        *at = ARENA_NEW(a->mem, struct await_way);
        **at = (struct await_way){.event = event, .no = ++a->ways};
    }
    return *at;
}

/* The way's number and the key; a way that takes any has no key after it. */
static char *key_text(struct arena *mem, const struct await_way *way, const char *key)
{
    return key != NULL ? arena_printf(mem, "%" PRIu32 " %s", way->no, key) : arena_printf(mem, "%" PRIu32, way->no);
}

static struct await_key *key_of(struct await *a, const struct await_way *way, const char *key)
{
    struct arena_mark mark = arena_mark(a->mem);
    struct await_key *k = map_get(&a->key, key_text(a->mem, way, key));

    arena_rewind(a->mem, mark);
    if (k == NULL) {
        k = ARENA_NEW(a->mem, struct await_key);
        k->key = key != NULL ? arena_strdup(a->mem, key) : NULL;
        map_set(&a->key, key_text(a->mem, way, key), k);
    }
    return k;
}

static void token_text(char *out, uint64_t inst, uint32_t token)
{
    snprintf(out, TOKEN_TEXT, "%" PRIu64 " %" PRIu32, inst, token);
}

static void append(struct await_name *n, struct await_key *k, struct await_entry *e)
{
    e->prev = n->all.last;
    e->key_prev = k->list.last;
    if (e->prev != NULL)
        e->prev->next = e;
    else
        n->all.first = e;
    if (e->key_prev != NULL)
        e->key_prev->key_next = e;
    else
        k->list.first = e;
    n->all.last = e;
    k->list.last = e;
}

static void take_out(struct await_name *n, struct await_key *k, const struct await_entry *e)
{
    if (e->prev != NULL)
        e->prev->next = e->next;
    else
        n->all.first = e->next;
    if (e->next != NULL)
        e->next->prev = e->prev;
    else
        n->all.last = e->prev;
    if (e->key_prev != NULL)
        e->key_prev->key_next = e->key_next;
    else
        k->list.first = e->key_next;
    if (e->key_next != NULL)
        e->key_next->key_prev = e->key_prev;
    else
        k->list.last = e->key_prev;
}

enum err await_add(struct await *a, const struct await_entry *e)
{
    struct await_entry *mine = a->spare;
    char token[TOKEN_TEXT];

    token_text(token, e->inst, e->token);
    if (map_get(&a->token, token) != NULL)
        return fail(E_BUG, "token %" PRIu32 " of instance %" PRIu64 " waits twice", e->token, e->inst);
    if (mine != NULL)
        a->spare = mine->next;
    else
        mine = ARENA_NEW(a->mem, struct await_entry);
    struct await_name *n = name_of(a, e->kind, e->name);
    const struct proc_event *event = e->event != NULL && e->event->n_correlation > 0 ? e->event : NULL;
    struct await_key *k = key_of(a, way_of(a, n, event), e->key);
    *mine = (struct await_entry){.inst = e->inst,
                                 .token = e->token,
                                 .kind = e->kind,
                                 .name = n->name,
                                 .key = k->key,
                                 .event = event,
                                 .order = ++a->order,
                                 .at = k};
    append(n, k, mine);
    map_set(&a->token, arena_strdup(a->mem, token), mine);
    return OK;
}

void await_drop(struct await *a, uint64_t inst, uint32_t token)
{
    char text[TOKEN_TEXT];

    token_text(text, inst, token);
    struct await_entry *e = map_get(&a->token, text);
    if (e == NULL)
        return;
    map_set(&a->token, text, NULL);
    take_out(name_of(a, e->kind, e->name), e->at, e);
    e->next = a->spare;
    a->spare = e;
}

struct await_entry *await_first(const struct await *a, enum event_kind kind, const char *name)
{
    struct arena_mark mark = arena_mark(a->mem);
    const struct await_name *n = name_find(a, kind, name, a->mem);

    arena_rewind(a->mem, mark);
    return n != NULL ? n->all.first : NULL;
}

static struct await_entry *oldest(const struct await *a, const char *text, const struct await_wanted *w)
{
    const struct await_key *k = map_get(&a->key, text);
    struct await_entry *e = k != NULL ? k->list.first : NULL;

    while (e != NULL && w->skip(w->ctx, e))
        e = e->key_next;
    return e;
}

static struct await_entry *older(struct await_entry *x, struct await_entry *y)
{
    return x == NULL || (y != NULL && y->order < x->order) ? y : x;
}

enum err await_match(const struct await *a, struct arena *mem, const struct await_wanted *w, struct await_entry **out)
{
    const struct await_name *n = name_find(a, EVENT_message, w->name, mem);

    *out = NULL;
    for (const struct await_way *way = n != NULL ? n->way : NULL; way != NULL; way = way->next) {
        const char *key = w->key;
        if (way->event != NULL)
            TRY(run_message_key(mem, way->event, w->vars, w->now, &key));
        *out = older(*out, oldest(a, key_text(mem, way, NULL), w));
        if (key != NULL)
            *out = older(*out, oldest(a, key_text(mem, way, key), w));
    }
    return OK;
}
