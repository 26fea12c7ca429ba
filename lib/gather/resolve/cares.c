/* SPDX-License-Identifier: MIT */
/*
 * What differs between the releases of c-ares, from 1.18 to 1.34: 1.28 gave its
 * records a type of their own, 1.34 gave sockets more calls, and each calls
 * obsolete what was before. The rest of this room knows neither.
 */
#include <arpa/nameser.h>
#include <errno.h>
#include <string.h>

#include "gather/resolve/private.h"

/* -------------------------------------------------------------- sockets -- */

#if ARES_VERSION >= 0x012200

static int use_connect(ares_socket_t fd, const struct sockaddr *address,
                       ares_socklen_t length, unsigned int flags, void *user)
{
    (void)flags;
    (void)user;
    return connect(fd, address, length);
}

static int use_option(ares_socket_t fd, ares_socket_opt_t option,
                      const void *value, ares_socklen_t size, void *user)
{
    (void)fd;
    (void)option;
    (void)value;
    (void)size;
    (void)user;
    errno = ENOSYS;
    return -1;
}

static ares_ssize_t use_send(ares_socket_t fd, const void *bytes, size_t length,
                             int flags, const struct sockaddr *address,
                             ares_socklen_t address_length, void *user)
{
    (void)flags;
    (void)address;
    (void)address_length;
    return dns_socket_send(fd, bytes, length, user);
}

int cares_use_sockets(struct lookup *lookup)
{
    static const struct ares_socket_functions_ex functions = {
        .version = 1,
        .flags = ARES_SOCKFUNC_FLAG_NONBLOCKING,
        .asocket = dns_socket_open,
        .aclose = dns_socket_close,
        .asetsockopt = use_option,
        .aconnect = use_connect,
        .arecvfrom = dns_socket_receive,
        .asendto = use_send,
    };

    return (int)ares_set_socket_functions_ex(lookup->channel, &functions,
                                             lookup);
}

#else

static int use_connect(ares_socket_t fd, const struct sockaddr *address,
                       ares_socklen_t length, void *user)
{
    (void)user;
    return connect(fd, address, length);
}

/* The parts of one datagram, or of what a stream has to say. */
static ares_ssize_t use_send(ares_socket_t fd, const struct iovec *parts,
                             int count, void *user)
{
    unsigned char all[2048];
    size_t used = 0, length;
    int i;

    for (i = 0; i < count && used < sizeof(all); i++) {
        length = parts[i].iov_len;
        if (length > sizeof(all) - used)
            length = sizeof(all) - used;
        memcpy(all + used, parts[i].iov_base, length);
        used += length;
    }
    return dns_socket_send(fd, all, used, user);
}

int cares_use_sockets(struct lookup *lookup)
{
    static const struct ares_socket_functions functions = {
        .asocket = dns_socket_open,
        .aclose = dns_socket_close,
        .aconnect = use_connect,
        .arecvfrom = dns_socket_receive,
        .asendv = use_send,
    };

    ares_set_socket_functions(lookup->channel, &functions, lookup);
    return ARES_SUCCESS;
}

#endif

/* -------------------------------------------------------------- records -- */

#if ARES_VERSION >= 0x011C00

static int take_record(const struct srv_question *question,
                       const ares_dns_rr_t *from)
{
    struct srv_record record;

    if (from == NULL || ares_dns_rr_get_type(from) != ARES_REC_TYPE_SRV ||
        ares_dns_rr_get_class(from) != ARES_CLASS_IN)
        return ARES_SUCCESS;
    record = (struct srv_record){
        .priority = ares_dns_rr_get_u16(from, ARES_RR_SRV_PRIORITY),
        .weight = ares_dns_rr_get_u16(from, ARES_RR_SRV_WEIGHT),
        .port = ares_dns_rr_get_u16(from, ARES_RR_SRV_PORT),
        .host = ares_dns_rr_get_str(from, ARES_RR_SRV_TARGET),
    };
    return question->take(question->user, &record);
}

static void answered(void *user, ares_status_t status, size_t timeouts,
                     const ares_dns_record_t *answer)
{
    const struct srv_question *question = user;
    size_t i, count = 0;
    int rc = (int)status;

    (void)timeouts;
    if (rc == ARES_SUCCESS)
        count = ares_dns_record_rr_cnt(answer, ARES_SECTION_ANSWER);
    for (i = 0; i < count && rc == ARES_SUCCESS; i++)
        rc = take_record(question, ares_dns_record_rr_get_const(
                                       answer, ARES_SECTION_ANSWER, i));
    question->done(question->user, rc);
}

void cares_ask_srv(ares_channel channel, const char *name,
                   struct srv_question *question)
{
    ares_query_dnsrec(channel, name, ARES_CLASS_IN, ARES_REC_TYPE_SRV, answered,
                      question, NULL);
}

#else

static void answered(void *user, int status, int timeouts, unsigned char *bytes,
                     int length)
{
    const struct srv_question *question = user;
    struct ares_srv_reply *rows = NULL, *row;

    (void)timeouts;
    if (status == ARES_SUCCESS)
        status = ares_parse_srv_reply(bytes, length, &rows);
    for (row = rows; row != NULL && status == ARES_SUCCESS; row = row->next)
        status = question->take(question->user,
                                &(struct srv_record){.priority = row->priority,
                                                     .weight = row->weight,
                                                     .port = row->port,
                                                     .host = row->host});
    ares_free_data(rows);
    question->done(question->user, status);
}

void cares_ask_srv(ares_channel channel, const char *name,
                   struct srv_question *question)
{
    ares_query(channel, name, ns_c_in, ns_t_srv, answered, question);
}

#endif
