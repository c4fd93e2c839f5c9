/* engine/db/db.h - one connection to MariaDB with its prepared statements. Opaque; the only mysql.h is in db/. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"

struct db;

/* Opens a connection as ACCOUNT (see conf_db_password). Session settings are made and read back: utf8mb4 with
 * utf8mb4_uca1400_ai_ci, strict sql_mode, UTC, REPEATABLE READ, innodb_snapshot_isolation where offered,
 * innodb_rollback_on_timeout checked; no auto-reconnect, no LOCAL INFILE, time-outs from the configuration. E_BUSY if the
 * server cannot be reached, E_CONF if it is not as Gradus needs it. The handle lives in MEM and is closed with it. */
enum err db_open(struct arena *mem, const struct conf *conf, const char *account, struct db **out) CHECKED;

/* Statements executed since db_open (for the statement budgets). */
uint64_t db_statements(const struct db *db);

/* Types of parameters and results, as written in .sql files. */
enum stmt_type { STMT_U64, STMT_I64, STMT_U32, STMT_I32, STMT_BOOL, STMT_TEXT, STMT_BLOB };

struct stmt_field {
    const char *name;
    enum stmt_type type;
    bool null; /* "text?" "u64?": TEXT and BLOB become NULL pointers, numbers get a bool NAME_null before them */
    uint16_t offset;
    uint16_t null_offset;
};

enum stmt_shape { SHAPE_NONE, SHAPE_ONE, SHAPE_MANY };

/* One statement of a .sql file; const data made by tools/mksql.awk. */
struct stmt_def {
    const char *name;
    const char *sql; /* with ? for parameters */
    const struct stmt_field *in, *out;
    const uint8_t *order; /* parameter i of the SQL is field order[i] of IN */
    uint8_t n_in, n_out, n_order;
    enum stmt_shape shape;
    bool bulk;          /* executed for an array of inputs in one round trip */
    bool write, traced; /* traced: counts as a write that needs an audit event */
    uint16_t in_size, out_size;
    const char *by; /* accounts, blank-separated */
    const char *file;
    int line;
};

/* All statements of the house (generated); ends with NULL. */
extern const struct stmt_def *const stmt_all[];

struct unit;

/* Where a statement's answer goes; what a shape does not use may be NULL. */
struct stmt_result {
    void *out; /* SHAPE_ONE: filled if *FOUND */
    bool *found;
    void **rows; /* SHAPE_MANY: becomes an array of out structs in the unit's arena */
    size_t *n_rows;
    uint64_t *affected; /* SHAPE_NONE: rows changed (an UPDATE to the same values changes none) */
};

/* What the generated wrappers call. IN points to one struct (or N for bulk). Text results are in the arena. */
enum err stmt_run(struct unit *u, const struct stmt_def *s, const void *in, size_t n, const struct stmt_result *r) CHECKED;

/* Prepares S on this connection; E_GRANT if the account may not (tests: each account prepares exactly its statements). */
enum err stmt_prepare_only(struct db *db, const struct stmt_def *s) CHECKED;

/* Runs the text of a file of the house (migrations, grants, seed): statements end with ';' at a line's end; DELIMITER lines are
 * understood. WHERE names the file in errors. Only for `gradus migrate` and tests. */
enum err db_script(struct db *db, const char *where, const char *sql, size_t n) CHECKED;

#endif
