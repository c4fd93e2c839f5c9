/* engine/web/gateway.h - one request after the other from the web server: FastCGI, or plain CGI. Only web/ includes this. */
#ifndef WEB_GATEWAY_H
#define WEB_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* The environment of one request: at most 200 pairs of together 64 KiB, a name of 128 bytes, a value of 16 KiB. */
enum { LIMIT_ENV_PAIRS = 200, LIMIT_ENV_NAME = 128, LIMIT_ENV_VALUE = 16384, LIMIT_ENV_BYTES = 65536 };

struct gateway;

/* Looks at descriptor 0: a listening socket means FastCGI, anything else one plain CGI request. SIGTERM and SIGINT are blocked
 * from here on and end gateway_next() instead, so that the request in hand is always finished. Lives in MEM. */
enum err gateway_open(struct arena *mem, struct gateway **out) CHECKED;

/* Did gateway_open() find a listening socket? */
bool gateway_is_fcgi(const struct gateway *g);

/* Waits for the next request. False = no more: asked to end, or the one CGI request is done. A connection that does not speak
 * FastCGI as it should is closed here and never seen outside. */
bool gateway_next(struct gateway *g);

/* "NAME=VALUE" texts, NULL at the end, as they came (any bytes but NUL); valid until gateway_finish(). */
const char *const *gateway_env(const struct gateway *g);

/* Exactly N bytes of the body into P; false if the web server sent fewer, or too slowly. */
bool gateway_body(struct gateway *g, void *p, size_t n);

/* True if the body goes on after what was read (plain CGI must not look). */
bool gateway_body_more(struct gateway *g);

/* The whole answer: header block and body. False if nobody listens any more. */
bool gateway_answer(struct gateway *g, const void *head, size_t n_head, const void *body, size_t n_body);

/* Ends the request and closes its connection (no keep-alive: it would pin a worker to one client). */
void gateway_finish(struct gateway *g);

#endif
