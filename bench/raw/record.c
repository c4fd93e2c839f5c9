/* bench/raw/record.c - writes down every statement that a program sends to MariaDB, with its parameters.
 *
 * For     the raw points of the bench: they repeat exactly what a real request does, also after the engine has changed.
 *         LD_PRELOAD=build/bench/record.so RECORD=FILE gradus-agent.fcgi
 * Owns    FILE.<pid>: records, each 'Q' (text statement) or 'X' (prepared statement with rows of parameters), see put().
 * Never   changes what is sent. The general log would not do: it shows no parameters of bulk statements.
 * Holds   one connection at a time and one thread, as the recorded programs have. */
#include <dlfcn.h>
#include <mysql.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LIMIT_STATEMENTS = 1024, INDICATOR_NULL = 1 };

struct seen {
    MYSQL_STMT *handle;
    char *sql;
    MYSQL_BIND *bind; /* copies: the caller's live in its arena */
    unsigned rows;
};

static struct seen seen[LIMIT_STATEMENTS];
static FILE *out;

static void *next(const char *name)
{
    void *p = dlsym(RTLD_NEXT, name);

    if (p == NULL)
        abort();
    return p;
}

static struct seen *of(MYSQL_STMT *h)
{
    for (int i = 0; i < LIMIT_STATEMENTS; i++) {
        if (seen[i].handle == h || seen[i].handle == NULL) {
            seen[i].handle = h;
            return &seen[i];
        }
    }
    abort();
}

static void put32(uint32_t n)
{
    fwrite(&n, sizeof n, 1, out);
}

static void put(const void *p, size_t n)
{
    put32((uint32_t)n);
    fwrite(p, 1, n, out);
}

static void begin(char kind, const char *sql, size_t n)
{
    if (out == NULL) {
        char name[512];
        snprintf(name, sizeof name, "%s.%d", getenv("RECORD") != NULL ? getenv("RECORD") : "record", (int)getpid());
        out = fopen(name, "ae");
        if (out == NULL)
            abort();
    }
    fputc(kind, out);
    put(sql, n);
}

static size_t number_size(enum enum_field_types t)
{
    return t == MYSQL_TYPE_LONGLONG ? 8 : t == MYSQL_TYPE_LONG ? 4 : t == MYSQL_TYPE_TINY ? 1 : 0;
}

static void put_value(const struct seen *s, const MYSQL_BIND *b, unsigned row)
{
    size_t size = number_size(b->buffer_type);
    bool null =
        b->buffer_type == MYSQL_TYPE_NULL || (s->rows > 0 && b->u.indicator != NULL && b->u.indicator[row] == INDICATOR_NULL);

    fputc(null, out);
    if (null)
        return;
    if (size > 0)
        put((const char *)b->buffer + row * size, size);
    else if (s->rows > 0)
        put(((char *const *)b->buffer)[row], b->length[row]);
    else
        put(b->buffer, b->length != NULL ? *b->length : b->buffer_length);
}

int mysql_stmt_prepare(MYSQL_STMT *h, const char *sql, unsigned long n)
{
    int (*real)(MYSQL_STMT *, const char *, unsigned long) = next("mysql_stmt_prepare");
    struct seen *s = of(h);

    free(s->sql);
    s->sql = strndup(sql, n);
    s->rows = 0;
    return real(h, sql, n);
}

my_bool mysql_stmt_attr_set(MYSQL_STMT *h, enum enum_stmt_attr_type what, const void *value)
{
    my_bool (*real)(MYSQL_STMT *, enum enum_stmt_attr_type, const void *) = next("mysql_stmt_attr_set");

    if (what == STMT_ATTR_ARRAY_SIZE)
        of(h)->rows = *(const unsigned *)value;
    return real(h, what, value);
}

my_bool mysql_stmt_bind_param(MYSQL_STMT *h, MYSQL_BIND *b)
{
    my_bool (*real)(MYSQL_STMT *, MYSQL_BIND *) = next("mysql_stmt_bind_param");
    struct seen *s = of(h);
    size_t n = mysql_stmt_param_count(h);

    free(s->bind);
    s->bind = calloc(n + 1, sizeof *s->bind);
    if (s->bind == NULL)
        abort();
    memcpy(s->bind, b, n * sizeof *b);
    return real(h, b);
}

/* X sql, parameters u32, rows u32 (0 = no array), a type byte and an unsigned byte each, then the values row by row. */
int mysql_stmt_execute(MYSQL_STMT *h)
{
    int (*real)(MYSQL_STMT *) = next("mysql_stmt_execute");
    const struct seen *s = of(h);
    uint32_t n = (uint32_t)mysql_stmt_param_count(h);

    begin('X', s->sql, strlen(s->sql));
    put32(n);
    put32(s->rows);
    for (uint32_t i = 0; i < n; i++) {
        fputc(s->bind[i].buffer_type, out);
        fputc(s->bind[i].is_unsigned, out);
    }
    for (unsigned row = 0; row < (s->rows > 0 ? s->rows : 1); row++) {
        for (uint32_t i = 0; i < n; i++)
            put_value(s, &s->bind[i], row);
    }
    fflush(out);
    return real(h);
}

int mysql_real_query(MYSQL *my, const char *sql, unsigned long n)
{
    int (*real)(MYSQL *, const char *, unsigned long) = next("mysql_real_query");

    begin('Q', sql, n);
    fflush(out);
    return real(my, sql, n);
}
