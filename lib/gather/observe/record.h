/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_GATHER_OBSERVE_RECORD_H
#define ADSCP_GATHER_OBSERVE_RECORD_H

/* What TLS up to 1.2 looks like on the wire. */

/* RFC 5246 6.2.1, 7.4 and RFC 6066 8 */
enum record_type { CHANGE_CIPHER = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };

enum message_type {
    HELLO_REQUEST = 0,
    CLIENT_HELLO = 1,
    SERVER_HELLO = 2,
    CERTIFICATE = 11,
    SERVER_KEY_EXCHANGE = 12,
    CERTIFICATE_REQUEST = 13,
    SERVER_HELLO_DONE = 14,
    CERTIFICATE_STATUS = 22
};

enum {
    RECORD_HEADER = 5,
    RECORD_MAX = (1 << 14) + 2048, /* RFC 5246 6.2.3 */
    MESSAGE_HEADER = 4,
    WARNING = 1,
    CLOSE_NOTIFY = 0
};

#endif
