/* engine/base/map.h - a hash map from text to pointer, in an arena; entries are never removed. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

struct map_entry {
    const char *key; /* as given, not copied */
    void *value;
};

struct map {
    struct arena *mem;
    struct map_entry *slot; /* power of two, open addressing */
    size_t size, used;
};

/* An empty map in MEM. */
struct map map_new(struct arena *mem);

/* NULL if absent. */
void *map_get(const struct map *m, const char *key);
void *map_get_n(const struct map *m, const char *key, size_t n);

/* Sets or replaces; returns the value that stood there before, or NULL. The key must live as long as the map. */
void *map_set(struct map *m, const char *key, void *value);

/* The hash of N bytes that the maps use; not for outside data that an enemy may choose without bound. */
uint64_t map_hash(const void *p, size_t n);

#endif
