/* engine/desk/queue.c - lists of tickets.
 *
 * For     pages that show many tickets: each one query by an index in the order shown.
 * Owns    the table queue and the reading of ticket lists.
 * Never   OFFSET, totals, row-constructor comparisons (10.11 does not turn them into ranges).
 * Holds   a list costs the same on page 1 and page 200. */
#include "desk/queue.h"

#include <stdio.h>

#include "base/text.h"
#include "desk/may.h"
#include "desk/queue.sql.h"
#include "desk/ticket.h"

enum { LIMIT_WORDS = 10, LIMIT_WORD = 40 };

enum err queue_list(struct unit *u, struct queue **out, size_t *n)
{
    struct q_queue_all q = {0};

    TRY(q_queue_all(u, &q));
    *out = ARENA_NEW_N(u->mem, struct queue, q.n);
    *n = 0;
    for (size_t i = 0; i < q.n; i++) {
        if (may_area(u->who, q.row[i].area))
            (*out)[(*n)++] = (struct queue){.id = q.row[i].id,
                                            .key = q.row[i].queue_key,
                                            .name = q.row[i].name,
                                            .tier = q.row[i].tier,
                                            .area = q.row[i].area,
                                            .role = q.row[i].role,
                                            .open = q.row[i].open_count};
    }
    return OK;
}

char *queue_cursor_text(struct arena *mem, const struct queue_cursor *c)
{
    return arena_printf(mem, "%u-%lld-%llu", c->priority, (long long)c->time, (unsigned long long)c->id);
}

static const char *field(const char *s, char *out, size_t size)
{
    size_t n = strcspn(s, "-");

    snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), s);
    return s[n] == '-' ? s + n + 1 : s + n;
}

bool queue_cursor_read(const char *s, struct queue_cursor *out)
{
    char part[24];
    uint64_t priority;

    s = field(s, part, sizeof part);
    if (!text_u64(part, &priority) || priority > 9)
        return false;
    out->priority = (uint32_t)priority;
    s = field(s, part, sizeof part);
    return text_i64(part, &out->time) && text_u64(s, &out->id);
}

/* The three list queries give the same columns; one macro turns their rows into ours. */
#define TAKE_ROWS(u, q, out)                                                                                                   \
    do {                                                                                                                       \
        (out)->row = ARENA_NEW_N((u)->mem, struct queue_row, (q).n);                                                           \
        (out)->more = (q).n > QUEUE_PAGE;                                                                                      \
        (out)->n = (out)->more ? QUEUE_PAGE : (q).n;                                                                           \
        for (size_t i = 0; i < (out)->n; i++)                                                                                  \
            (out)->row[i] = (struct queue_row){.id = (q).row[i].id,                                                            \
                                               .ref = ticket_ref((u)->mem, (q).row[i].id),                                     \
                                               .title = (q).row[i].title,                                                      \
                                               .service = (q).row[i].service,                                                  \
                                               .tier = (q).row[i].tier,                                                        \
                                               .stage = (q).row[i].stage,                                                      \
                                               .requester = (q).row[i].requester,                                              \
                                               .assignee = (q).row[i].assignee != NULL ? (q).row[i].assignee : "",             \
                                               .state = (q).row[i].state,                                                      \
                                               .priority = (q).row[i].priority,                                                \
                                               .due = (q).row[i].due,                                                          \
                                               .created = (q).row[i].created,                                                  \
                                               .changed = (q).row[i].changed};                                                 \
        if ((out)->n > 0)                                                                                                      \
            (out)->next = (struct queue_cursor){(out)->row[(out)->n - 1].priority, (out)->row[(out)->n - 1].created,           \
                                                (out)->row[(out)->n - 1].id};                                                  \
    } while (0)

enum err queue_page(struct unit *u, uint64_t queue, const struct queue_filter *f, struct queue_page *out)
{
    struct q_queue_rows q = {.in = {.queue = queue,
                                    .priority = f->after.priority,
                                    .created = f->after.time,
                                    .id = f->after.id,
                                    .only = f->priority,
                                    .words = f->words,
                                    .nobody = f->nobody,
                                    .who = f->mine ? u->who->id : 0}};

    TRY(q_queue_rows(u, &q));
    TAKE_ROWS(u, q, out);
    return OK;
}

enum err queue_page_mine(struct unit *u, const struct queue_filter *f, struct queue_page *out)
{
    struct q_queue_mine q = {.in = {.assignee = u->who->id,
                                    .priority = f->after.priority,
                                    .created = f->after.time,
                                    .id = f->after.id,
                                    .only = f->priority,
                                    .words = f->words}};

    TRY(q_queue_mine(u, &q));
    TAKE_ROWS(u, q, out);
    return OK;
}

char *queue_words(struct arena *mem, const char *s)
{
    struct buf b = buf_new(mem, (LIMIT_WORD + 4) * LIMIT_WORDS);
    char word[LIMIT_WORD + 1];
    size_t n = 0;
    int words = 0;

    for (;; s++) {
        unsigned char c = (unsigned char)*s;
        bool letter = c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (letter && n < LIMIT_WORD) {
            word[n++] = (char)c;
        } else if (!letter) {
            word[n] = '\0';
            if (n >= 3 && text_valid(word, n) && words++ < LIMIT_WORDS)
                buf_fmt(&b, "%s+%s*", words > 1 ? " " : "", word);
            n = 0;
        }
        if (c == '\0')
            return arena_strdup(mem, buf_text(&b));
    }
}

enum err queue_page_search(struct unit *u, const char *words, struct queue_page *out)
{
    struct q_queue_search q = {.in = {.words = queue_words(u->mem, words),
                                      .area1 = may_area(u->who, "it") ? "it" : "",
                                      .area2 = may_area(u->who, "facility") ? "facility" : ""}};

    *out = (struct queue_page){0};
    if (q.in.words[0] == '\0')
        return OK;
    TRY(q_queue_search(u, &q));
    TAKE_ROWS(u, q, out);
    return OK;
}

enum err queue_page_own(struct unit *u, const struct queue_own *f, struct queue_page *out)
{
    bool first = f->after.time == 0;
    struct q_queue_own q = {.in = {.requester = u->who->id,
                                   .changed = first ? INT64_MAX : f->after.time,
                                   .id = first ? UINT64_MAX : f->after.id,
                                   .from_state = f->from,
                                   .to_state = f->to}};

    TRY(q_queue_own(u, &q));
    out->row = ARENA_NEW_N(u->mem, struct queue_row, q.n);
    out->more = q.n > QUEUE_PAGE;
    out->n = out->more ? QUEUE_PAGE : q.n;
    for (size_t i = 0; i < out->n; i++)
        out->row[i] = (struct queue_row){.id = q.row[i].id,
                                         .ref = ticket_ref(u->mem, q.row[i].id),
                                         .title = q.row[i].title,
                                         .service = q.row[i].service,
                                         .tier = "",
                                         .stage = q.row[i].stage,
                                         .requester = "",
                                         .assignee = "",
                                         .state = q.row[i].state,
                                         .priority = q.row[i].priority,
                                         .created = q.row[i].created,
                                         .changed = q.row[i].changed};
    if (out->n > 0)
        out->next = (struct queue_cursor){0, out->row[out->n - 1].changed, out->row[out->n - 1].id};
    return OK;
}
