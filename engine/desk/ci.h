/* engine/desk/ci.h - configuration items: lists, one item with its relations and tickets, the requester's own. */
#ifndef DESK_CI_H
#define DESK_CI_H

#include "desk/ci.sql.h"

enum ci_status { CI_PLANNED = 1, CI_IN_USE = 2, CI_IN_REPAIR = 3, CI_IN_STOCK = 4, CI_RETIRED = 5 };

enum { CI_PAGE = 50 };

/* The items that u->who may name in a request: his own, in use or in repair. */
enum err ci_mine(struct unit *u, struct q_ci_own *out) CHECKED;

/* One page by name; CLASS 0 = all classes. NAME and ID say after which row it begins ("" and 0 = the first page). */
struct ci_list {
    uint64_t class, id;
    const char *name;
    struct q_ci_rows_row *row; /* out */
    size_t n;
    bool more;
};
enum err ci_page(struct unit *u, struct ci_list *l) CHECKED;

struct ci_face {
    struct q_ci_show item;
    struct q_ci_relations relation;
    struct q_ci_tickets ticket; /* only those of the actor's areas */
};
enum err ci_read(struct unit *u, const char *number, struct ci_face *f) CHECKED;

#endif
