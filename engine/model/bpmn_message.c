/* engine/model/bpmn_message.c - messages between participants: message flows and correlation.
 *
 * For     collaborations: which message a flow carries, by which keys a message finds its instance (8.4.2).
 * Owns    the names given to messages that the file leaves without one.
 * Never   judges; looks at the drawing.
 * Holds   a message flow with a node of this file at both ends gives both the same name: that of the end which has one, else that of the
 * flow's message, else the flow's id. */
#include <string.h>

#include "base/text.h"
#include "model/bpmn_int.h"

/* ---- message flows ---- */

/* The definition of N that sends or receives a message. */
static struct bpmn_event *message_of(const struct bpmn_node *n)
{
    for (int32_t i = 0; n != NULL && i < n->n_event; i++) {
        if (n->definition[i].kind == EVENT_message)
            return &n->definition[i];
    }
    return NULL;
}

static void settle_flow(struct bpmn_file *f, const struct xml_node *x)
{
    struct bpmn_event *from = message_of(bpmn_find_node(f, xml_attr(x, "", "sourceRef")));
    struct bpmn_event *to = message_of(bpmn_find_node(f, xml_attr(x, "", "targetRef")));
    const struct xml_node *message = bpmn_find(f, xml_attr(x, "", "messageRef"));
    struct bpmn_expr name = {.text = bpmn_attr(x, "id"), .line = x->line};

    if (from == NULL || to == NULL)
        return;
    if (from->name.text != NULL)
        name = from->name;
    else if (to->name.text != NULL)
        name = to->name;
    else if (message != NULL)
        name.text = *bpmn_attr(message, "name") != '\0' ? bpmn_attr(message, "name") : bpmn_attr(message, "id");
    if (*name.text == '\0')
        return;
    if (from->name.text == NULL)
        from->name = name;
    if (to->name.text == NULL)
        to->name = name;
}

/* ---- correlation ---- */

struct keys {
    struct bpmn_file *f;
    struct bpmn_process *p;
    const struct xml_node *key[LIMIT_MODEL_KEYS];
    const struct xml_node *subscription[LIMIT_MODEL_KEYS]; /* of the process for that key, NULL if none */
    int32_t n;
    struct map paths; /* "property message" -> messagePath */
    struct map known; /* message -> struct bpmn_event that has its keys */
};

static const char *local_part(const char *ref)
{
    const char *colon = strchr(ref, ':');

    return colon != NULL ? colon + 1 : ref;
}

static bool same_ref(const char *ref, const char *id)
{
    return strcmp(local_part(ref), local_part(id)) == 0;
}

static void add_key(struct keys *k, const struct xml_node *key, const struct xml_node *subscription)
{
    if (key == NULL || !bpmn_is(key, "correlationKey"))
        return;
    for (int32_t i = 0; i < k->n; i++) {
        if (strcmp(bpmn_attr(k->key[i], "id"), bpmn_attr(key, "id")) == 0)
            return;
    }
    if (k->n == LIMIT_MODEL_KEYS)
        return;
    k->key[k->n] = key;
    k->subscription[k->n++] = subscription;
}

/* Keys of the conversations that stand in X, which the process takes part in. */
static void conversation_keys(struct keys *k, const struct xml_node *x)
{
    for (const struct xml_node *c = x->first; c != NULL; c = c->next) {
        if (bpmn_is(c, "correlationKey"))
            add_key(k, c, NULL);
        else if (bpmn_is(c, "conversation") || bpmn_is(c, "subConversation"))
            conversation_keys(k, c);
    }
}

static bool takes_part(const struct keys *k, const struct xml_node *collaboration)
{
    for (const struct xml_node *x = xml_child(collaboration, BPMN_NS, "participant"); x != NULL; x = xml_again(x)) {
        if (same_ref(bpmn_attr(x, "processRef"), k->p->id))
            return true;
    }
    return false;
}

static void gather_keys(struct keys *k)
{
    for (const struct xml_node *s = xml_child(k->p->xml, BPMN_NS, "correlationSubscription"); s != NULL; s = xml_again(s))
        add_key(k, bpmn_find(k->f, bpmn_attr(s, "correlationKeyRef")), s);
    for (const struct xml_node *c = k->f->root->first; c != NULL; c = c->next) {
        if ((bpmn_is(c, "collaboration") || bpmn_is(c, "globalConversation")) && takes_part(k, c))
            conversation_keys(k, c);
    }
}

/* Where in messages the values of properties stand. */
static struct map message_paths(struct bpmn_file *f)
{
    struct map paths = map_new(f->mem);

    for (const struct xml_node *p = xml_child(f->root, BPMN_NS, "correlationProperty"); p != NULL; p = xml_again(p)) {
        const struct xml_node *r = xml_child(p, BPMN_NS, "correlationPropertyRetrievalExpression");

        for (; r != NULL; r = xml_again(r)) {
            const char *key = arena_printf(f->mem, "%s %s", bpmn_attr(p, "id"), local_part(bpmn_attr(r, "messageRef")));
            struct bpmn_expr e = bpmn_formal(f, xml_child(r, BPMN_NS, "messagePath"));

            if (e.text != NULL)
                map_set(&paths, key, arena_memdup(f->mem, &e, sizeof e));
        }
    }
    return paths;
}

/* Where in MESSAGE the value of the property stands; NULL if that is not said. */
static const struct bpmn_expr *message_path(const struct keys *k, const char *property, const struct xml_node *message)
{
    return map_get(&k->paths, arena_printf(k->f->mem, "%s %s", local_part(property), bpmn_attr(message, "id")));
}

static struct bpmn_expr data_path(struct keys *k, const struct xml_node *subscription, const char *property)
{
    const struct xml_node *b = xml_child(subscription, BPMN_NS, "correlationPropertyBinding");

    for (; b != NULL; b = xml_again(b)) {
        if (same_ref(bpmn_attr(b, "correlationPropertyRef"), property))
            return bpmn_formal(k->f, xml_child(b, BPMN_NS, "dataPath"));
    }
    return (struct bpmn_expr){0};
}

static struct bpmn_key key_of(struct keys *k, int32_t i, const struct xml_node *message)
{
    struct bpmn_expr paths[LIMIT_MODEL_KEYS], data[LIMIT_MODEL_KEYS];
    struct bpmn_key key = {.id = bpmn_attr(k->key[i], "id")};

    for (const struct xml_node *r = xml_child(k->key[i], BPMN_NS, "correlationPropertyRef"); r != NULL; r = xml_again(r)) {
        const char *property = text_clean(k->f->mem, r->text, false);
        const struct bpmn_expr *path = key.n < LIMIT_MODEL_KEYS ? message_path(k, property, message) : NULL;

        if (path == NULL)
            continue;
        paths[key.n] = *path;
        data[key.n++] = data_path(k, k->subscription[i], property);
    }
    key.message = arena_memdup(k->f->mem, paths, (size_t)key.n * sizeof *paths);
    key.data = arena_memdup(k->f->mem, data, (size_t)key.n * sizeof *data);
    return key;
}

static void correlate(struct keys *k, struct bpmn_event *e)
{
    const struct bpmn_event *same = NULL;

    if (e->kind != EVENT_message || e->root == NULL || k->n == 0)
        return;
    same = map_get(&k->known, bpmn_attr(e->root, "id"));
    if (same != NULL) {
        e->correlation = same->correlation;
        e->n_correlation = same->n_correlation;
        e->same_keys = same;
        return;
    }
    map_set(&k->known, bpmn_attr(e->root, "id"), e);
    e->correlation = ARENA_NEW_N(k->f->mem, struct bpmn_key, (size_t)k->n);
    for (int32_t i = 0; i < k->n; i++) {
        struct bpmn_key key = key_of(k, i, e->root);

        if (key.n > 0)
            e->correlation[e->n_correlation++] = key;
    }
}

void bpmn_settle_messages(struct bpmn_file *f)
{
    struct map paths = message_paths(f);

    for (const struct xml_node *c = xml_child(f->root, BPMN_NS, "collaboration"); c != NULL; c = xml_again(c)) {
        for (const struct xml_node *x = xml_child(c, BPMN_NS, "messageFlow"); x != NULL; x = xml_again(x))
            settle_flow(f, x);
    }
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        struct keys k = {.f = f, .p = p, .paths = paths, .known = map_new(f->mem)};

        gather_keys(&k);
        for (int32_t i = 0; i < p->n_node; i++) {
            for (int32_t d = 0; d < p->node[i].n_event; d++)
                correlate(&k, &p->node[i].definition[d]);
        }
    }
}
