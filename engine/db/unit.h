/* engine/db/unit.h - the unit of work: begin, run, commit, retry; no write without a trace. The only transaction boundary. */
#ifndef DB_UNIT_H
#define DB_UNIT_H

#include "db/db.h"

struct unit_event; /* audit/ keeps its list of events here */

/* First parameter of every verb above db/. Lives for one try of one operation. */
struct unit {
    struct arena *mem; /* dropped (rewound) before each further try */
    struct db *db;
    const struct actor *who;
    int64_t now; /* fixed at the first try; microseconds UTC */
    bool rw;
    const void *host; /* what the program handed in at start (struct flow_host of desk/): only flow/ and desk/ cast it */
    struct unit_event *events, **events_end;
    uint32_t n_events;
    uint32_t writes; /* executed statements that must be traced */
    int attempt;     /* 1, 2, ... */
};

enum unit_mode { UNIT_RO, UNIT_RW };

typedef enum err (*unit_fn)(struct unit *u, void *arg);

/* How a program's units are run: made once at start. */
struct unit_conf {
    struct db *db;
    const void *host;
    enum err (*flush)(struct unit *u); /* commit hook: audit_flush; called when events are pending */
    bool no_numbers;                   /* takes no range of numbers: the account has no right on id_pool (sealer) */
};

/* Runs FN(u, ARG) in one transaction, in an arena region that is rewound before a further try but kept on success, so results
 * may be used after it.
 *   - RO: START TRANSACTION READ ONLY; the database refuses writes; all statements see one snapshot (REPEATABLE READ).
 *   - RW: id ranges are filled before; after FN the audit hook runs; writes > 0 with no event is E_BUG and rolled back.
 *   - every error is followed by ROLLBACK; RETRY errors are repeated up to 5 times with 5 to 50 ms of random back-off (lock
 * wait: 2).
 *   - a connection lost in COMMIT (2006, 2013, 1180, 1317, 1053) is E_UNSURE; when KEY is not NULL it is settled here: a new
 *     connection asks done_key for KEY; present = committed (FN's results stand), absent = repeated with the same key.
 *   - KEY (idempotency key, 1 to 64 bytes, may be NULL) is inserted into done_key as the first statement; if it is there
 * already, FN does not run and *REPEATED becomes true (may be NULL if KEY is). */
struct unit_key {
    const char *key;
    const char
        *result;   /* in: answered to repeats once committed (may be set by FN through unit_result) ; out: the stored one */
    bool repeated; /* out */
};
enum err unit_run(const struct unit_conf *conf, struct arena *mem, enum unit_mode mode, const struct actor *who,
                  struct unit_key *key, unit_fn fn, void *arg) CHECKED;

/* What a repeat of this key is answered with (a path to redirect to, at most 255 bytes); stored in the same transaction. */
enum err unit_result(struct unit *u, const char *result) CHECKED;

/* A fresh number of the pool: ids of all tables come from UNIT_ID, ticket numbers from UNIT_TICKET. Never reused; gaps happen.
 */
enum unit_pool { UNIT_ID, UNIT_TICKET, UNIT_POOLS };
enum err unit_number(struct unit *u, enum unit_pool pool, uint64_t *out) CHECKED;

#endif
