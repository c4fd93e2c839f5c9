/* tests/unit/model/test_check_rules.c - the standard's constraints in their variants: who is named, at which line, how gravely.
 *
 * tests/fixtures/check/ has one bad and one good file for each rule; here stand the other ways of breaking it, and the ways that only
 * look like it. */
#include "base/buf.h"

#include "unit/model/check_util.h"

#include <time.h>

#define FILE_OF(body)                                                                                                          \
    "<definitions xmlns='" BPMN_NS                                                                                             \
    "' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' targetNamespace='t' id='d'>\n" body "</definitions>"
/* The first line of BODY is line 3. */
#define RUN(body) FILE_OF("<process id='p' isExecutable='true'>\n" body "</process>")
#define DRAWN(body) FILE_OF("<process id='p'>\n" body "</process>")
#define SUB(kind, body) "<" kind " id='x'>\n" body "</" kind ">"
#define TIMER "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
#define FORMAL " xsi:type='tFormalExpression'"

static struct answer ask(const char *text)
{
    return answer_to((struct span){text, strlen(text)});
}

/* ---- what is said ---- */

static const struct {
    const char *rule;
    enum severity severity;
    int line;
    const char *element;
    const char *text;
} told[] = {
    /* events and their places */
    {"start-trigger", FINDING_ERROR, 3, "s", RUN("<startEvent id='s'>" TIMER "<errorEventDefinition/></startEvent>")},
    {"start-trigger", FINDING_ERROR, 4, "s",
     FILE_OF("<escalationEventDefinition id='k'/>\n<process id='p'>\n<startEvent "
             "id='s'><eventDefinitionRef>k</eventDefinitionRef></startEvent>"
             "</process>")},
    {"start-inside", FINDING_ERROR, 4, "s", RUN(SUB("transaction", "<startEvent id='s'>" TIMER "</startEvent>"))},
    {"start-inside", FINDING_ERROR, 4, "s", RUN(SUB("subProcess", "<startEvent id='s'><linkEventDefinition/></startEvent>"))},
    {"catch-trigger", FINDING_ERROR, 3, "c", RUN("<intermediateCatchEvent id='c'/>")},
    {"catch-trigger", FINDING_ERROR, 3, "c",
     DRAWN("<intermediateCatchEvent id='c'>" TIMER "<terminateEventDefinition/></intermediateCatchEvent>")},
    {"throw-trigger", FINDING_ERROR, 3, "c",
     RUN("<intermediateThrowEvent id='c'><cancelEventDefinition/></intermediateThrowEvent>")},
    {"end-trigger", FINDING_ERROR, 3, "e", RUN("<endEvent id='e'><linkEventDefinition name='l'/></endEvent>")},
    {"boundary-trigger", FINDING_ERROR, 4, "b",
     RUN("<task id='t'/>\n<boundaryEvent id='b' attachedToRef='t'><linkEventDefinition name='l'/></boundaryEvent>")},
    {"boundary-trigger", FINDING_ERROR, 4, "b",
     RUN("<task id='t'/>\n<boundaryEvent id='b' attachedToRef='t' "
         "cancelActivity='false'><compensateEventDefinition/></boundaryEvent>")},
    {"event-sub-process-trigger", FINDING_ERROR, 4, "s",
     RUN("<subProcess id='x' triggeredByEvent='true'>\n<startEvent id='s' "
         "isInterrupting='false'><errorEventDefinition/></startEvent>"
         "</subProcess>")},
    {"event-sub-process-start", FINDING_ERROR, 3, "x",
     RUN("<subProcess id='x' triggeredByEvent='true'>\n<startEvent id='s'>" TIMER "</startEvent><startEvent id='s2'>" TIMER
         "</startEvent></subProcess>")},
    {"cancel-end", FINDING_ERROR, 3, "e", RUN("<endEvent id='e'><cancelEventDefinition/></endEvent>")},
    {"cancel-boundary", FINDING_ERROR, 4, "b",
     RUN("<callActivity id='t' calledElement='q'/>\n<boundaryEvent id='b' "
         "attachedToRef='t'><cancelEventDefinition/></boundaryEvent>")},
    /* what they need, graver where it is to run */
    {"escalation-code", FINDING_ERROR, 3, "e", RUN("<endEvent id='e'><escalationEventDefinition/></endEvent>")},
    {"condition-missing", FINDING_ERROR, 4, "k",
     RUN("<intermediateCatchEvent id='c'>\n<conditionalEventDefinition "
         "id='k'><condition/></conditionalEventDefinition></intermediateCatchEvent>")},
    {"condition-missing", FINDING_WARNING, 4, "k",
     DRAWN("<intermediateCatchEvent id='c'>\n<conditionalEventDefinition id='k'><condition/></conditionalEventDefinition>"
           "</intermediateCatchEvent>")},
    {"message-reference", FINDING_ERROR, 4, "e", RUN("<endEvent id='e'>\n<messageEventDefinition/></endEvent>")},
    {"timer-text-missing", FINDING_WARNING, 3, "s", RUN("<startEvent id='s'><timerEventDefinition/></startEvent>")},
    {"timer-text-form", FINDING_ERROR, 4, "s",
     RUN("<startEvent id='s'><timerEventDefinition>\n<timeCycle>every day</timeCycle></timerEventDefinition></startEvent>")},
    {"timer-text-form", FINDING_WARNING, 4, "s",
     DRAWN("<startEvent id='s'><timerEventDefinition>\n<timeCycle>every day</timeCycle></timerEventDefinition></startEvent>")},
    {"link-unresolved", FINDING_ERROR, 3, "c", /* the levels differ */
     RUN("<intermediateThrowEvent id='c'><linkEventDefinition name='l'/></intermediateThrowEvent>\n" SUB(
         "subProcess", "<intermediateCatchEvent id='k'><linkEventDefinition name='l'/></intermediateCatchEvent>"))},
    /* flows */
    {"flow-source-missing", FINDING_ERROR, 4, "f",
     RUN("<dataObject id='o'/><task id='t'/>\n<sequenceFlow id='f' sourceRef='o' targetRef='t'/>")},
    {"flow-to-artifact", FINDING_ERROR, 4, "f",
     DRAWN("<group id='g'/><task id='t'/>\n<sequenceFlow id='f' sourceRef='t' targetRef='g'/>")},
    {"flow-crosses-border", FINDING_ERROR, 6, "f",
     RUN("<task id='t'/>\n" SUB("subProcess", "<task id='u'/>\n") "<sequenceFlow id='f' sourceRef='t' targetRef='u'/>")},
    {"flow-unlisted", FINDING_WARNING, 5, "f",
     RUN("<startEvent id='s'/>\n<endEvent id='e'><incoming>f</incoming></endEvent>\n<sequenceFlow id='f' sourceRef='s' "
         "targetRef='e'/>")},
    {"end-incoming", FINDING_WARNING, 4, "e",
     RUN("<startEvent id='s'><outgoing>f</outgoing></startEvent>\n<endEvent id='e'/>\n<sequenceFlow id='f' sourceRef='s' "
         "targetRef='e'/>")},
    {"flow-list-differs", FINDING_ERROR, 4, "s", RUN("<startEvent id='s'>\n<outgoing>gone</outgoing></startEvent>")},
    {"incoming-missing", FINDING_WARNING, 5, "u", RUN(SUB("subProcess", "<startEvent id='s'/>\n<task id='u'/>"))},
    {"condition-alone", FINDING_WARNING, 3, "t",
     RUN("<sendTask id='t'/><task id='u'/>\n<sequenceFlow id='f' sourceRef='t' targetRef='u'><conditionExpression" FORMAL
         ">a</conditionExpression></sequenceFlow>")},
    {"condition-ignored", FINDING_WARNING, 4, "f",
     RUN("<startEvent id='s'/><task id='u'/>\n<sequenceFlow id='f' sourceRef='s' targetRef='u'><conditionExpression" FORMAL
         ">a</conditionExpression></sequenceFlow>")},
    /* expressions */
    {"expression-natural", FINDING_WARNING, 3, "t",
     RUN("<adHocSubProcess id='t'>\n<task id='u'/><completionCondition>when done</completionCondition></adHocSubProcess>")},
    {"expression-natural", FINDING_WARNING, 3, "t",
     RUN("<task "
         "id='t'><standardLoopCharacteristics><loopCondition>again</loopCondition></standardLoopCharacteristics></task>")},
    {"expression-empty", FINDING_ERROR, 4, "t",
     RUN("<task id='t'><standardLoopCharacteristics loopMaximum='2'>\n<loopCondition" FORMAL
         "/></standardLoopCharacteristics></task>")},
    {"expression-empty", FINDING_WARNING, 4, "t",
     DRAWN("<task id='t'><standardLoopCharacteristics>\n<loopCondition" FORMAL "/></standardLoopCharacteristics></task>")},
    /* activities */
    {"loop-count", FINDING_WARNING, 4, "t", DRAWN("<task id='t'>\n<multiInstanceLoopCharacteristics/></task>")},
    {"loop-behavior", FINDING_ERROR, 4, "t",
     RUN("<task id='t'>\n<multiInstanceLoopCharacteristics behavior='None'><loopCardinality" FORMAL
         ">2</loopCardinality></multiInstanceLoopCharacteristics></task>")},
    {"quantity-wrong", FINDING_ERROR, 3, "t", RUN("<task id='t' completionQuantity='-1'/>")},
    {"quantity-wrong", FINDING_WARNING, 3, "t", DRAWN("<task id='t' startQuantity='0'/>")},
    {"ad-hoc-content", FINDING_ERROR, 3, "t",
     RUN("<adHocSubProcess id='t'>\n<task id='u'/><endEvent id='e'/></adHocSubProcess>")},
    {"compensation-handler-marker", FINDING_ERROR, 4, "b",
     RUN("<task id='t'/>\n<boundaryEvent id='b' attachedToRef='t'><compensateEventDefinition/></boundaryEvent><endEvent "
         "id='e'/>"
         "<association id='a' sourceRef='b' targetRef='e'/>")},
    {"call-missing", FINDING_WARNING, 3, "t", RUN("<callActivity id='t'/>")},
    /* references */
    {"reference-missing", FINDING_ERROR, 4, "t",
     RUN("<task "
         "id='t'><ioSpecification><inputSet>\n<dataInputRefs>gone</dataInputRefs></inputSet><outputSet/></ioSpecification></"
         "task>")},
    {"reference-missing", FINDING_WARNING, 3, "t",
     RUN("<serviceTask id='t' implementation='##WebService' operationRef='gone'/>")},
    {"reference-kind", FINDING_ERROR, 2, "m",
     FILE_OF("<message id='m' itemRef='p'/>\n<process id='p'><task id='t'/></process>")},
    {"reference-missing", FINDING_ERROR, 3, "g", /* what is imported is not here */
     FILE_OF("<import importType='" BPMN_NS "' location='a.bpmn' namespace='a'/><process id='p' isExecutable='true'>\n"
             "<group id='g' categoryValueRef='a:v'/><task id='t'/></process>")},
    /* collaborations */
    {"message-flow-pool", FINDING_WARNING, 3, "f",
     FILE_OF("<collaboration id='c'><participant id='a'/>\n<messageFlow id='f' sourceRef='a' targetRef='a'/></collaboration>")},
    {"message-to-artifact", FINDING_WARNING, 3, "f",
     FILE_OF("<collaboration id='c'><participant id='a'/><textAnnotation id='n'/>\n<messageFlow id='f' sourceRef='a' "
             "targetRef='n'/>"
             "</collaboration>")},
    {"end-message", FINDING_WARNING, 5, "e",
     FILE_OF(
         "<collaboration id='c'><participant id='a' processRef='p'/><participant id='b'/>\n<messageFlow id='f' sourceRef='e' "
         "targetRef='b'/></collaboration>\n<process id='p'>\n<endEvent id='e'/></process>")},
};

static void test_told(void **state)
{
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        struct answer a = ask(told[i].text);
        const struct finding *one = answer_said(&a, told[i].rule);

        if (one == NULL || one->severity != told[i].severity || one->line != told[i].line ||
            strcmp(one->element, told[i].element) != 0) {
            util_print(&a.f);
            fail_msg("%s, row %zu: not as it should be", told[i].rule, i);
        }
        answer_forget(&a);
    }
}

/* ---- what is right ---- */

static const struct {
    const char *rule, *text;
} silent[] = {
    {"cancel-end", RUN(SUB("transaction", SUB("subProcess", "<endEvent id='e'><cancelEventDefinition/></endEvent>")))},
    {"boundary-trigger",
     RUN("<task id='t'/><boundaryEvent id='b' attachedToRef='t'>" TIMER "<errorEventDefinition/></boundaryEvent>")},
    {"boundary-outgoing",
     RUN("<task id='t'/><boundaryEvent id='b' attachedToRef='t'><compensateEventDefinition/></boundaryEvent>")},
    {"incoming-missing", RUN("<startEvent id='s'/><task id='t' isForCompensation='true'/>")},
    {"incoming-missing", RUN("<startEvent id='s'/><adHocSubProcess id='x'><task id='t'/><task id='u'/></adHocSubProcess>"
                             "<sequenceFlow id='f' sourceRef='s' targetRef='x'/>")},
    {"event-incoming", RUN("<intermediateCatchEvent id='c'><linkEventDefinition name='l'/></intermediateCatchEvent>")},
    {"end-without-start",
     FILE_OF("<message id='m'/><process id='p'><receiveTask id='t' messageRef='m' instantiate='true'/><endEvent id='e'/>"
             "<sequenceFlow id='f' sourceRef='t' targetRef='e'/></process>")},
    {"escalation-code", DRAWN("<endEvent id='e'><escalationEventDefinition/></endEvent>")},
    {"message-reference", DRAWN("<startEvent id='s'><messageEventDefinition/></startEvent>")},
    {"expression-natural",
     DRAWN("<adHocSubProcess id='t'><task id='u'/><completionCondition>when done</completionCondition></adHocSubProcess>")},
    {"reference-missing", RUN("<callActivity id='t' calledElement='elsewhere'/>")},
    {"message-flow-pool",
     FILE_OF("<collaboration id='c'><participant id='a' processRef='p'/><participant id='b'/><messageFlow id='f' "
             "sourceRef='t' targetRef='b'/></collaboration><process id='p'><task id='t'/></process>")},
    {"association-item",
     RUN("<dataObject id='o'/><dataObjectReference id='r' dataObjectRef='o'/><task id='t'><ioSpecification><dataInput id='i'/>"
         "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/></ioSpecification><dataInputAssociation id='a'>"
         "<sourceRef>r</sourceRef><targetRef>i</targetRef></dataInputAssociation></task>")},
    {"loop-count",
     FILE_OF("<process id='p' isExecutable='true' xmlns:camunda='http://camunda.org/schema/1.0/bpmn'><task id='t'>"
             "<multiInstanceLoopCharacteristics camunda:collection='${items}'/></task></process>")},
};

static void test_silent(void **state)
{
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        struct answer a = ask(silent[i].text);

        if (answer_said(&a, silent[i].rule) != NULL) {
            util_print(&a.f);
            fail_msg("%s, row %zu: said without need", silent[i].rule, i);
        }
        answer_forget(&a);
    }
}

/* ---- what cannot run here ---- */

/* A file that keeps to the standard and that this executor cannot do is taken and not started; the others stay as they are. */
static void test_blocked(void **state)
{
    static const char *const rows[] = {
        RUN("<scriptTask id='t' scriptFormat='python'><script>1</script></scriptTask>"),
        RUN("<startEvent id='s'><timerEventDefinition/></startEvent>"),
        RUN("<callActivity id='t'/>"),
        RUN("<receiveTask id='t'/>"),
        RUN("<serviceTask id='t' implementation='##WebService'/>"),
        "<definitions xmlns='" BPMN_NS "' targetNamespace='t' expressionLanguage='http://www.w3.org/1999/XPath'>\n"
        "<process id='p' isExecutable='true'><task id='t'/><task id='u'/><sequenceFlow id='f' sourceRef='t' targetRef='u'>"
        "<conditionExpression>count(//item) > 1</conditionExpression></sequenceFlow></process></definitions>",
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct answer a = ask(rows[i]);

        if (a.list == NULL || a.list->proc->executable || a.f.warnings == 0) {
            util_print(&a.f);
            fail_msg("row %zu: refused, or ready to start", i);
        }
        answer_forget(&a);
    }
    struct answer a = ask(FILE_OF("<process id='p' isExecutable='true'><callActivity id='t'/></process>"
                                  "<process id='q' isExecutable='true'><task id='u'/></process>"));
    assert_false(a.list->proc->executable);
    assert_true(a.list->next->proc->executable);
    answer_forget(&a);
}

/* A drawing may hold any text for an expression. */
static void test_drawn(void **state)
{
    struct answer a = ask(DRAWN("<task id='t'/><task id='u'/>\n<sequenceFlow id='f' sourceRef='t' targetRef='u'>"
                                "<conditionExpression>more than 1,000 Euro?</conditionExpression></sequenceFlow>"));

    assert_int_equal(a.f.errors, 0);
    assert_int_equal(answer_said(&a, "condition-broken")->severity, FINDING_WARNING);
    assert_null(a.list->proc->flow[0].condition);
    answer_forget(&a);
}

/* Thousands of one kind beside each other: no rule asks each of them about all others. */
static void test_wide(void **state)
{
    enum { WIDE = 9000 };
    struct arena *mem = util_arena();
    struct buf b = buf_new(mem, UTIL_FILE_MAX);
    struct timespec from, to;

    buf_str(&b, "<definitions xmlns='" BPMN_NS "' targetNamespace='t' id='d'><collaboration id='c'><participant id='a'/>");
    for (int i = 0; i < WIDE; i++)
        buf_fmt(&b, "<conversation id='v%d'/><conversationLink id='k%d' sourceRef='a' targetRef='v%d'/>", i, i, i);
    buf_str(&b, "</collaboration><process id='p'><ioSpecification>");
    for (int i = 0; i < WIDE; i++)
        buf_fmt(&b, "<dataInput id='i%d'/>", i);
    buf_str(&b, "<inputSet>");
    for (int i = 0; i < WIDE; i++)
        buf_fmt(&b, "<dataInputRefs>i%d</dataInputRefs>", i);
    buf_str(&b, "</inputSet><outputSet/></ioSpecification><task id='t'/></process></definitions>");
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    struct answer a = ask(buf_text(&b));
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_true(to.tv_sec - from.tv_sec < 4);
    assert_int_equal(a.f.errors, 0);
    assert_null(answer_said(&a, "input-unlisted"));
    assert_non_null(answer_said(&a, "conversation-participants"));
    answer_forget(&a);
    arena_free(mem);
}

static void test_constraints(void **state)
{
    size_t n = 0;
    const struct check_rule *rules = check_rules(&n);

    assert_string_equal(check_constraint("cancel-boundary"), "EXT.111 EXT.120");
    assert_string_equal(check_constraint("no such rule"), "");
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(rules[i].id, rules[k].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_told),  cmocka_unit_test(test_silent), cmocka_unit_test(test_blocked),
        cmocka_unit_test(test_drawn), cmocka_unit_test(test_wide),   cmocka_unit_test(test_constraints),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
