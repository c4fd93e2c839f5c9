/* engine/flow/message_int.h - what message.c, subscription.c and start.c share. */
#ifndef FLOW_MESSAGE_INT_H
#define FLOW_MESSAGE_INT_H

#include "base/text.h"
#include "flow/flow_int.h"

/* A message on its way. */
struct flow_post {
    const char *name;
    const char *key;  /* as val_write() writes it; NULL = none */
    struct val vars;  /* payload */
    struct val where; /* variables that the receiver must have; null = whichever */
    int64_t until;    /* kept so long; 0 = not at all */
    uint64_t subject; /* the sender's, 0 = it comes from outside */
    const char *from; /* definition and node of the sender for its trail, NULL = outside */
};

/* How a payload makes a key; DEFINITION 0 = it does not, the message names its key itself. */
struct flow_way {
    uint64_t definition;
    const char *node;
    int32_t event;
};

struct flow_receiver {
    uint64_t inst, subject, id; /* INST 0 = there is none */
    uint32_t token;
    int64_t created;
};

/* ---- subscription.c ---- */

struct span flow_key_hash(struct arena *mem, const char *key);
/* The key that the message has for who waits for E; *KEY NULL = none. */
enum err flow_key_for(struct unit *u, const struct proc_event *e, const struct flow_post *m, const char **key) CHECKED;
/* Does the token see all of WHERE with these values? */
bool flow_agrees(const struct inst *in, uint32_t token, struct val where);
/* Who has waited longest for it; and, under the lock of its subject, does it still? */
enum err flow_receiver_find(struct unit *u, const struct flow_post *m, struct flow_receiver *out) CHECKED;
enum err flow_receiver_still(struct unit *u, const struct flow_post *m, const struct flow_receiver *r,
                             const struct flow_step *step, bool *out) CHECKED;

/* ---- message.c ---- */

/* The token begins to wait: the oldest kept message that fits goes out again. */
enum err flow_kept_for(struct unit *u, const struct flow_step *step, uint32_t token, const char *name) CHECKED;
/* Instances begin with messages of this name from now on: those that are kept go out again. */
enum err flow_kept_again(struct unit *u, const char *name) CHECKED;

/* ---- start.c ---- */

enum start_kind { START_MESSAGE = 1, START_SIGNAL = 2, START_CONDITION = 3, START_TIMER = 4 };

/* Where an instance begins. */
struct flow_door {
    uint64_t definition;
    const char *node;
    int32_t event;
    struct val vars;
    const char *text; /* name of the message or signal */
};
/* A new instance about a new subject. */
enum err flow_begin(struct unit *u, const struct flow_door *d, uint64_t *inst) CHECKED;
/* The first start event in force for the message; DEFINITION 0 = there is none. */
enum err flow_door_message(struct unit *u, const char *name, struct flow_door *out) CHECKED;
/* A job for each start event in force that the signal opens. */
enum err flow_door_signal(struct unit *u, const char *name, struct val vars, uint64_t *n) CHECKED;

/* ---- jobs with a context as payload ---- */

enum err flow_payload(struct unit *u, const struct val_entry *e, size_t n, const char **out) CHECKED;
/* The text in the entry KEY; NULL if it is null. */
const char *flow_payload_text(struct unit *u, struct val payload, const char *key);

#endif
