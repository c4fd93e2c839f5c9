/* engine/web/serve.c - main() of a program with pages: the road of every request.
 *
 * For     gateway -> gate -> route -> session -> right -> token -> form -> unit of work -> page or redirect.
 * Owns    the order of these steps, the process's start and its end.
 * Never   knows a page; writes outside unit_run(); answers a POST with a page unless something failed or the POST only asks.
 * Holds   a GET, and a POST that only asks, runs in a read-only transaction; a POST that changed something redirects; every error
 *         is logged once with its trail and answered once.
 *
 * A worker does not end because the database is down: it answers 503 and tries to connect at the next request. It ends by
 * itself after LIMIT_REQUESTS or when it has grown past LIMIT_RESIDENT; the supervisor starts another one. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "web/web_int.h"

enum {
    LIMIT_REQUESTS = 10000,
    LIMIT_RESIDENT = 128 << 20, /* bytes */
    LIMIT_MANIFEST = 65536,
    ARENA_REQUEST = 262144, /* a page fits, so its memory is taken from the C library once and not for each request */
    LIMIT_RESULT = 255,     /* of done_key */
    EXIT_CONF = 78          /* EX_CONFIG */
};

/* ---- what handlers ask ---- */

const void *web_typed(const struct web *w)
{
    return w->typed;
}

const char *web_text(const struct web *w, const char *key, const char *otherwise)
{
    const char *text = lang_find(w->site->lang, w->lang, key);

    return text != NULL ? text : otherwise;
}

const char *web_word(const struct web *w, const char *name)
{
    return web_text(w, arena_printf(w->mem, "word.%s", name), name);
}

void web_keep(struct web *w, void *kept)
{
    w->kept = kept;
}

void *web_kept(const struct web *w)
{
    return w->kept;
}

const void *web_host(const struct web *w)
{
    return w->site->units.host;
}

enum err reply_refused(struct web *w, enum err e)
{
    w->refused = e;
    return OK;
}

const void *web_form(const struct web *w)
{
    return w->form;
}

const char *web_param(const struct web *w, int i)
{
    return i >= 0 && i < w->at.n_param ? w->at.param[i] : "";
}

uint64_t web_param_id(const struct web *w, int i)
{
    uint64_t id = 0;

    return text_u64(web_param(w, i), &id) ? id : 0;
}

const char *web_query(const struct web *w, const char *name)
{
    return request_find(w->rq.query, w->rq.n_query, name);
}

const struct actor *web_actor(const struct web *w)
{
    return &w->actor;
}

const struct conf *web_conf(const struct web *w)
{
    return &w->site->conf;
}

const char *web_lang(const struct web *w)
{
    return w->lang;
}

struct view *web_view(struct web *w)
{
    return w->view;
}

void web_page(struct web *w, const char *path, const char *value)
{
    view_page(w->view, arena_printf(w->mem, "Page.%s", path), value);
}

void web_user(struct web *w, const char *path, const char *value)
{
    view_page(w->view, arena_printf(w->mem, "User.%s", path), value);
}

struct arena *web_mem(struct web *w)
{
    return w->mem;
}

bool web_is_htmx(const struct web *w)
{
    return w->rq.htmx;
}

const char *web_address(const struct web *w)
{
    return w->rq.address;
}

const char *web_agent(const struct web *w)
{
    return w->rq.agent;
}

/* ---- one request ---- */

static void arena_end(void *p)
{
    arena_free(p);
}

/* The connection to the database, made when it is first needed. */
static enum err site_db(struct site *s)
{
    if (s->units.db != NULL)
        return OK;
    struct arena *mem = arena_new(0);
    enum err e = db_open(mem, &s->conf, s->program->name, &s->units.db);
    if (e == OK) {
        arena_at_end(s->mem, arena_end, mem);
        return OK;
    }
    s->units.db = NULL;
    arena_free(mem);
    return err_pass(e, __FILE__, __LINE__);
}

static enum err may(const struct web *w, const struct route *r)
{
    if (r->kind != ROUTE_PAGE)
        return OK;
    if (!w->session.found)
        return fail(E_LOGIN, "no session");
    return actor_can(&w->actor, r->cap) ? OK : fail(E_DENIED, "%s lacks a right for %s", w->actor.name, r->path);
}

static enum err session_in_unit(struct unit *u, void *arg)
{
    return session_load(u, arg);
}

/* The read-only unit of a GET: session, right, handler and frame see one snapshot. */
static enum err get_in_unit(struct unit *u, void *arg)
{
    struct web *w = arg;
    const struct route *r = w->row;

    reply_reset(w);
    if (!w->again)
        view_clear(w->view);
    if (!w->session.found)
        TRY(session_load(u, w));
    TRY(may(w, r));
    if (r->form != NULL && w->again)
        w->form = arena_alloc(w->mem, r->form->size); /* the page without a query; what was typed is web_typed() */
    if (r->form != NULL && !w->again) {
        w->n_fault = 0;
        enum err e = form_read(w, r->form, &w->form);
        if (e != OK && e != E_FORM) /* a filter with a bad field shows the page, with the fault beside the field */
            return err_pass(e, __FILE__, __LINE__);
    }
    if (w->session.found && r->template != NULL)
        TRY(page_frame(u, w)); /* first: the dataset keeps the order in which things are set, and pages add to the frame */
    return r->run(u, w);
}

static enum err serve_get(struct web *w, const struct route *r)
{
    w->row = r;
    if (r->kind == ROUTE_FREE)
        TRY(r->run(NULL, w));
    else
        TRY(unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, get_in_unit, w));
    if (reply_is_done(w))
        return OK;
    if (r->template == NULL)
        return fail(E_BUG, "GET %s has neither template nor bytes", r->path);
    form_show(w, w->again ? w->at.route->form : r->form);
    if (w->again)
        w->reply.status = err_status(w->trouble);
    return page_render(w, r->template);
}

static enum err look_in_unit(struct unit *u, void *arg)
{
    struct web *w = arg;

    return w->at.route->look(u, w);
}

struct post {
    struct web *w;
    struct unit_key key;
    struct session session; /* as it was before the unit */
};

static enum err post_in_unit(struct unit *u, void *arg)
{
    const struct post *p = arg;
    struct web *w = p->w;

    reply_reset(w);
    view_clear(w->view);
    w->session = p->session; /* an earlier try may have begun or ended one */
    w->n_fault = 0;
    w->refused = OK;
    TRY(w->at.route->run(u, w));
    if (w->refused != OK)
        return OK;
    if (!reply_is_done(w))
        return fail(E_BUG, "POST %s answers nothing", w->at.route->path);
    if (w->reply.location != NULL && !w->at.route->forget && strlen(w->reply.location) <= LIMIT_RESULT)
        TRY(unit_result(u, w->reply.location));
    return OK;
}

static enum err ask_in_unit(struct unit *u, void *arg)
{
    struct web *w = arg;

    reply_reset(w);
    view_clear(w->view);
    w->n_fault = 0;
    if (w->session.found)
        TRY(page_frame(u, w));
    return w->at.route->run(u, w);
}

/* A POST only because its values shall stand in no address and no log: nothing can be changed, so its page is the answer. */
static enum err serve_asked(struct web *w, const struct route *r)
{
    TRY(unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, ask_in_unit, w));
    if (reply_is_done(w))
        return fail(E_BUG, "POST %s has a template and answers otherwise", r->path);
    form_show(w, r->form);
    return page_render(w, r->template);
}

static enum err serve_post(struct web *w, const struct route *r)
{
    struct post p = {.w = w};

    TRY(unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, session_in_unit, w));
    TRY(may(w, r));
    TRY(csrf_check(w));
    if (r->form != NULL)
        TRY(form_read(w, r->form, &w->form));
    if (r->template != NULL)
        return serve_asked(w, r);
    if (r->look != NULL)
        TRY(unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, look_in_unit, w));
    if (r->outside != NULL)
        TRY(r->outside(NULL, w));
    p.key.key = csrf_key(w);
    p.session = w->session;
    enum err e = unit_run(&w->site->units, w->work, UNIT_RW, &w->actor, r->forget ? NULL : &p.key, post_in_unit, &p);
    if (e != OK) {
        w->session = p.session;
        w->settle = r->forget ? NULL : p.key.key;
        return err_pass(e, __FILE__, __LINE__);
    }
    if (w->refused != OK)
        return fail(w->refused, "POST %s: refused", r->path);
    if (!p.key.repeated)
        return OK;
    reply_reset(w);
    if (p.key.result != NULL && *p.key.result != '\0') { /* stored with base_path */
        w->reply.status = 303;
        w->reply.location = arena_strdup(w->mem, p.key.result);
        return OK;
    }
    return reply_see_other(w, arena_printf(w->mem, "/%s/", w->site->program->name));
}

/* A POST that failed shows its form again, with everything typed; false = it cannot. */
static bool show_again(struct web *w, enum err e)
{
    const struct route *page = w->at.route->method == POST ? route_form_page(w->site->program, w->at.route) : NULL;

    if (page == NULL || e == E_LOGIN || e == E_DENIED || e == E_NOTFOUND || err_status(e) >= 500)
        return false;
    if (e == E_CSRF && w->at.route->form == NULL)
        return false; /* nothing was typed, and the page of the path may say that it is done (signed out) */
    w->again = true;
    w->trouble = e;
    w->typed = w->form;
    w->form = NULL;
    enum err again = serve_get(w, page);
    if (again != OK)
        log_trouble();
    w->again = again == OK;
    return again == OK;
}

/* To the sign-in page, and back afterwards. */
static void to_login(struct web *w)
{
    struct buf b = buf_new(w->mem, 1024);

    buf_str(&b, "/login/?next=");
    for (const char *s = w->rq.path; *s != '\0'; s++) {
        if (strchr("/-._~", *s) != NULL || (*s >= '0' && *s <= '9') || ((*s | 0x20) >= 'a' && (*s | 0x20) <= 'z'))
            buf_char(&b, *s);
        else
            buf_fmt(&b, "%%%02X", (unsigned char)*s);
    }
    reply_reset(w);
    if (reply_see_other(w, buf_done(&b) == OK ? buf_text(&b) : "/login/") != OK)
        page_error(w, E_LOGIN);
    if (!w->rq.htmx)
        return;
    reply_header(w, "HX-Redirect", w->reply.location); /* a fragment's request cannot be redirected, the page can */
    w->reply.location = NULL;
    w->reply.status = 401;
}

static void plain_text(struct web *w, int status, const char *text)
{
    reply_reset(w);
    w->reply = (struct reply){.status = status, .type = "text/plain; charset=utf-8", .bytes = true};
    w->reply.body = (struct span){.p = text, .n = strlen(text)};
}

static enum err nothing_in_unit(struct unit *u, void *arg)
{
    return OK;
}

/* /<program>/health and /<program>/ready; false = another path. */
static bool probe(struct web *w)
{
    size_t n = strlen(w->site->program->name) + 1;
    const char *path = w->rq.path;

    if (w->rq.method != GET || strncmp(path + 1, w->site->program->name, n - 1) != 0)
        return false;
    if (strcmp(path + n, "/health") == 0) {
        plain_text(w, 200, "alive\n");
        return true;
    }
    if (strcmp(path + n, "/ready") != 0)
        return false;
    enum err e = site_db(w->site);
    if (e == OK)
        e = unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, nothing_in_unit, NULL);
    if (e != OK)
        log_trouble();
    plain_text(w, e == OK ? 200 : 503, e == OK ? "ready\n" : "no database\n");
    return true;
}

/* No such page: told in the frame, language and theme of the person who is signed in, if one is and the database answers. */
static enum err lost_way(struct web *w, enum err e)
{
    if (session_cookie(w) && site_db(w->site) == OK &&
        unit_run(&w->site->units, w->work, UNIT_RO, &w->actor, NULL, session_in_unit, w) != OK)
        log_trouble();
    return fail(e, "no route for %s %s", w->rq.method == GET ? "GET" : "POST", w->rq.path);
}

static enum err answer(struct web *w, struct gateway *g)
{
    TRY(request_read(g, w->mem, &w->site->conf, &w->rq));
    w->pre = csrf_pre_cookie(w);
    page_look(w);
    w->view = view_new(w->mem, w->site->lang, w->lang);
    if (probe(w))
        return OK;
    enum err found = route_find(w->mem, w->site->program, w->rq.method, w->rq.path, &w->at);
    if (found != OK)
        return lost_way(w, found);
    if (w->at.route->kind != ROUTE_FREE)
        TRY(site_db(w->site));
    return w->at.route->method == GET ? serve_get(w, w->at.route) : serve_post(w, w->at.route);
}

static void serve_one(struct site *s, struct gateway *g)
{
    struct arena *mem = s->request, *work = s->work;
    struct arena_mark mem_begin = arena_mark(mem), work_begin = arena_mark(work);
    struct web *w = ARENA_NEW(mem, struct web);
    int64_t start = clock_monotonic();
    uint64_t before = s->units.db != NULL ? db_statements(s->units.db) : 0;

    *w = (struct web){
        .site = s, .mem = mem, .work = work, .now = clock_now(), .pre = "", .theme = "auto", .lang = s->conf.site_lang};
    snprintf(w->id, sizeof w->id, "%016" PRIx64, rand_u64());
    log_request(w->id);
    w->actor = (struct actor){.name = "", .roles = "", .channel = "web", .lang = w->lang, .request = w->id};
    w->rq.path = "";
    reply_reset(w);
    trouble_clear();
    enum err e = answer(w, g);
    if (e != OK) {
        log_trouble();
        if (e == E_LOGIN && w->rq.method == GET)
            to_login(w);
        else if (w->at.route == NULL || !show_again(w, e))
            page_error(w, e);
    }
    uint64_t asked = s->units.db != NULL ? db_statements(s->units.db) - before : 0; /* held to the route's budget by a test */
    session_visit(w);
    bool sent = reply_send(g, w);
    gateway_finish(g);
    log_write(LOG_INFO, "%s %s %d %zu bytes %" PRId64 " us %" PRIu64 " statements person %" PRIu64 "%s",
              w->rq.method == POST ? "POST" : "GET", w->rq.path, w->reply.status, w->reply.body.n, clock_monotonic() - start,
              asked, w->actor.id, sent ? "" : " not sent");
    log_request("");
    arena_rewind(work, work_begin);
    arena_rewind(mem, mem_begin);
}

/* ---- the process ---- */

/* "app.js app.3f2a91.js" lines -> Static.app_js = /static/app.3f2a91.js */
static enum err statics_read(struct site *s)
{
    char *text = arena_alloc(s->mem, LIMIT_MANIFEST), *save = text, *line;
    int fd = open(s->conf.static_manifest, O_RDONLY | O_CLOEXEC);

    s->statics = map_new(s->mem);
    if (fd < 0) {
        log_write(LOG_WARNING, "%s: not there; pages will have no style", s->conf.static_manifest);
        return OK;
    }
    ssize_t n = read(fd, text, LIMIT_MANIFEST - 1);
    close(fd);
    if (n < 0 || n == LIMIT_MANIFEST - 1 || !text_valid(text, (size_t)n))
        return fail(E_CONF, "%s: not a list of files", s->conf.static_manifest);
    while ((line = strsep(&save, "\n")) != NULL) {
        char *rest = line, *name = strsep(&rest, " ");
        if (*name == '\0' || rest == NULL)
            continue;
        char *key = arena_printf(s->mem, "Static.%s", name);
        for (char *c = key + strlen("Static."); *c != '\0'; c++) {
            if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", *c) == NULL)
                *c = '_';
        }
        map_set(&s->statics, key, arena_printf(s->mem, "%s/%s", s->conf.static_url, rest));
    }
    return OK;
}

static enum err site_open(struct site *s)
{
    TRY(conf_read(s->mem, conf_path(), &s->conf));
    log_open(arena_printf(s->mem, "gradus-%s", s->program->name), (int)s->conf.log_level);
    clock_zone(s->conf.site_zone);
    const char *lang = lang_known(s->conf.site_lang);
    if (lang == NULL)
        return fail(E_CONF, "site_lang = %s is none of our languages", s->conf.site_lang);
    s->conf.site_lang = lang;
    TRY(lang_open(s->mem, s->conf.lang_dir, &s->lang));
    TRY(views_open(s->mem, s->conf.templates, s->lang, &s->views));
    TRY(statics_read(s));
    s->units.flush = audit_flush;
    return s->program->start != NULL ? s->program->start(s->mem, &s->conf, &s->units.host) : OK;
}

static bool grown(void)
{
    char text[64] = "";
    unsigned long pages = 0;
    int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    if (read(fd, text, sizeof text - 1) <= 0 || sscanf(text, "%*u %lu", &pages) != 1)
        pages = 0;
    close(fd);
    return pages > LIMIT_RESIDENT / (unsigned long)sysconf(_SC_PAGESIZE);
}

int web_main(const struct program *p, int argc, char **argv)
{
    struct site s = {.program = p, .mem = arena_new(0), .request = arena_new(ARENA_REQUEST), .work = arena_new(ARENA_REQUEST)};
    struct gateway *g;
    int code = 0;

    log_open(p->name, LOG_INFO);
    if (site_open(&s) != OK || gateway_open(s.mem, &g) != OK) {
        log_trouble();
        code = EXIT_CONF;
    }
    for (int served = 0; code == 0 && gateway_next(g); served++) {
        serve_one(&s, g);
        if (served + 1 >= LIMIT_REQUESTS || (served % 64 == 63 && grown()))
            break;
    }
    arena_free(s.work);
    arena_free(s.request);
    arena_free(s.mem);
    return code;
}
