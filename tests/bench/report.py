# SPDX-License-Identifier: MIT
"""What the benchmarks report with: TAP, whose lines are limits kept or not."""

import os
import statistics
import subprocess
import sys
import time

results = []


def say(text=''):
    print(f'# {text}'.rstrip(), flush=True)


def gate(name, value, limit, aim, unit=''):
    good = value <= limit
    results.append(good)
    print(f'{"ok" if good else "not ok"} {len(results)} - {name}: {value:.4g}'
          f'{unit} (limit {limit:g}, aim {aim:g})', flush=True)


def skip(name, why):
    results.append(True)
    print(f'ok {len(results)} - {name} # SKIP {why}', flush=True)


def correct(name, good, evidence=''):
    """A wrong answer, however fast, is none; only the first one is worth a line."""
    if not good:
        print(f'Bail out! {name}: wrong answer: {evidence}', flush=True)
        sys.exit(1)


def process_cpu(command, quiet=False):
    """(user and system seconds, wall seconds) of a process."""
    start = time.monotonic()
    with open(os.devnull, 'r+b') as null:
        process = subprocess.Popen(command, stdin=null, stdout=null,
                                   stderr=null if quiet else None)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    correct(command[0], process.returncode == 0, process.returncode)
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start


def spread(values, form='{:.0f}'):
    return ' '.join((form.format(statistics.median(values)),
                     f'({form.format(min(values))}-{form.format(max(values))})'))


def finish():
    print(f'1..{len(results)}')
    sys.exit(0 if results and all(results) else 1)
