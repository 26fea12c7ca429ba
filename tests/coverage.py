#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How much of lib/ ran since this build was made: lines and branches, by gcov.

    tests/coverage.py BUILD_DIRECTORY

For a build with -Db_coverage=true, after its tests; "tests/run -b coverage" does
all of it. What each branch cost to reach is not judged, so a file far below the
others is named."""

import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

LINES, BRANCHES = 97, 90  # percent
WORST = 10


def measured(build):
    """What gcov says of each object, as dictionaries."""
    notes = sorted((build / 'lib/libadscp-internal.a.p').glob('*.gcda'))
    with tempfile.TemporaryDirectory() as folder:
        if notes:
            subprocess.run(['gcov', '--json-format', '--branch-probabilities',
                            '--preserve-paths', '--hash-filenames', *notes],
                           cwd=folder, check=True, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL)
        for path in sorted(pathlib.Path(folder).glob('*.gcov.json.gz')):
            yield json.loads(gzip.decompress(path.read_bytes()))


class File:
    """What of one source ran, in whichever object it was compiled."""

    def __init__(self):
        self.lines = collections.Counter()
        self.branches = collections.Counter()

    def add(self, row):
        number = row['line_number']
        self.lines[number] += row['count']
        for index, branch in enumerate(row['branches']):
            self.branches[number, index] += branch['count']


def share(counters):
    """(reached, all, percent)"""
    values = [value for counter in counters for value in counter.values()]
    reached = sum(value > 0 for value in values)
    return reached, len(values), 100 * reached / max(1, len(values))


def files_of(build, root):
    files = collections.defaultdict(File)
    for report in measured(build):
        folder = pathlib.Path(report['current_working_directory'])
        for each in report['files']:
            path = (folder / each['file']).resolve()
            if path.is_relative_to(root / 'lib'):
                name = path.relative_to(root).as_posix()
                for row in each['lines']:
                    files[name].add(row)
    return files


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split('\n\n')[1])
    root = pathlib.Path(__file__).resolve().parents[1]
    files = files_of(pathlib.Path(sys.argv[1]).resolve(), root)
    worst = sorted(files, key=lambda name: share([files[name].branches])[2])
    for name in worst[:WORST]:
        print(f'# {name}: {share([files[name].lines])[2]:.1f} % of lines, '
              f'{share([files[name].branches])[2]:.1f} % of branches')
    good = True
    for number, (what, limit) in enumerate((('lines', LINES),
                                            ('branches', BRANCHES)), 1):
        reached, count, percent = share([getattr(one, what)
                                         for one in files.values()])
        kept = percent >= limit
        good = good and kept
        print(f'{"ok" if kept else "not ok"} {number} - {what} of lib/: '
              f'{percent:.2f} % ({reached} of {count}; at least {limit} %)')
    print('1..2')
    sys.exit(0 if good else 1)


main()
