/* engine/model/feel/casing.c - capitals and small letters by tables of Unicode, in no language in particular.
 *
 * For     upper case(), lower case().
 * Owns    casing.def.
 * Never   asks the process's locale; maps a letter without its context where the context counts.
 * Holds   one letter may become up to three (the German sharp s becomes SS); a capital sigma that ends a word becomes the final one. */
#include "model/feel/casing.h"

#include "base/text.h"

enum { CAPITAL_SIGMA = 0x3A3, SMALL_SIGMA = 0x3C3, FINAL_SIGMA = 0x3C2, DOTTED_I = 0x130, DOT_ABOVE = 0x307 };

struct casing_run {
    uint32_t first, last;
    int step;
    int32_t distance;
};

struct casing_long {
    uint32_t letter, capital[3];
};

#define UPPER(first, last, step, distance)
#define LOWER(first, last, step, distance)
#define CASING(letter, a, b, c)

static const struct casing_run upper_runs[] = {
#undef UPPER
#define UPPER(first, last, step, distance) {first, last, step, distance},
#include "model/feel/casing.def"
#undef UPPER
#define UPPER(first, last, step, distance)
};

static const struct casing_run lower_runs[] = {
#undef LOWER
#define LOWER(first, last, step, distance) {first, last, step, distance},
#include "model/feel/casing.def"
#undef LOWER
#define LOWER(first, last, step, distance)
};

static const struct casing_long long_capitals[] = {
#undef CASING
#define CASING(letter, a, b, c) {letter, {a, b, c}},
#include "model/feel/casing.def"
#undef CASING
};
#undef UPPER
#undef LOWER

#define COUNT(table) (sizeof(table) / sizeof *(table))

static uint32_t mapped_by(const struct casing_run *run, size_t n, uint32_t c)
{
    size_t low = 0, high = n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c > run[mid].last)
            low = mid + 1;
        else if (c < run[mid].first)
            high = mid;
        else
            return (c - run[mid].first) % (uint32_t)run[mid].step == 0 ? (uint32_t)((int32_t)c + run[mid].distance) : c;
    }
    return c;
}

static uint32_t upper_of(uint32_t c)
{
    return c < 0x80 ? c - (c >= 'a' && c <= 'z' ? 0x20 : 0) : mapped_by(upper_runs, COUNT(upper_runs), c);
}

static uint32_t lower_of(uint32_t c)
{
    return c < 0x80 ? c + (c >= 'A' && c <= 'Z' ? 0x20 : 0) : mapped_by(lower_runs, COUNT(lower_runs), c);
}

static const struct casing_long *long_capital(uint32_t c)
{
    size_t low = 0, high = COUNT(long_capitals);

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (long_capitals[mid].letter == c)
            return &long_capitals[mid];
        if (long_capitals[mid].letter < c)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static bool is_cased(uint32_t c)
{
    return upper_of(c) != c || lower_of(c) != c || long_capital(c) != NULL;
}

/* Marks that stand between letters of a word without ending it: apostrophes, full stops inside, accents, soft hyphens. */
static bool is_ignorable(uint32_t c)
{
    return c == '\'' || c == '.' || c == ':' || c == '^' || c == '`' || c == 0xA8 || c == 0xAD || c == 0xAF || c == 0xB4 ||
           c == 0xB7 || c == 0xB8 || (c >= 0x2B0 && c <= 0x36F && c != 0x345) || (c >= 0x483 && c <= 0x489) ||
           (c >= 0x1AB0 && c <= 0x1AFF) || (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x200B && c <= 0x200F) || c == 0x2018 ||
           c == 0x2019 || c == 0x2024 || c == 0x2027 || (c >= 0x20D0 && c <= 0x20FF) || (c >= 0xFE00 && c <= 0xFE0F) ||
           (c >= 0xFE20 && c <= 0xFE2F);
}

/* Does a letter stand before (or after) TEXT[AT..AT+2), with nothing but ignorable marks between? */
static bool letter_before(const char *text, size_t at)
{
    while (at > 0) {
        size_t from = at - 1;
        uint32_t c = 0;
        while (from > 0 && ((unsigned char)text[from] & 0xC0) == 0x80)
            from--;
        text_decode(text + from, at - from, &c);
        if (!is_ignorable(c))
            return is_cased(c);
        at = from;
    }
    return false;
}

static bool letter_after(const char *text, size_t n, size_t at)
{
    for (size_t took; at < n; at += took) {
        uint32_t c = 0;
        took = text_decode(text + at, n - at, &c);
        if (took == 0 || !is_ignorable(c))
            return took > 0 && is_cased(c);
    }
    return false;
}

static void put(struct buf *b, uint32_t c)
{
    char utf8[4];

    buf_add(b, utf8, text_encode(c, utf8));
}

static void put_upper(struct buf *b, uint32_t c)
{
    const struct casing_long *l = c < 0x80 ? NULL : long_capital(c);

    if (l == NULL)
        put(b, upper_of(c));
    for (int i = 0; l != NULL && i < 3 && l->capital[i] != 0; i++)
        put(b, l->capital[i]);
}

void casing_put(struct buf *b, const char *text, size_t n, bool upper)
{
    for (size_t i = 0, took; i < n; i += took) {
        uint32_t c;
        took = text_decode(text + i, n - i, &c);
        if (took == 0)
            return;
        if (upper)
            put_upper(b, c);
        else if (c == CAPITAL_SIGMA)
            put(b, letter_before(text, i) && !letter_after(text, n, i + took) ? FINAL_SIGMA : SMALL_SIGMA);
        else if (c == DOTTED_I) {
            put(b, 'i');
            put(b, DOT_ABOVE);
        } else
            put(b, lower_of(c));
    }
}
