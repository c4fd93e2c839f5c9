/* cgi-bin/portal/main.c - gradus-portal: what every employee uses.
 *
 * For     opening requests, following one's own, answering, confirming.
 * Owns    its route table and forms.
 * Never   internal notes, other people's requests: the account's grants and the views do not reach them.
 * Holds   every form is two rows of one path, or names the page that shows it. */
#include "desk/area.h"
#include "desk/may.h"
#include "desk/services.h"
#include "desk/ticket.h"
#include "portal.h"

/* clang-format off */
static const struct form_field request_fields[] = {
 /* name           kind          required  least  most   choices                              offset */
  {"service",      FORM_ID,      true,     0,     0,     NULL,                                offsetof(struct request_form, service)},
  {"title",        FORM_TEXT,    true,     3,     200,   NULL,                                offsetof(struct request_form, title)},
  {"description",  FORM_LINES,   true,     3,     20000, NULL,                                offsetof(struct request_form, description)},
  {"impact",       FORM_CHOICE,  true,     0,     0,     "person team department organisation", offsetof(struct request_form, impact)},
  {"urgency",      FORM_CHOICE,  true,     0,     0,     "low medium high critical",          offsetof(struct request_form, urgency)},
  {"asset",        FORM_ID,      false,    0,     0,     NULL,                                offsetof(struct request_form, asset)},
  {"file",         FORM_FILES,   false,    0,     20,    NULL,                                offsetof(struct request_form, file)},
};
static const struct form_field service_fields[] = {
  {"service",      FORM_ID,      false,    0,     0,     NULL,                                offsetof(struct service_form, service)},
};
static const struct form_field list_fields[] = {
  {"which",        FORM_CHOICE,  false,    0,     0,     "open waiting closed all",           offsetof(struct list_form, which)},
  {"after",        FORM_TEXT,    false,    0,     60,    NULL,                                offsetof(struct list_form, after)},
};
static const struct form_field answer_fields[] = {
  {"answer",       FORM_LINES,   true,     1,     20000, NULL,                                offsetof(struct answer_form, answer)},
  {"file",         FORM_FILES,   false,    0,     20,    NULL,                                offsetof(struct answer_form, file)},
};
static const struct form_field reject_fields[] = {
  {"reason",       FORM_LINES,   true,     1,     4000,  NULL,                                offsetof(struct reason_form, reason)},
};
static const struct form_field withdraw_fields[] = {
  {"why",          FORM_LINES,   true,     1,     1000,  NULL,                                offsetof(struct reason_form, why)},
};
static const struct form_def request_def  = {"request",  request_fields,  7, sizeof(struct request_form)};
static const struct form_def service_def  = {"request",  service_fields,  1, sizeof(struct service_form)};
static const struct form_def list_def     = {"list",     list_fields,     2, sizeof(struct list_form)};
static const struct form_def answer_def   = {"answer",   answer_fields,   2, sizeof(struct answer_form)};
static const struct form_def reject_def   = {"reject",   reject_fields,   1, sizeof(struct reason_form)};
static const struct form_def withdraw_def = {"withdraw", withdraw_fields, 1, sizeof(struct reason_form)};

static const struct route routes[] = {
 /* method  path                       capability  form           run                template                   form page           kind        statements */
  { GET,   "/",                        CAP_PORTAL, NULL,          home_show,         "portal/home/show.cs",     NULL,               ROUTE_PAGE, 5},
  { GET,   "/catalog",                 CAP_PORTAL, NULL,          catalog_show,      "portal/catalog/show.cs",  NULL,               ROUTE_PAGE, 3},
  { GET,   "/profile",                 CAP_PORTAL, NULL,          profile_show,      "portal/profile/show.cs",  NULL,               ROUTE_PAGE, 3},
  { GET,   "/request",                 CAP_PORTAL, &list_def,     request_list,      "portal/request/list.cs",  NULL,               ROUTE_PAGE, 3},
  { GET,   "/request/new",             CAP_PORTAL, &service_def,  request_form_show, "portal/request/new.cs",   NULL,               ROUTE_PAGE, 4},
  { POST,  "/request/new",             CAP_PORTAL, &request_def,  request_send,      NULL,                      NULL,               ROUTE_PAGE, 15},
  { GET,   "/request/{ref}",           CAP_PORTAL, NULL,          request_show,      "portal/request/show.cs",  NULL,               ROUTE_PAGE, 6},
  { POST,  "/request/{ref}/answer",    CAP_PORTAL, &answer_def,   request_answer,    NULL,                      "/request/{ref}",   ROUTE_PAGE, 10},
  { POST,  "/request/{ref}/confirm",   CAP_PORTAL, NULL,          request_confirm,   NULL,                      "/request/{ref}",   ROUTE_PAGE, 18},
  { POST,  "/request/{ref}/reject",    CAP_PORTAL, &reject_def,   request_reject,    NULL,                      "/request/{ref}",   ROUTE_PAGE, 18},
  { POST,  "/request/{ref}/withdraw",  CAP_PORTAL, &withdraw_def, request_withdraw,  NULL,                      "/request/{ref}",   ROUTE_PAGE, 14},
  { GET,   "/file/{id}",               CAP_PORTAL, NULL,          request_file,      NULL,                      NULL,               ROUTE_PAGE, 3},
};
/* clang-format on */

/* clang-format off */
static const struct web_tab tabs[] = {
  {"/portal/",        "nav.start",    "house"},
  {"/portal/catalog", "nav.catalog",  "grid"},
  {"/portal/request", "nav.requests", "ticket-perforated"},
};
/* clang-format on */

static const struct program portal = {.name = "portal",
                                      .route = routes,
                                      .n_route = sizeof routes / sizeof routes[0],
                                      .start = services_host,
                                      .tab = tabs,
                                      .n_tab = sizeof tabs / sizeof tabs[0],
                                      .area = area_of};

int main(int argc, char **argv)
{
    return web_main(&portal, argc, argv);
}
