/* tests/unit/model/test_dmn_types.c - item definitions: what a typeRef takes, what it allows, which ones are refused. */
#include "dmn_util.h"

#define TYPE(name, inside) "<itemDefinition name='" name "'>" inside "</itemDefinition>\n"
#define LIST_OF(name, inside) "<itemDefinition name='" name "' isCollection='true'>" inside "</itemDefinition>\n"
#define REF(type) "<typeRef>" type "</typeRef>"
#define PART(name, inside) "<itemComponent name='" name "'>" inside "</itemComponent>"
#define ALLOWED(text) "<allowedValues><text>" text "</text></allowedValues>"
#define CONSTRAINT(text) "<typeConstraint><text>" text "</text></typeConstraint>"

/* clang-format off */
static const char types[] =
    TYPE("tAge", REF("number") ALLOWED("[0..150]"))
    TYPE("tSenior", REF("tAge") ALLOWED("&gt;= 65"))
    TYPE("tPerson", PART("full name", REF("string")) PART("age", REF("tAge")) PART("address", PART("city", REF("string")) PART("zip", REF("number"))))
    LIST_OF("tPeople", REF("tPerson"))
    LIST_OF("tAges", REF("tAge") CONSTRAINT("count(?) &lt;= 2"))
    LIST_OF("tColors", REF("string") ALLOWED("\"red\", \"green\""))
    LIST_OF("tMatrix", REF("tRow"))
    LIST_OF("tRow", REF("number"))
    TYPE("tSelf", PART("value", REF("number") ALLOWED("&lt; 10")) "<itemComponent name='below' isCollection='true'>" REF("tSelf") "</itemComponent>")
    TYPE("tLoop", REF("tPool")) TYPE("tPool", REF("tLoop"))
    TYPE("tCall", "<functionItem outputTypeRef='number'><parameters name='a' typeRef='number'/></functionItem>")
    TYPE("tAny", REF("Any")) TYPE("tEmpty", "")
    TYPE("t w-x", REF("string"))
    TYPE("tSpan", PART("from day", REF("number")) PART("to", REF("number") ALLOWED("&gt; from day")) PART("some", REF("number") CONSTRAINT("? &lt; to")))
    TYPE("tBroken", REF("number") ALLOWED("&lt; &lt;"));

static const struct {
    const char *type, *text, *value;
} rows[] = {
    /* built in, in all spellings */
    {"number", "1", "1"}, {"feel:number", "1", "1"}, {"number", "\"1\"", "null"},
    {"string", "\"a\"", "a"}, {"boolean", "true", "true"}, {"boolean", "0", "null"},
    {"date", "date(\"2026-01-02\")", "2026-01-02"}, {"date", "\"2026-01-02\"", "null"},
    {"time", "time(\"10:00:00\")", "10:00:00"},
    {"dateTime", "date and time(\"2026-01-02T10:00:00\")", "2026-01-02T10:00:00"},
    {"date and time", "date and time(\"2026-01-02T10:00:00\")", "2026-01-02T10:00:00"},
    {"date  and time", "1", "null"},
    {"dayTimeDuration", "duration(\"P1D\")", "P1D"}, {"days and time duration", "duration(\"P1D\")", "P1D"},
    {"yearMonthDuration", "duration(\"P1Y\")", "P1Y"}, {"years and months duration", "duration(\"P1D\")", "null"},
    {"Any", "[1, \"a\"]", "[1, \"a\"]"}, {"list&lt;number>", "[1, 2]", "[1, 2]"}, {"list&lt;number>", "[1, \"a\"]", "null"},
    {"context&lt;a: number>", "{a: 1, b: 2}", "{a: 1, b: 2}"},
    /* the qualified names of DMN 1.1 */
    {"my:tAge", "150", "150"}, {"my:tAge", "151", "null"}, {"xsd:string", "1", "null"},
    /* null is of every type; one element stands for the list of it and the other way round */
    {"number", "null", "null"}, {"number", "[1]", "1"}, {"number", "[1, 2]", "null"}, {"number", "[\"a\"]", "null"},
    /* aliases and what they allow */
    {"tAge", "150", "150"}, {"tAge", "151", "null"}, {"tAge", "[7]", "7"}, {"tAge", "\"7\"", "null"},
    {"tSenior", "65", "65"}, {"tSenior", "64", "null"}, {"tSenior", "151", "null"},
    {"t w-x", "\"a\"", "a"}, {"t w - x", "1", "null"}, {"tAny", "1", "1"}, {"tEmpty", "1", "1"},
    {"tAge", "if 200 instance of tAge then 1 else 2", "1"}, /* what is allowed does not count in instance of */
    /* components */
    {"tPerson", "{full name: \"A\", age: 3, address: {city: \"W\", zip: 1}, more: 1}", "{full name: \"A\", age: 3, address: {city: \"W\", zip: 1}, more: 1}"},
    {"tPerson", "{full name: \"A\", age: 3}", "null"},
    {"tPerson", "{full name: \"A\", age: 300, address: {city: \"W\", zip: 1}}", "null"},
    {"tPerson", "{full name: \"A\", age: 3, address: {city: \"W\", zip: \"1\"}}", "null"},
    {"tPerson", "{full name: \"A\", age: null, address: null}", "{full name: \"A\", age: null, address: null}"},
    {"tPeople", "[{full name: \"A\", age: 3, address: null}]", "[{full name: \"A\", age: 3, address: null}]"},
    {"tPeople", "[{full name: \"A\", age: 151, address: null}]", "null"},
    /* collections: allowed values for the elements, the constraint for the list */
    {"tAges", "[1, 2]", "[1, 2]"}, {"tAges", "[1, 2, 3]", "null"}, {"tAges", "[1, 200]", "null"},
    {"tColors", "[\"red\", \"red\"]", "[\"red\", \"red\"]"}, {"tColors", "[\"blue\"]", "null"},
    {"tMatrix", "[[1], [2, 3]]", "[[1], [2, 3]]"}, {"tMatrix", "[[1], [\"a\"]]", "null"},
    /* a type that contains itself */
    {"tSelf", "{value: 1, below: [{value: 2, below: []}]}", "{value: 1, below: [{value: 2, below: []}]}"},
    {"tSelf", "{value: 1, below: [{value: 20, below: []}]}", "null"},
    {"tSelf", "{value: 1, below: [{value: \"a\", below: []}]}", "null"},
    /* what a component allows may depend on those beside it */
    {"tSpan", "{from day: 1, to: 2, some: 1}", "{from day: 1, to: 2, some: 1}"},
    {"tSpan", "{from day: 2, to: 2, some: 1}", "null"}, {"tSpan", "{from day: 1, to: 2, some: 2}", "null"},
    /* functions */
    {"number", "(function(f: tCall) f(2))(function(a: number) a + 1)", "3"},
    {"number", "(function(f: tCall) f(2))(function(a: string) a)", "null"},
    {"number", "(function(f: tCall) f(2))(function(a, b) a)", "null"},
    {"number", "(function(f: tCall) f(4))(sqrt)", "2"},
    {"tCall", "1", "null"},
    /* nothing is of a type that does not exist, or whose test cannot be read */
    {"tNowhere", "1", "null"}, {"tBroken", "1", "null"},
};
/* clang-format on */

static void test_values(void **state)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        const char *xml = arena_printf(mem,
                                       "<definitions xmlns='" DMN_NS "' name='m' namespace='urn:m'>%s<decision id='d' name='d'>"
                                       "<variable name='d' typeRef='%s'/><literalExpression><text>%s</text></literalExpression>"
                                       "</decision></definitions>",
                                       types, rows[i].type, rows[i].text);
        struct util_dmn u = util_dmn(mem, xml);
        const char *said = util_says_value(mem, u.model, "d");
        if (strcmp(said, rows[i].value) != 0)
            fprintf(stderr, "row %zu: %s as %s is %s\n", i, rows[i].text, rows[i].type, said);
        assert_string_equal(said, rows[i].value);
        arena_free(mem);
    }
}

/* clang-format off */
static const char input_model[] = MODEL(
    TYPE("tAge", REF("number") ALLOWED("[0..150]")) INPUT("age", "tAge")
    KNOWLEDGE("k", "<formalParameter name='a' typeRef='tAge'/>" LITERAL("a"))
    DECISION("d", NEEDS("Input", "#age") KNOWS("#k") LITERAL("[age, k(2), k(200)]")));

static const struct {
    const char *xml, *rule;
    int line;
    enum severity severity;
} bad[] = {
    {MODEL(TYPE("a", REF("b")) TYPE("b", REF("a"))),                       "dmn-type-circle",       3, FINDING_ERROR},
    {MODEL(TYPE("a", REF("a"))),                                           "dmn-type-circle",       2, FINDING_ERROR},
    {MODEL(LIST_OF("a", REF("a"))),                                        "dmn-type-circle",       2, FINDING_ERROR},
    {MODEL(TYPE("a", PART("x", REF("a")))),                                "dmn-type-recursive",    2, FINDING_WARNING},
    {MODEL(TYPE("a", REF("nothing"))),                                     "dmn-type-unknown",      2, FINDING_ERROR},
    {MODEL(TYPE("a", REF("number")) TYPE("a", REF("string"))),             "dmn-type-duplicate",    3, FINDING_ERROR},
    {MODEL(TYPE("a", PART("x", REF("number")) PART("x", REF("number")))),  "dmn-type-duplicate",    2, FINDING_ERROR},
    {MODEL("<itemDefinition/>"),                                           "dmn-name-missing",      2, FINDING_ERROR},
    {MODEL(TYPE("a", REF("number") "\n<allowedValues>\n<text>1 +</text></allowedValues>")),
                                                                           "dmn-expression-broken", 4, FINDING_ERROR},
    {MODEL("\n" INPUT("i", "nothing")),                                    "dmn-type-unknown",      3, FINDING_ERROR},
    {MODEL(DECISION("d", "\n<literalExpression typeRef='nothing'><text>1</text></literalExpression>")),
                                                                           "dmn-type-unknown",      3, FINDING_ERROR},
};
/* clang-format on */

/* Input data, parameters and results of services are held against their types in the same way. */
static void test_inputs(void **state)
{
    struct arena *mem = arena_new(0);
    struct util_dmn u = util_dmn(mem, input_model);
    struct dmn_input in = {.name = "age", .value = val_int(150)};

    assert_string_equal(val_string(mem, util_decide(mem, u.model, "d", &in, 1).value), "[150, 2, null]");
    in.value = val_int(151);
    struct dmn_answer a = util_decide(mem, u.model, "d", &in, 1);
    assert_string_equal(val_string(mem, a.value), "[null, 2, null]");
    assert_string_equal(a.note->message, "the value given for 'age' is not of type tAge");
    arena_free(mem);
}

static void test_refused(void **state)
{
    struct arena *mem = arena_new(0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct util_dmn u = util_dmn(mem, bad[i].xml);
        const struct finding *one = util_finding(&u.f, bad[i].rule);
        if (one == NULL || one->line != bad[i].line)
            fprintf(stderr, "row %zu: %s, line %d\n", i, bad[i].rule, one != NULL ? one->line : -1);
        assert_non_null(one);
        assert_int_equal(one->line, bad[i].line);
        assert_int_equal(one->severity, bad[i].severity);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_inputs),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
