/* SPDX-License-Identifier: MIT */
/*
 * "Did you mean": the known word that is nearest to a mistyped one, by letters
 * that were added, left out, changed or swapped with a neighbour.
 */
#include "command.h"

#include <string.h>

enum { LETTERS = 24, FAR = LETTERS };

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int distance(const char *a, const char *b)
{
    int steps[LETTERS + 1][LETTERS + 1];
    int i, j, m = (int)strlen(a), n = (int)strlen(b);

    if (m > LETTERS || n > LETTERS)
        return FAR;
    for (i = 0; i <= m; i++)
        steps[i][0] = i;
    for (j = 0; j <= n; j++)
        steps[0][j] = j;
    for (i = 1; i <= m; i++) {
        for (j = 1; j <= n; j++) {
            steps[i][j] = least(least(steps[i - 1][j], steps[i][j - 1]) + 1,
                                steps[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                steps[i][j] = least(steps[i][j], steps[i - 2][j - 2] + 1);
        }
    }
    return steps[m][n];
}

/* A word that begins like a known one was left unfinished. */
static int farness(const char *wanted, const char *candidate)
{
    size_t length = strlen(wanted);

    if (length >= 3 && strncmp(wanted, candidate, length) == 0)
        return 1;
    return distance(wanted, candidate);
}

void nearest_try(struct nearest *nearest, const char *candidate)
{
    int near = farness(nearest->wanted, candidate);
    int most = (int)strlen(nearest->wanted) / 3;

    if (near > least(most > 0 ? most : 1, 3) ||
        (nearest->found != NULL && near >= nearest->distance))
        return;
    nearest->found = candidate;
    nearest->distance = near;
}
