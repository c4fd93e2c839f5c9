/* bench/process/player.c - recorded statements again, by the bare client library: what the database needs for them alone.
 *
 * For     bench/process/durable.py: player SOCKET USER FILE...   (the password stands in PLAYER_PASSWORD; a recording a connection)
 * Owns    a thread and a connection for each file; each distinct text is prepared once, before the clock starts.
 * Never   thinks: the statements and their values are those of bench/raw/record.c, in their order.
 * Holds   prints "commits seconds"; an error ends it with 1. */
#include <mysql.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIMIT_FILES = 64, LIMIT_TEXTS = 512 };

struct step {
    char kind;
    const char *sql;
    size_t n_sql;
    uint32_t n, rows; /* parameters; rows of an array, 0 = no array */
    const unsigned char *types;
    MYSQL_BIND *bind;
    MYSQL_STMT *stmt;
};

struct track {
    const char *file;
    MYSQL *db;
    struct step *step;
    size_t n, cap, commits;
    struct {
        const char *sql;
        size_t n;
        MYSQL_STMT *stmt;
    } text[LIMIT_TEXTS];
    size_t n_text;
    pthread_t thread;
};

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void *got(void *p)
{
    if (p == NULL) {
        fprintf(stderr, "player: no memory\n");
        exit(1);
    }
    return p;
}

static void die(MYSQL *db, MYSQL_STMT *stmt, const char *what)
{
    fprintf(stderr, "player: %.80s: %s\n", what, stmt != NULL ? mysql_stmt_error(stmt) : mysql_error(db));
    exit(1);
}

/* ---- reading ---- */

static uint32_t u32(const unsigned char **at)
{
    uint32_t n;

    memcpy(&n, *at, sizeof n);
    *at += sizeof n;
    return n;
}

static MYSQL_STMT *prepared(struct track *t, const char *sql, size_t n)
{
    for (size_t i = 0; i < t->n_text; i++) {
        if (t->text[i].n == n && memcmp(t->text[i].sql, sql, n) == 0)
            return t->text[i].stmt;
    }
    if (t->n_text == LIMIT_TEXTS) {
        fprintf(stderr, "player: more than %d statements\n", LIMIT_TEXTS);
        exit(1);
    }
    MYSQL_STMT *stmt = got(mysql_stmt_init(t->db));
    if (mysql_stmt_prepare(stmt, sql, n) != 0)
        die(t->db, stmt, sql);
    t->text[t->n_text].sql = sql;
    t->text[t->n_text].n = n;
    t->text[t->n_text++].stmt = stmt;
    return stmt;
}

static size_t number_size(unsigned char type)
{
    return type == MYSQL_TYPE_LONGLONG ? 8 : type == MYSQL_TYPE_LONG ? 4 : type == MYSQL_TYPE_TINY ? 1 : 0;
}

/* A column of an array: numbers side by side, or pointers with lengths; NULL by indicator. */
static void bind_column(MYSQL_BIND *b, uint32_t rows)
{
    size_t size = number_size((unsigned char)b->buffer_type);

    b->buffer = got(calloc(rows, size > 0 ? size : sizeof(char *)));
    b->length = got(calloc(rows, sizeof *b->length));
    b->u.indicator = got(calloc(rows, 1));
}

static void put_value(MYSQL_BIND *b, uint32_t rows, uint32_t row, const unsigned char *value, uint32_t n)
{
    size_t size = number_size((unsigned char)b->buffer_type);

    if (rows == 0) {
        b->buffer = (void *)(uintptr_t)value;
        b->buffer_length = n;
        b->length = got(calloc(1, sizeof *b->length));
        *b->length = n;
        if (value == NULL)
            b->buffer_type = MYSQL_TYPE_NULL;
    } else if (value == NULL) {
        b->u.indicator[row] = STMT_INDICATOR_NULL;
    } else if (size > 0) {
        memcpy((char *)b->buffer + row * size, value, size);
    } else {
        ((const unsigned char **)b->buffer)[row] = value;
        b->length[row] = n;
    }
}

static void read_execution(struct track *t, struct step *s, const unsigned char **at)
{
    s->n = u32(at);
    s->rows = u32(at);
    s->types = *at;
    *at += (size_t)s->n * 2;
    s->bind = got(calloc(s->n + 1, sizeof *s->bind));
    for (uint32_t i = 0; i < s->n; i++) {
        s->bind[i].buffer_type = s->types[i * 2];
        s->bind[i].is_unsigned = s->types[i * 2 + 1] != 0;
        if (s->rows > 0)
            bind_column(&s->bind[i], s->rows);
    }
    for (uint32_t row = 0; row < (s->rows > 0 ? s->rows : 1); row++) {
        for (uint32_t i = 0; i < s->n; i++) {
            const unsigned char *value = NULL;
            uint32_t n = 0;
            if (*(*at)++ == 0) {
                n = u32(at);
                value = *at;
                *at += n;
            }
            put_value(&s->bind[i], s->rows, row, value, n);
        }
    }
    s->stmt = prepared(t, s->sql, s->n_sql);
}

static void load(struct track *t)
{
    FILE *f = got(fopen(t->file, "re"));

    fseek(f, 0, SEEK_END);
    size_t size = (size_t)ftell(f);
    unsigned char *bytes = got(malloc(size + 1));
    rewind(f);
    if (fread(bytes, 1, size, f) != size) {
        perror(t->file);
        exit(1);
    }
    fclose(f);
    for (const unsigned char *at = bytes; at < bytes + size;) {
        if (t->n == t->cap) {
            t->cap = t->cap == 0 ? 1024 : t->cap * 2;
            t->step = got(realloc(t->step, t->cap * sizeof *t->step));
        }
        struct step *s = &t->step[t->n++];
        *s = (struct step){.kind = (char)*at++};
        s->n_sql = u32(&at);
        s->sql = (const char *)at;
        at += s->n_sql;
        if (s->kind == 'X')
            read_execution(t, s, &at);
        t->commits += s->kind == 'Q' && s->n_sql == 6 && memcmp(s->sql, "COMMIT", 6) == 0;
    }
}

/* ---- playing ---- */

static void play_text(struct track *t, const struct step *s)
{
    if (mysql_real_query(t->db, s->sql, s->n_sql) != 0)
        die(t->db, NULL, s->sql);
    do {
        MYSQL_RES *r = mysql_store_result(t->db);
        if (r != NULL)
            mysql_free_result(r);
    } while (mysql_next_result(t->db) == 0);
}

static void play_statement(struct track *t, const struct step *s)
{
    mysql_stmt_attr_set(s->stmt, STMT_ATTR_ARRAY_SIZE, &s->rows);
    if (mysql_stmt_bind_param(s->stmt, s->bind) != 0 || mysql_stmt_execute(s->stmt) != 0)
        die(t->db, s->stmt, s->sql);
    do {
        if (mysql_stmt_field_count(s->stmt) > 0 && mysql_stmt_store_result(s->stmt) != 0)
            die(t->db, s->stmt, s->sql);
        mysql_stmt_free_result(s->stmt);
    } while (mysql_stmt_next_result(s->stmt) == 0);
}

static void *play(void *arg)
{
    struct track *t = arg;

    for (size_t i = 0; i < t->n; i++) {
        if (t->step[i].kind == 'Q')
            play_text(t, &t->step[i]);
        else
            play_statement(t, &t->step[i]);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    static struct track track[LIMIT_FILES];
    size_t n = argc > 3 ? (size_t)argc - 3 : 0, commits = 0;

    if (n == 0 || n > LIMIT_FILES)
        return 2;
    for (size_t i = 0; i < n; i++) {
        track[i].file = argv[i + 3];
        track[i].db = got(mysql_init(NULL));
        if (mysql_real_connect(track[i].db, NULL, argv[2], getenv("PLAYER_PASSWORD"), "gradus", 0, argv[1],
                               CLIENT_MULTI_RESULTS) == NULL)
            die(track[i].db, NULL, "connect");
        mysql_set_character_set(track[i].db, "utf8mb4");
        load(&track[i]);
        commits += track[i].commits;
    }
    double from = now();
    for (size_t i = 0; i < n; i++) {
        if (pthread_create(&track[i].thread, NULL, play, &track[i]) != 0)
            return 1;
    }
    for (size_t i = 0; i < n; i++)
        pthread_join(track[i].thread, NULL);
    printf("%zu %.3f\n", commits, now() - from);
    return 0;
}
