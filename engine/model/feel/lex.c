/* engine/model/feel/lex.c - characters to tokens.
 *
 * For     the parser, which asks for one token at a place: what a name is depends on the names in scope there.
 * Owns    the character classes of names and white space (10.3.1.2, rules 27 to 30 and 61), escapes in strings.
 * Never   decides which names exist.
 * Holds   never reads beyond LEN; text is valid UTF-8. */
#include "model/feel/feel_int.h"

static const struct {
    const char *word;
    enum token_kind kind;
} words[] = {{"and", T_AND},
             {"between", T_BETWEEN},
             {"else", T_ELSE},
             {"every", T_EVERY},
             {"external", T_EXTERNAL},
             {"false", T_FALSE},
             {"for", T_FOR},
             {"function", T_FUNCTION},
             {"if", T_IF},
             {"in", T_IN},
             {"instance", T_INSTANCE},
             {"null", T_NULL},
             {"of", T_OF},
             {"or", T_OR},
             {"return", T_RETURN},
             {"satisfies", T_SATISFIES},
             {"some", T_SOME},
             {"then", T_THEN},
             {"true", T_TRUE}};

bool lex_name_start(uint32_t c)
{
    static const uint32_t ranges[][2] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
                                         {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
                                         {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};

    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return c != 0x1680 && c != 0x180E;
    return false;
}

bool lex_name_part(uint32_t c)
{
    return lex_name_start(c) || (c >= '0' && c <= '9') || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
           c == 0xFEFF;
}

static size_t blanks(const char *text, size_t len, size_t at)
{
    uint32_t c;
    size_t n;

    while (at < len && (n = text_decode(text + at, len - at, &c)) > 0 && is_blank(c))
        at += n;
    return at;
}

size_t lex_blank(const char *text, size_t len, size_t at)
{
    for (;;) {
        at = blanks(text, len, at);
        if (at + 1 >= len || text[at] != '/' || (text[at + 1] != '/' && text[at + 1] != '*'))
            return at;
        bool line = text[at + 1] == '/';
        size_t end = at + 2;
        while (end < len && (line ? text[end] != '\n' : text[end] != '*' || end + 1 >= len || text[end + 1] != '/'))
            end++;
        if (!line && end >= len)
            return at; /* it never ends: no comment */
        at = line ? end : end + 2;
    }
}

size_t lex_word(const char *text, size_t len, size_t at)
{
    uint32_t c;
    size_t i = at, n;

    while (i < len && (n = text_decode(text + i, len - i, &c)) > 0 && (i == at ? lex_name_start(c) : lex_name_part(c)) &&
           (c != '?' || i == at)) {
        i += n;
        if (c == '?')
            break;
    }
    return i - at;
}

static size_t number_end(const char *text, size_t len, size_t at)
{
    while (at < len && text[at] >= '0' && text[at] <= '9')
        at++;
    if (at + 1 < len && text[at] == '.' && text[at + 1] >= '0' && text[at + 1] <= '9')
        for (at++; at < len && text[at] >= '0' && text[at] <= '9';)
            at++;
    if (at < len && (text[at] == 'e' || text[at] == 'E')) {
        size_t e = at + 1;
        if (e < len && (text[e] == '+' || text[e] == '-'))
            e++;
        if (e < len && text[e] >= '0' && text[e] <= '9')
            for (at = e; at < len && text[at] >= '0' && text[at] <= '9';)
                at++;
    }
    return at;
}

static struct token word_token(const char *text, size_t len, size_t at)
{
    struct token t = {T_WORD, (uint32_t)at, (uint32_t)(at + lex_word(text, len, at)), NULL};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].word[0] == text[at] && strlen(words[i].word) == t.end - at &&
            memcmp(words[i].word, text + at, t.end - at) == 0)
            t.kind = words[i].kind;
    return t;
}

static struct token string_token(const char *text, size_t len, size_t at)
{
    size_t i = at + 1;

    while (i < len && text[i] != '"')
        i += text[i] == '\\' && i + 1 < len ? 2 : 1;
    if (i >= len)
        return (struct token){T_BAD, (uint32_t)at, (uint32_t)len, "the text that begins here has no closing '\"'"};
    return (struct token){T_STRING, (uint32_t)at, (uint32_t)(i + 1), NULL};
}

static struct token sign_token(const char *text, size_t len, size_t at)
{
    static const struct {
        char sign[3];
        enum token_kind kind;
    } signs[] = {{"**", T_POWER}, {"!=", T_NE},    {"<=", T_LE},    {">=", T_GE},      {"..", T_DOTS},    {"->", T_ARROW},
                 {"+", T_PLUS},   {"-", T_MINUS},  {"*", T_STAR},   {"/", T_SLASH},    {"=", T_EQ},       {"<", T_LT},
                 {">", T_GT},     {"(", T_LPAREN}, {")", T_RPAREN}, {"[", T_LBRACKET}, {"]", T_RBRACKET}, {"{", T_LBRACE},
                 {"}", T_RBRACE}, {",", T_COMMA},  {":", T_COLON},  {".", T_DOT},      {"@", T_AT},       {"'", T_QUOTE}};

    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (signs[i].sign[0] != text[at])
            continue;
        size_t n = strlen(signs[i].sign);
        if (n <= len - at && memcmp(text + at, signs[i].sign, n) == 0)
            return (struct token){signs[i].kind, (uint32_t)at, (uint32_t)(at + n), NULL};
    }
    uint32_t c;
    size_t n = text_decode(text + at, len - at, &c);
    if (c == 0x2019) /* the apostrophe of "Student's name" as printers set it */
        return (struct token){T_QUOTE, (uint32_t)at, (uint32_t)(at + n), NULL};
    return (struct token){T_BAD, (uint32_t)at, (uint32_t)(at + (n > 0 ? n : 1)), "this character has no meaning here"};
}

struct token lex_next(const char *text, size_t len, size_t at)
{
    uint32_t c;

    at = lex_blank(text, len, at);
    if (at >= len)
        return (struct token){T_END, (uint32_t)len, (uint32_t)len, NULL};
    char ch = text[at];
    if ((ch >= '0' && ch <= '9') || (ch == '.' && at + 1 < len && text[at + 1] >= '0' && text[at + 1] <= '9'))
        return (struct token){T_NUMBER, (uint32_t)at, (uint32_t)number_end(text, len, at), NULL};
    if (ch == '"')
        return string_token(text, len, at);
    if (text_decode(text + at, len - at, &c) > 0 && lex_name_start(c))
        return word_token(text, len, at);
    return sign_token(text, len, at);
}

/* ---- names with blanks and operators ---- */

static bool is_sign(char c)
{
    return c == '.' || c == '/' || c == '-' || c == '\'' || c == '+' || c == '*';
}

size_t lex_match(const char *text, size_t len, size_t at, const char *name)
{
    size_t i = at;
    uint32_t c;

    for (const char *p = name; *p != '\0'; p++) {
        if (*p == ' ') {
            size_t next = blanks(text, len, i);
            if (next == i && !is_sign(p[1]) && p[1] != ' ' && (p == name || !is_sign(p[-1])))
                return 0;
            i = next;
        } else if (is_sign(*p)) {
            i = blanks(text, len, i);
            if (i >= len || text[i] != *p)
                return 0;
            i = p[1] == '\0' ? i + 1 : blanks(text, len, i + 1);
        } else if (i >= len || text[i++] != *p)
            return 0;
    }
    if (i > at && !is_sign(text[i - 1]) && i < len && text_decode(text + i, len - i, &c) > 0 && lex_name_part(c) && c != '?')
        return 0;
    return i - at;
}

const char *lex_normal(struct arena *mem, const char *text, size_t n)
{
    char *out = arena_alloc(mem, n + 1);
    size_t len = 0;

    for (size_t i = 0; i < n;) {
        size_t next = blanks(text, n, i);
        if (next > i) {
            if (len > 0 && next < n && !is_sign(out[len - 1]) && !is_sign(text[next]))
                out[len++] = ' ';
            i = next;
        } else
            out[len++] = text[i++];
    }
    return out;
}

/* ---- strings ---- */

static bool hex(const char *p, const char *end, int n, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, p++) {
        if (p >= end)
            return false;
        char c = *p;
        int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (d < 0)
            return false;
        *out = *out * 16 + (uint32_t)d;
    }
    return true;
}

/* \uXXXX (two of them for a surrogate pair) or \UXXXXXX; P stands after the letter. */
static const char *unicode(const char *p, const char *end, int n, char *out, size_t *len)
{
    uint32_t c, low;

    if (!hex(p, end, n, &c))
        return NULL;
    p += n;
    if (c >= 0xD800 && c <= 0xDBFF && end - p >= 6 && p[0] == '\\' && p[1] == 'u' && hex(p + 2, end, 4, &low) &&
        low >= 0xDC00 && low <= 0xDFFF) {
        c = 0x10000 + (c - 0xD800) * 0x400 + (low - 0xDC00);
        p += 6;
    }
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return NULL;
    *len += text_encode(c, out + *len);
    return p;
}

const char *lex_unquote(struct arena *mem, const char *text, size_t n, size_t *out)
{
    static const char letters[] = "nrt\"\\'", means[] = "\n\r\t\"\\'";
    char *s = arena_alloc(mem, n);
    const char *p = text + 1, *end = text + n - 1;

    *out = 0;
    while (p < end) {
        if (*p != '\\') {
            s[(*out)++] = *p++;
            continue;
        }
        p++;
        const char *at = strchr(letters, *p);
        if (*p == 'u' || *p == 'U') {
            if ((p = unicode(p + 1, end, *p == 'u' ? 4 : 6, s, out)) == NULL)
                return NULL;
        } else if (at != NULL && *at != '\0') {
            s[(*out)++] = means[at - letters];
            p++;
        } else
            s[(*out)++] = '\\'; /* unknown: the backslash stands for itself, as in regular expressions */
    }
    s[*out] = '\0';
    return s;
}
