# SPDX-License-Identifier: MIT
"""An export as README.md tells people to make one."""

import re

from lab import HERE, Running
from tap import expect, expect_equal


def command():
    """The command in README.md behind the mark "test: export"."""
    text = (HERE.parents[1] / 'README.md').read_text()
    found = re.search(r'<!-- test: export -->\s*```[a-z]*\n(.*?)```', text,
                      re.S)
    expect(found, 'README.md has no block marked <!-- test: export -->')
    return found.group(1)


USER = 'ann@corp.example'


def export_to(lab, uri, suffix, folder, mail=USER):
    """Run it. The server, the base and the user that it names are replaced."""
    text, hosts = re.subn(r'ldaps?://[A-Za-z0-9.:-]+', uri, command())
    expect(hosts > 0, 'no server in the command', text)
    text = re.sub(r'(DC=[a-z]+,)*DC=[a-z]+', suffix, text)
    expect(USER in text, 'no user in the command', text)
    text = text.replace(USER, mail)
    folder.mkdir()
    result = Running(['bash', '-ec', text], lab.env(), folder).wait()
    expect_equal(result.code, 0, result)
    files = sorted(folder.iterdir())
    expect_equal(len(files), 1, 'one export', files, result)
    return files[0]


def export_all(lab, server, path):
    """The whole directory, as ldapsearch writes it."""
    command = ['ldapsearch', '-LLL', '-Q', '-Y', 'EXTERNAL', '-H',
               server.ldapi, '-o', 'ldif-wrap=no']
    root = Running([*command, '-s', 'base', '-b', '',
                    'configurationNamingContext'], lab.env(), lab.home)
    tree = Running([*command, '-E', 'pr=500/noprompt', '-b',
                    server.forest.suffix], lab.env(), lab.home)
    results = root.wait(), tree.wait()
    for result in results:
        expect_equal(result.code, 0, result)
    path.write_text(''.join(each.out for each in results))
    return path
