# SPDX-License-Identifier: MIT
"""Tests as functions that raise, and their report in TAP."""

import difflib
import json
import re
import time
import traceback

TESTS = []


def test(name, *args):
    """Register the function below as a test; it gets the lab, then args. May
    stand several times above one function."""
    def register(function):
        TESTS.append((name, function, args))
        return function
    return register


def expect(condition, *evidence):
    if not condition:
        raise AssertionError('\n'.join(map(str, evidence)))


def expect_equal(actual, expected, *evidence):
    if actual == expected:
        return
    if isinstance(actual, (list, dict)):
        words = difflib.unified_diff(pretty(expected), pretty(actual),
                                     'expected', 'actual', n=2, lineterm='')
    else:
        words = (f'is  {actual!r}', f'not {expected!r}')
    raise AssertionError('\n'.join((*words, *map(str, evidence))))


def pretty(value):
    return json.dumps(value, indent=1, ensure_ascii=False).split('\n')


def expect_failure(result, code, words):
    """The right exit code, a sentence that tells the cause, nothing on standard
    output. `words` is a regular expression, in any case."""
    expect_equal(result.code, code, result)
    expect_equal(result.out, '', result)
    expect(re.search(words, result.err, re.I),
           f'no /{words}/ in the message', result)


def expect_within(result, seconds):
    """The budget, a tenth of it, and half a second for the start of a process
    (more under a sanitizer on a busy machine)."""
    limit = seconds * 1.1 + 0.5
    expect(result.seconds <= limit,
           f'took {result.seconds:.2f} s of {limit:.2f} s', result)


def comment(text):
    for line in text.splitlines():
        print(f'# {line}', flush=True)


def run_all(lab, words):
    """Run the tests whose name holds one of the words. True: all passed."""
    chosen = [each for each in TESTS
              if not words or any(word in each[0] for word in words)]
    print(f'1..{len(chosen)}', flush=True)
    failed = 0
    for number, (name, function, args) in enumerate(chosen, 1):
        start = time.monotonic()
        try:
            function(lab, *args)
            verdict = 'ok'
        except Exception as error:  # a test may fail in any way it likes
            verdict = 'not ok'
            failed += 1
            if isinstance(error, AssertionError):
                comment(str(error))
            else:
                comment(traceback.format_exc())
        seconds = time.monotonic() - start
        print(f'{verdict} {number} - {name}', flush=True)
        if seconds > 5:
            comment(f'took {seconds:.1f} s')
    return failed == 0 and chosen != []
