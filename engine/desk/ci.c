/* engine/desk/ci.c - configuration items, as the pages read them.
 *
 * For     the CMDB pages and the asset choice of a request.
 * Owns    the tables ci, ci_class, ci_relation and location.
 * Never   tickets beyond their line in an item's list.
 * Holds   lists go by the index of the name; a requester is only ever offered his own items. */
#include "desk/ci.h"

#include "desk/may.h"

enum err ci_mine(struct unit *u, struct q_ci_own *out)
{
    *out = (struct q_ci_own){.in = {.owner = u->who->uid}};
    return q_ci_own(u, out);
}

static enum err page_of_class(struct unit *u, struct ci_list *l)
{
    struct q_ci_rows_of_class q = {.in = {.class = l->class, .name = l->name, .id = l->id}};

    TRY(q_ci_rows_of_class(u, &q));
    l->row = ARENA_NEW_N(u->mem, struct q_ci_rows_row, q.n);
    l->n = q.n;
    for (size_t i = 0; i < q.n; i++)
        l->row[i] = (struct q_ci_rows_row){.id = q.row[i].id,
                                           .number = q.row[i].number,
                                           .name = q.row[i].name,
                                           .class = q.row[i].class,
                                           .icon = q.row[i].icon,
                                           .status = q.row[i].status,
                                           .owner = q.row[i].owner,
                                           .location = q.row[i].location,
                                           .tickets = q.row[i].tickets};
    return OK;
}

enum err ci_page(struct unit *u, struct ci_list *l)
{
    if (l->class != 0) {
        TRY(page_of_class(u, l));
    } else {
        struct q_ci_rows q = {.in = {.name = l->name, .id = l->id}};
        TRY(q_ci_rows(u, &q));
        l->row = q.row;
        l->n = q.n;
    }
    l->more = l->n > CI_PAGE;
    if (l->more)
        l->n = CI_PAGE;
    return OK;
}

enum err ci_read(struct unit *u, const char *number, struct ci_face *f)
{
    *f = (struct ci_face){.item = {.in = {.number = number}}};
    TRY(q_ci_show(u, &f->item));
    if (!f->item.found)
        return fail(E_NOTFOUND, "there is no configuration item %s", number);
    f->relation.in.id = f->ticket.in.ci = f->item.out.id;
    TRY(q_ci_relations(u, &f->relation));
    TRY(q_ci_tickets(u, &f->ticket));
    size_t kept = 0;
    for (size_t i = 0; i < f->ticket.n; i++) {
        if (may_area(u->who, f->ticket.row[i].area))
            f->ticket.row[kept++] = f->ticket.row[i];
    }
    f->ticket.n = kept;
    return OK;
}
