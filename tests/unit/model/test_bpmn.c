/* tests/unit/model/test_bpmn.c - reading: the dialects of other modelers, and their expressions in FEEL. */
#include "model/bpmn.h"
#include "model/juel.h"

#include "unit/model/model_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* ---- ${...} ---- */

static void translates(const char *juel, const char *want, const char *hint)
{
    struct arena *mem = arena_new(0);
    const char *problem = NULL, *feel = juel_to_feel(mem, juel, &problem);

    if (want == NULL ? feel != NULL || problem == NULL || strstr(problem, hint) == NULL
                     : feel == NULL || strcmp(feel, want) != 0)
        fail_msg("%s gives %s (%s)", juel, feel != NULL ? feel : "nothing", problem != NULL ? problem : "no problem");
    arena_free(mem);
}

static void test_juel(void **state)
{
    static const struct {
        const char *juel, *feel; /* NULL = refused */
        const char *hint;        /* part of the problem */
    } rows[] = {
        {"${name}", "name", NULL},
        {" #{ name } ", "name", NULL},
        {"${a.b.c}", "a.b.c", NULL},
        {"${a['b']}", "a.b", NULL},
        {"${a[0]}", "a[1]", NULL},
        {"${a == 'x'}", "a = \"x\"", NULL},
        {"${a == \"it's\"}", "a = \"it's\"", NULL},
        {"${a == 'say \"x\"'}", "a = \"say \\\"x\\\"\"", NULL},
        {"${a != null}", "a != null", NULL},
        {"${a eq 1 && b ne 2 || !c}", "a = 1 and b != 2 or not(c)", NULL},
        {"${a lt 1 and b ge 2.5 or not c}", "a < 1 and b >= 2.5 or not(c)", NULL},
        {"${(a + b) * -c / 2 - d}", "(a + b) * -c / 2 - d", NULL},
        {"${a % 2 == 0}", "modulo(a, 2) = 0", NULL},
        {"${a > 1 ? 'x' : b ? 'y' : 'z'}", "(if a > 1 then \"x\" else (if b then \"y\" else \"z\"))", NULL},
        {"${empty a}", "(a = null or a = \"\" or a = [])", NULL},
        {"${not empty a}", "not((a = null or a = \"\" or a = []))", NULL},
        {"Hello ${name}!", "\"Hello \" + string(name) + \"!\"", NULL},
        {"${a}${b}", "string(a) + string(b)", NULL},
        {"${a == '}'}", "a = \"}\"", NULL},
        {"${a[i]}", NULL, "counts from 1"},
        {"${a['b c']}", NULL, "no plain word"},
        {"${a = 1}", NULL, "not understood"},
        {"${a", NULL, "without \"}\""},
        {"${}", NULL, "too early"},
        {"${a ==}", NULL, "too early"},
        {"${(a}", NULL, "without \")\""},
        {"${a ? b}", NULL, "without \":\""},
        {"${'a}", NULL, "\"${\" without"},
        {"${a b}", NULL, "not understood"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        translates(rows[i].juel, rows[i].feel, rows[i].hint);
    assert_false(juel_is("$ {x}"));
    assert_true(juel_is("a #{x}"));
}

/* A call is never taken over; where FEEL has the same, the hint is the whole expression. */
static void test_juel_calls(void **state)
{
    /* clang-format off */
    static const struct {
        const char *juel, *hint;
    } rows[] = {
        {"${execution.getVariable('x')}", "getVariable() is not called here; write in FEEL: =x"},
        {"${execution.getVariable('x y')}", "the call getVariable()"},
        {"${execution.getVariable(x)}", "the call getVariable()"},
        {"${execution.hasVariable('x') && x.y > 3}", "write in FEEL: =(x != null) and x.y > 3"},
        {"${list.contains('x')}", "write in FEEL: =list contains(list, \"x\")"},
        {"${a.b.equals(c) ? 1 : 2}", "write in FEEL: =(if (a.b = c) then 1 else 2)"},
        {"${name.toLowerCase().startsWith('vip')}", "toLowerCase() is not called here; write in FEEL: =starts with(lower case(name), \"vip\")"},
        {"${!empty a && a.size() gt b.size()}", "=not((a = null or a = \"\" or a = [])) and count(a) > count(b)"},
        {"${a.replaceAll('x', b)}", "=replace(a, \"x\", b)"},
        {"Dear ${p.get('name')}", "=\"Dear \" + string(get value(p, \"name\"))"},
        {"${json.prop('a').prop('b').value() == 1}", "=json.a.b = 1"},
        {"${bean.run()}", "the call run()"},
        {"${bean.equals()}", "the call equals()"},
        {"${equals(a)}", "the call equals()"},
        {"${a.f(1, 2, 3, 4)}", "the call f()"},
        {"${a.equals(b}", "without \")\""},
        {"${a.equals(b.run())}", "the call run()"},
        {"${now()}", "write in FEEL: =now()"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        translates(rows[i].juel, NULL, rows[i].hint);
}

static void test_juel_is_bounded(void **state)
{
    static const struct {
        const char *piece;
        int n;
        bool ok;
    } rows[] = {{"(", 31, true},   {"(", 200, false},   {"!", 60, true},
                {"!", 200, false}, {"empty ", 5, true}, {"empty ", 60, false}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        struct buf b = buf_new(mem, 8192);
        const char *problem = NULL;

        buf_str(&b, "${");
        for (int k = 0; k < rows[i].n; k++)
            buf_str(&b, rows[i].piece);
        buf_char(&b, 'a');
        for (int k = 0; k < rows[i].n && *rows[i].piece == '('; k++)
            buf_char(&b, ')');
        buf_char(&b, '}');
        if ((juel_to_feel(mem, buf_text(&b), &problem) != NULL) != rows[i].ok)
            fail_msg("%d times \"%s\": %s", rows[i].n, rows[i].piece, problem != NULL ? problem : "taken");
        arena_free(mem);
    }
}

/* ---- a node in each dialect ---- */

static const char head[] =
    "<definitions xmlns='" BPMN_NS "' xmlns:gradus='" GRADUS_NS "' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' "
    "xmlns:camunda='http://camunda.org/schema/1.0/bpmn' xmlns:flowable='http://flowable.org/bpmn' "
    "xmlns:activiti='http://activiti.org/bpmn' xmlns:modeler='http://camunda.org/schema/modeler/1.0'%s>"
    "<process id='p'>%s</process></definitions>";

static struct bpmn_file *read_with(struct arena *mem, const char *attrs, const char *body)
{
    char *text = arena_printf(mem, head, attrs, body);
    struct xml_node *root = NULL;
    struct xml_error error = {0};

    if (xml_read(mem, (struct span){text, strlen(text)}, NULL, &root, &error) != OK)
        fail_msg("%s", error.message);
    return bpmn_read(mem, root);
}

static void same_text(const char *what, const struct bpmn_expr *e, const char *text, bool feel)
{
    if (e->text == NULL || strcmp(e->text, text) != 0 || e->feel != feel || e->problem != NULL)
        fail_msg("%s: \"%s\"%s, wanted \"%s\"", what, e->text != NULL ? e->text : "", e->feel ? " (FEEL)" : "", text);
}

static void test_user_task(void **state)
{
    static const char *const bodies[] = {
        "<userTask id='t' gradus:assignee='=who' gradus:candidateGroups='a, b' gradus:candidateUsers='u' gradus:dueDate='=d' "
        "gradus:priority='80' gradus:formKey='f'/>",
        "<userTask id='t' camunda:assignee='${who}' camunda:candidateGroups='a, b' camunda:candidateUsers='u' "
        "camunda:dueDate='${d}' camunda:priority='80' camunda:formKey='f'/>",
        "<userTask id='t' flowable:assignee='${who}' flowable:candidateGroups='a,b' flowable:candidateUsers='u' "
        "flowable:dueDate='${d}' flowable:priority='80' flowable:formKey='f'/>",
        "<userTask id='t' activiti:assignee='${who}' activiti:candidateGroups='a,b' activiti:candidateUsers='u' "
        "activiti:dueDate='${d}' activiti:priority='80' activiti:formKey='f'/>",
        "<userTask id='t'><extensionElements><zeebe:userTask/><zeebe:formDefinition formId='f'/>"
        "<zeebe:assignmentDefinition assignee='=who' candidateGroups='a, b' candidateUsers='u'/>"
        "<zeebe:taskSchedule dueDate='=d'/><zeebe:priorityDefinition priority='80'/></extensionElements></userTask>",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *mem = arena_new(0);
        const struct bpmn_node *t = &read_with(mem, "", bodies[i])->process->node[0];

        same_text("assignee", &t->assignee, "who", true);
        same_text("groups", &t->groups, "a,b", false);
        same_text("users", &t->users, "u", false);
        same_text("due", &t->due, "d", true);
        same_text("priority", &t->priority, "80", false);
        assert_string_equal(t->form_key, "f");
        arena_free(mem);
    }
}

/* Which service does it is not left to an expression. */
static void test_topic_is_no_expression(void **state)
{
    static const char *const bodies[] = {
        "<serviceTask id='t' camunda:type='external' camunda:topic='${which}'/>",
        "<serviceTask id='t'><extensionElements><zeebe:taskDefinition type='=which'/></extensionElements></serviceTask>",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *mem = arena_new(0);

        assert_null(read_with(mem, "", bodies[i])->process->node[0].topic);
        arena_free(mem);
    }
}

/* The standard's resources: described by an expression, or named. */
static void test_resources(void **state)
{
    struct arena *mem = arena_new(0);
    char *text = arena_printf(
        mem, "<definitions xmlns='" BPMN_NS "'><resource id='r' name='desk'/><process id='p'><userTask id='a'>"
             "<potentialOwner><resourceRef>x:r</resourceRef></potentialOwner></userTask><userTask id='b'><humanPerformer>"
             "<resourceAssignmentExpression><formalExpression>=who</formalExpression></resourceAssignmentExpression>"
             "</humanPerformer><potentialOwner><resourceRef>nobody</resourceRef></potentialOwner></userTask>"
             "</process></definitions>");
    struct xml_node *root = NULL;
    struct xml_error error = {0};

    assert_int_equal(xml_read(mem, (struct span){text, strlen(text)}, NULL, &root, &error), OK);
    const struct bpmn_node *n = bpmn_read(mem, root)->process->node;
    same_text("groups", &n[0].groups, "desk", false);
    same_text("assignee", &n[1].assignee, "who", true);
    assert_null(n[1].groups.text);
    arena_free(mem);
}

static void test_service_task(void **state)
{
    static const char *const bodies[] = {
        "<serviceTask id='t' gradus:topic='x' gradus:retries='5'><extensionElements><gradus:input source='=a + 1' target='b'/>"
        "<gradus:output source='c' target='d'/></extensionElements></serviceTask>",
        "<serviceTask id='t' camunda:type='external' camunda:topic='x'><extensionElements>"
        "<camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle><camunda:inputOutput>"
        "<camunda:inputParameter name='b'>${a + 1}</camunda:inputParameter>"
        "<camunda:outputParameter name='d'>c</camunda:outputParameter></camunda:inputOutput></extensionElements></serviceTask>",
        "<serviceTask id='t'><extensionElements><zeebe:taskDefinition type='x' retries='5'/><zeebe:ioMapping>"
        "<zeebe:input source='=a + 1' target='b'/><zeebe:output source='c' target='d'/></zeebe:ioMapping>"
        "</extensionElements></serviceTask>",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *mem = arena_new(0);
        const struct bpmn_node *t = &read_with(mem, "", bodies[i])->process->node[0];

        assert_string_equal(t->topic, "x");
        assert_string_equal(t->retries, "5");
        assert_int_equal(t->n_input, 1);
        assert_int_equal(t->n_output, 1);
        assert_string_equal(t->input[0].target, "b");
        same_text("input", &t->input[0].source, "a + 1", true);
        assert_string_equal(t->output[0].target, "d");
        same_text("output", &t->output[0].source, "c", false);
        arena_free(mem);
    }
}

static void test_lists_and_maps(void **state)
{
    struct arena *mem = arena_new(0);
    const struct bpmn_node *t =
        &read_with(
             mem, "",
             "<serviceTask id='t' camunda:type='external' camunda:topic='x'><extensionElements><camunda:inputOutput>"
             "<camunda:inputParameter name='a'><camunda:list><camunda:value>say "
             "&quot;x&quot;</camunda:value><camunda:value>${b + 1}"
             "</camunda:value></camunda:list></camunda:inputParameter><camunda:inputParameter name='m'><camunda:map>"
             "<camunda:entry key='k'>v</camunda:entry><camunda:entry key='l'><camunda:list/></camunda:entry></camunda:map>"
             "</camunda:inputParameter><camunda:inputParameter name='s'><camunda:script "
             "scriptFormat='groovy'>1</camunda:script>"
             "</camunda:inputParameter><camunda:inputParameter "
             "name='u'><camunda:list><camunda:script>1</camunda:script><camunda:list/>"
             "</camunda:list></camunda:inputParameter></camunda:inputOutput></extensionElements></serviceTask>")
             ->process->node[0];

    assert_int_equal(t->n_input, 4);
    assert_non_null(t->input[3].source.problem);
    same_text("list", &t->input[0].source, "[\"say \\\"x\\\"\", (b + 1)]", true);
    same_text("map", &t->input[1].source, "{\"k\": \"v\", \"l\": []}", true);
    assert_non_null(t->input[2].source.problem);
    arena_free(mem);
}

static void test_form(void **state)
{
    static const char *const bodies[] = {
        "<userTask id='t'><extensionElements><gradus:form><gradus:field id='a' label='A' type='number' required='true'/>"
        "<gradus:field id='b' type='choice'><gradus:choice value='x' label='X'/><gradus:choice value='y'/></gradus:field>"
        "</gradus:form></extensionElements></userTask>",
        "<userTask id='t'><extensionElements><camunda:formData><camunda:formField id='a' label='A' type='long'>"
        "<camunda:validation><camunda:constraint name='required'/></camunda:validation></camunda:formField>"
        "<camunda:formField id='b' type='enum'><camunda:value id='x' name='X'/><camunda:value id='y'/></camunda:formField>"
        "</camunda:formData></extensionElements></userTask>",
    };

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct arena *mem = arena_new(0);
        const struct bpmn_node *t = &read_with(mem, "", bodies[i])->process->node[0];

        assert_int_equal(t->n_field, 2);
        assert_string_equal(t->field[0].field.label, "A");
        assert_int_equal(t->field[0].field.kind, FIELD_NUMBER);
        assert_true(t->field[0].field.required);
        assert_false(t->field[1].field.required);
        assert_string_equal(t->field[1].field.label, "b");
        assert_int_equal(t->field[1].field.kind, FIELD_CHOICE);
        assert_int_equal(t->field[1].field.n_choice, 2);
        assert_string_equal(t->field[1].field.choice[0].label, "X");
        assert_string_equal(t->field[1].field.choice[1].label, "y");
        arena_free(mem);
    }
}

static void test_conditions(void **state)
{
    static const struct {
        const char *attrs, *condition, *text;
        bool problem;
    } rows[] = {
        {"", "a = 1", "a = 1", false},
        {"", " =a = 1 ", "a = 1", false},
        {"", "${a == 1}", "a = 1", false},
        {" modeler:executionPlatform='Camunda Platform'", "${a == 1}", "a = 1", false},
        {" modeler:executionPlatform='Camunda Cloud'", "=a = 1", "a = 1", false},
        {" modeler:executionPlatform='Camunda Cloud'", "${a == 1}", "${a == 1}", true},
        {"", "${a.run()}", "${a.run()}", true},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = arena_new(0);
        const char *body = arena_printf(mem,
                                        "<task id='a'/><task id='b'/><sequenceFlow id='f' sourceRef='a' targetRef='b'>"
                                        "<conditionExpression>%s</conditionExpression></sequenceFlow>",
                                        rows[i].condition);
        const struct bpmn_flow *f = &read_with(mem, rows[i].attrs, body)->process->flow[0];

        assert_string_equal(f->condition.text, rows[i].text);
        assert_true(f->condition.feel);
        assert_int_equal(f->condition.problem != NULL, rows[i].problem);
        arena_free(mem);
    }
}

/* ---- lanes, kinds, treatments ---- */

static void test_lanes(void **state)
{
    struct arena *mem = arena_new(0);
    struct bpmn_file *f = read_with(
        mem, "",
        "<laneSet><lane id='out' gradus:groups='g'><flowNodeRef>a</flowNodeRef><flowNodeRef>b</flowNodeRef>"
        "<childLaneSet><lane id='in' gradus:tier='L2'><flowNodeRef> b </flowNodeRef></lane></childLaneSet></lane></laneSet>"
        "<task id='a'/><subProcess id='b'><task id='c'/></subProcess>");
    const struct bpmn_process *p = f->process;

    assert_int_equal(p->n_lane, 2);
    assert_string_equal(p->node[0].lane->id, "out");
    assert_string_equal(p->node[1].lane->id, "in");
    assert_string_equal(p->node[2].lane->id, "in"); /* with its sub-process */
    assert_string_equal(p->node[1].lane->groups, "g");
    assert_string_equal(p->node[1].lane->parent->id, "out");
    assert_int_equal(p->node[1].n_leaf, 1);
    arena_free(mem);
}

/* Every row of node.def can be read; an event sub-process is a sub-process that says so. */
static void test_every_kind(void **state)
{
    for (int k = 0; k < NODE_KINDS; k++) {
        enum node_kind want = k == NODE_event_sub_process ? NODE_sub_process : (enum node_kind)k;

        if (bpmn_kind(node_kind_local((enum node_kind)k)) != want)
            fail_msg("%s: no file gives this kind", node_kind_name((enum node_kind)k));
    }
    assert_int_equal(bpmn_kind("callChoreography"), NODE_KINDS);
    assert_true(bpmn_is_activity(NODE_call_activity) && bpmn_is_activity(NODE_send_task));
    assert_false(bpmn_is_activity(NODE_end_event) || bpmn_is_activity(NODE_complex_gateway) || bpmn_is_activity(NODE_KINDS));
}

static void test_treatments(void **state)
{
    assert_int_equal(vendor_of("http://flowable.org/bpmn"), VENDOR_JUEL);
    assert_int_equal(vendor_of("urn:x"), VENDOR_OTHER);
    assert_int_equal(extension_treatment(VENDOR_JUEL, "class"), EXT_REFUSED);
    assert_int_equal(extension_treatment(VENDOR_JUEL, "candidateGroups"), EXT_READ);
    assert_int_equal(extension_treatment(VENDOR_JUEL, "asyncBefore"), EXT_IGNORED);
    assert_int_equal(extension_treatment(VENDOR_GRADUS, "asyncBefore"), EXT_REFUSED);
    assert_int_equal(extension_treatment(VENDOR_OTHER, "class"), EXT_IGNORED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_juel),
        cmocka_unit_test(test_juel_calls),
        cmocka_unit_test(test_juel_is_bounded),
        cmocka_unit_test(test_user_task),
        cmocka_unit_test(test_resources),
        cmocka_unit_test(test_topic_is_no_expression),
        cmocka_unit_test(test_service_task),
        cmocka_unit_test(test_lists_and_maps),
        cmocka_unit_test(test_form),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_lanes),
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_treatments),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
