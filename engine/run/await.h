/* engine/run/await.h - who waits for which message or signal, over many instances: found by name and key without looking at the
 * others. */
#ifndef RUN_AWAIT_H
#define RUN_AWAIT_H

#include "run/run.h"

struct await; /* the index */

/* One token that waits. */
struct await_entry {
    uint64_t inst;
    uint32_t token;
    enum event_kind kind; /* message or signal */
    const char *name;
    const char *key;                /* message: the key it waits for; NULL = any */
    const struct proc_event *event; /* what it waits for: its correlation keys say how the key of a message is made */
    uint64_t order;                 /* given by await_add(): who came first has waited longest */
    struct await_entry *next;       /* of the same kind and name, oldest first */
    struct await_entry *prev, *key_next, *key_prev; /* await.c's own */
    struct await_key *at;
};

/* An empty index in MEM. */
struct await *await_new(struct arena *mem);
/* Adds E, whose texts are copied; a token waits for one thing at a time (E_BUG). */
enum err await_add(struct await *a, const struct await_entry *e) CHECKED;
/* The token no longer waits; nothing happens if it did not. */
void await_drop(struct await *a, uint64_t inst, uint32_t token);
/* The one that has waited longest for this kind and name; the others follow by ->next. NULL if there is none. */
struct await_entry *await_first(const struct await *a, enum event_kind kind, const char *name);

/* The one that has waited longest for the message NAME and whose key fits: the standard's keys over the payload VARS, or else KEY
 * (NULL = the message has none, and only who takes any waits for it). Those for which SKIP is true are passed over. */
struct await_wanted {
    const char *name, *key;
    struct val vars;
    int64_t now;
    bool (*skip)(const void *ctx, const struct await_entry *e);
    const void *ctx;
};
enum err await_match(const struct await *a, struct arena *mem, const struct await_wanted *w, struct await_entry **out) CHECKED;

#endif
