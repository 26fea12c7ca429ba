#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Exports in, reviewed documents out.

Every folder here is a case: exports, and one or more runs of "adscp" on them,
in that folder:

    NAME.args    the arguments, one a line; "--json" is added, and "--at"
                 where it is not among them
    NAME.exit    the exit code, where it is not 0
    NAME.json    the document that must come out
    NAME.stderr  for exit codes 1 and 2: pieces of text, one a line, that the
                 error's text must hold; standard output must then be empty
    make.py      writes exports that are too large to keep, too odd for git, or
                 with certificates, into its working directory, where the
                 runs then start

Folders whose name begins with "n_" are exports that must be refused. Documents
are compared value by value, after sorting keys and findings. Sentences that a
document here leaves out (why, assumes, notes, most of text) need only be there. Lists
of more than 40 members, findings of one code, and text of more than 400
characters are shortened to both ends.

usage: run.py [--regenerate] BUILD-DIRECTORY-OR-ADSCP [CASE...]

--regenerate writes what the program says now, for a reviewer to read as a diff.
"""
import difflib
import itertools
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import documents

HERE = pathlib.Path(__file__).resolve().parent
AT = "2026-01-01T00:00:00Z"
WORDS = ("why", "assumes")
LEFT_OUT = WORDS + ("notes",)
LIST_MAX, TEXT_MAX = 40, 400


def shorten(value):
    """The same document, in a size that a reviewer can read."""
    if isinstance(value, dict):
        return {key: shorten(member) for key, member in value.items()}
    if isinstance(value, list):
        if len(value) > LIST_MAX:
            left_out = f"... {len(value) - 6} more ..."
            value = value[:3] + [left_out] + value[-3:]
        return [shorten(member) for member in value]
    if isinstance(value, str) and len(value) > TEXT_MAX:
        return f"{value[:100]}... {len(value)} characters ...{value[-100:]}"
    return value


def finding_key(finding):
    return [str(finding.get(key)) for key in ("code", "dn", "text")]


def shorten_findings(findings):
    """Of every code a few; sorted, since no order is promised."""
    short = []
    findings = sorted(findings, key=finding_key)
    for _, same in itertools.groupby(findings, lambda f: f["code"]):
        short += shorten(list(same))
    return short


def normal(document):
    findings = shorten_findings(document["findings"])
    short = {**shorten(document), "findings": findings}
    short["forest"].pop("sources", None)  # what the arguments say
    return short


def is_clean(text):
    """Invisible characters stay in a document, unless they turn the text."""
    return all(one.isprintable() or (unicodedata.category(one) == "Cf" and
               unicodedata.bidirectional(one) in ("BN", "L", "ON", "NSM"))
               for one in text)


def check_words(value, where="document"):
    """Sentences are there, and nothing holds what a terminal would obey."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key in WORDS + ("text",) and not member:
                yield f"{where}.{key} is empty"
            yield from check_words(member, f"{where}.{key}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from check_words(member, f"{where}[{index}]")
    elif isinstance(value, str) and not is_clean(value):
        yield f"{where} holds a control character"


def like(actual, expected):
    """actual without the sentences that expected does not carry."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        return {key: like(member, expected.get(key))
                for key, member in actual.items()
                if key in expected or key not in LEFT_OUT + ("text",)}
    if isinstance(actual, list) and isinstance(expected, list):
        pairs = expected + [{}] * (len(actual) - len(expected))
        return [like(a, e) for a, e in zip(actual, pairs)]
    return actual


def without_words(value):
    """What is kept of a new document: of the sentences, those that name a line."""
    if isinstance(value, dict):
        return {key: without_words(member) for key, member in value.items()
                if key not in LEFT_OUT
                and not (key == "text" and ".ldif:" not in member)}
    if isinstance(value, list):
        return [without_words(member) for member in value]
    return value


def dump(document):
    return json.dumps(document, indent=1, sort_keys=True,
                      ensure_ascii=False) + "\n"


class Run:
    def __init__(self, args_file):
        self.file = args_file
        self.beside = None  # another command line, to be run in that folder
        self.folder = args_file.parent
        self.name = f"{self.folder.name}/{args_file.stem}"
        self.args = args_file.read_text(encoding="utf-8").splitlines()
        self.json = args_file.with_suffix(".json")
        self.exit = args_file.with_suffix(".exit")
        self.stderr = args_file.with_suffix(".stderr")

    def start(self, adscp):
        if not (self.folder / "make.py").exists():
            return self.start_in(self.folder, adscp)
        with tempfile.TemporaryDirectory(prefix="adscp-golden-") as folder:
            subprocess.run([sys.executable, "-B", self.folder / "make.py"],
                           cwd=folder, check=True,
                           env={**os.environ, "PYTHONPATH": str(HERE)})
            for export in self.folder.glob("*.ldif"):
                shutil.copy(export, folder)
            return self.start_in(folder, adscp)

    def start_in(self, folder, adscp):
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"):
            if name in os.environ:
                environment[name] = os.environ[name]
        at = [] if "--at" in self.args else ["--at", AT]
        if self.beside is not None:
            subprocess.run(self.beside, cwd=folder, env=environment,
                           timeout=120, stdin=subprocess.DEVNULL, check=False)
        return subprocess.run([adscp, *self.args, "--json", *at],
                              cwd=folder, env=environment, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def expected_exit(self):
        return int(self.exit.read_text()) if self.exit.exists() else 0

    def problems(self, process):
        """Lines that say what is wrong."""
        if process.returncode != self.expected_exit():
            yield f"exit code {process.returncode}, not {self.expected_exit()}"
            yield process.stderr.decode(errors="replace")
            return
        if self.stderr.exists():
            yield from self.refusal_problems(process)
        else:
            yield from self.document_problems(process)

    def refusal_problems(self, process):
        message = process.stderr.decode(errors="replace")
        if process.stdout:
            yield "standard output is not empty"
        if not message.strip().isprintable():
            yield f"not one line, or a control character: {message!r}"
        error = json.loads(message)
        yield from documents.problems(error)
        if error["exit"] != process.returncode:
            yield f"the exit code is {process.returncode}, not {error['exit']}"
        message = error["error"]["text"]
        for piece in self.stderr.read_text(encoding="utf-8").splitlines():
            if piece not in message:
                yield f"{piece!r} is not in {message!r}"

    def named_files(self):
        """The files that the arguments name to be read."""
        return [value.rpartition("=")[2] for option, value in
                zip(self.args, self.args[1:])
                if option in ("-l", "--ldif", "--ldif-at", "--changes")]

    def document_problems(self, process):
        document = json.loads(process.stdout)
        sources = document["forest"]["sources"]
        if sorted(sources) != sorted(self.named_files()):
            yield f"it names {sources} as its sources"
        yield from documents.problems(document)
        yield from check_words(document)
        expected = json.loads(self.json.read_text(encoding="utf-8"))
        actual = like(normal(document), expected)
        yield from difflib.unified_diff(
            dump(expected).splitlines(), dump(actual).splitlines(),
            "expected", "actual", lineterm="", n=6)

    def regenerate(self, process):
        if process.returncode != 0:
            self.exit.write_text(f"{process.returncode}\n")
        elif self.exit.exists():
            self.exit.unlink()
        if process.stdout:
            document = without_words(normal(json.loads(process.stdout)))
            self.json.write_text(dump(document), encoding="utf-8")


def main(arguments):
    regenerate = "--regenerate" in arguments
    arguments = [a for a in arguments if a != "--regenerate"]
    adscp = pathlib.Path(arguments[0]).resolve()
    if adscp.is_dir():
        adscp = adscp / "examples" / "adscp"
    runs = [Run(path) for path in sorted(HERE.glob("*/*.args"))
            if not arguments[1:] or path.parent.name in arguments[1:]]
    print(f"1..{len(runs)}")
    failed = 0
    for number, run in enumerate(runs, 1):
        process = run.start(adscp)
        if regenerate:
            run.regenerate(process)
        try:
            problems = list(run.problems(process))
        except (ValueError, OSError, KeyError) as error:
            problems = [repr(error)]
        for problem in problems:
            for line in problem.splitlines():
                print(f"# {line}")
        failed += bool(problems)
        print(f"{'not ' if problems else ''}ok {number} - {run.name}",
              flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
