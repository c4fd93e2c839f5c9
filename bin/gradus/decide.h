/* bin/gradus/decide.h - gradus decide: one question, where it is answered, and its reply. */
#ifndef GRADUS_DECIDE_H
#define GRADUS_DECIDE_H

#include "base/json.h"
#include "cmd.h"
#include "model/dmn/dmn.h"

enum {
    LIMIT_DECIDE_LINE = 64 << 20,   /* bytes of a request, of --input-file, of a reply */
    LIMIT_DECIDE_NAMES = 1000,      /* names of several words in the inputs' contexts */
    LIMIT_DECIDE_REPEAT = 10000000, /* rounds of one request */
    LIMIT_DECIDE_MODELS = 100,      /* that are kept; the oldest goes */
    LIMIT_DECIDE_IMPORTS = 100
};

struct decide_models; /* those that were read, by path */

/* One run of the command. */
struct decide {
    struct feel_limits feel;
    struct dmn_limits dmn;
    bool explain;
    struct decide_models *models;
};

/* What is asked: an expression or unary tests (TEXT), or an element of a model. */
struct decide_question {
    const char *text;
    enum feel_form form;
    const struct json *tested; /* "?" of unary tests; NULL = null */

    const char *model; /* its path, and those of models that it may import */
    const char *const *import;
    size_t n_import;
    enum { ASK_ANY, ASK_DECISION, ASK_SERVICE, ASK_KNOWLEDGE } kind; /* ASK_ANY: a decision, else a service, else a BKM */
    const char *node;             /* service: its output that is wanted, NULL = the service's own value */
    const char *service;          /* ASK_SERVICE */
    const struct json *namespace; /* name -> namespace of the model whose input data is meant; NULL = whichever */

    const struct json *inputs; /* an object; NULL = none */
    uint64_t repeat;           /* 0: once, and nobody measures */
};

struct decide_reply {
    struct val value;
    const char *error;           /* the first thing that went wrong; NULL = nothing did */
    const struct dmn_note *note; /* all of them */
    int64_t took;                /* nanoseconds of one evaluation */
    int64_t ns, compile_ns;      /* with repeat: hundredths of a nanosecond of processor time, means */
    const struct dmn *model;     /* NULL = an expression */
    bool explained;              /* HIT are the tables that were consulted */
    const struct dmn_hit *hit;
};

/* What decide_rounds() repeats: one evaluation into MEM. */
typedef enum err decide_round(void *arg, struct arena *mem);

/* Runs ROUND once, or as often as asked, and takes the time; all but the last round's memory is taken back. */
enum err decide_rounds(const struct decide_question *q, struct decide_reply *r, struct arena *mem, decide_round *round,
                       void *arg) CHECKED;

/* Answers an expression. A text that is no FEEL is a reply with an error. E_INPUT: the inputs; E_FUEL, E_TOOBIG: a limit. */
enum err decide_feel(const struct decide *d, const struct decide_question *q, struct arena *mem,
                     struct decide_reply *r) CHECKED;

/* Answers a decision, service or BKM. E_FINDINGS: the model cannot be read; E_NOTFOUND: it has no such element; E_INPUT, E_FUEL,
 * E_TOOBIG as above. */
enum err decide_model(const struct decide *d, const struct decide_question *q, struct arena *mem,
                      struct decide_reply *r) CHECKED;

/* What is in a model, as one JSON object. */
enum err decide_list(const struct decide *d, const struct decide_question *q, struct buf *b) CHECKED;

/* The models of a run: at most LIMIT_DECIDE_MODELS, which are released by decide_models_end(). */
struct decide_models *decide_models_new(struct arena *mem);
void decide_models_end(struct decide_models *m);

/* A reply as JSON: its members without braces, for those that put some before them; FIRST as in json_put_name(). */
enum err decide_reply_members(struct buf *b, bool *first, const struct decide_reply *r, struct arena *mem) CHECKED;
/* One of "messages": NULL members are left out; COLUMN counts with PART. */
struct decide_message {
    const char *severity, *node, *rule, *part, *text;
    int line, column;
};
void decide_reply_message(struct buf *b, const struct decide_message *m);
void decide_reply_error(struct buf *b, bool *first, const char *error);

/* Serves requests from stdin until it ends. E_IO when nobody reads the replies. */
enum err decide_batch(struct cmd *c, const struct decide *d) CHECKED;

#endif
