/* cgi-bin/designer/tryout.c - a decision tried with values that somebody types: the answer, what went wrong, which rules matched.
 *
 * For     the author of a draft and who releases it, for any version.
 * Owns    the reading of fields into values of the types that the model asks for.
 * Never   stores or changes anything; lets a text be more than a value (no variable of the house is in reach).
 * Holds   what was typed comes back as typed; a field that cannot be read says so beside it, and then nothing is decided. */
#include "designer.h"

#include "base/text.h"
#include "db/unit.h"
#include "desk/story.h"
#include "desk/words.h"

enum {
    LIMIT_TRYOUT_FIELDS = 150,
    LIMIT_TRYOUT_TEXT = 4000, /* letters of a field */
    LIMIT_TRYOUT_HITS = 20,   /* tables that are shown */
    LIMIT_TRYOUT_NOTES = 50,
    LIMIT_TRYOUT_RULES = 50,   /* numbers in a sentence */
    LIMIT_TRYOUT_WORD = 60,    /* letters of a value in a sentence */
    LIMIT_TRYOUT_SHOWN = 20000 /* letters of a value */
};

/* Tighter than what a process may take: a person waits for the page. */
static const struct feel_limits tryout_limits = {.steps = 200000,
                                                 .depth = 100,
                                                 .bytes = 8u << 20,
                                                 .list = 10000,
                                                 .string = 256u << 10,
                                                 .time = 1000000,
                                                 .match = 20000,
                                                 .heap = 1024};

/* One input of what was chosen. */
struct field {
    uint32_t element;         /* input data, or a decision that a service gets as an input */
    const char *name, *input; /* of the form's field; of the element */
    const struct outline_item *item;
    const char *typed;
    const char *wrong; /* text key, NULL = nothing */
    const char *where; /* in a FEEL text: what the compiler says, "" */
    struct val value;
};

struct tryout {
    struct decision_text text;
    uint32_t version; /* 0 = a draft */
    uint32_t element; /* what is asked */
    struct field *field;
    uint32_t n;
};

const char *tryout_feel(struct arena *mem, struct val v)
{
    char *s = val_string(mem, val_list(mem, &v, 1)); /* in a list, texts have their quotes */
    size_t n = strlen(s);

    if (n < 2 || s[0] != '[')
        return s;
    s[n - 1] = '\0';
    return text_cut(mem, s + 1, LIMIT_TRYOUT_SHOWN);
}

/* ---- fields ---- */

static const char *typed_of(const struct tryout_form *f, const char *name)
{
    for (size_t i = 0; f != NULL && i < f->value.n; i++) {
        if (strcmp(f->value.field[i].name, name) == 0)
            return f->value.field[i].value;
    }
    return "";
}

static void field_add(struct web *w, struct tryout *t, const struct tryout_form *f, uint32_t element)
{
    struct field *x = &t->field[t->n++];
    const char *number = arena_printf(web_mem(w), "%u", element);

    *x = (struct field){.element = element,
                        .name = arena_printf(web_mem(w), "v.%s", number),
                        .input = dmn_at(t->text.model, element)->name,
                        .item = table_outline(&t->text, element),
                        .typed = typed_of(f, number),
                        .where = ""};
}

/* The inputs of what was chosen: of a service its own, of a decision all that it may need. */
static void fields_of(struct web *w, struct tryout *t, const struct tryout_form *f)
{
    const struct dmn *m = t->text.model;
    const struct dmn_element *e = dmn_at(m, t->element);
    uint32_t n = 0;
    const uint32_t *inputs = dmn_inputs(m, t->element, web_mem(w), &n);

    t->field = ARENA_NEW_N(web_mem(w), struct field, LIMIT_TRYOUT_FIELDS);
    for (uint32_t i = 0; e->kind == DMN_SERVICE && i < e->n_param && t->n < LIMIT_TRYOUT_FIELDS; i++) {
        int64_t at = dmn_find(m, DMN_INPUT, e->param[i]);
        if (at < 0)
            at = dmn_find(m, DMN_DECISION, e->param[i]);
        if (at >= 0)
            field_add(w, t, f, (uint32_t)at);
    }
    for (uint32_t i = 0; e->kind == DMN_DECISION && i < n && t->n < LIMIT_TRYOUT_FIELDS; i++)
        field_add(w, t, f, inputs[i]);
}

static bool get_text(const void *ctx, const char *name, struct val *out)
{
    *out = *(const struct val *)ctx;
    return strcmp(name, "text") == 0;
}

/* A whole FEEL text in which no name but "text" is known. */
static bool evaluate(struct arena *mem, const char *feel, const struct val *text, struct field *x, struct val *out)
{
    static const char *const names[] = {"text"};
    struct feel_names in_reach = {.name = names, .n = text != NULL ? 1 : 0, .closed = text == NULL};
    struct feel_env env = {.get = text != NULL ? get_text : NULL, .ctx = text, .limits = &tryout_limits};
    struct feel_note *notes = NULL;
    struct feel_error error = {.message = ""};
    struct feel_prog *p;

    if (feel_compile(mem, feel, FEEL_EXPRESSION, &in_reach, &p, &error) != OK) {
        x->where = arena_printf(mem, "%d:%d %s", error.line, error.column, error.message);
        return false;
    }
    if (feel_eval(p, &env, mem, out, &notes) != OK)
        return false;
    if (notes != NULL)
        x->where = notes->message;
    return notes == NULL;
}

/* TEXT as what the built-in function CALL ("date(text)") makes of it; false if it is none. */
static bool by_function(struct arena *mem, const char *call, const char *text, struct val *out)
{
    struct val v = val_text(mem, text);
    struct field quiet = {.where = ""};

    return evaluate(mem, call, &v, &quiet, out) && !val_is(*out, VAL_NULL);
}

static bool is_boolean(const char *text, struct val *out)
{
    *out = val_bool(strcmp(text, "true") == 0);
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
}

/* What was typed as a value of the type; an empty field is null. */
static void field_read(struct arena *mem, struct field *x)
{
    static const char *const wrong[] = {[OUTLINE_ANY] = "tryout.bad_feel",         [OUTLINE_STRING] = "tryout.bad_feel",
                                        [OUTLINE_NUMBER] = "tryout.bad_number",    [OUTLINE_BOOLEAN] = "tryout.bad_boolean",
                                        [OUTLINE_DATE] = "tryout.bad_date",        [OUTLINE_TIME] = "tryout.bad_time",
                                        [OUTLINE_DATE_TIME] = "tryout.bad_moment", [OUTLINE_DURATION] = "tryout.bad_span",
                                        [OUTLINE_OTHER] = "tryout.bad_feel"};
    static const char *const call[] = {[OUTLINE_DATE] = "date(text)",
                                       [OUTLINE_TIME] = "time(text)",
                                       [OUTLINE_DATE_TIME] = "date and time(text)",
                                       [OUTLINE_DURATION] = "duration(text)"};
    enum outline_kind kind = x->item->type.kind;
    bool good;

    x->value = val_null();
    if (x->typed[0] == '\0')
        return;
    if (text_count(x->typed) > LIMIT_TRYOUT_TEXT) {
        x->wrong = "form.too_long";
        return;
    }
    if (kind == OUTLINE_STRING)
        return (void)(x->value = val_text(mem, x->typed));
    if (kind == OUTLINE_NUMBER)
        good = val_number(mem, x->typed, &x->value);
    else if (kind == OUTLINE_BOOLEAN)
        good = is_boolean(x->typed, &x->value);
    else if (kind == OUTLINE_ANY || kind == OUTLINE_OTHER)
        good = evaluate(mem, x->typed, NULL, x, &x->value);
    else
        good = by_function(mem, call[kind], x->typed, &x->value);
    x->wrong = good ? NULL : wrong[kind];
}

static void put_options(struct web *w, const struct field *x, const char *path)
{
    const struct outline_type *t = &x->item->type;
    bool known = x->typed[0] == '\0';

    for (uint32_t i = 0; i < t->n_choice; i++) {
        bool chosen = strcmp(t->choice[i], x->typed) == 0;
        known = known || chosen;
        view_setf(web_view(w), t->choice[i], "%s.options.%u.value", path, i);
        view_setf(web_view(w), chosen ? "1" : "", "%s.options.%u.chosen", path, i);
    }
    if (!known) { /* sent by hand: it is shown, and the model answers for it */
        view_setf(web_view(w), x->typed, "%s.options.%u.value", path, t->n_choice);
        view_setf(web_view(w), "1", "%s.options.%u.chosen", path, t->n_choice);
    }
}

static void put_field(struct web *w, const struct field *x, int row)
{
    static const char *const kind[] = {"feel", "text", "number", "boolean", "date", "time", "moment", "span", "feel"};
    struct view *v = web_view(w);
    const struct outline_type *t = &x->item->type;
    const char *path = arena_printf(web_mem(w), "fields.%d", row);

    view_setf(v, x->name, "%s.name", path);
    view_setf(v, x->input, "%s.label", path);
    view_setf(v, arena_printf(web_mem(w), "v-%u", x->element), "%s.id", path);
    view_setf(v, t->n_choice > 0 ? "choice" : kind[t->kind], "%s.kind", path);
    view_setf(v, t->shape, "%s.type", path);
    view_setf(v, t->n_choice == 0 ? t->allowed : "", "%s.allowed", path);
    view_setf(v, x->item->about, "%s.about", path);
    view_setf(v, x->typed, "%s.value", path);
    view_setf(v, x->where, "%s.where", path);
    if (x->wrong != NULL)
        view_textf(v, x->wrong, "%s.error", path);
    put_options(w, x, path);
    for (uint32_t i = 0; i < x->item->n_hint && t->n_choice == 0; i++)
        view_setf(v, x->item->hint[i], "%s.hints.%u", path, i);
}

/* ---- what may be asked ---- */

static bool may_ask(const struct dmn_element *e)
{
    return (e->kind == DMN_DECISION || e->kind == DMN_SERVICE) && !e->imported;
}

/* The one that was chosen (1 + its number); the last decision of the file, which is rarely asked by others, if none was. */
static bool choose(const struct dmn *m, uint64_t chosen, uint32_t *out)
{
    bool found = false;

    if (chosen != 0) {
        *out = (uint32_t)(chosen - 1);
        return chosen <= dmn_count(m) && may_ask(dmn_at(m, *out));
    }
    for (uint32_t i = 0; i < dmn_count(m); i++) {
        if (may_ask(dmn_at(m, i)) && (!found || dmn_at(m, i)->kind == DMN_DECISION)) {
            *out = i;
            found = true;
        }
    }
    return found;
}

static void put_choice(struct web *w, const struct tryout *t)
{
    const struct dmn *m = t->text.model;
    int row = 0;

    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct dmn_element *e = dmn_at(m, i);
        if (!may_ask(e))
            continue;
        view_setf(web_view(w), version_number(w, (uint64_t)i + 1), "choices.%d.value", row);
        view_setf(web_view(w), e->name, "choices.%d.text", row);
        view_setf(web_view(w), e->kind == DMN_SERVICE ? "service" : "decision", "choices.%d.kind", row);
        view_setf(web_view(w), i == t->element ? "1" : "", "choices.%d.chosen", row++);
    }
}

static void put_frame(struct web *w, const struct tryout *t, const struct q_definition_file *q)
{
    const struct dmn_element *e = dmn_at(t->text.model, t->element);
    struct view *v = web_view(w);

    view_set(v, "model.key", q->in.key);
    view_set(v, "model.name", q->out.name);
    view_set(v, "model.page",
             arena_printf(web_mem(w), "%s?version=%llu", version_page(w, "dmn", q->in.key), (unsigned long long)q->in.id));
    view_set(v, "model.here", arena_printf(web_mem(w), "/designer/tryout/%s/%llu", q->in.key, (unsigned long long)q->in.id));
    view_set(v, "model.shown.version", q->out.version_null ? "" : version_number(w, q->out.version));
    view_set(v, "asked.name", e->name);
    view_set(v, "asked.question", e->question);
    view_set(v, "asked.element", version_number(w, (uint64_t)t->element + 1));
    web_page(w, "title", e->name);
    web_page(w, "nav.0.current", "1");
    put_choice(w, t);
}

static enum err open_form(struct unit *u, struct web *w, const struct tryout_form *f, struct tryout *t)
{
    struct q_definition_file q;
    const struct tryout_form *asked = f != NULL ? f : web_form(w);

    *t = (struct tryout){0};
    TRY(version_load(u, w, &q));
    TRY(table_read_model(u->mem, q.out.file, q.out.source, &t->text));
    if (!choose(t->text.model, asked != NULL ? asked->element : 0, &t->element))
        return fail(E_NOTFOUND, "%s has no such decision", q.in.key);
    t->version = q.out.version_null ? 0 : q.out.version;
    put_frame(w, t, &q);
    fields_of(w, t, f);
    return OK;
}

static void put_fields(struct web *w, const struct tryout *t)
{
    for (uint32_t i = 0; i < t->n; i++)
        put_field(w, &t->field[i], (int)i);
}

/* Empty, or, after a field that could not be read, as typed. */
enum err tryout_show(struct unit *u, struct web *w)
{
    const struct tryout_form *f = web_typed(w);
    struct tryout t;

    TRY(open_form(u, w, f, &t));
    for (uint32_t i = 0; f != NULL && i < t.n; i++)
        field_read(web_mem(w), &t.field[i]);
    put_fields(w, &t);
    return OK;
}

/* ---- the answer ---- */

static void put_notes(struct web *w, const struct dmn_note *n)
{
    struct view *v = web_view(w);

    for (int row = 0; n != NULL && row < LIMIT_TRYOUT_NOTES; n = n->next, row++) {
        view_setf(v, n->element, "notes.%d.element", row);
        view_setf(v, n->part, "notes.%d.part", row);
        view_setf(v, n->line > 0 ? version_number(w, (uint64_t)n->line) : "", "notes.%d.line", row);
        view_setf(v, n->column > 0 ? version_number(w, (uint64_t)n->column) : "", "notes.%d.column", row);
        view_setf(v, n->message, "notes.%d.text", row);
    }
}

static const char *tongue_text(const void *w, const char *key, const char *otherwise)
{
    return web_text(w, key, otherwise);
}

static const char *rules_text(struct arena *mem, const struct dmn_hit *h)
{
    struct buf b = buf_new(mem, LIMIT_TRYOUT_SHOWN);

    for (uint32_t i = 0; i < h->n_rule && i < LIMIT_TRYOUT_RULES; i++)
        buf_fmt(&b, "%s%u", i > 0 ? ", " : "", h->rule[i]);
    buf_str(&b, h->n_rule > LIMIT_TRYOUT_RULES ? ", …" : "");
    return buf_text(&b);
}

/* The sentence that a ticket would show. */
static const char *why_words(struct web *w, const struct tryout *t, const struct dmn_hit *h)
{
    struct words_tongue tongue = {tongue_text, w};
    struct arena *mem = web_mem(w);
    struct story_fact *fact = ARENA_NEW_N(mem, struct story_fact, h->n_input + (size_t)1);
    struct story_why why = {.node = "",
                            .decision = h->name,
                            .value = text_cut(mem, val_string(mem, h->value), LIMIT_TRYOUT_WORD),
                            .version = t->version,
                            .rules = rules_text(mem, h),
                            .by_default = h->by_default,
                            .fact = fact};

    for (uint32_t i = 0; i < h->n_input; i++) {
        if (dmn_asked(t->text.model, h, i))
            fact[why.n++] = (struct story_fact){h->label[i], text_cut(mem, val_string(mem, h->input[i]), LIMIT_TRYOUT_WORD)};
    }
    return words_why(mem, &why, &tongue);
}

static void put_hits(struct web *w, const struct tryout *t, const struct dmn_hit *h)
{
    struct view *v = web_view(w);
    size_t room = TABLE_ROOM;

    for (int row = 0; h != NULL && row < LIMIT_TRYOUT_HITS; h = h->next, row++) {
        const char *path = arena_printf(web_mem(w), "hits.%d", row);
        view_setf(v, h->name, "%s.name", path);
        view_setf(v, why_words(w, t, h), "%s.words", path);
        view_setf(v, tryout_feel(web_mem(w), h->value), "%s.value", path);
        view_setf(v, h->by_default ? "default" : h->n_rule == 0 ? "none" : "rules", "%s.state", path);
        struct table_how how = {.path = arena_printf(web_mem(w), "%s.table", path), .hit = h, .room = &room};
        if (!table_put(w, t->text.model, h->element, &how))
            view_setf(v, "", "%s.table", path);
    }
}

static void put_value(struct web *w, struct val value)
{
    struct view *v = web_view(w);

    view_set(v, "answer.value", tryout_feel(web_mem(w), value));
    view_set(v, "answer.kind", val_is(value, VAL_NULL) ? "null" : "value");
    for (size_t i = 0; val_is(value, VAL_CONTEXT) && i < val_count(value); i++) {
        struct val_entry e = val_entry_at(value, i);
        view_setf(v, e.key, "answer.entries.%zu.name", i);
        view_setf(v, tryout_feel(web_mem(w), e.value), "answer.entries.%zu.value", i);
    }
}

static enum err decide(struct unit *u, struct web *w, const struct tryout *t)
{
    struct dmn_input *input = ARENA_NEW_N(web_mem(w), struct dmn_input, t->n + (size_t)1);
    struct dmn_call call = {.model = t->text.model,
                            .element = t->element,
                            .input = input,
                            .n_input = t->n,
                            .now = u->now,
                            .limits = &tryout_limits,
                            .explain = true};
    struct dmn_answer a = {0};

    for (uint32_t i = 0; i < t->n; i++)
        input[i] = (struct dmn_input){.name = t->field[i].input, .value = t->field[i].value};
    enum err e = dmn_decide(&call, web_mem(w), &a);
    view_set(web_view(w), "answer.given", "1");
    view_bool(web_view(w), "answer.stopped", e == E_FUEL || e == E_TOOBIG);
    if (e == E_FUEL || e == E_TOOBIG) {
        put_value(w, val_null());
        return OK;
    }
    TRY(e);
    put_value(w, a.value);
    put_notes(w, a.note);
    put_hits(w, t, a.hit);
    return OK;
}

enum err tryout_decide(struct unit *u, struct web *w)
{
    const struct tryout_form *f = web_form(w);
    struct tryout t;

    TRY(open_form(u, w, f, &t));
    bool again = f->again != NULL && f->again[0] != '\0';
    for (uint32_t i = 0; !again && i < t.n; i++) {
        field_read(web_mem(w), &t.field[i]);
        if (t.field[i].wrong != NULL)
            return form_error(w, t.field[i].name, t.field[i].wrong);
    }
    put_fields(w, &t);
    return again ? OK : decide(u, w, &t);
}
