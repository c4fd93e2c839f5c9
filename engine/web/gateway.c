/* engine/web/gateway.c - one request after the other from the web server.
 *
 * For     hiding whether a request came by FastCGI or as plain CGI (tests run a program as a command).
 * Owns    the listening socket, the connection in hand, and libfcgi: no other file calls it.
 * Never   interprets a variable; keeps a connection; serves two requests at once.
 * Holds   SIGTERM ends the wait for a request, never a request; a worker does not die of what it reads.
 *
 * The way of a FastCGI request: the connection is accepted here, record.c reads BEGIN_REQUEST and PARAMS within limits and
 * checks them, and libfcgi is handed the same two, written anew, through a socket pair: it makes the environment and knows the
 * request id. Then the pair's descriptor becomes the connection itself (dup2), so libfcgi frames the answer and closes. It
 * never sees a byte that the other side chose the framing of; why that matters is told in record.c. Accepting is done here
 * because libfcgi's loop polls for two seconds on silent clients and can be interrupted only through a global. */
#include "web/gateway.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "web/record.h"

enum {
    HEAD_SECONDS = 10, /* until the environment must be here */
    BODY_SECONDS = 60, /* until the body must be here */
    SEND_SECONDS = 30, /* without progress of the answer */
    PIECE = 32768
};

struct gateway {
    bool fcgi;
    bool used;   /* CGI: the one request was handed out */
    bool open;   /* FastCGI: libfcgi has a request in hand */
    int signals; /* signalfd of SIGTERM and SIGINT */
    FCGX_Request request;
    struct record record;
    struct arena *mem; /* raw pairs of one request */
    struct arena_mark mark;
};

extern char **environ;

static void close_fd(void *p)
{
    struct gateway *g = p;

    close(g->signals);
}

static void arena_end(void *p)
{
    arena_free(p);
}

enum err gateway_open(struct arena *mem, struct gateway **out)
{
    struct gateway *g = ARENA_NEW(mem, struct gateway);
    int listening = 0;
    socklen_t n = sizeof listening;
    sigset_t set;

    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    g->mem = arena_new(LIMIT_ENV_BYTES / 4);
    g->mark = arena_mark(g->mem);
    arena_at_end(mem, arena_end, g->mem);
    g->fcgi = getsockopt(STDIN_FILENO, SOL_SOCKET, SO_ACCEPTCONN, &listening, &n) == 0 && listening != 0;
    *out = g;
    if (!g->fcgi)
        return OK;
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 || (g->signals = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
        return fail(E_IO, "signalfd: %s", strerror(errno));
    arena_at_end(mem, close_fd, g);
    /* several workers wait on one socket: the one that comes too late must not sit in accept */
    if (fcntl(STDIN_FILENO, F_SETFL, fcntl(STDIN_FILENO, F_GETFL) | O_NONBLOCK) < 0)
        return fail(E_IO, "listening socket: %s", strerror(errno));
    if (FCGX_Init() != 0)
        return fail(E_IO, "libfcgi does not start");
    return OK;
}

bool gateway_is_fcgi(const struct gateway *g)
{
    return g->fcgi;
}

/* BEGIN_REQUEST, PARAMS, their end and an empty body, in one write into the socket pair; a pair's buffer holds it. */
static bool hand_over(int fd, uint16_t id, const struct buf *env, struct arena *mem)
{
    struct buf b = buf_new(mem, LIMIT_ENV_BYTES + 256);
    const char *p = buf_text(env);
    size_t left = env->len;

    buf_u8(&b, 1), buf_u8(&b, RECORD_BEGIN), buf_u16(&b, id), buf_u16(&b, 8), buf_u16(&b, 0);
    buf_u16(&b, 1), buf_u8(&b, 0), buf_add(&b, "\0\0\0\0", 5);
    do {
        size_t step = left < PIECE ? left : PIECE;
        buf_u8(&b, 1), buf_u8(&b, RECORD_PARAMS), buf_u16(&b, id), buf_u16(&b, (uint16_t)step), buf_u16(&b, 0);
        buf_add(&b, p, step);
        p += step;
        left -= step;
    } while (left > 0);
    if (env->len > 0)
        buf_u8(&b, 1), buf_u8(&b, RECORD_PARAMS), buf_u16(&b, id), buf_u32(&b, 0);
    buf_u8(&b, 1), buf_u8(&b, RECORD_STDIN), buf_u16(&b, id), buf_u32(&b, 0);
    return buf_done(&b) == OK && send(fd, buf_text(&b), b.len, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)b.len;
}

/* Makes libfcgi's request of an accepted connection; false = closed. */
static bool take(struct gateway *g, int fd)
{
    struct buf env = buf_new(g->mem, LIMIT_ENV_BYTES);
    struct timeval patience = {.tv_sec = SEND_SECONDS};
    int pair[2];

    g->record.deadline = clock_monotonic() + HEAD_SECONDS * CLOCK_SECOND;
    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 || !record_start(&g->record, fd, &env) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
        close(fd);
        return false;
    }
    bool handed = hand_over(pair[1], g->record.id, &env, g->mem);
    close(pair[1]);
    FCGX_InitRequest(&g->request, -1, FCGI_FAIL_ACCEPT_ON_INTR); /* -1: libfcgi shall never accept by itself */
    g->request.ipcFd = pair[0];
    g->request.keepConnection = 1; /* else FCGX_Accept_r first closes what it holds; the flags we send clear it */
    if (!handed || FCGX_Accept_r(&g->request) < 0 || dup3(fd, pair[0], O_CLOEXEC) < 0) {
        if (g->request.ipcFd >= 0)
            FCGX_Free(&g->request, 1);
        close(fd);
        return false;
    }
    close(fd);
    g->record.fd = pair[0];
    g->record.deadline = clock_monotonic() + BODY_SECONDS * CLOCK_SECOND;
    g->open = true;
    return true;
}

static bool next_fcgi(struct gateway *g)
{
    for (;;) {
        struct pollfd p[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = g->signals, .events = POLLIN}};

        if (poll(p, 2, -1) < 0 && errno != EINTR)
            return false;
        if (p[1].revents != 0)
            return false;
        int fd = accept4(STDIN_FILENO, NULL, NULL, SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK)
                return false;
            continue;
        }
        if (take(g, fd))
            return true;
        log_write(LOG_NOTICE, "connection closed: not a FastCGI request within the limits");
        arena_rewind(g->mem, g->mark);
    }
}

bool gateway_next(struct gateway *g)
{
    if (g->fcgi)
        return next_fcgi(g);
    if (g->used)
        return false;
    g->used = true;
    return true;
}

const char *const *gateway_env(const struct gateway *g)
{
    return (const char *const *)(g->fcgi ? g->request.envp : environ);
}

static long body_some(struct gateway *g, void *p, size_t n)
{
    if (g->fcgi)
        return record_body(&g->record, p, n);
    for (;;) {
        ssize_t got = read(STDIN_FILENO, p, n);
        if (got >= 0 || errno != EINTR)
            return got;
    }
}

bool gateway_body(struct gateway *g, void *p, size_t n)
{
    char *at = p;

    while (n > 0) {
        long got = body_some(g, at, n);
        if (got <= 0)
            return false;
        at += got;
        n -= (size_t)got;
    }
    return true;
}

bool gateway_body_more(struct gateway *g)
{
    char c;

    return g->fcgi && body_some(g, &c, 1) != 0;
}

static bool write_all(int fd, const void *p, size_t n)
{
    const char *at = p;

    while (n > 0) {
        ssize_t done = write(fd, at, n);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        at += done;
        n -= (size_t)done;
    }
    return true;
}

bool gateway_answer(struct gateway *g, const void *head, size_t n_head, const void *body, size_t n_body)
{
    if (!g->fcgi)
        return write_all(STDOUT_FILENO, head, n_head) && write_all(STDOUT_FILENO, body, n_body);
    if (FCGX_PutStr(head, (int)n_head, g->request.out) < 0)
        return false;
    for (const char *p = body; n_body > 0;) { /* libfcgi counts in int */
        int step = n_body < (1 << 30) ? (int)n_body : 1 << 30;
        if (FCGX_PutStr(p, step, g->request.out) < 0)
            return false;
        p += step;
        n_body -= (size_t)step;
    }
    return true;
}

void gateway_finish(struct gateway *g)
{
    if (g->open) {
        FCGX_Finish_r(&g->request);
        if (g->request.ipcFd >= 0)
            FCGX_Free(&g->request, 1);
        g->open = false;
    }
    arena_rewind(g->mem, g->mark);
}
