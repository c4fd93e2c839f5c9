/* engine/web/page.c - what every page shows beside its own content, and the pages that tell of errors.
 *
 * For     Page, User, Form, Error and Static of the dataset; rendering; error pages.
 * Owns    these five subtrees (README.md lists them) and the message that the last page left.
 * Never   tells more of an error than its text key and the request's number.
 * Holds   an error page is shown whatever fails, in the last resort as plain text; what was typed is on it.
 *
 * A POST that cannot be shown again as its form (the session is gone, the database does not answer) is answered with the error
 * page, which carries the fields in a form of its own: after signing in, one button sends them again; the old token is not
 * valid any more, so they arrive in the form, under the eyes of the person, before anything happens. Where the POST had begun and
 * nobody can say how it ended, the form carries its key: sending it once more finds that it was done, or does it. */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "web/web_int.h"

void page_look(struct web *w)
{
    const char *lang = request_cookie(&w->rq, reply_cookie_name(w, "gradus_lang"));
    const char *theme = request_cookie(&w->rq, reply_cookie_name(w, "gradus_theme"));

    lang = lang_known(lang) != NULL ? lang_known(lang) : lang_accept(w->rq.accept_language);
    if (lang != NULL)
        w->actor.lang = w->lang = lang;
    if (theme != NULL && strpbrk(theme, " ,") == NULL && text_in_list("light dark auto", theme))
        w->theme = theme;
}

static void put_user(struct web *w)
{
    char id[24], *save = arena_strdup(w->mem, w->actor.roles), *role;

    snprintf(id, sizeof id, "%llu", (unsigned long long)w->actor.id);
    view_page(w->view, "User.id", w->session.found ? id : "");
    view_page(w->view, "User.name", w->session.found ? w->actor.name : "");
    view_page(w->view, "User.roles", w->session.found ? w->actor.roles : "");
    while (w->session.found && (role = strsep(&save, ",")) != NULL) {
        if (*role != '\0' && strspn(role, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == strlen(role))
            view_page(w->view, arena_printf(w->mem, "User.role.%s", role), "1");
    }
}

/* The message of the last page, once. */
static void put_said(struct web *w)
{
    const char *cookie = request_cookie(&w->rq, reply_cookie_name(w, "gradus_said"));
    const char *key = cookie != NULL ? csrf_signed(w, cookie) : NULL;

    view_page(w->view, "Page.flash", key != NULL ? lang_text(w->site->lang, w->lang, key) : "");
    if (cookie != NULL)
        reply_cookie(w, "gradus_said", "", 0);
}

static void put_page(struct web *w)
{
    const struct conf *c = &w->site->conf;
    char status[8];

    snprintf(status, sizeof status, "%d", w->reply.status);
    view_page(w->view, "Page.status", status);
    view_page(w->view, "Page.lang", w->lang);
    view_page(w->view, "Page.program", w->site->program->name);
    view_page(w->view, "Page.base", c->base_path);
    view_page(w->view, "Page.home", arena_printf(w->mem, "%s/%s", c->base_path, w->site->program->name));
    view_page(w->view, "Page.path", arena_printf(w->mem, "%s%s", c->base_path, w->rq.path));
    view_page(w->view, "Page.site", c->site_name);
    view_page(w->view, "Page.banner", c->site_banner);
    view_page(w->view, "Page.request", w->id);
    view_page(w->view, "Page.fragment", w->rq.htmx ? "1" : "");
    view_page(w->view, "Page.once", w->once);
    view_page(w->view, "Page.csrf", w->csrf);
    view_page(w->view, "Page.again", w->again ? "1" : "");
    view_page(w->view, "Page.theme", w->theme);
    if (w->again)
        view_page(w->view, "Form.error", lang_text(w->site->lang, w->lang, err_key(w->trouble)));
    for (size_t i = 0; i < w->site->statics.size; i++) {
        const struct map_entry *e = &w->site->statics.slot[i];
        if (e->key != NULL)
            view_page(w->view, e->key, e->value);
    }
}

enum err page_frame(struct unit *u, struct web *w)
{
    const struct program *p = w->site->program;
    const char *area;

    for (int i = 0; p->area != NULL && (area = p->area(&w->actor, i)) != NULL; i++)
        web_page(w, arena_printf(w->mem, "area.%s", area), "1");
    for (size_t i = 0; i < p->n_tab; i++) {
        web_page(w, arena_printf(w->mem, "nav.%zu.href", i), p->tab[i].href);
        web_page(w, arena_printf(w->mem, "nav.%zu.label", i), web_text(w, p->tab[i].key, p->tab[i].key));
        web_page(w, arena_printf(w->mem, "nav.%zu.icon", i), p->tab[i].icon);
    }
    return p->frame != NULL ? p->frame(u, w) : OK;
}

enum err page_render(struct web *w, const char *template)
{
    struct buf out = buf_new(w->mem, LIMIT_PAGE);

    csrf_prepare(w);
    put_page(w);
    put_user(w);
    put_said(w);
    TRY(view_render(w->site->views, w->view, template, &out));
    size_t blank = strspn(buf_text(&out), " \n"); /* what the includes of macros leave */
    w->reply.body = (struct span){.p = buf_text(&out) + blank, .n = out.len - blank};
    return OK;
}

/* A field's name as people know it: the text form.<form>.<field>, else the bare name. */
static const char *label_of(const struct web *w, const char *field)
{
    const struct form_def *def = w->at.route->form;
    const char *key = arena_printf(w->mem, "form.%s.%s", def != NULL ? def->name : "", field);
    const char *text = lang_find(w->site->lang, w->lang, key);

    return text != NULL ? text : field;
}

/* Everything that was typed, for the error page's own form: no token, no secret, no file. */
static void put_typed(struct web *w)
{
    int row = 0;

    for (size_t i = 0; w->at.route != NULL && w->at.route->method == POST && i < w->rq.n_field; i++) {
        const struct pair *p = &w->rq.field[i];
        bool hide = text_in_list("csrf once settle", p->name);
        for (uint8_t k = 0; w->at.route->form != NULL && k < w->at.route->form->n_field; k++) {
            const struct form_field *f = &w->at.route->form->field[k];
            hide |= f->kind == FORM_SECRET && strcmp(f->name, p->name) == 0;
        }
        if (hide)
            continue;
        view_page(w->view, arena_printf(w->mem, "Error.typed.%d.name", row), p->name);
        view_page(w->view, arena_printf(w->mem, "Error.typed.%d.label", row), label_of(w, p->name));
        view_page(w->view, arena_printf(w->mem, "Error.typed.%d.value", row++), p->value);
    }
    view_page(w->view, "Error.action", row > 0 ? arena_printf(w->mem, "%s%s", w->site->conf.base_path, w->rq.path) : "");
    view_page(w->view, "Error.files", w->rq.n_file > 0 ? "1" : "");
    view_page(w->view, "Error.settle", w->settle != NULL ? csrf_settle(w, w->settle) : "");
}

void page_error(struct web *w, enum err e)
{
    const char *text = lang_text(w->site->lang, w->lang, err_key(e));
    const char *advice = lang_find(w->site->lang, w->lang, arena_printf(w->mem, "%s.advice", err_key(e)));
    char status[8];

    reply_reset(w);
    w->reply.status = err_status(e);
    w->trouble = e;
    w->view = view_new(w->mem, w->site->lang, w->lang);
    snprintf(status, sizeof status, "%d", w->reply.status);
    view_page(w->view, "Page.title", text);
    view_page(w->view, "Error.status", status);
    view_page(w->view, "Error.code", err_name(e) + 2);
    view_page(w->view, "Error.text", text);
    view_page(w->view, "Error.advice", advice);
    view_page(w->view, "Error.back", "");
    put_typed(w);
    if (e == E_METHOD)
        reply_header(w, "Allow", "GET, HEAD, POST");
    if (err_status(e) == 503)
        reply_header(w, "Retry-After", "5");
    if (page_render(w, "_error/error.cs") == OK)
        return;
    log_trouble();
    const char *plain = arena_printf(w->mem, "%d %s\n%s\n", w->reply.status, text, w->id);
    w->reply.type = "text/plain; charset=utf-8";
    w->reply.body = (struct span){.p = plain, .n = strlen(plain)};
}
