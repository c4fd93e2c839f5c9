/* engine/web/web_int.h - what the files of web/ share; nobody else includes this. */
#ifndef WEB_WEB_INT_H
#define WEB_WEB_INT_H

#include "base/buf.h"
#include "base/digest.h"
#include "base/lang.h"
#include "base/map.h"
#include "web/gateway.h"
#include "web/web.h"

enum {
    LIMIT_FIELDS = 200,         /* fields of a query string or body */
    LIMIT_FIELD_NAME = 64,      /* bytes */
    LIMIT_FIELD_TEXT = 2097152, /* bytes of all values together */
    LIMIT_COOKIES = 50,
    LIMIT_COOKIE_BYTES = 8192,
    LIMIT_PATH = 1024,
    LIMIT_PART_HEAD = 8192, /* bytes of one part's header block */
    LIMIT_BOUNDARY = 70,    /* RFC 2046, 5.1.1 */
    LIMIT_FILE_NAME = 200,
    LIMIT_ROUTE_PARAMS = 8,
    LIMIT_FAULTS = 64,  /* field errors shown at once */
    LIMIT_HEADERS = 16, /* that a handler adds */
    LIMIT_COOKIES_SET = 6,
    LIMIT_PAGE = 8388608, /* bytes of one page */
    SESSION_ID = 16,      /* random bytes of a session id */
    ONCE_SIZE = 16
};

struct pair {
    const char *name, *value;
};

struct part {
    const char *field;       /* of the form */
    const char *name, *type; /* see struct form_file */
    struct span bytes;
    bool big; /* longer than upload_max: BYTES is empty, and the form that reads the field is refused */
};

/* A request that passed the gate: valid UTF-8 without control characters in names, path and host; bounded. */
struct request {
    enum method method;
    bool head;        /* HEAD: as GET, without the body */
    const char *path; /* "/agent/queue/3": decoded once, below base_path */
    struct pair *query, *field, *cookie;
    size_t n_query, n_field, n_cookie;
    struct part *file;
    size_t n_file;
    const char *host, *origin, *site, *agent, *address, *accept_language, *type;
    bool https, htmx;
    struct span body; /* raw */
};

/* request.c */
enum err request_read(struct gateway *g, struct arena *mem, const struct conf *conf, struct request *out) CHECKED;
/* One decoder for query strings and urlencoded bodies. */
enum err request_fields(struct arena *mem, const char *s, size_t n, struct pair **out, size_t *count) CHECKED;
enum err request_cookies(struct arena *mem, const char *s, struct request *rq) CHECKED;
enum err request_path(struct arena *mem, const char *uri, const char *base, const char **out) CHECKED;
const char *request_cookie(const struct request *rq, const char *name); /* NULL if absent or given twice */
const char *request_find(const struct pair *p, size_t n, const char *name);

/* multipart.c */
enum err multipart_read(struct arena *mem, const char *boundary, const struct conf *conf, struct request *rq) CHECKED;
/* "boundary" of a multipart/form-data content type, NULL if there is none that RFC 2046 allows. */
const char *multipart_boundary(struct arena *mem, const char *content_type);
const char *multipart_file_name(struct arena *mem, const char *s);
const char *multipart_magic(struct span bytes);

/* route.c */
struct route_match {
    const struct route *route;
    const char *param[LIMIT_ROUTE_PARAMS];
    int n_param;
};
/* E_NOTFOUND, E_METHOD. PATH begins with "/<program>". */
enum err route_find(struct arena *mem, const struct program *p, enum method m, const char *path,
                    struct route_match *out) CHECKED;
/* The GET row that shows the form of POST row R; NULL if there is none. */
const struct route *route_form_page(const struct program *p, const struct route *r);
bool route_fits(struct arena *mem, const char *pattern, const char *path, struct route_match *out);

/* form.c */
struct fault {
    const char *field, *key;
};
enum err form_read(struct web *w, const struct form_def *def, const void **out) CHECKED;
void form_show(struct web *w, const struct form_def *def); /* Form.* as typed, with the errors */

/* session.c */
struct session {
    bool found;
    struct digest id; /* hash of the cookie's value */
    struct digest csrf;
    int64_t created, seen;
};
/* Did the browser send something that looks like our session's cookie? */
bool session_cookie(struct web *w);
/* Fills w->session and w->actor if the request's cookie names a living session. */
enum err session_load(struct unit *u, struct web *w) CHECKED;
/* Notes the visit, at most once a minute, in a small unit of its own; trouble is only logged. */
void session_visit(struct web *w);

/* csrf.c */
/* The pre-session cookie of the request, "" if it has none that could be ours. */
const char *csrf_pre_cookie(struct web *w);
/* Makes once and token for the page that is rendered now. */
void csrf_prepare(struct web *w);
enum err csrf_check(struct web *w) CHECKED;
/* The idempotency key of this POST: 64 letters over the form's one-time number, the path and everything that was sent; or the key
 * of the POST that it repeats, if it comes from the error page of that one. */
const char *csrf_key(struct web *w);
/* What the form of an error page carries so that sending it is the POST of that KEY again. */
char *csrf_settle(struct web *w, const char *key);
/* A short text signed for this browser's session, and back (NULL if forged). */
char *csrf_sign(struct web *w, const char *text);
char *csrf_signed(struct web *w, const char *s);

/* view.c */
struct views;
enum err views_open(struct arena *mem, const char *dir, const struct lang *lang, struct views **out) CHECKED;
void views_strict(struct views *v); /* tests: an unset variable shows as UNSET(name) and a missing text key is an error */
/* The language of texts, times and the template from now on (the session says it later than the request). */
void view_language(struct view *v, const char *lang_name);
struct view *view_new(struct arena *mem, const struct lang *lang, const char *lang_name);
void view_page(struct view *v, const char *path, const char *value); /* "Page.title": absolute */
enum err view_render(struct views *vs, struct view *v, const char *template, struct buf *out) CHECKED;
void view_clear(struct view *v); /* all of it, before a further try */

/* reply.c */
struct reply {
    int status;
    const char *type, *location, *download;
    struct span body;
    bool bytes; /* reply_bytes or reply_json: no page */
    struct pair header[LIMIT_HEADERS];
    int n_header;
    const char *cookie[LIMIT_COOKIES_SET];
    int n_cookie;
};
void reply_reset(struct web *w);
void reply_cookie(struct web *w, const char *name, const char *value,
                  int64_t max_age);      /* max_age < 0 = until the browser ends */
bool reply_is_done(const struct web *w); /* a redirect or bytes: nothing to render */
const char *reply_cookie_name(struct web *w, const char *base);
bool reply_send(struct gateway *g, struct web *w);

/* page.c */
/* Language and theme before anybody is known: cookie, then Accept-Language, then the site's. */
void page_look(struct web *w);
/* The parts of the frame that belong to the person and the program: menu, tabs, and what the program adds. */
enum err page_frame(struct unit *u, struct web *w) CHECKED;
/* Renders the row's template, or an error page for E, into the reply. */
enum err page_render(struct web *w, const char *template) CHECKED;
void page_error(struct web *w, enum err e);

/* What a process makes once. */
struct site {
    const struct program *program;
    struct arena *mem;
    struct arena *request, *work; /* of the request in hand; rewound after each */
    struct conf conf;
    struct lang *lang;
    struct views *views;
    struct map statics;     /* name -> hashed file */
    struct unit_conf units; /* units.db is NULL until the database answered once */
};

/* One request. */
struct web {
    struct site *site;
    struct arena *mem;  /* ends with the answer */
    struct arena *work; /* of the units: rewound by their retries */
    char id[24];        /* request id */
    int64_t now;
    struct request rq;
    struct route_match at;
    struct session session;
    struct actor actor;
    const char *lang;
    const char *theme; /* light, dark, auto */
    const char *pre;   /* value of the pre-session cookie, "" = none */
    char once[2 * ONCE_SIZE + 1], csrf[2 * DIGEST_SIZE + 1];
    const struct form_def *form_def;
    const void *form;
    struct fault fault[LIMIT_FAULTS];
    int n_fault;
    struct view *view;
    struct reply reply;
    const struct route *row; /* that is shown now: for a failed POST the GET row of its form */
    bool again;              /* the form is shown again, as typed */
    enum err trouble;        /* why */
    const void *typed;       /* web_typed() */
    void *kept;              /* web_keep() */
    enum err refused;        /* reply_refused() */
    const char *settle;      /* the key of the unit that failed, NULL = none: it may have been done all the same */
};

#endif
