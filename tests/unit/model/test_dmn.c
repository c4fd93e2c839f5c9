/* tests/unit/model/test_dmn.c - decision models read and decided: requirements, knowledge, boxes, notes. */
#include "dmn_util.h"

static void test_versions(void **state)
{
    static const struct {
        const char *ns;
        bool read;
    } rows[] = {{"http://www.omg.org/spec/DMN/20151101/dmn.xsd", true}, {"http://www.omg.org/spec/DMN/20180521/MODEL/", true},
                {"https://www.omg.org/spec/DMN/20191111/MODEL/", true}, {"https://www.omg.org/spec/DMN/20211108/MODEL/", true},
                {"https://www.omg.org/spec/DMN/20230324/MODEL/", true}, {"http://www.omg.org/spec/DMN/20130901", false},
                {"http://www.omg.org/spec/BPMN/20100524/MODEL", false}};
    struct arena *mem = arena_new(0);

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *xml = arena_printf(mem,
                                       "<d:definitions xmlns:d='%s' name='m' namespace='n'><d:decision id='a' name='a'>"
                                       "<d:literalExpression><d:text>1 + 1</d:text></d:literalExpression></d:decision>"
                                       "</d:definitions>",
                                       rows[i].ns);
        struct util_dmn u = util_dmn_limited(mem, xml, NULL);
        assert_int_equal(u.err, rows[i].read ? OK : E_FINDINGS);
        assert_int_equal(dmn_is_model(rows[i].ns, "definitions"), rows[i].read);
        assert_false(dmn_is_model(rows[i].ns, "decision"));
        if (rows[i].read)
            assert_string_equal(util_says_value(mem, u.model, "a"), "2");
        else
            assert_non_null(util_finding(&u.f, "dmn-not-dmn"));
    }
    arena_free(mem);
}

/* Each row is the logic of one decision d and what it comes to; the models beside it are the same for all. */
/* clang-format off */
static const char around[] =
    INPUT("Customer Tier", "string") INPUT("n", "number") DECISION("base", LITERAL("20"))
    KNOWLEDGE("double", "<formalParameter name='x' typeRef='number'/>" LITERAL("x * 2"))
    KNOWLEDGE("adder", "<formalParameter name='x'/><functionDefinition><formalParameter name='y'/>" LITERAL("x + y") "</functionDefinition>")
    KNOWLEDGE("fib", "<formalParameter name='k' typeRef='number'/>" LITERAL("if k &lt; 2 then k else fib(k - 1) + fib(k - 2)"))
    KNOWLEDGE("fits", "<formalParameter name='x' typeRef='number'/><literalExpression typeRef='string'><text>x</text></literalExpression>");

static const char needs[] =
    NEEDS("Decision", "#base") NEEDS("Input", "#n") KNOWS("#double") KNOWS("#adder") KNOWS("#fib") KNOWS("#fits");
/* clang-format on */

#define ENTRY(name, logic) "<contextEntry><variable name='" name "'/>" logic "</contextEntry>"
#define RESULT(logic) "<contextEntry>" logic "</contextEntry>"
#define BIND(name, logic) "<binding><parameter name='" name "'/>" logic "</binding>"

/* clang-format off */
static const struct {
    const char *logic, *value;
} boxes[] = {
    {LITERAL("base + 1"), "21"},
    {"<literalExpression typeRef='string'><text>base</text></literalExpression>", "null"},
    {"<literalExpression typeRef='number'><text>[base]</text></literalExpression>", "20"},
    {"", "null"},
    /* knowledge */
    {LITERAL("double(base)"), "40"},
    {LITERAL("double(x: 3)"), "6"},
    {LITERAL("double(y: 3)"), "null"},
    {LITERAL("double(\"a\")"), "null"},
    {LITERAL("double([4])"), "8"},
    {LITERAL("adder(1)(2)"), "3"},
    {LITERAL("fib(10)"), "55"},
    {LITERAL("fits(1)"), "null"},
    {LITERAL("sort([3, 1, 2], function(a, b) double(a) &lt; double(b))"), "[1, 2, 3]"},
    /* context */
    {"<context>" ENTRY("a", LITERAL("1")) ENTRY("b c", LITERAL("a + 1")) "</context>", "{a: 1, b c: 2}"},
    {"<context>" ENTRY("a", LITERAL("1")) ENTRY("b c", LITERAL("a + 1")) RESULT(LITERAL("a + b c + base")) "</context>", "23"},
    {"<context>" ENTRY("a", "<context>" ENTRY("b", LITERAL("2")) ENTRY("c", LITERAL("b * 2")) "</context>") RESULT(LITERAL("a.c + a.b")) "</context>", "6"},
    {"<context>" ENTRY("a", LITERAL("[1, 2, 3][item &gt; 1]")) ENTRY("b", LITERAL("for i in a return i * base")) "</context>", "{a: [2, 3], b: [40, 60]}"},
    {"<context>" RESULT(LITERAL("b")) ENTRY("b", LITERAL("1")) "</context>", "null"},
    {"<context>" ENTRY("b", LITERAL("1")) ENTRY("b", LITERAL("2")) "</context>", "null"},
    {"<context><contextEntry><variable name='a' typeRef='string'/>" LITERAL("1") "</contextEntry></context>", "{a: null}"},
    {"<context></context>", "{}"},
    /* relation, list */
    {"<relation><column name='a'/><column name='b' typeRef='number'/><row>" LITERAL("1") LITERAL("base") "</row><row>" LITERAL("2") LITERAL("\"x\"") "</row></relation>",
     "[{a: 1, b: 20}, {a: 2, b: null}]"},
    {"<relation><column name='a'/><column name='b'/><row>" LITERAL("[1, 2][item = 2]") LITERAL("a") "</row></relation>", "[{a: [2], b: null}]"},
    {"<relation><column name='a'/></relation>", "[]"},
    {"<list>" LITERAL("1") "<list>" LITERAL("base") "</list></list>", "[1, [20]]"},
    {"<list/>", "[]"},
    /* invocation, function */
    {"<invocation>" LITERAL("double") BIND("x", LITERAL("base")) "</invocation>", "40"},
    {"<invocation>" LITERAL("double") BIND("y", LITERAL("base")) "</invocation>", "null"},
    {"<invocation>" LITERAL("substring") BIND("start position", LITERAL("2")) BIND("string", LITERAL("\"abc\"")) "</invocation>", "bc"},
    {"<invocation><literalExpression><text>double</text></literalExpression><binding><parameter name='x' typeRef='string'/>" LITERAL("base") "</binding></invocation>", "null"},
    {"<invocation typeRef='string'>" LITERAL("double") BIND("x", LITERAL("base")) "</invocation>", "null"},
    {"<context>" ENTRY("f", "<functionDefinition><formalParameter name='a' typeRef='number'/><formalParameter name='b c'/>" LITERAL("a * b c + base") "</functionDefinition>")
     RESULT(LITERAL("f(2, 3)")) "</context>", "26"},
    {"<context>" ENTRY("f", "<functionDefinition kind='PMML'><formalParameter name='a'/>" LITERAL("a") "</functionDefinition>") RESULT(LITERAL("f(2)")) "</context>", "null"},
    /* conditional: its condition is a boolean */
    {"<conditional><if>" LITERAL("base = 20") "</if><then>" LITERAL("1") "</then><else>" LITERAL("2") "</else></conditional>", "1"},
    {"<conditional><if>" LITERAL("base = 21") "</if><then>" LITERAL("1") "</then><else>" LITERAL("2") "</else></conditional>", "2"},
    {"<conditional><if>" LITERAL("null") "</if><then>" LITERAL("1") "</then><else>" LITERAL("2") "</else></conditional>", "2"},
    {"<conditional><if>" LITERAL("base") "</if><then>" LITERAL("1") "</then><else>" LITERAL("2") "</else></conditional>", "null"},
    /* filter */
    {"<filter><in>" LITERAL("[1, 2, 3]") "</in><match>" LITERAL("item &gt; 1") "</match></filter>", "[2, 3]"},
    {"<filter><in>" LITERAL("[{a b: 1}, {a b: 2}]") "</in><match>" LITERAL("a b = 2") "</match></filter>", "[{a b: 2}]"},
    {"<filter><in>" LITERAL("base") "</in><match>" LITERAL("item = 20") "</match></filter>", "[20]"},
    {"<filter><in>" LITERAL("null") "</in><match>" LITERAL("true") "</match></filter>", "null"},
    {"<filter><in>" LITERAL("[1, 2]") "</in><match>" LITERAL("null") "</match></filter>", "[]"},
    {"<filter><in>" LITERAL("[1, 2]") "</in><match>" LITERAL("if item = 1 then true else 7") "</match></filter>", "null"},
    /* iterators */
    {"<for iteratorVariable='one'><in>" LITERAL("[1, 2]") "</in><return>" LITERAL("one * base") "</return></for>", "[20, 40]"},
    {"<for iteratorVariable='i'><in>" LITERAL("[1, 2, 3]") "</in><return>" LITERAL("count(partial) + i") "</return></for>", "[1, 3, 5]"},
    {"<some iteratorVariable='i'><in>" LITERAL("[1, 20]") "</in><satisfies>" LITERAL("i = base") "</satisfies></some>", "true"},
    {"<some iteratorVariable='i'><in>" LITERAL("[1, 2]") "</in><satisfies>" LITERAL("i = base") "</satisfies></some>", "false"},
    {"<every iteratorVariable='i'><in>" LITERAL("[1, 2]") "</in><satisfies>" LITERAL("i &lt; base") "</satisfies></every>", "true"},
    {"<every iteratorVariable='i'><in>" LITERAL("[1, 2]") "</in><satisfies>" LITERAL("i &lt; 2") "</satisfies></every>", "false"},
    {"<every iteratorVariable='i'><in>" LITERAL("[1, 2]") "</in><satisfies>" LITERAL("i") "</satisfies></every>", "null"},
    /* a table inside of a box */
    {"<context>" ENTRY("t", "<decisionTable hitPolicy='UNIQUE'><input><inputExpression><text>base</text></inputExpression></input><output/>"
     "<rule><inputEntry><text>&lt; 10</text></inputEntry><outputEntry><text>\"low\"</text></outputEntry></rule>"
     "<rule><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>\"high\"</text></outputEntry></rule></decisionTable>")
     RESULT(LITERAL("t")) "</context>", "high"},
    /* only what is required is known */
    {LITERAL("Customer Tier"), "null"},
    {LITERAL("d"), "null"},
    /* broken parts do not spoil the rest */
    {"<context>" ENTRY("a", LITERAL("1 +")) ENTRY("b", LITERAL("2")) "</context>", "{a: null, b: 2}"},
    {"<list>" LITERAL("1") "<literalExpression/>" "<list><decisionTable/></list></list>", "[1, null, [null]]"},
    {"<conditional><if>" LITERAL("true") "</if></conditional>", "null"},
};
/* clang-format on */

static const char *with_logic(struct arena *mem, const char *logic)
{
    return arena_printf(mem,
                        "<definitions xmlns='" DMN_NS
                        "' name='m' namespace='urn:m'>%s<decision id='d' name='d'>%s%s</decision></definitions>",
                        around, needs, logic);
}

static void test_boxes(void **state)
{
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        struct arena *mem = arena_new(0);
        struct util_dmn u = util_dmn(mem, with_logic(mem, boxes[i].logic));
        struct dmn_answer a = util_decide(mem, u.model, "d", NULL, 0);
        const char *said = a.value.tag == VAL_NULL ? "null" : val_string(mem, a.value);

        if (strcmp(said, boxes[i].value) != 0)
            fprintf(stderr, "row %zu: %s\n  is %s, not %s\n", i, boxes[i].logic, said, boxes[i].value);
        assert_string_equal(said, boxes[i].value);
        assert_string_equal(util_says_value(mem, u.model, "base"), "20");
        arena_free(mem);
    }
}

/* clang-format off */
static const char chain_model[] = MODEL(
    INPUT("a b", "number") INPUT("c", "number")
    DECISION("one", NEEDS("Input", "#a b") LITERAL("a b + 1"))
    DECISION("two", NEEDS("Decision", "urn:m#one") LITERAL("one * 2"))
    DECISION("none", NEEDS("Decision", "#two") LITERAL("if c = null then two else one")));
/* clang-format on */

static void test_required_only(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, chain_model);
    const struct dmn_input in[] = {{NULL, "a b", val_int(4)}, {NULL, "c", val_int(5)}};
    struct dmn_answer a = util_decide(mem, u.model, "two", in, 2);

    assert_string_equal(val_string(mem, a.value), "10");
    assert_null(a.note);
    a = util_decide(mem, u.model, "none", in, 2);
    assert_string_equal(val_string(mem, a.value), "10"); /* c is not required, so it is no name there */
    assert_non_null(a.note);
    assert_string_equal(a.note->message, "the name 'c' is not known here");
    assert_int_equal(util_finding(&u.f, "dmn-name-unknown")->severity, FINDING_WARNING);
    a = util_decide(mem, u.model, "two", NULL, 0);
    assert_true(val_is(a.value, VAL_NULL));
    arena_free(mem);
}

/* clang-format off */
static const char given_model[] = MODEL(
    "<decision id='one' name='one'><variable name='one' typeRef='number'/>" LITERAL("1") "</decision>"
    INPUT("i", "number") KNOWLEDGE("k", LITERAL("5"))
    DECISION("d", NEEDS("Decision", "#one") NEEDS("Input", "#i") KNOWS("#k") LITERAL("[one, i, k]")));
/* clang-format on */

/* A model that declares no input data: what its decisions name is given by name, and every user of it gets it. */
static void test_implicit(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(
        mem,
        MODEL(DECISION("pay", "<decisionTable hitPolicy='FIRST'><input><inputExpression typeRef='long'>"
                              "<text>order total</text></inputExpression></input><output/>"
                              "<rule><inputEntry><text>&gt; 100</text></inputEntry><outputEntry><text>vip</text></outputEntry>"
                              "</rule></decisionTable>")
                  DECISION("say", NEEDS("Decision", "#pay") LITERAL("if pay = null then vip else [pay, order total]"))));
    const struct dmn_input in[] = {{NULL, "order total", val_int(200)}, {NULL, "vip", val_bool(true)}};
    uint32_t n;

    assert_int_equal(u.f.errors, 0);
    assert_int_equal(u.f.infos, 2);
    int64_t say = dmn_find(u.model, DMN_DECISION, "say");
    assert_true(say >= 0);
    dmn_inputs(u.model, (uint32_t)say, mem, &n);
    assert_int_equal(n, 2);
    assert_string_equal(dmn_at(u.model, (uint32_t)dmn_find(u.model, DMN_INPUT, "order total"))->type, "long");
    assert_string_equal(val_string(mem, util_decide(mem, u.model, "say", in, 2).value), "[true, 200]");
    assert_string_equal(val_string(mem, util_decide(mem, u.model, "say", in + 1, 1).value), "true");
    arena_free(mem);
}

static void test_given(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, given_model);
    static const struct {
        const char *name, *give, *value;
    } rows[] = {{"one", "7", "[7, null, "},  {"one", "[7]", "[7, null, "}, {"one", "\"x\"", "[null, null, "},
                {"i", "3", "[1, 3, "},       {"i", "\"x\"", "[1, null, "}, {"k", "9", "[1, null, 9]"},
                {"other", "9", "[1, null, "}};

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        struct dmn_input in = {.name = rows[k].name};
        assert_int_equal(val_read(mem, rows[k].give, strlen(rows[k].give), &in.value), OK);
        struct dmn_answer a = util_decide(mem, u.model, "d", &in, 1);
        const char *said = val_string(mem, a.value);
        assert_memory_equal(said, rows[k].value, strlen(rows[k].value));
        assert_int_equal(a.note != NULL, strcmp(rows[k].give, "\"x\"") == 0);
    }
    arena_free(mem);
}

/* clang-format off */
static const char cycle_model[] = MODEL(
    DECISION("a", NEEDS("Decision", "#b") LITERAL("b"))
    DECISION("b", NEEDS("Decision", "#c") LITERAL("c"))
    DECISION("c", NEEDS("Decision", "#a") LITERAL("a"))
    DECISION("self", NEEDS("Decision", "#self") LITERAL("self"))
    DECISION("free", LITERAL("1"))
    "<businessKnowledgeModel id='p' name='p'>" KNOWS("#q") "<encapsulatedLogic><formalParameter name='n'/>"
    LITERAL("if n = 0 then \"end\" else q(n - 1)") "</encapsulatedLogic></businessKnowledgeModel>"
    "<businessKnowledgeModel id='q' name='q'>" KNOWS("#p") "<encapsulatedLogic><formalParameter name='n'/>"
    LITERAL("p(n)") "</encapsulatedLogic></businessKnowledgeModel>"
    DECISION("calls", KNOWS("#p") LITERAL("p(3)")));
/* clang-format on */

static void test_cycles(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, cycle_model);
    int circles = 0, knowledge = 0;

    for (const struct finding *one = u.f.first; one != NULL; one = one->next) {
        circles += strcmp(one->rule, "dmn-cycle") == 0;
        knowledge += strcmp(one->rule, "dmn-knowledge-cycle") == 0;
    }
    assert_int_equal(circles, 2);
    assert_int_equal(knowledge, 1);
    assert_string_equal(util_finding(&u.f, "dmn-cycle")->message,
                        "'a' requires 'b' requires 'c' requires 'a'. Break the circle.");
    struct dmn_answer a = util_decide(mem, u.model, "b", NULL, 0);
    assert_true(val_is(a.value, VAL_NULL));
    assert_string_equal(a.note->message, "'b' requires itself");
    assert_string_equal(util_says_value(mem, u.model, "self"), "null");
    assert_string_equal(util_says_value(mem, u.model, "free"), "1");
    assert_string_equal(util_says_value(mem, u.model, "calls"), "end");
    arena_free(mem);
}

/* clang-format off */
static const char knowledge_model[] = MODEL(
    KNOWLEDGE("sub", "<formalParameter name='a' typeRef='number'/><formalParameter name='b' typeRef='number'/>" LITERAL("a - b"))
    "<businessKnowledgeModel id='t' name='t'><variable name='t' typeRef='string'/>"
    "<encapsulatedLogic>" LITERAL("1") "</encapsulatedLogic></businessKnowledgeModel>"
    "<businessKnowledgeModel id='e' name='empty'/>");
/* clang-format on */

static void test_knowledge_asked(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, knowledge_model);
    const struct dmn_input in[] = {{NULL, "b", val_int(1)}, {NULL, "a", val_int(9)}};
    struct dmn_call call = {.model = u.model, .input = in, .n_input = 2};
    struct dmn_answer a;

    call.element = (uint32_t)dmn_find(u.model, DMN_KNOWLEDGE, "sub");
    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    assert_true(val_same(a.value, val_int(8)));
    const struct dmn_element *e = dmn_at(u.model, call.element);
    assert_int_equal(e->n_param, 2);
    assert_string_equal(e->param[1], "b");
    call.element = (uint32_t)dmn_find(u.model, DMN_KNOWLEDGE, "t"); /* DMN 1.1: the variable's type is that of the result */
    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    assert_true(val_is(a.value, VAL_NULL));
    assert_non_null(a.note);
    call.element = (uint32_t)dmn_find(u.model, DMN_KNOWLEDGE, "empty");
    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    assert_true(val_is(a.value, VAL_NULL));
    call.element = dmn_count(u.model);
    assert_int_equal(dmn_decide(&call, mem, &a), E_NOTFOUND);
    arena_free(mem);
}

/* clang-format off */
static const char notes_model[] = MODEL(
    "<decision id='d1' name='sum up'>\n<context>\n<contextEntry><variable name='a'/>"
    "<literalExpression>\n<text>\n  1\n  + \"x\"</text></literalExpression></contextEntry>\n"
    "<contextEntry><variable name='b' typeRef='string'/>\n" LITERAL("2") "</contextEntry></context></decision>\n"
    "<decision id='d2' name='typed'><variable name='typed' typeRef='string'/>" LITERAL("3") "</decision>"
    "<decision id='d3' name='nothing'/>");
/* clang-format on */

static void test_notes(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, notes_model);
    const struct dmn_note *n = util_decide(mem, u.model, "sum up", NULL, 0).note;

    assert_string_equal(n->element, "sum up");
    assert_string_equal(n->part, "entry a");
    assert_int_equal(n->line, 7); /* of the operator: the text begins with the line after its tag's */
    assert_int_equal(n->column, 3);
    n = n->next;
    assert_string_equal(n->part, "entry b");
    assert_string_equal(n->message, "entry b is not of type string");
    assert_int_equal(n->line, 9);
    assert_null(n->next);
    n = util_decide(mem, u.model, "typed", NULL, 0).note;
    assert_string_equal(n->message, "the value of 'typed' is not of type string");
    assert_string_equal(n->element, "typed");
    assert_int_equal(n->line, 10);
    n = util_decide(mem, u.model, "nothing", NULL, 0).note;
    assert_string_equal(n->element, "nothing");
    assert_string_equal(n->message, "there is no logic");
    arena_free(mem);
}

/* clang-format off */
static const char listed_model[] = MODEL(
    INPUT("i", "number") INPUT("j", "string") INPUT("unused", "Any")
    "<decision id='x1' name='first'><question>Which one?</question>" NEEDS("Input", "#i") LITERAL("i") "</decision>"
    DECISION("second", NEEDS("Decision", "#x1") NEEDS("Input", "#j") KNOWS("#s") LITERAL("first"))
    "<decisionService id='s' name='serve'><outputDecision href='#x1'/><inputData href='#i'/></decisionService>");
/* clang-format on */

static void test_listing(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, listed_model);
    uint32_t n = 0, second = (uint32_t)dmn_find(u.model, DMN_DECISION, "second");
    const uint32_t *inputs = dmn_inputs(u.model, second, mem, &n);

    assert_string_equal(dmn_id(u.model), "d");
    assert_string_equal(dmn_name(u.model), "m");
    assert_string_equal(dmn_namespace(u.model), "urn:m");
    assert_int_equal(dmn_count(u.model), 6);
    assert_int_equal(n, 2);
    assert_string_equal(dmn_at(u.model, inputs[0])->name, "j");
    assert_string_equal(dmn_at(u.model, inputs[1])->name, "i");
    assert_int_equal(dmn_find(u.model, DMN_DECISION, "x1"), dmn_find(u.model, DMN_DECISION, "first"));
    assert_int_equal(dmn_find(u.model, DMN_DECISION, "serve"), -1);
    assert_int_equal(dmn_find(u.model, DMN_SERVICE, "s"), dmn_find(u.model, DMN_SERVICE, "serve"));
    const struct dmn_element *e = dmn_at(u.model, (uint32_t)dmn_find(u.model, DMN_DECISION, "x1"));
    assert_string_equal(e->question, "Which one?");
    assert_string_equal(e->id, "x1");
    assert_false(e->imported);
    assert_false(e->table);
    assert_int_equal(e->line, 5);
    inputs = dmn_inputs(u.model, (uint32_t)dmn_find(u.model, DMN_SERVICE, "s"), mem, &n);
    assert_int_equal(n, 1);
    assert_null(dmn_table(u.model, second));
    arena_free(mem);
}

/* clang-format off */
#define CELLS(a, b, out) \
    "<rule><inputEntry><text>" a "</text></inputEntry><inputEntry><text>" b "</text></inputEntry>" \
    "<outputEntry><text>" out "</text></outputEntry></rule>\n"
#define PRIORITY(policy) \
    "<decisionTable hitPolicy='" policy "'><input label='impact'><inputExpression><text>i</text></inputExpression></input>" \
    "<input><inputExpression><text>u</text></inputExpression></input>" \
    "<output><defaultOutputEntry><text>\"P4\"</text></defaultOutputEntry></output>" \
    CELLS("\"high\"", "\"high\"", "\"P1\"") CELLS("\"high\"", "-", "\"P2\"") CELLS("-", "\"high\"", "\"P3\"") "</decisionTable>"

static const char words_model[] = MODEL(
    INPUT("i", "string") INPUT("u", "string")
    DECISION("first", NEEDS("Input", "#i") NEEDS("Input", "#u") PRIORITY("FIRST"))
    DECISION("all", NEEDS("Input", "#i") NEEDS("Input", "#u") PRIORITY("RULE ORDER"))
    KNOWLEDGE("k", "<formalParameter name='i'/><formalParameter name='u'/>" PRIORITY("FIRST"))
    DECISION("calls", NEEDS("Input", "#i") NEEDS("Input", "#u") KNOWS("#k") LITERAL("k(i, u)")));
/* clang-format on */

static void test_words(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, words_model);
    static const struct {
        const char *decision, *i, *u, *value, *words, *of;
    } rows[] = {{"first", "high", "high", "P1", "impact = high and u = high, rule 1", "first"},
                {"first", "high", "low", "P2", "impact = high, rule 2", "first"},
                {"first", "low", "high", "P3", "u = high, rule 3", "first"},
                {"first", "low", "low", "P4", "impact = low and u = low, no rule, by default", "first"},
                {"all", "high", "high", "[\"P1\", \"P2\", \"P3\"]", "impact = high and u = high, rules 1, 2 and 3", "all"},
                {"calls", "high", "low", "P2", "impact = high, rule 2", "k"}};

    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        const struct dmn_input in[] = {{NULL, "i", val_text(mem, rows[k].i)}, {NULL, "u", val_text(mem, rows[k].u)}};
        struct dmn_call call = {.model = u.model, .input = in, .n_input = 2, .explain = true};
        struct dmn_answer a;
        call.element = (uint32_t)dmn_find(u.model, DMN_DECISION, rows[k].decision);
        assert_int_equal(dmn_decide(&call, mem, &a), OK);
        assert_string_equal(val_string(mem, a.value), rows[k].value);
        assert_non_null(a.hit);
        assert_null(a.hit->next);
        assert_string_equal(dmn_words(mem, u.model, a.hit), rows[k].words);
        assert_string_equal(dmn_at(u.model, a.hit->element)->name, rows[k].of);
        call.explain = false;
        assert_int_equal(dmn_decide(&call, mem, &a), OK);
        assert_null(a.hit);
    }
    const struct dmn_table *t = dmn_table(u.model, (uint32_t)dmn_find(u.model, DMN_DECISION, "first"));
    assert_string_equal(t->policy, "FIRST");
    assert_int_equal(t->n_rule, 3);
    assert_true(dmn_at(u.model, (uint32_t)dmn_find(u.model, DMN_DECISION, "first"))->table);
    assert_non_null(dmn_table(u.model, (uint32_t)dmn_find(u.model, DMN_KNOWLEDGE, "k")));
    arena_free(mem);
}

static void test_now(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, MODEL(DECISION("d", LITERAL("string(now())"))));
    const struct dmn_call call = {.model = u.model, .now = INT64_C(1795305600) * 1000000};
    struct dmn_answer a;

    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    assert_memory_equal(a.value.u.s, "2026-11-22T00:00:00", 19);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),        cmocka_unit_test(test_boxes), cmocka_unit_test(test_required_only),
        cmocka_unit_test(test_implicit),        cmocka_unit_test(test_given), cmocka_unit_test(test_cycles),
        cmocka_unit_test(test_knowledge_asked), cmocka_unit_test(test_notes), cmocka_unit_test(test_listing),
        cmocka_unit_test(test_words),           cmocka_unit_test(test_now),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
