/* cgi-bin/designer/designer.h - the handlers of gradus-designer. */
#ifndef DESIGNER_DESIGNER_H
#define DESIGNER_DESIGNER_H

#include "flow/deploy.sql.h"
#include "model/dmn/dmn.h"
#include "model/dmn/outline.h"
#include "model/finding.h"
#include "web/web.h"

struct upload_form {
    struct form_files file;
    const char *comment;
};
struct version_form {
    uint64_t version; /* definition.id; 0 = the one in force */
};
struct release_form {
    const char *comment;
};
struct tryout_form {
    uint64_t element;        /* 1 + the number of the decision or service in its model; 0 = the first decision */
    const char *again;       /* given: another decision was chosen, show its inputs and decide nothing */
    struct form_other value; /* v.<number of the element> */
};

enum err model_home(struct unit *u, struct web *w) CHECKED;
enum err model_list(struct unit *u, struct web *w) CHECKED;
enum err model_show(struct unit *u, struct web *w) CHECKED;
enum err model_diagram(struct unit *u, struct web *w) CHECKED;

enum err decision_show(struct unit *u, struct web *w) CHECKED;

enum err tryout_show(struct unit *u, struct web *w) CHECKED;
enum err tryout_decide(struct unit *u, struct web *w) CHECKED;

enum err upload_show(struct unit *u, struct web *w) CHECKED;
enum err upload_check(struct unit *u, struct web *w) CHECKED;

/* ---- version.c: for definitions of either kind; {name} of the path is the key, {id} the version ---- */

enum err version_file(struct unit *u, struct web *w) CHECKED;
enum err version_release(struct unit *u, struct web *w) CHECKED;
enum err version_discard(struct unit *u, struct web *w) CHECKED;

/* Sets model.* and versions.*; *OUT is the version that is shown: of the POST that failed, else as asked for, else the one in force,
 * else the newest. */
enum err version_choose(struct unit *u, struct web *w, const struct q_definition_versions_row **out) CHECKED;
/* The bytes of the version in the path. */
enum err version_load(struct unit *u, struct web *w, struct q_definition_file *q) CHECKED;
/* The stored findings of a version as the list "findings". */
enum err version_put_findings(struct unit *u, struct web *w, uint64_t id) CHECKED;
/* One row of the list "findings": RULE's prose says why there is such a rule. */
/* What keeps the version shown, if it is a draft, from being released. */
enum err version_put_obstacles(struct unit *u, struct web *w, const struct q_definition_versions_row *shown) CHECKED;
void version_put_finding(struct web *w, int row, const struct finding *f);
/* Where the versions of KEY are shown; KIND as stored. */
const char *version_page(struct web *w, const char *kind, const char *key);
const char *version_number(struct web *w, uint64_t n);
/* A person's name; NULL is the house itself. */
const char *version_person(struct web *w, const char *person);

/* ---- table.c: decision models as their author wrote them ---- */

/* A model with the texts of its file. */
struct decision_text {
    const struct dmn *model;
    const struct outline *outline;
};
/* Reads the bytes of a stored version. E_FINDINGS if they would not be accepted any more. */
enum err table_read_model(struct arena *mem, const char *file, struct span bytes, struct decision_text *out) CHECKED;
const struct outline_item *table_outline(const struct decision_text *t, uint32_t element);
/* The decision table of an element, if it has one, below PATH ("hits.0.table"). HIT: mark its rules, NULL = none. ROOM: bytes of text
 * that the page still has for tables, at first TABLE_ROOM. */
enum { TABLE_ROOM = 3 << 20 };
struct table_how {
    const char *path;
    const struct dmn_hit *hit;
    size_t *room;
};
bool table_put(struct web *w, const struct dmn *m, uint32_t element, const struct table_how *how);

/* A value as FEEL would write it: "P1" with its quotes, [1, 2], {days: 1}. */
const char *tryout_feel(struct arena *mem, struct val v);

#endif
