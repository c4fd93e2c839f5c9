/* engine/flow/message.c - messages and signals that go from one instance to others, or come from outside.
 *
 * For     send tasks, throw and end events, programs and people outside.
 * Owns    the table message; the jobs that carry what was thrown.
 * Never   moves a second subject in the unit of the first: what is thrown becomes a job, delivered in a unit of its own.
 * Holds   a message has one receiver at most: who has waited longest among those whom it fits, taken under the lock of its subject; else
 *         the first start event in force; else it is kept as long as it says, or lost with a line in its sender's trail. A signal reaches
 *         all who wait for it when it is delivered, each in a unit of its own (10.5.1). */
#include "flow/message.sql.h"

#include "flow/message_int.h"
#include "flow/subscription.sql.h"

enum { GATES = 64, LIMIT_TRIES = 20, LIMIT_SHOWN = 200, AUDIT_POST = 10 };

/* ---- payloads of jobs ---- */

enum err flow_payload(struct unit *u, const struct val_entry *e, size_t n, const char **out)
{
    struct buf b = buf_new(u->mem, LIMIT_FLOW_VALUE);

    TRY(val_write(&b, val_context(u->mem, e, n)));
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}

const char *flow_payload_text(struct unit *u, struct val payload, const char *key)
{
    struct val v = val_get(payload, key);

    return val_is(v, VAL_STRING) ? val_string(u->mem, v) : NULL;
}

static int64_t number(struct val payload, const char *key)
{
    int64_t n = 0;

    return val_int_of(val_get(payload, key), &n) ? n : 0;
}

static struct val text_or_null(struct unit *u, const char *s)
{
    return s != NULL ? val_text(u->mem, s) : val_null();
}

static enum err post_job(struct unit *u, const struct flow_post *m)
{
    struct val_entry e[] = {{"name", val_text(u->mem, m->name)},
                            {"key", text_or_null(u, m->key)},
                            {"vars", m->vars},
                            {"where", m->where},
                            {"until", val_int(m->until)},
                            {"subject", val_int((int64_t)m->subject)},
                            {"from", text_or_null(u, m->from)}};
    struct flow_job_new job = {.kind = "message", .due = u->now};

    TRY(flow_payload(u, e, sizeof e / sizeof e[0], &job.payload));
    return flow_job_add(u, &job);
}

static enum err post_read(struct unit *u, const char *payload, struct flow_post *m)
{
    struct val v;

    TRY(val_read(u->mem, payload, strlen(payload), &v));
    *m = (struct flow_post){.name = flow_payload_text(u, v, "name"),
                            .key = flow_payload_text(u, v, "key"),
                            .vars = val_get(v, "vars"),
                            .where = val_get(v, "where"),
                            .until = number(v, "until"),
                            .subject = (uint64_t)number(v, "subject"),
                            .from = flow_payload_text(u, v, "from")};
    return m->name != NULL ? OK : fail(E_BUG, "a message without a name");
}

/* ---- thrown inside ---- */

static bool alone(const struct unit *u)
{
    const struct flow_play *play = flow_host_of(u)->play;

    return play != NULL && play->alone;
}

enum err flow_message_thrown(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct flow_post m = {.name = e->text,
                          .key = e->key,
                          .vars = e->input,
                          .where = val_null(),
                          .until = e->due,
                          .subject = flow_host_of(u)->subject_id(step->work->subject),
                          .from = e->node != PROC_NONE ? step->proc->node[e->node].id : ""};

    return alone(u) ? OK : post_job(u, &m);
}

enum err flow_signal_thrown(struct unit *u, struct flow_step *step, const struct effect *e)
{
    struct val_entry entry[] = {
        {"name", val_text(u->mem, e->text)}, {"vars", e->input}, {"from", val_int((int64_t)step->inst)}};
    struct flow_job_new job = {.kind = "signal", .due = u->now};

    if (alone(u))
        return OK;
    TRY(flow_payload(u, entry, sizeof entry / sizeof entry[0], &job.payload));
    return flow_job_add(u, &job);
}

/* ---- messages that are kept ---- */

static uint32_t gate_of(const char *name)
{
    return digest_of(name, strlen(name)).b[0] % GATES;
}

static enum err gate_share(struct unit *u, const char *name)
{
    struct q_message_gate_share q = {.in = {.no = gate_of(name)}};

    return q_message_gate_share(u, &q);
}

static enum err gate_close(struct unit *u, const char *name)
{
    struct q_message_gate_close q = {.in = {.no = gate_of(name)}};

    return q_message_gate_close(u, &q);
}

static enum err keep(struct unit *u, const struct flow_post *m)
{
    struct q_message_add q = {.in = {.name = m->name, .key = m->key, .at = u->now, .expires = m->until}};
    struct flow_job_new job = {.kind = "expire", .due = m->until};
    struct buf vars = buf_new(u->mem, LIMIT_FLOW_VALUE), where = buf_new(u->mem, LIMIT_FLOW_VALUE);

    TRY(val_write(&vars, m->vars));
    TRY(buf_done(&vars));
    TRY(val_write(&where, m->where));
    TRY(buf_done(&where));
    q.in.payload = buf_text(&vars);
    q.in.wanted = buf_text(&where);
    TRY(unit_number(u, UNIT_ID, &q.in.id));
    TRY(q_message_add(u, &q));
    struct val_entry e[] = {{"id", val_int((int64_t)q.in.id)}, {"name", val_text(u->mem, m->name)}};
    TRY(flow_payload(u, e, 2, &job.payload));
    return flow_job_add(u, &job);
}

static enum err kept_read(struct unit *u, const char *name, const struct q_message_kept_row *r, struct flow_post *m)
{
    *m = (struct flow_post){.name = name, .key = r->key, .until = r->expires};
    TRY(val_read(u->mem, r->payload, strlen(r->payload), &m->vars));
    return val_read(u->mem, r->wanted, strlen(r->wanted), &m->where);
}

/* It goes out again, unless somebody else has just taken it. */
static enum err send_again(struct unit *u, uint64_t id, const struct flow_post *m, bool *sent)
{
    struct q_message_take q = {.in = {.id = id}};

    TRY(q_message_take(u, &q));
    *sent = q.affected > 0;
    return *sent ? post_job(u, m) : OK;
}

static enum err fits(struct unit *u, const struct flow_step *step, const struct token *t, const struct flow_post *m, bool *out)
{
    const struct proc_node *n = &step->proc->node[t->node];
    const struct proc_event *e = n->n_event > 0 ? &n->event[t->event != PROC_NONE ? t->event : 0] : NULL;
    const char *key;

    TRY(flow_key_for(u, e, m, &key));
    *out = val_count(m->where) > 0 ? flow_agrees(step->state, t->no, m->where)
                                   : t->key == NULL || (key != NULL && strcmp(key, t->key) == 0);
    return OK;
}

enum err flow_kept_for(struct unit *u, const struct flow_step *step, uint32_t token, const char *name)
{
    struct q_message_kept q = {.in = {.name = name, .now = u->now, .created = INT64_MIN}};
    const struct token *t = inst_token(step->state, token);
    struct flow_post m;
    bool found = false;

    TRY(gate_share(u, name));
    do {
        TRY(q_message_kept(u, &q));
        for (size_t i = 0; i < q.n && !found; i++) {
            TRY(kept_read(u, name, &q.row[i], &m));
            TRY(fits(u, step, t, &m, &found));
            if (found)
                TRY(send_again(u, q.row[i].id, &m, &found));
        }
        if (q.n > 0) {
            q.in.created = q.row[q.n - 1].created;
            q.in.id = q.row[q.n - 1].id;
        }
    } while (q.n > 0 && !found);
    return OK;
}

enum err flow_kept_again(struct unit *u, const char *name)
{
    struct q_message_kept q = {.in = {.name = name, .now = u->now, .created = INT64_MIN}};
    struct flow_post m;
    bool sent;

    TRY(gate_share(u, name));
    do {
        TRY(q_message_kept(u, &q));
        for (size_t i = 0; i < q.n; i++) {
            TRY(kept_read(u, name, &q.row[i], &m));
            TRY(send_again(u, q.row[i].id, &m, &sent));
            q.in.created = q.row[i].created;
            q.in.id = q.row[i].id;
        }
    } while (q.n > 0);
    return OK;
}

/* ---- one receiver ---- */

/* *DONE = false: somebody else was faster. */
static enum err hand_over(struct unit *u, const struct flow_post *m, const struct flow_receiver *r, bool *done)
{
    const struct flow_host *h = flow_host_of(u);
    struct trigger t = {.kind = TRIGGER_MESSAGE, .token = r->token, .node = PROC_NONE, .vars = m->vars, .text = m->name};
    struct flow_step *step;
    void *subject;

    TRY(h->subject_lock(u, r->subject, &subject));
    TRY(flow_work_open(u, flow_work_new(u, subject), r->inst, &step));
    TRY(flow_receiver_still(u, m, r, step, done));
    if (!*done)
        return OK;
    TRY(flow_work_whole(u, step, &t));
    return h->subject_save(u, subject);
}

/* HOW stays LOST if nobody takes it and no instance begins with it. */
static enum err find_taker(struct unit *u, const struct flow_post *m, enum flow_taken *how, uint64_t *inst)
{
    struct flow_receiver r;
    struct flow_door door;
    bool done = false;

    *how = FLOW_LOST;
    for (int tries = 0; tries < LIMIT_TRIES; tries++) {
        TRY(flow_receiver_find(u, m, &r));
        if (r.inst == 0)
            break;
        TRY(hand_over(u, m, &r, &done));
        if (!done)
            continue;
        *how = FLOW_TAKEN;
        *inst = r.inst;
        return OK;
    }
    if (r.inst != 0)
        return fail(E_BUSY, "the message %s: those who waited for it were served by others, %d times", m->name, LIMIT_TRIES);
    TRY(flow_door_message(u, m->name, &door));
    if (door.definition == 0)
        return OK;
    door.vars = m->vars;
    *how = FLOW_STARTED;
    return flow_begin(u, &door, inst);
}

static enum err deliver(struct unit *u, const struct flow_post *m, enum flow_taken *how, uint64_t *inst)
{
    *inst = 0;
    TRY(find_taker(u, m, how, inst));
    if (*how != FLOW_LOST || m->until <= u->now)
        return OK;
    TRY(gate_close(u, m->name)); /* whoever has just begun to wait has committed now, whoever begins next waits for us */
    TRY(find_taker(u, m, how, inst));
    if (*how != FLOW_LOST)
        return OK;
    *how = FLOW_KEPT;
    return keep(u, m);
}

/* ---- the trail ---- */

static const char *shown(struct unit *u, const char *name)
{
    return text_cut(u->mem, name, LIMIT_SHOWN);
}

static enum err tell_sender(struct unit *u, const struct flow_post *m, enum flow_taken how)
{
    const struct flow_host *h = flow_host_of(u);
    struct audit_field f[] = {{"message", NULL, shown(u, m->name)}};
    struct audit_note note = {.event = how == FLOW_KEPT ? EV_MESSAGE_KEPT : EV_MESSAGE_LOST,
                              .stream = AUDIT_TICKET,
                              .id = m->subject,
                              .node = m->from[0] != '\0' ? m->from : NULL,
                              .field = f,
                              .n_field = 1};
    void *subject;

    TRY(h->subject_lock(u, m->subject, &subject));
    note.subject = h->subject_name(subject);
    return audit_log(u, &note);
}

static enum err tell_house(struct unit *u, enum audit_event e, const char *name, const char *what)
{
    struct audit_field f[] = {{"name", NULL, shown(u, name)}, {"result", NULL, what}};
    struct audit_note note = {
        .event = e, .stream = AUDIT_SYSTEM, .id = AUDIT_POST, .subject = "messages", .field = f, .n_field = 2};

    return audit_log(u, &note);
}

enum err flow_message_job(struct unit *u, const struct flow_job *j)
{
    enum flow_taken how;
    struct flow_post m;
    uint64_t inst;

    TRY(post_read(u, j->payload, &m));
    TRY(deliver(u, &m, &how, &inst));
    return (how == FLOW_LOST || how == FLOW_KEPT) && m.from != NULL ? tell_sender(u, &m, how) : OK;
}

enum err flow_expire_job(struct unit *u, const struct flow_job *j)
{
    struct q_message_take q = {0};
    struct val v;

    TRY(val_read(u->mem, j->payload, strlen(j->payload), &v));
    q.in.id = (uint64_t)number(v, "id");
    TRY(q_message_take(u, &q));
    const char *name = flow_payload_text(u, v, "name");
    return q.affected > 0 ? tell_house(u, EV_MESSAGE_EXPIRED, name != NULL ? name : "", "nobody came for it") : OK;
}

/* ---- signals ---- */

static enum err hearers(struct unit *u, const char *name, uint64_t from, const char *payload, uint64_t *reached)
{
    struct q_subscription_hearers q = {.in = {.name = name, .created = INT64_MIN}};

    do {
        TRY(q_subscription_hearers(u, &q));
        for (size_t i = 0; i < q.n; i++) {
            struct flow_job_new job = {.kind = "hear", .inst = q.row[i].inst, .due = u->now, .payload = payload};
            if (q.row[i].inst == from)
                continue;
            TRY(flow_job_add(u, &job));
            ++*reached;
        }
        if (q.n > 0) {
            q.in.created = q.row[q.n - 1].created;
            q.in.id = q.row[q.n - 1].id;
        }
    } while (q.n > 0);
    return OK;
}

static enum err broadcast(struct unit *u, const char *name, struct val vars, uint64_t from, uint64_t *reached)
{
    struct val_entry e[] = {{"name", val_text(u->mem, name)}, {"vars", vars}};
    const char *payload;

    *reached = 0;
    TRY(flow_payload(u, e, 2, &payload));
    TRY(hearers(u, name, from, payload, reached));
    return flow_door_signal(u, name, vars, reached);
}

enum err flow_signal_job(struct unit *u, const struct flow_job *j)
{
    uint64_t reached;
    struct val v;

    TRY(val_read(u->mem, j->payload, strlen(j->payload), &v));
    const char *name = flow_payload_text(u, v, "name");
    return name != NULL ? broadcast(u, name, val_get(v, "vars"), (uint64_t)number(v, "from"), &reached)
                        : fail(E_BUG, "a signal without a name");
}

/* ---- from outside ---- */

static enum err check_name(const char *name)
{
    if (name[0] == '\0' || text_count(name) > LIMIT_FLOW_NAME)
        return fail(E_INPUT, "the name of a message or signal has 1 to %d letters", LIMIT_FLOW_NAME);
    return OK;
}

enum err flow_message(struct unit *u, struct flow_message *m)
{
    static const char *const what[] = {[FLOW_LOST] = "nobody waits for it",
                                       [FLOW_TAKEN] = "taken",
                                       [FLOW_STARTED] = "started a process",
                                       [FLOW_KEPT] = "kept"};
    struct flow_post post = {.name = m->name, .key = m->key, .vars = m->vars, .where = m->where, .until = m->until};

    TRY(check_name(m->name));
    TRY(deliver(u, &post, &m->how, &m->inst));
    return tell_house(u, EV_MESSAGE_SENT, m->name, what[m->how]);
}

enum err flow_signal(struct unit *u, const char *name, struct val vars, uint64_t *reached)
{
    TRY(check_name(name));
    TRY(broadcast(u, name, vars, 0, reached));
    return tell_house(u, EV_SIGNAL_SENT, name, arena_printf(u->mem, "%llu", (unsigned long long)*reached));
}
