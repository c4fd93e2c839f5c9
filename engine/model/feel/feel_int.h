/* engine/model/feel/feel_int.h - the inside of a program: nodes, names, the state of one evaluation. */
#ifndef MODEL_FEEL_FEEL_INT_H
#define MODEL_FEEL_FEEL_INT_H

#include "base/text.h"
#include "model/feel/feel.h"
#include "model/feel/value_int.h"

enum {
    LIMIT_FEEL_TEXT = 64 * 1024, /* bytes of an expression */
    LIMIT_FEEL_NESTING = 200,    /* brackets and operators inside each other while parsing */
    LIMIT_FEEL_HEIGHT = 1000,    /* of the tree: a chain like a + b + c ... grows here */
    LIMIT_FEEL_STACK = 4000,     /* summed heights of the function bodies being evaluated: bounds the C stack */
    LIMIT_FEEL_NAMES = 1000,     /* variables in scope at one place, and variables read by a program */
    LIMIT_FEEL_NOTES = 20
};

/* ---- tokens ---- */

enum token_kind {
    T_END,
    T_BAD,
    T_NUMBER,
    T_STRING,
    T_WORD,
    T_PLUS,
    T_MINUS,
    T_STAR,
    T_SLASH,
    T_POWER,
    T_EQ,
    T_NE,
    T_LT,
    T_LE,
    T_GT,
    T_GE,
    T_LPAREN,
    T_RPAREN,
    T_LBRACKET,
    T_RBRACKET,
    T_LBRACE,
    T_RBRACE,
    T_COMMA,
    T_COLON,
    T_DOT,
    T_DOTS,
    T_ARROW,
    T_AT,
    T_QUOTE, /* part of a name, nothing else */
    /* words that are never names */
    T_AND,
    T_BETWEEN,
    T_ELSE,
    T_EVERY,
    T_EXTERNAL,
    T_FALSE,
    T_FOR,
    T_FUNCTION,
    T_IF,
    T_IN,
    T_INSTANCE,
    T_NULL,
    T_OF,
    T_OR,
    T_RETURN,
    T_SATISFIES,
    T_SOME,
    T_THEN,
    T_TRUE
};

struct token {
    enum token_kind kind;
    uint32_t at, end;    /* bytes in the text */
    const char *trouble; /* T_BAD */
};

/* The token that begins at or after AT, past white space and comments. */
struct token lex_next(const char *text, size_t len, size_t at);
size_t lex_blank(const char *text, size_t len, size_t at);
bool lex_name_start(uint32_t cp);
bool lex_name_part(uint32_t cp);
/* Bytes of the identifier at AT; 0 if there is none. */
size_t lex_word(const char *text, size_t len, size_t at);
/* Does NAME stand at AT? The bytes that it takes, else 0. Blanks around signs count on neither side. */
size_t lex_match(const char *text, size_t len, size_t at, const char *name);
/* TEXT[0..N) with runs of white space made one blank and blanks around operators removed. */
const char *lex_normal(struct arena *mem, const char *text, size_t n);
/* The value of a string literal with its quotes; NULL if an escape is malformed. */
const char *lex_unquote(struct arena *mem, const char *text, size_t n, size_t *out);

/* ---- types (10.3.2.9) ---- */

enum type_kind { TYPE_ANY, TYPE_NULL, TYPE_KIND, TYPE_LIST, TYPE_CONTEXT, TYPE_RANGE, TYPE_FUNCTION, TYPE_UNKNOWN };

struct feel_type {
    enum type_kind kind;
    enum val_tag tag; /* TYPE_KIND */
    uint32_t n;
    const struct feel_type *const *of; /* element; members; parameters, then the result */
    const char *const *name;           /* members */
    const char *label;                 /* for messages: the name of the item definition; NULL = the kind says it */
    const struct feel_prog *allowed; /* unary tests that a value must pass; NULL = any. They count where a value is handed over
                                          (eval_coerce), not in "instance of" */
    bool limited;                    /* ALLOWED is there, here or in a part of the type */
};

bool type_has(const struct feel_type *t, struct val v);
/* V as T wants it: itself, the only element of a list, a list of it, of a date its midnight at UTC; false if it does not fit
 * (10.3.2.9.4). Null fits everywhere. */
bool type_coerce(struct arena *mem, const struct feel_type *t, struct val *v);
/* "number", "list<string>", "tLoan". */
const char *type_words(struct arena *mem, const struct feel_type *t);

/* ---- programs ---- */

struct frame;
struct node;
struct builtin;
struct regex_memo;
typedef struct val feel_handler(const struct node *n, struct frame *f);

enum node_kind {
    N_LITERAL,
    N_LOCAL,
    N_OUTER,
    N_GLOBAL,
    N_ELEMENT, /* of the decision model: slot is its number */
    N_FAULT,   /* null and the note NAME: an unknown name (op 1), a text that could not be read */
    N_MEMBER_OR,
    N_BUILTIN,
    N_PATH,
    N_NEGATE,
    N_ARITHMETIC,
    N_COMPARE,
    N_AND,
    N_OR,
    N_IF,
    N_BETWEEN,
    N_IN,
    N_LIST,
    N_CONTEXT,
    N_RANGE,
    N_FILTER,
    N_SPAN,
    N_FOR,
    N_QUANTIFIED,
    N_FUNCTION,
    N_CALL,
    N_CALL_BUILTIN,
    N_INSTANCE,
    N_TYPED, /* kid[0] as types[0] wants it, else null and a note that calls it NAME */
    N_TESTS, /* kid[0]: what is tested; the others: tests, names[i] set = a condition, else something to compare with; op: not(...) */
    N_HANDLED, /* a handler from outside, with data */
    N_COUNT
};

struct node {
    feel_handler *ev;
    uint8_t kind, op;
    uint16_t slot;  /* N_LOCAL, N_OUTER: where; N_GLOBAL, N_ELEMENT: which; contexts, loops, filters: their first; N_FUNCTION:
                       slots around it; N_RANGE: bit 0 start included, bit 1 end included */
    uint16_t level; /* N_OUTER: functions to go out; N_FUNCTION: slots of the body; N_FOR: the slot of "partial" */
    uint16_t height;
    uint32_t at; /* in the text */
    uint32_t n;  /* kids */
    struct node **kid;
    struct val value; /* N_LITERAL */
    const char
        *name; /* N_PATH, N_GLOBAL, N_ELEMENT, N_MEMBER_OR, N_TYPED; N_FAULT: the message; N_CALL_BUILTIN: the types of the
                                             signature that named arguments chose, NULL = any of them */
    const char *const *names; /* keys, parameters, named arguments */
    const struct builtin *builtin;
    const struct feel_type *const
        *types;                       /* N_INSTANCE, N_TYPED: one; N_FUNCTION: one a parameter, then the result; NULL = Any */
    const struct feel_source *source; /* NULL = the text of the program */
    const void *data;                 /* of a handler from outside (box_handled) */
};

struct feel_prog {
    const char *text;
    struct node *root;
    enum feel_form form;
    const char **use;
    size_t nuse;
    uint16_t slots;
    uint16_t tested; /* FEEL_UNARY_TESTS: the slot of "?" */
};

/* ---- built-ins: rows of builtin.def ---- */

typedef struct val feel_builtin(struct frame *f, const struct node *at, struct val *arg, unsigned n);

struct builtin {
    const char *name;
    const char *params; /* "string,start position,length"; further signatures after '|'; a last "..." takes any number */
    const char *types;  /* a letter a parameter, see call.c; signatures after '|' */
    uint8_t least;      /* arguments of the first signature that must be there */
    bool pure;          /* may be computed when compiling */
    feel_builtin *run;
};

extern const struct builtin feel_builtins[];
extern const size_t feel_nbuiltins;

const struct builtin *builtin_find(const char *name);
/* Positions for arguments NAMES[0..N) in one of the signatures; false if they fit none. POS[i] is where argument i goes. */
bool builtin_place(const struct builtin *b, const char *const *names, unsigned n, unsigned *pos, unsigned *count);
/* Can B be called with N arguments? */
bool builtin_takes(const struct builtin *b, unsigned n);
/* Puts the named arguments of an N_CALL_BUILTIN in the order of its parameters. */
void builtin_order(struct arena *mem, struct node *n);
/* The call that N is, with its arguments. */
struct val builtin_direct(const struct node *n, struct frame *f, struct val *arg);
/* Checks and converts the arguments, then runs. */
struct val builtin_call(const struct builtin *b, struct frame *f, const struct node *at, struct val *arg, unsigned n);

/* ---- evaluation ---- */

enum { BUILTIN_ARGS = 8, LOCAL_SLOTS = 24, LOCAL_GLOBALS = 24, STEP_BATCH = 256 };
/* What the look-up of a named time zone costs in steps: it reads a file; and a logarithm, whose digits are many. */
enum { STEPS_ZONE = 50, STEPS_POWER = 20 };

struct state {
    struct arena *mem;
    const struct feel_env *env;
    const struct feel_limits *limits;
    int32_t until;  /* steps to the next look at the limits */
    uint64_t steps; /* left beyond those */
    uint32_t depth, stack;
    int64_t deadline; /* of the monotonic clock; 0 = none */
    size_t base;      /* arena bytes at the start */
    enum err err;
    const char *trouble;
    struct val *global;
    uint8_t *known;
    struct feel_note *note, *last_note;
    unsigned notes;
    struct regex_memo *regex; /* patterns that were computed; NULL before the first */
    struct feel_world *world; /* NULL outside of a decision model */
    struct dmn_trace *trace;  /* where decision tables leave what they found; NULL = nobody asks */
};

/* The elements of a decision model while it is evaluated: their values as far as they are known, and who works out the others. A
 * decision service has a world of its own. */
struct feel_world {
    struct val *value;
    uint8_t *known; /* 1 = VALUE is it */
    struct val (*element)(struct feel_world *w, struct frame *f, const struct node *at, uint16_t element);
};

/* A function that is not written in FEEL: a decision service, an allowed external function. Arguments are checked against TYPES
 * before RUN sees them. */
struct feel_native {
    const char *name;
    uint32_t n;
    const char *const *params;
    const struct feel_type *const *types;
    struct val (*run)(struct frame *f, const struct node *at, const struct val_function *self, struct val *arg);
    const void *data;
};

struct frame {
    struct state *s;
    struct val *slot;
    const struct frame *outer; /* of the function that this one was written in */
};

struct val_function {
    const struct builtin *builtin; /* or */
    const struct node *node;
    const struct frame *outer;
    const struct feel_native *native; /* or */
    struct feel_world *world;         /* where the elements live that its body reads */
};

feel_handler *eval_handler(enum node_kind kind);

/* By its form N answers true, false or null, whatever the values in it are. */
static inline bool node_is_condition(const struct node *n)
{
    return n->kind == N_COMPARE || n->kind == N_AND || n->kind == N_OR || n->kind == N_BETWEEN || n->kind == N_IN ||
           n->kind == N_QUANTIFIED || n->kind == N_INSTANCE;
}

/* Ends the evaluation with an error; answers null. */
struct val eval_stop(struct state *s, enum err e, const char *what);
bool eval_refill(struct state *s);
/* Remembers why something is null; answers null. */
struct val eval_note(struct frame *f, const struct node *n, const char *message);
struct val eval_notef(struct frame *f, const struct node *n, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Counts N further steps of work; false when they are used up. */
bool eval_charge(struct state *s, uint64_t n);
/* SIZE bytes within the limit, or NULL and the error is set. */
void *eval_alloc(struct state *s, size_t size);
struct val eval_call(struct frame *f, const struct node *at, struct val fn, struct val *arg, unsigned n);
/* type_coerce(), and the value passes what the type allows; T NULL takes anything. */
bool eval_coerce(struct frame *f, const struct feel_type *t, struct val *v);
/* NATIVE as a function value of the world W. */
struct val eval_native(struct state *s, const struct feel_native *native, struct feel_world *w);
/* Is V what the test value T asks for: in a list or range, else equal? */
struct val eval_test(struct frame *f, struct val v, struct val t);
struct val eval_path(struct frame *f, const struct node *n, struct val v, const char *name);
/* arithmetic.c: A op B, -V */
struct val eval_arithmetic(struct frame *f, const struct node *n, enum token_kind op, struct val a, struct val b);
struct val eval_negate(struct frame *f, const struct node *n, struct val v);
/* A string of at most limits->string bytes, else E_TOOBIG. */
struct val eval_string(struct state *s, const char *p, size_t n);
char *eval_string_room(struct state *s, size_t n);

static inline struct val eval_node(const struct node *n, struct frame *f)
{
    if (__builtin_expect(--f->s->until < 0, 0) && !eval_refill(f->s))
        return val_null();
    return n->ev(n, f);
}

/* A list being built within the limits. */
struct vec {
    struct val *items;
    uint32_t n, cap;
    uint64_t weight;
    uint8_t depth;
};

bool vec_push(struct state *s, struct vec *v, struct val item);
struct val vec_list(struct state *s, struct vec *v);
struct val eval_list_of(struct state *s, const struct val *items, size_t n);

/* ---- state.c: one evaluation, which may run several programs ----
 *
 * state_begin(), then any number of eval_program(), then state_end(). Whoever has a world sets s->world in between. */

void state_begin(struct state *s, const struct feel_env *env, struct arena *mem);
/* Runs P in a new frame, as deep in the stack as the programs it was called from; unary tests test env->input. */
struct val eval_program(struct state *s, const struct feel_prog *p);
/* The same for unary tests, on a value of their own. */
struct val eval_tested(struct state *s, const struct feel_prog *p, struct val input);
/* What the evaluation came to: *OUT becomes null if a limit was met, and the message says in TEXT (shortened) it was. */
enum err state_end(struct state *s, const char *text, struct val *out, struct feel_note **notes) CHECKED;

/* loop.c */
struct val loop_for(const struct node *n, struct frame *f);
struct val loop_quantified(const struct node *n, struct frame *f);

/* compile.c: folds constants and chooses handlers. */
void compile_node(struct arena *mem, struct node *n);

#endif
