/* bin/gradus/model.c - gradus deploy, lint, scenario.
 *
 * For     models at a terminal and in a build: checked, told, stored, released.
 * Owns    nothing.
 * Never   another verdict than the designer's pages: the same functions are called.
 * Holds   a story passes on the pure machine and through MariaDB alike, or the command says which differs. */
#include <stdio.h>

#include "base/json.h"
#include "cmd.h"
#include "flow/deploy.h"
#include "flow/story.h"
#include "model/check.h"
#include "model/proc.h"
#include "model/shape.h"
#include "run/casebook.h"
#include "run/scenario.h"

enum { LIMIT_MODEL = 16 << 20, LIMIT_STORY = 1 << 20, LIMIT_JSON = 16 << 20 };

/* ---- lint ---- */

static void print_findings(FILE *to, const char *file, const struct findings *f)
{
    static const char *const word[] = {"error", "warning", "info"};
    int more = f->errors + f->warnings + f->infos;

    for (const struct finding *x = f->first; x != NULL; x = x->next, more--)
        fprintf(to, "%s:%d: %s %s %s: %s\n", file, x->line, word[x->severity], x->rule,
                x->element[0] != '\0' ? x->element : "-", x->message);
    if (more > 0)
        fprintf(stderr, "%s: %d findings more are not listed\n", file, more);
}

static enum err print_json(struct cmd *c, const char *file, const struct findings *f)
{
    struct buf b = buf_new(c->mem, LIMIT_JSON);
    bool first = true;

    buf_char(&b, '{');
    json_put_name(&b, &first, "file");
    json_put_text(&b, file);
    json_put_name(&b, &first, "findings");
    TRY(deploy_findings_json(&b, f));
    buf_str(&b, "}\n");
    TRY(buf_done(&b));
    fputs(buf_text(&b), stdout);
    return OK;
}

struct lint {
    bool json, counts;
    bool several; /* files: each line says of which it speaks */
};

/* A file that is too large is a finding about it, like one that is no XML; one that is not there is a slip of the caller. */
static enum err lint_read(struct cmd *c, const char *file, struct findings *f, struct span *text)
{
    enum err e = cmd_read_file(c->mem, file, LIMIT_MODEL, text);

    if (e != E_TOOBIG)
        return e;
    check_not_xml(f, &(struct xml_error){.message = trouble()->text});
    return E_FINDINGS;
}

static enum err lint_check(struct cmd *c, const char *file, const struct lint *how)
{
    struct findings f = findings_new(c->mem);
    struct span text;

    enum err e = lint_read(c, file, &f, &text);
    if (e == OK)
        e = deploy_lint(c->mem, file, text, &f);
    if (e != OK && e != E_FINDINGS)
        return err_pass(e, __FILE__, __LINE__);
    if (f.errors > 0)
        c->exit = 1;
    if (how->json)
        return print_json(c, file, &f);
    print_findings(stdout, file, &f);
    return OK;
}

/* {"task":3,...} for one file; {"file":...,"counts":{...}} a line for several. What is no XML has no counts, but a finding. */
static enum err lint_count(struct cmd *c, const char *file, const struct lint *how)
{
    struct findings f = findings_new(c->mem);
    struct buf b = buf_new(c->mem, LIMIT_JSON);
    struct xml_node *root = NULL;
    struct xml_error error;
    struct span text;
    bool first = true;

    enum err e = lint_read(c, file, &f, &text);
    if (e == OK) {
        e = xml_read(c->mem, text, &xml_limits_lenient, &root, &error);
        if (e == E_INPUT || e == E_TOOBIG)
            check_not_xml(&f, &error);
        else
            TRY(e);
    } else if (e != E_FINDINGS)
        return err_pass(e, __FILE__, __LINE__);
    if (root == NULL) {
        c->exit = 1;
        print_findings(stderr, file, &f);
        return OK;
    }
    if (how->several) {
        buf_char(&b, '{');
        json_put_name(&b, &first, "file");
        json_put_text(&b, file);
        json_put_name(&b, &first, "counts");
    }
    TRY(shape_counts(c->mem, root, BPMN_NS, &b));
    puts(arena_printf(c->mem, "%s%s", buf_text(&b), how->several ? "}" : ""));
    return OK;
}

enum err cmd_lint(struct cmd *c)
{
    struct lint how = {.json = cmd_flag(c, "--json"), .counts = cmd_flag(c, "--counts")};

    if (c->argc == 0)
        return fail(E_INPUT, "give at least one file");
    if (how.json && how.counts)
        return fail(E_INPUT, "--counts prints JSON by itself; leave --json out");
    how.several = c->argc > 1;
    for (int i = 0; i < c->argc; i++) {
        struct arena_mark mark = arena_mark(c->mem);

        TRY(how.counts ? lint_count(c, c->argv[i], &how) : lint_check(c, c->argv[i], &how));
        arena_rewind(c->mem, mark);
    }
    return OK;
}

/* ---- deploy ---- */

struct deploy {
    struct deploy_draft draft;
    bool release;
    struct released {
        const char *key;
        uint32_t version; /* 0 = it stays a draft */
    } * done;
};

/* Of several pools of a file those are released that can run; of one process all else is an error. */
static enum err release_one(struct unit *u, struct deploy *d, size_t i)
{
    const struct proc *p = NULL;

    d->done[i].key = d->draft.key;
    if (!d->draft.decision) {
        TRY(flow_proc(u, d->draft.all[i], &p));
        d->done[i].key = p->key;
    }
    if (!d->release || (d->draft.n_all > 1 && !p->executable))
        return OK;
    return deploy_release(u, d->draft.all[i], true, NULL, &d->done[i].version);
}

static enum err deploy(struct unit *u, void *arg)
{
    struct deploy *d = arg;

    TRY(deploy_draft(u, &d->draft));
    d->done = ARENA_NEW_N(u->mem, struct released, d->draft.n_all + 1);
    for (size_t i = 0; i < d->draft.n_all; i++)
        TRY(release_one(u, d, i));
    return OK;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

enum err cmd_deploy(struct cmd *c)
{
    struct deploy d = {.release = cmd_flag(c, "--release")};
    struct unit_conf uc;
    struct span text;

    if (c->argc != 1)
        return fail(E_INPUT, "give one file");
    TRY(cmd_read_file(c->mem, c->argv[0], (size_t)c->conf.model_max, &text));
    d.draft.file = base_name(c->argv[0]);
    d.draft.bytes = text.p;
    d.draft.n = text.n;
    TRY(cmd_open(c, "cli", &uc));
    enum err e = cmd_unit(c, &uc, UNIT_RW, deploy, &d);
    print_findings(stdout, c->argv[0], &d.draft.findings);
    if (e != OK)
        return err_pass(e, __FILE__, __LINE__);
    const char *kind = d.draft.decision ? "decision model" : "process";
    for (size_t i = 0; i < d.draft.n_all; i++) {
        if (d.done[i].version != 0)
            printf("%s: %s %s released as version %u\n", c->argv[0], kind, d.done[i].key, d.done[i].version);
        else
            printf("%s: %s %s stored as draft %llu\n", c->argv[0], kind, d.done[i].key, (unsigned long long)d.draft.all[i]);
    }
    return OK;
}

/* ---- scenario ---- */

enum { LIMIT_STORY_FILES = 20 };

struct story {
    const struct scenario *scenario;
    const struct proc *proc;
    struct span model;
    struct run_shelf *shelf;
    struct dmn_file decision[LIMIT_STORY_FILES]; /* as the story names them */
    size_t n_decision;
    uint64_t stored[LIMIT_STORY_FILES]; /* their definitions */
};

struct store {
    struct deploy_draft model;
    struct story *story;
};

static enum err store_models(struct unit *u, void *arg)
{
    struct store *s = arg;

    for (size_t i = 0; i < s->story->n_decision; i++) {
        struct deploy_draft d = {
            .file = s->story->decision[i].name, .bytes = s->story->decision[i].bytes.p, .n = s->story->decision[i].bytes.n};
        TRY(deploy_draft(u, &d));
        s->story->stored[i] = d.id;
    }
    return deploy_draft(u, &s->model);
}

/* The models are stored as drafts of their own, so that no released version is touched. */
static enum err through_database(struct cmd *c, const struct unit_conf *uc, struct story *s, const char **why)
{
    static const struct actor system = {
        .uid = "", .name = "system", .roles = "", .channel = "cli", .lang = "en", .request = "story"};
    struct store store = {
        .model = {.file = scenario_model(s->scenario), .bytes = s->model.p, .n = s->model.n, .any_topic = true}, .story = s};

    TRY(cmd_unit(c, uc, UNIT_RW, store_models, &store));
    struct flow_story told = {
        .uc = uc, .who = &system, .definition = store.model.id, .proc = s->proc, .model = s->stored, .n_model = s->n_decision};
    return flow_story_tell(c->mem, s->scenario, &told, why);
}

/* FILE as a story means it: relative to the story. */
static const char *beside(struct arena *mem, const char *story, const char *file)
{
    const char *slash = strrchr(story, '/');

    return arena_printf(mem, "%.*s%s", slash != NULL ? (int)(slash - story + 1) : 0, story, file);
}

static enum err read_decisions(struct cmd *c, const char *path, const char *const *file, size_t n, struct story *s)
{
    s->shelf = run_shelf_new(c->mem);
    for (size_t i = 0; i < n; i++) {
        struct findings f = findings_new(c->mem);
        struct dmn_file *d = &s->decision[s->n_decision++];
        d->name = beside(c->mem, path, file[i]);
        TRY(cmd_read_file(c->mem, d->name, LIMIT_MODEL, &d->bytes));
        enum err e = run_shelf_add(s->shelf, d, &f);
        if (f.errors > 0)
            print_findings(stdout, d->name, &f);
        TRY(e);
    }
    return OK;
}

static enum err compile_for(struct cmd *c, struct story *s, const char *story)
{
    const char *path = beside(c->mem, story, scenario_model(s->scenario));
    const char *key = scenario_process(s->scenario);
    struct findings f = findings_new(c->mem);
    struct proc_list *list = NULL;

    TRY(cmd_read_file(c->mem, path, LIMIT_MODEL, &s->model));
    enum err e = proc_compile(c->mem, path, s->model.p, s->model.n, &f, &list);
    if (e != OK)
        print_findings(stdout, path, &f);
    TRY(e);
    proc_list_keep(c->mem, list);
    for (; list != NULL; list = list->next) {
        if (key[0] == '\0' ? list->proc->executable : strcmp(list->proc->key, key) == 0) {
            s->proc = list->proc;
            return OK;
        }
    }
    return fail(E_INPUT, "%s: no such process in %s", story, path);
}

static enum err verdict(struct cmd *c, enum err e, const char *path, const char *how, const char *why)
{
    if (e == OK) {
        printf("ok - %s%s\n", path, how);
        return OK;
    }
    printf("not ok - %s%s: %s\n", path, how, why[0] != '\0' ? why : trouble()->text);
    c->exit = 1;
    return OK;
}

/* A story about decisions alone: no process, so no database either. */
static enum err tell_cases(struct cmd *c, const char *path, struct span text)
{
    struct casebook *book;
    struct story s = {0};
    const char *why = "";
    int cases = 0;
    size_t n;

    TRY(casebook_read(c->mem, path, text.p, text.n, &book));
    const char *const *models = casebook_models(book, &n);
    TRY(read_decisions(c, path, models, n, &s));
    enum err e = casebook_tell(c->mem, book, s.shelf, &cases, &why);
    return verdict(c, e, path, arena_printf(c->mem, " (%d cases)", cases), why);
}

static enum err tell(struct cmd *c, const char *path, const struct unit_conf *uc)
{
    const char *why = "", *dot = strrchr(path, '.');
    struct scenario *scenario;
    struct span text;
    size_t n;

    TRY(cmd_read_file(c->mem, path, LIMIT_STORY, &text));
    if (dot != NULL && strcmp(dot, ".dst") == 0)
        return tell_cases(c, path, text);
    TRY(scenario_read(c->mem, path, text.p, text.n, &scenario));
    struct story s = {.scenario = scenario};
    const char *const *decisions = scenario_decisions(scenario, &n);
    TRY(read_decisions(c, path, decisions, n, &s));
    TRY(compile_for(c, &s, path));
    struct run_decisions who = run_shelf_decisions(s.shelf);
    enum err e = uc == NULL ? scenario_run(c->mem, scenario, s.proc, &who, &why) : through_database(c, uc, &s, &why);
    return verdict(c, e, path, uc != NULL ? " (MariaDB)" : "", why);
}

enum err cmd_scenario(struct cmd *c)
{
    bool through_db = cmd_flag(c, "--through-db");
    struct unit_conf uc;

    if (c->argc == 0)
        return fail(E_INPUT, "give at least one story");
    if (through_db) {
        TRY(conf_read(c->mem, c->conf_file, &c->conf));
        TRY(cmd_open(c, "cli", &uc));
    }
    for (int i = 0; i < c->argc; i++)
        TRY(tell(c, c->argv[i], through_db ? &uc : NULL));
    return OK;
}
