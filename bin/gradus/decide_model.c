/* bin/gradus/decide_model.c - gradus decide: decisions, services and BKMs of models in files.
 *
 * For     MODEL.dmn at a shell, and the requests of --batch that name a model.
 * Owns    the models that were read: each in an arena of its own, found again by its path and those of its imports.
 * Never   reads a model twice while it is kept; converts an input twice, however often a decision is repeated.
 * Holds   a model that could not be read says so to everybody who asks it. */
#include "decide.h"

#include <string.h>

#include "base/clock.h"
#include "model/feel/typed.h"

enum { MODEL_CHUNK = 64 * 1024 };

/* ---- models that were read ---- */

struct decide_kept {
    struct arena *mem;
    const char *path;
    const char *const *import;
    size_t n_import;
    struct dmn *dmn; /* NULL: why is ERROR */
    const char *error;
    struct findings findings;
    int64_t compile_ns; /* hundredths */
    struct decide_kept *next;
};

struct decide_models {
    struct decide_kept *newest;
    size_t n;
};

struct decide_models *decide_models_new(struct arena *mem)
{
    return ARENA_NEW(mem, struct decide_models);
}

static void drop(struct decide_models *m, struct decide_kept **at)
{
    struct decide_kept *k = *at;

    *at = k->next;
    m->n--;
    arena_free(k->mem);
}

void decide_models_end(struct decide_models *m)
{
    while (m->newest != NULL)
        drop(m, &m->newest);
}

static bool is_of(const struct decide_kept *k, const struct decide_question *q)
{
    if (strcmp(k->path, q->model) != 0 || k->n_import != q->n_import)
        return false;
    for (size_t i = 0; i < q->n_import; i++)
        if (strcmp(k->import[i], q->import[i]) != 0)
            return false;
    return true;
}

static enum err read_file(struct arena *mem, const char *path, struct dmn_file *out)
{
    out->name = path;
    return cmd_read_file(mem, path, LIMIT_DECIDE_LINE, &out->bytes);
}

static enum err read_model(const struct decide *d, struct decide_kept *k)
{
    struct dmn_file *import = ARENA_NEW_N(k->mem, struct dmn_file, k->n_import);
    struct dmn_source source = {.import = import, .n_import = k->n_import, .limits = &d->dmn};

    TRY(read_file(k->mem, k->path, &source.model));
    for (size_t i = 0; i < k->n_import; i++)
        TRY(read_file(k->mem, k->import[i], &import[i]));
    int64_t from = clock_cpu();
    enum err e = dmn_read(k->mem, &source, &k->findings, &k->dmn);
    k->compile_ns = (clock_cpu() - from) * 100;
    if (e != E_FINDINGS)
        return e;
    const struct finding *f = k->findings.first;
    while (f != NULL && f->severity != FINDING_ERROR)
        f = f->next;
    return fail(E_FINDINGS, "%s:%d: %s", k->path, f != NULL ? f->line : 0,
                f != NULL ? f->message : "this is no decision model");
}

static struct decide_kept *keep(const struct decide *d, const struct decide_question *q)
{
    struct arena *mem = arena_new(MODEL_CHUNK);
    struct decide_kept *k = ARENA_NEW(mem, struct decide_kept);
    const char **import = ARENA_NEW_N(mem, const char *, q->n_import);

    for (size_t i = 0; i < q->n_import; i++)
        import[i] = arena_strdup(mem, q->import[i]);
    *k = (struct decide_kept){.mem = mem,
                              .path = arena_strdup(mem, q->model),
                              .import = import,
                              .n_import = q->n_import,
                              .findings = findings_new(mem)};
    if (read_model(d, k) != OK) {
        k->dmn = NULL;
        k->error = arena_strdup(mem, trouble()->text);
    }
    return k;
}

static enum err model_of(const struct decide *d, const struct decide_question *q, struct decide_kept **out)
{
    struct decide_models *m = d->models;
    struct decide_kept **at = &m->newest;

    while (*at != NULL && !is_of(*at, q)) {
        if ((*at)->next == NULL && m->n == LIMIT_DECIDE_MODELS)
            drop(m, at);
        else
            at = &(*at)->next;
    }
    if (*at == NULL) {
        struct decide_kept *k = keep(d, q);
        k->next = m->newest;
        m->newest = k;
        m->n++;
        at = &m->newest;
    }
    *out = *at;
    return (*out)->dmn != NULL ? OK : fail(E_FINDINGS, "%s", (*out)->error);
}

/* ---- one decision ---- */

static enum err read_inputs(const struct decide_question *q, struct arena *mem, struct dmn_call *call)
{
    size_t n = json_count(q->inputs);
    struct dmn_input *input = ARENA_NEW_N(mem, struct dmn_input, n);

    if (q->inputs != NULL && json_kind(q->inputs) != JSON_OBJECT)
        return fail(E_INPUT, "the inputs are an object: name, value");
    for (size_t i = 0; i < n; i++) {
        input[i].name = json_name_at(q->inputs, i);
        input[i].ns = json_text(json_get(q->namespace, input[i].name));
        TRY(typed_read(mem, json_value_at(q->inputs, i), &input[i].value));
    }
    call->input = input;
    call->n_input = n;
    return OK;
}

static enum err find(const struct dmn *m, const struct decide_question *q, struct dmn_call *call)
{
    static const enum dmn_kind kinds[] = {DMN_DECISION, DMN_SERVICE, DMN_KNOWLEDGE};
    static const char *const word[] = {"decision", "decision", "decision service", "business knowledge model"};
    const char *name = q->kind == ASK_SERVICE ? q->service : q->node;
    int64_t at = -1;

    for (size_t i = 0; at < 0 && i < sizeof kinds / sizeof *kinds; i++)
        if (q->kind == ASK_ANY || q->kind == ASK_DECISION + i)
            at = dmn_find(m, kinds[i], name);
    if (at < 0)
        return fail(E_NOTFOUND, "%s: there is no %s '%s'", q->model, word[q->kind], name);
    call->element = (uint32_t)at;
    call->output = q->kind == ASK_SERVICE ? q->node : NULL;
    return OK;
}

struct deciding {
    const struct dmn_call *call;
    struct dmn_answer answer;
};

static enum err decide_once(void *arg, struct arena *mem)
{
    struct deciding *d = arg;

    return dmn_decide(d->call, mem, &d->answer);
}

enum err decide_model(const struct decide *d, const struct decide_question *q, struct arena *mem, struct decide_reply *r)
{
    struct dmn_call call = {.now = clock_now(), .limits = &d->feel, .explain = d->explain};
    struct deciding once = {.call = &call};
    struct decide_kept *k;

    *r = (struct decide_reply){.value = val_null()};
    TRY(model_of(d, q, &k));
    call.model = k->dmn;
    TRY(find(k->dmn, q, &call));
    TRY(read_inputs(q, mem, &call));
    TRY(decide_rounds(q, r, mem, decide_once, &once));
    r->value = once.answer.value;
    r->note = once.answer.note;
    r->error = r->note != NULL ? r->note->message : NULL;
    r->model = k->dmn;
    r->explained = d->explain;
    r->hit = once.answer.hit;
    r->compile_ns = q->repeat > 0 ? k->compile_ns : 0;
    return OK;
}

/* ---- what is in a model ---- */

static void put_texts(struct buf *b, bool *first, const char *name, const char *const *text, size_t n)
{
    json_put_name(b, first, name);
    buf_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        buf_str(b, i > 0 ? "," : "");
        json_put_text(b, text[i]);
    }
    buf_char(b, ']');
}

static void put_element(struct buf *b, const struct dmn *m, const struct dmn_element *e)
{
    bool first = true, inner = true;

    buf_char(b, '{');
    json_put_name(b, &first, "name");
    json_put_text(b, e->name);
    json_put_name(b, &first, "type");
    json_put_text(b, e->type);
    if (e->kind == DMN_SERVICE || e->kind == DMN_KNOWLEDGE)
        put_texts(b, &first, "parameters", e->param, e->n_param);
    if (e->kind == DMN_SERVICE) {
        json_put_name(b, &first, "outputs");
        buf_char(b, '[');
        for (uint32_t i = 0; i < e->n_output; i++, inner = false) {
            buf_str(b, inner ? "" : ",");
            json_put_text(b, dmn_at(m, e->output[i])->name);
        }
        buf_char(b, ']');
    }
    buf_char(b, '}');
}

static void put_elements(struct buf *b, bool *first, const struct dmn *m, const char *name, enum dmn_kind kind)
{
    const char *comma = "";

    json_put_name(b, first, name);
    buf_char(b, '[');
    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct dmn_element *e = dmn_at(m, i);
        if (e->kind != kind || e->imported)
            continue;
        buf_str(b, comma);
        put_element(b, m, e);
        comma = ",";
    }
    buf_char(b, ']');
}

static void put_findings(struct buf *b, bool *first, const struct findings *f)
{
    static const char *const severity[] = {"error", "warn", "info"};

    json_put_name(b, first, "messages");
    buf_char(b, '[');
    for (const struct finding *x = f->first; x != NULL; x = x->next) {
        const struct decide_message m = {
            .severity = severity[x->severity], .node = x->element, .rule = x->rule, .line = x->line, .text = x->message};
        buf_str(b, x != f->first ? "," : "");
        decide_reply_message(b, &m);
    }
    buf_char(b, ']');
}

enum err decide_list(const struct decide *d, const struct decide_question *q, struct buf *b)
{
    struct decide_kept *k;
    bool first = true;

    TRY(model_of(d, q, &k));
    buf_char(b, '{');
    json_put_name(b, &first, "name");
    json_put_text(b, dmn_name(k->dmn));
    json_put_name(b, &first, "namespace");
    json_put_text(b, dmn_namespace(k->dmn));
    put_elements(b, &first, k->dmn, "inputs", DMN_INPUT);
    put_elements(b, &first, k->dmn, "decisions", DMN_DECISION);
    put_elements(b, &first, k->dmn, "services", DMN_SERVICE);
    put_elements(b, &first, k->dmn, "bkms", DMN_KNOWLEDGE);
    put_findings(b, &first, &k->findings);
    buf_str(b, "}\n");
    return buf_done(b);
}
