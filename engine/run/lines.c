/* engine/run/lines.c - stories as lines.
 *
 * For     scenario.c and casebook.c: the two kinds of stories that people write for tests and release gates.
 * Owns    lines, words, comments and values in them.
 * Never   knows a verb.
 * Holds   a story has at most LIMIT_STORY_LINES lines and LIMIT_STORY_WORDS values in one. */
#include "run/lines.h"

#include <string.h>

#include "base/text.h"
#include "model/feel/feel.h"
#include "run/limit.h"

/* The end of the word at S: the next blank outside quotes and brackets. */
static const char *word_end(const char *s)
{
    int depth = 0;
    bool quoted = false;

    for (; *s != '\0'; s++) {
        if (quoted && *s == '\\' && s[1] != '\0')
            s++;
        else if (*s == '"')
            quoted = !quoted;
        else if (!quoted && strchr("([{", *s) != NULL)
            depth++;
        else if (!quoted && strchr(")]}", *s) != NULL)
            depth--;
        else if (!quoted && depth <= 0 && (*s == ' ' || *s == '\t'))
            break;
    }
    return s;
}

static const char *skip_blanks(const char *s)
{
    return s + strspn(s, " \t\r");
}

const char *lines_word(struct arena *mem, const char **rest)
{
    const char *s = skip_blanks(*rest), *end = word_end(s);

    *rest = skip_blanks(end);
    return arena_strndup(mem, s, (size_t)(end - s));
}

/* The length of a line without its comment: a '#' outside quotes at the start or after a blank. */
static size_t without_comment(const char *s, size_t n)
{
    bool quoted = false;

    for (size_t i = 0; i < n; i++) {
        if (quoted && s[i] == '\\' && i + 1 < n)
            i++;
        else if (s[i] == '"')
            quoted = !quoted;
        else if (!quoted && s[i] == '#' && (i == 0 || s[i - 1] == ' ' || s[i - 1] == '\t'))
            return i;
    }
    return n;
}

enum err lines_value(struct arena *mem, int64_t now, const char *text, struct val *out)
{
    struct feel_prog *prog;
    struct feel_env env = {.now = now, .input = val_null()};

    if (feel_compile(mem, text, FEEL_EXPRESSION, NULL, &prog, NULL) == OK && feel_eval(prog, &env, mem, out, NULL) == OK)
        return OK;
    const char *why = arena_strdup(mem, trouble()->text);
    return fail(E_INPUT, "\"%s\" is no FEEL value: %s", text, why);
}

enum err lines_values(struct arena *mem, int64_t now, const char *rest, struct val *out)
{
    struct val_entry e[LIMIT_STORY_WORDS] = {0};
    size_t n = 0;

    while (rest[0] != '\0') {
        const char *w = lines_word(mem, &rest), *is = strchr(w, '=');
        if (is == NULL || is == w)
            return fail(E_INPUT, "\"%s\" should be name=value", w);
        if (n == LIMIT_STORY_WORDS)
            return fail(E_INPUT, "more than %d values in one line", (int)LIMIT_STORY_WORDS);
        e[n].key = arena_strndup(mem, w, (size_t)(is - w));
        TRY(lines_value(mem, now, is + 1, &e[n].value));
        n++;
    }
    *out = n == 0 ? val_null() : val_context(mem, e, n);
    return n > 0 && val_is(*out, VAL_NULL) ? fail(E_INPUT, "a name is given twice") : OK;
}

enum err lines_read(struct arena *mem, const char *path, const char *text, size_t n, struct lines *out)
{
    int no = 0;

    if (!text_valid(text, n))
        return fail(E_INPUT, "%s is no UTF-8 text", path);
    *out = (struct lines){.at = ARENA_NEW_N(mem, struct line, LIMIT_STORY_LINES)};
    for (size_t at = 0; at < n;) {
        const char *end = memchr(text + at, '\n', n - at);
        size_t len = end != NULL ? (size_t)(end - text) - at : n - at;
        if (++no > LIMIT_STORY_LINES)
            return fail(E_TOOBIG, "%s: a story has at most %d lines", path, (int)LIMIT_STORY_LINES);
        size_t cut = without_comment(text + at, len);
        while (cut > 0 && strchr(" \t\r", text[at + cut - 1]) != NULL)
            cut--;
        struct line line = {.no = no, .rest = arena_strndup(mem, text + at, cut)};
        line.verb = lines_word(mem, &line.rest);
        if (line.verb[0] != '\0')
            out->at[out->n++] = line;
        at += len + 1;
    }
    return OK;
}
