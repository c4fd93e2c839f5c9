/* bin/gradus/decide_reply.c - gradus decide: an answer as JSON.
 *
 * For     the replies of --batch, and --explain.
 * Owns    the members of a reply: value, error, messages, hits, us, ns, compileNs.
 * Never   leaves out a message.
 * Holds   what went wrong is "error" where the value is null, else "warn". */
#include <inttypes.h>

#include "decide.h"
#include "model/feel/typed.h"

void decide_reply_error(struct buf *b, bool *first, const char *error)
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

static void put_hundredths(struct buf *b, bool *first, const char *name, int64_t v)
{
    json_put_name(b, first, name);
    buf_fmt(b, "%" PRId64 ".%02d", v / 100, (int)(v % 100));
}

static void put_inputs(struct buf *b, const struct dmn_hit *h, enum err *e)
{
    buf_char(b, '[');
    for (uint32_t i = 0; i < h->n_input && *e == OK; i++) {
        bool first = true;
        buf_str(b, i > 0 ? ",{" : "{");
        json_put_name(b, &first, "label");
        json_put_text(b, h->label[i]);
        json_put_name(b, &first, "value");
        *e = typed_write(b, h->input[i]);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

static enum err put_hit(struct buf *b, const struct dmn_hit *h, const struct dmn *model, struct arena *mem)
{
    enum err e = OK;
    bool first = true;

    buf_char(b, '{');
    json_put_name(b, &first, "node");
    json_put_text(b, dmn_at(model, h->element)->name);
    json_put_name(b, &first, "table");
    json_put_text(b, h->name);
    json_put_name(b, &first, "inputs");
    put_inputs(b, h, &e);
    TRY(e);
    json_put_name(b, &first, "rules");
    buf_char(b, '[');
    for (uint32_t i = 0; i < h->n_rule; i++)
        buf_fmt(b, "%s%" PRIu32, i > 0 ? "," : "", h->rule[i]);
    buf_char(b, ']');
    json_put_name(b, &first, "default");
    buf_str(b, h->by_default ? "true" : "false");
    json_put_name(b, &first, "value");
    TRY(typed_write(b, h->value));
    json_put_name(b, &first, "words");
    json_put_text(b, dmn_words(mem, model, h));
    buf_char(b, '}');
    return OK;
}

static enum err put_hits(struct buf *b, bool *first, const struct decide_reply *r, struct arena *mem)
{
    json_put_name(b, first, "hits");
    buf_char(b, '[');
    for (const struct dmn_hit *h = r->hit; h != NULL; h = h->next) {
        buf_str(b, h != r->hit ? "," : "");
        TRY(put_hit(b, h, r->model, mem));
    }
    buf_char(b, ']');
    return OK;
}

enum err decide_reply_members(struct buf *b, bool *first, const struct decide_reply *r, struct arena *mem)
{
    json_put_name(b, first, "value");
    TRY(typed_write(b, r->value));
    if (r->error != NULL)
        decide_reply_error(b, first, r->error);
    if (r->note != NULL)
        put_messages(b, first, r);
    if (r->explained)
        TRY(put_hits(b, first, r, mem));
    put_hundredths(b, first, "us", r->took / 10);
    if (r->ns > 0)
        put_hundredths(b, first, "ns", r->ns);
    if (r->compile_ns > 0)
        put_hundredths(b, first, "compileNs", r->compile_ns);
    return buf_done(b);
}
