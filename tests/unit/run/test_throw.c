/* tests/unit/run/test_throw.c - what leaves the instance, and how a called one ends. */
#include "run/throw.c"

#include "event_util.h"

#define ROOTS                                                                                                                  \
    "<message id=\"m\" name=\"order\" gradus:key=\"=k\" gradus:ttl=\"=wait\"/><message id=\"n\" name=\"note\"/>"               \
    "<signal id=\"s\" name=\"alarm\"/><error id=\"e\" name=\"bad\" errorCode=\"BAD\"/>"                                        \
    "<escalation id=\"u\" name=\"up\" escalationCode=\"UP\"/>"
#define FLOW(a, b) "<sequenceFlow id=\"" a "_" b "\" sourceRef=\"" a "\" targetRef=\"" b "\"/>"

static int setup(void **state)
{
    *state = arena_new(0);
    return 0;
}

static int teardown(void **state)
{
    arena_free(*state);
    return 0;
}

static void message_with_everything(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS,
                   "<startEvent id=\"b\"/><intermediateThrowEvent id=\"t\"><extensionElements><gradus:input source=\"=x + 1\" "
                   "target=\"y\"/></extensionElements><messageEventDefinition messageRef=\"m\"/></intermediateThrowEvent>"
                   "<userTask id=\"w\"/>" FLOW("b", "t") FLOW("t", "w")));
    event_start(b, "x=1 k=\"K\" wait=duration(\"PT1H\")");
    const struct effect *e = event_said(b, EFFECT_MESSAGE, 0);
    assert_non_null(e);
    assert_string_equal(e->text, "order");
    assert_string_equal(e->key, "\"K\"");
    assert_int_equal(e->due, b->now + CLOCK_HOUR);
    assert_true(val_same(val_get(e->input, "y"), val_int(2)));
    assert_null(event_said(b, EFFECT_MESSAGE, 1));
    assert_null(inst_var(b->in, 1, "y"));
}

static void message_without_anything(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><endEvent id=\"t\"><messageEventDefinition messageRef=\"m\"/></endEvent>" FLOW(
                              "b", "t")));
    event_start(b, "");
    const struct effect *e = event_said(b, EFFECT_MESSAGE, 0);
    assert_non_null(e);
    assert_null(e->key);
    assert_int_equal(e->due, 0);
    assert_true(val_is(e->input, VAL_NULL));
    assert_int_equal(b->in->state, INST_COMPLETED);
}

/* A lifetime that is none stops the token before anything has left; a retry throws once. */
static void a_failed_throw_is_not_half_done(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><intermediateThrowEvent id=\"t\"><signalEventDefinition signalRef=\"s\"/>"
                          "<messageEventDefinition messageRef=\"m\"/></intermediateThrowEvent><userTask id=\"w\"/>" FLOW(
                              "b", "t") FLOW("t", "w")));
    event_start(b, "wait=\"soon\"");
    assert_non_null(event_said(b, EFFECT_SIGNAL, 0));
    assert_null(event_said(b, EFFECT_MESSAGE, 0));
    assert_non_null(event_said(b, EFFECT_INCIDENT, 0));
    struct trigger retry = {.kind = TRIGGER_RETRY,
                            .token = event_token(b, "t", ROLE_FLOW)->no,
                            .node = PROC_NONE,
                            .vars = event_vars(b, "wait=\"PT1M\"")};
    assert_int_equal(event_send(b, retry), OK);
    assert_null(event_said(b, EFFECT_SIGNAL, 0)); /* thrown before */
    assert_non_null(event_said(b, EFFECT_MESSAGE, 0));
    assert_non_null(event_token(b, "w", ROLE_FLOW));
}

static void a_called_instance_faults(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS,
                   "<startEvent id=\"b\"/><userTask id=\"w\"/><userTask id=\"x\"/><endEvent id=\"t\"><errorEventDefinition "
                   "errorRef=\"e\"/></endEvent>" FLOW("b", "w") FLOW("b", "x") FLOW("w", "t")));
    b->called = true;
    event_start(b, "v=7");
    assert_int_equal(event_task(b, "w", ""), OK);
    assert_int_equal(b->in->state, INST_FAULTED);
    const struct effect *e = event_said(b, EFFECT_ENDED, 0);
    assert_non_null(e);
    assert_string_equal(e->text, "BAD");
    assert_non_null(event_said(b, EFFECT_TASK_CLOSE, 1)); /* the other task goes with it */
    assert_int_equal(b->in->n_token, 0);
}

static void a_called_instance_escalates(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(
            ROOTS,
            "<startEvent id=\"b\"/><intermediateThrowEvent id=\"t\"><extensionElements><gradus:input source=\"=v\" "
            "target=\"why\"/></extensionElements><escalationEventDefinition escalationRef=\"u\"/></intermediateThrowEvent>"
            "<userTask id=\"w\"/>" FLOW("b", "t") FLOW("t", "w")));
    b->called = true;
    event_start(b, "v=7");
    const struct effect *e = event_said(b, EFFECT_ESCALATED, 0);
    assert_non_null(e);
    assert_string_equal(e->text, "UP");
    assert_true(val_same(val_get(e->input, "why"), val_int(7)));
    assert_non_null(event_token(b, "w", ROLE_FLOW));
}

/* Nobody called it: the escalation is lost. */
static void an_escalation_is_lost(void **state)
{
    struct event_bench *b =
        event_bench(*state, EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><endEvent id=\"t\"><escalationEventDefinition "
                                              "escalationRef=\"u\"/></endEvent>" FLOW("b", "t")));
    event_start(b, "");
    assert_null(event_said(b, EFFECT_ESCALATED, 0));
    assert_int_equal(b->in->state, INST_COMPLETED);
}

/* A message for who waits for it in the instance itself: the oldest whose key fits, and only one. */
static void one_receiver_in_the_instance(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS,
                   "<startEvent id=\"b\"/><intermediateCatchEvent id=\"c\"><messageEventDefinition messageRef=\"n\"/>"
                   "</intermediateCatchEvent><intermediateCatchEvent id=\"d\"><messageEventDefinition messageRef=\"n\"/>"
                   "</intermediateCatchEvent><intermediateCatchEvent id=\"o\"><messageEventDefinition messageRef=\"m\"/>"
                   "</intermediateCatchEvent><userTask id=\"w\"/><intermediateThrowEvent id=\"t\"><messageEventDefinition "
                   "messageRef=\"n\"/></intermediateThrowEvent><scriptTask id=\"q\" scriptFormat=\"feel\"><script>{k: "
                   "\"other\"}</script></scriptTask>"
                   "<endEvent id=\"v\"><messageEventDefinition messageRef=\"m\"/></endEvent>" FLOW("b", "c") FLOW("b", "d")
                       FLOW("b", "o") FLOW("b", "w") FLOW("w", "t") FLOW("t", "q") FLOW("q", "v")));
    event_start(b, "k=\"mine\"");
    assert_int_equal(event_task(b, "w", ""), OK);
    assert_null(event_token(b, "c", ROLE_FLOW));
    assert_non_null(event_token(b, "d", ROLE_FLOW));
    assert_non_null(event_token(b, "o", ROLE_FLOW)); /* its key was made before K changed */
    const struct effect *e = event_said(b, EFFECT_MESSAGE, 0);
    assert_non_null(e);
    assert_string_equal(e->key, "\"other\"");
    assert_null(event_said(b, EFFECT_MESSAGE, 1));
}

/* Who throws is interrupted by what it throws: it does not go on. */
static void a_signal_takes_its_thrower_away(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS,
                   "<startEvent id=\"b\"/><subProcess id=\"p1\"><startEvent id=\"pb\"/><intermediateThrowEvent id=\"t\">"
                   "<signalEventDefinition signalRef=\"s\"/><messageEventDefinition messageRef=\"n\"/></intermediateThrowEvent>"
                   "<userTask id=\"never\"/>" FLOW("pb", "t") FLOW(
                       "t", "never") "</subProcess><boundaryEvent id=\"x\" "
                                     "attachedToRef=\"p1\"><signalEventDefinition signalRef=\"s\"/></boundaryEvent><userTask "
                                     "id=\"w\"/>" FLOW("b", "p1") FLOW("x", "w")));
    event_start(b, "");
    assert_non_null(event_token(b, "w", ROLE_FLOW));
    assert_int_equal(b->in->n_token, 1);
    assert_null(event_said(b, EFFECT_MESSAGE, 0));
    assert_string_equal(event_said(b, EFFECT_SIGNAL, 0)->text, "alarm"); /* others hear it all the same */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(message_with_everything, setup, teardown),
        cmocka_unit_test_setup_teardown(message_without_anything, setup, teardown),
        cmocka_unit_test_setup_teardown(a_failed_throw_is_not_half_done, setup, teardown),
        cmocka_unit_test_setup_teardown(a_called_instance_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(a_called_instance_escalates, setup, teardown),
        cmocka_unit_test_setup_teardown(an_escalation_is_lost, setup, teardown),
        cmocka_unit_test_setup_teardown(one_receiver_in_the_instance, setup, teardown),
        cmocka_unit_test_setup_teardown(a_signal_takes_its_thrower_away, setup, teardown),
    };

    return cmocka_run_group_tests_name("run/throw", tests, NULL, NULL);
}
