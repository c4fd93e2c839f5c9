/* engine/base/lang.c - text keys to text.
 *
 * For     answering in the language of the person, not of the process.
 * Owns    the mapped .mo files (format: GNU gettext manual, "The Format of GNU MO Files") and the evaluation of plural rules.
 * Never   calls setlocale or gettext: both are one per process, and Debian generates no locales by default.
 * Holds   no offset of a file is used before it was checked against the file's size; a damaged file is a missing one. */
#include "base/lang.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"

enum {
    MO_MAGIC = 0x950412de, /* in the machine's own byte order: we build our catalogues where we run them */
    MO_HEADER = 20,
    LIMIT_MO_TEXTS = 100000,
    LIMIT_PLURAL_RULE = 512,
    LIMIT_PLURAL_DEPTH = 32,
    LIMIT_PLURAL_FORMS = 8,
    LIMIT_ACCEPT = 32,
    LIMIT_FILLED = 65536
};

static const char *const lang_names[LANG_COUNT] = {"en", "de", "it", "pl", "hu"};

struct catalogue {
    const char *map; /* NULL = no such catalogue */
    size_t size;
    uint32_t n, ids, texts; /* number of texts; places of the two tables */
    const char *rule;       /* the plural expression, "" = n != 1 */
};

struct lang {
    struct catalogue of[LANG_COUNT];
};

static uint32_t word(const struct catalogue *c, size_t at)
{
    uint32_t v;

    memcpy(&v, c->map + at, sizeof v);
    return v;
}

static const char *entry(const struct catalogue *c, uint32_t table, uint32_t i, uint32_t *length)
{
    *length = word(c, table + 8 * (size_t)i);
    return c->map + word(c, table + 8 * (size_t)i + 4);
}

/* Every text lies inside the file and ends in NUL, is UTF-8, and the ids are sorted. */
static bool catalogue_sound(const struct catalogue *c)
{
    uint64_t end_ids = (uint64_t)c->ids + 8 * (uint64_t)c->n, end_texts = (uint64_t)c->texts + 8 * (uint64_t)c->n;

    if (c->n > LIMIT_MO_TEXTS || end_ids > c->size || end_texts > c->size)
        return false;
    for (uint32_t table = 0; table < 2; table++) {
        uint32_t at = table == 0 ? c->ids : c->texts;
        for (uint32_t i = 0; i < c->n; i++) {
            uint64_t length = word(c, at + 8 * (size_t)i), place = word(c, at + 8 * (size_t)i + 4);
            if (place + length + 1 > c->size || c->map[place + length] != '\0')
                return false;
            for (size_t done = 0; done <= length; done += strlen(c->map + place + done) + 1) {
                if (!text_valid(c->map + place + done, strlen(c->map + place + done)))
                    return false;
            }
            if (table == 0 && i > 0 && strcmp(c->map + word(c, at + 8 * (size_t)i - 4), c->map + place) >= 0)
                return false;
        }
    }
    return true;
}

static const char *catalogue_find(const struct catalogue *c, const char *key, uint32_t *length)
{
    uint32_t low = 0, high = c->map != NULL ? c->n : 0, unused;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(key, entry(c, c->ids, middle, &unused));
        if (order == 0) {
            const char *text = entry(c, c->texts, middle, length);
            return *text != '\0' ? text : NULL; /* "" = not translated */
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ---- plural rules: a C expression over n with ? : || && == != < > <= >= % ( ) ---- */

struct plural {
    const char *at;
    uint64_t n;
    int depth;
    bool bad;
};

static uint64_t plural_expr(struct plural *p);

static bool take_op(struct plural *p, const char *op)
{
    size_t n = strlen(op);

    while (*p->at == ' ' || *p->at == '\t')
        p->at++;
    if (strncmp(p->at, op, n) != 0)
        return false;
    p->at += n;
    return true;
}

static uint64_t plural_atom(struct plural *p)
{
    uint64_t v = 0;

    if (take_op(p, "(")) {
        v = plural_expr(p);
        p->bad |= !take_op(p, ")");
        return v;
    }
    if (take_op(p, "n"))
        return p->n;
    if (take_op(p, "!"))
        return !plural_atom(p);
    if (*p->at < '0' || *p->at > '9')
        p->bad = true;
    for (; *p->at >= '0' && *p->at <= '9'; p->at++)
        v = v * 10 + (uint64_t)(*p->at - '0');
    return v;
}

static uint64_t plural_modulo(struct plural *p)
{
    uint64_t v = plural_atom(p);

    while (take_op(p, "%")) {
        uint64_t by = plural_atom(p);
        p->bad |= by == 0;
        v = by != 0 ? v % by : 0;
    }
    return v;
}

static uint64_t plural_compare(struct plural *p)
{
    uint64_t v = plural_modulo(p);

    for (;;) {
        if (take_op(p, "=="))
            v = v == plural_modulo(p);
        else if (take_op(p, "!="))
            v = v != plural_modulo(p);
        else if (take_op(p, "<="))
            v = v <= plural_modulo(p);
        else if (take_op(p, ">="))
            v = v >= plural_modulo(p);
        else if (take_op(p, "<"))
            v = v < plural_modulo(p);
        else if (take_op(p, ">"))
            v = v > plural_modulo(p);
        else
            return v;
    }
}

static uint64_t plural_and(struct plural *p)
{
    uint64_t v = plural_compare(p);

    while (take_op(p, "&&")) {
        uint64_t w = plural_compare(p);
        v = v && w;
    }
    return v;
}

static uint64_t plural_or(struct plural *p)
{
    uint64_t v = plural_and(p);

    while (take_op(p, "||")) {
        uint64_t w = plural_and(p);
        v = v || w;
    }
    return v;
}

static uint64_t plural_expr(struct plural *p)
{
    if (++p->depth > LIMIT_PLURAL_DEPTH) {
        p->bad = true;
        return 0;
    }
    uint64_t v = plural_or(p);
    if (take_op(p, "?")) {
        uint64_t yes = plural_expr(p);
        p->bad |= !take_op(p, ":");
        uint64_t no = plural_expr(p);
        v = v ? yes : no;
    }
    p->depth--;
    return v;
}

static uint64_t plural_form(const char *rule, uint64_t n)
{
    struct plural p = {.at = rule, .n = n};
    uint64_t v = *rule != '\0' ? plural_expr(&p) : n != 1;

    return p.bad || v >= LIMIT_PLURAL_FORMS ? 0 : v;
}

/* "Plural-Forms: nplurals=3; plural=EXPR;" of the header entry */
static const char *plural_rule(struct arena *mem, const struct catalogue *c)
{
    uint32_t length;
    const char *head = catalogue_find(c, "", &length);
    const char *rule = head != NULL ? strstr(head, "plural=") : NULL;

    while (rule != NULL && rule > head && rule[-1] != ' ' && rule[-1] != ';')
        rule = strstr(rule + 1, "plural=");
    if (rule == NULL)
        return "";
    rule += strlen("plural=");
    size_t n = strcspn(rule, ";\n");
    const char *text = n < LIMIT_PLURAL_RULE ? arena_strndup(mem, rule, n) : "";
    return strcmp(text, "(n != 1)") == 0 || strcmp(text, "n != 1") == 0
               ? ""
               : text; /* the most frequent one need not be read each time */
}

/* ---- opening ---- */

struct mapping {
    void *p;
    size_t n;
};

static void unmap(void *ptr)
{
    const struct mapping *m = ptr;

    munmap(m->p, m->n);
}

static enum err catalogue_open(struct arena *mem, const char *path, struct catalogue *c)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail(E_CONF, "%s: %s", path, strerror(errno));
    if (fstat(fd, &st) < 0 || st.st_size < MO_HEADER || st.st_size > UINT32_MAX) {
        close(fd);
        return fail(E_CONF, "%s: not a message catalogue", path);
    }
    void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (p == MAP_FAILED)
        return fail(E_CONF, "%s: %s", path, strerror(errno));
    struct mapping *m = ARENA_NEW(mem, struct mapping);
    *m = (struct mapping){.p = p, .n = (size_t)st.st_size};
    arena_at_end(mem, unmap, m);
    struct catalogue made = {.map = p, .size = m->n};
    made.n = word(&made, 8);
    made.ids = word(&made, 12);
    made.texts = word(&made, 16);
    if (word(&made, 0) != MO_MAGIC || !catalogue_sound(&made))
        return fail(E_CONF, "%s: not a sound message catalogue of this machine", path);
    made.rule = plural_rule(mem, &made);
    *c = made;
    return OK;
}

enum err lang_open(struct arena *mem, const char *dir, struct lang **out)
{
    struct lang *l = ARENA_NEW(mem, struct lang);

    for (int i = 0; i < LANG_COUNT; i++) {
        enum err e = catalogue_open(mem, arena_printf(mem, "%s/%s.mo", dir, lang_names[i]), &l->of[i]);
        if (e != OK && i == 0)
            return err_pass(e, __FILE__, __LINE__);
        if (e != OK)
            log_write(LOG_WARNING, "%s; English is shown instead", trouble()->text);
    }
    *out = l;
    return OK;
}

/* ---- asking ---- */

static int lang_index(const char *s)
{
    for (int i = 0; s != NULL && i < LANG_COUNT; i++) {
        if ((s[0] | 0x20) == lang_names[i][0] && s[0] != '\0' && (s[1] | 0x20) == lang_names[i][1] &&
            (s[2] == '\0' || strchr("-_;, ", s[2]) != NULL))
            return i;
    }
    return -1;
}

const char *lang_known(const char *s)
{
    int i = lang_index(s);

    return i >= 0 ? lang_names[i] : NULL;
}

/* "q=0.8" in thousandths; 1000 when nothing or nonsense is said */
static int quality(const char *s, size_t n)
{
    const char *q = memmem(s, n, "q=", 2);

    if (q == NULL || q + 2 >= s + n)
        return 1000;
    int v = q[2] == '1' ? 1000 : 0, scale = 100;
    if (v == 0 && q + 3 < s + n && q[3] == '.') {
        for (const char *d = q + 4; d < s + n && *d >= '0' && *d <= '9' && scale > 0; d++, scale /= 10)
            v += (*d - '0') * scale;
    }
    return v;
}

const char *lang_accept(const char *header)
{
    const char *best = NULL;
    int best_q = 0;

    for (int i = 0; header != NULL && *header != '\0' && i < LIMIT_ACCEPT; i++) {
        header += strspn(header, " ,\t");
        size_t n = strcspn(header, ",");
        const char *known = lang_known(header);
        int q = quality(header, n);
        if (known != NULL && q > best_q) {
            best = known;
            best_q = q;
        }
        header += n;
    }
    return best;
}

const char *lang_find(const struct lang *l, const char *lang, const char *key)
{
    uint32_t unused;
    int i = lang_index(lang);
    const char *text = NULL;

    if (l == NULL || *key == '\0')
        return NULL;
    if (i > 0)
        text = catalogue_find(&l->of[i], key, &unused);
    return text != NULL ? text : catalogue_find(&l->of[0], key, &unused);
}

const char *lang_text(const struct lang *l, const char *lang, const char *key)
{
    const char *text = lang_find(l, lang, key);

    return text != NULL ? text : key;
}

const char *lang_plural(const struct lang *l, const char *lang, const char *key, uint64_t n)
{
    uint32_t length = 0;
    int i = lang_index(lang);
    const char *text = NULL;

    if (l == NULL || *key == '\0')
        return key;
    if (i > 0)
        text = catalogue_find(&l->of[i], key, &length);
    if (text == NULL) {
        i = 0;
        text = catalogue_find(&l->of[0], key, &length);
    }
    if (text == NULL)
        return key;
    const char *end = text + length;
    for (uint64_t form = plural_form(l->of[i].rule, n); form > 0; form--) {
        const char *next = text + strlen(text) + 1;
        if (next > end)
            break;
        text = next;
    }
    return text;
}

char *lang_fill(struct arena *mem, const char *text, const char *const *arg)
{
    struct buf b = buf_new(mem, LIMIT_FILLED);
    int n = 0;

    while (n < LIMIT_LANG_ARGS && arg[n] != NULL)
        n++;
    for (const char *s = text; *s != '\0'; s++) {
        if (s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}') {
            if (s[1] - '1' < n)
                buf_str(&b, arg[s[1] - '1']);
            s += 2;
        } else {
            buf_char(&b, *s);
        }
    }
    return arena_strdup(mem, buf_text(&b));
}
