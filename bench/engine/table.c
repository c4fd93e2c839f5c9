/* bench/engine/table.c - decision tables alone, in memory: reading a model, deciding by index and by scan.
 *
 * For     `make bench-table`; table MODEL DECISION INPUTS measures a model of one's own (INPUTS: a line of typed JSON a decision).
 * Owns    nothing but its clock and a generator of tables as a service desk has them.
 * Never   measures reading of files.
 * Holds   index and scan must give the same answers, else it ends with an error. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "model/dmn/dmn_int.h"

enum { LIMIT_FILE = 16 << 20, LIMIT_ROWS = 256, READ_ROUNDS = 20, TARGET_US = 300000 };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "table: %s: %s\n", what, trouble()->text);
    exit(1);
}

struct work {
    struct arena *mem;
    struct span text;
    struct val row[LIMIT_ROWS]; /* contexts: an input each entry */
    size_t n;
};

/* ---- a table as a service desk has them: category, impact, urgency, tier of the customer, age ---- */

static uint32_t chance(uint32_t *seed, uint32_t n)
{
    *seed = *seed * 1664525 + 1013904223;
    return (*seed >> 8) % n;
}

static void add_cells(struct buf *b, uint32_t *seed, uint32_t ages)
{
    static const char *const category[] = {"hardware", "software", "network", "access", "mail", "phone", "print", "other"};
    static const char *const tier[] = {"gold", "silver", "bronze"};
    uint32_t age = chance(seed, ages), kind = chance(seed, 8);

    if (kind < 5)
        buf_fmt(b, "<inputEntry><text>\"%s\"</text></inputEntry>", category[chance(seed, 8)]);
    else if (kind < 7)
        buf_fmt(b, "<inputEntry><text>\"%s\", \"%s\"</text></inputEntry>", category[chance(seed, 8)],
                category[chance(seed, 8)]);
    else
        buf_fmt(b, "<inputEntry><text>not(\"%s\")</text></inputEntry>", category[chance(seed, 8)]);
    for (int i = 0; i < 2; i++)
        buf_fmt(b, "<inputEntry><text>%s%u</text></inputEntry>", chance(seed, 3) == 0 ? "&gt;= " : "", 1 + chance(seed, 4));
    buf_fmt(b, "<inputEntry><text>%s</text></inputEntry>",
            chance(seed, 3) == 0 ? "-" : arena_printf(b->mem, "\"%s\"", tier[chance(seed, 3)]));
    buf_fmt(b, "<inputEntry><text>[%u..%u)</text></inputEntry>", age, age + 1 + chance(seed, ages));
}

static struct span table_text(struct arena *mem, uint32_t rules)
{
    static const char *const input[] = {"Category", "Impact", "Urgency", "Customer Tier", "Age"};
    static const char *const type[] = {"string", "number", "number", "string", "number"};
    struct buf b = buf_new(mem, LIMIT_FILE);
    uint32_t seed = 1;

    buf_str(&b, "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"bench\" namespace=\"urn:bench\">");
    for (int i = 0; i < 5; i++)
        buf_fmt(&b, "<inputData id=\"i%d\" name=\"%s\"><variable name=\"%s\" typeRef=\"%s\"/></inputData>", i, input[i],
                input[i], type[i]);
    for (int d = 0; d < 2; d++) {
        buf_fmt(&b, "<decision id=\"d%d\" name=\"%s\"><variable name=\"%s\"/>", d, d == 0 ? "First" : "All",
                d == 0 ? "First" : "All");
        for (int i = 0; i < 5; i++)
            buf_fmt(&b, "<informationRequirement><requiredInput href=\"#i%d\"/></informationRequirement>", i);
        buf_fmt(&b, "<decisionTable hitPolicy=\"%s\">", d == 0 ? "FIRST" : "COLLECT");
        for (int i = 0; i < 5; i++)
            buf_fmt(&b, "<input><inputExpression typeRef=\"%s\"><text>%s</text></inputExpression></input>", type[i], input[i]);
        buf_str(&b, "<output name=\"queue\" typeRef=\"string\"/><output name=\"hours\" typeRef=\"number\"/>");
        for (uint32_t r = 0; r < rules; r++) {
            buf_str(&b, "<rule>");
            add_cells(&b, &seed, rules);
            buf_fmt(&b, "<outputEntry><text>\"queue %u\"</text></outputEntry><outputEntry><text>%u</text></outputEntry></rule>",
                    r, 1 + r % 72);
        }
        buf_str(&b, "</decisionTable></decision>\n");
    }
    buf_str(&b, "</definitions>");
    must(buf_done(&b) == OK, "the model");
    return (struct span){buf_text(&b), b.len};
}

static void table_rows(struct work *w, uint32_t rules)
{
    static const char *const category[] = {"hardware", "software", "network", "access", "mail", "phone", "print", "nothing"};
    static const char *const tier[] = {"gold", "silver", "bronze"};
    uint32_t seed = 2;

    for (w->n = 0; w->n < 60; w->n++) {
        const struct val_entry e[] = {{"Category", val_text(w->mem, category[chance(&seed, 8)])},
                                      {"Impact", val_int(1 + chance(&seed, 4))},
                                      {"Urgency", val_int(1 + chance(&seed, 4))},
                                      {"Customer Tier", val_text(w->mem, tier[chance(&seed, 3)])},
                                      {"Age", val_int(chance(&seed, 2 * rules))}};
        w->row[w->n] = val_context(w->mem, e, sizeof e / sizeof *e);
    }
}

/* ---- measuring ---- */

static struct node *find_table(struct node *n)
{
    struct node *found = table_of(n) != NULL ? n : NULL;

    for (uint32_t i = 0; i < n->n && found == NULL; i++)
        found = find_table(n->kid[i]);
    return found;
}

static struct val decide(const struct dmn *m, uint32_t element, struct val row, struct arena *mem)
{
    enum { MOST = 64 };
    struct dmn_input in[MOST];
    size_t n = val_count(row) < MOST ? val_count(row) : MOST;
    struct dmn_call call = {.model = m, .element = element, .input = in, .n_input = n};
    struct dmn_answer a;

    for (size_t i = 0; i < n; i++)
        in[i] = (struct dmn_input){.name = val_entry_at(row, i).key, .value = val_entry_at(row, i).value};
    must(dmn_decide(&call, mem, &a) == OK, "deciding");
    return a.value;
}

/* Microseconds a decision. */
static double measure(const struct dmn *m, uint32_t element, const struct work *w)
{
    struct arena *mem = arena_new(0);
    struct arena_mark mark = arena_mark(mem);
    double begun = now(), took = 0;
    unsigned n = 0;

    for (; took < TARGET_US; took = now() - begun)
        for (size_t i = 0; i < w->n; i++, n++) {
            decide(m, element, w->row[i], mem);
            arena_rewind(mem, mark);
        }
    arena_free(mem);
    return took / n;
}

static void same_answers(const struct dmn *m, uint32_t element, struct node *table, const struct work *w)
{
    struct arena *mem = arena_new(0);
    feel_handler *index = table->ev;
    unsigned null = 0;

    for (size_t i = 0; i < w->n; i++) {
        struct val a = decide(m, element, w->row[i], mem);
        table->ev = table_scan;
        must(strcmp(val_string(mem, a), val_string(mem, decide(m, element, w->row[i], mem))) == 0, "index and scan differ");
        table->ev = index;
        null += a.tag == VAL_NULL;
    }
    must(null < w->n || w->n == 0, "no row matches a rule");
    arena_free(mem);
}

static void one_decision(const struct dmn *m, const char *name, const struct work *w)
{
    int64_t i = dmn_find(m, DMN_DECISION, name);

    must(i >= 0, name);
    struct node *table = find_table(m->logic[i].prog->root);
    must(table != NULL, "there is no decision table");
    feel_handler *index = table->ev;
    same_answers(m, (uint32_t)i, table, w);
    double fast = measure(m, (uint32_t)i, w);
    table->ev = table_scan;
    double slow = measure(m, (uint32_t)i, w);
    table->ev = index;
    printf("  %-14s %6u rules: index %8.2f us (%.0f/s), scan %9.2f us (%.0f/s) = %.1f times\n", name,
           dmn_table(m, (uint32_t)i)->n_rule, fast, 1e6 / fast, slow, 1e6 / slow, slow / fast);
}

static struct dmn *read_model(const struct work *w, struct arena *mem)
{
    struct findings f = findings_new(mem);
    const struct dmn_source source = {.model = {.name = "bench.dmn", .bytes = w->text}};
    struct dmn *m;

    must(dmn_read(mem, &source, &f, &m) == OK, "the model");
    return m;
}

static void reading(const struct work *w)
{
    double begun = now();

    for (int i = 0; i < READ_ROUNDS; i++) {
        struct arena *mem = arena_new(0);
        read_model(w, mem);
        arena_free(mem);
    }
    printf("  %zu KiB: read and compile %.1f ms\n", w->text.n / 1024, (now() - begun) / READ_ROUNDS / 1e3);
}

static void generated(uint32_t rules)
{
    struct arena *mem = arena_new(0);
    struct work w = {.mem = mem, .text = table_text(mem, rules)};

    table_rows(&w, rules);
    reading(&w);
    const struct dmn *m = read_model(&w, mem);
    one_decision(m, "First", &w);
    one_decision(m, "All", &w);
    arena_free(mem);
}

/* ---- a model of one's own ---- */

static struct span file_read(struct arena *mem, const char *name)
{
    char *p = arena_alloc(mem, LIMIT_FILE);
    FILE *f = fopen(name, "re");

    if (f == NULL) {
        perror(name);
        exit(1);
    }
    struct span s = {p, fread(p, 1, LIMIT_FILE - 1, f)};
    fclose(f);
    return s;
}

static void given(const char *model, const char *decision, const char *inputs)
{
    struct arena *mem = arena_new(0);
    struct work w = {.mem = mem, .text = file_read(mem, model)};
    struct span rows = file_read(mem, inputs);

    for (const char *line = rows.p, *end = rows.p + rows.n; line < end && w.n < LIMIT_ROWS;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        stop = stop != NULL ? stop : end;
        must(val_read(mem, line, (size_t)(stop - line), &w.row[w.n++]) == OK, inputs);
        line = stop + 1;
    }
    reading(&w);
    one_decision(read_model(&w, mem), decision, &w);
    arena_free(mem);
}

int main(int argc, char **argv)
{
    if (argc == 4)
        given(argv[1], argv[2], argv[3]);
    else {
        printf("decision tables, one core, in memory\n");
        generated(20);
        generated(200);
        generated(2000);
    }
    return 0;
}
