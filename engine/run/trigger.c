/* engine/run/trigger.c - the text of a trigger: what the trigger log stores and replay reads.
 *
 * For     flow/ and `gradus replay`.
 * Owns    the format: six lines "name value" in this order, the variables as val_write() writes them:
 *             trigger task | now 1767225600000000 | token 3 | node -1 | text "..." | vars {"a":1}
 *         and, if a decision was asked for, a seventh: what was asked, and the id of the definition that answered, 0 if none did:
 *             asked {"priority":17,"routing 3":0}
 * Never   reads a text of another shape: no missing line, no other order, nothing after the last one.
 * Holds   a trigger that was written reads back as the same trigger, and writes the same bytes again. */
#include <inttypes.h>

#include "base/json.h"
#include "base/text.h"
#include "run/limit.h"
#include "run/run.h"

static const char *const kind_name[] = {
    [TRIGGER_START] = "start",     [TRIGGER_CLAIM] = "claim",     [TRIGGER_TASK] = "task",   [TRIGGER_TIMER] = "timer",
    [TRIGGER_SERVICE] = "service", [TRIGGER_FAILURE] = "failure", [TRIGGER_RETRY] = "retry", [TRIGGER_CANCEL] = "cancel"};
enum { KINDS = sizeof kind_name / sizeof *kind_name };

enum err trigger_write(struct buf *b, const struct trigger *t, int64_t now)
{
    buf_fmt(b, "trigger %s\nnow %" PRId64 "\ntoken %" PRIu32 "\nnode %" PRId32 "\ntext ", kind_name[t->kind], now, t->token,
            t->node);
    json_put_text(b, t->text != NULL ? t->text : "");
    buf_str(b, "\nvars ");
    TRY(val_write(b, t->vars));
    buf_char(b, '\n');
    if (val_is(t->asked, VAL_CONTEXT)) {
        buf_str(b, "asked ");
        TRY(val_write(b, t->asked));
        buf_char(b, '\n');
    }
    return buf_done(b);
}

/* The value of the line that begins with NAME; NULL if it does not. */
static const char *field(struct arena *mem, const char **rest, const char *name)
{
    size_t n = strlen(name), len = strcspn(*rest, "\n");
    const char *line = *rest;

    if (strncmp(line, name, n) != 0 || line[n] != ' ' || line[len] != '\n')
        return NULL;
    *rest += len + 1;
    return arena_strndup(mem, line + n + 1, len - n - 1);
}

static bool number(struct arena *mem, const char **rest, const char *name, int64_t *out)
{
    const char *s = field(mem, rest, name);

    return s != NULL && text_i64(s, out);
}

static bool kind_find(const char *s, enum trigger_kind *out)
{
    for (int k = 0; s != NULL && k < KINDS; k++) {
        if (strcmp(s, kind_name[k]) == 0) {
            *out = (enum trigger_kind)k;
            return true;
        }
    }
    return false;
}

/* The last line, if there is one. */
static enum err read_asked(struct arena *mem, const char *rest, struct val *out)
{
    const char *text = field(mem, &rest, "asked");

    if (text == NULL || rest[0] != '\0')
        return fail(E_INPUT, "there is something behind the trigger");
    TRY(val_read(mem, text, strlen(text), out));
    return val_is(*out, VAL_CONTEXT) ? OK : fail(E_INPUT, "what was asked is no context");
}

enum err trigger_read(struct arena *mem, const char *text, size_t n, struct trigger *out, int64_t *now)
{
    const struct json *quoted;
    int64_t token, node;

    if (n > LIMIT_TRIGGER_BYTES)
        return fail(E_TOOBIG, "the text of a trigger has at most %d bytes", (int)LIMIT_TRIGGER_BYTES);
    if (!text_valid(text, n))
        return fail(E_INPUT, "the text of a trigger is no UTF-8");
    const char *rest = arena_strndup(mem, text, n);
    *out = (struct trigger){0};
    if (!kind_find(field(mem, &rest, "trigger"), &out->kind) || !number(mem, &rest, "now", now) ||
        !number(mem, &rest, "token", &token) || !number(mem, &rest, "node", &node) || token < 0 || token > UINT32_MAX ||
        node < PROC_NONE || node > INT32_MAX)
        return fail(E_INPUT, "this is not the text of a trigger");
    out->token = (uint32_t)token;
    out->node = (int32_t)node;
    const char *string = field(mem, &rest, "text");
    if (string == NULL)
        return fail(E_INPUT, "the trigger has no text line");
    TRY(json_read(mem, "trigger", string, strlen(string), &quoted));
    out->text = json_text(quoted);
    const char *vars = field(mem, &rest, "vars");
    if (out->text == NULL || vars == NULL)
        return fail(E_INPUT, "the trigger has no vars line");
    out->asked = val_null();
    if (rest[0] != '\0')
        TRY(read_asked(mem, rest, &out->asked));
    return val_read(mem, vars, strlen(vars), &out->vars);
}
