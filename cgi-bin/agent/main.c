/* cgi-bin/agent/main.c - gradus-agent: the workspace of the support tiers.
 *
 * For     queues, tickets, tasks, assets.
 * Owns    its route table and forms.
 * Never   the audit trail, definitions' drafts.
 * Holds   every action on a task carries the task's version: a stale form is refused, not merged. */
#include "agent.h"
#include "desk/area.h"
#include "desk/may.h"
#include "desk/services.h"

/* clang-format off */
static const struct form_field queue_fields[] = {
 /* name       kind         required  least  most        choices        offset */
  {"priority", FORM_CHOICE, false,    0,     0,          "P1 P2 P3 P4", offsetof(struct queue_form, priority)},
  {"who",      FORM_CHOICE, false,    0,     0,          "me none",     offsetof(struct queue_form, who)},
  {"q",        FORM_TEXT,   false,    0,     200,        NULL,          offsetof(struct queue_form, q)},
  {"after",    FORM_TEXT,   false,    0,     60,         NULL,          offsetof(struct queue_form, after)},
};
static const struct form_field ci_fields[] = {
  {"class",    FORM_ID,     false,    0,     0,          NULL,          offsetof(struct ci_form, class)},
  {"q",        FORM_TEXT,   false,    0,     200,        NULL,          offsetof(struct ci_form, q)},
  {"after",    FORM_TEXT,   false,    0,     260,        NULL,          offsetof(struct ci_form, after)},
};
static const struct form_field search_fields[] = {
  {"q",        FORM_TEXT,   false,    0,     200,        NULL,          offsetof(struct search_form, q)},
};
static const struct form_field task_fields[] = {
  {"task",     FORM_ID,     true,     0,     0,          NULL,          offsetof(struct task_form, task)},
  {"version",  FORM_INT,    true,     1,     0xffffffff, NULL,          offsetof(struct task_form, version)},
};
static const struct form_field handover_fields[] = {
  {"task",     FORM_ID,     true,     0,     0,          NULL,          offsetof(struct work_form, task)},
  {"version",  FORM_INT,    true,     1,     0xffffffff, NULL,          offsetof(struct work_form, version)},
  {"findings", FORM_LINES,  true,     3,     8000,       NULL,          offsetof(struct work_form, findings)},
  {"tried",    FORM_LINES,  false,    0,     4000,       NULL,          offsetof(struct work_form, tried)},
};
static const struct form_field back_fields[] = {
  {"task",     FORM_ID,     true,     0,     0,          NULL,          offsetof(struct work_form, task)},
  {"version",  FORM_INT,    true,     1,     0xffffffff, NULL,          offsetof(struct work_form, version)},
  {"back",     FORM_LINES,  true,     3,     8000,       NULL,          offsetof(struct work_form, back)},
};
static const struct form_field resolve_fields[] = {
  {"task",     FORM_ID,     true,     0,     0,          NULL,          offsetof(struct work_form, task)},
  {"version",  FORM_INT,    true,     1,     0xffffffff, NULL,          offsetof(struct work_form, version)},
  {"solution", FORM_LINES,  true,     3,     8000,       NULL,          offsetof(struct work_form, solution)},
};
static const struct form_field answer_fields[] = {
  {"answer",   FORM_LINES,  true,     1,     20000,      NULL,          offsetof(struct write_form, answer)},
  {"file",     FORM_FILES,  false,    0,     20,         NULL,          offsetof(struct write_form, file)},
};
static const struct form_field note_fields[] = {
  {"note",     FORM_LINES,  true,     1,     20000,      NULL,          offsetof(struct write_form, note)},
};
static const struct form_field complete_fields[] = {
  {"version",  FORM_INT,    true,     1,     0xffffffff, NULL,          offsetof(struct complete_form, version)},
  {"v.",       FORM_OTHER,  false,    0,     60,         NULL,          offsetof(struct complete_form, value)},
};
static const struct form_def queue_def    = {"queue",    queue_fields,    4, sizeof(struct queue_form)};
static const struct form_def ci_def       = {"ci",       ci_fields,       3, sizeof(struct ci_form)};
static const struct form_def search_def   = {"search",   search_fields,   1, sizeof(struct search_form)};
static const struct form_def task_def     = {"task",     task_fields,     2, sizeof(struct task_form)};
static const struct form_def handover_def = {"handover", handover_fields, 4, sizeof(struct work_form)};
static const struct form_def back_def     = {"back",     back_fields,     3, sizeof(struct work_form)};
static const struct form_def resolve_def  = {"resolve",  resolve_fields,  3, sizeof(struct work_form)};
static const struct form_def answer_def   = {"answer",   answer_fields,   2, sizeof(struct write_form)};
static const struct form_def note_def     = {"note",     note_fields,     1, sizeof(struct write_form)};
static const struct form_def complete_def = {"complete", complete_fields, 2, sizeof(struct complete_form)};

static const struct route routes[] = {
 /* method  path                       capability      form           run                 template                    form page         kind        statements */
  { GET,   "/",                        CAP_QUEUE_SEE,  NULL,          queue_home,         NULL,                       NULL,             ROUTE_PAGE, 2},
  { GET,   "/queue",                   CAP_QUEUE_SEE,  NULL,          queue_home,         NULL,                       NULL,             ROUTE_PAGE, 2},
  { GET,   "/queue/mine",              CAP_QUEUE_SEE,  &queue_def,    queue_show_mine,    "agent/queue/show.cs",      NULL,             ROUTE_PAGE, 3},
  { GET,   "/queue/{id}",              CAP_QUEUE_SEE,  &queue_def,    queue_show,         "agent/queue/show.cs",      NULL,             ROUTE_PAGE, 3},
  { GET,   "/search",                  CAP_TICKET_SEE, &search_def,   search_show,        "agent/search/show.cs",     NULL,             ROUTE_PAGE, 3},
  { GET,   "/ticket/{ref}",            CAP_TICKET_SEE, NULL,          ticket_show,        "agent/ticket/show.cs",     NULL,             ROUTE_PAGE, 6},
  { GET,   "/ticket/{ref}/process",    CAP_TICKET_SEE, NULL,          ticket_process,     "agent/ticket/process.cs",  NULL,             ROUTE_PAGE, 6},
  { GET,   "/ticket/{ref}/bpmn",       CAP_TICKET_SEE, NULL,          ticket_bpmn,        NULL,                       NULL,             ROUTE_PAGE, 6},
  { POST,  "/ticket/{ref}/take",       CAP_TASK_WORK,  &task_def,     ticket_do_take,     NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 14},
  { POST,  "/ticket/{ref}/release",    CAP_TASK_WORK,  &task_def,     ticket_do_release,  NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 10},
  { POST,  "/ticket/{ref}/answer",     CAP_TASK_WORK,  &answer_def,   ticket_do_answer,   NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 10},
  { POST,  "/ticket/{ref}/note",       CAP_TASK_WORK,  &note_def,     ticket_do_note,     NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 10},
  { POST,  "/ticket/{ref}/handover",   CAP_TASK_WORK,  &handover_def, ticket_do_handover, NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 14},
  { POST,  "/ticket/{ref}/back",       CAP_TASK_WORK,  &back_def,     ticket_do_back,     NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 16},
  { POST,  "/ticket/{ref}/resolve",    CAP_TASK_WORK,  &resolve_def,  ticket_do_resolve,  NULL,                       "/ticket/{ref}",  ROUTE_PAGE, 16},
  { GET,   "/task/{id}",               CAP_TASK_WORK,  NULL,          task_show,          "agent/task/show.cs",       NULL,             ROUTE_PAGE, 5},
  { POST,  "/task/{id}",               CAP_TASK_WORK,  &complete_def, task_complete,      NULL,                       NULL,             ROUTE_PAGE, 16},
  { GET,   "/file/{id}",               CAP_TICKET_SEE, NULL,          ticket_file_get,    NULL,                       NULL,             ROUTE_PAGE, 3},
  { GET,   "/ci",                      CAP_CI_SEE,     &ci_def,       ci_list_show,       "agent/ci/list.cs",         NULL,             ROUTE_PAGE, 3},
  { GET,   "/ci/{ref}",                CAP_CI_SEE,     NULL,          ci_item_show,       "agent/ci/show.cs",         NULL,             ROUTE_PAGE, 5},
};
/* clang-format on */

/* clang-format off */
static const struct web_tab tabs[] = {
  {"/agent/queue/mine", "nav.mine",   "person-check"},
  {"/agent/queue",      "nav.queues", "inbox"},
  {"/agent/ci",         "nav.assets", "hdd-network"},
};
/* clang-format on */

static enum err frame(struct unit *u, struct web *w)
{
    const char *q = web_query(w, "q");

    web_page(w, "search.href", "/agent/search");
    web_page(w, "search.q", q != NULL ? q : "");
    return OK;
}

static const struct program agent = {.name = "agent",
                                     .route = routes,
                                     .n_route = sizeof routes / sizeof routes[0],
                                     .start = services_host,
                                     .frame = frame,
                                     .tab = tabs,
                                     .n_tab = sizeof tabs / sizeof tabs[0],
                                     .area = area_of};

int main(int argc, char **argv)
{
    return web_main(&agent, argc, argv);
}
