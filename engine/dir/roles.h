/* engine/dir/roles.h - from groups of the directory to roles of the house, by a table. */
#ifndef DIR_ROLES_H
#define DIR_ROLES_H

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "dir/dir.h"

/* One row of the mapping: whoever is in GROUP (a distinguished name, any spelling) has ROLE (a key such as "sd_l1"). */
struct role_map {
    const char *group;
    const char *role;
};

/* The roles that GROUPS give by MAP[0..N): comma-separated keys, sorted, each once; "" = none. A row whose group is not a
 * distinguished name gives nobody a role; it is logged, and the others still count. */
const char *roles_of(struct arena *mem, const struct dir_groups *groups, const struct role_map *map, size_t n);

#endif
