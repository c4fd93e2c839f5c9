/* bin/gradus/operate.c - gradus operate: what operators may do to running instances.
 *
 * For     an operator at a terminal: look at the tokens, suspend, move, skip, migrate.
 * Owns    the words of the command.
 * Never   decides whether it is possible: that is the machine's.
 * Holds   each is one unit with its event in the trail, or is refused and nothing is changed. */
#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "cmd.h"
#include "flow/flow.h"

enum { LIMIT_PAIRS = 1000 };

/* One operation, its words read. */
struct operation {
    struct flow_place place;
    uint64_t incident;
    const char *code;
    struct val vars;
    struct flow_migration migration;
    struct flow_picture picture;
};

struct verb {
    const char *name, *words;
    enum err (*read)(struct cmd *c, struct operation *o);
    enum err (*run)(struct unit *u, struct operation *o);
    bool incident; /* its first word is an incident, not an instance */
    enum unit_mode mode;
};

static enum err word(struct cmd *c, const char *what, const char **out)
{
    if (c->argc == 0)
        return fail(E_INPUT, "give %s", what);
    *out = c->argv[0];
    c->argc--;
    c->argv++;
    return OK;
}

static enum err number(struct cmd *c, const char *what, uint64_t *out)
{
    const char *text = "";

    TRY(word(c, what, &text));
    return text_u64(text, out) ? OK : fail(E_INPUT, "'%s' is no number: give %s", text, what);
}

static enum err read_token(struct cmd *c, struct operation *o)
{
    uint64_t n;

    TRY(number(c, "the number of a token, see gradus operate show", &n));
    if (n > UINT32_MAX)
        return fail(E_INPUT, "there is no token %" PRIu64, n);
    o->place.token = (uint32_t)n;
    return OK;
}

static enum err read_place(struct cmd *c, struct operation *o)
{
    TRY(read_token(c, o));
    return word(c, "the id of a node", &o->place.node);
}

static enum err read_node(struct cmd *c, struct operation *o)
{
    TRY(word(c, "the id of a node", &o->place.node));
    return c->argc > 0 ? read_token(c, o) : OK;
}

static enum err read_vars(struct cmd *c, struct operation *o)
{
    return cmd_values(c, &o->vars);
}

/* [TOKEN] name=value ... */
static enum err read_set(struct cmd *c, struct operation *o)
{
    if (c->argc > 0 && strchr(c->argv[0], '=') == NULL)
        TRY(read_token(c, o));
    return read_vars(c, o);
}

static enum err read_raise(struct cmd *c, struct operation *o)
{
    TRY(read_token(c, o));
    TRY(word(c, "the code", &o->code));
    return read_vars(c, o);
}

static enum err read_migration(struct cmd *c, struct operation *o)
{
    struct flow_pair *pair = ARENA_NEW_N(c->mem, struct flow_pair, LIMIT_PAIRS);
    struct findings *f = ARENA_NEW(c->mem, struct findings);

    *f = findings_new(c->mem);
    o->migration.findings = f;
    o->migration.pair = pair;
    o->migration.dry = cmd_flag(c, "--dry");
    TRY(number(c, "the number of a definition", &o->migration.definition));
    for (; c->argc > 0 && o->migration.n_pair < LIMIT_PAIRS; c->argc--, c->argv++) {
        const char *equals = strchr(c->argv[0], '=');
        if (equals == NULL)
            return fail(E_INPUT, "'%s' is no pair OLD=NEW of node ids", c->argv[0]);
        pair[o->migration.n_pair++] =
            (struct flow_pair){arena_strndup(c->mem, c->argv[0], (size_t)(equals - c->argv[0])), equals + 1};
    }
    return OK;
}

static enum err show(struct unit *u, struct operation *o)
{
    return flow_picture(u, o->place.inst, &o->picture);
}

static enum err suspend(struct unit *u, struct operation *o)
{
    return flow_suspend(u, o->place.inst, o->place.why);
}

static enum err resume(struct unit *u, struct operation *o)
{
    return flow_resume(u, o->place.inst, o->place.why);
}

static enum err move(struct unit *u, struct operation *o)
{
    return flow_move(u, &o->place);
}

static enum err add(struct unit *u, struct operation *o)
{
    return flow_add(u, &o->place);
}

static enum err drop(struct unit *u, struct operation *o)
{
    return flow_drop(u, &o->place);
}

static enum err activate(struct unit *u, struct operation *o)
{
    return flow_activate(u, &o->place);
}

static enum err set(struct unit *u, struct operation *o)
{
    return flow_vars(u, o->place.inst, o->place.token, o->vars, o->place.why);
}

static enum err retry(struct unit *u, struct operation *o)
{
    return flow_retry_with(u, o->incident, o->vars);
}

static enum err skip(struct unit *u, struct operation *o)
{
    return flow_skip(u, o->incident, o->vars, o->place.why);
}

static struct flow_raise raise_of(const struct operation *o)
{
    return (struct flow_raise){
        .inst = o->place.inst, .token = o->place.token, .code = o->code, .vars = o->vars, .why = o->place.why};
}

static enum err error(struct unit *u, struct operation *o)
{
    struct flow_raise r = raise_of(o);

    return flow_error(u, &r);
}

static enum err escalation(struct unit *u, struct operation *o)
{
    struct flow_raise r = raise_of(o);

    return flow_escalation(u, &r);
}

static enum err migrate(struct unit *u, struct operation *o)
{
    *o->migration.findings = findings_new(u->mem); /* a unit may be tried again */
    o->migration.inst = o->place.inst;
    o->migration.why = o->place.why;
    return flow_migrate(u, &o->migration);
}

/* clang-format off */
static const struct verb verbs[] = {
 /* name        words                                read            run       incident */
  {"show",     "INSTANCE",                          NULL,           show,     false, UNIT_RO},
  {"suspend",  "INSTANCE",                          NULL,           suspend,  false, UNIT_RW},
  {"resume",   "INSTANCE",                          NULL,           resume,   false, UNIT_RW},
  {"move",     "INSTANCE TOKEN NODE",               read_place,     move,     false, UNIT_RW},
  {"add",      "INSTANCE NODE [TOKEN]",             read_node,      add,      false, UNIT_RW},
  {"drop",     "INSTANCE TOKEN",                    read_token,     drop,     false, UNIT_RW},
  {"activate", "INSTANCE TOKEN NODE",               read_place,     activate, false, UNIT_RW},
  {"set",      "INSTANCE [TOKEN] NAME=VALUE...",    read_set,       set,      false, UNIT_RW},
  {"error",    "INSTANCE TOKEN CODE [NAME=VALUE...]", read_raise,   error,    false, UNIT_RW},
  {"escalation", "INSTANCE TOKEN CODE [NAME=VALUE...]", read_raise, escalation, false, UNIT_RW},
  {"retry",    "INCIDENT [NAME=VALUE...]",          read_vars,      retry,    true,  UNIT_RW},
  {"skip",     "INCIDENT [NAME=VALUE...]",          read_vars,      skip,     true,  UNIT_RW},
  {"migrate",  "INSTANCE DEFINITION [OLD=NEW...] [--dry]", read_migration, migrate, false, UNIT_RW},
};
/* clang-format on */

static enum err usage(void)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        fprintf(stderr, "  gradus operate %-10s %s [--why TEXT]\n", verbs[i].name, verbs[i].words);
    return fail(E_INPUT, "say what to do");
}

static const struct verb *find(const char *name)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

struct call {
    const struct verb *verb;
    struct operation *o;
};

static enum err run(struct unit *u, void *arg)
{
    struct call *call = arg;

    return call->verb->run(u, call->o);
}

static void print(const struct operation *o)
{
    for (size_t i = 0; i < o->picture.n; i++)
        printf("token %" PRIu32 " %s at %s\n", o->picture.mark[i].token, o->picture.mark[i].what, o->picture.mark[i].node);
    for (const struct finding *f = o->migration.findings != NULL ? o->migration.findings->first : NULL; f != NULL; f = f->next)
        printf("%s: %s\n", f->rule, f->message);
}

enum err cmd_operate(struct cmd *c)
{
    const char *why = cmd_option(c, "--why");
    struct operation o = {.place = {.why = why != NULL ? why : ""}, .vars = val_null()};
    struct call call = {.o = &o};
    struct unit_conf uc;

    call.verb = c->argc > 0 ? find(c->argv[0]) : NULL;
    if (call.verb == NULL)
        return usage();
    c->argc--;
    c->argv++;
    TRY(call.verb->incident ? number(c, "the number of an incident", &o.incident)
                            : number(c, "the number of an instance", &o.place.inst));
    if (call.verb->read != NULL)
        TRY(call.verb->read(c, &o));
    TRY(cmd_no_more(c));
    TRY(cmd_open(c, "cli", &uc));
    enum err e = cmd_unit(c, &uc, call.verb->mode, run, &call);
    print(&o);
    if (e == OK && call.verb->mode == UNIT_RW)
        printf("%s: %s\n", call.verb->name, o.migration.dry ? "nothing stands in the way" : "done");
    return e;
}
