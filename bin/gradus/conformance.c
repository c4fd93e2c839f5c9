/* bin/gradus/conformance.c - gradus conformance: behaviour cases in the format "bpmn-steps/1", each on a fresh stage.
 *
 * For     measuring the machine against cases that others wrote, on the pure machine and through MariaDB alike.
 * Owns    reading the manifest, the loop over its cases, the line that each of them gets.
 * Never   what a case expects: a failed case is reported, not explained away.
 * Holds   the same cases give the same lines on both roads. */
#include "conformance.h"

#include <fnmatch.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "cmd.h"
#include "flow/stage.h"
#include "run/lines.h"
#include "run/world.h"

enum { LIMIT_MANIFEST = 64 << 20, CASE_CHUNK = 64 * 1024 };

struct tally {
    size_t passed, failed, disputed, disputed_passed;
};

enum err conformance_untrue(struct telling *t, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    t->why = arena_vprintf(t->mem, fmt, ap);
    va_end(ap);
    return OK;
}

const char *conformance_text(const struct json *step, const char *name)
{
    const char *text = json_text(json_get(step, name));

    return text != NULL ? text : "";
}

enum err conformance_value(struct arena *mem, const struct json *j, struct val *out)
{
    size_t n = json_count(j);
    struct val_entry *e = ARENA_NEW_N(mem, struct val_entry, n + 1);
    struct val *item = ARENA_NEW_N(mem, struct val, n + 1);

    *out = val_null();
    switch (json_kind(j)) {
    case JSON_NULL:
        break;
    case JSON_BOOL:
        *out = val_bool(json_bool(j));
        break;
    case JSON_NUMBER:
        return val_number(mem, json_number(j), out) ? OK : fail(E_INPUT, "the number %s is too large", json_number(j));
    case JSON_STRING:
        *out = val_text(mem, json_text(j));
        break;
    case JSON_ARRAY:
        for (size_t i = 0; i < n; i++)
            TRY(conformance_value(mem, json_at(j, i), &item[i]));
        *out = val_list(mem, item, n);
        break;
    case JSON_OBJECT:
        for (size_t i = 0; i < n; i++) {
            e[i].key = arena_strdup(mem, json_name_at(j, i));
            TRY(conformance_value(mem, json_value_at(j, i), &e[i].value));
        }
        *out = val_context(mem, e, n);
        break;
    }
    return OK;
}

static const struct conformance_op *op_find(const struct conformance_op *ops, const char *op)
{
    while (ops->op != NULL && strcmp(ops->op, op) != 0)
        ops++;
    return ops->op != NULL ? ops : NULL;
}

/* Tells the steps in order; *AT = number of the one that does not hold, 0 if all do. */
static enum err tell(struct telling *t, const struct json *steps, size_t *at)
{
    *at = 0;
    for (size_t i = 0; i < json_count(steps) && !t->over; i++) {
        const struct json *step = json_at(steps, i);
        const char *word = conformance_text(step, "op");
        const struct conformance_op *op = op_find(conformance_acts, word);
        if (op == NULL)
            op = op_find(conformance_looks, word);
        *at = i + 1;
        if (op == NULL)
            return fail(E_INPUT, "\"%s\" is no step of this format", word);
        enum err e = op->tell(t, step);
        if (e == E_INPUT || e == E_CONF || e == E_IO)
            return err_pass(e, __FILE__, __LINE__);
        if (e != OK && t->why == NULL)
            t->why = arena_printf(t->mem, "%s %s", err_name(e), trouble()->text);
        if (t->why != NULL)
            return OK;
    }
    *at = 0;
    return OK;
}

/* A reason has one line. */
static const char *one_line(struct arena *mem, const char *text)
{
    char *s = arena_strdup(mem, text);

    for (char *p = s; *p != '\0'; p++) {
        if (*p == '\n' || *p == '\t')
            *p = ' ';
    }
    return s;
}

struct conformance {
    struct cmd *cmd;
    struct conformance_ear ear;
    struct stage stage;
    struct unit_conf uc; /* through MariaDB */
    const char *folder;
    int64_t begins;
    struct tally tally;
};

static enum err run_case(struct conformance *c, const struct json *one)
{
    struct arena *mem = arena_new(CASE_CHUNK);
    struct telling t = {.mem = mem, .stage = &c->stage, .folder = c->folder, .now = c->begins};
    const char *id = conformance_text(one, "id");
    bool disputed = json_bool(json_get(one, "disputed"));
    size_t at = 0;

    t.last_task = &t.task;
    t.last_trace = &t.trace;
    c->ear.telling = &t;
    enum err e = c->stage.reset(c->stage.ctx, t.now);
    if (e == OK)
        e = tell(&t, json_get(one, "steps"), &at);
    if (e == OK && t.why == NULL && c->stage.prove != NULL)
        e = c->stage.prove(c->stage.ctx);
    if (e != OK && t.why == NULL)
        t.why = arena_strdup(mem, trouble()->text);
    const char *mark = disputed ? " (disputed)" : "";
    if (t.why == NULL)
        printf("%s\tpass%s\n", id, disputed ? "\tdisputed" : "");
    else
        printf("%s\tFAIL\tstep %zu%s: %s\n", id, at, mark, one_line(mem, t.why));
    fflush(stdout);
    c->tally.passed += t.why == NULL;
    c->tally.failed += t.why != NULL;
    c->tally.disputed += disputed;
    c->tally.disputed_passed += disputed && t.why == NULL;
    trouble_clear();
    arena_free(mem);
    c->ear.telling = NULL;
    return e == E_INPUT ? OK : e;
}

static enum err read_manifest(struct cmd *c, const char *path, const struct json **out)
{
    struct span text;

    TRY(cmd_read_file(c->mem, path, LIMIT_MANIFEST, &text));
    TRY(json_read(c->mem, path, text.p, text.n, out));
    const char *format = conformance_text(*out, "format");
    return strcmp(format, "bpmn-steps/1") == 0 ? OK
                                               : fail(E_INPUT, "%s: the format \"%s\" is not \"bpmn-steps/1\"", path, format);
}

static enum err set_up(struct conformance *c, bool through_db, const struct json *manifest)
{
    struct stage_env env = conformance_env(&c->ear);
    const char *begins = conformance_text(manifest, "clockStart");

    c->begins = STORY_BEGINS;
    if (begins[0] != '\0' && !clock_parse(begins, &c->begins))
        return fail(E_INPUT, "clockStart \"%s\" is no moment", begins);
    if (!through_db) {
        world_stage(c->cmd->mem, &env, &c->stage);
        return OK;
    }
    static const struct actor system = {
        .uid = "", .name = "system", .roles = "", .channel = "cli", .lang = "en", .request = "conformance"};
    struct flow_stage stored = {.uc = &c->uc, .who = &system, .env = env};
    TRY(conf_read(c->cmd->mem, c->cmd->conf_file, &c->cmd->conf));
    TRY(cmd_open(c->cmd, "cli", &c->uc));
    flow_stage(c->cmd->mem, &stored, &c->stage);
    return OK;
}

enum err cmd_conformance(struct cmd *cmd)
{
    bool through_db = cmd_flag(cmd, "--through-db");
    const char *only = cmd_option(cmd, "--only");
    struct conformance c = {.cmd = cmd};
    const struct json *manifest;

    if (cmd->argc != 1)
        return fail(E_INPUT, "give one manifest");
    const char *path = cmd->argv[0], *slash = strrchr(path, '/');
    TRY(read_manifest(cmd, path, &manifest));
    c.folder = slash != NULL ? arena_strndup(cmd->mem, path, (size_t)(slash - path) + 1) : "";
    TRY(set_up(&c, through_db, manifest));
    const struct json *cases = json_get(manifest, "cases");
    for (size_t i = 0; i < json_count(cases); i++) {
        const struct json *one = json_at(cases, i);
        if (only == NULL || fnmatch(only, conformance_text(one, "id"), 0) == 0)
            TRY(run_case(&c, one));
    }
    if (c.tally.disputed > 0)
        printf("disputed: %zu passed, %zu failed\n", c.tally.disputed_passed, c.tally.disputed - c.tally.disputed_passed);
    printf("%zu passed, %zu failed\n", c.tally.passed, c.tally.failed);
    cmd->exit = c.tally.failed > 0 ? 1 : 0;
    return OK;
}
