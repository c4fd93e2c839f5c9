/* tests/unit/run/wild.h - random processes with everything in them that can be interrupted, repeated and undone, as BPMN text, and
 * random triggers for their instances.
 *
 * The same seed makes the same process. Two variations of it: with PREFIX all ids begin with it; with TWIST some details differ
 * (texts of timers, a boundary event more or less, another kind of task), for migration. */
#ifndef TESTS_RUN_WILD_H
#define TESTS_RUN_WILD_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "run/run.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WILD_BYTES = 1 << 20, WILD_DEPTH = 3 };

static inline int wild_roll(uint64_t *seed, int n)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return (int)((z ^ z >> 31) % (uint64_t)n);
}

/* Which seeds a test tries: RUN_SEEDS=N as many as that, RUN_SEED=K only that one. */
struct wild_seeds {
    uint64_t first, n;
    bool one;
};

static inline struct wild_seeds wild_seeds(uint64_t many)
{
    const char *only = getenv("RUN_SEED"), *other = getenv("RUN_SEEDS");
    struct wild_seeds s = {.first = 1, .n = many, .one = only != NULL};

    if (other != NULL)
        assert_true(text_u64(other, &s.n));
    if (s.one) {
        assert_true(text_u64(only, &s.first));
        s.n = 1;
    }
    return s;
}

struct wild {
    struct buf b;
    const char *prefix;
    uint64_t seed, twist; /* twist 0 = as it is */
    int next, extra;      /* numbers of what is there in any case, and of what a twist adds */
    int tx;               /* depth of transactions around */
};

/* A piece of graph with one way in and one way out. */
struct wild_piece {
    int first, last;
};

static inline bool wild_twisted(struct wild *w)
{
    return w->twist != 0 && wild_roll(&w->twist, 12) == 0;
}

static inline void wild_flow(struct wild *w, int from, int to, const char *condition)
{
    buf_fmt(&w->b, "<sequenceFlow id=\"%sf%d_%d\" sourceRef=\"%sn%d\" targetRef=\"%sn%d\"", w->prefix, from, to, w->prefix,
            from, w->prefix, to);
    if (condition != NULL)
        buf_fmt(&w->b, "><conditionExpression>%s</conditionExpression></sequenceFlow>\n", condition);
    else
        buf_str(&w->b, "/>\n");
}

static inline int wild_end(struct wild *w, const char *definition)
{
    int n = w->next++;

    buf_fmt(&w->b, "<endEvent id=\"%sn%d\">%s</endEvent>\n", w->prefix, n, definition);
    return n;
}

static inline int wild_user(struct wild *w, const char *attributes)
{
    int n = w->next++;

    buf_fmt(&w->b, "<userTask id=\"%sn%d\" %s/>\n", w->prefix, n, attributes);
    return n;
}

static inline const char *wild_event(struct wild *w)
{
    static const char *const event[] = {
        "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>",
        "<timerEventDefinition><timeCycle>R3/PT2M</timeCycle></timerEventDefinition>",
        "<messageEventDefinition messageRef=\"letter\"/>",
        "<signalEventDefinition signalRef=\"horn\"/>",
        "<conditionalEventDefinition><condition>x > 5</condition></conditionalEventDefinition>",
    };
    int k = wild_roll(&w->seed, 5);

    if (k == 0 && wild_twisted(w))
        return "<timerEventDefinition><timeDuration>PT7M</timeDuration></timerEventDefinition>";
    return event[k];
}

static inline void wild_boundary(struct wild *w, int host, const char *definition, bool interrupting)
{
    int b = w->next++;

    buf_fmt(&w->b, "<boundaryEvent id=\"%sn%d\" attachedToRef=\"%sn%d\" cancelActivity=\"%s\">%s</boundaryEvent>\n", w->prefix,
            b, w->prefix, host, interrupting ? "true" : "false", definition);
    wild_flow(w, b, wild_user(w, ""), NULL);
}

static inline void wild_handler(struct wild *w, int host)
{
    int b = w->next++, h = w->next++, kind = wild_roll(&w->seed, 3);

    buf_fmt(&w->b, "<boundaryEvent id=\"%sn%d\" attachedToRef=\"%sn%d\"><compensateEventDefinition/></boundaryEvent>\n",
            w->prefix, b, w->prefix, host);
    if (kind == 0)
        buf_fmt(&w->b,
                "<scriptTask scriptFormat=\"feel\" id=\"%sn%d\" isForCompensation=\"true\"><script>{x: x + "
                "1}</script></scriptTask>\n",
                w->prefix, h);
    else if (kind == 1)
        buf_fmt(&w->b, "<userTask id=\"%sn%d\" isForCompensation=\"true\"/>\n", w->prefix, h);
    else {
        buf_fmt(&w->b, "<subProcess id=\"%sn%d\" isForCompensation=\"true\">\n", w->prefix, h);
        int task = wild_user(w, "");
        int undo = w->next++, back = w->next++;
        buf_fmt(&w->b,
                "<boundaryEvent id=\"%sn%d\" attachedToRef=\"%sn%d\"><compensateEventDefinition/></boundaryEvent>"
                "<userTask id=\"%sn%d\" isForCompensation=\"true\"/><association id=\"%sa%d\" sourceRef=\"%sn%d\" "
                "targetRef=\"%sn%d\"/>\n",
                w->prefix, undo, w->prefix, task, w->prefix, back, w->prefix, undo, w->prefix, undo, w->prefix, back);
        buf_str(&w->b, "</subProcess>\n");
    }
    buf_fmt(&w->b, "<association id=\"%sa%d\" sourceRef=\"%sn%d\" targetRef=\"%sn%d\"/>\n", w->prefix, b, w->prefix, b,
            w->prefix, h);
}

static inline const char *wild_loop(struct wild *w)
{
    static const char *const loop[] = {
        ("<multiInstanceLoopCharacteristics "
         "isSequential=\"true\"><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"),
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
        "<standardLoopCharacteristics loopMaximum=\"2\"><loopCondition>true</loopCondition></standardLoopCharacteristics>",
    };
    int k = wild_roll(&w->seed, 16);

    if (k == 3)
        return arena_printf(
            w->b.mem,
            "<multiInstanceLoopCharacteristics behavior=\"None\" noneBehaviorEventRef=\"tell\">"
            "<loopCardinality>3</loopCardinality><loopDataOutputRef>all</loopDataOutputRef>"
            "<outputDataItem id=\"%sitem%d\" name=\"y\"/><completionCondition>numberOfCompletedInstances = 2 or x = "
            "5</completionCondition></multiInstanceLoopCharacteristics>",
            w->prefix, w->next++);
    return k < 3 ? loop[k] : "";
}

/* What sits on the border of the activity HOST. */
static inline void wild_border(struct wild *w, int host)
{
    if (wild_roll(&w->seed, 2) == 0)
        wild_handler(w, host);
    if (wild_roll(&w->seed, 3) == 0)
        wild_boundary(w, host, wild_event(w), wild_roll(&w->seed, 2) == 0);
    if (wild_roll(&w->seed, 4) == 0)
        wild_boundary(w, host, "<errorEventDefinition errorRef=\"bad\"/>", true);
    if (wild_roll(&w->seed, 6) == 0)
        wild_boundary(w, host, "<escalationEventDefinition/>", wild_roll(&w->seed, 2) == 0);
    if (wild_twisted(w)) {
        int n = w->next;
        w->next = w->extra;
        wild_boundary(w, host, "<timerEventDefinition><timeDuration>PT9M</timeDuration></timerEventDefinition>", true);
        w->extra = w->next;
        w->next = n;
    }
}

/* Several events in one, and an escalation. */
static inline struct wild_piece wild_rare(struct wild *w)
{
    int n = w->next++, kind = wild_roll(&w->seed, 3);
    const char *p = w->prefix;

    if (kind == 0)
        buf_fmt(&w->b, "<intermediateCatchEvent id=\"%sn%d\" parallelMultiple=\"true\">%s%s</intermediateCatchEvent>\n", p, n,
                wild_event(w), wild_event(w));
    else if (kind == 1)
        buf_fmt(&w->b,
                "<intermediateThrowEvent id=\"%sn%d\"><compensateEventDefinition/><signalEventDefinition signalRef=\"horn\"/>"
                "<compensateEventDefinition/></intermediateThrowEvent>\n",
                p, n);
    else
        buf_fmt(&w->b,
                "<intermediateThrowEvent id=\"%sn%d\"><escalationEventDefinition escalationRef=\"psst\"/>"
                "</intermediateThrowEvent>\n",
                p, n);
    return (struct wild_piece){n, n};
}

static inline struct wild_piece wild_leaf(struct wild *w)
{
    int n = w->next++, kind = wild_roll(&w->seed, 12);
    const char *p = w->prefix;

    if (kind < 4) {
        const char *loop = wild_loop(w), *tag = wild_twisted(w) ? "manualTask" : "userTask";
        const char *more = wild_roll(&w->seed, 8) == 0 ? " completionQuantity=\"2\"" : "";
        buf_fmt(&w->b, "<%s id=\"%sn%d\"%s>%s</%s>\n", tag, p, n, more, wild_twisted(w) ? "" : loop, tag);
    } else if (kind == 4)
        buf_fmt(&w->b,
                "<serviceTask id=\"%sn%d\" gradus:topic=\"t\"><extensionElements><gradus:input target=\"v\" source=\"=x\"/>"
                "</extensionElements>%s</serviceTask>\n",
                p, n, wild_loop(w));
    else if (kind == 5)
        buf_fmt(&w->b, "<callActivity id=\"%sn%d\" calledElement=\"other\">%s</callActivity>\n", p, n, wild_loop(w));
    else if (kind == 6)
        buf_fmt(&w->b, "<scriptTask scriptFormat=\"feel\" id=\"%sn%d\"><script>{x: x + 1}</script></scriptTask>\n", p, n);
    else if (kind == 7 || kind == 8)
        buf_fmt(&w->b, "<intermediateCatchEvent id=\"%sn%d\">%s</intermediateCatchEvent>\n", p, n, wild_event(w));
    else if (kind == 9)
        buf_fmt(&w->b,
                "<intermediateThrowEvent id=\"%sn%d\"><signalEventDefinition signalRef=\"horn\"/></intermediateThrowEvent>\n",
                p, n);
    else
        buf_fmt(&w->b,
                "<intermediateThrowEvent id=\"%sn%d\"><compensateEventDefinition "
                "waitForCompletion=\"%s\"/></intermediateThrowEvent>\n",
                p, n, kind == 10 ? "true" : "false");
    if (kind < 7)
        wild_border(w, n);
    return (struct wild_piece){n, n};
}

static inline struct wild_piece wild_piece(struct wild *w, int depth);

static inline struct wild_piece wild_blocks(struct wild *w, int depth)
{
    static const char *const kind[] = {"parallelGateway", "inclusiveGateway", "exclusiveGateway", "complexGateway"};
    static const char *const when[] = {"activationCount &gt;= 1", "activationCount &gt;= 2", "x &lt; 5"};
    int k = wild_roll(&w->seed, 4), split = w->next++, join = w->next++;

    buf_fmt(&w->b, "<%s id=\"%sn%d\"/>", kind[k == 3 ? 1 : k], w->prefix, split);
    if (k == 3)
        buf_fmt(&w->b, "<%s id=\"%sn%d\"><activationCondition>%s</activationCondition></%s>\n", kind[k], w->prefix, join,
                when[wild_roll(&w->seed, 3)], kind[k]);
    else
        buf_fmt(&w->b, "<%s id=\"%sn%d\"/>\n", kind[k], w->prefix, join);
    for (int i = 0; i < (k == 3 ? 3 : 2); i++) {
        struct wild_piece p = wild_piece(w, depth - 1);
        wild_flow(w, split, p.first, k == 0 ? NULL : i == 0 ? "x > 2" : "true");
        wild_flow(w, p.last, join, NULL);
    }
    if (wild_twisted(w))
        wild_flow(w, split, join, k == 0 ? NULL : "true");
    if (k == 2 && wild_roll(&w->seed, 3) == 0)
        wild_flow(w, join, split, "x = 4");
    return (struct wild_piece){split, join};
}

static inline struct wild_piece wild_race(struct wild *w)
{
    int gate = w->next++, join = w->next++;

    buf_fmt(&w->b, "<eventBasedGateway id=\"%sn%d\"/><exclusiveGateway id=\"%sn%d\"/>\n", w->prefix, gate, w->prefix, join);
    for (int i = 0; i < 2; i++) {
        int n = w->next++;
        buf_fmt(&w->b, "<intermediateCatchEvent id=\"%sn%d\">%s</intermediateCatchEvent>\n", w->prefix, n, wild_event(w));
        wild_flow(w, gate, n, NULL);
        wild_flow(w, n, join, NULL);
    }
    return (struct wild_piece){gate, join};
}

/* An event sub-process. */
static inline void wild_esp(struct wild *w, const char *definition, bool interrupting)
{
    int n = w->next++, start = w->next++;

    buf_fmt(
        &w->b,
        "<subProcess id=\"%sn%d\" triggeredByEvent=\"true\"><startEvent id=\"%sn%d\" isInterrupting=\"%s\">%s</startEvent>\n",
        w->prefix, n, w->prefix, start, interrupting ? "true" : "false", definition);
    int task = wild_user(w, ""), undo = w->next++;
    buf_fmt(&w->b, "<intermediateThrowEvent id=\"%sn%d\"><compensateEventDefinition/></intermediateThrowEvent>\n", w->prefix,
            undo);
    wild_flow(w, start, task, NULL);
    wild_flow(w, task, undo, NULL);
    buf_str(&w->b, "</subProcess>\n");
}

static inline void wild_esps(struct wild *w)
{
    if (wild_roll(&w->seed, 5) == 0)
        wild_esp(w, wild_event(w), wild_roll(&w->seed, 2) == 0);
    if (wild_roll(&w->seed, 6) == 0)
        wild_esp(w, "<errorEventDefinition/>", true);
    if (wild_twisted(w)) {
        int n = w->next;
        w->next = w->extra;
        wild_esp(w, "<messageEventDefinition messageRef=\"letter\"/>", false);
        w->extra = w->next;
        w->next = n;
    }
}

static inline struct wild_piece wild_sub(struct wild *w, int depth)
{
    int n = w->next++, start = w->next++;
    bool tx = wild_roll(&w->seed, 3) == 0;

    buf_fmt(&w->b, "<%s id=\"%sn%d\">%s\n<startEvent id=\"%sn%d\"/>\n", tx ? "transaction" : "subProcess", w->prefix, n,
            wild_loop(w), w->prefix, start);
    w->tx += tx;
    struct wild_piece p = wild_piece(w, depth - 1);
    wild_flow(w, start, p.first, NULL);
    int choice = w->next++;
    buf_fmt(&w->b, "<exclusiveGateway id=\"%sn%d\"/>\n", w->prefix, choice);
    wild_flow(w, p.last, choice, NULL);
    if (w->tx > 0)
        wild_flow(w, choice, wild_end(w, "<cancelEventDefinition/>"), "x > 6");
    if (wild_roll(&w->seed, 4) == 0)
        wild_flow(w, choice, wild_end(w, "<errorEventDefinition errorRef=\"bad\"/>"), "x = 5");
    if (wild_roll(&w->seed, 5) == 0)
        wild_flow(w, choice, wild_end(w, "<terminateEventDefinition/>"), "x = 3");
    wild_flow(w, choice, wild_end(w, wild_roll(&w->seed, 4) == 0 ? "<compensateEventDefinition/>" : ""), "true");
    wild_esps(w);
    if (wild_roll(&w->seed, 4) == 0)
        wild_esp(w, "<compensateEventDefinition/>", true);
    w->tx -= tx;
    buf_fmt(&w->b, "</%s>\n", tx ? "transaction" : "subProcess");
    if (tx)
        wild_boundary(w, n, "<cancelEventDefinition/>", true);
    wild_border(w, n);
    return (struct wild_piece){n, n};
}

static inline struct wild_piece wild_adhoc(struct wild *w, int depth)
{
    int n = w->next++;
    bool chosen = wild_roll(&w->seed, 3) != 0;

    buf_fmt(&w->b, "<adHocSubProcess id=\"%sn%d\" ordering=\"%s\" cancelRemainingInstances=\"%s\">%s\n", w->prefix, n,
            wild_roll(&w->seed, 2) == 0 ? "Sequential" : "Parallel", wild_roll(&w->seed, 2) == 0 ? "true" : "false",
            wild_loop(w));
    wild_user(w, "");
    struct wild_piece a = wild_leaf(w), b = wild_piece(w, depth - 1);
    wild_flow(w, a.last, b.first, NULL);
    wild_esps(w);
    buf_fmt(&w->b, "%s</adHocSubProcess>\n", chosen ? "<completionCondition>x &gt; 3</completionCondition>" : "");
    wild_border(w, n);
    return (struct wild_piece){n, n};
}

static inline struct wild_piece wild_piece(struct wild *w, int depth)
{
    int what = depth <= 0 ? 0 : wild_roll(&w->seed, 8);

    if (what == 0)
        return wild_roll(&w->seed, 5) == 0 ? wild_rare(w) : wild_leaf(w);
    if (what == 1)
        return wild_blocks(w, depth);
    if (what == 2)
        return wild_race(w);
    if (what == 3 || what == 4)
        return wild_sub(w, depth);
    if (what == 5)
        return wild_adhoc(w, depth);
    struct wild_piece a = wild_piece(w, depth - 1), b = wild_piece(w, depth - 1);
    wild_flow(w, a.last, b.first, NULL);
    return (struct wild_piece){a.first, b.last};
}

/* The text of the process that SEED makes. */
static inline const char *wild_text(struct arena *mem, uint64_t seed, const char *prefix, uint64_t twist)
{
    struct wild w = {.b = buf_new(mem, WILD_BYTES), .prefix = prefix, .seed = seed, .twist = twist, .extra = 10000};

    buf_str(&w.b,
            "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
            "xmlns:gradus=\"https://gradus.example/schema/bpmn/1.0\" id=\"defs\" targetNamespace=\"urn:t\">\n"
            "<message id=\"letter\" name=\"letter\"/><signal id=\"horn\" name=\"horn\"/><error id=\"bad\" errorCode=\"BAD\"/>"
            "<escalation id=\"psst\" escalationCode=\"PSST\"/>\n"
            "<signalEventDefinition id=\"tell\" signalRef=\"horn\"/>\n"
            "<process id=\"wild\" isExecutable=\"true\">\n");
    int start = w.next++;
    buf_fmt(&w.b, "<startEvent id=\"%sn%d\"/>\n", prefix, start);
    struct wild_piece a = wild_piece(&w, WILD_DEPTH), b = wild_piece(&w, WILD_DEPTH);
    int undo = w.next++;
    buf_fmt(&w.b, "<intermediateThrowEvent id=\"%sn%d\"><compensateEventDefinition/></intermediateThrowEvent>\n", prefix, undo);
    wild_flow(&w, start, a.first, NULL);
    wild_flow(&w, a.last, undo, NULL);
    wild_flow(&w, undo, b.first, NULL);
    wild_flow(&w, b.last, wild_end(&w, "<compensateEventDefinition/>"), NULL);
    wild_esps(&w);
    buf_str(&w.b, "</process></definitions>\n");
    return buf_done(&w.b) == OK ? buf_text(&w.b) : NULL;
}

/* The same, compiled; what is wrong with it is printed. */
static inline struct proc *wild_proc(struct arena *mem, const char *text)
{
    struct findings f = findings_new(mem);
    struct proc_list *list = NULL;
    enum err e = proc_compile(mem, "wild", text, strlen(text), &f, &list);

    for (const struct finding *at = f.first; e != OK && at != NULL; at = at->next) {
        if (at->severity == FINDING_ERROR)
            print_error("%d %s %s: %s\n", at->line, at->rule, at->element, at->message);
    }
    if (e != OK)
        return NULL;
    proc_list_keep(mem, list);
    return &list->proc[0];
}

/* ---- triggers ---- */

static inline struct val wild_vars(struct arena *mem, uint64_t *seed)
{
    struct val_entry e = {"x", val_int(wild_roll(seed, 9))};

    return wild_roll(seed, 2) == 0 ? val_null() : val_context(mem, &e, 1);
}

/* What fits the token T, mostly. */
static inline enum trigger_kind wild_kind(const struct proc *p, const struct token *t, uint64_t *seed)
{
    const struct proc_node *n = &p->node[t->node];

    if (t->state == TOKEN_INCIDENT)
        return wild_roll(seed, 2) == 0 ? TRIGGER_RETRY : TRIGGER_SKIP;
    if (t->event >= 0 && t->event < n->n_event && n->event[t->event].kind == EVENT_message)
        return TRIGGER_MESSAGE;
    if (t->due != 0)
        return TRIGGER_TIMER;
    int k = wild_roll(seed, 12);
    if (k == 0)
        return TRIGGER_ERROR;
    if (k == 1)
        return TRIGGER_ESCALATION;
    if (n->kind == NODE_user_task)
        return k == 2 ? TRIGGER_CLAIM : TRIGGER_TASK;
    if (n->kind == NODE_service_task)
        return k < 4 ? TRIGGER_FAILURE : TRIGGER_SERVICE;
    if (n->kind == NODE_call_activity)
        return k < 4 ? TRIGGER_FAILURE : TRIGGER_CALLED;
    return n->kind == NODE_ad_hoc ? TRIGGER_ACTIVATE : TRIGGER_TASK;
}

/* A trigger for IN; with OPERATOR sometimes one of an operator's. */
static inline struct trigger wild_trigger(struct arena *mem, const struct proc *p, const struct inst *in, uint64_t *seed,
                                          bool operator)
{
    static const enum trigger_kind op[] = {TRIGGER_VARS, TRIGGER_SUSPEND, TRIGGER_RESUME, TRIGGER_MOVE,
                                           TRIGGER_ADD,  TRIGGER_DROP,    TRIGGER_SKIP,   TRIGGER_MOVE};
    struct trigger t = {.kind = TRIGGER_START, .node = PROC_NONE, .text = "BAD", .vars = wild_vars(mem, seed)};

    if (in->n_scope == 0) {
        struct val_entry e = {"x", val_int(wild_roll(seed, 6))};
        t.vars = val_context(mem, &e, 1);
        return t;
    }
    const struct token *at = in->n_token > 0 ? &in->token[wild_roll(seed, (int)in->n_token)] : NULL;
    if (in->state == INST_SUSPENDED && wild_roll(seed, 3) != 0) {
        t.kind = TRIGGER_RESUME;
        return t;
    }
    if (operator&& wild_roll(seed, 6) == 0) {
        t.kind = op[wild_roll(seed, 8)];
        t.token = at != NULL && wild_roll(seed, 4) != 0 ? at->no : 0;
        t.node = wild_roll(seed, p->n_node);
        return t;
    }
    if (at == NULL || wild_roll(seed, 20) == 0) {
        t.kind = TRIGGER_SIGNAL;
        t.text = "horn";
        return t;
    }
    t.kind = wild_kind(p, at, seed);
    t.token = at->no;
    if (t.kind == TRIGGER_MESSAGE)
        t.text = "letter";
    if (t.kind == TRIGGER_ACTIVATE && p->node[at->node].n_start > 0)
        t.node = p->node[at->node].start[wild_roll(seed, p->node[at->node].n_start)];
    return t;
}

#endif
