/* bench/load.c - sends prepared requests over kept connections and measures each.
 *
 * For     `bench/run.sh`: load CLIENTS SECONDS|nREQUESTS PORT STATUS loop|once FILE
 * Owns    the clients, their clocks and the list of latencies.
 * Never   makes a request: FILE holds them whole, each behind its length (32 bits, little-endian), so the generator costs the
 *         measured machine as little as wrk does and can send POSTs that are all different.
 * Holds   one request of a client at a time; "once" sends each request of the file at most once and stops when none is left.
 *
 * Prints one line: requests seconds errors p50 p90 p99 max (microseconds) bytes-of-the-last-answer left-in-file.
 * An error is any other status than STATUS, a redirect to the sign-in page, or a connection that broke. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LIMIT_CLIENTS = 1024, LIMIT_HEAD = 16384, EVENTS = 64, READ_SIZE = 65536 };

struct request {
    const char *p;
    uint32_t n;
};

struct client {
    int fd;
    uint32_t sent;
    const struct request *rq;
    int64_t begun;
    char head[LIMIT_HEAD];
    size_t head_n, body_n;
    int64_t body_want; /* -1 = chunked: until the last chunk, -2 = the head is not complete */
    char tail[5];      /* last bytes of a chunked body */
    int status;
    bool to_login, closes; /* CLOSES: the server ends the connection after this answer, as it does now and then */
};

struct bench {
    struct sockaddr_in to;
    int status, epoll;
    bool loop, over;
    struct request *rq;
    size_t n_rq, next, begun, most; /* MOST requests in all, 0 = as many as the time allows */
    uint32_t *took;
    size_t n_took, room, errors, bytes;
    int64_t end;
};

static void die(const char *what)
{
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int64_t now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void requests_read(struct bench *b, const char *file)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) < 0 || st.st_size == 0)
        die(file);
    const char *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (map == MAP_FAILED)
        die(file);
    close(fd);
    for (size_t pass = 0, n = 0; pass < 2; pass++, n = 0) {
        for (size_t at = 0; at + sizeof(uint32_t) <= (size_t)st.st_size; n++) {
            uint32_t size;
            memcpy(&size, map + at, sizeof size);
            if (at + sizeof size + size > (size_t)st.st_size)
                break;
            if (pass == 1)
                b->rq[n] = (struct request){map + at + sizeof size, size};
            at += sizeof size + size;
        }
        if (pass == 0) {
            b->rq = calloc(n + 1, sizeof *b->rq);
            b->n_rq = n;
        }
        if (b->rq == NULL)
            die("requests");
    }
}

static void took(struct bench *b, int64_t us)
{
    if (b->n_took == b->room) {
        b->room = b->room * 2 + 65536;
        b->took = realloc(b->took, b->room * sizeof *b->took);
        if (b->took == NULL)
            die("latencies");
    }
    b->took[b->n_took++] = us < UINT32_MAX ? (uint32_t)us : UINT32_MAX;
}

static void watch(struct bench *b, struct client *c, int op, uint32_t what)
{
    struct epoll_event e = {.events = what, .data.ptr = c};

    if (epoll_ctl(b->epoll, op, c->fd, &e) < 0)
        die("epoll_ctl");
}

static void client_open(struct bench *b, struct client *c)
{
    int one = 1;

    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (const struct sockaddr *)&b->to, sizeof b->to) < 0)
        die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    watch(b, c, EPOLL_CTL_ADD, EPOLLIN);
}

static void client_write(struct bench *b, struct client *c)
{
    while (c->sent < c->rq->n) {
        ssize_t n = send(c->fd, c->rq->p + c->sent, c->rq->n - c->sent, MSG_NOSIGNAL);
        if (n < 0 && errno != EAGAIN)
            return; /* the reading side meets the broken connection */
        if (n < 0) {
            watch(b, c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
            return;
        }
        c->sent += (uint32_t)n;
    }
}

/* The next request of the file, or none any more: then the client rests. */
static void client_next(struct bench *b, struct client *c)
{
    int64_t now = now_us();

    if (b->next == b->n_rq && b->loop)
        b->next = 0;
    if (now >= b->end || b->next == b->n_rq || (b->most > 0 && b->begun == b->most)) {
        b->over = true;
        return;
    }
    b->begun++;
    c->rq = &b->rq[b->next++];
    c->sent = 0;
    c->head_n = c->body_n = 0;
    c->body_want = -2;
    c->to_login = false;
    memset(c->tail, 0, sizeof c->tail);
    c->begun = now;
    client_write(b, c);
}

static void client_done(struct bench *b, struct client *c, bool ok)
{
    int64_t now = now_us();

    ok = ok && c->status == b->status && !c->to_login;
    if (!ok)
        b->errors++;
    if (!ok && getenv("LOAD_SHOW") != NULL)
        fprintf(stderr, "load: status %d\n%.*s\n--- answered:\n%.*s\n", c->status, (int)(c->rq->n < 1000 ? c->rq->n : 1000),
                c->rq->p, (int)c->head_n, c->head);
    took(b, now - c->begun);
    b->bytes = c->body_n;
    if (ok && c->closes) {
        close(c->fd);
        client_open(b, c);
    }
    client_next(b, c);
}

static void client_broken(struct bench *b, struct client *c)
{
    close(c->fd);
    client_open(b, c);
    c->status = 0;
    client_done(b, c, false);
}

static void head_read(struct client *c)
{
    const char *line = c->head;

    c->status = strlen(c->head) > 12 ? (int)strtol(c->head + 9, NULL, 10) : 0;
    c->body_want = 0;
    c->closes = false;
    while ((line = strstr(line, "\r\n")) != NULL) {
        line += 2;
        if (strncasecmp(line, "content-length:", 15) == 0)
            c->body_want = strtoll(line + 15, NULL, 10);
        else if (strncasecmp(line, "transfer-encoding: chunked", 26) == 0)
            c->body_want = -1;
        else if (strncasecmp(line, "connection: close", 17) == 0)
            c->closes = true;
        else if (strncasecmp(line, "location: ", 10) == 0)
            c->to_login = strncmp(line + 10, "/login", 6) == 0;
    }
}

static void body_read(struct client *c, const char *p, size_t n)
{
    c->body_n += n;
    if (c->body_want != -1)
        return;
    size_t keep = n < sizeof c->tail ? sizeof c->tail - n : 0;
    memmove(c->tail, c->tail + sizeof c->tail - keep, keep);
    memcpy(c->tail + keep, p + n - (sizeof c->tail - keep), sizeof c->tail - keep);
}

/* Takes N bytes of an answer; true = that was all of it. */
static bool answer_read(struct client *c, const char *p, size_t n)
{
    if (c->body_want == -2) {
        size_t take = n < LIMIT_HEAD - 1 - c->head_n ? n : LIMIT_HEAD - 1 - c->head_n;
        memcpy(c->head + c->head_n, p, take);
        c->head[c->head_n + take] = '\0';
        const char *end = strstr(c->head, "\r\n\r\n");
        if (end == NULL) {
            c->head_n += take;
            return false;
        }
        size_t used = (size_t)(end + 4 - c->head) - c->head_n;
        c->head_n += used;
        c->head[c->head_n] = '\0';
        head_read(c);
        p += used;
        n -= used;
    }
    body_read(c, p, n);
    return c->body_want >= 0 ? c->body_n >= (size_t)c->body_want : memcmp(c->tail, "0\r\n\r\n", sizeof c->tail) == 0;
}

static void client_ready(struct bench *b, struct client *c, uint32_t what)
{
    char part[READ_SIZE];

    if ((what & EPOLLOUT) != 0) {
        watch(b, c, EPOLL_CTL_MOD, EPOLLIN);
        client_write(b, c);
    }
    if ((what & ~(uint32_t)EPOLLOUT) == 0)
        return;
    ssize_t n = recv(c->fd, part, sizeof part, 0);
    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0)
        client_broken(b, c);
    else if (answer_read(c, part, (size_t)n))
        client_done(b, c, true);
}

static int by_size(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

static uint32_t part_of(const struct bench *b, double p)
{
    return b->n_took > 0 ? b->took[(size_t)(p * (double)(b->n_took - 1))] : 0;
}

int main(int argc, char **argv)
{
    static struct bench b;
    static struct client client[LIMIT_CLIENTS];
    struct epoll_event e[EVENTS];

    int n = argc == 7 ? (int)strtol(argv[1], NULL, 10) : 0;

    if (n < 1 || n > LIMIT_CLIENTS) {
        fprintf(stderr, "usage: load CLIENTS SECONDS|nREQUESTS PORT STATUS loop|once FILE\n");
        return 2;
    }
    b.to = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)strtoul(argv[3], NULL, 10))};
    b.to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    b.status = (int)strtol(argv[4], NULL, 10);
    b.loop = strcmp(argv[5], "loop") == 0;
    requests_read(&b, argv[6]);
    b.epoll = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < n; i++)
        client_open(&b, &client[i]);
    int64_t begin = now_us();
    b.most = argv[2][0] == 'n' ? strtoul(argv[2] + 1, NULL, 10) : 0;
    b.end = b.most > 0 ? INT64_MAX : begin + (int64_t)(strtod(argv[2], NULL) * 1e6);
    for (int i = 0; i < n; i++)
        client_next(&b, &client[i]);
    while (!b.over) { /* requests in hand at the end do not count, neither as done nor as lost */
        int got = epoll_wait(b.epoll, e, EVENTS, 30000);
        if (got == 0)
            die("no answer for 30 seconds");
        for (int i = 0; i < got; i++)
            client_ready(&b, e[i].data.ptr, e[i].events);
    }
    double seconds = (double)(now_us() - begin) / 1e6;
    qsort(b.took, b.n_took, sizeof *b.took, by_size);
    printf("%zu %.3f %zu %u %u %u %u %zu %zu\n", b.n_took, seconds, b.errors, part_of(&b, 0.5), part_of(&b, 0.9),
           part_of(&b, 0.99), part_of(&b, 1.0), b.bytes, b.n_rq - b.next);
    return 0;
}
