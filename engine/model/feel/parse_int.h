/* engine/model/feel/parse_int.h - the parser's state, shared by parse.c, scope.c and the type grammar. */
#ifndef MODEL_FEEL_PARSE_INT_H
#define MODEL_FEEL_PARSE_INT_H

#include "model/feel/box.h"

/* A local variable in reach: a parameter, a loop variable, an entry of the context being read. An item of a filter (ITEM) may
 * bring names of its own, which are known only when the filter runs. */
struct symbol {
    const char *name;
    uint16_t slot, level; /* level: in how many functions it was written */
    bool item;
};

enum { FEEL_NODES_BYTE = 4, FEEL_NODES = 1000, LIMIT_FEEL_LEVELS = 64, LIMIT_FEEL_SLOTS = 4096, LIMIT_FEEL_PARAMS = 64 };

struct opened;

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
    size_t nodes;       /* that may still be made */
    bool no_filter;     /* in the upper end of a range: '[' may close it */
    bool input;         /* "?" was read */
    struct node *ready; /* a first operand that was read already, which primary() answers */
    enum err err;
    struct feel_error error;
    const struct feel_types *types;    /* item definitions; NULL = none */
    const struct feel_source *source;  /* of the text being read; NULL = the program's own */
    struct box_broken *broken, **last; /* texts that could not be read */
    struct node *overflow;             /* the fault that stands for all when boxes declare too much */
    feel_handler *external;            /* evaluates the body of an external function; NULL = none is called */
    struct opened *opened;             /* functions whose bodies are being read, innermost first */
};

/* Kids that are gathered one by one. */
struct kids {
    struct node **node;
    const char **name;
    uint32_t n, cap;
};

/* A function whose body is being read. */
struct opened {
    struct opened *around;
    size_t symbols;
    struct kids params;
    const struct feel_type **types; /* room for all parameters and the result */
};

/* ---- parse_node.c ---- */
void parse_fail(struct parser *p, size_t at, const char *message);
void parse_expected(struct parser *p, const char *what);
void parse_next(struct parser *p);
/* Continues at byte AT. */
void parse_seek(struct parser *p, size_t at);
bool parse_accept(struct parser *p, enum token_kind kind);
bool parse_expect(struct parser *p, enum token_kind kind, const char *what);
bool parse_word_is(const struct parser *p, const char *word);
bool parse_accept_word(struct parser *p, const char *word);
struct node *parse_new(struct parser *p, enum node_kind kind, size_t at, uint32_t kids);
struct node *parse_literal(struct parser *p, size_t at, struct val v);
/* Null with the note MESSAGE. */
struct node *parse_fault(struct parser *p, size_t at, const char *message);
void parse_add(struct parser *p, struct kids *k, const char *name, struct node *node);
struct node *parse_kids(struct parser *p, enum node_kind kind, size_t at, const struct kids *k);
/* A new node over A and B (B may be NULL), unless the tree grows too high. */
struct node *parse_over(struct parser *p, enum node_kind kind, size_t at, struct node *a, struct node *b);
bool parse_deeper(struct parser *p);

/* ---- parse.c ---- */
struct node *parse_expression(struct parser *p);
/* One test behind "in" or of unary tests: "< 10", a range, an expression. */
struct node *parse_test(struct parser *p);
/* A function: its parameters are declared between open and close, its body is read there too. */
bool parse_function_open(struct parser *p, size_t at);
void parse_param(struct parser *p, const char *name, const struct feel_type *type);
struct node *parse_function_close(struct parser *p, size_t at, struct node *body, const struct feel_type *result);

/* ---- feel.c ---- */
/* The whole of TEXT, which must live as long as the program; NULL if it is broken (p->error, p->err). */
struct node *parse_text(struct parser *p, const char *text, enum feel_form form);

/* ---- scope.c ---- */
/* Declares NAME in a new slot of the present function; the caller takes it back by restoring nsymbol and the slot mark. */
uint16_t scope_declare(struct parser *p, const char *name, bool item);
void scope_key(struct parser *p, const char *name);
/* The longest known name of several parts at AT that takes more than LEAST bytes, or NULL; MEMBERS: after a point. */
const char *scope_longest(const struct parser *p, size_t at, size_t least, bool members, size_t *took);
struct node *scope_resolve(struct parser *p, const char *name, size_t at);
/* What "?" means here. */
struct node *scope_tested(struct parser *p, size_t at);

/* ---- type.c ---- */
const struct feel_type *parse_type(struct parser *p);

#endif
