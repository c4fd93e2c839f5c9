/* engine/run/trigger.c - the text of a trigger: what the trigger log stores and replay reads.
 *
 * For     flow/ and `gradus replay`.
 * Owns    the format: six lines "name value" in this order, the variables as val_write() writes them:
 *             trigger task | now 1767225600000000 | token 3 | node -1 | text "..." | vars {"a":1}
 *         and, where they are not 0, which event definition of the node occurred and that a call activity started the instance:
 *             event 1 | called 1
 *         and, if a decision was asked for, a last one: what was asked, and the id of the definition that answered, 0 if none did:
 *             asked {"priority":17,"routing 3":0}
 * Never   reads a text of another shape: no missing line, no other order, nothing after the last one.
 * Holds   a trigger that was written reads back as the same trigger, and writes the same bytes again. */
#include <inttypes.h>

#include "base/json.h"
#include "base/text.h"
#include "run/limit.h"
#include "run/run.h"

/* clang-format off */
static const char *const kind_name[] = {
    [TRIGGER_START]    = "start",    [TRIGGER_CLAIM]   = "claim",   [TRIGGER_TASK]   = "task",   [TRIGGER_TIMER]      = "timer",
    [TRIGGER_SERVICE]  = "service",  [TRIGGER_FAILURE] = "failure", [TRIGGER_RETRY]  = "retry",  [TRIGGER_CANCEL]     = "cancel",
    [TRIGGER_MESSAGE]  = "message",  [TRIGGER_SIGNAL]  = "signal",  [TRIGGER_ERROR]  = "error",  [TRIGGER_ESCALATION] = "escalation",
    [TRIGGER_CALLED]   = "called",   [TRIGGER_VARS]    = "vars",    [TRIGGER_SKIP]   = "skip",   [TRIGGER_ACTIVATE]   = "activate",
    [TRIGGER_SUSPEND]  = "suspend",  [TRIGGER_RESUME]  = "resume",  [TRIGGER_MOVE]   = "move",   [TRIGGER_ADD]        = "add",
    [TRIGGER_DROP]     = "drop",
};
/* clang-format on */
enum { KINDS = sizeof kind_name / sizeof *kind_name };

enum err trigger_write(struct buf *b, const struct trigger *t, int64_t now)
{
    buf_fmt(b, "trigger %s\nnow %" PRId64 "\ntoken %" PRIu32 "\nnode %" PRId32 "\ntext ", kind_name[t->kind], now, t->token,
            t->node);
    json_put_text(b, t->text != NULL ? t->text : "");
    buf_str(b, "\nvars ");
    TRY(val_write(b, t->vars));
    buf_char(b, '\n');
    if (t->event != 0)
        buf_fmt(b, "event %" PRId32 "\n", t->event);
    if (t->called)
        buf_str(b, "called 1\n");
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

/* The lines after the sixth, as many as there are. */
static enum err read_more(struct arena *mem, const char *rest, struct trigger *out)
{
    int64_t event = 0, called = 0;

    if (text_starts(rest, "event ") && (!number(mem, &rest, "event", &event) || event < 1 || event > INT32_MAX))
        return fail(E_INPUT, "the event of the trigger is no number from 1 on");
    if (text_starts(rest, "called ") && (!number(mem, &rest, "called", &called) || called != 1))
        return fail(E_INPUT, "the trigger is called neither once nor not at all");
    out->event = (int32_t)event;
    out->called = called == 1;
    const char *text = field(mem, &rest, "asked");
    if (text != NULL) {
        TRY(val_read(mem, text, strlen(text), &out->asked));
        if (!val_is(out->asked, VAL_CONTEXT))
            return fail(E_INPUT, "what was asked is no context");
    }
    return rest[0] == '\0' ? OK : fail(E_INPUT, "there is something behind the trigger");
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
    TRY(read_more(mem, rest, out));
    return val_read(mem, vars, strlen(vars), &out->vars);
}
