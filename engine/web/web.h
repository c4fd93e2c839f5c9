/* engine/web/web.h - HTTP in general: request, route, session, form, view, reply. Knows no page and no ticket.
 *
 * A program (cgi-bin/<audience>/main.c) is a const table of routes; web_main() does the rest for each request:
 * gateway -> request (the gate) -> route -> session -> capability -> CSRF -> form -> unit_run(handler) -> view or redirect. */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/text.h"
#include "db/unit.h"

enum method { GET, POST };

struct web;
struct view;

/* ---- forms: fields into a typed struct before the handler sees anything ---- */

enum form_kind {
    FORM_TEXT,   /* one line: const char * */
    FORM_LINES,  /* several lines: const char * */
    FORM_SECRET, /* a password: const char *, every byte as typed (least and most count bytes); never shown again, never kept */
    FORM_ID,     /* uint64_t, decimal, > 0; absent = 0 */
    FORM_INT,    /* int64_t within least..most */
    FORM_BOOL,   /* bool: "1" or "on"; absent = false */
    FORM_CHOICE, /* const char *: one of the words in CHOICES ("low medium high") */
    FORM_IDS,    /* struct form_ids: the field may come several times */
    FORM_FILES,  /* struct form_files */
    FORM_OTHER   /* struct form_other: all fields whose name begins with NAME (dynamic task forms) */
};

struct form_ids {
    uint64_t *id;
    size_t n;
};

struct form_file {
    const char *name; /* cleaned base name, at most 200 bytes, never empty */
    const char *type; /* by magic, never the client's word: "image/png", ..., "application/octet-stream" */
    struct span bytes;
};
struct form_files {
    struct form_file *file;
    size_t n;
};
struct form_other {
    struct {
        const char *name, *value; /* name without the prefix */
    } * field;
    size_t n;
};

struct form_field {
    const char *name;
    enum form_kind kind;
    bool required;
    int64_t least, most; /* code points of text, or value of numbers, or count of ids and files */
    const char *choices;
    uint16_t offset; /* in the struct */
};

/* A form = its fields and the size of its struct. A field error is shown beside the field; everything typed comes back. */
struct form_def {
    const char *name; /* text keys: form.<name>.<field> */
    const struct form_field *field;
    uint8_t n_field;
    uint16_t size;
};

/* In the handler of a form's GET row: what stands in FIELD before anybody typed; what was typed wins over it. */
void form_value(struct web *w, const char *field, const char *value);

/* In a handler: adds an error to a field (text key), so that the answer is 422 with the form as typed. Returns E_FORM. */
enum err form_error(struct web *w, const char *field, const char *key) CHECKED;

/* ---- routes ---- */

typedef enum err (*web_handler)(struct unit *u, struct web *w);

enum route_kind {
    ROUTE_PAGE, /* needs a session with all bits of CAP */
    ROUTE_OPEN, /* needs no session (sign-in page, health) */
    ROUTE_FREE  /* open, and runs without a unit: u is NULL (health of the process) */
};

/* A form = two rows of one path: GET shows it, POST does it and redirects. When a POST fails with E_FORM, E_CONFLICT or another
 * 4xx, the GET row of the same path (or of FORM_PAGE) is rendered with Form.* filled and the code's status. */
struct route {
    enum method method;
    const char *path; /* "/task/{id}/resolve"; {id} = digits, {ref} = [A-Za-z0-9-]{1,40}, {name} = [A-Za-z0-9._~-]{1,100} */
    uint64_t cap;
    const struct form_def *form; /* POST: body; GET: query string; NULL = no fields are read */
    web_handler run;
    const char
        *template; /* below templates/; NULL for handlers that send bytes and for a POST that changes something. A POST with
                              one only asks: it runs in a read-only unit and its page is the answer */
    const char *form_page; /* POST: path pattern of the GET row that shows the form, NULL = the same path */
    enum route_kind kind;
    uint8_t statements; /* budget: database statements a request may take (0 = the default of its kind); a test counts */
    bool forget;        /* POST: no idempotency key; sending it again does it again (sign-in: the cookie must come anew) */
    web_handler look;   /* POST: runs before, in the read-only unit that loads the session (sign-in: the back-off) */
    web_handler
        outside; /* POST: runs between, without a unit (u is NULL): the only place where a handler may ask another server */
};

/* A tab of a program: where it leads, the text key of its words, its icon. Pages mark theirs with web_page(w, "nav.1.current", "1"). */
struct web_tab {
    const char *href, *key, *icon;
};

struct program {
    const char *name; /* "agent": folder, account gradus_agent, first path segment */
    const struct route *route;
    size_t n_route;
    /* made once per process: what flow/ and desk/ find in u->host; may be NULL */
    enum err (*start)(struct arena *mem, const struct conf *conf, const void **host);
    /* adds to the frame of a signed-in person's page; called before the handler of a page, which may add to it; may be NULL */
    enum err (*frame)(struct unit *u, struct web *w);
    const struct web_tab *tab;
    size_t n_tab;
    /* the I-th program that a person may enter, NULL after the last: for the menu of every page; may be NULL */
    const char *(*area)(const struct actor *who, int i);
};

/* main() of a program. Runs as FastCGI when descriptor 0 is a listening socket, else once as plain CGI (environment, stdin). */
int web_main(const struct program *p, int argc, char **argv);

/* ---- what a handler asks ---- */

/* A pointer that a handler's look() or outside() leaves for run(); NULL if none. It must live in web_mem(). */
void web_keep(struct web *w, void *kept);
void *web_kept(const struct web *w);
const void *web_form(const struct web *w); /* the route's form struct, filled; NULL if the route has none */
/* In the handler of a GET row that shows a failed POST again: the POST's struct as far as it could be read; else NULL. */
const void *web_typed(const struct web *w);
/* The text of KEY in the person's language, or OTHERWISE where no catalogue has it (names that come from data). */
const char *web_text(const struct web *w, const char *key, const char *otherwise);
/* A name out of a process model in the person's language: the text "word.<name>" where a catalogue knows it, else as it is. So the
 * shipped processes speak five languages, and a step that somebody renames or draws anew shows the name he gave it. */
const char *web_word(const struct web *w, const char *name);
const char *web_param(const struct web *w, int i);            /* i-th {…} of the path */
uint64_t web_param_id(const struct web *w, int i);            /* as number */
const char *web_query(const struct web *w, const char *name); /* query value or NULL (bounded, valid UTF-8) */
const struct actor *web_actor(const struct web *w);
const struct conf *web_conf(const struct web *w);
const void *web_host(const struct web *w); /* what struct program.start made */
const char *web_lang(const struct web *w);
struct view *web_view(struct web *w);
/* Page.title, Page.nav.0.href, User.role.agent: the frame around every page of the program. PATH is below Page and User. */
void web_page(struct web *w, const char *path, const char *value);
void web_user(struct web *w, const char *path, const char *value);
struct arena *web_mem(struct web *w);
bool web_is_htmx(const struct web *w);        /* HX-Request: the template renders its fragment only */
const char *web_address(const struct web *w); /* REMOTE_ADDR */
const char *web_agent(const struct web *w);   /* User-Agent, "" if none */

/* ---- what a handler answers ---- */

/* 303 to a path of our own ("/agent/ticket/INC-7"); base_path is put before it. The only way a POST succeeds. */
enum err reply_see_other(struct web *w, const char *path) CHECKED;
/* The same with a message shown once on the next page (text key, stored in a signed cookie, not in the URL). */
enum err reply_see_other_said(struct web *w, const char *path, const char *key) CHECKED;
/* The unit is committed, and then the form is shown again as if the handler had failed with E (a refused password whose count
 * must stay). Give a reason with form_error() first. */
enum err reply_refused(struct web *w, enum err e) CHECKED;
/* Bytes instead of a page. With NAME it is a download (RFC 6266) with nosniff and CSP sandbox. */
enum err reply_bytes(struct web *w, const char *type, const char *name, const void *p, size_t n) CHECKED;
enum err reply_json(struct web *w, const char *text) CHECKED;
void reply_header(struct web *w, const char *name, const char *value); /* control bytes are refused */
void reply_status(struct web *w, int status);
/* Remembers language and theme (light, dark, auto) in this browser, for people who are not signed in; NULL = as before. */
void reply_look(struct web *w, const char *lang, const char *theme);

/* ---- the view: plain values into the template's dataset; escaping is on for all of them ---- */

/* PATH is "ticket.title": templates write <?cs var:ticket.title ?>. It begins with a small letter (or is below Pager); letters, digits,
 * '_' and '.' only, never outside data; at most 120 bytes and 12 levels. Page, User, Form, Error and Static are web/'s (README.md). */
void view_set(struct view *v, const char *path, const char *value); /* NULL = "" */
void view_int(struct view *v, const char *path, int64_t value);     /* as text: ClearSilver counts in 32 bits */
void view_bool(struct view *v, const char *path, bool value);       /* "1" or "" */
void view_time(struct view *v, const char *path, int64_t t);        /* .iso .text (person's language) .ago (in words) */
void view_text(struct view *v, const char *path, const char *key,
               ...); /* translated text; {1} {2} … are char * arguments, NULL ends */
/* One more row of a list; returns its index. view_setf(v, "rows.%d.title", i) … */
void view_setf(struct view *v, const char *value, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void view_textf(struct view *v, const char *key, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- sessions (login and admin use these; everybody else only sees web_actor()) ---- */

struct session_start {
    uint64_t person;
    const char *address, *agent; /* agent = User-Agent, hashed */
};
/* Makes a session and sets its cookie; an old one of this browser ends. */
enum err session_begin(struct unit *u, struct web *w, const struct session_start *s) CHECKED;
enum err session_end(struct unit *u, struct web *w) CHECKED;
enum err session_end_all(struct unit *u, uint64_t person) CHECKED;

#endif
