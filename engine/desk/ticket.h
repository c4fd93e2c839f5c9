/* engine/desk/ticket.h - the verbs of a ticket. Each runs inside one unit of work, checks the right on the object, guards against
 * lost updates and leaves its events in the trail. */
#ifndef DESK_TICKET_H
#define DESK_TICKET_H

#include "audit/audit.h"
#include "db/unit.h"
#include "desk/may.h"
#include "flow/flow.h"

enum ticket_state { TICKET_NEW = 1, TICKET_OPEN = 2, TICKET_RESOLVED = 3, TICKET_CLOSED = 4, TICKET_CANCELLED = 5 };
enum article_kind { ARTICLE_PUBLIC = 1, ARTICLE_INTERNAL = 2, ARTICLE_FINDINGS = 3 };

enum { LIMIT_TITLE = 200, LIMIT_BODY = 20000 };

/* The ticket's row while it is worked on: locked, changed in memory, saved once. */
struct ticket {
    uint64_t id;
    uint32_t version;
    const char *ref; /* "INC-7" */
    const char *title;
    enum ticket_state state;
    uint32_t priority; /* 1 to 4, 0 = not classified */
    const char *impact, *urgency, *area, *tier, *stage;
    uint64_t service_id, requester_id, assignee_id, inst_id, definition_id;
    const char *requester_uid;
    const char *role;                       /* candidate role of the open task, "" = none */
    int64_t due, created, resolved, closed; /* 0 = none */
    const char *service;                    /* key of its service; NULL = not asked for yet, nor the asset */
    struct val asset;                       /* as a process sees it */
    bool fresh;                             /* not stored yet */
    const struct flow_task *task;
};

/* "INC-7" for 7, in MEM; and back: false if REF is no ticket reference. */
char *ticket_ref(struct arena *mem, uint64_t id);
bool ticket_ref_id(const char *ref, uint64_t *id);

/* A file that comes with a text. */
struct ticket_file {
    const char *name, *type;
    struct span bytes;
};

struct ticket_new {
    uint64_t service;
    const char *title, *body, *impact, *urgency;
    const uint64_t *ci;
    size_t n_ci;
    const struct ticket_file *file;
    size_t n_file;
};
/* The requester u->who opens a ticket: stored, process started, number given. E_NOTFOUND: no such service; E_STATE: its process
 * was never released; E_DENIED: an asset that is not the requester's own. */
enum err ticket_create(struct unit *u, const struct ticket_new *n, uint64_t *id) CHECKED;

/* The agent u->who takes a task nobody has (VERSION as on the form), or gives his own back. */
enum err ticket_take(struct unit *u, uint64_t task, uint32_t version, const char **ref) CHECKED;
enum err ticket_release(struct unit *u, uint64_t task, uint32_t version, const char **ref) CHECKED;

struct ticket_done {
    uint64_t task;
    uint32_t version;
    const char *outcome;         /* variable "outcome"; NULL = the form has none */
    const char *findings;        /* internal: what was found and tried; NULL = none */
    const char *answer;          /* public: the solution; NULL = none */
    const struct val_entry *var; /* further variables of the task's form */
    size_t n_var;
};
/* The assignee completes his task: hand-over, back, resolve, or any outcome of any process. E_FORM if the task demands findings. */
enum err ticket_complete(struct unit *u, const struct ticket_done *d, const char **ref) CHECKED;

/* The requester confirms or rejects the solution (his own open task). */
enum err ticket_confirm(struct unit *u, uint64_t ticket, bool confirmed, const char *reason) CHECKED;

/* The requester withdraws his ticket. */
enum err ticket_withdraw(struct unit *u, uint64_t ticket, const char *reason) CHECKED;

struct ticket_text {
    uint64_t ticket;
    const char *body;
    bool internal;
    const struct ticket_file *file;
    size_t n_file;
};
/* An agent answers or notes; a requester answers on his own ticket (never internal). */
enum err ticket_write(struct unit *u, const struct ticket_text *t) CHECKED;
enum err ticket_write_own(struct unit *u, const struct ticket_text *t) CHECKED;

/* The hooks that flow calls (struct flow_host). */
enum err ticket_lock_subject(struct unit *u, uint64_t id, void **subject) CHECKED;
enum err ticket_save_subject(struct unit *u, void *subject) CHECKED;
/* The ticket of a process that began by a message, a signal, a condition or a timer: for the variable "requester" (uid), else for the
 * author of the version; of the variable "service" (key), else of the first service with this process; "title", "description", "impact"
 * and "urgency" as given. E_STATE if there is no such person or service. */
enum err ticket_make_subject(struct unit *u, struct flow_birth *b) CHECKED;
const char *ticket_subject_name(const void *subject);
uint64_t ticket_subject_id(const void *subject);
enum err ticket_task_opened(struct unit *u, void *subject, struct flow_task *t) CHECKED;
enum err ticket_task_closed(struct unit *u, void *subject, const struct flow_task *t, bool completed) CHECKED;
enum err ticket_ended(struct unit *u, void *subject, const char *how) CHECKED;

/* Adds an event to the ticket's stream. */
enum err ticket_event(struct unit *u, const struct ticket *t, int event, const char *reason, const struct audit_field *f,
                      uint32_t n) CHECKED;

#endif
