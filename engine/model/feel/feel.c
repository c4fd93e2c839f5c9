/* engine/model/feel/feel.c - a text to a program.
 *
 * For     everybody who has FEEL in a model: DMN tables, conditions of flows, timers.
 * Owns    struct feel_prog; the two forms, expression and unary tests.
 * Never   keeps a pointer into the caller's text.
 * Holds   a program is either whole or refused with a place. */
#include "model/feel/parse_int.h"

static struct node *unary_tests(struct parser *p)
{
    struct kids k = {.n = 0};
    size_t at = p->tok.at;
    bool negated = false;

    if (p->tok.kind == T_MINUS && lex_next(p->text, p->len, p->tok.end).kind == T_END) {
        parse_next(p);
        return parse_literal(p, at, val_bool(true));
    }
    if (parse_word_is(p, "not") && lex_next(p->text, p->len, p->tok.end).kind == T_LPAREN) {
        negated = true;
        parse_next(p);
        parse_next(p);
    }
    do {
        p->input = false;
        struct node *t = parse_test(p);
        parse_add(p, &k, p->input ? "?" : NULL, t);
    } while (parse_accept(p, T_COMMA));
    if (negated)
        parse_expect(p, T_RPAREN, "',' or ')'");
    struct node *n = parse_kids(p, N_TESTS, at, &k);
    n->op = negated;
    return n;
}

static enum err refuse(const struct parser *p, struct feel_error *error)
{
    if (error != NULL)
        *error = p->error;
    return fail(p->err, "FEEL, line %d, column %d: %s", p->error.line, p->error.column, p->error.message);
}

enum err feel_compile(struct arena *mem, const char *text, enum feel_form form, const struct feel_names *names,
                      struct feel_prog **out, struct feel_error *error)
{
    struct parser p = {.mem = mem, .text = text, .len = strlen(text), .names = names};

    *out = NULL;
    if (p.len > LIMIT_FEEL_TEXT) {
        p.err = E_TOOBIG;
        parse_fail(&p, LIMIT_FEEL_TEXT, "the expression is longer than 64 KiB");
        return refuse(&p, error);
    }
    p.text = text = arena_strndup(mem, text, p.len);
    parse_next(&p);
    struct node *root = form == FEEL_UNARY_TESTS ? unary_tests(&p) : parse_expression(&p);
    if (p.tok.kind != T_END)
        parse_expected(&p, form == FEEL_UNARY_TESTS ? "an operator, ',' or the end" : "an operator or the end");
    if (p.error.message != NULL)
        return refuse(&p, error);
    compile_node(mem, root);
    struct feel_prog *prog = ARENA_NEW(mem, struct feel_prog);
    *prog = (struct feel_prog){.text = text, .root = root, .form = form, .use = p.use, .nuse = p.nuse, .slots = p.most[0]};
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
