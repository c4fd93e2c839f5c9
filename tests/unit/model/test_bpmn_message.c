/* tests/unit/model/test_bpmn_message.c - message flows between participants, and the standard's correlation. */
#include "unit/model/proc_util.h"

static const char *name_of(const struct made *m, const struct proc *p, const char *id)
{
    int32_t i = proc_node_find(p, id);

    return i != PROC_NONE && p->node[i].n_event > 0 ? made_text(m, &p->node[i].event[0].name) : "none";
}

/* Throwing node of one pool to catching node of another: they mean the same message, whatever of it the file leaves out. */
static void test_flows(void **state)
{
    static const struct {
        const char *flow, *from, *to, *want; /* message references of both ends */
    } t[] = {
        {"", "", "", "f"},
        {"", "messageRef='m1'", "", "one"},
        {"", "", "messageRef='m2'", "m2"},
        {"messageRef='m1'", "", "", "one"},
        {"messageRef='m2'", "messageRef='m1'", "", "one"},
    };

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct made m = made_file(
            "", arena_printf(
                    mem,
                    "<message id='m1' name='one'/><message id='m2'/><collaboration id='c'><participant id='a' processRef='p'/>"
                    "<participant id='b' processRef='q'/><participant id='box'/><messageFlow id='f' sourceRef='t' "
                    "targetRef='r' %s/><messageFlow id='g' sourceRef='t' targetRef='box'/><messageFlow id='h' sourceRef='s' "
                    "targetRef='w'/></collaboration><process id='p' isExecutable='true'><endEvent id='t'>"
                    "<messageEventDefinition %s/></endEvent><sendTask id='s'/></process><process id='q' isExecutable='true'>"
                    "<startEvent id='r'><messageEventDefinition %s/></startEvent><receiveTask id='w'/></process>",
                    t[i].flow, t[i].from, t[i].to));
        const struct proc *p = m.list->proc, *q = m.list->next->proc;

        if (strcmp(name_of(&m, p, "t"), t[i].want) != 0 || strcmp(name_of(&m, q, "r"), t[i].want) != 0)
            fail_msg("row %zu: %s and %s", i, name_of(&m, p, "t"), name_of(&m, q, "r"));
        assert_string_equal(name_of(&m, p, "s"), "h");
        assert_string_equal(name_of(&m, q, "w"), "h");
        made_free(&m);
        arena_free(mem);
    }
}

static const char keyed[] =
    "<message id='m1' name='one'/><message id='m2' name='two'/><message id='m3' name='three'/>"
    "<correlationProperty id='cp1'><correlationPropertyRetrievalExpression messageRef='m1'><messagePath>order.id</messagePath>"
    "</correlationPropertyRetrievalExpression><correlationPropertyRetrievalExpression messageRef='b:m2'><messagePath>orderId"
    "</messagePath></correlationPropertyRetrievalExpression></correlationProperty><correlationProperty id='cp2'>"
    "<correlationPropertyRetrievalExpression messageRef='m1'><messagePath>customer</messagePath>"
    "</correlationPropertyRetrievalExpression></correlationProperty><collaboration id='c'><participant id='a' processRef='p'/>"
    "<correlationKey id='k1'><correlationPropertyRef>cp1</correlationPropertyRef></correlationKey><conversation id='v'>"
    "<correlationKey "
    "id='k2'><correlationPropertyRef>cp2</correlationPropertyRef></correlationKey></conversation></collaboration>"
    "<process id='p' isExecutable='true'><intermediateCatchEvent id='x1'><messageEventDefinition messageRef='m1'/>"
    "</intermediateCatchEvent><intermediateCatchEvent id='x2'><messageEventDefinition "
    "messageRef='m2'/></intermediateCatchEvent>"
    "<intermediateCatchEvent id='x3'><messageEventDefinition messageRef='m3'/></intermediateCatchEvent><receiveTask id='x4' "
    "messageRef='m1'/><correlationSubscription id='s' correlationKeyRef='k1'><correlationPropertyBinding "
    "correlationPropertyRef='cp1'><dataPath>number</dataPath></correlationPropertyBinding></correlationSubscription></process>"
    "<process id='other'><receiveTask id='y' messageRef='m1'/></process>";

/* "key: messagePath=dataPath, ...; key ..." */
static const char *keys_of(const struct made *m, const struct proc_event *e)
{
    const char *all = "";

    for (int32_t i = 0; i < e->n_correlation; i++) {
        all = arena_printf(m->mem, "%s%s%s:", all, i > 0 ? "; " : "", e->correlation[i].id);
        for (int32_t k = 0; k < e->correlation[i].n; k++)
            all = arena_printf(m->mem, "%s %s=%s", all, made_feel(e->correlation[i].message[k]),
                               made_feel(e->correlation[i].data[k]));
    }
    return all;
}

static void test_keys(void **state)
{
    struct made m = made_file("", keyed);

    assert_string_equal(keys_of(&m, made_node(&m, "x1")->event), "k1: order.id=number; k2: customer=-");
    assert_string_equal(keys_of(&m, made_node(&m, "x2")->event), "k1: orderId=number");
    assert_string_equal(keys_of(&m, made_node(&m, "x3")->event), "");
    assert_ptr_equal(made_node(&m, "x4")->event->correlation, made_node(&m, "x1")->event->correlation);
    m.p = m.list->next->proc; /* takes no part in the conversation */
    assert_string_equal(keys_of(&m, made_node(&m, "y")->event), "");
    made_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_flows), cmocka_unit_test(test_keys)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
