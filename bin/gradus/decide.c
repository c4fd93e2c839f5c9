/* bin/gradus/decide.c - gradus decide: the words of the command, one question at a shell.
 *
 * For     people and scripts that want one value; --batch serves programs.
 * Owns    the options, the limits' names, the exit codes.
 * Never   prints anything but what was asked for on stdout.
 * Holds   exit 0 a value, 1 null because of an error, 2 a wrong call, 3 no readable model, 4 no such element in it, 5 a limit was
 * met. */
#include "decide.h"

#include <stdio.h>
#include <string.h>

#include "model/feel/typed.h"

enum { EXIT_NULL = 1, EXIT_CALL = 2, EXIT_MODEL = 3, EXIT_ELEMENT = 4, EXIT_LIMIT = 5 };

/* ---- limits ---- */

struct limit {
    const char *name;
    size_t at;
    enum { LIMIT_U32, LIMIT_U64, LIMIT_SIZE, LIMIT_I64 } kind;
};

/* clang-format off */
static const struct limit limits[] = {
  {"steps",    offsetof(struct decide, feel.steps),   LIMIT_U64 },
  {"depth",    offsetof(struct decide, feel.depth),   LIMIT_U32 },
  {"bytes",    offsetof(struct decide, feel.bytes),   LIMIT_SIZE},
  {"list",     offsetof(struct decide, feel.list),    LIMIT_U32 },
  {"string",   offsetof(struct decide, feel.string),  LIMIT_U32 },
  {"time",     offsetof(struct decide, feel.time),    LIMIT_I64 },
  {"match",    offsetof(struct decide, feel.match),   LIMIT_U32 },
  {"heap",     offsetof(struct decide, feel.heap),    LIMIT_U32 },
  {"file",     offsetof(struct decide, dmn.bytes),    LIMIT_SIZE},
  {"xml",      offsetof(struct decide, dmn.xml),      LIMIT_U32 },
  {"elements", offsetof(struct decide, dmn.elements), LIMIT_U32 },
  {"rules",    offsetof(struct decide, dmn.rules),    LIMIT_U32 },
  {"columns",  offsetof(struct decide, dmn.columns),  LIMIT_U32 },
  {"nesting",  offsetof(struct decide, dmn.depth),    LIMIT_U32 },
};
/* clang-format on */

static bool limit_set(struct decide *d, const struct limit *l, uint64_t v)
{
    void *at = (char *)d + l->at;

    switch (l->kind) {
    case LIMIT_U32:
        *(uint32_t *)at = (uint32_t)v;
        return v <= UINT32_MAX;
    case LIMIT_U64:
        *(uint64_t *)at = v;
        return true;
    case LIMIT_SIZE:
        *(size_t *)at = (size_t)v;
        return v <= SIZE_MAX;
    case LIMIT_I64:
        *(int64_t *)at = (int64_t)v;
        return v <= INT64_MAX;
    }
    return false;
}

/* NAME=NUMBER */
static enum err limit_read(struct decide *d, const char *word)
{
    const char *equals = strchr(word, '=');
    size_t n = equals != NULL ? (size_t)(equals - word) : 0;
    uint64_t v;

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        if (n == 0 || strlen(limits[i].name) != n || strncmp(limits[i].name, word, n) != 0)
            continue;
        if (!text_u64(equals + 1, &v) || !limit_set(d, &limits[i], v))
            return fail(E_INPUT, "--limits: '%s' has no number that fits", word);
        return OK;
    }
    return fail(E_INPUT, "--limits: '%s' is not NAME=NUMBER with a name of gradus(1)", word);
}

static enum err limits_read(struct cmd *c, struct decide *d)
{
    const char *list = cmd_option(c, "--limits");

    while (list != NULL) {
        const char *comma = strchr(list, ',');
        size_t n = comma != NULL ? (size_t)(comma - list) : strlen(list);
        TRY(limit_read(d, arena_strndup(c->mem, list, n)));
        list = comma != NULL ? comma + 1 : NULL;
    }
    return OK;
}

/* ---- one question ---- */

static enum err json_option(struct cmd *c, const char *name, const struct json **out)
{
    const char *text = cmd_option(c, name);

    return text != NULL ? json_read(c->mem, name, text, strlen(text), out) : OK;
}

static enum err read_inputs(struct cmd *c, struct decide_question *q)
{
    const char *file = cmd_option(c, "--input-file");
    struct span text;

    TRY(json_option(c, "--input", &q->inputs));
    if (file != NULL && q->inputs != NULL)
        return fail(E_INPUT, "give --input or --input-file");
    if (file != NULL) {
        TRY(cmd_read_file(c->mem, file, LIMIT_DECIDE_LINE, &text));
        TRY(json_read(c->mem, file, text.p, text.n, &q->inputs));
    }
    return OK;
}

static void tell(const struct decide_question *q, const struct decide_reply *r, struct arena *mem)
{
    for (const struct dmn_note *n = r->note; n != NULL; n = n->next) {
        fprintf(stderr, "%s:%d:%d: ", q->model != NULL ? q->model : "expression", n->line, n->column);
        if (n->element[0] != '\0')
            fprintf(stderr, "%s%s%s: ", n->element, n->part[0] != '\0' ? ", " : "", n->part);
        fprintf(stderr, "%s\n", n->message);
    }
    for (const struct dmn_hit *h = r->hit; h != NULL; h = h->next)
        fprintf(stderr, "%s: %s\n", dmn_at(r->model, h->element)->name, dmn_words(mem, r->model, h));
}

static enum err print(struct cmd *c, const struct decide_question *q, const struct decide_reply *r)
{
    struct buf b = buf_new(c->mem, LIMIT_DECIDE_LINE);
    bool first = true;

    tell(q, r, c->mem);
    if (r->explained) {
        buf_char(&b, '{');
        TRY(decide_reply_members(&b, &first, r, c->mem));
        buf_char(&b, '}');
    } else
        TRY(typed_write(&b, r->value));
    TRY(buf_done(&b));
    printf("%s\n", buf_text(&b));
    if (r->error != NULL && r->value.tag == VAL_NULL)
        c->exit = EXIT_NULL;
    return OK;
}

static enum err expression(struct cmd *c, const struct decide *d, struct decide_question *q)
{
    struct decide_reply r;

    TRY(json_option(c, "--value", &q->tested));
    TRY(read_inputs(c, q));
    TRY(cmd_no_more(c));
    TRY(decide_feel(d, q, c->mem, &r));
    return print(c, q, &r);
}

static enum err read_imports(struct cmd *c, struct decide_question *q)
{
    const char **path = ARENA_NEW_N(c->mem, const char *, LIMIT_DECIDE_IMPORTS), *next;

    for (q->import = path; (next = cmd_option(c, "--import")) != NULL; path[q->n_import++] = next)
        if (q->n_import == LIMIT_DECIDE_IMPORTS)
            return fail(E_INPUT, "at most %d imports", LIMIT_DECIDE_IMPORTS);
    return OK;
}

static enum err list(struct cmd *c, const struct decide *d, const struct decide_question *q)
{
    struct buf b = buf_new(c->mem, LIMIT_DECIDE_LINE);

    TRY(decide_list(d, q, &b));
    fputs(buf_text(&b), stdout);
    return OK;
}

static enum err element(struct cmd *c, const struct decide *d, struct decide_question *q)
{
    const char *bkm = cmd_option(c, "--bkm");
    struct decide_reply r;

    q->node = cmd_option(c, "--decision");
    q->service = cmd_option(c, "--service");
    bool is_list = cmd_flag(c, "--list");
    TRY(read_imports(c, q));
    TRY(read_inputs(c, q));
    if (c->argc != 1 || is_list + (bkm != NULL) + (q->node != NULL || q->service != NULL) != 1)
        return fail(E_INPUT, "give one model and --decision, --service, --bkm or --list; see gradus(1)");
    q->model = c->argv[0];
    if (is_list)
        return list(c, d, q);
    q->kind = bkm != NULL ? ASK_KNOWLEDGE : q->service != NULL ? ASK_SERVICE : ASK_DECISION;
    if (bkm != NULL)
        q->node = bkm;
    TRY(decide_model(d, q, c->mem, &r));
    return print(c, q, &r);
}

static enum err run(struct cmd *c, struct decide *d)
{
    struct decide_question q = {.form = FEEL_EXPRESSION};
    const char *unary;

    TRY(limits_read(c, d));
    d->explain = cmd_flag(c, "--explain");
    if (cmd_flag(c, "--batch")) {
        TRY(cmd_no_more(c));
        return decide_batch(c, d);
    }
    q.text = cmd_option(c, "--feel");
    unary = cmd_option(c, "--unary");
    if (q.text != NULL && unary != NULL)
        return fail(E_INPUT, "give --feel or --unary");
    if (unary != NULL) {
        q.text = unary;
        q.form = FEEL_UNARY_TESTS;
    }
    return q.text != NULL ? expression(c, d, &q) : element(c, d, &q);
}

static int exit_of(enum err e)
{
    if (e == E_FUEL || e == E_TOOBIG)
        return EXIT_LIMIT;
    return e == E_FINDINGS ? EXIT_MODEL : e == E_NOTFOUND ? EXIT_ELEMENT : EXIT_CALL;
}

enum err cmd_decide(struct cmd *c)
{
    struct decide d = {.feel = feel_limits_default, .dmn = dmn_limits_default, .models = decide_models_new(c->mem)};
    enum err e = run(c, &d);

    decide_models_end(d.models);
    if (e != OK) {
        fprintf(stderr, "gradus decide: %s\n", trouble()->text);
        c->exit = exit_of(e);
    }
    return OK;
}
