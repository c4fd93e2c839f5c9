/* bin/gradus/decide_batch.c - gradus decide --batch: requests from stdin, one JSON object a line; replies likewise.
 *
 * For     test drivers, benchmarks, programs that keep one engine running.
 * Owns    the lines of stdin and stdout; the members of requests and replies.
 * Never   ends because of a request; mixes anything of one request into the next.
 * Holds   one reply for each line, in order, written out before the next line is read. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "decide.h"
#include "model/feel/typed.h"

enum { BATCH_CHUNK = 256 * 1024, BATCH_READ = 64 * 1024 };

/* ---- lines ---- */

struct lines {
    struct arena *mem; /* holds the buffer alone; a new one when it grows */
    char *p;
    size_t cap, from, to;
    bool over, ended;
};

static void lines_grow(struct lines *l)
{
    struct arena *wider = arena_new(BATCH_READ);
    size_t n = l->to - l->from, cap = n * 2 < BATCH_READ ? BATCH_READ : n * 2;
    char *p = arena_alloc(wider, cap);

    if (n > 0)
        memcpy(p, l->p + l->from, n);
    arena_free(l->mem);
    *l = (struct lines){.mem = wider, .p = p, .cap = cap, .to = n, .over = l->over, .ended = l->ended};
}

static enum err lines_fill(struct lines *l)
{
    if (l->to == l->cap && l->from > l->cap / 2) {
        memmove(l->p, l->p + l->from, l->to - l->from);
        l->to -= l->from;
        l->from = 0;
    }
    if (l->to == l->cap)
        lines_grow(l);
    ssize_t n = read(STDIN_FILENO, l->p + l->to, l->cap - l->to);
    if (n < 0)
        return fail(E_IO, "the requests cannot be read");
    l->ended = n == 0;
    l->to += (size_t)n;
    return OK;
}

/* The next line without its end; false at the end of input. Of a line that is too long nothing is kept but that it was there. */
static enum err lines_next(struct lines *l, struct span *out, bool *any)
{
    size_t seen = 0;

    l->over = false;
    *out = (struct span){"", 0};
    for (;;) {
        char *end = l->to > l->from + seen ? memchr(l->p + l->from + seen, '\n', l->to - l->from - seen) : NULL;
        if (end != NULL || (l->ended && l->to > l->from)) {
            size_t n = end != NULL ? (size_t)(end - (l->p + l->from)) : l->to - l->from;
            *out = (struct span){l->p + l->from, n};
            l->from += end != NULL ? n + 1 : n;
            *any = true;
            return OK;
        }
        seen = l->to - l->from;
        if (seen > LIMIT_DECIDE_LINE) {
            l->over = true;
            l->from = l->to = 0;
            seen = 0;
        }
        *any = l->over;
        if (l->ended)
            return OK;
        TRY(lines_fill(l));
    }
}

/* ---- replies ---- */

static void put_hundredths(struct buf *b, bool *first, const char *name, int64_t v)
{
    json_put_name(b, first, name);
    buf_fmt(b, "%" PRId64 ".%02d", v / 100, (int)(v % 100));
}

static void put_id(struct buf *b, bool *first, const struct json *id)
{
    json_put_name(b, first, "id");
    if (json_text(id) != NULL)
        json_put_text(b, json_text(id));
    else
        buf_str(b, json_number(id) != NULL ? json_number(id) : "null");
}

static void put_error(struct buf *b, bool *first, const char *error)
{
    json_put_name(b, first, "error");
    json_put_text(b, error);
}

static void put_messages(struct buf *b, bool *first, const struct decide_reply *r)
{
    json_put_name(b, first, "messages");
    buf_char(b, '[');
    for (const struct dmn_note *n = r->note; n != NULL; n = n->next) {
        bool inner = true;
        buf_str(b, n != r->note ? ",{" : "{");
        json_put_name(b, &inner, "severity");
        json_put_text(b, r->value.tag == VAL_NULL ? "error" : "warn");
        json_put_name(b, &inner, "node");
        json_put_text(b, n->element);
        json_put_name(b, &inner, "part");
        json_put_text(b, n->part);
        json_put_name(b, &inner, "line");
        json_put_int(b, n->line);
        json_put_name(b, &inner, "column");
        json_put_int(b, n->column);
        json_put_name(b, &inner, "text");
        json_put_text(b, n->message);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static enum err put_reply(struct buf *b, const struct json *id, const struct decide_reply *r)
{
    bool first = true;

    buf_char(b, '{');
    put_id(b, &first, id);
    json_put_name(b, &first, "value");
    TRY(typed_write(b, r->value));
    if (r->error != NULL)
        put_error(b, &first, r->error);
    if (r->note != NULL)
        put_messages(b, &first, r);
    put_hundredths(b, &first, "us", r->took / 10);
    if (r->ns > 0)
        put_hundredths(b, &first, "ns", r->ns);
    if (r->compile_ns > 0)
        put_hundredths(b, &first, "compileNs", r->compile_ns);
    buf_str(b, "}\n");
    return buf_done(b);
}

static void put_failure(struct buf *b, const struct json *id, bool request)
{
    bool first = true;

    buf_char(b, '{');
    put_id(b, &first, id);
    if (request) {
        json_put_name(b, &first, "value");
        buf_str(b, "null");
    }
    put_error(b, &first, trouble()->text);
    buf_str(b, "}\n");
}

/* ---- requests ---- */

static enum err text_member(const struct json *request, const char *name, const char **out)
{
    const struct json *j = json_get(request, name);

    *out = json_text(j);
    return *out != NULL || json_kind(j) == JSON_NULL ? OK : fail(E_INPUT, "\"%s\" is a text", name);
}

static enum err read_question(const struct json *request, struct decide_question *q)
{
    const struct json *repeat = json_get(request, "repeat");
    const char *expr, *unary;
    int64_t n = 0;

    TRY(text_member(request, "expr", &expr));
    TRY(text_member(request, "unary", &unary));
    if (expr == NULL && unary == NULL)
        return fail(E_INPUT, "a request has \"expr\" or \"unary\"");
    if (json_kind(repeat) != JSON_NULL && (!json_int(repeat, &n) || n < 1 || n > LIMIT_DECIDE_REPEAT))
        return fail(E_INPUT, "\"repeat\" is a number from 1 to %d", LIMIT_DECIDE_REPEAT);
    *q = (struct decide_question){.text = expr != NULL ? expr : unary,
                                  .form = expr != NULL ? FEEL_EXPRESSION : FEEL_UNARY_TESTS,
                                  .inputs = json_get(request, "inputs"),
                                  .repeat = (uint64_t)n};
    return OK;
}

static enum err answer(const struct decide *d, const struct json *request, struct arena *mem, struct buf *b)
{
    struct decide_question q;
    struct decide_reply r;

    TRY(read_question(request, &q));
    TRY(decide_feel(d, &q, mem, &r));
    return put_reply(b, json_get(request, "id"), &r);
}

static enum err serve(const struct decide *d, const struct lines *l, struct span line, struct arena *mem)
{
    struct buf b = buf_new(mem, LIMIT_DECIDE_LINE);
    const struct json *request = NULL;
    enum err e;

    trouble_clear();
    e = l->over ? fail(E_TOOBIG, "a line is longer than %d bytes", LIMIT_DECIDE_LINE)
                : json_read(mem, "request", line.p, line.n, &request);
    if (e == OK && json_kind(request) != JSON_OBJECT)
        e = fail(E_INPUT, "a request is a JSON object");
    bool is_request = e == OK;
    if (is_request)
        e = answer(d, request, mem, &b);
    if (e != OK) {
        b = buf_new(mem, LIMIT_DECIDE_LINE);
        put_failure(&b, is_request ? json_get(request, "id") : NULL, is_request);
    }
    if (fwrite(buf_text(&b), 1, b.len, stdout) != b.len || fflush(stdout) != 0)
        return fail(E_IO, "the replies cannot be written");
    return OK;
}

enum err decide_batch(struct cmd *c, const struct decide *d)
{
    struct arena *mem = arena_new(BATCH_CHUNK);
    struct arena_mark start = arena_mark(mem);
    struct lines l = {.from = 0};
    struct span line;
    bool any;
    enum err e;

    while ((e = lines_next(&l, &line, &any)) == OK && any) {
        e = serve(d, &l, line, mem);
        if (e != OK)
            break;
        arena_rewind(mem, start);
    }
    arena_free(l.mem);
    arena_free(mem);
    return e;
}
