/* engine/desk/words.c - codes for the coded values of the desk.
 *
 * For     pages and exports: one name for each number of the database.
 * Owns    the names.
 * Never   a language: catalogues have the words, and the caller has the catalogue.
 * Holds   an unknown number has the name "unknown". */
#include "desk/words.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "base/lang.h"
#include "desk/story.h"

#define PICK(table, i) ((i) < sizeof(table) / sizeof((table)[0]) ? (table)[i] : "unknown")

const char *words_state(uint32_t state)
{
    static const char *const word[] = {"unknown", "new", "open", "resolved", "closed", "cancelled"};

    return PICK(word, state);
}

const char *words_priority(uint32_t priority)
{
    static const char *const word[] = {"", "P1", "P2", "P3", "P4"};

    return PICK(word, priority);
}

const char *words_ci_status(uint32_t status)
{
    static const char *const word[] = {"unknown", "planned", "in_use", "in_repair", "in_stock", "retired"};

    return PICK(word, status);
}

const char *words_task_state(uint32_t state)
{
    static const char *const word[] = {"unknown", "active", "done", "cancelled"};

    return PICK(word, state);
}

/* ---- a decision in words ---- */

enum { LIMIT_SENTENCE = 8000 };

static char *filled(struct arena *mem, const struct words_tongue *t, const char *key, const char *const *arg)
{
    return lang_fill(mem, t->text(t->ctx, key, key), arg);
}

static const char *facts_words(struct arena *mem, const struct story_why *why, const struct words_tongue *t)
{
    struct buf b = buf_new(mem, LIMIT_SENTENCE);

    for (size_t i = 0; i < why->n; i++) {
        const char *arg[] = {why->fact[i].label, why->fact[i].value, NULL};
        const char *one = filled(mem, t, "decided.fact", arg), *and = i > 0 ? t->text(t->ctx, "decided.and", "and") : "";
        if (b.len + strlen(one) + strlen(and) + 3 > LIMIT_SENTENCE)
            break;
        buf_fmt(&b, i > 0 ? " %s " : "%s", and);
        buf_str(&b, one);
    }
    return buf_text(&b);
}

static const char *source_words(struct arena *mem, const struct story_why *why, const struct words_tongue *t)
{
    const char *version = why->version != 0 ? arena_printf(mem, "%u", why->version) : t->text(t->ctx, "decided.draft", "draft");
    const char *arg[] = {why->decision, version, why->rules, NULL};
    const char *key = "decided.table";

    if (why->by_default)
        key = "decided.default";
    else if (why->rules[0] != '\0')
        key = strchr(why->rules, ',') != NULL ? "decided.rules" : "decided.rule";
    return filled(mem, t, key, arg);
}

const char *words_why(struct arena *mem, const struct story_why *why, const struct words_tongue *tongue)
{
    const char *arg[] = {why->value, source_words(mem, why, tongue), facts_words(mem, why, tongue), NULL};

    return filled(mem, tongue, why->n > 0 ? "decided.because" : "decided.plain", arg);
}
