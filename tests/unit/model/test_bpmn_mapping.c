/* tests/unit/model/test_bpmn_mapping.c - data: names of variables, associations, stores, parts of variables. */
#include "base/buf.h"

#include "unit/model/proc_util.h"

static const char *told(const struct made *m, const struct proc_data *d, int32_t n)
{
    const char *all = "";

    for (int32_t i = 0; i < n; i++)
        all = arena_printf(m->mem, "%s%s%s:%s%s", all, i > 0 ? "; " : "", d[i].name, made_text(m, &d[i].initial),
                           d[i].collection ? "*" : "");
    return all;
}

static void test_declarations(void **state)
{
    struct made m = made(
        "", "<property id='p1' name='count' gradus:initial='=3'/><property id='p2'/><dataObject id='d1' name='Order data' "
            "isCollection='true'/><dataObject id='d2'><extensionElements><flowable:value>x</flowable:value></extensionElements>"
            "</dataObject><dataObject id='sid-369E0AC4-6DAF' name=''/><dataObject id='d3' name='[new]&#10;form'/><dataObject "
            "id='d4' "
            "name='null'/>"
            "<dataObject id='d5' name='order-id'/><dataObjectReference id='r' dataObjectRef='d1' name='Order [new]'/>"
            "<subProcess id='s'><property id='tmp'/><task id='t'><property id='own'/></task></subProcess>"
            "<scriptTask id='u' gradus:resultVariable='x'><script>sum(Order data) + order-id + count</script></scriptTask>");

    assert_string_equal(told(&m, m.p->data, m.p->n_data),
                        "count:=3; p2:-; Order data:-*; d2:x; sid-369E0AC4-6DAF:-; _new__form:-; null_:-; order-id:-");
    assert_string_equal(told(&m, made_node(&m, "s")->data, made_node(&m, "s")->n_data), "tmp:-");
    assert_string_equal(told(&m, made_node(&m, "t")->data, made_node(&m, "t")->n_data), "own:-");
    const char *const *uses = NULL;
    assert_int_equal(feel_uses(made_node(&m, "u")->script, &uses), 3);
    assert_string_equal(uses[0], "Order data");
    assert_string_equal(uses[1], "order-id");
    assert_string_equal(uses[2], "count"); /* hides the function */
    made_free(&m);
}

/* Expressions need not look for more than so many names of several words. */
static void test_many_names(void **state)
{
    struct arena *mem = util_arena();
    struct buf b = buf_new(mem, UTIL_FILE_MAX);

    for (int i = 0; i < 201; i++)
        buf_fmt(&b, "<property id='p%d' name='my no %d'/>", i, i);
    struct made m = made("", buf_text(&b));
    assert_int_equal(m.p->n_data, 201);
    assert_string_equal(m.p->data[199].name, "my no 199");
    assert_string_equal(m.p->data[200].name, "my_no_200");
    made_free(&m);
    arena_free(mem);
}

static void test_associations(void **state)
{
    /* clang-format off */
    static const struct {
        const char *inside, *in, *out;
    } t[] = {
        {"<dataInputAssociation><sourceRef>d1</sourceRef><targetRef>i1</targetRef></dataInputAssociation>", "form<-=order", ""},
        {"<dataInputAssociation><sourceRef>b:r1</sourceRef><targetRef>i2</targetRef></dataInputAssociation>", "i2<-=order", ""},
        {"<dataInputAssociation><sourceRef>d1</sourceRef><targetRef>i1</targetRef><transformation>order.total</transformation>"
         "</dataInputAssociation>", "form<-=order.total", ""},
        {"<dataInputAssociation><targetRef>i1</targetRef><assignment><from>a + 1</from><to>b</to></assignment><assignment><from>2</from>"
         "<to>c</to></assignment></dataInputAssociation>", "b<-=a + 1; c<-=2", ""},
        {"<dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>r1</targetRef></dataOutputAssociation>", "",
         "order<-=if answer = null then order else answer"},
        {"<dataOutputAssociation><sourceRef>o2</sourceRef><targetRef>d1</targetRef></dataOutputAssociation>", "", "order<-=order"},
        {"<dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>d1</targetRef><transformation>answer * 2</transformation>"
         "</dataOutputAssociation>", "", "order<-=answer * 2"},
        /* the drawing of an association: to a task without inputs, from the task itself */
        {"<property id='ph' name='__targetRef_placeholder'/><dataInputAssociation><sourceRef>d1</sourceRef><targetRef>ph</targetRef>"
         "</dataInputAssociation><dataOutputAssociation><targetRef>r1</targetRef></dataOutputAssociation>", "", ""},
        {"<dataOutputAssociation><sourceRef>x</sourceRef><targetRef>r1</targetRef></dataOutputAssociation>", "", ""},
        /* the last of one target counts; another dialect's mapping replaces the association */
        {"<dataInputAssociation><sourceRef>d1</sourceRef><targetRef>i1</targetRef></dataInputAssociation><dataInputAssociation>"
         "<sourceRef>d2</sourceRef><targetRef>i1</targetRef></dataInputAssociation>", "form<-=d2", ""},
        {"<extensionElements><gradus:input source='=1' target='z'/></extensionElements><dataInputAssociation><sourceRef>d1</sourceRef>"
         "<targetRef>i1</targetRef></dataInputAssociation>", "z<-=1", ""},
        /* stores */
        {"<dataInputAssociation><sourceRef>st1</sourceRef><targetRef>i1</targetRef></dataInputAssociation>", "form<-=impact", ""},
        {"<dataInputAssociation><sourceRef>st2</sourceRef><targetRef>i1</targetRef></dataInputAssociation>", "form<-=asset.name", ""},
        {"<dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>st1</targetRef></dataOutputAssociation>", "",
         "impact<-=if answer = null then impact else answer"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct made m = made(
            "<dataStore id='ds' gradus:source='asset.name'/>",
            arena_printf(
                mem,
                "<dataObject id='d1' name='order'/><dataObject id='d2'/><dataObjectReference id='r1' dataObjectRef='d1'/>"
                "<dataStoreReference id='st1' gradus:source='ticket.impact'/><dataStoreReference id='st2' dataStoreRef='ds'/>"
                "<task id='x'><ioSpecification><dataInput id='i1' name='form'/><dataInput id='i2'/><dataOutput id='o1' "
                "name='answer'/><dataOutput id='o2' name='order'/><inputSet/><outputSet/></ioSpecification>%s</task>",
                t[i].inside));
        const struct proc_node *n = made_node(&m, "x");

        if (strcmp(made_maps(&m, n->input, n->n_input), t[i].in) != 0 ||
            strcmp(made_maps(&m, n->output, n->n_output), t[i].out) != 0)
            fail_msg("%s: %s | %s", t[i].inside, made_maps(&m, n->input, n->n_input), made_maps(&m, n->output, n->n_output));
        made_free(&m);
        arena_free(mem);
    }
}

static void stores_of_the_desk(void **state)
{
    struct made m =
        made("<dataStore id='ds' gradus:source='asset.name'/><dataStore id='direct' gradus:source='ticket.title'/>",
             "<dataStoreReference id='s1' gradus:source='ticket.priority'/><dataStoreReference id='s2' dataStoreRef='ds'/>"
             "<dataStoreReference id='s3' name='bare'/><dataStoreReference id='s4' gradus:source='asset.warranty'/>"
             "<subProcess id='inside'><task id='x'><ioSpecification><dataOutput id='o1' name='answer'/><inputSet/><outputSet/>"
             "</ioSpecification><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>s1</targetRef>"
             "</dataOutputAssociation><dataInputAssociation><sourceRef>direct</sourceRef><targetRef>o1</targetRef>"
             "</dataInputAssociation></task></subProcess>");
    struct made none = made("<dataStore id='ds' gradus:source='asset.name'/>", "<task id='x'/>");

    assert_int_equal(m.p->n_store, 3);
    assert_string_equal(m.p->store[0].name, "priority");
    assert_true(m.p->store[0].written);
    assert_string_equal(m.p->store[1].name, "asset");
    assert_false(m.p->store[1].written);
    assert_string_equal(m.p->store[2].name, "title");
    assert_false(m.p->store[2].written);
    assert_int_equal(none.p->n_store, 0);
    made_free(&m);
    made_free(&none);
}

static void what_the_desk_takes(void **state)
{
    /* clang-format off */
    static const struct {
        const char *name, *text;
        bool takes;
    } t[] = {
        {"priority", "P1", true}, {"priority", "P4", true},      {"priority", "P0", false},       {"priority", "P5", false},
        {"priority", "P11", false}, {"priority", "", false},     {"title", "x", true},            {"title", "", false},
        {"impact", "team", true}, {"impact", "", false},         {"urgency", "two words", false}, {"urgency", "High", false},
        {"impact", "abcdefghijklmnopqrst", true},                {"impact", "abcdefghijklmnopqrstu", false},
    };
    /* clang-format on */
    struct arena *mem = util_arena();

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct proc_store s = {t[i].name, true}, read = {t[i].name, false};
        if (proc_store_takes(&s, val_text(mem, t[i].text)) != t[i].takes)
            fail_msg("%s: %s", t[i].name, t[i].text);
        assert_true(proc_store_takes(&read, val_text(mem, t[i].text)));
        assert_true(proc_store_takes(&s, val_null()));
        assert_false(proc_store_takes(&s, val_int(1)));
    }
    arena_free(mem);
}

/* What the single mapping of X's output gives where ORDER is the variable of that name. */
static bool order_seen(const void *order, const char *name, struct val *out)
{
    if (order == NULL || strcmp(name, "order") != 0)
        return false;
    *out = *(const struct val *)order;
    return true;
}

static const char *value_of(struct made *m, const struct val *order)
{
    const struct proc_node *n = made_node(m, "x");
    struct feel_env env = {.get = order_seen, .ctx = order};
    struct val v = val_null();

    assert_int_equal(n->n_output, 1);
    assert_string_equal(n->output[0].target, "order");
    assert_int_equal(feel_eval(n->output[0].source.feel, &env, m->mem, &v, NULL), OK);
    return val_string(m->mem, v);
}

static void test_parts(void **state)
{
    struct made m = made("", "<task id='x'><extensionElements><zeebe:ioMapping><zeebe:output source='=1' target='order.a'/>"
                             "<zeebe:output source='say &quot;x&quot;' target='order.b.c'/><zeebe:output source='=1 + 1' "
                             "target='order.b.d'/></zeebe:ioMapping></extensionElements></task>");
    struct val_entry old[] = {{"a", val_bool(true)}, {"k", val_bool(false)}};
    struct val order = val_context(m.mem, old, 2);

    assert_string_equal(value_of(&m, NULL), "{a: 1, b: {c: \"say \\\"x\\\"\", d: 2}}");
    assert_string_equal(value_of(&m, &order), "{a: 1, k: false, b: {c: \"say \\\"x\\\"\", d: 2}}");
    made_free(&m);
    m = made("", "<task id='x'><extensionElements><zeebe:ioMapping><zeebe:output source='={a: 1, z: 9}' target='order'/>"
                 "<zeebe:output source='=2' target='order.a'/></zeebe:ioMapping></extensionElements></task>");
    assert_string_equal(value_of(&m, NULL), "{a: 2, z: 9}");
    made_free(&m);
    m = made("", "<task id='x'><extensionElements><zeebe:ioMapping><zeebe:output source='=2' target='order.a'/>"
                 "<zeebe:output source='={z: 9}' target='order'/></zeebe:ioMapping></extensionElements></task>");
    assert_string_equal(value_of(&m, NULL), "{z: 9}");
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stores_of_the_desk), cmocka_unit_test(what_the_desk_takes), cmocka_unit_test(test_declarations),
        cmocka_unit_test(test_many_names),    cmocka_unit_test(test_associations),   cmocka_unit_test(test_parts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
