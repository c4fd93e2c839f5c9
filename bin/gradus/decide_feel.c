/* bin/gradus/decide_feel.c - gradus decide: expressions and unary tests without a model.
 *
 * For     --feel, --unary and the requests of --batch that carry an expression; taking the time of any evaluation.
 * Owns    the scope that inputs make: their names, and the names of several words inside them.
 * Never   an input that was converted twice, however often the evaluation is repeated.
 * Holds   a name that no input has is null and an error, not a guess. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "decide.h"
#include "model/feel/typed.h"

enum { COMPILE_ROUNDS = 2000 };

/* ---- time ---- */

static int64_t hundredths(int64_t total, uint64_t rounds)
{
    return total * 100 / (int64_t)rounds;
}

enum err decide_rounds(const struct decide_question *q, struct decide_reply *r, struct arena *mem, decide_round *round,
                       void *arg)
{
    struct arena_mark start = arena_mark(mem);
    int64_t from;

    if (q->repeat == 0) {
        from = clock_ticks();
        TRY(round(arg, mem));
        r->took = clock_ticks() - from;
        return OK;
    }
    from = clock_cpu();
    for (uint64_t i = 0; i < q->repeat; i++) {
        arena_rewind(mem, start);
        TRY(round(arg, mem));
    }
    r->ns = hundredths(clock_cpu() - from, q->repeat);
    r->took = r->ns / 100;
    return OK;
}

/* ---- scope ---- */

struct scope {
    struct arena *mem;
    struct feel_names names, members;
    const char **member;
    struct val *value; /* of names.name[i] */
    const char *const *use;
    const struct val **used; /* of use[i]; NULL = there is none */
    size_t n_use;
};

static bool several_words(const char *name)
{
    for (; *name != '\0'; name++)
        if (strchr(" +-*/.'", *name) != NULL)
            return true;
    return false;
}

/* Expressions know the words inside the values: "r.Customer Tier". */
static void gather(struct scope *s, struct val v)
{
    for (size_t i = 0; v.tag == VAL_LIST && i < v.n; i++)
        gather(s, v.u.list[i]);
    for (size_t i = 0; v.tag == VAL_CONTEXT && i < v.n; i++) {
        struct val_entry e = val_entry_at(v, i);
        gather(s, e.value);
        size_t known = 0;
        if (!several_words(e.key) || s->members.n == LIMIT_DECIDE_NAMES)
            continue;
        while (known < s->members.n && strcmp(s->member[known], e.key) != 0)
            known++;
        s->member[known] = e.key;
        if (known == s->members.n)
            s->members.n++;
    }
}

static enum err read_inputs(struct scope *s, const struct json *inputs, struct val *tested)
{
    size_t n = json_count(inputs), at = 0;
    const char **name = ARENA_NEW_N(s->mem, const char *, n);

    if (inputs != NULL && json_kind(inputs) != JSON_OBJECT)
        return fail(E_INPUT, "the inputs are an object: name, value");
    s->value = ARENA_NEW_N(s->mem, struct val, n);
    s->member = ARENA_NEW_N(s->mem, const char *, LIMIT_DECIDE_NAMES + 1);
    for (size_t i = 0; i < n; i++) {
        bool is_tested = strcmp(json_name_at(inputs, i), "?") == 0;
        struct val *to = is_tested ? tested : &s->value[at];
        TRY(typed_read(s->mem, json_value_at(inputs, i), to));
        gather(s, *to);
        if (!is_tested)
            name[at++] = json_name_at(inputs, i);
    }
    gather(s, *tested);
    s->members.name = s->member;
    s->members.closed = s->members.members = true;
    s->names = (struct feel_names){.name = name, .n = at, .outer = &s->members, .closed = true};
    return OK;
}

static void bind(struct scope *s, const struct feel_prog *p)
{
    s->n_use = feel_uses(p, &s->use);
    s->used = ARENA_NEW_N(s->mem, const struct val *, s->n_use);
    for (size_t i = 0; i < s->n_use; i++)
        for (size_t j = 0; j < s->names.n; j++)
            if (strcmp(s->use[i], s->names.name[j]) == 0)
                s->used[i] = &s->value[j];
}

/* The evaluator asks with the pointers that it gave to feel_uses(), but nothing says so: hence the second look. */
static bool get(const void *ctx, const char *name, struct val *out)
{
    const struct scope *s = ctx;
    size_t i = 0;

    while (i < s->n_use && s->use[i] != name)
        i++;
    for (size_t j = 0; i == s->n_use && j < s->n_use; j++)
        if (strcmp(s->use[j], name) == 0)
            i = j;
    if (i == s->n_use || s->used[i] == NULL)
        return false;
    *out = *s->used[i];
    return true;
}

/* ---- evaluation ---- */

struct evaluation {
    const struct feel_prog *prog;
    const struct feel_env *env;
    struct val value;
    struct feel_note *notes;
};

static enum err evaluate(void *arg, struct arena *mem)
{
    struct evaluation *e = arg;

    return feel_eval(e->prog, e->env, mem, &e->value, &e->notes);
}

static void place(const char *text, size_t offset, int *line, int *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < offset && text[i] != '\0'; i++) {
        if (text[i] == '\n') {
            ++*line;
            *column = 1;
        } else if (((unsigned char)text[i] & 0xc0) != 0x80)
            ++*column;
    }
}

static const struct dmn_note *notes_of(struct arena *mem, const char *text, const struct feel_note *f)
{
    struct dmn_note *first = NULL, **last = &first;

    for (; f != NULL; f = f->next) {
        struct dmn_note *n = ARENA_NEW(mem, struct dmn_note);
        *n = (struct dmn_note){.element = "", .part = "", .message = f->message};
        place(text, f->offset, &n->line, &n->column);
        *last = n;
        last = &n->next;
    }
    return first;
}

/* Compiles; with repeat often, for the time it takes. */
static enum err compile(const struct decide_question *q, struct scope *s, struct decide_reply *r, struct feel_prog **prog,
                        struct feel_error *wrong)
{
    uint64_t rounds = q->repeat < COMPILE_ROUNDS ? q->repeat : COMPILE_ROUNDS;
    struct arena_mark start = arena_mark(s->mem);
    int64_t from = clock_cpu();
    enum err e = feel_compile(s->mem, q->text, q->form, &s->names, prog, wrong);

    for (uint64_t i = 1; i < rounds && e == OK; i++) {
        arena_rewind(s->mem, start);
        e = feel_compile(s->mem, q->text, q->form, &s->names, prog, wrong);
    }
    if (rounds > 0)
        r->compile_ns = hundredths(clock_cpu() - from, rounds);
    return e;
}

enum err decide_feel(const struct decide *d, const struct decide_question *q, struct arena *mem, struct decide_reply *r)
{
    struct scope s = {.mem = mem};
    struct feel_env env = {.get = get, .ctx = &s, .now = clock_now(), .limits = &d->feel};
    struct feel_prog *prog;
    struct feel_error wrong = {.message = ""};

    *r = (struct decide_reply){.value = val_null()};
    TRY(typed_read(mem, q->tested, &env.input));
    TRY(read_inputs(&s, q->inputs, &env.input));
    enum err e = compile(q, &s, r, &prog, &wrong);
    if (e == E_INPUT) {
        struct dmn_note *n = ARENA_NEW(mem, struct dmn_note);
        *n = (struct dmn_note){.element = "", .part = "", .line = wrong.line, .column = wrong.column, .message = wrong.message};
        r->note = n;
        r->error = arena_strdup(mem, trouble()->text);
        return OK;
    }
    TRY(e);
    bind(&s, prog);
    struct evaluation once = {.prog = prog, .env = &env};
    TRY(decide_rounds(q, r, mem, evaluate, &once));
    r->value = once.value;
    r->note = notes_of(mem, q->text, once.notes);
    r->error = r->note != NULL ? r->note->message : NULL;
    return OK;
}
