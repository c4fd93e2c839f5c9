/* tests/fuzz/fuzz_dmn.c - model/dmn: any file is read or refused with a finding; whatever was read is decided within its limits.
 *
 * For     the reader of models, types, requirements, boxed expressions, services, tables, worlds.
 * Owns    a small writer of models, so that most inputs get past the XML.
 * Never   expects that an input is accepted, or that a decision has a value.
 * Holds   input that begins with '<' is a file (behind a line "%%", one that it may import); any other is the choices of the writer.
 *         Deciding twice says the same. What pages tell of a model that was read is bounded. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/dmn/dmn.h"
#include "model/dmn/outline.h"

enum { LIMIT_XML = 1 << 16, ELEMENTS = 6, DEEP = 6 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

/* ---- the writer ---- */

struct writer {
    const uint8_t *p, *end;
    struct buf b;
    int depth;
};

static unsigned choose(struct writer *w, unsigned n)
{
    return w->p < w->end ? *w->p++ % n : 0;
}

static const char *pick(struct writer *w, const char *const *from, unsigned n)
{
    return from[choose(w, n)];
}

static const char *name(struct writer *w)
{
    static const char *const names[] = {"a", "b c", "e0", "e1", "e2", "e3", "e4", "e5", "item", "x-y", ""};

    return pick(w, names, sizeof names / sizeof *names);
}

static const char *type(struct writer *w)
{
    static const char *const types[] = {"",   "number",      "string", "tA",   "tB",     "tC",
                                        "tF", "list&lt;tA>", "Any",    "none", "boolean"};

    return pick(w, types, sizeof types / sizeof *types);
}

/* clang-format off */
static const char *expression(struct writer *w)
{
    static const char *const texts[] = {
        "1", "\"a\"", "a + 1", "e0", "e1(2)", "e2(a: 1, b c: 2)", "[1, 2, 3]", "{a: 1, b c: e3}", "for i in 1..5 return e4", "e5.a",
        "[{a: 1}][a = 1]", "function(a) a + e0", "item &gt; 1", "if a then b c else null", "some i in e0 satisfies i = 1", "e1()()",
        "1 +", "&gt; 2", "-", "\"a\", \"b\"", "not(1)", "x-y", "a instance of tC", "e2(e1, e3)", "e3(e3)(e3)", "sort(e1, e2)",
        ("function(a) external {java: {class: \"java.lang.Math\", method signature: \"max(int,int)\"}}"),
    };

    return pick(w, texts, sizeof texts / sizeof *texts);
}
/* clang-format on */

static void box(struct writer *w);

static void within(struct writer *w, const char *tag)
{
    buf_fmt(&w->b, "<%s>", tag);
    box(w);
    buf_fmt(&w->b, "</%s>", tag);
}

static void literal(struct writer *w)
{
    buf_fmt(&w->b, "<literalExpression typeRef='%s'><text>%s</text></literalExpression>", choose(w, 4) == 0 ? type(w) : "",
            expression(w));
}

static void entries(struct writer *w, const char *outer, const char *inner)
{
    for (unsigned n = choose(w, 4); n > 0; n--) {
        const char *key = name(w);
        buf_fmt(&w->b, "<%s>", outer);
        if (*key != '\0')
            buf_fmt(&w->b, "<%s name='%s' typeRef='%s'/>", inner, key, choose(w, 4) == 0 ? type(w) : "");
        box(w);
        buf_fmt(&w->b, "</%s>", outer);
    }
}

static void parameters(struct writer *w)
{
    for (unsigned n = choose(w, 3); n > 0; n--)
        buf_fmt(&w->b, "<formalParameter name='%s' typeRef='%s'/>", name(w), choose(w, 2) == 0 ? type(w) : "");
}

static void relation(struct writer *w)
{
    for (unsigned n = choose(w, 4); n > 0; n--)
        buf_fmt(&w->b, "<column name='%s'/>", name(w));
    for (unsigned n = choose(w, 3); n > 0; n--) {
        buf_str(&w->b, "<row>");
        for (unsigned k = choose(w, 4); k > 0; k--)
            box(w);
        buf_str(&w->b, "</row>");
    }
}

static void table(struct writer *w)
{
    static const char *const policies[] = {"UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT", "?"};
    unsigned in = choose(w, 3), out = 1 + choose(w, 2);

    buf_fmt(&w->b, "<decisionTable hitPolicy='%s'%s>", pick(w, policies, 8), choose(w, 3) == 0 ? " aggregation='SUM'" : "");
    for (unsigned i = 0; i < in; i++)
        buf_fmt(&w->b, "<input><inputExpression typeRef='%s'><text>%s</text></inputExpression></input>", type(w),
                expression(w));
    for (unsigned i = 0; i < out; i++)
        buf_fmt(&w->b, "<output name='%s'><outputValues><text>%s</text></outputValues></output>", name(w), expression(w));
    for (unsigned n = choose(w, 6); n > 0; n--) {
        buf_str(&w->b, "<rule>");
        for (unsigned i = 0; i < in; i++)
            buf_fmt(&w->b, "<inputEntry><text>%s</text></inputEntry>", expression(w));
        for (unsigned i = 0; i < out; i++)
            buf_fmt(&w->b, "<outputEntry><text>%s</text></outputEntry>", expression(w));
        buf_str(&w->b, "</rule>");
    }
    buf_str(&w->b, "</decisionTable>");
}

static void iterator(struct writer *w, const char *tag, const char *body)
{
    buf_fmt(&w->b, "<%s iteratorVariable='%s'>", tag, name(w));
    within(w, "in");
    within(w, body);
    buf_fmt(&w->b, "</%s>", tag);
}

static void branches(struct writer *w)
{
    buf_str(&w->b, "<conditional>");
    within(w, "if");
    within(w, "then");
    within(w, "else");
    buf_str(&w->b, "</conditional>");
}

static void filter(struct writer *w)
{
    buf_str(&w->b, "<filter>");
    within(w, "in");
    within(w, "match");
    buf_str(&w->b, "</filter>");
}

static void function(struct writer *w)
{
    static const char *const kinds[] = {"FEEL", "FEEL", "Java", "PMML"};

    buf_fmt(&w->b, "<functionDefinition kind='%s'>", pick(w, kinds, 4));
    parameters(w);
    box(w);
    buf_str(&w->b, "</functionDefinition>");
}

static void box(struct writer *w)
{
    unsigned kind = ++w->depth > DEEP ? 0 : choose(w, 14);

    switch (kind) {
    case 1:
        buf_str(&w->b, "<context>");
        entries(w, "contextEntry", "variable");
        buf_str(&w->b, "</context>");
        break;
    case 2:
        buf_str(&w->b, "<list>");
        for (unsigned n = choose(w, 4); n > 0; n--)
            box(w);
        buf_str(&w->b, "</list>");
        break;
    case 3:
        buf_str(&w->b, "<relation>");
        relation(w);
        buf_str(&w->b, "</relation>");
        break;
    case 4:
        buf_str(&w->b, "<invocation>");
        literal(w);
        entries(w, "binding", "parameter");
        buf_str(&w->b, "</invocation>");
        break;
    case 5:
        function(w);
        break;
    case 6:
        branches(w);
        break;
    case 7:
        filter(w);
        break;
    case 8:
        iterator(w, "for", "return");
        break;
    case 9:
        iterator(w, choose(w, 2) == 0 ? "some" : "every", "satisfies");
        break;
    case 10:
        table(w);
        break;
    default:
        literal(w);
        break;
    }
    w->depth--;
}

static void requirements(struct writer *w)
{
    for (unsigned n = choose(w, 4); n > 0; n--)
        buf_fmt(&w->b, "<informationRequirement><required%s href='#e%u'/></informationRequirement>",
                choose(w, 2) == 0 ? "Decision" : "Input", choose(w, ELEMENTS));
    for (unsigned n = choose(w, 3); n > 0; n--)
        buf_fmt(&w->b, "<knowledgeRequirement><requiredKnowledge href='#e%u'/></knowledgeRequirement>", choose(w, ELEMENTS));
}

static void service(struct writer *w)
{
    static const char *const parts[] = {"outputDecision", "inputDecision", "inputData"};

    for (unsigned n = choose(w, 6); n > 0; n--)
        buf_fmt(&w->b, "<%s href='#e%u'/>", pick(w, parts, 3), choose(w, ELEMENTS));
}

static void element(struct writer *w, unsigned i)
{
    static const char *const tags[] = {"decision",       "decision", "decision", "inputData", "businessKnowledgeModel",
                                       "decisionService"};
    const char *tag = pick(w, tags, 6);

    buf_fmt(&w->b, "<%s id='e%u' name='e%u'><variable name='e%u' typeRef='%s'/>\n", tag, i, i, i,
            choose(w, 4) == 0 ? type(w) : "");
    if (strcmp(tag, "decisionService") == 0)
        service(w);
    else if (strcmp(tag, "inputData") != 0) {
        requirements(w);
        bool knowledge = strcmp(tag, "businessKnowledgeModel") == 0;
        if (knowledge) {
            buf_str(&w->b, "<encapsulatedLogic>");
            parameters(w);
        }
        box(w);
        buf_str(&w->b, knowledge ? "</encapsulatedLogic>" : "");
    }
    buf_fmt(&w->b, "</%s>\n", tag);
}

static const char *write(struct arena *mem, const uint8_t *data, size_t size)
{
    struct writer w = {.p = data, .end = data + size, .b = buf_new(mem, LIMIT_XML)};

    buf_str(&w.b,
            "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='urn:m'>\n"
            "<itemDefinition name='tF'><functionItem outputTypeRef='tA'><parameters name='a' typeRef='number'/></functionItem>"
            "</itemDefinition>");
    for (char t = 'A'; t <= 'C'; t++) {
        buf_fmt(&w.b, "<itemDefinition name='t%c' isCollection='%s'>", t, choose(&w, 3) == 0 ? "true" : "false");
        if (choose(&w, 2) == 0)
            buf_fmt(&w.b, "<itemComponent name='%s' isCollection='true'><typeRef>%s</typeRef></itemComponent>", name(&w),
                    type(&w));
        else
            buf_fmt(&w.b, "<typeRef>%s</typeRef><allowedValues><text>%s</text></allowedValues>", type(&w), expression(&w));
        buf_str(&w.b, "</itemDefinition>\n");
    }
    for (unsigned i = 0; i < ELEMENTS; i++)
        element(&w, i);
    buf_str(&w.b, "</definitions>");
    return buf_done(&w.b) == OK ? buf_text(&w.b) : "";
}

/* ---- what is asked ---- */

static void decide(struct arena *mem, const struct dmn *m, uint32_t i, const struct dmn_input *in, size_t n)
{
    static const struct feel_limits limits = {
        .steps = 20000, .depth = 50, .bytes = 4 << 20, .list = 2000, .string = 65536, .match = 10000, .heap = 256};
    const struct dmn_call call = {.model = m, .element = i, .input = in, .n_input = n, .limits = &limits, .explain = true};
    struct dmn_answer a, again;
    enum err e = dmn_decide(&call, mem, &a);

    must(e == OK || e == E_FUEL || e == E_TOOBIG);
    must(e == OK || val_is(a.value, VAL_NULL));
    for (const struct dmn_note *note = a.note; note != NULL; note = note->next)
        must(note->message != NULL && note->element != NULL && note->part != NULL && note->line >= 0 && note->column >= 0);
    for (const struct dmn_hit *hit = a.hit; hit != NULL; hit = hit->next)
        must(*dmn_words(mem, m, hit) != '\0');
    must(dmn_decide(&call, mem, &again) == e);
    struct buf one = buf_new(mem, 64 << 20), two = buf_new(mem, 64 << 20);
    if (e == OK && val_write(&one, a.value) == OK)
        must(val_write(&two, again.value) == OK && strcmp(buf_text(&one), buf_text(&two)) == 0);
}

static void ask(struct arena *mem, const struct dmn *m)
{
    const struct val_entry entry = {"a", val_int(3)};
    const struct dmn_input in[] = {
        {NULL, "e0", val_int(2)}, {NULL, "e3", val_context(mem, &entry, 1)}, {NULL, "a", val_text(mem, "x")}};

    for (uint32_t i = 0; i < dmn_count(m) && i < 2 * ELEMENTS; i++) {
        uint32_t n;
        const uint32_t *inputs = dmn_inputs(m, i, mem, &n);
        for (uint32_t k = 0; k < n; k++)
            must(inputs[k] < dmn_count(m) && dmn_at(m, inputs[k])->kind == DMN_INPUT);
        must((dmn_table(m, i) != NULL) == dmn_at(m, i)->table);
        decide(mem, m, i, in, sizeof in / sizeof *in * (i % 2));
    }
}

/* What pages say of the file: texts for each element, bounded. */
static void tell(struct arena *mem, const struct dmn *m, struct span file)
{
    struct outline *o;

    must(outline_read(mem, file, &o) == OK);
    for (uint32_t i = 0; i < dmn_count(m); i++) {
        const struct outline_item *item = outline_of(o, dmn_at(m, i)->id, dmn_at(m, i)->name);
        must(item->logic != NULL && strlen(item->logic) <= 64 * 1024 && strlen(item->type.shape) <= 603);
        for (uint32_t k = 0; k < item->type.n_choice; k++)
            must(item->type.choice[k] != NULL);
        for (uint32_t k = 0; k < item->n_hint; k++)
            must(item->hint[k] != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dmn_limits limits = {
        .bytes = LIMIT_XML, .xml = 2000, .elements = 50, .rules = 50, .columns = 10, .depth = 20};
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    struct dmn_file import = {.name = "import.dmn"};
    struct dmn_source s = {.model = {.name = "m.dmn"}, .import = &import, .limits = &limits};
    struct dmn *m;

    if (size > 0 && data[0] == '<') {
        const char *text = arena_strndup(mem, (const char *)data, size), *cut = memmem(text, size, "\n%%\n", 4);
        s.model.bytes = (struct span){text, cut != NULL ? (size_t)(cut - text) : size};
        if (cut != NULL) {
            import.bytes = (struct span){cut + 4, size - s.model.bytes.n - 4};
            s.n_import = 1;
        }
    } else {
        const char *text = write(mem, data, size);
        s.model.bytes = (struct span){text, strlen(text)};
    }
    enum err e = dmn_read(mem, &s, &f, &m);
    must(e == OK || (e == E_FINDINGS && f.errors > 0 && m == NULL));
    for (const struct finding *one = f.first; one != NULL; one = one->next)
        must(one->line >= 0 && *one->rule != '\0' && *one->message != '\0');
    if (e == OK) {
        ask(mem, m);
        tell(mem, m, s.model.bytes);
    }
    arena_free(mem);
    return 0;
}
