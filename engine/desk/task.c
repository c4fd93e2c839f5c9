/* engine/desk/task.c - one user task as its page reads it.
 *
 * For     the form of any task.
 * Owns    nothing; flow/task.sql writes the rows.
 * Never   decides what a task means.
 * Holds   what an agent may not see does not exist for him. */
#include "desk/task.h"

#include "desk/may.h"
#include "desk/task.sql.h"
#include "desk/ticket.h"

enum err task_read(struct unit *u, uint64_t id, struct task_face *t)
{
    struct q_task_face q = {.in = {.id = id}};

    TRY(q_task_face(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no task %llu", (unsigned long long)id);
    struct may_object o = {.area = q.out.area,
                           .requester = q.out.requester,
                           .assignee = q.out.assignee,
                           .groups = q.out.groups,
                           .users = q.out.users};
    TRY(may_see(u->who, &o));
    *t = (struct task_face){.id = id,
                            .ticket = q.out.ticket,
                            .assignee = q.out.assignee,
                            .ref = ticket_ref(u->mem, q.out.ticket),
                            .title = q.out.title,
                            .node = q.out.node,
                            .name = q.out.name,
                            .tier = q.out.tier,
                            .state = q.out.state,
                            .version = q.out.version,
                            .due = q.out.due,
                            .may_take = may_take(u->who, &o) == OK};
    return flow_proc(u, q.out.definition, &t->proc);
}
