/* engine/model/bpmn.c - a BPMN file as plain structs.
 *
 * For     the XML tree -> processes, nodes, flows, lanes, stages, each with its line, references resolved where they resolve.
 * Owns    the names of the standard's elements.
 * Never   judges or reports (check.c), compiles (proc.c), reads what vendors mean (dialect.c).
 * Holds   arrays in document order; index = place in the array; a reference that does not resolve is NULL beside its text.
 *
 * Two passes: the first counts, so that the arrays are made once and pointers into them stay; the second fills. Depth of
 * recursion is bounded by the gate (LIMIT_XML_DEPTH). <incoming> and <outgoing> are not read: the flows say the same and cannot
 * contradict themselves; files that leave the two out are common. check.c compares them where they are given. */
#include "model/bpmn_int.h"

#include <string.h>

#include "base/text.h"
#include "model/juel.h"

/* clang-format off */
static const char flow_nodes[] =
    "startEvent endEvent intermediateThrowEvent intermediateCatchEvent implicitThrowEvent boundaryEvent event "
    "task userTask manualTask serviceTask scriptTask sendTask receiveTask businessRuleTask callActivity "
    "subProcess transaction adHocSubProcess callChoreography choreographyTask subChoreography "
    "exclusiveGateway inclusiveGateway parallelGateway complexGateway eventBasedGateway";
/* clang-format on */

bool bpmn_is_node(const struct xml_node *n)
{
    return strcmp(n->ns, BPMN_NS) == 0 && text_in_list(flow_nodes, n->name);
}

enum node_kind bpmn_kind(const char *local)
{
    for (int k = 0; k < NODE_KINDS; k++) {
        if (strcmp(node_kind_local((enum node_kind)k), local) == 0)
            return (enum node_kind)k;
    }
    return NODE_KINDS;
}

bool bpmn_is_activity(enum node_kind k)
{
    enum family { EVENT, TASK, GATEWAY, SUB };
    static const enum family families[] = {
#define NODE(name, local, family, waits, clause) [NODE_##name] = family,
#include "model/node.def"
#undef NODE
    };

    return k < NODE_KINDS && (families[k] == TASK || families[k] == SUB);
}

bool bpmn_binding(const char *word, enum proc_binding *out)
{
    static const char *const words[] = {[BIND_LATEST] = "latest", [BIND_DEPLOYMENT] = "deployment", [BIND_VERSION] = "version"};

    *out = BIND_LATEST;
    for (size_t i = 0; word != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0) {
            *out = (enum proc_binding)i;
            return true;
        }
    }
    return word == NULL;
}

bool bpmn_shape(const struct bpmn_decision *d, enum proc_shape *out)
{
    static const char *const words[] = {[SHAPE_VALUE] = "",
                                        [SHAPE_SINGLE_ENTRY] = "singleEntry",
                                        [SHAPE_SINGLE_RESULT] = "singleResult",
                                        [SHAPE_COLLECT_ENTRIES] = "collectEntries",
                                        [SHAPE_RESULT_LIST] = "resultList"};

    *out = d->vendor == VENDOR_JUEL ? SHAPE_RESULT_LIST : SHAPE_VALUE;
    for (size_t i = SHAPE_SINGLE_ENTRY; d->map != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(d->map, words[i]) == 0) {
            *out = (enum proc_shape)i;
            return true;
        }
    }
    return d->map == NULL;
}

const char *bpmn_attr(const struct xml_node *n, const char *name)
{
    const char *v = xml_attr(n, "", name);

    return v != NULL ? v : "";
}

bool bpmn_attr_true(const struct xml_node *n, const char *name, bool otherwise)
{
    const char *v = xml_attr(n, "", name);

    return v == NULL ? otherwise : strcmp(v, "true") == 0 || strcmp(v, "1") == 0;
}

/* Names are shown in lists, subjects and logs: one line each. */
static const char *name_of(struct arena *mem, const struct xml_node *n)
{
    return text_clean(mem, bpmn_attr(n, "name"), false);
}

bool bpmn_is(const struct xml_node *n, const char *local)
{
    return strcmp(n->name, local) == 0 && strcmp(n->ns, BPMN_NS) == 0;
}

const char *bpmn_child_text(const struct bpmn_file *f, const struct xml_node *n, const char *local)
{
    const struct xml_node *c = xml_child(n, BPMN_NS, local);
    const char *text = c != NULL ? text_clean(f->mem, c->text, false) : "";

    return *text != '\0' ? text : NULL;
}

/* ---- texts and references ---- */

/* Conditions, names and timer texts carry no namespace: "${" is JUEL unless the file says that it was drawn for another platform
 * or the text that it is FEEL. */
static enum vendor text_vendor(const struct bpmn_file *f, const char *text, const char *language)
{
    bool feel = strstr(language, "FEEL") != NULL || strstr(language, "feel") != NULL;

    return juel_is(text) && f->platform != VENDOR_ZEEBE && !feel ? VENDOR_JUEL : VENDOR_STANDARD;
}

struct bpmn_expr bpmn_text(struct bpmn_file *f, const struct xml_node *x, const char *text)
{
    if (text == NULL)
        return (struct bpmn_expr){.line = x->line};
    return dialect_text(f->mem, text_vendor(f, text, bpmn_attr(x, "language")), text, x->line);
}

struct bpmn_expr bpmn_formal(struct bpmn_file *f, const struct xml_node *x)
{
    struct bpmn_expr e = {0};

    if (x == NULL)
        return e;
    e = bpmn_text(f, x, x->text);
    e.feel = e.text != NULL;
    return e;
}

/* Of "ns:id" the part behind the prefix; ids themselves hold no colon. */
static const char *local_part(const char *ref)
{
    const char *colon = strchr(ref, ':');

    return colon != NULL ? colon + 1 : ref;
}

const struct xml_node *bpmn_find(const struct bpmn_file *f, const char *ref)
{
    return ref != NULL ? map_get(&f->ids, local_part(ref)) : NULL;
}

struct bpmn_node *bpmn_find_node(const struct bpmn_file *f, const char *ref)
{
    return ref != NULL ? map_get(&f->nodes, local_part(ref)) : NULL;
}

static void read_ids(struct bpmn_file *f, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        const char *id = xml_attr(x, "", "id");

        if (strcmp(x->ns, BPMN_NS) != 0)
            continue;
        if (id != NULL && map_get(&f->ids, id) == NULL)
            map_set(&f->ids, id, arena_memdup(f->mem, x, sizeof *x));
        read_ids(f, x->first);
    }
}

/* ---- nodes ---- */

static const struct {
    const char *global, *task;
} globals[] = {{"globalTask", "task"},
               {"globalUserTask", "userTask"},
               {"globalManualTask", "manualTask"},
               {"globalScriptTask", "scriptTask"},
               {"globalBusinessRuleTask", "businessRuleTask"}};

/* "" if it is no global task. */
static const char *task_of_global(const char *local)
{
    for (size_t i = 0; i < sizeof globals / sizeof *globals; i++) {
        if (strcmp(globals[i].global, local) == 0)
            return globals[i].task;
    }
    return "";
}

static struct bpmn_node *read_node(struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x,
                                   struct bpmn_node *scope)
{
    struct bpmn_node *n = &p->node[p->n_node];
    const struct xml_node *doc = xml_child(x, BPMN_NS, "documentation");

    n->index = p->n_node++;
    n->xml = x;
    n->local = x->name;
    n->line = x->line;
    n->process = p;
    n->scope = scope;
    n->id = bpmn_attr(x, "id");
    n->name = name_of(f->mem, x);
    n->doc = doc != NULL ? text_clean(f->mem, doc->text, true) : "";
    n->default_id = xml_attr(x, "", "default");
    n->host_id = xml_attr(x, "", "attachedToRef");
    if (p->global)
        n->local = task_of_global(x->name);
    n->kind = bpmn_kind(n->local);
    if (n->kind == NODE_sub_process && bpmn_attr_true(x, "triggeredByEvent", false))
        n->kind = NODE_event_sub_process;
    n->interrupting = bpmn_attr_true(x, n->kind == NODE_start_event ? "isInterrupting" : "cancelActivity", true);
    n->instantiate = bpmn_attr_true(x, "instantiate", false);
    n->parallel = bpmn_attr_true(x, "parallelMultiple", false) ||
                  (n->instantiate && strcmp(bpmn_attr(x, "eventGatewayType"), "Parallel") == 0);
    if (*n->id != '\0' && map_get(&f->nodes, n->id) == NULL)
        map_set(&f->nodes, n->id, n);
    bpmn_read_events(f, n);
    bpmn_read_activity(f, n);
    dialect_read(f, n);
    bpmn_read_mappings(f, n);
    return n;
}

/* ---- flows ---- */

static void read_flow(struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x, struct bpmn_node *scope)
{
    struct bpmn_flow *w = &p->flow[p->n_flow];
    const struct xml_node *c = xml_child(x, BPMN_NS, "conditionExpression");

    w->index = p->n_flow++;
    w->process = p;
    w->scope = scope;
    w->line = x->line;
    w->id = bpmn_attr(x, "id");
    if (*w->id == '\0') /* allowed; ":" cannot stand in an id, so this one is nobody's */
        w->id = arena_printf(f->mem, "flow:%d", (int)w->index + 1);
    w->name = name_of(f->mem, x);
    w->source_id = bpmn_attr(x, "sourceRef");
    w->target_id = bpmn_attr(x, "targetRef");
    w->language = c != NULL ? bpmn_attr(c, "language") : "";
    w->condition = bpmn_formal(f, c);
    if (map_get(&f->flows, w->id) == NULL)
        map_set(&f->flows, w->id, w);
}

/* ---- lanes ---- */

static void read_lanes(struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *set, struct bpmn_lane *parent)
{
    for (const struct xml_node *x = xml_child(set, BPMN_NS, "lane"); x != NULL; x = xml_again(x)) {
        const struct xml_node *inner = xml_child(x, BPMN_NS, "childLaneSet");
        struct bpmn_lane *l = &p->lane[p->n_lane];
        const char *tier = xml_attr(x, GRADUS_NS, "tier");
        const char *groups = xml_attr(x, GRADUS_NS, "groups");

        l->index = p->n_lane++;
        l->xml = x;
        l->id = bpmn_attr(x, "id");
        l->name = name_of(f->mem, x);
        l->line = x->line;
        l->tier = tier != NULL ? tier : "";
        l->groups = groups != NULL ? groups : parent != NULL ? parent->groups : "";
        l->parent = parent;
        l->leaf = xml_child(inner, BPMN_NS, "lane") == NULL;
        for (; inner != NULL; inner = xml_again(inner))
            read_lanes(f, p, inner, l);
    }
}

/* Inner lanes come after their outer one in the array, so the innermost wins. */
static void settle_lanes(struct bpmn_file *f, struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_lane; i++) {
        for (const struct xml_node *r = xml_child(p->lane[i].xml, BPMN_NS, "flowNodeRef"); r != NULL; r = xml_again(r)) {
            struct bpmn_node *n = bpmn_find_node(f, text_clean(f->mem, r->text, false));

            if (n == NULL || n->process != p)
                continue;
            n->lane = &p->lane[i];
            n->n_leaf += p->lane[i].leaf;
        }
    }
    for (int32_t i = 0; i < p->n_node; i++) { /* what stands in a sub-process stands in its lane */
        struct bpmn_node *n = &p->node[i];

        if (n->lane == NULL && n->scope != NULL)
            n->lane = n->scope->lane;
    }
}

/* ---- processes ---- */

static void count(const struct xml_node *x, int32_t *nodes, int32_t *flows, int32_t *lanes)
{
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        if (strcmp(c->ns, BPMN_NS) != 0)
            continue;
        *nodes += bpmn_is_node(c);
        *flows += bpmn_is(c, "sequenceFlow");
        *lanes += bpmn_is(c, "lane");
        count(c, nodes, flows, lanes);
    }
}

static void read_content(struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x, struct bpmn_node *scope)
{
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        if (bpmn_is_node(c))
            read_content(f, p, c, read_node(f, p, c, scope));
        else if (bpmn_is(c, "sequenceFlow"))
            read_flow(f, p, c, scope);
        else if (bpmn_is(c, "laneSet"))
            read_lanes(f, p, c, NULL);
    }
}

static void read_stages(struct bpmn_file *f, struct bpmn_process *p)
{
    const struct xml_node *all = xml_child(xml_child(p->xml, BPMN_NS, "extensionElements"), GRADUS_NS, "stages");
    int32_t n = 0;

    for (const struct xml_node *s = xml_child(all, GRADUS_NS, "stage"); s != NULL; s = xml_again(s))
        n++;
    p->stage = ARENA_NEW_N(f->mem, struct bpmn_stage, (size_t)n);
    for (const struct xml_node *s = xml_child(all, GRADUS_NS, "stage"); s != NULL; s = xml_again(s)) {
        p->stage[p->n_stage++] = (struct bpmn_stage){.key = bpmn_attr(s, "key"),
                                                     .label = text_clean(f->mem, bpmn_attr(s, "label"), false),
                                                     .nodes = text_clean(f->mem, bpmn_attr(s, "nodes"), false),
                                                     .line = s->line};
    }
}

static void link_flows(struct bpmn_file *f, struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_flow; i++) {
        struct bpmn_flow *w = &p->flow[i];

        w->source = bpmn_find_node(f, w->source_id);
        w->target = bpmn_find_node(f, w->target_id);
        if (w->source != NULL)
            w->source->n_out++;
        if (w->target != NULL)
            w->target->n_in++;
    }
}

/* After all processes are linked, since a wrong file may tie two of them together. */
static void fill_flows(struct bpmn_file *f)
{
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        for (int32_t i = 0; i < p->n_node; i++) {
            struct bpmn_node *n = &p->node[i];

            n->in = ARENA_NEW_N(f->mem, struct bpmn_flow *, (size_t)n->n_in);
            n->out = ARENA_NEW_N(f->mem, struct bpmn_flow *, (size_t)n->n_out);
            n->n_in = n->n_out = 0;
            n->default_flow = n->default_id != NULL ? map_get(&f->flows, local_part(n->default_id)) : NULL;
            n->host = bpmn_find_node(f, n->host_id);
        }
    }
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        for (int32_t i = 0; i < p->n_flow; i++) {
            struct bpmn_flow *w = &p->flow[i];

            if (w->source != NULL)
                w->source->out[w->source->n_out++] = w;
            if (w->target != NULL)
                w->target->in[w->target->n_in++] = w;
        }
    }
}

bool bpmn_is_boundary(const struct bpmn_node *n)
{
    return strcmp(n->local, "boundaryEvent") == 0;
}

/* A start event; in the process itself also what creates instances without one (13.2). */
static bool is_start(const struct bpmn_node *n)
{
    return n->kind == NODE_start_event || (n->instantiate && n->scope == NULL && n->n_in == 0 &&
                                           (n->kind == NODE_receive_task || n->kind == NODE_event_based_gateway));
}

/* Of a scope with STARTS things that begin by themselves: does it begin at N? Of an ad-hoc sub-process: can N be activated? */
static bool is_entry(const struct bpmn_node *n, int32_t starts)
{
    bool free = n->n_in == 0 && !n->for_compensation;

    if (bpmn_is_boundary(n) || n->kind == NODE_event_sub_process)
        return false;
    if (n->scope != NULL && n->scope->kind == NODE_ad_hoc)
        return free && bpmn_is_activity(n->kind);
    if (starts > 0)
        return is_start(n);
    return free && (n->kind != NODE_catch_event || bpmn_event_of(n, EVENT_link) == NULL);
}

/* Who begins where, and which boundary events an activity has; from the last node to the first, so that the lists are in the
 * order of the document. */
static void settle_entries(struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        struct bpmn_node *n = &p->node[i];

        *(n->scope != NULL ? &n->scope->n_start : &p->n_start) += is_start(n);
    }
    for (int32_t i = p->n_node - 1; i >= 0; i--) {
        struct bpmn_node *n = &p->node[i];

        if (bpmn_is_boundary(n) && n->host != NULL && n->host->process == p && bpmn_event_of(n, EVENT_compensation) == NULL) {
            n->next_boundary = n->host->boundary;
            n->host->boundary = n;
            n->host->n_boundary++;
        }
        if (is_entry(n, n->scope != NULL ? n->scope->n_start : p->n_start)) {
            struct bpmn_node **list = n->scope != NULL ? &n->scope->entry : &p->entry;

            n->next_entry = *list;
            *list = n;
            *(n->scope != NULL ? &n->scope->n_entry : &p->n_entry) += 1;
        }
    }
}

static struct bpmn_process *read_process(struct bpmn_file *f, const struct xml_node *x)
{
    struct bpmn_process *p = ARENA_NEW(f->mem, struct bpmn_process);
    const struct xml_node *zeebe = xml_child(x, BPMN_NS, "extensionElements");
    const char *tag = dialect_attr(x, "versionTag", NULL);
    int32_t nodes = 0, flows = 0, lanes = 0;

    for (const struct xml_node *c = zeebe != NULL ? zeebe->first : NULL; c != NULL && tag == NULL; c = c->next) {
        if (vendor_of(c->ns) == VENDOR_ZEEBE && strcmp(c->name, "versionTag") == 0)
            tag = xml_attr(c, "", "value");
    }
    p->xml = x;
    p->line = x->line;
    p->id = bpmn_attr(x, "id");
    p->name = name_of(f->mem, x);
    p->version_tag = tag != NULL ? tag : "";
    p->global = !bpmn_is(x, "process");
    p->executable = p->global || bpmn_attr_true(x, "isExecutable", false);
    p->data = bpmn_data(f, x, &p->n_data);
    count(x, &nodes, &flows, &lanes);
    nodes += p->global;
    f->elements += nodes + flows + lanes;
    if (f->elements > LIMIT_MODEL_ELEMENTS)
        return p;
    p->node = ARENA_NEW_N(f->mem, struct bpmn_node, (size_t)nodes);
    p->flow = ARENA_NEW_N(f->mem, struct bpmn_flow, (size_t)flows);
    p->lane = ARENA_NEW_N(f->mem, struct bpmn_lane, (size_t)lanes);
    if (p->global)
        read_node(f, p, x, NULL);
    else
        read_content(f, p, x, NULL);
    read_stages(f, p);
    return p;
}

static enum vendor platform_of(const struct xml_node *root)
{
    const char *name = xml_attr(root, "http://camunda.org/schema/modeler/1.0", "executionPlatform");

    if (name != NULL && strcmp(name, "Camunda Platform") == 0)
        return VENDOR_JUEL;
    return name != NULL && strcmp(name, "Camunda Cloud") == 0 ? VENDOR_ZEEBE : VENDOR_STANDARD;
}

struct bpmn_file *bpmn_read(struct arena *mem, const struct xml_node *root)
{
    struct bpmn_file *f = ARENA_NEW(mem, struct bpmn_file);
    struct bpmn_process **tail = &f->process;

    f->mem = mem;
    f->root = root;
    f->definitions = bpmn_is(root, "definitions");
    f->platform = platform_of(root);
    f->nodes = map_new(mem);
    f->flows = map_new(mem);
    f->ids = map_new(mem);
    f->words = map_new(mem);
    if (!f->definitions)
        return f;
    read_ids(f, root);
    bpmn_read_names(f);
    for (int global = 0; global < 2; global++) { /* processes first: a file's first process is its main one */
        for (const struct xml_node *x = root->first; x != NULL; x = x->next) {
            if (strcmp(x->ns, BPMN_NS) != 0 || (global == 0 ? !bpmn_is(x, "process") : *task_of_global(x->name) == '\0'))
                continue;
            *tail = read_process(f, x);
            tail = &(*tail)->next;
        }
    }
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        settle_lanes(f, p);
        link_flows(f, p);
        bpmn_read_stores(f, p);
    }
    fill_flows(f);
    bpmn_settle_events(f);
    bpmn_settle_messages(f);
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next)
        settle_entries(p);
    return f;
}
