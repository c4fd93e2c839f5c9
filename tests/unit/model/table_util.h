/* tests/unit/model/table_util.h - a decision table without a model around it: from its XML to answers, by index and by scan. */
#ifndef TESTS_MODEL_TABLE_UTIL_H
#define TESTS_MODEL_TABLE_UTIL_H

#include <stdio.h>

#include "base/buf.h"
#include "model/dmn/dmn_int.h"

enum { UTIL_TABLE_MAX = 16 * 1024 * 1024 };

struct util_table {
    struct arena *mem;
    struct findings findings;
    struct feel_prog *prog;
    struct node *node;
    const struct table *table;
};

/* ---- a table in few words ----
 *
 * One line each, fields between "|", trailing ones may be left out:
 *
 *   hit POLICY | AGGREGATION
 *   in EXPRESSION | TYPE | VALUES | LABEL
 *   out NAME | TYPE | VALUES | DEFAULT
 *   note NAME                                 an annotation column
 *   rule CELL | CELL => ENTRY | ENTRY => ANNOTATION */

static inline void util_escaped(struct buf *b, const char *p, size_t n)
{
    while (n > 0 && *p == ' ')
        p++, n--;
    while (n > 0 && p[n - 1] == ' ')
        n--;
    for (; n > 0; p++, n--)
        if (*p == '<' || *p == '&' || *p == '"')
            buf_fmt(b, "&#%d;", *p);
        else
            buf_char(b, *p);
}

/* The field I of a line that ends at END, with AROUND before and after it; an empty one is left out. */
static inline void util_field(struct buf *b, const char *line, const char *end, int i, const char *const around[2])
{
    const char *stop;

    for (; i > 0 && line != NULL; i--) {
        line = memchr(line, '|', (size_t)(end - line));
        line = line != NULL ? line + 1 : NULL;
    }
    if (line == NULL)
        return;
    stop = memchr(line, '|', (size_t)(end - line));
    stop = stop != NULL ? stop : end;
    while (line < stop && *line == ' ')
        line++;
    if (line == stop)
        return;
    buf_str(b, around[0]);
    util_escaped(b, line, (size_t)(stop - line));
    buf_str(b, around[1]);
}

#define UTIL_FIELD(i, before, after) util_field(b, line, end, (i), (const char *const[]){(before), (after)})

static inline void util_cells(struct buf *b, const char *line, const char *end, const char *tag)
{
    for (const char *stop; line <= end; line = stop + 1) {
        stop = memchr(line, '|', (size_t)(end - line));
        stop = stop != NULL ? stop : end;
        buf_fmt(b, "<%s><text>", tag);
        util_escaped(b, line, (size_t)(stop - line));
        buf_fmt(b, "</text></%s>", tag);
    }
}

static inline void util_rule(struct buf *b, const char *line, const char *end)
{
    const char *const tag[] = {"inputEntry", "outputEntry", "annotationEntry"};

    buf_str(b, "<rule>");
    for (int i = 0; i < 3 && line != NULL; i++) {
        const char *stop = memmem(line, (size_t)(end - line), "=>", 2), *last = stop != NULL ? stop : end;
        if (i > 0 || strspn(line, " ") < (size_t)(last - line))
            util_cells(b, line, last, tag[i]);
        line = stop != NULL ? stop + 2 : NULL;
    }
    buf_str(b, "</rule>\n");
}

static inline void util_line(struct buf *b, const char *line, const char *end)
{
    size_t word = strcspn(line, " \n");
    const char *all = line;

    line += word;
    if (strncmp(all, "hit", word) == 0) {
        UTIL_FIELD(0, " hitPolicy=\"", "\"");
        UTIL_FIELD(1, " aggregation=\"", "\"");
    } else if (strncmp(all, "in", word) == 0) {
        buf_str(b, "<input");
        UTIL_FIELD(3, " label=\"", "\"");
        buf_str(b, "><inputExpression");
        UTIL_FIELD(1, " typeRef=\"", "\"");
        buf_str(b, ">");
        UTIL_FIELD(0, "<text>", "</text>");
        buf_str(b, "</inputExpression>");
        UTIL_FIELD(2, "<inputValues><text>", "</text></inputValues>");
        buf_str(b, "</input>\n");
    } else if (strncmp(all, "out", word) == 0) {
        buf_str(b, "<output");
        UTIL_FIELD(0, " name=\"", "\"");
        UTIL_FIELD(1, " typeRef=\"", "\"");
        buf_str(b, ">");
        UTIL_FIELD(2, "<outputValues><text>", "</text></outputValues>");
        UTIL_FIELD(3, "<defaultOutputEntry><text>", "</text></defaultOutputEntry>");
        buf_str(b, "</output>\n");
    } else if (strncmp(all, "note", word) == 0)
        UTIL_FIELD(0, "<annotation name=\"", "\"/>\n");
    else
        util_rule(b, line, end);
}

/* A model whose only decision is the table of TEXT; its first line is the hit policy. */
static inline const char *util_xml(struct arena *mem, const char *text)
{
    struct buf out = buf_new(mem, UTIL_TABLE_MAX), *b = &out;
    const char *line = text;

    buf_str(b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\"><decision name=\"t\"><decisionTable");
    for (int i = 0; *line != '\0'; i++) {
        const char *end = strchrnul(line, '\n');
        util_line(b, line, end);
        if (i == 0)
            buf_str(b, ">\n");
        line = *end == '\n' ? end + 1 : end;
    }
    buf_str(b, "</decisionTable></decision></definitions>");
    return buf_text(b);
}

/* Reads the table of the first decision in XML; LIMITS may be NULL. */
static inline struct util_table util_read(struct arena *mem, const char *xml, const struct dmn_limits *limits)
{
    static const struct xml_limits size = {
        .bytes = UTIL_TABLE_MAX, .tag = 4096, .attributes = 64, .namespaces = 64, .depth = 64, .nodes = 400000};
    struct util_table u = {.mem = mem};
    struct xml_node *root = NULL;
    struct xml_error error = {0};

    if (xml_read(mem, (struct span){xml, strlen(xml)}, &size, &root, &error) != OK) {
        fprintf(stderr, "table_util: line %d: %s\n", error.line, error.message);
        return u;
    }
    struct dmn *m = ARENA_NEW(mem, struct dmn);
    struct dmn_part *part = ARENA_NEW(mem, struct dmn_part);
    *part = (struct dmn_part){.file = "t.dmn", .ns = "", .name = "t", .id = "t", .root = root, .definitions = map_new(mem)};
    part->ids = map_new(mem);
    *m =
        (struct dmn){.mem = mem, .f = ARENA_NEW(mem, struct findings), .limits = limits != NULL ? *limits : dmn_limits_default};
    *m->f = findings_new(mem);
    m->part = part;
    m->n_part = 1;
    types_read(m);
    struct dmn_build b = {.mem = mem, .model = m, .f = m->f, .limits = &m->limits, .part = part, .element = "t", .id = "t"};
    b.where = "";
    b.p = box_begin(mem, NULL, &part->types);
    u.node = table_read(&b, build_child(dmn_child(root, "decision")));
    u.prog = box_end(b.p, u.node);
    u.table = table_of(u.node);
    table_seal(mem, b.tables);
    u.findings = *m->f;
    return u;
}

static inline struct util_table util_table(struct arena *mem, const char *text)
{
    return util_read(mem, util_xml(mem, text), NULL);
}

struct util_answer {
    enum err err;
    struct val value;
    const struct feel_note *note;
    const struct dmn_hit *hit;
};

/* Variables: entries of a context. */
static inline bool util_get(const void *ctx, const char *name, struct val *out)
{
    *out = val_get(*(const struct val *)ctx, name);
    return true;
}

/* Evaluates in MEM with the entries of the context VARIABLES; SCAN: without index. */
static inline struct util_answer util_consult(const struct util_table *u, struct arena *mem, struct val variables, bool scan)
{
    const struct feel_env env = {.get = util_get, .ctx = &variables};
    struct util_answer a = {.value = val_null()};
    struct node node = *u->node;
    struct feel_prog prog = *u->prog;
    struct dmn_trace trace = {.n = 0};
    struct feel_note *note = NULL;
    struct state s;

    if (scan)
        node.ev = table_scan;
    prog.root = &node;
    trace.last = &trace.first;
    state_begin(&s, &env, mem);
    s.trace = &trace;
    a.value = eval_program(&s, &prog);
    a.err = state_end(&s, "t", &a.value, &note);
    a.note = note;
    a.hit = trace.first;
    return a;
}

#endif
