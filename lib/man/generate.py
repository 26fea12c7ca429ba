#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes adscp(3) out of the header, which is the reference, and puts the findings
into adscp(7), so that neither can say something else.

    generate.py 3 include/adscp.h
    generate.py 7 lib/man/adscp.7.in lib/facts/finding.def
"""

import pathlib
import re
import sys
import textwrap

HEAD = r'''.\" SPDX-License-Identifier: MIT
.\" Made from adscp.h.
.Dd November 25, 2026
.Dt ADSCP 3
.Os
.Sh NAME
.Nm adscp
.Nd which Exchange server an Outlook client meets first, and what its user sees
.Sh SYNOPSIS
.In adscp.h
.Pp
.Dl cc program.c $(pkg-config --cflags --libs adscp)
.Sh DESCRIPTION'''

TAIL = r'''.Sh SEE ALSO
.Xr adscp 1 ,
.Xr adscp 7'''


# ------------------------------------------------------------------------ mdoc


def escape(text):
    text = text.replace('\\', r'\e')
    return re.sub(r"^(?=[.'])", r'\\&', text, flags=re.M)


def quoted(argument):
    return '"' + argument.replace('"', '""') + '"'


def sentences(text):
    """Each begins a line: mdoc(7) puts the space between them."""
    return re.sub(r'(?<=[\w)*"/][.?!]) (?=[A-Z"\\]|adscp)', '\n', text)


MARKS = re.compile(r'(?<!\S)(?P<open>\(?)(?:(?P<fn>[a-z]\w+)\(\)|'
                   r'(?P<dv>ADSCP_[A-Z_0-9]*[A-Z0-9])(?![\w*]))'
                   r'(?P<close>[.,;:?!)]*)(?!\S)', re.M)


def mark(match):
    name = f'Fn {match["fn"]}' if match['fn'] else f'Dv {match["dv"]}'
    if match['open']:
        name = f'Pf ( {name}'
    return '\n.' + ' '.join([name, *match['close']]) + '\n'


def prose(text):
    """A paragraph of the header, its functions and constants marked up."""
    out = []
    lines = sentences(escape(' '.join(text.split())))
    for line in MARKS.sub(mark, lines).split('\n'):
        is_macro = re.match(r'\.[A-Z][a-z] ', line)
        out += [line] if is_macro else textwrap.wrap(
            line.strip(), 79, break_long_words=False, break_on_hyphens=False)
    return '\n'.join(re.sub(r"^(?='|\.(?![A-Z][a-z] ))", r'\\&', line)
                     for line in out)


def paragraphs(text):
    """Prose; several "NAME: ..." at the start of lines make a list."""
    parts = re.split(r'^([A-Z_]{2,}): ', text, flags=re.M)
    if len(parts) < 5:
        parts = [text]
    out = [prose(parts[0])] if parts[0].strip() else []
    if len(parts) > 1:
        out.append('.Bl -tag -width Ds')
        for name, words in zip(parts[1::2], parts[2::2]):
            out += [f'.It {name}', prose(words)]
        out.append('.El')
    return '\n'.join(out)


# ------------------------------------------------------------------------ adscp.3


def uncomment(comment):
    """The text of a comment, without its stars, its lines kept."""
    inside = re.sub(r'^/\*|\*/$', '', comment.strip())
    return '\n'.join(re.sub(r'^\s*\* ?', '', line).rstrip()
                     for line in inside.strip().split('\n'))


def first_page(text):
    """What the header says before its first line of code."""
    out, listed = [], False
    for part in re.split(r'\n\s*\n', text.split('\n\n', 1)[1]):
        if part.startswith('    '):
            out += ['.Bd -literal -offset indent',
                    *(escape(line[4:]) for line in part.split('\n')), '.Ed']
        elif part.isupper() or part.startswith('THE RULES'):
            out += ['.Ss The rules', prose(
                'Said once and true for every call.'), '.Bl -tag -width Ds']
            listed = True
        elif listed:
            title, rest = re.match(r'([^.]+)\.\s+(.*)', part, re.S).groups()
            out += [f'.It Sy {quoted(title)}', prose(rest)]
        else:
            out += (['.Pp'] if out else []) + [prose(part)]
    return '\n'.join([*out, '.El'])


# Lists of functions, as long as one of them follows the other, are one list.
BEGIN, END = '.\\" functions', '.\\" end of functions'

ITEM = re.compile(r'\s*(?:(?P<comment>/\*.*?\*/)|'
                  r'enum\s*\{(?P<enum>.*?)\}\s*;|'
                  r'typedef struct \w+ (?P<type>\w+);|'
                  r'(?P<returned>[\w\s*]+?)(?P<name>adscp_\w+)'
                  r'\((?P<inside>[^()]*)\)\s*;)', re.S)


def function(match):
    returned = ' '.join(match['returned'].split())
    arguments = [] if match['inside'].strip() == 'void' else [
        quoted(' '.join(one.split())) for one in match['inside'].split(',')]
    return ' '.join(['.It Ft', quoted(returned), 'Fn', match['name'],
                     *arguments])


def enumerators(body):
    """The list of a type's constants; a comment on a line of its own stands above
    what follows it."""
    out = ['.Bl -tag -width Ds -compact']
    for group, name, value, words in re.findall(
            r'^\s*/\*(.*?)\*/|(ADSCP_\w+)\s*=\s*(-?\d+),?'
            r'[ \t]*(?:/\*(.*?)\*/)?', body, re.S | re.M):
        if group:
            out += ['.El', '.Pp', prose(uncomment(group).capitalize()) + ':',
                    '.Pp', '.Bl -tag -width Ds -compact']
        else:
            out += [f'.It Dv {name} Pq {value}']
            if words:
                out.append(prose(uncomment(words)))
    return [*('\n'.join(out).replace('.Bl -tag -width Ds -compact\n.El\n.Pp\n', '')
              .split('\n')), '.El']


class Entry:
    """A comment and what it is about."""

    def __init__(self, words=''):
        self.words = words
        self.functions = []  # each with the words behind it
        self.constants = []

    def page(self):
        out, words = [], self.words
        if self.constants or not self.functions:
            out += [*(['.Pp', paragraphs(words)] if words else []),
                    *(['.Pp', *self.constants] if self.constants else [])]
            words = ''
        if self.functions:
            out.append(BEGIN)
            for head, behind in self.functions:
                out += [head, *([prose(behind)] if behind else [])]
            out += [*([paragraphs(words)] if words else []), END]
        return out


def section(text):
    """The entries of a section. A blank line, or a comment on a line of its own,
    begins one."""
    entries, position, blank = [], 0, True
    while match := ITEM.match(text, position):
        gap = re.match(r'\s*', match.group()).group()
        blank = blank or gap.count('\n') > 1
        last = entries[-1] if entries else None
        if match['comment'] and '\n' not in gap and last:
            head, words = last.functions.pop()
            words = f'{words} {uncomment(match["comment"])}'.strip()
            last.functions.append((head, words))
        elif match['comment']:
            entries.append(Entry(uncomment(match['comment'])))
        elif last is None or (blank and (last.functions or last.constants)):
            entries.append(Entry())
        if match['enum'] is not None:
            entries[-1].constants += enumerators(match['enum'])
        elif match['name']:
            entries[-1].functions.append((function(match), ''))
        blank = False
        position = match.end()
    return entries


def types(text):
    rows = re.findall(r'typedef struct \w+ (\w+);\s*/\*(.*?)\*/', text, re.S)
    return ['.Ss Types', '.Bl -tag -width Ds -compact', *(
        f'.It Vt {name}\n{prose(uncomment(words))}' for name, words in rows), '.El']


def page3(header):
    text = pathlib.Path(header).read_text()
    prolog = re.findall(r'/\*.*?\*/', text, re.S)[1]
    body = text.split('#pragma GCC visibility push(default)\n#endif\n', 1)[1]
    body = body.split('#if defined(__GNUC__)', 1)[0]
    parts = re.split(r'/\* -+ ([\w ]+) -- \*/', body)
    out = [HEAD, first_page(uncomment(prolog)), *types(parts[0])]
    for title, inside in zip(parts[1::2], parts[2::2]):
        out.append(f'.Ss {title.capitalize()}')
        for entry in section(inside):
            out += entry.page()
    out.append(TAIL)
    page = '\n'.join(out)
    page = page.replace(f'{END}\n{BEGIN}\n', '')
    page = page.replace(BEGIN, '.Bl -tag -width Ds').replace(END, '.El')
    return re.sub(r'(\.S[sh] .*\n)\.Pp\n', r'\1', page)


# ------------------------------------------------------------------------ adscp.7


def findings(definitions):
    """[(code, severity, sentence)], what varies left out."""
    rows = re.findall(r'^FINDING\(\w+, "([\w-]+)", (\w+),\s*((?:"(?:\\.|[^"\\])*"'
                      r'\s*)+)\)', definitions, re.M)
    for code, severity, text in rows:
        text = ''.join(re.findall(r'"((?:\\.|[^"\\])*)"', text))
        text = re.sub(r'\\(.)', r'\1', text).replace('{n}', 'N')
        text = re.sub(r'(?<=[\w"}])\{[bc]\}', '', text)
        yield code, severity.lower(), re.sub(r'\{[abc]\}', '...', text)


def page7(template, definitions):
    rows = findings(pathlib.Path(definitions).read_text())
    out = '\n'.join(f'.It Sy {code} Pq {severity}\n{prose(text)}'
                    for code, severity, text in rows)
    return pathlib.Path(template).read_text().replace('@FINDINGS@', out).rstrip()


print({'3': page3, '7': page7}[sys.argv[1]](*sys.argv[2:]))
