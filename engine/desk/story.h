/* engine/desk/story.h - a ticket as it is read: its face, texts, files, assets and tasks. The portal's readings go through views and
 * statements without anything internal. */
#ifndef DESK_STORY_H
#define DESK_STORY_H

#include "db/unit.h"
#include "desk/story.sql.h"
#include "desk/ticket.h"

/* The face of a ticket; the generated row is the struct. */
struct story {
    uint64_t id;
    const char *ref;
    struct q_story_ticket row;
    const struct proc *proc;
    struct q_story_articles text; /* newest first; .row[i] */
    struct q_story_files file;
    struct q_story_assets asset;
    struct q_story_tasks task; /* newest first; agents only */
    uint64_t waits_for_me;     /* portal: id of the open task that is mine, 0 = none */
};

/* For agents: everything. E_NOTFOUND for other areas. Five statements. */
enum err story_read(struct unit *u, uint64_t id, struct story *s) CHECKED;
/* For agents: face and tasks only (the page of the process). Two statements. */
enum err story_read_short(struct unit *u, uint64_t id, struct story *s) CHECKED;
/* For the requester: the public side of his own ticket. E_NOTFOUND for anybody else's. Five statements. */
enum err story_read_own(struct unit *u, uint64_t id, struct story *s) CHECKED;

/* The way of the ticket in words: the stages of its process; STATE is "done", "now" or "next". */
struct story_step {
    const char *key, *label, *state;
};
enum err story_steps(struct unit *u, const struct story *s, struct story_step **out, size_t *n) CHECKED;

/* What a decision was made of, for words_why(). */
struct story_fact {
    const char *label, *value;
};
struct story_why {
    const char *node, *decision, *value; /* VALUE in words: "P1", "category = network, area = it" */
    uint32_t version;                    /* 0 = a draft */
    const char *rules;                   /* "3", "1, 4"; "" = no table was asked, or none matched */
    bool by_default;                     /* no rule matched, the table's defaults were taken */
    const struct story_fact *fact;
    size_t n;
    int64_t at;
};
/* What was decided for the ticket, newest first, one for each business rule task; for the requester only what gave the priority. */
enum err story_decisions(struct unit *u, const struct story *s, struct story_why **out, size_t *n) CHECKED;
/* Why the ticket has its priority: the newest decision that gave this value, among the N of WHY; NULL if none did (a service or a
 * script set it). */
const struct story_why *story_priority(const struct story *s, const struct story_why *why, size_t n);

/* Does the model give this user task the outcome ("resolved", "handover", "back")? By its form; a task without one by the gateway
 * behind it: a condition that names the outcome, or a default flow to a higher (handover) or lower (back) tier. */
bool story_offers(struct arena *mem, const struct proc *p, const char *node, const char *outcome);

struct story_file {
    const char *name, *type;
    struct span data;
};
/* One attached file for an agent of the area; E_NOTFOUND to others. */
enum err story_file(struct unit *u, uint64_t id, struct story_file *f) CHECKED;
/* The same for the requester of its ticket, if it is not internal: all that the portal shows, whatever else a person may. */
enum err story_file_own(struct unit *u, uint64_t id, struct story_file *f) CHECKED;

#endif
