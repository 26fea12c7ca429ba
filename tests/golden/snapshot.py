#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every golden run again, from a snapshot: "adscp save" of the run's exports must
read back to the same document. Only findings that name a line of a file may name
another one. Under sanitizers, and where lines are counted, every third run.

usage: snapshot.py BUILD-DIRECTORY
"""
import difflib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import run

SOURCES = ("-l", "--ldif", "--ldif-at")
PEOPLE = ("-m", "--mail")
PLACE = re.compile(r'[^ ("]{1,200}:\d+')


def split(args):
    """The arguments of `save`, and those of the run that are left."""
    saved, left = [], []
    words = iter(args)
    for word in words:
        if word in SOURCES:
            saved += [word, next(words)]
        elif word in PEOPLE:
            pair = [word, next(words)]
            left += pair
            saved += pair if not pair[1].startswith("@") else []  # a domain
        elif word == "--census":
            saved.append(word)
        else:
            left.append(word)
    return saved, left


def same_place(finding):
    text = finding["text"]
    return {**finding,
            "text": PLACE.sub("FILE", text) if len(text) < 2000 else text}


def document(process):
    answer = json.loads(process.stdout)
    del answer["forest"]["sources"]  # another file
    findings = map(same_place, answer["findings"])
    return {**answer, "findings": sorted(findings, key=run.finding_key)}


class Kept:
    """The same in the folder where the run itself starts."""

    def __init__(self, case):
        self.case = case

    def problems(self, adscp):
        with tempfile.TemporaryDirectory(prefix="adscp-kept-") as home:
            snapshot = pathlib.Path(home, "snapshot.ldif")
            saved, left = split(self.case.args)
            first = self.start(adscp, self.case.args, snapshot, saved)
            if not snapshot.exists():
                yield "nothing was saved"
                return
            again = self.start(adscp, [*left, "-l", str(snapshot)])
        if first.returncode != again.returncode:
            yield f"exit code {again.returncode}, not {first.returncode}"
            yield again.stderr.decode(errors="replace")
            return
        one, two = document(first), document(again)
        if one != two:
            yield from difflib.unified_diff(
                run.dump(run.normal(one)).splitlines(),
                run.dump(run.normal(two)).splitlines(),
                "export", "snapshot", lineterm="", n=6)

    def start(self, adscp, args, snapshot=None, saved=()):
        """The run with these arguments; `save` beside it, where exports are."""
        case = run.Run(self.case.file)
        case.args = args
        if snapshot is not None:
            case.beside = [adscp, "save", str(snapshot), *saved]
        return case.start(adscp)


def is_slow(build):
    options = json.loads((build / "meson-info" / "intro-buildoptions.json")
                         .read_text())
    return any(option["name"] in ("b_sanitize", "b_coverage") and
               option["value"] not in (False, "none", []) for option in options)


def is_second(build):
    """What gcc makes is tried with every case."""
    commands = json.loads((build / "compile_commands.json").read_text())
    return "clang" in commands[0]["command"].split(" -", maxsplit=1)[0]


def main(arguments):
    build = pathlib.Path(arguments[0]).resolve()
    adscp = build / "examples" / "adscp"
    cases = [case for case in map(run.Run, sorted(run.HERE.glob("*/*.args")))
             if case.json.exists()][::3 if is_slow(build) or is_second(build) else 1]
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        problems = list(Kept(case).problems(adscp))
        for problem in problems:
            for line in problem.splitlines():
                print(f"# {line}")
        failed += bool(problems)
        print(f"{'not ' if problems else ''}ok {number} - {case.name}, kept",
              flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
