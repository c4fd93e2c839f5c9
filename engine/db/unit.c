/* engine/db/unit.c - the unit of work.
 *
 * For     running one operation in one transaction, again if need be, and knowing afterwards whether it happened.
 * Owns    START TRANSACTION, COMMIT, ROLLBACK; idempotency keys; ranges of numbers.
 * Never   tells success or failure of a COMMIT whose answer was lost, without having asked the key.
 * Holds   after unit_run() no transaction is open; a unit with writes has at least one event in the same transaction.
 *
 * Why the key is inserted and not looked up: the first try may still be committing on a connection that we lost. An INSERT of
 * the same key waits for it and then either meets the row (it had been applied: what the operation answered then stands) or
 * takes its place (it had not: the operation runs again, in this very transaction). A SELECT would see neither. */
#include "db/db_int.h"

#include <mysqld_error.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "db/unit.sql.h"

enum {
    LIMIT_UNIT_TRIES = 6,      /* the first and five more */
    LIMIT_UNIT_LOCK_TRIES = 3, /* the first and two more */
    LIMIT_UNIT_RESULT = 255,
    LIMIT_UNIT_KEY = 64,
    LIMIT_UNIT_NUMBERS = 65536, /* numbers of one kind in one unit */
    LIMIT_UNIT_WAITS = 600,     /* looks for a server while a COMMIT is in doubt */
    BACKOFF_LEAST_MS = 5,
    BACKOFF_SPREAD_MS = 46,
    SETTLE_PAUSE_MS = 100
};

/* clang-format off */
static const struct {
    uint64_t chunk, least;
} pools[UNIT_POOLS] = {
    [UNIT_ID]     = {4096, 1024},
    [UNIT_TICKET] = {  16,    1},
};
/* clang-format on */

static void pause_ms(unsigned ms)
{
    struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&t, NULL);
}

/* ---- numbers ---- */

static uint64_t range_left(const struct range *r)
{
    return (r->end - r->next) + (r->end2 - r->next2);
}

static enum err range_fill(struct unit *u, enum unit_pool pool)
{
    struct range *r = &u->db->range[pool];
    uint64_t size = r->least > pools[pool].chunk ? r->least : pools[pool].chunk;
    struct q_unit_pool_take q = {.in = {.pool = (uint32_t)pool, .size = size}};

    if (r->least == 0 || range_left(r) >= r->least)
        return OK;
    TRY(q_unit_pool_take(u, &q));
    if (!q.found || q.out.next <= size)
        return fail(E_DB, "id_pool: pool %d has no sensible number", (int)pool);
    if (r->next == r->end) {
        r->next = r->next2;
        r->end = r->end2;
    }
    r->next2 = q.out.next - size;
    r->end2 = q.out.next;
    return OK;
}

/* Outside of the transaction, so that a ROLLBACK does not give numbers back that are already known to somebody. Ticket numbers
 * are fetched only by processes that have asked for one. */
static enum err ranges_fill(struct unit *u)
{
    struct range *id = &u->db->range[UNIT_ID];

    if (id->least == 0)
        id->least = pools[UNIT_ID].least;
    for (int pool = 0; pool < UNIT_POOLS; pool++)
        TRY(range_fill(u, (enum unit_pool)pool));
    return OK;
}

enum err unit_number(struct unit *u, enum unit_pool pool, uint64_t *out)
{
    struct range *r = &u->db->range[pool];

    if (!u->rw)
        return fail(E_BUG, "a read-only unit asks for a number");
    if (r->next == r->end) {
        r->next = r->next2;
        r->end = r->end2;
        r->next2 = r->end2 = 0;
    }
    if (r->next == r->end) {
        r->least = r->least == 0 ? pools[pool].least : r->least * 4;
        if (r->least > LIMIT_UNIT_NUMBERS)
            return fail(E_TOOBIG, "one unit asks for more than %d numbers", LIMIT_UNIT_NUMBERS);
        return fail(E_IDS, "no number of pool %d is left inside this unit", (int)pool);
    }
    *out = r->next++;
    return OK;
}

/* ---- the key ---- */

enum key_state { KEY_NEW, KEY_DONE };

static enum err key_put(struct unit *u, struct unit_key *key, const char *result, enum key_state *state)
{
    struct q_unit_key_put put = {.in = {.name = key->key, .result = result != NULL ? result : "", .at = u->now}};
    struct q_unit_key_get get = {.in = {.name = key->key}};

    *state = KEY_NEW;
    u->db->no = 0;
    enum err e = q_unit_key_put(u, &put);
    if (e == OK || e != E_CONFLICT || u->db->no != ER_DUP_ENTRY)
        return e;
    TRY(q_unit_key_get(u, &get));
    if (!get.found)
        return fail(E_DEADLOCK, "done_key: the key was there and is not");
    trouble_clear(); /* an expected outcome */
    *state = KEY_DONE;
    key->result = get.out.result;
    return OK;
}

static enum err key_check(enum unit_mode mode, const struct unit_key *key)
{
    if (key == NULL)
        return OK;
    if (mode == UNIT_RO)
        return fail(E_BUG, "a read-only unit has no idempotency key");
    if (key->key == NULL || key->key[0] == '\0' || strlen(key->key) > LIMIT_UNIT_KEY)
        return fail(E_INPUT, "an idempotency key has 1 to %d bytes", LIMIT_UNIT_KEY);
    if (key->result != NULL && strlen(key->result) > LIMIT_UNIT_RESULT)
        return fail(E_BUG, "the result of a key is longer than %d bytes", LIMIT_UNIT_RESULT);
    return OK;
}

enum err unit_result(struct unit *u, const char *result)
{
    struct unit_key *key = u->db->key;

    if (strlen(result) > LIMIT_UNIT_RESULT)
        return fail(E_BUG, "the result of a key is longer than %d bytes", LIMIT_UNIT_RESULT);
    if (key == NULL)
        return OK;
    struct q_unit_key_result q = {.in = {.name = key->key, .result = result}};
    TRY(q_unit_key_result(u, &q));
    key->result = arena_strdup(u->mem, result);
    return OK;
}

/* ---- one try ---- */

struct job {
    const struct unit_conf *conf;
    struct arena *mem;
    struct arena_mark mark;
    enum unit_mode mode;
    const struct actor *who;
    struct unit_key *key;
    const char *result; /* key->result as it was handed in */
    unit_fn fn;
    void *arg;
    int64_t now;
    int attempt;
    bool doubt; /* an earlier try may have been committed */
};

static enum err body(struct job *j, struct unit *u)
{
    enum key_state state = KEY_NEW;

    if (j->key != NULL)
        TRY(key_put(u, j->key, j->result, &state));
    if (state == KEY_DONE) {
        j->key->repeated = !j->doubt; /* in doubt it is our own earlier try, and what it answered stands */
        return db_plain(u->db, DB_READ, "ROLLBACK");
    }
    if (j->attempt > 1) {
        arena_rewind(j->mem, j->mark);
        if (j->key != NULL)
            j->key->result = j->result;
    }
    TRY(j->fn(u, j->arg));
    if (u->n_events > 0 && j->conf->flush == NULL)
        return fail(E_BUG, "this program's units have no commit hook, so their %u events would be lost", u->n_events);
    if (u->n_events > 0)
        TRY(j->conf->flush(u));
    if (u->writes > 0 && u->n_events == 0)
        return fail(E_BUG, "%u writes without an audit event", u->writes);
    return db_plain(u->db, u->rw ? DB_COMMIT : DB_READ, "COMMIT");
}

/* A unit that reads sees one snapshot. One that writes sees what is committed when it has waited for a lock. */
static enum err begin(struct db *db, bool rw)
{
    if (!rw)
        return db_plain(db, DB_READ, "START TRANSACTION READ ONLY");
    TRY(db_plain(db, DB_READ, "SET TRANSACTION ISOLATION LEVEL READ COMMITTED"));
    return db_plain(db, DB_READ, "START TRANSACTION READ WRITE");
}

static enum err try_once(struct job *j)
{
    struct db *db = j->conf->db;
    struct unit u = {.mem = j->mem,
                     .db = db,
                     .who = j->who,
                     .now = j->now,
                     .rw = j->mode == UNIT_RW,
                     .host = j->conf->host,
                     .events_end = &u.events,
                     .attempt = j->attempt};

    TRY(db_ready(db));
    if (u.rw && !j->conf->no_numbers)
        TRY(ranges_fill(&u));
    db->key = j->key;
    db->busy = true;
    enum err e = begin(db, u.rw);
    if (e == OK)
        e = body(j, &u);
    db->busy = false;
    db->key = NULL;
    if (e == OK)
        return OK;
    /* even where the server has rolled back by itself: after 1205 it has not, and to know which is which is not worth a bug */
    if (e == E_UNSURE || db->lost || mysql_real_query(db->my, "ROLLBACK", 8) != 0)
        db_drop(db);
    return err_pass(e, __FILE__, __LINE__);
}

/* While a COMMIT is in doubt we wait for a server that can be asked, as long as db_timeout says. */
static enum err wait_for_server(struct db *db)
{
    int64_t end = clock_monotonic() + (int64_t)db->timeout * CLOCK_SECOND;
    enum err e = db_ready(db);

    for (int i = 0; e != OK && i < LIMIT_UNIT_WAITS && clock_monotonic() < end; i++) {
        pause_ms(SETTLE_PAUSE_MS);
        e = db_ready(db);
    }
    return e == OK ? OK : fail(E_UNSURE, "no server tells whether the transaction was committed");
}

/* Is E worth a further try? */
static bool again(const struct job *j, enum err e)
{
    if (e == E_UNSURE)
        return j->key != NULL && j->attempt < LIMIT_UNIT_TRIES;
    if (err_retry(e) != RETRY)
        return false;
    return j->attempt < (e == E_LOCKWAIT ? LIMIT_UNIT_LOCK_TRIES : LIMIT_UNIT_TRIES);
}

enum err unit_run(const struct unit_conf *conf, struct arena *mem, enum unit_mode mode, const struct actor *who,
                  struct unit_key *key, unit_fn fn, void *arg)
{
    struct job j = {.conf = conf, .mem = mem, .mode = mode, .who = who, .key = key, .fn = fn, .arg = arg, .now = clock_now()};

    trouble_clear();
    TRY(key_check(mode, key));
    if (conf->db->busy)
        return fail(E_BUG, "a unit inside a unit");
    if (key != NULL) {
        key->repeated = false;
        j.result = key->result;
    }
    j.mark = arena_mark(mem);
    for (j.attempt = 1;; j.attempt++) {
        enum err e = try_once(&j);
        j.doubt = j.doubt || e == E_UNSURE;
        if (e == OK)
            return OK;
        if (!again(&j, e)) {
            /* an earlier COMMIT in doubt that was never settled must not be told as a plain failure */
            return j.doubt && e != E_UNSURE ? fail(E_UNSURE, "the transaction may have been committed before this error")
                                            : err_pass(e, __FILE__, __LINE__);
        }
        log_trouble();
        if (e == E_UNSURE)
            TRY(wait_for_server(conf->db));
        else
            pause_ms(BACKOFF_LEAST_MS + (unsigned)(rand_u64() % BACKOFF_SPREAD_MS));
        trouble_clear();
    }
}
