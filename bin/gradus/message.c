/* bin/gradus/message.c - gradus message, signal, offer: what reaches running processes from outside.
 *
 * For     people and programs that tell processes what has happened: a payment came, a host is down.
 * Owns    the words of the three commands.
 * Never   chooses the receiver: that is flow/'s.
 * Holds   each is one unit with its event in the trail of the system; a message that nobody took says so with exit status 1. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "cmd.h"
#include "flow/flow.h"
#include "model/feel/feel.h"
#include "run/lines.h"

enum { LIMIT_WORDS = 1 << 20 };

/* The words that are left, as name=value ...; null if there are none. */
enum err cmd_values(struct cmd *c, struct val *out)
{
    struct buf b = buf_new(c->mem, LIMIT_WORDS);

    for (int i = 0; i < c->argc; i++)
        buf_fmt(&b, "%s%s", i > 0 ? " " : "", c->argv[i]);
    TRY(buf_done(&b));
    c->argc = 0;
    return lines_values(c->mem, clock_now(), buf_text(&b), out);
}

static enum err name_word(struct cmd *c, const char **out)
{
    if (c->argc == 0)
        return fail(E_INPUT, "give the name");
    *out = c->argv[0];
    c->argc--;
    c->argv++;
    return OK;
}

/* ---- message ---- */

static enum err message(struct unit *u, void *arg)
{
    return flow_message(u, arg);
}

/* A correlation key is a value: text that is no number, list or "text" stands for itself. */
static enum err read_key(struct cmd *c, const char *text, const char **out)
{
    struct buf b = buf_new(c->mem, LIMIT_WORDS);
    struct val v;

    if (text == NULL)
        return OK;
    if (lines_value(c->mem, clock_now(), text, &v) != OK || val_is(v, VAL_NULL)) {
        trouble_clear();
        v = val_text(c->mem, text);
    }
    TRY(val_write(&b, v));
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}

static enum err read_keep(const char *text, int64_t *until)
{
    int64_t months, us;

    if (text == NULL)
        return OK;
    if (!feel_duration(text, &months, &us) || months < 0 || us < 0)
        return fail(E_INPUT, "--keep takes a duration such as PT1H or P7D, not '%s'", text);
    *until = feel_add_duration(clock_now(), months, us);
    return OK;
}

enum err cmd_message(struct cmd *c)
{
    const char *key = cmd_option(c, "--key"), *where = cmd_option(c, "--where"), *keep = cmd_option(c, "--keep");
    struct flow_message m = {.vars = val_null(), .where = val_null()};
    struct unit_conf uc;

    TRY(name_word(c, &m.name));
    TRY(read_key(c, key, &m.key));
    TRY(read_keep(keep, &m.until));
    if (where != NULL)
        TRY(lines_values(c->mem, clock_now(), where, &m.where));
    TRY(cmd_values(c, &m.vars));
    TRY(cmd_open(c, "cli", &uc));
    TRY(cmd_unit(c, &uc, UNIT_RW, message, &m));
    switch (m.how) {
    case FLOW_TAKEN:
        printf("%s: taken by instance %" PRIu64 "\n", m.name, m.inst);
        break;
    case FLOW_STARTED:
        printf("%s: started instance %" PRIu64 "\n", m.name, m.inst);
        break;
    case FLOW_KEPT:
        printf("%s: kept; nobody waits for it yet\n", m.name);
        break;
    case FLOW_LOST:
        printf("%s: nobody waits for it\n", m.name);
        c->exit = 1;
        break;
    }
    return OK;
}

/* ---- signal, offer ---- */

struct told {
    const char *name;
    struct val vars;
    uint64_t n;
};

static enum err signal(struct unit *u, void *arg)
{
    struct told *t = arg;

    return flow_signal(u, t->name, t->vars, &t->n);
}

static enum err offer(struct unit *u, void *arg)
{
    struct told *t = arg;

    return flow_conditions(u, t->vars, &t->n);
}

enum err cmd_signal(struct cmd *c)
{
    struct told t = {.vars = val_null()};
    struct unit_conf uc;

    TRY(name_word(c, &t.name));
    TRY(cmd_values(c, &t.vars));
    TRY(cmd_open(c, "cli", &uc));
    TRY(cmd_unit(c, &uc, UNIT_RW, signal, &t));
    printf("%s: reaches %" PRIu64 "\n", t.name, t.n);
    return OK;
}

enum err cmd_offer(struct cmd *c)
{
    struct told t = {.vars = val_null()};
    struct unit_conf uc;

    TRY(cmd_values(c, &t.vars));
    TRY(cmd_open(c, "cli", &uc));
    TRY(cmd_unit(c, &uc, UNIT_RW, offer, &t));
    printf("begins %" PRIu64 "\n", t.n);
    return OK;
}
