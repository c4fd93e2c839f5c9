/* engine/desk/may.h - who may do what to which object: the whole of it. Roles are words; capabilities are bits; areas are words.
 *
 * A support role is a role with a tier in the table below; an agent's areas are those of his roles. Missing and forbidden objects
 * answer alike for requesters (E_NOTFOUND), so that nobody can find out by asking. */
#ifndef DESK_MAY_H
#define DESK_MAY_H

#include "base/actor.h"
#include "base/arena.h"
#include "base/err.h"

enum cap {
#define CAP(name, bit, prose) name = 1 << (bit),
#include "desk/cap.def"
#undef CAP
};

/* The capability bits of a comma-separated list of roles. A role with a tier (see desk/role.def) has the agent's bits. */
uint64_t may_caps(const char *roles);

/* The tier ("L1" …) and area of a support role; false if it is none. */
bool may_role(const char *role, const char **tier, const char **area);

/* Does the actor work in this area (any tier)? */
bool may_area(const struct actor *who, const char *area);

struct may_object {
    const char *area;           /* of the ticket */
    uint64_t requester;         /* person.id */
    uint64_t assignee;          /* of the task, 0 = nobody */
    const char *groups, *users; /* candidates of the task; "" = none */
};

/* See a ticket with everything internal: agents of its area. Else E_NOTFOUND. */
enum err may_see(const struct actor *who, const struct may_object *o) CHECKED;
/* See the public side of one's own ticket. Else E_NOTFOUND. */
enum err may_see_own(const struct actor *who, const struct may_object *o) CHECKED;
/* Take a task: agents of the area with one of the candidate roles. Else E_DENIED (E_NOTFOUND if not even visible). */
enum err may_take(const struct actor *who, const struct may_object *o) CHECKED;
/* Work on a task: its assignee only. Else E_DENIED. */
enum err may_work(const struct actor *who, const struct may_object *o) CHECKED;
/* Write to a ticket (answer, note): agents of the area who hold a task's candidate role or are its assignee. */
enum err may_write(const struct actor *who, const struct may_object *o) CHECKED;

#endif
