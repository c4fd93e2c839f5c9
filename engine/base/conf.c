/* engine/base/conf.c - settings.
 *
 * For     one list of settings that is parser, manual and example at once.
 * Owns    the reading of configuration files.
 * Never   the environment, but for the one path; a setting that is not in conf.def.
 * Holds   after conf_read() every value is inside its range. */
#include "base/conf.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

enum { LIMIT_CONF_LINE = 4096, LIMIT_CONF_LINES = 2000 };

enum secret { PLAIN, SECRET };

struct setting {
    const char *name;
    size_t offset;
    bool number;
    enum secret secret;
    const char *text;
    int64_t value, least, most;
    const char *prose;
};

static const struct setting settings[] = {
#define CONF_TEXT(name, def, secret, prose) {#name, offsetof(struct conf, name), false, secret, def, 0, 0, 0, prose},
#define CONF_INT(name, def, least, most, prose)                                                                                \
    {#name, offsetof(struct conf, name), true, PLAIN, NULL, def, least, most, prose},
#include "conf.def"
#undef CONF_TEXT
#undef CONF_INT
};

enum { SETTINGS = sizeof settings / sizeof settings[0] };

static void *field(struct conf *c, const struct setting *s)
{
    return (char *)c + s->offset;
}

void conf_defaults(struct conf *c)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        if (s->number)
            *(int64_t *)field(c, s) = s->value;
        else
            *(const char **)field(c, s) = s->text;
    }
}

static const struct setting *find(const char *name)
{
    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcmp(settings[i].name, name) == 0)
            return &settings[i];
    }
    return NULL;
}

static enum err set(struct arena *mem, const char *place, char *line, struct conf *c, bool *seen)
{
    char *eq = strchr(line, '=');

    if (eq == NULL)
        return fail(E_CONF, "%s: 'name = value' is expected here", place);
    *eq = '\0';
    const char *name = text_clean(mem, line, false);
    const char *value = text_clean(mem, eq + 1, false);
    const struct setting *s = find(name);
    if (s == NULL)
        return fail(E_CONF, "%s: there is no setting '%s'; 'gradus conf' lists them", place, name);
    if (seen[s - settings])
        return fail(E_CONF, "%s: '%s' is set a second time", place, name);
    seen[s - settings] = true;
    if (!s->number) {
        *(const char **)field(c, s) = value;
        return OK;
    }
    int64_t *out = field(c, s);
    if (!text_i64(value, out) || *out < s->least || *out > s->most)
        return fail(E_CONF, "%s: '%s' must be a whole number from %lld to %lld", place, name, (long long)s->least,
                    (long long)s->most);
    return OK;
}

static void file_end(void *f)
{
    fclose(f);
}

static enum err open_file(struct arena *mem, const char *path, FILE **out)
{
    *out = fopen(path, "re");
    if (*out == NULL)
        return fail(E_CONF, "%s: cannot be read (set GRADUS_CONF or give --conf FILE)", path);
    arena_at_end(mem, file_end, *out);
    return OK;
}

enum err conf_read(struct arena *mem, const char *path, struct conf *c)
{
    bool seen[SETTINGS] = {false};
    char line[LIMIT_CONF_LINE];
    FILE *f;

    conf_defaults(c);
    TRY(open_file(mem, path, &f));
    for (int n = 1; fgets(line, sizeof line, f) != NULL; n++) {
        size_t len = strlen(line);
        const char *place = arena_printf(mem, "%s:%d", path, n);
        if (n > LIMIT_CONF_LINES || (len + 1 == sizeof line && line[len - 1] != '\n'))
            return fail(E_CONF, "%s: the file or this line is too long", place);
        if (!text_valid(line, len))
            return fail(E_CONF, "%s: this line is not UTF-8", place);
        const char *first = line + strspn(line, " \t\r\n");
        if (*first != '\0' && *first != '#')
            TRY(set(mem, place, line, c, seen));
    }
    return OK;
}

const char *conf_path(void)
{
    const char *path = getenv("GRADUS_CONF");

    return path != NULL && *path != '\0' ? path : "/etc/gradus/gradus.conf";
}

enum err conf_db_password(struct arena *mem, const struct conf *c, const char *account, const char **out)
{
    char line[LIMIT_CONF_LINE];
    FILE *f;

    *out = c->db_password;
    if (c->db_passwords[0] == '\0')
        return OK;
    TRY(open_file(mem, c->db_passwords, &f));
    size_t n = strlen(account);
    while (fgets(line, sizeof line, f) != NULL) {
        if (strncmp(line, account, n) == 0 && line[n] == ' ') {
            *out = text_clean(mem, line + n + 1, false);
            return OK;
        }
    }
    return fail(E_CONF, "%s: no line for the account '%s'", c->db_passwords, account);
}

void conf_example(struct buf *b, const struct conf *c, bool effective)
{
    struct conf copy = *c;

    for (size_t i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        buf_fmt(b, "# %s", s->prose);
        if (s->number)
            buf_fmt(b, " (%lld to %lld)", (long long)s->least, (long long)s->most);
        buf_fmt(b, "\n%s%s = ", effective ? "" : "#", s->name);
        if (s->number)
            buf_fmt(b, "%lld\n\n", (long long)*(int64_t *)field(&copy, s));
        else
            buf_fmt(b, "%s\n\n", effective && s->secret == SECRET ? "********" : *(const char **)field(&copy, s));
    }
}
