/* engine/base/map.c - a hash map from text to pointer.
 *
 * For     names to things, where the number of names is bounded by a gate.
 * Owns    its slots, in the arena given.
 * Never   removes; keeps an order.
 * Holds   at most three quarters of the slots are used. */
#include "base/map.h"

uint64_t map_hash(const void *p, size_t n)
{
    const unsigned char *s = p;
    uint64_t h = 14695981039346656037ULL; /* FNV-1a with a final mix */

    for (size_t i = 0; i < n; i++)
        h = (h ^ s[i]) * 1099511628211ULL;
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15ULL;
    return h ^ h >> 29;
}

struct map map_new(struct arena *mem)
{
    return (struct map){.mem = mem};
}

static struct map_entry *find(const struct map *m, const char *key, size_t n)
{
    size_t i = map_hash(key, n) & (m->size - 1);

    while (m->slot[i].key != NULL && (strncmp(m->slot[i].key, key, n) != 0 || m->slot[i].key[n] != '\0'))
        i = (i + 1) & (m->size - 1);
    return &m->slot[i];
}

void *map_get_n(const struct map *m, const char *key, size_t n)
{
    return m->size == 0 ? NULL : find(m, key, n)->value;
}

void *map_get(const struct map *m, const char *key)
{
    return map_get_n(m, key, strlen(key));
}

static void grow(struct map *m)
{
    struct map old = *m;

    m->size = old.size != 0 ? old.size * 2 : 16;
    m->slot = ARENA_NEW_N(m->mem, struct map_entry, m->size);
    for (size_t i = 0; i < old.size; i++) {
        if (old.slot[i].key != NULL)
            *find(m, old.slot[i].key, strlen(old.slot[i].key)) = old.slot[i];
    }
}

void *map_set(struct map *m, const char *key, void *value)
{
    if ((m->used + 1) * 4 > m->size * 3)
        grow(m);
    struct map_entry *e = find(m, key, strlen(key));
    void *before = e->value;
    if (e->key == NULL) {
        e->key = key;
        m->used++;
    }
    e->value = value;
    return before;
}
