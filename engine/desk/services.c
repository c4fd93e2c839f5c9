/* engine/desk/services.c - what process models may call: the topics of service tasks, and the host that flow is handed.
 *
 * For     binding the desk to the process machine: struct flow_host and its topics.
 * Owns    the table of topics; each has its line in docs/bpmn.md's list through `gradus lint` messages.
 * Never   the network; whatever leaves the house goes through an outbox.
 * Holds   every topic here runs inside the step (it only touches the locked ticket and its own rows). */
#include "desk/services.h"

#include "base/text.h"
#include "desk/store.h"
#include "desk/ticket.h"
#include "model/feel/feel.h"

/* Priority from "P1" … "P4" of the input, else of the variable that the model names "priority". */
static enum err classified(struct unit *u, void *subject, struct flow_call *call, struct val *answer)
{
    struct ticket *t = subject;
    struct val v = val_get(call->input, "priority");
    const char *s = val_is(v, VAL_STRING) ? v.u.s : "";

    if (s[0] != 'P' || s[1] < '1' || s[1] > '4' || s[2] != '\0')
        return fail(E_EXPR, "%s: the priority must be P1, P2, P3 or P4, not '%s'", call->node, val_string(u->mem, v));
    return store_classify(u, t, s);
}

static enum err warned(struct unit *u, void *subject, struct flow_call *call, struct val *answer)
{
    struct ticket *t = subject;

    return ticket_event(u, t, EV_TICKET_WARNED, "nobody has taken it yet", NULL, 0);
}

static enum err escalated(struct unit *u, void *subject, struct flow_call *call, struct val *answer)
{
    struct ticket *t = subject;

    return ticket_event(u, t, EV_TICKET_ESCALATED, "nobody took it in time", NULL, 0);
}

static enum err closed(struct unit *u, void *subject, struct flow_call *call, struct val *answer)
{
    struct ticket *t = subject;

    t->state = TICKET_CLOSED;
    t->closed = u->now;
    return ticket_event(u, t, EV_TICKET_CLOSED, NULL, NULL, 0);
}

/* clang-format off */
static const struct flow_service services[] = {
 /* topic               in step  prose                                                              run        */
  {"desk.classified",   true,    "sets the ticket's priority from the input \"priority\" (P1 to P4)",  classified},
  {"desk.warned",       true,    "notes in the trail that a time limit comes near",                 warned    },
  {"desk.escalated",    true,    "notes in the trail that a time limit has passed",                 escalated },
  {"desk.closed",       true,    "closes the ticket",                                               closed    },
};
/* clang-format on */

enum err services_host(struct arena *mem, const struct conf *conf, const void **host)
{
    struct flow_host *h = ARENA_NEW(mem, struct flow_host);
    struct feel_limits *limits = ARENA_NEW(mem, struct feel_limits);

    *limits = (struct feel_limits){.steps = (uint64_t)conf->feel_steps,
                                   .depth = (uint32_t)conf->feel_depth,
                                   .bytes = (size_t)conf->feel_bytes,
                                   .list = (uint32_t)conf->feel_list,
                                   .string = (uint32_t)conf->feel_string,
                                   .match = (uint32_t)conf->feel_match,
                                   .heap = (uint32_t)conf->feel_heap};

    *h = (struct flow_host){.service = services,
                            .n_service = sizeof services / sizeof services[0],
                            .subject_lock = ticket_lock_subject,
                            .subject_save = ticket_save_subject,
                            .subject_make = ticket_make_subject,
                            .subject_name = ticket_subject_name,
                            .subject_id = ticket_subject_id,
                            .subject_vars = store_vars,
                            .subject_write = store_write,
                            .task_opened = ticket_task_opened,
                            .task_closed = ticket_task_closed,
                            .ended = ticket_ended,
                            .cache = flow_cache_new(mem),
                            .fuel = (uint32_t)conf->fuel,
                            .limits = limits};
    *host = h;
    return OK;
}
