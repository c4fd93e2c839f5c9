/* cgi-bin/admin/admin.h - the handlers of gradus-admin. */
#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include "web/web.h"

struct find_form {
    const char *q;
};

struct operate_form {
    const char *act;
    int64_t token;
    uint64_t incident, version;
    const char *node, *name, *value, *from, *to, *why;
};

enum err instance_list(struct unit *u, struct web *w) CHECKED;
enum err instance_show(struct unit *u, struct web *w) CHECKED;
enum err instance_operate(struct unit *u, struct web *w) CHECKED;

enum err health_show(struct unit *u, struct web *w) CHECKED;

enum err job_list(struct unit *u, struct web *w) CHECKED;
enum err job_retry(struct unit *u, struct web *w) CHECKED;
enum err incident_retry(struct unit *u, struct web *w) CHECKED;

enum err role_list(struct unit *u, struct web *w) CHECKED;

enum err person_show(struct unit *u, struct web *w) CHECKED;
enum err person_end_sessions(struct unit *u, struct web *w) CHECKED;

/* "Service desk, 1st Level · Auditor" for "sd_l1,auditor". */
const char *role_words(struct web *w, const char *roles);
/* PATH = "active" or "disabled", PATH.text its words. */
void person_put_state(struct web *w, const char *path, bool active);

#endif
