/* engine/model/dialect.c - what modelers keep in extensions, brought to one meaning.
 *
 * For     people, forms, services, timers and data of a node, whoever drew it.
 * Owns    the list of namespaces and of the names that are read, ignored or refused.
 * Never   reports; guesses at a vendor's classes, listeners or scripts.
 * Holds   the standard's own elements count first, then gradus:, zeebe:, camunda:, flowable:, activiti:.
 *
 * The table in docs/bpmn.md is this file in prose. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"
#include "model/dialect_int.h"
#include "model/juel.h"

/* clang-format off */
static const struct {
    const char *uri;
    enum vendor vendor;
} vendors[] = {
    {GRADUS_NS,                                VENDOR_GRADUS},
    {"http://camunda.org/schema/zeebe/1.0",    VENDOR_ZEEBE},
    {"http://camunda.org/schema/1.0/bpmn",     VENDOR_JUEL},
    {"http://flowable.org/bpmn",               VENDOR_JUEL},
    {"http://activiti.org/bpmn",               VENDOR_JUEL},
};

/* Names of elements and attributes; what is not listed is ignored with an info, except in our own namespace. */
static const struct {
    enum vendor vendor;
    enum treatment treatment;
    const char *names;
} treatments[] = {
    {VENDOR_GRADUS, EXT_READ,    "tier groups candidateGroups candidateUsers assignee dueDate priority formKey findings topic retries "
                                 "resultVariable until versionTag input output form field choice stages stage decision version key ttl "
                                 "source initial errorCodeVariable errorMessageVariable escalationCodeVariable"},
    {VENDOR_JUEL,   EXT_READ,    "candidateGroups candidateUsers assignee dueDate priority formKey type topic resultVariable versionTag "
                                 "inputOutput inputParameter outputParameter formData formField formProperty value validation constraint "
                                 "failedJobRetryTimeCycle decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag "
                                 "mapDecisionResult list map entry in out calledElementBinding calledElementVersion collection elementVariable "
                                 "errorCodeVariable errorMessageVariable escalationCodeVariable inheritVariables"},
    {VENDOR_JUEL,   EXT_REFUSED, "class expression delegateExpression resource executionListener taskListener connector "
                                 "script errorEventDefinition field calledElementVersionTag calledElementTenantId caseRef "
                                 "variableMappingClass variableMappingDelegateExpression calledElementType elementIndexVariable "
                                 "variableAggregation"},
    {VENDOR_ZEEBE,  EXT_READ,    "assignmentDefinition taskSchedule priorityDefinition formDefinition taskDefinition ioMapping input output "
                                 "script userTask versionTag calledDecision calledElement loopCharacteristics subscription"},
    {VENDOR_ZEEBE,  EXT_REFUSED, "executionListeners executionListener taskListeners taskListener adHoc"},
};
/* clang-format on */

enum { LIMIT_LIST_TEXT = 4096, LIMIT_STRUCTURE = 64 * 1024 };

enum vendor vendor_of(const char *ns)
{
    for (size_t i = 0; i < sizeof vendors / sizeof *vendors; i++) {
        if (strcmp(ns, vendors[i].uri) == 0)
            return vendors[i].vendor;
    }
    return strcmp(ns, BPMN_NS) == 0 || *ns == '\0' ? VENDOR_STANDARD : VENDOR_OTHER;
}

enum treatment extension_treatment(enum vendor v, const char *name)
{
    for (size_t i = 0; i < sizeof treatments / sizeof *treatments; i++) {
        if (treatments[i].vendor == v && text_in_list(treatments[i].names, name))
            return treatments[i].treatment;
    }
    return v == VENDOR_GRADUS ? EXT_REFUSED : EXT_IGNORED;
}

const char *dialect_attr(const struct xml_node *n, const char *name, enum vendor *v)
{
    for (size_t i = 0; i < sizeof vendors / sizeof *vendors; i++) {
        const char *value = xml_attr(n, vendors[i].uri, name);

        if (value != NULL && *value != '\0') {
            if (v != NULL)
                *v = vendors[i].vendor;
            return value;
        }
    }
    return NULL;
}

struct bpmn_expr dialect_text(struct arena *mem, enum vendor v, const char *text, int line)
{
    struct bpmn_expr e = {.line = line};

    if (text == NULL)
        return e;
    text = text_clean(mem, text, true);
    if (*text == '\0')
        return e;
    e.text = text;
    if (v == VENDOR_JUEL && juel_is(text)) {
        const char *feel = juel_to_feel(mem, text, &e.problem);

        e.feel = true;
        e.text = feel != NULL ? feel : text;
    } else if (v != VENDOR_JUEL && *text == '=') {
        e.feel = true;
        e.text = text_clean(mem, text + 1, true);
    } else if (v != VENDOR_JUEL && juel_is(text)) {
        e.problem = "\"${...}\" is not read here; write FEEL, beginning with \"=\"";
    }
    return e;
}

/* The first element NAME of any vendor inside bpmn:extensionElements, or NULL. */
const struct xml_node *dialect_extension(const struct xml_node *n, enum vendor v, const char *name)
{
    const struct xml_node *all = xml_child(n, BPMN_NS, "extensionElements");

    for (const struct xml_node *c = all != NULL ? all->first : NULL; c != NULL; c = c->next) {
        if (vendor_of(c->ns) == v && strcmp(c->name, name) == 0)
            return c;
    }
    return NULL;
}

/* Comma lists are compared and shown without blanks around the commas. */
static void tidy_list(struct arena *mem, struct bpmn_expr *e)
{
    if (e->text == NULL || e->feel)
        return;
    struct buf b = buf_new(mem, LIMIT_LIST_TEXT);
    for (const char *c = e->text; *c != '\0'; c++) {
        if (strchr(" \t\r\n", *c) == NULL)
            buf_char(&b, *c);
    }
    if (b.over)
        e->problem = "a list of more than 4096 bytes";
    else
        e->text = buf_text(&b);
}

static const char *plain_attr(const struct xml_node *n, const char *a, const char *b)
{
    const char *v = xml_attr(n, "", a);

    if (v == NULL && b != NULL)
        v = xml_attr(n, "", b);
    return v != NULL ? v : "";
}

/* ---- people ---- */

static void from_attributes(struct arena *mem, struct bpmn_node *n)
{
    const struct {
        const char *name;
        struct bpmn_expr *to;
    } texts[] = {{"assignee", &n->assignee},
                 {"candidateGroups", &n->groups},
                 {"candidateUsers", &n->users},
                 {"dueDate", &n->due},
                 {"priority", &n->priority}};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        enum vendor v = VENDOR_STANDARD;
        const char *value = dialect_attr(n->xml, texts[i].name, &v);

        if (value != NULL)
            *texts[i].to = dialect_text(mem, v, value, n->line);
    }
    n->form_key = dialect_attr(n->xml, "formKey", NULL);
    n->findings = xml_attr(n->xml, GRADUS_NS, "findings");
}

static void from_zeebe(struct arena *mem, struct bpmn_node *n)
{
    const struct {
        const char *element, *attr;
        struct bpmn_expr *to;
    } texts[] = {{"assignmentDefinition", "assignee", &n->assignee},
                 {"assignmentDefinition", "candidateGroups", &n->groups},
                 {"assignmentDefinition", "candidateUsers", &n->users},
                 {"taskSchedule", "dueDate", &n->due},
                 {"priorityDefinition", "priority", &n->priority}};
    static const char *const forms[] = {"formKey", "formId", "externalReference"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const struct xml_node *e = dialect_extension(n->xml, VENDOR_ZEEBE, texts[i].element);
        const char *value = e != NULL ? xml_attr(e, "", texts[i].attr) : NULL;

        if (value != NULL && *value != '\0' && texts[i].to->text == NULL)
            *texts[i].to = dialect_text(mem, VENDOR_ZEEBE, value, e->line);
    }
    const struct xml_node *form = dialect_extension(n->xml, VENDOR_ZEEBE, "formDefinition");
    for (size_t i = 0; form != NULL && n->form_key == NULL && i < sizeof forms / sizeof *forms; i++)
        n->form_key = xml_attr(form, "", forms[i]);
}

/* A resource that is named instead of described is a group of that name. */
static struct bpmn_expr resource_of(struct bpmn_file *f, const struct xml_node *role)
{
    const struct xml_node *x = xml_child(role, BPMN_NS, "resourceRef"), *resource = NULL;

    if (x == NULL)
        return (struct bpmn_expr){0};
    resource = bpmn_find(f, text_clean(f->mem, x->text, false));
    return dialect_text(f->mem, VENDOR_STANDARD, resource != NULL ? plain_attr(resource, "name", "id") : NULL, x->line);
}

/* The standard's own way (10.3.4): potentialOwner and humanPerformer with a resource assignment expression. */
static void from_resources(struct bpmn_file *f, struct bpmn_node *n)
{
    for (const struct xml_node *c = n->xml->first; c != NULL; c = c->next) {
        bool owner = strcmp(c->name, "potentialOwner") == 0;

        if (strcmp(c->ns, BPMN_NS) != 0 || (!owner && strcmp(c->name, "humanPerformer") != 0))
            continue;
        const struct xml_node *a = xml_child(c, BPMN_NS, "resourceAssignmentExpression");
        const struct xml_node *text = xml_child(a, BPMN_NS, "formalExpression");
        struct bpmn_expr *to = owner ? &n->groups : &n->assignee;

        if (text == NULL)
            text = xml_child(a, BPMN_NS, "expression");
        if (text != NULL && to->text == NULL)
            *to = dialect_text(f->mem, juel_is(text->text) ? VENDOR_JUEL : VENDOR_STANDARD, text->text, text->line);
        if (text == NULL && n->groups.text == NULL)
            n->groups = resource_of(f, c);
    }
}

/* ---- forms ---- */

static bool field_kind(const char *type, enum field_kind *out)
{
    static const struct {
        const char *type;
        enum field_kind kind;
    } kinds[] = {{"text", FIELD_TEXT},     {"string", FIELD_TEXT},    {"lines", FIELD_LINES},  {"textarea", FIELD_LINES},
                 {"number", FIELD_NUMBER}, {"long", FIELD_NUMBER},    {"boolean", FIELD_BOOL}, {"bool", FIELD_BOOL},
                 {"date", FIELD_DATE},     {"choice", FIELD_CHOICE},  {"enum", FIELD_CHOICE},  {"select", FIELD_CHOICE},
                 {"double", FIELD_NUMBER}, {"integer", FIELD_NUMBER}, {"datetime", FIELD_DATE}};

    *out = FIELD_TEXT;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(type, kinds[i].type) == 0) {
            *out = kinds[i].kind;
            return true;
        }
    }
    return false;
}

static bool is_yes(const char *s)
{
    return s != NULL && (strcmp(s, "true") == 0 || strcmp(s, "1") == 0);
}

static bool constraint_required(const struct xml_node *field)
{
    const struct xml_node *v = xml_child(field, field->ns, "validation");

    for (const struct xml_node *c = xml_child(v, field->ns, "constraint"); c != NULL; c = xml_again(c)) {
        if (strcmp(plain_attr(c, "name", NULL), "required") == 0)
            return strcmp(plain_attr(c, "config", NULL), "false") != 0;
    }
    return false;
}

static void read_choices(struct arena *mem, const struct xml_node *from, const char *local, struct proc_field *to)
{
    int32_t n = 0;

    for (const struct xml_node *c = xml_child(from, from->ns, local); c != NULL; c = xml_again(c))
        n++;
    to->choice = ARENA_NEW_N(mem, struct proc_choice, (size_t)n);
    for (const struct xml_node *c = xml_child(from, from->ns, local); c != NULL; c = xml_again(c)) {
        const char *value = plain_attr(c, "value", "id");
        const char *label = plain_attr(c, "label", "name");

        to->choice[to->n_choice++] = (struct proc_choice){.value = value, .label = *label != '\0' ? label : value};
    }
}

static void read_form(struct arena *mem, struct bpmn_node *n)
{
    const struct xml_node *form = dialect_extension(n->xml, VENDOR_GRADUS, "form");
    bool ours = form != NULL;
    const char *local = ours ? "field" : "formField";
    int32_t count = 0;

    if (!ours)
        form = dialect_extension(n->xml, VENDOR_JUEL, "formData");
    if (form == NULL)
        return;
    for (const struct xml_node *c = xml_child(form, form->ns, local); c != NULL; c = xml_again(c))
        count++;
    n->field = ARENA_NEW_N(mem, struct bpmn_field, (size_t)count);
    for (const struct xml_node *c = xml_child(form, form->ns, local); c != NULL; c = xml_again(c)) {
        struct bpmn_field *f = &n->field[n->n_field++];

        f->line = c->line;
        f->type = plain_attr(c, "type", "kind");
        if (*f->type == '\0')
            f->type = "text";
        f->known = field_kind(f->type, &f->field.kind);
        f->field.id = plain_attr(c, "id", NULL);
        f->field.label = plain_attr(c, "label", NULL);
        if (*f->field.label == '\0')
            f->field.label = f->field.id;
        f->field.required = is_yes(xml_attr(c, "", "required")) || constraint_required(c);
        read_choices(mem, c, ours ? "choice" : "value", &f->field);
    }
}

/* ---- services, scripts, data ---- */

/* A list or map of camunda: as FEEL; what else stands in it is the answer, NULL if nothing. */
static const char *structure(struct buf *b, const struct xml_node *x)
{
    bool list = strcmp(x->name, "list") == 0;
    const char *problem = NULL;

    if (!list && strcmp(x->name, "map") != 0)
        return "scripts are not read here; write FEEL in gradus:input or gradus:output";
    buf_char(b, list ? '[' : '{');
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        struct bpmn_expr item = dialect_text(b->mem, VENDOR_JUEL, c->text, c->line);
        struct bpmn_expr key = {.text = plain_attr(c, "key", NULL)};

        if (item.text == NULL)
            item.text = "";
        if (item.problem != NULL)
            problem = item.problem;
        buf_str(b, c == x->first ? "" : ", ");
        if (!list) {
            bpmn_source_text(b, &key);
            buf_str(b, ": ");
        }
        if (c->first == NULL && strcmp(c->name, list ? "value" : "entry") == 0) {
            bpmn_source_text(b, &item);
        } else {
            const char *inner = structure(b, c->first != NULL && strcmp(c->name, "entry") == 0 ? c->first : c);

            problem = inner != NULL ? inner : problem;
        }
    }
    buf_char(b, list ? ']' : '}');
    return problem;
}

static struct bpmn_expr structured(struct arena *mem, const struct xml_node *x)
{
    struct buf b = buf_new(mem, LIMIT_STRUCTURE);
    struct bpmn_expr e = {.feel = true, .line = x->line};

    e.problem = structure(&b, x);
    e.text = buf_text(&b);
    if (b.over)
        e.problem = "a list or map of more than 64 KB";
    return e;
}

static struct bpmn_mapping mapping_of(struct arena *mem, const struct xml_node *c, enum vendor v)
{
    struct bpmn_mapping m = {.line = c->line};

    if (v == VENDOR_JUEL) {
        m.target = plain_attr(c, "name", NULL);
        m.source = c->first != NULL ? structured(mem, c->first) : dialect_text(mem, v, c->text, c->line);
    } else {
        m.target = plain_attr(c, "target", NULL);
        m.source = dialect_text(mem, v, plain_attr(c, "source", NULL), c->line);
    }
    return m;
}

static void read_mappings(struct arena *mem, const struct xml_node *in, enum vendor v, struct bpmn_node *n)
{
    const char *locals[2] = {v == VENDOR_JUEL ? "inputParameter" : "input", v == VENDOR_JUEL ? "outputParameter" : "output"};
    struct bpmn_mapping **to[2] = {&n->input, &n->output};
    int32_t *count[2] = {&n->n_input, &n->n_output};

    for (int k = 0; in != NULL && k < 2; k++) {
        int32_t more = 0;

        for (const struct xml_node *c = in->first; c != NULL; c = c->next)
            more += vendor_of(c->ns) == v && strcmp(c->name, locals[k]) == 0;
        if (more == 0 || *count[k] > 0)
            continue;
        *to[k] = ARENA_NEW_N(mem, struct bpmn_mapping, (size_t)more);
        for (const struct xml_node *c = in->first; c != NULL; c = c->next) {
            if (vendor_of(c->ns) == v && strcmp(c->name, locals[k]) == 0)
                (*to[k])[(*count[k])++] = mapping_of(mem, c, v);
        }
    }
}

/* "R3/PT5M" allows three attempts; the interval is the job's own back-off here. */
static const char *cycle_attempts(struct arena *mem, const struct xml_node *e)
{
    const char *text = e != NULL ? text_clean(mem, e->text, false) : "";
    size_t n = strspn(text + (*text == 'R'), "0123456789");

    if (e == NULL)
        return NULL;
    return *text == 'R' && n > 0 ? arena_strndup(mem, text + 1, n) : text;
}

static void read_service(struct arena *mem, struct bpmn_node *n)
{
    const struct xml_node *task = dialect_extension(n->xml, VENDOR_ZEEBE, "taskDefinition");
    const char *own = xml_attr(n->xml, "", "implementation");

    n->topic = dialect_attr(n->xml, "topic", NULL);
    n->retries = xml_attr(n->xml, GRADUS_NS, "retries");
    if (n->retries == NULL)
        n->retries = cycle_attempts(mem, dialect_extension(n->xml, VENDOR_JUEL, "failedJobRetryTimeCycle"));
    if (n->topic == NULL && task != NULL) {
        n->topic = xml_attr(task, "", "type");
        n->retries = xml_attr(task, "", "retries");
    }
    if (n->topic != NULL && (*n->topic == '=' || juel_is(n->topic))) /* which service does it is known before it runs */
        n->topic = NULL;
    if (n->topic == NULL && own != NULL && *own != '\0' && !text_starts(own, "##") &&
        (n->kind != NODE_send_task || n->definition[0].name.text == NULL)) /* a send task that names its message sends it */
        n->topic = own;
}

/* Some engines hand to a service what is something else by its element: a rule task without decision, a script task without script,
 * a message that an event throws. Then it is a service task here as well. */
static bool has_topic(const struct bpmn_node *n)
{
    return dialect_attr(n->xml, "topic", NULL) != NULL || dialect_extension(n->xml, VENDOR_ZEEBE, "taskDefinition") != NULL;
}

static void read_thrown(struct arena *mem, struct bpmn_node *n)
{
    const char *topic = NULL;

    if (n->n_event != 1 || n->definition[0].kind != EVENT_message)
        return;
    topic = dialect_attr(n->definition[0].xml, "topic", NULL);
    if (topic == NULL && !has_topic(n))
        return;
    n->kind = NODE_service_task;
    n->n_event = 0;
    read_service(mem, n);
    if (n->topic == NULL)
        n->topic = topic;
}

static void read_script(struct arena *mem, struct bpmn_node *n)
{
    const struct xml_node *zeebe = dialect_extension(n->xml, VENDOR_ZEEBE, "script");
    const struct xml_node *script = xml_child(n->xml, BPMN_NS, "script");
    const char *format = xml_attr(n->xml, "", n->process->global ? "scriptLanguage" : "scriptFormat");

    n->script_format = format != NULL ? format : "";
    n->result = dialect_attr(n->xml, "resultVariable", NULL);
    if (zeebe != NULL) {
        n->script = dialect_text(mem, VENDOR_ZEEBE, plain_attr(zeebe, "expression", NULL), zeebe->line);
        if (n->result == NULL)
            n->result = xml_attr(zeebe, "", "resultVariable");
    } else if (script != NULL) {
        bool juel = text_same_nocase(n->script_format, "juel");

        n->script = dialect_text(mem, juel ? VENDOR_JUEL : VENDOR_STANDARD, script->text, script->line);
    }
    n->script.feel = n->script.text != NULL;
}

/* ---- decisions ---- */

static void decision_of(struct arena *mem, struct bpmn_node *n, enum vendor v, const char *key, const char *version)
{
    n->decision.vendor = v;
    n->decision.key = dialect_text(mem, v, key, n->line);
    n->decision.version = dialect_text(mem, v, version, n->line);
}

static void read_decision(struct arena *mem, struct bpmn_node *n)
{
    const struct xml_node *called = dialect_extension(n->xml, VENDOR_ZEEBE, "calledDecision");
    const char *own = xml_attr(n->xml, GRADUS_NS, "decision"), *ref = dialect_attr(n->xml, "decisionRef", NULL);

    n->decision.vendor = VENDOR_OTHER;
    n->result = dialect_attr(n->xml, "resultVariable", NULL);
    if (own != NULL) {
        decision_of(mem, n, VENDOR_GRADUS, own, xml_attr(n->xml, GRADUS_NS, "version"));
        n->decision.binding = n->decision.version.text != NULL ? "version" : "latest";
    } else if (called != NULL) {
        decision_of(mem, n, VENDOR_ZEEBE, plain_attr(called, "decisionId", NULL), NULL);
        n->decision.binding = xml_attr(called, "", "bindingType");
        if (n->result == NULL)
            n->result = xml_attr(called, "", "resultVariable");
    } else if (ref != NULL) {
        decision_of(mem, n, VENDOR_JUEL, ref, dialect_attr(n->xml, "decisionRefVersion", NULL));
        n->decision.binding = dialect_attr(n->xml, "decisionRefBinding", NULL);
        n->decision.map = dialect_attr(n->xml, "mapDecisionResult", NULL);
    }
}

bool dialect_names_decision(const struct bpmn_node *n)
{
    return xml_attr(n->xml, GRADUS_NS, "decision") != NULL || dialect_attr(n->xml, "decisionRef", NULL) != NULL ||
           dialect_extension(n->xml, VENDOR_ZEEBE, "calledDecision") != NULL;
}

/* What is given to a service instead, if a topic says so and the task's own work is not there. */
static void read_instead(struct arena *mem, struct bpmn_node *n, bool own_work)
{
    if (own_work || !has_topic(n))
        return;
    n->kind = NODE_service_task;
    read_service(mem, n);
}

void dialect_read(struct bpmn_file *f, struct bpmn_node *n)
{
    enum vendor vendors_of_io[] = {VENDOR_GRADUS, VENDOR_ZEEBE, VENDOR_JUEL};
    const struct xml_node *places[] = {xml_child(n->xml, BPMN_NS, "extensionElements"),
                                       dialect_extension(n->xml, VENDOR_ZEEBE, "ioMapping"),
                                       dialect_extension(n->xml, VENDOR_JUEL, "inputOutput")};

    if (n->kind == NODE_user_task) {
        from_attributes(f->mem, n);
        from_zeebe(f->mem, n);
        from_resources(f, n);
        tidy_list(f->mem, &n->groups);
        tidy_list(f->mem, &n->users);
        read_form(f->mem, n);
    }
    if (n->kind == NODE_service_task || n->kind == NODE_send_task) {
        read_service(f->mem, n);
        n->result = dialect_attr(n->xml, "resultVariable", NULL);
    }
    if (n->kind == NODE_script_task) {
        read_script(f->mem, n);
        read_instead(f->mem, n, n->script.text != NULL);
    }
    if (n->kind == NODE_business_rule_task) {
        read_decision(f->mem, n);
        read_instead(f->mem, n, n->decision.vendor != VENDOR_OTHER);
    }
    if (n->kind == NODE_throw_event || n->kind == NODE_end_event)
        read_thrown(f->mem, n);
    n->until = xml_attr(n->xml, GRADUS_NS, "until");
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        read_mappings(f->mem, places[i], vendors_of_io[i], n);
}
