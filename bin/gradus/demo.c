/* bin/gradus/demo.c - gradus demo load, advance.
 *
 * For     a desk that can be tried at once: queues, services, 60 assets, 200 tickets over six months in all states.
 * Owns    the demo's texts (demo.def); every ticket goes through the same verbs and accounts as a real one.
 * Never   runs on a desk that has queues already.
 * Holds   the same seed gives the same tickets. */
#include <stdio.h>

#include "audit/audit.h"
#include "base/clock.h"
#include "base/text.h"
#include "cmd.h"
#include "desk/demo.sql.h"
#include "desk/person.h"
#include "desk/person.sql.h"
#include "desk/ticket.h"
#include "dir/dir.h"
#include "dir/roles.h"

enum { TICKETS = 200, MONTHS_DAYS = 180, LIMIT_DEMO_PEOPLE = 100 };

struct demo_queue {
    const char *key, *name, *tier, *area, *role;
};
struct demo_service {
    const char *key, *name, *description, *icon, *area, *process;
};
struct demo_class {
    const char *key, *name, *icon;
    bool personal;
};
struct demo_item {
    int class;
    const char *name, *vendor, *model;
};
struct demo_story {
    int service;
    const char *title, *body, *impact, *urgency;
};
struct demo_role {
    const char *group, *role;
};

/* clang-format off */
static const struct demo_queue queues[] = {
#define QUEUE(key, name, tier, area, role) {key, name, tier, area, role},
#include "demo.def"
#undef QUEUE
};
static const struct demo_service services[] = {
#define SERVICE(key, name, description, icon, area, process) {key, name, description, icon, area, process},
#include "demo.def"
#undef SERVICE
};
static const struct demo_class classes[] = {
#define CLASS(key, name, icon, personal) {key, name, icon, personal},
#include "demo.def"
#undef CLASS
};
static const struct demo_item items[] = {
#define ITEM(class, name, vendor, model) {class, name, vendor, model},
#include "demo.def"
#undef ITEM
};
static const struct demo_story stories[] = {
#define STORY(service, title, body, impact, urgency) {service, title, body, impact, urgency},
#include "demo.def"
#undef STORY
};
static const struct demo_role roles[] = {
#define ROLE(group, role) {group, role},
#include "demo.def"
#undef ROLE
};
static const char *const people[] = {
#define PERSON(uid) uid,
#include "demo.def"
#undef PERSON
};
static const char *const places[] = {
#define PLACE(name) name,
#include "demo.def"
#undef PLACE
};
static const char *const findings[] = {
#define FINDING(text) text,
#include "demo.def"
#undef FINDING
};
static const char *const solutions[] = {
#define SOLUTION(text) text,
#include "demo.def"
#undef SOLUTION
};
/* clang-format on */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct demo {
    struct cmd *c;
    struct unit_conf cli, portal, agent;
    struct actor actor[LIMIT_DEMO_PEOPLE];
    size_t n_actor;
    uint64_t service[COUNT(services)];
    uint64_t seed;
    int64_t start, end;
};

/* SplitMix64: small, and the same on every machine. */
static uint64_t next(struct demo *d, uint64_t below)
{
    uint64_t z = d->seed += 0x9e3779b97f4a7c15ULL;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return (z ^ z >> 31) % below;
}

/* ---- master data ---- */

static enum err add_queues(struct unit *u)
{
    struct q_demo_queue_add_in row[COUNT(queues)];

    for (size_t i = 0; i < COUNT(queues); i++) {
        row[i] = (struct q_demo_queue_add_in){.key = queues[i].key,
                                              .name = queues[i].name,
                                              .tier = queues[i].tier,
                                              .area = queues[i].area,
                                              .role = queues[i].role,
                                              .position = (uint32_t)i};
        TRY(unit_number(u, UNIT_ID, &row[i].id));
    }
    return q_demo_queue_add(u, row, COUNT(queues));
}

static enum err add_services(struct unit *u, struct demo *d)
{
    struct q_demo_service_add_in row[COUNT(services)];

    for (size_t i = 0; i < COUNT(services); i++) {
        const struct demo_service *s = &services[i];
        row[i] = (struct q_demo_service_add_in){.key = s->key,
                                                .name = s->name,
                                                .description = s->description,
                                                .icon = s->icon,
                                                .area = s->area,
                                                .process = s->process,
                                                .position = (uint32_t)i};
        TRY(unit_number(u, UNIT_ID, &row[i].id));
        d->service[i] = row[i].id;
    }
    return q_demo_service_add(u, row, COUNT(services));
}

static enum err add_roles(struct unit *u, struct demo *d)
{
    struct audit_field f[COUNT(roles)];

    for (size_t i = 0; i < COUNT(roles); i++) {
        const char *dn = arena_printf(u->mem, "cn=%s,%s", roles[i].group, d->c->conf.ldap_group_base);
        struct q_person_role_map_add q = {.in = {.group = dn, .role = roles[i].role}};
        TRY(unit_number(u, UNIT_ID, &q.in.id));
        TRY(q_person_role_map_add(u, &q));
        f[i] = (struct audit_field){roles[i].role, NULL, dn};
    }
    struct audit_note note = {.event = EV_ROLE_MAP_CHANGED,
                              .stream = AUDIT_SYSTEM,
                              .id = 3,
                              .subject = "role map",
                              .field = f,
                              .n_field = COUNT(roles)};
    return audit_log(u, &note);
}

static enum err add_ci_event(struct unit *u, uint64_t id, const char *number)
{
    struct audit_note note = {.event = EV_CI_CREATED, .stream = AUDIT_CI, .id = id, .subject = number};

    return audit_log(u, &note);
}

struct cmdb {
    uint64_t class[COUNT(classes)], place[COUNT(places)], item[COUNT(items)];
};

static enum err add_items(struct unit *u, struct demo *d, struct cmdb *m)
{
    struct q_demo_ci_add_in *row = ARENA_NEW_N(u->mem, struct q_demo_ci_add_in, COUNT(items));
    size_t owner = 0;

    for (size_t i = 0; i < COUNT(items); i++) {
        const struct demo_item *it = &items[i];
        bool personal = classes[it->class].personal;
        row[i] = (struct q_demo_ci_add_in){.class = m->class[it->class],
                                           .number = arena_printf(u->mem, "CI-%04zu", i + 1),
                                           .name = it->name,
                                           .status = i % 13 == 12   ? 3
                                                     : i % 17 == 16 ? 4
                                                                    : 2,
                                           .owner = personal ? people[owner++ % COUNT(people)] : NULL,
                                           .location = m->place[next(d, COUNT(places))],
                                           .serial = arena_printf(u->mem, "SN%08llX", (unsigned long long)next(d, 0xffffffff)),
                                           .vendor = it->vendor,
                                           .model = it->model,
                                           .criticality = personal ? 3 : 1 + (uint32_t)next(d, 3),
                                           .warranty = d->end + (int64_t)next(d, 900) * CLOCK_DAY - 200 * CLOCK_DAY,
                                           .attributes = "{}",
                                           .at = d->start};
        TRY(unit_number(u, UNIT_ID, &row[i].id));
        m->item[i] = row[i].id;
        TRY(add_ci_event(u, row[i].id, row[i].number));
    }
    return q_demo_ci_add(u, row, COUNT(items));
}

/* Personal items are used on a site's network; services run on servers: enough for a picture of what hangs on what. */
static enum err add_relations(struct unit *u, struct demo *d, const struct cmdb *m)
{
    struct q_demo_relation_add_in row[COUNT(items)];
    size_t n = 0, hub[COUNT(items)], hubs = 0;

    for (size_t i = 0; i < COUNT(items); i++) {
        if (!classes[items[i].class].personal)
            hub[hubs++] = i;
    }
    for (size_t i = 0; i < COUNT(items); i++) {
        size_t to = hub[next(d, hubs)];
        if (to != i)
            row[n++] = (struct q_demo_relation_add_in){.from = m->item[i],
                                                       .kind = classes[items[i].class].personal ? "connected_to" : "depends_on",
                                                       .to = m->item[to]};
    }
    return q_demo_relation_add(u, row, n);
}

static enum err add_cmdb(struct unit *u, struct demo *d)
{
    struct q_demo_class_add_in class[COUNT(classes)];
    struct q_demo_location_add_in place[COUNT(places)];
    struct cmdb m;

    for (size_t i = 0; i < COUNT(classes); i++) {
        class[i] = (struct q_demo_class_add_in){
            .key = classes[i].key, .name = classes[i].name, .icon = classes[i].icon, .personal = classes[i].personal};
        TRY(unit_number(u, UNIT_ID, &class[i].id));
        m.class[i] = class[i].id;
    }
    TRY(q_demo_class_add(u, class, COUNT(classes)));
    for (size_t i = 0; i < COUNT(places); i++) {
        place[i] = (struct q_demo_location_add_in){.parent_null = true, .name = places[i]};
        TRY(unit_number(u, UNIT_ID, &place[i].id));
        m.place[i] = place[i].id;
    }
    TRY(q_demo_location_add(u, place, COUNT(places)));
    TRY(add_items(u, d, &m));
    return add_relations(u, d, &m);
}

static enum err add_masters(struct unit *u, void *arg)
{
    struct demo *d = arg;
    struct q_demo_loaded q = {0};

    TRY(q_demo_loaded(u, &q));
    if (q.out.n > 0)
        return fail(E_STATE, "this desk has queues already; the demo is loaded into an empty one only");
    TRY(add_queues(u));
    TRY(add_services(u, d));
    TRY(add_roles(u, d));
    return add_cmdb(u, d);
}

/* ---- people: from the directory, as if each had signed in once ---- */

struct sign_in {
    struct dir_person person;
    struct dir_groups groups;
    struct actor *actor;
};

static enum err sign_in(struct unit *u, void *arg)
{
    struct sign_in *s = arg;
    struct person_role *map;
    size_t n;

    TRY(person_role_map(u, &map, &n));
    struct role_map *roles_map = ARENA_NEW_N(u->mem, struct role_map, n);
    for (size_t i = 0; i < n; i++)
        roles_map[i] = (struct role_map){map[i].group_dn, map[i].role};
    struct person_entry e = {.directory = "ldap",
                             .entry_id = s->person.id,
                             .uid = s->person.uid,
                             .name = s->person.name,
                             .mail = s->person.mail,
                             .lang = s->person.lang[0] != '\0' ? s->person.lang : "en",
                             .roles = roles_of(u->mem, &s->groups, roles_map, n),
                             .active = true};
    *s->actor = (struct actor){.uid = e.uid,
                               .name = e.name,
                               .roles = e.roles,
                               .channel = "demo",
                               .lang = e.lang,
                               .request = "demo",
                               .caps = may_caps(e.roles)};
    return person_sign_in(u, &e, &s->actor->id);
}

static enum err add_people(struct demo *d)
{
    struct dir *dir;

    TRY(dir_open(d->c->mem, &d->c->conf, &dir));
    for (size_t i = 0; i < COUNT(people); i++) {
        struct sign_in s = {.actor = &d->actor[d->n_actor]};
        struct span password = {people[i], strlen(people[i])};
        TRY(dir_login(dir, d->c->mem, people[i], password, &s.person));
        TRY(dir_groups_of(dir, d->c->mem, s.person.dn, &s.groups));
        TRY(cmd_unit(d->c, &d->cli, UNIT_RW, sign_in, &s));
        d->n_actor++;
    }
    return OK;
}

static const struct actor *with_role(struct demo *d, const char *role)
{
    size_t from = next(d, d->n_actor);

    for (size_t i = 0; i < d->n_actor; i++) {
        const struct actor *a = &d->actor[(from + i) % d->n_actor];
        if (text_in_list(a->roles, role))
            return a;
    }
    return NULL;
}

/* ---- tickets: through the verbs, at moments of the past ---- */

struct act {
    struct demo *d;
    int64_t at;
    int64_t pace; /* minutes between two acts, at most */
    struct ticket_new new;
    uint64_t ticket;
    struct q_demo_open_task task;
    struct ticket_done done;
    bool confirmed;
    const char *text;
    struct q_demo_ci_of ci;
};

static enum err act_assets(struct unit *u, void *arg)
{
    struct act *a = arg;

    return q_demo_ci_of(u, &a->ci);
}

static enum err act_create(struct unit *u, void *arg)
{
    struct act *a = arg;

    u->now = a->at;
    return ticket_create(u, &a->new, &a->ticket);
}

static enum err act_task(struct unit *u, void *arg)
{
    struct act *a = arg;

    a->task.in.ticket = a->ticket;
    return q_demo_open_task(u, &a->task);
}

static enum err act_take(struct unit *u, void *arg)
{
    struct act *a = arg;
    const char *ref;

    u->now = a->at;
    return ticket_take(u, a->task.out.id, a->task.out.version, &ref);
}

static enum err act_write(struct unit *u, void *arg)
{
    struct act *a = arg;
    struct ticket_text t = {.ticket = a->ticket, .body = a->text};

    u->now = a->at;
    return ticket_write(u, &t);
}

static enum err act_complete(struct unit *u, void *arg)
{
    struct act *a = arg;
    const char *ref;

    u->now = a->at;
    return ticket_complete(u, &a->done, &ref);
}

static enum err act_confirm(struct unit *u, void *arg)
{
    struct act *a = arg;

    u->now = a->at;
    return ticket_confirm(u, a->ticket, a->confirmed, a->text);
}

static enum err as(struct demo *d, const struct unit_conf *uc, const struct actor *who, unit_fn fn, struct act *a)
{
    a->at += (int64_t)(1 + next(d, (uint64_t)a->pace)) * CLOCK_MINUTE;
    if (a->at > d->end)
        a->at = d->end;
    return unit_run(uc, d->c->mem, UNIT_RW, who, NULL, fn, a);
}

/* One task by one agent: taken, a word to the requester now and then, completed. *ON says whether the story goes on. */
static enum err work_on(struct demo *d, struct act *a, int stage, bool *on)
{
    TRY(cmd_unit(d->c, &d->cli, UNIT_RO, act_task, a));
    *on = a->task.found && a->task.out.role[0] != '\0';
    const struct actor *who = *on ? with_role(d, a->task.out.role) : NULL;
    if (who == NULL)
        return OK;
    TRY(as(d, &d->agent, who, act_take, a));
    if (next(d, 3) == 0) {
        a->text = "We are looking into it and will come back to you today.";
        TRY(as(d, &d->agent, who, act_write, a));
    }
    bool up = stage < 2 && next(d, 3) == 0;
    TRY(cmd_unit(d->c, &d->cli, UNIT_RO, act_task, a));
    a->done = (struct ticket_done){.task = a->task.out.id,
                                   .version = a->task.out.version,
                                   .outcome = up ? "handover" : "resolved",
                                   .findings = up ? findings[next(d, COUNT(findings))] : NULL,
                                   .answer = up ? NULL : solutions[next(d, COUNT(solutions))]};
    return as(d, &d->agent, who, act_complete, a);
}

static enum err live(struct demo *d, struct act *a, const struct actor *requester, int steps)
{
    bool on = true;

    for (int i = 0; i < steps && on; i++)
        TRY(work_on(d, a, i, &on));
    if (on || steps == 0)
        return OK; /* somebody of the desk has it */
    if (next(d, 8) == 0)
        return OK; /* waits for the requester */
    a->confirmed = next(d, 10) != 0;
    a->text = a->confirmed ? NULL : "It happened again this morning.";
    return as(d, &d->portal, requester, act_confirm, a);
}

static enum err add_ticket(struct demo *d, int i, int total)
{
    const struct demo_story *s = &stories[next(d, COUNT(stories))];
    const struct actor *requester = with_role(d, "requester");
    int64_t span = d->end - d->start;
    struct act a = {.d = d, .at = d->start + span / total * i + (int64_t)next(d, 8) * CLOCK_HOUR};
    bool young = total - i <= total / 5;

    a.pace = young ? 2 : 95;

    if (young) /* the last fifth is of the last half hour, so that the queues are neither empty nor all late */
        a.at = d->end - (int64_t)(3 + next(d, 24)) * CLOCK_MINUTE;
    a.ci.in.owner = requester->uid;
    TRY(cmd_unit(d->c, &d->cli, UNIT_RO, act_assets, &a));
    uint64_t ci = a.ci.n > 0 ? a.ci.row[next(d, a.ci.n)].id : 0;
    a.new = (struct ticket_new){.service = d->service[s->service],
                                .title = s->title,
                                .body = s->body,
                                .impact = s->impact,
                                .urgency = s->urgency,
                                .ci = &ci,
                                .n_ci = ci != 0 && next(d, 3) != 0 ? 1 : 0};
    TRY(unit_run(&d->portal, d->c->mem, UNIT_RW, requester, NULL, act_create, &a));
    enum err e = live(d, &a, requester, young ? (int)next(d, 2) : 4);
    if (e == E_STATE || e == E_CONFLICT || e == E_DENIED)
        return OK; /* the worker runs: a timer of the past may have moved the ticket on already */
    return e;
}

static enum err load(struct cmd *c)
{
    struct demo d = {.c = c, .seed = 20261121, .end = clock_now()};
    const char *text = cmd_option(c, "--tickets");
    int64_t tickets = TICKETS;

    if (text != NULL && (!text_i64(text, &tickets) || tickets < 0 || tickets > 100000))
        return fail(E_INPUT, "--tickets takes a number from 0 to 100000");
    d.start = d.end - (int64_t)MONTHS_DAYS * CLOCK_DAY;
    TRY(cmd_open(c, "cli", &d.cli));
    TRY(cmd_open(c, "portal", &d.portal));
    TRY(cmd_open(c, "agent", &d.agent));
    TRY(cmd_unit(c, &d.cli, UNIT_RW, add_masters, &d));
    TRY(add_people(&d));
    for (int i = 0; i < (int)tickets; i++) {
        struct arena_mark mark = arena_mark(c->mem);
        TRY(add_ticket(&d, i, (int)tickets));
        arena_rewind(c->mem, mark);
    }
    printf("demo loaded: %zu people, %zu assets, %lld tickets\n", COUNT(people), COUNT(items), (long long)tickets);
    return OK;
}

static enum err advance(struct unit *u, void *arg)
{
    struct q_demo_ahead q = {.in = {.by = *(int64_t *)arg}};

    return q_demo_ahead(u, &q);
}

enum err cmd_demo(struct cmd *c)
{
    int64_t months, us;
    struct unit_conf uc;

    if (c->argc >= 1 && strcmp(c->argv[0], "load") == 0)
        return load(c);
    if (c->argc != 2 || strcmp(c->argv[0], "advance") != 0 || !feel_duration(c->argv[1], &months, &us) || months != 0 || us < 0)
        return fail(E_INPUT, "gradus demo load [--tickets N], or gradus demo advance PT4H");
    TRY(cmd_open(c, "cli", &uc));
    TRY(cmd_unit(c, &uc, UNIT_RW, advance, &us));
    printf("everything that is due comes %lld minutes earlier now\n", (long long)(us / CLOCK_MINUTE));
    return OK;
}
