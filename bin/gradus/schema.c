/* bin/gradus/schema.c - gradus conf, migrate, grants.
 *
 * For     installing and upgrading: settings, schema, rights.
 * Owns    nothing; the schema's files do.
 * Never   a migration that nobody asked for.
 * Holds   the grants printed are the reviewed files, byte for byte. */
#include <dirent.h>
#include <stdio.h>

#include "audit/audit.h"
#include "cmd.h"
#include "db/migrate.h"

enum { LIMIT_GRANTS = 1 << 20, LIMIT_CONF_TEXT = 1 << 20, LIMIT_ACCOUNTS = 100 };

enum err cmd_conf(struct cmd *c)
{
    struct buf b = buf_new(c->mem, LIMIT_CONF_TEXT);
    bool effective = cmd_flag(c, "--effective");

    TRY(cmd_no_more(c));
    if (effective)
        TRY(conf_read(c->mem, c->conf_file, &c->conf));
    conf_example(&b, &c->conf, effective);
    TRY(buf_done(&b));
    fputs(buf_text(&b), stdout);
    return OK;
}

static const char *schema_dir(struct cmd *c)
{
    const char *dir = cmd_option(c, "--schema");

    return dir != NULL ? dir : c->conf.schema_dir;
}

static enum err log_migration(struct unit *u, void *arg)
{
    const struct migrate_list *list = arg;
    struct audit_field *f = ARENA_NEW_N(u->mem, struct audit_field, list->n);
    uint32_t n = 0;

    for (size_t i = 0; i < list->n && n < LIMIT_AUDIT_FIELDS; i++) {
        if (list->item[i].state == MIGRATE_WAITING)
            f[n++] = (struct audit_field){"migration", NULL, list->item[i].name};
    }
    struct audit_note note = {
        .event = EV_MIGRATED, .stream = AUDIT_SYSTEM, .id = 2, .subject = "schema", .field = f, .n_field = n};
    return audit_log(u, &note);
}

static void show(const struct migrate_list *list)
{
    static const char *const word[] = {"waiting", "done", "broken"};

    for (size_t i = 0; i < list->n; i++)
        printf("%-8s %s\n", word[list->item[i].state], list->item[i].name);
}

enum err cmd_migrate(struct cmd *c)
{
    const char *dir = schema_dir(c);
    bool status = cmd_flag(c, "--status");
    struct migrate_list list;
    struct unit_conf uc;

    TRY(cmd_no_more(c));
    TRY(cmd_open(c, "owner", &uc));
    if (status) {
        TRY(migrate_status(uc.db, c->mem, dir, &list));
        show(&list);
        return OK;
    }
    TRY(migrate_run(uc.db, c->mem, dir, &list));
    if (list.waiting > 0)
        TRY(cmd_unit(c, &uc, UNIT_RW, log_migration, &list));
    printf("%zu migrations, %zu run now\n", list.n, list.waiting);
    return OK;
}

static void dir_end(void *d)
{
    closedir(d);
}

/* The names of the .sql files in DIR, sorted. */
static enum err sql_files(struct arena *mem, const char *dir, const char **name, size_t *n)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    *n = 0;
    if (d == NULL)
        return fail(E_INPUT, "%s: cannot be read; give --schema DIR", dir);
    arena_at_end(mem, dir_end, d);
    while ((e = readdir(d)) != NULL && *n < LIMIT_ACCOUNTS) {
        const char *dot = strrchr(e->d_name, '.');
        if (dot == NULL || strcmp(dot, ".sql") != 0)
            continue;
        size_t at = (*n)++;
        for (; at > 0 && strcmp(name[at - 1], e->d_name) > 0; at--)
            name[at] = name[at - 1];
        name[at] = arena_strdup(mem, e->d_name);
    }
    return *n > 0 ? OK : fail(E_INPUT, "%s: no grants here; give --schema DIR", dir);
}

enum err cmd_grants(struct cmd *c)
{
    const char *dir = arena_printf(c->mem, "%s/grants", schema_dir(c));
    const char *name[LIMIT_ACCOUNTS];
    struct span text;
    size_t n;

    TRY(sql_files(c->mem, dir, name, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(cmd_read_file(c->mem, arena_printf(c->mem, "%s/%s", dir, name[i]), LIMIT_GRANTS, &text));
        if (fwrite(text.p, 1, text.n, stdout) != text.n)
            return fail(E_IO, "the output cannot be written");
    }
    return OK;
}
