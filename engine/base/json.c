/* engine/base/json.c - bounded JSON in, canonical JSON out (RFC 8259).
 *
 * For     reading what machines send and writing what machines and auditors read.
 * Owns    the grammar; the tree lives in the caller's arena.
 * Never   floating point: a number stays the text that stood there.
 * Holds   depth <= LIMIT_JSON_DEPTH, bytes <= LIMIT_JSON_BYTES, members of one object have different names, strings are UTF-8. */
#include "base/json.h"

#include "base/map.h"
#include "base/text.h"

enum { LIMIT_JSON_DEPTH = 200, LIMIT_JSON_BYTES = 256 * 1024 * 1024 };

struct member {
    const char *name;
    const struct json *value;
};

struct json {
    enum json_kind kind;
    bool truth;
    size_t n;
    const char *text;
    const struct json **at;
    struct member *member;
};

struct reader {
    struct arena *mem;
    const char *where, *start, *p, *end;
    int depth;
};

static enum err bad(const struct reader *r, const char *what)
{
    int line = 1, column = 1;

    for (const char *s = r->start; s < r->p && s < r->end; s++) {
        column++;
        if (*s == '\n') {
            line++;
            column = 1;
        }
    }
    return fail(E_INPUT, "%s:%d:%d: %s", r->where, line, column, what);
}

static void blanks(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
        r->p++;
}

static bool word(struct reader *r, const char *w)
{
    size_t n = strlen(w);

    if ((size_t)(r->end - r->p) < n || memcmp(r->p, w, n) != 0)
        return false;
    r->p += n;
    return true;
}

static bool hex4(struct reader *r, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        char c = r->p < r->end ? *r->p : 'x';
        uint32_t v;
        if (c >= '0' && c <= '9')
            v = (uint32_t)(c - '0');
        else if ((c | 32) >= 'a' && (c | 32) <= 'f')
            v = (uint32_t)((c | 32) - 'a' + 10);
        else
            return false;
        *out = *out << 4 | v;
    }
    return true;
}

static enum err escape(struct reader *r, char *out, size_t *n)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    char c = r->p < r->end ? *r->p++ : '\0';
    const char *at = c != '\0' ? strchr(from, c) : NULL;
    uint32_t cp, low;

    if (at != NULL) {
        out[(*n)++] = to[at - from];
        return OK;
    }
    if (c != 'u' || !hex4(r, &cp))
        return bad(r, "bad escape in a string");
    if (cp >= 0xd800 && cp < 0xdc00) {
        if (!word(r, "\\u") || !hex4(r, &low) || low < 0xdc00 || low > 0xdfff)
            return bad(r, "half a surrogate pair");
        cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
    }
    if (cp == 0 || (cp >= 0xdc00 && cp < 0xe000))
        return bad(r, "this character cannot stand in a text");
    *n += text_encode(cp, out + *n);
    return OK;
}

static enum err string(struct reader *r, const char **out)
{
    const char *q = ++r->p;

    while (q < r->end && *q != '"') /* the decoded text is never longer than the written one */
        q += *q == '\\' ? 2 : 1;
    if (q >= r->end)
        return bad(r, "a string without end");
    char *s = arena_alloc(r->mem, (size_t)(q - r->p) + 1);
    size_t n = 0;
    while (r->p < r->end && *r->p != '"') {
        if ((unsigned char)*r->p < 0x20)
            return bad(r, "a control character in a string");
        if (*r->p != '\\') {
            s[n++] = *r->p++;
            continue;
        }
        r->p++;
        TRY(escape(r, s, &n));
    }
    r->p++;
    if (!text_valid(s, n))
        return bad(r, "a string that is not UTF-8");
    *out = s;
    return OK;
}

static bool digits(struct reader *r)
{
    const char *from = r->p;

    while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
        r->p++;
    return r->p > from;
}

static enum err number(struct reader *r, struct json *j)
{
    const char *from = r->p;

    word(r, "-");
    if (!word(r, "0") && !digits(r))
        return bad(r, "a value is expected here");
    if (word(r, ".") && !digits(r))
        return bad(r, "digits are missing after the point");
    if (r->p < r->end && (*r->p | 32) == 'e') {
        r->p++;
        if (r->p < r->end && (*r->p == '+' || *r->p == '-'))
            r->p++;
        if (!digits(r))
            return bad(r, "digits are missing in the exponent");
    }
    j->kind = JSON_NUMBER;
    j->text = arena_strndup(r->mem, from, (size_t)(r->p - from));
    return OK;
}

static enum err value(struct reader *r, const struct json **out);

/* One more slot in a list that doubles; returns the new list. */
static void *more(struct arena *mem, void *list, size_t n, size_t size)
{
    if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
        return list;
    void *wider = arena_alloc_n(mem, n < 4 ? 4 : n * 2, size);
    if (n > 0)
        memcpy(wider, list, n * size);
    return wider;
}

static enum err array(struct reader *r, struct json *j)
{
    j->kind = JSON_ARRAY;
    r->p++;
    blanks(r);
    if (word(r, "]"))
        return OK;
    for (;;) {
        j->at = more(r->mem, j->at, j->n, sizeof *j->at);
        TRY(value(r, &j->at[j->n]));
        j->n++;
        if (word(r, "]"))
            return OK;
        if (!word(r, ","))
            return bad(r, "',' or ']' is expected here");
    }
}

static enum err object(struct reader *r, struct json *j)
{
    struct map seen = map_new(r->mem);

    j->kind = JSON_OBJECT;
    r->p++;
    blanks(r);
    if (word(r, "}"))
        return OK;
    for (;;) {
        j->member = more(r->mem, j->member, j->n, sizeof *j->member);
        struct member *m = &j->member[j->n];
        blanks(r);
        if (r->p >= r->end || *r->p != '"')
            return bad(r, "a name in quotes is expected here");
        TRY(string(r, &m->name));
        if (map_set(&seen, m->name, j) != NULL)
            return bad(r, "this name stands twice in the object");
        blanks(r);
        if (!word(r, ":"))
            return bad(r, "':' is expected here");
        TRY(value(r, &m->value));
        j->n++;
        if (word(r, "}"))
            return OK;
        if (!word(r, ","))
            return bad(r, "',' or '}' is expected here");
    }
}

static enum err value(struct reader *r, const struct json **out)
{
    struct json *j = ARENA_NEW(r->mem, struct json);

    *out = j;
    blanks(r);
    if (++r->depth > LIMIT_JSON_DEPTH)
        return fail(E_TOOBIG, "%s: nested deeper than %d", r->where, LIMIT_JSON_DEPTH);
    char c = r->p < r->end ? *r->p : '\0';
    if (c == '{') {
        TRY(object(r, j));
    } else if (c == '[') {
        TRY(array(r, j));
    } else if (c == '"') {
        j->kind = JSON_STRING;
        TRY(string(r, &j->text));
    } else if (word(r, "true")) {
        j->kind = JSON_BOOL;
        j->truth = true;
    } else if (word(r, "false")) {
        j->kind = JSON_BOOL;
    } else if (!word(r, "null")) {
        TRY(number(r, j));
    }
    r->depth--;
    blanks(r);
    return OK;
}

enum err json_read(struct arena *mem, const char *where, const char *text, size_t n, const struct json **out)
{
    struct reader r = {.mem = mem, .where = where, .start = text, .p = text, .end = text + n};

    if (n > LIMIT_JSON_BYTES)
        return fail(E_TOOBIG, "%s: longer than %d bytes", where, LIMIT_JSON_BYTES);
    TRY(value(&r, out));
    if (r.p != r.end)
        return bad(&r, "something stands after the value");
    return OK;
}

enum json_kind json_kind(const struct json *j)
{
    return j != NULL ? j->kind : JSON_NULL;
}

const struct json *json_get(const struct json *object, const char *name)
{
    if (json_kind(object) != JSON_OBJECT)
        return NULL;
    for (size_t i = 0; i < object->n; i++) {
        if (strcmp(object->member[i].name, name) == 0)
            return object->member[i].value;
    }
    return NULL;
}

size_t json_count(const struct json *j)
{
    return j != NULL ? j->n : 0;
}

const struct json *json_at(const struct json *j, size_t i)
{
    return json_kind(j) == JSON_ARRAY && i < j->n ? j->at[i] : NULL;
}

const char *json_name_at(const struct json *j, size_t i)
{
    return json_kind(j) == JSON_OBJECT && i < j->n ? j->member[i].name : NULL;
}

const struct json *json_value_at(const struct json *j, size_t i)
{
    return json_kind(j) == JSON_OBJECT && i < j->n ? j->member[i].value : NULL;
}

const char *json_text(const struct json *j)
{
    return json_kind(j) == JSON_STRING ? j->text : NULL;
}

const char *json_number(const struct json *j)
{
    return json_kind(j) == JSON_NUMBER ? j->text : NULL;
}

bool json_bool(const struct json *j)
{
    return json_kind(j) == JSON_BOOL && j->truth;
}

bool json_int(const struct json *j, int64_t *out)
{
    return json_kind(j) == JSON_NUMBER && text_i64(j->text, out);
}

void json_put_text(struct buf *b, const char *s)
{
    buf_char(b, '"');
    for (; *s != '\0'; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\') {
            buf_char(b, '\\');
            buf_char(b, *s);
        } else if (c < 0x20 || c == 0x7f || c == '<' || c == '>' || c == '&') {
            buf_fmt(b, "\\u%04x", c);
        } else {
            buf_char(b, *s);
        }
    }
    buf_char(b, '"');
}

void json_put_int(struct buf *b, int64_t v)
{
    buf_fmt(b, "%lld", (long long)v);
}

void json_put_name(struct buf *b, bool *first, const char *name)
{
    if (!*first)
        buf_char(b, ',');
    *first = false;
    json_put_text(b, name);
    buf_char(b, ':');
}
