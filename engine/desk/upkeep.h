/* engine/desk/upkeep.h - small regular work of the worker: counters, sweeping, ending sessions. */
#ifndef DESK_UPKEEP_H
#define DESK_UPKEEP_H

#include "db/unit.h"

/* Brings queue.open_count up to date. */
enum err upkeep_counts(struct unit *u) CHECKED;

/* Removes what has no use any more, at most 1,000 rows of each kind a call: idempotency keys older than a week, failed sign-ins older
 * than a day, sessions that ended more than a month ago. */
enum err upkeep_tidy(struct unit *u) CHECKED;

/* Ends all open sessions of a person, with an event. */
enum err upkeep_end_sessions(struct unit *u, uint64_t person) CHECKED;

#endif
