/* engine/desk/task.h - one user task as its page reads it. */
#ifndef DESK_TASK_H
#define DESK_TASK_H

#include "db/unit.h"
#include "model/proc.h"

struct task_face {
    uint64_t id, ticket, assignee; /* assignee 0 = nobody */
    const char *ref, *title, *node, *name, *tier;
    uint32_t state, version; /* state 1 = open */
    int64_t due;
    bool may_take;
    const struct proc *proc;
};

/* For agents of the ticket's area; E_NOTFOUND else. Two statements, once the process is known. */
enum err task_read(struct unit *u, uint64_t id, struct task_face *t) CHECKED;

#endif
