/* tests/unit/model/test_proc_scope.c - where scopes begin, event sub-processes, global tasks, what can be compensated. */
#include "unit/model/proc_util.h"

static const char timer[] = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>";

static void test_event_sub_processes(void **state)
{
    struct arena *mem = util_arena();
    struct made m = made(
        "<error id='e'/>",
        arena_printf(
            mem,
            "<startEvent id='s'/><subProcess id='a' triggeredByEvent='true'><startEvent id='as' isInterrupting='false' "
            "parallelMultiple='true'>%s<signalEventDefinition/></startEvent></subProcess><subProcess id='b'><task id='b1'/>"
            "<subProcess id='c' triggeredByEvent='true'><startEvent id='cs'><compensateEventDefinition/></startEvent>"
            "</subProcess><subProcess id='d' triggeredByEvent='true'><startEvent id='ds' isInterrupting='false'>"
            "<errorEventDefinition/></startEvent></subProcess></subProcess><adHocSubProcess id='h'><task id='h1'/>"
            "<subProcess id='i' triggeredByEvent='true'><startEvent id='is'>%s</startEvent></subProcess></adHocSubProcess>",
            timer, timer));
    const struct proc_node *a = made_node(&m, "a"), *b = made_node(&m, "b"), *d = made_node(&m, "d");

    assert_int_equal(a->kind, NODE_event_sub_process);
    assert_string_equal(made_ids(&m, m.p->start, m.p->n_start), "s");
    assert_string_equal(made_ids(&m, m.p->esp, m.p->n_esp), "a");
    assert_int_equal(m.p->undo, PROC_NONE);
    assert_string_equal(made_ids(&m, a->start, a->n_start), "as");
    assert_int_equal(a->n_event, 2);
    assert_int_equal(a->event[0].kind, EVENT_timer);
    assert_int_equal(a->event[1].kind, EVENT_signal);
    assert_true(a->parallel && !a->interrupting);
    assert_string_equal(made_ids(&m, b->start, b->n_start), "b1");
    assert_string_equal(made_ids(&m, b->esp, b->n_esp), "c d");
    assert_int_equal(b->undo, proc_node_find(m.p, "c"));
    assert_true(b->compensable && !a->compensable);
    assert_true(d->interrupting); /* errors always do */
    assert_string_equal(made_ids(&m, made_node(&m, "h")->start, made_node(&m, "h")->n_start), "h1");
    assert_string_equal(made_ids(&m, made_node(&m, "h")->esp, made_node(&m, "h")->n_esp), "i");
    made_free(&m);
    arena_free(mem);
}

static void test_starts(void **state)
{
    /* clang-format off */
    static const struct {
        const char *inside, *want;
    } t[] = {
        {"<startEvent id='a'/><startEvent id='b'/><task id='c'/>", "a b"},
        {"<task id='a'/><task id='b'/><task id='c' isForCompensation='true'/><sequenceFlow id='f' sourceRef='a' targetRef='b'/>", "a"},
        {"<receiveTask id='a' instantiate='true'/><task id='b'/>", "a"},
        {"<receiveTask id='a'/><task id='b'/>", "a b"},
        {"<startEvent id='s'/><eventBasedGateway id='g' instantiate='true' eventGatewayType='Parallel'/><receiveTask id='r'/>"
         "<receiveTask id='q'/><sequenceFlow id='f' sourceRef='g' targetRef='r'/><sequenceFlow id='h' sourceRef='g' targetRef='q'/>",
         "s g"},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct made m = made("", t[i].inside);

        assert_string_equal(made_ids(&m, m.p->start, m.p->n_start), t[i].want);
        made_free(&m);
    }
}

static void test_gateways(void **state)
{
    struct made m =
        made("", "<eventBasedGateway id='a' instantiate='true' eventGatewayType='Parallel'/>"
                 "<eventBasedGateway id='b' instantiate='true'/><eventBasedGateway id='c' eventGatewayType='Parallel'/>");

    assert_true(made_node(&m, "a")->instantiate && made_node(&m, "a")->parallel);
    assert_true(made_node(&m, "b")->instantiate && !made_node(&m, "b")->parallel);
    assert_true(!made_node(&m, "c")->instantiate && !made_node(&m, "c")->parallel);
    made_free(&m);
}

static void test_global_tasks(void **state)
{
    struct made m =
        made_file("", "<globalUserTask id='g' name='Ask'><ioSpecification><dataInput id='i' name='question'/><inputSet/>"
                      "<outputSet/></ioSpecification><potentialOwner><resourceAssignmentExpression><formalExpression>desk"
                      "</formalExpression></resourceAssignmentExpression></potentialOwner></globalUserTask>"
                      "<globalScriptTask id='h' scriptLanguage='feel'><script>1 + 1</script></globalScriptTask>"
                      "<globalTask id='k'/><globalManualTask id='l'/><process id='p'><callActivity id='c' "
                      "calledElement='g'/></process>");
    static const char *const keys[] = {"p", "g", "h", "k", "l"};
    static const enum node_kind kinds[] = {NODE_call_activity, NODE_user_task, NODE_script_task, NODE_task, NODE_manual_task};
    int i = 0;

    for (struct proc_list *l = m.list; l != NULL; l = l->next, i++) {
        const struct proc *p = l->proc;

        assert_true(i < 5);
        assert_string_equal(p->key, keys[i]); /* the process first, although it stands last */
        assert_int_equal(p->global, i > 0);
        assert_int_equal(p->executable, i > 0);
        assert_int_equal(p->n_node, 1);
        assert_int_equal(p->node[0].kind, kinds[i]);
        assert_int_equal(p->n_start, 1);
        if (i == 1) {
            assert_string_equal(p->node[0].id, "g");
            assert_string_equal(p->node[0].groups.literal, "desk");
            assert_int_equal(p->n_data, 1);
            assert_string_equal(p->data[0].name, "question");
        }
    }
    assert_int_equal(i, 5);
    assert_string_equal(feel_text(m.list->next->next->proc->node[0].script), "1 + 1");
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_sub_processes),
        cmocka_unit_test(test_starts),
        cmocka_unit_test(test_gateways),
        cmocka_unit_test(test_global_tasks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
