/* cgi-bin/designer/main.c - gradus-designer: what process owners use.
 *
 * For     uploading processes and decision models, seeing what is wrong with them, trying decisions, releasing another person's draft.
 * Owns    its route table and forms.
 * Never   tickets: its account reads definitions and counts instances, nothing else of the desk.
 * Holds   a model's bytes leave as they came; the author of a draft is not who releases it. */
#include "designer.h"

#include "desk/area.h"
#include "desk/may.h"
#include "desk/services.h"

/* clang-format off */
static const struct form_field upload_fields[] = {
 /* name        kind         required  least  most  choices  offset */
  {"file",      FORM_FILES,  true,     0,     1,    NULL,    offsetof(struct upload_form, file)},
  {"comment",   FORM_LINES,  false,    0,     2000, NULL,    offsetof(struct upload_form, comment)},
};
static const struct form_field version_fields[] = {
  {"version",   FORM_ID,     false,    0,     0,    NULL,    offsetof(struct version_form, version)},
};
static const struct form_field release_fields[] = {
  {"comment",   FORM_TEXT,   false,    0,     2000, NULL,    offsetof(struct release_form, comment)},
};
static const struct form_field tryout_fields[] = {
  {"element",   FORM_ID,     false,    0,     0,    NULL,    offsetof(struct tryout_form, element)},
  {"again",     FORM_TEXT,   false,    0,     10,   NULL,    offsetof(struct tryout_form, again)},
  {"v.",        FORM_OTHER,  false,    0,     0,    NULL,    offsetof(struct tryout_form, value)},
};
static const struct form_def upload_def  = {"upload",  upload_fields,  2, sizeof(struct upload_form)};
static const struct form_def version_def = {"version", version_fields, 1, sizeof(struct version_form)};
static const struct form_def release_def = {"release", release_fields, 1, sizeof(struct release_form)};
static const struct form_def tryout_def  = {"tryout",  tryout_fields,  3, sizeof(struct tryout_form)};

static const struct route routes[] = {
 /* method  path                            capability         form         run              template                     form page              kind        statements */
  { GET,   "/",                             CAP_MODEL_SEE,     NULL,         model_home,      NULL,                        NULL,                  ROUTE_PAGE, 1},
  { GET,   "/model",                        CAP_MODEL_SEE,     NULL,         model_list,      "designer/model/list.cs",    NULL,                  ROUTE_PAGE, 2},
  { GET,   "/model/{name}",                 CAP_MODEL_SEE,     &version_def, model_show,      "designer/model/show.cs",    NULL,                  ROUTE_PAGE, 5},
  { GET,   "/model/{name}/{id}/file",       CAP_MODEL_SEE,     NULL,         version_file,    NULL,                        NULL,                  ROUTE_PAGE, 2},
  { GET,   "/model/{name}/{id}/diagram",    CAP_MODEL_SEE,     NULL,         model_diagram,   NULL,                        NULL,                  ROUTE_PAGE, 2},
  { POST,  "/model/{name}/{id}/release",    CAP_MODEL_RELEASE, &release_def, version_release, NULL,                        "/model/{name}",       ROUTE_PAGE, 14},
  { POST,  "/model/{name}/{id}/discard",    CAP_MODEL_EDIT,    NULL,         version_discard, NULL,                        "/model/{name}",       ROUTE_PAGE, 9},
  { GET,   "/decision/{name}",              CAP_MODEL_SEE,     &version_def, decision_show,   "designer/decision/show.cs", NULL,                  ROUTE_PAGE, 6},
  { GET,   "/decision/{name}/{id}/file",    CAP_MODEL_SEE,     NULL,         version_file,    NULL,                        NULL,                  ROUTE_PAGE, 2},
  { POST,  "/decision/{name}/{id}/release", CAP_MODEL_RELEASE, &release_def, version_release, NULL,                        "/decision/{name}",    ROUTE_PAGE, 13},
  { POST,  "/decision/{name}/{id}/discard", CAP_MODEL_EDIT,    NULL,         version_discard, NULL,                        "/decision/{name}",    ROUTE_PAGE, 9},
  { GET,   "/tryout/{name}/{id}",           CAP_MODEL_SEE,     &tryout_def,  tryout_show,     "designer/tryout/show.cs",   NULL,                  ROUTE_PAGE, 2},
  { POST,  "/tryout/{name}/{id}",           CAP_MODEL_SEE,     &tryout_def,  tryout_decide,   "designer/tryout/show.cs",   NULL,                  ROUTE_PAGE, 2},
  { GET,   "/upload",                       CAP_MODEL_EDIT,    NULL,         upload_show,     "designer/upload/show.cs",   NULL,                  ROUTE_PAGE, 1},
  { POST,  "/upload",                       CAP_MODEL_EDIT,    &upload_def,  upload_check,    NULL,                        NULL,                  ROUTE_PAGE, 10},
};
/* clang-format on */

/* clang-format off */
static const struct web_tab tabs[] = {
  {"/designer/model",  "model.list",   "diagram-3"},
  {"/designer/upload", "model.upload", "upload"},
};
/* clang-format on */

static const struct program designer = {.name = "designer",
                                        .route = routes,
                                        .n_route = sizeof routes / sizeof routes[0],
                                        .start = services_host,
                                        .tab = tabs,
                                        .n_tab = sizeof tabs / sizeof tabs[0],
                                        .area = area_of};

int main(int argc, char **argv)
{
    return web_main(&designer, argc, argv);
}
