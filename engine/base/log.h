/* engine/base/log.h - one event, one line, to standard error (the supervisor hands it to the journal).
 *
 * Control bytes are written as \xNN and a line is cut at 8 KiB, so that no outside text can forge a line. Never pass a secret. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <syslog.h>

/* The program's name and least level (LOG_DEBUG … LOG_EMERG) for all lines that follow. Called once at start. */
void log_open(const char *program, int least);

/* The request or job that the lines belong to; "" when none. Copied. */
void log_request(const char *id);
const char *log_request_id(void);

/* One line at LEVEL (LOG_*), if that is important enough. */
void log_write(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The current trouble with its trail at its own level. */
void log_trouble(void);

#endif
