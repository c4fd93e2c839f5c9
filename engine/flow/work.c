/* engine/flow/work.c - what one unit does with the instances of one subject.
 *
 * For     everything that moves stored instances: one trigger, and all that follows from it in this instance and in those that it has
 *         called or was called by.
 * Owns    the list of opened instances, the queue of what is left to do, the lines of the trigger log.
 * Never   another subject: what is thrown to others goes by job, in a unit of its own.
 * Holds   the effects of a trigger are done before the next trigger is handled, and triggers in the order in which they were asked for;
 *         each is a line in the log of its own instance, so that a replay of one instance needs no other. */
#include "flow/flow_int.h"

void *flow_grown(struct arena *mem, void *array, size_t n, size_t *cap, size_t size)
{
    if (n < *cap)
        return array;
    *cap = *cap == 0 ? 8 : *cap * 2;
    void *wider = arena_alloc_n(mem, *cap, size);
    if (n > 0)
        memcpy(wider, array, n * size);
    return wider;
}

/* ---- one trigger ---- */

enum err flow_log_add(struct unit *u, struct flow_step *step, const char *body)
{
    step->log = flow_grown(u->mem, step->log, step->n_log, &step->cap_log, sizeof *step->log);
    step->log[step->n_log++] = (struct flow_log){step->state->seq, body};
    return OK;
}

/* Kept for the end of the unit: all triggers of an instance, services' answers among them, are written in one go. */
static enum err log_trigger(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);
    struct trigger told = *t;

    told.asked = flow_asked(u, step);
    if (flow_host_of(u)->fuel != RUN_FUEL) /* a replay runs as far as it did then */
        buf_fmt(&b, FLOW_FUEL "%u\n", flow_host_of(u)->fuel);
    TRY(trigger_write(&b, &told, step->now));
    TRY(buf_done(&b));
    return flow_log_add(u, step, buf_text(&b));
}

struct run_env flow_env(struct unit *u, struct flow_step *step, struct run_decisions *decisions)
{
    const struct flow_host *h = flow_host_of(u);

    if (step->now < u->now)
        step->now = u->now;
    return (struct run_env){.proc = step->proc,
                            .now = step->now,
                            .fuel = h->fuel,
                            .limits = h->limits,
                            .decisions = decisions,
                            .scripts = h->play != NULL ? h->play->scripts : NULL};
}

static enum err one_trigger(struct unit *u, struct flow_step *step, const struct trigger *t, bool *fits)
{
    struct flow_asking asking = {u, step};
    struct run_decisions decisions = flow_decisions(&asking);
    struct run_env env = flow_env(u, step, &decisions);
    struct effects fx = {.mem = u->mem};

    step->n_asked = 0;
    enum err e = run_trigger(&env, step->state, t, &fx);
    *fits = e != E_STATE;
    TRY(e);
    TRY(log_trigger(u, step, t));
    TRY(flow_store_write(u, step));
    return flow_effects(u, step, &fx);
}

enum err flow_step_try(struct unit *u, struct flow_step *step, const struct trigger *t, bool *fits)
{
    struct trigger whole = *t, set;
    bool differs;

    TRY(flow_store_read(u, step, &whole, &set, &differs));
    if (differs)
        TRY(one_trigger(u, step, &set, fits));
    return one_trigger(u, step, &whole, fits);
}

enum err flow_step_run(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    bool fits;

    return flow_step_try(u, step, t, &fits);
}

/* ---- the instances ---- */

struct flow_work *flow_work_new(struct unit *u, void *subject)
{
    struct flow_work *w = ARENA_NEW(u->mem, struct flow_work);

    w->subject = subject;
    return w;
}

enum err flow_step_proc(struct unit *u, uint64_t definition, const struct proc **out)
{
    const struct flow_play *play = flow_host_of(u)->play;

    TRY(flow_proc(u, definition, out));
    if ((*out)->executable || (*out)->blocked || play == NULL || !play->force)
        return OK;
    struct proc *forced = arena_memdup(u->mem, *out, sizeof **out);
    forced->executable = true;
    *out = forced;
    return OK;
}

static struct flow_step *step_new(struct unit *u, struct flow_work *w)
{
    struct flow_step *step = ARENA_NEW(u->mem, struct flow_step);

    step->work = w;
    w->step = flow_grown(u->mem, w->step, w->n_step, &w->cap_step, sizeof *w->step);
    w->step[w->n_step++] = step;
    return step;
}

enum err flow_work_open(struct unit *u, struct flow_work *w, uint64_t inst, struct flow_step **out)
{
    for (size_t i = 0; i < w->n_step; i++) {
        if (w->step[i]->inst == inst) {
            *out = w->step[i];
            return OK;
        }
    }
    *out = step_new(u, w);
    return flow_inst_load(u, inst, *out);
}

enum err flow_work_fresh(struct unit *u, struct flow_work *w, const struct flow_new *n, struct flow_step **out)
{
    const struct proc *proc;

    TRY(flow_step_proc(u, n->definition, &proc));
    if (proc->blocked)
        return fail(E_STATE, "process %s holds what cannot run here: the findings of its model say what", proc->key);
    if (!proc->executable)
        return fail(E_STATE, "process %s is not executable: set isExecutable=\"true\" in the model and release it again",
                    proc->key);
    struct flow_step *step = step_new(u, w);
    TRY(unit_number(u, UNIT_ID, &step->inst));
    step->definition = n->definition;
    step->fresh = true;
    step->started = u->now;
    step->proc = proc;
    step->state = inst_new(u->mem);
    step->visited = arena_alloc(u->mem, (size_t)proc->n_node / 8 + 1);
    if (n->parent != NULL) {
        step->parent = n->parent->inst;
        step->parent_token = n->token;
        step->depth = n->parent->depth + 1;
    }
    *out = step;
    return OK;
}

/* ---- what is left to do ---- */

void flow_work_later(struct unit *u, const struct flow_errand *d)
{
    struct flow_work *w = d->step->work;

    w->errand = flow_grown(u->mem, w->errand, w->n_errand, &w->cap_errand, sizeof *w->errand);
    w->errand[w->n_errand++] = *d;
}

/* Nothing moves in a suspended instance, and nothing is lost for it either. */
static enum err rest(struct unit *u, const struct flow_step *step, const struct trigger *t)
{
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);
    struct flow_job_new job = {.kind = "trigger", .inst = step->inst, .token = t->token, .due = u->now, .resting = true};

    TRY(trigger_write(&b, t, u->now));
    TRY(buf_done(&b));
    job.payload = buf_text(&b);
    return flow_job_add(u, &job);
}

static bool wakes(enum trigger_kind k)
{
    return k == TRIGGER_RESUME || k == TRIGGER_SUSPEND || k == TRIGGER_CANCEL;
}

static enum err run_late(struct unit *u, struct flow_step *step, const struct flow_errand *d)
{
    bool fits = true;

    if (step->state->state == INST_SUSPENDED && !wakes(d->t.kind))
        return rest(u, step, &d->t);
    enum err e = flow_step_try(u, step, &d->t, &fits);
    if (!fits) {
        trouble_clear();
        return OK; /* something that happened before has made it pointless */
    }
    return e;
}

void flow_work_add(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    struct flow_errand d = {.run = run_late, .step = step, .t = *t};

    flow_work_later(u, &d);
}

enum err flow_work_end(struct unit *u, struct flow_work *w)
{
    while (w->head < w->n_errand) {
        struct flow_errand d = w->errand[w->head++];
        if (w->head > LIMIT_FLOW_ERRANDS)
            return fail(E_TOOBIG, "more than %d triggers follow from one", LIMIT_FLOW_ERRANDS);
        TRY(d.run(u, d.step, &d));
    }
    for (size_t i = 0; i < w->n_step; i++) {
        if (w->step[i]->dead || w->step[i]->n_log == 0)
            continue; /* nothing has happened to it */
        TRY(flow_effects_end(u, w->step[i]));
        TRY(flow_inst_save(u, w->step[i]));
    }
    return OK;
}

enum err flow_work_save(struct unit *u, struct flow_work *w)
{
    bool moved = w->services > 0;

    for (size_t i = 0; i < w->n_step; i++)
        moved |= w->step[i]->n_log > 0;
    return moved ? flow_host_of(u)->subject_save(u, w->subject) : OK;
}

enum err flow_work_whole(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    TRY(flow_step_run(u, step, t));
    return flow_work_end(u, step->work);
}
