/* tests/system/web_probe.c - a program with every kind of route and field; web_flow.py drives it. */
#include <stddef.h>
#include <string.h>

#include "web/web.h"

struct probe_form {
    const char *title, *text, *password;
    struct form_files files;
};

/* clang-format off */
static const struct form_field fields[] = {
    {"title",    FORM_TEXT,   true,  1, 20,   NULL, offsetof(struct probe_form, title)},
    {"text",     FORM_LINES,  false, 0, 4000, NULL, offsetof(struct probe_form, text)},
    {"password", FORM_SECRET, false, 0, 100,  NULL, offsetof(struct probe_form, password)},
    {"files",    FORM_FILES,  false, 0, 3,    NULL, offsetof(struct probe_form, files)},
};
/* clang-format on */
static const struct form_def form = {.name = "probe", .field = fields, .n_field = 4, .size = sizeof(struct probe_form)};

static enum err show(struct unit *u, struct web *w)
{
    view_set(web_view(w), "name", web_actor(w)->name);
    form_value(w, "title", "prefilled");
    return OK;
}

static enum err sign_in(struct unit *u, struct web *w)
{
    const struct probe_form *f = web_form(w);

    if (strcmp(f->title, "bad") == 0)
        return form_error(w, "title", "form.required");
    TRY(session_begin(u, w, &(struct session_start){.person = 1, .address = web_address(w), .agent = web_agent(w)}));
    return reply_see_other_said(w, "/probe/in", "time.now");
}

static enum err sign_out(struct unit *u, struct web *w)
{
    TRY(session_end(u, w));
    return reply_see_other(w, "/probe/open");
}

static enum err act(struct unit *u, struct web *w)
{
    const struct probe_form *f = web_form(w);

    return strcmp(f->title, "conflict") == 0 ? fail(E_CONFLICT, "as asked") : reply_see_other(w, "/probe/in");
}

static enum err question(struct unit *u, struct web *w)
{
    const struct probe_form *f = web_form(w);

    view_set(web_view(w), "name", f->title);
    if (strcmp(f->title, "write") == 0) /* the unit is read-only: refused */
        return session_end(u, w);
    return strcmp(f->title, "bad") == 0 ? form_error(w, "title", "form.required") : OK;
}

static enum err bytes(struct unit *u, struct web *w)
{
    return reply_bytes(w, "application/octet-stream", "x\"\n\xc3\xa4.txt", "abc", 3);
}

/* clang-format off */
static const struct route routes[] = {
    {.method = GET,  .path = "/",          .run = show,     .template = "probe.cs", .kind = ROUTE_FREE},
    {.method = GET,  .path = "/open",      .run = show,     .template = "probe.cs", .kind = ROUTE_OPEN},
    {.method = POST, .path = "/open",      .run = sign_in,  .form = &form, .kind = ROUTE_OPEN, .forget = true},
    {.method = GET,  .path = "/in",        .run = show,     .template = "probe.cs", .cap = 1},
    {.method = POST, .path = "/in",        .run = act,      .form = &form, .cap = 1},
    {.method = GET,  .path = "/ask",       .run = show,     .template = "probe.cs", .cap = 1},
    {.method = POST, .path = "/ask",       .run = question, .form = &form, .template = "probe.cs", .cap = 1},
    {.method = GET,  .path = "/denied",    .run = show,     .template = "probe.cs", .cap = 2},
    {.method = POST, .path = "/out",       .run = sign_out},
    {.method = GET,  .path = "/file/{id}", .run = bytes,    .kind = ROUTE_FREE},
};
/* clang-format on */
static const struct program program = {.name = "probe", .route = routes, .n_route = sizeof routes / sizeof routes[0]};

int main(int argc, char **argv)
{
    return web_main(&program, argc, argv);
}
