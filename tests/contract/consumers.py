#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Three ways to build on the library beside the installed shared one: as a Meson
subproject, statically by pkg-config, and the command itself without the shared
library. Each is compiled anew, so it is done in the plain gcc build only."""

import os
import pathlib
import re
import shlex
import shutil
import tempfile

import contract

# Names that the library has inside, too: they must not meet.
PROGRAM = r'''
#include <adscp.h>
#include <stdio.h>

int text_keep(void);
int forest_new(void);
int text_keep(void) { return 1; }
int forest_new(void) { return 2; }

int main(void)
{
    adscp_reader *reader = adscp_reader_new();
    adscp_forest *forest = NULL;
    int rc = adscp_reader_add_ldif_file(reader, "EXAMPLE");

    if (rc == ADSCP_OK)
        rc = adscp_reader_read(reader, &forest);
    printf("%s %d %d %d\n", adscp_version(), rc, text_keep() + forest_new(),
           adscp_forest_scp_count(forest));
    adscp_forest_free(forest);
    adscp_reader_free(reader);
    return 0;
}
'''.replace('EXAMPLE', str(contract.ROOT / 'examples' / 'kb2006728.ldif'))

MESON = '''
project('foreign', 'c', default_options: ['c_std=c11', 'warning_level=3'])
adscp = dependency('adscp', fallback: 'adscp')
executable('foreign', 'foreign.c', dependencies: adscp)
'''


# What is installed, and takes time to make.
TARGETS = ('lib/libadscp.a', 'examples/adscp', 'lib/man/man3',
           'lib/man/adscp.7')


def release():
    return re.search(r"version: '([^']+)'", (
        contract.ROOT / 'meson.build').read_text())[1]


def right(result):
    return (result.returncode, result.stdout) == (0, f'{release()} 0 3 4\n')


def in_turn(*commands, **options):
    """The result of the last command, or of the first that fails."""
    for command in commands:
        result = contract.run(*command, **options)
        if result.returncode != 0:
            break
    return result


def environment(**more):
    return dict({name: value for name, value in os.environ.items()
                 if name not in ('CFLAGS', 'LDFLAGS', 'LD_PRELOAD')},
                CC=contract.compiler()[0], **more)


def test_subproject(scratch):
    """A project that has the tree below subprojects/, and nothing installed."""
    tree = scratch / 'project'
    inside = tree / 'subprojects' / 'adscp'
    inside.mkdir(parents=True)
    for name in ('meson.build', 'include', 'lib'):
        source = contract.ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(
            source, inside / name)
    (tree / 'foreign.c').write_text(PROGRAM)
    (tree / 'meson.build').write_text(MESON)
    for kind in ('shared', 'static'):
        where = scratch / kind
        result = in_turn(
            ['meson', 'setup', where, tree, '-Doptimization=0',
             f'-Ddefault_library={kind}', '--wrap-mode=forcefallback'],
            ['ninja', '-C', where], [where / 'foreign'], env=environment())
        contract.check(f'a Meson subproject, {kind}', right(result),
                       result.stdout[-3000:])
        needed = contract.run('readelf', '-d', where / 'foreign').stdout
        contract.check(f'... links it {kind}',
                       ('libadscp.so' in needed) == (kind == 'shared'), needed)


def test_both(scratch):
    """Both kinds installed; a program takes the archive."""
    where, root = scratch / 'both', scratch / 'root'
    result = in_turn(
        ['meson', 'setup', where, contract.ROOT, '-Doptimization=0',
         '-Ddefault_library=both', '--prefix=/usr'],
        ['ninja', '-C', where, *TARGETS],
        ['meson', 'install', '-C', where, '--no-rebuild', '--destdir', root,
         '--quiet'], env=environment())
    contract.check('both kinds are built and installed', result.returncode == 0,
                   result.stdout[-3000:])
    if result.returncode != 0:
        return
    archive = next(root.rglob('libadscp.a'))
    contract.check('the shared library is beside it', list(
        archive.parent.glob('libadscp.so.*')))
    names = contract.run('nm', '-g', '--defined-only', archive).stdout
    names = set(re.findall(r'^[0-9a-f]+ \w (\w+)$', names, re.M))
    contract.check('the archive lets out the public names only', names == {
        name for name, _, _ in contract.prototypes()}, names)
    static_link(scratch, root, archive)


def static_link(scratch, root, archive):
    system = contract.run('pkg-config', '--variable', 'pc_path', 'pkg-config')
    pc = environment(
        PKG_CONFIG_LIBDIR=f'{archive.parent}/pkgconfig:{system.stdout.strip()}')
    flags = contract.run('pkg-config', '--static', '--libs', 'adscp', env=pc)
    contract.check('pkg-config knows what the archive needs', all(
        word in flags.stdout.split() for word in
        ('-ladscp', '-lldap', '-lcrypto', '-lcares', '-lunistring')),
        flags.stdout)
    source = scratch / 'linked.c'
    source.write_text(PROGRAM)
    words = ['-Wl,-Bstatic' if word == '-ladscp' else word for word in
             flags.stdout.split()]
    at = words.index('-Wl,-Bstatic') + 1
    words[at:at] = ['-ladscp', '-Wl,-Bdynamic']
    result = in_turn(
        [contract.compiler()[0], '-std=c11', '-Wall', '-Werror', '-o',
         source.with_suffix(''), source, f'-I{root}/usr/include',
         f'-L{archive.parent}', *words], [source.with_suffix('')])
    contract.check('a program links the archive, and has names of its own',
                   right(result), result.stdout)
    needed = contract.run('readelf', '-d', source.with_suffix('')).stdout
    contract.check('... and needs no shared one', 'libadscp.so' not in needed)


CMAKE = '''
cmake_minimum_required(VERSION 3.16)
project(foreign C)
find_package(adscp REQUIRED)
add_executable(foreign foreign.c)
target_link_libraries(foreign adscp::adscp)
'''


def test_blanks(scratch):
    """Everybody finds it under a prefix with blanks that no loader knows."""
    where, prefix = scratch / 'both', scratch / 'a place of its own'
    tree = scratch / 'also here'
    bare = environment()
    bare.pop('LD_LIBRARY_PATH', None)
    result = in_turn(
        ['meson', 'configure', where, f'-Dprefix={prefix}'],
        ['ninja', '-C', where, *TARGETS],
        ['meson', 'install', '-C', where, '--no-rebuild', '--quiet'],
        [prefix / 'bin' / 'adscp', '--version'], env=bare)
    contract.check('installed under a prefix with blanks, the command runs', (
        result.returncode, result.stdout) == (0, f'adscp {release()}\n'),
        result.stdout[-3000:])
    library = next(prefix.rglob('libadscp.so')).parent
    tree.mkdir()
    (tree / 'foreign.c').write_text(PROGRAM)
    (tree / 'CMakeLists.txt').write_text(CMAKE)
    flags = contract.run('pkg-config', '--cflags', '--libs', 'adscp', env=dict(
        bare, PKG_CONFIG_LIBDIR=str(library / 'pkgconfig'))).stdout
    result = in_turn(
        [contract.compiler()[0], tree / 'foreign.c', *shlex.split(flags),
         f'-Wl,-rpath,{library}', '-o', tree / 'by-pkg-config'],
        [tree / 'by-pkg-config'], env=bare)
    contract.check('... pkg-config finds it', right(result), result.stdout)
    result = in_turn(
        ['cmake', '-S', tree, '-B', tree / 'build',
         f'-DCMAKE_PREFIX_PATH={prefix}'],
        ['cmake', '--build', tree / 'build'], [tree / 'build' / 'foreign'],
        env=bare)
    contract.check('... CMake finds it', right(result), result.stdout)
    package = next(prefix.rglob('adscp/__init__.py')).parents[1]
    result = contract.run(
        '/usr/bin/python3', '-B', '-c', 'import adscp; print(adscp.__version__)',
        cwd=scratch, env=dict(bare, PYTHONPATH=str(package)))
    contract.check('... the Python package finds it', result.stdout ==
                   f'{release()}\n', result.stdout)


def test_static(scratch):
    """The command, where only the archive is wanted."""
    where, root = scratch / 'both', scratch / 'static-root'
    result = in_turn(
        ['meson', 'configure', where, '-Ddefault_library=static',
         '-Dprefix=/usr'],
        ['ninja', '-C', where, *TARGETS],
        ['meson', 'install', '-C', where, '--no-rebuild', '--destdir', root,
         '--quiet'], [root / 'usr' / 'bin' / 'adscp', '--version'],
        env=environment())
    contract.check('the command runs without a shared library', (
        result.returncode, result.stdout) == (0, f'adscp {release()}\n'),
        result.stdout[-3000:])
    contract.check('... and none is installed', not list(
        root.rglob('libadscp.so*')) and list(root.rglob('libadscp.a')))


def main():
    if contract.sanitizers() or 'clang' in contract.compiler()[0]:
        print('ok 1 # SKIP the plain build by gcc does it\n1..1')
        return
    with tempfile.TemporaryDirectory() as name:
        scratch = pathlib.Path(name)
        test_subproject(scratch)
        test_both(scratch)
        test_blanks(scratch)
        test_static(scratch)
    contract.finish()


main()
