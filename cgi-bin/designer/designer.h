/* cgi-bin/designer/designer.h - the handlers of gradus-designer. */
#ifndef DESIGNER_DESIGNER_H
#define DESIGNER_DESIGNER_H

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

enum err model_home(struct unit *u, struct web *w) CHECKED;
enum err model_list(struct unit *u, struct web *w) CHECKED;
enum err model_show(struct unit *u, struct web *w) CHECKED;
enum err model_file(struct unit *u, struct web *w) CHECKED;
enum err model_diagram(struct unit *u, struct web *w) CHECKED;
enum err model_release(struct unit *u, struct web *w) CHECKED;
enum err model_discard(struct unit *u, struct web *w) CHECKED;

enum err upload_show(struct unit *u, struct web *w) CHECKED;
enum err upload_check(struct unit *u, struct web *w) CHECKED;

/* One row of the list "findings": RULE's prose says why there is such a rule. */
void model_put_finding(struct web *w, int row, const struct finding *f);

#endif
