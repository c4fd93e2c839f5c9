/* engine/web/view.c - plain values into templates; the door to ClearSilver (libneo_cs, libneo_utl; never libneo_cgi).
 *
 * For     rendering a template with a dataset, in the language of the person.
 * Owns    the parsed templates (one per template and language, kept for the life of the process) and the dataset of a request.
 * Never   lets a type of ClearSilver out; puts outside data into a path of the dataset; loads a file from outside its folder.
 * Holds   Config.VarEscapeMode=html is set before a template is parsed, so every variable is escaped unless safe.cs says
 * otherwise.
 *
 * A template is prepared when it is loaded: #{key} becomes the text of the key, #{key|Page.user} the text with the variable at
 * {1} (a second variable at {2}, …). In the page the text is HTML-escaped; inside a ClearSilver tag (an argument of a macro) it
 * stands as it is, since the variable that it becomes is escaped on output. So no translation function and no global is needed.
 *
 * The dataset of a page: Page User Form Error Static come from web/; the handler's values stand beside them and begin with a
 * small letter (and Pager). A missing variable renders as nothing in production, as UNSET(name) in strict mode, which the tests
 * of the templates use; only Form.* may be missing there, since a form that is shown first has no values. */
#include <ClearSilver.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/format.h"
#include "base/log.h"
#include "web/web_int.h"

enum {
    LIMIT_TEMPLATE = 262144,
    LIMIT_INCLUDES = 40,
    LIMIT_VIEW_PATH = 120,
    LIMIT_VIEW_DEPTH = 12,
    LIMIT_TEXT_TAG = 200 /* bytes of #{…} */
};

struct views {
    struct arena *mem;
    const char *dir;
    const struct lang *lang;
    struct map parsed; /* "de agent/queue/show.cs" -> struct template */
    bool strict;
    HDF *config;
};

struct template
{
    CSPARSE *parse;
    struct views *views;
    const char *lang;
    int includes;
};

struct view {
    struct arena *mem;
    HDF *hdf;
    const struct lang *lang;
    const char *lang_name;
    int64_t now;
    bool bad; /* a path or value was refused: rendering fails */
};

/* ---- errors of the library ---- */

static enum err neo(NEOERR *e, const char *what)
{
    STRING text;

    if (e == STATUS_OK)
        return OK;
    string_init(&text);
    nerr_error_traceback(e, &text);
    enum err code = fail(E_BUG, "%s: %s", what, text.buf != NULL ? text.buf : "?");
    string_clear(&text);
    nerr_ignore(&e);
    return code;
}

static void hdf_end(void *p)
{
    HDF *h = p;

    hdf_destroy(&h);
}

static void parse_end(void *p)
{
    CSPARSE *c = p;

    cs_destroy(&c);
}

/* ---- loading: files and the texts in them ---- */

static enum err file_read(struct arena *mem, const struct views *vs, const char *name, char **out)
{
    struct stat st;

    name += strspn(name, "/");
    if (*name == '\0' || strstr(name, "..") != NULL)
        return fail(E_BUG, "template '%s' is outside the folder", name);
    const char *path = arena_printf(mem, "%s/%s", vs->dir, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(E_BUG, "template %s: %s", path, strerror(errno));
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > LIMIT_TEMPLATE) {
        close(fd);
        return fail(E_BUG, "template %s: no file of at most %d bytes", path, LIMIT_TEMPLATE);
    }
    char *text = arena_alloc(mem, (size_t)st.st_size + 1);
    ssize_t n = read(fd, text, (size_t)st.st_size);
    close(fd);
    if (n != st.st_size || !text_valid(text, (size_t)n))
        return fail(E_BUG, "template %s: not readable as UTF-8", path);
    *out = text;
    return OK;
}

static void put_escaped(struct buf *b, const char *s)
{
    for (; *s != '\0'; s++) {
        switch (*s) {
        case '&':
            buf_str(b, "&amp;");
            break;
        case '<':
            buf_str(b, "&lt;");
            break;
        case '>':
            buf_str(b, "&gt;");
            break;
        case '"':
            buf_str(b, "&quot;");
            break;
        case '\'':
            buf_str(b, "&#39;");
            break;
        default:
            buf_char(b, *s);
        }
    }
}

static bool name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || (c >= 'A' && c <= 'Z');
}

/* A name that may stand in a tag we write: letters, digits, '_' and '.'. */
static bool name_plain(const char *s)
{
    while (name_char(*s))
        s++;
    return *s == '\0';
}

static void put_variable(struct buf *b, const char *name, bool strict)
{
    if (strict)
        buf_fmt(b, "<?cs if:?%s ?><?cs var:%s ?><?cs else ?>UNSET(%s)<?cs /if ?>", name, name, name);
    else
        buf_fmt(b, "<?cs var:%s ?>", name);
}

/* The text of one #{key|var|var}: in a page escaped and with its variables, in a tag as it stands. */
static enum err put_text(struct buf *b, const struct template *t, char *tag, bool in_tag)
{
    char *save = tag, *key = strsep(&save, "|"), *var[LIMIT_LANG_ARGS] = {0};
    const char *text = lang_find(t->views->lang, t->lang, key);

    if (text == NULL && t->views->strict && t->views->lang != NULL)
        return fail(E_BUG, "text key '%s' is in no catalogue", key);
    if (text == NULL)
        text = key;
    for (int i = 0; save != NULL; i++) {
        char *name = strsep(&save, "|");
        if (i == LIMIT_LANG_ARGS || in_tag || !name_plain(name))
            return fail(E_BUG, "#{%s|…}: bad variable", key);
        var[i] = name;
    }
    if (in_tag) {
        for (; *text != '\0'; text++) { /* a quote would end the string, "?>" the tag */
            if (*text == '"')
                buf_str(b, "\xe2\x80\x9d");
            else if (*text != '?' || text[1] != '>')
                buf_char(b, *text);
        }
        return OK;
    }
    char piece[2] = "";
    for (; *text != '\0'; text++) {
        if (text[0] == '{' && text[1] >= '1' && text[1] <= '9' && text[2] == '}' && var[text[1] - '1'] != NULL) {
            put_variable(b, var[text[1] - '1'], t->views->strict);
            text += 2;
        } else {
            piece[0] = *text;
            put_escaped(b, piece);
        }
    }
    return OK;
}

/* Strict mode: <?cs var:a.b ?> also says when it is not there. Returns the bytes that were taken. */
static size_t put_strict(struct buf *b, struct arena *mem, const char *s)
{
    static const char open[] = "<?cs var:";
    size_t skip = sizeof open - 1;

    if (strncmp(s, open, skip) != 0)
        return 0;
    size_t n = strcspn(s + skip, " ?");
    const char *rest = s + skip + n;
    const char *name = arena_strndup(mem, s + skip, n);
    rest += strspn(rest, " ");
    if (n == 0 || !name_plain(name) || text_starts(name, "Form.") || strncmp(rest, "?>", 2) != 0)
        return 0;
    put_variable(b, name, true);
    return (size_t)(rest + 2 - s);
}

static enum err prepare(struct arena *mem, const struct template *t, const char *s, struct buf *b)
{
    bool in_tag = false;

    while (*s != '\0') {
        size_t taken = t->views->strict && !in_tag ? put_strict(b, mem, s) : 0;
        if (taken > 0) {
            s += taken;
            continue;
        }
        if (strncmp(s, "<?cs", 4) == 0)
            in_tag = true;
        else if (strncmp(s, "?>", 2) == 0)
            in_tag = false;
        if (s[0] != '#' || s[1] != '{') {
            buf_char(b, *s++);
            continue;
        }
        size_t n = strcspn(s, "}");
        if (s[n] == '\0' || n > LIMIT_TEXT_TAG)
            return fail(E_BUG, "#{ without }");
        TRY(put_text(b, t, arena_strndup(mem, s + 2, n - 2), in_tag));
        s += n + 1;
    }
    return buf_done(b);
}

static NEOERR *load(void *ctx, HDF *hdf, const char *name, char **contents)
{
    struct template *t = ctx;
    struct arena *mem = arena_new(0);
    struct buf b = buf_new(mem, 4 * LIMIT_TEMPLATE);
    char *text = NULL;
    STRING out;
    NEOERR *e = STATUS_OK;

    string_init(&out);
    enum err code =
        ++t->includes <= LIMIT_INCLUDES ? file_read(mem, t->views, name, &text) : fail(E_BUG, "%s: too many includes", name);
    if (code == OK)
        code = prepare(mem, t, text, &b);
    if (code == OK) /* the library owns and frees the text, so it must come from its own allocator */
        e = string_append(&out, buf_text(&b));
    if (code != OK)
        e = nerr_raise(NERR_IO, "%s: %s", name, trouble()->text);
    if (e == STATUS_OK && out.buf == NULL)
        e = string_appendn(&out, "\n", 1);
    *contents = out.buf;
    arena_free(mem);
    return e;
}

enum err views_open(struct arena *mem, const char *dir, const struct lang *lang, struct views **out)
{
    struct views *vs = ARENA_NEW(mem, struct views);

    *vs = (struct views){.mem = mem, .dir = dir, .lang = lang, .parsed = map_new(mem)};
    TRY(neo(hdf_init(&vs->config), "hdf_init"));
    arena_at_end(mem, hdf_end, vs->config);
    TRY(neo(hdf_set_value(vs->config, "Config.VarEscapeMode", "html"), "escape mode"));
    *out = vs;
    return OK;
}

void views_strict(struct views *v)
{
    v->strict = true;
}

static enum err template_get(struct views *vs, const char *name, const char *lang, struct template **out)
{
    char key[256];

    if (snprintf(key, sizeof key, "%s %s", lang, name) >= (int)sizeof key)
        return fail(E_BUG, "template name '%s'", name);
    *out = map_get(&vs->parsed, key);
    if (*out != NULL)
        return OK;
    struct template *t = ARENA_NEW(vs->mem, struct template);
    *t = (struct template){.views = vs, .lang = lang};
    TRY(neo(cs_init(&t->parse, vs->config), name));
    cs_register_fileload(t->parse, t, load);
    NEOERR *e = cs_parse_file(t->parse, name);
    if (e != STATUS_OK) {
        cs_destroy(&t->parse);
        return neo(e, name);
    }
    arena_at_end(vs->mem, parse_end, t->parse);
    map_set(&vs->parsed, arena_strdup(vs->mem, key), t);
    *out = t;
    return OK;
}

/* ---- the dataset ---- */

void view_language(struct view *v, const char *lang_name)
{
    v->lang_name = lang_name;
}

struct view *view_new(struct arena *mem, const struct lang *lang, const char *lang_name)
{
    struct view *v = ARENA_NEW(mem, struct view);

    *v = (struct view){.mem = mem, .lang = lang, .lang_name = lang_name, .now = clock_now()};
    if (neo(hdf_init(&v->hdf), "hdf_init") != OK)
        v->bad = true;
    else
        arena_at_end(mem, hdf_end, v->hdf);
    return v;
}

/* Letters, digits and '_' in parts divided by single dots; at most LIMIT_VIEW_DEPTH parts (the library recurses). */
static bool path_sound(const char *s)
{
    const char *start = s;
    int depth = 1;

    if (*s == '.' || *s == '\0')
        return false;
    for (; *s != '\0'; s++) {
        if (!name_char(*s) || (*s == '.' && (s[1] == '.' || s[1] == '\0' || ++depth > LIMIT_VIEW_DEPTH)))
            return false;
    }
    return s - start <= LIMIT_VIEW_PATH;
}

/* NODE.NAME = VALUE; PATH is for the log. */
static void put_value(struct view *v, HDF *node, const char *name, const char *value, const char *path)
{
    if (node == NULL || neo(hdf_set_value(node, name, value != NULL ? value : ""), path) != OK) {
        log_write(LOG_ERR, "view: cannot set '%s'", path);
        v->bad = true;
    }
}

void view_page(struct view *v, const char *path, const char *value)
{
    put_value(v, path_sound(path) ? v->hdf : NULL, path, value, path);
}

/* May a handler set this path? */
static bool handlers_own(struct view *v, const char *path)
{
    bool own = (path[0] >= 'a' && path[0] <= 'z') || text_starts(path, "Pager.");

    if (!own) {
        log_write(LOG_ERR, "view: '%s' is not a handler's to set", path);
        v->bad = true;
    }
    return own;
}

void view_set(struct view *v, const char *path, const char *value)
{
    if (handlers_own(v, path))
        view_page(v, path, value);
}

void view_clear(struct view *v)
{
    HDF *child;

    while (v->hdf != NULL && (child = hdf_obj_child(v->hdf)) != NULL) {
        if (neo(hdf_remove_tree(v->hdf, hdf_obj_name(child)), "clear") != OK) {
            v->bad = true;
            return;
        }
    }
}

void view_int(struct view *v, const char *path, int64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, value);
    view_set(v, path, text);
}

void view_bool(struct view *v, const char *path, bool value)
{
    view_set(v, path, value ? "1" : "");
}

void view_setf(struct view *v, const char *value, const char *fmt, ...)
{
    char path[LIMIT_VIEW_PATH + 1];
    va_list ap;

    va_start(ap, fmt);
    if (format_into(path, sizeof path, fmt, ap) >= (int)sizeof path)
        v->bad = true;
    else
        view_set(v, path, value);
    va_end(ap);
}

void view_textf(struct view *v, const char *key, const char *fmt, ...)
{
    char path[LIMIT_VIEW_PATH + 1];
    va_list ap;

    va_start(ap, fmt);
    if (format_into(path, sizeof path, fmt, ap) >= (int)sizeof path)
        v->bad = true;
    else
        view_set(v, path, lang_text(v->lang, v->lang_name, key));
    va_end(ap);
}

void view_text(struct view *v, const char *path, const char *key, ...)
{
    const char *arg[LIMIT_LANG_ARGS + 1] = {0};
    va_list ap;

    va_start(ap, key);
    for (int i = 0; i < LIMIT_LANG_ARGS; i++) {
        arg[i] = va_arg(ap, const char *);
        if (arg[i] == NULL)
            break;
    }
    va_end(ap);
    view_set(v, path, lang_fill(v->mem, lang_text(v->lang, v->lang_name, key), arg));
}

/* ---- moments ---- */

/* Dates as people of a language write them (CLDR, medium date); strftime knows one locale per process. */
static const char *date_text(struct arena *mem, const char *lang, int64_t t)
{
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const char *zone;
    int64_t local = t + clock_ahead(t, &zone) * CLOCK_SECOND;
    int64_t days = local / CLOCK_DAY - (local % CLOCK_DAY < 0), rest = local - days * CLOCK_DAY, year;
    int m, d;

    clock_civil(days, &year, &m, &d);
    int hour = (int)(rest / CLOCK_HOUR), minute = (int)(rest / CLOCK_MINUTE % 60);
    if (strcmp(lang, "de") == 0 || strcmp(lang, "pl") == 0)
        return arena_printf(mem, "%02d.%02d.%04" PRId64 " %02d:%02d %s", d, m, year, hour, minute, zone);
    if (strcmp(lang, "it") == 0)
        return arena_printf(mem, "%02d/%02d/%04" PRId64 " %02d:%02d %s", d, m, year, hour, minute, zone);
    if (strcmp(lang, "hu") == 0)
        return arena_printf(mem, "%04" PRId64 ". %02d. %02d. %02d:%02d %s", year, m, d, hour, minute, zone);
    return arena_printf(mem, "%d %s %04" PRId64 ", %02d:%02d %s", d, month[m - 1], year, hour, minute, zone);
}

static const char *ago_text(const struct view *v, int64_t t)
{
    static const struct {
        int64_t unit;
        const char *past, *future;
    } step[] = {{CLOCK_DAY, "time.days_ago", "time.in_days"},
                {CLOCK_HOUR, "time.hours_ago", "time.in_hours"},
                {CLOCK_MINUTE, "time.minutes_ago", "time.in_minutes"}};
    int64_t apart = v->now > t ? v->now - t : t - v->now;
    char number[24];
    const char *arg[] = {number, NULL};

    for (size_t i = 0; i < sizeof step / sizeof step[0]; i++) {
        if (apart < step[i].unit)
            continue;
        uint64_t n = (uint64_t)(apart / step[i].unit);
        snprintf(number, sizeof number, "%" PRIu64, n);
        return lang_fill(v->mem, lang_plural(v->lang, v->lang_name, v->now > t ? step[i].past : step[i].future, n), arg);
    }
    return lang_text(v->lang, v->lang_name, "time.now");
}

/* The node is looked up once: a page has many moments, each with three texts below a long path. */
void view_time(struct view *v, const char *path, int64_t t)
{
    HDF *node = NULL;

    if (!handlers_own(v, path))
        return;
    if (v->hdf == NULL || !path_sound(path) || neo(hdf_get_node(v->hdf, path, &node), path) != OK)
        node = NULL;
    put_value(v, node, "iso", clock_text(v->mem, t), path);
    put_value(v, node, "text", date_text(v->mem, v->lang_name, t), path);
    put_value(v, node, "ago", ago_text(v, t), path);
}

/* ---- rendering ---- */

static NEOERR *collect(void *ctx, char *s)
{
    buf_str(ctx, s);
    return STATUS_OK;
}

enum err view_render(struct views *vs, struct view *v, const char *name, struct buf *out)
{
    struct template *t;

    if (v->bad)
        return fail(E_BUG, "the page's data could not be set");
    TRY(template_get(vs, name, v->lang_name, &t));
    t->parse->hdf = v->hdf;
    NEOERR *e = cs_render(t->parse, out, collect);
    t->parse->hdf = vs->config;
    TRY(neo(e, name));
    return buf_done(out);
}
