/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_TRANSPORT_TRANSPORT_H
#define ADSCP_GATHER_TRANSPORT_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/deadline.h"
#include "base/error.h"
#include "gather/resolve/resolve.h"

/* A byte stream to one server: TCP or a local socket, later TLS on top. Never
 * blocks, never raises SIGPIPE, reads 64 KiB at a time. It interprets nothing
 * and sends nothing by itself but TLS. */
struct transport;

/* Connect by TCP to any address of host, a new one every 250 ms while the
 * earlier ones have not answered (RFC 8305). The detail tells what each address
 * said. */
int transport_connect(const struct resolve_config *resolve, const char *host,
                      int port, const struct deadline *deadline,
                      struct detail *detail, struct transport **transportp);

/* Connect to a local stream socket. */
int transport_connect_local(const char *path, const struct deadline *deadline,
                            struct detail *detail,
                            struct transport **transportp);

/* Begin to connect to one address, and wait for nothing: once poll(2) says that
 * it can be written to, transport_connected() tells how it went.
 * ADSCP_E_CONNECT where it failed at once, with errno in *reasonp;
 * ADSCP_E_NOMEM. */
int transport_begin(const struct resolve_address *address, int *reasonp,
                    struct transport **transportp);
/* 0, or the errno with which the connection failed. */
int transport_connected(const struct transport *transport);

/* NULL is fine. */
void transport_free(struct transport *transport);

/* Server certificate and name are always verified, TLS 1.2 at least. */
struct tls_config {
    const char *ca_file;          /* PEM; NULL: OpenSSL's default place */
    const char *certificate_file; /* PEM, or NULL: no client certificate */
    const char *key_file;         /* PEM; NULL: in certificate_file */
    const char *host;             /* the name, or address, to be proven */
};

/* Turn the stream into TLS. Plain bytes that the server sent ahead of the
 * handshake (an attack on StartTLS) make it fail with ADSCP_E_PROTOCOL;
 * certificate and name errors are ADSCP_E_TLS with OpenSSL's reason, and files
 * that do not load ADSCP_E_FILE. */
int transport_start_tls(struct transport *transport,
                        const struct tls_config *config,
                        const struct deadline *deadline, struct detail *detail);

bool transport_is_tls(const struct transport *transport);
/* True where TLS runs and the server asked for and got our certificate. */
bool transport_sent_certificate(const struct transport *transport);

/* RFC 5929 tls-server-end-point: the 21 bytes "tls-server-end-point:" and the
 * hash of the server's certificate (by its signature's hash, MD5 and SHA-1
 * replaced by SHA-256). Returns the length, or 0 where the algorithm has no
 * hash (Ed25519) or there is no TLS. */
enum { TRANSPORT_BINDING_MAX = 21 + 64 };
size_t transport_channel_binding(const struct transport *transport,
                                 unsigned char out[TRANSPORT_BINDING_MAX]);

/* As read(2) and write(2) on a non-blocking socket: the number of bytes, 0 at
 * the end of the stream, or -1 with errno EWOULDBLOCK, EMSGSIZE (the byte limit
 * is reached), EPIPE, ECONNRESET or EIO. */
ssize_t transport_read(struct transport *transport, void *bytes, size_t length);
ssize_t transport_write(struct transport *transport, const void *bytes,
                        size_t length);

/* True while bytes wait inside, so that poll(2) would not tell. */
bool transport_pending(const struct transport *transport);
int transport_fd(const struct transport *transport);
/* POLLIN, or POLLIN | POLLOUT where the last call wanted to write. */
short transport_events(const struct transport *transport);

/* The system's untranslated words for an errno. */
const char *transport_reason(int reason);

/* Fail reads once this many bytes came in all. Default: 1 GiB. */
void transport_limit(struct transport *transport, uint64_t bytes);

#endif
