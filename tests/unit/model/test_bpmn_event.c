/* tests/unit/model/test_bpmn_event.c - event definitions of all kinds, inline and by reference, links, handlers. */
#include "unit/model/proc_util.h"

static const char roots[] =
    "<message id='m1' name='order'/><message id='m2'/><signal id='s1' name='alarm'/><signal id='s2'/>"
    "<error id='e1' name='broken' errorCode='E1'/><error id='e2'/><escalation id='c1' name='up' escalationCode='UP'/>"
    "<signalEventDefinition id='sd' signalRef='s1'/><timerEventDefinition id='td'><timeDuration>PT5M</timeDuration>"
    "</timerEventDefinition>";

/* kind name code timer text condition, the definitions with blanks between: what a test compares */
static const char *told(const struct made *m, const struct proc_event *e, int32_t n)
{
    const char *all = "";

    for (int32_t i = 0; i < n; i++) {
        const char *one = event_kind_name(e[i].kind);

        if (e[i].name.literal != NULL || e[i].name.feel != NULL)
            one = arena_printf(m->mem, "%s %s", one, made_text(m, &e[i].name));
        if (e[i].code.literal != NULL || e[i].code.feel != NULL)
            one = arena_printf(m->mem, "%s/%s", one, made_text(m, &e[i].code));
        if (e[i].timer != TIMER_NONE)
            one = arena_printf(m->mem, "%s %d %s", one, (int)e[i].timer, made_text(m, &e[i].timer_text));
        if (e[i].condition != NULL)
            one = arena_printf(m->mem, "%s %s", one, feel_text(e[i].condition));
        all = arena_printf(m->mem, "%s%s%s", all, i > 0 ? ", " : "", one);
    }
    return all;
}

static void test_definitions(void **state)
{
    /* clang-format off */
    static const struct {
        const char *local, *inside, *want;
    } t[] = {
        {"intermediateCatchEvent", "<messageEventDefinition messageRef='m1'/>", "message order"},
        {"intermediateCatchEvent", "<messageEventDefinition messageRef='b:m2'/>", "message m2"},
        {"intermediateCatchEvent", "<signalEventDefinition signalRef='s1'/>", "signal alarm"},
        {"intermediateCatchEvent", "<signalEventDefinition signalRef='s2'/>", "signal s2"},
        {"intermediateCatchEvent", "<eventDefinitionRef>sd</eventDefinitionRef>", "signal alarm"},
        {"intermediateCatchEvent", "<eventDefinitionRef> b:td </eventDefinitionRef>", "timer 2 PT5M"},
        {"intermediateCatchEvent", "<signalEventDefinition signalRef='s2'/><eventDefinitionRef>sd</eventDefinitionRef>",
         "signal s2, signal alarm"},
        {"intermediateCatchEvent", "<messageEventDefinition messageRef='m1'/><timerEventDefinition><timeDate>=later</timeDate>"
         "</timerEventDefinition>", "message order, timer 1 =later"},
        {"intermediateCatchEvent", "<timerEventDefinition><timeCycle>R3/PT1H</timeCycle></timerEventDefinition>", "timer 3 R3/PT1H"},
        {"intermediateCatchEvent", "<timerEventDefinition><timeDuration>${a}</timeDuration></timerEventDefinition>", "timer 2 =a"},
        {"intermediateCatchEvent", "<timerEventDefinition><timeDuration language='FEEL'>a.b</timeDuration></timerEventDefinition>",
         "timer 2 =a.b"},
        {"intermediateCatchEvent", "<timerEventDefinition><timeDuration language='feel'>PT7M</timeDuration></timerEventDefinition>",
         "timer 2 PT7M"},
        {"intermediateCatchEvent", "<conditionalEventDefinition><condition xsi:type='tFormalExpression'>a &gt; 1</condition>"
         "</conditionalEventDefinition>", "conditional a > 1"},
        {"intermediateCatchEvent", "<conditionalEventDefinition><condition>${a == 1}</condition></conditionalEventDefinition>",
         "conditional a = 1"},
        {"endEvent", "<errorEventDefinition errorRef='e1'/>", "error broken/E1"},
        {"endEvent", "<errorEventDefinition errorRef='e2'/>", "error e2"},
        {"endEvent", "<errorEventDefinition/>", "error"},
        {"endEvent", "<escalationEventDefinition escalationRef='c1'/>", "escalation up/UP"},
        {"endEvent", "<terminateEventDefinition/>", "terminate"},
        {"endEvent", "<compensateEventDefinition/>", "compensation"},
        {"endEvent", "<messageEventDefinition messageRef='m1'/><signalEventDefinition signalRef='s1'/>",
         "message order, signal alarm"},
        {"endEvent", "", ""},
        {"receiveTask", "", ""},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct made m = made(roots, arena_printf(mem, "<%s id='x'>%s</%s>", t[i].local, t[i].inside, t[i].local));
        const struct proc_node *n = made_node(&m, "x");

        if (strcmp(told(&m, n->event, n->n_event), t[i].want) != 0)
            fail_msg("%s: %s", t[i].inside, told(&m, n->event, n->n_event));
        made_free(&m);
        arena_free(mem);
    }
}

static void test_tasks(void **state)
{
    struct made m =
        made("<message id='m1' name='order'/><message id='m2'/><interface id='i' name='i'><operation id='o' name='o'>"
             "<inMessageRef>m2</inMessageRef></operation></interface>",
             "<sendTask id='a' messageRef='m1'/><receiveTask id='b' operationRef='o' instantiate='true'/>"
             "<sendTask id='c' gradus:topic='mail'/><intermediateThrowEvent id='d'><messageEventDefinition>"
             "<operationRef>o</operationRef></messageEventDefinition></intermediateThrowEvent>");

    assert_string_equal(told(&m, made_node(&m, "a")->event, made_node(&m, "a")->n_event), "message order");
    assert_string_equal(told(&m, made_node(&m, "b")->event, 1), "message m2");
    assert_true(made_node(&m, "b")->instantiate);
    assert_int_equal(made_node(&m, "c")->n_event, 0);
    assert_string_equal(made_node(&m, "c")->topic, "mail");
    assert_string_equal(told(&m, made_node(&m, "d")->event, 1), "message m2");
    made_free(&m);
}

/* What an engine has its workers do is a service here, whatever the element. */
static void test_workers(void **state)
{
    struct made m = made(
        "<message id='m1' name='order'/>",
        "<intermediateThrowEvent id='a'><extensionElements><zeebe:taskDefinition type='mail' retries='2'/></extensionElements>"
        "<messageEventDefinition messageRef='m1'/></intermediateThrowEvent><endEvent id='b'><messageEventDefinition "
        "camunda:type='external' camunda:topic='mail'/></endEvent><scriptTask id='c'><extensionElements><zeebe:taskDefinition "
        "type='mail'/></extensionElements></scriptTask><scriptTask id='d'><extensionElements><zeebe:taskDefinition "
        "type='mail'/>"
        "</extensionElements><script>1</script></scriptTask><sendTask id='e' messageRef='m1' implementation='x'/>"
        "<sendTask id='f' implementation='mail'/>");
    static const struct {
        const char *id, *topic;
        enum node_kind kind;
        int n_event;
    } t[] = {
        {"a", "mail", NODE_service_task, 0}, {"b", "mail", NODE_service_task, 0}, {"c", "mail", NODE_service_task, 0},
        {"d", NULL, NODE_script_task, 0},    {"e", NULL, NODE_send_task, 1},      {"f", "mail", NODE_send_task, 0},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        const struct proc_node *n = made_node(&m, t[i].id);

        if (n->kind != t[i].kind || n->n_event != t[i].n_event || (n->topic == NULL) != (t[i].topic == NULL) ||
            (n->topic != NULL && strcmp(n->topic, t[i].topic) != 0))
            fail_msg("%s: %s", t[i].id, node_kind_name(n->kind));
    }
    assert_int_equal(made_node(&m, "a")->retries, 2);
    made_free(&m);
}

/* What a catching event does with what it caught, and how long a thrown message is kept. */
static void test_extras(void **state)
{
    struct made m =
        made("<message id='m1' name='=&quot;order &quot; + area' gradus:ttl='PT1H'><extensionElements>"
             "<zeebe:subscription correlationKey='=number'/></extensionElements></message><error id='e1' errorCode='${code}'/>",
             "<subProcess id='s'><task id='t'/></subProcess><boundaryEvent id='b' attachedToRef='s'><errorEventDefinition "
             "errorRef='e1' "
             "camunda:errorCodeVariable='c' camunda:errorMessageVariable='t'/></boundaryEvent><intermediateCatchEvent id='x'>"
             "<messageEventDefinition messageRef='m1'/></intermediateCatchEvent><intermediateThrowEvent id='y'>"
             "<messageEventDefinition messageRef='m1' gradus:key='fixed' gradus:ttl='=short'/></intermediateThrowEvent>");
    const struct proc_event *b = made_node(&m, "b")->event, *x = made_node(&m, "x")->event, *y = made_node(&m, "y")->event;

    assert_string_equal(made_text(&m, &b->code), "=code");
    assert_string_equal(b->code_var, "c");
    assert_string_equal(b->text_var, "t");
    assert_string_equal(made_text(&m, &x->name), "=\"order \" + area");
    assert_string_equal(made_text(&m, &x->key), "=number");
    assert_string_equal(made_text(&m, &x->ttl), "PT1H");
    assert_string_equal(made_text(&m, &y->key), "fixed");
    assert_string_equal(made_text(&m, &y->ttl), "=short");
    made_free(&m);
}

static void test_links(void **state)
{
    struct made m = made(
        "", "<intermediateThrowEvent id='a'><linkEventDefinition name='L'/></intermediateThrowEvent>"
            "<intermediateThrowEvent id='b'><linkEventDefinition name='L'/></intermediateThrowEvent>"
            "<intermediateThrowEvent id='c'><linkEventDefinition id='cd' name='other'><target>dd</target></linkEventDefinition>"
            "</intermediateThrowEvent><intermediateThrowEvent id='f'><linkEventDefinition id='fd' "
            "name='x'/></intermediateThrowEvent>"
            "<intermediateCatchEvent id='l'><linkEventDefinition name='L'/></intermediateCatchEvent>"
            "<intermediateCatchEvent id='d'><linkEventDefinition id='dd' name='M'><source>fd</source></linkEventDefinition>"
            "</intermediateCatchEvent><subProcess id='s'><startEvent id='s1'/><intermediateThrowEvent id='e'>"
            "<linkEventDefinition name='M'/></intermediateThrowEvent><sequenceFlow id='w' sourceRef='s1' "
            "targetRef='e'/></subProcess>");

    assert_int_equal(made_node(&m, "a")->event->link, proc_node_find(m.p, "l"));
    assert_int_equal(made_node(&m, "b")->event->link, proc_node_find(m.p, "l"));
    assert_int_equal(made_node(&m, "c")->event->link, proc_node_find(m.p, "d"));
    assert_int_equal(made_node(&m, "f")->event->link, proc_node_find(m.p, "d"));
    assert_int_equal(made_node(&m, "e")->event->link, PROC_NONE); /* the name is known outside only */
    assert_int_equal(made_node(&m, "l")->event->link, PROC_NONE);
    assert_string_equal(made_ids(&m, m.p->start, m.p->n_start), "a b c f s"); /* where a link leads to nothing begins */
    made_free(&m);
}

static void test_compensation(void **state)
{
    struct made m = made(
        "",
        "<startEvent id='s'/><task id='a'/><boundaryEvent id='ca' "
        "attachedToRef='a'><compensateEventDefinition/></boundaryEvent>"
        "<boundaryEvent id='ta' "
        "attachedToRef='a'><timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
        "</boundaryEvent><task id='ua' isForCompensation='true'/><association id='x1' sourceRef='ca' targetRef='ua'/>"
        "<subProcess id='b'><task id='c'/><boundaryEvent id='cc' attachedToRef='c'><compensateEventDefinition/></boundaryEvent>"
        "<task id='uc'/><association id='x2' sourceRef='uc' targetRef='cc'/></subProcess><subProcess id='d'><task id='e'/>"
        "</subProcess><endEvent id='f'><compensateEventDefinition activityRef='b' waitForCompletion='false'/></endEvent>"
        "<sequenceFlow id='f1' sourceRef='s' targetRef='a'/><sequenceFlow id='f2' sourceRef='a' targetRef='b'/>"
        "<sequenceFlow id='f3' sourceRef='b' targetRef='d'/><sequenceFlow id='f4' sourceRef='d' targetRef='f'/>"
        "<sequenceFlow id='f5' sourceRef='ta' targetRef='f'/>");

    assert_int_equal(made_node(&m, "a")->handler, proc_node_find(m.p, "ua"));
    assert_string_equal(made_ids(&m, made_node(&m, "a")->boundary, made_node(&m, "a")->n_boundary), "ta");
    assert_int_equal(made_node(&m, "c")->handler, proc_node_find(m.p, "uc")); /* drawn the other way round */
    assert_true(made_node(&m, "uc")->for_compensation);                       /* not marked, but nothing else leads to it */
    assert_string_equal(made_ids(&m, made_node(&m, "b")->start, made_node(&m, "b")->n_start), "c");
    assert_true(made_node(&m, "a")->compensable && made_node(&m, "b")->compensable && made_node(&m, "c")->compensable);
    assert_false(made_node(&m, "d")->compensable || made_node(&m, "ua")->compensable);
    assert_int_equal(made_node(&m, "f")->event->activity, proc_node_find(m.p, "b"));
    assert_false(made_node(&m, "f")->event->wait);
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_definitions), cmocka_unit_test(test_tasks), cmocka_unit_test(test_extras),
        cmocka_unit_test(test_workers),     cmocka_unit_test(test_links), cmocka_unit_test(test_compensation),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
