/* engine/model/feel/feel.c - a text to a program.
 *
 * For     everybody who has FEEL in a model: DMN tables, conditions of flows, timers.
 * Owns    struct feel_prog; the two forms, expression and unary tests.
 * Never   keeps a pointer into the caller's text.
 * Holds   a program is either whole or refused with a place. */
#include "model/feel/parse_int.h"

/* Unary tests (rules 7 to 17): a test that mentions "?" or is a condition by its form decides by itself, any other is something
 * to compare the value with. */
static struct node *positive_tests(struct parser *p, size_t at)
{
    struct kids k = {.n = 0};

    parse_add(p, &k, NULL, scope_tested(p, at));
    do {
        p->input = false;
        struct node *t = parse_test(p);
        parse_add(p, &k, p->input || node_is_condition(t) ? "?" : NULL, t);
    } while (parse_accept(p, T_COMMA));
    return parse_kids(p, N_TESTS, at, &k);
}

static struct node *unary_tests(struct parser *p)
{
    size_t at = p->tok.at;

    if (p->tok.kind == T_MINUS && lex_next(p->text, p->len, p->tok.end).kind == T_END) {
        parse_next(p);
        return parse_literal(p, at, val_bool(true));
    }
    if (parse_word_is(p, "not") && lex_next(p->text, p->len, p->tok.end).kind == T_LPAREN) {
        const struct parser before = *p;
        parse_next(p);
        parse_next(p);
        struct node *n = positive_tests(p, at);
        n->op = 1;
        if (parse_expect(p, T_RPAREN, "',' or ')'") && p->tok.kind == T_END)
            return n;
        *p = before; /* "not(a) and b" is an expression that begins with the function */
    }
    return positive_tests(p, at);
}

struct node *parse_text(struct parser *p, const char *text, enum feel_form form)
{
    size_t symbols = p->nsymbol;
    uint16_t level = p->level, slots = p->next[level];
    struct opened *opened = p->opened;

    p->text = text;
    p->len = strlen(text);
    p->tok = (struct token){T_END, 0, 0, NULL};
    p->err = OK;
    p->error = (struct feel_error){.message = NULL};
    p->depth = 0;
    p->nodes = FEEL_NODES + FEEL_NODES_BYTE * p->len;
    p->no_filter = false;
    p->ready = NULL;
    if (p->len > LIMIT_FEEL_TEXT) {
        p->err = E_TOOBIG;
        parse_fail(p, LIMIT_FEEL_TEXT, "the expression is longer than 64 KiB");
        return NULL;
    }
    parse_next(p);
    struct node *root = form == FEEL_UNARY_TESTS ? unary_tests(p) : parse_expression(p);
    if (p->tok.kind != T_END)
        parse_expected(p, form == FEEL_UNARY_TESTS ? "an operator, ',' or the end" : "an operator or the end");
    if (p->error.message == NULL)
        return root;
    p->nsymbol = symbols;
    p->level = level;
    p->next[level] = slots;
    p->opened = opened;
    return NULL;
}

enum err feel_compile(struct arena *mem, const char *text, enum feel_form form, const struct feel_names *names,
                      struct feel_prog **out, struct feel_error *error)
{
    struct parser p = {.mem = mem, .names = names};
    uint16_t tested = form == FEEL_UNARY_TESTS ? scope_declare(&p, "?", false) : 0;
    const char *kept = strlen(text) <= LIMIT_FEEL_TEXT ? arena_strdup(mem, text) : text;
    struct node *root = parse_text(&p, kept, form);

    *out = NULL;
    if (root == NULL) {
        if (error != NULL)
            *error = p.error;
        return fail(p.err, "FEEL, line %d, column %d: %s", p.error.line, p.error.column, p.error.message);
    }
    compile_node(mem, root);
    struct feel_prog *prog = ARENA_NEW(mem, struct feel_prog);
    *prog = (struct feel_prog){
        .text = kept, .root = root, .form = form, .use = p.use, .nuse = p.nuse, .slots = p.most[0], .tested = tested};
    *out = prog;
    return OK;
}

const char *feel_text(const struct feel_prog *p)
{
    return p->text;
}

size_t feel_uses(const struct feel_prog *p, const char *const **names)
{
    *names = (const char *const *)p->use;
    return p->nuse;
}
