#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Whole runs of the command, in which each place of adscp that asks for memory is
refused once: each.py BUILD [RUN...].

The runs are those of tests/golden and some more. A place is the way that leads to a
call of malloc() or the like; the process forks there, and the child goes on without
that memory (failing.c). It gives the same bytes, or an error and nothing on standard
output. A place that an earlier run had is not tried again. With ADSCP_TEST_ALL=1 in
the environment every run of tests/golden, else a few of each folder."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [*(str(HERE.parent / name) for name in ('golden', 'contract')),
                str(HERE)]

import contract                                          # noqa: E402
import run as golden                                     # noqa: E402
import memory                                            # noqa: E402

FEW = 10 ** 6 if 'ADSCP_TEST_ALL' in os.environ else 2
EXPORT = contract.ROOT / 'examples/kb2006728.ldif'
LARGE = ('made-', 'n_')  # folders: too many rows, and refusals
LANES = 2


def timeless(out):
    return memory.TIMES.sub(b'', out)


def ends(folder):
    """(what the child came to, its output, its errors), child by child."""
    path = folder / 'ends'
    for number, status in enumerate(path.read_text().split()
                                    if path.exists() else ()):
        yield (int(status), timeless((folder / f'{number}.out').read_bytes()),
               (folder / f'{number}.err').read_text(errors='replace'))


def refuse(adscp, words, where, seen):
    """(number of children, what is wrong)"""
    with tempfile.TemporaryDirectory(prefix='adscp-each-') as name:
        folder = pathlib.Path(name)
        environment = dict(
            os.environ, LC_ALL='C.UTF-8', FAIL_EACH=name, FAIL_SEEN=str(seen),
            LD_PRELOAD=str(contract.build() / 'tests/hostile/failing.so'))
        with open(folder / 'whole', 'w+b') as out:
            done = subprocess.run([adscp, *words], cwd=where, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=out,
                                  stderr=subprocess.PIPE, check=False)
        whole = (done.returncode, timeless((folder / 'whole').read_bytes()), '')
        found = list(ends(folder))
        wrong = [f'{what}: {errors.partition("fails:")[2][:1200]}'
                 for code, out, errors in found
                 if (what := memory.judge(
                     (code, out, said(errors)), whole, (memory.LOCAL,)))]
        return len(found), wrong


def said(errors):
    """Without the trace of the place."""
    return ''.join(line for line in errors.splitlines(True)
                   if not line.startswith(('fails:', '/')) and
                   not line.startswith(memory.ADSCP))


def refuse_all(adscp, runs, seen):
    """Of one lane: {name: (children, wrong)}"""
    return {name: refuse(adscp, words, where, seen)
            for name, words, where in runs}


def prepare(case, folder):
    """The exports of a folder of tests/golden."""
    shutil.copytree(case, folder)
    if (case / 'make.py').exists():
        subprocess.run([sys.executable, '-B', case / 'make.py'], cwd=folder,
                       check=True, env={**os.environ, 'PYTHONPATH':
                                        str(golden.HERE)})


def golden_runs(scratch):
    for case in sorted(golden.HERE.iterdir()):
        files = sorted(case.glob('*.args'))
        if not files or case.name.startswith(LARGE):
            continue
        prepare(case, scratch / case.name)
        for file in files[::max(1, len(files) // FEW)][:FEW]:
            words = file.read_text(encoding='utf-8').splitlines()
            yield (f'{case.name}/{file.stem}', [*words, '--json', *(
                [] if '--at' in words else ['--at', golden.AT])],
                   scratch / case.name)


def own_runs(scratch):
    export = ['-l', str(EXPORT), *memory.AT]
    for name, words in {
            'whatif': ['whatif', '--step', 'scp-url EX07 none', '--step',
                       'certificate EX10 ' + str(
                           contract.ROOT / 'examples/ex10.pem'), '--step',
                       'publish-root EX10', *export],
            'advise': ['advise', *export],
            'check': ['check', '--all-sites', '--census', *export],
            'list': ['list', '-s', 'HQ', *export],
            'servers': ['servers', *export],
            'sites': ['sites', '--json', *export],
            'diff': ['diff', *memory.AT, str(EXPORT), str(EXPORT)],
    }.items():
        yield name, words, scratch


def main():
    if contract.is_slow():
        print('ok 1 - each place # skip a sanitizer has an allocator of its own, and '
              'the children of a build that counts lines are slow to end')
        print('1..1')
        return
    with tempfile.TemporaryDirectory() as name, \
            concurrent.futures.ThreadPoolExecutor(LANES) as pool:
        scratch = pathlib.Path(name)
        runs = [(what, [*words, '--timeout', '3000'], where)
                for what, words, where in (*own_runs(scratch),
                                           *golden_runs(scratch))
                if not sys.argv[2:] or what in sys.argv[2:]]
        lanes = [pool.submit(refuse_all, memory.ADSCP, runs[lane::LANES],
                             scratch / f'seen-{lane}') for lane in range(LANES)]
        found = {what: each for lane in lanes
                 for what, each in lane.result().items()}
    for what, (_, wrong) in sorted(found.items()):
        contract.check(f'{what}: the same answer or none', not wrong,
                       *wrong[:10], f'{len(wrong)}')
    children = sum(count for count, _ in found.values())
    contract.check(f'places were found ({children})', children > 100)
    contract.finish()


main()
