/* SPDX-License-Identifier: MIT */
/*
 * The public fronts and backends: getters over judge/behind. They check bounds
 * and lend; a NULL handle gives the value of absence.
 */
#include "adscp.h"

#include "api/count.h"
#include "judge/behind.h"
#include "judge/predict.h"

static size_t front_count(const adscp_prediction *prediction)
{
    return prediction->behind != NULL ? prediction->behind->count : 0;
}

int adscp_prediction_front_count(const adscp_prediction *prediction)
{
    return prediction != NULL ? count_of(front_count(prediction)) : -1;
}

const adscp_front *adscp_prediction_front(const adscp_prediction *prediction,
                                          int index)
{
    return prediction != NULL && in_range(index, front_count(prediction))
               ? &prediction->behind->fronts[index]
               : NULL;
}

const char *adscp_front_host(const adscp_front *front)
{
    return front != NULL ? front->host : NULL;
}

int adscp_front_port(const adscp_front *front)
{
    return front != NULL ? front->port : -1;
}

const adscp_sighting *adscp_front_sighting(const adscp_front *front)
{
    return front != NULL ? front->sighting : NULL;
}

int adscp_front_several(const adscp_front *front)
{
    return front != NULL ? front->several : -1;
}

int adscp_front_backend_count(const adscp_front *front)
{
    return front != NULL ? count_of(front->count) : -1;
}

const adscp_backend *adscp_front_backend(const adscp_front *front, int index)
{
    return front != NULL && in_range(index, front->count) ? &front->rows[index]
                                                          : NULL;
}

const adscp_server *adscp_backend_server(const adscp_backend *backend)
{
    return backend != NULL ? backend->server : NULL;
}

const char *adscp_backend_host(const adscp_backend *backend)
{
    return backend != NULL ? backend->host : NULL;
}

const adscp_sighting *adscp_backend_sighting(const adscp_backend *backend)
{
    return backend != NULL ? backend->sighting : NULL;
}

const adscp_certificate *
adscp_backend_own_certificate(const adscp_backend *backend)
{
    return backend != NULL ? backend->own : NULL;
}

int adscp_backend_same(const adscp_backend *backend)
{
    return backend != NULL ? backend->same : -1;
}
