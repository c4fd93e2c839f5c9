/* bin/gradus/main.c - the command line of Gradus.
 *
 * For     what an admin or a developer does at a terminal: schema, models, proofs, demo data.
 * Owns    the table of commands; one function each in the files beside.
 * Never   a secret on its output.
 * Holds   exit 0 done, 1 the answer is "no" (errors found, chain broken), 2 the call or the environment is wrong; decide has some
 * more of its own. */
#include <stdio.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "cmd.h"
#include "desk/services.h"

struct command {
    const char *name, *words, *prose;
    enum err (*run)(struct cmd *c);
    enum { SETTINGS_NONE, SETTINGS_IF_THERE, SETTINGS_NEEDED } settings; /* the configuration file */
};

/* clang-format off */
static const struct command commands[] = {
 /* name        words                                prose                                                          run          settings */
  {"conf",     "[--effective]",                     "print all settings with their meaning",                       cmd_conf,     SETTINGS_NONE    },
  {"migrate",  "[--schema DIR] [--status]",         "bring the database's schema up to date",                      cmd_migrate,  SETTINGS_NEEDED  },
  {"grants",   "[--schema DIR]",                    "print the grants of all accounts, for the DBA",               cmd_grants,   SETTINGS_IF_THERE},
  {"deploy",   "FILE [--release]",                  "store a BPMN or DMN file as draft, and release it",           cmd_deploy,   SETTINGS_NEEDED  },
  {"lint",     "[--json|--counts] FILE...",         "check BPMN and DMN files: FILE:LINE: severity RULE element: message", cmd_lint,     SETTINGS_NONE    },
  {"decide",   "MODEL.dmn|--feel|--unary|--batch", "decide; evaluate FEEL; serve programs (see gradus(1))",       cmd_decide,   SETTINGS_NONE    },
  {"scenario", "[--through-db] FILE.scn...",        "tell process stories on the machine, or through MariaDB",     cmd_scenario, SETTINGS_NONE    },
  {"conformance", "[--through-db] [--only GLOB] MANIFEST", "run behaviour cases (bpmn-steps/1), one line each",  cmd_conformance, SETTINGS_NONE },
  {"replay",   "[INSTANCE...]",                     "prove stored instances by their triggers (all without words)", cmd_replay,   SETTINGS_NEEDED  },
  {"check",    "",                                  "look for rows that must not be (the invariants)",             cmd_check,    SETTINGS_NEEDED  },
  {"where",    "[--routes FILE] METHOD PATH",         "which route, handler, form and template serve a request",     cmd_where,    SETTINGS_IF_THERE},
  {"add",      "role|queue|service ...",            "a mapping of a group, a queue, a service (see gradus(1))",    cmd_add,      SETTINGS_NEEDED  },
  {"message",  "NAME [--key K] [--keep P1D] [NAME=VALUE...]", "a message for exactly one process that waits for it",   cmd_message,  SETTINGS_NEEDED  },
  {"signal",   "NAME [NAME=VALUE...]",              "a signal for all processes that wait for it",                 cmd_signal,   SETTINGS_NEEDED  },
  {"offer",    "NAME=VALUE...",                     "begin processes whose start condition holds for the values",  cmd_offer,    SETTINGS_NEEDED  },
  {"operate",  "VERB INSTANCE|INCIDENT ...",        "suspend, move, skip, migrate ... running processes",          cmd_operate,  SETTINGS_NEEDED  },
  {"demo",     "load|advance DURATION",             "demo data; move the demo's due times",                        cmd_demo,     SETTINGS_NEEDED  },
};
/* clang-format on */

enum { COMMANDS = sizeof commands / sizeof commands[0] };

static void usage_of(FILE *f, const struct command *command)
{
    fprintf(f, "  gradus %-8s %-28s %s\n", command->name, command->words, command->prose);
}

static void usage(FILE *f)
{
    fputs("usage: gradus [--conf FILE] COMMAND ...\n\n", f);
    for (size_t i = 0; i < COMMANDS; i++)
        usage_of(f, &commands[i]);
}

static void take_out(struct cmd *c, int at, int n)
{
    for (int i = at; i + n < c->argc; i++)
        c->argv[i] = c->argv[i + n];
    c->argc -= n;
}

const char *cmd_option(struct cmd *c, const char *name)
{
    for (int i = 0; i + 1 < c->argc; i++) {
        if (strcmp(c->argv[i], name) == 0) {
            const char *value = c->argv[i + 1];
            take_out(c, i, 2);
            return value;
        }
    }
    return NULL;
}

bool cmd_flag(struct cmd *c, const char *name)
{
    for (int i = 0; i < c->argc; i++) {
        if (strcmp(c->argv[i], name) == 0) {
            take_out(c, i, 1);
            return true;
        }
    }
    return false;
}

enum err cmd_no_more(const struct cmd *c)
{
    return c->argc == 0 ? OK : fail(E_INPUT, "'%s' is not understood; see gradus --help", c->argv[0]);
}

static void file_end(void *f)
{
    fclose(f);
}

enum err cmd_read_file(struct arena *mem, const char *path, size_t max, struct span *out)
{
    FILE *f = fopen(path, "rbe");

    if (f == NULL)
        return fail(E_INPUT, "%s: cannot be read", path);
    arena_at_end(mem, file_end, f);
    if (fseek(f, 0, SEEK_END) != 0)
        return fail(E_INPUT, "%s: is no regular file", path);
    long size = ftell(f);
    if (size < 0 || (size_t)size > max)
        return fail(E_TOOBIG, "%s: larger than %zu bytes", path, max);
    rewind(f);
    char *p = arena_alloc(mem, (size_t)size + 1);
    if (fread(p, 1, (size_t)size, f) != (size_t)size)
        return fail(E_INPUT, "%s: cannot be read to its end", path);
    *out = (struct span){p, (size_t)size};
    return OK;
}

enum err cmd_open(struct cmd *c, const char *account, struct unit_conf *out)
{
    *out = (struct unit_conf){.flush = audit_flush};
    TRY(services_host(c->mem, &c->conf, &out->host));
    return db_open(c->mem, &c->conf, account, &out->db);
}

enum err cmd_unit(struct cmd *c, const struct unit_conf *uc, enum unit_mode mode, unit_fn fn, void *arg)
{
    static const struct actor system = {
        .uid = "", .name = "system", .roles = "", .channel = "cli", .lang = "en", .request = "cli"};

    return unit_run(uc, c->mem, mode, &system, NULL, fn, arg);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

static enum err run(struct cmd *c, const struct command *command, const char *conf)
{
    conf_defaults(&c->conf);
    c->conf_file = conf != NULL ? conf : conf_path();
    if (conf != NULL || command->settings == SETTINGS_NEEDED ||
        (command->settings == SETTINGS_IF_THERE && access(c->conf_file, R_OK) == 0))
        TRY(conf_read(c->mem, c->conf_file, &c->conf));
    return command->run(c);
}

int main(int argc, char **argv)
{
    struct cmd c = {.mem = arena_new(0), .argc = argc - 1, .argv = argv + 1};
    const char *conf = cmd_option(&c, "--conf");
    const struct command *command = c.argc > 0 ? find(c.argv[0]) : NULL;

    log_open("gradus", LOG_WARNING);
    if (command == NULL) {
        bool asked = c.argc == 0 || strcmp(c.argv[0], "--help") == 0 || strcmp(c.argv[0], "help") == 0;
        usage(asked ? stdout : stderr);
        arena_free(c.mem);
        return asked ? 0 : 2;
    }
    c.argc--;
    c.argv++;
    if (cmd_flag(&c, "--help")) {
        usage_of(stdout, command);
        arena_free(c.mem);
        return 0;
    }
    enum err e = run(&c, command, conf);
    if (e != OK) {
        fprintf(stderr, "gradus %s: %s\n", command->name, trouble()->text[0] != '\0' ? trouble()->text : err_name(e));
        c.exit = e == E_FINDINGS || e == E_STATE ? 1 : 2;
    }
    arena_free(c.mem);
    return c.exit;
}
