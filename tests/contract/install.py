#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What `meson install` leaves: header, library with its soname, files for pkg-config
and CMake, command, man pages, Python package, documents and examples. A foreign program finds them by
either, and runs; the command and Python find the library under any prefix."""

import os
import pathlib
import re
import shutil
import sys
import tempfile

import contract

PROGRAM = r'''
#include <adscp.h>
#include <stdio.h>

int main(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    int rc = adscp_reader_add_ldif_file(reader, "/nonexistent.ldif");

    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, &forest);
    printf("%s %s\n", adscp_version(), adscp_error_name(rc));
    adscp_reader_free(reader);
    return 0;
}
'''


DOCUMENTS = ('README.md', 'NEWS.md', *(f'examples/{name}' for name in (
    'json.md', 'minimal.c', 'kb2006728.ldif', 'ex10.pem', 'export.ps1',
    'python/migration.py', 'python/planner.py', 'python/predict.py', 'python/sites.py', *(
        f'monitoring/{path.name}' for path in sorted(
            (contract.ROOT / 'examples' / 'monitoring').iterdir())))))


def tree(root):
    return sorted(path.relative_to(root).as_posix() for path in root.rglob('*')
                  if not path.is_dir())


def wanted():
    """Patterns of what should be there, each exactly once."""
    lib, python = r'lib(/[\w-]+)?', r'lib/python[\d.]+/(dist|site)-packages'
    package = (path.name for path in (contract.PYTHON / 'adscp').iterdir()
               if path.suffix == '.py' or path.name == 'py.typed')
    return [r'include/adscp\.h', rf'{lib}/libadscp\.so',
            rf'{lib}/libadscp\.so\.0', rf'{lib}/libadscp\.so\.0\.\d+\.\d+',
            rf'{lib}/pkgconfig/adscp\.pc', r'bin/adscp',
            rf'{lib}/cmake/adscp/adscp-config\.cmake',
            rf'{lib}/cmake/adscp/adscp-config-version\.cmake',
            r'share/bash-completion/completions/adscp',
            r'share/adscp/adscp\.schema\.json',
            *(rf'share/man/man{part}/adscp\.{part}' for part in (1, 7)),
            *(rf'share/man/man3/{path.name}' for path in (
                contract.build() / 'lib' / 'man' / 'man3').iterdir()),
            *(rf'{python}/adscp/{re.escape(name)}' for name in package),
            rf'{python}/adscp/METADATA',
            rf'{python}/adscp-[\d.]+\.dist-info/METADATA',
            *(rf'share/doc/adscp/{re.escape(name)}' for name in DOCUMENTS)]


def matches(pattern, name):
    return re.search(f'(^|/){pattern}$', name) is not None


def wrong(names):
    """What is not there exactly once, and what nobody wants."""
    return [one for one in wanted()
            if sum(matches(one, name) for name in names) != 1] + [
                name for name in names
                if not any(matches(one, name) for one in wanted())]


def foreign(root, pc):
    """Compile a program in a directory of its own; the result of running it. No
    other package is in sight: who uses adscp needs the headers of none."""
    environment = dict(os.environ, PKG_CONFIG_SYSROOT_DIR=str(root),
                       PKG_CONFIG_LIBDIR=str(pc.parent))
    flags = contract.run('pkg-config', '--cflags', '--libs', 'adscp',
                         env=environment)
    if flags.returncode != 0:
        return flags
    with tempfile.TemporaryDirectory() as scratch:
        source = pathlib.Path(scratch) / 'foreign.c'
        source.write_text(PROGRAM)
        made = contract.run(*contract.compiler(), '-std=c11', '-Wall', '-Wextra',
                            '-Werror', '-o', source.with_suffix(''), source,
                            *flags.stdout.split())
        if made.returncode != 0:
            return made
        environment['LD_LIBRARY_PATH'] = str(pc.parents[1])
        return contract.run(source.with_suffix(''), env=environment)


CMAKE = '''
cmake_minimum_required(VERSION 3.16)
project(foreign C)
find_package(adscp {release} REQUIRED)
add_executable(foreign foreign.c)
target_link_libraries(foreign adscp::adscp)
'''


def by_cmake(root, wanted):
    """The same by find_package(); the result of running it, or of what failed."""
    prefix = next(root.rglob('bin/adscp')).parents[1]
    with tempfile.TemporaryDirectory() as scratch:
        tree = pathlib.Path(scratch)
        (tree / 'foreign.c').write_text(PROGRAM)
        (tree / 'CMakeLists.txt').write_text(CMAKE.format(release=wanted))
        environment = dict(os.environ, CC=contract.compiler()[0])
        for command in (['cmake', '-S', tree, '-B', tree / 'build',
                         f'-DCMAKE_PREFIX_PATH={prefix}'],
                        ['cmake', '--build', tree / 'build'],
                        [tree / 'build' / 'foreign']):
            result = contract.run(*command, env=environment)
            if result.returncode != 0:
                break
        return result


def by_pip(scratch):
    """The package as pip installs it, without a network, beside the library."""
    venv = scratch / 'venv'
    for command in (
            [sys.executable, '-m', 'pip', 'install', '--quiet', '--no-index',
             '--target', venv, contract.ROOT / 'examples' / 'python'],
            [sys.executable, '-B', '-c', 'import adscp, importlib.metadata as m;'
             'print(adscp.__version__, m.version("adscp"))']):
        result = contract.run(*command, cwd=scratch, env=dict(
            os.environ, PYTHONPATH=str(venv), PIP_ROOT_USER_ACTION='ignore',
            ADSCP_LIBRARY=str(contract.build() / 'lib')))
        if result.returncode != 0:
            break
    return result


def without_library(scratch):
    """What the package says where there is none."""
    return contract.run(
        sys.executable, '-B', '-c', 'import adscp', cwd=scratch,
        env=dict(os.environ, PYTHONPATH=str(scratch / 'venv'),
                 ADSCP_LIBRARY=str(scratch / 'nowhere')))


def from_python(root):
    """What a Python program sees that knows the package's place only."""
    package = next(root.rglob('adscp/__init__.py')).parent
    return contract.run(
        sys.executable, '-B', '-c', 'import adscp, importlib.metadata as m;'
        'print(adscp.__version__, m.version("adscp"))', cwd=root,
        env=dict(os.environ, PYTHONPATH=str(package.parent)))


def manual(root):
    """What man shows of the installed pages. It follows a link from the top of the
    tree where the link lies."""
    place = next(root.rglob('man3')).parent
    environment = dict(os.environ, MANPATH=str(place), MANPAGER='cat', PAGER='cat',
                       MANWIDTH='80', LC_ALL='C.UTF-8', LD_PRELOAD='')
    return {name: re.sub('.\b', '', contract.run(
        'man', name, env=environment).stdout) for name in (
            'adscp_reader', 'adscp_reader_read', 'adscp_scp_dn', 'adscp_server')}


def test_manual(root):
    if shutil.which('man') is None:
        contract.check('man is there', os.environ.get('ADSCP_BARE'))
        return
    pages = manual(root)
    contract.check('man shows a noun', pages['adscp_reader'].startswith(
        'ADSCP_READER(3)'), pages['adscp_reader'][:200])
    contract.check('... by the name of a function', pages['adscp_reader_read'] ==
                   pages['adscp_reader'])
    contract.check('... or of a row in it', pages['adscp_scp_dn'] ==
                   pages['adscp_server'] and 'adscp_scp_dn(' in
                   pages['adscp_server'], pages['adscp_server'][:200])


def main():
    contract.behind_sanitizer()
    with tempfile.TemporaryDirectory() as scratch:
        root = pathlib.Path(scratch)
        result = contract.run('meson', 'install', '-C', contract.build(),
                              '--no-rebuild', '--quiet', '--destdir', root)
        contract.check('meson install', result.returncode == 0, result.stdout)
        names = tree(root)
        contract.check_empty('everything is installed, and no more', wrong(names))
        pc = next(root.rglob('adscp.pc'), None)
        release = re.search(r'^Version: (\S+)$', pc.read_text(), re.M)[1]
        test_manual(root)
        result = foreign(root, pc)
        contract.check('a foreign program compiles by pkg-config and runs',
                       result.returncode == 0 and
                       result.stdout == f'{release} ADSCP_E_FILE\n',
                       result.stdout)
        result = from_python(root)
        contract.check('Python finds the package, and that the library',
                       result.returncode == 0 and
                       result.stdout == f'{release} {release}\n', result.stdout)
        moved = root / 'another place'
        shutil.copytree(pc.parents[3], moved / pc.parents[3].name,
                        symlinks=True)
        if not contract.sanitizers():
            result = by_cmake(moved, '.'.join(release.split('.')[:2]))
            contract.check('a foreign program finds it by CMake, and runs',
                           result.returncode == 0 and
                           result.stdout == f'{release} ADSCP_E_FILE\n',
                           result.stdout)
            result = by_cmake(moved, '99.0')
            contract.check('... and CMake finds no other release',
                           result.returncode != 0 and
                           'compatible with requested' in ' '.join(
                               result.stdout.split()),
                           result.stdout)
        result = contract.run(next(moved.rglob('bin/adscp')), '--version', env={
            name: value for name, value in os.environ.items()
            if name != 'LD_LIBRARY_PATH'})
        contract.check('the command finds its library below any prefix',
                       result.returncode == 0 and
                       result.stdout == f'adscp {release}\n', result.stdout)
        result = by_pip(moved)
        contract.check('pip installs the package, and Python knows its release',
                       result.returncode == 0 and
                       result.stdout == f'{release} {release}\n', result.stdout)
        result = without_library(moved)
        contract.check('without the library, it says what is missing',
                       result.returncode != 0 and
                       'ADSCP_LIBRARY may say where libadscp.so.0 is'
                       in result.stdout, result.stdout)
        link = contract.run('readelf', '-d', pc.parents[1] / 'libadscp.so')
        contract.check('the soname is libadscp.so.0',
                       '[libadscp.so.0]' in link.stdout, link.stdout)
        path = contract.run('readelf', '-d', next(root.rglob('bin/adscp'))).stdout
        contract.check('the command carries no path of the build',
                       str(contract.build()) not in path, path)
    contract.finish()


main()
