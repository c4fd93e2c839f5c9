/* engine/model/shape_value.c - is a text a value of its kind: a boolean, a reference, one of a few words.
 *
 * For     the structure check, which asks it for each attribute.
 * Owns    the forms of XML Schema's simple types (part 2) as far as BPMN uses them.
 * Never   follows a reference; judges what a wrong value means.
 * Holds   blanks at both ends of a value do not matter, but for words of a list, as the schemas have it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "model/shape_int.h"

/* What a person is told, and the words of a list. */
/* clang-format off */
static const struct {
    const char *is, *words;
} values[SHAPE_VALUES] = {
    [SHAPE_V_STRING]         = {"a text", NULL},
    [SHAPE_V_ID]             = {"an id: letters, digits, '_', '-' and '.', beginning with a letter or '_'", NULL},
    [SHAPE_V_IDREF]          = {"the id of an element", NULL},
    [SHAPE_V_QNAME]          = {"the id of an element, or prefix:id with a prefix that is declared", NULL},
    [SHAPE_V_BOOLEAN]        = {"true or false", NULL},
    [SHAPE_V_INTEGER]        = {"a whole number", NULL},
    [SHAPE_V_INT]            = {"a whole number", NULL},
    [SHAPE_V_DOUBLE]         = {"a number", NULL},
    [SHAPE_V_URI]            = {"a URI", NULL},
    [SHAPE_V_IMPLEMENTATION] = {"##unspecified, ##WebService or a URI", "##unspecified ##WebService"},
    [SHAPE_V_METHOD]         = {"##Compensate, ##Image, ##Store or a URI", "##Compensate ##Image ##Store"},
#define WORDS(name, words) [SHAPE_V_##name] = {"one of " words, words},
#define SPACE(ns)
#define TYPE(name, base, how)
#define ATTR(name, value, how)
#define PART(name, type, min, max, how)
#define TEXT(name, value, min, max, how)
#define REF(element, min, max, how)
#define ANY(where, max)
#define OPEN()
#define ELEMENT(name, type, head, how)
#include "model/shape.def"
};
/* clang-format on */

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

struct span shape_trim(const char *text)
{
    size_t n;

    while (blank(*text))
        text++;
    n = strlen(text);
    while (n > 0 && blank(text[n - 1]))
        n--;
    return (struct span){.p = text, .n = n};
}

/* ---- names ---- */

static bool name_begins(uint32_t c)
{
    static const uint32_t from_to[][2] = {
        {'A', 'Z'},       {'_', '_'},       {'a', 'z'},       {0xc0, 0xd6},     {0xd8, 0xf6},
        {0xf8, 0x2ff},    {0x370, 0x37d},   {0x37f, 0x1fff},  {0x200c, 0x200d}, {0x2070, 0x218f},
        {0x2c00, 0x2fef}, {0x3001, 0xd7ff}, {0xf900, 0xfdcf}, {0xfdf0, 0xfffd}, {0x10000, 0xeffff},
    };

    for (size_t i = 0; i < sizeof from_to / sizeof *from_to; i++) {
        if (c >= from_to[i][0] && c <= from_to[i][1])
            return true;
    }
    return false;
}

static bool name_goes_on(uint32_t c)
{
    return name_begins(c) || c == '-' || c == '.' || (c >= '0' && c <= '9') || c == 0xb7 || (c >= 0x300 && c <= 0x36f) ||
           (c >= 0x203f && c <= 0x2040);
}

bool shape_ncname(const char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c = 0;
        size_t len = text_decode(p + i, n - i, &c);

        if (len == 0 || !(i == 0 ? name_begins(c) : name_goes_on(c)))
            return false;
        i += len;
    }
    return n > 0;
}

static bool qname(const struct xml_node *x, struct span s)
{
    const char *colon = memchr(s.p, ':', s.n);
    struct span prefix = {.p = s.p, .n = colon != NULL ? (size_t)(colon - s.p) : 0};

    if (colon == NULL)
        return shape_ncname(s.p, s.n);
    return shape_ncname(prefix.p, prefix.n) && shape_ncname(colon + 1, s.n - prefix.n - 1) && xml_namespace(x, prefix) != NULL;
}

/* ---- numbers ---- */

static size_t digits(struct span s, size_t at)
{
    size_t i = at;

    while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
        i++;
    return i - at;
}

static bool integer(struct span s)
{
    size_t sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');

    return s.n > sign && digits(s, sign) == s.n - sign;
}

/* xsd:int: 32 bits. */
static bool small_integer(struct span s)
{
    enum { DIGITS = 10 };
    static const int64_t most = 2147483647;
    size_t sign = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+');
    int64_t v = 0;

    if (!integer(s))
        return false;
    while (sign < s.n - 1 && s.p[sign] == '0')
        sign++;
    if (s.n - sign > DIGITS)
        return false;
    for (size_t i = sign; i < s.n; i++)
        v = v * 10 + (s.p[i] - '0');
    return v <= most + (s.p[0] == '-');
}

static bool number(struct span s)
{
    size_t i = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'), before, after = 0;

    if ((s.n == 3 && (memcmp(s.p, "INF", 3) == 0 || memcmp(s.p, "NaN", 3) == 0)) || (s.n == 4 && memcmp(s.p, "-INF", 4) == 0))
        return true;
    before = digits(s, i);
    i += before;
    if (i < s.n && s.p[i] == '.') {
        after = digits(s, i + 1);
        i += 1 + after;
    }
    if (before + after == 0)
        return false;
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E'))
        return integer((struct span){.p = s.p + i + 1, .n = s.n - i - 1});
    return i == s.n;
}

/* ---- URIs ---- */

/* RFC 3986 with the letters of RFC 3987, blanks and other unwise ones let through, as xsd:anyURI does: a "%" begins two
 * hexadecimal digits, there is one "#", and what stands before a ":" of the first part is a scheme. */
static bool uri(struct span s)
{
    bool fragment = false, first = true;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (c == '%' && (i + 2 >= s.n || !isxdigit((unsigned char)s.p[i + 1]) || !isxdigit((unsigned char)s.p[i + 2])))
            return false;
        if (c == '#') {
            if (fragment)
                return false;
            fragment = true;
        }
        if (c == ':' && first) {
            if (i == 0 || !isalpha((unsigned char)s.p[0]))
                return false;
            for (size_t k = 1; k < i; k++) {
                if (!isalnum((unsigned char)s.p[k]) && strchr("+-.", s.p[k]) == NULL)
                    return false;
            }
        }
        first = first && strchr(":/?#", c) == NULL;
    }
    return true;
}

static bool word(struct span s, const char *list)
{
    while (*list != '\0') {
        size_t n = strcspn(list, " ");

        if (n == s.n && memcmp(list, s.p, n) == 0)
            return true;
        list += n + (list[n] == ' ');
    }
    return false;
}

static bool right(const struct xml_node *x, enum shape_value v, const char *text)
{
    struct span s = shape_trim(text);

    switch ((int)v) {
    case SHAPE_V_STRING:
        return true;
    case SHAPE_V_ID:
    case SHAPE_V_IDREF:
        return shape_ncname(s.p, s.n);
    case SHAPE_V_QNAME:
        return qname(x, s);
    case SHAPE_V_BOOLEAN:
        return word(s, "true false 1 0");
    case SHAPE_V_INTEGER:
        return integer(s);
    case SHAPE_V_INT:
        return small_integer(s);
    case SHAPE_V_DOUBLE:
        return number(s);
    case SHAPE_V_URI:
        return uri(s);
    case SHAPE_V_IMPLEMENTATION:
    case SHAPE_V_METHOD:
        return word(s, values[v].words) || uri(s);
    default:
        return word((struct span){.p = text, .n = strlen(text)}, values[v].words);
    }
}

const char *shape_value_wrong(const struct xml_node *x, enum shape_value v, const char *text)
{
    return right(x, v, text) ? NULL : values[v].is;
}
