/* bin/master/main.c - gradus-master: keeps N workers of one FastCGI program alive on one socket.
 *
 * For     private instances and machines without systemd; in production socket units do the same.
 * Owns    the listening socket, the workers, the pid file and the list of workers beside it.
 * Never   gives a slot up, however often its worker dies (a database that is down for an hour must not end the service); reads a
 *         request.
 * Holds   a worker that lived shorter than a second is restarted after a pause that doubles up to five seconds; others at once.
 *
 * SIGTERM and SIGINT let every worker finish its request and end; SIGHUP replaces the workers one after the other while the
 * rest serve, so no request fails: connections wait in the socket's queue. A worker that does not end within 30 seconds is
 * killed. Workers get SIGTERM when this process dies, even by kill -9. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/text.h"

enum { LIMIT_WORKERS = 256, BACKLOG = 128, EXIT_USAGE = 64, EXIT_START = 71, LIMIT_STATUS = 16384 };

static const int64_t short_life = CLOCK_SECOND, first_pause = 100000, longest_pause = 5 * CLOCK_SECOND;
static const int64_t grace = 30 * CLOCK_SECOND;

struct worker {
    pid_t pid; /* 0 = none now */
    int64_t started;
    int64_t due;     /* when to start the next one */
    int64_t pause;   /* last back-off */
    int64_t kill_at; /* told to end: when patience ends; 0 = not told */
    bool old;        /* to be replaced (SIGHUP) */
};

struct master {
    struct arena *mem;
    const char *socket, *pid_file, *status_file;
    char **program;
    uint64_t n, mode;
    struct worker *worker;
    int listener, signals;
    uint64_t deaths; /* unasked ends since the start */
    bool ending;
};

static int usage(const char *why)
{
    fprintf(stderr,
            "gradus-master: %s\n"
            "usage: gradus-master -s SOCKET -n WORKERS [-m MODE] -p PIDFILE -- PROGRAM [ARGUMENT...]\n"
            "  -s  unix socket to create        -n  workers, 1 to %d\n"
            "  -m  its mode, octal (0660)       -p  file for this process's id; PIDFILE.workers lists the workers\n"
            "  TERM ends, HUP replaces the workers one by one\n",
            why, LIMIT_WORKERS);
    return EXIT_USAGE;
}

static const char *options(struct master *m, int argc, char **argv)
{
    unsigned mode = 0660;
    int c;

    while ((c = getopt(argc, argv, "+s:n:m:p:")) != -1) {
        if (c == 's')
            m->socket = optarg;
        else if (c == 'p')
            m->pid_file = optarg;
        else if (c == 'n' && !text_u64(optarg, &m->n))
            return "-n is no number";
        else if (c == 'm' && (sscanf(optarg, "%o", &mode) != 1 || mode > 0777))
            return "-m is no mode";
        else if (c == '?')
            return "unknown option";
    }
    m->mode = mode;
    m->program = argv + optind;
    if (m->socket == NULL || m->pid_file == NULL || m->program[0] == NULL)
        return "-s, -p and a program are needed";
    return m->n >= 1 && m->n <= LIMIT_WORKERS ? NULL : "-n is out of range";
}

/* ---- socket and files ---- */

static enum err socket_open(struct master *m)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    if (strlen(m->socket) >= sizeof a.sun_path)
        return fail(E_CONF, "%s: a socket's path has at most %zu bytes", m->socket, sizeof a.sun_path - 1);
    memcpy(a.sun_path, m->socket, strlen(m->socket));
    m->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (m->listener < 0)
        return fail(E_IO, "socket: %s", strerror(errno));
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool taken = probe >= 0 && (connect(probe, (struct sockaddr *)&a, sizeof a) == 0 || errno == EAGAIN);
    if (probe >= 0)
        close(probe);
    if (taken)
        return fail(E_CONF, "%s: somebody listens there already", m->socket);
    if (unlink(m->socket) < 0 && errno != ENOENT)
        return fail(E_IO, "%s: %s", m->socket, strerror(errno));
    mode_t before = umask(0777 & ~(mode_t)m->mode); /* the socket never exists with a wider mode */
    int bound = bind(m->listener, (struct sockaddr *)&a, sizeof a);
    umask(before);
    if (bound < 0 || listen(m->listener, BACKLOG) < 0)
        return fail(E_IO, "%s: %s", m->socket, strerror(errno));
    return OK;
}

/* PATH appears whole or not at all. */
static enum err file_put(struct master *m, const char *path, const char *text)
{
    struct arena_mark mark = arena_mark(m->mem);
    const char *fresh = arena_printf(m->mem, "%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    if (!done || rename(fresh, path) < 0)
        return fail(E_IO, "%s: %s", path, strerror(errno));
    arena_rewind(m->mem, mark);
    return OK;
}

static void status_put(struct master *m)
{
    struct arena_mark mark = arena_mark(m->mem);
    struct buf b = buf_new(m->mem, LIMIT_STATUS);

    buf_fmt(&b, "deaths %" PRIu64 "\n", m->deaths);
    for (uint64_t i = 0; i < m->n; i++)
        buf_fmt(&b, "worker %" PRIu64 " %d\n", i, (int)m->worker[i].pid);
    if (file_put(m, m->status_file, buf_text(&b)) != OK)
        log_trouble();
    arena_rewind(m->mem, mark);
}

/* ---- workers ---- */

static void worker_exec(struct master *m, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0 || getppid() != parent || dup2(m->listener, STDIN_FILENO) < 0)
        _exit(EXIT_START);
    execv(m->program[0], m->program); /* exec: why: supervising a program is what this tool is for */
    log_write(LOG_ERR, "%s: %s", m->program[0], strerror(errno));
    _exit(EXIT_START);
}

static void worker_start(struct master *m, struct worker *w)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0)
        worker_exec(m, parent);
    w->started = clock_monotonic();
    w->kill_at = 0;
    w->old = false;
    if (pid > 0) {
        w->pid = pid;
        return;
    }
    log_write(LOG_ERR, "fork: %s", strerror(errno));
    w->due = w->started + longest_pause;
}

static void worker_stop(struct worker *w)
{
    if (w->pid == 0 || w->kill_at != 0)
        return;
    kill(w->pid, SIGTERM);
    w->kill_at = clock_monotonic() + grace;
}

static void worker_ended(struct master *m, struct worker *w, int status)
{
    int64_t now = clock_monotonic();
    bool clean = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    bool asked = w->kill_at != 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM; /* before it could block the signal */

    if (!clean && !asked) {
        m->deaths++;
        log_write(LOG_WARNING, "worker %d ended by %s %d after %" PRId64 " ms; %" PRIu64 " such ends so far", (int)w->pid,
                  WIFSIGNALED(status) ? "signal" : "exit code", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
                  (now - w->started) / 1000, m->deaths);
    }
    if (now - w->started >= short_life || w->kill_at != 0)
        w->pause = 0;
    else
        w->pause = w->pause == 0 ? first_pause : w->pause * 2 < longest_pause ? w->pause * 2 : longest_pause;
    w->due = now + w->pause;
    w->pid = 0;
}

static void reap(struct master *m)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (uint64_t i = 0; i < m->n; i++) {
            if (m->worker[i].pid == pid)
                worker_ended(m, &m->worker[i], status);
        }
    }
}

/* Starts what is due, kills what outstayed its grace, replaces the next old worker. Returns milliseconds until the next look.
 */
static int tend(struct master *m)
{
    int64_t now = clock_monotonic(), next = now + CLOCK_MINUTE;
    bool changed = false, replacing = false;

    for (uint64_t i = 0; i < m->n; i++) {
        struct worker *w = &m->worker[i];
        if (w->pid == 0 && !m->ending && w->due <= now) {
            worker_start(m, w);
            changed = true;
        }
        if (w->pid != 0 && w->kill_at != 0 && w->kill_at <= now) {
            log_write(LOG_WARNING, "worker %d does not end; killed", (int)w->pid);
            kill(w->pid, SIGKILL);
            w->kill_at = now + grace;
        }
        replacing |= w->pid == 0 || w->kill_at != 0;
        if (w->pid == 0 && !m->ending && w->due < next)
            next = w->due;
        if (w->kill_at != 0 && w->pid != 0 && w->kill_at < next)
            next = w->kill_at;
    }
    for (uint64_t i = 0; i < m->n && !replacing && !m->ending; i++) {
        if (m->worker[i].old) {
            worker_stop(&m->worker[i]);
            replacing = true;
        }
    }
    if (changed)
        status_put(m);
    return (int)((next - now) / 1000) + 1;
}

static void signal_read(struct master *m)
{
    struct signalfd_siginfo s;

    if (read(m->signals, &s, sizeof s) != sizeof s)
        return;
    if (s.ssi_signo == SIGHUP && !m->ending) {
        log_write(LOG_NOTICE, "replacing %" PRIu64 " workers", m->n);
        for (uint64_t i = 0; i < m->n; i++)
            m->worker[i].old = m->worker[i].pid != 0;
    } else if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT) {
        m->ending = true;
        for (uint64_t i = 0; i < m->n; i++)
            worker_stop(&m->worker[i]);
    }
}

static bool any_alive(const struct master *m)
{
    for (uint64_t i = 0; i < m->n; i++) {
        if (m->worker[i].pid != 0)
            return true;
    }
    return false;
}

static void supervise(struct master *m)
{
    while (!m->ending || any_alive(m)) {
        int wait = tend(m);
        struct pollfd p = {.fd = m->signals, .events = POLLIN};

        if (poll(&p, 1, wait) > 0)
            signal_read(m);
        reap(m);
    }
}

static enum err master_open(struct master *m)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigaddset(&set, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || (m->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
        return fail(E_IO, "signalfd: %s", strerror(errno));
    if (access(m->program[0], X_OK) < 0)
        return fail(E_CONF, "%s: %s", m->program[0], strerror(errno));
    TRY(socket_open(m));
    m->worker = ARENA_NEW_N(m->mem, struct worker, m->n);
    m->status_file = arena_printf(m->mem, "%s.workers", m->pid_file);
    return file_put(m, m->pid_file, arena_printf(m->mem, "%d\n", (int)getpid()));
}

int main(int argc, char **argv)
{
    struct master m = {.mem = arena_new(0)};
    const char *wrong = options(&m, argc, argv);

    if (wrong != NULL)
        return usage(wrong);
    log_open("gradus-master", LOG_INFO);
    if (master_open(&m) != OK) {
        log_trouble();
        return EXIT_START;
    }
    supervise(&m);
    unlink(m.socket);
    unlink(m.pid_file);
    unlink(m.status_file);
    log_write(LOG_NOTICE, "ended; %" PRIu64 " workers died unasked", m.deaths);
    arena_free(m.mem);
    return 0;
}
