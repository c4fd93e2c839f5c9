/* engine/web/form.c - fields into a typed struct, and back onto the page with everything that was typed.
 *
 * For     handlers that never parse: a form is a const table (struct form_def).
 * Owns    the rules of each kind of field and the list of field errors of a request.
 * Never   fills a member that the table does not name (no mass assignment); shows a secret again.
 * Holds   a name that the table does not declare as a list stands at most once, else the request is refused as malformed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "web/web_int.h"

enum { LIMIT_OTHER_NAME = 60 };

static const struct pair *fields_of(const struct web *w, size_t *n)
{
    bool post = w->rq.method == POST;

    *n = post ? w->rq.n_field : w->rq.n_query;
    return post ? w->rq.field : w->rq.query;
}

static void fault_add(struct web *w, const char *field, const char *key)
{
    for (int i = 0; i < w->n_fault; i++) {
        if (strcmp(w->fault[i].field, field) == 0) /* the first one is the one to mend */
            return;
    }
    if (w->n_fault < LIMIT_FAULTS)
        w->fault[w->n_fault++] = (struct fault){.field = arena_strdup(w->mem, field), .key = arena_strdup(w->mem, key)};
}

enum err form_error(struct web *w, const char *field, const char *key)
{
    fault_add(w, field, key);
    return fail(E_FORM, "field %s: %s", field, key);
}

/* May NAME come several times? */
static bool is_list(const struct form_def *def, const char *name)
{
    for (uint8_t i = 0; i < def->n_field; i++) {
        const struct form_field *f = &def->field[i];
        if (f->kind == FORM_IDS && strcmp(f->name, name) == 0)
            return true;
    }
    return false;
}

static enum err repeated(const struct web *w, const struct form_def *def)
{
    size_t n;
    const struct pair *p = fields_of(w, &n);

    for (size_t i = 0; i < n; i++) {
        if (is_list(def, p[i].name))
            continue;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(p[i].name, p[k].name) == 0)
                return fail(E_INPUT, "field '%s' stands twice", p[i].name);
        }
    }
    return OK;
}

static void *member(void *form, const struct form_field *f)
{
    return (char *)form + f->offset;
}

static void read_text(struct web *w, const struct form_field *f, const char *raw, void *form)
{
    const char **out = member(form, f);
    bool secret = f->kind == FORM_SECRET;

    *out = raw == NULL ? "" : secret ? raw : text_clean(w->mem, raw, f->kind == FORM_LINES);
    int64_t n = (int64_t)(secret ? strlen(*out) : text_count(*out));
    if (n == 0 && f->required)
        fault_add(w, f->name, "form.required");
    else if (n > 0 && n < f->least)
        fault_add(w, f->name, "form.too_short");
    else if (f->most > 0 && n > f->most)
        fault_add(w, f->name, "form.too_long");
}

static void read_number(struct web *w, const struct form_field *f, const char *raw, void *form)
{
    const char *s = raw != NULL ? text_clean(w->mem, raw, false) : "";
    uint64_t id = 0;
    int64_t v = 0;

    if (*s == '\0') {
        if (f->required)
            fault_add(w, f->name, "form.required");
        return;
    }
    if (f->kind == FORM_ID) {
        if (!text_u64(s, &id) || id == 0)
            fault_add(w, f->name, "form.not_known");
        else
            memcpy(member(form, f), &id, sizeof id);
        return;
    }
    if (!text_i64(s, &v))
        fault_add(w, f->name, "form.not_a_number");
    else if (v < f->least || v > f->most)
        fault_add(w, f->name, "form.out_of_range");
    else
        memcpy(member(form, f), &v, sizeof v);
}

static void read_choice(struct web *w, const struct form_field *f, const char *raw, void *form)
{
    const char **out = member(form, f);

    *out = "";
    if (raw == NULL || *raw == '\0') {
        if (f->required)
            fault_add(w, f->name, "form.required");
    } else if (strpbrk(raw, " ,") != NULL || !text_in_list(f->choices, raw)) {
        fault_add(w, f->name, "form.not_offered");
    } else {
        *out = raw;
    }
}

static void read_ids(struct web *w, const struct form_field *f, void *form)
{
    struct form_ids *out = member(form, f);
    size_t n;
    const struct pair *p = fields_of(w, &n);

    out->id = ARENA_NEW_N(w->mem, uint64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        uint64_t id;
        if (strcmp(p[i].name, f->name) != 0 || *p[i].value == '\0')
            continue;
        if (!text_u64(p[i].value, &id) || id == 0)
            fault_add(w, f->name, "form.not_known");
        else
            out->id[out->n++] = id;
    }
    if ((f->required && out->n == 0) || (int64_t)out->n < f->least)
        fault_add(w, f->name, "form.required");
    else if (f->most > 0 && (int64_t)out->n > f->most)
        fault_add(w, f->name, "form.too_many");
}

static void read_files(struct web *w, const struct form_field *f, void *form)
{
    struct form_files *out = member(form, f);

    out->file = ARENA_NEW_N(w->mem, struct form_file, w->rq.n_file + 1);
    for (size_t i = 0; i < w->rq.n_file; i++) {
        const struct part *p = &w->rq.file[i];
        if (strcmp(p->field, f->name) != 0)
            continue;
        if (p->big)
            fault_add(w, f->name, "form.file_toobig");
        else
            out->file[out->n++] = (struct form_file){.name = p->name, .type = p->type, .bytes = p->bytes};
    }
    if (f->required && out->n == 0)
        fault_add(w, f->name,
                  "form.required"); /* after a file that is too big this says nothing: the first fault of a field stands */
    else if (f->most > 0 && (int64_t)out->n > f->most)
        fault_add(w, f->name, "form.too_many");
}

static bool other_name(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && n <= LIMIT_OTHER_NAME && s[n] == '\0';
}

static enum err read_other(struct web *w, const struct form_field *f, void *form)
{
    struct form_other *out = member(form, f);
    size_t n, skip = strlen(f->name);
    const struct pair *p = fields_of(w, &n);

    out->field = arena_alloc_n(w->mem, n + 1, sizeof *out->field);
    for (size_t i = 0; i < n; i++) {
        if (!text_starts(p[i].name, f->name))
            continue;
        if (!other_name(p[i].name + skip))
            return fail(E_INPUT, "a field's name after '%s' is no name", f->name);
        if (f->most > 0 && (int64_t)text_count(p[i].value) > f->most)
            fault_add(w, p[i].name, "form.too_long");
        out->field[out->n].name = p[i].name + skip;
        out->field[out->n++].value = text_clean(w->mem, p[i].value, true);
    }
    return OK;
}

static enum err read_field(struct web *w, const struct form_field *f, void *form)
{
    size_t n;
    const struct pair *p = fields_of(w, &n);
    const char *raw = request_find(p, n, f->name);

    switch (f->kind) {
    case FORM_TEXT:
    case FORM_LINES:
    case FORM_SECRET:
        read_text(w, f, raw, form);
        break;
    case FORM_ID:
    case FORM_INT:
        read_number(w, f, raw, form);
        break;
    case FORM_BOOL:
        *(bool *)member(form, f) = raw != NULL && (strcmp(raw, "1") == 0 || strcmp(raw, "on") == 0);
        break;
    case FORM_CHOICE:
        read_choice(w, f, raw, form);
        break;
    case FORM_IDS:
        read_ids(w, f, form);
        break;
    case FORM_FILES:
        read_files(w, f, form);
        break;
    case FORM_OTHER:
        return read_other(w, f, form);
    }
    return OK;
}

enum err form_read(struct web *w, const struct form_def *def, const void **out)
{
    void *form = arena_alloc(w->mem, def->size);

    *out = form;
    TRY(repeated(w, def));
    for (uint8_t i = 0; i < def->n_field; i++)
        TRY(read_field(w, &def->field[i], form));
    return w->n_fault == 0 ? OK : fail(E_FORM, "form %s: field %s: %s", def->name, w->fault[0].field, w->fault[0].key);
}

/* Form.<field>.<leaf>; a name of outside letters was checked by other_name() */
static void show(struct web *w, const char *field, const char *leaf, const char *value)
{
    view_page(w->view, arena_printf(w->mem, "Form.%s.%s", field, leaf), value);
}

void form_value(struct web *w, const char *field, const char *value)
{
    show(w, field, "value", value);
}

static void show_ids(struct web *w, const char *name)
{
    size_t n;
    const struct pair *p = fields_of(w, &n);
    uint64_t id;
    int row = 0;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(p[i].name, name) != 0 || !text_u64(p[i].value, &id))
            continue;
        view_page(w->view, arena_printf(w->mem, "Form.%s.values.%d", name, row++), p[i].value);
        view_page(w->view, arena_printf(w->mem, "Form.%s.has.%" PRIu64, name, id), "1");
    }
}

void form_show(struct web *w, const struct form_def *def)
{
    size_t n;
    const struct pair *p = fields_of(w, &n);

    for (uint8_t i = 0; def != NULL && i < def->n_field; i++) {
        const struct form_field *f = &def->field[i];
        const char *raw = request_find(p, n, f->name);

        if (f->kind == FORM_IDS)
            show_ids(w, f->name);
        if (f->kind == FORM_OTHER) {
            for (size_t k = 0; k < n; k++) {
                if (text_starts(p[k].name, f->name) && other_name(p[k].name + strlen(f->name)))
                    show(w, p[k].name, "value", p[k].value);
            }
        } else if (f->kind != FORM_SECRET && f->kind != FORM_FILES && f->kind != FORM_IDS) {
            show(w, f->name, "value", raw);
        }
    }
    for (int i = 0; i < w->n_fault; i++)
        show(w, w->fault[i].field, "error", lang_text(w->site->lang, w->lang, w->fault[i].key));
}
