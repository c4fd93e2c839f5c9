/* engine/model/feel/xre.c - regular expressions of XPath and XQuery, read by their own grammar and written in that of PCRE2.
 *
 * For     regex.c: matches(), replace(), split().
 * Owns    the grammar: XML Schema's (part 2, appendix G) with anchors, reluctant quantifiers, back-references and groups that do
 *         not capture (XPath and XQuery Functions and Operators 3.1, 5.6.1), and the flags s m i x q (5.6.2).
 * Never   hands on a piece of the pattern that was not understood; leaves a choice to the library's own syntax.
 * Holds   depth, groups, bounds and sizes within the LIMIT_XRE_s.
 *
 * Nothing of PCRE2 that has another meaning there is written: no \d, \w, \s (their sets are spelled out), no '$', no class that
 * begins with an unescaped letter of its syntax. A class with subtraction becomes (?:(?![what goes])[what is there]).
 *
 * Without regard to case (5.6.2) letters and ranges of a class mean their variants as well, but categories, blocks and escapes like \i
 * do not, even in the same class. So a class has two parts then, one that folds and one that does not. Variants are what upper
 * case or lower case make equal; where the library's tables have no such pair, EXTRA has it. */
#include "model/feel/xre.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { LAST = 0x10FFFF, SURROGATE_FIRST = 0xD800, SURROGATE_LAST = 0xDFFF };

struct span_of {
    uint32_t first, last;
};

struct block {
    const char *name;
    struct span_of span;
};

static const struct block blocks[] = {
#define BLOCK(name, first, last) {name, {first, last}},
#include "model/feel/xre_blocks.def"
#undef BLOCK
};

/* clang-format off */
/* NameStartChar and NameChar of XML 1.0 (fifth edition), 2.3: \i and \c. */
static const struct span_of name_start[] = {
    {0x3A, 0x3A},     {0x41, 0x5A},     {0x5F, 0x5F},     {0x61, 0x7A},     {0xC0, 0xD6},         {0xD8, 0xF6},
    {0xF8, 0x2FF},    {0x370, 0x37D},   {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F},     {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
};
static const struct span_of name_char[] = {
    {0x2D, 0x2E},     {0x30, 0x3A},     {0x41, 0x5A},     {0x5F, 0x5F},     {0x61, 0x7A},         {0xB7, 0xB7},
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x37D},    {0x37F, 0x1FFF},  {0x200C, 0x200D},     {0x203F, 0x2040},
    {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD},     {0x10000, 0xEFFFF},
};
static const struct span_of blanks[] = {{0x9, 0xA}, {0xD, 0xD}, {0x20, 0x20}};

/* Case variants that simple folding does not know: upper-case() makes one text of both. */
static const uint32_t extra[][2] = {
    {0x49, 0x131}, {0x69, 0x131}, {0x390, 0x1FD3}, {0x3B0, 0x1FE3}, {0xFB05, 0xFB06},
};
/* clang-format on */

static const char quantifiers[] = "?*+{";

#define COUNT(table) (sizeof(table) / sizeof *(table))

struct reader {
    struct arena *mem;
    const char *p, *end;
    unsigned flags;
    uint32_t groups;
    bool closed[LIMIT_XRE_GROUPS + 1];
    unsigned depth;
    bool branches;
    const char *why;
};

/* What a class means: the parts inside the brackets. Without XRE_NOCASE all of it stands in FOLDED. */
struct members {
    struct buf folded, exact;
    bool negative;
};

static void refuse(struct reader *r, const char *why)
{
    if (r->why == NULL)
        r->why = why;
    r->p = r->end;
}

static bool next_is(const struct reader *r, char c)
{
    return r->p < r->end && *r->p == c;
}

static bool accept(struct reader *r, char c)
{
    if (!next_is(r, c))
        return false;
    r->p++;
    return true;
}

/* Is the next character one of SET? */
static bool next_of(const struct reader *r, const char *set)
{
    return r->p < r->end && *r->p != '\0' && strchr(set, *r->p) != NULL;
}

static bool next_digit(const struct reader *r)
{
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

static uint32_t take(struct reader *r)
{
    uint32_t cp = 0;
    size_t n = text_decode(r->p, (size_t)(r->end - r->p), &cp);

    if (n == 0)
        refuse(r, "a pattern has no character 0");
    r->p += n;
    return cp;
}

static bool ascii_alnum(uint32_t cp)
{
    return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

static void put_char(struct buf *b, uint32_t cp)
{
    char utf8[4];

    if (ascii_alnum(cp) || cp > 0xA0)
        buf_add(b, utf8, text_encode(cp, utf8));
    else
        buf_fmt(b, "\\x{%X}", (unsigned)cp);
}

/* ---- sets of characters ---- */

/* Surrogates are no characters: the library would refuse them as ends of a range. */
static void put_span(struct buf *b, struct span_of s)
{
    if (s.first >= SURROGATE_FIRST && s.first <= SURROGATE_LAST)
        s.first = SURROGATE_LAST + 1;
    if (s.last >= SURROGATE_FIRST && s.last <= SURROGATE_LAST)
        s.last = SURROGATE_FIRST - 1;
    if (s.first > s.last)
        return;
    buf_fmt(b, "\\x{%X}", (unsigned)s.first);
    if (s.last > s.first)
        buf_fmt(b, "-\\x{%X}", (unsigned)s.last);
}

/* The N spans, which are in order, or all that is not in them. */
static void put_spans(struct buf *b, const struct span_of *s, size_t n, bool all_but)
{
    uint32_t from = 0;

    for (size_t i = 0; i < n; i++) {
        if (!all_but)
            put_span(b, s[i]);
        else if (s[i].first > from)
            put_span(b, (struct span_of){from, s[i].first - 1});
        from = s[i].last + 1;
    }
    if (all_but && from <= LAST)
        put_span(b, (struct span_of){from, LAST});
}

/* A letter or a range of the pattern, with the variants that the library does not know. */
static void add_span(const struct reader *r, struct members *m, struct span_of s)
{
    put_span(&m->folded, s);
    for (size_t i = 0; (r->flags & XRE_NOCASE) != 0 && i < COUNT(extra); i++)
        for (int k = 0; k < 2; k++)
            if (extra[i][k] >= s.first && extra[i][k] <= s.last)
                put_char(&m->folded, extra[i][1 - k]);
}

static struct members members_new(struct reader *r)
{
    struct buf b = buf_new(r->mem, LIMIT_XRE_TEXT);

    return (struct members){.folded = b, .exact = b};
}

/* The part that is the same whatever the flags say. */
static struct buf *exact_part(const struct reader *r, struct members *m)
{
    return (r->flags & XRE_NOCASE) != 0 ? &m->exact : &m->folded;
}

/* M as an expression that takes one character. */
static void put_members(struct buf *b, const struct members *m)
{
    const char *not = m->negative ? "^" : "", *folded = buf_text(&m->folded), *exact = buf_text(&m->exact);

    b->over |= m->folded.over || m->exact.over;
    if (m->folded.len == 0 && m->exact.len == 0)
        buf_str(b, m->negative ? "." : "(?!)");
    else if (m->exact.len == 0)
        buf_fmt(b, "[%s%s]", not, folded);
    else if (m->folded.len == 0)
        buf_fmt(b, "(?-i:[%s%s])", not, exact);
    else if (m->negative)
        buf_fmt(b, "(?:(?![%s])(?-i:[^%s]))", folded, exact);
    else
        buf_fmt(b, "(?:[%s]|(?-i:[%s]))", folded, exact);
}

/* ---- escapes ---- */

static void read_block(struct buf *b, struct reader *r, const char *name, size_t n, bool all_but)
{
    for (size_t i = 0; i < COUNT(blocks); i++)
        if (strlen(blocks[i].name) == n && memcmp(blocks[i].name, name, n) == 0) {
            put_spans(b, &blocks[i].span, 1, all_but);
            return;
        }
    refuse(r, "there is no block of this name");
}

/* \p{Lu}, \P{IsGreek}: what stands after the p. */
static void read_property(struct reader *r, struct buf *b, bool all_but)
{
    static const char *const categories[] = {"Lultmo", "Mnce", "Ndlo", "Pcdseifo", "Zslp", "Smcko", "Ccfon"};
    const char *name = r->p + 1, *end = next_is(r, '{') ? memchr(r->p, '}', (size_t)(r->end - r->p)) : NULL;

    if (end == NULL) {
        refuse(r, "after \\p comes the name of a category or block in braces");
        return;
    }
    size_t n = (size_t)(end - name);
    r->p = end + 1;
    if (n > 2 && name[0] == 'I' && name[1] == 's') {
        read_block(b, r, name + 2, n - 2, all_but);
        return;
    }
    for (size_t i = 0; (n == 1 || n == 2) && i < COUNT(categories); i++)
        if (categories[i][0] == name[0] && (n == 1 || strchr(categories[i] + 1, name[1]) != NULL)) {
            buf_fmt(b, "\\%c{%.*s}", all_but ? 'P' : 'p', (int)n, name);
            return;
        }
    refuse(r, "there is no category of this name");
}

/* The escapes that mean a set; false if C begins none. */
static bool read_set(struct reader *r, char c, struct buf *b)
{
    switch (c) {
    case 's':
    case 'S':
        put_spans(b, blanks, COUNT(blanks), c == 'S');
        return true;
    case 'i':
    case 'I':
        put_spans(b, name_start, COUNT(name_start), c == 'I');
        return true;
    case 'c':
    case 'C':
        put_spans(b, name_char, COUNT(name_char), c == 'C');
        return true;
    case 'd':
        buf_str(b, "\\p{Nd}");
        return true;
    case 'D':
        buf_str(b, "\\P{Nd}");
        return true;
    case 'w':
        buf_str(b, "\\p{L}\\p{M}\\p{N}\\p{S}");
        return true;
    case 'W':
        buf_str(b, "\\p{P}\\p{Z}\\p{C}");
        return true;
    case 'p':
    case 'P':
        read_property(r, b, c == 'P');
        return true;
    default:
        return false;
    }
}

/* An escape, behind its backslash: a character (true), or a set that goes into M. */
static bool read_escape(struct reader *r, struct members *m, uint32_t *cp)
{
    if (r->p == r->end) {
        refuse(r, "the pattern ends in a backslash");
        return false;
    }
    char c = *r->p++;
    const char *plain = "nrt\\|.?*+(){}-[]^$", *which = c == '\0' ? NULL : strchr(plain, c);
    if (which != NULL) {
        static const char controls[] = {'\n', '\r', '\t'};
        *cp = which - plain < 3 ? (uint32_t)controls[which - plain] : (uint32_t)c;
        return true;
    }
    if (!read_set(r, c, exact_part(r, m)))
        refuse(r, c >= '0' && c <= '9' ? "a reference to a group is not possible here" : "there is no such escape");
    return false;
}

/* ---- classes: behind '[' ---- */

static void read_class(struct reader *r, struct buf *out);

static void read_subtraction(struct reader *r, struct buf *out, const struct members *m)
{
    struct buf less = buf_new(r->mem, LIMIT_XRE_TEXT);

    r->p += 2;
    read_class(r, &less);
    if (!accept(r, ']'))
        refuse(r, "after what is taken away a class must end");
    out->over |= less.over;
    buf_fmt(out, "(?:(?!%s)", buf_text(&less));
    put_members(out, m);
    buf_char(out, ')');
}

/* One character, or a range that begins with it. */
static void read_span(struct reader *r, struct members *m)
{
    struct span_of s;

    if (!accept(r, '\\'))
        s.first = take(r);
    else if (!read_escape(r, m, &s.first))
        return;
    s.last = s.first;
    if (r->end - r->p >= 2 && r->p[0] == '-' && r->p[1] != '-' && r->p[1] != '[' && r->p[1] != ']') {
        r->p++;
        if (!accept(r, '\\'))
            s.last = take(r);
        else if (!read_escape(r, m, &s.last))
            refuse(r, "a range ends with a character");
        if (s.last < s.first)
            refuse(r, "a range in a class is the wrong way round");
    }
    add_span(r, m, s);
}

static void read_class(struct reader *r, struct buf *out)
{
    struct members m = members_new(r);
    bool first = true;

    if (++r->depth > LIMIT_XRE_DEPTH)
        refuse(r, "brackets are nested too deep");
    m.negative = accept(r, '^');
    for (; r->p < r->end && (first || *r->p != ']'); first = false) {
        bool left = r->end - r->p >= 2, hyphen = *r->p == '-';
        if (!first && left && hyphen && r->p[1] == '[') {
            read_subtraction(r, out, &m);
            r->depth--;
            return;
        }
        if (*r->p == '[' || *r->p == ']')
            refuse(r, *r->p == '[' ? "a '[' in a class is written \\[" : "a class is empty");
        else if (!hyphen)
            read_span(r, &m);
        else if (first || (left && (r->p[1] == ']' || (r->p[1] == '-' && r->end - r->p >= 3 && r->p[2] == '[')))) {
            r->p++;
            add_span(r, &m, (struct span_of){'-', '-'});
        } else
            refuse(r, "a '-' in a class is written \\-");
    }
    if (!accept(r, ']'))
        refuse(r, "a class is not closed");
    put_members(out, &m);
    r->depth--;
}

/* ---- pieces ---- */

static void read_branches(struct reader *r, struct buf *out);

/* A number of a quantifier; LIMIT_XRE_REPEAT + 1 when it is greater. */
static uint32_t read_bound(struct reader *r)
{
    uint32_t n = 0;

    if (!next_digit(r))
        refuse(r, "a number is missing in {n,m}");
    for (; next_digit(r); r->p++)
        n = n > LIMIT_XRE_REPEAT ? n : n * 10 + (uint32_t)(*r->p - '0');
    if (n > LIMIT_XRE_REPEAT)
        refuse(r, "a bound in {n,m} is too great");
    return n;
}

static void read_quantifier(struct reader *r, struct buf *out)
{
    if (!next_of(r, quantifiers))
        return;
    if (!accept(r, '{'))
        buf_char(out, *r->p++);
    else {
        uint32_t least = read_bound(r), most = least;
        buf_fmt(out, "{%u", (unsigned)least);
        if (accept(r, ',')) {
            buf_char(out, ',');
            if (!next_is(r, '}')) {
                most = read_bound(r);
                buf_fmt(out, "%u", (unsigned)most);
            }
        }
        buf_char(out, '}');
        if (!accept(r, '}'))
            refuse(r, "a quantifier is not closed");
        if (most < least)
            refuse(r, "the bounds of a quantifier are the wrong way round");
    }
    if (accept(r, '?'))
        buf_char(out, '?');
}

/* Behind '('. */
static void read_group(struct reader *r, struct buf *out)
{
    uint32_t number = 0;

    if (++r->depth > LIMIT_XRE_DEPTH)
        refuse(r, "brackets are nested too deep");
    if (accept(r, '?')) {
        if (!accept(r, ':'))
            refuse(r, "there is no such kind of group");
        buf_str(out, "(?:");
    } else {
        if (r->groups == LIMIT_XRE_GROUPS)
            refuse(r, "the pattern has too many groups");
        else
            number = ++r->groups;
        buf_char(out, '(');
    }
    read_branches(r, out);
    if (!accept(r, ')'))
        refuse(r, "a group is not closed");
    buf_char(out, ')');
    r->closed[number] = true;
    r->depth--;
}

/* \N: further digits belong to it as long as so many groups have been opened (5.6.1). */
static void read_reference(struct reader *r, struct buf *out)
{
    uint32_t number = (uint32_t)(*r->p++ - '0');

    while (next_digit(r) && number * 10 + (uint32_t)(*r->p - '0') <= r->groups)
        number = number * 10 + (uint32_t)(*r->p++ - '0');
    if (number > r->groups || !r->closed[number])
        refuse(r, "a reference to a group that is not there, or not yet closed");
    buf_fmt(out, "\\g{%u}", (unsigned)number);
}

static void put_letter(const struct reader *r, struct buf *out, uint32_t cp)
{
    struct members m = {.folded = buf_new(r->mem, LIMIT_XRE_TEXT), .exact = buf_new(r->mem, 0)};
    bool more = false;

    for (size_t i = 0; (r->flags & XRE_NOCASE) != 0 && i < COUNT(extra); i++)
        more = more || extra[i][0] == cp || extra[i][1] == cp;
    if (!more) {
        put_char(out, cp);
        return;
    }
    add_span(r, &m, (struct span_of){cp, cp});
    put_members(out, &m);
}

/* Behind the backslash, outside of classes. */
static void read_outer_escape(struct reader *r, struct buf *out)
{
    struct members m = members_new(r);
    uint32_t cp;

    if (next_digit(r) && *r->p != '0')
        read_reference(r, out);
    else if (read_escape(r, &m, &cp))
        put_letter(r, out, cp);
    else
        put_members(out, &m);
}

/* '^' and '$'. A line ends at LF only; the one that ends the text begins no further line. The library wants a group where a
 * quantifier follows. */
static void put_anchor(const struct reader *r, struct buf *out, bool start)
{
    bool lines = (r->flags & XRE_LINES) != 0, group = lines || next_of(r, quantifiers);

    if (start)
        buf_str(out, lines ? "(?:\\A|(?<=\\n)(?!\\z))" : group ? "(?:\\A)" : "\\A");
    else
        buf_str(out, lines ? "(?:(?=\\n)|(?<!\\n)\\z)" : group ? "(?:\\z)" : "\\z");
}

static void read_atom(struct reader *r, struct buf *out)
{
    uint32_t cp = take(r);

    switch (cp) {
    case '(':
        read_group(r, out);
        break;
    case '[':
        read_class(r, out);
        break;
    case '\\':
        read_outer_escape(r, out);
        break;
    case '.':
        buf_str(out, (r->flags & XRE_DOT_ALL) != 0 ? "." : "[^\\n\\r]");
        break;
    case '^':
    case '$':
        put_anchor(r, out, cp == '^');
        break;
    case '?':
    case '*':
    case '+':
    case '{':
        refuse(r, "a quantifier has nothing before it");
        break;
    case ']':
    case '}':
        refuse(r, "a closing bracket has no opening one");
        break;
    default:
        put_letter(r, out, cp);
    }
}

static void read_branches(struct reader *r, struct buf *out)
{
    while (r->p < r->end && *r->p != ')') {
        if (accept(r, '|')) {
            r->branches |= r->depth == 0;
            buf_char(out, '|');
            continue;
        }
        read_atom(r, out);
        read_quantifier(r, out);
    }
}

/* ---- the whole ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The pattern without white space, but for that inside classes (5.6.2, flag x). */
static void strip(struct reader *r)
{
    char *out = arena_alloc(r->mem, (size_t)(r->end - r->p) + 1);
    size_t n = 0, depth = 0;
    bool escaped = false;

    for (const char *p = r->p; p < r->end; p++) {
        if (depth == 0 && is_blank(*p))
            continue;
        if (!escaped && *p == '[')
            depth++;
        else if (!escaped && *p == ']' && depth > 0)
            depth--;
        escaped = !escaped && *p == '\\';
        out[n++] = *p;
    }
    r->p = out;
    r->end = out + n;
}

bool xre_flags(const char *s, size_t n, unsigned *flags)
{
    static const char letters[] = "smixq";

    *flags = 0;
    for (size_t i = 0; i < n; i++) {
        const char *which = s[i] != '\0' ? strchr(letters, s[i]) : NULL;
        if (which == NULL)
            return false;
        *flags |= 1u << (which - letters);
    }
    return true;
}

struct xre_result xre_translate(struct arena *mem, const char *pattern, size_t n, unsigned flags)
{
    struct reader r = {.mem = mem, .p = pattern, .end = pattern + n, .flags = flags};
    struct buf out = buf_new(mem, LIMIT_XRE_TEXT);

    if (n > LIMIT_XRE_PATTERN)
        return (struct xre_result){.why = "the pattern is too long"};
    if ((flags & XRE_LITERAL) != 0)
        while (r.p < r.end)
            put_letter(&r, &out, take(&r));
    else {
        if ((flags & XRE_SPACED) != 0)
            strip(&r);
        read_branches(&r, &out);
        if (r.p < r.end)
            refuse(&r, "a closing bracket has no opening one");
    }
    if (r.why == NULL && out.over)
        r.why = "the pattern is too long";
    if (r.why != NULL)
        return (struct xre_result){.why = r.why};
    return (struct xre_result){.text = buf_text(&out), .n = out.len, .groups = r.groups, .branches = r.branches};
}
