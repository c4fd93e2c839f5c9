/* engine/run/casebook.c - stories about decisions.
 *
 * For     tests of shipped and of own decisions, and the release gate of a model.
 * Owns    the language of .dst files.
 * Never   opens a file.
 * Holds   a story stops at its first line that is not true, and says which and why; "covered" leaves no rule untried. */
#include "run/casebook.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"
#include "run/limit.h"
#include "run/lines.h"

struct casebook {
    const char *path;
    const char *model[LIMIT_STORY_MODELS];
    size_t n_model;
    struct line *line;
    size_t n;
};

struct trial {
    struct arena *mem;
    const struct run_shelf *shelf;
    const struct dmn *dmn;
    uint32_t element;
    const char *key;
    bool *met; /* rules of the decision's table that made an answer */
    bool asked;
    struct val given;
    struct run_decided got;
    int cases;
};

static bool given_get(const void *ctx, const char *name, struct val *out)
{
    const struct val *given = ctx;

    for (size_t i = 0; i < val_count(*given); i++) {
        struct val_entry e = val_entry_at(*given, i);
        if (strcmp(e.key, name) == 0) {
            *out = e.value;
            return true;
        }
    }
    return false;
}

static enum err tell_decision(struct trial *t, const char *rest)
{
    const char *key = lines_word(t->mem, &rest);
    const struct dmn *dmn = run_shelf_find(t->shelf, key);

    if (dmn == NULL)
        return fail(E_STATE, "none of the models has a decision with the id \"%s\"", key);
    t->dmn = dmn;
    t->key = key;
    t->element = (uint32_t)run_decision_find(dmn, key);
    t->asked = false;
    const struct dmn_table *table = dmn_table(dmn, t->element);
    t->met = ARENA_NEW_N(t->mem, bool, (table != NULL ? table->n_rule : 0) + 1);
    return OK;
}

static enum err tell_given(struct trial *t, const char *rest)
{
    struct run_question q = {.key = t->key, .get = given_get, .ctx = &t->given, .now = STORY_BEGINS, .mem = t->mem};
    struct run_decisions who = run_shelf_decisions(t->shelf);

    if (t->key == NULL)
        return fail(E_STATE, "the line \"decision ID\" is missing");
    TRY(lines_values(t->mem, STORY_BEGINS, rest, &t->given));
    TRY(who.decide(who.ctx, &q, &t->got));
    t->asked = true;
    t->cases++;
    const struct dmn_table *table = dmn_table(t->dmn, t->element);
    for (size_t i = 0; table != NULL && i < t->got.n_rule; i++) {
        if (t->got.rule[i] <= table->n_rule)
            t->met[t->got.rule[i]] = true;
    }
    return OK;
}

static enum err answered(const struct trial *t)
{
    if (!t->asked)
        return fail(E_STATE, "a line \"given ...\" comes first");
    return t->got.trouble == NULL ? OK : fail(E_STATE, "%s", t->got.trouble);
}

static enum err tell_expect(struct trial *t, const char *rest)
{
    struct val want;

    TRY(answered(t));
    TRY(lines_value(t->mem, STORY_BEGINS, rest, &want));
    if (val_same(t->got.value, want) || (val_is(want, VAL_NULL) && val_is(t->got.value, VAL_NULL)))
        return OK;
    return fail(E_STATE, "the answer is %s (%s)", val_string(t->mem, t->got.value), t->got.words);
}

static const char *rules_text(struct arena *mem, const struct run_decided *d)
{
    struct buf b = buf_new(mem, 4096);

    for (size_t i = 0; i < d->n_rule; i++)
        buf_fmt(&b, "%s%" PRIu32, i > 0 ? " " : "", d->rule[i]);
    return d->by_default ? "default" : buf_text(&b);
}

static enum err tell_rule(struct trial *t, const char *rest)
{
    TRY(answered(t));
    const char *have = rules_text(t->mem, &t->got);
    return strcmp(have, rest) == 0 ? OK : fail(E_STATE, "the answer was made by rule %s", have[0] != '\0' ? have : "none");
}

static enum err text_of(struct trial *t, const char *rest, const char **out)
{
    struct val v;

    TRY(lines_value(t->mem, STORY_BEGINS, rest, &v));
    *out = v.u.s;
    return val_is(v, VAL_STRING) ? OK : fail(E_STATE, "a text in quotes is missing");
}

static enum err tell_because(struct trial *t, const char *rest)
{
    const char *part;

    TRY(answered(t));
    TRY(text_of(t, rest, &part));
    return strstr(t->got.words, part) != NULL ? OK : fail(E_STATE, "the reasons are: %s", t->got.words);
}

static enum err tell_fails(struct trial *t, const char *rest)
{
    const char *part;

    TRY(text_of(t, rest, &part));
    if (!t->asked || t->got.trouble == NULL)
        return fail(E_STATE, "the answer is %s", val_string(t->mem, t->got.value));
    return strstr(t->got.trouble, part) != NULL ? OK : fail(E_STATE, "the complaint is: %s", t->got.trouble);
}

static enum err tell_covered(struct trial *t, const char *rest)
{
    const struct dmn_table *table = t->key != NULL ? dmn_table(t->dmn, t->element) : NULL;

    if (table == NULL)
        return fail(E_STATE, "the decision has no table");
    for (uint32_t i = 1; i <= table->n_rule; i++) {
        if (!t->met[i])
            return fail(E_STATE, "no case is about rule %" PRIu32, i);
    }
    return OK;
}

static const struct {
    const char *verb;
    enum err (*tell)(struct trial *t, const char *rest);
} verbs[] = {
    /* clang-format off */
    { "decision", tell_decision },
    { "given",    tell_given    },
    { "expect",   tell_expect   },
    { "rule",     tell_rule     },
    { "because",  tell_because  },
    { "fails",    tell_fails    },
    { "covered",  tell_covered  },
    /* clang-format on */
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static int verb_at(const char *verb)
{
    int i = 0;

    while (i < VERBS && strcmp(verbs[i].verb, verb) != 0)
        i++;
    return i;
}

static enum err read_line(struct arena *mem, struct casebook *b, struct line line)
{
    if (strcmp(line.verb, "model") == 0) {
        if (b->n_model == LIMIT_STORY_MODELS)
            return fail(E_TOOBIG, "%s:%d: a story has at most %d models", b->path, line.no, (int)LIMIT_STORY_MODELS);
        b->model[b->n_model++] = lines_word(mem, &line.rest);
        return OK;
    }
    if (verb_at(line.verb) == VERBS)
        return fail(E_INPUT, "%s:%d: \"%s\" is no word of a story about decisions", b->path, line.no, line.verb);
    b->line[b->n++] = line;
    return OK;
}

enum err casebook_read(struct arena *mem, const char *path, const char *text, size_t n, struct casebook **out)
{
    struct casebook *b = ARENA_NEW(mem, struct casebook);
    struct lines lines;

    b->path = arena_strdup(mem, path);
    TRY(lines_read(mem, path, text, n, &lines));
    b->line = ARENA_NEW_N(mem, struct line, lines.n + 1);
    for (size_t i = 0; i < lines.n; i++)
        TRY(read_line(mem, b, lines.at[i]));
    if (b->n_model == 0)
        return fail(E_INPUT, "%s: the line \"model FILE\" is missing", path);
    *out = b;
    return OK;
}

const char *const *casebook_models(const struct casebook *b, size_t *n)
{
    *n = b->n_model;
    return b->model;
}

enum err casebook_tell(struct arena *mem, const struct casebook *b, const struct run_shelf *shelf, int *cases, const char **why)
{
    struct trial t = {.mem = mem, .shelf = shelf, .given = val_null()};

    *why = "";
    for (size_t i = 0; i < b->n; i++) {
        const struct line *line = &b->line[i];
        enum err e = verbs[verb_at(line->verb)].tell(&t, line->rest);
        if (e != OK) {
            *why = arena_printf(mem, "%s:%d: %s %s: %s", b->path, line->no, line->verb, line->rest, trouble()->text);
            return E_STATE;
        }
        *cases = t.cases;
    }
    return OK;
}
