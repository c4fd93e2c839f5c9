/* engine/desk/store.c - fields of a ticket as variables of its process (data stores).
 *
 * For     flow/: what a ticket and its asset hold, and what the process makes of it.
 * Owns    which field is which variable; the event that tells of a change.
 * Never   asks who may: the model was released by a second person.
 * Holds   a field that cannot be written is refused when the model is uploaded; service and asset are asked for once a unit. */
#include "desk/store.h"

#include "base/clock.h"
#include "desk/store.sql.h"

enum { FIELDS = 8 };

enum err store_asset(struct unit *u, const char *name, const int64_t *warranty, struct val *out)
{
    struct val_entry e[] = {{"name", val_null()}, {"warranty", val_null()}};

    *out = val_null();
    if (name == NULL)
        return OK;
    e[0].value = val_text(u->mem, name);
    if (warranty != NULL) {
        const char *day = arena_printf(u->mem, "{\"@date\":\"%.10s\"}", clock_text(u->mem, *warranty));
        TRY(val_read(u->mem, day, strlen(day), &e[1].value));
    }
    *out = val_context(u->mem, e, 2);
    return OK;
}

/* What stands in other tables. */
static enum err beside(struct unit *u, struct ticket *t)
{
    struct q_store_beside q = {.in = {.ticket = t->id}};

    if (t->service != NULL)
        return OK;
    TRY(q_store_beside(u, &q));
    if (!q.found)
        return fail(E_BUG, "%s is of no service", t->ref);
    t->service = q.out.service_key;
    return store_asset(u, q.out.asset, q.out.warranty_null ? NULL : &q.out.warranty, &t->asset);
}

static struct val text_or_null(struct unit *u, const char *s)
{
    return s[0] != '\0' ? val_text(u->mem, s) : val_null();
}

static enum err field_of(struct unit *u, struct ticket *t, const char *name, struct val *out)
{
    const struct {
        const char *name, *text;
    } texts[] = {{"ticket", t->ref},    {"title", t->title},     {"requester", t->requester_uid},
                 {"impact", t->impact}, {"urgency", t->urgency}, {"priority", ""}};

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (strcmp(texts[i].name, name) == 0)
            *out = text_or_null(u, texts[i].text);
    }
    if (strcmp(name, "priority") == 0 && t->priority != 0)
        *out = val_text(u->mem, arena_printf(u->mem, "P%u", t->priority));
    if (strcmp(name, "service") != 0 && strcmp(name, "asset") != 0)
        return OK;
    TRY(beside(u, t));
    *out = name[0] == 's' ? val_text(u->mem, t->service) : t->asset;
    return OK;
}

enum err store_vars(struct unit *u, void *subject, const struct proc *p, struct val *vars)
{
    struct val_entry e[FIELDS];
    size_t n = 0;

    for (int32_t i = 0; i < p->n_store && n < FIELDS; i++, n++) {
        e[n] = (struct val_entry){p->store[i].name, val_null()};
        TRY(field_of(u, subject, e[n].key, &e[n].value));
    }
    *vars = val_context(u->mem, e, n);
    return OK;
}

enum err store_classify(struct unit *u, struct ticket *t, const char *priority)
{
    const char *before = t->priority != 0 ? arena_printf(u->mem, "P%u", t->priority) : NULL;

    t->priority = (uint32_t)(priority[1] - '0');
    struct audit_field f[] = {{"priority", before, priority}, {"impact", NULL, t->impact}, {"urgency", NULL, t->urgency}};
    return ticket_event(u, t, EV_TICKET_CLASSIFIED, NULL, f, 3);
}

enum err store_write(struct unit *u, void *subject, const struct val_entry *field)
{
    struct ticket *t = subject;
    const char *text = val_string(u->mem, field->value);
    const char **column = strcmp(field->key, "title") == 0     ? &t->title
                          : strcmp(field->key, "impact") == 0  ? &t->impact
                          : strcmp(field->key, "urgency") == 0 ? &t->urgency
                                                               : NULL;

    if (strcmp(field->key, "priority") == 0)
        return store_classify(u, t, text);
    if (column == NULL)
        return fail(E_BUG, "%s is no field of a ticket that a process writes", field->key);
    text = text_cut(u->mem, text_clean(u->mem, text, false), LIMIT_TITLE);
    if (text[0] == '\0' || strcmp(text, *column) == 0)
        return OK;
    struct audit_field f = {field->key, *column, text};
    *column = text;
    return ticket_event(u, t, EV_TICKET_CHANGED, NULL, &f, 1);
}
