/* tests/unit/run/test_migrate.c - running instances become instances of another version.
 *
 * Random stories of random processes: to the same process nothing changes; to one whose ids all have other names the state is the
 * same but for the names; to one that differs in details either everything that stands in the way is told and nothing changes, or the
 * plate stays true and the books of what the body was asked for are right. RUN_SEEDS=N tries N seeds, RUN_SEED=K only that one. */
#include "wild.h"

enum { SEEDS = 150, TRIGGERS = 40, STATE_BYTES = 4 << 20 };

#define NOW INT64_C(1767225600000000)

static const char *state_text(struct arena *mem, const struct proc *p, struct inst *in)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    inst_write(&b, p, in);
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

struct trio {
    struct arena *mem;
    const struct proc *own, *renamed, *other;
    struct run_pair *pair; /* own to renamed */
    size_t n_pair;
    uint64_t moved, told;
};

static enum err migrate(const struct trio *t, const struct proc *to, struct inst *in, struct effects *out, struct findings *f)
{
    struct run_env env = {.proc = to, .now = NOW + 3 * CLOCK_DAY, .fuel = 300};
    struct run_migration m = {.from = t->own, .to = to};

    if (to == t->renamed) {
        m.pair = t->pair;
        m.n_pair = t->n_pair;
    }
    *out = (struct effects){.mem = t->mem};
    *f = findings_new(t->mem);
    return run_migrate(&env, &m, in, f, out);
}

/* ---- the same process ---- */

static void only_a_trace(const struct effects *out)
{
    assert_int_equal(out->n, 1);
    assert_int_equal(out->at[0].kind, EFFECT_TRACE);
    assert_int_equal(out->at[0].trace, TRACE_MIGRATED);
}

static void to_itself(const struct trio *t, const struct inst *in)
{
    struct inst *copy = inst_copy(t->mem, in);
    const char *before = state_text(t->mem, t->own, copy);
    struct effects out;
    struct findings f;

    assert_int_equal(migrate(t, t->own, copy, &out, &f), OK);
    assert_string_equal(state_text(t->mem, t->own, copy), before);
    only_a_trace(&out);
}

/* ---- other names ---- */

/* TEXT without the prefix "v2_". */
static const char *plain(struct arena *mem, const char *text)
{
    struct buf b = buf_new(mem, STATE_BYTES);

    for (const char *s = text; *s != '\0'; s++) {
        if (strncmp(s, "v2_", 3) == 0)
            s += 3;
        buf_char(&b, *s);
    }
    assert_int_equal(buf_done(&b), OK);
    return buf_text(&b);
}

static void to_renamed(const struct trio *t, const struct inst *in)
{
    struct inst *copy = inst_copy(t->mem, in);
    const char *before = state_text(t->mem, t->own, copy);
    struct effects out;
    struct findings f;

    enum err e = migrate(t, t->renamed, copy, &out, &f);
    if (e != OK)
        print_error("%s\n", f.first != NULL ? f.first->message : trouble()->text);
    assert_int_equal(e, OK);
    assert_string_equal(plain(t->mem, state_text(t->mem, t->renamed, copy)), before);
    only_a_trace(&out);
    assert_int_equal(run_check(t->renamed, copy), OK);
}

/* ---- other details ---- */

/* Does the token wait for a message or signal? */
static bool hears(const struct proc *p, const struct token *t)
{
    const struct proc_node *n = t != NULL ? &p->node[t->node] : NULL;

    return n != NULL && t->state == TOKEN_WAITING && t->event >= 0 && t->event < n->n_event &&
           (n->event[t->event].kind == EVENT_message || n->event[t->event].kind == EVENT_signal) &&
           !(n->parallel && t->role == ROLE_LISTENER && t->count == 1); /* it has occurred and waits for the others */
}

/* Every timer and subscription that is new or gone was told. */
static void check_books(const struct trio *t, const struct inst *before, const struct inst *after, const struct effects *out)
{
    for (uint32_t no = 1; no < after->next_no; no++) {
        const struct token *a = inst_token(before, no), *b = inst_token(after, no);
        int64_t due = a != NULL && a->state == TOKEN_WAITING ? a->due : 0,
                is = b != NULL && b->state == TOKEN_WAITING ? b->due : 0;
        bool listens = hears(t->own, a);
        for (uint32_t i = 0; i < out->n; i++) {
            const struct effect *e = &out->at[i];
            if (e->token != no)
                continue;
            due = e->kind == EFFECT_TIMER_ARM ? e->due : e->kind == EFFECT_TIMER_DROP ? 0 : due;
            listens = (listens || e->kind == EFFECT_LISTEN) && e->kind != EFFECT_UNLISTEN;
        }
        if (due != is || listens != hears(t->other, b))
            print_error("token %" PRIu32 ": due %" PRId64 ", told %" PRId64 "; listens %d, told %d\n", no, is, due,
                        hears(t->other, b), listens);
        assert_true(due == is);
        assert_true(listens == hears(t->other, b));
    }
}

static void to_other(struct trio *t, const struct inst *in)
{
    struct inst *copy = inst_copy(t->mem, in);
    struct effects out;
    struct findings f;

    enum err e = migrate(t, t->other, copy, &out, &f);
    if (e != OK) {
        assert_int_equal(e, E_FINDINGS);
        assert_true(f.errors > 0);
        assert_int_equal(out.n, 0);
        assert_string_equal(state_text(t->mem, t->own, copy), state_text(t->mem, t->own, inst_copy(t->mem, in)));
        t->told++;
        return;
    }
    e = run_check(t->other, copy);
    if (e != OK)
        print_error("%s\n%s", trouble()->text, state_text(t->mem, t->other, copy));
    assert_int_equal(e, OK);
    check_books(t, in, copy, &out);
    t->moved += out.n > 1;
}

static void tell(struct trio *t, uint64_t seed)
{
    struct inst *in = inst_new(t->mem);
    struct run_env env = {.proc = t->own, .now = NOW, .fuel = 300};

    for (int i = 0; i < TRIGGERS && (in->n_scope == 0 || in->state == INST_ACTIVE || in->state == INST_SUSPENDED); i++) {
        struct effects out = {.mem = t->mem};
        struct trigger trigger = wild_trigger(t->mem, t->own, in, &seed, true);
        struct inst *next = inst_copy(t->mem, in);
        if (run_trigger(&env, next, &trigger, &out) != OK)
            continue;
        in = inst_copy(t->mem, next);
        if (in->state != INST_ACTIVE && in->state != INST_SUSPENDED)
            return;
        to_itself(t, in);
        to_renamed(t, in);
        to_other(t, in);
    }
}

static void pair_all(struct trio *t)
{
    t->pair = ARENA_NEW_N(t->mem, struct run_pair, (size_t)t->own->n_node);
    t->n_pair = (size_t)t->own->n_node;
    for (int32_t i = 0; i < t->own->n_node; i++)
        t->pair[i] = (struct run_pair){t->own->node[i].id, arena_printf(t->mem, "v2_%s", t->own->node[i].id)};
}

static void random_instances(void **state)
{
    struct wild_seeds seeds = wild_seeds(SEEDS);
    uint64_t moved = 0, told = 0;

    for (uint64_t k = seeds.first; k < seeds.first + seeds.n; k++) {
        struct trio t = {.mem = arena_new(0)};
        print_message("# RUN_SEED=%" PRIu64 "\n", k); /* the last one printed is the one that failed */
        t.own = wild_proc(t.mem, wild_text(t.mem, k, "", 0));
        t.renamed = wild_proc(t.mem, wild_text(t.mem, k, "v2_", 0));
        t.other = wild_proc(t.mem, wild_text(t.mem, k, "", k + 77));
        assert_true(t.own != NULL && t.renamed != NULL && t.other != NULL);
        if (k % 2 == 0) { /* the other way round: what was added is taken away */
            const struct proc *own = t.own;
            t.own = t.other;
            t.other = own;
            t.renamed = wild_proc(t.mem, wild_text(t.mem, k, "v2_", k + 77));
        }
        pair_all(&t);
        tell(&t, k);
        moved += t.moved;
        told += t.told;
        arena_free(t.mem);
    }
    print_message("# to another process: %" PRIu64 " with changes, %" PRIu64 " refused\n", moved, told);
    assert_true(seeds.one || (moved > 0 && told > 0));
}

/* ---- single cases ---- */

/* A process of these elements; "A-B" in FLOWS is a flow from A to B. */
static const struct proc *process(struct arena *mem, const char *elements, const char *flows)
{
    struct buf b = buf_new(mem, WILD_BYTES);

    buf_fmt(&b,
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" id=\"defs\" targetNamespace=\"urn:t\">"
            "<message id=\"letter\" name=\"letter\"/><process id=\"p\" isExecutable=\"true\"><startEvent id=\"begin\"/>%s",
            elements);
    for (const char *s = flows; *s != '\0'; s += strspn(s, " ")) {
        int from = (int)strcspn(s, "-"), to = (int)strcspn(s + from + 1, " ");
        const char *target = s + from + 1;
        buf_fmt(&b, "<sequenceFlow id=\"%.*s_%.*s\" sourceRef=\"%.*s\" targetRef=\"%.*s\"/>", from, s, to, target, from, s, to,
                target);
        s = target + to;
    }
    buf_str(&b, "</process></definitions>");
    assert_int_equal(buf_done(&b), OK);
    const struct proc *p = wild_proc(mem, buf_text(&b));
    assert_non_null(p);
    return p;
}

static struct inst *begun(struct arena *mem, const struct proc *p)
{
    struct run_env env = {.proc = p, .now = NOW, .fuel = 100};
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .vars = val_null()};
    struct effects out = {.mem = mem};
    struct inst *in = inst_new(mem);

    assert_int_equal(run_trigger(&env, in, &t, &out), OK);
    return inst_copy(mem, in);
}

static struct token *token_at(struct inst *in, const struct proc *p, const char *id)
{
    for (uint32_t i = 0; i < in->n_token; i++) {
        if (!in->token[i].gone && strcmp(p->node[in->token[i].node].id, id) == 0)
            return &in->token[i];
    }
    return NULL;
}

static void send_to(struct arena *mem, const struct proc *p, struct inst **in, const char *id, enum trigger_kind kind)
{
    struct run_env env = {.proc = p, .now = NOW + CLOCK_HOUR, .fuel = 100};
    struct trigger t = {.kind = kind, .node = PROC_NONE, .vars = val_null()};
    struct effects out = {.mem = mem};

    t.token = kind == TRIGGER_SUSPEND ? 0 : token_at(*in, p, id)->no;
    assert_int_equal(run_trigger(&env, *in, &t, &out), OK);
    *in = inst_copy(mem, *in);
}

#define USER(id) "<userTask id=\"" id "\"/>"
#define TIMER(text) "<timerEventDefinition><timeDuration>" text "</timeDuration></timerEventDefinition>"
#define BESIDE(id, host, text)                                                                                                 \
    "<boundaryEvent id=\"" id "\" attachedToRef=\"" host "\" cancelActivity=\"false\">" TIMER(text) "</boundaryEvent>"
#define GATE(id) "<parallelGateway id=\"" id "\"/>"

static void a_join_with_fewer_ways_goes_on(void **state)
{
    struct trio t = {.mem = arena_new(0)};
    struct effects out;
    struct findings f;

    t.own = process(t.mem, GATE("fork") GATE("join") USER("a") USER("b") USER("c") USER("after"),
                    "begin-fork fork-a fork-b fork-c a-join b-join c-join join-after");
    const struct proc *to = process(t.mem, GATE("fork") GATE("join") USER("a") USER("b") USER("c") USER("after"),
                                    "begin-fork fork-a fork-b fork-c a-join b-join join-after");
    struct inst *in = begun(t.mem, t.own);
    send_to(t.mem, t.own, &in, "a", TRIGGER_TASK);
    send_to(t.mem, t.own, &in, "b", TRIGGER_TASK);
    assert_null(token_at(in, t.own, "after"));
    struct inst *resting = inst_copy(t.mem, in);
    assert_int_equal(migrate(&t, to, in, &out, &f), OK);
    assert_non_null(token_at(in, to, "after"));
    assert_null(token_at(in, to, "join"));
    assert_int_equal(run_check(to, in), OK);
    send_to(t.mem, t.own, &resting, "", TRIGGER_SUSPEND); /* nothing may move there */
    assert_int_equal(migrate(&t, to, resting, &out, &f), E_FINDINGS);
    assert_string_equal(f.first->rule, "migrate-flow");
    arena_free(t.mem);
}

static void timers_keep_their_moment_while_they_read_the_same(void **state)
{
    struct trio t = {.mem = arena_new(0)};
    struct effects out;
    struct findings f;

    t.own = process(t.mem, USER("a") BESIDE("same", "a", "PT5H") BESIDE("longer", "a", "PT6H") BESIDE("fired", "a", "PT1S"),
                    "begin-a");
    const struct proc *to = process(t.mem,
                                    USER("a") BESIDE("same", "a", "PT5H") BESIDE("longer", "a", "PT7H")
                                        BESIDE("fired", "a", "PT1S") BESIDE("more", "a", "PT8H"),
                                    "begin-a");
    struct inst *in = begun(t.mem, t.own);
    send_to(t.mem, t.own, &in, "fired", TRIGGER_TIMER);
    assert_int_equal(migrate(&t, to, in, &out, &f), OK);
    int64_t now = NOW + 3 * CLOCK_DAY;
    assert_true(token_at(in, to, "same")->due == NOW + 5 * CLOCK_HOUR);
    assert_true(token_at(in, to, "longer")->due == now + 7 * CLOCK_HOUR);
    assert_true(token_at(in, to, "more")->due == now + 8 * CLOCK_HOUR);
    assert_null(token_at(in, to, "fired"));
    assert_int_equal(run_check(to, in), OK);
    arena_free(t.mem);
}

static void what_stands_in_the_way_is_told(void **state)
{
#define HANDLER                                                                                                                \
    "<boundaryEvent id=\"u\" attachedToRef=\"a\"><compensateEventDefinition/></boundaryEvent>"                                 \
    "<userTask id=\"h\" isForCompensation=\"true\"/><association id=\"x\" sourceRef=\"u\" targetRef=\"h\"/>"
#define CATCH(text) "<intermediateCatchEvent id=\"b\">" text "</intermediateCatchEvent>"
#define MANY "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    /* clang-format off */
    static const struct { const char *old, *new, *flows, *new_flows, *rule; } row[] = {
        {USER("a") USER("b"), USER("a") USER("c"),                         "begin-a a-b", "begin-a a-c", "migrate-node-missing"},
        {USER("a") USER("b"), USER("a") "<manualTask id=\"b\"/>",          "begin-a a-b", "begin-a a-b", "migrate-node-kind"},
        {USER("a") USER("b"), USER("a") "<subProcess id=\"s\">" USER("b") "</subProcess>", "begin-a a-b", "begin-a a-s", "migrate-scope"},
        {USER("a") USER("b"), USER("a") "<userTask id=\"b\">" MANY "</userTask>", "begin-a a-b", "begin-a a-b", "migrate-loop"},
        {USER("a") CATCH(TIMER("PT1H")), USER("a") CATCH("<messageEventDefinition messageRef=\"letter\"/>"), "begin-a a-b", "begin-a a-b", "migrate-event"},
        {USER("a") USER("b") HANDLER, USER("a") USER("b"),                 "begin-a a-b", "begin-a a-b", "migrate-compensation"},
        {USER("a") CATCH(TIMER("PT1H")), USER("a") CATCH(TIMER("=nothing")), "begin-a a-b", "begin-a a-b", "migrate-expression"},
        {USER("a") USER("b"), USER("a") USER("b") USER("c"),               "begin-a a-b", "begin-a a-b b-c", NULL},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct trio t = {.mem = arena_new(0)};
        struct effects out;
        struct findings f;
        t.own = process(t.mem, row[i].old, row[i].flows);
        const struct proc *to = process(t.mem, row[i].new, row[i].new_flows);
        struct inst *in = begun(t.mem, t.own);
        send_to(t.mem, t.own, &in, "a", TRIGGER_TASK);
        const char *before = state_text(t.mem, t.own, in);
        enum err e = migrate(&t, to, in, &out, &f);
        if (row[i].rule == NULL) {
            assert_int_equal(e, OK);
        } else {
            assert_int_equal(e, E_FINDINGS);
            assert_string_equal(f.first->rule, row[i].rule);
            assert_string_equal(state_text(t.mem, t.own, in), before);
        }
        arena_free(t.mem);
    }
}

static void pairs_must_fit(void **state)
{
    /* clang-format off */
    static const struct { struct run_pair pair[2]; size_t n; int errors; } row[] = {
        {{{"a", "c"}},             1, 0},
        {{{"b", "c"}},             1, 1}, /* no such old node */
        {{{"a", "z"}},             1, 1}, /* no such new node */
        {{{"a", "c"}, {"a", "d"}}, 2, 1},
    };
    /* clang-format on */

    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct trio t = {.mem = arena_new(0), .n_pair = row[i].n};
        struct run_pair pair[2] = {row[i].pair[0], row[i].pair[1]};
        struct effects out;
        struct findings f;
        t.own = process(t.mem, USER("a"), "begin-a");
        t.renamed = process(t.mem, USER("c") USER("d"), "begin-c c-d");
        t.pair = pair;
        struct inst *in = begun(t.mem, t.own);
        assert_int_equal(migrate(&t, t.renamed, in, &out, &f), row[i].errors > 0 ? E_FINDINGS : OK);
        assert_int_equal(f.errors, row[i].errors);
        assert_true(row[i].errors > 0 || token_at(in, t.renamed, "c") != NULL);
        arena_free(t.mem);
    }
}

static void what_is_over_stays_as_it_was(void **state)
{
    struct trio t = {.mem = arena_new(0)};
    struct effects out;
    struct findings f;

    t.own = process(t.mem, USER("a"), "begin-a");
    struct inst *in = begun(t.mem, t.own);
    send_to(t.mem, t.own, &in, "a", TRIGGER_TASK);
    assert_int_equal(migrate(&t, t.own, in, &out, &f), E_STATE);
    assert_int_equal(migrate(&t, t.own, inst_new(t.mem), &out, &f), E_STATE);
    arena_free(t.mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_join_with_fewer_ways_goes_on), cmocka_unit_test(timers_keep_their_moment_while_they_read_the_same),
        cmocka_unit_test(what_stands_in_the_way_is_told), cmocka_unit_test(pairs_must_fit),
        cmocka_unit_test(what_is_over_stays_as_it_was),   cmocka_unit_test(random_instances)};

    return cmocka_run_group_tests_name("run/migrate", tests, NULL, NULL);
}
