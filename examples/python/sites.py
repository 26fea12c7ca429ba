#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A table of all AD sites: which server Outlook meets first there.

    sites.py forest.ldif
"""

import sys
from typing import Iterator, Tuple

import adscp


def first_meeting(candidate: adscp.Candidate) -> str:
    server = candidate.server
    return server.name if server and server.name else candidate.url


def table(forest: adscp.Forest) -> Iterator[Tuple[str, str, str]]:
    """Site, first server or URL, how well that is founded."""
    with adscp.Predictor(forest) as predictor:
        for site in forest.sites:
            predictor.set_site(site.name)
            with predictor.predict() as answer:
                first = answer.candidates[0] if answer.candidates else None
                yield (site.name or site.dn,
                       first_meeting(first) if first else '-',
                       answer.evidence.word if answer.evidence is not None
                       else '-')


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit('usage: sites.py FILE')
    try:
        for row in table(adscp.Reader(sys.argv[1]).read()):
            print('{:<20} {:<20} {}'.format(*row))
    except adscp.Error as error:
        sys.exit(f'sites.py: {error}')


if __name__ == '__main__':
    main()
