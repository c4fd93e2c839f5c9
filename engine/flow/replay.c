/* engine/flow/replay.c - the proof that a stored instance is what its triggers make of it.
 *
 * For     `gradus replay` and the checks after fault rounds.
 * Owns    nothing; reads trigger_log and the instance's rows.
 * Never   writes.
 * Holds   the machine is pure, so equal triggers must give equal states, byte for byte; decisions are asked in the versions that the
 *         log names, whatever is in force today. */
#include "flow/flow_int.h"
#include "flow/inst.sql.h"

enum { LIMIT_STATE = 16 * 1024 * 1024, LIMIT_TRIGGERS = 1000000 };

static enum err again(struct unit *u, struct flow_step *step, struct inst *in, const struct q_inst_triggers_row *r)
{
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = {
        .proc = step->proc, .fuel = flow_host_of(u)->fuel, .limits = flow_host_of(u)->limits, .decisions = &decisions};
    struct effects fx = {.mem = u->mem};
    struct trigger t;

    TRY(trigger_read(u->mem, r->body, strlen(r->body), &t, &env.now));
    step->pinned = &t.asked;
    TRY(run_trigger(&env, in, &t, &fx));
    if (in->seq != r->seq)
        return fail(E_BUG, "trigger %llu of the log is number %llu of the replay", (unsigned long long)r->seq,
                    (unsigned long long)in->seq);
    return OK;
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
    TRY(replayed(u, &step, &in));
    inst_write(&stored, step.proc, step.state);
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
