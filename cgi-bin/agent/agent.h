/* cgi-bin/agent/agent.h - the forms and handlers of gradus-agent. */
#ifndef AGENT_AGENT_H
#define AGENT_AGENT_H

#include "desk/story.h"
#include "web/web.h"

struct queue_form {
    const char *priority, *who, *q, *after;
};
struct ci_form {
    uint64_t class;
    const char *q, *after;
};
struct search_form {
    const char *q;
};
/* What every form about a task carries: the task and its version when the page was made. */
struct task_form {
    uint64_t task;
    int64_t version;
};
struct work_form {
    uint64_t task;
    int64_t version;
    const char *findings, *tried, *back, *solution;
};
struct write_form {
    const char *answer, *note;
    struct form_files file;
};
struct complete_form {
    int64_t version;
    struct form_other value;
};

enum err queue_home(struct unit *u, struct web *w) CHECKED;
enum err queue_show(struct unit *u, struct web *w) CHECKED;
enum err queue_show_mine(struct unit *u, struct web *w) CHECKED;
enum err search_show(struct unit *u, struct web *w) CHECKED;

enum err ticket_show(struct unit *u, struct web *w) CHECKED;
enum err ticket_process(struct unit *u, struct web *w) CHECKED;
enum err ticket_bpmn(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_take(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_release(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_answer(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_note(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_handover(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_back(struct unit *u, struct web *w) CHECKED;
enum err ticket_do_resolve(struct unit *u, struct web *w) CHECKED;
enum err ticket_file_get(struct unit *u, struct web *w) CHECKED;

enum err task_show(struct unit *u, struct web *w) CHECKED;
enum err task_complete(struct unit *u, struct web *w) CHECKED;

enum err ci_list_show(struct unit *u, struct web *w) CHECKED;
enum err ci_item_show(struct unit *u, struct web *w) CHECKED;

/* agent.c: coded values with their words, as all pages of this program show them. */
void put_state(struct web *w, const char *path, uint32_t state);
void put_priority(struct web *w, const char *path, uint32_t priority);
void put_tier(struct web *w, const char *path, const char *tier);
void put_ci_status(struct web *w, const char *path, uint32_t status);
void put_due(struct web *w, const char *path, int64_t due, int64_t now);

#endif
