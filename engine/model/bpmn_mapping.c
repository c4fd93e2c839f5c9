/* engine/model/bpmn_mapping.c - data associations: what an activity takes in and gives out, what an event carries.
 *
 * For     dataInputAssociation and dataOutputAssociation, and mappings to a part of a variable ("order.total") of whichever origin.
 * Owns    what an association means as expressions over variables.
 * Never   knows which variables there are at run time.
 * Holds   no two mappings of a direction have one target; a mapping of a vendor or of ours takes precedence over the associations of the
 * same direction, which then are drawing only.
 *
 * An output that the activity did not give is not available, and its association does not copy (10.4.2): what the target held stays. */
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/bpmn_int.h"

enum {
    LIMIT_MAPPING_TEXT = 1024 * 1024, /* bytes of one expression that was put together */
    LIMIT_MAPPING_PATH = 8            /* words of a path */
};

struct ends {
    struct bpmn_file *f;
    struct bpmn_node *n;
    bool in;
    struct bpmn_mapping *list; /* NULL: only counted */
    int32_t n_list;
};

/* ---- associations ---- */

static void add(struct ends *e, const char *target, struct bpmn_expr source, int line)
{
    if (e->list != NULL)
        e->list[e->n_list] = (struct bpmn_mapping){.target = target, .source = source, .line = line};
    e->n_list++;
}

/* The collections of a loop are taken apart and put together by the loop itself. */
static bool is_of_loop(const struct ends *e, const struct xml_node *a)
{
    const char *loop = bpmn_child_text(e->f, e->n->loop.xml, e->in ? "loopDataInputRef" : "loopDataOutputRef");
    const char *end = bpmn_child_text(e->f, a, e->in ? "targetRef" : "sourceRef");

    return loop != NULL && end != NULL && strcmp(loop, end) == 0;
}

/* Modelers draw an association to a task without inputs with such a property at its end, or with the task itself. */
static bool is_drawing(const struct ends *e, const char *ref)
{
    const struct xml_node *x = ref != NULL ? bpmn_find(e->f, ref) : NULL;

    return x != NULL && (!bpmn_is_item(x) || strcmp(bpmn_attr(x, "name"), "__targetRef_placeholder") == 0);
}

static struct bpmn_expr plain_source(const struct ends *e, const char *source, const char *target, int line)
{
    const char *from = bpmn_data_name(e->f, source);

    if (e->in || strcmp(from, target) == 0)
        return bpmn_name_expr(from, line);
    return bpmn_name_expr(arena_printf(e->f->mem, "if %s = null then %s else %s", from, target, from), line);
}

static void association(struct ends *e, const struct xml_node *a)
{
    const struct xml_node *assignment = xml_child(a, BPMN_NS, "assignment");
    const struct xml_node *change = xml_child(a, BPMN_NS, "transformation");
    const char *source = bpmn_child_text(e->f, a, "sourceRef"), *target = bpmn_child_text(e->f, a, "targetRef");

    if (is_of_loop(e, a))
        return;
    for (const struct xml_node *x = assignment; x != NULL; x = xml_again(x)) {
        const char *to = bpmn_child_text(e->f, x, "to");

        if (to != NULL)
            add(e, bpmn_data_name(e->f, *to == '=' ? to + 1 : to), bpmn_formal(e->f, xml_child(x, BPMN_NS, "from")), x->line);
    }
    if (assignment != NULL || target == NULL || (source == NULL && change == NULL) || is_drawing(e, target) ||
        is_drawing(e, source))
        return;
    target = bpmn_data_name(e->f, target);
    add(e, target, change != NULL ? bpmn_formal(e->f, change) : plain_source(e, source, target, a->line), a->line);
}

static void associations(struct ends *e)
{
    const char *local = e->in ? "dataInputAssociation" : "dataOutputAssociation";

    for (const struct xml_node *a = xml_child(e->n->xml, BPMN_NS, local); a != NULL; a = xml_again(a))
        association(e, a);
}

/* ---- parts of variables ---- */

/* Bytes of the first word of a path such as "order.total"; 0 if TARGET is none. */
static size_t path_root(const char *target)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    size_t root = strspn(target, word);
    int words = 0;

    for (const char *at = target; *at != '\0';) {
        size_t n = strspn(at, word);

        if (n == 0 || (at[n] != '.' && at[n] != '\0') || (at[n] == '.' && at[n + 1] == '\0') || ++words > LIMIT_MAPPING_PATH)
            return 0;
        at += n + (at[n] == '.');
    }
    return target[root] == '.' ? root : 0;
}

static void quoted(struct buf *b, const char *s)
{
    buf_char(b, '"');
    for (; *s != '\0'; s++) {
        if (*s == '"' || *s == '\\')
            buf_char(b, '\\');
        buf_char(b, *s);
    }
    buf_char(b, '"');
}

void bpmn_source_text(struct buf *b, const struct bpmn_expr *e)
{
    if (!e->feel) {
        quoted(b, e->text);
        return;
    }
    buf_char(b, '(');
    buf_str(b, e->text);
    buf_char(b, ')');
}

/* The context AT with SOURCE put under the words of PATH. */
static void put_text(struct buf *b, const char *at, const char *path, const struct bpmn_expr *source)
{
    size_t n = strcspn(path, ".");
    const char *key = arena_strndup(b->mem, path, n);

    buf_fmt(b, "context put(if %s = null then {} else %s, \"%s\", ", at, at, key);
    if (path[n] == '.')
        put_text(b, arena_printf(b->mem, "%s.%s", at, key), path + n + 1, source);
    else
        bpmn_source_text(b, source);
    buf_char(b, ')');
}

/* Mappings to parts of one variable, in their order. */
struct parts {
    const char *name; /* of the variable */
    struct part {
        struct bpmn_mapping *map;
        struct part *next;
    } * first, **last;
    const struct bpmn_mapping *whole; /* one to the variable itself that stands before them, NULL if none */
};

/* One mapping for all of them: the parts are put into the variable one after the other. */
static struct bpmn_mapping join_parts(struct ends *e, const struct parts *p)
{
    struct buf b = buf_new(e->f->mem, LIMIT_MAPPING_TEXT);
    struct bpmn_mapping out = {.target = p->name, .source = {.feel = true}, .line = p->first->map->line};
    struct bpmn_expr whole = {.text = e->in ? "null" : p->name, .feel = true};
    int n = 0;

    if (p->whole != NULL)
        whole = p->whole->source;
    out.source.line = out.line;
    out.source.problem = whole.problem;
    buf_str(&b, "{gradus_part_0: ");
    bpmn_source_text(&b, &whole);
    for (const struct part *part = p->first; part != NULL; part = part->next) {
        buf_fmt(&b, ", gradus_part_%d: ", n + 1);
        put_text(&b, arena_printf(e->f->mem, "gradus_part_%d", n), part->map->target + strlen(p->name) + 1, &part->map->source);
        n++;
        if (part->map->source.problem != NULL)
            out.source.problem = part->map->source.problem;
    }
    buf_fmt(&b, "}.gradus_part_%d", n);
    out.source.text = buf_text(&b);
    if (b.over)
        out.source.problem = "the parts of one variable are too many";
    return out;
}

static struct parts *parts_of(struct ends *e, struct map *all, struct bpmn_mapping *m, size_t root)
{
    const char *name = arena_strndup(e->f->mem, m->target, root);
    struct parts *p = map_get(all, name);

    if (p == NULL) {
        p = ARENA_NEW(e->f->mem, struct parts);
        p->name = name;
        p->last = &p->first;
        map_set(all, name, p);
    }
    return p;
}

/* One mapping for each target: the parts of a variable together, else the last. */
static void settle(struct ends *e, struct bpmn_mapping **list, int32_t *count)
{
    struct bpmn_mapping *all = *list, *out = ARENA_NEW_N(e->f->mem, struct bpmn_mapping, (size_t)*count);
    struct map parts = map_new(e->f->mem), seen = map_new(e->f->mem);
    int32_t n = 0;

    for (int32_t i = 0; i < *count; i++) {
        size_t root = all[i].source.text != NULL ? path_root(all[i].target) : 0;
        struct parts *p = root > 0 ? parts_of(e, &parts, &all[i], root) : NULL;
        const char *target = p != NULL ? p->name : all[i].target;
        struct bpmn_mapping *place = *target != '\0' ? map_get(&seen, target) : NULL;

        struct parts *before = p == NULL ? map_get(&parts, target) : NULL;

        if (before != NULL) { /* the whole after its parts */
            before->first = NULL;
            before->last = &before->first;
        }
        if (p != NULL) {
            if (p->first == NULL && place != NULL && place->source.text != NULL)
                p->whole = arena_memdup(e->f->mem, place, sizeof *place);
            *p->last = ARENA_NEW(e->f->mem, struct part);
            (*p->last)->map = &all[i];
            p->last = &(*p->last)->next;
        }
        if (place == NULL) {
            place = &out[n++];
            map_set(&seen, target, place);
        }
        *place = all[i];
        place->target = target;
    }
    for (int32_t i = 0; i < n; i++) {
        const struct parts *p = map_get(&parts, out[i].target);

        if (p != NULL && p->first != NULL)
            out[i] = join_parts(e, p);
    }
    *list = out;
    *count = n;
}

void bpmn_read_mappings(struct bpmn_file *f, struct bpmn_node *n)
{
    struct bpmn_mapping **to[2] = {&n->input, &n->output};
    int32_t *count[2] = {&n->n_input, &n->n_output};

    for (int k = 0; k < 2; k++) {
        struct ends e = {.f = f, .n = n, .in = k == 0};

        if (*count[k] > 0)
            continue;
        associations(&e);
        if (e.n_list == 0)
            continue;
        e.list = ARENA_NEW_N(f->mem, struct bpmn_mapping, (size_t)e.n_list);
        e.n_list = 0;
        associations(&e);
        *to[k] = e.list;
        *count[k] = e.n_list;
    }
    dialect_mappings(f, n);
    for (int k = 0; k < 2; k++) {
        struct ends e = {.f = f, .n = n, .in = k == 0};

        settle(&e, to[k], count[k]);
    }
}
