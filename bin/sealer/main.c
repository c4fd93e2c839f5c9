/* bin/sealer/main.c - gradus-sealer: signs the trail, every minute.
 *
 * For     heads that somebody outside can keep, against which a rewritten trail shows.
 * Owns    the key in memory, the rhythm, the file of heads.
 * Never   a table but those of the trail; a signature while anything stored differs from what was sealed.
 * Holds   exit 0 done, 1 alarm (nothing was signed), 2 the call or the environment is wrong; a head that is in the database but,
 *         after a crash, not in the file is added before the next is made. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "audit/seal.h"
#include "audit/seal.sql.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/json.h"
#include "base/log.h"

enum { EXIT_DONE = 0, EXIT_ALARM = 1, EXIT_WRONG = 2, CHECK_SECONDS = 3600, LIMIT_SEAL_ROUNDS = 1 << 20 };

static const char usage[] =
    "usage: gradus-sealer                    seals every seal_interval seconds, until it is told to end\n"
    "       gradus-sealer --once             seals what moved, once\n"
    "       gradus-sealer --check            proves all seals, leaves, events and chains\n"
    "       gradus-sealer --prove OLD NEW    the line that proves seal NEW to continue seal OLD\n"
    "       gradus-sealer --new-key FILE     makes a key: FILE (secret, 0600) and FILE.pub\n"
    "Exit code: 0 done, 1 alarm, 2 wrong call or environment.\n";

struct sealer {
    struct arena *mem;
    struct conf conf;
    struct unit_conf uc;
    unsigned char secret[SIGN_KEY], public[SIGN_KEY];
    uint64_t in_file; /* number of the last head in the file of heads */
};

static enum err unit(struct sealer *s, enum unit_mode mode, unit_fn fn, void *arg)
{
    static const struct actor who = {
        .uid = "", .name = "system", .roles = "", .channel = "cli", .lang = "en", .request = "sealer"};

    return unit_run(&s->uc, s->mem, mode, &who, NULL, fn, arg);
}

/* ---- files ---- */

static enum err file_write(const char *path, mode_t mode, int how, const struct buf *b)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | how, mode);

    if (fd < 0)
        return fail(E_IO, "%s: %s", path, strerror(errno));
    bool good = write(fd, b->p, b->len) == (ssize_t)b->len && fsync(fd) == 0;
    int no = errno;
    if (close(fd) != 0 || !good)
        return fail(E_IO, "%s: not written: %s", path, strerror(no));
    return OK;
}

/* The last N bytes of a file at most. */
static enum err file_tail(struct arena *mem, const char *path, size_t n, struct span *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char *p = arena_alloc(mem, n + 1);

    if (fd < 0)
        return fail(errno == ENOENT ? E_NOTFOUND : E_IO, "%s: %s", path, strerror(errno));
    ssize_t got = -1;
    if (fstat(fd, &st) == 0)
        got = pread(fd, p, n, st.st_size > (off_t)n ? st.st_size - (off_t)n : 0);
    close(fd);
    if (got < 0)
        return fail(E_IO, "%s: cannot be read", path);
    *out = (struct span){.p = p, .n = (size_t)got};
    return OK;
}

static int new_key(struct arena *mem, const char *path)
{
    unsigned char secret[SIGN_KEY], public[SIGN_KEY];
    struct buf b = buf_new(mem, LIMIT_SEAL_KEY), pub = buf_new(mem, LIMIT_SEAL_KEY);

    enum err e = sign_keypair(secret, public);
    if (e == OK) {
        buf_hex(&b, secret, SIGN_KEY);
        buf_hex(&b, public, SIGN_KEY);
        buf_char(&b, '\n');
        buf_hex(&pub, public, SIGN_KEY);
        buf_char(&pub, '\n');
        e = file_write(path, 0600, O_EXCL, &b);
    }
    if (e == OK)
        e = file_write(arena_printf(mem, "%s.pub", path), 0644, O_EXCL, &pub);
    explicit_bzero(secret, sizeof secret);
    explicit_bzero(b.p, b.len);
    if (e != OK) {
        fprintf(stderr, "gradus-sealer: %s\n", trouble()->text);
        return EXIT_WRONG;
    }
    struct digest id = digest_of(public, SIGN_KEY);
    printf("%s\n", digest_hex(mem, id.b, DIGEST_SIZE));
    return EXIT_DONE;
}

/* The key file: secret and public key in 128 letters. */
static enum err key_read(struct sealer *s)
{
    struct stat st;
    struct span text;
    const char *path = s->conf.seal_key;

    if (path[0] == '\0')
        return fail(E_CONF, "seal_key is not set; make a key with gradus-sealer --new-key FILE");
    if (stat(path, &st) != 0)
        return fail(E_CONF, "%s: %s", path, strerror(errno));
    if ((st.st_mode & 077) != 0)
        return fail(E_CONF, "%s: others may read it; it must be of mode 0600", path);
    TRY(file_tail(s->mem, path, LIMIT_SEAL_KEY, &text));
    bool good = text.n == 4 * SIGN_KEY + 1 && audit_key_read(text.p, (size_t)2 * SIGN_KEY, s->secret) &&
                audit_key_read(text.p + (size_t)2 * SIGN_KEY, (size_t)2 * SIGN_KEY + 1, s->public);
    unsigned char signature[SIGN_SIZE];
    if (good)
        TRY(sign_make(s->secret, "", 0, signature));
    if (!good || !sign_check(s->public, "", 0, signature))
        return fail(E_CONF, "%s: not a key made by gradus-sealer --new-key", path);
    return OK;
}

/* ---- the file of heads ---- */

struct head {
    uint64_t number;
    struct audit_seal seal;
};

static enum err head_get(struct unit *u, void *arg)
{
    struct head *h = arg;

    return audit_seal_get(u, h->number, &h->seal);
}

/* The last head of the file must stand in the database as it was written: the file is the nearest witness. */
static enum err heads_compare(struct sealer *s)
{
    struct span text;
    const struct json *j;
    struct audit_seal last;

    s->in_file = 0;
    if (s->conf.seal_heads[0] == '\0')
        return OK;
    enum err e = file_tail(s->mem, s->conf.seal_heads, LIMIT_SEAL_LINE, &text);
    if (e == E_NOTFOUND || (e == OK && text.n == 0)) {
        trouble_clear();
        return OK;
    }
    TRY(e);
    const char *line = text.n > 1 ? memrchr(text.p, '\n', text.n - 1) : NULL;
    line = line != NULL ? line + 1 : text.p;
    if (json_read(s->mem, s->conf.seal_heads, line, text.n - (size_t)(line - text.p), &j) != OK ||
        !audit_line_seal_read(j, &last) || text.p[text.n - 1] != '\n')
        return fail(E_STATE, "%s: its last line is not a head", s->conf.seal_heads);
    struct head h = {.number = last.number};
    TRY(unit(s, UNIT_RO, head_get, &h));
    if (!audit_seal_same(&h.seal, &last))
        return fail(E_STATE, "seal %" PRIu64 " is not the one that was written to %s", last.number, s->conf.seal_heads);
    s->in_file = last.number;
    return OK;
}

struct lines {
    uint64_t after, last;
    struct buf out;
};

static enum err lines_get(struct unit *u, void *arg)
{
    struct lines *l = arg;

    l->out = buf_new(u->mem, 500 * LIMIT_SEAL_LINE);
    return audit_seal_lines(u, l->after, &l->out, &l->last);
}

static enum err heads_add(struct sealer *s)
{
    if (s->conf.seal_heads[0] == '\0')
        return OK;
    for (int i = 0; i < LIMIT_SEAL_ROUNDS; i++) {
        struct arena_mark mark = arena_mark(s->mem);
        struct lines l = {.after = s->in_file};
        TRY(unit(s, UNIT_RO, lines_get, &l));
        if (l.out.len > 0)
            TRY(file_write(s->conf.seal_heads, 0640, O_APPEND, &l.out));
        arena_rewind(s->mem, mark);
        if (l.last == s->in_file)
            break;
        s->in_file = l.last;
    }
    return OK;
}

/* ---- what can be asked ---- */

static enum err seal_unit(struct unit *u, void *arg)
{
    return audit_seal_make(u, arg);
}

static enum err seal_once(struct sealer *s, struct audit_sealing *made)
{
    *made = (struct audit_sealing){.secret = s->secret, .public = s->public};
    TRY(heads_compare(s));
    TRY(unit(s, UNIT_RW, seal_unit, made));
    return heads_add(s);
}

static enum err check_unit(struct unit *u, void *arg)
{
    return audit_seal_check(u, arg);
}

struct chains {
    uint32_t stream;
    uint64_t id, streams, events, at;
    size_t n;
    const char *why;
};

static enum err chains_unit(struct unit *u, void *arg)
{
    struct chains *c = arg;
    struct q_seal_streams q = {.in = {.stream = c->stream, .id = c->id}};

    TRY(q_seal_streams(u, &q));
    c->n = q.n;
    for (size_t i = 0; i < q.n && c->why == NULL; i++) {
        uint64_t count;
        c->stream = q.row[i].stream;
        c->id = q.row[i].id;
        TRY(audit_stream_check(u, (enum audit_stream)c->stream, c->id, &count, &c->at, &c->why));
        c->events += count;
        c->streams++;
    }
    return OK;
}

static enum err check(struct sealer *s, struct audit_sealed *all)
{
    struct chains c = {0};

    *all = (struct audit_sealed){.public = s->public};
    TRY(unit(s, UNIT_RO, check_unit, all));
    if (all->alarm != NULL)
        return fail(E_STATE, "%s", all->alarm);
    do {
        struct arena_mark mark = arena_mark(s->mem);
        TRY(unit(s, UNIT_RO, chains_unit, &c));
        arena_rewind(s->mem, mark);
    } while (c.n > 0 && c.why == NULL);
    if (c.why != NULL)
        return fail(E_STATE, "stream %" PRIu32 "/%" PRIu64 " event %" PRIu64 ": %s", c.stream, c.id, c.at, c.why);
    return heads_compare(s);
}

struct proving {
    uint64_t from, to;
    struct buf out;
};

static enum err prove_unit(struct unit *u, void *arg)
{
    struct proving *p = arg;

    p->out = buf_new(u->mem, LIMIT_SEAL_LINE);
    return audit_seal_prove(u, p->from, p->to, &p->out);
}

/* ---- the loop ---- */

static bool told_to_end(const sigset_t *set, int64_t seconds)
{
    struct timespec t = {.tv_sec = seconds};

    return sigtimedwait(set, NULL, &t) > 0;
}

/* Until it is told to end, or until there is an alarm: a sealer that went on would hide it. */
static enum err run(struct sealer *s, const sigset_t *set)
{
    struct arena_mark mark = arena_mark(s->mem);
    struct audit_sealing made;
    struct audit_sealed all;
    int64_t checked = 0;
    enum err e;

    do {
        e = OK;
        if (checked == 0 || clock_monotonic() - checked >= CHECK_SECONDS * CLOCK_SECOND) {
            e = check(s, &all);
            checked = e == OK ? clock_monotonic() : 0;
        }
        if (e == OK)
            e = seal_once(s, &made);
        if (e == E_STATE)
            return e;
        if (e != OK)
            log_trouble();
        else if (made.leaves > 0)
            log_write(LOG_INFO, "seal %" PRIu64 ": %" PRIu64 " streams moved", made.seal.number, made.leaves);
        arena_rewind(s->mem, mark);
    } while (!told_to_end(set, s->conf.seal_interval));
    return OK;
}

static enum err start(struct sealer *s, const sigset_t *set, bool patient)
{
    TRY(conf_read(s->mem, conf_path(), &s->conf));
    log_open("gradus-sealer", (int)s->conf.log_level);
    TRY(key_read(s));
    s->uc.no_numbers = true;
    enum err e = db_open(s->mem, &s->conf, "sealer", &s->uc.db);
    for (int wait = 1; patient && e == E_BUSY; wait = wait < 30 ? wait * 2 : 30) { /* the database may come later than we */
        log_trouble();
        if (told_to_end(set, wait))
            return OK;
        e = db_open(s->mem, &s->conf, "sealer", &s->uc.db);
    }
    return e;
}

static enum err command(struct sealer *s, int argc, char **argv, const sigset_t *set)
{
    struct audit_sealing made;
    struct audit_sealed all;
    struct proving p = {0};

    TRY(start(s, set, argc == 1));
    if (argc == 1)
        return s->uc.db != NULL ? run(s, set) : OK;
    if (argc == 2 && strcmp(argv[1], "--once") == 0) {
        TRY(seal_once(s, &made));
        printf("seal %" PRIu64 ": %" PRIu64 " streams moved\n", made.seal.number, made.leaves);
        return OK;
    }
    if (argc == 2 && strcmp(argv[1], "--check") == 0) {
        TRY(check(s, &all));
        printf("ok: %" PRIu64 " seals, %" PRIu64 " leaves, all chains\n", all.seals, all.leaves);
        return OK;
    }
    if (argc != 4 || strcmp(argv[1], "--prove") != 0 || !text_u64(argv[2], &p.from) || !text_u64(argv[3], &p.to))
        return fail(E_INPUT, "this is not understood; see gradus-sealer --help");
    TRY(unit(s, UNIT_RO, prove_unit, &p));
    return fputs(p.out.p, stdout) < 0 ? fail(E_IO, "standard output: %s", strerror(errno)) : OK;
}

int main(int argc, char **argv)
{
    struct sealer s = {.mem = arena_new(0)};
    sigset_t set;
    int code = EXIT_DONE;

    if (argc == 2 && strcmp(argv[1], "--help") == 0)
        return fputs(usage, stdout) < 0 ? EXIT_WRONG : EXIT_DONE;
    log_open("gradus-sealer", LOG_INFO);
    if (argc == 3 && strcmp(argv[1], "--new-key") == 0)
        return new_key(s.mem, argv[2]);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    enum err e = command(&s, argc, argv, &set);
    if (e == E_STATE) {
        log_write(LOG_ALERT, "ALARM, nothing was sealed: %s", trouble()->text);
        code = EXIT_ALARM;
    } else if (e != OK) {
        log_trouble();
        code = EXIT_WRONG;
    }
    explicit_bzero(s.secret, sizeof s.secret);
    arena_free(s.mem);
    return fflush(stdout) == 0 ? code : EXIT_WRONG;
}
