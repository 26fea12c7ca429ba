/* SPDX-License-Identifier: MIT */
/*
 * Entries go past libldap. It would allocate each one, file it, find it again
 * and free it, at twice the price of all that is done with the entry; and the
 * frame has looked at the message's ends already. So it is put together here,
 * in one buffer for all, and handed over. libldap sees the ends of pages, and
 * is none the wiser.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "adscp.h"
#include "gather/ldap/private.h"

enum { TAG_ENTRY = 0x64, ROOM_MIN = 4096 };

bool tap_opens(struct guard *guard)
{
    if (guard->tap.take != NULL && guard->operation == TAG_ENTRY &&
        guard->head_given == 0)
        guard->tapped = true;
    return guard->tapped;
}

static bool make_room(struct guard *guard, size_t length)
{
    size_t room = guard->entry_room > 0 ? guard->entry_room : ROOM_MIN;
    unsigned char *bytes;

    if (length <= guard->entry_room)
        return true;
    while (room < length)
        room *= 2;
    bytes = realloc(guard->entry, room);
    if (bytes == NULL)
        return false;
    guard->entry = bytes;
    guard->entry_room = room;
    return true;
}

/* What the frame holds of the message. */
static bool take_head(struct guard *guard)
{
    if (guard->head_given == guard->head_length)
        return true;
    if (!make_room(guard, guard->head_length + guard->body_left))
        return false;
    memcpy(guard->entry, guard->head, guard->head_length);
    guard->entry_length = guard->head_given = guard->head_length;
    return true;
}

static ber_slen_t take_body(struct guard *guard, Sockbuf_IO_Desc *layer)
{
    ber_slen_t got;

    while (guard->body_left > 0) {
        got = LBER_SBIOD_READ_NEXT(layer, guard->entry + guard->entry_length,
                                   guard->body_left);
        if (got <= 0)
            return got;
        guard->entry_length += (size_t)got;
        guard->body_left -= (size_t)got;
    }
    return 1;
}

static int hand_over(struct guard *guard)
{
    const struct span message = {(const char *)guard->entry,
                                 guard->entry_length};

    guard->tapped = false;
    return guard->tap.take != NULL
               ? guard->tap.take(guard->tap.to, guard->id, message)
               : ADSCP_OK;
}

ber_slen_t tap_pass(struct guard *guard, Sockbuf_IO_Desc *layer, int *rcp)
{
    ber_slen_t got;

    *rcp = take_head(guard) ? ADSCP_OK : ADSCP_E_NOMEM;
    if (*rcp != ADSCP_OK)
        return -1;
    got = take_body(guard, layer);
    if (got <= 0)
        return got;
    *rcp = hand_over(guard);
    if (*rcp == ADSCP_OK && ++guard->taken % MESSAGES_PER_CHECK != 0)
        return 1;
    errno = EWOULDBLOCK; /* whoever waits looks at the budget */
    return -1;
}
