#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A planner's table, as CSV: for every AD site, and every server with mailboxes,
which server Outlook meets first, what its user sees, and until when that holds.

    planner.py forest.ldif [DAY] > plan.csv
"""

import csv
import datetime
import sys
from typing import Iterator, Sequence

import adscp

HEADINGS = ('site', 'mailbox_on', 'mailboxes', 'first_server', 'user_sees',
            'doubtful', 'until')


def table(coverage: adscp.Coverage) -> Iterator[Sequence[object]]:
    """A row for each cell."""
    answers = [row(each.prediction) for each in coverage.classes]
    for cell in coverage:
        yield (cell.site or '(unknown)', place(cell.home), cell.home.mailboxes,
               *answers[cell.row])


def place(home: adscp.CoverageHome) -> str:
    """Where the mailbox is."""
    if home.server is not None:
        return str(home.server.name)
    return ('Microsoft 365' if home.kind == adscp.CoverageHomeKind.REMOTE
            else '(no mail address)')


def row(answer: adscp.Prediction) -> Sequence[object]:
    """What all cells of a class share."""
    if not answer.hops or answer.alert is None:
        return ('', 'no server', answer.doubtful, '')
    first = answer.hops[0]
    return (first.server.name if first.server is not None else first.host,
            answer.alert.outcome.word, answer.doubtful,
            answer.changes_on.date() if answer.changes_on else '')


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: planner.py FILE [DAY]')
    try:
        day = datetime.datetime.fromisoformat(
            sys.argv[2]) if len(sys.argv) == 3 else datetime.datetime.now()
        with adscp.Reader() as reader:
            reader.add_ldif_file(sys.argv[1])
            reader.set_census(True)
            with reader.read() as forest, adscp.Predictor(forest) as predictor:
                predictor.set_time(day.replace(tzinfo=datetime.timezone.utc))
                writer = csv.writer(sys.stdout)
                writer.writerow(HEADINGS)
                writer.writerows(table(predictor.cover()))
    except (adscp.Error, ValueError) as error:
        sys.exit(f'planner.py: {error}')


if __name__ == '__main__':
    main()
