/* bench/raw/plan.h - the statements of one recorded request, ready to be repeated. bench/plan.py makes the file. */
#ifndef BENCH_RAW_PLAN_H
#define BENCH_RAW_PLAN_H
#include <mysql.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum patch_how { PATCH_NUMBER, PATCH_BIG_ENDIAN, PATCH_DIGITS, PATCH_HEX };

/* A place in a parameter that differs from one repetition to the next: FIRST + repetition * PLAN_STRIDE (an id). */
struct patch {
    char *at;
    enum patch_how how;
    uint64_t first;
};

struct used { /* a column that the page shows */
    uint32_t column;
    bool time;
};

struct step {
    char *sql;
    bool text; /* sent as it is (START TRANSACTION, COMMIT), not prepared */
    uint32_t n_param, rows, n_patch, n_used;
    MYSQL_BIND *param;
    struct patch *patch;
    struct used *used;
    MYSQL_STMT *stmt;
    unsigned n_column;
    MYSQL_BIND *column;
    unsigned long *length;
    my_bool *null;
};

struct plan {
    MYSQL *my;
    uint32_t n_step;
    struct step *step;
};

/* What a row is handed to; COLUMN i has row->length[i] bytes, ended by a NUL. */
typedef void row_fn(void *ctx, uint32_t step, uint32_t row, const struct step *s);

/* Reads FILE, connects to SOCKET as USER and prepares everything. Ends the program where that does not work. */
struct plan *plan_open(const char *file, const char *socket, const char *user, const char *password);
/* One repetition. 0, or the error number of MariaDB after a ROLLBACK. */
unsigned plan_run(struct plan *p, uint64_t repetition, row_fn *fn, void *ctx);
#endif
