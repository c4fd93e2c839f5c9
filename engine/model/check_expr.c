/* engine/model/check_expr.c - the rules about expressions, scripts and timer texts.
 *
 * For     everything that is computed while a process runs, wherever in the file it stands.
 * Owns    which language a text is in.
 * Never   evaluates with an instance's data.
 * Holds   a text that this executor cannot compute is an ERROR where it was written for it; where the file says that it is written
 * in another language, the process can be viewed and not started. */
#include <string.h>

#include "base/text.h"
#include "model/check_int.h"
#include "model/juel.h"
#include "model/timer.h"

static const int64_t second = 1000000;

/* ---- languages ---- */

static bool is_feel(const char *language)
{
    return *language == '\0' || strstr(language, "FEEL") != NULL || strstr(language, "/spec/DMN/") != NULL ||
           text_same_nocase(language, "feel") || text_same_nocase(language, "juel");
}

/* The elements that are computed. */
static const char places[] = "conditionExpression condition activationCondition completionCondition loopCondition "
                             "loopCardinality from transformation messagePath "
                             "dataPath timeDate timeDuration timeCycle";
static const char timers[] = "timeDate timeDuration timeCycle";

static void foreign(struct check *c, const struct xml_node *x)
{
    if (!is_feel(check_attr(x, "language")))
        check_block(c, x, "The expression is written in \"%s\". Write it in FEEL.",
                    text_cut(c->mem, check_attr(x, "language"), CHECK_SHORT));
}

void check_expr_language(struct check *c)
{
    check_each(c, places, foreign);
}

void check_script_language(struct check *c)
{
    for (int32_t i = 0; i < c->n_node; i++) {
        const struct bpmn_node *n = c->node[i];

        if (check_is(n->xml, "scriptTask globalScriptTask") && !is_feel(n->script_format))
            check_block(c, n->xml, "The script is written in \"%s\". Write it in FEEL, or make the task a service task.",
                        text_cut(c->mem, n->script_format, CHECK_SHORT));
    }
}

static void script_format(struct check *c, const struct xml_node *x)
{
    if (check_child(x, "script") != NULL && *check_attr(x, "scriptFormat") == '\0' && *check_attr(x, "scriptLanguage") == '\0')
        check_run(c, x, "The script task has a script and no scriptFormat. Write scriptFormat=\"feel\".");
}

void check_script_format(struct check *c)
{
    check_each(c, "scriptTask globalScriptTask", script_format);
}

/* ---- texts ---- */

void check_expr_dialect(struct check *c)
{
    for (int32_t i = 0; i < c->n_expr; i++) {
        const struct check_expr *e = &c->expr[i];

        if (e->expr->problem != NULL)
            check_run(c, e->x, "The %s \"%s\" cannot be taken over: %s.", e->what,
                      text_cut(c->mem, e->expr->text != NULL ? e->expr->text : "", 80), e->expr->problem);
    }
}

static bool is_condition(const struct check_expr *e)
{
    return strstr(e->what, "condition") != NULL;
}

static void broken(struct check *c, const struct check_expr *e, const struct feel_error *error)
{
    const char *language = check_attr(c->file->root, "expressionLanguage"), *text = text_cut(c->mem, e->expr->text, 80);

    if (is_feel(language))
        check_run(c, e->x, "The %s \"%s\" is no FEEL: %s (line %d, column %d of the text). Correct it.", e->what, text,
                  error->message, error->line, error->column);
    else
        check_block(
            c, e->x,
            "The %s \"%s\" is no FEEL: %s (line %d, column %d of the text); by the file it is written in %s. Write it in "
            "FEEL.",
            e->what, text, error->message, error->line, error->column, text_cut(c->mem, language, CHECK_SHORT));
}

static void compile(struct check *c, bool conditions)
{
    for (int32_t i = 0; i < c->n_expr; i++) {
        const struct check_expr *e = &c->expr[i];
        struct feel_error error = {.message = ""};
        struct feel_prog *prog = NULL;

        if (!e->expr->feel || e->expr->problem != NULL || is_condition(e) != conditions)
            continue;
        struct arena_mark before = arena_mark(c->mem);
        if (feel_compile(c->mem, e->expr->text, FEEL_EXPRESSION, &c->file->names, &prog, &error) == OK)
            arena_rewind(c->mem, before); /* proc.c makes the program that stays */
        else
            broken(c, e, &error);
    }
}

void check_cond_broken(struct check *c)
{
    compile(c, true);
}

void check_expr_broken(struct check *c)
{
    compile(c, false);
}

/* ---- timers ---- */

static int timer_texts(const struct xml_node *x)
{
    return check_count(x, "timeDate") + check_count(x, "timeDuration") + check_count(x, "timeCycle");
}

static void timer_missing(struct check *c, const struct xml_node *x)
{
    const struct xml_node *k = x->first;

    while (k != NULL && !(check_is(k, timers) && *check_text(c, k) != '\0'))
        k = k->next;
    if (k == NULL)
        check_block(c, x, "The timer does not say when. Give it one of timeDate, timeDuration and timeCycle, such as PT30M.");
}

void check_timer_missing(struct check *c)
{
    check_each(c, "timerEventDefinition", timer_missing);
}

static void timer_twice(struct check *c, const struct xml_node *x)
{
    if (timer_texts(x) > 1)
        check_at(c, x, "The timer has %d texts. Leave it one of timeDate, timeDuration and timeCycle.", timer_texts(x));
}

void check_timer_twice(struct check *c)
{
    check_each(c, "timerEventDefinition", timer_twice);
}

/* The text of a timer as it is read: NULL if it is FEEL. */
static const char *literal(struct check *c, const struct xml_node *x)
{
    struct bpmn_expr e = bpmn_timer_text(c->file, x);

    return e.feel || e.problem != NULL ? NULL : e.text;
}

static void timer_form(struct check *c, const struct xml_node *x)
{
    const char *text = literal(c, x), *example = check_is(x, "timeDate") ? "2026-01-31T08:00:00Z" : "PT30M or P5D";
    struct timer_cycle cycle;
    int64_t when;

    if (text == NULL)
        return;
    if (check_is(x, "timeCycle")) {
        if (timer_cycle(c->mem, text, &cycle) == E_EXPR)
            check_run(c, x, "The timer's cycle cannot be read: %s.", trouble()->text);
        trouble_clear();
    } else if (!timer_when(c->mem, text, 0, &when)) {
        check_run(c, x, "The timer text \"%s\" is not ISO 8601. Write for example %s, or FEEL beginning with \"=\".",
                  text_cut(c->mem, text, CHECK_SHORT), example);
    }
}

void check_timer_form(struct check *c)
{
    check_each(c, timers, timer_form);
}

/* Under a second it cannot be meant; under a minute it is a load that the author should know of. */
static void timer_short(struct check *c, const struct xml_node *x)
{
    const char *text = literal(c, x);
    struct timer_cycle cycle;

    if (text == NULL)
        return;
    enum err failed = timer_cycle(c->mem, text, &cycle);
    if (failed == E_TOOBIG)
        check_run(c, x, "The timer repeats too often: %s. Write R/PT1M or longer.", trouble()->text);
    trouble_clear();
    if (failed == OK && cycle.cron == NULL && cycle.interval.months == 0 && cycle.interval.days == 0 &&
        cycle.interval.micros < LIMIT_MODEL_TIMER * second)
        check_tell(c, FINDING_WARNING, x,
                   "The timer \"%s\" repeats more than once in %d seconds. Write R/PT1M or longer if that will do.",
                   text_cut(c->mem, text, CHECK_SHORT), LIMIT_MODEL_TIMER);
}

void check_timer_short(struct check *c)
{
    check_each(c, "timeCycle", timer_short);
}
