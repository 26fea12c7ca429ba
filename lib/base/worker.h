/* SPDX-License-Identifier: MIT */
#ifndef ADSCP_BASE_WORKER_H
#define ADSCP_BASE_WORKER_H

#include "base/deadline.h"

/* Run work(state) on a thread of its own and wait for it within the budget: for
 * calls into other libraries that cannot be interrupted.
 *
 * ADSCP_OK: the work is done and state is the caller's again. Anything else: the
 * thread was abandoned, or (ADSCP_E_NOMEM) never started; state now belongs to
 * the worker, which calls discard(state), so the caller must not touch it. */
int worker_run(const struct deadline *deadline, void (*work)(void *state),
               void (*discard)(void *state), void *state);

#endif
