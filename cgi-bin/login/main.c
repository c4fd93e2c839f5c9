/* cgi-bin/login/main.c - gradus-login: the only program that ever sees a password.
 *
 * For     signing in and out.
 * Owns    its route table.
 * Never   tickets; a session by anything but a directory's yes.
 * Holds   the directory is asked between two units, never inside one. */
#include "login.h"
#include "web/web.h"

/* clang-format off */
static const struct form_field login_fields[] = {
 /* name        kind         required  least  most  choices  offset */
  {"user",      FORM_TEXT,   true,     1,     200,  NULL,    offsetof(struct login_form, user)},
  {"password",  FORM_SECRET, true,     1,     1024, NULL,    offsetof(struct login_form, password)},
  {"next",      FORM_TEXT,   false,    0,     300,  NULL,    offsetof(struct login_form, next)},
};
static const struct form_field next_fields[] = {
  {"next",      FORM_TEXT,   false,    0,     300,  NULL,    offsetof(struct login_form, next)},
};
static const struct form_field look_fields[] = {
  {"theme",     FORM_CHOICE, false,    0,     0,    "light dark auto",  offsetof(struct look_form, theme)},
  {"lang",      FORM_CHOICE, false,    0,     0,    "en de it pl hu",   offsetof(struct look_form, lang)},
  {"back",      FORM_TEXT,   false,    0,     600,  NULL,               offsetof(struct look_form, back)},
};
static const struct form_def look_def  = {"look",  look_fields,  3, sizeof(struct look_form)};
static const struct form_def login_def = {"login", login_fields, 3, sizeof(struct login_form)};
static const struct form_def next_def  = {"login", next_fields,  1, sizeof(struct login_form)};

static const struct route routes[] = {
 /* method  path    capability  form        run          template               */
  { GET,   "/",     0,          &next_def,  login_show,  "login/login/show.cs", NULL, ROUTE_OPEN, 2, false, NULL, NULL},
  { POST,  "/",     0,          &login_def, login_enter, NULL,                  NULL, ROUTE_OPEN, 14, true, login_look, login_ask},
  { GET,   "/out",  0,          NULL,       login_gone,  "login/login/out.cs",  NULL, ROUTE_OPEN, 2, false, NULL, NULL},
  { POST,  "/out",  0,          NULL,       login_leave, NULL,                  NULL, ROUTE_PAGE, 8, false, NULL, NULL},
  { POST,  "/out-everywhere", 0,    NULL,       login_leave_all, NULL,              NULL, ROUTE_PAGE, 8, false, NULL, NULL},
  { POST,  "/look", 0,          &look_def,  login_look_change, NULL,            "/",  ROUTE_OPEN, 4, true, NULL, NULL},
};
/* clang-format on */

static const struct program login = {
    .name = "login", .route = routes, .n_route = sizeof routes / sizeof routes[0], .start = login_start};

int main(int argc, char **argv)
{
    return web_main(&login, argc, argv);
}
