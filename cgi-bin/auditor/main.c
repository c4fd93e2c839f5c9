/* cgi-bin/auditor/main.c - gradus-auditor: what the internal audit uses.
 *
 * For     reading, checking and taking away the trail of tickets and of process versions.
 * Owns    its route table and forms.
 * Never   changes anything; its account may only append to the trail that somebody looked.
 * Holds   an export is made anew each time it is asked for, and each one leaves its event. */
#include "auditor.h"

#include "desk/area.h"
#include "desk/may.h"

/* clang-format off */
static const struct form_field find_fields[] = {
 /* name        kind         required  least  most       choices     offset */
  {"q",         FORM_TEXT,   false,    0,     200,       NULL,       offsetof(struct find_form, q)},
  {"from",      FORM_TEXT,   false,    10,    10,        NULL,       offsetof(struct find_form, from)},
  {"to",        FORM_TEXT,   false,    10,    10,        NULL,       offsetof(struct find_form, to)},
  {"after",     FORM_TEXT,   false,    0,     60,        NULL,       offsetof(struct find_form, after)},
};
static const struct form_field page_fields[] = {
  {"after",     FORM_INT,    false,    0,     INT64_MAX, NULL,       offsetof(struct page_form, after)},
  {"checked",   FORM_BOOL,   false,    0,     0,         NULL,       offsetof(struct page_form, checked)},
};
static const struct form_field export_fields[] = {
  {"format",    FORM_CHOICE, true,     0,     0,         "csv json", offsetof(struct export_form, format)},
};
static const struct form_def find_def   = {"find",   find_fields,   4, sizeof(struct find_form)};
static const struct form_def page_def   = {"page",   page_fields,   2, sizeof(struct page_form)};
static const struct form_def export_def = {"export", export_fields, 1, sizeof(struct export_form)};

static const struct route routes[] = {
 /* method  path                       capability        form         run                   template                      form page           kind        statements forget */
  { GET,   "/",                        CAP_TRAIL_SEE,    NULL,        trail_home,           NULL,                         NULL,               ROUTE_PAGE, 1},
  { GET,   "/trail",                   CAP_TRAIL_SEE,    &find_def,   trail_list,           "auditor/trail/list.cs",      NULL,               ROUTE_PAGE, 3},
  { GET,   "/trail/{ref}",             CAP_TRAIL_SEE,    &page_def,   trail_show,           "auditor/trail/show.cs",      NULL,               ROUTE_PAGE, 6},
  { POST,  "/trail/{ref}/check",       CAP_TRAIL_SEE,    NULL,        trail_run_check,      NULL,                         "/trail/{ref}",     ROUTE_PAGE, 10},
  { POST,  "/trail/{ref}/export",      CAP_TRAIL_EXPORT, &export_def, trail_send,           NULL,                         "/trail/{ref}",     ROUTE_PAGE, 60, true},
  { GET,   "/definition",              CAP_TRAIL_SEE,    &page_def,   definition_list,      "auditor/definition/list.cs", NULL,               ROUTE_PAGE, 2},
  { GET,   "/definition/{id}",         CAP_TRAIL_SEE,    &page_def,   definition_show,      "auditor/trail/show.cs",      NULL,               ROUTE_PAGE, 6},
  { POST,  "/definition/{id}/check",   CAP_TRAIL_SEE,    NULL,        definition_run_check, NULL,                         "/definition/{id}", ROUTE_PAGE, 10},
  { POST,  "/definition/{id}/export",  CAP_TRAIL_EXPORT, &export_def, definition_send,      NULL,                         "/definition/{id}", ROUTE_PAGE, 60, true},
};
/* clang-format on */

/* clang-format off */
static const struct web_tab tabs[] = {
  {"/auditor/trail",      "trail.list",        "fingerprint"},
  {"/auditor/definition", "trail.definitions", "diagram-3"},
};
/* clang-format on */

static const struct program auditor = {.name = "auditor",
                                       .route = routes,
                                       .n_route = sizeof routes / sizeof routes[0],
                                       .tab = tabs,
                                       .n_tab = sizeof tabs / sizeof tabs[0],
                                       .area = area_of};

int main(int argc, char **argv)
{
    return web_main(&auditor, argc, argv);
}
