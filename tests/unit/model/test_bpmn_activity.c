/* tests/unit/model/test_bpmn_activity.c - loops, quantities, calls, ad-hoc sub-processes and complex gateways, in all dialects. */
#include "unit/model/proc_util.h"

/* "kind|maximum|condition|collection|element|output|result|behavior" */
static const char *told(const struct made *m, const struct proc_loop *l)
{
    return arena_printf(m->mem, "%d|%s|%s|%s|%s|%s|%s|%d", (int)l->kind, made_text(m, &l->maximum), made_feel(l->condition),
                        made_text(m, &l->collection), l->element != NULL ? l->element : "-",
                        l->output != NULL ? l->output : "-", made_feel(l->result), (int)l->behavior);
}

static void test_loops(void **state)
{
    /* clang-format off */
    static const struct {
        const char *inside, *want;
    } t[] = {
        {"", "0|-|-|-|-|-|-|0"},
        {"<standardLoopCharacteristics loopMaximum='3'><loopCondition>a &lt; 3</loopCondition></standardLoopCharacteristics>",
         "1|3|a < 3|-|-|-|-|0"},
        {"<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>3</loopCardinality>"
         "</multiInstanceLoopCharacteristics>", "2|=3|-|-|-|-|-|0"},
        {"<multiInstanceLoopCharacteristics behavior='None'><loopCardinality xsi:type='tFormalExpression'>n + 1</loopCardinality>"
         "<completionCondition>done</completionCondition></multiInstanceLoopCharacteristics>", "3|=n + 1|done|-|-|-|-|1"},
        {"<multiInstanceLoopCharacteristics><loopDataInputRef>list</loopDataInputRef><loopDataOutputRef>all</loopDataOutputRef>"
         "<inputDataItem id='i' name='item'/><outputDataItem id='o'/></multiInstanceLoopCharacteristics>",
         "3|-|-|=list|item|all|o|0"},
        {"<multiInstanceLoopCharacteristics><loopDataInputRef>do1</loopDataInputRef><loopDataOutputRef>ref</loopDataOutputRef>"
         "</multiInstanceLoopCharacteristics>", "3|-|-|=orders|-|parts|-|0"},
        {"<ioSpecification><dataInput id='din' name='in'/><dataOutput id='dout'/><inputSet/><outputSet/></ioSpecification>"
         "<dataInputAssociation><sourceRef>do1</sourceRef><targetRef>din</targetRef></dataInputAssociation>"
         "<dataOutputAssociation><sourceRef>dout</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>"
         "<multiInstanceLoopCharacteristics><loopDataInputRef>din</loopDataInputRef><loopDataOutputRef>dout</loopDataOutputRef>"
         "</multiInstanceLoopCharacteristics>", "3|-|-|=orders|-|parts|-|0"},
        {"<multiInstanceLoopCharacteristics camunda:collection='list' camunda:elementVariable='one'/>", "3|-|-|=list|one|-|-|0"},
        {"<multiInstanceLoopCharacteristics flowable:collection='${a.b}' flowable:elementVariable='one'/>",
         "3|-|-|=a.b|one|-|-|0"},
        {"<multiInstanceLoopCharacteristics><extensionElements><zeebe:loopCharacteristics inputCollection='=list' "
         "inputElement='one' outputCollection='all' outputElement='=one * 2'/></extensionElements>"
         "</multiInstanceLoopCharacteristics>", "3|-|-|=list|one|all|one * 2|0"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct made m =
            made("", arena_printf(mem,
                                  "<dataObject id='do1' name='orders'/><dataObject id='do2' name='parts'/>"
                                  "<dataObjectReference id='ref' name='drawn' dataObjectRef='do2'/><task id='x'>%s</task>",
                                  t[i].inside));
        const struct proc_node *n = made_node(&m, "x");

        if (strcmp(told(&m, &n->loop), t[i].want) != 0)
            fail_msg("%s: %s", t[i].inside, told(&m, &n->loop));
        assert_int_equal(n->n_input + n->n_output, 0); /* the loop takes the collections apart itself */
        made_free(&m);
        arena_free(mem);
    }
}

static void test_behavior(void **state)
{
    struct made m =
        made("<signal id='s1' name='alarm'/><signalEventDefinition id='sd' signalRef='s1'/>",
             "<task id='x'><multiInstanceLoopCharacteristics behavior='Complex' noneBehaviorEventRef='sd' "
             "oneBehaviorEventRef='nowhere'>"
             "<loopCardinality>3</loopCardinality><complexBehaviorDefinition><condition>true</condition><event id='e'>"
             "<signalEventDefinition signalRef='s1'/></event></complexBehaviorDefinition><complexBehaviorDefinition>"
             "<condition>loopCounter = 2</condition></complexBehaviorDefinition></multiInstanceLoopCharacteristics></task>");
    const struct proc_loop *l = &made_node(&m, "x")->loop;

    assert_int_equal(l->behavior, BEHAVIOR_COMPLEX);
    assert_int_equal(l->n_complex, 2);
    assert_string_equal(feel_text(l->complex[0].condition), "true");
    assert_int_equal(l->complex[0].n_event, 1);
    assert_int_equal(l->complex[0].event[0].kind, EVENT_signal);
    assert_string_equal(l->complex[0].event[0].name.literal, "alarm");
    assert_string_equal(feel_text(l->complex[1].condition), "loopCounter = 2");
    assert_int_equal(l->complex[1].n_event, 0);
    assert_int_equal(l->none.kind, EVENT_signal);
    assert_int_equal(l->one.kind, EVENT_KINDS);
    made_free(&m);
}

static void test_numbers_and_conditions(void **state)
{
    struct made m = made(
        "",
        "<task id='a' startQuantity='2' completionQuantity='3'/><task id='b'/><adHocSubProcess id='c' ordering='Sequential' "
        "cancelRemainingInstances='false'><task id='c1'/><task id='c2'/><exclusiveGateway id='c3'/><task id='c4'/>"
        "<sequenceFlow id='f' sourceRef='c2' targetRef='c4'/><completionCondition>done</completionCondition></adHocSubProcess>"
        "<adHocSubProcess id='d'><task id='d1'/></adHocSubProcess><complexGateway id='e'><activationCondition>activationCount "
        "&gt;= 2</activationCondition></complexGateway>");

    assert_int_equal(made_node(&m, "a")->start_quantity, 2);
    assert_int_equal(made_node(&m, "a")->done_quantity, 3);
    assert_int_equal(made_node(&m, "b")->start_quantity, 1);
    assert_int_equal(made_node(&m, "b")->done_quantity, 1);
    assert_true(made_node(&m, "c")->sequential && !made_node(&m, "c")->cancel_remaining);
    assert_string_equal(made_feel(made_node(&m, "c")->done_if), "done");
    assert_string_equal(made_ids(&m, made_node(&m, "c")->start, made_node(&m, "c")->n_start), "c1 c2");
    assert_true(!made_node(&m, "d")->sequential && made_node(&m, "d")->cancel_remaining);
    assert_null(made_node(&m, "d")->done_if);
    assert_string_equal(made_feel(made_node(&m, "e")->done_if), "activationCount >= 2");
    made_free(&m);
}

static void test_calls(void **state)
{
    /* clang-format off */
    static const struct {
        const char *attrs, *inside, *want; /* key|version|binding|all in|all out|input|output */
    } t[] = {
        {"calledElement='q'", "", "q|-|0|1|1||"},
        {"calledElement='b:q'", "", "q|-|0|1|1||"},
        {"", "", "-|-|0|1|1||"},
        {"calledElement='${which}'", "", "=which|-|0|1|1||"},
        {"calledElement='q' camunda:calledElementBinding='version' camunda:calledElementVersion='3'", "", "q|3|2|1|1||"},
        {"calledElement='q' camunda:calledElementBinding='deployment'", "", "q|-|1|1|1||"},
        {"calledElement='q'", "<extensionElements><camunda:in source='a' target='b'/><camunda:in sourceExpression='${c + 1}' target='d'/>"
         "<camunda:in businessKey='${key}'/><camunda:out variables='all'/></extensionElements>", "q|-|0|0|1|b<-=a; d<-=c + 1|"},
        {"calledElement='q' flowable:inheritVariables='true'", "<extensionElements><flowable:in source='a' target='b'/>"
         "<flowable:out source='r' target='s'/></extensionElements>", "q|-|0|1|0|b<-=a|s<-=r"},
        {"", "<extensionElements><zeebe:calledElement processId='=id' bindingType='deployment'/></extensionElements>",
         "=id|-|1|1|1||"},
        {"", "<extensionElements><zeebe:calledElement processId='q' propagateAllParentVariables='false' "
         "propagateAllChildVariables='false'/><zeebe:ioMapping><zeebe:input source='=a' target='b'/></zeebe:ioMapping>"
         "</extensionElements>", "q|-|0|0|0|b<-=a|"},
        {"calledElement='q'", "<extensionElements><gradus:input source='=a' target='b'/></extensionElements>", "q|-|0|0|1|b<-=a|"},
        {"calledElement='q'", "<ioSpecification><dataInput id='i1' name='amount'/><dataOutput id='o1' name='total'/><inputSet/>"
         "<outputSet/></ioSpecification><dataInputAssociation><targetRef>i1</targetRef><assignment><from>a * 2</from><to>amount</to>"
         "</assignment></dataInputAssociation><dataOutputAssociation><sourceRef>o1</sourceRef><targetRef>v</targetRef>"
         "</dataOutputAssociation>", "q|-|0|0|0|amount<-=a * 2|v<-=if total = null then v else total"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct made m =
            made("", arena_printf(mem, "<property id='v'/><callActivity id='x' %s>%s</callActivity>", t[i].attrs, t[i].inside));
        const struct proc_node *n = made_node(&m, "x");
        const char *got = arena_printf(mem, "%s|%s|%d|%d|%d|%s|%s", made_text(&m, &n->call.key),
                                       made_text(&m, &n->call.version), (int)n->call.binding, n->call.all_in, n->call.all_out,
                                       made_maps(&m, n->input, n->n_input), made_maps(&m, n->output, n->n_output));

        if (strcmp(got, t[i].want) != 0)
            fail_msg("%s %s: %s", t[i].attrs, t[i].inside, got);
        made_free(&m);
        arena_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loops),
        cmocka_unit_test(test_behavior),
        cmocka_unit_test(test_numbers_and_conditions),
        cmocka_unit_test(test_calls),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
