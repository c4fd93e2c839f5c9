/* engine/db/migrate.c - bringing the schema forward.
 *
 * For     running each file of schema/ once, in order, and noticing a file that was changed after it had run.
 * Owns    schema_migration; the server's lock of this name.
 * Never   goes back; runs two at a time; guesses after a failure.
 * Holds   numbers are dense from 0; a row without DONE means that its file ended half-way. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "db/db_int.h"
#include "db/migrate.sql.h"

enum { MIGRATE_TIMEOUT = 86400, NUMBER_LETTERS = 4 };

static void file_end(void *f)
{
    fclose(f);
}

static enum err file_read(struct arena *mem, const char *path, struct span *out)
{
    FILE *f = fopen(path, "re");
    char part[8192];
    size_t n;

    if (f == NULL)
        return fail(E_IO, "%s: %s", path, strerror(errno));
    arena_at_end(mem, file_end, f);
    struct buf b = buf_new(mem, LIMIT_MIGRATION_BYTES);
    while ((n = fread(part, 1, sizeof part, f)) > 0 && !b.over)
        buf_add(&b, part, n);
    if (ferror(f) != 0)
        return fail(E_IO, "%s: cannot be read", path);
    TRY(buf_done(&b));
    *out = (struct span){.p = buf_text(&b), .n = b.len};
    return OK;
}

/* "0012_queue.sql" -> 12 */
static bool number_of(const char *name, uint32_t *out)
{
    size_t n = strlen(name);

    if (n < NUMBER_LETTERS + 6 || strspn(name, "0123456789") != NUMBER_LETTERS || name[NUMBER_LETTERS] != '_' ||
        strcmp(name + n - 4, ".sql") != 0)
        return false;
    *out = 0;
    for (int i = 0; i < NUMBER_LETTERS; i++)
        *out = *out * 10 + (uint32_t)(name[i] - '0');
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct migration *x = a, *y = b;

    return x->number < y->number ? -1 : x->number > y->number;
}

static void dir_end(void *d)
{
    closedir(d);
}

static enum err folder_read(struct arena *mem, const char *folder, struct migrate_list *out)
{
    DIR *d = opendir(folder);
    struct span text;

    *out = (struct migrate_list){.item = ARENA_NEW_N(mem, struct migration, LIMIT_MIGRATIONS)};
    if (d == NULL)
        return fail(E_IO, "%s: %s", folder, strerror(errno));
    arena_at_end(mem, dir_end, d);
    for (struct dirent *e = readdir(d); e != NULL && out->n < LIMIT_MIGRATIONS; e = readdir(d)) {
        struct migration *m = &out->item[out->n];
        if (!number_of(e->d_name, &m->number))
            continue;
        m->name = arena_strdup(mem, e->d_name);
        m->path = arena_printf(mem, "%s/%s", folder, e->d_name);
        TRY(file_read(mem, m->path, &text));
        m->sha256 = digest_of(text.p, text.n);
        out->n++;
    }
    qsort(out->item, out->n, sizeof *out->item, by_number);
    for (size_t i = 0; i < out->n; i++) {
        if (out->item[i].number != i)
            return fail(E_CONF, "%s: migration %04zu is missing or there twice", folder, i);
    }
    return OK;
}

static enum err row_check(const struct q_migrate_rows_row *r, const char *folder, struct migrate_list *list)
{
    if (r->number >= list->n)
        return fail(E_CONF, "%s: %s has run on this database but is not in the folder; is the program older than it?", folder,
                    r->name);
    struct migration *m = &list->item[r->number];
    m->state = r->done_null ? MIGRATE_BROKEN : MIGRATE_DONE;
    m->done = r->done_null ? 0 : r->done;
    if (r->done_null)
        return fail(E_CONF,
                    "%s: ended half-way; put the schema right by hand, then delete or complete its row in schema_migration",
                    m->path);
    if (r->sha256.n != DIGEST_SIZE || memcmp(r->sha256.p, m->sha256.b, DIGEST_SIZE) != 0)
        return fail(E_CONF, "%s: was changed after it had run; what has run is never edited, write a new migration", m->path);
    return OK;
}

enum err migrate_status(struct db *db, struct arena *mem, const char *folder, struct migrate_list *out)
{
    struct unit u = {.mem = mem, .db = db};
    struct q_migrate_house house = {0};
    struct q_migrate_rows rows = {0};

    TRY(folder_read(mem, folder, out));
    TRY(db_ready(db));
    TRY(q_migrate_house(&u, &house));
    if (house.out.n > 0)
        TRY(q_migrate_rows(&u, &rows));
    for (size_t i = 0; i < rows.n; i++)
        TRY(row_check(&rows.row[i], folder, out));
    for (size_t i = 0; i < out->n; i++)
        out->waiting += out->item[i].state == MIGRATE_WAITING;
    return OK;
}

/* The note of number 0 can only be written when it has run: it makes the table. */
static enum err run_one(struct unit *u, const struct migration *m)
{
    struct span text;
    struct q_migrate_begin begin = {.in = {.number = m->number, .name = m->name, .at = clock_now()}};
    struct q_migrate_done done = {.in = {.number = m->number}};

    begin.in.sha256 = (struct span){.p = (const char *)m->sha256.b, .n = DIGEST_SIZE};
    TRY(file_read(u->mem, m->path, &text));
    if (m->number > 0)
        TRY(q_migrate_begin(u, &begin));
    TRY(db_script(u->db, m->path, text.p, text.n));
    if (m->number == 0)
        TRY(q_migrate_begin(u, &begin));
    done.in.at = clock_now();
    TRY(q_migrate_done(u, &done));
    return OK;
}

static enum err run_all(struct unit *u, const char *folder, struct migrate_list *out)
{
    TRY(migrate_status(u->db, u->mem, folder, out));
    for (size_t i = 0; i < out->n; i++) {
        if (out->item[i].state == MIGRATE_WAITING)
            TRY(run_one(u, &out->item[i]));
    }
    return OK;
}

enum err migrate_run(struct db *db, struct arena *mem, const char *folder, struct migrate_list *out)
{
    struct unit u = {.mem = mem, .db = db, .rw = true};
    struct q_migrate_lock lock = {0};
    struct q_migrate_unlock unlock = {0};
    unsigned before = db->timeout;

    /* a migration may take its time: a connection with patience, and an ordinary one afterwards */
    db_drop(db);
    db->timeout = MIGRATE_TIMEOUT;
    enum err e = db_ready(db);
    if (e == OK)
        e = q_migrate_lock(&u, &lock);
    if (e == OK && (lock.out.got_null || !lock.out.got))
        e = fail(E_BUSY, "another 'gradus migrate' is running on this database");
    else if (e == OK) {
        e = run_all(&u, folder, out);
        if (e == OK)
            e = q_migrate_unlock(&u, &unlock);
    }
    db->timeout = before;
    db_drop(db);
    return e == OK ? OK : err_pass(e, __FILE__, __LINE__);
}
