/* engine/flow/replay.c - the proof that a stored instance is what its triggers make of it.
 *
 * For     `gradus replay` and the checks after fault rounds.
 * Owns    nothing; reads trigger_log and the instance's rows.
 * Never   writes.
 * Holds   the machine is pure, so equal triggers must give equal states, byte for byte; decisions are asked in the versions that the
 *         log names, whatever is in force today. */
#include "base/text.h"
#include "flow/flow_int.h"
#include "flow/inst.sql.h"

enum { LIMIT_STATE = 16 * 1024 * 1024, LIMIT_TRIGGERS = 1000000 };

static struct run_env env_of(struct unit *u, struct flow_step *step, const struct run_decisions *decisions)
{
    const struct flow_host *h = flow_host_of(u);

    return (struct run_env){.proc = step->proc,
                            .fuel = RUN_FUEL,
                            .limits = h->limits,
                            .decisions = decisions,
                            .scripts = h->play != NULL ? h->play->scripts : NULL};
}

static int64_t number(struct val v, const char *key)
{
    int64_t n = 0;

    return val_int_of(val_get(v, key), &n) ? n : 0;
}

/* The line of a migration: the process changes, and with it what all further lines mean. */
static enum err migrate_again(struct unit *u, struct flow_step *step, struct inst *in, const char *text)
{
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = env_of(u, step, &decisions);
    struct findings f = findings_new(u->mem);
    struct effects fx = {.mem = u->mem};
    struct run_migration m = {.from = step->proc};
    struct val v;

    TRY(val_read(u->mem, text, strlen(text), &v));
    struct val pairs = val_get(v, "pairs");
    struct run_pair *pair = ARENA_NEW_N(u->mem, struct run_pair, val_count(pairs) + 1);
    for (size_t i = 0; i < val_count(pairs); i++)
        pair[i] =
            (struct run_pair){val_string(u->mem, val_at(val_at(pairs, i), 0)), val_string(u->mem, val_at(val_at(pairs, i), 1))};
    step->definition = (uint64_t)number(v, "to");
    TRY(flow_step_proc(u, step->definition, &m.to));
    m.pair = pair;
    m.n_pair = val_count(pairs);
    env.proc = m.to;
    env.now = number(v, "now");
    env.fuel = (uint32_t)number(v, "fuel");
    TRY(run_migrate(&env, &m, in, &f, &fx));
    in->seq++;
    step->proc = m.to;
    return OK;
}

static enum err trigger_again(struct unit *u, struct flow_step *step, struct inst *in, const char *text)
{
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = env_of(u, step, &decisions);
    struct effects fx = {.mem = u->mem};
    struct trigger t;

    if (strncmp(text, FLOW_FUEL, strlen(FLOW_FUEL)) == 0) {
        uint64_t fuel = 0;
        const char *line = text + strlen(FLOW_FUEL);
        size_t n = strcspn(line, "\n");
        if (!text_u64(arena_strndup(u->mem, line, n), &fuel) || fuel > UINT32_MAX || line[n] == '\0')
            return fail(E_BUG, "the trigger log says no fuel: \"%.40s\"", text);
        env.fuel = (uint32_t)fuel;
        text = line + n + 1;
    }
    TRY(trigger_read(u->mem, text, strlen(text), &t, &env.now));
    step->pinned = &t.asked;
    return run_trigger(&env, in, &t, &fx);
}

static enum err again(struct unit *u, struct flow_step *step, struct inst *in, const struct q_inst_triggers_row *r)
{
    size_t head = strlen(FLOW_MIGRATE);

    if (strncmp(r->body, FLOW_MIGRATE, head) == 0)
        TRY(migrate_again(u, step, in, r->body + head));
    else
        TRY(trigger_again(u, step, in, r->body));
    if (in->seq != r->seq)
        return fail(E_BUG, "trigger %llu of the log is number %llu of the replay", (unsigned long long)r->seq,
                    (unsigned long long)in->seq);
    return OK;
}

/* The version that the instance began with. */
static enum err first_version(struct unit *u, struct flow_step *step)
{
    struct q_inst_first_migration q = {.in = {.inst = step->inst}};
    struct val v;

    TRY(q_inst_first_migration(u, &q));
    if (!q.found)
        return OK;
    const char *text = q.out.body + strlen(FLOW_MIGRATE);
    TRY(val_read(u->mem, text, strlen(text), &v));
    step->definition = (uint64_t)number(v, "from");
    return flow_step_proc(u, step->definition, &step->proc);
}

static enum err replayed(struct unit *u, struct flow_step *step, struct inst **out)
{
    struct q_inst_triggers q = {.in = {.inst = step->inst}};

    *out = inst_new(u->mem);
    for (uint64_t n = 0; n < LIMIT_TRIGGERS; n += q.n) {
        TRY(q_inst_triggers(u, &q));
        if (q.n == 0)
            return OK;
        for (size_t i = 0; i < q.n; i++)
            TRY(again(u, step, *out, &q.row[i]));
        q.in.after = q.row[q.n - 1].seq;
    }
    return fail(E_TOOBIG, "more than %d triggers", LIMIT_TRIGGERS);
}

enum err flow_replay(struct unit *u, uint64_t inst, bool *same, const char **why)
{
    struct buf stored = buf_new(u->mem, LIMIT_STATE), made = buf_new(u->mem, LIMIT_STATE);
    struct flow_step step = {0};
    struct inst *in;

    TRY(flow_inst_load(u, inst, &step));
    inst_write(&stored, step.proc, step.state);
    TRY(first_version(u, &step));
    TRY(replayed(u, &step, &in));
    inst_write(&made, step.proc, in);
    TRY(buf_done(&stored));
    TRY(buf_done(&made));
    size_t at = 0;
    while (at < stored.len && at < made.len && stored.p[at] == made.p[at])
        at++;
    *same = at == stored.len && at == made.len;
    *why = *same ? ""
                 : arena_printf(u->mem, "instance %llu: stored \"%.80s\", replayed \"%.80s\"", (unsigned long long)inst,
                                buf_text(&stored) + at, buf_text(&made) + at);
    return OK;
}
