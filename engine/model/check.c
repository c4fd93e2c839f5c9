/* engine/model/check.c - the rules: the frame, and those about the file, its ids and its names.
 *
 * For     telling an author everything that is wrong with a model at once, with line, element and remedy.
 * Owns    the walk over the rules, the order of the findings.
 * Never   stops at the first finding; changes the model, but for "blocked" of a process that cannot be started.
 * Holds   one function per row of check.def (here and in check_*.c, by topic); a rule speaks only about what it is named for,
 * so that a broken model is not reported twice for one slip. */
#include "model/check.h"

#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

static const struct check_rule rules[] = {
#define RULE(name, id, severity, constraint, prose) {id, FINDING_##severity, constraint, prose},
#include "model/check.def"
#undef RULE
};

static void (*const functions[])(struct check *c) = {
#define RULE(name, id, severity, constraint, prose) check_##name,
#include "model/check.def"
#undef RULE
};

const struct check_rule *check_rules(size_t *n)
{
    *n = sizeof rules / sizeof *rules;
    return rules;
}

const char *check_constraint(const char *rule)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (strcmp(rules[i].id, rule) == 0)
            return rules[i].constraint;
    }
    return "";
}

void check_say(struct check *c, int line, const char *element, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    finding_add(c->f, c->rule->severity, c->rule->id, line, element, "%s", arena_vprintf(c->mem, fmt, ap));
    va_end(ap);
}

/* ---- the frame ---- */

static void add_expr(struct check *c, const struct xml_node *x, const char *what, const struct bpmn_expr *e)
{
    if (e->text == NULL && e->problem == NULL)
        return;
    if (c->n_expr == c->cap_expr) {
        struct check_expr *wider = ARENA_NEW_N(c->mem, struct check_expr, (size_t)c->cap_expr * 2 + 64);

        for (int32_t i = 0; i < c->n_expr; i++)
            wider[i] = c->expr[i];
        c->expr = wider;
        c->cap_expr = c->cap_expr * 2 + 64;
    }
    c->expr[c->n_expr++] = (struct check_expr){.x = x, .what = what, .expr = e};
}

static void add_event(struct check *c, const struct xml_node *x, const struct bpmn_event *e)
{
    add_expr(c, x, "timer", &e->timer_text);
    add_expr(c, x, "condition", &e->condition);
    add_expr(c, x, "name", &e->name);
    add_expr(c, x, "code", &e->code);
    add_expr(c, x, "correlation key", &e->key);
    add_expr(c, x, "time to live", &e->ttl);
    for (int32_t i = 0; i < e->n_correlation && e->same_keys == NULL; i++) {
        for (int32_t k = 0; k < e->correlation[i].n; k++) {
            add_expr(c, x, "message path", &e->correlation[i].message[k]);
            add_expr(c, x, "data path", &e->correlation[i].data[k]);
        }
    }
}

static void add_loop(struct check *c, const struct xml_node *x, const struct bpmn_loop *l)
{
    add_expr(c, x, "condition", &l->condition);
    add_expr(c, x, "number of instances", &l->maximum);
    add_expr(c, x, "collection", &l->collection);
    add_expr(c, x, "result", &l->result);
    if (l->none != NULL)
        add_event(c, x, l->none);
    if (l->one != NULL)
        add_event(c, x, l->one);
    for (int32_t i = 0; i < l->n_complex; i++) {
        add_expr(c, x, "condition", &l->complex[i].condition);
        for (int32_t k = 0; k < l->complex[i].n_event; k++)
            add_event(c, x, &l->complex[i].event[k]);
    }
}

static void add_node(struct check *c, struct bpmn_node *n)
{
    c->node[c->n_node++] = n;
    for (int32_t i = 0; i < n->n_event; i++)
        add_event(c, n->xml, &n->definition[i]);
    add_loop(c, n->xml, &n->loop);
    add_expr(c, n->xml, "condition", &n->done_if);
    add_expr(c, n->xml, "called element", &n->call.key);
    add_expr(c, n->xml, "called version", &n->call.version);
    add_expr(c, n->xml, "assignee", &n->assignee);
    add_expr(c, n->xml, "candidate groups", &n->groups);
    add_expr(c, n->xml, "candidate users", &n->users);
    add_expr(c, n->xml, "due date", &n->due);
    add_expr(c, n->xml, "priority", &n->priority);
    add_expr(c, n->xml, "script", &n->script);
    add_expr(c, n->xml, "decision", &n->decision.key);
    add_expr(c, n->xml, "decision's version", &n->decision.version);
    for (int32_t i = 0; i < n->n_data; i++)
        add_expr(c, n->xml, "initial value", &n->data[i].initial);
    for (int32_t i = 0; i < n->n_input; i++)
        add_expr(c, n->xml, "input", &n->input[i].source);
    for (int32_t i = 0; i < n->n_output; i++)
        add_expr(c, n->xml, "output", &n->output[i].source);
}

/* A condition in another language has a rule of its own. */
static void add_flow(struct check *c, const struct xml_node *process, const struct bpmn_flow *w)
{
    const struct xml_node *x = check_find(c, w->id);

    if (*w->language == '\0' || strstr(w->language, "FEEL") != NULL)
        add_expr(c, check_is(x, "sequenceFlow") ? x : process, "condition", &w->condition);
}

static void add_process(struct check *c, struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_data; i++)
        add_expr(c, p->xml, "initial value", &p->data[i].initial);
    for (int32_t i = 0; i < p->n_node; i++)
        add_node(c, &p->node[i]);
    for (int32_t i = 0; i < p->n_flow; i++) {
        c->flow[c->n_flow++] = &p->flow[i];
        add_flow(c, p->xml, &p->flow[i]);
    }
    for (int32_t i = 0; i < p->n_lane; i++)
        c->lane[c->n_lane++] = &p->lane[i];
}

static void gather(struct check *c)
{
    size_t nodes = 0, flows = 0, lanes = 0;

    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        nodes += (size_t)p->n_node;
        flows += (size_t)p->n_flow;
        lanes += (size_t)p->n_lane;
    }
    c->node = ARENA_NEW_N(c->mem, struct bpmn_node *, nodes);
    c->flow = ARENA_NEW_N(c->mem, struct bpmn_flow *, flows);
    c->lane = ARENA_NEW_N(c->mem, struct bpmn_lane *, lanes);
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next)
        add_process(c, p);
}

void check_file(struct bpmn_file *file, struct findings *f)
{
    struct check c = {.mem = f->mem, .f = f, .file = file};

    check_tree(&c);
    if (file->definitions)
        c.slip = shape_check(f->mem, file->root);
    gather(&c);
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        c.rule = &rules[i];
        functions[i](&c);
    }
    finding_sort(f);
}

/* ---- the file ---- */

void check_not_xml(struct findings *f, const struct xml_error *e)
{
    finding_add(f, rules[0].severity, rules[0].id, e->line, "", "%s", e->message);
}

/* Spoken by check_not_xml(): a file that was read is XML. */
void check_xml(struct check *c)
{
}

void check_not_bpmn(struct check *c)
{
    if (!c->file->definitions)
        check_say(c, c->file->root->line, "",
                  "The root element is <%s>, not <definitions> of BPMN 2.0 (%s). Export the model as BPMN 2.0 XML.",
                  text_cut(c->mem, c->file->root->name, 60), BPMN_NS);
}

void check_too_many(struct check *c)
{
    if (c->file->elements > LIMIT_MODEL_ELEMENTS)
        check_say(c, 0, "", "%d nodes, flows and lanes; at most %d are read. Split the model into several processes.",
                  c->file->elements, LIMIT_MODEL_ELEMENTS);
}

void check_no_process(struct check *c)
{
    if (c->file->definitions && c->file->process == NULL)
        check_say(c, c->file->root->line, "",
                  "There is no process in the file. Draw one; a collaboration or choreography alone cannot run.");
}

void check_import(struct check *c)
{
    for (const struct xml_node *x = xml_child(c->file->root, BPMN_NS, "import"); x != NULL; x = xml_again(x))
        check_say(c, x->line, "", "Imports are not fetched. Remove the import, and deploy what it names beside this file.");
}

/* The files of one namespace share their ids. */
void check_import_namespace(struct check *c)
{
    struct map seen = map_new(c->mem);
    const char *own = check_attr(c->file->root, "targetNamespace");

    if (*own != '\0')
        map_set(&seen, own, c);
    for (const struct check_item *i = check_all(c, "import"); i != NULL; i = i->next) {
        const char *ns = check_attr(i->x, "namespace");

        if (*ns != '\0' && map_set(&seen, ns, c) != NULL)
            check_at(c, c->file->root,
                     "The import at line %d is of a namespace that the file has already (\"%s\"), so that ids of the two can "
                     "clash. Give each file a namespace of its own.",
                     i->x->line, text_cut(c->mem, ns, CHECK_SHORT));
    }
}

void check_must_understand(struct check *c)
{
    for (const struct xml_node *x = xml_child(c->file->root, BPMN_NS, "extension"); x != NULL; x = xml_again(x)) {
        const char *must = xml_attr(x, "", "mustUnderstand");

        if (must != NULL && (strcmp(must, "true") == 0 || strcmp(must, "1") == 0))
            check_say(c, x->line, "",
                      "The file demands an extension that is not known here. Remove it or set mustUnderstand to false.");
    }
}

void check_not_executable(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        if (!p->executable)
            check_say(c, p->line, p->id,
                      "The process is not executable: it can be deployed and viewed. To start it set isExecutable=\"true\".");
    }
}

/* ---- ids and names ---- */

static void duplicates(struct check *c, struct map *seen, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        const char *id = xml_attr(x, "", "id");

        if (strcmp(x->ns, BPMN_NS) != 0)
            continue;
        if (id != NULL && *id != '\0') {
            const struct xml_node *first = map_get(seen, id);

            if (first != NULL)
                check_say(c, x->line, id, "The id stands at line %d already (%s). Give this %s an id of its own.", first->line,
                          first->name, x->name);
            else
                map_set(seen, id, arena_memdup(c->mem, x, sizeof *x));
        }
        duplicates(c, seen, x->first);
    }
}

void check_id_duplicate(struct check *c)
{
    struct map seen = map_new(c->mem);

    duplicates(c, &seen, c->file->root);
}

void check_id_missing(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        if (*p->id == '\0')
            check_say(c, p->line, "", "The process has no id. Give it one: instances and links refer to it.");
    }
    for (int32_t i = 0; i < c->n_node; i++) {
        if (*c->node[i]->id == '\0')
            check_say(c, c->node[i]->line, "", "This %s has no id. Give it one: flows and trails refer to it.",
                      c->node[i]->local);
    }
    for (int32_t i = 0; i < c->n_lane; i++) {
        if (*c->lane[i]->id == '\0')
            check_say(c, c->lane[i]->line, "", "This lane has no id. Give it one.");
    }
}

static bool id_letter(unsigned char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || strchr("_-.", ch) != NULL ||
           ch >= 0x80;
}

/* Calls FN for every element of the BPMN namespace, but not for the drawing. */
static void each_element(struct check *c, const struct xml_node *x, void (*fn)(struct check *, const struct xml_node *))
{
    for (; x != NULL; x = x->next) {
        if (strcmp(x->ns, BPMN_NS) != 0)
            continue;
        fn(c, x);
        each_element(c, x->first, fn);
    }
}

static void id_form(struct check *c, const struct xml_node *x)
{
    const char *id = xml_attr(x, "", "id");

    for (const char *p = id; p != NULL && *p != '\0'; p++) {
        if (!id_letter((unsigned char)*p)) {
            check_say(c, x->line, "", "The id of this %s holds other letters than a-z, A-Z, 0-9, '_', '-' and '.'. Rename it.",
                      x->name);
            return;
        }
    }
}

void check_id_form(struct check *c)
{
    each_element(c, c->file->root, id_form);
}

static void name_long(struct check *c, const struct xml_node *x)
{
    static const char *const attrs[] = {"id", "name"};

    for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++) {
        const char *v = xml_attr(x, "", attrs[i]);

        if (v != NULL && text_count(v) > LIMIT_MODEL_NAME)
            check_say(c, x->line, "",
                      "The %s of this %s has more than %d letters. Shorten it; details belong into the documentation.",
                      attrs[i], x->name, LIMIT_MODEL_NAME);
    }
}

void check_name_long(struct check *c)
{
    each_element(c, c->file->root, name_long);
}

/* The first letter of X's name for which TEST holds, 0 if none. */
static uint32_t name_has(const struct xml_node *x, bool (*test)(uint32_t))
{
    const char *v = xml_attr(x, "", "name");
    size_t n = v != NULL ? strlen(v) : 0;

    for (size_t i = 0; i < n;) {
        uint32_t cp = 0;
        size_t len = text_decode(v + i, n - i, &cp);

        if (len == 0 || test(cp))
            return len == 0 ? 0xfffd : cp;
        i += len;
    }
    return 0;
}

static bool is_break(uint32_t cp)
{
    return cp == '\t' || cp == '\n' || cp == '\r';
}

static bool is_control(uint32_t cp)
{
    return (cp < 0x20 && !is_break(cp)) || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029;
}

static bool is_bidi(uint32_t cp)
{
    return (cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

static void name_control(struct check *c, const struct xml_node *x)
{
    uint32_t cp = name_has(x, is_control);

    if (cp != 0)
        check_say(c, x->line, "", "The name of this %s holds the control character U+%04X. Type it anew.", x->name,
                  (unsigned)cp);
}

void check_name_control(struct check *c)
{
    each_element(c, c->file->root, name_control);
}

static void name_bidi(struct check *c, const struct xml_node *x)
{
    uint32_t cp = name_has(x, is_bidi);

    if (cp != 0)
        check_say(c, x->line, "", "The name of this %s holds U+%04X, which turns the direction of writing. Remove it.", x->name,
                  (unsigned)cp);
}

void check_name_bidi(struct check *c)
{
    each_element(c, c->file->root, name_bidi);
}

static void name_line(struct check *c, const struct xml_node *x)
{
    if (name_has(x, is_break) != 0)
        check_say(c, x->line, "", "The name of this %s has line breaks or tabs; they are shown as blanks.", x->name);
}

void check_name_line(struct check *c)
{
    each_element(c, c->file->root, name_line);
}
