/* bench/raw/plan.c - repeats the statements of one recorded request through Connector/C, and does nothing else.
 *
 * For     page.c and tx.c: what the stack beneath Gradus can do.
 * Owns    one connection and its prepared statements.
 * Never   uses the engine: no unit of work, no checks, no arena; parameters are bound once and changed in place.
 * Holds   every row of every result is fetched, all columns as text. */
#include "plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLAN_STRIDE = 100, LIMIT_COLUMN = 65536 };

struct reader {
    FILE *f;
};

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench: %s: %s\n", what, why);
    exit(1);
}

static void *need(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);

    if (p == NULL)
        die("memory", "none left");
    return p;
}

static void get(struct reader *r, void *p, size_t n)
{
    if (n > 0 && fread(p, 1, n, r->f) != n)
        die("plan", "cut short");
}

static uint32_t get32(struct reader *r)
{
    uint32_t n;

    get(r, &n, sizeof n);
    return n;
}

static unsigned get8(struct reader *r)
{
    unsigned char c;

    get(r, &c, 1);
    return c;
}

/* The values of one parameter stand in one array (numbers packed, texts as pointers), as array binds want them. */
static void values_read(struct reader *r, struct step *s)
{
    uint32_t rows = s->rows > 0 ? s->rows : 1;

    for (uint32_t i = 0; i < s->n_param; i++) {
        s->param[i].buffer = need(rows, 8);
        s->param[i].length = need(rows, sizeof(unsigned long));
        s->param[i].u.indicator = need(rows, 1);
    }
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t i = 0; i < s->n_param; i++) {
            MYSQL_BIND *b = &s->param[i];
            bool number =
                b->buffer_type == MYSQL_TYPE_LONGLONG || b->buffer_type == MYSQL_TYPE_LONG || b->buffer_type == MYSQL_TYPE_TINY;
            if (get8(r) != 0) {
                b->u.indicator[row] = STMT_INDICATOR_NULL;
                continue;
            }
            uint32_t n = get32(r);
            char *value = number ? (char *)b->buffer + row * n : need(n, 1);
            get(r, value, n);
            b->length[row] = n;
            if (!number)
                ((char **)b->buffer)[row] = value;
        }
    }
}

static void patches_read(struct reader *r, struct step *s)
{
    s->n_patch = get32(r);
    s->patch = need(s->n_patch, sizeof *s->patch);
    for (uint32_t i = 0; i < s->n_patch; i++) {
        uint32_t param = get32(r), row = get32(r), offset = get32(r);
        struct patch *p = &s->patch[i];
        p->how = (enum patch_how)get8(r);
        get(r, &p->first, sizeof p->first);
        char *base = s->param[param].buffer;
        p->at = p->how == PATCH_NUMBER ? base + row * 8 : ((char **)(void *)base)[row] + offset;
    }
}

static void step_read(struct reader *r, struct step *s)
{
    s->text = get8(r) == 'Q';
    uint32_t n = get32(r);
    s->sql = need(n, 1);
    get(r, s->sql, n);
    if (!s->text) {
        s->n_param = get32(r);
        s->rows = get32(r);
        s->param = need(s->n_param, sizeof *s->param);
        for (uint32_t i = 0; i < s->n_param; i++) {
            s->param[i].buffer_type = (enum enum_field_types)get8(r);
            s->param[i].is_unsigned = (my_bool)get8(r);
        }
        values_read(r, s);
        patches_read(r, s);
    }
    s->n_used = get32(r);
    s->used = need(s->n_used, sizeof *s->used);
    for (uint32_t i = 0; i < s->n_used; i++) {
        s->used[i].column = get32(r);
        s->used[i].time = get8(r) != 0;
    }
}

/* Without arrays a text is bound by itself and NULL by its type. */
static void bind_single(struct step *s)
{
    for (uint32_t i = 0; i < s->n_param; i++) {
        MYSQL_BIND *b = &s->param[i];
        if (b->u.indicator[0] == STMT_INDICATOR_NULL)
            b->buffer_type = MYSQL_TYPE_NULL;
        else if (b->buffer_type != MYSQL_TYPE_LONGLONG && b->buffer_type != MYSQL_TYPE_LONG &&
                 b->buffer_type != MYSQL_TYPE_TINY)
            b->buffer = *(char **)b->buffer;
        b->buffer_length = b->length[0];
        b->u.indicator = NULL;
    }
}

static void bind_result(struct step *s)
{
    MYSQL_RES *meta = mysql_stmt_result_metadata(s->stmt);

    s->n_column = mysql_stmt_field_count(s->stmt);
    s->column = need(s->n_column, sizeof *s->column);
    s->length = need(s->n_column, sizeof *s->length);
    s->null = need(s->n_column, sizeof *s->null);
    for (unsigned i = 0; meta != NULL && i < s->n_column; i++) {
        unsigned long n = mysql_fetch_field_direct(meta, i)->length;
        n = (n < LIMIT_COLUMN ? n : LIMIT_COLUMN) + 32;
        s->column[i] = (MYSQL_BIND){.buffer_type = MYSQL_TYPE_STRING,
                                    .buffer = need(n, 1),
                                    .buffer_length = n,
                                    .length = &s->length[i],
                                    .is_null = &s->null[i]};
    }
    mysql_free_result(meta);
}

static void step_prepare(MYSQL *my, struct step *s)
{
    if (s->text)
        return;
    s->stmt = mysql_stmt_init(my);
    if (s->stmt == NULL || mysql_stmt_prepare(s->stmt, s->sql, strlen(s->sql)) != 0)
        die(s->sql, mysql_error(my));
    if (s->rows > 0) {
        unsigned rows = s->rows;
        mysql_stmt_attr_set(s->stmt, STMT_ATTR_ARRAY_SIZE, &rows);
    } else {
        bind_single(s);
    }
    if (s->n_param > 0 && mysql_stmt_bind_param(s->stmt, s->param) != 0)
        die(s->sql, mysql_stmt_error(s->stmt));
    if (mysql_stmt_field_count(s->stmt) > 0)
        bind_result(s);
}

static MYSQL *connect_to(const char *socket, const char *user, const char *password)
{
    MYSQL *my = mysql_init(NULL);

    if (my == NULL || mysql_real_connect(my, NULL, user, password, "gradus", 0, socket, 0) == NULL)
        die(socket, my != NULL ? mysql_error(my) : "no memory");
    /* what engine/db sets */
    if (mysql_query(my, "SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_ai_ci") != 0 ||
        mysql_query(my, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED") != 0)
        die(socket, mysql_error(my));
    return my;
}

struct plan *plan_open(const char *file, const char *socket, const char *user, const char *password)
{
    struct plan *p = need(1, sizeof *p);
    struct reader r = {.f = fopen(file, "re")};

    if (r.f == NULL)
        die(file, strerror(errno));
    p->n_step = get32(&r);
    p->step = need(p->n_step, sizeof *p->step);
    for (uint32_t i = 0; i < p->n_step; i++)
        step_read(&r, &p->step[i]);
    fclose(r.f);
    p->my = connect_to(socket, user, password);
    for (uint32_t i = 0; i < p->n_step; i++) /* a statement that comes twice has two handles, each bound to its own values */
        step_prepare(p->my, &p->step[i]);
    return p;
}

static void patch(const struct patch *p, uint64_t repetition)
{
    uint64_t value = p->first + repetition * PLAN_STRIDE;
    char text[24];

    switch (p->how) {
    case PATCH_NUMBER:
        memcpy(p->at, &value, sizeof value);
        break;
    case PATCH_BIG_ENDIAN:
        value = __builtin_bswap64(value);
        memcpy(p->at, &value, sizeof value);
        break;
    case PATCH_DIGITS:
        snprintf(text, sizeof text, "%010" PRIu64, value);
        memcpy(p->at, text, 10);
        break;
    case PATCH_HEX: /* as scattered as the hash that stands there */
        snprintf(text, sizeof text, "%016" PRIx64, (repetition + p->first) * UINT64_C(0x9E3779B97F4A7C15));
        memcpy(p->at, text, 16);
        break;
    }
}

static unsigned rows_read(struct step *s, uint32_t step, row_fn *fn, void *ctx)
{
    if (mysql_stmt_bind_result(s->stmt, s->column) != 0 || mysql_stmt_store_result(s->stmt) != 0)
        return mysql_stmt_errno(s->stmt);
    for (uint32_t row = 0; mysql_stmt_fetch(s->stmt) != MYSQL_NO_DATA; row++) {
        for (unsigned i = 0; i < s->n_column; i++)
            ((char *)s->column[i].buffer)[s->null[i] ? 0 : s->length[i]] = '\0';
        if (fn != NULL)
            fn(ctx, step, row, s);
    }
    mysql_stmt_free_result(s->stmt);
    return 0;
}

static unsigned step_run(struct plan *p, uint32_t i, uint64_t repetition, row_fn *fn, void *ctx)
{
    struct step *s = &p->step[i];

    if (s->text)
        return mysql_query(p->my, s->sql) != 0 ? mysql_errno(p->my) : 0;
    for (uint32_t k = 0; k < s->n_patch; k++)
        patch(&s->patch[k], repetition);
    if (mysql_stmt_execute(s->stmt) != 0)
        return mysql_stmt_errno(s->stmt);
    if (s->n_column > 0)
        return rows_read(s, i, fn, ctx);
    while (mysql_stmt_more_results(s->stmt)) { /* of CALL */
        if (mysql_stmt_next_result(s->stmt) > 0)
            return mysql_stmt_errno(s->stmt);
    }
    return 0;
}

unsigned plan_run(struct plan *p, uint64_t repetition, row_fn *fn, void *ctx)
{
    unsigned no = 0;

    for (uint32_t i = 0; i < p->n_step && no == 0; i++)
        no = step_run(p, i, repetition, fn, ctx);
    if (no != 0)
        mysql_query(p->my, "ROLLBACK");
    return no;
}
