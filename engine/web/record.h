/* engine/web/record.h - the reading half of FastCGI 1.0: bounded records from a connection. Only web/ includes this. */
#ifndef WEB_RECORD_H
#define WEB_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { RECORD_BEGIN = 1, RECORD_ABORT = 2, RECORD_END = 3, RECORD_PARAMS = 4, RECORD_STDIN = 5, RECORD_HEADER = 8 };

/* A connection that is being read. The record in hand has LEFT bytes of content and PAD bytes of padding to come. */
struct record {
    int fd;
    int64_t deadline; /* monotonic microseconds; reading after it fails */
    uint16_t id;      /* of the request that this connection carries */
    uint8_t type;
    uint32_t left, pad;
    bool ended;       /* the body's last (empty) record was seen */
    uint32_t strange; /* records that were skipped */
};

/* Reads BEGIN_REQUEST and all PARAMS into ENV (the raw pairs, checked with record_pairs). False = not for us: close it. */
bool record_start(struct record *r, int fd, struct buf *env);

/* Up to N bytes of the body; 0 at its end, -1 if the connection broke, stalled or spoke nonsense. */
long record_body(struct record *r, void *p, size_t n);

/* Do the bytes hold whole name-value pairs within the limits of gateway.h, names and values without NUL, names printable? */
bool record_pairs(const void *p, size_t n);

#endif
