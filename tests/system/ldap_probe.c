/* tests/system/ldap_probe.c - engine/dir on the command line, for tests/system/ldap.sh.
 *
 * For     asking a real directory through the very code that the programs use.
 * Owns    one struct dir for its whole life, so that kept connections and fail-over can be seen.
 * Never   part of the product.
 * Holds   one line in, one line out.
 *
 *   ldap_probe           reads "login NAME HEX-OF-PASSWORD", "find ID", "groups DN" and "roles DN" from standard input; the
 * settings are those of GRADUS_CONF ldap_probe silent    listens on a free port of loopback, prints it, accepts everything and
 * says nothing ldap_probe talk      the same, but sends one byte every 100 ms that is no LDAP message's end */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "dir/dir.h"
#include "dir/roles.h"

enum { LINE = 8192, HELD = 64 };

static const struct role_map map[] = {
    {"cn=gradus-employees,ou=groups,dc=gradus,dc=test", "requester"}, {"cn=gradus-l1,ou=groups,dc=gradus,dc=test", "sd_l1"},
    {"CN=Gradus-L2, OU=groups, DC=gradus, DC=test", "sd_l2"},         {"cn=gradus-l3,ou=groups,dc=gradus,dc=test", "sd_l3"},
    {"cn=gradus-admins,ou=groups,dc=gradus,dc=test", "admin"},
};

static void print_person(enum err e, bool found, const struct dir_person *p)
{
    if (e != OK)
        printf("%s %s", err_name(e), e == E_LOGIN ? trouble()->text : "-");
    else if (!found)
        printf("GONE");
    else
        printf("OK %s|%s|%s|%s|%s|%s|%s", p->uid, p->name, p->mail, p->lang, p->disabled ? "disabled" : "active", p->dn, p->id);
}

static void print_groups(enum err e, struct arena *mem, const struct dir_groups *g, bool roles)
{
    printf("%s", e == OK ? "OK" : err_name(e));
    if (e != OK)
        return;
    if (roles) {
        printf(" %s", roles_of(mem, g, map, sizeof map / sizeof map[0]));
        return;
    }
    for (size_t i = 0; i < g->n; i++)
        printf(" %.*s", (int)(strchr(g->dn[i], ',') - g->dn[i] - 3), g->dn[i] + 3);
}

static void command(struct dir *d, char *line)
{
    struct arena *mem = arena_new(0);
    struct dir_person p = {0};
    struct dir_groups g = {0};
    char *rest = line, *verb = strsep(&rest, " ");
    int64_t from = clock_monotonic();
    bool found = true;
    enum err e;

    if (strcmp(verb, "login") == 0) {
        char *name = strsep(&rest, " ");
        size_t n = rest != NULL ? strlen(rest) / 2 : 0;
        char *password = arena_alloc(mem, n + 1);
        if (n > 0 && !text_unhex(rest, password, n))
            abort();
        e = dir_login(d, mem, name, (struct span){password, n}, &p);
        print_person(e, found, &p);
    } else if (strcmp(verb, "find") == 0) {
        e = dir_find_by_id(d, mem, rest, &p, &found);
        print_person(e, found, &p);
    } else {
        e = dir_groups_of(d, mem, rest, &g);
        print_groups(e, mem, &g, strcmp(verb, "roles") == 0);
    }
    printf(" %lld\n", (long long)((clock_monotonic() - from) / 1000));
    arena_free(mem);
}

/* A server that takes connections and never answers. */
static int hold(bool talk)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int held[HELD], n = 0, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (s < 0 || bind(s, (struct sockaddr *)&at, sizeof at) != 0 || listen(s, HELD) != 0 ||
        getsockname(s, (struct sockaddr *)&at, &size) != 0)
        return 1;
    printf("%d\n", ntohs(at.sin_port));
    fflush(stdout);
    for (;;) {
        struct pollfd p = {.fd = s, .events = POLLIN};
        if (poll(&p, 1, 100) == 1 && n < HELD)
            held[n++] = accept(s, NULL, NULL);
        for (int i = 0; talk && i < n; i++) {
            if (send(held[i], "0", 1, MSG_NOSIGNAL) < 0)
                continue;
        }
    }
}

int main(int argc, char **argv)
{
    struct arena *mem = arena_new(0);
    char line[LINE];
    struct conf conf;
    struct dir *d;

    if (argc > 1)
        return hold(strcmp(argv[1], "talk") == 0);
    log_open("ldap_probe", LOG_INFO);
    if (conf_read(mem, conf_path(), &conf) != OK || dir_open(mem, &conf, &d) != OK) {
        log_trouble();
        printf("%s\n", err_name(trouble()->code));
        arena_free(mem);
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        command(d, line);
    }
    arena_free(mem);
    return 0;
}
