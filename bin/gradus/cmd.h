/* bin/gradus/cmd.h - the commands of `gradus`: one function each, in a table in main.c. */
#ifndef GRADUS_CMD_H
#define GRADUS_CMD_H

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/unit.h"
#include "model/feel/value.h"

/* What every command gets: its words after the name, the settings, the program's arena. */
struct cmd {
    struct arena *mem;
    struct conf conf;
    const char *conf_file; /* where settings are, read or not */
    int argc;
    char **argv;
    int exit; /* answered to the shell when the function returns OK */
};

/* The value of "--name VALUE" or NULL; "--name" alone is answered by cmd_flag(). Both take the words out of argv. */
const char *cmd_option(struct cmd *c, const char *name);
bool cmd_flag(struct cmd *c, const char *name);
/* E_INPUT if words are left that no option took: a mistyped --status must not become a migration. */
enum err cmd_no_more(const struct cmd *c) CHECKED;

/* The whole of a file, at most MAX bytes. */
enum err cmd_read_file(struct arena *mem, const char *path, size_t max, struct span *out) CHECKED;

/* The words that are left as FEEL values, NAME=VALUE ...: a context, or null if there are none. */
enum err cmd_values(struct cmd *c, struct val *out) CHECKED;

/* A connection as the command line's account, with the desk's host, and a unit run on it as the system actor. */
enum err cmd_open(struct cmd *c, const char *account, struct unit_conf *out) CHECKED;
enum err cmd_unit(struct cmd *c, const struct unit_conf *uc, enum unit_mode mode, unit_fn fn, void *arg) CHECKED;

enum err cmd_conf(struct cmd *c) CHECKED;
enum err cmd_migrate(struct cmd *c) CHECKED;
enum err cmd_grants(struct cmd *c) CHECKED;
enum err cmd_deploy(struct cmd *c) CHECKED;
enum err cmd_lint(struct cmd *c) CHECKED;
enum err cmd_decide(struct cmd *c) CHECKED;
enum err cmd_scenario(struct cmd *c) CHECKED;
enum err cmd_conformance(struct cmd *c) CHECKED;
enum err cmd_replay(struct cmd *c) CHECKED;
enum err cmd_check(struct cmd *c) CHECKED;
enum err cmd_where(struct cmd *c) CHECKED;
enum err cmd_add(struct cmd *c) CHECKED;
enum err cmd_demo(struct cmd *c) CHECKED;
enum err cmd_message(struct cmd *c) CHECKED;
enum err cmd_signal(struct cmd *c) CHECKED;
enum err cmd_offer(struct cmd *c) CHECKED;
enum err cmd_operate(struct cmd *c) CHECKED;

#endif
