/* engine/desk/queue.h - lists of tickets: team queues, my work, my requests, search. Keyset paging, 50 rows a page, no totals. */
#ifndef DESK_QUEUE_H
#define DESK_QUEUE_H

#include "db/unit.h"

enum { QUEUE_PAGE = 50 };

struct queue {
    uint64_t id;
    const char *key, *name, *tier, *area, *role;
    uint32_t open; /* a few seconds old */
};

/* The queues of the actor's areas, in order. */
enum err queue_list(struct unit *u, struct queue **out, size_t *n) CHECKED;

struct queue_row {
    uint64_t id;
    const char *ref, *title, *service, *tier, *stage, *requester, *assignee; /* assignee "" = nobody */
    uint32_t state, priority;
    int64_t due, created, changed; /* due 0 = none */
};

/* Where a page begins: after this row; {0} = the first page. As text in URLs: queue_cursor_text(). */
struct queue_cursor {
    uint32_t priority;
    int64_t time;
    uint64_t id;
};
char *queue_cursor_text(struct arena *mem, const struct queue_cursor *c);
bool queue_cursor_read(const char *s, struct queue_cursor *out);

struct queue_page {
    struct queue_row *row;
    size_t n;
    bool more;
    struct queue_cursor next;
};
/* What is shown of a queue; {.words = ""} = all. */
struct queue_filter {
    struct queue_cursor after;
    uint32_t priority; /* 0 = any */
    const char *words; /* in the title; "" = any */
    bool nobody, mine; /* nobody's only; the actor's only */
};
/* Most urgent first, then oldest. */
enum err queue_page(struct unit *u, uint64_t queue, const struct queue_filter *f, struct queue_page *out) CHECKED;
enum err queue_page_mine(struct unit *u, const struct queue_filter *f, struct queue_page *out) CHECKED;
/* Title words (prefixes) in the actor's areas. An empty or unusable query gives no rows. */
enum err queue_page_search(struct unit *u, const char *words, struct queue_page *out) CHECKED;
/* The requester's own in states FROM to TO (enum ticket_state), last changed first. */
struct queue_own {
    struct queue_cursor after;
    uint32_t from, to;
};
enum err queue_page_own(struct unit *u, const struct queue_own *f, struct queue_page *out) CHECKED;

/* Text of a person -> boolean mode words: letters and digits only, each a required prefix; "" if none is left. */
char *queue_words(struct arena *mem, const char *s);

#endif
