/* engine/flow/story.c - tells scenarios through MariaDB.
 *
 * For     proving that the machine's body does what the pure machine does: two drivers, one truth.
 * Owns    nothing; instances that it makes are about no ticket (subject 0).
 * Never   a service, a hook of the desk.
 * Holds   the state is loaded from its rows for every look at it. */
#include "flow/story.h"

#include "flow/flow_int.h"
#include "run/scenario.h"

struct teller {
    struct arena *mem;
    const struct flow_story *story;
    struct unit_conf uc; /* with a host of our own */
    uint64_t inst;
    const struct trigger *trigger;
    int64_t now;
    struct effects *out;
    struct inst *state;
};

static enum err subject_lock(struct unit *u, uint64_t id, void **subject)
{
    *subject = u->mem;
    return OK;
}

static enum err subject_save(struct unit *u, void *subject)
{
    return OK;
}

static const char *subject_name(const void *subject)
{
    return "story";
}

static uint64_t subject_id(const void *subject)
{
    return 0;
}

static enum err task_opened(struct unit *u, void *subject, struct flow_task *t)
{
    return OK;
}

static enum err task_closed(struct unit *u, void *subject, const struct flow_task *t, bool completed)
{
    return OK;
}

static enum err ended(struct unit *u, void *subject, const char *how)
{
    return OK;
}

static enum err step(struct unit *u, void *arg)
{
    struct teller *t = arg;
    struct flow_step s = {.subject = u->mem, .story = t->out, .model = t->story->model, .n_model = t->story->n_model};

    u->now = t->now;
    if (t->inst == 0) {
        s.fresh = true;
        s.definition = t->story->definition;
        s.state = inst_new(u->mem);
        TRY(flow_proc(u, s.definition, &s.proc));
        s.visited = arena_alloc(u->mem, (size_t)s.proc->n_node / 8 + 1);
        TRY(unit_number(u, UNIT_ID, &s.inst));
        TRY(flow_event(u, &s, EV_INST_STARTED, NULL, NULL, 0));
    } else {
        TRY(flow_inst_load(u, t->inst, &s));
        TRY(flow_event(u, &s, EV_STEP, NULL, NULL, 0));
    }
    TRY(flow_step_run(u, &s, t->trigger));
    TRY(flow_effects_end(u, &s));
    TRY(flow_inst_save(u, &s));
    t->inst = s.inst;
    return OK;
}

static enum err trigger(void *ctx, const struct trigger *trigger, int64_t now, struct effects *out)
{
    struct teller *t = ctx;

    t->trigger = trigger;
    t->now = now;
    t->out = out;
    return unit_run(&t->uc, t->mem, UNIT_RW, t->story->who, NULL, step, t);
}

static enum err look(struct unit *u, void *arg)
{
    struct teller *t = arg;
    struct flow_step s = {0};

    TRY(flow_inst_load(u, t->inst, &s));
    t->state = s.state;
    return OK;
}

static const struct inst *state(void *ctx)
{
    struct teller *t = ctx;

    t->state = inst_new(t->mem);
    if (t->inst != 0 && unit_run(&t->uc, t->mem, UNIT_RO, t->story->who, NULL, look, t) != OK)
        t->state = inst_new(t->mem);
    return t->state;
}

struct proof {
    uint64_t inst;
    bool same;
    const char *why;
};

static enum err replay(struct unit *u, void *arg)
{
    struct proof *p = arg;

    return flow_replay(u, p->inst, &p->same, &p->why);
}

enum err flow_story_tell(struct arena *mem, const struct scenario *s, const struct flow_story *story, const char **why)
{
    struct flow_host host = {.subject_lock = subject_lock,
                             .subject_save = subject_save,
                             .subject_name = subject_name,
                             .subject_id = subject_id,
                             .task_opened = task_opened,
                             .task_closed = task_closed,
                             .ended = ended,
                             .cache = ((const struct flow_host *)story->uc->host)->cache,
                             .fuel = ((const struct flow_host *)story->uc->host)->fuel,
                             .limits = ((const struct flow_host *)story->uc->host)->limits};
    struct teller t = {.mem = mem, .story = story, .uc = *story->uc};
    struct scenario_body body = {.ctx = &t, .trigger = trigger, .state = state};
    struct proof p = {.why = ""};

    t.uc.host = &host;
    TRY(scenario_tell(mem, s, story->proc, &body, why));
    p.inst = t.inst;
    TRY(unit_run(&t.uc, mem, UNIT_RO, story->who, NULL, replay, &p));
    *why = p.why;
    return p.same ? OK : fail(E_STATE, "%s", p.why);
}
