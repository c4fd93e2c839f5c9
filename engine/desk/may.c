/* engine/desk/may.c - who may do what to which object.
 *
 * For     the one place where rights on objects are decided; routes only ask for capability bits.
 * Owns    the meaning of roles, tiers and areas (cap.def, role.def).
 * Never   the database, HTTP; a right that is not written here.
 * Holds   default is no; missing and forbidden look alike to those who may not know. */
#include "desk/may.h"

#include "base/text.h"

enum { CAPS_AGENT = CAP_QUEUE_SEE | CAP_TICKET_SEE | CAP_TASK_WORK | CAP_CI_SEE };

static const struct {
    const char *role;
    uint64_t caps;
} role_caps[] = {
#define ROLE_CAP(role, caps) {role, caps},
#include "desk/cap.def"
#undef ROLE_CAP
};

static const struct {
    const char *role, *tier, *area;
} tier_roles[] = {
#define TIER_ROLE(role, tier, area) {role, tier, area},
#include "desk/role.def"
#undef TIER_ROLE
};

enum { N_ROLE_CAPS = sizeof role_caps / sizeof role_caps[0], N_TIER_ROLES = sizeof tier_roles / sizeof tier_roles[0] };

uint64_t may_caps(const char *roles)
{
    uint64_t caps = 0;

    for (size_t i = 0; i < N_ROLE_CAPS; i++)
        caps |= text_in_list(roles, role_caps[i].role) ? role_caps[i].caps : 0;
    for (size_t i = 0; i < N_TIER_ROLES; i++)
        caps |= text_in_list(roles, tier_roles[i].role) ? (uint64_t)CAPS_AGENT : 0;
    return caps;
}

bool may_role(const char *role, const char **tier, const char **area)
{
    for (size_t i = 0; i < N_TIER_ROLES; i++) {
        if (strcmp(tier_roles[i].role, role) == 0) {
            *tier = tier_roles[i].tier;
            *area = tier_roles[i].area;
            return true;
        }
    }
    return false;
}

bool may_area(const struct actor *who, const char *area)
{
    for (size_t i = 0; i < N_TIER_ROLES; i++) {
        if (strcmp(tier_roles[i].area, area) == 0 && text_in_list(who->roles, tier_roles[i].role))
            return true;
    }
    return false;
}

/* Has the actor one of the candidate roles, and is he of the area? Without candidates every agent of the area is one. */
static bool candidate(const struct actor *who, const struct may_object *o)
{
    if (!may_area(who, o->area))
        return false;
    if (o->groups[0] == '\0' && o->users[0] == '\0')
        return true;
    for (size_t i = 0; i < N_TIER_ROLES; i++) {
        if (text_in_list(who->roles, tier_roles[i].role) && text_in_list(o->groups, tier_roles[i].role))
            return true;
    }
    return false;
}

enum err may_see(const struct actor *who, const struct may_object *o)
{
    return actor_can(who, CAP_TICKET_SEE) && may_area(who, o->area) ? OK : fail(E_NOTFOUND, "ticket of another area");
}

enum err may_see_own(const struct actor *who, const struct may_object *o)
{
    return actor_can(who, CAP_PORTAL) && who->id != 0 && who->id == o->requester ? OK
                                                                                 : fail(E_NOTFOUND, "somebody else's ticket");
}

enum err may_take(const struct actor *who, const struct may_object *o)
{
    TRY(may_see(who, o));
    return actor_can(who, CAP_TASK_WORK) && candidate(who, o) ? OK : fail(E_DENIED, "the task is for %s", o->groups);
}

enum err may_work(const struct actor *who, const struct may_object *o)
{
    TRY(may_see(who, o));
    return actor_can(who, CAP_TASK_WORK) && o->assignee == who->id ? OK : fail(E_DENIED, "only its assignee works on a task");
}

enum err may_write(const struct actor *who, const struct may_object *o)
{
    TRY(may_see(who, o));
    return actor_can(who, CAP_TASK_WORK) && (o->assignee == who->id || candidate(who, o))
               ? OK
               : fail(E_DENIED, "only its assignee or the team %s writes to this ticket", o->groups);
}
