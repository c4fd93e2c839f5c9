/* engine/dir/dir.c - people and groups of an LDAP directory.
 *
 * For     saying whether somebody may sign in, who it is, and in which groups.
 * Owns    libldap: no other file includes its header. The two connections of the process, and which server seems to be down.
 * Never   writes to the directory; follows referrals or aliases; sends a password over an unprotected line; logs a name as it
 *         was typed (people type passwords there) or a password.
 * Holds   every call ends within ldap_timeout seconds; "not there" is said only by a server that answered.
 *
 * Why two connections: a connection has the rights of whoever bound last. Passwords are tried on one of their own, which is
 * used for nothing else, so that no search can run with a person's rights and no failed bind leaves the searches anonymous.
 *
 * Why a dummy bind: the answer for an unknown name must take a round trip like that for a wrong password. What the server needs
 * to hash the password cannot be imitated from here; directories with slow hashes should limit sign-ins themselves as well.
 *
 * Fail-over: each public call has one deadline. A server that does not connect, does not speak TLS, does not bind or is silent
 * loses its share of what is left (an equal part for each server not yet tried), is then asked last for SERVER_REST, and the
 * next one gets the same request. A kept connection that the server closed meanwhile is made anew without blame.
 *
 * Why a guard below TLS: libldap's time-outs end neither a TLS handshake with a server that says nothing (with GnuTLS it
 * repeats the read at full speed, for ever) nor a message of which only a part comes. Every read and write of a connection
 * therefore passes through a layer of ours, which waits for the socket and gives up at the deadline. Looking up a server's name
 * is the one thing that is bounded by the system's resolver alone. */
#include "dir/dir.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ldap.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"

#define SERVER_REST (30 * CLOCK_SECOND)
#define SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"
#define DUMMY_RDN "uid=gradus-nobody"

enum {
    LIMIT_FILTER = 65536,     /* bytes of a search filter                        */
    LIMIT_FILTER_GROUPS = 50, /* groups asked for in one filter                  */
    LIMIT_SECRET = 1024,      /* bytes of the service account's password file    */
    LIMIT_ATTRIBUTE_BYTES = 4096
};

struct server {
    const char *url;
    bool socket;        /* ldapi */
    bool start_tls;     /* ldap: StartTLS is demanded */
    int64_t rest_until; /* asked last until then (monotonic) */
};

struct dir {
    struct arena *mem;
    const struct conf *conf;
    struct server server[LIMIT_DIR_SERVERS];
    unsigned n;
    unsigned at;   /* the server of the connections */
    LDAP *search;  /* bound as the service account */
    LDAP *person;  /* passwords are tried here */
    int64_t until; /* the server in hand must have answered by then (monotonic) */
    Sockbuf_IO guard;
    ldap_conncb hook;
};

/* One public call: its deadline and the servers that failed in it. */
struct call {
    struct dir *d;
    struct arena *mem;
    int64_t deadline;
    unsigned failed; /* bit i: server i */
};

struct query {
    const char *base;
    int scope;
    const char *filter;
    char **attrs;
    int limit;
};

/* ---- the guard: no read and no write beyond the deadline ---- */

static int guard_setup(Sockbuf_IO_Desc *io, void *arg)
{
    io->sbiod_pvt = arg;
    return 0;
}

static int guard_none(Sockbuf_IO_Desc *io)
{
    return 0;
}

static int guard_ctrl(Sockbuf_IO_Desc *io, int opt, void *arg)
{
    return LBER_SBIOD_CTRL_NEXT(io, opt, arg);
}

/* Waits until the socket is ready for EVENT; false with errno at the deadline. A write that needs no waiting is always allowed:
 * at the end of a connection TLS and LDAP say good-bye. */
static bool guard_wait(const Sockbuf_IO_Desc *io, short event)
{
    const struct dir *d = io->sbiod_pvt;
    struct pollfd p = {.fd = -1, .events = event};
    int64_t left;
    int n;

    ber_sockbuf_ctrl(io->sbiod_sb, LBER_SB_OPT_GET_FD, &p.fd);
    do {
        left = d->until - clock_monotonic();
        if (left <= 0 && event == POLLIN)
            break;
        n = poll(&p, 1, left <= 0 ? 0 : (int)((left + 999) / 1000));
        if (n > 0)
            return true;
    } while ((n == 0 && left > 0) || (n < 0 && errno == EINTR));
    errno = ETIMEDOUT;
    return false;
}

static ber_slen_t guard_read(Sockbuf_IO_Desc *io, void *buf, ber_len_t len)
{
    return guard_wait(io, POLLIN) ? LBER_SBIOD_READ_NEXT(io, buf, len) : -1;
}

static ber_slen_t guard_write(Sockbuf_IO_Desc *io, void *buf, ber_len_t len)
{
    return guard_wait(io, POLLOUT) ? LBER_SBIOD_WRITE_NEXT(io, buf, len) : -1;
}

/* Called by libldap between connect and TLS. */
static int guard_add(LDAP *ld, Sockbuf *sb, LDAPURLDesc *srv, struct sockaddr *addr, ldap_conncb *hook)
{
    struct dir *d = hook->lc_arg;

    return ber_sockbuf_add_io(sb, &d->guard, (LBER_SBIOD_LEVEL_PROVIDER + LBER_SBIOD_LEVEL_TRANSPORT) / 2, d);
}

static void guard_gone(LDAP *ld, Sockbuf *sb, ldap_conncb *hook)
{
}

/* ---- settings ---- */

static void disconnect(LDAP **ld)
{
    if (*ld != NULL)
        ldap_unbind_ext(*ld, NULL, NULL);
    *ld = NULL;
}

static void dir_end(void *p)
{
    struct dir *d = p;

    disconnect(&d->search);
    disconnect(&d->person);
}

static enum err server_add(struct dir *d, const char *url)
{
    LDAPURLDesc *u = NULL;
    struct server *s = &d->server[d->n];

    if (d->n == LIMIT_DIR_SERVERS)
        return fail(E_CONF, "ldap_urls: more than %d servers", LIMIT_DIR_SERVERS);
    if (ldap_url_parse(url, &u) != LDAP_URL_SUCCESS)
        return fail(E_CONF, "ldap_urls: '%s' is not the address of an LDAP server", url);
    bool plain = strcmp(u->lud_scheme, "ldap") == 0;
    bool known = plain || strcmp(u->lud_scheme, "ldaps") == 0 || strcmp(u->lud_scheme, "ldapi") == 0;
    bool bare = (u->lud_dn == NULL || u->lud_dn[0] == '\0') && u->lud_filter == NULL && u->lud_attrs == NULL;
    s->url = url;
    s->start_tls = plain;
    s->socket = strcmp(u->lud_scheme, "ldapi") == 0;
    ldap_free_urldesc(u);
    if (!known || !bare)
        return fail(E_CONF, "ldap_urls: '%s' must be ldapi://, ldaps:// or ldap:// and name a server only", url);
    if (d->conf->ldap_bind_dn[0] == '\0' && !s->socket)
        return fail(E_CONF, "ldap_bind_dn: needed for %s; only ldapi:// signs in by the operating system's user", url);
    d->n++;
    return OK;
}

static enum err servers_read(struct dir *d)
{
    char *rest = arena_strdup(d->mem, d->conf->ldap_urls), *word;

    while ((word = strsep(&rest, " \t")) != NULL) {
        if (*word != '\0')
            TRY(server_add(d, word));
    }
    return d->n > 0 ? OK : fail(E_CONF, "ldap_urls: no server is named");
}

/* A filter is put between others: it must be one balanced pair of parentheses. The server judges the rest. */
static enum err filter_check(const char *setting, const char *f)
{
    int depth = 0;

    for (const char *p = f; *p != '\0'; p++) {
        if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0 && p[1] != '\0')
            depth = -1;
        if (depth < 0 || (p == f && *p != '('))
            return fail(E_CONF, "%s: '%s' must be one filter in parentheses", setting, f);
    }
    return depth == 0 ? OK : fail(E_CONF, "%s: '%s' lacks a closing parenthesis", setting, f);
}

static enum err attribute_check(const char *setting, const char *name)
{
    for (const char *p = name; *p != '\0'; p++) {
        if (!isalnum((unsigned char)*p) && *p != '-' && *p != ';' && *p != '.')
            return fail(E_CONF, "%s: '%s' is not the name of an attribute", setting, name);
    }
    return name[0] != '\0' ? OK : fail(E_CONF, "%s: no attribute is named", setting);
}

static enum err settings_check(const struct conf *c)
{
    const char *dn;

    TRY(filter_check("ldap_filter", c->ldap_filter));
    TRY(filter_check("ldap_disabled", c->ldap_disabled));
    TRY(attribute_check("ldap_login", c->ldap_login));
    TRY(attribute_check("ldap_id", c->ldap_id));
    TRY(attribute_check("ldap_name", c->ldap_name));
    TRY(attribute_check("ldap_mail", c->ldap_mail));
    TRY(attribute_check("ldap_lang", c->ldap_lang));
    TRY(attribute_check("ldap_member", c->ldap_member));
    if (c->ldap_filter[0] == '\0' || c->ldap_base[0] == '\0' || c->ldap_group_base[0] == '\0')
        return fail(E_CONF, "ldap_filter, ldap_base and ldap_group_base must be set");
    struct arena *scratch = arena_new(0);
    bool good = dir_dn_normal(scratch, c->ldap_base, &dn) == OK && dir_dn_normal(scratch, c->ldap_group_base, &dn) == OK &&
                dir_dn_normal(scratch, c->ldap_bind_dn, &dn) == OK;
    arena_free(scratch);
    return good ? OK : fail(E_CONF, "ldap_base, ldap_group_base or ldap_bind_dn is not a distinguished name");
}

enum err dir_open(struct arena *mem, const struct conf *conf, struct dir **out)
{
    struct dir *d = ARENA_NEW(mem, struct dir);

    if (setenv("LDAPNOINIT", "1", 1) != 0)
        return fail(E_IO, "LDAPNOINIT cannot be set");
    signal(SIGPIPE, SIG_IGN);
    d->mem = mem;
    d->conf = conf;
    d->guard = (Sockbuf_IO){.sbi_setup = guard_setup,
                            .sbi_remove = guard_none,
                            .sbi_ctrl = guard_ctrl,
                            .sbi_read = guard_read,
                            .sbi_write = guard_write,
                            .sbi_close = guard_none};
    d->hook = (ldap_conncb){.lc_add = guard_add, .lc_del = guard_gone, .lc_arg = d};
    TRY(settings_check(conf));
    TRY(servers_read(d));
    arena_at_end(mem, dir_end, d);
    *out = d;
    return OK;
}

/* ---- connections ---- */

static bool lost(int rc)
{
    return rc == LDAP_SERVER_DOWN || rc == LDAP_TIMEOUT || rc == LDAP_CONNECT_ERROR || rc == LDAP_UNAVAILABLE ||
           rc == LDAP_BUSY || rc == LDAP_LOCAL_ERROR || rc == LDAP_DECODING_ERROR || rc == LDAP_ENCODING_ERROR;
}

static struct call call_begin(struct dir *d, struct arena *mem)
{
    return (struct call){.d = d, .mem = mem, .deadline = clock_monotonic() + d->conf->ldap_timeout * CLOCK_SECOND};
}

/* What the server in hand may still take: an equal share for each server that has not failed in this call. */
static bool share(const struct call *c, struct timeval *out)
{
    int64_t left = c->deadline - clock_monotonic();
    unsigned servers = c->d->n - (unsigned)__builtin_popcount(c->failed);

    if (left <= 0 || servers == 0)
        return false;
    left /= servers;
    *out = (struct timeval){.tv_sec = left / CLOCK_SECOND, .tv_usec = left % CLOCK_SECOND};
    return true;
}

static int limits_set(const struct call *c, LDAP *ld)
{
    struct timeval tv;

    if (!share(c, &tv))
        return LDAP_TIMEOUT;
    c->d->until = clock_monotonic() + tv.tv_sec * CLOCK_SECOND + tv.tv_usec;
    if (ldap_set_option(ld, LDAP_OPT_NETWORK_TIMEOUT, &tv) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_TIMEOUT, &tv) != LDAP_OPT_SUCCESS)
        return LDAP_LOCAL_ERROR;
    return LDAP_SUCCESS;
}

static int options_set(struct dir *d, LDAP *ld)
{
    int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER, demand = LDAP_OPT_X_TLS_DEMAND;
    int least = LDAP_OPT_X_TLS_PROTOCOL_TLS1_2, client = 0;
    const char *ca = d->conf->ldap_ca[0] != '\0' ? d->conf->ldap_ca : SYSTEM_CA;
    bool good = ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) == LDAP_OPT_SUCCESS &&
                ldap_set_option(ld, LDAP_OPT_DEREF, &deref) == LDAP_OPT_SUCCESS &&
                ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) == LDAP_OPT_SUCCESS &&
                ldap_set_option(ld, LDAP_OPT_RESTART, LDAP_OPT_ON) == LDAP_OPT_SUCCESS &&
                ldap_set_option(ld, LDAP_OPT_CONNECT_CB, &d->hook) == LDAP_OPT_SUCCESS;

    if (!d->server[d->at].socket)
        good = good && ldap_set_option(ld, LDAP_OPT_X_TLS_CACERTFILE, ca) == LDAP_OPT_SUCCESS &&
               ldap_set_option(ld, LDAP_OPT_X_TLS_REQUIRE_CERT, &demand) == LDAP_OPT_SUCCESS &&
               ldap_set_option(ld, LDAP_OPT_X_TLS_PROTOCOL_MIN, &least) == LDAP_OPT_SUCCESS &&
               ldap_set_option(ld, LDAP_OPT_X_TLS_NEWCTX, &client) == LDAP_OPT_SUCCESS;
    return good ? LDAP_SUCCESS : LDAP_LOCAL_ERROR;
}

/* What libldap or the server adds to a bare code: why a certificate was refused, for example. */
static void diagnose(const struct server *s, LDAP *ld)
{
    char *why = NULL;

    if (ld != NULL && ldap_get_option(ld, LDAP_OPT_DIAGNOSTIC_MESSAGE, &why) == LDAP_OPT_SUCCESS && why != NULL && *why != '\0')
        log_write(LOG_WARNING, "ldap %s: %s", s->url, why);
    ldap_memfree(why);
}

/* A connection to the server in hand, protected and not bound. */
static int link_open(const struct call *c, LDAP **out)
{
    const struct server *s = &c->d->server[c->d->at];
    LDAP *ld = NULL;
    int rc = ldap_initialize(&ld, s->url);

    if (rc == LDAP_SUCCESS)
        rc = options_set(c->d, ld);
    if (rc == LDAP_SUCCESS)
        rc = limits_set(c, ld);
    if (rc == LDAP_SUCCESS && s->start_tls)
        rc = ldap_start_tls_s(ld, NULL, NULL);
    if (rc != LDAP_SUCCESS) {
        diagnose(s, ld);
        disconnect(&ld);
    }
    *out = ld;
    return rc;
}

/* The service account's password, read anew for each connection: a changed file needs no restart. */
static enum err service_password(const struct call *c, struct berval *out)
{
    const struct conf *conf = c->d->conf;
    char *text = arena_alloc(c->mem, LIMIT_SECRET + 1);
    ssize_t n = 0;

    if (conf->ldap_bind_password_file[0] != '\0') {
        const char *folder = getenv("CREDENTIALS_DIRECTORY"), *name = conf->ldap_bind_password_file;
        if (name[0] != '/' && folder != NULL)
            name = arena_printf(c->mem, "%s/%s", folder, name);
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        n = fd < 0 ? -1 : read(fd, text, LIMIT_SECRET);
        if (fd >= 0)
            close(fd);
        if (n < 0)
            return fail(E_CONF, "%s: cannot be read", conf->ldap_bind_password_file);
        while (n > 0 && (text[n - 1] == '\n' || text[n - 1] == '\r'))
            n--;
    } else {
        n = snprintf(text, LIMIT_SECRET + 1, "%s", conf->ldap_bind_password);
    }
    if (n <= 0 || n > LIMIT_SECRET)
        return fail(E_CONF, "ldap_bind_password: empty or longer than %d bytes", LIMIT_SECRET);
    *out = (struct berval){.bv_len = (ber_len_t)n, .bv_val = text};
    return OK;
}

static enum err service_bind(const struct call *c, LDAP *ld, int *rc)
{
    struct berval cred = {.bv_len = 0, .bv_val = arena_strdup(c->mem, "")}; /* EXTERNAL: empty, but present */
    bool external = c->d->conf->ldap_bind_dn[0] == '\0';

    if (!external)
        TRY(service_password(c, &cred));
    *rc = limits_set(c, ld);
    if (*rc == LDAP_SUCCESS)
        *rc = ldap_sasl_bind_s(ld, external ? NULL : c->d->conf->ldap_bind_dn, external ? "EXTERNAL" : LDAP_SASL_SIMPLE, &cred,
                               NULL, NULL, NULL);
    explicit_bzero(cred.bv_val, cred.bv_len);
    return OK;
}

/* The server in hand did not do its part: both connections go, and it is asked last for a while. */
static void server_failed(struct call *c, int rc)
{
    struct dir *d = c->d;
    struct server *s = &d->server[d->at];

    diagnose(s, d->search);
    log_write(LOG_WARNING, "ldap %s: %s; asked last for a while", s->url, ldap_err2string(rc));
    disconnect(&d->search);
    disconnect(&d->person);
    s->rest_until = clock_monotonic() + SERVER_REST;
    c->failed |= 1U << d->at;
}

/* The next server to ask: in the order of the setting, those at rest last. */
static bool server_choose(struct call *c)
{
    struct dir *d = c->d;
    int64_t now = clock_monotonic();

    for (int rested = 1; rested >= 0; rested--) {
        for (unsigned i = 0; i < d->n; i++) {
            if ((c->failed & 1U << i) == 0 && (d->server[i].rest_until <= now) == (rested == 1)) {
                d->at = i;
                return true;
            }
        }
    }
    return false;
}

/* Makes sure that the connection for searches stands. *FRESH: it was made just now. */
static enum err search_ready(struct call *c, bool *fresh)
{
    struct dir *d = c->d;
    struct timeval tv;

    *fresh = d->search == NULL;
    while (d->search == NULL) {
        int rc;
        if (!share(c, &tv) || !server_choose(c))
            return fail(E_DIRECTORY, "no LDAP server answers (%u named)", d->n);
        rc = link_open(c, &d->search);
        if (rc == LDAP_SUCCESS)
            TRY(service_bind(c, d->search, &rc));
        if (rc != LDAP_SUCCESS)
            server_failed(c, rc);
        else
            d->server[d->at].rest_until = 0;
    }
    return OK;
}

/* ---- searches ---- */

static void message_end(void *p)
{
    ldap_msgfree(p);
}

/* Runs Q; *RC is the server's result: SUCCESS, SIZELIMIT_EXCEEDED or NO_SUCH_OBJECT, everything else is an error here. The
 * message belongs to the call's arena. */
static enum err search(struct call *c, const struct query *q, LDAPMessage **msg, int *rc)
{
    struct dir *d = c->d;
    struct timeval tv;
    bool fresh;

    for (;;) {
        TRY(search_ready(c, &fresh));
        *msg = NULL;
        *rc = limits_set(c, d->search);
        if (*rc == LDAP_SUCCESS && share(c, &tv))
            *rc = ldap_search_ext_s(d->search, q->base, q->scope, q->filter, q->attrs, 0, NULL, NULL, &tv, q->limit, msg);
        if (*msg != NULL)
            arena_at_end(c->mem, message_end, *msg);
        if (*rc == LDAP_SUCCESS || *rc == LDAP_SIZELIMIT_EXCEEDED || *rc == LDAP_NO_SUCH_OBJECT)
            return OK;
        if (!lost(*rc) && *rc != LDAP_TIMELIMIT_EXCEEDED)
            return fail(E_DIRECTORY, "ldap %s: search below '%s': %s", d->server[d->at].url, q->base, ldap_err2string(*rc));
        if (fresh || *rc == LDAP_TIMEOUT)
            server_failed(c, *rc);
        else
            disconnect(&d->search);
    }
}

/* RFC 4515: what has a meaning in a filter, NUL and every byte beyond ASCII become \xx. */
static void filter_value(struct buf *b, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)p[i];
        if (ch == '*' || ch == '(' || ch == ')' || ch == '\\' || ch < 0x20 || ch >= 0x7f)
            buf_fmt(b, "\\%02x", ch);
        else
            buf_char(b, (char)ch);
    }
}

static bool binary_id(const struct conf *conf)
{
    return text_same_nocase(conf->ldap_id, "objectGUID");
}

/* The first value of ATTR as clean text of at most MAX code points, "" if there is none or it is not UTF-8. */
static const char *entry_text(const struct call *c, LDAPMessage *entry, const char *attr, size_t max)
{
    struct berval **v = ldap_get_values_len(c->d->search, entry, attr);
    const char *text = "";

    if (v != NULL && v[0] != NULL && v[0]->bv_len <= LIMIT_ATTRIBUTE_BYTES && text_valid(v[0]->bv_val, v[0]->bv_len))
        text = text_cut(c->mem, text_clean(c->mem, arena_strndup(c->mem, v[0]->bv_val, v[0]->bv_len), false), max);
    ldap_value_free_len(v);
    return text;
}

static const char *entry_id(const struct call *c, LDAPMessage *entry)
{
    struct berval **v;
    struct buf hex = buf_new(c->mem, 2 * LIMIT_DIR_VALUE);

    if (!binary_id(c->d->conf))
        return entry_text(c, entry, c->d->conf->ldap_id, LIMIT_DIR_VALUE);
    v = ldap_get_values_len(c->d->search, entry, c->d->conf->ldap_id);
    if (v != NULL && v[0] != NULL)
        buf_hex(&hex, v[0]->bv_val, v[0]->bv_len);
    ldap_value_free_len(v);
    return buf_done(&hex) == OK ? buf_text(&hex) : "";
}

static const char *entry_dn(const struct call *c, LDAPMessage *entry)
{
    char *dn = ldap_get_dn(c->d->search, entry);
    const char *copy = "";

    if (dn != NULL && strlen(dn) <= LIMIT_DIR_DN && text_valid(dn, strlen(dn)))
        copy = arena_strdup(c->mem, dn);
    ldap_memfree(dn);
    return copy;
}

static bool name_possible(const char *name)
{
    size_t n = strnlen(name, LIMIT_DIR_NAME + 1);

    if (n == 0 || n > LIMIT_DIR_NAME)
        return false;
    for (size_t i = 0; i < n; i++) {
        char ch = name[i];
        bool good = (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '.' ||
                    ch == '_' || ch == '@' || ch == '-';
        if (!good)
            return false;
    }
    return true;
}

/* "de", "de-DE", "en-GB, en;q=0.5" -> two small letters; anything else -> "" */
static const char *lang_of(struct arena *mem, const char *s)
{
    bool two = isalpha((unsigned char)s[0]) && isalpha((unsigned char)s[1]) && !isalpha((unsigned char)s[2]);

    return two ? arena_printf(mem, "%c%c", tolower((unsigned char)s[0]), tolower((unsigned char)s[1])) : "";
}

static enum err person_disabled(struct call *c, const char *dn, bool *out)
{
    const char *filter = c->d->conf->ldap_disabled;
    char *attrs[] = {(char[]){LDAP_NO_ATTRS}, NULL};
    struct query q = {.base = dn, .scope = LDAP_SCOPE_BASE, .filter = filter, .attrs = attrs, .limit = 1};
    LDAPMessage *msg;
    int rc;

    *out = false;
    if (filter[0] == '\0')
        return OK;
    TRY(search(c, &q, &msg, &rc));
    *out = rc != LDAP_SUCCESS || ldap_count_entries(c->d->search, msg) != 0;
    return OK;
}

static enum err person_read(struct call *c, LDAPMessage *entry, struct dir_person *out)
{
    const struct conf *conf = c->d->conf;

    out->dn = entry_dn(c, entry);
    out->id = entry_id(c, entry);
    out->uid = entry_text(c, entry, conf->ldap_login, LIMIT_DIR_NAME);
    out->name = entry_text(c, entry, conf->ldap_name, LIMIT_DIR_VALUE);
    out->mail = entry_text(c, entry, conf->ldap_mail, LIMIT_DIR_VALUE);
    out->lang = lang_of(c->mem, entry_text(c, entry, conf->ldap_lang, LIMIT_DIR_VALUE));
    if (out->dn[0] == '\0' || out->id[0] == '\0' || !name_possible(out->uid))
        return fail(E_CONF, "ldap: an entry that matches ldap_filter has no usable name, %s or %s", conf->ldap_login,
                    conf->ldap_id);
    if (out->name[0] == '\0')
        out->name = out->uid;
    return person_disabled(c, out->dn, &out->disabled);
}

/* The entry of which ATTR is VALUE, if there is exactly one; *HITS is 0, 1 or 2 (several). */
static enum err person_search(struct call *c, const char *attr, struct span value, struct dir_person *out, int *hits)
{
    const struct conf *conf = c->d->conf;
    const char *names[] = {conf->ldap_id, conf->ldap_login, conf->ldap_name, conf->ldap_mail, conf->ldap_lang};
    char *attrs[sizeof names / sizeof names[0] + 1] = {NULL};
    struct buf filter = buf_new(c->mem, LIMIT_FILTER);
    LDAPMessage *msg;
    int rc;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        attrs[i] = arena_strdup(c->mem, names[i]);
    buf_fmt(&filter, "(&%s(%s=", conf->ldap_filter, attr);
    filter_value(&filter, value.p, value.n);
    buf_str(&filter, "))");
    TRY(buf_done(&filter));
    struct query q = {
        .base = conf->ldap_base, .scope = LDAP_SCOPE_SUBTREE, .filter = buf_text(&filter), .attrs = attrs, .limit = 2};
    TRY(search(c, &q, &msg, &rc));
    if (rc == LDAP_NO_SUCH_OBJECT)
        return fail(E_DIRECTORY, "ldap %s: ldap_base '%s' is not there or may not be read", c->d->server[c->d->at].url, q.base);
    *hits = rc == LDAP_SIZELIMIT_EXCEEDED ? 2 : ldap_count_entries(c->d->search, msg);
    if (*hits == 1)
        return person_read(c, ldap_first_entry(c->d->search, msg), out);
    return OK;
}

/* ---- sign-in ---- */

/* Results that say no to the person, whatever the reason; all others say that the server could not judge. */
static bool refuses(int rc)
{
    return rc == LDAP_INVALID_CREDENTIALS || rc == LDAP_INAPPROPRIATE_AUTH || rc == LDAP_INSUFFICIENT_ACCESS ||
           rc == LDAP_NO_SUCH_OBJECT || rc == LDAP_UNWILLING_TO_PERFORM || rc == LDAP_CONSTRAINT_VIOLATION ||
           rc == LDAP_INVALID_DN_SYNTAX || rc == LDAP_REFERRAL || rc == LDAP_SASL_BIND_IN_PROGRESS;
}

/* Tries the password on the second connection of the server in hand. OK with *RC, or E_DIRECTORY after the server was marked.
 */
static enum err person_bind(struct call *c, const char *dn, struct span password, int *rc)
{
    struct dir *d = c->d;
    struct berval cred = {.bv_len = password.n, .bv_val = arena_memdup(c->mem, password.p, password.n)};
    bool fresh;

    do {
        fresh = d->person == NULL;
        *rc = fresh ? link_open(c, &d->person) : limits_set(c, d->person);
        if (*rc == LDAP_SUCCESS)
            *rc = ldap_sasl_bind_s(d->person, dn, LDAP_SASL_SIMPLE, &cred, NULL, NULL, NULL);
        if (*rc != LDAP_SUCCESS && !refuses(*rc))
            disconnect(&d->person);
    } while (!fresh && lost(*rc) && *rc != LDAP_TIMEOUT);
    explicit_bzero(cred.bv_val, cred.bv_len);
    if (*rc == LDAP_SUCCESS || refuses(*rc))
        return OK;
    server_failed(c, *rc);
    return fail(E_DIRECTORY, "ldap: the password could not be checked: %s", ldap_err2string(*rc));
}

static enum err refuse(const char *why)
{
    log_write(LOG_INFO, "ldap: sign-in refused: %s", why);
    return fail(E_LOGIN, "sign-in refused");
}

static enum err login_once(struct call *c, const char *name, struct span password, struct dir_person *out)
{
    struct dir_person p = {0};
    int hits, rc;

    TRY(person_search(c, c->d->conf->ldap_login, (struct span){name, strlen(name)}, &p, &hits));
    if (hits != 1) {
        TRY(person_bind(c, arena_printf(c->mem, DUMMY_RDN ",%s", c->d->conf->ldap_base), password, &rc));
        return refuse(hits == 0 ? "unknown name" : "the name belongs to several entries");
    }
    TRY(person_bind(c, p.dn, password, &rc));
    if (rc != LDAP_SUCCESS)
        return refuse(ldap_err2string(rc));
    if (p.disabled)
        return refuse("disabled");
    *out = p;
    return OK;
}

enum err dir_login(struct dir *d, struct arena *mem, const char *name, struct span password, struct dir_person *out)
{
    struct call c = call_begin(d, mem);
    unsigned failed;
    enum err e;

    if (!name_possible(name))
        return refuse("not a possible name");
    if (password.n == 0 || password.n > LIMIT_DIR_PASSWORD || memchr(password.p, '\0', password.n) != NULL)
        return refuse("empty or impossible password");
    /* Another server may know: as long as the last try has cost a server, there is one fewer to ask. */
    do {
        failed = c.failed;
        e = login_once(&c, name, password, out);
    } while (e == E_DIRECTORY && c.failed != failed && (unsigned)__builtin_popcount(c.failed) < d->n);
    return e == OK ? OK : err_pass(e, __FILE__, __LINE__);
}

enum err dir_find_by_id(struct dir *d, struct arena *mem, const char *id, struct dir_person *out, bool *found)
{
    struct call c = call_begin(d, mem);
    struct span value = {id, strlen(id)};
    char *attrs[] = {(char[]){LDAP_NO_ATTRS}, NULL};
    struct query base = {d->conf->ldap_base, LDAP_SCOPE_BASE, "(objectClass=*)", attrs, 1};
    LDAPMessage *msg;
    int hits, rc;

    *found = false;
    if (value.n == 0 || value.n > 2 * LIMIT_DIR_VALUE)
        return OK;
    if (binary_id(d->conf)) {
        char *raw = arena_alloc(mem, value.n);
        if (value.n % 2 != 0 || !text_unhex(id, raw, value.n / 2))
            return OK;
        value = (struct span){raw, value.n / 2};
    }
    TRY(person_search(&c, d->conf->ldap_id, value, out, &hits));
    if (hits > 1)
        return fail(E_DIRECTORY, "ldap: %s does not tell people apart: several entries have one value", d->conf->ldap_id);
    *found = hits == 1;
    if (*found)
        return OK;
    TRY(search(&c, &base, &msg, &rc));
    if (rc != LDAP_SUCCESS || ldap_count_entries(d->search, msg) != 1)
        return fail(E_DIRECTORY, "ldap: ldap_base '%s' may not be read: nobody is called gone", d->conf->ldap_base);
    return OK;
}

/* ---- groups ---- */

struct climb {
    struct dir_groups *out;
    struct map seen;
    const char **raw; /* the same groups as the server wrote them, for the next filter */
};

static enum err groups_take(struct call *c, struct climb *cl, LDAPMessage *msg)
{
    const char *dn;

    for (LDAPMessage *e = ldap_first_entry(c->d->search, msg); e != NULL; e = ldap_next_entry(c->d->search, e)) {
        const char *raw = entry_dn(c, e);
        if (raw[0] == '\0' || dir_dn_normal(c->mem, raw, &dn) != OK || map_get(&cl->seen, dn) != NULL)
            continue;
        if (cl->out->n == LIMIT_DIR_GROUPS)
            return fail(E_DIRECTORY, "ldap: somebody is in more than %d groups", LIMIT_DIR_GROUPS);
        map_set(&cl->seen, dn, cl);
        cl->raw[cl->out->n] = raw;
        cl->out->dn[cl->out->n++] = dn;
    }
    return OK;
}

/* The groups that hold one of MEMBER[0..N). */
static enum err groups_holding(struct call *c, struct climb *cl, const char *const *member, size_t n)
{
    const struct conf *conf = c->d->conf;
    struct buf filter = buf_new(c->mem, (size_t)LIMIT_FILTER_GROUPS * (3 * LIMIT_DIR_DN + LIMIT_DIR_VALUE));
    char *attrs[] = {(char[]){LDAP_NO_ATTRS}, NULL};
    LDAPMessage *msg;
    int rc;

    buf_str(&filter, "(|");
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&filter, "(%s=", conf->ldap_member);
        filter_value(&filter, member[i], strlen(member[i]));
        buf_char(&filter, ')');
    }
    buf_char(&filter, ')');
    TRY(buf_done(&filter));
    struct query q = {conf->ldap_group_base, LDAP_SCOPE_SUBTREE, buf_text(&filter), attrs, LIMIT_DIR_GROUPS + 1};
    TRY(search(c, &q, &msg, &rc));
    if (rc != LDAP_SUCCESS)
        return fail(E_DIRECTORY, "ldap %s: groups below '%s': %s", c->d->server[c->d->at].url, q.base, ldap_err2string(rc));
    return groups_take(c, cl, msg);
}

enum err dir_groups_of(struct dir *d, struct arena *mem, const char *dn, struct dir_groups *out)
{
    struct call c = call_begin(d, mem);
    struct climb cl = {.out = out, .seen = map_new(mem), .raw = ARENA_NEW_N(mem, const char *, LIMIT_DIR_GROUPS)};

    *out = (struct dir_groups){.dn = ARENA_NEW_N(mem, const char *, LIMIT_DIR_GROUPS)};
    TRY(groups_holding(&c, &cl, &dn, 1));
    for (size_t level = 0, from = 0; from < out->n && level < (size_t)d->conf->ldap_depth; level++) {
        size_t to = out->n;
        for (; from < to; from += LIMIT_FILTER_GROUPS) {
            size_t n = to - from < LIMIT_FILTER_GROUPS ? to - from : LIMIT_FILTER_GROUPS;
            TRY(groups_holding(&c, &cl, cl.raw + from, n));
        }
        from = to;
    }
    return OK;
}

/* ---- distinguished names ---- */

static void dn_part(struct buf *b, const LDAPAVA *a)
{
    const char *p = a->la_value.bv_val;
    size_t n = a->la_value.bv_len;

    for (size_t i = 0; i < a->la_attr.bv_len; i++)
        buf_char(b, (char)tolower((unsigned char)a->la_attr.bv_val[i]));
    buf_char(b, '=');
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = (unsigned char)p[i];
        bool blank_too_many = ch == ' ' && (i == 0 || i + 1 == n || p[i + 1] == ' ');
        if (blank_too_many)
            continue;
        if (ch < 0x20 || ch == 0x7f || strchr(",+\"\\<>;=#", ch) != NULL)
            buf_fmt(b, "\\%02x", ch);
        else
            buf_char(b, ch < 0x80 ? (char)tolower(ch) : (char)ch);
    }
}

static int part_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void dn_rdn(struct arena *mem, struct buf *b, LDAPAVA **rdn)
{
    size_t n = 0;

    while (rdn[n] != NULL)
        n++;
    const char **part = ARENA_NEW_N(mem, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct buf one = buf_new(mem, 4 * (size_t)LIMIT_DIR_DN);
        dn_part(&one, rdn[i]);
        part[i] = buf_text(&one);
    }
    qsort(part, n, sizeof *part, part_order);
    for (size_t i = 0; i < n; i++)
        buf_fmt(b, "%s%s", i > 0 ? "+" : "", part[i]);
}

enum err dir_dn_normal(struct arena *mem, const char *dn, const char **out)
{
    struct buf b = buf_new(mem, 4 * (size_t)LIMIT_DIR_DN);
    LDAPDN parsed = NULL;

    if (strnlen(dn, LIMIT_DIR_DN + 1) > LIMIT_DIR_DN || ldap_str2dn(dn, &parsed, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return fail(E_INPUT, "'%.200s' is not a distinguished name", dn);
    for (size_t i = 0; parsed != NULL && parsed[i] != NULL; i++) {
        if (i > 0)
            buf_char(&b, ',');
        dn_rdn(mem, &b, parsed[i]);
    }
    ldap_dnfree(parsed);
    TRY(buf_done(&b));
    *out = buf_text(&b);
    return OK;
}
