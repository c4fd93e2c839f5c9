/* engine/model/juel.c - ${...} to FEEL.
 *
 * For     models that were drawn for other engines: what means the same in FEEL is taken over.
 * Owns    the grammar of JSR 341 as far as it is pure: no method, no function, no assignment, no lambda.
 * Never   guesses: what has no plain counterpart is refused, with the FEEL to write instead where that is known. A call of a method is
 *         one of these even where FEEL has a function for it: "contains" is another one for texts than for lists.
 * Holds   output is at most LIMIT_JUEL_TEXT bytes, nesting at most LIMIT_JUEL_DEPTH.
 *
 * Every level of the grammar writes its FEEL into one builder as it reads; a binary operator differs from FEEL in spelling only
 * ("==" is "="), and its operands keep their order. The exceptions have to know their operand before they write: "a % b"
 * becomes modulo(a, b), "c ? a : b" becomes if c then a else b, "empty x" asks three questions about x. These take the piece
 * written since the operand began and wrap it. */
#include "model/juel.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { LIMIT_JUEL_DEPTH = 64, LIMIT_JUEL_TEXT = 16 * 1024, WORD = 128 };

enum token {
    T_END,
    T_NAME,
    T_NUMBER,
    T_STRING,
    T_SIGN /* an operator or bracket: its letters are in word */
};

struct juel {
    struct arena *mem;
    const char *p;   /* next letter */
    const char *end; /* one past the expression */
    enum token token;
    char word[WORD];     /* T_NAME, T_NUMBER, T_SIGN */
    const char *literal; /* T_STRING, as FEEL writes it */
    struct buf out;
    int depth;
    const char *called; /* first method or function that is called; NULL = none */
    const char *problem;
};

static void expression(struct juel *j);

static void refuse(struct juel *j, const char *why)
{
    if (j->problem == NULL)
        j->problem = why;
    j->token = T_END;
    j->p = j->end;
}

/* ---- tokens ---- */

static void next_string(struct juel *j)
{
    char quote = *j->p++;
    struct buf b = buf_new(j->mem, LIMIT_JUEL_TEXT);

    buf_char(&b, '"');
    while (j->p < j->end && *j->p != quote) {
        if (*j->p == '\\' && j->p + 1 < j->end)
            j->p++;
        if (*j->p == '"' || *j->p == '\\')
            buf_char(&b, '\\');
        buf_char(&b, *j->p++);
    }
    buf_char(&b, '"');
    if (j->p >= j->end || b.over) {
        refuse(j, "a text without its closing quote");
        return;
    }
    j->p++;
    j->token = T_STRING;
    j->literal = buf_text(&b);
}

static bool name_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static void next_word(struct juel *j, bool number)
{
    size_t n = 0;

    while (j->p < j->end && (name_letter(*j->p) || (number && *j->p == '.')) && n < WORD - 1)
        j->word[n++] = *j->p++;
    j->word[n] = '\0';
    j->token = number ? T_NUMBER : T_NAME;
    if (n == WORD - 1)
        refuse(j, "a name of more than 126 letters");
}

static void next(struct juel *j)
{
    static const char *const two[] = {"==", "!=", "<=", ">=", "&&", "||", "->", "+=", "::"};

    while (j->p < j->end && strchr(" \t\r\n", *j->p) != NULL)
        j->p++;
    if (j->p >= j->end) {
        j->token = T_END;
        return;
    }
    if (*j->p == '"' || *j->p == '\'') {
        next_string(j);
        return;
    }
    if (name_letter(*j->p)) {
        next_word(j, isdigit((unsigned char)*j->p));
        return;
    }
    size_t n = 1;
    for (size_t i = 0; i < sizeof two / sizeof *two; i++) {
        if (j->p + 1 < j->end && memcmp(j->p, two[i], 2) == 0)
            n = 2;
    }
    memcpy(j->word, j->p, n);
    j->word[n] = '\0';
    j->p += n;
    j->token = T_SIGN;
}

static bool is_sign(const struct juel *j, const char *s)
{
    return j->token == T_SIGN && strcmp(j->word, s) == 0;
}

static bool is_word(const struct juel *j, const char *s)
{
    return j->token == T_NAME && strcmp(j->word, s) == 0;
}

/* The operator spelled with signs or as a word. */
static bool is_op(const struct juel *j, const char *sign, const char *word)
{
    return is_sign(j, sign) || (word != NULL && is_word(j, word));
}

/* Takes away what was written since FROM. */
static const char *cut(struct juel *j, size_t from)
{
    const char *piece = arena_strdup(j->mem, buf_text(&j->out) + (j->out.len > from ? from : j->out.len));

    if (j->out.len > from) {
        j->out.len = from;
        j->out.p[from] = '\0';
    }
    return piece;
}

/* ---- calls ---- */

enum { LIMIT_JUEL_ARGS = 3 };

/* What FEEL has for a call: $0 is what stands before the point, $1 ... are the arguments, #1 a text without its quotes. */
static const struct {
    const char *name;
    int args;
    const char *feel;
} calls[] = {
    /* clang-format off */
    {"getVariable",      1, "#1"},
    {"hasVariable",      1, "(#1 != null)"},
    {"getProcessInstanceBusinessKey", 0, "ticket"},
    {"equals",           1, "($0 = $1)"},
    {"equalsIgnoreCase", 1, "(lower case($0) = lower case($1))"},
    {"contains",         1, "list contains($0, $1)"},
    {"containsKey",      1, "(get value($0, $1) != null)"},
    {"get",              1, "get value($0, $1)"},
    {"startsWith",       1, "starts with($0, $1)"},
    {"endsWith",         1, "ends with($0, $1)"},
    {"matches",          1, "matches($0, $1)"},
    {"size",             0, "count($0)"},
    {"length",           0, "string length($0)"},
    {"isEmpty",          0, "($0 = null or $0 = \"\" or $0 = [])"},
    {"toUpperCase",      0, "upper case($0)"},
    {"toLowerCase",      0, "lower case($0)"},
    {"trim",             0, "trim($0)"},
    {"substring",        1, "substring($0, $1 + 1)"},
    {"replaceAll",       2, "replace($0, $1, $2)"},
    {"split",            1, "split($0, $1)"},
    {"concat",           1, "($0 + $1)"},
    {"toString",         0, "string($0)"},
    {"intValue",         0, "number($0, null, null)"},
    {"doubleValue",      0, "number($0, null, null)"},
    {"booleanValue",     0, "$0"},
    {"prop",             1, "$0.#1"},
    {"value",            0, "$0"},
    {"stringValue",      0, "$0"},
    {"numberValue",      0, "$0"},
    {"boolValue",        0, "$0"},
    {"now",              0, "now()"},
    {"dateTime",         0, "now()"},
    /* clang-format on */
};
enum { CALLS = sizeof calls / sizeof *calls };

static int call_find(const char *name, int args)
{
    for (int i = 0; i < CALLS; i++) {
        if (strcmp(calls[i].name, name) == 0 && calls[i].args == args)
            return i;
    }
    return CALLS;
}

static void unknown_call(struct juel *j, const char *name)
{
    refuse(j, arena_printf(
                  j->mem,
                  "the call %s(): methods and functions have no meaning here; write the expression in FEEL, beginning with "
                  "\"=\"",
                  name));
}

/* The text of ARG between its quotes; NULL if it is no plain text. */
static const char *unquoted(struct juel *j, const char *arg)
{
    size_t n = strlen(arg);
    bool plain = n > 2 && arg[0] == '"' && arg[n - 1] == '"';

    for (size_t i = 1; plain && i + 1 < n; i++)
        plain = name_letter(arg[i]) || arg[i] == '.';
    return plain ? arena_strndup(j->mem, arg + 1, n - 2) : NULL;
}

/* Writes the FEEL of a known call. */
static void write_call(struct juel *j, int call, const char *const *arg)
{
    for (const char *t = calls[call].feel; *t != '\0'; t++) {
        bool whole = *t == '$';

        if ((!whole && *t != '#') || t[1] < '0' || t[1] > '3') {
            buf_char(&j->out, *t);
            continue;
        }
        const char *text = whole ? arg[t[1] - '0'] : unquoted(j, arg[t[1] - '0']);
        if (text == NULL) {
            unknown_call(j, calls[call].name);
            return;
        }
        buf_str(&j->out, text);
        t++;
    }
}

/* NAME( has been read, the bracket is the present token; what stands before the point was written since FROM. The call is not done
 * here: the whole is refused, with the FEEL that stands for it. */
static void call(struct juel *j, const char *name, size_t from)
{
    const char *arg[LIMIT_JUEL_ARGS + 1] = {cut(j, from)};
    int n = 0;

    next(j);
    while (j->problem == NULL && !is_sign(j, ")")) {
        if (n == LIMIT_JUEL_ARGS) {
            unknown_call(j, name);
            return;
        }
        expression(j);
        arg[++n] = cut(j, from);
        if (is_sign(j, ","))
            next(j);
        else if (j->problem == NULL && !is_sign(j, ")"))
            refuse(j, "\"(\" without \")\"");
    }
    if (j->problem != NULL)
        return;
    int known = call_find(name, n);
    if (known == CALLS ||
        (strchr(calls[known].feel, '$') != NULL && strstr(calls[known].feel, "$0") != NULL && arg[0][0] == '\0')) {
        unknown_call(j, name);
        return;
    }
    if (j->called == NULL)
        j->called = arena_strdup(j->mem, name);
    write_call(j, known, arg);
    next(j);
}

static void index_of(struct juel *j)
{
    next(j);
    if (j->token == T_STRING) {
        size_t n = strlen(j->literal);
        const char *key = arena_strndup(j->mem, j->literal + 1, n - 2);

        buf_fmt(&j->out, ".%s", key);
        for (const char *c = key; *c != '\0'; c++) {
            if (!name_letter(*c))
                refuse(j, "a property whose name is no plain word; in FEEL write: get value(a, \"name\")");
        }
        if (*key == '\0' || isdigit((unsigned char)*key))
            refuse(j, "a property whose name is no plain word; in FEEL write: get value(a, \"name\")");
    } else if (j->token == T_NUMBER && strlen(j->word) < 9 && strchr(j->word, '.') == NULL) {
        uint64_t i = 0;

        if (!text_u64(j->word, &i))
            refuse(j, "a list index that is no number");
        buf_fmt(&j->out, "[%llu]", (unsigned long long)i + 1); /* FEEL counts from 1 */
    } else {
        refuse(j, "a computed index; FEEL counts from 1, write: list[i + 1]");
    }
    next(j);
    if (!is_sign(j, "]"))
        refuse(j, "\"[\" without \"]\"");
    next(j);
}

/* ---- the grammar, tightest first ---- */

static void primary(struct juel *j)
{
    if (j->token == T_STRING) {
        buf_str(&j->out, j->literal);
        next(j);
    } else if (j->token == T_NUMBER) {
        buf_str(&j->out, j->word);
        next(j);
    } else if (j->token == T_NAME) {
        char name[WORD];

        memcpy(name, j->word, sizeof name);
        next(j);
        if (is_sign(j, "("))
            call(j, name, j->out.len);
        else
            buf_str(&j->out, name);
    } else if (is_sign(j, "(")) {
        buf_char(&j->out, '(');
        next(j);
        expression(j);
        if (!is_sign(j, ")"))
            refuse(j, "\"(\" without \")\"");
        buf_char(&j->out, ')');
        next(j);
    } else {
        refuse(j, j->token == T_END ? "an expression that ends too early"
                                    : arena_printf(j->mem, "\"%s\" where a value should stand", j->word));
    }
}

static void postfix(struct juel *j)
{
    size_t from = j->out.len;

    primary(j);
    while (j->problem == NULL && (is_sign(j, ".") || is_sign(j, "["))) {
        if (is_sign(j, "[")) {
            index_of(j);
            continue;
        }
        next(j);
        if (j->token != T_NAME) {
            refuse(j, "\".\" without a name");
            return;
        }
        const char *name = arena_strdup(j->mem, j->word);
        next(j);
        if (is_sign(j, "("))
            call(j, name, from);
        else
            buf_fmt(&j->out, ".%s", name);
    }
}

static void unary(struct juel *j)
{
    size_t from = j->out.len;

    if (++j->depth > LIMIT_JUEL_DEPTH) {
        refuse(j, "more than 64 levels");
    } else if (is_op(j, "!", "not")) {
        next(j);
        unary(j);
        buf_fmt(&j->out, "not(%s)", cut(j, from));
    } else if (is_op(j, "-", NULL)) {
        next(j);
        unary(j);
        buf_fmt(&j->out, "-%s", cut(j, from));
    } else if (is_word(j, "empty")) {
        next(j);
        unary(j);
        const char *x = cut(j, from);
        buf_fmt(&j->out, "(%s = null or %s = \"\" or %s = [])", x, x, x);
    } else {
        postfix(j);
    }
    j->depth--;
}

static void product(struct juel *j)
{
    size_t from = j->out.len;

    unary(j);
    while (j->problem == NULL && (is_op(j, "*", NULL) || is_op(j, "/", "div") || is_op(j, "%", "mod"))) {
        bool mod = is_op(j, "%", "mod"), times = is_op(j, "*", NULL);
        const char *left = mod ? cut(j, from) : "";

        if (!mod)
            buf_str(&j->out, times ? " * " : " / ");
        next(j);
        unary(j);
        if (mod) {
            const char *right = cut(j, from);
            buf_fmt(&j->out, "modulo(%s, %s)", left, right);
        }
    }
}

static void sum(struct juel *j)
{
    product(j);
    while (j->problem == NULL && (is_op(j, "+", NULL) || is_op(j, "-", NULL))) {
        buf_fmt(&j->out, " %s ", j->word);
        next(j);
        product(j);
    }
}

static void relation(struct juel *j)
{
    static const char *const ops[][3] = {{"<", "lt", " < "},   {">", "gt", " > "},  {"<=", "le", " <= "},
                                         {">=", "ge", " >= "}, {"==", "eq", " = "}, {"!=", "ne", " != "}};

    sum(j);
    for (size_t i = 0; j->problem == NULL && i < sizeof ops / sizeof *ops; i++) {
        if (is_op(j, ops[i][0], ops[i][1])) {
            buf_str(&j->out, ops[i][2]);
            next(j);
            sum(j);
            i = (size_t)-1;
        }
    }
}

static void all_of(struct juel *j)
{
    relation(j);
    while (j->problem == NULL && is_op(j, "&&", "and")) {
        buf_str(&j->out, " and ");
        next(j);
        relation(j);
    }
}

static void any_of(struct juel *j)
{
    all_of(j);
    while (j->problem == NULL && is_op(j, "||", "or")) {
        buf_str(&j->out, " or ");
        next(j);
        all_of(j);
    }
}

static void expression(struct juel *j)
{
    size_t from = j->out.len;

    if (++j->depth > LIMIT_JUEL_DEPTH) {
        refuse(j, "more than 64 levels");
        return;
    }
    any_of(j);
    if (j->problem == NULL && is_sign(j, "?")) {
        const char *when = cut(j, from);

        buf_fmt(&j->out, "(if %s then ", when);
        next(j);
        expression(j);
        if (!is_sign(j, ":"))
            refuse(j, "\"?\" without \":\"");
        buf_str(&j->out, " else ");
        next(j);
        expression(j);
        buf_char(&j->out, ')');
    }
    j->depth--;
}

/* ---- the text around it ---- */

bool juel_is(const char *text)
{
    return strstr(text, "${") != NULL || strstr(text, "#{") != NULL;
}

/* The "}" that closes the expression at P, or NULL; quotes are respected. */
static const char *closing(const char *p)
{
    char quote = 0;

    for (; *p != '\0'; p++) {
        if (quote != 0) {
            if (*p == '\\' && p[1] != '\0')
                p++;
            else if (*p == quote)
                quote = 0;
        } else if (*p == '"' || *p == '\'') {
            quote = *p;
        } else if (*p == '}') {
            return p;
        }
    }
    return NULL;
}

static void one(struct juel *j, const char *from, const char *to)
{
    j->p = from;
    j->end = to;
    next(j);
    expression(j);
    if (j->problem == NULL && j->token != T_END)
        refuse(j, arena_printf(j->mem, "\"%s\" is not understood here", j->token == T_STRING ? j->literal : j->word));
}

static void plain(struct juel *j, const char *p, size_t n)
{
    buf_char(&j->out, '"');
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '"' || p[i] == '\\')
            buf_char(&j->out, '\\');
        buf_char(&j->out, p[i]);
    }
    buf_char(&j->out, '"');
}

static const char *blank_end(const char *s)
{
    return s + strspn(s, " \t\r\n");
}

const char *juel_to_feel(struct arena *mem, const char *text, const char **problem)
{
    struct juel j = {.mem = mem, .out = buf_new(mem, LIMIT_JUEL_TEXT)};
    const char *p = blank_end(text);
    bool alone = true, first = true;

    *problem = NULL;
    while (*p != '\0' && j.problem == NULL) {
        size_t n = 0;

        while (p[n] != '\0' && !((p[n] == '$' || p[n] == '#') && p[n + 1] == '{'))
            n++;
        const char *end = p[n] == '\0' ? p + n : closing(p + n + 2);
        if (end == NULL) {
            j.problem = "\"${\" without \"}\"";
            break;
        }
        alone = first && n == 0 && *blank_end(end + (*end != '\0')) == '\0';
        if (!first)
            buf_str(&j.out, " + ");
        if (n > 0)
            plain(&j, p, n);
        if (n > 0 && p[n] != '\0')
            buf_str(&j.out, " + ");
        first = false;
        if (p[n] == '\0')
            break;
        buf_str(&j.out, alone ? "" : "string(");
        one(&j, p + n + 2, end);
        buf_str(&j.out, alone ? "" : ")");
        p = alone ? "" : end + 1;
    }
    if (j.problem == NULL && j.out.over)
        j.problem = "more than 16384 bytes of expression";
    if (j.problem == NULL && j.called != NULL)
        j.problem = arena_printf(mem, "%s() is not called here; write in FEEL: =%s", j.called, buf_text(&j.out));
    *problem = j.problem;
    return j.problem == NULL ? buf_text(&j.out) : NULL;
}
