/* cgi-bin/portal/portal.h - the forms and handlers of gradus-portal. */
#ifndef PORTAL_PORTAL_H
#define PORTAL_PORTAL_H

#include "desk/story.h"
#include "web/web.h"

struct request_form {
    uint64_t service, asset;
    const char *title, *description, *impact, *urgency;
    struct form_files file;
};
struct list_form {
    const char *which, *after;
};
struct answer_form {
    const char *answer;
    struct form_files file;
};
struct reason_form {
    const char *reason, *why;
};
struct service_form {
    uint64_t service;
};

enum err home_show(struct unit *u, struct web *w) CHECKED;
enum err catalog_show(struct unit *u, struct web *w) CHECKED;
enum err profile_show(struct unit *u, struct web *w) CHECKED;

enum err request_form_show(struct unit *u, struct web *w) CHECKED;
enum err request_send(struct unit *u, struct web *w) CHECKED;
enum err request_list(struct unit *u, struct web *w) CHECKED;
enum err request_show(struct unit *u, struct web *w) CHECKED;
enum err request_answer(struct unit *u, struct web *w) CHECKED;
enum err request_confirm(struct unit *u, struct web *w) CHECKED;
enum err request_reject(struct unit *u, struct web *w) CHECKED;
enum err request_withdraw(struct unit *u, struct web *w) CHECKED;
enum err request_file(struct unit *u, struct web *w) CHECKED;

#endif
