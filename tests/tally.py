#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Run the tests of a Meson build and count what they report.

    tally.py run BUILD LOGS SUITE...    run all tests of these suites
    tally.py add LOGS NAME WHY          count a failure outside of any test
    tally.py sum LOGS                   print "N passed, N failed"

A test program speaks TAP. Every test in it counts; so does one that its plan
promised and that never came, a program that ends badly without saying which
test failed, and a suite without any test.

Programs run side by side, one more than there are processors since many of them
wait; those that Meson's "is_parallel" keeps apart run alone, after the others.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

POINT = re.compile(r'(not )?ok\b *\d* *-? *([^#]*)(?:# *(skip|todo)\b(.*))?',
                   re.I)
PLAN = re.compile(r'1\.\.(\d+)')


class Report:
    """The TAP of one program."""

    def __init__(self, name):
        self.name = name
        self.passed = self.skipped = 0
        self.failures = []  # each with the comments before it
        self.comments = []
        self.plan = None
        self.bail = None

    def line(self, text):
        point, plan = POINT.match(text), PLAN.match(text)
        if point:
            self.point(text, point)
            self.comments = []
        elif plan:
            self.plan = int(plan.group(1))
        elif text.startswith('Bail out!'):
            self.bail = text
        elif text.strip():
            self.comments.append(text)

    def point(self, text, match):
        refused, directive = match.group(1), (match.group(3) or '').lower()
        if directive == 'skip':
            self.skipped += 1
        elif refused:
            self.failures.append('\n'.join([*self.comments[-60:], text]))
        else:
            self.passed += 1

    def end(self, status):
        """Failures that no line of the program told."""
        seen = self.passed + self.skipped + len(self.failures)
        lost = None
        if self.bail:
            lost = self.bail
        elif self.plan is None:
            lost = 'no plan: this is not TAP'
        elif seen == 0:
            lost = 'not a single test'
        elif seen != self.plan:
            lost = f'{seen} tests of {self.plan}'
        elif status != 0 and not self.failures:
            lost = 'every test passed'
        if lost:
            count = max(1, (self.plan or 0) - seen)
            lost = '\n'.join([*self.comments[-60:],
                              f'{lost}; the program ended with {status}'])
            self.failures += [lost] + [''] * (count - 1)


def load_tests(build):
    text = subprocess.run(['meson', 'introspect', '--tests', build],
                          check=True, capture_output=True, text=True).stdout
    return json.loads(text)


def suites_of(test):
    """Without the project's name, which Meson puts before each."""
    return [name.rpartition(':')[2] for name in test['suite']]


def run_one(test, build, log, running):
    """The program's exit status; its output goes to the log."""
    start = time.monotonic()
    with open(log, 'wb') as stream:
        process = subprocess.Popen(
            test['cmd'], stdin=subprocess.DEVNULL, stdout=stream,
            stderr=subprocess.STDOUT, cwd=test['workdir'] or build,
            env={**os.environ, **test['env']}, start_new_session=True)
        running.add(process)
        try:
            status = process.wait(test['timeout'] or None)
        except subprocess.TimeoutExpired:
            # First a chance to end its servers.
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status = f'a timeout after {test["timeout"]} s'
        running.discard(process)
    return status, time.monotonic() - start


def count(logs, report):
    with open(logs / 'tally', 'a', encoding='ascii') as stream:
        print(report.passed, len(report.failures), report.skipped, file=stream)


def show(report, seconds, log):
    words = [f'{report.passed:5} passed']
    if report.failures:
        words.append(f'{len(report.failures)} FAILED')
    if report.skipped:
        words.append(f'{report.skipped} skipped')
    print(f'  {report.name:34}{", ".join(words)}   ({seconds:.1f} s)')
    for failure in filter(None, report.failures):
        print('\n'.join('    | ' + line for line in failure.splitlines()))
    if report.failures:
        print(f'    | the whole output: {log}')
    sys.stdout.flush()


def run_and_report(suite, test, build, logs, running):
    report = Report(f'{suite}/{test["name"]}')
    log = logs / f'{build.name}-{suite}-{test["name"]}.log'.replace(' ', '-')
    status, seconds = run_one(test, build, log, running)
    for line in log.read_text(errors='backslashreplace').splitlines():
        report.line(line)
    report.end(status)
    return report, seconds, log


def run_together(chosen, workers, build, logs):
    """Run these tests, as many at a time as there are workers."""
    running = set()
    pool = concurrent.futures.ThreadPoolExecutor(workers)
    try:
        waiting = [pool.submit(run_and_report, suite, test, build, logs,
                               running) for suite, test in chosen]
        for one in concurrent.futures.as_completed(waiting):
            report, seconds, log = one.result()
            count(logs, report)
            show(report, seconds, log)
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in list(running):
            process.terminate()
        raise
    pool.shutdown()


def run(build, logs, suites):
    # A shell lets what it puts in the background ignore this, and so would all
    # that is interrupted by a test.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    tests = load_tests(build)
    chosen = []
    for suite in suites:
        members = [test for test in tests if suite in suites_of(test)]
        chosen += [(suite, test) for test in members]
        if not members:
            add(logs, suite, 'there is no test in this suite')
    # What may take longest starts first, so that nothing is left to wait for.
    together = sorted((one for one in chosen if one[1]['is_parallel']),
                      key=lambda one: -one[1]['timeout'])
    alone = [one for one in chosen if not one[1]['is_parallel']]
    run_together(together, (os.cpu_count() or 1) + 1, build, logs)
    run_together(alone, 1, build, logs)


def add(logs, name, why):
    report = Report(name)
    report.failures.append(why)
    count(logs, report)
    show(report, 0, logs)


def total(logs):
    path = logs / 'tally'
    rows = path.read_text().splitlines() if path.exists() else []
    passed, failed, skipped = (
        sum(int(row.split()[column]) for row in rows) for column in range(3))
    print(f'{passed} passed, {failed} failed'
          + (f', {skipped} skipped' if skipped else ''))
    return 0 if passed > 0 and failed == 0 else 1


def main(command, *words):
    if command == 'run':
        run(pathlib.Path(words[0]), pathlib.Path(words[1]), words[2:])
        return 0
    if command == 'add':
        add(pathlib.Path(words[0]), *words[1:])
        return 0
    return total(pathlib.Path(words[0]))


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
