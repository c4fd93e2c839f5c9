/* engine/desk/upkeep.c - small regular work of the worker.
 *
 * For     counters that pages show, and rows that nobody needs any more.
 * Owns    queue.open_count.
 * Never   anything of the trail.
 * Holds   every sweep is bounded and may be cut off at any moment. */
#include "desk/upkeep.h"

#include "audit/audit.h"
#include "base/clock.h"
#include "desk/person.h"
#include "desk/upkeep.sql.h"

enum { KEY_DAYS = 7, SESSION_DAYS = 30 };

enum err upkeep_counts(struct unit *u)
{
    struct q_upkeep_counts q = {0};

    return q_upkeep_counts(u, &q);
}

enum err upkeep_tidy(struct unit *u)
{
    struct q_upkeep_keys keys = {.in = {.before = u->now - KEY_DAYS * CLOCK_DAY}};
    struct q_upkeep_sessions sessions = {.in = {.before = u->now - SESSION_DAYS * CLOCK_DAY}};

    TRY(q_upkeep_keys(u, &keys));
    TRY(q_upkeep_sessions(u, &sessions));
    return person_failures_sweep(u);
}

enum err upkeep_end_sessions(struct unit *u, uint64_t person)
{
    struct q_upkeep_end_sessions q = {.in = {.person = person, .at = u->now}};
    struct audit_note note = {.event = EV_SESSIONS_ENDED,
                              .stream = AUDIT_PERSON,
                              .id = person,
                              .subject = arena_printf(u->mem, "person %llu", (unsigned long long)person)};

    TRY(q_upkeep_end_sessions(u, &q));
    return q.affected > 0 ? audit_log(u, &note) : OK;
}
