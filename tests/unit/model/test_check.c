/* tests/unit/model/test_check.c - every rule with a file that breaks it and one that keeps it; limits; the hostile corpus. */
#include "base/buf.h"

#include "unit/model/check_util.h"

#include <time.h>

/* ---- every rule ---- */

static void test_rules(void **state)
{
    size_t n = 0;
    const struct check_rule *rules = check_rules(&n);

    for (size_t i = 0; i < n; i++) {
        struct arena *mem = util_arena();
        const char *folder = arena_printf(mem, "tests/fixtures/check/%s", rules[i].id);
        struct span bad = util_file(mem, arena_printf(mem, "%s/bad.bpmn", folder));
        struct span good = util_file(mem, arena_printf(mem, "%s/good.bpmn", folder));

        if (strcmp(rules[i].id, "too-many-elements") != 0) { /* test_elements() makes these: half a megabyte */
            if (bad.p == NULL || good.p == NULL)
                fail_msg("%s lacks bad.bpmn or good.bpmn", folder);
            struct answer a = answer_to(bad);
            const struct finding *one = answer_said(&a, rules[i].id);
            if (one == NULL || one->severity != rules[i].severity || *one->message == '\0') {
                util_print(&a.f);
                fail_msg("%s/bad.bpmn: the rule is silent, or of another severity", folder);
            }
            answer_forget(&a);
            a = answer_to(good);
            if (a.f.errors > 0 || answer_said(&a, rules[i].id) != NULL) {
                util_print(&a.f);
                fail_msg("%s/good.bpmn: not good", folder);
            }
            answer_forget(&a);
        }
        arena_free(mem);
    }
}

/* ---- what several findings look like ---- */

static void test_all_at_once(void **state)
{
    static const char text[] =
        "<definitions xmlns='" BPMN_NS "'>\n"
        "<process id='p'>\n"
        "<startEvent id='s'/>\n"
        "<serviceTask id='t'/>\n"
        "<sequenceFlow id='f' sourceRef='s' targetRef='x'/>\n"
        "<sequenceFlow id='g' sourceRef='y' targetRef='t'><conditionExpression>\n\n(</conditionExpression></sequenceFlow>\n"
        "</process>\n"
        "</definitions>";
    struct answer a = answer_to((struct span){text, sizeof text - 1});
    int line = 0;

    assert_int_equal(a.e, E_FINDINGS);
    assert_null(a.list);
    assert_int_equal(answer_said(&a, "flow-target-missing")->line, 5);
    assert_string_equal(answer_said(&a, "flow-target-missing")->element, "f");
    assert_int_equal(answer_said(&a, "flow-source-missing")->line, 6);
    assert_int_equal(answer_said(&a, "condition-broken")->line, 6);
    assert_int_equal(answer_said(&a, "service-topic-missing")->severity, FINDING_WARNING); /* not executable */
    for (const struct finding *one = a.f.first; one != NULL; one = one->next) {
        assert_true(one->line >= line);
        line = one->line;
    }
    answer_forget(&a);
}

static void test_findings_are_bounded(void **state)
{
    struct arena *mem = arena_new(0);
    struct findings f = findings_new(mem);
    int n = 0;

    for (int i = 0; i < LIMIT_FINDINGS + 1; i++)
        finding_add(&f, FINDING_WARNING, "r", i, NULL, "%d", i);
    finding_add(&f, FINDING_ERROR, "late", 0, NULL, "an error finds room behind all warnings");
    for (const struct finding *one = f.first; one != NULL; one = one->next)
        n++;
    assert_int_equal(n, LIMIT_FINDINGS + 1);
    assert_int_equal(f.errors, 1);
    assert_non_null(answer_said(&(struct answer){.f = f}, "late"));
    assert_int_equal(f.warnings, LIMIT_FINDINGS + 1);
    assert_string_equal(f.first->element, "");
    arena_free(mem);
}

/* ---- sizes ---- */

static struct span row_of(struct arena *mem, int elements)
{
    struct buf b = buf_new(mem, UTIL_FILE_MAX);
    int nodes = elements / 2 + 1;

    buf_str(&b, "<definitions xmlns='" BPMN_NS "'><process id='p' isExecutable='true'><startEvent id='n0'/>");
    for (int i = 1; i < nodes; i++)
        buf_fmt(&b, "<task id='n%d'/>", i);
    for (int i = 1; i < nodes; i++)
        buf_fmt(&b, "<sequenceFlow id='f%d' sourceRef='n%d' targetRef='n%d'/>", i, i - 1, i);
    if (elements % 2 == 0)
        buf_fmt(&b, "<sequenceFlow id='g' sourceRef='n0' targetRef='n1'/>");
    buf_str(&b, "</process></definitions>");
    return (struct span){buf_text(&b), b.len};
}

static void test_elements(void **state)
{
    struct arena *mem = util_arena();
    struct timespec from, to;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
    struct answer a = answer_to(row_of(mem, LIMIT_MODEL_ELEMENTS - 1));
    assert_int_equal(a.e, OK);
    assert_int_equal(a.list->proc->n_node + a.list->proc->n_flow, LIMIT_MODEL_ELEMENTS - 1);
    answer_forget(&a);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
    assert_true(to.tv_sec - from.tv_sec < 4);
    a = answer_to(row_of(mem, LIMIT_MODEL_ELEMENTS + 1));
    assert_int_equal(a.e, E_FINDINGS);
    assert_int_equal(a.f.errors, 1);
    assert_non_null(answer_said(&a, "too-many-elements"));
    answer_forget(&a);
    arena_free(mem);
}

static void test_fields(void **state)
{
    static const struct {
        int n;
        enum err want;
    } rows[] = {{200, OK}, {201, E_FINDINGS}};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct arena *mem = util_arena();
        struct buf b = buf_new(mem, UTIL_FILE_MAX);

        buf_str(&b, "<definitions xmlns='" BPMN_NS "' xmlns:gradus='" GRADUS_NS "'><process id='p'>"
                    "<userTask id='t'><extensionElements><gradus:form>");
        for (int k = 0; k < rows[i].n; k++)
            buf_fmt(&b, "<gradus:field id='f%d'/>", k);
        buf_str(&b, "</gradus:form></extensionElements></userTask></process></definitions>");
        struct answer a = answer_to((struct span){buf_text(&b), b.len});
        assert_int_equal(a.e, rows[i].want);
        assert_int_equal(answer_said(&a, "field-wrong") != NULL, rows[i].want != OK);
        answer_forget(&a);
        arena_free(mem);
    }
}

/* ---- the hostile files of the project's corpus, where it is at hand ---- */

static const char *corpus(struct arena *mem)
{
    const char *shared = getenv("GRADUS_SHARED");
    static const char *const near[] = {"../shared", "../../shared"};

    for (size_t i = 0; i < 3; i++) {
        const char *at = i == 0 ? shared : near[i - 1];
        char *path = at != NULL ? arena_printf(mem, "%s/corpora/adversarial/xml/", at) : NULL;
        FILE *f = path != NULL ? fopen(arena_printf(mem, "%sx01-xxe-file.bpmn", path), "rb") : NULL;

        if (f != NULL) {
            fclose(f);
            return path;
        }
    }
    return NULL;
}

static void test_hostile(void **state)
{
    static const struct {
        const char *file;
        bool deployable;
        const char *rule; /* that must speak; NULL = any or none */
    } rows[] = {
        {"x01-xxe-file.bpmn", false, "xml"},
        {"x03-xxe-http.bpmn", false, "xml"},
        {"x05-xxe-oob.bpmn", false, "xml"},
        {"x07-xinclude-file.bpmn", true, "extension-ignored"},
        {"x09-schemalocation.bpmn", true, NULL},
        {"x11-import-http.dmn", false, NULL},
        {"x13-billion-laughs.bpmn", false, "xml"},
        {"x15-param-laughs.bpmn", false, "xml"},
        {"x17-loop.dmn", false, "xml"},
        {"x27-latin1-as-utf8.bpmn", false, "xml"},
        {"x29-utf16le.bpmn", true, NULL},
        {"x31-nul.bpmn", false, "xml"},
        {"x33-charrefs.dmn", false, "xml"},
        {"x35-encname-10k.bpmn", false, "xml"},
        {"x37-polyglot.bpmn", true, "extension-ignored"},
        {"x38-dup-ids.bpmn", false, "id-duplicate"},
        {"x40-call-cycle.bpmn", true, NULL},
        {"x42-gateway-loop.bpmn", true, "loop-without-wait"},
        {"x44-timer-zero.bpmn", false, "timer-too-short"},
        {"x46-mi-1e9.bpmn", true, NULL},
        {"x48-error-loop.bpmn", true, NULL},
        {"x50-inclusive-tangle.bpmn", true, NULL},
        {"x63-names-xss.bpmn", true, NULL},
        {"x65-ids-sql-ldap.bpmn", true, NULL},
        {"x67-names-crlf-csv.bpmn", true, "name-line"},
        {"x69-webhooks.bpmn", true, "service-topic-missing"},
        {"x71-di-bomb.bpmn", true, NULL},
    };
    struct arena *mem = util_arena();
    const char *folder = corpus(mem);

    if (folder == NULL) {
        print_message("skipped: no corpus; set GRADUS_SHARED\n");
        arena_free(mem);
        return;
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct span text = util_file(mem, arena_printf(mem, "%s%s", folder, rows[i].file));

        assert_non_null(text.p);
        struct answer a = answer_to(text);
        if ((a.e == OK) != rows[i].deployable || (rows[i].rule != NULL && answer_said(&a, rows[i].rule) == NULL)) {
            util_print(&a.f);
            fail_msg("%s", rows[i].file);
        }
        if (strcmp(rows[i].file, "x44-timer-zero.bpmn") == 0) /* the least interval is named */
            assert_non_null(strstr(answer_said(&a, "timer-too-short")->message, "a second"));
        if (strcmp(rows[i].file, "x69-webhooks.bpmn") == 0) /* it may be viewed, and never started */
            assert_false(a.list->proc->executable);
        if (strcmp(rows[i].file, "x67-names-crlf-csv.bpmn") == 0)
            assert_null(strpbrk(a.list->proc->node[1].name, "\r\n\t"));
        answer_forget(&a);
    }
    arena_free(mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_all_at_once), cmocka_unit_test(test_findings_are_bounded),
        cmocka_unit_test(test_elements), cmocka_unit_test(test_fields),      cmocka_unit_test(test_hostile),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
