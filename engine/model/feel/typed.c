/* engine/model/feel/typed.c - values as the typed JSON of tools and test drivers.
 *
 * For     gradus decide, which speaks to programs and to people at a shell.
 * Owns    the spelling {"@": kind, "v": text}.
 * Never   stores anything: that is val_write().
 * Holds   a number keeps its digits; an object with the member "@" is a kind, and a context with that key is written as one. */
#include "model/feel/typed.h"

#include <string.h>

#include "model/feel/feel_int.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"

static enum err typed_put(struct buf *b, struct val v);
static enum err typed_take(struct arena *mem, const struct json *j, struct val *out);

static const struct val_spelling typed = {.put = typed_put, .take = typed_take};

/* ---- out ---- */

static enum err put_context(struct buf *b, struct val v)
{
    if (context_find(v, "@") < 0)
        return spell_write_members(&typed, b, v);
    buf_str(b, "{\"@\":\"context\",\"v\":[");
    for (uint32_t i = 0; i < v.n; i++) {
        buf_str(b, i > 0 ? ",[" : "[");
        json_put_text(b, v.u.context->key[i]);
        buf_char(b, ',');
        TRY(spell_write(&typed, b, v.u.context->value[i]));
        buf_char(b, ']');
    }
    buf_str(b, "]}");
    return OK;
}

static enum err put_range(struct buf *b, const struct val_range *r)
{
    buf_str(b, "{\"@\":\"range\",\"start\":");
    TRY(spell_write(&typed, b, r->lo));
    buf_str(b, ",\"end\":");
    TRY(spell_write(&typed, b, r->hi));
    buf_fmt(b, ",\"startIncluded\":%s,\"endIncluded\":%s}", r->lo_in ? "true" : "false", r->hi_in ? "true" : "false");
    return OK;
}

static void put_function(struct buf *b, const struct val_function *f)
{
    buf_str(b, "{\"@\":\"function\",\"v\":");
    json_put_text(b, f->builtin != NULL ? f->builtin->name : f->native != NULL ? f->native->name : "function");
    buf_char(b, '}');
}

static enum err typed_put(struct buf *b, struct val v)
{
    static const char *const kind[] = {"date", "time", "dateTime", "ymDuration", "dtDuration"};
    char text[WHEN_TEXT];

    if (v.tag == VAL_CONTEXT)
        return put_context(b, v);
    if (v.tag == VAL_RANGE)
        return put_range(b, v.u.range);
    if (v.tag == VAL_FUNCTION) {
        put_function(b, v.u.function);
        return OK;
    }
    when_text(v, text);
    buf_fmt(b, "{\"@\":\"%s\",\"v\":\"%s\"}", kind[v.tag - VAL_DATE], text);
    return OK;
}

enum err typed_write(struct buf *b, struct val v)
{
    TRY(spell_write(&typed, b, v));
    return buf_done(b);
}

/* ---- in ---- */

/* {"@":"context","v":[["key",value], ...]} */
static enum err take_pairs(struct arena *mem, const struct json *pairs, struct val *out)
{
    size_t n = json_count(pairs);
    const char **key = ARENA_NEW_N(mem, const char *, n);
    struct val *value = ARENA_NEW_N(mem, struct val, n);

    if (json_kind(pairs) != JSON_ARRAY)
        return fail(E_INPUT, "\"v\" of a context is a list of pairs");
    for (size_t i = 0; i < n; i++) {
        const struct json *pair = json_at(pairs, i);
        const char *name = json_text(json_at(pair, 0));
        if (name == NULL || json_count(pair) != 2)
            return fail(E_INPUT, "\"v\" of a context is a list of pairs: name, value");
        key[i] = arena_strdup(mem, name);
        TRY(spell_read(&typed, mem, json_at(pair, 1), &value[i]));
    }
    return spell_read_context(mem, key, value, n, out);
}

static enum err take_range(struct arena *mem, const struct json *j, struct val *out)
{
    struct val_range r = {
        .form = RANGE_PLAIN, .lo_in = json_bool(json_get(j, "startIncluded")), .hi_in = json_bool(json_get(j, "endIncluded"))};

    TRY(spell_read(&typed, mem, json_get(j, "start"), &r.lo));
    TRY(spell_read(&typed, mem, json_get(j, "end"), &r.hi));
    if (r.lo.tag == VAL_NULL && r.hi.tag != VAL_NULL && !r.lo_in)
        r.form = r.hi_in ? RANGE_LESS_EQUAL : RANGE_LESS;
    else if (r.hi.tag == VAL_NULL && r.lo.tag != VAL_NULL && !r.hi_in)
        r.form = r.lo_in ? RANGE_GREATER_EQUAL : RANGE_GREATER;
    return spell_read_range(mem, r, out);
}

static bool take_text(struct arena *mem, const char *kind, const char *text, struct val *out)
{
    size_t n = strlen(text);

    if (strcmp(kind, "date") == 0)
        return when_parse_date(text, n, out);
    if (strcmp(kind, "time") == 0)
        return when_parse_time(mem, text, n, out);
    if (strcmp(kind, "dateTime") == 0)
        return when_parse_date_time(mem, text, n, out);
    if (strcmp(kind, "number") == 0)
        return val_number(mem, text, out);
    if (strcmp(kind, "dtDuration") == 0)
        return when_parse_duration(text, n, out) && out->tag == VAL_DURATION;
    return strcmp(kind, "ymDuration") == 0 && when_parse_duration(text, n, out) && out->tag == VAL_MONTHS;
}

static enum err typed_take(struct arena *mem, const struct json *j, struct val *out)
{
    const struct json *at = json_get(j, "@");
    const char *kind = json_text(at);

    if (at == NULL)
        return spell_read_members(&typed, mem, j, out);
    if (kind == NULL)
        return fail(E_INPUT, "\"@\" is the name of a kind");
    if (strcmp(kind, "context") == 0)
        return take_pairs(mem, json_get(j, "v"), out);
    if (strcmp(kind, "range") == 0)
        return take_range(mem, j, out);
    const char *text = json_text(json_get(j, "v"));
    if (text == NULL || !take_text(mem, kind, text, out))
        return fail(E_INPUT, "no value: {\"@\":\"%.40s\",\"v\":\"%.80s\"}", kind, text != NULL ? text : "");
    return OK;
}

enum err typed_read(struct arena *mem, const struct json *j, struct val *out)
{
    *out = val_null();
    return spell_read(&typed, mem, j, out);
}
