/* tests/unit/model/test_dmn_service.c - decision services, imports, functions of Java: what crosses the border of a model. */
#include "dmn_util.h"

#define SERVICE(name, inside)                                                                                                  \
    "<decisionService id='" name "' name='" name "'><variable name='" name "'/>" inside "</decisionService>\n"
#define OUT(id) "<outputDecision href='#" id "'/>"
#define IN_DECISION(id) "<inputDecision href='#" id "'/>"
#define IN_DATA(id) "<inputData href='#" id "'/>"

/* clang-format off */
static const char services[] = MODEL(
    INPUT("i", "string") INPUT("j", "string") INPUT("out of it", "string")
    DECISION("given", LITERAL("\"own\""))
    DECISION("inner", NEEDS("Decision", "#given") NEEDS("Input", "#i") NEEDS("Input", "#out of it")
             LITERAL("i + given + (if out of it = null then \"\" else out of it)"))
    DECISION("outer", NEEDS("Decision", "#inner") NEEDS("Input", "#j") LITERAL("inner + j"))
    DECISION("second", LITERAL("2"))
    /* declared out of order on purpose: input data come first among the parameters */
    SERVICE("serve", OUT("outer") "<encapsulatedDecision href='#inner'/>" IN_DECISION("given") IN_DATA("i") IN_DATA("j"))
    SERVICE("both", OUT("second") OUT("inner") IN_DATA("i"))
    "<itemDefinition name='tF'><functionItem outputTypeRef='string'/></itemDefinition>"
    "<decisionService id='typed' name='typed'><variable name='typed' typeRef='string'/>" OUT("second") "</decisionService>"
    "<decisionService id='typed2' name='typed2'><variable name='typed2' typeRef='tF'/>" OUT("second") "</decisionService>"
    DECISION("by place", KNOWS("#serve") LITERAL("serve(\"1\", \"2\", \"3\")"))
    DECISION("by name", KNOWS("#serve") LITERAL("serve(given: \"3\", j: \"2\", i: \"1\")"))
    DECISION("wrong count", KNOWS("#serve") LITERAL("serve(\"1\")"))
    DECISION("wrong name", KNOWS("#serve") LITERAL("serve(i: \"1\", j: \"2\", inner: \"3\")"))
    DECISION("wrong type", KNOWS("#serve") LITERAL("serve(1, \"2\", \"3\")"))
    DECISION("context", KNOWS("#both") LITERAL("both(\"x\")"))
    DECISION("checked", KNOWS("#typed") KNOWS("#typed2") LITERAL("[typed(), typed2()]"))
    DECISION("hidden", KNOWS("#serve") LITERAL("inner"))
    DECISION("passed on", KNOWS("#serve") LITERAL("for f in [serve] return f(\"a\", \"b\", \"c\")"))
    /* what is given and known outside has no effect inside, and the other way round */
    DECISION("apart", NEEDS("Decision", "#given") NEEDS("Input", "#i") KNOWS("#serve")
             LITERAL("[given, i, serve(\"1\", \"2\", \"3\"), given, i]")));
/* clang-format on */

static void test_functions(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, services);
    static const char *const rows[][2] = {
        {"by place", "132"},         {"by name", "132"},     {"wrong count", "null"},
        {"wrong name", "null"},      {"wrong type", "null"}, {"context", "{second: 2, inner: \"xown\"}"},
        {"checked", "[null, null]"}, {"hidden", "null"},     {"passed on", "[\"acb\"]"}};
    const struct dmn_input in[] = {{NULL, "i", val_text(mem, "I")}, {NULL, "out of it", val_text(mem, "?")}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(util_says_value(mem, u.model, rows[i][0]), rows[i][1]);
    assert_string_equal(val_string(mem, util_decide(mem, u.model, "apart", in, 2).value),
                        "[\"own\", \"I\", \"132\", \"own\", \"I\"]");
    assert_int_equal(u.f.errors, 0);
    arena_free(mem);
}

static void test_asked(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, services);
    static const struct {
        const char *service, *output, *value;
        enum err err;
    } rows[] = {{"serve", NULL, "1own2", OK},           {"serve", "outer", "1own2", OK},
                {"serve", "inner", "null", E_NOTFOUND}, {"both", NULL, "{second: 2, inner: \"1own\"}", OK},
                {"both", "inner", "1own", OK},          {"typed", NULL, "null", OK},
                {"typed", "second", "null", OK},        {"typed2", NULL, "null", OK}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        /* of these, a service sees what it takes: "out of it" is none of its inputs; "given" is missing and null */
        const struct dmn_input in[] = {{NULL, "i", val_text(mem, "1")},
                                       {NULL, "j", val_text(mem, "2")},
                                       {NULL, "out of it", val_text(mem, "?")},
                                       {NULL, "given", val_text(mem, "own")}};
        struct dmn_call call = {.model = u.model, .output = rows[i].output, .input = in, .n_input = 4};
        struct dmn_answer a;
        call.element = (uint32_t)dmn_find(u.model, DMN_SERVICE, rows[i].service);
        assert_int_equal(dmn_decide(&call, mem, &a), rows[i].err);
        assert_string_equal(a.value.tag == VAL_NULL ? "null" : val_string(mem, a.value), rows[i].value);
    }
    const struct dmn_input wrong = {NULL, "i", val_int(1)};
    const struct dmn_call call = {
        .model = u.model, .element = (uint32_t)dmn_find(u.model, DMN_SERVICE, "both"), .input = &wrong, .n_input = 1};
    struct dmn_answer a;
    assert_int_equal(dmn_decide(&call, mem, &a), OK);
    assert_true(val_is(a.value, VAL_NULL));
    assert_string_equal(a.note->message, "the value given for 'i' is not of type string");
    const struct dmn_element *e = dmn_at(u.model, (uint32_t)dmn_find(u.model, DMN_SERVICE, "serve"));
    assert_int_equal(e->n_param, 3);
    assert_string_equal(e->param[2], "given");
    assert_int_equal(e->n_output, 1);
    arena_free(mem);
}

/* ---- imports ---- */

/* clang-format off */
#define IMPORT(ns, name) "<import importType='" DMN_NS "' namespace='" ns "' name='" name "'/>\n"

static const char base_model[] = MODEL_OF("urn:a",
    INPUT("who", "tName") "<itemDefinition name='tName'><typeRef>string</typeRef></itemDefinition>"
    DECISION("greet", NEEDS("Input", "#who") LITERAL("\"Hello \" + who"))
    KNOWLEDGE("twice", "<formalParameter name='x'/>" LITERAL("x + x"))
    SERVICE("service", OUT("greet") IN_DATA("who")));
static const char left_model[] = MODEL_OF("urn:l",
    IMPORT("urn:a", "A") INPUT("who", "string")
    DECISION("say", NEEDS("Decision", "urn:a#greet") NEEDS("Input", "#who") LITERAL("\"L: \" + A.greet + who")));
static const char right_model[] = MODEL_OF("urn:r",
    IMPORT("urn:a", "") DECISION("say", NEEDS("Decision", "urn:a#greet") LITERAL("\"R: \" + greet")));
static const char top_model[] = MODEL_OF("urn:t",
    IMPORT("urn:l", "Left one") IMPORT("urn:r", "Right-2") IMPORT("urn:a", "base")
    DECISION("all", NEEDS("Decision", "urn:r#say") NEEDS("Decision", "urn:l#say") LITERAL("Left one.say + \", \" + Right-2.say"))
    DECISION("functions", KNOWS("urn:a#twice") KNOWS("urn:a#service") LITERAL("base.twice(\"a\") + base.service(\"b\")"))
    "<decision id='typed' name='typed'><variable name='typed' typeRef='base.tName'/>" LITERAL("1") "</decision>"
    DECISION("instance", LITERAL("\"a\" instance of base.tName")));
static const char twice_model[] = MODEL_OF("urn:t",
    IMPORT("urn:a", "x") IMPORT("urn:r", "x") IMPORT("urn:a", "x")
    "<import importType='http://www.w3.org/2001/XMLSchema' namespace='n' name='s'/>");
static const char circle_one[] = MODEL_OF("urn:1",
    IMPORT("urn:2", "two") IMPORT("urn:1", "me") DECISION("a", NEEDS("Decision", "urn:2#b") LITERAL("two.b + 1"))
    DECISION("c", LITERAL("5")));
static const char circle_two[] = MODEL_OF("urn:2",
    IMPORT("urn:1", "one") DECISION("b", NEEDS("Decision", "urn:1#c") LITERAL("one.c * 2")));
/* clang-format on */

static struct util_dmn read_top(struct arena *mem, const char *top, size_t imports)
{
    const struct dmn_file files[] = {util_dmn_file("right.dmn", right_model), util_dmn_file("a.dmn", base_model),
                                     util_dmn_file("left.dmn", left_model)};
    struct util_dmn u = {.f = findings_new(mem)};
    const struct dmn_source s = {.model = util_dmn_file("top.dmn", top), .import = files, .n_import = imports};

    u.err = dmn_read(mem, &s, &u.f, &u.model);
    return u;
}

static void test_imports(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = read_top(mem, top_model, 3);
    const struct dmn_input any = {NULL, "who", val_text(mem, "you")};
    const struct dmn_input told[] = {{"urn:a", "who", val_text(mem, "A")}, {"urn:l", "who", val_text(mem, "!")}};

    assert_int_equal(u.err, OK);
    assert_int_equal(u.f.errors, 0);
    assert_string_equal(val_string(mem, util_decide(mem, u.model, "all", &any, 1).value), "L: Hello youyou, R: Hello you");
    assert_string_equal(val_string(mem, util_decide(mem, u.model, "all", told, 2).value), "L: Hello A!, R: Hello A");
    assert_string_equal(util_says_value(mem, u.model, "functions"), "aaHello b");
    assert_string_equal(util_says_value(mem, u.model, "typed"), "null");
    assert_string_equal(util_says_value(mem, u.model, "instance"), "true");
    assert_int_equal(dmn_find(u.model, DMN_DECISION, "greet"), -1); /* names are looked for in the model itself */
    uint32_t n, imported = 0;
    dmn_inputs(u.model, (uint32_t)dmn_find(u.model, DMN_DECISION, "all"), mem, &n);
    assert_int_equal(n, 2);
    for (uint32_t i = 0; i < dmn_count(u.model); i++)
        imported += dmn_at(u.model, i)->imported;
    assert_int_equal(imported, 7);
    arena_free(mem);
}

static void test_imports_missing(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = read_top(mem, top_model, 1); /* left and a are not given */
    bool own = false, inside = false;                /* what is wrong in another file is said with its name */

    assert_int_equal(u.err, OK);
    for (const struct finding *one = u.f.first; one != NULL; one = one->next) {
        own = own || (strcmp(one->rule, "dmn-import-unknown") == 0 && one->line == 2);
        inside = inside || (strstr(one->message, "In right.dmn, line 2: ") == one->message && one->line == 0);
    }
    assert_true(own);
    assert_true(inside);
    assert_non_null(util_finding(&u.f, "dmn-reference-missing"));
    assert_string_equal(util_says_value(mem, u.model, "all"), "null");

    u = read_top(mem, twice_model, 3);
    assert_int_equal(u.err, OK);
    assert_int_equal(util_finding(&u.f, "dmn-import-twice")->line, 3);
    assert_int_equal(util_finding(&u.f, "dmn-import-ignored")->severity, FINDING_INFO);
    arena_free(mem);
}

/* Models that import each other, and themselves. */
static void test_imports_in_circles(void **state)
{
    struct arena *mem = arena_new(0);
    const struct dmn_file import = util_dmn_file("two.dmn", circle_two);
    const struct dmn_source s = {.model = util_dmn_file("one.dmn", circle_one), .import = &import, .n_import = 1};
    struct findings f = findings_new(mem);
    struct dmn *m;

    assert_int_equal(dmn_read(mem, &s, &f, &m), OK);
    assert_int_equal(f.errors, 0);
    assert_string_equal(util_says_value(mem, m, "a"), "11");
    arena_free(mem);
}

/* ---- Java ---- */

/* clang-format off */
static const struct {
    const char *params, *class_name, *signature, *call, *value;
} javas[] = {
    {"a, b", "java.lang.Math", "max(double, double)", "1.5, 2.25", "2.25"},
    {"a, b", "java.lang.Math", "max(double,double)", "1.5", "null"},
    {"a, b", "java.lang.Math", "min(float,float)", "123.46, 456.78", "123.46"},
    {"a, b", "java.lang.Math", "max(int,int)", "3, 4", "4"},
    {"a, b", "java.lang.Math", "max(int,int)", "3, 2147483648", "null"},
    {"a, b", "java.lang.Math", "max(int,int)", "3, 4.5", "null"},
    {"a, b", "java.lang.Math", "min(long,long)", "3, 2147483648", "3"},
    {"a", "java.lang.Math", "cos(double)", "0", "1"},
    {"a", "java.lang.Math", "sqrt(double)", "-1", "null"},
    {"a, b", "java.lang.Math", "pow(double,double)", "2, 10", "1024"},
    {"a", "java.lang.Math", "cos(float)", "0", "null"},
    {"a", "java.lang.Math", "exit(int)", "0", "null"},
    {"a", "java.lang.System", "exit(int)", "0", "null"},
    {"a", "java.lang.Byte", "valueOf(byte)", "127", "127"},
    {"a", "java.lang.Byte", "valueOf(byte)", "128", "null"},
    {"a", "java.lang.Short", "valueOf(short)", "-32768", "-32768"},
    {"a", "java.lang.Short", "valueOf(short)", "-32769", "null"},
    {"a", "java.lang.Integer", "valueOf(java.lang.String)", "\"-12\"", "-12"},
    {"a", "java.lang.Integer", "valueOf(java.lang.String)", "\"+12\"", "12"},
    {"a", "java.lang.Integer", "valueOf(java.lang.String)", "\"12.0\"", "null"},
    {"a", "java.lang.Integer", "valueOf(java.lang.String)", "\"2147483648\"", "null"},
    {"a", "java.lang.Integer", "valueOf(java.lang.String)", "12", "null"},
    {"a", "java.lang.Double", "valueOf(java.lang.String)", "\"-1.5e3\"", "-1500"},
    {"a", "java.lang.Double", "valueOf(java.lang.String)", "\"one\"", "null"},
    {"a", "java.lang.Float", "valueOf(java.lang.String)", "\"1234.56\"", "1234.56"},
    {"a", "java.lang.String", "valueOf(char)", "\"é\"", "é"},
    {"a", "java.lang.String", "valueOf(char)", "\"ab\"", "null"},
    {"a", "java.lang.String", "valueOf(char)", "\"😀\"", "null"},
    {"a, b", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"%s is 100%%\", 5", "5 is 100%"},
    {"a, b, c", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"[%5s|%-4s|%.2s]\", \"é\", 2", "null"},
    {"a, b, c, d", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"[%5s|%-4s|%.2s]\", \"é\", 2, \"äbc\"", "[    é|2   |äb]"},
    {"a, b, c", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"%.2f %8.1f\", 1.005, -2", "1.01     -2.0"},
    {"a, b", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"%d\", 5", "null"},
    {"a, b", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"%f\", \"5\"", "null"},
    {"a, b", "java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)", "\"%\", 5", "null"},
};
/* clang-format on */

static void test_java(void **state)
{
    for (size_t i = 0; i < sizeof javas / sizeof *javas; i++) {
        struct arena *mem = arena_new(0);
        const char *literal = arena_printf(mem, "(function(%s) external {java: {class: \"%s\", method signature: \"%s\"}})(%s)",
                                           javas[i].params, javas[i].class_name, javas[i].signature, javas[i].call);
        struct util_dmn u =
            util_dmn(mem, arena_printf(mem,
                                       "<definitions xmlns='" DMN_NS "' name='m'><decision id='d' name='d'>"
                                       "<literalExpression><text>%s</text></literalExpression></decision></definitions>",
                                       literal));
        const char *said = util_says_value(mem, u.model, "d");
        if (strcmp(said, javas[i].value) != 0)
            fprintf(stderr, "row %zu: %s is %s\n", i, literal, said);
        assert_string_equal(said, javas[i].value);
        assert_int_equal(util_decide(mem, u.model, "d", NULL, 0).note != NULL, strcmp(said, "null") == 0);
        arena_free(mem);
    }
}

/* clang-format off */
#define JAVA(inside) \
    "<functionDefinition kind='Java'><formalParameter name='a' typeRef='number'/>" \
    "<formalParameter name='b' typeRef='number'/>" inside "</functionDefinition>"
#define SAYS(name, text) "<contextEntry><variable name='" name "'/>" LITERAL("\"" text "\"") "</contextEntry>"

static const char java_model[] = MODEL(
    DECISION("f", JAVA("<context>" SAYS("class", "java.lang.Math") SAYS("method signature", "max(int, int)") "</context>"))
    DECISION("d", NEEDS("Decision", "#f") LITERAL("[f(1, 2), f(1, \"a\")]"))
    DECISION("e", JAVA(LITERAL("1"))) DECISION("empty", NEEDS("Decision", "#e") LITERAL("e(1, 2)")));
/* clang-format on */

static void test_java_boxed(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, java_model);

    assert_string_equal(util_says_value(mem, u.model, "d"), "[2, null]");
    assert_string_equal(util_says_value(mem, u.model, "empty"), "null");
    assert_int_equal(util_finding(&u.f, "dmn-external")->severity, FINDING_WARNING);
    assert_int_equal(u.f.errors, 0);
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions),
        cmocka_unit_test(test_asked),
        cmocka_unit_test(test_imports),
        cmocka_unit_test(test_imports_missing),
        cmocka_unit_test(test_imports_in_circles),
        cmocka_unit_test(test_java),
        cmocka_unit_test(test_java_boxed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
