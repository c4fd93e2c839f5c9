/* bin/gradus/add.c - gradus add: what a desk needs before its first ticket.
 *
 * For     an admin who sets a desk up: which group gives which role, which queues there are, which services people can choose.
 * Owns    the words of the three commands.
 * Never   changes or removes; invents a role, an area or a tier that the house does not know.
 * Holds   each addition is one unit with its event in the trail of the system. */
#include <stdio.h>

#include "audit/audit.h"
#include "base/text.h"
#include "cmd.h"
#include "desk/catalog.sql.h"
#include "desk/may.h"
#include "desk/person.sql.h"
#include "desk/queue.sql.h"

enum {
    LIMIT_KEY = 40,
    LIMIT_PROCESS = 100,
    LIMIT_NAME = 100,
    LIMIT_DN = 500,
    LIMIT_DESCRIPTION = 500,
    TRAIL_ROLES = 3,
    TRAIL_DESK = 4
};

struct addition {
    const char *role, *group;
    const char *key, *name, *area, *process, *icon, *description;
};

/* clang-format off */
static const char *const areas[] = {
#define TIER_ROLE(role, tier, area) area,
#include "desk/role.def"
#undef TIER_ROLE
};
/* clang-format on */

static enum err log_addition(struct unit *u, enum audit_event event, uint64_t id, const char *subject,
                             const struct audit_field *f)
{
    struct audit_note note = {.event = event, .stream = AUDIT_SYSTEM, .id = id, .subject = subject, .field = f, .n_field = 1};

    return audit_log(u, &note);
}

static enum err add_role(struct unit *u, void *arg)
{
    const struct addition *a = arg;
    struct q_person_role_map_add q = {.in = {.group = a->group, .role = a->role}};
    struct audit_field f = {a->role, NULL, a->group};

    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_person_role_map_add(u, &q));
    return log_addition(u, EV_ROLE_MAP_CHANGED, TRAIL_ROLES, "role map", &f);
}

static enum err add_queue(struct unit *u, void *arg)
{
    const struct addition *a = arg;
    struct q_queue_add q = {.in = {.key = a->key, .name = a->name, .role = a->role}};
    struct audit_field f = {"queue", NULL, a->key};

    if (!may_role(a->role, &q.in.tier, &q.in.area))
        return fail(E_INPUT, "%s: a queue needs a role with a tier", a->role);
    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_queue_add(u, &q));
    return log_addition(u, EV_DESK_CHANGED, TRAIL_DESK, "desk", &f);
}

static enum err add_service(struct unit *u, void *arg)
{
    const struct addition *a = arg;
    struct q_catalog_service_add q = {.in = {.key = a->key,
                                             .name = a->name,
                                             .area = a->area,
                                             .process = a->process,
                                             .icon = a->icon,
                                             .description = a->description}};
    struct audit_field f = {"service", NULL, a->key};

    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_catalog_service_add(u, &q));
    return log_addition(u, EV_DESK_CHANGED, TRAIL_DESK, "desk", &f);
}

/* ---- words ---- */

static enum err text(const char *what, const char *s, size_t most)
{
    size_t n = strlen(s);

    if (n == 0 || n > most || !text_valid(s, n))
        return fail(E_INPUT, "%s: 1 to %zu bytes of UTF-8", what, most);
    return OK;
}

static enum err key(const char *s)
{
    TRY(text("the key", s, LIMIT_KEY));
    if (strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(s))
        return fail(E_INPUT, "%s: a key has small letters, digits, _ and -", s);
    return OK;
}

static enum err words_role(struct cmd *c, struct addition *a)
{
    if (c->argc != 3)
        return fail(E_INPUT, "gradus add role ROLE GROUP-DN");
    a->role = c->argv[1];
    a->group = c->argv[2];
    if (may_caps(a->role) == 0 || strchr(a->role, ',') != NULL)
        return fail(E_INPUT, "%s: there is no such role", a->role);
    return text("the group's name", a->group, LIMIT_DN);
}

static enum err words_queue(struct cmd *c, struct addition *a)
{
    if (c->argc != 4)
        return fail(E_INPUT, "gradus add queue KEY ROLE NAME");
    a->key = c->argv[1];
    a->role = c->argv[2];
    a->name = c->argv[3];
    TRY(key(a->key));
    return text("the name", a->name, LIMIT_NAME);
}

static enum err words_service(struct cmd *c, struct addition *a)
{
    const char *icon = cmd_option(c, "--icon"), *description = cmd_option(c, "--description");
    bool known = false;

    if (c->argc != 5)
        return fail(E_INPUT, "gradus add service KEY AREA PROCESS NAME [--description TEXT] [--icon NAME]");
    *a = (struct addition){.key = c->argv[1],
                           .area = c->argv[2],
                           .process = c->argv[3],
                           .name = c->argv[4],
                           .icon = icon != NULL ? icon : "tools",
                           .description = description != NULL ? description : ""};
    for (size_t i = 0; i < sizeof areas / sizeof areas[0]; i++)
        known |= strcmp(areas[i], a->area) == 0;
    if (!known)
        return fail(E_INPUT, "%s: no team works in this area", a->area);
    TRY(key(a->key));
    TRY(key(a->icon));
    TRY(text("the process's id", a->process, LIMIT_PROCESS));
    if (description != NULL)
        TRY(text("the description", a->description, LIMIT_DESCRIPTION));
    return text("the name", a->name, LIMIT_NAME);
}

/* clang-format off */
static const struct {
    const char *name;
    enum err (*words)(struct cmd *c, struct addition *a);
    unit_fn run;
} kinds[] = {
    {"role",    words_role,    add_role   },
    {"queue",   words_queue,   add_queue  },
    {"service", words_service, add_service},
};
/* clang-format on */

enum err cmd_add(struct cmd *c)
{
    struct addition a = {0};
    struct unit_conf uc;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (c->argc == 0 || strcmp(c->argv[0], kinds[i].name) != 0)
            continue;
        TRY(kinds[i].words(c, &a));
        TRY(cmd_open(c, "cli", &uc));
        TRY(cmd_unit(c, &uc, UNIT_RW, kinds[i].run, &a));
        printf("%s added\n", kinds[i].name);
        return OK;
    }
    return fail(E_INPUT, "gradus add role, queue or service; see gradus(1)");
}
