/* SPDX-License-Identifier: MIT */
/*
 * The smallest useful program: which server does a client in this site meet
 * first?
 *
 *     minimal forest.ldif HQ
 */
#include <adscp.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_predictor *predictor = adscp_predictor_new();
    adscp_forest *forest = NULL;
    adscp_prediction *answer = NULL;
    const adscp_candidate *first;

    if (argc != 3)
        fputs("usage: minimal FILE SITE\n", stderr);
    else if (adscp_reader_add_ldif_file(reader, argv[1]) == ADSCP_OK &&
             adscp_reader_read(reader, &forest) == ADSCP_OK &&
             adscp_predictor_set_forest(predictor, forest) == ADSCP_OK &&
             adscp_predictor_set_site(predictor, argv[2]) == ADSCP_OK)
        adscp_predictor_predict(predictor, &answer);

    first = adscp_prediction_candidate(answer, 0);
    if (first != NULL)
        printf("%s: %s\n", adscp_candidate_url(first),
               adscp_candidate_why(first));
    else if (argc == 3)
        fprintf(stderr, "%s%s\n", adscp_reader_error_detail(reader),
                adscp_predictor_error_detail(predictor));

    adscp_prediction_free(answer);
    adscp_forest_free(forest);
    adscp_predictor_free(predictor);
    adscp_reader_free(reader);
    return first != NULL ? 0 : 1;
}
