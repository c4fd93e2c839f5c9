/* bin/gradus/proof.c - gradus replay, check, where.
 *
 * For     proofs and maps: stored instances against their triggers, the invariants, the way of a request.
 * Owns    nothing; the invariants are engine/flow/proof.sql.
 * Never   repairs anything.
 * Holds   exit 1 as soon as one proof fails. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "audit/seal.h"
#include "base/text.h"
#include "cmd.h"
#include "flow/flow.h"
#include "flow/proof.sql.h"

enum { LIMIT_ROUTES = 1 << 20 };

/* ---- replay ---- */

struct one {
    uint64_t id;
    bool same;
    const char *why;
};

static enum err replay_one(struct unit *u, void *arg)
{
    struct one *o = arg;

    return flow_replay(u, o->id, &o->same, &o->why);
}

static enum err replay(struct cmd *c, const struct unit_conf *uc, uint64_t id, bool quiet)
{
    struct arena_mark mark = arena_mark(c->mem);
    struct one o = {.id = id};

    TRY(cmd_unit(c, uc, UNIT_RO, replay_one, &o));
    if (!o.same)
        c->exit = 1;
    if (!o.same || !quiet)
        printf("%s - instance %" PRIu64 "%s%s\n", o.same ? "ok" : "not ok", id, o.same ? "" : ": ", o.why);
    arena_rewind(c->mem, mark);
    return OK;
}

struct ids {
    uint64_t after, id[500];
    size_t n;
};

static enum err more_instances(struct unit *u, void *arg)
{
    struct ids *ids = arg;
    struct q_proof_instances q = {.in = {.after = ids->after}};

    TRY(q_proof_instances(u, &q));
    ids->n = q.n;
    for (size_t i = 0; i < q.n; i++)
        ids->id[i] = q.row[i].id;
    return OK;
}

static enum err replay_all(struct cmd *c, const struct unit_conf *uc)
{
    struct ids ids = {0};
    uint64_t total = 0;

    do {
        TRY(cmd_unit(c, uc, UNIT_RO, more_instances, &ids));
        for (size_t i = 0; i < ids.n; i++)
            TRY(replay(c, uc, ids.id[i], true));
        total += ids.n;
        ids.after = ids.n > 0 ? ids.id[ids.n - 1] : 0;
    } while (ids.n > 0);
    printf("%" PRIu64 " instances replayed\n", total);
    return OK;
}

enum err cmd_replay(struct cmd *c)
{
    struct unit_conf uc;

    TRY(cmd_open(c, "cli", &uc));
    if (c->argc == 0)
        return replay_all(c, &uc);
    for (int i = 0; i < c->argc; i++) {
        uint64_t id;
        if (!text_u64(c->argv[i], &id))
            return fail(E_INPUT, "'%s' is no instance number", c->argv[i]);
        TRY(replay(c, &uc, id, false));
    }
    return OK;
}

/* ---- check ---- */

static enum err invariants(struct unit *u, void *arg)
{
    struct cmd *c = arg;
    struct q_proof_invariants q = {.in = {.now = u->now}};

    TRY(q_proof_invariants(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        printf("%s - %s: %" PRIu64 " rows\n", q.row[i].bad == 0 ? "ok" : "not ok", q.row[i].name, q.row[i].bad);
        if (q.row[i].bad != 0)
            c->exit = 1;
    }
    return OK;
}

struct chain {
    struct cmd *c;
    uint32_t after_stream;
    uint64_t after_id;
    size_t n;
    uint64_t streams, events, broken;
};

static enum err chains(struct unit *u, void *arg)
{
    struct chain *x = arg;
    struct q_proof_streams q = {.in = {.stream = x->after_stream, .id = x->after_id}};

    TRY(q_proof_streams(u, &q));
    x->n = q.n;
    for (size_t i = 0; i < q.n; i++) {
        uint64_t count, at;
        const char *why;
        TRY(audit_stream_check(u, (enum audit_stream)q.row[i].stream, q.row[i].id, &count, &at, &why));
        x->events += count;
        x->streams++;
        if (at != 0) {
            x->broken++;
            printf("not ok - stream %u/%" PRIu64 " event %" PRIu64 ": %s\n", q.row[i].stream, q.row[i].id, at, why);
        }
        x->after_stream = q.row[i].stream;
        x->after_id = q.row[i].id;
    }
    return OK;
}

/* The seals without a key: who signed is the affair of gradus-sealer --check and of auditors. */
static enum err seals(struct unit *u, void *arg)
{
    struct cmd *c = arg;
    struct audit_sealed s = {0};

    TRY(audit_seal_check(u, &s));
    if (s.alarm != NULL) {
        c->exit = 1;
        printf("not ok - seals: %s\n", s.alarm);
    } else {
        printf("ok - seals: %" PRIu64 " seals, %" PRIu64 " leaves\n", s.seals, s.leaves);
    }
    return OK;
}

enum err cmd_check(struct cmd *c)
{
    struct chain x = {.c = c};
    struct unit_conf uc;

    TRY(cmd_no_more(c));
    TRY(cmd_open(c, "cli", &uc));
    TRY(cmd_unit(c, &uc, UNIT_RO, invariants, c));
    do {
        struct arena_mark mark = arena_mark(c->mem);
        TRY(cmd_unit(c, &uc, UNIT_RO, chains, &x));
        arena_rewind(c->mem, mark);
    } while (x.n > 0);
    printf("%s - audit chains: %" PRIu64 " streams, %" PRIu64 " events, %" PRIu64 " broken\n", x.broken == 0 ? "ok" : "not ok",
           x.streams, x.events, x.broken);
    if (x.broken != 0)
        c->exit = 1;
    return cmd_unit(c, &uc, UNIT_RO, seals, c);
}

/* ---- where: build/gen/routes.txt is made from the route tables by tools/routes.awk ---- */

static bool matches(const char *pattern, const char *path)
{
    while (*pattern != '\0' && *path != '\0') {
        if (*pattern == '{') {
            pattern += strcspn(pattern, "}") + 1;
            size_t n = strcspn(path, "/");
            if (n == 0)
                return false;
            path += n;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == *path;
}

enum err cmd_where(struct cmd *c)
{
    const char *file = cmd_option(c, "--routes");
    struct span text;
    bool found = false;

    if (c->argc != 2)
        return fail(E_INPUT, "give METHOD and PATH, e.g. gradus where POST /agent/task/7/take");
    if (file == NULL)
        file = c->conf.routes_file;
    if (access(file, R_OK) != 0)
        return fail(E_INPUT, "%s: no list of routes here; give --routes FILE (make writes build/gen/routes.txt)", file);
    TRY(cmd_read_file(c->mem, file, LIMIT_ROUTES, &text));
    char *save = arena_strndup(c->mem, text.p, text.n);
    while (*save != '\0') {
        char *end = save + strcspn(save, "\n");
        char *next = *end != '\0' ? end + 1 : end;
        char *tab = save + strcspn(save, "\t"), *tab2;
        *end = '\0';
        if (*tab != '\0') {
            *tab = '\0';
            tab2 = tab + 1 + strcspn(tab + 1, "\t");
            *tab2 = '\0';
            if (strcmp(save, c->argv[0]) == 0 && matches(tab + 1, c->argv[1])) {
                printf("%s %s\n%s\n", save, tab + 1, tab2 + 1);
                found = true;
            }
        }
        save = next;
    }
    if (!found)
        c->exit = 1;
    return found ? OK : fail(E_STATE, "no route answers %s %s", c->argv[0], c->argv[1]);
}
