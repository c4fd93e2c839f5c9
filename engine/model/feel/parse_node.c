/* engine/model/feel/parse_node.c - what all of the parser stands on: tokens, the first error, nodes.
 *
 * For     parse.c, type.c, scope.c and box.c.
 * Owns    struct parser's token and error; how much tree a text may make.
 * Never   knows the grammar.
 * Holds   after the first error the token is T_END, so that every loop of the parser ends. */
#include "model/feel/parse_int.h"

/* ---- errors and tokens ---- */

void parse_fail(struct parser *p, size_t at, const char *message)
{
    if (p->error.message == NULL) {
        p->error = (struct feel_error){.offset = at, .line = 1, .column = 1, .message = message};
        for (size_t i = 0; i < at && i < p->len; i++)
            if (p->text[i] == '\n') {
                p->error.line++;
                p->error.column = 1;
            } else if (((unsigned char)p->text[i] & 0xC0) != 0x80)
                p->error.column++;
        if (p->err == OK)
            p->err = E_INPUT;
    }
    p->tok = (struct token){T_END, (uint32_t)p->len, (uint32_t)p->len, NULL};
}

void parse_expected(struct parser *p, const char *what)
{
    enum { SHOWN = 30 };
    size_t n = p->tok.end - p->tok.at;

    if (p->tok.kind == T_BAD)
        parse_fail(p, p->tok.at, p->tok.trouble);
    else if (p->tok.kind == T_END)
        parse_fail(p, p->tok.at, arena_printf(p->mem, "%s is expected here, but the text ends", what));
    else {
        while (n > SHOWN || (n < p->tok.end - p->tok.at && ((unsigned char)p->text[p->tok.at + n] & 0xC0) == 0x80))
            n--;
        parse_fail(p, p->tok.at, arena_printf(p->mem, "%s is expected here, found '%.*s'", what, (int)n, p->text + p->tok.at));
    }
}

void parse_next(struct parser *p)
{
    if (p->error.message == NULL)
        p->tok = lex_next(p->text, p->len, p->tok.end);
    if (p->tok.kind == T_BAD)
        parse_fail(p, p->tok.at, p->tok.trouble);
}

void parse_seek(struct parser *p, size_t at)
{
    p->tok.end = (uint32_t)at;
    parse_next(p);
}

bool parse_accept(struct parser *p, enum token_kind kind)
{
    if (p->tok.kind != kind || p->error.message != NULL)
        return false;
    parse_next(p);
    return true;
}

bool parse_expect(struct parser *p, enum token_kind kind, const char *what)
{
    if (parse_accept(p, kind))
        return true;
    parse_expected(p, what);
    return false;
}

bool parse_word_is(const struct parser *p, const char *word)
{
    size_t n = strlen(word);

    return p->tok.end - p->tok.at == n && memcmp(p->text + p->tok.at, word, n) == 0;
}

bool parse_accept_word(struct parser *p, const char *word)
{
    if (!parse_word_is(p, word))
        return false;
    parse_next(p);
    return true;
}

bool parse_deeper(struct parser *p)
{
    if (++p->depth <= LIMIT_FEEL_NESTING)
        return true;
    p->err = p->error.message == NULL ? E_TOOBIG : p->err;
    parse_fail(p, p->tok.at, "nested too deep");
    return false;
}

struct node *parse_new(struct parser *p, enum node_kind kind, size_t at, uint32_t kids)
{
    struct node *n = ARENA_NEW(p->mem, struct node);

    /* In nested filters a name may mean a member of any item: nodes must not outgrow the text. */
    if (p->nodes-- == 0) {
        p->err = p->error.message == NULL ? E_TOOBIG : p->err;
        parse_fail(p, at, "too many names in filters inside of filters");
    }
    n->kind = (uint8_t)kind;
    n->at = (uint32_t)at;
    n->source = p->source;
    n->n = kids;
    n->kid = kids > 0 ? ARENA_NEW_N(p->mem, struct node *, kids) : NULL;
    return n;
}

struct node *parse_literal(struct parser *p, size_t at, struct val v)
{
    struct node *n = parse_new(p, N_LITERAL, at, 0);

    n->value = v;
    return n;
}

struct node *parse_fault(struct parser *p, size_t at, const char *message)
{
    struct node *n = parse_new(p, N_FAULT, at, 0);

    n->name = message;
    return n;
}

struct node *parse_over(struct parser *p, enum node_kind kind, size_t at, struct node *a, struct node *b)
{
    struct node *n = parse_new(p, kind, at, b != NULL ? 2 : 1);

    n->kid[0] = a;
    if (b != NULL)
        n->kid[1] = b;
    n->height = (uint16_t)(1 + (b != NULL && b->height > a->height ? b->height : a->height));
    if (n->height > LIMIT_FEEL_HEIGHT) {
        p->err = p->error.message == NULL ? E_TOOBIG : p->err;
        parse_fail(p, at, "too many operators in a row");
        return parse_literal(p, at, val_null());
    }
    return n;
}

void parse_add(struct parser *p, struct kids *k, const char *name, struct node *node)
{
    if (k->n == k->cap) {
        uint32_t cap = k->cap != 0 ? k->cap * 2 : 4;
        struct node **nodes = ARENA_NEW_N(p->mem, struct node *, cap);
        const char **names = ARENA_NEW_N(p->mem, const char *, cap);
        if (k->n > 0) {
            memcpy(nodes, k->node, k->n * sizeof *nodes);
            memcpy(names, k->name, k->n * sizeof *names);
        }
        *k = (struct kids){.node = nodes, .name = names, .n = k->n, .cap = cap};
    }
    k->node[k->n] = node;
    k->name[k->n++] = name;
}

struct node *parse_kids(struct parser *p, enum node_kind kind, size_t at, const struct kids *k)
{
    struct node *n = parse_new(p, kind, at, 0);
    uint16_t highest = 0;

    n->kid = k->node;
    n->names = k->name;
    n->n = k->n;
    for (uint32_t i = 0; i < k->n; i++)
        if (k->node[i]->height > highest)
            highest = k->node[i]->height;
    n->height = (uint16_t)(highest + 1);
    return n;
}
