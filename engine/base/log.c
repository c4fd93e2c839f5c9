/* engine/base/log.c - one event, one line.
 *
 * For     telling the operator what happened.
 * Owns    the log sink: program name, least level, current request id (one of the three mutable objects of the house).
 * Never   files, rotation, the audit trail; secrets.
 * Holds   no byte below 0x20 and no DEL of an argument reaches the stream. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"

enum { LOG_LINE = 8192 };

static struct {
    char program[32];
    char request[40];
    int least;
} sink = {.program = "gradus", .least = LOG_INFO};

void log_open(const char *program, int least)
{
    snprintf(sink.program, sizeof sink.program, "%s", program);
    sink.least = least;
}

void log_request(const char *id)
{
    snprintf(sink.request, sizeof sink.request, "%s", id);
}

const char *log_request_id(void)
{
    return sink.request;
}

void log_write(int level, const char *fmt, ...)
{
    static const char *const name[] = {"emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"};
    char text[LOG_LINE / 4], line[LOG_LINE];
    va_list ap;

    if (level > sink.least)
        return;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    int n = snprintf(line, sizeof line, "<%d>%s[%d] %s%s%s%s ", level, sink.program, (int)getpid(), name[level & 7],
                     sink.request[0] != '\0' ? " [" : "", sink.request, sink.request[0] != '\0' ? "]" : "");
    size_t used = (size_t)n;
    for (const char *s = text; *s != '\0' && used + 6 < sizeof line; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < 0x20 || c == 0x7f)
            used += (size_t)snprintf(line + used, sizeof line - used, "\\x%02x", c);
        else
            line[used++] = (char)c;
    }
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) < 0)
        return;
}

void log_trouble(void)
{
    char trail[512];

    trouble_trail(trail, sizeof trail);
    log_write(err_level(trouble()->code), "%s: %s (%s)", err_name(trouble()->code), trouble()->text, trail);
}
