/* cgi-bin/admin/instance.c - process instances: where they stand, and what an operator may do to them.
 *
 * For     getting an instance on that nothing else gets on: by another value, another place, another version; or holding and ending it.
 * Owns    nothing; the verbs are flow/flow.h's, and whether one fits is the machine's to say.
 * Never   texts of tickets: of a variable that holds a text only its length is shown.
 * Holds   each operation is one unit with its event and its reason in the trail, or is refused with the typed words kept. */
#include "admin.h"

#include "base/clock.h"
#include "desk/ticket.h"
#include "flow/flow.h"
#include "flow/incident.sql.h"
#include "flow/operate.sql.h"
#include "model/feel/feel.h"

enum { INST_ACTIVE_ROW = 0, INST_SUSPENDED_ROW = 5, INCIDENT_OPEN = 1, LIMIT_SHOWN = 60 };

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

static const char *process_of(struct web *w, const char *name, bool draft, uint32_t version)
{
    return draft ? name : arena_printf(web_mem(w), "%s %u", name, version);
}

/* ---- the list ---- */

struct line {
    const char *list;
    int n;
    uint64_t id, subject, incidents;
    const char *process, *state;
    int64_t since;
};

static void put_line(struct web *w, const struct line *l)
{
    struct view *v = web_view(w);

    view_setf(v, number(w, l->id), "%s.%d.id", l->list, l->n);
    view_setf(v, l->subject != 0 ? ticket_ref(web_mem(w), l->subject) : "", "%s.%d.ref", l->list, l->n);
    view_setf(v, l->process, "%s.%d.process", l->list, l->n);
    view_setf(v, l->state, "%s.%d.state", l->list, l->n);
    view_textf(v, arena_printf(web_mem(w), "instance.state.%s", l->state), "%s.%d.state.text", l->list, l->n);
    view_setf(v, l->incidents > 0 ? number(w, l->incidents) : "", "%s.%d.incidents", l->list, l->n);
    view_time(v, arena_printf(web_mem(w), "%s.%d.since", l->list, l->n), l->since);
}

static enum err put_state(struct unit *u, struct web *w, uint32_t state, const char *list)
{
    struct q_operate_instances q = {.in = {.state = state}};

    TRY(q_operate_instances(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        struct line l = {.list = list,
                         .n = (int)i,
                         .id = q.row[i].id,
                         .subject = q.row[i].subject,
                         .incidents = q.row[i].incidents,
                         .process = process_of(w, q.row[i].name, q.row[i].version_null, q.row[i].version),
                         .state = flow_state_name(state),
                         .since = q.row[i].started};
        put_line(w, &l);
    }
    return OK;
}

static enum err put_found(struct unit *u, struct web *w, uint64_t subject)
{
    struct q_operate_instances_of q = {.in = {.subject = subject}};

    TRY(q_operate_instances_of(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        struct line l = {.list = "rows",
                         .n = (int)i,
                         .id = q.row[i].id,
                         .subject = subject,
                         .incidents = q.row[i].incidents,
                         .process = process_of(w, q.row[i].name, q.row[i].version_null, q.row[i].version),
                         .state = flow_state_name(q.row[i].state),
                         .since = q.row[i].started};
        put_line(w, &l);
    }
    return OK;
}

static enum err put_stopped(struct unit *u, struct web *w)
{
    struct q_incident_list q = {.in = {.state = INCIDENT_OPEN}};

    TRY(q_incident_list(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        view_setf(web_view(w), number(w, q.row[i].inst), "stopped.%d.id", (int)i);
        view_setf(web_view(w), q.row[i].subject != 0 ? ticket_ref(web_mem(w), q.row[i].subject) : "", "stopped.%d.ref", (int)i);
        view_setf(web_view(w), q.row[i].node, "stopped.%d.node", (int)i);
        view_setf(web_view(w), q.row[i].message, "stopped.%d.text", (int)i);
        view_time(web_view(w), arena_printf(web_mem(w), "stopped.%d.since", (int)i), q.row[i].at);
    }
    return OK;
}

enum err instance_list(struct unit *u, struct web *w)
{
    const struct find_form *f = web_form(w);
    uint64_t subject;

    view_set(web_view(w), "filter.q", f->q);
    web_page(w, "title", web_text(w, "instance.title", "Instances"));
    web_page(w, "nav.3.current", "1");
    if (f->q != NULL && f->q[0] != '\0') {
        view_set(web_view(w), "filter.on", "1");
        return ticket_ref_id(f->q, &subject) ? put_found(u, w, subject) : OK;
    }
    TRY(put_stopped(u, w));
    TRY(put_state(u, w, INST_SUSPENDED_ROW, "suspended"));
    return put_state(u, w, INST_ACTIVE_ROW, "rows");
}

/* ---- one of them ---- */

/* A value as an operator may see it. */
static const char *shown(struct web *w, struct val v)
{
    if (val_is(v, VAL_STRING))
        return arena_printf(web_mem(w), "%s (%zu)", web_text(w, "instance.text", "text"), (size_t)v.n);
    if (val_is(v, VAL_LIST) || val_is(v, VAL_CONTEXT))
        return arena_printf(web_mem(w), "%s (%zu)",
                            val_is(v, VAL_LIST) ? web_text(w, "instance.list", "list")
                                                : web_text(w, "instance.context", "context"),
                            val_count(v));
    return text_cut(web_mem(w), val_string(web_mem(w), v), LIMIT_SHOWN);
}

static void put_picture(struct web *w, const struct flow_picture *p)
{
    struct view *v = web_view(w);

    view_set(v, "instance.state", p->state);
    view_textf(v, arena_printf(web_mem(w), "instance.state.%s", p->state), "instance.state.text");
    view_bool(v, "instance.running", strcmp(p->state, "active") == 0);
    view_bool(v, "instance.suspended", strcmp(p->state, "suspended") == 0);
    for (size_t i = 0; i < p->n; i++) {
        int n = (int)i;
        view_setf(v, number(w, p->mark[i].token), "tokens.%d.no", n);
        view_setf(v, p->mark[i].node, "tokens.%d.node", n);
        view_setf(v, web_word(w, p->mark[i].name), "tokens.%d.name", n);
        view_setf(v, p->mark[i].what, "tokens.%d.state", n);
        view_textf(v, arena_printf(web_mem(w), "instance.token.%s", p->mark[i].what), "tokens.%d.state.text", n);
    }
    for (size_t i = 0; i < p->n_var; i++) {
        view_setf(v, p->var[i].name, "vars.%d.name", (int)i);
        view_setf(v, p->var[i].node, "vars.%d.node", (int)i);
        view_setf(v, shown(w, p->var[i].value), "vars.%d.value", (int)i);
    }
    for (int32_t i = 0; i < p->proc->n_node; i++) {
        const struct proc_node *n = &p->proc->node[i];
        view_setf(v, n->id, "nodes.%d.id", (int)i);
        view_setf(v, n->name[0] != '\0' ? web_word(w, n->name) : n->id, "nodes.%d.name", (int)i);
    }
}

static enum err put_incidents(struct unit *u, struct web *w, uint64_t inst)
{
    struct q_operate_incidents q = {.in = {.inst = inst}};

    TRY(q_operate_incidents(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        view_setf(web_view(w), number(w, q.row[i].id), "incidents.%d.id", (int)i);
        view_setf(web_view(w), q.row[i].node, "incidents.%d.node", (int)i);
        view_setf(web_view(w), q.row[i].message, "incidents.%d.text", (int)i);
        view_time(web_view(w), arena_printf(web_mem(w), "incidents.%d.since", (int)i), q.row[i].at);
    }
    return OK;
}

static enum err put_versions(struct unit *u, struct web *w, const char *key, uint64_t present)
{
    struct q_operate_versions q = {.in = {.process_key = key}};
    int n = 0;

    TRY(q_operate_versions(u, &q));
    for (size_t i = 0; i < q.n; i++) {
        if (q.row[i].id == present)
            continue;
        view_setf(web_view(w), number(w, q.row[i].id), "versions.%d.id", n);
        view_setf(web_view(w), number(w, q.row[i].version), "versions.%d.version", n++);
    }
    return OK;
}

/* The words of the form about a migration. */
static struct flow_migration migration_of(struct web *w, const struct operate_form *f, struct flow_pair *pair,
                                          struct findings *found)
{
    struct flow_migration m = {.inst = web_param_id(w, 0),
                               .definition = f->version,
                               .pair = pair,
                               .why = f->why != NULL ? f->why : "",
                               .findings = found};

    if (f->from != NULL && f->from[0] != '\0' && f->to != NULL && f->to[0] != '\0') {
        *pair = (struct flow_pair){f->from, f->to};
        m.n_pair = 1;
    }
    return m;
}

/* The dry run: what stands in the way of a migration is shown, nothing else happens. */
static enum err look_first(struct unit *u, struct web *w, const struct operate_form *f)
{
    struct findings found = findings_new(web_mem(w));
    struct flow_pair pair = {"", ""};
    struct flow_migration m = migration_of(w, f, &pair, &found);
    int n = 0;

    m.dry = true;
    enum err e = flow_migrate(u, &m);
    if (e != OK && e != E_FINDINGS)
        return e;
    trouble_clear();
    for (const struct finding *one = found.first; one != NULL; one = one->next) {
        view_setf(web_view(w), one->element, "findings.%d.node", n);
        view_setf(web_view(w), one->message, "findings.%d.text", n++);
    }
    view_set(web_view(w), "check.done", "1");
    view_set(web_view(w), "check.version", number(w, f->version));
    view_set(web_view(w), "check.from", m.n_pair > 0 ? pair.from : "");
    view_set(web_view(w), "check.to", m.n_pair > 0 ? pair.to : "");
    view_bool(web_view(w), "check.free", n == 0);
    return OK;
}

enum err instance_show(struct unit *u, struct web *w)
{
    const struct operate_form *f = web_form(w);
    struct q_operate_instance q = {.in = {.id = web_param_id(w, 0)}};
    struct flow_picture p;
    struct view *v = web_view(w);

    TRY(q_operate_instance(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no process instance %s", web_param(w, 0));
    TRY(flow_picture(u, q.in.id, &p));
    view_set(v, "instance.id", web_param(w, 0));
    view_set(v, "instance.ref", q.out.subject != 0 ? ticket_ref(web_mem(w), q.out.subject) : "");
    view_set(v, "instance.process", process_of(w, q.out.name, q.out.version_null, q.out.version));
    view_time(v, "instance.since", q.out.started);
    put_picture(w, &p);
    TRY(put_incidents(u, w, q.in.id));
    TRY(put_versions(u, w, q.out.process_key, q.out.definition));
    if (f->act != NULL && strcmp(f->act, "check") == 0 && f->version != 0 && web_typed(w) == NULL)
        TRY(look_first(u, w, f));
    web_page(w, "title", arena_printf(web_mem(w), "%s %s", web_text(w, "instance.one", "Instance"), web_param(w, 0)));
    web_page(w, "nav.3.current", "1");
    return OK;
}

/* ---- operations ---- */

/* The one variable that the form names; its value is FEEL. */
static enum err vars_of(struct unit *u, struct web *w, const struct operate_form *f, struct val *out)
{
    struct feel_env env = {.now = u->now, .input = val_null()};
    struct val_entry e = {f->name, val_null()};
    struct feel_prog *prog;

    *out = val_null();
    if (f->name == NULL || f->name[0] == '\0')
        return OK;
    if (f->value == NULL || f->value[0] == '\0')
        return form_error(w, "value", "form.required");
    if (feel_compile(u->mem, f->value, FEEL_EXPRESSION, NULL, &prog, NULL) != OK ||
        feel_eval(prog, &env, u->mem, &e.value, NULL) != OK) {
        trouble_clear();
        return form_error(w, "value", "form.operate.value.feel");
    }
    *out = val_context(u->mem, &e, 1);
    return OK;
}

static enum err migrate(struct unit *u, struct web *w, const struct operate_form *f)
{
    struct findings found = findings_new(u->mem);
    struct flow_pair pair = {"", ""};
    struct flow_migration m = migration_of(w, f, &pair, &found);
    enum err e = flow_migrate(u, &m);

    if (e != E_FINDINGS)
        return e;
    return fail(E_STATE, "%s", found.first != NULL ? found.first->message : "the instance cannot be migrated");
}

static enum err incident_act(struct unit *u, struct web *w, const struct operate_form *f)
{
    struct val vars;

    TRY(vars_of(u, w, f, &vars));
    return strcmp(f->act, "skip") == 0 ? flow_skip(u, f->incident, vars, f->why) : flow_retry_with(u, f->incident, vars);
}

static enum err token_act(struct unit *u, struct web *w, const struct operate_form *f)
{
    struct flow_place p = {web_param_id(w, 0), (uint32_t)f->token, f->node != NULL ? f->node : "", f->why};
    struct val vars;

    if (strcmp(f->act, "move") == 0)
        return flow_move(u, &p);
    if (strcmp(f->act, "add") == 0)
        return flow_add(u, &p);
    if (strcmp(f->act, "drop") == 0)
        return flow_drop(u, &p);
    TRY(vars_of(u, w, f, &vars));
    if (val_is(vars, VAL_NULL))
        return form_error(w, "name", "form.required");
    return flow_vars(u, p.inst, p.token, vars, f->why);
}

static enum err cancel(struct unit *u, uint64_t inst, const char *why)
{
    struct q_operate_instance q = {.in = {.id = inst}};
    const struct flow_host *h = u->host;
    void *subject;

    TRY(q_operate_instance(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no process instance %llu", (unsigned long long)inst);
    TRY(h->subject_lock(u, q.out.subject, &subject));
    TRY(flow_cancel(u, inst, subject, why));
    return h->subject_save(u, subject);
}

static enum err operate(struct unit *u, struct web *w, const struct operate_form *f)
{
    uint64_t inst = web_param_id(w, 0);

    if (strcmp(f->act, "suspend") == 0)
        return flow_suspend(u, inst, f->why);
    if (strcmp(f->act, "resume") == 0)
        return flow_resume(u, inst, f->why);
    if (strcmp(f->act, "cancel") == 0)
        return cancel(u, inst, f->why);
    if (strcmp(f->act, "migrate") == 0)
        return migrate(u, w, f);
    if (strcmp(f->act, "retry") == 0 || strcmp(f->act, "skip") == 0)
        return incident_act(u, w, f);
    return token_act(u, w, f);
}

/* What does not fit is said on the page, where it was tried; E_INPUT is a word of the form that means nothing here. */
enum err instance_operate(struct unit *u, struct web *w)
{
    const struct operate_form *f = web_form(w);
    struct q_operate_instance q = {.in = {.id = web_param_id(w, 0)}};

    TRY(q_operate_instance(u, &q));
    if (!q.found)
        return fail(E_NOTFOUND, "there is no process instance %s", web_param(w, 0));
    if (f->act == NULL || f->act[0] == '\0' || strcmp(f->act, "check") == 0)
        return form_error(w, "act", "form.required");
    TRY(operate(u, w, f));
    return reply_see_other_said(w, arena_printf(web_mem(w), "/admin/instance/%s", web_param(w, 0)), "instance.done_said");
}
