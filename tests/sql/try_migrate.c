/* tests/sql/try_migrate.c - migrations; run by tests/sql/test_migrate.sh.
 *
 *   try_migrate run FOLDER | status FOLDER    prints "NNNN_name.sql state" for each file; exit 0, or 1 with the error's name
 *   try_migrate prepare                       as the account of the environment: prepares every statement of db/ and audit/ */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "db/migrate.h"
#include "tests/sql/try_migrate.sql.h"

static const char *const states[] = {"waiting", "done", "broken"};

static enum err prepare(struct db *db)
{
    int n = 0;

    for (const struct stmt_def *const *s = stmt_all; *s != NULL; s++) {
        bool ours = strncmp((*s)->file, "engine/db/", 10) == 0 || strncmp((*s)->file, "engine/audit/", 13) == 0;
        if (!ours ||
            strcmp((*s)->file, "engine/audit/seal.sql") == 0) /* its tables are of a later migration: test_statements.sh */
            continue;
        TRY(stmt_prepare_only(db, *s));
        n++;
    }
    printf("%s\n", n > 10 ? "all" : "too few");
    return OK;
}

static enum err act(struct arena *mem, const struct conf *conf, char **argv)
{
    struct migrate_list list = {0};
    struct db *db;

    TRY(db_open(mem, conf, "cli", &db));
    if (strcmp(argv[1], "prepare") == 0)
        return prepare(db);
    enum err e = strcmp(argv[1], "run") == 0 ? migrate_run(db, mem, argv[2], &list) : migrate_status(db, mem, argv[2], &list);
    for (size_t i = 0; i < list.n; i++)
        printf("%s %s\n", list.item[i].name, states[list.item[i].state]);
    return e;
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(0);
    struct conf conf;

    conf_defaults(&conf);
    conf.db_socket = getenv("GRADUS_TEST_SOCK");
    conf.db_name = getenv("GRADUS_TEST_DB");
    conf.db_user = getenv("GRADUS_TEST_USER");
    enum err e = argc > 1 ? act(mem, &conf, argv) : E_INPUT;
    if (e != OK)
        printf("%s: %s\n", err_name(e), trouble()->text);
    arena_free(mem);
    return e != OK;
}
