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

/* What counts for one process. */
struct keys {
    struct bpmn_file *f;
    const struct xml_node *key[LIMIT_MODEL_KEYS];
    int32_t n;
    struct map bound;        /* "key property" -> dataPath, from the process's subscriptions */
    struct map known;        /* message -> struct bpmn_event that has its keys */
    const struct map *paths; /* "property message" -> messagePath */
};

static const char *local_part(const char *ref)
{
    const char *colon = strchr(ref, ':');

    return colon != NULL ? colon + 1 : ref;
}

static const char *pair(struct bpmn_file *f, const char *a, const char *b)
{
    return arena_printf(f->mem, "%s %s", local_part(a), local_part(b));
}

static void set_path(struct bpmn_file *f, struct map *to, const char *key, const struct xml_node *path)
{
    struct bpmn_expr e = bpmn_formal(f, path);

    if (e.text != NULL && map_get(to, key) == NULL)
        map_set(to, key, arena_memdup(f->mem, &e, sizeof e));
}

static void add_key(struct keys *k, const struct xml_node *key)
{
    if (key == NULL || !bpmn_is(key, "correlationKey") || k->n == LIMIT_MODEL_KEYS)
        return;
    for (int32_t i = 0; i < k->n; i++) {
        if (strcmp(bpmn_attr(k->key[i], "id"), bpmn_attr(key, "id")) == 0)
            return;
    }
    k->key[k->n++] = key;
}

/* Keys of the conversations that stand in X. */
static void conversation_keys(struct keys *k, const struct xml_node *x)
{
    for (const struct xml_node *c = x->first; c != NULL && k->n < LIMIT_MODEL_KEYS; c = c->next) {
        if (bpmn_is(c, "correlationKey"))
            add_key(k, c);
        else if (bpmn_is(c, "conversation") || bpmn_is(c, "subConversation"))
            conversation_keys(k, c);
    }
}

/* The keys that PROCESS subscribes to; they come before those of the conversations it takes part in. */
static void subscribed_keys(struct keys *k, const struct xml_node *process)
{
    for (const struct xml_node *s = xml_child(process, BPMN_NS, "correlationSubscription"); s != NULL; s = xml_again(s)) {
        const struct xml_node *key = bpmn_find(k->f, bpmn_attr(s, "correlationKeyRef"));
        const struct xml_node *b = xml_child(s, BPMN_NS, "correlationPropertyBinding");

        add_key(k, key);
        for (; key != NULL && b != NULL; b = xml_again(b))
            set_path(k->f, &k->bound, pair(k->f, bpmn_attr(key, "id"), bpmn_attr(b, "correlationPropertyRef")),
                     xml_child(b, BPMN_NS, "dataPath"));
    }
}

/* Adds the keys of the collaboration X to those of the processes that take part. */
static void shared_keys(struct bpmn_file *f, const struct map *all, const struct xml_node *x)
{
    struct keys found = {.f = f};

    conversation_keys(&found, x);
    for (const struct xml_node *p = xml_child(x, BPMN_NS, "participant"); found.n > 0 && p != NULL; p = xml_again(p)) {
        struct keys *k = map_get(all, local_part(bpmn_attr(p, "processRef")));

        for (int32_t i = 0; k != NULL && i < found.n; i++)
            add_key(k, found.key[i]);
    }
}

/* Where in messages the values of properties stand. */
static struct map message_paths(struct bpmn_file *f)
{
    struct map paths = map_new(f->mem);

    for (const struct xml_node *p = xml_child(f->root, BPMN_NS, "correlationProperty"); p != NULL; p = xml_again(p)) {
        const struct xml_node *r = xml_child(p, BPMN_NS, "correlationPropertyRetrievalExpression");

        for (; r != NULL; r = xml_again(r))
            set_path(f, &paths, pair(f, bpmn_attr(p, "id"), bpmn_attr(r, "messageRef")), xml_child(r, BPMN_NS, "messagePath"));
    }
    return paths;
}

static struct bpmn_key key_of(struct keys *k, const struct xml_node *x, const struct xml_node *message)
{
    const struct xml_node *r = xml_child(x, BPMN_NS, "correlationPropertyRef");
    struct bpmn_expr paths[LIMIT_MODEL_KEYS], data[LIMIT_MODEL_KEYS];
    struct bpmn_key key = {.id = bpmn_attr(x, "id")};

    for (int i = 0; r != NULL && i < LIMIT_MODEL_KEYS; r = xml_again(r), i++) {
        const char *property = text_clean(k->f->mem, r->text, false);
        const struct bpmn_expr *path = map_get(k->paths, pair(k->f, property, bpmn_attr(message, "id")));
        const struct bpmn_expr *bound = map_get(&k->bound, pair(k->f, key.id, property));

        if (path == NULL)
            continue;
        paths[key.n] = *path;
        data[key.n++] = bound != NULL ? *bound : (struct bpmn_expr){0};
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
        struct bpmn_key key = key_of(k, k->key[i], e->root);

        if (key.n > 0)
            e->correlation[e->n_correlation++] = key;
    }
}

static void correlate_all(struct bpmn_file *f)
{
    struct map paths = message_paths(f), all = map_new(f->mem);

    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        struct keys *k = ARENA_NEW(f->mem, struct keys);

        *k = (struct keys){.f = f, .bound = map_new(f->mem), .known = map_new(f->mem), .paths = &paths};
        subscribed_keys(k, p->xml);
        if (map_get(&all, p->id) == NULL)
            map_set(&all, p->id, k);
    }
    for (const struct xml_node *x = f->root->first; x != NULL; x = x->next) {
        if (bpmn_is(x, "collaboration") || bpmn_is(x, "globalConversation"))
            shared_keys(f, &all, x);
    }
    for (struct bpmn_process *p = f->process; p != NULL; p = p->next) {
        for (int32_t i = 0; i < p->n_node; i++) {
            for (int32_t d = 0; d < p->node[i].n_event; d++)
                correlate(map_get(&all, p->id), &p->node[i].definition[d]);
        }
    }
}

void bpmn_settle_messages(struct bpmn_file *f)
{
    for (const struct xml_node *c = xml_child(f->root, BPMN_NS, "collaboration"); c != NULL; c = xml_again(c)) {
        for (const struct xml_node *x = xml_child(c, BPMN_NS, "messageFlow"); x != NULL; x = xml_again(x))
            settle_flow(f, x);
    }
    correlate_all(f);
}
