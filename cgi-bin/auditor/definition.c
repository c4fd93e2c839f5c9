/* cgi-bin/auditor/definition.c - the trails of process versions.
 *
 * For     who stored, released or discarded which version.
 * Owns    nothing.
 * Never   the models themselves: they are the designers'.
 * Holds   a trail of a version looks and behaves like one of a ticket. */
#include "auditor.h"

#include "desk/trail.sql.h"
#include "flow/deploy.h"

static const char *number(struct web *w, uint64_t n)
{
    return arena_printf(web_mem(w), "%llu", (unsigned long long)n);
}

static const char *state_word(uint32_t state)
{
    static const char *const words[] = {"draft", "released", "retired", "discarded"};

    return state >= DEFINITION_DRAFT && state <= DEFINITION_DISCARDED ? words[state - DEFINITION_DRAFT] : "";
}

static void put_row(struct web *w, const struct q_trail_definitions_row *r, int n)
{
    struct view *v = web_view(w);

    view_setf(v, number(w, r->id), "rows.%d.id", n);
    view_setf(v, r->process_key, "rows.%d.key", n);
    view_setf(v, r->name, "rows.%d.name", n);
    view_setf(v, r->version_null ? "" : number(w, r->version), "rows.%d.version", n);
    view_setf(v, state_word(r->state), "rows.%d.state", n);
    view_textf(v, arena_printf(web_mem(w), "model.state.%s", state_word(r->state)), "rows.%d.state.text", n);
    view_setf(v, r->author != NULL ? r->author : web_text(w, "actor.system", "Gradus"), "rows.%d.author", n);
    view_time(v, arena_printf(web_mem(w), "rows.%d.stored", n), r->created);
    view_setf(v, number(w, r->events_null ? 0 : r->events), "rows.%d.events", n);
}

enum err definition_list(struct unit *u, struct web *w)
{
    const struct page_form *f = web_form(w);
    struct q_trail_definitions q = {.in = {.before = f != NULL && f->after > 0 ? (uint64_t)f->after : UINT64_MAX}};

    TRY(q_trail_definitions(u, &q));
    for (size_t i = 0; i < q.n && i < TRAIL_PAGE; i++)
        put_row(w, &q.row[i], (int)i);
    if (q.n > TRAIL_PAGE)
        view_set(web_view(w), "Pager.next",
                 arena_printf(web_mem(w), "/auditor/definition?after=%llu", (unsigned long long)q.row[TRAIL_PAGE - 1].id));
    if (f != NULL && f->after > 0)
        view_set(web_view(w), "Pager.first", "/auditor/definition");
    web_page(w, "title", web_text(w, "trail.definitions", "Process versions"));
    web_page(w, "nav.1.current", "1");
    return OK;
}

static const char *here(struct web *w)
{
    return arena_printf(web_mem(w), "/auditor/definition/%s", web_param(w, 0));
}

enum err definition_show(struct unit *u, struct web *w)
{
    struct view *v = web_view(w);
    struct trail t;

    TRY(trail_of_definition(u, web_param_id(w, 0), &t));
    view_set(v, "trail.state", state_word(t.state));
    view_text(v, "trail.state.text", arena_printf(web_mem(w), "model.state.%s", state_word(t.state)), NULL);
    view_set(v, "trail.list", "/auditor/definition");
    view_text(v, "trail.list.text", "trail.definitions", NULL);
    web_page(w, "nav.1.current", "1");
    return show_trail(u, w, &t, here(w));
}

enum err definition_run_check(struct unit *u, struct web *w)
{
    struct trail t;

    TRY(trail_of_definition(u, web_param_id(w, 0), &t));
    return check_trail(u, w, &t, here(w));
}

enum err definition_send(struct unit *u, struct web *w)
{
    struct trail t;

    TRY(trail_of_definition(u, web_param_id(w, 0), &t));
    return send_trail(u, w, &t);
}
