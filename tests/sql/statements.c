/* tests/sql/statements.c - every statement of the house, for tests/sql/test_statements.sh.
 *
 *   statements list             name, shape, file:line, accounts, names and types of the parameters in the order of the SQL, SQL
 *   statements prepare ACCOUNT  one line a statement: "ok NAME", "denied NAME" or "wrong NAME: text" as this account
 *
 * Environment: GRADUS_CONF of an instance. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "db/db.h"

static const char *const types[] = {"u64", "i64", "u32", "i32", "bool", "text", "blob"};
static const char *const shapes[] = {"none", "one", "many"};

static void list(void)
{
    for (const struct stmt_def *const *s = stmt_all; *s != NULL; s++) {
        const struct stmt_def *d = *s;
        printf("%s\t%s\t%s:%d\t%s\t", d->name, d->bulk ? "bulk" : shapes[d->shape], d->file, d->line, d->by);
        for (int i = 0; i < d->n_order; i++)
            printf("%s%s %s", i > 0 ? "," : "", d->in[d->order[i]].name, types[d->in[d->order[i]].type]);
        putchar('\t');
        for (const char *c = d->sql; *c != '\0'; c++)
            putchar(*c == '\n' || *c == '\t' ? ' ' : *c);
        putchar('\n');
    }
}

static int prepare(struct arena *mem, const char *account)
{
    struct conf conf;
    struct db *db;

    if (conf_read(mem, conf_path(), &conf) != OK || db_open(mem, &conf, account, &db) != OK) {
        fprintf(stderr, "%s: %s\n", account, trouble()->text);
        return 1;
    }
    for (const struct stmt_def *const *s = stmt_all; *s != NULL; s++) {
        trouble_clear();
        enum err e = stmt_prepare_only(db, *s);
        if (e == OK)
            printf("ok %s\n", (*s)->name);
        else if (e == E_GRANT)
            printf("denied %s\n", (*s)->name);
        else
            printf("wrong %s: %s\n", (*s)->name, trouble()->text);
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(0);
    int code = 2;

    log_open("statements", LOG_CRIT);
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        list();
        code = 0;
    } else if (argc == 3 && strcmp(argv[1], "prepare") == 0) {
        code = prepare(mem, argv[2]);
    } else {
        fputs("usage: statements list | prepare ACCOUNT\n", stderr);
    }
    arena_free(mem);
    return code;
}
