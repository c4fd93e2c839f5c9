/* engine/dir/roles.c - from groups to roles.
 *
 * For     saying which roles a person's groups give.
 * Owns    the comparison of group names and the order of role keys.
 * Never   talks to a server; knows what a role may do.
 * Holds   same groups + same table = same text, whatever the order of either. */
#include "dir/roles.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *roles_of(struct arena *mem, const struct dir_groups *groups, const struct role_map *map, size_t n)
{
    struct map in = map_new(mem);
    const char **role = ARENA_NEW_N(mem, const char *, n + 1);
    size_t found = 0, room = 0;

    for (size_t i = 0; i < groups->n; i++)
        map_set(&in, groups->dn[i], arena_strdup(mem, groups->dn[i]));
    for (size_t i = 0; i < n; i++) {
        const char *dn;
        if (dir_dn_normal(mem, map[i].group, &dn) != OK)
            log_write(LOG_WARNING, "role %s: '%s' is not a distinguished name; this row gives nobody the role", map[i].role,
                      map[i].group);
        else if (map_get(&in, dn) != NULL)
            role[found++] = map[i].role;
        room += strlen(map[i].role) + 1;
    }
    struct buf text = buf_new(mem, room);
    qsort(role, found, sizeof *role, by_text);
    for (size_t i = 0; i < found; i++) {
        if (i > 0 && strcmp(role[i], role[i - 1]) == 0)
            continue;
        if (text.len > 0)
            buf_char(&text, ',');
        buf_str(&text, role[i]);
    }
    return buf_text(&text);
}
