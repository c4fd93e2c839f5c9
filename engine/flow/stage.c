/* engine/flow/stage.c - the stage in MariaDB.
 *
 * For     telling the product's body the same cases as the pure machine.
 * Owns    its clock, the order in which due jobs are done, what is left over when a case is reset.
 * Never   another way of moving instances than the product's: verbs and jobs, each in a unit.
 * Holds   effects are told after their unit was committed; a stage whose jobs are all done is quiet. */
#include "flow/stage.h"

#include "base/text.h"
#include "flow/call.sql.h"
#include "flow/deploy.h"
#include "flow/flow_int.h"
#include "flow/stage.sql.h"
#include "run/limit.h"

enum { LIFE_CHUNK = 64 * 1024 };

struct heard {
    uint64_t inst;
    const struct proc *proc;
    struct effect e;
};

struct scene {
    struct arena *life; /* since the last reset */
    struct stage_env env;
    const struct actor *who;
    struct unit_conf uc; /* with a host of our own */
    struct flow_host host;
    struct flow_play play;
    int64_t now;
    uint64_t *inst; /* in the order in which they began */
    size_t n_inst, cap_inst;
    struct heard *heard; /* of the unit */
    size_t n_heard, cap_heard;
};

/* ---- units ---- */

static void hear(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e)
{
    struct scene *s = ctx;

    s->heard = flow_grown(s->life, s->heard, s->n_heard, &s->cap_heard, sizeof *s->heard);
    s->heard[s->n_heard++] = (struct heard){inst, p, *e};
}

static void note_inst(struct scene *s, uint64_t inst)
{
    for (size_t i = s->n_inst; i > 0; i--) {
        if (s->inst[i - 1] == inst)
            return;
    }
    s->inst = flow_grown(s->life, s->inst, s->n_inst, &s->cap_inst, sizeof *s->inst);
    s->inst[s->n_inst++] = inst;
}

/* What is to be done in one unit, at the stage's moment. */
struct act {
    struct scene *s;
    enum err (*run)(struct unit *u, struct act *a);
    const void *in;
    void *out;
    uint64_t inst;
    struct val vars;
    int64_t now; /* 0 = the stage's */
};

static enum err at_moment(struct unit *u, void *arg)
{
    struct act *a = arg;

    u->now = a->now != 0 ? a->now : a->s->now;
    a->s->heard = NULL; /* a unit may be tried again: what it has heard before went with its memory */
    a->s->n_heard = a->s->cap_heard = 0;
    return a->run(u, a);
}

static enum err unit(struct act *a, enum unit_mode mode)
{
    struct scene *s = a->s;

    TRY(unit_run(&s->uc, s->life, mode, s->who, NULL, at_moment, a));
    for (size_t i = 0; i < s->n_heard; i++) {
        note_inst(s, s->heard[i].inst);
        if (s->env.hear != NULL)
            s->env.hear(s->env.ctx, s->heard[i].inst, s->heard[i].proc, &s->heard[i].e);
    }
    s->n_heard = 0;
    return OK;
}

/* ---- jobs ---- */

static enum err next_job(struct unit *u, struct act *a)
{
    struct q_stage_next *q = a->out;

    q->in.now = u->now;
    return q_stage_next(u, q);
}

static enum err run_job(struct unit *u, struct act *a)
{
    return flow_job_run(u, a->in, "");
}

/* *DONE: nothing is left to do at this moment. */
static enum err one_job(struct scene *s, bool *done)
{
    struct q_stage_next q = {0};
    struct act look = {.s = s, .run = next_job, .out = &q};

    TRY(unit(&look, UNIT_RO));
    *done = !q.found;
    if (*done)
        return OK;
    struct flow_job j = {.id = q.out.id,
                         .inst = q.out.inst_null ? 0 : q.out.inst,
                         .token = q.out.token,
                         .kind = q.out.kind,
                         .payload = q.out.payload,
                         .due = q.out.due};
    struct act act = {.s = s, .run = run_job, .in = &j};
    return unit(&act, UNIT_RW);
}

static enum err settle(struct scene *s)
{
    bool done = false;

    for (uint32_t n = 0; n < LIMIT_STAGE_DEEDS; n++) {
        TRY(one_job(s, &done));
        if (done)
            return OK;
    }
    return fail(E_FUEL, "the instances do not come to rest: %d jobs in one operation", (int)LIMIT_STAGE_DEEDS);
}

static enum err do_act(struct act *a)
{
    TRY(unit(a, UNIT_RW));
    return settle(a->s);
}

/* ---- resetting ---- */

static enum err strangers(struct unit *u, struct act *a)
{
    struct q_stage_strangers q = {0};

    TRY(q_stage_strangers(u, &q));
    return q.out.n == 0 ? OK
                        : fail(E_STATE, "there are tickets, or processes in force: a stage needs a database of its own, "
                                        "since its messages and timers would reach them");
}

static enum err running(struct unit *u, struct act *a)
{
    return q_stage_running(u, a->out);
}

static enum err cancel(struct unit *u, struct act *a)
{
    return flow_cancel(u, a->inst, u->mem, "the stage is reset");
}

static enum err clear(struct unit *u, struct act *a)
{
    struct q_stage_message_sweep messages = {0};
    struct q_stage_job_sweep jobs = {0};
    struct q_stage_keys keys = {0};

    TRY(q_stage_keys(u, &keys));
    for (size_t i = 0; i < keys.n; i++)
        TRY(deploy_retire(u, keys.row[i].process_key, "the stage is reset"));
    TRY(q_stage_message_sweep(u, &messages));
    return q_stage_job_sweep(u, &jobs);
}

/* By the product's verbs: what ran is cancelled, what is in force is retired. */
static enum err sweep(struct scene *s)
{
    struct q_stage_running q = {0};
    struct act look = {.s = s, .run = strangers}, list = {.s = s, .run = running, .out = &q};
    struct act end = {.s = s, .run = clear};

    TRY(unit(&look, UNIT_RO));
    TRY(unit(&list, UNIT_RO));
    for (size_t i = 0; i < q.n; i++) {
        struct act stop = {.s = s, .run = cancel, .inst = q.row[i].id};
        TRY(unit(&stop, UNIT_RW));
    }
    return unit(&end, UNIT_RW);
}

static enum err reset(void *ctx, int64_t now)
{
    struct scene *s = ctx;
    struct stage_env env = s->env;

    s->env.hear = NULL;
    enum err e = sweep(s);
    s->env = env;
    TRY(e);
    arena_free(s->life);
    s->life = arena_new(LIFE_CHUNK);
    s->heard = NULL;
    s->inst = NULL;
    s->n_heard = s->cap_heard = s->n_inst = s->cap_inst = 0;
    s->now = now;
    s->play.released = now;
    return OK;
}

/* ---- deploying ---- */

struct deployment {
    const struct stage_file *file;
    size_t n;
};

static bool is_decision(const struct stage_file *f)
{
    return deploy_is_decision(f->bytes.p, f->bytes.n);
}

static enum err release(struct unit *u, const struct stage_file *f)
{
    struct deploy_draft d = {
        .file = arena_printf(u->mem, "stage: %s", f->name), .bytes = f->bytes.p, .n = f->bytes.n, .any_topic = true};
    uint32_t version;

    TRY(deploy_draft(u, &d));
    for (size_t i = 0; i < d.n_all; i++)
        TRY(deploy_release(u, d.all[i], true, NULL, &version));
    return OK;
}

/* Decisions first: processes ask for them. */
static enum err deploy_all(struct unit *u, struct act *a)
{
    const struct deployment *d = a->in;

    for (size_t i = 0; i < 2 * d->n; i++) {
        const struct stage_file *f = &d->file[i % d->n];
        if (is_decision(f) == (i < d->n))
            TRY(release(u, f));
    }
    return OK;
}

static enum err deploy(void *ctx, const struct stage_file *file, size_t n, struct findings *f)
{
    struct scene *s = ctx;
    struct deployment d = {file, n};
    struct act act = {.s = s, .run = deploy_all, .in = &d};
    int errors = f->errors;

    for (size_t i = 0; i < n; i++) {
        enum err e = deploy_lint(s->life, file[i].name, file[i].bytes, f);
        if (e != OK && e != E_FINDINGS)
            return err_pass(e, __FILE__, __LINE__);
    }
    if (f->errors > errors)
        return fail(E_FINDINGS, "%d errors", f->errors - errors);
    s->play.released++;
    enum err e = do_act(&act);
    if (e == E_FINDINGS)
        finding_add(f, FINDING_ERROR, "refused", 0, "", "%s.", trouble()->text);
    return e;
}

/* ---- acting ---- */

static enum err begin(struct unit *u, struct act *a)
{
    struct q_call_in_force q = {.in = {.key = a->in}};
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = a->vars, .text = ""};
    struct flow_new n = {0};
    struct flow_step *step;

    TRY(q_call_in_force(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no process \"%s\"", (const char *)a->in);
    n.definition = q.out.id;
    TRY(flow_work_fresh(u, flow_work_new(u, u->mem), &n, &step));
    TRY(flow_event(u, step, EV_INST_STARTED, NULL, NULL, 0));
    a->inst = step->inst;
    return flow_work_whole(u, step, &t);
}

static enum err start(void *ctx, const char *process, struct val vars, uint64_t *inst)
{
    struct act act = {.s = ctx, .run = begin, .in = process, .vars = vars};

    TRY(unit(&act, UNIT_RW));
    *inst = act.inst;
    return settle(ctx);
}

static enum err send(struct unit *u, struct act *a)
{
    const struct stage_message *m = a->in;
    struct flow_message post = {.name = m->name, .key = m->key, .vars = m->vars, .where = m->where, .until = m->until};

    TRY(flow_message(u, &post));
    *(bool *)a->out = post.how == FLOW_TAKEN || post.how == FLOW_STARTED;
    return OK;
}

static enum err message(void *ctx, const struct stage_message *m, bool *taken)
{
    struct act act = {.s = ctx, .run = send, .in = m, .out = taken};

    return do_act(&act);
}

static enum err broadcast(struct unit *u, struct act *a)
{
    uint64_t reached;

    return flow_signal(u, a->in, a->vars, &reached);
}

static enum err signal(void *ctx, const char *name, struct val vars)
{
    struct act act = {.s = ctx, .run = broadcast, .in = name, .vars = vars};

    return do_act(&act);
}

static enum err offer(struct unit *u, struct act *a)
{
    uint64_t n;

    return flow_conditions(u, a->vars, &n);
}

static enum err conditions(void *ctx, struct val vars)
{
    struct act act = {.s = ctx, .run = offer, .vars = vars};

    return do_act(&act);
}

static enum err trigger(struct unit *u, struct act *a)
{
    struct flow_step *step;

    TRY(flow_work_open(u, flow_work_new(u, u->mem), a->inst, &step));
    TRY(flow_event(u, step, EV_STEP, NULL, NULL, 0));
    return flow_work_whole(u, step, a->in);
}

static enum err act_on(void *ctx, uint64_t inst, const struct trigger *t)
{
    struct act act = {.s = ctx, .run = trigger, .in = t, .inst = inst};

    return do_act(&act);
}

/* ---- the clock ---- */

static enum err next_due(struct unit *u, struct act *a)
{
    return q_stage_due(u, a->out);
}

static enum err clock_to(void *ctx, int64_t to)
{
    struct scene *s = ctx;
    bool done;

    for (uint32_t n = 0; n < LIMIT_STAGE_DEEDS; n++) {
        struct q_stage_due q = {0};
        struct act look = {.s = s, .run = next_due, .out = &q};
        TRY(unit(&look, UNIT_RO));
        if (!q.found || q.out.due_null || q.out.due > to) {
            s->now = to > s->now ? to : s->now;
            return OK;
        }
        s->now = q.out.due > s->now ? q.out.due : s->now;
        TRY(one_job(s, &done));
    }
    return fail(E_FUEL, "more than %d timers fall due", (int)LIMIT_STAGE_DEEDS);
}

/* ---- looking ---- */

static enum err look_inst(struct unit *u, struct act *a)
{
    struct q_stage_inst q = {.in = {.id = a->inst}};
    struct stage_inst *out = a->out;

    TRY(q_stage_inst(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no instance %llu", (unsigned long long)a->inst);
    *out = (struct stage_inst){.handle = a->inst,
                               .caller = q.out.caller_null ? 0 : q.out.caller,
                               .caller_token = q.out.token,
                               .state = (enum inst_state)q.out.state};
    return flow_proc(u, q.out.definition, &out->proc);
}

static enum err instances(void *ctx, struct arena *mem, struct stage_inst **out, size_t *n)
{
    struct scene *s = ctx;

    *n = s->n_inst;
    *out = ARENA_NEW_N(mem, struct stage_inst, s->n_inst + 1);
    for (size_t i = 0; i < s->n_inst; i++) {
        struct act look = {.s = s, .run = look_inst, .inst = s->inst[i], .out = &(*out)[i]};
        TRY(unit(&look, UNIT_RO));
    }
    return OK;
}

static enum err load(struct unit *u, struct act *a)
{
    struct flow_step step = {0};

    TRY(flow_inst_load(u, a->inst, &step));
    *(struct inst **)a->out = step.state;
    return OK;
}

static enum err state(void *ctx, struct arena *mem, uint64_t inst, const struct inst **out)
{
    struct scene *s = ctx;
    struct inst *in = NULL;
    struct act look = {.s = s, .run = load, .inst = inst, .out = &in};

    TRY(unit(&look, UNIT_RO));
    *out = inst_copy(mem, in);
    return OK;
}

static enum err count_timers(struct unit *u, struct act *a)
{
    return q_stage_timers(u, a->out);
}

static enum err timers(void *ctx, size_t *n)
{
    struct q_stage_timers q = {0};
    struct act look = {.s = ctx, .run = count_timers, .out = &q};

    TRY(unit(&look, UNIT_RO));
    *n = (size_t)q.out.n;
    return OK;
}

/* ---- the proof ---- */

static enum err replay(struct unit *u, struct act *a)
{
    bool same = false;

    TRY(flow_replay(u, a->inst, &same, a->out));
    return same ? OK : fail(E_BUG, "%s", *(const char **)a->out);
}

static enum err prove(void *ctx)
{
    struct scene *s = ctx;
    const char *why = "";

    for (size_t i = 0; i < s->n_inst; i++) {
        struct act look = {.s = s, .run = replay, .inst = s->inst[i], .out = &why};
        TRY(unit(&look, UNIT_RO));
    }
    return OK;
}

static void scene_end(void *scene)
{
    arena_free(((struct scene *)scene)->life);
}

void flow_stage(struct arena *mem, const struct flow_stage *f, struct stage *out)
{
    struct scene *s = ARENA_NEW(mem, struct scene);

    *s = (struct scene){.life = arena_new(LIFE_CHUNK), .env = f->env, .who = f->who, .uc = *f->uc};
    s->play = (struct flow_play){.outside = true, .force = f->env.force, .scripts = f->env.scripts, .hear = hear, .ctx = s};
    s->host = flow_play_host(f->uc->host, &s->play);
    s->host.fuel = f->env.fuel != 0 ? f->env.fuel : RUN_FUEL;
    s->host.limits = f->env.limits;
    s->uc.host = &s->host;
    arena_at_end(mem, scene_end, s);
    *out = (struct stage){.ctx = s,
                          .reset = reset,
                          .deploy = deploy,
                          .start = start,
                          .message = message,
                          .signal = signal,
                          .conditions = conditions,
                          .act = act_on,
                          .clock = clock_to,
                          .instances = instances,
                          .state = state,
                          .timers = timers,
                          .prove = prove};
}
