#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A migration, planned cell by cell as in a notebook: a new server comes, takes the
mailboxes and the SCPs over, and the old one goes. After each step: whose answer is
worse than today, and what would have helped before it.

    migration.py forest.ldif [DAY]
"""

# %% What there is
import datetime
import sys
from typing import List

import adscp

STEPS = ('install EX19 site=HQ version="Exchange 2019 CU12"',
         'scp-url EX07 https://ex19.corp.example/autodiscover/autodiscover.xml',
         'move-mailboxes EX10 EXBR',
         'uninstall EX10')


# %% One step: who is worse off than at the beginning
def worse(before: adscp.Coverage, after: adscp.Coverage) -> List[str]:
    """Site and home of every answer that got worse, in words."""
    return [f'{move.site or "an unknown site"}, mailbox on {move.home or "none"}'
            for move in before.compare(after).moves
            if move.change == adscp.ComparisonChange.WORSE]


# %% What helps then: the forest after the step is asked for advice
def cures(forest: adscp.Forest, day: datetime.datetime) -> List[str]:
    """The sentences of the remedies, the smallest change first."""
    with adscp.Predictor(forest) as predictor:
        predictor.set_time(day)
        return [remedy.text for remedy in
                predictor.advise(predictor.cover()).remedies]


# %% The whole plan
def migrate(forest: adscp.Forest, day: datetime.datetime) -> None:
    """A line for each step, and below it what would help."""
    with adscp.Plan() as plan, adscp.Predictor(forest) as predictor:
        plan.set_forest(forest)
        plan.set_time(day)
        predictor.set_time(day)
        start = predictor.cover()
        for number, step in enumerate(STEPS, 1):
            plan.add_step(step)
            predictor.set_plan(plan)
            losses = worse(start, predictor.cover())
            print(f'{number}. {step}: {len(losses)} answers worse than today')
            for loss in losses:
                print(f'   {loss}')
            if losses:
                with plan.forest() as after:
                    print(f'   What helps: {"; or: ".join(cures(after, day)[:2])}')
        print('\n'.join(line for step in plan.steps for line in step.cmdlets))


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit('usage: migration.py FILE [DAY]')
    try:
        day = datetime.datetime.fromisoformat(
            sys.argv[2]) if len(sys.argv) == 3 else datetime.datetime.now()
        with adscp.Reader() as reader:
            reader.add_ldif_file(sys.argv[1])
            reader.set_keep_entries(True)
            with reader.read() as forest:
                migrate(forest, day.replace(tzinfo=datetime.timezone.utc))
    except (adscp.Error, ValueError) as error:
        sys.exit(f'migration.py: {error}')


if __name__ == '__main__':
    main()
