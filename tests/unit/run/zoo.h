/* tests/unit/run/zoo.h - random BPMN files with every kind of node, event and marker in them, as text: two processes that call each
 * other and talk by messages and signals. The same seed makes the same file. Blocks are nested at random, and some flows lead
 * from one branch into another or back, so that joins may starve and loops may spin. */
#ifndef TESTS_RUN_ZOO_H
#define TESTS_RUN_ZOO_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

enum { ZOO_BYTES = 1 << 20, ZOO_NODES = 400, ZOO_DEPTH = 3 };

struct zoo {
    struct buf b;
    struct arena *mem;
    uint64_t seed;
    int next;       /* number of the next element */
    int in_tx;      /* the container is a transaction */
    int in_adhoc;   /* ... an ad-hoc sub-process: no end events there */
    int undo;       /* an activity with a handler was made */
    struct buf art; /* associations of the container */
};

struct zoo_piece {
    int first, last;
};

static inline int zoo_roll(struct zoo *z, int n)
{
    uint64_t x = z->seed += 0x9e3779b97f4a7c15ULL; /* splitmix64 */

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
    return (int)((x ^ x >> 31) % (uint64_t)n);
}

#define ZOO_PICK(z, list) ((list)[zoo_roll((z), (int)(sizeof(list) / sizeof *(list)))])

static inline const char *zoo_condition(struct zoo *z)
{
    static const char *const condition[] = {"x &gt; 1", "x = 0", "y", "true", "false", "x &lt; 3 and y", "n = null"};

    return ZOO_PICK(z, condition);
}

static inline void zoo_flow(struct zoo *z, int from, int to, bool conditional)
{
    buf_fmt(&z->b, "<sequenceFlow id=\"f%d\" sourceRef=\"n%d\" targetRef=\"n%d\">", z->next++, from, to);
    if (conditional)
        buf_fmt(&z->b, "<conditionExpression>%s</conditionExpression>", zoo_condition(z));
    buf_str(&z->b, "</sequenceFlow>\n");
}

/* A definition of an event that can be waited for. */
static inline const char *zoo_caught(struct zoo *z)
{
    static const char *const event[] = {
        "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>",
        "<timerEventDefinition><timeDuration>=d</timeDuration></timerEventDefinition>",
        "<timerEventDefinition><timeCycle>R3/PT2M</timeCycle></timerEventDefinition>",
        "<timerEventDefinition><timeDate>2026-01-01T00:20:00Z</timeDate></timerEventDefinition>",
        "<messageEventDefinition messageRef=\"m1\"/>",
        "<messageEventDefinition messageRef=\"m2\"/>",
        "<messageEventDefinition messageRef=\"m3\"/>",
        "<signalEventDefinition signalRef=\"s1\"/>",
        "<signalEventDefinition signalRef=\"s2\"/>",
        "<conditionalEventDefinition><condition>x &gt; 2</condition></conditionalEventDefinition>",
        "<conditionalEventDefinition><condition>y</condition></conditionalEventDefinition>",
        "<signalEventDefinition signalRef=\"s1\"/><messageEventDefinition messageRef=\"m1\"/>",
    };

    return ZOO_PICK(z, event);
}

/* One that is only caught at an activity or in an event sub-process. */
static inline const char *zoo_inner(struct zoo *z)
{
    static const char *const event[] = {
        "<errorEventDefinition errorRef=\"e1\"/>",
        "<errorEventDefinition errorRef=\"e2\"/>",
        "<errorEventDefinition/>",
        "<escalationEventDefinition escalationRef=\"c1\"/>",
        "<escalationEventDefinition/>",
    };

    return ZOO_PICK(z, event);
}

static inline const char *zoo_thrown(struct zoo *z)
{
    static const char *const event[] = {
        "",
        "<messageEventDefinition messageRef=\"m1\"/>",
        "<messageEventDefinition messageRef=\"m2\"/>",
        "<signalEventDefinition signalRef=\"s1\"/>",
        "<signalEventDefinition signalRef=\"s2\"/><messageEventDefinition messageRef=\"m3\"/>",
        "<escalationEventDefinition escalationRef=\"c1\"/>",
        "<compensateEventDefinition/>",
        "<compensateEventDefinition waitForCompletion=\"false\"/>",
    };

    return ZOO_PICK(z, event);
}

static inline int zoo_event(struct zoo *z, const char *tag, const char *definition)
{
    int n = z->next++;

    buf_fmt(&z->b, "<%s id=\"n%d\">%s</%s>\n", tag, n, definition, tag);
    return n;
}

static inline int zoo_end(struct zoo *z)
{
    static const char *const last[] = {
        "<terminateEventDefinition/>",
        "<errorEventDefinition errorRef=\"e1\"/>",
        "<errorEventDefinition errorRef=\"e2\"/>",
        "<cancelEventDefinition/>",
    };
    int k = zoo_roll(z, 14);

    if (k < 3 || (k == 3 && z->in_tx))
        return zoo_event(z, "endEvent", last[k]);
    return zoo_event(z, "endEvent", k < 8 ? zoo_thrown(z) : "");
}

static inline struct zoo_piece zoo_piece(struct zoo *z, int depth);
static inline void zoo_container(struct zoo *z, int depth);

/* ---- activities ---- */

static inline void zoo_loop(struct zoo *z)
{
    static const char *const loop[] = {
        "<standardLoopCharacteristics testBefore=\"true\"><loopCondition>x &lt; "
        "3</loopCondition></standardLoopCharacteristics>",
        "<standardLoopCharacteristics loopMaximum=\"2\"/>",
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics isSequential=\"true\"><loopCardinality>x</loopCardinality>"
        "</multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality><completionCondition>"
        "numberOfCompletedInstances &gt;= 2</completionCondition></multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics behavior=\"None\" noneBehaviorEventRef=\"sd\"><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics behavior=\"One\" oneBehaviorEventRef=\"sd\"><loopCardinality>2</loopCardinality>"
        "</multiInstanceLoopCharacteristics>",
    };

    if (zoo_roll(z, 4) == 0)
        buf_str(&z->b, ZOO_PICK(z, loop));
}

/* The attributes that any activity may have. */
static inline const char *zoo_marks(struct zoo *z)
{
    static const char *const mark[] = {" startQuantity=\"2\"", " completionQuantity=\"2\"",
                                       " startQuantity=\"2\" completionQuantity=\"2\""};

    return zoo_roll(z, 12) == 0 ? ZOO_PICK(z, mark) : "";
}

static inline void zoo_boundary(struct zoo *z, int host)
{
    const char *inner = zoo_inner(z), *definition = zoo_roll(z, 3) == 0 ? inner : zoo_caught(z);
    bool interrupting = zoo_roll(z, 2) == 0 || (definition == inner && strstr(inner, "error") != NULL);
    int b = z->next++;

    buf_fmt(&z->b, "<boundaryEvent id=\"n%d\" attachedToRef=\"n%d\" cancelActivity=\"%s\"%s>%s</boundaryEvent>\n", b, host,
            interrupting ? "true" : "false", zoo_roll(z, 4) == 0 ? " parallelMultiple=\"true\"" : "", definition);
    int task = z->next++;
    buf_fmt(&z->b, "<userTask id=\"n%d\"/>\n", task);
    zoo_flow(z, b, task, false);
    if (zoo_roll(z, 2) == 0 && !z->in_adhoc)
        zoo_flow(z, task, zoo_end(z), false);
}

static inline void zoo_handler(struct zoo *z, int host)
{
    int b = z->next++, h = z->next++, kind = zoo_roll(z, 5);

    buf_fmt(&z->b, "<boundaryEvent id=\"n%d\" attachedToRef=\"n%d\"><compensateEventDefinition/></boundaryEvent>\n", b, host);
    if (kind < 2)
        buf_fmt(&z->b, "<userTask id=\"n%d\" isForCompensation=\"true\"/>\n", h);
    else
        buf_fmt(&z->b,
                "<scriptTask id=\"n%d\" isForCompensation=\"true\" scriptFormat=\"feel\"><script>%s</script></scriptTask>\n", h,
                kind == 2 ? "{error: \"A\"}" : "{x: x + 1}");
    buf_fmt(&z->art, "<association id=\"a%d\" associationDirection=\"One\" sourceRef=\"n%d\" targetRef=\"n%d\"/>\n", z->next++,
            b, h);
}

static inline void zoo_around(struct zoo *z, int host)
{
    for (int n = zoo_roll(z, 5) - 2; n > 0; n--)
        zoo_boundary(z, host);
    if (zoo_roll(z, 4) == 0)
        zoo_handler(z, host);
}

/* Associations stand behind the flow elements of their container. */
static inline struct buf zoo_open(struct zoo *z)
{
    struct buf outside = z->art;

    z->art = buf_new(z->mem, ZOO_BYTES);
    return outside;
}

static inline void zoo_close(struct zoo *z, struct buf outside)
{
    buf_str(&z->b, buf_text(&z->art));
    z->art = outside;
}

static inline struct zoo_piece zoo_leaf(struct zoo *z)
{
    static const char *const tag[] = {"userTask", "userTask",    "userTask", "scriptTask",  "manualTask",
                                      "task",     "serviceTask", "sendTask", "receiveTask", "callActivity"};
    static const char *const script[] = {"{x: x + 1}", "{y: not(y)}", "{error: \"A\"}", "null", "x + \"\"", "{x: 0}"};
    const char *t = ZOO_PICK(z, tag), *extra = "";
    int n = z->next++;

    if (strcmp(t, "scriptTask") == 0)
        extra = " scriptFormat=\"feel\"";
    if (strcmp(t, "sendTask") == 0 || strcmp(t, "receiveTask") == 0)
        extra = zoo_roll(z, 2) == 0 ? " messageRef=\"m1\"" : " messageRef=\"m2\"";
    if (strcmp(t, "callActivity") == 0)
        extra = zoo_roll(z, 8) == 0 ? " calledElement=\"p\"" : " calledElement=\"q\"";
    if (strcmp(t, "serviceTask") == 0)
        extra = " g:topic=\"work\"";
    buf_fmt(&z->b, "<%s id=\"n%d\"%s%s>", t, n, extra, zoo_marks(z));
    zoo_loop(z);
    if (strcmp(t, "scriptTask") == 0)
        buf_fmt(&z->b, "<script>%s</script>", ZOO_PICK(z, script));
    buf_fmt(&z->b, "</%s>\n", t);
    zoo_around(z, n);
    return (struct zoo_piece){n, n};
}

static inline struct zoo_piece zoo_sub(struct zoo *z, int depth)
{
    static const char *const tag[] = {"subProcess", "subProcess", "transaction"};
    const char *t = ZOO_PICK(z, tag);
    bool tx = strcmp(t, "transaction") == 0;
    int n = z->next++, in_tx = z->in_tx;

    buf_fmt(&z->b, "<%s id=\"n%d\"%s>", t, n, zoo_marks(z));
    if (zoo_roll(z, 5) == 0)
        buf_fmt(&z->b, "<property id=\"x%d\" name=\"x\"/>", z->next++);
    zoo_loop(z);
    z->in_tx = tx;
    zoo_container(z, depth - 1);
    z->in_tx = in_tx;
    buf_fmt(&z->b, "</%s>\n", t);
    zoo_around(z, n);
    if (tx && zoo_roll(z, 3) > 0) {
        int b = z->next++;
        buf_fmt(&z->b, "<boundaryEvent id=\"n%d\" attachedToRef=\"n%d\"><cancelEventDefinition/></boundaryEvent>\n", b, n);
        zoo_flow(z, b, zoo_event(z, "endEvent", ""), false);
    }
    return (struct zoo_piece){n, n};
}

static inline struct zoo_piece zoo_adhoc(struct zoo *z)
{
    int n = z->next++;

    buf_fmt(&z->b, "<adHocSubProcess id=\"n%d\" ordering=\"%s\" cancelRemainingInstances=\"%s\">\n", n,
            zoo_roll(z, 2) == 0 ? "Parallel" : "Sequential", zoo_roll(z, 2) == 0 ? "true" : "false");
    struct buf outside = zoo_open(z);
    z->in_adhoc = 1;
    int first = zoo_leaf(z).first, second = zoo_leaf(z).first;
    z->in_adhoc = 0;
    if (zoo_roll(z, 2) == 0)
        zoo_flow(z, first, second, false);
    zoo_close(z, outside);
    if (zoo_roll(z, 3) > 0)
        buf_fmt(&z->b, "<completionCondition>%s</completionCondition>", zoo_condition(z));
    buf_str(&z->b, "</adHocSubProcess>\n");
    zoo_around(z, n);
    return (struct zoo_piece){n, n};
}

/* ---- blocks ---- */

static inline int zoo_gateway(struct zoo *z, const char *tag, const char *inside)
{
    int n = z->next++;

    buf_fmt(&z->b, "<%s id=\"n%d\">%s</%s>\n", tag, n, inside, tag);
    return n;
}

static inline struct zoo_piece zoo_block(struct zoo *z, int depth)
{
    static const char *const tag[] = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "complexGateway"};
    const char *split = ZOO_PICK(z, tag), *join = zoo_roll(z, 3) == 0 ? ZOO_PICK(z, tag) : split;
    bool conditions = strcmp(split, "parallelGateway") != 0;
    int a = zoo_gateway(z, split, "");
    int b = zoo_gateway(
        z, join,
        strcmp(join, "complexGateway") == 0 ? "<activationCondition>activationCount &gt;= 2</activationCondition>" : "");

    int other = b;

    for (int ways = 2 + zoo_roll(z, 2); ways > 0; ways--) {
        struct zoo_piece p = zoo_piece(z, depth - 1);
        zoo_flow(z, a, p.first, conditions && zoo_roll(z, 2) == 0);
        zoo_flow(z, p.last, b, false);
        if (zoo_roll(z, 5) == 0)
            zoo_flow(z, p.last, other, zoo_roll(z, 2) == 0); /* into another branch: no block any more */
        other = p.first;
    }
    if (zoo_roll(z, 4) == 0 && strcmp(join, "exclusiveGateway") == 0)
        zoo_flow(z, b, a, true);
    return (struct zoo_piece){a, b};
}

static inline struct zoo_piece zoo_race(struct zoo *z, int depth)
{
    static const char *const event[] = {
        "<timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition>",
        "<messageEventDefinition messageRef=\"m1\"/>",
        "<messageEventDefinition messageRef=\"m3\"/>",
        "<signalEventDefinition signalRef=\"s1\"/>",
        "<conditionalEventDefinition><condition>x &gt; 2</condition></conditionalEventDefinition>",
    };
    int a = zoo_gateway(z, "eventBasedGateway", ""), b = zoo_gateway(z, "exclusiveGateway", "");

    for (int ways = 2 + zoo_roll(z, 2); ways > 0; ways--) {
        int c = zoo_event(z, "intermediateCatchEvent", ZOO_PICK(z, event));
        struct zoo_piece p = zoo_piece(z, depth - 1);
        zoo_flow(z, a, c, false);
        zoo_flow(z, c, p.first, false);
        zoo_flow(z, p.last, b, false);
    }
    return (struct zoo_piece){a, b};
}

static inline struct zoo_piece zoo_link(struct zoo *z)
{
    int a = z->next++, b = z->next++;

    buf_fmt(&z->b, "<intermediateThrowEvent id=\"n%d\"><linkEventDefinition name=\"l%d\"/></intermediateThrowEvent>\n", a, a);
    buf_fmt(&z->b, "<intermediateCatchEvent id=\"n%d\"><linkEventDefinition name=\"l%d\"/></intermediateCatchEvent>\n", b, a);
    return (struct zoo_piece){a, b};
}

static inline struct zoo_piece zoo_piece(struct zoo *z, int depth)
{
    int what = depth <= 0 || z->next > ZOO_NODES ? zoo_roll(z, 4) : zoo_roll(z, 14);

    if (what < 2)
        return zoo_leaf(z);
    if (what == 2) {
        int n = zoo_event(z, "intermediateCatchEvent", zoo_caught(z));
        return (struct zoo_piece){n, n};
    }
    if (what == 3) {
        int n = zoo_event(z, "intermediateThrowEvent", zoo_thrown(z));
        return (struct zoo_piece){n, n};
    }
    if (what < 7)
        return zoo_block(z, depth);
    if (what == 7)
        return zoo_race(z, depth);
    if (what < 10)
        return zoo_sub(z, depth);
    if (what == 10)
        return zoo_adhoc(z);
    if (what == 11)
        return zoo_link(z);
    struct zoo_piece a = zoo_piece(z, depth - 1), b = zoo_piece(z, depth - 1);
    zoo_flow(z, a.last, b.first, zoo_roll(z, 6) == 0);
    return (struct zoo_piece){a.first, b.last};
}

/* An event sub-process of the container. */
static inline void zoo_esp(struct zoo *z, int depth)
{
    static const char *const undo = "<compensateEventDefinition/>";
    const char *inner = zoo_inner(z);
    const char *definition = zoo_roll(z, 4) == 0 && !z->undo ? undo : zoo_roll(z, 3) == 0 ? inner : zoo_caught(z);
    bool interrupting = zoo_roll(z, 2) == 0 || definition == undo || strstr(definition, "errorEvent") != NULL;
    int n = z->next++, start = z->next++, in_tx = z->in_tx;

    z->undo = z->undo || definition == undo;
    buf_fmt(&z->b,
            "<subProcess id=\"n%d\" triggeredByEvent=\"true\">\n<startEvent id=\"n%d\" isInterrupting=\"%s\">%s</startEvent>\n",
            n, start, interrupting ? "true" : "false", definition);
    z->in_tx = 0;
    struct buf outside = zoo_open(z);
    struct zoo_piece p = zoo_piece(z, depth - 1);
    zoo_flow(z, start, p.first, false);
    zoo_flow(z, p.last, zoo_end(z), false);
    zoo_close(z, outside);
    z->in_tx = in_tx;
    buf_str(&z->b, "</subProcess>\n");
}

/* What stands in a process or sub-process: a start, a body, an end, event sub-processes, some wild flows. */
static inline void zoo_container(struct zoo *z, int depth)
{
    struct buf outside = zoo_open(z);
    int undo = z->undo, first = z->next;

    z->undo = 0;
    struct zoo_piece body = zoo_piece(z, depth);
    int inside = z->next;
    if (zoo_roll(z, 4) > 0)
        zoo_flow(z, zoo_event(z, "startEvent", ""), body.first, false);
    if (zoo_roll(z, 4) > 0)
        zoo_flow(z, body.last, zoo_end(z), false);
    if (inside == body.last + 1 && inside > first && zoo_roll(z, 4) == 0)
        zoo_flow(z, body.last, body.first, true);
    for (int n = zoo_roll(z, 4) - 1; n > 0; n--)
        zoo_esp(z, depth - 1);
    zoo_close(z, outside);
    z->undo = undo;
}

/* A start of the second process by an event, besides the one without. */
static inline const char *zoo_door(struct zoo *z)
{
    static const char *const door[] = {
        "<messageEventDefinition messageRef=\"m2\"/>",
        "<signalEventDefinition signalRef=\"s2\"/>",
        "<timerEventDefinition><timeCycle>R3/PT10M</timeCycle></timerEventDefinition>",
        "<conditionalEventDefinition><condition>x &gt; 3</condition></conditionalEventDefinition>",
        "<messageEventDefinition messageRef=\"m2\"/><signalEventDefinition signalRef=\"s2\"/>",
    };

    return ZOO_PICK(z, door);
}

static inline void zoo_process(struct zoo *z, const char *id)
{
    buf_fmt(&z->b, "<process id=\"%s\" isExecutable=\"true\">\n", id);
    if (id[0] == 'q') {
        int start = z->next++, task = z->next++;
        buf_fmt(&z->b, "<startEvent id=\"n%d\"%s>%s</startEvent>\n", start,
                zoo_roll(z, 2) == 0 ? " parallelMultiple=\"true\"" : "", zoo_door(z));
        buf_fmt(&z->b, "<userTask id=\"n%d\"/>\n", task);
        zoo_flow(z, start, task, false);
        zoo_flow(z, zoo_event(z, "startEvent", ""), task, false);
    }
    zoo_container(z, id[0] == 'q' ? 1 : ZOO_DEPTH);
    buf_str(&z->b, "</process>\n");
}

static inline const char *zoo_text(struct arena *mem, uint64_t seed)
{
    struct zoo z = {.b = buf_new(mem, ZOO_BYTES), .mem = mem, .seed = seed, .art = buf_new(mem, ZOO_BYTES)};

    buf_str(&z.b, "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
                  "xmlns:g=\"https://gradus.example/schema/bpmn/1.0\" id=\"d\" targetNamespace=\"urn:zoo\" "
                  "expressionLanguage=\"https://www.omg.org/spec/DMN/20191111/FEEL/\">\n"
                  "<message id=\"m1\" name=\"m1\"/><message id=\"m2\" name=\"m2\" g:ttl=\"PT5M\"/>"
                  "<message id=\"m3\" name=\"m3\" g:key=\"=x\"/>\n"
                  "<signal id=\"s1\" name=\"s1\"/><signal id=\"s2\" name=\"s2\"/>"
                  "<error id=\"e1\" errorCode=\"A\"/><error id=\"e2\" errorCode=\"B\"/>"
                  "<escalation id=\"c1\" escalationCode=\"C\"/><signalEventDefinition id=\"sd\" signalRef=\"s1\"/>\n");
    zoo_process(&z, "p");
    zoo_process(&z, "q");
    buf_str(&z.b, "</definitions>\n");
    return buf_text(&z.b);
}

#endif
