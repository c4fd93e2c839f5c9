/* cgi-bin/admin/main.c - gradus-admin: what operators use.
 *
 * For     seeing whether the house is well, retrying what failed, seeing who has which role, ending sessions.
 * Owns    its route table and forms.
 * Never   texts of tickets: an operator sees references, steps and errors.
 * Holds   every act has its own capability beside that of looking. */
#include "admin.h"

#include "desk/area.h"
#include "desk/may.h"
#include "desk/services.h"

/* clang-format off */
static const struct form_field find_fields[] = {
 /* name  kind        required  least  most  choices  offset */
  {"q",   FORM_TEXT,  false,    0,     200,  NULL,    offsetof(struct find_form, q)},
};
static const struct form_def find_def = {"find", find_fields, 1, sizeof(struct find_form)};

static const struct form_field operate_fields[] = {
 /* name        kind         required  least  most        choices  offset */
  {"act",       FORM_CHOICE, false,    0,     20,         "check suspend resume cancel retry skip move add drop set migrate",
                                                                   offsetof(struct operate_form, act)},
  {"token",     FORM_INT,    false,    0,     UINT32_MAX, NULL,    offsetof(struct operate_form, token)},
  {"incident",  FORM_ID,     false,    0,     0,          NULL,    offsetof(struct operate_form, incident)},
  {"version",   FORM_ID,     false,    0,     0,          NULL,    offsetof(struct operate_form, version)},
  {"node",      FORM_TEXT,   false,    0,     255,        NULL,    offsetof(struct operate_form, node)},
  {"name",      FORM_TEXT,   false,    0,     255,        NULL,    offsetof(struct operate_form, name)},
  {"value",     FORM_TEXT,   false,    0,     2000,       NULL,    offsetof(struct operate_form, value)},
  {"from",      FORM_TEXT,   false,    0,     255,        NULL,    offsetof(struct operate_form, from)},
  {"to",        FORM_TEXT,   false,    0,     255,        NULL,    offsetof(struct operate_form, to)},
  {"why",       FORM_TEXT,   false,    0,     500,        NULL,    offsetof(struct operate_form, why)},
};
static const struct form_def operate_def = {"operate", operate_fields, sizeof operate_fields / sizeof operate_fields[0],
                                            sizeof(struct operate_form)};

static const struct route routes[] = {
 /* method  path                         capability     form       run                  template                form page       kind        statements */
  { GET,   "/",                          CAP_ADMIN_SEE, NULL,      health_show,         "admin/health/show.cs", NULL,           ROUTE_PAGE, 2},
  { GET,   "/job",                       CAP_ADMIN_SEE, NULL,      job_list,            "admin/job/list.cs",    NULL,           ROUTE_PAGE, 4},
  { POST,  "/job/{id}/retry",            CAP_ADMIN_ACT, NULL,      job_retry,           NULL,                   "/job",         ROUTE_PAGE, 6},
  { POST,  "/incident/{id}/retry",       CAP_ADMIN_ACT, NULL,      incident_retry,      NULL,                   "/job",         ROUTE_PAGE, 24},
  { GET,   "/instance",                  CAP_ADMIN_SEE, &find_def,    instance_list,    "admin/instance/list.cs", NULL,          ROUTE_PAGE, 5},
  { GET,   "/instance/{id}",             CAP_ADMIN_SEE, &operate_def, instance_show,    "admin/instance/show.cs", NULL,          ROUTE_PAGE, 6},
  { POST,  "/instance/{id}",             CAP_ADMIN_ACT, &operate_def, instance_operate, NULL,                     NULL,          ROUTE_PAGE, 60},
  { GET,   "/role",                      CAP_ADMIN_SEE, &find_def, role_list,           "admin/role/list.cs",   NULL,           ROUTE_PAGE, 4},
  { GET,   "/person/{id}",               CAP_ADMIN_SEE, NULL,      person_show,         "admin/person/show.cs", NULL,           ROUTE_PAGE, 4},
  { POST,  "/person/{id}/end-sessions",  CAP_ADMIN_ACT, NULL,      person_end_sessions, NULL,                   "/person/{id}", ROUTE_PAGE, 7},
};
/* clang-format on */

/* clang-format off */
static const struct web_tab tabs[] = {
  {"/admin/",     "health.title", "heart-pulse"},
  {"/admin/job",  "job.title",    "clock-history"},
  {"/admin/role", "role.title",   "people"},
  {"/admin/instance", "instance.title", "diagram-3"},
};
/* clang-format on */

static const struct program admin = {.name = "admin",
                                     .route = routes,
                                     .n_route = sizeof routes / sizeof routes[0],
                                     .start = services_host,
                                     .tab = tabs,
                                     .n_tab = sizeof tabs / sizeof tabs[0],
                                     .area = area_of};

int main(int argc, char **argv)
{
    return web_main(&admin, argc, argv);
}
