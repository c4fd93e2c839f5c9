/* tests/unit/model/test_proc.c - compiled processes: the incident process, and the same in the dialects of other modelers. */
#include "model/proc.h"

#include "unit/model/model_util.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char incident_path[] = "workflows/incident/incident.bpmn";

static struct proc_list *load(struct arena *mem, const char *path)
{
    struct span file = util_file(mem, path);
    struct findings f = findings_new(mem);
    struct proc_list *l = NULL;

    if (file.p == NULL)
        fail_msg("%s cannot be read; run from the top of the tree", path);
    if (proc_compile(mem, path, file.p, file.n, &f, &l) != OK) {
        util_print(&f);
        fail_msg("%s", path);
    }
    return l;
}

static const struct proc_node *node(const struct proc *p, const char *id)
{
    int32_t i = proc_node_find(p, id);

    if (i == PROC_NONE)
        fail_msg("no node %s", id);
    return &p->node[i];
}

static bool same(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static const char *feel_of(const struct feel_prog *p)
{
    return p == NULL ? NULL : feel_text(p);
}

/* ---- invariants of every compiled process ---- */

static void in_range(int32_t i, int32_t n)
{
    assert_true(i == PROC_NONE || (i >= 0 && i < n));
}

static void sound(const struct proc *p)
{
    for (int32_t i = 0; i < p->n_node; i++) {
        const struct proc_node *n = &p->node[i];

        assert_true(n->kind < NODE_KINDS);
        assert_int_equal(proc_node_find(p, n->id), i);
        in_range(n->scope, p->n_node);
        in_range(n->host, p->n_node);
        in_range(n->lane, p->n_lane);
        in_range(n->default_flow, p->n_flow);
        for (int32_t k = 0; k < n->n_in; k++)
            assert_int_equal(p->flow[n->in[k]].to, i);
        for (int32_t k = 0; k < n->n_out; k++)
            assert_int_equal(p->flow[n->out[k]].from, i);
        for (int32_t k = 0; k < n->n_boundary; k++)
            assert_int_equal(p->node[n->boundary[k]].host, i);
        for (int32_t k = 0; k < n->n_start; k++)
            assert_int_equal(p->node[n->start[k]].scope, i);
        assert_false(n->assignee.literal != NULL && n->assignee.feel != NULL);
        assert_false(n->groups.literal != NULL && n->groups.feel != NULL);
    }
    for (int32_t i = 0; i < p->n_start; i++)
        assert_int_equal(p->node[p->start[i]].scope, PROC_NONE);
    for (int32_t i = 0; i < p->n_stage; i++) {
        for (int32_t k = 0; k < p->stage[i].n_node; k++)
            assert_true(p->stage[i].node[k] >= 0 && p->stage[i].node[k] < p->n_node);
    }
}

/* ---- the incident process ---- */

static void test_incident(void **state)
{
    static const char *const stages[] = {"reported", "triage", "diagnosis", "development", "confirmation", "closed"};
    struct arena *mem = util_arena();
    struct proc_list *l = load(mem, incident_path);
    const struct proc *p = l->proc;

    assert_null(l->next);
    sound(p);
    assert_string_equal(p->key, "incident");
    assert_true(p->executable);
    assert_int_equal(p->n_start, 1);
    assert_string_equal(p->node[p->start[0]].id, "reported");
    const struct proc_node *triage = node(p, "triage");
    assert_int_equal(triage->kind, NODE_user_task);
    assert_string_equal(triage->groups.literal, "sd_l1"); /* from its lane */
    assert_string_equal(triage->requires_note, "findings");
    assert_string_equal(p->lane[triage->lane].tier, "L1");
    assert_int_equal(triage->n_boundary, 2);
    const struct proc_node *warn = node(p, "triage_warn"), *late = node(p, "triage_late"),
                           *confirm_late = node(p, "confirm_late");
    assert_false(warn->interrupting);
    assert_true(warn->until_claim && late->until_claim && !confirm_late->until_claim);
    assert_true(late->interrupting);
    assert_int_equal(warn->n_event, 1);
    assert_int_equal(warn->event->kind, EVENT_timer);
    assert_int_equal(warn->event->timer, TIMER_DURATION);
    assert_string_equal(warn->event->timer_text.literal, "PT30M");
    assert_string_equal(late->event->timer_text.literal, "PT1H");
    assert_string_equal(confirm_late->event->timer_text.literal, "P5D");
    const struct proc_node *confirm = node(p, "confirm");
    assert_string_equal(feel_text(confirm->assignee.feel), "requester");
    assert_null(confirm->groups.literal);
    assert_null(confirm->requires_note);
    assert_string_equal(p->lane[confirm->lane].tier, "requester");
    const struct proc_node *rank = node(p, "prioritise");
    assert_int_equal(rank->kind, NODE_business_rule_task);
    assert_string_equal(rank->decision.key.literal, "priority");
    assert_int_equal(rank->decision.binding, BIND_LATEST);
    assert_int_equal(rank->decision.shape, SHAPE_VALUE);
    assert_string_equal(rank->result, "priority");
    assert_string_equal(node(p, "close")->topic, "desk.closed");
    const struct proc_node *way = node(p, "triage_way");
    assert_string_equal(p->flow[way->default_flow].id, "triage_handover");
    assert_string_equal(feel_text(p->flow[way->out[0]].condition), "outcome = \"resolved\"");
    assert_null(p->flow[way->out[1]].condition);
    assert_int_equal(p->n_stage, 6);
    for (int i = 0; i < 6; i++)
        assert_string_equal(p->stage[i].key, stages[i]);
    assert_string_equal(p->stage[1].label, "Triage (L1)");
    assert_string_equal(p->node[p->stage[1].node[0]].id, "triage");
    util_free(l);
    arena_free(mem);
}

/* ---- dialects ---- */

static void same_node(const char *path, const struct proc_node *a, const struct proc_node *b, bool plain)
{
    bool ok = a->kind == b->kind && same(a->id, b->id) && same(a->name, b->name) && a->scope == b->scope &&
              a->lane == b->lane && a->n_in == b->n_in && a->n_out == b->n_out && a->default_flow == b->default_flow &&
              a->host == b->host && a->interrupting == b->interrupting && a->n_event == b->n_event &&
              same(a->groups.literal, b->groups.literal) && same(feel_of(a->groups.feel), feel_of(b->groups.feel)) &&
              same(a->assignee.literal, b->assignee.literal) && same(feel_of(a->assignee.feel), feel_of(b->assignee.feel)) &&
              same(a->topic, b->topic) && same(feel_of(a->script), feel_of(b->script)) &&
              (plain || same(a->result, b->result)) && (plain || same(a->decision.key.literal, b->decision.key.literal)) &&
              a->decision.binding == b->decision.binding;

    if (!ok)
        fail_msg("%s: node %s differs", path, a->id);
}

static void test_dialects(void **state)
{
    static const char *const files[] = {"camunda", "zeebe", "plain"};
    struct arena *mem = util_arena();
    struct proc_list *ours = load(mem, incident_path);

    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *path = arena_printf(mem, "tests/fixtures/model/incident-%s.bpmn", files[i]);
        struct proc_list *l = load(mem, path);
        const struct proc *a = ours->proc, *b = l->proc;
        bool plain = strcmp(files[i], "plain") == 0;

        sound(b);
        assert_int_equal(a->n_node, b->n_node);
        assert_int_equal(a->n_flow, b->n_flow);
        assert_int_equal(a->n_lane, b->n_lane);
        assert_int_equal(b->executable, !plain);
        for (int32_t k = 0; k < a->n_node; k++)
            same_node(path, &a->node[k], &b->node[k], plain);
        for (int32_t k = 0; k < a->n_flow; k++) {
            const struct proc_flow *x = &a->flow[k], *y = &b->flow[k];

            if (!same(x->id, y->id) || x->from != y->from || x->to != y->to ||
                !same(feel_of(x->condition), feel_of(y->condition)))
                fail_msg("%s: flow %s differs", path, x->id);
        }
        assert_int_equal(b->n_stage, 4); /* derived: the things that people do, in the order of the paths */
        assert_string_equal(b->stage[0].key, "triage");
        assert_string_equal(b->stage[0].label, "Triage");
        util_free(l);
    }
    util_free(ours);
    arena_free(mem);
}

/* ---- sub-processes, several processes, ids that are not given ---- */

static void test_scopes(void **state)
{
    static const char text[] =
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>"
        "<process id='one' name='One' isExecutable='1'><startEvent id='s'/>"
        "<subProcess id='x'><task id='a'/><task id='b'/><sequenceFlow sourceRef='a' targetRef='b'/></subProcess>"
        "<boundaryEvent id='t' attachedToRef='x' cancelActivity='false'><timerEventDefinition>"
        "<timeCycle>R3/PT1H</timeCycle></timerEventDefinition></boundaryEvent>"
        "<endEvent id='e'><terminateEventDefinition/></endEvent>"
        "<sequenceFlow sourceRef='s' targetRef='x'/><sequenceFlow sourceRef='x' targetRef='e'/>"
        "<sequenceFlow sourceRef='t' targetRef='e'/></process>"
        "<process id='two'><task id='z'/></process></definitions>";
    struct arena *mem = util_arena();
    struct findings f = findings_new(mem);
    struct proc_list *l = NULL;

    assert_int_equal(proc_compile(mem, "test", text, sizeof text - 1, &f, &l), OK);
    const struct proc *p = l->proc;
    sound(p);
    sound(l->next->proc);
    assert_null(l->next->next);
    assert_int_equal(node(p, "a")->scope, proc_node_find(p, "x"));
    assert_int_equal(node(p, "x")->n_start, 1);
    assert_int_equal(node(p, "x")->start[0], proc_node_find(p, "a"));
    assert_int_equal(node(p, "x")->n_boundary, 1);
    assert_int_equal(node(p, "e")->kind, NODE_end_event);
    assert_int_equal(node(p, "e")->event->kind, EVENT_terminate);
    assert_int_equal(node(p, "t")->event->timer, TIMER_CYCLE);
    assert_string_equal(p->flow[0].id, "flow:1");
    assert_string_equal(l->next->proc->name, "two");
    assert_int_equal(l->next->proc->n_start, 1);
    assert_false(l->next->proc->executable);
    assert_int_equal(proc_node_find(p, "z"), PROC_NONE);
    assert_memory_equal(&p->hash, &l->next->proc->hash, sizeof p->hash);
    util_free(l);
    arena_free(mem);
}

/* ---- business rule tasks: what each dialect says about a decision ---- */

static void test_decisions(void **state)
{
    /* clang-format off */
    static const struct {
        const char *attrs, *inside; /* of the task */
        enum node_kind kind;
        const char *literal, *feel, *version, *result;
        enum proc_binding binding;
        enum proc_shape shape;
    } t[] = {
        {"g:decision='d' g:resultVariable='r'", "", NODE_business_rule_task, "d", NULL, NULL, "r", BIND_LATEST, SHAPE_VALUE},
        {"g:decision='=a + b' g:version='7'", "", NODE_business_rule_task, NULL, "a + b", "7", NULL, BIND_VERSION, SHAPE_VALUE},
        {"c:decisionRef='d'", "", NODE_business_rule_task, "d", NULL, NULL, NULL, BIND_LATEST, SHAPE_RESULT_LIST},
        {"c:decisionRef='d'", "<c:inputOutput><c:outputParameter name='x'>${decisionResult}</c:outputParameter></c:inputOutput>",
         NODE_business_rule_task, "d", NULL, NULL, "decisionResult", BIND_LATEST, SHAPE_RESULT_LIST},
        {"c:decisionRef='${a.b}' c:decisionRefBinding='deployment' c:mapDecisionResult='singleEntry'", "",
         NODE_business_rule_task, NULL, "a.b", NULL, NULL, BIND_DEPLOYMENT, SHAPE_SINGLE_ENTRY},
        {"c:decisionRef='d' c:decisionRefBinding='version' c:decisionRefVersion='2' c:mapDecisionResult='collectEntries'", "",
         NODE_business_rule_task, "d", NULL, "2", NULL, BIND_VERSION, SHAPE_COLLECT_ENTRIES},
        {"", "<z:calledDecision decisionId='=d' resultVariable='r' bindingType='deployment'/>",
         NODE_business_rule_task, NULL, "d", NULL, "r", BIND_DEPLOYMENT, SHAPE_VALUE},
        {"c:type='external' c:topic='x' c:resultVariable='r'", "", NODE_service_task, NULL, NULL, NULL, "r", BIND_LATEST, SHAPE_VALUE},
        {"", "<z:taskDefinition type='x'/>", NODE_service_task, NULL, NULL, NULL, NULL, BIND_LATEST, SHAPE_VALUE},
        {"g:decision='d' c:decisionRef='other'", "", NODE_business_rule_task, "d", NULL, NULL, NULL, BIND_LATEST, SHAPE_VALUE},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct arena *mem = util_arena();
        struct findings f = findings_new(mem);
        struct proc_list *l = NULL;
        const char *text = arena_printf(
            mem,
            "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:g='https://gradus.example/schema/bpmn/1.0' "
            "xmlns:c='http://camunda.org/schema/1.0/bpmn' xmlns:z='http://camunda.org/schema/zeebe/1.0'><process id='p' "
            "isExecutable='true'><businessRuleTask id='t' %s><extensionElements>%s</extensionElements></businessRuleTask>"
            "</process></definitions>",
            t[i].attrs, t[i].inside);

        if (proc_compile(mem, "test", text, strlen(text), &f, &l) != OK) {
            util_print(&f);
            fail_msg("%s %s", t[i].attrs, t[i].inside);
        }
        const struct proc_node *n = node(l->proc, "t");
        if (n->kind != t[i].kind || !same(n->decision.key.literal, t[i].literal) ||
            !same(feel_of(n->decision.key.feel), t[i].feel) || !same(n->decision.version.literal, t[i].version) ||
            !same(n->result, t[i].result) || n->decision.binding != t[i].binding || n->decision.shape != t[i].shape)
            fail_msg("%s %s: read otherwise", t[i].attrs, t[i].inside);
        util_free(l);
        arena_free(mem);
    }
}

static void test_kinds(void **state)
{
    assert_string_equal(node_kind_name(NODE_ad_hoc), "ad_hoc");
    assert_string_equal(node_kind_local(NODE_ad_hoc), "adHocSubProcess");
    assert_string_equal(event_kind_name(EVENT_compensation), "compensation");
    assert_string_equal(event_kind_local(EVENT_compensation), "compensateEventDefinition");
    assert_string_equal(node_kind_local(NODE_KINDS), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_incident), cmocka_unit_test(test_decisions), cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_scopes),   cmocka_unit_test(test_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
