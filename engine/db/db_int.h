/* engine/db/db_int.h - what the files of this folder share; the only place with mysql.h. */
#ifndef DB_DB_INT_H
#define DB_DB_INT_H

#include <mysql.h>

#include "base/fault.h"
#include "db/db.h"
#include "db/unit.h"

enum {
    LIMIT_DB_STATEMENTS = 1024, /* slots of the statement cache; a power of two */
    LIMIT_DB_ROWS = 100000,
    LIMIT_DB_VALUE = 64 << 20, /* bytes of one text or blob */
    LIMIT_DB_BULK = 1000,      /* rows of one round trip */
    LIMIT_DB_SCRIPT = 16 << 20,
    LIMIT_DB_RESULTS = 100 /* result sets of one CALL */
};

/* What a failing call was part of: the same error number means different things. */
enum db_phase { DB_READ, DB_WRITE, DB_COMMIT };

/* Numbers that this process may give out. NEXT2 follows when the first range is empty. */
struct range {
    uint64_t next, end, next2, end2;
    uint64_t least; /* what must be left before a unit begins; 0 = this process never asked for such a number */
};

struct stmt {
    const struct stmt_def *def;
    MYSQL_STMT *handle;
};

struct db {
    const struct conf *conf;
    const char *user, *password;
    unsigned timeout;      /* seconds without an answer */
    MYSQL *my;             /* NULL = not connected */
    struct arena *session; /* dies with the connection */
    struct stmt *slot[LIMIT_DB_STATEMENTS];
    unsigned used;
    uint64_t statements;
    unsigned no; /* the server's or client's number of the last error */
    bool lost;   /* the connection is good for nothing any more */
    struct range range[UNIT_POOLS];
    bool busy;            /* a unit runs on this connection */
    struct unit_key *key; /* of that unit */
};

/* Connects if there is no connection or it was lost. E_BUSY, E_CONF. */
enum err db_ready(struct db *db) CHECKED;
void db_drop(struct db *db);

/* Transaction control and settings: text without parameters or results. */
enum err db_plain(struct db *db, enum db_phase phase, const char *sql) CHECKED;

/* The one table from error numbers to codes. */
enum err db_code(unsigned no, enum db_phase phase);
/* Records the failure of a call: number, code, whether the connection is lost. */
enum err db_failed(struct db *db, enum db_phase phase, unsigned no, const char *text, const char *what) CHECKED;

/* The fault point before and after a call: a number to fail with, or 0. */
unsigned db_fault_before(struct db *db, enum fault f, enum db_phase phase);
unsigned db_fault_after(struct db *db, enum fault f, enum db_phase phase);

void stmt_close_all(struct db *db);

#endif
