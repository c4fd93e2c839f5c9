/* engine/db/migrate.h - schema/NNNN_name.sql, forward only, each exactly once, unchanged ever after. For `gradus migrate`. */
#ifndef DB_MIGRATE_H
#define DB_MIGRATE_H

#include "base/digest.h"
#include "db/db.h"

enum { LIMIT_MIGRATIONS = 10000, LIMIT_MIGRATION_BYTES = 16 << 20 };

enum migrate_state { MIGRATE_WAITING, MIGRATE_DONE, MIGRATE_BROKEN };

struct migration {
    uint32_t number;
    const char *name; /* file name */
    const char *path;
    struct digest sha256;
    enum migrate_state state;
    int64_t done; /* microseconds UTC; 0 if not done */
};

struct migrate_list {
    struct migration *item;
    size_t n;
    size_t waiting;
};

/* The files of FOLDER with what the database says about each, in order. E_CONF if a file that has run was changed or is
 * missing, if numbers are not 0, 1, 2, ..., or if one ended half-way. OUT is filled even then, as far as it was read. */
enum err migrate_status(struct db *db, struct arena *mem, const char *folder, struct migrate_list *out) CHECKED;

/* Runs what is waiting, in order, while holding a lock of the server's (E_BUSY if another runner has it). OUT is the state
 * before; those that were MIGRATE_WAITING have run when it answers OK. DDL cannot be rolled back: a migration that fails stays
 * noted as broken until a person has looked (docs/OPERATE.md). */
enum err migrate_run(struct db *db, struct arena *mem, const char *folder, struct migrate_list *out) CHECKED;

#endif
