/* cgi-bin/login/login.h - the handlers of gradus-login. */
#ifndef LOGIN_LOGIN_H
#define LOGIN_LOGIN_H

#include "web/web.h"

struct login_form {
    const char *user, *password, *next;
};

struct look_form {
    const char *theme, *lang, *back;
};

/* Opens the directory; what it gives is the program's host. */
enum err login_start(struct arena *mem, const struct conf *conf, const void **host) CHECKED;

enum err login_show(struct unit *u, struct web *w) CHECKED;
enum err login_look(struct unit *u, struct web *w) CHECKED;
enum err login_ask(struct unit *u, struct web *w) CHECKED;
enum err login_enter(struct unit *u, struct web *w) CHECKED;
enum err login_gone(struct unit *u, struct web *w) CHECKED;
enum err login_leave(struct unit *u, struct web *w) CHECKED;
enum err login_leave_all(struct unit *u, struct web *w) CHECKED;
enum err login_look_change(struct unit *u, struct web *w) CHECKED;

#endif
