#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Looks for new faults with a libFuzzer program, beginning with its corpus, for
ADSCP_SEARCH_SECONDS. What it finds interesting stays in ADSCP_SEARCH_FOUND for the
next time, and so do inputs that are faults: put those into the corpus.

usage: search.py FUZZER CORPUS
"""

import os
import pathlib
import re
import subprocess
import sys


def main(fuzzer, corpus):
    name = pathlib.Path(fuzzer).name
    found = pathlib.Path(os.environ.get('ADSCP_SEARCH_FOUND', 'found')) / name
    faults = found.with_name(f'{name}-faults')
    for folder in (found, faults):
        folder.mkdir(parents=True, exist_ok=True)
    seconds = os.environ.get('ADSCP_SEARCH_SECONDS', '10')
    result = subprocess.run(
        [fuzzer, f'-max_total_time={seconds}', '-timeout=25', '-rss_limit_mb=2048',
         f'-artifact_prefix={faults}/', '-print_final_stats=1', found, corpus],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = result.stdout.decode('utf-8', 'backslashreplace').splitlines()
    runs = next((line.split()[-1] for line in said if re.match(
        'stat::number_of_executed_units', line)), '0')
    good = result.returncode == 0 and int(runs) > 0
    for line in [] if good else said[-60:]:
        print(f'# {line}')
    print(f'{"ok" if good else "not ok"} 1 - {name}: {runs} runs in {seconds} s')
    print('1..1')
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
