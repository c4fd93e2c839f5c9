/* engine/model/dmn/graph.c - who requires whom (DMN 1.5, 6.2 and 6.3).
 *
 * For     read.c; build.c asks which names an element may use.
 * Owns    references, the edges need, param and output of the elements, the search for cycles.
 * Never   evaluates; reads logic.
 * Holds   an element may use exactly what it requires, and a knowledge model itself; parameters of a service are its input data,
 *         then its input decisions, in their order in the file (10.4). */
#include "model/dmn/dmn_int.h"

#include <string.h>

/* ---- references ---- */

static struct dmn_logic *in_part(const struct dmn *m, uint32_t part, const char *id)
{
    return map_get(&m->part[part].ids, id);
}

struct dmn_logic *graph_find(const struct dmn *m, uint32_t part, const char *href)
{
    const struct dmn_part *p = &m->part[part];
    const char *hash = strrchr(href, '#');

    if (hash == NULL)
        return NULL;
    size_t n = (size_t)(hash - href);
    if (n == 0 || (strlen(p->ns) == n && memcmp(p->ns, href, n) == 0))
        return in_part(m, part, hash + 1);
    for (uint32_t i = 0; i < p->n_import; i++) {
        const char *ns = m->part[p->import[i].part].ns;
        if (strlen(ns) == n && memcmp(ns, href, n) == 0)
            return in_part(m, p->import[i].part, hash + 1);
    }
    return NULL;
}

static const char *kind_words(enum dmn_kind kind)
{
    static const char *const words[] = {"input data", "a decision", "a knowledge model", "a decision service"};

    return words[kind];
}

/* The element that REF leads to, if it is of one of the two KINDS that may stand there. */
static struct dmn_logic *follow(struct dmn *m, uint32_t part, const struct xml_node *ref, enum dmn_kind a, enum dmn_kind b)
{
    enum { SHOWN = 200 };
    const char *href = dmn_attr(ref, "href");
    struct dmn_logic *l = graph_find(m, part, href);

    if (l == NULL) {
        dmn_say(m, "dmn-reference-missing", ref, "There is no element '%s'. Correct the reference, or remove it.",
                text_cut(m->mem, href, SHOWN));
        return NULL;
    }
    enum dmn_kind kind = m->element[l->index].kind;
    if (kind == a || kind == b)
        return l;
    dmn_say(m, "dmn-reference-kind", ref, "'%s' is %s, it cannot stand here.", m->element[l->index].name, kind_words(kind));
    return NULL;
}

/* ---- edges ---- */

static uint32_t children(const struct xml_node *x)
{
    uint32_t n = 0;

    for (x = x->first; x != NULL; x = x->next)
        n++;
    return n;
}

static void needs_read(struct dmn *m, struct dmn_logic *l)
{
    static const struct {
        const char *edge, *ref;
        enum dmn_kind a, b;
    } edges[] = {{"informationRequirement", "requiredDecision", DMN_DECISION, DMN_DECISION},
                 {"informationRequirement", "requiredInput", DMN_INPUT, DMN_INPUT},
                 {"knowledgeRequirement", "requiredKnowledge", DMN_KNOWLEDGE, DMN_SERVICE}};
    struct dmn_element *e = &m->element[l->index];
    uint32_t *need = ARENA_NEW_N(m->mem, uint32_t, children(l->at));

    e->need = need;
    for (const struct xml_node *x = l->at->first; x != NULL; x = x->next)
        for (size_t k = 0; k < sizeof edges / sizeof *edges; k++) {
            const struct xml_node *ref = dmn_is(x, edges[k].edge) ? dmn_child(x, edges[k].ref) : NULL;
            struct dmn_logic *to = ref != NULL ? follow(m, l->part, ref, edges[k].a, edges[k].b) : NULL;
            if (to != NULL)
                need[e->n_need++] = to->index;
        }
}

static uint32_t refs_read(struct dmn *m, struct dmn_logic *l, const char *local, enum dmn_kind kind, uint32_t *out)
{
    uint32_t n = 0;

    for (const struct xml_node *x = dmn_child(l->at, local); x != NULL; x = dmn_again(x)) {
        struct dmn_logic *to = follow(m, l->part, x, kind, kind);
        if (to != NULL)
            out[n++] = to->index;
    }
    return n;
}

static void service_read(struct dmn *m, struct dmn_logic *l)
{
    struct dmn_element *e = &m->element[l->index];
    uint32_t most = children(l->at), *arg = ARENA_NEW_N(m->mem, uint32_t, most), *output = ARENA_NEW_N(m->mem, uint32_t, most);
    const char **param = ARENA_NEW_N(m->mem, const char *, most);

    l->n_data = refs_read(m, l, "inputData", DMN_INPUT, arg);
    e->n_param = l->n_data + refs_read(m, l, "inputDecision", DMN_DECISION, arg + l->n_data);
    for (uint32_t i = 0; i < e->n_param; i++)
        param[i] = m->logic[arg[i]].variable;
    e->n_output = refs_read(m, l, "outputDecision", DMN_DECISION, output);
    uint32_t *inside = ARENA_NEW_N(m->mem, uint32_t, most);
    refs_read(m, l, "encapsulatedDecision", DMN_DECISION, inside);
    l->arg = arg;
    e->param = param;
    e->output = output;
    e->need = arg;
    e->n_need = e->n_param;
    if (e->n_output == 0)
        dmn_say(m, "dmn-service-output", l->at, "The service '%s' has no output decision. Name one.", e->name);
}

static void params_read(struct dmn *m, struct dmn_logic *l)
{
    const struct xml_node *logic = dmn_child(l->at, "encapsulatedLogic");
    struct dmn_element *e = &m->element[l->index];

    if (logic == NULL)
        return;
    const char **param = ARENA_NEW_N(m->mem, const char *, children(logic));
    for (const struct xml_node *x = dmn_child(logic, "formalParameter"); x != NULL; x = dmn_again(x))
        param[e->n_param++] = dmn_normal(m->mem, dmn_attr(x, "name"));
    e->param = param;
}

/* ---- cycles ---- */

enum { WHITE, GREY, BLACK };

struct search {
    struct dmn *m;
    uint8_t *color;
    uint32_t *path, *next; /* the elements on the way, and which edge of each comes next */
    uint32_t n;
};

/* Only what is evaluated because it is required can go in circles: a service gets its inputs from its caller. */
static bool leads_on(const struct dmn *m, uint32_t i)
{
    return m->element[i].kind == DMN_DECISION || m->element[i].kind == DMN_KNOWLEDGE;
}

static void cycle_report(struct search *s, uint32_t to)
{
    enum { SHOWN = 8 };
    struct buf words = buf_new(s->m->mem, 4096);
    bool knowledge = true;
    uint32_t from = 0;

    while (s->path[from] != to)
        from++;
    for (uint32_t i = from; i < s->n; i++) {
        knowledge = knowledge && s->m->element[s->path[i]].kind == DMN_KNOWLEDGE;
        if (i - from < SHOWN)
            buf_fmt(&words, "'%s' requires ", s->m->element[s->path[i]].name);
        else if (i - from == SHOWN)
            buf_str(&words, "... ");
    }
    buf_fmt(&words, "'%s'", s->m->element[to].name);
    const char *rule = knowledge ? "dmn-knowledge-cycle" : "dmn-cycle";
    if (buf_done(&words) == OK)
        dmn_say(s->m, rule, s->m->logic[to].at, "%s. Break the circle.", buf_text(&words));
    else
        dmn_say(s->m, rule, s->m->logic[to].at, "'%s' requires itself. Break the circle.", s->m->element[to].name);
}

static void step(struct search *s)
{
    uint32_t at = s->path[s->n - 1];
    const struct dmn_element *e = &s->m->element[at];

    if (s->next[s->n - 1] == e->n_need) {
        s->color[at] = BLACK;
        s->n--;
        return;
    }
    uint32_t to = e->need[s->next[s->n - 1]++];
    if (!leads_on(s->m, to))
        return;
    if (s->color[to] == GREY)
        cycle_report(s, to);
    if (s->color[to] == WHITE) {
        s->color[to] = GREY;
        s->path[s->n] = to;
        s->next[s->n++] = 0;
    }
}

static void cycles_check(struct dmn *m)
{
    struct search s = {.m = m,
                       .color = ARENA_NEW_N(m->mem, uint8_t, m->n),
                       .path = ARENA_NEW_N(m->mem, uint32_t, m->n),
                       .next = ARENA_NEW_N(m->mem, uint32_t, m->n)};

    for (uint32_t i = 0; i < m->n; i++) {
        if (s.color[i] != WHITE || !leads_on(m, i))
            continue;
        s.color[i] = GREY;
        s.path[0] = i;
        s.next[0] = 0;
        for (s.n = 1; s.n > 0;)
            step(&s);
    }
}

static void unused_check(struct dmn *m)
{
    uint8_t *used = ARENA_NEW_N(m->mem, uint8_t, m->n);

    for (uint32_t i = 0; i < m->n; i++)
        for (uint32_t k = 0; k < m->element[i].n_need; k++)
            used[m->element[i].need[k]] = 1;
    for (uint32_t i = 0; i < m->n_main; i++)
        if (!used[i] && (m->element[i].kind == DMN_INPUT || m->element[i].kind == DMN_KNOWLEDGE))
            dmn_say(m, "dmn-unused", m->logic[i].at, "Nothing requires '%s'. Remove it, or draw the requirement.",
                    m->element[i].name);
}

void graph_read(struct dmn *m)
{
    for (uint32_t i = 0; i < m->n; i++) {
        enum dmn_kind kind = m->element[i].kind;
        if (kind == DMN_DECISION || kind == DMN_KNOWLEDGE)
            needs_read(m, &m->logic[i]);
        if (kind == DMN_KNOWLEDGE)
            params_read(m, &m->logic[i]);
        if (kind == DMN_SERVICE)
            service_read(m, &m->logic[i]);
    }
    cycles_check(m);
    unused_check(m);
}

/* ---- names in scope ---- */

enum { LIMIT_DMN_NEEDS = 500 }; /* elements that one element requires: each name in its texts is looked for among them */

struct scope {
    struct dmn *m;
    const struct dmn_logic *of;
    const char **name;
    uint16_t *element;
    size_t n;
    struct map seen;
};

static void scope_put(struct scope *s, const char *name, const struct dmn_logic *l)
{
    const struct dmn_logic *other = map_get(&s->seen, name);

    if (*name == '\0' || other == l)
        return;
    if (other != NULL) {
        dmn_say(s->m, "dmn-name-duplicate", s->of->at,
                "'%s' requires two elements that are both named '%s'. Rename one of them.", s->m->element[s->of->index].name,
                name);
        return;
    }
    if (s->n == LIMIT_DMN_NEEDS) {
        dmn_say(s->m, "dmn-too-many", s->of->at, "'%s' requires more than %d elements.", s->m->element[s->of->index].name,
                LIMIT_DMN_NEEDS);
        return;
    }
    map_set(&s->seen, name, &s->m->logic[l->index]);
    s->name[s->n] = name;
    s->element[s->n++] = (uint16_t)l->index;
}

/* In how many ways does the part of S->of see elements of PART? */
static uint32_t ways(const struct scope *s, uint32_t part)
{
    const struct dmn_part *own = &s->m->part[s->of->part];
    uint32_t n = part == s->of->part;

    for (uint32_t i = 0; i < own->n_import; i++)
        n += own->import[i].part == part;
    return n;
}

static void scope_add(struct scope *s, const struct dmn_logic *l)
{
    const struct dmn_part *own = &s->m->part[s->of->part];

    if (l->part == s->of->part)
        scope_put(s, l->variable, l);
    for (uint32_t i = 0; i < own->n_import; i++) {
        const struct dmn_import *im = &own->import[i];
        if (im->part != l->part)
            continue;
        if (*im->prefix != '\0')
            scope_put(s, dmn_normal(s->m->mem, arena_printf(s->m->mem, "%s.%s", im->prefix, l->variable)), l);
        else
            scope_put(s, l->variable, l);
    }
}

struct feel_names graph_names(struct dmn *m, uint32_t i)
{
    const struct dmn_element *e = &m->element[i];
    struct scope s = {.m = m, .of = &m->logic[i], .seen = map_new(m->mem)};
    size_t most = 1;

    for (uint32_t k = 0; k < e->n_need; k++)
        most += ways(&s, m->logic[e->need[k]].part);
    s.name = ARENA_NEW_N(m->mem, const char *, most);
    s.element = ARENA_NEW_N(m->mem, uint16_t, most);
    for (uint32_t k = 0; k < e->n_need; k++)
        scope_add(&s, &m->logic[e->need[k]]);
    if (e->kind == DMN_KNOWLEDGE)
        scope_put(&s, m->logic[i].variable, &m->logic[i]);
    return (struct feel_names){.name = s.name, .n = s.n, .outer = &m->members, .element = s.element, .closed = true};
}
