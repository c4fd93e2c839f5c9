/* engine/model/check_tree.c - the file as the rules see it: elements by name, by id, and what they refer to.
 *
 * For     every rule that is about elements rather than about the graph of a process.
 * Owns    the index of names, ids, processes and pools; who is executable.
 * Never   judges: a rule does.
 * Holds   built in one walk; every question after that costs no walk over the file. What stands in extensionElements belongs to
 * its vendor and is not in the index. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

struct check_names {
    struct check_item *first, *last;
};

static void add(struct check *c, const struct xml_node *x)
{
    struct check_names *all = map_get(&c->names, x->name);
    struct check_item *item = ARENA_NEW(c->mem, struct check_item);
    const char *id = xml_attr(x, "", "id");

    item->x = x;
    if (all == NULL) {
        all = ARENA_NEW(c->mem, struct check_names);
        all->first = item;
        map_set(&c->names, x->name, all);
    } else {
        all->last->next = item;
    }
    all->last = item;
    if (id != NULL && *id != '\0' && map_get(&c->ids, id) == NULL)
        map_set(&c->ids, id, arena_memdup(c->mem, &x, sizeof x));
}

static void walk(struct check *c, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        if (strcmp(x->ns, BPMN_NS) != 0 || strcmp(x->name, "extensionElements") == 0)
            continue;
        add(c, x);
        walk(c, x->first);
    }
}

void check_tree(struct check *c)
{
    c->names = map_new(c->mem);
    c->ids = map_new(c->mem);
    c->processes = map_new(c->mem);
    c->pools = map_new(c->mem);
    c->triggers = map_new(c->mem);
    if (c->file->definitions) /* so that whatever is found has a parent, but the root */
        walk(c, c->file->root);
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        if (*p->id != '\0' && map_get(&c->processes, p->id) == NULL)
            map_set(&c->processes, p->id, p);
        c->any_executable = c->any_executable || (p->executable && !p->global);
    }
    for (const struct check_item *i = check_all(c, "participant"); i != NULL; i = i->next) {
        const struct xml_node *process = check_ref(c, i->x, "processRef");

        if (process != NULL && map_get(&c->pools, check_attr(process, "id")) == NULL)
            map_set(&c->pools, check_attr(process, "id"), arena_memdup(c->mem, &i->x, sizeof i->x));
    }
}

const struct check_item *check_all(const struct check *c, const char *local)
{
    const struct check_names *all = map_get(&c->names, local);

    return all != NULL ? all->first : NULL;
}

void check_each(struct check *c, const char *names, void (*fn)(struct check *c, const struct xml_node *x))
{
    while (*(names += strspn(names, " ")) != '\0') {
        size_t n = strcspn(names, " ");
        const struct check_names *all = map_get_n(&c->names, names, n);

        for (const struct check_item *i = all != NULL ? all->first : NULL; i != NULL; i = i->next)
            fn(c, i->x);
        names += n;
    }
}

/* ---- attributes, children, texts ---- */

const char *check_attr(const struct xml_node *x, const char *name)
{
    const char *v = xml_attr(x, "", name);

    return v != NULL ? v : "";
}

bool check_true(const struct xml_node *x, const char *name, bool otherwise)
{
    const char *v = xml_attr(x, "", name);

    return v == NULL ? otherwise : strcmp(v, "true") == 0 || strcmp(v, "1") == 0;
}

bool check_is(const struct xml_node *x, const char *names)
{
    return x != NULL && strcmp(x->ns, BPMN_NS) == 0 && text_in_list(names, x->name);
}

const struct xml_node *check_child(const struct xml_node *x, const char *local)
{
    return x != NULL ? xml_child(x, BPMN_NS, local) : NULL;
}

int check_count(const struct xml_node *x, const char *local)
{
    int n = 0;

    for (const struct xml_node *k = check_child(x, local); k != NULL; k = xml_again(k))
        n++;
    return n;
}

const char *check_text(struct check *c, const struct xml_node *x)
{
    return x != NULL ? text_clean(c->mem, x->text, true) : "";
}

/* ---- references ---- */

const struct xml_node *check_find(const struct check *c, const char *ref)
{
    const char *colon = strchr(ref, ':');
    const struct xml_node *const *x = map_get(&c->ids, colon != NULL ? colon + 1 : ref);

    return x != NULL ? *x : NULL;
}

const char *check_ref_text(struct check *c, const struct xml_node *x, const char *name)
{
    const char *v = xml_attr(x, "", name);
    const struct xml_node *k = v == NULL ? check_child(x, name) : NULL;

    if (v == NULL && k != NULL)
        v = k->text;
    if (v == NULL)
        return NULL;
    v = text_clean(c->mem, v, false);
    return *v != '\0' ? v : NULL;
}

const struct xml_node *check_ref(struct check *c, const struct xml_node *x, const char *name)
{
    const char *ref = check_ref_text(c, x, name);

    return ref != NULL ? check_find(c, ref) : NULL;
}

bool check_imports(const struct check *c, const char *ref)
{
    return strchr(ref, ':') != NULL && check_all(c, "import") != NULL;
}

struct map check_listed(struct check *c, const char *names, bool siblings)
{
    struct map all = map_new(c->mem);

    for (const char *at = names; *(at += strspn(at, " ")) != '\0'; at += strcspn(at, " ")) {
        for (const struct check_item *i = check_all(c, arena_strndup(c->mem, at, strcspn(at, " "))); i != NULL; i = i->next) {
            const struct xml_node *holder = siblings ? i->x->parent->parent : i->x->parent;

            if (holder != NULL)
                map_set(&all, check_listed_key(c, holder, i->x->name, check_text(c, i->x)), c);
        }
    }
    return all;
}

const char *check_listed_key(struct check *c, const struct xml_node *holder, const char *name, const char *ref)
{
    return arena_printf(c->mem, "%p %s %s", (const void *)holder, name, ref);
}

/* ---- what an element is ---- */

const struct xml_node *check_process_of(const struct xml_node *x)
{
    while (x != NULL &&
           !check_is(x, "process globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask"))
        x = x->parent;
    return x;
}

static struct bpmn_process *process_of(const struct check *c, const struct xml_node *x)
{
    const struct xml_node *p = check_process_of(x);

    return p != NULL ? map_get(&c->processes, check_attr(p, "id")) : NULL;
}

bool check_executable(const struct check *c, const struct xml_node *x)
{
    const struct bpmn_process *p = process_of(c, x);

    return p != NULL ? p->executable : c->any_executable;
}

struct bpmn_node *check_node(const struct check *c, const struct xml_node *x)
{
    struct bpmn_node *n = x != NULL ? map_get(&c->file->nodes, check_attr(x, "id")) : NULL;

    return n != NULL && n->xml == x ? n : NULL;
}

/* clang-format off */
static const char activities[] =
    "task userTask manualTask serviceTask scriptTask sendTask receiveTask businessRuleTask callActivity subProcess transaction "
    "adHocSubProcess";
static const char events[] = "startEvent endEvent intermediateThrowEvent intermediateCatchEvent boundaryEvent implicitThrowEvent event";
/* clang-format on */

bool check_is_activity(const struct xml_node *x)
{
    return check_is(x, activities);
}

bool check_is_event(const struct xml_node *x)
{
    return check_is(x, events);
}

bool check_is_artifact(const struct xml_node *x)
{
    return check_is(x, "textAnnotation group association artifact");
}

bool check_is_sub_process(const struct xml_node *x)
{
    return check_is(x, "subProcess transaction adHocSubProcess");
}

bool check_is_event_sub_process(const struct xml_node *x)
{
    return check_is_sub_process(x) && check_true(x, "triggeredByEvent", false);
}

/* ---- event definitions ---- */

static bool is_definition(const struct xml_node *x)
{
    size_t n = strlen(x->name), tail = strlen("EventDefinition");

    return strcmp(x->ns, BPMN_NS) == 0 && n >= tail && strcmp(x->name + n - tail, "EventDefinition") == 0;
}

static enum event_kind kind_of(const struct xml_node *x)
{
    size_t k = 0;

    while (k < EVENT_KINDS && (x == NULL || strcmp(event_kind_local((enum event_kind)k), x->name) != 0))
        k++;
    return (enum event_kind)k;
}

/* An address as the key of a map. */
static const char *address(char *at, size_t n, const struct xml_node *x)
{
    snprintf(at, n, "%p", (const void *)x);
    return at;
}

const struct check_trigger *check_triggers(struct check *c, const struct xml_node *x)
{
    char key[32];
    struct check_trigger *first = map_get(&c->triggers, address(key, sizeof key, x)), **tail = &first;

    if (first != NULL || x->first == NULL)
        return first;
    for (const struct xml_node *k = x->first; k != NULL; k = k->next) {
        bool ref = check_is(k, "eventDefinitionRef");
        const struct xml_node *d = ref ? check_find(c, check_text(c, k)) : k;

        if (!ref && !is_definition(k))
            continue;
        *tail = ARENA_NEW(c->mem, struct check_trigger);
        **tail = (struct check_trigger){.kind = kind_of(d), .x = d != NULL ? d : k, .at = k};
        tail = &(*tail)->next;
    }
    if (first != NULL)
        map_set(&c->triggers, arena_strdup(c->mem, key), first);
    return first;
}

bool check_has_trigger(struct check *c, const struct xml_node *x, enum event_kind kind)
{
    const struct check_trigger *t = check_triggers(c, x);

    while (t != NULL && t->kind != kind)
        t = t->next;
    return t != NULL;
}

int check_trigger_count(struct check *c, const struct xml_node *x)
{
    int n = 0;

    for (const struct check_trigger *t = check_triggers(c, x); t != NULL; t = t->next)
        n++;
    return n;
}

const char *check_trigger_name(const struct check_trigger *t)
{
    return t->kind < EVENT_KINDS ? event_kind_name(t->kind) : t->x->name;
}

/* ---- saying it ---- */

static void say(struct check *c, enum severity s, const struct xml_node *x, const char *message)
{
    const struct xml_node *owner = x;

    while (owner != NULL && *check_attr(owner, "id") == '\0')
        owner = owner->parent;
    finding_add(c->f, s, c->rule->id, x->line, owner != NULL ? check_attr(owner, "id") : "", "%s", message);
}

void check_at(struct check *c, const struct xml_node *x, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(c, c->rule->severity, x, arena_vprintf(c->mem, fmt, ap));
    va_end(ap);
}

void check_tell(struct check *c, enum severity s, const struct xml_node *x, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(c, s, x, arena_vprintf(c->mem, fmt, ap));
    va_end(ap);
}

enum severity check_weight(const struct check *c, const struct xml_node *x)
{
    return c->rule->severity == FINDING_ERROR && !check_executable(c, x) ? FINDING_WARNING : c->rule->severity;
}

void check_run(struct check *c, const struct xml_node *x, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(c, check_weight(c, x), x, arena_vprintf(c->mem, fmt, ap));
    va_end(ap);
}

void check_block(struct check *c, const struct xml_node *x, const char *fmt, ...)
{
    struct bpmn_process *p = process_of(c, x);
    va_list ap;

    va_start(ap, fmt);
    const char *message = arena_vprintf(c->mem, fmt, ap);
    va_end(ap);
    if (p != NULL && p->executable) {
        p->blocked = true;
        message = arena_printf(c->mem, "%s Until then the process can be viewed, not started.", message);
    }
    say(c, FINDING_WARNING, x, message);
}
