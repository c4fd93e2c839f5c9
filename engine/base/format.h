/* engine/base/format.h - printf for the short texts of a request. */
#ifndef BASE_FORMAT_H
#define BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* vsnprintf() with the same result for every format, but several times as fast where FMT holds only %s, %d, %u (also with l, ll or
 * z before d and u, and with a width of zeros as in %02d) and %%. AP is left used up. */
int format_into(char *to, size_t room, const char *fmt, va_list ap) __attribute__((format(printf, 3, 0)));

#endif
