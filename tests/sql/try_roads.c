/* tests/sql/try_roads.c - random models x random operations on both stages: the machine in memory and the body in MariaDB are one truth.
 *
 *   try_roads FIRST N [STEPS]   N seeds from FIRST on; each makes two processes that call, one that begins by itself, and a story
 *
 * After each operation both answer alike, the same instances are there, and their states are the same byte for byte. At the end the stored
 * ones are what their triggers make of them. Environment: GRADUS_CONF of an instance without tickets. */
#include "../unit/run/wild.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/audit.h"
#include "base/log.h"
#include "base/text.h"
#include "desk/services.h"
#include "flow/stage.h"
#include "run/lines.h"
#include "run/world.h"

enum { FUEL = 2000, STATE_BYTES = 8 << 20, STEPS = 30 };

struct roads {
    struct arena *mem; /* of one seed */
    struct stage pure, stored;
    uint64_t seed;
    int64_t now;
    uint64_t ops;
    const char *what; /* the operation of the moment */
};

/* A process that begins by whatever can begin one, and a small one that is called. */
static const char others[] =
    "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
    "xmlns:gradus=\"https://gradus.example/schema/bpmn/1.0\" "
    "id=\"others\" targetNamespace=\"urn:t\">\n"
    "<message id=\"letter\" name=\"letter\"/><message id=\"back\" name=\"letter\" gradus:ttl=\"PT1H\"/>"
    "<signal id=\"horn\" name=\"horn\"/><escalation id=\"up\" escalationCode=\"UP\"/><error id=\"bad\" errorCode=\"BAD\"/>\n"
    "<process id=\"door\" isExecutable=\"true\">"
    "<startEvent id=\"a\"><messageEventDefinition messageRef=\"letter\"/></startEvent>"
    "<startEvent id=\"b\"><signalEventDefinition signalRef=\"horn\"/></startEvent>"
    "<startEvent id=\"c\"><timerEventDefinition><timeCycle>R2/PT3M</timeCycle></timerEventDefinition></startEvent>"
    "<startEvent id=\"d\"><conditionalEventDefinition><condition>x > 6</condition></conditionalEventDefinition></startEvent>"
    "<userTask id=\"t\"/><endEvent id=\"e\"><messageEventDefinition messageRef=\"back\"/></endEvent>"
    "<sequenceFlow id=\"at\" sourceRef=\"a\" targetRef=\"t\"/><sequenceFlow id=\"bt\" sourceRef=\"b\" targetRef=\"t\"/>"
    "<sequenceFlow id=\"ct\" sourceRef=\"c\" targetRef=\"t\"/><sequenceFlow id=\"dt\" sourceRef=\"d\" targetRef=\"t\"/>"
    "<sequenceFlow id=\"te\" sourceRef=\"t\" targetRef=\"e\"/></process>\n"
    "<process id=\"leaf\" isExecutable=\"true\"><startEvent id=\"la\"/>"
    "<intermediateThrowEvent id=\"lu\"><escalationEventDefinition escalationRef=\"up\"/></intermediateThrowEvent>"
    "<exclusiveGateway id=\"lg\"/><userTask id=\"lt\"/>"
    "<endEvent id=\"le\"><signalEventDefinition signalRef=\"horn\"/></endEvent>"
    "<endEvent id=\"lf\"><errorEventDefinition errorRef=\"bad\"/></endEvent><endEvent id=\"lh\"/>"
    "<sequenceFlow id=\"lau\" sourceRef=\"la\" targetRef=\"lu\"/><sequenceFlow id=\"lug\" sourceRef=\"lu\" targetRef=\"lg\"/>"
    "<sequenceFlow id=\"lgt\" sourceRef=\"lg\" targetRef=\"lt\"><conditionExpression>x > 2</conditionExpression></sequenceFlow>"
    "<sequenceFlow id=\"lgh\" sourceRef=\"lg\" targetRef=\"lh\"><conditionExpression>x = 1</conditionExpression></sequenceFlow>"
    "<sequenceFlow id=\"lgf\" sourceRef=\"lg\" targetRef=\"lf\"><conditionExpression>true</conditionExpression></sequenceFlow>"
    "<sequenceFlow id=\"lte\" sourceRef=\"lt\" targetRef=\"le\"/></process></definitions>\n";

static const char *replaced(struct arena *mem, const char *text, const char *from, const char *to)
{
    struct buf b = buf_new(mem, 2 * WILD_BYTES);

    for (const char *at = strstr(text, from); at != NULL; at = strstr(text, from)) {
        buf_add(&b, text, (size_t)(at - text));
        buf_str(&b, to);
        text = at + strlen(from);
    }
    buf_str(&b, text);
    return buf_done(&b) == OK ? buf_text(&b) : "";
}

/* ---- comparing ---- */

static const char *state_text(struct roads *r, const struct stage *s, const struct stage_inst *i)
{
    struct buf b = buf_new(r->mem, STATE_BYTES);
    const struct inst *in;

    if (s->state(s->ctx, r->mem, i->handle, &in) != OK)
        return trouble()->text;
    inst_write(&b, i->proc, in);
    return buf_done(&b) == OK ? buf_text(&b) : "too long";
}

static size_t index_of(const struct stage_inst *list, size_t n, uint64_t handle)
{
    size_t i = 0;

    while (i < n && list[i].handle != handle)
        i++;
    return i;
}

static bool differ(const struct roads *r, const char *what, const char *pure, const char *stored)
{
    printf("# seed %llu after %s: %s\n# pure:   %s\n# stored: %s\n", (unsigned long long)r->seed, r->what, what, pure, stored);
    return false;
}

static size_t first_difference(const char *x, const char *y)
{
    size_t at = 0, line = 0;

    for (; x[at] != '\0' && x[at] == y[at]; at++) {
        if (x[at] == '\n')
            line = at + 1;
    }
    return line;
}

static const char *line_at(struct arena *mem, const char *text, size_t at)
{
    return arena_strndup(mem, text + at, strcspn(text + at, "\n"));
}

static bool same_instances(struct roads *r)
{
    struct stage_inst *a, *b;
    size_t n, m, timers_a, timers_b;

    if (r->pure.instances(r->pure.ctx, r->mem, &a, &n) != OK || r->stored.instances(r->stored.ctx, r->mem, &b, &m) != OK ||
        r->pure.timers(r->pure.ctx, &timers_a) != OK || r->stored.timers(r->stored.ctx, &timers_b) != OK)
        return differ(r, "cannot look", "", trouble()->text);
    if (n != m)
        return differ(r, "instances", arena_printf(r->mem, "%zu", n), arena_printf(r->mem, "%zu", m));
    for (size_t i = 0; i < n; i++) {
        if (strcmp(a[i].proc->key, b[i].proc->key) != 0 || index_of(a, n, a[i].caller) != index_of(b, m, b[i].caller) ||
            a[i].caller_token != b[i].caller_token)
            return differ(r, arena_printf(r->mem, "instance %zu", i), a[i].proc->key, b[i].proc->key);
        const char *x = state_text(r, &r->pure, &a[i]), *y = state_text(r, &r->stored, &b[i]);
        if (strcmp(x, y) != 0) {
            size_t at = first_difference(x, y);
            return differ(r, arena_printf(r->mem, "instance %zu of %s", i, a[i].proc->key), line_at(r->mem, x, at),
                          line_at(r->mem, y, at));
        }
    }
    return timers_a == timers_b ||
           differ(r, "timers", arena_printf(r->mem, "%zu", timers_a), arena_printf(r->mem, "%zu", timers_b));
}

/* ---- operations ---- */

static bool same_answer(struct roads *r, enum err pure, enum err stored)
{
    r->ops++;
    if (pure != stored)
        return differ(r, "answers", err_name(pure), arena_printf(r->mem, "%s: %s", err_name(stored), trouble()->text));
    if (pure == E_BUG)
        return differ(r, "a bug", trouble()->text, "");
    trouble_clear();
    return same_instances(r);
}

static bool act(struct roads *r, uint64_t *dice)
{
    struct stage_inst *a, *b;
    const struct inst *in;
    size_t n, m;

    if (r->pure.instances(r->pure.ctx, r->mem, &a, &n) != OK || r->stored.instances(r->stored.ctx, r->mem, &b, &m) != OK ||
        n == 0)
        return true;
    size_t i = (size_t)wild_roll(dice, (int)n);
    if (r->pure.state(r->pure.ctx, r->mem, a[i].handle, &in) != OK)
        return differ(r, "state", trouble()->text, "");
    struct trigger t = wild_trigger(r->mem, a[i].proc, in, dice, true);
    const struct token *at = inst_token(in, t.token);
    bool call = at != NULL && a[i].proc->node[at->node].kind == NODE_call_activity;
    if (t.kind == TRIGGER_START || t.kind == TRIGGER_TIMER || t.kind == TRIGGER_MESSAGE || t.kind == TRIGGER_CALLED ||
        (call && t.kind == TRIGGER_FAILURE))
        return true; /* the stage's own affairs */
    if (wild_roll(dice, 25) == 0)
        t = (struct trigger){.kind = TRIGGER_CANCEL, .node = PROC_NONE, .vars = val_null(), .text = "enough"};
    r->what = arena_printf(r->mem, "trigger %d at token %u, node %d, of instance %zu", (int)t.kind, t.token, (int)t.node, i);
    return same_answer(r, r->pure.act(r->pure.ctx, a[i].handle, &t), r->stored.act(r->stored.ctx, b[i].handle, &t));
}

static bool start(struct roads *r, struct val vars)
{
    uint64_t x, y;

    r->what = "start";
    return same_answer(r, r->pure.start(r->pure.ctx, "wild", vars, &x), r->stored.start(r->stored.ctx, "wild", vars, &y));
}

static bool message(struct roads *r, struct val vars, int64_t until)
{
    struct stage_message m = {.name = "letter", .vars = vars, .where = val_null(), .until = until};
    bool x = false, y = false;

    r->what = "message";
    enum err a = r->pure.message(r->pure.ctx, &m, &x), b = r->stored.message(r->stored.ctx, &m, &y);
    return same_answer(r, a, b) && (x == y || differ(r, "taken", x ? "yes" : "no", y ? "yes" : "no"));
}

static bool one(struct roads *r, uint64_t *dice)
{
    int k = wild_roll(dice, 20);
    struct val_entry e = {"x", val_int(wild_roll(dice, 9))};
    struct val vars = val_context(r->mem, &e, 1);

    if (k == 0)
        return start(r, vars);
    if (k == 1)
        return message(r, vars, wild_roll(dice, 2) == 0 ? r->now + CLOCK_SECOND * 3600 : 0);
    if (k == 2) {
        r->what = "signal";
        return same_answer(r, r->pure.signal(r->pure.ctx, "horn", vars), r->stored.signal(r->stored.ctx, "horn", vars));
    }
    if (k == 3) {
        r->what = "conditions";
        return same_answer(r, r->pure.conditions(r->pure.ctx, vars), r->stored.conditions(r->stored.ctx, vars));
    }
    if (k < 6) {
        r->now += CLOCK_SECOND * 60 * wild_roll(dice, 6);
        r->what = "clock";
        return same_answer(r, r->pure.clock(r->pure.ctx, r->now), r->stored.clock(r->stored.ctx, r->now));
    }
    return act(r, dice);
}

/* *TOLD = false: the model was refused. */
static bool tell(struct roads *r, int steps, bool *told)
{
    const char *wild = wild_text(r->mem, r->seed * 2 + 1, "", 0), *other = wild_text(r->mem, r->seed * 2 + 2, "o", 0);
    struct findings f = findings_new(r->mem), g = findings_new(r->mem);
    uint64_t dice = r->seed;

    r->now = STORY_BEGINS;
    r->what = "reset";
    other = replaced(r->mem, replaced(r->mem, other, "\"other\"", "\"leaf\""), "\"wild\"", "\"other\"");
    struct stage_file file[] = {
        {"wild.bpmn", {wild, strlen(wild)}}, {"other.bpmn", {other, strlen(other)}}, {"others.bpmn", {others, strlen(others)}}};
    if (r->pure.reset(r->pure.ctx, r->now) != OK || r->stored.reset(r->stored.ctx, r->now) != OK)
        return differ(r, "cannot be reset", "", trouble()->text);
    r->what = "deploy";
    enum err a = r->pure.deploy(r->pure.ctx, file, 3, &f), b = r->stored.deploy(r->stored.ctx, file, 3, &g);
    *told = a == OK;
    for (const struct finding *x = a != OK ? f.first : NULL; x != NULL; x = x->next) {
        if (x->severity == FINDING_ERROR)
            printf("# seed %llu: %s %s: %s\n", (unsigned long long)r->seed, x->rule, x->element, x->message);
    }
    if (!same_answer(r, a, b) || a != OK)
        return a == b;
    struct val_entry e = {"x", val_int(wild_roll(&dice, 6))};
    if (!start(r, val_context(r->mem, &e, 1)))
        return false;
    for (int i = 0; i < steps; i++) {
        if (!one(r, &dice))
            return false;
    }
    r->what = "the end";
    return r->stored.prove(r->stored.ctx) == OK || differ(r, "replay", trouble()->text, "");
}

static int roads(struct arena *mem, uint64_t first, uint64_t n, int steps)
{
    static const struct actor system = {
        .uid = "", .name = "system", .roles = "", .channel = "cli", .lang = "en", .request = "roads"};
    struct stage_env env = {.fuel = FUEL};
    struct unit_conf uc = {.flush = audit_flush};
    struct flow_stage stored = {.uc = &uc, .who = &system, .env = env};
    struct roads r = {0};
    uint64_t bad = 0, refused = 0;
    struct conf conf;

    if (conf_read(mem, conf_path(), &conf) != OK || services_host(mem, &conf, &uc.host) != OK ||
        db_open(mem, &conf, "cli", &uc.db) != OK) {
        fprintf(stderr, "%s\n", trouble()->text);
        return 2;
    }
    world_stage(mem, &env, &r.pure);
    flow_stage(mem, &stored, &r.stored);
    for (r.seed = first; r.seed < first + n; r.seed++) {
        bool told = false;
        r.mem = arena_new(0);
        bool good = tell(&r, steps, &told);
        bad += !good;
        refused += good && !told;
        arena_free(r.mem);
    }
    printf("%s - seeds %llu to %llu: %llu operations, %llu models refused, %llu seeds on which the roads part\n",
           bad == 0 ? "ok" : "not ok", (unsigned long long)first, (unsigned long long)(first + n - 1),
           (unsigned long long)r.ops, (unsigned long long)refused, (unsigned long long)bad);
    return bad == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(0);
    uint64_t first, n, steps = STEPS;
    int code = 2;

    setvbuf(stdout, NULL, _IOLBF, 0);
    log_open("roads", LOG_CRIT);
    if (argc >= 3 && argc <= 4 && text_u64(argv[1], &first) && text_u64(argv[2], &n) &&
        (argc == 3 || text_u64(argv[3], &steps)))
        code = roads(mem, first, n, (int)steps);
    else
        fputs("usage: try_roads FIRST N [STEPS]\n", stderr);
    arena_free(mem);
    return code;
}
