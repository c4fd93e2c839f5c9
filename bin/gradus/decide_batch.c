/* bin/gradus/decide_batch.c - gradus decide --batch: requests from stdin, one JSON object a line; replies likewise.
 *
 * For     test drivers, benchmarks, programs that keep one engine running.
 * Owns    the lines of stdin and stdout; the members of requests and replies.
 * Never   ends because of a request; mixes anything of one request into the next.
 * Holds   one reply for each line, in order, written out before the next line is read. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "decide.h"

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
            l->over = l->over || n > LIMIT_DECIDE_LINE;
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

static void put_id(struct buf *b, bool *first, const struct json *id)
{
    json_put_name(b, first, "id");
    if (json_text(id) != NULL)
        json_put_text(b, json_text(id));
    else
        buf_str(b, json_number(id) != NULL ? json_number(id) : "null");
}

static enum err put_reply(struct buf *b, const struct json *id, const struct decide_reply *r, struct arena *mem)
{
    bool first = true;

    buf_char(b, '{');
    put_id(b, &first, id);
    TRY(decide_reply_members(b, &first, r, mem));
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
    decide_reply_error(b, &first, trouble()->text);
    buf_str(b, "}\n");
}

/* ---- requests ---- */

static enum err text_member(const struct json *request, const char *name, const char **out)
{
    const struct json *j = json_get(request, name);

    *out = json_text(j);
    return *out != NULL || json_kind(j) == JSON_NULL ? OK : fail(E_INPUT, "\"%s\" is a text", name);
}

static enum err read_imports(const struct json *request, struct arena *mem, struct decide_question *q)
{
    const struct json *list = json_get(request, "imports");
    size_t n = json_count(list);
    const char **path = ARENA_NEW_N(mem, const char *, n);

    if (json_kind(list) != JSON_NULL && (json_kind(list) != JSON_ARRAY || n > LIMIT_DECIDE_IMPORTS))
        return fail(E_INPUT, "\"imports\" is a list of at most %d paths", LIMIT_DECIDE_IMPORTS);
    for (size_t i = 0; i < n; i++) {
        path[i] = json_text(json_at(list, i));
        if (path[i] == NULL)
            return fail(E_INPUT, "\"imports\" is a list of paths");
    }
    q->import = path;
    q->n_import = n;
    return OK;
}

static enum err read_element(const struct json *request, struct arena *mem, struct decide_question *q)
{
    TRY(text_member(request, "node", &q->node));
    TRY(text_member(request, "service", &q->service));
    TRY(read_imports(request, mem, q));
    if (q->model == NULL || (q->node == NULL && q->service == NULL))
        return fail(E_INPUT, "a request has \"expr\", \"unary\", or \"model\" and \"node\"");
    q->kind = q->service != NULL ? ASK_SERVICE : ASK_ANY;
    q->namespace = json_get(request, "inputNs");
    return OK;
}

static enum err read_question(const struct json *request, struct arena *mem, struct decide_question *q)
{
    const struct json *repeat = json_get(request, "repeat");
    const char *unary;
    int64_t n = 0;

    *q = (struct decide_question){.form = FEEL_EXPRESSION, .inputs = json_get(request, "inputs")};
    TRY(text_member(request, "expr", &q->text));
    TRY(text_member(request, "unary", &unary));
    TRY(text_member(request, "model", &q->model));
    if (json_kind(repeat) != JSON_NULL && (!json_int(repeat, &n) || n < 1 || n > LIMIT_DECIDE_REPEAT))
        return fail(E_INPUT, "\"repeat\" is a number from 1 to %d", LIMIT_DECIDE_REPEAT);
    q->repeat = (uint64_t)n;
    if (q->text == NULL && unary != NULL) {
        q->text = unary;
        q->form = FEEL_UNARY_TESTS;
    }
    return q->text == NULL ? read_element(request, mem, q) : OK;
}

static enum err answer(const struct decide *d, const struct json *request, struct arena *mem, struct buf *b)
{
    struct decide_question q;
    struct decide_reply r;

    TRY(read_question(request, mem, &q));
    if (q.text != NULL)
        TRY(decide_feel(d, &q, mem, &r));
    else
        TRY(decide_model(d, &q, mem, &r));
    return put_reply(b, json_get(request, "id"), &r, mem);
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
        if (buf_done(&b) != OK) { /* of an id that is too long to be repeated */
            b = buf_new(mem, LIMIT_DECIDE_LINE);
            put_failure(&b, NULL, is_request);
        }
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
