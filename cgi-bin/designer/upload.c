/* cgi-bin/designer/upload.c - a file comes in: it becomes a draft, or a page with everything that is wrong with it.
 *
 * For     the form and its answer.
 * Owns    nothing; checking and storing are flow/deploy.h's.
 * Never   stores a file with an error; stops at the first one.
 * Holds   the refused file's findings stand above the form, which keeps what was typed. */
#include "designer.h"

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
        version_put_finding(w, row++, f);
    view_set(web_view(w), "upload.file", file);
    view_set(web_view(w), "upload.errors", arena_printf(web_mem(w), "%d", list->errors));
    view_set(web_view(w), "upload.warnings", list->warnings > 0 ? arena_printf(web_mem(w), "%d", list->warnings) : "");
    return fail(E_FINDINGS, "%s: %d errors", file, list->errors);
}

enum err upload_check(struct unit *u, struct web *w)
{
    const struct upload_form *form = web_form(w);
    const struct form_file *file = &form->file.file[0];
    struct deploy_draft d = {.file = file->name, .bytes = file->bytes.p, .n = file->bytes.n, .why = form->comment};

    if (file->bytes.n > (size_t)web_conf(w)->model_max)
        return form_error(w, "file", "form.file_toobig");
    enum err e = deploy_draft(u, &d);
    if (e == E_FINDINGS)
        return refuse(w, file->name, &d.findings);
    TRY(e);
    const char *page = version_page(w, d.decision ? "dmn" : "bpmn", d.key);
    return reply_see_other_said(w, arena_printf(web_mem(w), "%s?version=%llu", page, (unsigned long long)d.id),
                                "model.stored_said");
}
