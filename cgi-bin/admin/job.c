/* cgi-bin/admin/job.c - jobs and incidents: what waits, what failed, and once more.
 *
 * For     getting a process on that stopped.
 * Owns    nothing; the verbs are flow/flow.h's.
 * Never   repeats what did not fail.
 * Holds   a retry is one unit: the step is done, or everything stays as it was. */
#include "admin.h"

#include "base/clock.h"
#include "desk/ticket.h"
#include "flow/flow.h"
#include "flow/incident.sql.h"
#include "flow/job.sql.h"

enum { JOB_WAITING = 1, JOB_FAILED = 2, INCIDENT_OPEN = 1 };

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

static const char *state_of(const struct q_job_list_row *r, uint32_t state, int64_t now)
{
    return state == JOB_FAILED ? "failed" : r->lease_until > now ? "busy" : r->due <= now ? "due" : "waiting";
}

static void put_job(struct web *w, const char *list, int n, const struct q_job_list_row *r, const char *state)
{
    struct view *v = web_view(w);

    view_setf(v, number(w, r->id), "%s.%d.id", list, n);
    view_setf(v, web_text(w, arena_printf(web_mem(w), "job.kind.%s", r->kind), r->kind), "%s.%d.kind", list, n);
    view_setf(v, r->subject_null ? "" : ticket_ref(web_mem(w), r->subject), "%s.%d.ref", list, n);
    view_setf(v, r->node, "%s.%d.node", list, n);
    view_time(v, arena_printf(web_mem(w), "%s.%d.due", list, n), r->due);
    view_setf(v, strcmp(state, "due") == 0 ? "soon" : "", "%s.%d.due.late", list, n);
    view_setf(v, state, "%s.%d.state", list, n);
    view_textf(v, arena_printf(web_mem(w), "job.state.%s", state), "%s.%d.state.text", list, n);
    view_setf(v, number(w, r->attempts), "%s.%d.attempts", list, n);
    view_setf(v, number(w, r->attempts_max), "%s.%d.most", list, n);
    view_setf(v, r->lease_owner, "%s.%d.worker", list, n);
    view_setf(v, r->error, "%s.%d.error", list, n);
    view_setf(v, strcmp(state, "failed") == 0 ? "1" : "", "%s.%d.can.retry", list, n);
}

static enum err put_jobs(struct unit *u, struct web *w, uint32_t state, const char *list)
{
    struct q_job_list q = {.in = {.state = state}};

    TRY(q_job_list(u, &q));
    for (size_t i = 0; i < q.n; i++)
        put_job(w, list, (int)i, &q.row[i], state_of(&q.row[i], state, u->now));
    return OK;
}

static enum err put_incidents(struct unit *u, struct web *w)
{
    struct view *v = web_view(w);
    struct q_incident_list q = {.in = {.state = INCIDENT_OPEN}};

    TRY(q_incident_list(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        int n = (int)i;
        view_setf(v, number(w, q.row[i].id), "incidents.%d.id", n);
        view_setf(v, ticket_ref(web_mem(w), q.row[i].subject), "incidents.%d.ref", n);
        view_setf(v, q.row[i].node, "incidents.%d.node", n);
        view_setf(v, q.row[i].message, "incidents.%d.text", n);
        view_time(v, arena_printf(web_mem(w), "incidents.%d.raised", n), q.row[i].at);
        view_setf(v, "1", "incidents.%d.can.retry", n);
    }
    return OK;
}

enum err job_list(struct unit *u, struct web *w)
{
    TRY(put_incidents(u, w));
    TRY(put_jobs(u, w, JOB_FAILED, "failed"));
    TRY(put_jobs(u, w, JOB_WAITING, "rows"));
    web_page(w, "title", web_text(w, "job.title", "Jobs"));
    web_page(w, "nav.1.current", "1");
    return OK;
}

enum err job_retry(struct unit *u, struct web *w)
{
    TRY(flow_job_retry(u, web_param_id(w, 0)));
    return reply_see_other_said(w, "/admin/job", "job.retried_said");
}

enum err incident_retry(struct unit *u, struct web *w)
{
    TRY(flow_retry(u, web_param_id(w, 0)));
    return reply_see_other_said(w, "/admin/job", "incident.retried_said");
}
