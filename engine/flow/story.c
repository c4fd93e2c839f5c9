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
    uint64_t inst, stored;
    const struct trigger *trigger;
    int64_t now;
    struct effect *heard; /* of the step */
    size_t n_heard, cap_heard;
    struct inst *state;
};

/* A unit that is tried again begins with no effects. */
static void hear(void *ctx, uint64_t inst, const struct proc *p, const struct effect *e)
{
    struct teller *t = ctx;

    t->heard = flow_grown(t->mem, t->heard, t->n_heard, &t->cap_heard, sizeof *t->heard);
    t->heard[t->n_heard++] = *e;
}

static enum err step(struct unit *u, void *arg)
{
    struct teller *t = arg;
    struct flow_work *w = flow_work_new(u, u->mem);
    struct flow_new n = {.definition = t->story->definition};
    struct flow_step *s;

    u->now = t->now;
    t->heard = NULL; /* went with the memory of a try before this one */
    t->n_heard = t->cap_heard = 0;
    if (t->inst == 0)
        TRY(flow_work_fresh(u, w, &n, &s));
    else
        TRY(flow_work_open(u, w, t->inst, &s));
    TRY(flow_event(u, s, s->fresh ? EV_INST_STARTED : EV_STEP, NULL, NULL, 0));
    TRY(flow_work_whole(u, s, t->trigger));
    t->stored = s->inst;
    return OK;
}

static enum err trigger(void *ctx, const struct trigger *trigger, int64_t now, struct effects *out)
{
    struct teller *t = ctx;

    t->trigger = trigger;
    t->now = now;
    TRY(unit_run(&t->uc, t->mem, UNIT_RW, t->story->who, NULL, step, t));
    t->inst = t->stored;
    out->at = t->heard;
    out->n = out->cap = (uint32_t)t->n_heard;
    t->heard = NULL;
    t->n_heard = t->cap_heard = 0;
    return OK;
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
    struct teller t = {.mem = mem, .story = story, .uc = *story->uc};
    struct flow_play play = {
        .outside = true, .alone = true, .model = story->model, .n_model = story->n_model, .hear = hear, .ctx = &t};
    struct flow_host host = flow_play_host(story->uc->host, &play);
    struct scenario_body body = {.ctx = &t, .trigger = trigger, .state = state};
    struct proof p = {.why = ""};

    t.uc.host = &host;
    TRY(scenario_tell(mem, s, story->proc, &body, why));
    p.inst = t.inst;
    TRY(unit_run(&t.uc, mem, UNIT_RO, story->who, NULL, replay, &p));
    *why = p.why;
    return p.same ? OK : fail(E_STATE, "%s", p.why);
}
