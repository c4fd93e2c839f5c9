/* cgi-bin/auditor/auditor.h - the handlers of gradus-auditor. */
#ifndef AUDITOR_AUDITOR_H
#define AUDITOR_AUDITOR_H

#include "desk/trail.h"
#include "web/web.h"

struct find_form {
    const char *q, *from, *to, *after;
};
struct page_form {
    int64_t after; /* seq of a trail, or definition.id of the list */
    bool checked;
};
struct export_form {
    const char *format;
};

enum err trail_home(struct unit *u, struct web *w) CHECKED;
enum err trail_list(struct unit *u, struct web *w) CHECKED;
enum err trail_show(struct unit *u, struct web *w) CHECKED;
enum err trail_run_check(struct unit *u, struct web *w) CHECKED;
enum err trail_send(struct unit *u, struct web *w) CHECKED;

enum err definition_list(struct unit *u, struct web *w) CHECKED;
enum err definition_show(struct unit *u, struct web *w) CHECKED;
enum err definition_run_check(struct unit *u, struct web *w) CHECKED;
enum err definition_send(struct unit *u, struct web *w) CHECKED;

/* What a trail of any kind shows and does; PATH is its page. */
enum err show_trail(struct unit *u, struct web *w, const struct trail *t, const char *path) CHECKED;
enum err check_trail(struct unit *u, struct web *w, const struct trail *t, const char *path) CHECKED;
enum err send_trail(struct unit *u, struct web *w, const struct trail *t) CHECKED;

#endif
