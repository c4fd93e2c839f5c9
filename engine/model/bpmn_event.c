/* engine/model/bpmn_event.c - event definitions: what may make an event occur, and what it throws.
 *
 * For     the definitions that stand in an event or are referred to, with the messages, signals, errors and escalations behind them.
 * Owns    the names of the standard's event definitions and of what stands in them.
 * Never   judges (check*.c); gives names to messages that have none (bpmn_message.c).
 * Holds   one struct for each definition that an event names, in document order, also for a reference that leads nowhere.
 *
 * References are QNames: the part behind the prefix is looked up in the whole file, since files in which the prefix is wrong are
 * common and an id stands for one element. What refers to other nodes (compensation, links, associations) is settled when all
 * nodes of the file are known. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"

static enum event_kind kind_of(const struct xml_node *x)
{
    for (int k = 0; k < EVENT_KINDS; k++) {
        if (bpmn_is(x, event_kind_local((enum event_kind)k)))
            return (enum event_kind)k;
    }
    return EVENT_KINDS;
}

static bool is_definition(const struct xml_node *x)
{
    size_t len = strlen(x->name), tail = strlen("EventDefinition");

    return strcmp(x->ns, BPMN_NS) == 0 && len > tail && strcmp(x->name + len - tail, "EventDefinition") == 0;
}

/* ---- timers ---- */

/* Does it look like ISO 8601, so that even an author who says "FEEL" cannot mean a name? */
static bool is_iso(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return (*text == 'P' && strpbrk(text, "0123456789") != NULL) || (*text == 'R' && strchr(text, '/') != NULL) ||
           (digits == 4 && text[4] == '-');
}

struct bpmn_expr bpmn_timer_text(struct bpmn_file *f, const struct xml_node *x)
{
    const char *language = bpmn_attr(x, "language");
    struct bpmn_expr e = bpmn_text(f, x, x->text);

    if ((strstr(language, "FEEL") != NULL || text_same_nocase(language, "feel")) && e.text != NULL && !is_iso(e.text))
        e.feel = true;
    return e;
}

static void read_timer(struct bpmn_file *f, struct bpmn_event *e)
{
    static const struct {
        const char *local;
        enum proc_timer timer;
    } texts[] = {{"timeDate", TIMER_DATE}, {"timeDuration", TIMER_DURATION}, {"timeCycle", TIMER_CYCLE}};

    for (const struct xml_node *c = e->xml->first; c != NULL; c = c->next) {
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
            if (!bpmn_is(c, texts[i].local))
                continue;
            e->n_timer++;
            e->timer = texts[i].timer;
            e->timer_text = bpmn_timer_text(f, c);
        }
    }
}

/* ---- what is behind the references ---- */

/* Its name; what has none is called by its id. */
static struct bpmn_expr name_of(struct bpmn_file *f, const struct xml_node *root)
{
    const char *name = text_clean(f->mem, bpmn_attr(root, "name"), false);

    if (*name != '\0')
        return bpmn_text(f, root, name);
    return (struct bpmn_expr){.text = bpmn_attr(root, "id"), .line = root->line};
}

static void read_root(struct bpmn_file *f, struct bpmn_event *e, const char *attribute, const char *code)
{
    const char *ref = bpmn_attr(e->xml, attribute);

    if (*ref == '\0')
        return;
    e->ref = ref;
    e->root = bpmn_find(f, ref);
    if (e->root == NULL)
        return;
    e->name = name_of(f, e->root);
    if (code != NULL && *bpmn_attr(e->root, code) != '\0')
        e->code = bpmn_text(f, e->root, bpmn_attr(e->root, code));
}

/* The message itself, or the one that the operation takes. */
static void read_message(struct bpmn_file *f, struct bpmn_event *e)
{
    const char *ref = xml_attr(e->xml, "", "operationRef");
    const struct xml_node *operation = bpmn_find(f, ref != NULL ? ref : bpmn_child_text(f, e->xml, "operationRef"));

    read_root(f, e, "messageRef", NULL);
    if (e->ref == NULL && operation != NULL) {
        e->ref = bpmn_child_text(f, operation, "inMessageRef");
        e->root = bpmn_find(f, e->ref);
        if (e->root != NULL)
            e->name = name_of(f, e->root);
    }
    dialect_message(f, e);
}

static void read_link(struct bpmn_file *f, struct bpmn_event *e)
{
    e->link = text_clean(f->mem, bpmn_attr(e->xml, "name"), false);
}

/* Where a definition says more than its kind. */
static void read_definition(struct bpmn_file *f, struct bpmn_event *e)
{
    e->id = bpmn_attr(e->xml, "id");
    e->kind = kind_of(e->xml);
    switch (e->kind) {
    case EVENT_message:
        read_message(f, e);
        break;
    case EVENT_timer:
        read_timer(f, e);
        break;
    case EVENT_signal:
        read_root(f, e, "signalRef", NULL);
        break;
    case EVENT_conditional:
        e->condition = bpmn_formal(f, xml_child(e->xml, BPMN_NS, "condition"));
        break;
    case EVENT_error:
        read_root(f, e, "errorRef", "errorCode");
        e->code_var = dialect_attr(e->xml, "errorCodeVariable", NULL);
        e->text_var = dialect_attr(e->xml, "errorMessageVariable", NULL);
        break;
    case EVENT_escalation:
        read_root(f, e, "escalationRef", "escalationCode");
        e->code_var = dialect_attr(e->xml, "escalationCodeVariable", NULL);
        break;
    case EVENT_compensation:
        e->activity_id = xml_attr(e->xml, "", "activityRef");
        e->wait = bpmn_attr_true(e->xml, "waitForCompletion", true);
        break;
    case EVENT_link:
        read_link(f, e);
        break;
    case EVENT_cancel:
    case EVENT_terminate:
    case EVENT_KINDS:
        break;
    }
}

struct bpmn_event *bpmn_event_ref(struct bpmn_file *f, const char *ref, int line)
{
    const struct xml_node *x = bpmn_find(f, ref);
    struct bpmn_event *e = NULL;

    if (x == NULL || !is_definition(x))
        return NULL;
    e = ARENA_NEW(f->mem, struct bpmn_event);
    *e = (struct bpmn_event){.local = x->name, .xml = x, .line = line};
    read_definition(f, e);
    return e;
}

struct bpmn_event *bpmn_events(struct bpmn_file *f, const struct xml_node *x, int32_t *n)
{
    struct bpmn_event *list = NULL;
    size_t count = 0;

    *n = 0;
    for (const struct xml_node *c = x->first; c != NULL; c = c->next)
        count += is_definition(c) || bpmn_is(c, "eventDefinitionRef");
    list = ARENA_NEW_N(f->mem, struct bpmn_event, count);
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        struct bpmn_event *e = &list[*n];

        if (is_definition(c)) {
            *e = (struct bpmn_event){.local = c->name, .xml = c, .line = c->line};
            read_definition(f, e);
            ++*n;
        } else if (bpmn_is(c, "eventDefinitionRef")) {
            const struct bpmn_event *known = bpmn_event_ref(f, text_clean(f->mem, c->text, false), c->line);

            *e = known != NULL
                     ? *known
                     : (struct bpmn_event){.local = c->name, .id = "", .xml = c, .kind = EVENT_KINDS, .line = c->line};
            ++*n;
        }
    }
    return list;
}

/* A send or receive task is like an event with a message definition. */
static void read_task(struct bpmn_file *f, struct bpmn_node *n)
{
    const struct xml_node *x = n->xml;

    n->definition = ARENA_NEW(f->mem, struct bpmn_event);
    *n->definition = (struct bpmn_event){
        .local = event_kind_local(EVENT_message), .kind = EVENT_message, .id = "", .xml = x, .line = n->line};
    read_message(f, n->definition);
    n->n_event = 1;
}

void bpmn_read_events(struct bpmn_file *f, struct bpmn_node *n)
{
    if (n->kind == NODE_send_task || n->kind == NODE_receive_task)
        read_task(f, n);
    else if (strstr(n->local, "Event") != NULL)
        n->definition = bpmn_events(f, n->xml, &n->n_event);
}

const struct bpmn_event *bpmn_event_of(const struct bpmn_node *n, enum event_kind k)
{
    for (int32_t i = 0; i < n->n_event; i++) {
        if (n->definition[i].kind == k)
            return &n->definition[i];
    }
    return NULL;
}

/* ---- when all nodes are known ---- */

static const char *link_key(struct bpmn_file *f, const struct bpmn_node *n, const char *text)
{
    return arena_printf(f->mem, "%d %s", n->scope != NULL ? (int)n->scope->index : -1, text);
}

/* The other end by the references of the definitions, or by the name, in the same process or sub-process (10.5.4, table 10.98). */
static void settle_links(struct bpmn_file *f, struct bpmn_process *p)
{
    struct map by_name = map_new(f->mem), by_id = map_new(f->mem), by_source = map_new(f->mem);

    for (int32_t i = 0; i < p->n_node; i++) {
        struct bpmn_node *n = &p->node[i];
        const struct bpmn_event *e = n->kind == NODE_catch_event ? bpmn_event_of(n, EVENT_link) : NULL;

        if (e == NULL)
            continue;
        if (map_get(&by_name, link_key(f, n, e->link)) == NULL)
            map_set(&by_name, link_key(f, n, e->link), n);
        map_set(&by_id, link_key(f, n, e->id), n);
        for (const struct xml_node *s = xml_child(e->xml, BPMN_NS, "source"); s != NULL; s = xml_again(s)) {
            const struct xml_node *from = bpmn_find(f, text_clean(f->mem, s->text, false));

            if (from != NULL)
                map_set(&by_source, link_key(f, n, bpmn_attr(from, "id")), n);
        }
    }
    for (int32_t i = 0; i < p->n_node; i++) {
        struct bpmn_node *n = &p->node[i];

        for (int32_t k = 0; n->kind == NODE_throw_event && k < n->n_event; k++) {
            struct bpmn_event *e = &n->definition[k];
            const struct xml_node *target = NULL;

            if (e->kind != EVENT_link)
                continue;
            target = bpmn_find(f, bpmn_child_text(f, e->xml, "target"));
            e->to = target != NULL ? map_get(&by_id, link_key(f, n, bpmn_attr(target, "id"))) : NULL;
            if (e->to == NULL && *e->id != '\0')
                e->to = map_get(&by_source, link_key(f, n, e->id));
            if (e->to == NULL)
                e->to = map_get(&by_name, link_key(f, n, e->link));
        }
    }
}

static bool may_handle(const struct bpmn_node *n, const struct bpmn_node *host)
{
    return n != NULL && n != host && n->process == host->process && n->scope == host->scope && bpmn_is_activity(n->kind) &&
           (n->for_compensation || n->n_in == 0);
}

static void tie_handler(struct bpmn_node *event, struct bpmn_node *handler)
{
    struct bpmn_node *host = event != NULL && bpmn_is_boundary(event) ? event->host : NULL;

    if (host == NULL || host->handler != NULL || bpmn_event_of(event, EVENT_compensation) == NULL || !may_handle(handler, host))
        return;
    host->handler = handler;
    handler->for_compensation = true;
}

/* A compensation boundary event is tied to the handler by an association, whichever way that was drawn. */
static void settle_handlers(struct bpmn_file *f, const struct xml_node *x)
{
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        struct bpmn_node *from = NULL, *to = NULL;

        if (bpmn_is(c, "process") || bpmn_is(c, "collaboration") || (bpmn_is_node(c) && c->first != NULL))
            settle_handlers(f, c);
        if (!bpmn_is(c, "association"))
            continue;
        from = bpmn_find_node(f, bpmn_attr(c, "sourceRef"));
        to = bpmn_find_node(f, bpmn_attr(c, "targetRef"));
        tie_handler(from, to);
        tie_handler(to, from);
    }
}

void bpmn_settle_events(struct bpmn_file *f)
{
    settle_handlers(f, f->root);
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        settle_links(f, p);
        for (int32_t i = 0; i < p->n_node; i++) {
            struct bpmn_node *n = &p->node[i];

            for (int32_t k = 0; k < n->n_event; k++)
                n->definition[k].activity = bpmn_find_node(f, n->definition[k].activity_id);
        }
    }
}
