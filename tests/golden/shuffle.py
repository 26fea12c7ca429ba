#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An answer does not depend on the order of an export's entries.

The exports of the cases here are read again with their entries turned round and
mixed. Where Outlook's own order depends on the directory's (ties, several
pointers, objects without a date), so does the answer, and the run is left out;
so are other clients, which go by that order. Without a case, a choice of them
is read.

usage: shuffle.py BUILD-DIRECTORY-OR-ADSCP [CASE...]
"""
import difflib
import itertools
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import run

HERE = pathlib.Path(__file__).resolve().parent
# By what they say, the directory's order is part of the answer.
ORDERED = {"scp-created-tie", "scp-created-missing", "pointer-domain-duplicate",
           "pointer-wildcard-several", "scp-url-multi", "scp-over-1000"}
# What counts is the first of several entries with one DN.
LEFT_OUT = ("odd-broken-records", "odd-duplicate-dn")
MIXES = 2
LARGEST = 200_000  # bytes of an export
# Where something is said of several objects; all cases, where one is named.
CASES = ("07", "27", "28", "34", "37", "41", "47", "48", "60", "61", "70", "71",
         "export-ldapsearch-plain", "odd-invisible-names")


def mix(path, number):
    """Its entries in another order; False: it cannot be told apart."""
    content = path.read_bytes()
    if len(content) > LARGEST or b"\0" in content or b"\r" in content:
        return False
    entries = [e for e in re.split(rb"\n\n+", content.strip(b"\n")) if e]
    tail = entries.pop() if entries[-1].endswith(b"adscpReading: end") else None
    head = entries.pop(0) if not entries[0].startswith(b"dn:") and \
        b"\ndn:" not in entries[0] else None
    if len(entries) < 2:
        return False
    if number == 0:
        entries.reverse()
    else:
        random.Random(number).shuffle(entries)
    if head is not None:
        entries.insert(0, head)
    if tail is not None:
        entries.append(tail)
    path.write_bytes(b"\n\n".join(entries) + b"\n\n")
    return True


def is_ordered(document):
    """The directory's order decides by right."""
    return (document["client"].get("profile", "outlook") != "outlook"
            or any(c["tie"] for c in document["candidates"])
            or any(f["code"] in ORDERED for f in document["findings"])
            or not document["forest"]["complete"])


def comparable(document):
    """Without the places in the export, and what other clients do first."""
    document["forest"].pop("sources", None)
    document["findings"] = [
        f for f in document["findings"] if f["code"] != "profile-disagree"
        and ".ldif:" not in json.dumps(f)]
    return json.dumps(document, indent=1, sort_keys=True).splitlines()


class Mixed(run.Run):
    """The runs of one command line in one folder."""

    def compare(self, adscp):
        with tempfile.TemporaryDirectory(prefix="adscp-shuffle-") as folder:
            folder = pathlib.Path(folder)
            self.fill(folder, adscp)
            before = self.start_in(folder, adscp)
            check = self.check(folder, adscp)
            document = json.loads(before.stdout)
            if is_ordered(document):
                return
            expected = comparable(document)
            for number in range(MIXES):
                yield from self.compare_mix(folder, adscp, number, expected,
                                            check)

    def fill(self, folder, adscp):
        if (self.folder / "make.py").exists():
            subprocess.run([sys.executable, "-B", self.folder / "make.py"],
                           cwd=folder, check=True,
                           env={**run.os.environ, "PYTHONPATH": str(HERE)})
        for path in self.folder.iterdir():
            if path.suffix in (".ldif", ".pem"):
                shutil.copy(path, folder)

    def check(self, folder, adscp):
        """The line of `check`, without what it measures."""
        args = [a for a in self.args[1:] if a != "--csv"]
        at = [] if "--at" in args else ["--at", run.AT]
        process = subprocess.run([adscp, "check", *args, *at], cwd=folder,
                                 stdin=subprocess.DEVNULL, capture_output=True,
                                 timeout=120)
        return process.returncode, process.stdout.split(b" time=")[0]

    def compare_mix(self, folder, adscp, number, expected, check):
        if not any([mix(path, number) for path in sorted(folder.glob("*.ldif"))]):
            return
        process = self.start_in(folder, adscp)
        actual = comparable(json.loads(process.stdout))
        yield from difflib.unified_diff(expected, actual, "as it is",
                                        f"mixed, {number}", lineterm="", n=4)
        again = self.check(folder, adscp)
        if again != check:
            yield f"check: {check} became {again}"


def mixable(path):
    args = path.read_text(encoding="utf-8").splitlines()
    return (args and args[0] in ("predict", "list")
            and path.with_suffix(".json").exists()
            and not path.parent.name.startswith("made-")
            and path.parent.name not in LEFT_OUT)


def choose(cases):
    """The runs of these cases, or a few of each of ours."""
    runs = [Mixed(path) for path in sorted(HERE.glob("*/*.args"))
            if mixable(path)]
    if cases:
        return [one for one in runs if one.folder.name in cases]
    runs = [one for one in runs if one.folder.name.startswith(CASES)]
    return [one for _, same in itertools.groupby(runs, lambda r: r.folder)
            for one in list(same)[::4]]


def main(arguments):
    adscp = pathlib.Path(arguments[0]).resolve()
    if adscp.is_dir():
        adscp = adscp / "examples" / "adscp"
    runs = choose(arguments[1:])
    print(f"1..{len(runs)}")
    failed = 0
    for number, one in enumerate(runs, 1):
        try:
            problems = list(one.compare(adscp))
        except (ValueError, OSError, KeyError) as error:
            problems = [repr(error)]
        for problem in problems:
            print(f"# {problem}")
        failed += bool(problems)
        print(f"{'not ' if problems else ''}ok {number} - {one.name}",
              flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
