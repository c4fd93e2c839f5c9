/* engine/flow/job.c - everything that is due: leased, done once, or given up in sight of everybody.
 *
 * For     the worker: timers that fire and services that answer later.
 * Owns    the table job. A job and its effect leave the database in one transaction.
 * Never   sleeps, forks or talks to the network.
 * Holds   a job is done at most once, whoever dies when: what was not committed is leased again after its lease has ended. */
#include "base/clock.h"
#include "base/text.h"
#include "flow/flow_int.h"
#include "flow/incident.sql.h"
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

/* Lock order of the house: the subject first, then the job, then the instance. A job with no row left was done by another. */
static enum err subject_step(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    *step = (struct flow_step){0};
    TRY(flow_host_of(u)->subject_lock(u, j->subject, &step->subject));
    return flow_inst_load(u, j->inst, step);
}

/* Lets the machine see a trigger of a job; a token that is gone is no failure: the job came too late and is simply dropped. */
static enum err step_if_there(struct unit *u, const struct flow_job *j, struct flow_step *step, const struct trigger *t)
{
    if (inst_token(step->state, j->token) == NULL)
        return OK;
    TRY(flow_step_run(u, step, t));
    TRY(flow_effects_end(u, step));
    TRY(flow_inst_save(u, step));
    return flow_host_of(u)->subject_save(u, step->subject);
}

/* The job says that it is time. The machine checks it against the token's own moment, which lies ahead when the demo's clock was
 * advanced (or this host's was set back): then the step happens at that moment. */
static enum err run_timer(struct unit *u, const struct flow_job *j, struct flow_step *step)
{
    struct trigger t = {.kind = TRIGGER_TIMER, .token = j->token, .node = PROC_NONE, .vars = val_null()};
    const struct token *waiting = inst_token(step->state, j->token);

    if (waiting != NULL)
        step->now = waiting->due;
    return step_if_there(u, j, step, &t);
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
    for (size_t i = 0; i < h->n_service; i++) {
        if (strcmp(h->service[i].topic, call.topic) == 0)
            TRY(h->service[i].run(u, step->subject, &call, &answer));
    }
    TRY(flow_event(u, step, EV_SERVICE_DONE, call.node, &(struct audit_field){"topic", NULL, call.topic}, 1));
    struct trigger t = {.kind = TRIGGER_SERVICE, .token = j->token, .node = PROC_NONE, .vars = answer};
    return step_if_there(u, j, step, &t);
}

struct job_kind {
    const char *kind;
    enum err (*run)(struct unit *u, const struct flow_job *j, struct flow_step *step);
};

/* clang-format off */
static const struct job_kind kinds[] = {
    {"timer",   run_timer},
    {"service", run_service},
};
/* clang-format on */

enum err flow_job_run(struct unit *u, const struct flow_job *j, const char *owner)
{
    struct q_job_done q = {.in = {.id = j->id, .owner = owner}};
    struct flow_step step = {0};

    TRY(flow_host_of(u)->subject_lock(u, j->subject, &step.subject));
    TRY(q_job_done(u, &q));
    if (q.affected == 0)
        return OK; /* the lease ended and another worker has it, or it was dropped */
    TRY(flow_inst_load(u, j->inst, &step));
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].kind, j->kind) == 0)
            return kinds[i].run(u, j, &step);
    }
    return fail(E_BUG, "job %llu is of the unknown kind '%s'", (unsigned long long)j->id, j->kind);
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
    struct flow_step step;

    TRY(q_job_give_up(u, &q));
    if (q.affected == 0)
        return OK;
    TRY(event(u, j, EV_JOB_FAILED, why));
    if (strcmp(j->kind, "service") != 0)
        return OK;
    TRY(subject_step(u, j, &step));
    struct trigger t = {.kind = TRIGGER_FAILURE, .token = j->token, .node = PROC_NONE, .vars = val_null(), .text = why};
    return step_if_there(u, j, &step, &t);
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

enum err flow_retry(struct unit *u, uint64_t incident)
{
    struct q_incident_get q = {.in = {.id = incident}};
    struct flow_step step;

    TRY(q_incident_get(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no incident %llu", (unsigned long long)incident);
    if (q.out.state != 1)
        return fail(E_STATE, "incident %llu is solved already", (unsigned long long)incident);
    struct flow_job j = {.inst = q.out.inst, .subject = q.out.subject, .token = q.out.token};
    TRY(subject_step(u, &j, &step));
    struct trigger t = {.kind = TRIGGER_RETRY, .token = j.token, .node = PROC_NONE, .vars = val_null()};
    return step_if_there(u, &j, &step, &t);
}
