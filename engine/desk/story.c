/* engine/desk/story.c - a ticket as it is read.
 *
 * For     the ticket pages.
 * Owns    nothing; reads what ticket.c and flow/ write.
 * Never   an internal row for a requester: the portal's statements cannot even name the table of all articles.
 * Holds   a bounded number of rows whatever the history: the newest 200 texts, 100 tasks. */
#include "desk/story.h"

#include "base/text.h"
#include "desk/may.h"
#include "desk/words.h"

enum { LIMIT_SHOWN = 120 /* bytes of one value in a reason */, LIMIT_REASON = 4000 };

static enum err face(struct unit *u, uint64_t id, bool inside, struct story *s, struct may_object *o)
{
    *s = (struct story){.id = id, .ref = ticket_ref(u->mem, id), .row = {.in = {.id = id, .inside = inside}}};
    TRY(q_story_ticket(u, &s->row));
    if (!s->row.found)
        return fail(E_NOTFOUND, "there is no ticket %s", s->ref);
    *o = (struct may_object){.area = s->row.out.area, .requester = s->row.out.requester_id, .groups = "", .users = ""};
    return OK;
}

enum err story_read(struct unit *u, uint64_t id, struct story *s)
{
    struct may_object o;

    TRY(face(u, id, true, s, &o));
    TRY(may_see(u->who, &o));
    TRY(flow_proc(u, s->row.out.definition, &s->proc));
    s->text.in.ticket = s->file.in.ticket = s->asset.in.ticket = s->task.in.ticket = id;
    TRY(q_story_articles(u, &s->text));
    TRY(q_story_files(u, &s->file));
    TRY(q_story_assets(u, &s->asset));
    return q_story_tasks(u, &s->task);
}

enum err story_read_short(struct unit *u, uint64_t id, struct story *s)
{
    struct may_object o;

    TRY(face(u, id, false, s, &o));
    TRY(may_see(u->who, &o));
    TRY(flow_proc(u, s->row.out.definition, &s->proc));
    s->task.in.ticket = id;
    return q_story_tasks(u, &s->task);
}

static enum err public_texts(struct unit *u, struct story *s)
{
    struct q_story_articles_public text = {.in = {.ticket = s->id}};
    struct q_story_files_public file = {.in = {.ticket = s->id}};

    TRY(q_story_articles_public(u, &text));
    TRY(q_story_files_public(u, &file));
    s->text.n = text.n;
    s->text.row = ARENA_NEW_N(u->mem, struct q_story_articles_row, text.n);
    for (size_t i = 0; i < text.n; i++)
        s->text.row[i] = (struct q_story_articles_row){.id = text.row[i].id,
                                                       .at = text.row[i].at,
                                                       .author_id = text.row[i].author_id,
                                                       .author = text.row[i].author,
                                                       .kind = text.row[i].kind,
                                                       .body = text.row[i].body};
    s->file.n = file.n;
    s->file.row = ARENA_NEW_N(u->mem, struct q_story_files_row, file.n);
    for (size_t i = 0; i < file.n; i++)
        s->file.row[i] = (struct q_story_files_row){.id = file.row[i].id,
                                                    .article = file.row[i].article,
                                                    .name = file.row[i].name,
                                                    .type = file.row[i].type,
                                                    .size = file.row[i].size,
                                                    .internal = file.row[i].internal};
    return OK;
}

enum err story_read_own(struct unit *u, uint64_t id, struct story *s)
{
    struct may_object o;
    struct q_story_waits waits = {.in = {.ticket = id, .person = u->who->id}};

    TRY(face(u, id, false, s, &o));
    TRY(may_see_own(u->who, &o));
    TRY(flow_proc(u, s->row.out.definition, &s->proc));
    TRY(public_texts(u, s));
    s->asset.in.ticket = id;
    TRY(q_story_assets(u, &s->asset));
    TRY(q_story_waits(u, &waits));
    s->waits_for_me = waits.found ? waits.out.id : 0;
    return OK;
}

/* The stage that holds the node of the open task; -1 if none does. */
static int stage_of(const struct proc *p, const char *node)
{
    int32_t at = proc_node_find(p, node);

    for (int32_t i = 0; i < p->n_stage; i++) {
        for (int32_t k = 0; k < p->stage[i].n_node; k++) {
            if (p->stage[i].node[k] == at && at != PROC_NONE)
                return i;
        }
    }
    return -1;
}

enum err story_steps(struct unit *u, const struct story *s, struct story_step **out, size_t *n)
{
    const struct proc *p = s->proc;
    bool over = s->row.out.state >= TICKET_CLOSED;
    int now = over ? p->n_stage : stage_of(p, s->row.out.stage);

    *n = (size_t)p->n_stage;
    *out = ARENA_NEW_N(u->mem, struct story_step, *n);
    for (int i = 0; i < p->n_stage; i++)
        (*out)[i] = (struct story_step){p->stage[i].key, p->stage[i].label, i < now ? "done" : i == now ? "now" : "next"};
    return OK;
}

/* ---- what was decided ---- */

/* Texts and numbers as they stand, the entries of a context by name. */
static const char *value_words(struct arena *mem, struct val v)
{
    struct buf b = buf_new(mem, LIMIT_REASON);

    if (!val_is(v, VAL_CONTEXT))
        return text_cut(mem, val_string(mem, v), LIMIT_SHOWN);
    for (size_t i = 0; i < val_count(v); i++) {
        struct val_entry e = val_entry_at(v, i);
        const char *one = arena_printf(mem, "%s%s = %s", i > 0 ? ", " : "", text_cut(mem, e.key, LIMIT_SHOWN),
                                       text_cut(mem, val_string(mem, e.value), LIMIT_SHOWN));
        if (b.len + strlen(one) < LIMIT_REASON)
            buf_str(&b, one);
    }
    return buf_text(&b);
}

static const char *part_text(struct unit *u, struct val row, size_t i)
{
    return val_string(u->mem, val_at(row, i));
}

/* A row of "decided": node, moment, decision, version, value, facts, rules, by default. */
static enum err why_of(struct unit *u, struct val row, struct story_why *out)
{
    const char *value_text = part_text(u, row, 4), *facts_text = part_text(u, row, 5);
    int64_t version = 0, by_default = 0;
    struct val value, facts;

    *out = (struct story_why){.node = part_text(u, row, 0), .decision = part_text(u, row, 2), .rules = part_text(u, row, 6)};
    if (val_int_of(val_at(row, 3), &version))
        out->version = (uint32_t)version;
    if (!val_int_of(val_at(row, 1), &out->at) || !val_int_of(val_at(row, 7), &by_default))
        return fail(E_BUG, "%s: a decision that cannot be read", out->node);
    out->by_default = by_default != 0;
    TRY(val_read(u->mem, value_text, strlen(value_text), &value));
    TRY(val_read(u->mem, facts_text, strlen(facts_text), &facts));
    out->value = value_words(u->mem, value);
    out->n = val_count(facts);
    struct story_fact *fact = ARENA_NEW_N(u->mem, struct story_fact, out->n + 1);
    for (size_t i = 0; i < out->n; i++) {
        struct val pair = val_at(facts, i);
        fact[i] = (struct story_fact){text_cut(u->mem, val_string(u->mem, val_at(pair, 0)), LIMIT_SHOWN),
                                      text_cut(u->mem, val_string(u->mem, val_at(pair, 1)), LIMIT_SHOWN)};
    }
    out->fact = fact;
    return OK;
}

static bool told_before(const struct story_why *why, size_t n, const char *node)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(why[i].node, node) == 0)
            return true;
    }
    return false;
}

enum err story_decisions(struct unit *u, const struct story *s, struct story_why **out, size_t *n)
{
    struct val rows = val_null();

    if (s->row.out.decided != NULL)
        TRY(val_read(u->mem, s->row.out.decided, strlen(s->row.out.decided), &rows));
    *n = 0;
    *out = ARENA_NEW_N(u->mem, struct story_why, val_count(rows) + 1);
    for (size_t i = 0; i < val_count(rows); i++) {
        TRY(why_of(u, val_at(rows, i), &(*out)[*n]));
        *n += !told_before(*out, *n, (*out)[*n].node);
    }
    return OK;
}

const struct story_why *story_priority(const struct story *s, const struct story_why *why, size_t n)
{
    const char *priority = words_priority(s->row.out.priority);

    for (size_t i = 0; i < n; i++) {
        if (strcmp(why[i].value, priority) == 0)
            return &why[i];
    }
    return NULL;
}

/* The support level of a user task, 0 if none: its lane's tier, else the tier of its first candidate role. */
static int level_of(struct arena *mem, const struct proc *p, const struct proc_node *n)
{
    const struct proc_lane *lane = n->lane != PROC_NONE ? &p->lane[n->lane] : NULL;
    const char *tier = lane != NULL ? lane->tier : "", *area;
    const char *groups = n->groups.literal != NULL ? n->groups.literal : lane != NULL ? lane->groups : "";

    groups += strspn(groups, ", ");
    if (tier[0] == '\0' && !may_role(arena_strndup(mem, groups, strcspn(groups, ", ")), &tier, &area))
        return 0;
    return tier[0] == 'L' && tier[1] >= '1' && tier[1] <= '9' ? tier[1] - '0' : 0;
}

static bool offered_by_form(const struct proc_node *n, const char *outcome, bool *has)
{
    for (int32_t i = 0; i < n->n_field; i++) {
        const struct proc_field *f = &n->field[i];
        if (strcmp(f->id, "outcome") != 0)
            continue;
        *has = true;
        for (int k = 0; k < f->n_choice; k++) {
            if (strcmp(f->choice[k].value, outcome) == 0)
                return true;
        }
    }
    return false;
}

static bool offered_by_gateway(struct arena *mem, const struct proc *p, const struct proc_node *n, const char *outcome)
{
    const struct proc_node *gate = &p->node[p->flow[n->out[0]].to];

    for (int32_t i = 0; i < gate->n_out; i++) {
        const struct proc_flow *f = &p->flow[gate->out[i]];
        const char *text = f->condition != NULL ? feel_text(f->condition) : "";
        const char *at = strstr(text, outcome);
        if (at != NULL && at > text && at[-1] == '"' && at[strlen(outcome)] == '"')
            return true;
        int from = level_of(mem, p, n), to = level_of(mem, p, &p->node[f->to]);
        if (gate->out[i] == gate->default_flow && from > 0 && to > 0 && p->node[f->to].kind == NODE_user_task &&
            strcmp(outcome, to > from ? "handover" : "back") == 0)
            return true;
    }
    return false;
}

bool story_offers(struct arena *mem, const struct proc *p, const char *node, const char *outcome)
{
    int32_t i = proc_node_find(p, node);
    bool form = false;

    if (i == PROC_NONE)
        return false;
    const struct proc_node *n = &p->node[i];
    if (offered_by_form(n, outcome, &form))
        return true;
    if (form || n->n_out != 1 || p->node[p->flow[n->out[0]].to].kind != NODE_exclusive_gateway)
        return false;
    return offered_by_gateway(mem, p, n, outcome);
}

static enum err file_of(struct unit *u, uint64_t id, struct q_story_file *q, struct may_object *o)
{
    q->in.id = id;
    TRY(q_story_file(u, q));
    if (!q->found)
        return fail(E_NOTFOUND, "there is no file %llu", (unsigned long long)id);
    *o = (struct may_object){.area = q->out.area, .requester = q->out.requester, .groups = "", .users = ""};
    return OK;
}

enum err story_file(struct unit *u, uint64_t id, struct story_file *f)
{
    struct q_story_file q;
    struct may_object o;

    TRY(file_of(u, id, &q, &o));
    TRY(may_see(u->who, &o));
    *f = (struct story_file){q.out.name, q.out.type, q.out.data};
    return OK;
}

enum err story_file_own(struct unit *u, uint64_t id, struct story_file *f)
{
    struct q_story_file q;
    struct may_object o;

    TRY(file_of(u, id, &q, &o));
    TRY(may_see_own(u->who, &o));
    if (q.out.internal != 0)
        return fail(E_NOTFOUND, "file %llu is internal", (unsigned long long)id);
    *f = (struct story_file){q.out.name, q.out.type, q.out.data};
    return OK;
}
