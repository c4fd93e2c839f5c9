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
#include "model/bpmn.h"

#include <string.h>

#include "base/text.h"
#include "model/juel.h"

/* clang-format off */
static const struct {
    const char *local, *event;
    enum node_kind kind;
} kinds[] = {
    {"startEvent",             "",                         NODE_start_event},
    {"endEvent",               "",                         NODE_end_event},
    {"endEvent",               "terminateEventDefinition", NODE_end_event},
    {"intermediateThrowEvent", "",                         NODE_throw_event},
    {"intermediateCatchEvent", "timerEventDefinition",     NODE_catch_event},
    {"boundaryEvent",          "timerEventDefinition",     NODE_boundary_event},
    {"task",                   "",                         NODE_task},
    {"manualTask",             "",                         NODE_manual_task},
    {"userTask",               "",                         NODE_user_task},
    {"serviceTask",            "",                         NODE_service_task},
    {"scriptTask",             "",                         NODE_script_task},
    {"businessRuleTask",       "",                         NODE_business_rule_task},
    {"exclusiveGateway",       "",                         NODE_exclusive_gateway},
    {"parallelGateway",        "",                         NODE_parallel_gateway},
    {"subProcess",             "",                         NODE_sub_process},
};

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

enum node_kind bpmn_kind(const char *local, const char *event)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].local, local) == 0 && strcmp(kinds[i].event, event) == 0)
            return kinds[i].kind;
    }
    return NODE_KINDS;
}

bool bpmn_binding(const struct bpmn_decision *d, enum proc_binding *out)
{
    static const char *const words[] = {[BIND_LATEST] = "latest", [BIND_DEPLOYMENT] = "deployment", [BIND_VERSION] = "version"};

    *out = BIND_LATEST;
    for (size_t i = 0; d->binding != NULL && i < sizeof words / sizeof *words; i++) {
        if (strcmp(d->binding, words[i]) == 0) {
            *out = (enum proc_binding)i;
            return true;
        }
    }
    return d->binding == NULL;
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

static const char *attr(const struct xml_node *n, const char *name)
{
    const char *v = xml_attr(n, "", name);

    return v != NULL ? v : "";
}

static bool attr_true(const struct xml_node *n, const char *name, bool otherwise)
{
    const char *v = xml_attr(n, "", name);

    return v == NULL ? otherwise : strcmp(v, "true") == 0 || strcmp(v, "1") == 0;
}

/* Names are shown in lists, subjects and logs: one line each. */
static const char *name_of(struct arena *mem, const struct xml_node *n)
{
    return text_clean(mem, attr(n, "name"), false);
}

static bool is(const struct xml_node *n, const char *local)
{
    return strcmp(n->name, local) == 0 && strcmp(n->ns, BPMN_NS) == 0;
}

/* ---- nodes ---- */

static bool is_event_definition(const struct xml_node *n)
{
    size_t len = strlen(n->name), tail = strlen("EventDefinition");

    return strcmp(n->ns, BPMN_NS) == 0 &&
           ((len > tail && strcmp(n->name + len - tail, "EventDefinition") == 0) || strcmp(n->name, "eventDefinitionRef") == 0);
}

/* Conditions and timer texts carry no namespace: "${" is JUEL unless the file says that it was drawn for another platform or
 * the text that it is FEEL. */
static enum vendor text_vendor(const struct bpmn_file *f, const struct xml_node *x)
{
    const char *language = attr(x, "language");
    bool feel = strstr(language, "FEEL") != NULL || strstr(language, "feel") != NULL;

    return juel_is(x->text) && f->platform != VENDOR_ZEEBE && !feel ? VENDOR_JUEL : VENDOR_STANDARD;
}

static void read_timer(struct bpmn_file *f, struct bpmn_node *n, const struct xml_node *definition)
{
    static const struct {
        const char *local;
        enum proc_timer timer;
    } texts[] = {{"timeDate", TIMER_DATE}, {"timeDuration", TIMER_DURATION}, {"timeCycle", TIMER_CYCLE}};

    for (const struct xml_node *c = definition->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            if (!is(c, texts[i].local))
                continue;
            n->n_timer++;
            n->timer = texts[i].timer;
            n->timer_text = dialect_text(f->mem, text_vendor(f, c), c->text, c->line);
        }
    }
}

static void read_events(struct bpmn_file *f, struct bpmn_node *n)
{
    n->event = "";
    for (const struct xml_node *c = n->xml->first; c != NULL; c = c->next) {
        if (!is_event_definition(c))
            continue;
        if (n->n_event++ == 0)
            n->event = c->name;
        if (strcmp(c->name, "timerEventDefinition") == 0)
            read_timer(f, n, c);
    }
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
    n->id = attr(x, "id");
    n->name = name_of(f->mem, x);
    n->doc = doc != NULL ? text_clean(f->mem, doc->text, true) : "";
    n->default_id = xml_attr(x, "", "default");
    n->host_id = xml_attr(x, "", "attachedToRef");
    n->interrupting = attr_true(x, "cancelActivity", true);
    read_events(f, n);
    n->kind = n->n_event > 1 ? NODE_KINDS : bpmn_kind(n->local, n->event);
    if (n->kind == NODE_sub_process && attr_true(x, "triggeredByEvent", false))
        n->kind = NODE_KINDS;
    if (*n->id != '\0' && map_get(&f->nodes, n->id) == NULL)
        map_set(&f->nodes, n->id, n);
    dialect_read(f, n);
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
    w->id = attr(x, "id");
    if (*w->id == '\0') /* allowed; ":" cannot stand in an id, so this one is nobody's */
        w->id = arena_printf(f->mem, "flow:%d", (int)w->index + 1);
    w->name = name_of(f->mem, x);
    w->source_id = attr(x, "sourceRef");
    w->target_id = attr(x, "targetRef");
    w->language = c != NULL ? attr(c, "language") : "";
    if (c != NULL) {
        w->condition = dialect_text(f->mem, text_vendor(f, c), c->text, c->line);
        w->condition.feel = w->condition.text != NULL;
    }
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
        l->id = attr(x, "id");
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
            struct bpmn_node *n = map_get(&f->nodes, text_clean(f->mem, r->text, false));

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
        *flows += is(c, "sequenceFlow");
        *lanes += is(c, "lane");
        count(c, nodes, flows, lanes);
    }
}

static void read_content(struct bpmn_file *f, struct bpmn_process *p, const struct xml_node *x, struct bpmn_node *scope)
{
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        if (bpmn_is_node(c))
            read_content(f, p, c, read_node(f, p, c, scope));
        else if (is(c, "sequenceFlow"))
            read_flow(f, p, c, scope);
        else if (is(c, "laneSet"))
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
        p->stage[p->n_stage++] = (struct bpmn_stage){.key = attr(s, "key"),
                                                     .label = text_clean(f->mem, attr(s, "label"), false),
                                                     .nodes = text_clean(f->mem, attr(s, "nodes"), false),
                                                     .line = s->line};
    }
}

static void link_flows(struct bpmn_file *f, struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_flow; i++) {
        struct bpmn_flow *w = &p->flow[i];

        w->source = map_get(&f->nodes, w->source_id);
        w->target = map_get(&f->nodes, w->target_id);
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
            n->default_flow = n->default_id != NULL ? map_get(&f->flows, n->default_id) : NULL;
            n->host = n->host_id != NULL ? map_get(&f->nodes, n->host_id) : NULL;
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

/* Who begins where, and which boundary events an activity has; from the last node to the first, so that the lists are in the
 * order of the document. */
static void settle_entries(struct bpmn_process *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        struct bpmn_node *n = &p->node[i];

        *(n->scope != NULL ? &n->scope->n_start : &p->n_start) += strcmp(n->local, "startEvent") == 0;
    }
    for (int32_t i = p->n_node - 1; i >= 0; i--) {
        struct bpmn_node *n = &p->node[i];
        int32_t starts = n->scope != NULL ? n->scope->n_start : p->n_start;
        struct bpmn_node **list = n->scope != NULL ? &n->scope->entry : &p->entry;

        if (bpmn_is_boundary(n)) {
            if (n->host != NULL && n->host->process == p) {
                n->next_boundary = n->host->boundary;
                n->host->boundary = n;
                n->host->n_boundary++;
            }
        } else if (starts > 0 ? strcmp(n->local, "startEvent") == 0 : n->n_in == 0) {
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
    p->id = attr(x, "id");
    p->name = name_of(f->mem, x);
    p->version_tag = tag != NULL ? tag : "";
    p->executable = attr_true(x, "isExecutable", false);
    count(x, &nodes, &flows, &lanes);
    f->elements += nodes + flows + lanes;
    if (f->elements > LIMIT_MODEL_ELEMENTS)
        return p;
    p->node = ARENA_NEW_N(f->mem, struct bpmn_node, (size_t)nodes);
    p->flow = ARENA_NEW_N(f->mem, struct bpmn_flow, (size_t)flows);
    p->lane = ARENA_NEW_N(f->mem, struct bpmn_lane, (size_t)lanes);
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
    f->definitions = is(root, "definitions");
    f->platform = platform_of(root);
    f->nodes = map_new(mem);
    f->flows = map_new(mem);
    if (!f->definitions)
        return f;
    for (const struct xml_node *x = xml_child(root, BPMN_NS, "process"); x != NULL; x = xml_again(x)) {
        *tail = read_process(f, x);
        tail = &(*tail)->next;
    }
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        settle_lanes(f, p);
        link_flows(f, p);
    }
    fill_flows(f);
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next)
        settle_entries(p);
    return f;
}
