/* engine/model/feel/write.c - values as text and back.
 *
 * For     string(), and the typed JSON in which values are stored, hashed and exchanged.
 * Owns    the spelling of values in JSON: {"@date": ...} and its relatives.
 * Never   loses a digit, an order or a kind.
 * Holds   val_read(val_write(v)) is v; a context whose one key begins with '@' is wrapped in {"@context": ...}, so that data
 * can never pass for a kind. */
#include <string.h>

#include "base/json.h"
#include "model/feel/number.h"
#include "model/feel/temporal.h"
#include "model/feel/value_int.h"

enum { LIMIT_TEXT = 64 * 1024 * 1024 };

static const char *const range_signs[] = {"[", "<", "<=", ">", ">=", "=", "!="};

/* ---- string() ---- */

static bool plain_key(const char *s)
{
    if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || *s == '_' || (unsigned char)*s >= 0x80))
        return false;
    for (; *s != '\0'; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') || *s == '_' || *s == ' ' ||
              (unsigned char)*s >= 0x80))
            return false;
    return true;
}

/* A string literal (10.3.1.2, rule 33). */
static void put_quoted(struct buf *b, const char *s)
{
    static const char plain[] = "\"\\\n\r\t", letter[] = "\"\\nrt";

    buf_char(b, '"');
    for (; *s != '\0'; s++) {
        const char *escaped = strchr(plain, *s);
        if (escaped != NULL) {
            buf_char(b, '\\');
            buf_char(b, letter[escaped - plain]);
        } else if ((unsigned char)*s < ' ')
            buf_fmt(b, "\\u%04X", (unsigned)*s);
        else
            buf_char(b, *s);
    }
    buf_char(b, '"');
}

static void put_string(struct buf *b, struct val v, bool top);

/* The end of a range as it would be written in a range: range() reads it again. */
static void put_end(struct buf *b, struct val v)
{
    buf_str(b, val_temporal(v) ? "@\"" : "");
    put_string(b, v, false);
    buf_str(b, val_temporal(v) ? "\"" : "");
}

static void put_range(struct buf *b, const struct val_range *r)
{
    if (r->form == RANGE_PLAIN) {
        buf_char(b, r->lo_in ? '[' : '(');
        put_end(b, r->lo);
        buf_str(b, "..");
        put_end(b, r->hi);
        buf_char(b, r->hi_in ? ']' : ')');
        return;
    }
    buf_fmt(b, "(%s ", range_signs[r->form]);
    put_end(b, r->form == RANGE_LESS || r->form == RANGE_LESS_EQUAL ? r->hi : r->lo);
    buf_char(b, ')');
}

static void put_scalar(struct buf *b, struct val v)
{
    char text[WHEN_TEXT];

    if (v.tag == VAL_BOOL)
        buf_str(b, v.u.truth ? "true" : "false");
    else if (val_numeric(v))
        buf_add(b, text, dec_text(v, text));
    else if (val_temporal(v))
        buf_add(b, text, when_text(v, text));
    else
        buf_str(b, v.tag == VAL_FUNCTION ? "function" : "null");
}

static void put_string(struct buf *b, struct val v, bool top)
{
    if (v.tag == VAL_STRING && top)
        buf_add(b, v.u.s, v.n);
    else if (v.tag == VAL_STRING)
        put_quoted(b, v.u.s);
    else if (v.tag == VAL_LIST) {
        buf_char(b, '[');
        for (uint32_t i = 0; i < v.n; i++) {
            buf_str(b, i > 0 ? ", " : "");
            put_string(b, v.u.list[i], false);
        }
        buf_char(b, ']');
    } else if (v.tag == VAL_CONTEXT) {
        buf_char(b, '{');
        for (uint32_t i = 0; i < v.n; i++) {
            const char *key = v.u.context->key[i];
            buf_str(b, i > 0 ? ", " : "");
            if (plain_key(key))
                buf_str(b, key);
            else
                put_quoted(b, key);
            buf_str(b, ": ");
            put_string(b, v.u.context->value[i], false);
        }
        buf_char(b, '}');
    } else if (v.tag == VAL_RANGE)
        put_range(b, v.u.range);
    else
        put_scalar(b, v);
}

char *val_string(struct arena *mem, struct val v)
{
    struct buf b = buf_new(mem, LIMIT_TEXT);

    put_string(&b, v, true);
    return arena_strdup(mem, buf_text(&b));
}

/* ---- JSON out ---- */

enum err spell_write(const struct val_spelling *s, struct buf *b, struct val v)
{
    if (v.tag == VAL_STRING)
        json_put_text(b, v.u.s);
    else if (v.tag == VAL_LIST) {
        buf_char(b, '[');
        for (uint32_t i = 0; i < v.n; i++) {
            if (i > 0)
                buf_char(b, ',');
            TRY(spell_write(s, b, v.u.list[i]));
        }
        buf_char(b, ']');
    } else if (v.tag == VAL_NULL || v.tag == VAL_BOOL || val_numeric(v))
        put_scalar(b, v);
    else
        return s->put(b, v);
    return OK;
}

enum err spell_write_members(const struct val_spelling *s, struct buf *b, struct val v)
{
    bool first = true;

    buf_char(b, '{');
    for (uint32_t i = 0; i < v.n; i++) {
        json_put_name(b, &first, v.u.context->key[i]);
        TRY(spell_write(s, b, v.u.context->value[i]));
    }
    buf_char(b, '}');
    return OK;
}

static enum err write_range(struct buf *b, const struct val_range *r)
{
    buf_str(b, "{\"@range\":[\"");
    buf_str(b, r->form != RANGE_PLAIN ? range_signs[r->form] : r->lo_in ? "[" : "(");
    buf_str(b, "\",");
    if (r->form == RANGE_PLAIN) {
        TRY(val_write(b, r->lo));
        buf_char(b, ',');
        TRY(val_write(b, r->hi));
        buf_str(b, r->hi_in ? ",\"]\"]}" : ",\")\"]}");
        return OK;
    }
    TRY(val_write(b, r->form == RANGE_LESS || r->form == RANGE_LESS_EQUAL ? r->hi : r->lo));
    buf_str(b, "]}");
    return OK;
}

static enum err stored_put(struct buf *b, struct val v);
static enum err stored_take(struct arena *mem, const struct json *j, struct val *out);

static const struct val_spelling stored = {.put = stored_put, .take = stored_take};

static enum err stored_put(struct buf *b, struct val v)
{
    static const char *const kind[] = {"date", "time", "date and time", "duration", "duration"};
    char text[WHEN_TEXT];

    if (v.tag == VAL_FUNCTION)
        return fail(E_INPUT, "a function cannot be stored");
    if (v.tag == VAL_RANGE)
        return write_range(b, v.u.range);
    if (v.tag == VAL_CONTEXT) {
        bool wrap = v.n == 1 && v.u.context->key[0][0] == '@';
        buf_str(b, wrap ? "{\"@context\":" : "");
        TRY(spell_write_members(&stored, b, v));
        buf_str(b, wrap ? "}" : "");
        return OK;
    }
    when_stored_text(v, text);
    buf_fmt(b, "{\"@%s\":\"%s\"}", kind[v.tag - VAL_DATE], text);
    return OK;
}

enum err val_write(struct buf *b, struct val v)
{
    TRY(spell_write(&stored, b, v));
    return buf_done(b);
}

/* ---- JSON in ---- */

enum err spell_read_members(const struct val_spelling *s, struct arena *mem, const struct json *j, struct val *out)
{
    size_t n = json_count(j);
    const char **key = ARENA_NEW_N(mem, const char *, n);
    struct val *value = ARENA_NEW_N(mem, struct val, n);

    for (size_t i = 0; i < n; i++) {
        key[i] = arena_strdup(mem, json_name_at(j, i));
        TRY(spell_read(s, mem, json_value_at(j, i), &value[i]));
    }
    return spell_read_context(mem, key, value, n, out);
}

enum err spell_read_context(struct arena *mem, const char *const *key, const struct val *value, size_t n, struct val *out)
{
    *out = context_seal(mem, key, value, n);
    return out->tag == VAL_CONTEXT ? OK : fail(E_TOOBIG, "a value is nested too deep or has too many parts");
}

static enum err read_list(const struct val_spelling *s, struct arena *mem, const struct json *j, struct val *out)
{
    size_t n = json_count(j);
    struct val *items = list_room(mem, n);

    for (size_t i = 0; i < n; i++)
        TRY(spell_read(s, mem, json_at(j, i), &items[i]));
    *out = list_seal(items, n);
    return out->tag == VAL_LIST ? OK : fail(E_TOOBIG, "a value is nested too deep or has too many parts");
}

enum err spell_read_range(struct arena *mem, struct val_range r, struct val *out)
{
    bool equality = r.form == RANGE_EQUAL || r.form == RANGE_NOT_EQUAL;

    if (r.lo.tag >= VAL_RANGE || r.hi.tag >= VAL_RANGE || (!equality && (val_depth(r.lo) > 0 || val_depth(r.hi) > 0)))
        return fail(E_INPUT, "the ends of a range are single values");
    *out = range_make(mem, r);
    return out->tag == VAL_RANGE ? OK : fail(E_TOOBIG, "a value is nested too deep or has too many parts");
}

/* A range's sign, and which form it makes. */
static bool range_sign(const char *sign, struct val_range *r)
{
    r->lo_in = strcmp(sign, "[") == 0;
    if (r->lo_in || strcmp(sign, "(") == 0) {
        r->form = RANGE_PLAIN;
        return true;
    }
    for (uint8_t i = RANGE_LESS; i <= RANGE_NOT_EQUAL; i++)
        if (strcmp(sign, range_signs[i]) == 0) {
            r->form = i;
            r->lo_in = i == RANGE_GREATER_EQUAL || i == RANGE_EQUAL;
            r->hi_in = i == RANGE_LESS_EQUAL || i == RANGE_EQUAL;
            return true;
        }
    return false;
}

static enum err read_range(struct arena *mem, const struct json *j, struct val *out)
{
    size_t n = json_count(j);
    const char *sign = json_kind(j) == JSON_ARRAY ? json_text(json_at(j, 0)) : NULL;
    struct val_range r = {.lo = val_null(), .hi = val_null()};

    if (sign == NULL || !range_sign(sign, &r) || n != (r.form == RANGE_PLAIN ? 4 : 2))
        return fail(E_INPUT, "this is no range");
    struct val *first = r.form == RANGE_LESS || r.form == RANGE_LESS_EQUAL ? &r.hi : &r.lo;
    TRY(spell_read(&stored, mem, json_at(j, 1), first));
    if (r.form == RANGE_EQUAL || r.form == RANGE_NOT_EQUAL)
        r.hi = r.lo;
    if (r.form == RANGE_PLAIN) {
        const char *end = json_text(json_at(j, 3));
        TRY(spell_read(&stored, mem, json_at(j, 2), &r.hi));
        if (end == NULL || (strcmp(end, "]") != 0 && strcmp(end, ")") != 0))
            return fail(E_INPUT, "this is no range");
        r.hi_in = end[0] == ']';
    }
    return spell_read_range(mem, r, out);
}

static bool read_temporal(struct arena *mem, const char *kind, const char *text, struct val *out)
{
    size_t n = strlen(text);

    if (strcmp(kind, "@date") == 0)
        return when_parse_date(text, n, out);
    if (strcmp(kind, "@time") == 0)
        return when_parse_time(mem, text, n, out);
    if (strcmp(kind, "@date and time") == 0)
        return when_parse_stored(mem, text, n, out);
    return strcmp(kind, "@duration") == 0 && when_parse_duration(text, n, out);
}

static enum err stored_take(struct arena *mem, const struct json *j, struct val *out)
{
    const char *kind = json_count(j) == 1 ? json_name_at(j, 0) : "";

    if (kind[0] != '@')
        return spell_read_members(&stored, mem, j, out);
    const struct json *inner = json_value_at(j, 0);
    if (strcmp(kind, "@range") == 0)
        return read_range(mem, inner, out);
    if (strcmp(kind, "@context") == 0 && json_kind(inner) == JSON_OBJECT)
        return spell_read_members(&stored, mem, inner, out);
    const char *text = json_text(inner);
    if (text == NULL || !read_temporal(mem, kind, text, out))
        return fail(E_INPUT, "\"%.40s\" does not hold what it says", kind);
    return OK;
}

enum err spell_read(const struct val_spelling *s, struct arena *mem, const struct json *j, struct val *out)
{
    switch (json_kind(j)) {
    case JSON_NULL:
        *out = val_null();
        return OK;
    case JSON_BOOL:
        *out = val_bool(json_bool(j));
        return OK;
    case JSON_STRING:
        *out = val_text(mem, json_text(j));
        return OK;
    case JSON_NUMBER:
        if (!val_number(mem, json_number(j), out))
            return fail(E_INPUT, "the number %.60s is out of range", json_number(j));
        return OK;
    case JSON_ARRAY:
        return read_list(s, mem, j, out);
    case JSON_OBJECT:
        break;
    }
    return s->take(mem, j, out);
}

enum err val_read(struct arena *mem, const char *text, size_t n, struct val *out)
{
    const struct json *j;

    *out = val_null();
    TRY(json_read(mem, "value", text, n, &j));
    return spell_read(&stored, mem, j, out);
}
