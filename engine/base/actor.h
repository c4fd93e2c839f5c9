/* engine/base/actor.h - who acts. Capability bits are named in desk/cap.def only; here they are a number. */
#ifndef BASE_ACTOR_H
#define BASE_ACTOR_H

#include <stdbool.h>
#include <stdint.h>

struct actor {
    uint64_t id;         /* person.id; 0 = the system */
    const char *uid;     /* sign-in name; "" for the system */
    const char *name;    /* as shown; "system" for the worker */
    const char *roles;   /* comma-separated role keys, e.g. "requester,sd_l1" */
    const char *channel; /* "web", "worker", "cli", "mail", "api" */
    const char *lang;    /* "en", "de", "it", "pl", "hu" */
    const char *request; /* request or job id, for log and trail */
    uint64_t caps;
};

/* Has the actor all bits of CAP? */
static inline bool actor_can(const struct actor *a, uint64_t cap)
{
    return (a->caps & cap) == cap;
}

#endif
