/* tests/unit/run/test_listen.c - who waits for what, what the body is told of it, and what does not fit. */
#include "run/listen.c"

#include "event_util.h"

#define ROOTS "<message id=\"m\" name=\"one\"/><message id=\"n\" name=\"two\"/><signal id=\"s\" name=\"alarm\"/>"
#define FLOW(a, b) "<sequenceFlow id=\"" a "_" b "\" sourceRef=\"" a "\" targetRef=\"" b "\"/>"
#define MESSAGE(r) "<messageEventDefinition messageRef=\"" r "\"/>"
#define TIMER(t) "<timerEventDefinition><timeDuration>" t "</timeDuration></timerEventDefinition>"

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

static enum err message(struct event_bench *b, uint32_t token)
{
    return event_send(b, (struct trigger){.kind = TRIGGER_MESSAGE, .token = token, .node = PROC_NONE, .vars = val_null()});
}

static enum err timer(struct event_bench *b, uint32_t token)
{
    return event_send(b, (struct trigger){.kind = TRIGGER_TIMER, .token = token, .node = PROC_NONE, .vars = val_null()});
}

/* Every LISTEN and TIMER_ARM is followed by one UNLISTEN or TIMER_DROP, but for a timer that fires. */
static void told_once(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><userTask id=\"w\"/><boundaryEvent id=\"x\" attachedToRef=\"w\">" MESSAGE("m")
                              TIMER("PT1H") "<signalEventDefinition signalRef=\"s\"/></boundaryEvent>" FLOW("b", "w")));
    event_start(b, "");
    assert_non_null(event_said(b, EFFECT_LISTEN, 1));
    assert_non_null(event_said(b, EFFECT_TIMER_ARM, 0));
    uint32_t first = event_token(b, "x", ROLE_LISTENER)->no;
    struct inst *before = b->in;

    assert_int_equal(message(b, first), OK);
    assert_non_null(event_said(b, EFFECT_UNLISTEN, 1));
    assert_null(event_said(b, EFFECT_UNLISTEN, 2));
    assert_non_null(event_said(b, EFFECT_TIMER_DROP, 0));
    assert_null(event_said(b, EFFECT_TIMER_DROP, 1));

    b->in = before;
    b->now += 3600 * INT64_C(1000000);
    assert_int_equal(timer(b, first + 1), OK);
    assert_non_null(event_said(b, EFFECT_UNLISTEN, 1));
    assert_null(event_said(b, EFFECT_UNLISTEN, 2));
    assert_null(event_said(b, EFFECT_TIMER_DROP, 0));

    b->in = before;
    assert_int_equal(event_task(b, "w", ""), OK);
    assert_non_null(event_said(b, EFFECT_UNLISTEN, 1));
    assert_non_null(event_said(b, EFFECT_TIMER_DROP, 0));
    assert_int_equal(b->in->state, INST_COMPLETED);
}

static void what_does_not_fit_changes_nothing(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS,
                   "<startEvent id=\"b\"/><intermediateCatchEvent id=\"a\" parallelMultiple=\"true\">" MESSAGE("m") MESSAGE("n")
                       TIMER("PT1H") "</intermediateCatchEvent><userTask id=\"w\"/>" FLOW("b", "a") FLOW("a", "w")));
    event_start(b, "");
    uint32_t host = event_token(b, "a", ROLE_FLOW)->no, first = event_token(b, "a", ROLE_LISTENER)->no;
    assert_int_equal(timer(b, first + 2), E_STATE); /* not due yet */
    assert_int_equal(timer(b, first), E_STATE);     /* waits for a message */
    assert_int_equal(message(b, first + 2), E_STATE);
    assert_int_equal(message(b, host), E_STATE); /* waits for the three, not itself */
    assert_int_equal(message(b, first), OK);
    assert_non_null(event_said(b, EFFECT_UNLISTEN, 0));
    assert_int_equal(message(b, first), E_STATE); /* has occurred */
    b->now += 3600 * INT64_C(1000000);
    assert_int_equal(timer(b, first + 2), OK);
    assert_int_equal(timer(b, first + 2), E_STATE);
    assert_int_equal(message(b, first + 1), OK);
    assert_non_null(event_token(b, "w", ROLE_FLOW));
    assert_int_equal(b->in->n_token, 1);
    assert_int_equal(b->in->n_scope, 1);
}

/* Tearing down the wait for all tells of those that are still waited for only. */
static void torn_down_half_way(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><subProcess id=\"u\"><startEvent id=\"ub\"/><intermediateCatchEvent id=\"a\" "
                          "parallelMultiple=\"true\">" MESSAGE("m") MESSAGE("n") "</intermediateCatchEvent>" FLOW(
                              "ub", "a") "</subProcess>"
                                         "<boundaryEvent id=\"x\" attachedToRef=\"u\"><signalEventDefinition "
                                         "signalRef=\"s\"/></boundaryEvent>" FLOW("b", "u")));
    event_start(b, "");
    struct trigger first = {.kind = TRIGGER_MESSAGE,
                            .token = event_token(b, "a", ROLE_LISTENER)->no,
                            .node = PROC_NONE,
                            .vars = event_vars(b, "v=1")};
    assert_int_equal(event_send(b, first), OK);
    assert_int_equal(
        event_send(b, (struct trigger){.kind = TRIGGER_SIGNAL, .node = PROC_NONE, .vars = val_null(), .text = "alarm"}), OK);
    assert_non_null(event_said(b, EFFECT_UNLISTEN, 1)); /* message two, signal */
    assert_null(event_said(b, EFFECT_UNLISTEN, 2));
    assert_int_equal(b->in->state, INST_COMPLETED);
    assert_null(inst_var(b->in, 1, "v"));
}

/* More listeners than an operation has room for by itself. */
static void many_at_once(void **state)
{
    struct arena *mem = *state;
    struct buf b = buf_new(mem, 1 << 20);

    buf_str(&b, "<startEvent id=\"b\"/><userTask id=\"w\"/>" FLOW("b", "w"));
    for (int i = 0; i < 200; i++)
        buf_fmt(&b,
                "<boundaryEvent id=\"x%d\" attachedToRef=\"w\" cancelActivity=\"false\"><signalEventDefinition "
                "signalRef=\"s\"/>" MESSAGE(
                    "m") "</boundaryEvent><userTask id=\"t%d\"/><sequenceFlow id=\"f%d\" sourceRef=\"x%d\" targetRef=\"t%d\"/>",
                i, i, i, i, i);
    const char *text = arena_printf(mem, EVENT_FILE(ROOTS, "%s"), buf_text(&b));
    struct event_bench *bench = event_bench(mem, text);
    event_start(bench, "");
    assert_int_equal(bench->in->n_token, 401);
    assert_int_equal(
        event_send(bench, (struct trigger){.kind = TRIGGER_SIGNAL, .node = PROC_NONE, .vars = val_null(), .text = "alarm"}),
        OK);
    assert_int_equal(bench->in->n_token, 601);
    assert_int_equal(event_task(bench, "w", ""), OK);
    assert_int_equal(bench->in->n_token, 200);
}

/* The state that is stored and loaded goes on as if nothing had happened. */
static void a_cycle_is_kept(void **state)
{
    struct event_bench *b = event_bench(
        *state,
        EVENT_FILE(ROOTS, "<startEvent id=\"b\"/><userTask id=\"w\"/><boundaryEvent id=\"x\" attachedToRef=\"w\" "
                          "cancelActivity=\"false\"><timerEventDefinition><timeCycle>=cycle</timeCycle></timerEventDefinition>"
                          "</boundaryEvent>" FLOW("b", "w")));
    event_start(b, "cycle=\"R3/PT10M\"");
    const struct token *l = event_token(b, "x", ROLE_LISTENER);
    uint32_t no = l->no;
    assert_string_equal(l->key, "R3/2026-01-01T00:10:00Z/PT600.000000S");
    struct trigger set = {.kind = TRIGGER_VARS, .node = PROC_NONE, .vars = event_vars(b, "cycle=\"nonsense\"")};
    assert_int_equal(event_send(b, set), OK);
    for (int i = 0; i < 3; i++) {
        b->now += 600 * INT64_C(1000000);
        assert_int_equal(timer(b, no), OK); /* its own expression is not asked again */
    }
    assert_null(event_token(b, "x", ROLE_LISTENER));
    assert_int_equal(timer(b, no), E_STATE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(torn_down_half_way, setup, teardown),
        cmocka_unit_test_setup_teardown(many_at_once, setup, teardown),
        cmocka_unit_test_setup_teardown(a_cycle_is_kept, setup, teardown),
    };

    return cmocka_run_group_tests_name("run/listen", tests, NULL, NULL);
}
