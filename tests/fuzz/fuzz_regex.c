/* tests/fuzz/fuzz_regex.c - model/feel/xre.c, regex.c: any pattern is refused or compiles; what matches() finds, replace() and split()
 * find as well; a class that was built from the data has the members that it was built with.
 *
 * For     the translator of regular expressions and the search with limits.
 * Owns    the generator of classes.
 * Never   expects that an input is accepted.
 * Holds   the first byte chooses the flags; pattern, text and replacement follow, with LF LF between. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/feel/regex.h"
#include "model/feel/xre.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static bool get(const void *ctx, const char *name, struct val *out)
{
    const struct val *values = ctx;

    *out = values[name[0] == 't' ? 0 : name[0] == 'p' ? 1 : name[0] == 'r' ? 2 : 3];
    return true;
}

static struct val evaluated(struct arena *mem, const char *text, const struct val *values)
{
    static const struct feel_limits limits = {
        .steps = 100000, .depth = 10, .bytes = 4 << 20, .list = 5000, .string = 65536, .match = 20000, .heap = 1024};
    const struct feel_env env = {.get = get, .ctx = values, .limits = &limits};
    struct feel_prog *p;
    struct feel_note *notes;
    struct val v;

    must(feel_compile(mem, text, FEEL_EXPRESSION, NULL, &p, NULL) == OK);
    return feel_eval(p, &env, mem, &v, &notes) == OK ? v : val_null();
}

/* ---- any pattern ---- */

static void check_pattern(struct arena *mem, const struct val *values)
{
    unsigned flags;
    bool library = false;

    must(xre_flags(values[3].u.s, values[3].n, &flags));
    const char *why = regex_trouble(regex_make(mem, values[1], values[3]), &library);
    struct xre_result x = xre_translate(mem, values[1].u.s, values[1].n, flags);
    must((x.text == NULL) == (x.why != NULL));
    must(x.text != NULL ? why == NULL || library : why != NULL && !library);
    struct val found = evaluated(mem, "matches(t, p, f)", values), same = evaluated(mem, "replace(t, p, \"$0\", f)", values),
               other = evaluated(mem, "replace(t, p, r, f)", values);
    if (same.tag == VAL_STRING && (flags & XRE_LITERAL) == 0)
        must(val_same(same, values[0]));
    if (val_is(found, VAL_BOOL) && !found.u.truth && other.tag == VAL_STRING)
        must(val_same(other, values[0]));
    if (values[3].n > 0)
        return;
    struct val parts = evaluated(mem, "split(t, p)", values);
    if (parts.tag == VAL_LIST && found.tag == VAL_BOOL)
        must((val_count(parts) > 1) == found.u.truth);
}

/* ---- classes with known members ---- */

struct source {
    const uint8_t *p, *end;
};

static unsigned draw(struct source *s, unsigned n)
{
    return s->p < s->end ? *s->p++ % n : 0;
}

static const char sample[] = "abcxyzABCXYZ0159_:-.+ \n^[]\\";

/* Writes a class and notes which letters of the sample it has. */
static void class_make(struct source *s, struct buf *b, bool *has, unsigned depth)
{
    static const char *const escapes[] = {"\\d", "\\D",     "\\s",    "\\S", "\\i",
                                          "\\c", "\\p{Lu}", "\\P{L}", "\\w", "\\p{IsBasicLatin}"};
    static const char *const members[] = {
        "0159", NULL, " \n", NULL, "abcxyzABCXYZ_:", "abcxyzABCXYZ0159_:-.", "ABCXYZ", NULL, "abcxyzABCXYZ0159+^", sample};
    static const char *const others[] = {NULL, "0159", NULL, " \n", NULL, NULL, NULL, "abcxyzABCXYZ", NULL, NULL};
    bool less[sizeof sample] = {false};
    unsigned negative = draw(s, 2), items = 1 + draw(s, 4);

    memset(has, 0, sizeof sample);
    buf_str(b, negative ? "[^" : "[");
    while (items-- > 0) {
        unsigned k = draw(s, 20), from = draw(s, 12), to = from + draw(s, 12 - from);
        const char *in = k < 10 ? members[k] : NULL, *out = k < 10 ? others[k] : NULL;
        char first = sample[from], last = sample[to];
        if (k < 10)
            buf_str(b, escapes[k]);
        else if (last < first)
            continue;
        else
            buf_fmt(b, "%c-%c", first, last);
        for (size_t i = 0; sample[i] != '\0'; i++)
            has[i] |= k >= 10      ? sample[i] >= first && sample[i] <= last
                      : in != NULL ? strchr(in, sample[i]) != NULL
                                   : strchr(out, sample[i]) == NULL;
    }
    buf_str(b, "\\n");
    if (depth > 0 && draw(s, 2) == 0) {
        buf_char(b, '-');
        class_make(s, b, less, depth - 1);
    }
    buf_char(b, ']');
    for (size_t i = 0; sample[i] != '\0'; i++)
        has[i] = ((has[i] || sample[i] == '\n') != (negative != 0)) && !less[i];
}

static void check_class(struct arena *mem, const uint8_t *data, size_t size)
{
    struct source s = {data, data + size};
    struct buf b = buf_new(mem, 4096);
    bool has[sizeof sample];

    class_make(&s, &b, has, 3);
    for (size_t i = 0; sample[i] != '\0'; i++) {
        const struct val values[] = {val_span(mem, sample + i, 1), val_text(mem, buf_text(&b)), val_null(), val_null()};
        struct val v = evaluated(mem, "matches(t, p)", values);
        must(v.tag == VAL_BOOL && v.u.truth == has[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char letters[] = "smixq";
    char flags[sizeof letters] = "";
    struct val values[4];
    size_t n = 0;

    if (size < 1 || !text_valid((const char *)data + 1, size - 1))
        return 0;
    struct arena *mem = arena_new(0);
    for (unsigned i = 0; letters[i] != '\0'; i++)
        if ((data[0] & 1u << i) != 0)
            flags[n++] = letters[i];
    char *rest = arena_strndup(mem, (const char *)data + 1, size - 1);
    for (size_t i = 0; i < 3; i++) {
        static const size_t place[] = {1, 0, 2};
        char *end = strstr(rest, "\n\n");
        values[place[i]] = val_span(mem, rest, end != NULL ? (size_t)(end - rest) : strlen(rest));
        rest = end != NULL ? end + 2 : rest + strlen(rest);
    }
    values[3] = val_text(mem, flags);
    check_pattern(mem, values);
    check_class(mem, data, size);
    arena_free(mem);
    return 0;
}
