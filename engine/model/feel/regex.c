/* engine/model/feel/regex.c - regular expressions of XPath and XQuery Functions and Operators, 7.6.1, on PCRE2.
 *
 * For     matches(), replace() and split().
 * Owns    the library: no other file includes pcre2.h.
 * Never   runs without limits on steps, depth and memory; gives PCRE2 what it reads with another meaning.
 * Holds   patterns <= LIMIT_REGEX_PATTERN bytes; each match costs a charge of steps by the length of the text. */
#include "model/feel/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { LIMIT_REGEX_PATTERN = 4096, LIMIT_REGEX_MATCH = 20000, LIMIT_REGEX_DEPTH = 1000, LIMIT_REGEX_HEAP_KIB = 4096 };
/* What the library's work costs in steps, so that patterns cannot stretch an evaluation beyond its limit. */
enum { STEPS_COMPILE = 50, STEPS_MATCH = 10, STEPS_HOPELESS = 5000, BYTES_A_STEP = 64 };

struct regex {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
};

static void close_regex(struct regex *r)
{
    pcre2_match_data_free(r->data);
    pcre2_match_context_free(r->context);
    pcre2_code_free(r->code);
}

/* What is in PATTERN that PCRE2 would accept with another meaning; NULL if nothing. */
static const char *stranger(const char *p)
{
    int depth = 0;

    for (; *p != '\0'; p++) {
        if (*p == '\\') {
            p++;
            if (*p == '\0' || strchr("nrt\\|.?*+(){}-[]^$sSdDwWpP123456789", *p) == NULL)
                return "this escape is not supported in a pattern";
            if ((*p == 'p' || *p == 'P') && p[1] == '{' && p[2] == 'I' && p[3] == 's')
                return "blocks are not supported in a pattern";
            if (depth > 0 && *p >= '1' && *p <= '9')
                return "a class cannot refer to a group";
        } else if (*p == '[') {
            if (depth++ > 0)
                return "class subtraction is not supported in a pattern";
            p += p[1] == '^';
            if (p[1] == ']')
                return "the pattern has an empty class";
        } else if (*p == ']' && depth > 0)
            depth--;
        else if (depth == 0 && p[0] == '(' && p[1] == '?' && p[2] != ':')
            return "this kind of group is not supported in a pattern";
        else if (depth == 0 && (p[0] == '*' || p[0] == '+' || p[0] == '?' || p[0] == '}') && p[1] == '+')
            return "possessive quantifiers are not part of the language";
    }
    return NULL;
}

static bool options_of(struct val flags, uint32_t *options)
{
    for (uint32_t i = 0; flags.tag == VAL_STRING && i < flags.n; i++)
        switch (flags.u.s[i]) {
        case 's':
            *options |= PCRE2_DOTALL;
            break;
        case 'm':
            *options |= PCRE2_MULTILINE;
            break;
        case 'i':
            *options |= PCRE2_CASELESS;
            break;
        case 'x':
            *options |= PCRE2_EXTENDED;
            break;
        default:
            return false;
        }
    return true;
}

/* In XPath '.' excludes CR as well as LF, and '#' is a letter like others even under the flag x. */
static const char *adapted(struct arena *mem, struct val pattern, uint32_t *options)
{
    char *out = arena_alloc(mem, (size_t)pattern.n * 7 + 1);
    size_t len = 0;
    bool in_class = false, spaced = (*options & PCRE2_EXTENDED) != 0, dotall = (*options & PCRE2_DOTALL) != 0;

    *options &= ~(uint32_t)PCRE2_EXTENDED;
    for (const char *p = pattern.u.s; *p != '\0'; p++) {
        if (spaced && !in_class && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
            continue;
        if (*p == '\\' && p[1] != '\0') {
            out[len++] = *p++;
            while (spaced && !in_class && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r') && p[1] != '\0')
                p++;
        } else if (*p == '.' && !in_class && !dotall) {
            memcpy(out + len, "[^\\n\\r]", 7);
            len += 7;
            continue;
        } else if (*p == '[' || *p == ']')
            in_class = *p == '[';
        out[len++] = *p;
    }
    out[len] = '\0';
    return out;
}

/* NULL when opened, else why not. */
static const char *open_regex(struct frame *f, struct val pattern, struct val flags, struct regex *r)
{
    uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_NO_UTF_CHECK;
    int error;
    size_t offset;

    *r = (struct regex){.code = NULL};
    if (!eval_charge(f->s, STEPS_COMPILE + pattern.n))
        return "no steps are left for the pattern";
    if (pattern.n > LIMIT_REGEX_PATTERN)
        return "the pattern is too long";
    if (!options_of(flags, &options))
        return "the flags of a pattern are s, m, i and x";
    const char *text = adapted(f->s->mem, pattern, &options);
    const char *why = stranger(text);
    if (why != NULL)
        return why;
    r->code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
    if (r->code == NULL)
        return "the pattern is malformed";
    r->data = pcre2_match_data_create_from_pattern(r->code, NULL);
    r->context = pcre2_match_context_create(NULL);
    if (r->data == NULL || r->context == NULL) {
        close_regex(r);
        return "no memory for the pattern";
    }
    pcre2_set_match_limit(r->context, LIMIT_REGEX_MATCH);
    pcre2_set_depth_limit(r->context, LIMIT_REGEX_DEPTH);
    pcre2_set_heap_limit(r->context, LIMIT_REGEX_HEAP_KIB);
    return NULL;
}

/* Groups found from FROM on; 0 = none, -1 = a limit was met (the evaluation or the result ends then). */
static int next_match(struct frame *f, const struct regex *r, struct val s, size_t from)
{
    if (!eval_charge(f->s, STEPS_MATCH + (s.n - from) / BYTES_A_STEP))
        return -1;
    int rc = pcre2_match(r->code, (PCRE2_SPTR)s.u.s, s.n, from, PCRE2_NO_UTF_CHECK, r->data, r->context);
    if (rc > 0 || rc == PCRE2_ERROR_NOMATCH)
        return rc > 0 ? rc : 0;
    eval_charge(f->s, STEPS_HOPELESS);
    return -1;
}

struct val regex_matches(struct frame *f, const struct node *at, struct val input, struct val pattern, struct val flags)
{
    struct regex r;
    const char *why = open_regex(f, pattern, flags, &r);

    if (why != NULL)
        return eval_note(f, at, why);
    int rc = next_match(f, &r, input, 0);
    close_regex(&r);
    return rc < 0 ? eval_note(f, at, "the pattern needs too many steps") : val_bool(rc > 0);
}

/* Appends REPLACEMENT with its groups; false if it is malformed. */
static bool put_replacement(struct buf *b, const struct regex *r, struct val s, struct val replacement, int groups)
{
    const size_t *at = pcre2_get_ovector_pointer(r->data);
    uint32_t known = 0;

    pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &known);
    for (const char *p = replacement.u.s; *p != '\0'; p++) {
        if (*p == '\\' && (p[1] == '\\' || p[1] == '$'))
            buf_char(b, *++p);
        else if (*p == '\\')
            return false;
        else if (*p != '$')
            buf_char(b, *p);
        else {
            if (p[1] < '0' || p[1] > '9')
                return false;
            uint32_t g = (uint32_t)(*++p - '0');
            while (p[1] >= '0' && p[1] <= '9' && g * 10 + (uint32_t)(p[1] - '0') <= known)
                g = g * 10 + (uint32_t)(*++p - '0');
            if ((int)g < groups && at[2 * g] != PCRE2_UNSET)
                buf_add(b, s.u.s + at[2 * g], at[2 * g + 1] - at[2 * g]);
        }
    }
    return true;
}

/* Calls itself an answer only when each match took at least one byte: a pattern that matches the empty text is refused
 * (F&O 7.6.3). */
static const char *replace_all(struct frame *f, const struct regex *r, const struct val *arg, struct buf *b)
{
    const size_t *at = pcre2_get_ovector_pointer(r->data);
    size_t from = 0;
    int rc;

    while ((rc = next_match(f, r, arg[0], from)) > 0) {
        if (at[1] <= at[0])
            return "the pattern matches the empty text";
        buf_add(b, arg[0].u.s + from, at[0] - from);
        if (!put_replacement(b, r, arg[0], arg[2], rc))
            return "the replacement is malformed";
        from = at[1];
        if (b->over)
            return NULL;
    }
    buf_add(b, arg[0].u.s + from, arg[0].n - from);
    return rc < 0 ? "the pattern needs too many steps" : NULL;
}

struct val regex_replace(struct frame *f, const struct node *at, const struct val *arg, struct val flags)
{
    struct regex r;
    const char *why = open_regex(f, arg[1], flags, &r);
    struct buf b = buf_new(f->s->mem, f->s->limits->string);

    if (why != NULL)
        return eval_note(f, at, why);
    why = replace_all(f, &r, arg, &b);
    close_regex(&r);
    if (b.over)
        return eval_stop(f->s, E_TOOBIG, "a text grows too long");
    if (why != NULL)
        return eval_note(f, at, why);
    return (struct val){.tag = VAL_STRING, .n = (uint32_t)b.len, .u.s = buf_text(&b)};
}

struct val regex_split(struct frame *f, const struct node *at, struct val input, struct val pattern)
{
    struct regex r;
    const char *why = open_regex(f, pattern, val_null(), &r);
    struct vec parts = {.n = 0};
    size_t from = 0;
    int rc;

    if (why != NULL)
        return eval_note(f, at, why);
    const size_t *m = pcre2_get_ovector_pointer(r.data);
    while ((rc = next_match(f, &r, input, from)) > 0 && m[1] > m[0]) {
        if (!vec_push(f->s, &parts, eval_string(f->s, input.u.s + from, m[0] - from)))
            break;
        from = m[1];
    }
    bool empty = rc > 0 && m[1] <= m[0];
    close_regex(&r);
    if (rc < 0 || empty)
        return eval_note(f, at, empty ? "the delimiter matches the empty text" : "the pattern needs too many steps");
    vec_push(f->s, &parts, eval_string(f->s, input.u.s + from, input.n - from));
    return vec_list(f->s, &parts);
}
