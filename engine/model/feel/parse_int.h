/* engine/model/feel/parse_int.h - the parser's state, shared by parse.c, scope.c and the type grammar. */
#ifndef MODEL_FEEL_PARSE_INT_H
#define MODEL_FEEL_PARSE_INT_H

#include "model/feel/feel_int.h"

/* A local variable in reach: a parameter, a loop variable, an entry of the context being read. An item of a filter (ITEM) may
 * bring names of its own, which are known only when the filter runs. */
struct symbol {
    const char *name;
    uint16_t slot, level; /* level: in how many functions it was written */
    bool item;
};

enum { LIMIT_FEEL_LEVELS = 64, LIMIT_FEEL_SLOTS = 4096, LIMIT_FEEL_PARAMS = 64 };

struct parser {
    struct arena *mem;
    const char *text;
    size_t len;
    struct token tok;
    const struct feel_names *names;
    struct symbol *symbol;
    size_t nsymbol, rsymbol; /* in use; room for */
    const char **key;        /* member names met so far that are more than one word */
    size_t nkey;
    uint16_t level, next[LIMIT_FEEL_LEVELS], most[LIMIT_FEEL_LEVELS];
    const char **use;
    size_t nuse;
    int depth;
    bool no_filter; /* in the upper end of a range: '[' may close it */
    bool input;     /* "?" was read */
    enum err err;
    struct feel_error error;
};

/* Kids that are gathered one by one. */
struct kids {
    struct node **node;
    const char **name;
    uint32_t n, cap;
};

/* ---- parse.c ---- */
void parse_fail(struct parser *p, size_t at, const char *message);
void parse_expected(struct parser *p, const char *what);
void parse_next(struct parser *p);
bool parse_accept(struct parser *p, enum token_kind kind);
bool parse_expect(struct parser *p, enum token_kind kind, const char *what);
bool parse_word_is(const struct parser *p, const char *word);
bool parse_accept_word(struct parser *p, const char *word);
struct node *parse_new(struct parser *p, enum node_kind kind, size_t at, uint32_t kids);
struct node *parse_literal(struct parser *p, size_t at, struct val v);
void parse_add(struct parser *p, struct kids *k, const char *name, struct node *node);
struct node *parse_kids(struct parser *p, enum node_kind kind, size_t at, const struct kids *k);
struct node *parse_expression(struct parser *p);
/* One test behind "in" or of unary tests: "< 10", a range, an expression. */
struct node *parse_test(struct parser *p);
bool parse_deeper(struct parser *p);

/* ---- scope.c ---- */
/* Declares NAME in a new slot of the present function; the caller takes it back by restoring nsymbol and the slot mark. */
uint16_t scope_declare(struct parser *p, const char *name, bool item);
void scope_key(struct parser *p, const char *name);
/* The longest known name of several parts at AT that takes more than LEAST bytes, or NULL; MEMBERS: after a point. */
const char *scope_longest(const struct parser *p, size_t at, size_t least, bool members, size_t *took);
struct node *scope_resolve(struct parser *p, const char *name, size_t at);

/* ---- type.c ---- */
const struct feel_type *parse_type(struct parser *p);

#endif
