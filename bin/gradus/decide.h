/* bin/gradus/decide.h - gradus decide: one question, where it is answered, and its reply. */
#ifndef GRADUS_DECIDE_H
#define GRADUS_DECIDE_H

#include "base/json.h"
#include "cmd.h"
#include "model/dmn/dmn.h"

enum {
    LIMIT_DECIDE_LINE = 64 << 20,  /* bytes of a request, of --input-file, of a reply */
    LIMIT_DECIDE_NAMES = 1000,     /* names of several words in the inputs' contexts */
    LIMIT_DECIDE_REPEAT = 10000000 /* rounds of one request */
};

/* One run of the command. */
struct decide {
    struct feel_limits feel;
    struct dmn_limits dmn;
    bool explain;
};

/* What is asked: an expression or unary tests. */
struct decide_question {
    const char *text;
    enum feel_form form;
    const struct json *tested; /* "?" of unary tests; NULL = null */
    const struct json *inputs; /* an object; NULL = none */
    uint64_t repeat;           /* 0: once, and nobody measures */
};

struct decide_reply {
    struct val value;
    const char *error;           /* the first thing that went wrong; NULL = nothing did */
    const struct dmn_note *note; /* all of them */
    int64_t took;                /* nanoseconds of one evaluation */
    int64_t ns, compile_ns;      /* with repeat: hundredths of a nanosecond of processor time, means */
};

/* What decide_rounds() repeats: one evaluation into MEM. */
typedef enum err decide_round(void *arg, struct arena *mem);

/* Runs ROUND once, or as often as asked, and takes the time; all but the last round's memory is taken back. */
enum err decide_rounds(const struct decide_question *q, struct decide_reply *r, struct arena *mem, decide_round *round,
                       void *arg) CHECKED;

/* Answers an expression. A text that is no FEEL is a reply with an error. E_INPUT: the inputs; E_FUEL, E_TOOBIG: a limit. */
enum err decide_feel(const struct decide *d, const struct decide_question *q, struct arena *mem,
                     struct decide_reply *r) CHECKED;

/* Serves requests from stdin until it ends. E_IO when nobody reads the replies. */
enum err decide_batch(struct cmd *c, const struct decide *d) CHECKED;

#endif
