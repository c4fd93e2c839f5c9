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

static void put_text(struct buf *b, bool *first, const char *name, const char *text)
{
    if (text == NULL)
        return;
    json_put_name(b, first, name);
    json_put_text(b, text);
}

void decide_reply_message(struct buf *b, const struct decide_message *m)
{
    bool first = true;

    buf_char(b, '{');
    put_text(b, &first, "severity", m->severity);
    put_text(b, &first, "node", m->node);
    put_text(b, &first, "rule", m->rule);
    put_text(b, &first, "part", m->part);
    json_put_name(b, &first, "line");
    json_put_int(b, m->line);
    if (m->part != NULL) {
        json_put_name(b, &first, "column");
        json_put_int(b, m->column);
    }
    put_text(b, &first, "text", m->text);
    buf_char(b, '}');
}

static void put_messages(struct buf *b, bool *first, const struct decide_reply *r)
{
    json_put_name(b, first, "messages");
    buf_char(b, '[');
    for (const struct dmn_note *n = r->note; n != NULL; n = n->next) {
        const struct decide_message m = {.severity = r->value.tag == VAL_NULL ? "error" : "warn",
                                         .node = n->element,
                                         .part = n->part,
                                         .line = n->line,
                                         .column = n->column,
                                         .text = n->message};
        buf_str(b, n != r->note ? "," : "");
        decide_reply_message(b, &m);
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
