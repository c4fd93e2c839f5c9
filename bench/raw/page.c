/* bench/raw/page.c - a page of Gradus without Gradus: the recorded queries, the recorded bytes, libfcgi and ClearSilver.
 *
 * For     the ceiling of the ticket page and of the queue page, behind the same web server as the product.
 *         page PLAN TEMPLATE SOCKET USER [dump]   (FastCGI on descriptor 0; the password stands in TX_PASSWORD)
 * Owns    one connection, one parsed template, one dataset per request.
 * Never   checks a right, a session's age or a token; translates; logs. Everything that it leaves out is Gradus's own cost.
 * Holds   the template is the product's own page with its values taken out (bench/plan.py); rows of query Q become
 *         qQ.ROW.cCOLUMN, and moments become .iso, .text and .ago beside it, as engine/web/view.c makes them. */
#include <ClearSilver.h>
#include <fcgiapp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plan.h"

struct page {
    HDF *hdf;
    time_t now;
    STRING out;
    const char *sep; /* of the JSON that "dump" writes */
};

static void check(NEOERR *e)
{
    if (e == STATUS_OK)
        return;
    nerr_log_error(e);
    exit(1);
}

static void set(struct page *p, const char *name, const char *value)
{
    check(hdf_set_value(p->hdf, name, value));
}

/* NAME has room for the endings. */
static void set_time(struct page *p, char *name, size_t room, const char *value)
{
    static const char *const month[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    static const struct {
        long unit;
        const char *name;
    } step[] = {{86400, "day"}, {3600, "hour"}, {60, "minute"}};
    long long us = strtoll(value, NULL, 10);
    time_t t = (time_t)(us / 1000000);
    long apart = labs((long)(p->now - t));
    size_t end = strlen(name);
    char text[64];
    struct tm tm;

    gmtime_r(&t, &tm);
    snprintf(name + end, room - end, ".iso");
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%06lldZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
             tm.tm_hour, tm.tm_min, tm.tm_sec, us % 1000000);
    set(p, name, text);
    snprintf(name + end, room - end, ".text");
    snprintf(text, sizeof text, "%d %s %04d, %02d:%02d UTC", tm.tm_mday, month[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
             tm.tm_min);
    set(p, name, text);
    snprintf(text, sizeof text, "just now");
    for (int i = 0; i < 3; i++) {
        if (apart < step[i].unit)
            continue;
        long n = apart / step[i].unit;
        snprintf(text, sizeof text, "%s%ld %s%s%s", p->now > t ? "" : "in ", n, step[i].name, n == 1 ? "" : "s",
                 p->now > t ? " ago" : "");
        break;
    }
    snprintf(name + end, room - end, ".ago");
    set(p, name, text);
}

static void row_set(void *ctx, uint32_t step, uint32_t row, const struct step *s)
{
    char name[64];

    for (uint32_t i = 0; i < s->n_used; i++) {
        uint32_t c = s->used[i].column;
        snprintf(name, sizeof name, "q%u.%u.c%u", (unsigned)step, (unsigned)row, (unsigned)c);
        if (s->used[i].time && !s->null[c])
            set_time(ctx, name, sizeof name, s->column[c].buffer);
        else
            set(ctx, name, s->column[c].buffer);
    }
}

static void row_dump(void *ctx, uint32_t step, uint32_t row, const struct step *s)
{
    struct page *p = ctx;

    printf("%s[%u,%u", p->sep, (unsigned)step, (unsigned)row);
    for (unsigned c = 0; c < s->n_column; c++) {
        printf(",\"");
        for (const unsigned char *t = s->null[c] ? NULL : s->column[c].buffer; t != NULL && *t != '\0'; t++)
            printf("%02x", *t);
        printf("\"");
    }
    printf("]");
    p->sep = ",\n";
}

static NEOERR *collect(void *ctx, char *s)
{
    return string_append(ctx, s);
}

static void serve(struct plan *plan, CSPARSE *parse, FCGX_Request *rq)
{
    struct page p = {.now = time(NULL)};
    HDF *base = parse->hdf;

    check(hdf_init(&p.hdf));
    string_init(&p.out);
    unsigned no = plan_run(plan, 0, row_set, &p);
    if (no != 0) {
        FCGX_FPrintF(rq->out, "Status: 500\r\n\r\n%u", no);
    } else {
        parse->hdf = p.hdf;
        check(cs_render(parse, &p.out, collect));
        parse->hdf = base;
        FCGX_FPrintF(rq->out, "Status: 200\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n", p.out.len);
        FCGX_PutStr(p.out.buf, p.out.len, rq->out);
    }
    string_clear(&p.out);
    hdf_destroy(&p.hdf);
}

int main(int argc, char **argv)
{
    CSPARSE *parse;
    FCGX_Request rq;
    HDF *config;

    if (argc < 5)
        return 2;
    struct plan *plan = plan_open(argv[1], argv[3], argv[4], getenv("TX_PASSWORD"));
    if (argc > 5) {
        struct page p = {.sep = ""};
        printf("[");
        unsigned no = plan_run(plan, 0, row_dump, &p);
        printf("]\n");
        return no != 0;
    }
    check(hdf_init(&config));
    check(hdf_set_value(config, "Config.VarEscapeMode", "html"));
    check(cs_init(&parse, config));
    check(cs_parse_file(parse, argv[2]));
    if (FCGX_Init() != 0 || FCGX_InitRequest(&rq, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
        return 1;
    while (FCGX_Accept_r(&rq) == 0) {
        serve(plan, parse, &rq);
        FCGX_Finish_r(&rq);
    }
    return 0;
}
