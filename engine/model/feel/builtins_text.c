/* engine/model/feel/builtins_text.c - built-in functions on texts (DMN 1.5, 10.3.4.3).
 *
 * For     builtin.def.
 * Owns    positions in texts, which count code points from 1.
 * Never   cuts a code point; makes a text longer than the limit.
 * Holds   texts are valid UTF-8 before and after. */
#include "model/feel/builtins.h"
#include "model/feel/casing.h"
#include "model/feel/number.h"
#include "model/feel/regex.h"
#include "model/feel/temporal.h"

struct val bif_string(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    if (arg[0].tag == VAL_NULL || arg[0].tag == VAL_STRING)
        return arg[0];
    if (!eval_charge(f->s, val_weight(arg[0])))
        return val_null();
    const char *text = val_string(f->s->mem, arg[0]);
    size_t len = strlen(text);
    if (len > f->s->limits->string)
        return eval_stop(f->s, E_TOOBIG, "a text grows too long");
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)len, .u.s = text};
}

/* The byte at which code point I (from 0) begins. */
static size_t byte_of(struct val s, int64_t i)
{
    size_t at = 0;

    while (i > 0 && at < s.n) {
        at++;
        while (at < s.n && ((unsigned char)s.u.s[at] & 0xC0) == 0x80)
            at++;
        i--;
    }
    return at;
}

struct val bif_substring(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    int64_t start, length = INT64_MAX, count = (int64_t)text_count(arg[0].u.s);

    if (!dec_int(arg[1], &start) || start == 0 || start > count || -start > count)
        return eval_note(f, at, "the text has no such position");
    if (n > 2 && arg[2].tag != VAL_NULL && dec_cmp(arg[2], val_int(1)) < 0)
        return eval_note(f, at, "the length must be 1 or more");
    if (n > 2 && arg[2].tag != VAL_NULL && !dec_int(arg[2], &length))
        length = INT64_MAX; /* more than any text has: all that is left */
    start = start > 0 ? start - 1 : count + start;
    if (length > count - start)
        length = count - start;
    size_t from = byte_of(arg[0], start), to = byte_of(arg[0], start + length);
    return eval_string(f->s, arg[0].u.s + from, to - from);
}

struct val bif_string_length(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_int((int64_t)text_count(arg[0].u.s));
}

static bool is_ascii(struct val s)
{
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.u.s[i] >= 0x80)
            return false;
    return true;
}

static struct val mapped_ascii(struct frame *f, struct val s, char first)
{
    char *out = eval_string_room(f->s, s.n);

    if (out == NULL)
        return val_null();
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned letter = (unsigned)(s.u.s[i] - first);
        out[i] = letter < 26 ? (char)(s.u.s[i] ^ 0x20) : s.u.s[i];
    }
    return (struct val){.tag = VAL_STRING, .n = s.n, .u.s = out};
}

static struct val mapped(struct frame *f, struct val s, bool upper)
{
    struct buf b = buf_new(f->s->mem, f->s->limits->string);

    if (!eval_charge(f->s, s.n / 16 + 1))
        return val_null();
    casing_put(&b, s.u.s, s.n, upper);
    if (b.over)
        return eval_stop(f->s, E_TOOBIG, "a text grows too long");
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)b.len, .u.s = buf_text(&b)};
}

struct val bif_upper_case(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return is_ascii(arg[0]) ? mapped_ascii(f, arg[0], 'a') : mapped(f, arg[0], true);
}

struct val bif_lower_case(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return is_ascii(arg[0]) ? mapped_ascii(f, arg[0], 'A') : mapped(f, arg[0], false);
}

static const char *find(struct val s, struct val match)
{
    return memmem(s.u.s, s.n, match.u.s, match.n);
}

struct val bif_substring_before(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    const char *p = find(arg[0], arg[1]);

    return p != NULL ? eval_string(f->s, arg[0].u.s, (size_t)(p - arg[0].u.s)) : eval_string(f->s, "", 0);
}

struct val bif_substring_after(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    const char *p = find(arg[0], arg[1]);

    if (p == NULL)
        return eval_string(f->s, "", 0);
    p += arg[1].n;
    return eval_string(f->s, p, (size_t)(arg[0].u.s + arg[0].n - p));
}

struct val bif_contains(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_bool(find(arg[0], arg[1]) != NULL);
}

struct val bif_starts_with(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_bool(arg[0].n >= arg[1].n && memcmp(arg[0].u.s, arg[1].u.s, arg[1].n) == 0);
}

struct val bif_ends_with(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return val_bool(arg[0].n >= arg[1].n && memcmp(arg[0].u.s + arg[0].n - arg[1].n, arg[1].u.s, arg[1].n) == 0);
}

struct val bif_string_join(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    struct val list = arg[0], between = n > 1 ? arg[1] : val_null();
    struct buf b = buf_new(f->s->mem, f->s->limits->string);
    bool first = true;

    if (!eval_charge(f->s, list.n))
        return val_null();
    for (uint32_t i = 0; i < list.n; i++) {
        struct val item = list.u.list[i];
        if (item.tag == VAL_NULL)
            continue;
        if (item.tag != VAL_STRING)
            return eval_note(f, at, "string join() takes texts only");
        if (!first && between.tag == VAL_STRING)
            buf_add(&b, between.u.s, between.n);
        buf_add(&b, item.u.s, item.n);
        first = false;
    }
    if (b.over)
        return eval_stop(f->s, E_TOOBIG, "a text grows too long");
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)b.len, .u.s = buf_text(&b)};
}

struct val bif_matches(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    const struct val all[] = {arg[0], arg[1], n > 2 ? arg[2] : val_null()};

    return regex_matches(f, at, all);
}

struct val bif_replace(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    const struct val all[] = {arg[0], arg[1], arg[2], n > 3 ? arg[3] : val_null()};

    return regex_replace(f, at, all);
}

struct val bif_split(struct frame *f, const struct node *at, struct val *arg, unsigned n)
{
    return regex_split(f, at, arg);
}
