/* tests/unit/model/test_dmn_rules.c - what an author is told of a decision model, with lines; and the limits of models. */
#include "dmn_util.h"

/* clang-format off */
#define TABLE(attributes, inside) "<decisionTable " attributes ">" inside "</decisionTable>"
#define IN(text) "<input><inputExpression><text>" text "</text></inputExpression></input>"
#define RULE1(in, out) "<rule><inputEntry><text>" in "</text></inputEntry><outputEntry><text>" out "</text></outputEntry></rule>"

static const struct {
    const char *rule, *xml;
    int line;
    bool read; /* a model comes out of it nevertheless */
} bad[] = {
    {"dmn-xml",                 "<definitions>\n<decision>", 2, false},
    {"dmn-xml",                 "<!DOCTYPE definitions><definitions xmlns='" DMN_NS "'/>", 1, false},
    {"dmn-not-dmn",             "\n<definitions xmlns='urn:x'/>", 2, false},
    {"dmn-import-unknown",      MODEL("<import namespace='urn:x' name='x' importType='" DMN_NS "'/>"), 2, true},
    {"dmn-import-ignored",      MODEL("<import namespace='urn:x' name='x' importType='urn:xsd'/>"), 2, true},
    {"dmn-import-twice",        MODEL("<import namespace='urn:m' name='x'/>\n<import namespace='urn:m' name='x'/>"), 3, true},
    {"dmn-id-duplicate",        MODEL("<decision id='a' name='b'/>\n<inputData id='a' name='c'/>"), 3, true},
    {"dmn-name-missing",        MODEL("\n<decision id='a'/>"), 3, true},
    {"dmn-name-duplicate",      MODEL("<decision id='a' name='x'/>\n<decision id='b' name='x'/>"), 3, true},
    {"dmn-name-duplicate",      MODEL("<decision id='a' name='x'/>" INPUT("x", "Any") DECISION("d", NEEDS("Decision", "#a") NEEDS("Input", "#x") LITERAL("x"))), 3, true},
    {"dmn-variable-differs",    MODEL("<decision id='a' name='x'>\n<variable name='y'/></decision>"), 3, true},
    {"dmn-reference-missing",   MODEL(DECISION("a", "\n" NEEDS("Decision", "#none") LITERAL("1"))), 3, true},
    {"dmn-reference-missing",   MODEL(DECISION("a", "\n" NEEDS("Decision", "b") LITERAL("1")) DECISION("b", LITERAL("1"))), 3, true},
    {"dmn-reference-missing",   MODEL(DECISION("a", "\n" NEEDS("Decision", "urn:x#b") LITERAL("1")) DECISION("b", LITERAL("1"))), 3, true},
    {"dmn-reference-kind",      MODEL(DECISION("a", NEEDS("Input", "#b") LITERAL("1")) DECISION("b", LITERAL("1"))), 2, true},
    {"dmn-reference-kind",      MODEL("<decisionService id='s' name='s'>\n<outputDecision href='#i'/></decisionService>" INPUT("i", "Any")), 3, true},
    {"dmn-cycle",               MODEL("\n" DECISION("a", NEEDS("Decision", "#a") LITERAL("a"))), 3, true},
    {"dmn-knowledge-cycle",     MODEL("<businessKnowledgeModel id='k' name='k'>" KNOWS("#k") "</businessKnowledgeModel>"), 2, true},
    {"dmn-unused",              MODEL("\n" INPUT("i", "Any")), 3, true},
    {"dmn-unused",              MODEL("\n" KNOWLEDGE("k", LITERAL("1"))), 3, true},
    {"dmn-logic-missing",       MODEL("\n<decision id='a' name='a'/>"), 3, true},
    {"dmn-service-output",      MODEL("\n<decisionService id='s' name='s'/>"), 3, true},
    {"dmn-type-unknown",        MODEL("\n" INPUT("i", "tNone")), 3, true},
    {"dmn-type-duplicate",      MODEL("<itemDefinition name='t'/>\n<itemDefinition name='t'/>"), 3, true},
    {"dmn-type-circle",         MODEL("<itemDefinition name='t'><typeRef>t</typeRef></itemDefinition>"), 2, true},
    {"dmn-type-recursive",      MODEL("<itemDefinition name='t'>\n<itemComponent name='c'><typeRef>t</typeRef></itemComponent></itemDefinition>"), 3, true},
    {"dmn-type-language",       MODEL("<itemDefinition name='t' typeLanguage='http://www.w3.org/2001/XMLSchema'><typeRef>x</typeRef></itemDefinition>"), 2, true},
    {"dmn-expression-language", MODEL(DECISION("a", "\n<literalExpression expressionLanguage='urn:python'><text>1</text></literalExpression>")), 3, true},
    {"dmn-expression-broken",   MODEL(DECISION("a", "<literalExpression>\n<text>\n1 +\n* 2</text></literalExpression>")), 5, true},
    {"dmn-name-unknown",        MODEL(DECISION("a", "\n" LITERAL("1 +\nb")) INPUT("i", "Any")), 4, true},
    {"dmn-input-implicit",      MODEL("\n" DECISION("a", LITERAL("1 + b"))), 3, true},
    {"dmn-expression-unknown",  MODEL(DECISION("a", "<list>\n<guess/></list>")), 3, true},
    {"dmn-expression-missing",  MODEL(DECISION("a", "<conditional>\n</conditional>")), 2, true},
    {"dmn-expression-missing",  MODEL(DECISION("a", "\n<literalExpression><text> </text></literalExpression>")), 3, true},
    {"dmn-entry",               MODEL(DECISION("a", "<context>\n<contextEntry>" LITERAL("1") "</contextEntry>\n<contextEntry>" LITERAL("1") "</contextEntry></context>")), 3, true},
    {"dmn-relation",            MODEL(DECISION("a", "<relation><column name='x'/>\n<row/></relation>")), 3, true},
    {"dmn-relation",            MODEL(DECISION("a", "<relation><column name='x'/>\n<row>" LITERAL("1") LITERAL("2") "</row></relation>")), 3, true},
    {"dmn-relation",            MODEL(DECISION("a", "<relation><column name='x'/>\n<column name='x'/></relation>")), 3, true},
    {"dmn-parameter",           MODEL(DECISION("a", "<functionDefinition>\n<formalParameter/>" LITERAL("1") "</functionDefinition>")), 3, true},
    {"dmn-parameter",           MODEL(DECISION("a", "<invocation>" LITERAL("abs") "\n<binding/></invocation>")), 3, true},
    {"dmn-parameter",           MODEL(DECISION("a", "\n<for><in>" LITERAL("[]") "</in><return>" LITERAL("1") "</return></for>")), 3, true},
    {"dmn-external",            MODEL(DECISION("a", "\n<functionDefinition kind='PMML'/>")), 3, true},
    {"dmn-table-policy",        MODEL(DECISION("a", "\n" TABLE("hitPolicy='GUESS'", IN("1") "<output/>" RULE1("1", "1")))), 3, true},
    {"dmn-table-columns",       MODEL(DECISION("a", "\n" TABLE("", IN("1") IN("2") "<output/>\n" RULE1("1", "1")))), 4, true},
    {"dmn-table-output",        MODEL(DECISION("a", "\n" TABLE("hitPolicy='PRIORITY'", IN("1") "<output/>" RULE1("1", "1")))), 3, true},
    {"dmn-table-value",         MODEL(DECISION("a", TABLE("", IN("1") "<output><outputValues><text>1, 2</text></outputValues></output>\n" RULE1("1", "3")))), 3, true},
    {"dmn-too-many",            MODEL(DECISION("a", "\n" TABLE("", IN("1") "<output/>" RULE1("1", "1") RULE1("2", "1") RULE1("3", "1") RULE1("4", "1") RULE1("5", "1")))), 3, true},
};
/* clang-format on */

static const struct dmn_limits few = {.bytes = 4000, .xml = 100, .elements = 5, .rules = 4, .columns = 4, .depth = 4};

static void test_findings(void **state)
{
    size_t n;
    const struct dmn_rule *rules = dmn_rules(&n);

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *mem = arena_new(0);
        struct util_dmn u = util_dmn_limited(mem, bad[i].xml, &few);
        const struct finding *one = util_finding(&u.f, bad[i].rule);
        while (one != NULL && one->line != bad[i].line)
            one = one->next;
        if (one == NULL || strcmp(one->rule, bad[i].rule) != 0) {
            fprintf(stderr, "row %zu, %s:\n", i, bad[i].rule);
            for (one = u.f.first; one != NULL; one = one->next)
                fprintf(stderr, "  %d %s: %s\n", one->line, one->rule, one->message);
            assert_non_null(one);
        }
        for (size_t k = 0; k < n; k++)
            if (strcmp(rules[k].id, one->rule) == 0)
                assert_int_equal(one->severity, rules[k].severity);
        assert_int_equal(u.err, bad[i].read ? OK : E_FINDINGS);
        assert_int_equal(u.model != NULL, bad[i].read);
        arena_free(mem);
    }
}

/* Each rule has a row (those about the rules of tables in test_dmn_table.c), and an id and a sentence of its own. */
static void test_rules(void **state)
{
    size_t n;
    const struct dmn_rule *rules = dmn_rules(&n);

    for (size_t k = 0; k < n; k++) {
        bool row = strncmp(rules[k].id, "dmn-table-", 10) == 0;
        for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
            row = row || strcmp(bad[i].rule, rules[k].id) == 0;
        if (!row)
            fprintf(stderr, "no row for %s\n", rules[k].id);
        assert_true(row);
        assert_true(strlen(rules[k].prose) > 10);
        for (size_t j = 0; j < k; j++)
            assert_string_not_equal(rules[j].id, rules[k].id);
    }
}

/* ---- limits ---- */

/* N times UNIT between HEAD and TAIL, '@' in it being its number. */
static const char *repeat(struct arena *mem, const char *head, const char *unit, int n, const char *tail)
{
    struct buf b = buf_new(mem, 1 << 20);

    buf_str(&b, head);
    for (int i = 0; i < n; i++)
        for (const char *p = unit; *p != '\0'; p++)
            if (*p == '@')
                buf_fmt(&b, "%d", i);
            else
                buf_char(&b, *p);
    buf_str(&b, tail);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static const char head[] = "<definitions xmlns='" DMN_NS "' name='m' namespace='urn:m'>";
static const char tail[] = "</definitions>";

static bool says_too_many(struct arena *mem, const char *xml, enum err *e)
{
    struct util_dmn u = util_dmn_limited(mem, xml, &few);

    *e = u.err;
    return util_finding(&u.f, "dmn-too-many") != NULL;
}

static void test_limits_of_files(void **state)
{
    struct arena *mem = arena_new(0);
    enum err e;

    for (uint32_t over = 0; over < 2; over++) {
        assert_int_equal(
            says_too_many(mem, repeat(mem, head, "<decision id='d@' name='d@'/>", (int)(few.elements + over), tail), &e),
            over == 1);
        assert_int_equal(e, over == 1 ? E_FINDINGS : OK);
        /* one element of XML is the root */
        struct util_dmn u = util_dmn_limited(mem, repeat(mem, head, "<extension/>", (int)(few.xml - 1 + over), tail), &few);
        assert_int_equal(u.err, over == 1 ? E_FINDINGS : OK);
        char *blanks = arena_printf(mem, "%s%*s%s", head, (int)(few.bytes + over - strlen(head) - strlen(tail)), "", tail);
        assert_int_equal(strlen(blanks), few.bytes + over);
        assert_int_equal(util_dmn_limited(mem, blanks, &few).err, over == 1 ? E_FINDINGS : OK);
    }
    arena_free(mem);
}

static const char *nested(struct arena *mem, const char *open, const char *close, int n, const char *inside)
{
    return arena_printf(mem, "%s%s%s", repeat(mem, "", open, n, ""), inside, repeat(mem, "", close, n, ""));
}

static void test_limits_of_depth(void **state)
{
    struct arena *mem = arena_new(0);
    enum err e;

    for (uint32_t over = 0; over < 2; over++) {
        /* a text inside of lists: it is the last level itself */
        const char *logic = nested(mem, "<list>", "</list>", (int)(few.depth - 1 + over), LITERAL("1"));
        const char *xml = arena_printf(mem, "%s<decision id='d' name='d'>%s</decision>%s", head, logic, tail);
        assert_int_equal(says_too_many(mem, xml, &e), over == 1);
        assert_int_equal(e, OK);
        struct util_dmn u = util_dmn_limited(mem, xml, &few);
        assert_string_equal(util_says_value(mem, u.model, "d"), over == 1 ? "[[[[null]]]]" : "[[[1]]]");
        struct buf chain = buf_new(mem, 4000); /* each type refers to the next */
        for (uint32_t i = 0; i < few.depth + over; i++)
            buf_fmt(&chain, "<itemDefinition name='t%u'><typeRef>t%u</typeRef></itemDefinition>", i, i + 1);
        buf_fmt(&chain, "<itemDefinition name='t%u'><typeRef>Any</typeRef></itemDefinition>", few.depth + over);
        assert_int_equal(says_too_many(mem, arena_printf(mem, "%s%s%s", head, buf_text(&chain), tail), &e), over == 1);
        const char *parts = nested(mem, "<itemComponent name='c'>", "</itemComponent>", (int)(few.depth + over), "");
        xml = arena_printf(mem, "%s<itemDefinition name='t'>%s</itemDefinition>%s", head, parts, tail);
        assert_int_equal(says_too_many(mem, xml, &e), over == 1);
        assert_int_equal(e, OK);
    }
    arena_free(mem);
}

/* Elements that one element requires: each name in each of its texts is looked for among them. */
static void test_limits_of_needs(void **state)
{
    enum { NEEDS_MOST = 500 };
    struct arena *mem = arena_new(0);

    for (int over = 0; over < 2; over++) {
        const char *inputs = repeat(mem, head, "<inputData id='i@' name='i@'/>", NEEDS_MOST + over, "");
        const char *needed = repeat(mem, "<decision id='d' name='d'>",
                                    "<informationRequirement><requiredInput href='#i@'/></informationRequirement>",
                                    NEEDS_MOST + over, "<literalExpression><text>1</text></literalExpression></decision>");
        struct util_dmn u = util_dmn(mem, arena_printf(mem, "%s%s%s", inputs, needed, tail));
        assert_int_equal(util_finding(&u.f, "dmn-too-many") != NULL, over == 1);
        assert_string_equal(util_says_value(mem, u.model, "d"), "1");
    }
    arena_free(mem);
}

static void test_limits_of_imports(void **state)
{
    enum { FILES = 6 };
    struct arena *mem = arena_new(0);

    for (uint32_t over = 0; over < 2; over++) {
        struct dmn_file file[FILES];
        struct findings f = findings_new(mem);
        struct dmn *m;
        size_t n = few.depth + over;
        for (size_t i = 0; i <= n; i++) {
            const char *import = i < n ? arena_printf(mem, "<import namespace='urn:%zu' name='next'/>", i + 1) : "";
            const char *xml =
                arena_printf(mem, "<definitions xmlns='" DMN_NS "' namespace='urn:%zu' name='m'>%s</definitions>", i, import);
            file[i] = util_dmn_file("x.dmn", xml);
        }
        const struct dmn_source s = {.model = file[0], .import = file + 1, .n_import = n, .limits = &few};
        assert_int_equal(dmn_read(mem, &s, &f, &m), over == 1 ? E_FINDINGS : OK);
    }
    arena_free(mem);
}

static void test_limits_of_tables(void **state)
{
    struct arena *mem = arena_new(0);
    enum err e;

    for (uint32_t over = 0; over < 2; over++) {
        const char *rules =
            repeat(mem,
                   "<decision id='d' "
                   "name='d'><decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/>",
                   "<rule><inputEntry><text>@</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>",
                   (int)(few.rules + over), "</decisionTable></decision>");
        assert_int_equal(says_too_many(mem, arena_printf(mem, "%s%s%s", head, rules, tail), &e), over == 1);
        assert_int_equal(e, OK);
        const char *columns = repeat(mem, "<decision id='d' name='d'><decisionTable>",
                                     "<input><inputExpression><text>@</text></inputExpression></input>",
                                     (int)(few.columns - 1 + over), "<output/></decisionTable></decision>");
        assert_int_equal(says_too_many(mem, arena_printf(mem, "%s%s%s", head, columns, tail), &e), over == 1);
        assert_int_equal(e, OK);
    }
    arena_free(mem);
}

/* ---- limits of one evaluation: what just suffices, and one less ---- */

/* clang-format off */
static const char work[] = MODEL(
    DECISION("steps", LITERAL("sum(for i in 1..50 return i * i)"))
    DECISION("list", LITERAL("count(for i in 1..50 return i)"))
    DECISION("string", LITERAL("string length(\"aaaaaaaaaa\" + string(now()))"))
    KNOWLEDGE("down", "<formalParameter name='n'/>" LITERAL("if n = 0 then 0 else down(n - 1)"))
    DECISION("depth", KNOWS("#down") LITERAL("down(20)"))
    "<decisionService id='s' name='s'><outputDecision href='#steps'/></decisionService>"
    DECISION("calls", KNOWS("#s") LITERAL("s() + (function(x) s() + x)(1)"))
    DECISION("bytes", LITERAL("count(for i in 1..200 return [i, i, i])"))
    DECISION("match", LITERAL("matches(\"aaaaaaaaaaaaaaaaaaaaaaaab\", \"(a+)+$\")")));
/* clang-format on */

static enum err decide_with(const struct dmn *m, const char *name, const struct feel_limits *limits)
{
    struct arena *mem = arena_new(0);
    struct dmn_call call = {.model = m, .limits = limits};
    struct dmn_answer a;

    call.element = (uint32_t)dmn_find(m, DMN_DECISION, name);
    enum err e = dmn_decide(&call, mem, &a);
    assert_true(e == OK || val_is(a.value, VAL_NULL));
    arena_free(mem);
    return e;
}

static void set_limit(struct feel_limits *l, const char *which, uint64_t n)
{
    if (strcmp(which, "steps") == 0)
        l->steps = n;
    else if (strcmp(which, "depth") == 0)
        l->depth = (uint32_t)n;
    else if (strcmp(which, "list") == 0)
        l->list = (uint32_t)n;
    else if (strcmp(which, "string") == 0)
        l->string = (uint32_t)n;
    else
        l->bytes = n;
}

/* The least limit with which NAME is decided; every lower one stops it with E. */
static uint64_t least(const struct dmn *m, const char *name, const char *which, enum err e)
{
    uint64_t low = 0, high = 1 << 24;

    while (high - low > 1) {
        uint64_t mid = low + (high - low) / 2;
        struct feel_limits limits = feel_limits_default;
        set_limit(&limits, which, mid);
        enum err got = decide_with(m, name, &limits);
        assert_true(got == OK || got == e);
        *(got == OK ? &high : &low) = mid;
    }
    return high;
}

static void test_limits_of_evaluation(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, work);
    struct feel_limits limits = feel_limits_default;

    assert_int_equal(least(u.model, "list", "list", E_TOOBIG), 50);
    assert_int_equal(least(u.model, "string", "string", E_TOOBIG), 10 + strlen("1970-01-01T00:00:00Z"));
    assert_int_equal(least(u.model, "depth", "depth", E_FUEL), 21);
    assert_int_equal(least(u.model, "calls", "depth", E_FUEL), 2);
    assert_in_range(least(u.model, "steps", "steps", E_FUEL), 150, 400);
    assert_in_range(least(u.model, "bytes", "bytes", E_TOOBIG), 200 * 3 * sizeof(struct val), 100000);
    limits.match = 100;
    struct dmn_call call = {.model = u.model, .element = (uint32_t)dmn_find(u.model, DMN_DECISION, "match"), .limits = &limits};
    struct dmn_answer a;
    enum err e = dmn_decide(&call, mem, &a);
    assert_true(e != OK || val_is(a.value, VAL_NULL));
    arena_free(mem);
}

static void test_time(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, MODEL(DECISION("d", LITERAL("count(for i in 1..90000 return string(i * i))"))));
    struct feel_limits limits = feel_limits_default;

    limits.steps = 100000000;
    limits.bytes = (size_t)1 << 30;
    limits.time = 1;
    assert_int_equal(decide_with(u.model, "d", &limits), E_FUEL);
    limits.time = 0;
    assert_int_equal(decide_with(u.model, "d", &limits), OK);
    arena_free(mem);
}

/* A chain of decisions that each need the next is decided as long as the stack allows, and stopped in good order beyond. */
static void test_long_chains(void **state)
{
    struct arena *mem = arena_new(0);

    for (int n = 100; n <= 3000; n += 2900) {
        struct buf b = buf_new(mem, 4 << 20);
        buf_str(&b, head);
        for (int i = 0; i < n; i++)
            buf_fmt(
                &b,
                "<decision id='d%d' name='d%d'><informationRequirement><requiredDecision href='#d%d'/></informationRequirement>"
                "<literalExpression><text>d%d + 1</text></literalExpression></decision>",
                i, i, i + 1, i + 1);
        buf_fmt(&b, "<decision id='d%d' name='d%d'><literalExpression><text>0</text></literalExpression></decision>%s", n, n,
                tail);
        struct util_dmn u = util_dmn(mem, buf_text(&b));
        assert_int_equal(u.f.errors, 0);
        assert_int_equal(decide_with(u.model, "d0", NULL), n == 100 ? OK : E_FUEL);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_limits_of_files),
        cmocka_unit_test(test_limits_of_depth),
        cmocka_unit_test(test_limits_of_imports),
        cmocka_unit_test(test_limits_of_needs),
        cmocka_unit_test(test_limits_of_tables),
        cmocka_unit_test(test_limits_of_evaluation),
        cmocka_unit_test(test_time),
        cmocka_unit_test(test_long_chains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
