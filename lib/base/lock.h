/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_LOCK_H
#define ADSCP_BASE_LOCK_H

/* The locks of the process. A child of fork() finds each of them open and what
 * it guards whole, whatever other threads were doing. Nobody takes one while
 * another is held. */
enum lock { LOCK_CRYPTO, LOCK_KEY, LOCK_CERTIFICATES, LOCKS };

void lock_take(enum lock lock);
void lock_release(enum lock lock);

#endif
