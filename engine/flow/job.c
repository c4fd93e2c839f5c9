/* engine/flow/job.c - everything that is due: leased, done once, or given up in sight of everybody.
 *
 * For     the worker: timers that fire, services that answer later, messages and signals on their way, processes that begin.
 * Owns    the table job. A job and its effect leave the database in one transaction.
 * Never   sleeps, forks or talks to the network.
 * Holds   a job is done at most once, whoever dies when: what was not committed is leased again after its lease has ended. */
#include "base/clock.h"
#include "base/text.h"
#include "flow/flow_int.h"
#include "flow/job.sql.h"

enum { LIMIT_ERROR = 400 };

enum err flow_job_lease(struct unit *u, struct flow_lease *l)
{
    struct q_job_due q = {.in = {.low = l->low, .now = u->now, .n = l->n}};

    TRY(q_job_due(u, &q));
    struct q_job_lease_in *lease = ARENA_NEW_N(u->mem, struct q_job_lease_in, q.n);
    l->job = ARENA_NEW_N(u->mem, struct flow_job, q.n);
    l->n_job = q.n;
    for (size_t i = 0; i < q.n; i++) {
        lease[i] = (struct q_job_lease_in){.id = q.row[i].id, .until = l->until, .owner = l->owner};
        l->job[i] = (struct flow_job){.id = q.row[i].id,
                                      .inst = q.row[i].inst,
                                      .subject = q.row[i].subject,
                                      .token = q.row[i].token,
                                      .kind = q.row[i].kind,
                                      .payload = q.row[i].payload,
                                      .due = q.row[i].due,
                                      .attempts = q.row[i].attempts,
                                      .attempts_max = q.row[i].attempts_max};
    }
    return q.n > 0 ? q_job_lease(u, lease, q.n) : OK;
}

/* ---- jobs of an instance ---- */

/* A trigger of a job; one that fits no more is no failure: the job came too late and is simply dropped. */
static enum err give(struct unit *u, struct flow_step *step, const struct trigger *t)
{
    flow_work_add(u, step, t);
    return flow_work_end(u, step->work);
}

/* The job says that it is time. The machine checks it against the token's own moment, which lies ahead when the demo's clock was
 * advanced (or this host's was set back): then the step happens at that moment. */
static enum err run_timer(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    struct trigger t = {.kind = TRIGGER_TIMER, .token = j->token, .node = PROC_NONE, .vars = val_null()};
    const struct token *waiting = inst_token(step->state, j->token);

    if (waiting == NULL)
        return OK;
    step->now = waiting->due;
    return give(u, step, &t);
}

static enum err run_service(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    const struct flow_host *h = flow_host_of(u);
    struct val payload, answer = val_null();

    if (inst_token(step->state, j->token) == NULL)
        return OK;
    TRY(val_read(u->mem, j->payload, strlen(j->payload), &payload));
    struct flow_call call = {.topic = val_string(u->mem, val_get(payload, "topic")),
                             .input = val_get(payload, "input"),
                             .node = val_string(u->mem, val_get(payload, "node"))};
    step->work->services++;
    for (size_t i = 0; i < h->n_service; i++) {
        if (strcmp(h->service[i].topic, call.topic) == 0)
            TRY(h->service[i].run(u, step->work->subject, &call, &answer));
    }
    TRY(flow_event(u, step, EV_SERVICE_DONE, call.node, &(struct audit_field){"topic", NULL, call.topic}, 1));
    struct trigger t = flow_service_answer(&call, j->token, answer);
    return give(u, step, &t);
}

/* A signal that was thrown by another instance, or from outside. */
static enum err run_hear(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    struct trigger t = {.kind = TRIGGER_SIGNAL, .node = PROC_NONE};
    struct val payload;

    TRY(val_read(u->mem, j->payload, strlen(j->payload), &payload));
    t.text = val_string(u->mem, val_get(payload, "name"));
    t.vars = val_get(payload, "vars");
    return give(u, step, &t);
}

/* What came while the instance was suspended. */
static enum err run_rested(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    struct trigger t;
    int64_t then;

    TRY(trigger_read(u->mem, j->payload, strlen(j->payload), &t, &then));
    return give(u, step, &t);
}

/* ---- all jobs ---- */

struct job_kind {
    const char *kind;
    enum err (*step)(struct unit *u, const struct flow_job *j, struct flow_step *step); /* of an instance */
    enum err (*run)(struct unit *u, const struct flow_job *j);                          /* of none */
};

/* clang-format off */
static const struct job_kind kinds[] = {
    {"timer",   run_timer,   NULL             },
    {"service", run_service, NULL             },
    {"hear",    run_hear,    NULL             },
    {"trigger", run_rested,  NULL             },
    {"message", NULL,        flow_message_job },
    {"expire",  NULL,        flow_expire_job  },
    {"signal",  NULL,        flow_signal_job  },
    {"begin",   NULL,        flow_begin_job   },
    {"start",   NULL,        flow_start_job   },
};
/* clang-format on */

static const struct job_kind *kind_find(const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, kind) == 0)
            return &kinds[i];
    }
    return NULL;
}

static enum err take_off(struct unit *u, const struct flow_job *j, const char *owner, bool *mine)
{
    struct q_job_done q = {.in = {.id = j->id, .owner = owner}};

    TRY(q_job_done(u, &q));
    *mine = q.affected > 0; /* else the lease ended and another worker has it, or it was dropped */
    return OK;
}

/* Lock order of the house: the subject first, then the job, then the instance. A job with no row left was done by another. */
static enum err run_step(struct unit *u, const struct flow_job *j, const char *owner, const struct job_kind *k)
{
    const struct flow_host *h = flow_host_of(u);
    struct flow_step *step;
    void *subject;
    bool mine = false;

    TRY(h->subject_lock(u, j->subject, &subject));
    TRY(take_off(u, j, owner, &mine));
    if (!mine)
        return OK;
    TRY(flow_work_open(u, flow_work_new(u, subject), j->inst, &step));
    TRY(k->step(u, j, step));
    return flow_work_save(u, step->work);
}

enum err flow_job_run(struct unit *u, const struct flow_job *j, const char *owner)
{
    const struct job_kind *k = kind_find(j->kind);
    bool mine = false;

    if (k == NULL)
        return fail(E_BUG, "job %llu is of the unknown kind '%s'", (unsigned long long)j->id, j->kind);
    if (k->step != NULL)
        return run_step(u, j, owner, k);
    TRY(take_off(u, j, owner, &mine));
    return mine ? k->run(u, j) : OK;
}

static enum err event(struct unit *u, const struct flow_job *j, enum audit_event e, const char *why)
{
    struct audit_note note = {.event = e,
                              .stream = AUDIT_JOB,
                              .id = j->id,
                              .reason = why,
                              .subject = arena_printf(u->mem, "%s %llu", j->kind, (unsigned long long)j->id)};

    return audit_log(u, &note);
}

/* The last attempt failed: the token it was for becomes an incident that a person sees and can retry. */
static enum err give_up(struct unit *u, const struct flow_job *j, const char *owner, const char *why)
{
    struct q_job_give_up q = {.in = {.id = j->id, .owner = owner, .error = why}};
    struct trigger t = {.kind = TRIGGER_FAILURE, .token = j->token, .node = PROC_NONE, .vars = val_null(), .text = why};
    const struct flow_host *h = flow_host_of(u);
    struct flow_step *step;
    void *subject;

    TRY(q_job_give_up(u, &q));
    if (q.affected == 0)
        return OK;
    TRY(event(u, j, EV_JOB_FAILED, why));
    if (strcmp(j->kind, "service") != 0)
        return OK;
    TRY(h->subject_lock(u, j->subject, &subject));
    TRY(flow_work_open(u, flow_work_new(u, subject), j->inst, &step));
    TRY(give(u, step, &t));
    return flow_work_save(u, step->work);
}

enum err flow_job_failed(struct unit *u, const struct flow_job *j, const char *owner, const char *why)
{
    const char *text = text_cut(u->mem, why, LIMIT_ERROR);
    int64_t wait = (int64_t)10 << (j->attempts < 8 ? j->attempts : 8); /* 10 s, 20 s, 40 s … 43 min */

    if (j->attempts + 1 >= j->attempts_max)
        return give_up(u, j, owner, text);
    struct q_job_again q = {.in = {.id = j->id, .owner = owner, .due = u->now + wait * CLOCK_SECOND, .error = text}};
    TRY(q_job_again(u, &q));
    return q.affected > 0 ? event(u, j, EV_JOB_FAILED, text) : OK;
}

enum err flow_job_next(struct unit *u, int64_t *due)
{
    struct q_job_next q = {0};

    TRY(q_job_next(u, &q));
    *due = q.found && !q.out.due_null ? q.out.due : INT64_MAX;
    return OK;
}

enum err flow_job_retry(struct unit *u, uint64_t id)
{
    struct q_job_revive q = {.in = {.id = id, .now = u->now}};
    struct flow_job j = {.id = id, .kind = "job"};

    TRY(q_job_revive(u, &q));
    if (q.affected == 0)
        return fail(E_STATE, "job %llu has not failed", (unsigned long long)id);
    return event(u, &j, EV_JOB_RETRIED, NULL);
}
