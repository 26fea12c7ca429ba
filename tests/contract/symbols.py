#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Header = symbol map = what the shared library really lets out."""

import re

import contract


def mapped(text):
    return set(re.findall(r'^\s+(adscp_\w+);$', text, re.M))


def exported(path):
    """{name: version node} of the functions that `nm -D` shows."""
    rows = contract.run('nm', '-D', '--defined-only', path).stdout.split('\n')
    rows = [re.match(r'^[0-9a-f]+ (\w) ([^@]+)(?:@@?(\S+))?$', row)
            for row in rows]
    return {row[2]: (row[1], row[3]) for row in rows if row and row[1] != 'A'}


def main():
    header = {name for name, _, _ in contract.prototypes()}
    text = contract.MAP.read_text()
    symbols = exported(contract.library())
    contract.check('the header was understood',
                   header == set(re.findall(
                       r'\b(adscp_\w+)\(', re.sub(
                           r'^\s*#.*$', '', contract.without_comments(
                               contract.HEADER.read_text()), flags=re.M))))
    contract.check('the map names what the header declares',
                   mapped(text) == header, mapped(text) ^ header)
    contract.check('the library exports what the map names',
                   set(symbols) == mapped(text), set(symbols) ^ mapped(text))
    contract.check_empty('every export is a function of a version node',
                         [name for name, (kind, node) in symbols.items()
                          if kind != 'T' or not (node or '').startswith('ADSCP_')])
    dynamic = contract.run('readelf', '-d', contract.library()).stdout
    contract.check('the soname carries the version of the interface',
                   'soname: [libadscp.so.0]' in dynamic, dynamic)
    contract.check('the library binds at once', 'NOW' in dynamic, dynamic)
    contract.finish()


main()
