/* engine/db/stmt.c - prepared statements with typed parameters and results.
 *
 * For     executing one statement of a .sql file with a C struct in and C structs out.
 * Owns    preparing (once per connection, at first use), binding, fetching.
 * Never   builds SQL; begins or ends a transaction; cuts a value to fit.
 * Holds   the number and kinds of columns are those that the .sql file declares, else the statement does not run.
 *
 * Texts and blobs are not given a buffer at binding: mysql_stmt_fetch() then reports their lengths, and each is fetched once
 * into memory of exactly that size. Numbers are fetched as 64 bits and checked against the declared type here. */
#include "db/db_int.h"

#include <mysqld_error.h>

union cell {
    uint64_t u;
    int64_t i;
};

struct column {
    union cell cell;
    unsigned long length;
    my_bool null, error;
};

/* ---- the cache ---- */

static size_t slot_of(const struct stmt_def *s)
{
    return (size_t)(((uintptr_t)s >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 54) & (LIMIT_DB_STATEMENTS - 1);
}

void stmt_close_all(struct db *db)
{
    for (size_t i = 0; i < LIMIT_DB_STATEMENTS; i++) {
        if (db->slot[i] != NULL)
            mysql_stmt_close(db->slot[i]->handle);
        db->slot[i] = NULL;
    }
    db->used = 0;
}

static enum db_phase phase_of(const struct stmt_def *s)
{
    return s->write ? DB_WRITE : DB_READ;
}

static enum err failed(struct db *db, const struct stmt_def *s, MYSQL_STMT *h)
{
    return db_failed(db, phase_of(s), mysql_stmt_errno(h), mysql_stmt_error(h), s->name);
}

static bool is_number(enum stmt_type t)
{
    return t != STMT_TEXT && t != STMT_BLOB;
}

/* Is the statement what its header says? */
static enum err shape_check(const struct stmt_def *s, MYSQL_STMT *h)
{
    if (mysql_stmt_param_count(h) != s->n_order)
        return fail(E_BUG, "%s:%d: %s has %lu parameters, the server sees another number", s->file, s->line, s->name,
                    mysql_stmt_param_count(h));
    unsigned columns = mysql_stmt_field_count(h);
    if (columns == 0 && s->write) /* INSERT ... RETURNING tells its columns only when it is executed: fetch() looks */
        return OK;
    if (columns != s->n_out)
        return fail(E_BUG, "%s:%d: %s declares %u columns, the server gives %u", s->file, s->line, s->name, s->n_out, columns);
    if (s->n_out == 0)
        return OK;
    MYSQL_RES *meta = mysql_stmt_result_metadata(h);
    if (meta == NULL)
        return fail(E_BUSY, "%s: no memory for its columns", s->name);
    enum err e = OK;
    for (unsigned i = 0; i < s->n_out && e == OK; i++) {
        enum enum_field_types t = mysql_fetch_field_direct(meta, i)->type;
        bool text = t == MYSQL_TYPE_STRING || t == MYSQL_TYPE_VAR_STRING || t == MYSQL_TYPE_VARCHAR || t == MYSQL_TYPE_BLOB ||
                    t == MYSQL_TYPE_TINY_BLOB || t == MYSQL_TYPE_MEDIUM_BLOB || t == MYSQL_TYPE_LONG_BLOB;
        if (text == is_number(s->out[i].type) && t != MYSQL_TYPE_NULL)
            e = fail(E_BUG, "%s:%d: column '%s' of %s is of another type on the server (%d)", s->file, s->line, s->out[i].name,
                     s->name, (int)t);
    }
    mysql_free_result(meta);
    return e;
}

static enum err prepare(struct db *db, const struct stmt_def *s, struct stmt **out)
{
    size_t at = slot_of(s);
    enum fault f;
    unsigned no;

    for (size_t i = 0; db->slot[at] != NULL && i < LIMIT_DB_STATEMENTS; i++, at = (at + 1) & (LIMIT_DB_STATEMENTS - 1)) {
        if (db->slot[at]->def == s) {
            *out = db->slot[at];
            return OK;
        }
    }
    if (db->used + 1 >= LIMIT_DB_STATEMENTS)
        return fail(E_BUG, "%s: more than %d statements on one connection", s->name, LIMIT_DB_STATEMENTS);
    f = FAULT_AT("db");
    no = db_fault_before(db, f, DB_READ);
    if (no != 0)
        return db_failed(db, DB_READ, no, "failed on purpose", s->name);
    MYSQL_STMT *h = mysql_stmt_init(db->my);
    if (h == NULL)
        return fail(E_BUSY, "%s: no memory to prepare it", s->name);
    enum err e = mysql_stmt_prepare(h, s->sql, strlen(s->sql)) != 0 ? failed(db, s, h) : shape_check(s, h);
    no = db_fault_after(db, f, DB_READ);
    if (e == OK && no != 0)
        e = db_failed(db, DB_READ, no, "failed on purpose", s->name);
    if (e != OK) {
        mysql_stmt_close(h);
        return err_pass(e, __FILE__, __LINE__);
    }
    struct stmt *st = ARENA_NEW(db->session, struct stmt);
    *st = (struct stmt){.def = s, .handle = h};
    db->slot[at] = st;
    db->used++;
    *out = st;
    return OK;
}

enum err stmt_prepare_only(struct db *db, const struct stmt_def *s)
{
    struct stmt *st;

    TRY(db_ready(db));
    return prepare(db, s, &st);
}

/* ---- parameters ---- */

static enum enum_field_types wire_type(enum stmt_type t)
{
    switch (t) {
    case STMT_U64:
    case STMT_I64:
        return MYSQL_TYPE_LONGLONG;
    case STMT_U32:
    case STMT_I32:
        return MYSQL_TYPE_LONG;
    case STMT_BOOL:
        return MYSQL_TYPE_TINY;
    case STMT_TEXT:
        return MYSQL_TYPE_STRING;
    case STMT_BLOB:
        return MYSQL_TYPE_BLOB;
    }
    return MYSQL_TYPE_NULL;
}

static size_t wire_size(enum stmt_type t)
{
    return t == STMT_U64 || t == STMT_I64 ? 8 : t == STMT_BOOL ? 1 : 4;
}

/* The text or blob of a field, and whether there is any. */
static bool value_of(const struct stmt_field *f, const char *row, struct span *v)
{
    if (f->type == STMT_TEXT) {
        v->p = *(const char *const *)(const void *)(row + f->offset);
        v->n = v->p != NULL ? strlen(v->p) : 0;
    } else {
        *v = *(const struct span *)(const void *)(row + f->offset);
    }
    return v->p != NULL;
}

static bool is_null(const struct stmt_field *f, const char *row)
{
    struct span v;

    if (is_number(f->type))
        return f->null && *(const bool *)(row + f->null_offset);
    return !value_of(f, row, &v);
}

static enum err null_refused(const struct stmt_def *s, const struct stmt_field *f)
{
    return fail(E_BUG, "%s: parameter '%s' is NULL but not declared so", s->name, f->name);
}

/* One field of N rows as a column: numbers packed, texts as pointers with lengths, NULLs as indicators. */
static enum err bind_field(struct unit *u, const struct stmt_def *s, unsigned at, const char *rows, size_t n, MYSQL_BIND *b)
{
    const struct stmt_field *f = &s->in[at];
    size_t size = is_number(f->type) ? wire_size(f->type) : sizeof(char *);
    char *column = arena_alloc_n(u->mem, n, size);
    unsigned long *length = arena_alloc_n(u->mem, n, sizeof *length);
    char *indicator = arena_alloc_n(u->mem, n, 1);

    for (size_t i = 0; i < n; i++) {
        const char *row = rows + i * s->in_size;
        struct span v;
        bool null = is_null(f, row);
        if (null && !f->null)
            return null_refused(s, f);
        indicator[i] = null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
        if (is_number(f->type)) {
            memcpy(column + i * size, row + f->offset, size);
        } else if (value_of(f, row, &v)) {
            memcpy(column + i * size, &v.p, sizeof v.p);
            length[i] = v.n;
        }
    }
    *b = (MYSQL_BIND){.buffer_type = wire_type(f->type), .is_unsigned = f->type == STMT_U64 || f->type == STMT_U32};
    b->length = length;
    if (s->bulk) {
        b->buffer = column;
        b->u.indicator = indicator;
        return OK;
    }
    b->buffer = is_number(f->type) ? column : *(char **)(void *)column;
    b->buffer_length = length[0];
    if (indicator[0] == STMT_INDICATOR_NULL)
        b->buffer_type = MYSQL_TYPE_NULL;
    return OK;
}

static enum err bind_in(struct unit *u, const struct stmt *st, const void *in, size_t n)
{
    const struct stmt_def *s = st->def;
    MYSQL_BIND *field = ARENA_NEW_N(u->mem, MYSQL_BIND, s->n_in), *param = ARENA_NEW_N(u->mem, MYSQL_BIND, s->n_order);

    for (unsigned i = 0; i < s->n_in; i++)
        TRY(bind_field(u, s, i, in, n, &field[i]));
    for (unsigned i = 0; i < s->n_order; i++)
        param[i] = field[s->order[i]];
    if (s->bulk) {
        unsigned rows = (unsigned)n;
        mysql_stmt_attr_set(st->handle, STMT_ATTR_ARRAY_SIZE, &rows);
    }
    if (s->n_order > 0 && mysql_stmt_bind_param(st->handle, param) != 0)
        return failed(u->db, s, st->handle);
    return OK;
}

/* ---- results ---- */

static enum err bad_value(const struct stmt_def *s, const struct stmt_field *f, const char *why)
{
    return fail(E_DB, "%s: column '%s' %s", s->name, f->name, why);
}

static enum err store_number(const struct stmt_def *s, const struct stmt_field *f, const struct column *c, char *row)
{
    bool fits = c->error == 0;
    char *to = row + f->offset;

    if (f->type == STMT_U64)
        memcpy(to, &c->cell.u, sizeof c->cell.u);
    else if (f->type == STMT_I64)
        memcpy(to, &c->cell.i, sizeof c->cell.i);
    if (f->type == STMT_U32) {
        uint32_t v = (uint32_t)c->cell.u;
        fits = fits && v == c->cell.u;
        memcpy(to, &v, sizeof v);
    } else if (f->type == STMT_I32) {
        int32_t v = (int32_t)c->cell.i;
        fits = fits && v == c->cell.i;
        memcpy(to, &v, sizeof v);
    } else if (f->type == STMT_BOOL) {
        fits = fits && c->cell.u <= 1;
        *(bool *)to = c->cell.u == 1;
    }
    return fits ? OK : bad_value(s, f, "has a number outside its declared type");
}

static enum err store_text(struct unit *u, const struct stmt *st, unsigned at, const struct column *c, char *row)
{
    const struct stmt_def *s = st->def;
    const struct stmt_field *f = &s->out[at];

    if (c->length > LIMIT_DB_VALUE)
        return fail(E_TOOBIG, "%s: column '%s' has %lu bytes", s->name, f->name, c->length);
    char *p = arena_alloc(u->mem, c->length + 1);
    unsigned long length = c->length;
    my_bool null = 0, error = 0;
    MYSQL_BIND b = {.buffer_type = f->type == STMT_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB,
                    .buffer = p,
                    .buffer_length = c->length + 1,
                    .length = &length,
                    .is_null = &null,
                    .error = &error};
    if (c->length > 0 && mysql_stmt_fetch_column(st->handle, &b, at, 0) != 0)
        return failed(u->db, s, st->handle);
    if (error != 0 || length != c->length)
        return bad_value(s, f, "was cut in transfer");
    p[c->length] = '\0';
    if (f->type == STMT_TEXT) {
        if (memchr(p, '\0', c->length) != NULL)
            return bad_value(s, f, "has a NUL byte");
        memcpy(row + f->offset, &p, sizeof p);
    } else {
        *(struct span *)(void *)(row + f->offset) = (struct span){.p = p, .n = c->length};
    }
    return OK;
}

static enum err store_row(struct unit *u, const struct stmt *st, const struct column *c, char *row)
{
    const struct stmt_def *s = st->def;

    for (unsigned i = 0; i < s->n_out; i++) {
        const struct stmt_field *f = &s->out[i];
        if (c[i].null) {
            if (!f->null)
                return bad_value(s, f, "is NULL but not declared so");
            if (is_number(f->type))
                *(bool *)(row + f->null_offset) = true;
        } else if (is_number(f->type)) {
            TRY(store_number(s, f, &c[i], row));
        } else {
            TRY(store_text(u, st, i, &c[i], row));
        }
    }
    return OK;
}

static enum err bind_out(struct unit *u, const struct stmt *st, struct column *c)
{
    const struct stmt_def *s = st->def;
    MYSQL_BIND *b = ARENA_NEW_N(u->mem, MYSQL_BIND, s->n_out);

    for (unsigned i = 0; i < s->n_out; i++) {
        enum stmt_type t = s->out[i].type;
        b[i] = (MYSQL_BIND){.length = &c[i].length, .is_null = &c[i].null, .error = &c[i].error};
        if (is_number(t)) {
            b[i].buffer_type = MYSQL_TYPE_LONGLONG;
            b[i].is_unsigned = t != STMT_I64 && t != STMT_I32;
            b[i].buffer = &c[i].cell;
            b[i].buffer_length = sizeof c[i].cell;
        } else {
            b[i].buffer_type = t == STMT_TEXT ? MYSQL_TYPE_STRING : MYSQL_TYPE_BLOB;
        }
    }
    if (mysql_stmt_bind_result(st->handle, b) != 0 || mysql_stmt_store_result(st->handle) != 0)
        return failed(u->db, s, st->handle);
    return OK;
}

static enum err fetch(struct unit *u, const struct stmt *st, const struct stmt_result *r)
{
    const struct stmt_def *s = st->def;
    struct column *c = ARENA_NEW_N(u->mem, struct column, s->n_out);

    if (mysql_stmt_field_count(st->handle) != s->n_out)
        return fail(E_BUG, "%s:%d: %s does not answer with the %u columns it declares", s->file, s->line, s->name, s->n_out);
    TRY(bind_out(u, st, c));
    my_ulonglong n = mysql_stmt_num_rows(st->handle);
    if (n > LIMIT_DB_ROWS)
        return fail(E_TOOBIG, "%s: %llu rows", s->name, (unsigned long long)n);
    if (s->shape == SHAPE_ONE && n > 1)
        return fail(E_BUG, "%s:%d: %s gives more than one row", s->file, s->line, s->name);
    char *to = s->shape == SHAPE_ONE ? r->out : arena_alloc_n(u->mem, n, s->out_size);
    if (s->shape == SHAPE_ONE) {
        *r->found = n == 1;
        memset(to, 0, s->out_size);
    } else {
        *r->rows = n > 0 ? to : NULL;
        *r->n_rows = n;
    }
    for (my_ulonglong i = 0; i < n; i++) {
        int got = mysql_stmt_fetch(st->handle);
        if (got != 0 && got != MYSQL_DATA_TRUNCATED)
            return failed(u->db, s, st->handle);
        TRY(store_row(u, st, c, to + i * s->out_size));
    }
    return OK;
}

/* A CALL answers with further results; the connection is not free before they are read. */
static enum err drain(struct db *db, const struct stmt *st)
{
    for (int i = 0; i < LIMIT_DB_RESULTS && mysql_stmt_more_results(st->handle); i++) {
        if (mysql_stmt_next_result(st->handle) > 0)
            return failed(db, st->def, st->handle);
    }
    return OK;
}

static enum err execute(struct unit *u, const struct stmt *st, const void *in, size_t n, const struct stmt_result *r)
{
    struct db *db = u->db;
    const struct stmt_def *s = st->def;
    enum fault f = FAULT_AT("db");
    unsigned no = db_fault_before(db, f, phase_of(s));

    if (no != 0)
        return db_failed(db, phase_of(s), no, "failed on purpose", s->name);
    TRY(bind_in(u, st, in, n));
    db->statements++;
    if (mysql_stmt_execute(st->handle) != 0)
        return failed(db, s, st->handle);
    enum err e = s->n_out > 0 ? fetch(u, st, r) : OK;
    if (s->n_out > 0)
        mysql_stmt_free_result(st->handle);
    TRY(e);
    TRY(drain(db, st));
    no = db_fault_after(db, f, phase_of(s));
    return no != 0 ? db_failed(db, phase_of(s), no, "failed on purpose", s->name) : OK;
}

enum err stmt_run(struct unit *u, const struct stmt_def *s, const void *in, size_t n, const struct stmt_result *r)
{
    uint64_t total = 0;
    struct stmt *st;

    if (u->db->my == NULL || u->db->lost)
        return fail(E_LOST, "%s: the connection is lost", s->name);
    /* the server refuses other writes there by itself, but would grant locks */
    if (s->write && s->n_out > 0 && !u->rw && u->db->busy)
        return fail(E_BUG, "%s: a locking read in a read-only unit", s->name);
    TRY(prepare(u->db, s, &st));
    for (size_t done = 0; done < n;) {
        size_t part = n - done < LIMIT_DB_BULK ? n - done : LIMIT_DB_BULK;
        TRY(execute(u, st, in != NULL ? (const char *)in + done * s->in_size : NULL, part, r));
        if (s->n_out == 0)
            total += mysql_stmt_affected_rows(st->handle);
        done += part;
    }
    if (r->affected != NULL)
        *r->affected = total;
    if (s->traced && (total > 0 || s->n_out > 0))
        u->writes++;
    return OK;
}
