/* cgi-bin/designer/upload.c - a file comes in: it becomes a draft, or a page with everything that is wrong with it.
 *
 * For     the form and its answer.
 * Owns    nothing; checking and storing are flow/deploy.h's.
 * Never   stores a file with an error; stops at the first one.
 * Holds   the refused file's findings stand above the form, which keeps what was typed. */
#include "designer.h"

#include "base/text.h"
#include "flow/deploy.h"

enum err upload_show(struct unit *u, struct web *w)
{
    int64_t most = web_conf(w)->model_max;

    view_int(web_view(w), "limits.bytes", most);
    view_set(web_view(w), "limits.size",
             arena_printf(web_mem(w), most >> 20 > 0 ? "%lld MiB" : "%lld KiB",
                          (long long)(most >> 20 > 0 ? most >> 20 : most >> 10)));
    web_page(w, "title", web_text(w, "model.upload", "Upload"));
    web_page(w, "nav.1.current", "1");
    return OK;
}

static enum err refuse(struct web *w, const char *file, const struct findings *list)
{
    int row = 0;

    for (const struct finding *f = list->first; f != NULL; f = f->next)
        model_put_finding(w, row++, f);
    view_set(web_view(w), "upload.file", file);
    view_set(web_view(w), "upload.errors", arena_printf(web_mem(w), "%d", list->errors));
    view_set(web_view(w), "upload.warnings", list->warnings > 0 ? arena_printf(web_mem(w), "%d", list->warnings) : "");
    return fail(E_FINDINGS, "%s: %d errors", file, list->errors);
}

/* Decision tables come with another part of the house; nobody shall think that one was stored. */
static bool is_dmn(const struct form_file *f)
{
    size_t n = strlen(f->name);

    return (n > 4 && text_same_nocase(f->name + n - 4, ".dmn")) ||
           memmem(f->bytes.p, f->bytes.n, "www.omg.org/spec/DMN/", strlen("www.omg.org/spec/DMN/")) != NULL;
}

enum err upload_check(struct unit *u, struct web *w)
{
    const struct upload_form *form = web_form(w);
    const struct form_file *file = &form->file.file[0];
    struct deploy_draft d = {.file = file->name, .bytes = file->bytes.p, .n = file->bytes.n, .why = form->comment};

    if (file->bytes.n > (size_t)web_conf(w)->model_max)
        return form_error(w, "file", "form.file_toobig");
    if (is_dmn(file)) {
        d.findings = findings_new(u->mem);
        finding_add(&d.findings, FINDING_ERROR, "not-bpmn", 0, "",
                    "This is a decision table (DMN), and only processes can be stored. Upload a BPMN 2.0 file.");
        return refuse(w, file->name, &d.findings);
    }
    enum err e = deploy_draft(u, &d);
    if (e == E_FINDINGS)
        return refuse(w, file->name, &d.findings);
    TRY(e);
    const char *path = arena_printf(web_mem(w), "/designer/model/%s?version=%llu", d.key, (unsigned long long)d.id);
    return reply_see_other_said(w, path, "model.stored_said");
}
