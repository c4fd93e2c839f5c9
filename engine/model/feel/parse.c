/* engine/model/feel/parse.c - tokens to a tree: the grammar of DMN 1.5, table 10.3.1.2.
 *
 * For     feel.c.
 * Owns    precedence, and what is said about a broken text.
 * Never   evaluates.
 * Holds   nesting <= LIMIT_FEEL_NESTING; after the first error the token is T_END, so that every loop here ends and every rule
 *         still answers a node.
 *
 * From loose to tight: or, and, comparison (between, in), + -, * /, ** (to the left), unary minus, instance of, then the chain
 * of filters, calls and paths behind any primary. */
#include "model/feel/parse_int.h"

/* ---- names ---- */

static const char *spelled(struct parser *p, size_t from, size_t to)
{
    return lex_normal(p->mem, p->text + from, to - from);
}

/* A name that is being introduced ends before STOPS or, when WORD is given, before that word. */
static const char *new_name(struct parser *p, const char *what, const char *stops, const char *word)
{
    size_t from = p->tok.at, to = from;

    if (p->tok.kind < T_AND && p->tok.kind != T_WORD) {
        parse_expected(p, what);
        return "";
    }
    while (p->tok.kind != T_END && (word == NULL || to == from || !parse_word_is(p, word)) &&
           (p->tok.end - p->tok.at != 1 || strchr(stops, p->text[p->tok.at]) == NULL)) {
        if (p->tok.kind == T_STRING || (p->tok.kind >= T_LPAREN && p->tok.kind <= T_COLON)) {
            parse_expected(p, what);
            return "";
        }
        to = p->tok.end;
        parse_next(p);
    }
    return spelled(p, from, to);
}

/* Is there "name :" before any other sign? Then it is a named argument. */
static bool named_argument(const struct parser *p)
{
    struct token t = p->tok;

    if (t.kind != T_WORD && t.kind < T_AND)
        return false;
    while (t.kind == T_WORD || t.kind >= T_AND || t.kind == T_MINUS || t.kind == T_PLUS || t.kind == T_STAR ||
           t.kind == T_SLASH || t.kind == T_NUMBER || t.kind == T_DOT || t.kind == T_QUOTE)
        t = lex_next(p->text, p->len, t.end);
    return t.kind == T_COLON;
}

static struct node *name(struct parser *p)
{
    size_t at = p->tok.at, took, least = p->tok.end - at;
    const char *known = scope_longest(p, at, least, false, &took);

    if (known != NULL) {
        struct node *n = scope_resolve(p, known, at);
        parse_seek(p, at + took);
        return n;
    }
    size_t end = p->tok.end;
    bool tested = parse_word_is(p, "?");
    for (parse_next(p); !tested && p->names != NULL && p->names->closed && p->tok.kind == T_WORD; parse_next(p))
        end = p->tok.end; /* nobody knows it, but it can only be one name */
    return tested ? scope_tested(p, at) : scope_resolve(p, spelled(p, at, end), at);
}

/* ---- primaries ---- */

static struct node *string_literal(struct parser *p)
{
    size_t n, at = p->tok.at;
    const char *s = lex_unquote(p->mem, p->text + at, p->tok.end - at, &n);

    if (s == NULL) {
        parse_fail(p, at, "this text has a malformed \\u escape");
        return parse_literal(p, at, val_null());
    }
    parse_next(p);
    return parse_literal(p, at, (struct val){.tag = VAL_STRING, .n = (uint32_t)n, .u.s = s});
}

static struct node *number_literal(struct parser *p)
{
    size_t at = p->tok.at;
    struct val v = val_null();

    const char *text = arena_printf(p->mem, "%s%.*s", p->text[at] == '.' ? "0" : "", (int)(p->tok.end - at), p->text + at);
    if (!val_number(p->mem, text, &v))
        parse_fail(p, at, "this number is out of range");
    parse_next(p);
    return parse_literal(p, at, v);
}

static uint8_t form_of(enum token_kind t)
{
    static const uint8_t form[] = {RANGE_EQUAL,      RANGE_NOT_EQUAL, RANGE_LESS,
                                   RANGE_LESS_EQUAL, RANGE_GREATER,   RANGE_GREATER_EQUAL};

    return form[t - T_EQ];
}

static bool is_comparison(enum token_kind t)
{
    return t >= T_EQ && t <= T_GE;
}

static struct node *additive(struct parser *p);

/* "< 10" and its relatives as a value. */
static struct node *one_sided(struct parser *p)
{
    size_t at = p->tok.at;
    uint8_t form = form_of(p->tok.kind);

    if (!parse_deeper(p))
        return parse_literal(p, at, val_null());
    parse_next(p);
    struct node *n = parse_over(p, N_RANGE, at, additive(p), NULL);
    n->op = form;
    p->depth--;
    return n;
}

/* After ".." of a range; OPEN is the sign it began with. */
static struct node *range_rest(struct parser *p, size_t at, char open, struct node *lo)
{
    bool outer = p->no_filter;

    if (!parse_deeper(p))
        return lo;
    p->no_filter = true;
    struct node *hi = additive(p);
    p->no_filter = outer;
    p->depth--;
    struct node *n = parse_over(p, N_RANGE, at, lo, hi);
    if (n->kind != N_RANGE)
        return n;
    n->op = RANGE_PLAIN;
    n->slot = (uint16_t)((open == '[') | (p->tok.kind == T_RBRACKET) << 1);
    if (p->tok.kind != T_RBRACKET && p->tok.kind != T_RPAREN && p->tok.kind != T_LBRACKET)
        parse_expected(p, "the ']', ')' or '[' that closes the range");
    else
        parse_next(p);
    return n;
}

static struct node *parenthesis(struct parser *p)
{
    size_t at = p->tok.at;
    bool outer = p->no_filter;
    struct node *n;

    p->no_filter = false;
    parse_next(p);
    if (is_comparison(p->tok.kind))
        n = one_sided(p);
    else {
        n = parse_expression(p);
        p->no_filter = outer;
        if (parse_accept(p, T_DOTS))
            return range_rest(p, at, '(', n);
    }
    p->no_filter = outer;
    parse_expect(p, T_RPAREN, "')'");
    return n;
}

static struct node *bracket(struct parser *p)
{
    size_t at = p->tok.at;
    struct kids k = {.n = 0};
    bool outer = p->no_filter;

    p->no_filter = false;
    parse_next(p);
    if (p->tok.kind != T_RBRACKET) {
        struct node *first = is_comparison(p->tok.kind) ? one_sided(p) : parse_expression(p);
        if (p->tok.kind == T_DOTS) {
            p->no_filter = outer;
            parse_next(p);
            return range_rest(p, at, '[', first);
        }
        parse_add(p, &k, NULL, first);
        while (parse_accept(p, T_COMMA))
            parse_add(p, &k, NULL, is_comparison(p->tok.kind) ? one_sided(p) : parse_expression(p));
    }
    p->no_filter = outer;
    parse_expect(p, T_RBRACKET, "',' or ']'");
    return parse_kids(p, N_LIST, at, &k);
}

/* "]a..b[" */
static struct node *open_range(struct parser *p)
{
    size_t at = p->tok.at;

    if (!parse_deeper(p))
        return parse_literal(p, at, val_null());
    parse_next(p);
    struct node *lo = additive(p);
    p->depth--;
    if (!parse_expect(p, T_DOTS, "'..'"))
        return lo;
    return range_rest(p, at, '(', lo);
}

static struct node *context(struct parser *p)
{
    size_t at = p->tok.at, symbols = p->nsymbol;
    uint16_t slots = p->next[p->level], first = slots;
    struct kids k = {.n = 0};
    bool outer = p->no_filter;

    p->no_filter = false;
    parse_next(p);
    while (p->tok.kind != T_RBRACE && p->error.message == NULL) {
        const char *key;
        if (p->tok.kind == T_STRING) {
            struct node *s = string_literal(p);
            key = s->value.tag == VAL_STRING ? s->value.u.s : "";
        } else
            key = new_name(p, "the name of an entry", ":", NULL);
        parse_expect(p, T_COLON, "':'");
        struct node *value = parse_expression(p);
        scope_key(p, key);
        scope_declare(p, key, false);
        parse_add(p, &k, key, value);
        if (!parse_accept(p, T_COMMA))
            break;
    }
    p->no_filter = outer;
    parse_expect(p, T_RBRACE, "',' or '}'");
    p->nsymbol = symbols;
    p->next[p->level] = slots;
    struct node *n = parse_kids(p, N_CONTEXT, at, &k);
    /* Entries use successive slots only if no entry's expression kept one, which none does: they give theirs back. */
    n->slot = first;
    return n;
}

static struct node *at_literal(struct parser *p)
{
    size_t at = p->tok.at;

    parse_next(p);
    if (p->tok.kind != T_STRING) {
        parse_expected(p, "the text of a date, time or duration");
        return parse_literal(p, at, val_null());
    }
    struct node *n = string_literal(p);
    n->at = (uint32_t)at;
    struct node *call = parse_over(p, N_CALL_BUILTIN, at, n, NULL);
    call->builtin = builtin_find("@");
    return call;
}

/* ---- functions ---- */

bool parse_function_open(struct parser *p, size_t at)
{
    if (p->level + 1 >= LIMIT_FEEL_LEVELS) {
        parse_fail(p, at, "functions are nested too deep");
        return false;
    }
    struct opened *o = ARENA_NEW(p->mem, struct opened);
    *o = (struct opened){.around = p->opened,
                         .symbols = p->nsymbol,
                         .types = ARENA_NEW_N(p->mem, const struct feel_type *, LIMIT_FEEL_PARAMS + 1)};
    p->opened = o;
    p->level++;
    p->next[p->level] = p->most[p->level] = 0;
    return true;
}

void parse_param(struct parser *p, const char *name, const struct feel_type *type)
{
    struct opened *o = p->opened;

    if (o->params.n == LIMIT_FEEL_PARAMS) {
        parse_fail(p, p->tok.at, "too many parameters");
        return;
    }
    o->types[o->params.n] = type;
    scope_declare(p, name, false);
    parse_add(p, &o->params, name, NULL);
}

struct node *parse_function_close(struct parser *p, size_t at, struct node *body, const struct feel_type *result)
{
    struct opened *o = p->opened;
    struct node *n = parse_new(p, N_FUNCTION, at, 1);

    n->kid[0] = body;
    n->n = o->params.n;
    n->names = o->params.name;
    n->types = o->types;
    o->types[n->n] = result;
    n->level = p->most[p->level];
    p->level--;
    p->nsymbol = o->symbols;
    p->opened = o->around;
    n->slot = p->next[p->level]; /* so many slots around it are in use */
    n->height = (uint16_t)(body->height + 1);
    return n;
}

/* Code from outside is called only where the text belongs to somebody who knows how (box_external). */
static struct node *external_body(struct parser *p, size_t at, struct node *body)
{
    if (p->external == NULL)
        return parse_fault(p, at, "no function outside of the engine is called");
    struct node *n = parse_over(p, N_HANDLED, at, body, NULL);
    n->ev = p->external;
    n->slot = (uint16_t)p->opened->params.n;
    return n;
}

static struct node *function(struct parser *p)
{
    size_t at = p->tok.at;
    const struct feel_type *result = NULL;

    parse_next(p);
    if (!parse_function_open(p, at))
        return parse_literal(p, at, val_null());
    parse_expect(p, T_LPAREN, "'('");
    while (p->tok.kind != T_RPAREN && p->error.message == NULL) {
        const char *param = new_name(p, "the name of a parameter", ":,)", NULL);
        parse_param(p, param, parse_accept(p, T_COLON) ? parse_type(p) : NULL);
        if (!parse_accept(p, T_COMMA))
            break;
    }
    parse_expect(p, T_RPAREN, "',' or ')'");
    if (parse_accept(p, T_COLON))
        result = parse_type(p);
    bool external = parse_accept(p, T_EXTERNAL);
    struct node *body = parse_expression(p);
    return parse_function_close(p, at, external ? external_body(p, at, body) : body, result);
}

/* "(a, b)" or "(x: a, y: b)" behind CALLEE. */
static struct node *call(struct parser *p, struct node *callee)
{
    size_t at = p->tok.at;
    struct kids k = {.n = 0};
    bool named = false, outer = p->no_filter;

    p->no_filter = false;
    while (callee->kind == N_MEMBER_OR && (callee->kid[1]->kind == N_MEMBER_OR || callee->kid[1]->kind == N_BUILTIN))
        callee = callee->kid[1]; /* count(...) in a filter is the function, even if items have a member of that name */
    parse_add(p, &k, NULL, callee);
    parse_next(p);
    if (p->tok.kind != T_RPAREN) {
        named = named_argument(p);
        do {
            const char *param = NULL;
            if (named) {
                param = new_name(p, "the name of an argument", ":", NULL);
                parse_expect(p, T_COLON, "':'");
            }
            parse_add(p, &k, param, is_comparison(p->tok.kind) ? one_sided(p) : parse_expression(p));
        } while (parse_accept(p, T_COMMA));
    }
    p->no_filter = outer;
    parse_expect(p, T_RPAREN, "',' or ')'");
    struct node *n = parse_kids(p, N_CALL, at, &k);
    if (!named)
        n->names = NULL;
    if (callee->kind != N_BUILTIN)
        return n;
    n->kind = N_CALL_BUILTIN;
    n->builtin = callee->builtin;
    n->at = callee->at;
    n->kid++;
    n->n--;
    if (named)
        n->names++;
    return n;
}

/* ---- filters and paths ---- */

static struct node *filter(struct parser *p, struct node *list)
{
    size_t at = p->tok.at, symbols = p->nsymbol;
    uint16_t slots = p->next[p->level];
    bool outer = p->no_filter;

    p->no_filter = false;
    parse_next(p);
    uint16_t slot = scope_declare(p, "item", true);
    struct node *n = parse_over(p, N_FILTER, at, list, parse_expression(p));
    n->slot = slot;
    p->nsymbol = symbols;
    p->next[p->level] = slots;
    p->no_filter = outer;
    parse_expect(p, T_RBRACKET, "']'");
    return n;
}

static struct node *path(struct parser *p, struct node *from)
{
    size_t took, at, least;
    const char *member;

    parse_next(p);
    at = p->tok.at;
    least = p->tok.kind == T_WORD || p->tok.kind >= T_AND ? p->tok.end - at : 0;
    member = scope_longest(p, at, least, true, &took);
    if (member == NULL && least == 0) {
        parse_expected(p, "the name of a member");
        return from;
    }
    size_t known = at + (member != NULL ? took : least), end = known;
    parse_seek(p, known);
    for (; p->tok.kind == T_WORD || p->tok.kind == T_NUMBER; parse_next(p))
        end = p->tok.end; /* two words side by side mean nothing else: a name that nobody declared */
    struct node *n = parse_over(p, N_PATH, at, from, NULL);
    n->name = member != NULL && end == known ? member : spelled(p, at, end);
    return n;
}

/* In the upper end of a range: does this '[' close the range rather than open a filter? */
static bool closes_range(const struct parser *p)
{
    if (!p->no_filter)
        return false;
    enum token_kind after = lex_next(p->text, p->len, p->tok.end).kind;
    return after == T_END || after == T_RPAREN || after == T_COMMA || after == T_RBRACKET || after == T_RBRACE ||
           after == T_DOT || after == T_AND || after == T_OR || after == T_THEN || after == T_ELSE || after == T_RETURN ||
           after == T_SATISFIES || is_comparison(after);
}

static struct node *primary(struct parser *p);

static struct node *postfix(struct parser *p)
{
    struct node *n = primary(p);

    while (p->error.message == NULL) {
        if (p->tok.kind == T_LPAREN)
            n = call(p, n);
        else if (p->tok.kind == T_LBRACKET && !closes_range(p))
            n = filter(p, n);
        else if (p->tok.kind == T_DOT)
            n = path(p, n);
        else
            break;
        if (n->height > LIMIT_FEEL_HEIGHT)
            return parse_over(p, N_PATH, p->tok.at, n, NULL);
    }
    return n;
}

/* ---- the words that begin an expression ---- */

static struct node *conditional(struct parser *p)
{
    struct kids k = {.n = 0};
    size_t at = p->tok.at;

    parse_next(p);
    parse_add(p, &k, NULL, parse_expression(p));
    if (parse_expect(p, T_THEN, "'then'"))
        parse_add(p, &k, NULL, parse_expression(p));
    if (parse_expect(p, T_ELSE, "'else'"))
        parse_add(p, &k, NULL, parse_expression(p));
    return p->error.message == NULL ? parse_kids(p, N_IF, at, &k) : parse_literal(p, at, val_null());
}

/* "x in domain, y in domain", then END; the iterators and at last the body. */
static struct node *iteration(struct parser *p, enum node_kind kind, enum token_kind end)
{
    size_t at = p->tok.at, symbols = p->nsymbol;
    uint16_t slots = p->next[p->level], partial = 0;
    struct kids k = {.n = 0};
    uint8_t op = (uint8_t)p->tok.kind;

    parse_next(p);
    uint16_t first = p->next[p->level];
    do {
        const char *variable = new_name(p, "the name of a variable", "", "in");
        parse_expect(p, T_IN, "'in'");
        struct node *domain = parse_expression(p);
        if (p->tok.kind == T_DOTS) {
            size_t dots = p->tok.at;
            parse_next(p);
            domain = parse_over(p, N_SPAN, dots, domain, parse_expression(p));
        }
        scope_declare(p, variable, false);
        parse_add(p, &k, variable, domain);
    } while (parse_accept(p, T_COMMA));
    parse_expect(p, end, kind == N_FOR ? "',' or 'return'" : "',' or 'satisfies'");
    if (kind == N_FOR)
        partial = scope_declare(p, "partial", false);
    parse_add(p, &k, NULL, parse_expression(p));
    p->nsymbol = symbols;
    p->next[p->level] = slots;
    struct node *n = parse_kids(p, kind, at, &k);
    n->slot = first;
    n->level = partial;
    n->op = op;
    return n;
}

static bool starts_name(const struct parser *p)
{
    size_t took;

    return (p->tok.kind == T_WORD || p->tok.kind >= T_AND) &&
           (p->tok.kind == T_WORD || scope_longest(p, p->tok.at, p->tok.end - p->tok.at, false, &took) != NULL);
}

static struct node *simple(struct parser *p)
{
    size_t at = p->tok.at;

    if (parse_accept(p, T_TRUE))
        return parse_literal(p, at, val_bool(true));
    if (parse_accept(p, T_FALSE))
        return parse_literal(p, at, val_bool(false));
    if (parse_accept(p, T_NULL))
        return parse_literal(p, at, val_null());
    parse_expected(p, "an expression");
    return parse_literal(p, at, val_null());
}

static struct node *primary(struct parser *p)
{
    struct node *ready = p->ready;

    p->ready = NULL;
    if (ready != NULL)
        return ready;
    if (starts_name(p))
        return name(p);
    if (p->tok.kind == T_NUMBER)
        return number_literal(p);
    if (p->tok.kind == T_STRING)
        return string_literal(p);
    if (p->tok.kind == T_LPAREN)
        return parenthesis(p);
    if (p->tok.kind == T_LBRACKET)
        return bracket(p);
    if (p->tok.kind == T_RBRACKET)
        return open_range(p);
    if (p->tok.kind == T_LBRACE)
        return context(p);
    if (p->tok.kind == T_AT)
        return at_literal(p);
    if (p->tok.kind == T_IF)
        return conditional(p);
    if (p->tok.kind == T_FOR)
        return iteration(p, N_FOR, T_RETURN);
    if (p->tok.kind == T_SOME || p->tok.kind == T_EVERY)
        return iteration(p, N_QUANTIFIED, T_SATISFIES);
    if (p->tok.kind == T_FUNCTION)
        return function(p);
    return simple(p);
}

/* ---- operators ---- */

static struct node *instance_of(struct parser *p)
{
    struct node *n = postfix(p);

    while (p->tok.kind == T_INSTANCE && p->error.message == NULL) {
        size_t at = p->tok.at;
        parse_next(p);
        parse_expect(p, T_OF, "'of'");
        const struct feel_type **type = ARENA_NEW(p->mem, const struct feel_type *);
        *type = parse_type(p);
        n = parse_over(p, N_INSTANCE, at, n, NULL);
        n->types = type;
    }
    return n;
}

static struct node *unary(struct parser *p)
{
    size_t at = p->tok.at;

    if (p->tok.kind != T_MINUS || p->ready != NULL)
        return instance_of(p);
    if (!parse_deeper(p))
        return parse_literal(p, at, val_null());
    parse_next(p);
    struct node *n = parse_over(p, N_NEGATE, at, unary(p), NULL);
    p->depth--;
    return n;
}

static struct node *binary(struct parser *p, struct node *(*tighter)(struct parser *), enum token_kind x, enum token_kind y)
{
    struct node *n = tighter(p);

    while ((p->tok.kind == x || p->tok.kind == y) && p->error.message == NULL) {
        enum token_kind op = p->tok.kind;
        size_t at = p->tok.at;
        parse_next(p);
        n = parse_over(p, N_ARITHMETIC, at, n, tighter(p));
        n->op = (uint8_t)op;
    }
    return n;
}

static struct node *exponent(struct parser *p)
{
    return binary(p, unary, T_POWER, T_POWER);
}

static struct node *multiplicative(struct parser *p)
{
    return binary(p, exponent, T_STAR, T_SLASH);
}

static struct node *additive(struct parser *p)
{
    return binary(p, multiplicative, T_PLUS, T_MINUS);
}

/* One test behind "in" or in unary tests: "< 10", a range, an expression. */
struct node *parse_test(struct parser *p)
{
    return is_comparison(p->tok.kind) ? one_sided(p) : parse_expression(p);
}

/* One more test behind "in"; if it mentions "?", it decides by itself. */
static void in_test(struct parser *p, struct kids *k, struct node *(*read)(struct parser *))
{
    p->input = false;
    struct node *test = read(p);
    parse_add(p, k, p->input ? "?" : NULL, test);
}

/* "(" was read: tests, or a range "(1..5]", or the first operand of a longer expression: "in (a + b) * 2". */
static void in_parenthesis(struct parser *p, struct kids *k, size_t open)
{
    bool outer = p->no_filter;

    p->no_filter = false;
    in_test(p, k, parse_test);
    if (parse_accept(p, T_DOTS)) {
        k->node[1] = range_rest(p, open, '(', k->node[1]);
        p->no_filter = outer;
        return;
    }
    while (parse_accept(p, T_COMMA))
        in_test(p, k, parse_test);
    p->no_filter = outer;
    parse_expect(p, T_RPAREN, "',' or ')'");
    if (k->n == 2) {
        p->ready = k->node[1];
        k->node[1] = additive(p);
    }
}

static struct node *bare_test(struct parser *p)
{
    return is_comparison(p->tok.kind) ? one_sided(p) : additive(p);
}

/* Behind "in": a test, or tests in parentheses. In them "?" is the value that is asked about. */
static struct node *in_tests(struct parser *p, size_t at, struct node *value)
{
    struct kids k = {.n = 0};
    size_t symbols = p->nsymbol, open = p->tok.at;
    uint16_t slots = p->next[p->level], slot = scope_declare(p, "?", false);
    bool input = p->input;

    parse_add(p, &k, NULL, value);
    if (parse_accept(p, T_LPAREN))
        in_parenthesis(p, &k, open);
    else
        in_test(p, &k, bare_test);
    p->input = input;
    p->nsymbol = symbols;
    p->next[p->level] = slots;
    struct node *n = parse_kids(p, N_IN, at, &k);
    n->slot = slot;
    for (uint32_t i = 1; i < k.n; i++)
        n->op = n->op || k.name[i] != NULL;
    return n;
}

static struct node *comparison(struct parser *p)
{
    struct node *n = additive(p);
    size_t at = p->tok.at;

    if (is_comparison(p->tok.kind)) {
        enum token_kind op = p->tok.kind;
        parse_next(p);
        n = parse_over(p, N_COMPARE, at, n, additive(p));
        n->op = (uint8_t)op;
    } else if (parse_accept(p, T_BETWEEN)) {
        struct kids k = {.n = 0};
        parse_add(p, &k, NULL, n);
        parse_add(p, &k, NULL, additive(p));
        parse_expect(p, T_AND, "'and'");
        parse_add(p, &k, NULL, additive(p));
        n = parse_kids(p, N_BETWEEN, at, &k);
    } else if (parse_accept(p, T_IN))
        n = in_tests(p, at, n);
    return n;
}

/* A chain of one word becomes one node with many kids, so that a long list of conditions does not make a high tree. */
static struct node *logic(struct parser *p, struct node *(*tighter)(struct parser *), enum token_kind word, enum node_kind kind)
{
    size_t at = p->tok.at;
    struct node *first = tighter(p);

    if (p->tok.kind != word)
        return first;
    struct kids k = {.n = 0};
    parse_add(p, &k, NULL, first);
    while (parse_accept(p, word))
        parse_add(p, &k, NULL, tighter(p));
    return parse_kids(p, kind, at, &k);
}

static struct node *conjunction(struct parser *p)
{
    return logic(p, comparison, T_AND, N_AND);
}

struct node *parse_expression(struct parser *p)
{
    if (!parse_deeper(p))
        return parse_literal(p, p->tok.at, val_null());
    struct node *n = logic(p, conjunction, T_OR, N_OR);
    p->depth--;
    if (n->height > LIMIT_FEEL_HEIGHT)
        return parse_over(p, N_PATH, n->at, n, NULL);
    return n;
}
