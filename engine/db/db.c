/* engine/db/db.c - one connection to MariaDB.
 *
 * For     opening a connection that is set as the house needs it, and saying what an error of the server means.
 * Owns    the MYSQL handle, the session's settings, the table of error numbers.
 * Never   reconnects by itself inside a unit: unit_run() asks for that between two units. Never TCP, never LOCAL INFILE.
 * Holds   while a connection is open its settings are those of session_check(), read back from the server.
 *
 * Why reconnecting is a decision: after a silent reconnect the next statement would run outside the transaction that the
 * program believes to be in. So the library's reconnect is off, a lost connection stays lost until the unit has ended, and
 * everything that belonged to it (prepared statements, locks) goes with it. */
#include "db/db_int.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <stdio.h>
#include <sys/socket.h>

#include "db/db.sql.h"

/* What each number means when it comes from a read, from a write, and from COMMIT. What is not listed is E_DB; in COMMIT too,
 * as an error that the server answers in good order means that it has rolled back. */
struct meaning {
    unsigned no;
    enum err read, write, commit;
};

/* clang-format off */
static const struct meaning meanings[] = {
    /* number                              read         write        commit                                                   */
    {ER_LOCK_DEADLOCK,                     E_DEADLOCK,  E_DEADLOCK,  E_DEADLOCK}, /* 1213, and failed certification: rolled back */
    {ER_CHECKREAD,                         E_DEADLOCK,  E_DEADLOCK,  E_DEADLOCK}, /* 1020, snapshot isolation: rolled back       */
    {ER_LOCK_WAIT_TIMEOUT,                 E_LOCKWAIT,  E_LOCKWAIT,  E_LOCKWAIT}, /* 1205                                        */
    {ER_STATEMENT_TIMEOUT,                 E_BUSY,      E_LOCKWAIT,  E_UNSURE},   /* 1969                                        */
    {ER_QUERY_INTERRUPTED,                 E_BUSY,      E_LOCKWAIT,  E_UNSURE},   /* 1317                                        */
    {ER_ERROR_DURING_COMMIT,               E_DB,        E_DB,        E_UNSURE},   /* 1180: may have been applied                 */
    {ER_SERVER_SHUTDOWN,                   E_LOST,      E_LOST,      E_UNSURE},   /* 1053                                        */
    {ER_CONNECTION_KILLED,                 E_LOST,      E_LOST,      E_UNSURE},   /* 1927                                        */
    {CR_SERVER_GONE_ERROR,                 E_LOST,      E_LOST,      E_UNSURE},   /* 2006                                        */
    {CR_SERVER_LOST,                       E_LOST,      E_LOST,      E_UNSURE},   /* 2013                                        */
    {CR_MALFORMED_PACKET,                  E_LOST,      E_LOST,      E_UNSURE},   /* 2027                                        */
    {CR_COMMANDS_OUT_OF_SYNC,              E_LOST,      E_LOST,      E_UNSURE},   /* 2014                                        */
    {ER_NET_READ_ERROR,                    E_LOST,      E_LOST,      E_UNSURE},   /* 1158                                        */
    {ER_NET_READ_INTERRUPTED,              E_LOST,      E_LOST,      E_UNSURE},   /* 1159                                        */
    {ER_UNKNOWN_STMT_HANDLER,              E_LOST,      E_LOST,      E_UNSURE},   /* 1243: not the connection we prepared on     */
    {ER_UNKNOWN_COM_ERROR,                 E_LOST,      E_LOST,      E_LOST},     /* 1047, WSREP not ready: nothing was done     */
    {CR_CONNECTION_ERROR,                  E_BUSY,      E_BUSY,      E_BUSY},     /* 2002                                        */
    {CR_CONN_HOST_ERROR,                   E_BUSY,      E_BUSY,      E_BUSY},     /* 2003                                        */
    {ER_CON_COUNT_ERROR,                   E_BUSY,      E_BUSY,      E_BUSY},     /* 1040                                        */
    {ER_USER_LIMIT_REACHED,                E_BUSY,      E_BUSY,      E_BUSY},     /* 1226                                        */
    {ER_TOO_MANY_USER_CONNECTIONS,         E_BUSY,      E_BUSY,      E_BUSY},     /* 1203                                        */
    {ER_DISK_FULL,                         E_BUSY,      E_BUSY,      E_BUSY},     /* 1021                                        */
    {ER_RECORD_FILE_FULL,                  E_BUSY,      E_BUSY,      E_BUSY},     /* 1114                                        */
    {3,                                    E_BUSY,      E_BUSY,      E_BUSY},     /* EE_WRITE: disk                              */
    {28,                                   E_BUSY,      E_BUSY,      E_BUSY},     /* ENOSPC                                      */
    {ER_OPTION_PREVENTS_STATEMENT,         E_BUSY,      E_BUSY,      E_BUSY},     /* 1290, read-only server: fail-over under way */
    {ER_READ_ONLY_MODE,                    E_BUSY,      E_BUSY,      E_BUSY},     /* 1836                                        */
    {ER_TABLEACCESS_DENIED_ERROR,          E_GRANT,     E_GRANT,     E_GRANT},    /* 1142                                        */
    {ER_COLUMNACCESS_DENIED_ERROR,         E_GRANT,     E_GRANT,     E_GRANT},    /* 1143                                        */
    {ER_DBACCESS_DENIED_ERROR,             E_GRANT,     E_GRANT,     E_GRANT},    /* 1044                                        */
    {ER_PROCACCESS_DENIED_ERROR,           E_GRANT,     E_GRANT,     E_GRANT},    /* 1370                                        */
    {ER_SPECIFIC_ACCESS_DENIED_ERROR,      E_GRANT,     E_GRANT,     E_GRANT},    /* 1227                                        */
    {ER_ACCESS_DENIED_ERROR,               E_CONF,      E_CONF,      E_CONF},     /* 1045, at connecting                         */
    {ER_ACCESS_DENIED_NO_PASSWORD_ERROR,   E_CONF,      E_CONF,      E_CONF},     /* 1698, at connecting                         */
    {ER_BAD_DB_ERROR,                      E_CONF,      E_CONF,      E_CONF},     /* 1049, at connecting                         */
    {ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, E_BUG,   E_BUG,       E_BUG},      /* 1792: a write in a read-only unit           */
    {ER_DUP_ENTRY,                         E_CONFLICT,  E_CONFLICT,  E_CONFLICT}, /* 1062                                        */
    {ER_NET_PACKET_TOO_LARGE,              E_TOOBIG,    E_TOOBIG,    E_TOOBIG},   /* 1153                                        */
};
/* clang-format on */

enum err db_code(unsigned no, enum db_phase phase)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        const struct meaning *m = &meanings[i];
        if (m->no == no)
            return phase == DB_COMMIT ? m->commit : phase == DB_WRITE ? m->write : m->read;
    }
    return E_DB;
}

enum err db_failed(struct db *db, enum db_phase phase, unsigned no, const char *text, const char *what)
{
    enum err e = db_code(no, phase);

    db->no = no;
    if (e == E_LOST || e == E_UNSURE)
        db->lost = true;
    return fail(e, "%s: %s (%u)", what, text, no);
}

/* ---- failing on purpose ---- */

static void cut(struct db *db)
{
    if (db->my != NULL)
        shutdown((int)mysql_get_socket(db->my), SHUT_RDWR);
}

unsigned db_fault_before(struct db *db, enum fault f, enum db_phase phase)
{
    if (f == FAULT_KILL_BEFORE)
        FAULT_KILL();
    if (f == FAULT_CUT_BEFORE)
        cut(db);
    if (f == FAULT_BEFORE)
        return phase == DB_COMMIT ? ER_ERROR_DURING_COMMIT : ER_LOCK_DEADLOCK;
    return 0;
}

unsigned db_fault_after(struct db *db, enum fault f, enum db_phase phase)
{
    if (f == FAULT_KILL_AFTER)
        FAULT_KILL();
    if (f == FAULT_CUT_AFTER) {
        cut(db);
        return CR_SERVER_LOST;
    }
    if (f == FAULT_AFTER)
        return phase == DB_COMMIT ? ER_ERROR_DURING_COMMIT : ER_LOCK_DEADLOCK;
    return 0;
}

enum err db_plain(struct db *db, enum db_phase phase, const char *sql)
{
    enum fault f = FAULT_AT("db");
    unsigned no = db_fault_before(db, f, phase);

    if (no != 0)
        return db_failed(db, phase, no, "failed on purpose", sql);
    if (mysql_real_query(db->my, sql, strlen(sql)) != 0)
        return db_failed(db, phase, mysql_errno(db->my), mysql_error(db->my), sql);
    no = db_fault_after(db, f, phase);
    return no != 0 ? db_failed(db, phase, no, "failed on purpose", sql) : OK;
}

/* ---- connecting ---- */

void db_drop(struct db *db)
{
    if (db->my == NULL)
        return;
    stmt_close_all(db);
    mysql_close(db->my);
    arena_free(db->session);
    db->my = NULL;
    db->session = NULL;
    db->lost = false;
}

static void db_end(void *p)
{
    db_drop(p);
}

/* The settings of the session; those that can go wrong in silence are read back. */
static enum err session_check(struct db *db)
{
    struct unit u = {.mem = db->session, .db = db};
    struct q_db_session s = {0};
    struct q_db_snapshot snap = {0};

    TRY(q_db_session(&u, &s));
    TRY(q_db_snapshot(&u, &snap));
    if (!s.found || strstr(s.out.mode, "STRICT_ALL_TABLES") == NULL || !s.out.autocommit)
        return fail(E_CONF, "MariaDB: the session is not in strict mode with autocommit");
    if (strcmp(s.out.zone, "+00:00") != 0 || strcmp(s.out.level, "REPEATABLE-READ") != 0)
        return fail(E_CONF, "MariaDB: the session is not in UTC at REPEATABLE READ");
    if (strcmp(s.out.collation, "utf8mb4_uca1400_ai_ci") != 0)
        return fail(E_CONF, "MariaDB: the collation is %s, not utf8mb4_uca1400_ai_ci", s.out.collation);
    if (!s.out.rollback)
        return fail(E_CONF,
                    "MariaDB: innodb_rollback_on_timeout must be ON in the server's configuration, else a lock wait leaves "
                    "half a transaction behind");
    if (snap.found && snap.out.value != NULL && strcmp(snap.out.value, "ON") != 0)
        return db_plain(db, DB_READ, "SET SESSION innodb_snapshot_isolation = ON");
    return OK;
}

static enum err session_set(struct db *db)
{
    unsigned wait = db->timeout / 2 < 1 ? 1 : db->timeout / 2 > 5 ? 5 : db->timeout / 2;
    char sql[256];

    TRY(db_plain(db, DB_READ, "SET NAMES utf8mb4 COLLATE utf8mb4_uca1400_ai_ci"));
    TRY(db_plain(db, DB_READ,
                 "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY,"
                 "ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE'"));
    /* for read-only units: all their statements see one snapshot; unit.c chooses READ COMMITTED for those that write */
    TRY(db_plain(db, DB_READ, "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ"));
    /* the server must give up before we stop waiting, else the outcome is unknown without need */
    snprintf(sql, sizeof sql,
             "SET SESSION time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = %u, "
             "max_statement_time = %u.%u",
             wait, db->timeout * 9 / 10, db->timeout * 9 % 10);
    TRY(db_plain(db, DB_READ, sql));
    return session_check(db);
}

static enum err connect_once(struct db *db)
{
    unsigned timeout = db->timeout, local = 0, protocol = MYSQL_PROTOCOL_SOCKET;
    my_bool no = 0, yes = 1;
    enum fault f = FAULT_AT("db");
    unsigned fault = db_fault_before(db, f, DB_READ);

    db->my = mysql_init(NULL);
    if (db->my == NULL)
        return fail(E_BUSY, "MariaDB: no memory for a connection");
    db->session = arena_new(0);
    db->lost = false;
    mysql_optionsv(db->my, MYSQL_OPT_CONNECT_TIMEOUT, &timeout);
    mysql_optionsv(db->my, MYSQL_OPT_READ_TIMEOUT, &timeout);
    mysql_optionsv(db->my, MYSQL_OPT_WRITE_TIMEOUT, &timeout);
    mysql_optionsv(db->my, MYSQL_OPT_RECONNECT, &no);
    mysql_optionsv(db->my, MYSQL_OPT_LOCAL_INFILE, &local);
    mysql_optionsv(db->my, MYSQL_OPT_PROTOCOL, &protocol);
    mysql_optionsv(db->my, MYSQL_REPORT_DATA_TRUNCATION, &yes);
    mysql_optionsv(db->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (fault != 0)
        return db_failed(db, DB_READ, CR_CONNECTION_ERROR, "failed on purpose", "connecting");
    if (mysql_real_connect(db->my, NULL, db->user, db->password, db->conf->db_name, 0, db->conf->db_socket, 0) == NULL)
        return db_failed(db, DB_READ, mysql_errno(db->my), mysql_error(db->my), "connecting");
    fault = db_fault_after(db, f, DB_READ);
    if (fault != 0)
        return db_failed(db, DB_READ, fault, "failed on purpose", "connecting");
    return session_set(db);
}

enum err db_ready(struct db *db)
{
    if (db->my != NULL && !db->lost)
        return OK;
    db_drop(db);
    enum err e = connect_once(db);
    if (e == OK)
        return OK;
    db_drop(db);
    if (e == E_CONF)
        return err_pass(e, __FILE__, __LINE__);
    return fail(E_BUSY, "MariaDB at %s as %s cannot be reached (%u)", db->conf->db_socket, db->user, db->no);
}

enum err db_open(struct arena *mem, const struct conf *conf, const char *account, struct db **out)
{
    struct db *db = ARENA_NEW(mem, struct db);

    db->conf = conf;
    db->timeout = (unsigned)conf->db_timeout;
    db->user = conf->db_user[0] != '\0' ? conf->db_user : arena_printf(mem, "gradus_%s", account);
    TRY(conf_db_password(mem, conf, db->user, &db->password));
    arena_at_end(mem, db_end, db);
    TRY(db_ready(db));
    *out = db;
    return OK;
}

uint64_t db_statements(const struct db *db)
{
    return db->statements;
}

/* ---- scripts ---- */

static enum err script_run(struct db *db, const char *where, int line, const char *sql, size_t n)
{
    int results = 0, more;

    if (mysql_real_query(db->my, sql, n) != 0) {
        enum err e = db_failed(db, DB_WRITE, mysql_errno(db->my), mysql_error(db->my), where);
        return fail(e, "%s:%d: %s (%u)", where, line, mysql_error(db->my), db->no);
    }
    do {
        MYSQL_RES *r = mysql_store_result(db->my);
        if (r != NULL)
            mysql_free_result(r);
        more = mysql_next_result(db->my);
    } while (more == 0 && ++results < LIMIT_DB_RESULTS);
    if (more > 0)
        return fail(E_DB, "%s:%d: %s (%u)", where, line, mysql_error(db->my), mysql_errno(db->my));
    return OK;
}

static bool ends_with(const struct buf *b, const char *end, size_t n)
{
    return b->len >= n && memcmp(b->p + b->len - n, end, n) == 0;
}

enum err db_script(struct db *db, const char *where, const char *sql, size_t n)
{
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, LIMIT_DB_SCRIPT);
    const char *end = ";";
    int line = 0, begun = 0;
    enum err e = db_ready(db);

    for (size_t at = 0; at < n && e == OK;) {
        const char *nl = memchr(sql + at, '\n', n - at);
        size_t len = nl != NULL ? (size_t)(nl - (sql + at)) : n - at;
        const char *text = arena_strndup(mem, sql + at, len);
        const char *first = text + strspn(text, " \t\r");
        at += len + 1;
        line++;
        if (b.len == 0 && (*first == '\0' || strncmp(first, "--", 2) == 0))
            continue;
        if (b.len == 0 && strncmp(first, "DELIMITER ", 10) == 0) {
            end = text_clean(mem, first + 10, false);
            continue;
        }
        begun = b.len == 0 ? line : begun;
        while (len > 0 && strchr(" \t\r", text[len - 1]) != NULL)
            len--;
        buf_add(&b, text, len);
        if (*end != '\0' && ends_with(&b, end, strlen(end))) {
            e = script_run(db, where, begun, b.p, b.len - strlen(end));
            b.len = 0;
        } else {
            buf_char(&b, '\n');
        }
    }
    if (e == OK)
        e = buf_done(&b);
    if (e == OK && b.len > 0)
        e = fail(E_DB, "%s:%d: the last statement does not end with '%s'", where, begun, end);
    arena_free(mem);
    return e;
}
