/* engine/model/check_task.c - the rules about elements, extensions, tasks, lanes and stages.
 *
 * For     what a single element says, and whether it can be done here.
 * Owns    nothing.
 * Never   looks along flows (check_flow.c).
 * Holds   a thing that would change what the process does is an ERROR when the executor does not have it; what is only drawn,
 * or only of interest to another engine, is a WARNING or an INFO. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"

enum { LIMIT_RETRIES = 100, LIMIT_FIELDS = 200 };

/* ---- what the executor has ---- */

void check_unsupported(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind == NODE_KINDS && strstr(n->local, "horeography") == NULL)
            check_say(c, n->line, n->id,
                      "<%s> is not executed here, and skipping it would change the process. Replace it; docs/bpmn.md lists "
                      "what runs.",
                      n->local);
    }
}

/* ---- extensions ---- */

struct ext_walk {
    struct check *c;
    struct map seen;
    enum treatment wanted;
    bool own; /* names of our namespace, or all others */
};

static const char harmless_prefix[] = "http://www.omg.org/spec/";

static bool is_drawing(const char *ns)
{
    static const char *const known[] = {"http://camunda.org/schema/modeler/1.0", "http://bpmn.io/schema/bpmn/biocolor/1.0",
                                        "http://www.w3.org/2001/XMLSchema-instance", "http://www.w3.org/XML/1998/namespace"};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(ns, known[i]) == 0)
            return true;
    }
    return text_starts(ns, harmless_prefix) && strcmp(ns, BPMN_NS) != 0;
}

static void ext_name(struct ext_walk *w, const struct xml_node *at, const char *ns, const char *name)
{
    enum vendor v = vendor_of(ns);

    if (v == VENDOR_STANDARD || is_drawing(ns) || extension_treatment(v, name) != w->wanted || (v == VENDOR_GRADUS) != w->own)
        return;
    if (w->wanted == EXT_IGNORED) {
        const char *key = arena_printf(w->c->mem, "%s %s", ns, name);

        if (map_set(&w->seen, key, w) == NULL)
            check_say(w->c, at->line, "", "\"%s\" of %s is kept in the file and has no effect here.",
                      text_cut(w->c->mem, name, 60), text_cut(w->c->mem, ns, 100));
    } else if (w->own) {
        check_at(w->c, at, "There is no \"%s\" in the namespace gradus:. docs/bpmn.md lists the names.",
                 text_cut(w->c->mem, name, 60));
    } else {
        check_at(
            w->c, at,
            "\"%s\" runs code of another engine. Make the task a service task with a topic, or a user task, and remove it.",
            text_cut(w->c->mem, name, 60));
    }
}

static void ext_walk(struct ext_walk *w, const struct xml_node *x)
{
    for (; x != NULL; x = x->next) {
        if (is_drawing(x->ns))
            continue;
        ext_name(w, x, x->ns, x->name);
        for (const struct xml_attr *a = x->attr; a != NULL; a = a->next)
            ext_name(w, x, a->ns, a->name);
        if (vendor_of(x->ns) != VENDOR_OTHER &&
            (vendor_of(x->ns) == VENDOR_STANDARD || extension_treatment(vendor_of(x->ns), x->name) == EXT_READ))
            ext_walk(w, x->first);
    }
}

static void extensions(struct check *c, enum treatment wanted, bool own)
{
    struct ext_walk w = {.c = c, .seen = map_new(c->mem), .wanted = wanted, .own = own};

    if (c->file->definitions)
        ext_walk(&w, c->file->root);
}

void check_ext_refused(struct check *c)
{
    extensions(c, EXT_REFUSED, false);
}

void check_ext_own(struct check *c)
{
    extensions(c, EXT_REFUSED, true);
}

void check_ext_ignored(struct check *c)
{
    extensions(c, EXT_IGNORED, false);
}

void check_until(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->until == NULL)
            continue;
        if (strcmp(n->until, "claim") != 0)
            check_say(c, n->line, n->id, "gradus:until=\"%s\" is not known. Write \"claim\" or remove it.",
                      text_cut(c->mem, n->until, CHECK_SHORT));
        else if (n->kind != NODE_boundary_event || bpmn_event_of(n, EVENT_timer) == NULL || n->host == NULL ||
                 n->host->kind != NODE_user_task)
            check_say(c, n->line, n->id, "gradus:until=\"claim\" belongs on a boundary timer of a user task. Remove it here.");
    }
}

/* ---- tasks ---- */

void check_groups(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind == NODE_user_task && n->groups.text == NULL && n->users.text == NULL && n->assignee.text == NULL &&
            (n->lane == NULL || *n->lane->groups == '\0'))
            check_say(c, n->line, n->id,
                      "Nobody will see this task: it has no groups, users or assignee, and its lane has no groups. Add "
                      "gradus:groups to the lane.");
    }
}

/* A web service is called by nobody here, and a task that nobody does would let the process go on as if it were done. */
void check_topic(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (!check_is(n->xml, "serviceTask") || (n->topic != NULL && *n->topic != '\0'))
            continue;
        if (check_ref_text(c, n->xml, "operationRef") != NULL || *check_attr(n->xml, "implementation") != '\0')
            check_block(c, n->xml, "The service task is done by a web service, which is not called here. Add gradus:topic.");
        else
            check_run(c, n->xml, "The service task has no topic, so nobody does it. Add gradus:topic.");
    }
}

void check_message_task(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_is(n->xml, "sendTask receiveTask") && check_ref_text(c, n->xml, "messageRef") == NULL &&
            (n->n_event == 0 || n->definition[0].name.text == NULL) && (n->topic == NULL || *n->topic == '\0'))
            check_block(c, n->xml, "The %s does not say which message. Set messageRef to a message of the file.", n->local);
    }
}

void check_service_type(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];
        enum vendor v = VENDOR_STANDARD;
        const char *type = dialect_attr(n->xml, "type", &v);

        if (type != NULL && v == VENDOR_JUEL && strcmp(type, "external") != 0 && strcmp(type, "external-worker") != 0)
            check_say(c, n->line, n->id, "Tasks of type \"%s\" run in another engine. Make it an external task with a topic.",
                      text_cut(c->mem, type, CHECK_SHORT));
    }
}

void check_retries(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        uint64_t n = 0;

        if (c->node[i]->retries != NULL && (!text_u64(c->node[i]->retries, &n) || n < 1 || n > LIMIT_RETRIES))
            check_say(c, c->node[i]->line, c->node[i]->id, "\"%s\" attempts: write a number from 1 to %d.",
                      text_cut(c->mem, c->node[i]->retries, CHECK_SHORT), LIMIT_RETRIES);
    }
}

void check_script_missing(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_is(n->xml, "scriptTask") && n->script.text == NULL && (n->topic == NULL || *n->topic == '\0'))
            check_block(c, n->xml, "The script task has no script. Write a FEEL expression into <script>.");
    }
}

void check_script_result(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind == NODE_script_task && n->script.text != NULL && n->result == NULL)
            check_say(c, n->line, n->id,
                      "The script's value is dropped. Name the variable that takes it in gradus:resultVariable.");
    }
}

/* ---- decisions ---- */

void check_decision(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind != NODE_business_rule_task || n->decision.key.text != NULL)
            continue;
        if (*check_attr(n->xml, "implementation") != '\0')
            check_block(
                c, n->xml,
                "The business rule task is decided by a service of another engine. Add gradus:decision with the id of a "
                "decision, or gradus:topic if a service decides.");
        else
            check_run(
                c, n->xml,
                "The business rule task names no decision. Add gradus:decision with the id of a decision, or gradus:topic "
                "if a service decides.");
    }
}

static bool is_version(const char *text)
{
    uint64_t n = 0;

    return text != NULL && text_u64(text, &n) && n >= 1 && n <= UINT32_MAX;
}

static void decision_words(struct check *c, const struct bpmn_node *n)
{
    const struct bpmn_decision *d = &n->decision;
    enum proc_binding binding;
    enum proc_shape shape;

    if (!bpmn_binding(d->binding, &binding))
        check_say(
            c, n->line, n->id,
            "The binding \"%s\" of the decision is not known here. Write latest, deployment, or version with a version; a tag "
            "does not say which version is meant.",
            text_cut(c->mem, d->binding, CHECK_SHORT));
    else if (binding == BIND_VERSION && !d->version.feel && d->version.problem == NULL && !is_version(d->version.text))
        check_say(c, n->line, n->id, "\"%s\" is no version of a decision. Write its number, as the designer's pages show it.",
                  text_cut(c->mem, d->version.text != NULL ? d->version.text : "", CHECK_SHORT));
    if (!bpmn_shape(d, &shape))
        check_say(c, n->line, n->id,
                  "mapDecisionResult=\"%s\" is not known. Write singleEntry, singleResult, collectEntries or resultList.",
                  text_cut(c->mem, d->map, CHECK_SHORT));
    if (d->vendor == VENDOR_ZEEBE && (n->result == NULL || *n->result == '\0'))
        check_say(c, n->line, n->id, "The called decision has no resultVariable. Name the variable that takes its answer.");
}

void check_decision_words(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind == NODE_business_rule_task && n->decision.vendor != VENDOR_OTHER)
            decision_words(c, n);
        else if (strcmp(n->local, "businessRuleTask") != 0 && dialect_names_decision(n))
            check_say(c, n->line, n->id, "A decision belongs on a business rule task. Make this %s one, or remove it.",
                      n->local);
    }
}

void check_decision_result(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (n->kind == NODE_business_rule_task && n->decision.key.text != NULL && n->decision.vendor != VENDOR_ZEEBE &&
            n->result == NULL && (n->decision.vendor != VENDOR_JUEL || n->n_output == 0))
            check_say(c, n->line, n->id,
                      "The answer of the decision is dropped. Name the variable that takes it in gradus:resultVariable.");
    }
}

/* ---- forms ---- */

static const char *field_trouble(struct check *c, const struct bpmn_node *n, int32_t i)
{
    const struct bpmn_field *f = &n->field[i];

    if (*f->field.id == '\0')
        return "The field has no id; the id names the variable.";
    if (!f->known)
        return arena_printf(c->mem, "The type \"%s\" is not known. Write text, lines, number, boolean, date or choice.",
                            text_cut(c->mem, f->type, CHECK_SHORT));
    if (f->field.kind == FIELD_CHOICE && f->field.n_choice == 0)
        return "The choice has nothing to choose from. Add gradus:choice elements.";
    for (int32_t k = 0; k < i; k++) {
        if (strcmp(n->field[k].field.id, f->field.id) == 0)
            return "Two fields of one form have the same id.";
    }
    return NULL;
}

void check_field(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        if (c->node[i]->n_field > LIMIT_FIELDS)
            check_say(c, c->node[i]->line, c->node[i]->id, "The form has %d fields; at most %d are shown. Split the task.",
                      c->node[i]->n_field, LIMIT_FIELDS);
        for (int32_t k = 0; k < c->node[i]->n_field && k < LIMIT_FIELDS; k++) {
            const char *trouble = field_trouble(c, c->node[i], k);

            if (trouble != NULL)
                check_say(c, c->node[i]->field[k].line, c->node[i]->id, "Field \"%s\": %s",
                          text_cut(c->mem, c->node[i]->field[k].field.id, CHECK_SHORT), trouble);
        }
    }
}

static void mappings(struct check *c, const struct bpmn_node *n, const struct bpmn_mapping *m, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        if (*m[i].target == '\0' || (m[i].source.text == NULL && m[i].source.problem == NULL))
            check_say(c, m[i].line, n->id, "The mapping to \"%s\" lacks its %s. Give it both.",
                      text_cut(c->mem, m[i].target, CHECK_SHORT), *m[i].target == '\0' ? "target" : "source");
    }
}

void check_mapping(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        mappings(c, c->node[i], c->node[i]->input, c->node[i]->n_input);
        mappings(c, c->node[i], c->node[i]->output, c->node[i]->n_output);
    }
}

/* ---- lanes and stages ---- */

void check_lane_bare(struct check *c)
{
    for (int32_t i = 0; i < c->n_lane; i++) {
        if (c->lane[i]->leaf && *c->lane[i]->tier == '\0' && *c->lane[i]->groups == '\0')
            check_say(c, c->lane[i]->line, c->lane[i]->id,
                      "The lane is drawing only. gradus:tier and gradus:groups make it a tier of support.");
    }
}

void check_lane_tier(struct check *c)
{
    for (int32_t i = 0; i < c->n_lane; i++) {
        const char *tier = c->lane[i]->tier;

        if (*tier != '\0' && (!text_in_list("requester L1 L2 L3", tier) || strpbrk(tier, ", ") != NULL))
            check_say(c, c->lane[i]->line, c->lane[i]->id, "The tier \"%s\" is not known. Write requester, L1, L2 or L3.",
                      text_cut(c->mem, tier, CHECK_SHORT));
    }
}

void check_lane_ref(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        for (int32_t i = 0; i < p->n_lane; i++) {
            const struct bpmn_lane *l = &p->lane[i];

            for (const struct xml_node *r = check_child(l->xml, "flowNodeRef"); r != NULL; r = xml_again(r)) {
                const char *id = text_cut(c->mem, check_text(c, r), CHECK_SHORT);
                const struct bpmn_node *n = map_get(&c->file->nodes, check_text(c, r));

                if (n == NULL &&
                    !check_is(check_find(c, id), "dataObject dataObjectReference dataStoreReference textAnnotation group"))
                    check_run(c, r, "The lane lists \"%s\", which is no node of the file. Remove the line.", id);
                else if (n == NULL || n->process != p)
                    check_tell(c, FINDING_WARNING, r,
                               "The lane lists \"%s\", which is no node of its process. Remove the line.", id);
            }
        }
    }
}

void check_lane_twice(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        if (c->node[i]->n_leaf > 1)
            check_say(c, c->node[i]->line, c->node[i]->id,
                      "The node is listed in %d lanes; the last one counts. Leave it in one.", c->node[i]->n_leaf);
    }
}

static void stage_nodes(struct check *c, struct bpmn_process *p, const struct bpmn_stage *s, struct map *seen)
{
    const char *at = s->nodes;

    while (*(at += strspn(at, ", ")) != '\0') {
        size_t n = strcspn(at, ", ");
        const char *id = arena_strndup(c->mem, at, n);
        const struct bpmn_node *node = map_get(&c->file->nodes, id);

        if (node == NULL || node->process != p)
            check_say(c, s->line, p->id, "The stage \"%s\" names \"%s\", which is no node of the process.", s->key,
                      text_cut(c->mem, id, CHECK_SHORT));
        else if (map_set(seen, id, c) != NULL)
            check_say(c, s->line, p->id, "The node \"%s\" stands in two stages. Leave it in one.", id);
        at += n;
    }
}

void check_stage(struct check *c)
{
    for (struct bpmn_process *p = c->file->process; p != NULL; p = p->next) {
        struct map nodes = map_new(c->mem), keys = map_new(c->mem);

        for (int32_t i = 0; i < p->n_stage; i++) {
            const struct bpmn_stage *s = &p->stage[i];

            if (*s->key == '\0' || *s->label == '\0')
                check_say(c, s->line, p->id, "The stage \"%s\" lacks its %s. Give it both.", s->key,
                          *s->key == '\0' ? "key" : "label");
            else if (map_set(&keys, s->key, p) != NULL)
                check_say(c, s->line, p->id, "The key \"%s\" is taken by another stage. Choose another.",
                          text_cut(c->mem, s->key, CHECK_SHORT));
            stage_nodes(c, p, s, &nodes);
        }
    }
}
