#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes section 3 of the manual out of the header, which is the reference, and puts
the findings into adscp(7), so that neither can say something else. Section 3 is
adscp(3), with the rules, a page for each section of the header, such as
adscp_reader(3), and a link to it from every function and type in it.

    generate.py 3 include/adscp.h DIRECTORY
    generate.py 7 lib/man/adscp.7.in lib/facts/finding.def
"""

import pathlib
import re
import shutil
import sys
import textwrap

HEAD = r'''.\" SPDX-License-Identifier: MIT
.\" Made from adscp.h.
.Dd November 25, 2026
.Dt {title} 3
.Os
.Sh NAME
.Nm {name}
.Nd {words}
.Sh SYNOPSIS
.In adscp.h'''

PURPOSE = 'which Exchange server Outlook reaches first, and what its user sees'
COMPILE = r'''.Pp
.Dl cc program.c $(pkg-config --cflags --libs adscp)'''
RULES = r'''.Sh RETURN VALUES
What calls return where they fail and where something is absent, how long it
lives, and which threads may use it, is said once for all of them in
.Xr adscp 3 .'''


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


def listed(text):
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
    return out


def literal(text):
    return ['.Bd -literal -offset indent',
            *(escape(line[4:]) for line in text.split('\n')), '.Ed']


def paragraphs(text):
    """A comment; what is indented stays as it is."""
    out = []
    for part in re.split(r'\n\s*\n', text):
        if part.startswith('    '):
            out += literal(part)
        else:
            out += [*(['.Pp'] if out else []), *listed(part)]
    return '\n'.join(out)


# ---------------------------------------------------------------- section 3


def uncomment(comment):
    """The text of a comment, without its stars, its lines kept."""
    inside = re.sub(r'^/\*|\*/$', '', comment.strip())
    return '\n'.join(re.sub(r'^\s*\* ?', '', line).rstrip()
                     for line in inside.strip().split('\n'))


def first_page(text):
    """What the header says before its first line of code."""
    out, is_list = [], False
    for part in re.split(r'\n\s*\n', text.split('\n\n', 1)[1]):
        if part.startswith('    '):
            out += literal(part)
        elif part.isupper() or part.startswith('THE RULES'):
            out += ['.Ss The rules', prose(
                'Said once and true for every call.'), '.Bl -tag -width Ds']
            is_list = True
        elif is_list:
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


class Function:
    """A declaration, and the words behind it."""

    def __init__(self, match):
        self.name = match['name']
        self.returned = ' '.join(match['returned'].split())
        self.arguments = [' '.join(one.split())
                          for one in match['inside'].split(',')]
        self.words = ''

    def synopsis(self):
        return [f'.Ft {quoted(self.returned)}',
                ' '.join(['.Fn', self.name, *map(quoted, self.arguments)])]

    def item(self):
        """Its parameters by their names alone; the synopsis has their types."""
        names = [re.search(r'\w+$', one)[0] for one in self.arguments
                 if one != 'void']
        return ' '.join(['.It Fn', self.name, *names])


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
        self.functions = []
        self.constants = []

    def page(self):
        out, words = [], self.words
        if self.constants or not self.functions:
            out += [*(['.Pp', paragraphs(words)] if words else []),
                    *(['.Pp', *self.constants] if self.constants else [])]
            words = ''
        if self.functions:
            out.append(BEGIN)
            for each in self.functions:
                out += [each.item(), *([prose(each.words)] if each.words else [])]
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
            behind = last.functions[-1]
            behind.words = f'{behind.words} {uncomment(match["comment"])}'.strip()
        elif match['comment']:
            entries.append(Entry(uncomment(match['comment'])))
        elif last is None or (blank and (last.functions or last.constants)):
            entries.append(Entry())
        if match['enum'] is not None:
            entries[-1].constants += enumerators(match['enum'])
        elif match['name']:
            entries[-1].functions.append(Function(match))
        blank = False
        position = match.end()
    return entries


def types(text):
    """{type: what it is}"""
    return {name: uncomment(words) for name, words in re.findall(
        r'typedef struct \w+ (\w+);\s*/\*(.*?)\*/', text, re.S)}


def assemble(parts):
    page = '\n'.join(parts)
    page = page.replace(f'{END}\n{BEGIN}\n', '')
    page = page.replace(BEGIN, '.Bl -tag -width Ds').replace(END, '.El')
    return re.sub(r'(\.S[sh] .*\n)\.Pp\n', r'\1', page) + '\n'


def see_also(pages):
    """Sections, and names in each, stand in their order."""
    return ['.Sh SEE ALSO', ' ,\n'.join(f'.Xr {name} {part}' for part, name in
                                         sorted(pages))]


class Noun:
    """A section of the header, which is a page."""

    def __init__(self, title, text, kinds):
        self.title = title
        self.entries = section(text)
        self.functions = [each for entry in self.entries
                          for each in entry.functions]
        self.name = f'adscp_{title}'
        if self.name not in kinds:  # errors
            self.name = self.name.removesuffix('s')
        self.kinds = [kind for kind in kinds if kind == self.name or any(
            each.name.startswith(f'{kind}_') for each in self.functions)]
        self.words = kinds.get(self.name, 'errors: why a call failed').removeprefix('row: ')

    def page(self, pages):
        out = [HEAD.format(title=self.name.upper(), name=self.name,
                           words=self.words)]
        out += [f'.Vt typedef struct {kind} {kind} ;' for kind in self.kinds]
        for each in self.functions:
            out += each.synopsis()
        out.append('.Sh DESCRIPTION')
        for entry in self.entries:
            out += entry.page()
        return assemble([*out, RULES, *see_also(pages - {(3, self.name)})])

    def links(self):
        return ({each.name for each in self.functions} | set(self.kinds)) - {
            self.name}


def overview(prolog, kinds, nouns):
    out = [HEAD.format(title='ADSCP', name='adscp', words=PURPOSE), COMPILE,
           '.Sh DESCRIPTION', first_page(prolog), '.Ss Types',
           '.Bl -tag -width Ds -compact']
    for kind, words in kinds.items():
        out += [f'.It Vt {kind}', prose(words)]
    out += ['.El', '.Ss Pages', 'Every function has a link to one of these.',
            '.Pp', '.Bl -tag -width Ds -compact']
    for noun in nouns:
        out += [f'.It Xr {noun.name} 3', prose(noun.words)]
    return assemble([*out, '.El', *see_also({(1, 'adscp'), (7, 'adscp')})])


def owner(kind, nouns):
    """The page of a type: its own, else that of most of its functions."""
    return max(nouns, key=lambda noun: (noun.name == kind, sum(
        each.name.startswith(f'{kind}_') for each in noun.functions)))


def section3(header, directory):
    """Every page and link of section 3, in a directory of their own."""
    text = pathlib.Path(header).read_text()
    prolog = re.findall(r'/\*.*?\*/', text, re.S)[1]
    body = text.split('#pragma GCC visibility push(default)\n#endif\n', 1)[1]
    body = body.split('#if defined(__GNUC__)', 1)[0]
    parts = re.split(r'/\* -+ ([\w ]+) -- \*/', body)
    kinds = types(parts[0])
    nouns = [Noun(title, inside, kinds)
             for title, inside in zip(parts[1::2], parts[2::2])]
    for noun in nouns:
        noun.kinds = [kind for kind in noun.kinds if owner(kind, nouns) is noun]
    pages = {(3, noun.name) for noun in nouns} | {(3, 'adscp')}
    files = {'adscp': overview(uncomment(prolog), kinds, nouns)}
    for noun in nouns:
        files[noun.name] = noun.page(pages)
        files.update({name: f'.so man3/{noun.name}.3\n' for name in noun.links()})
    # Made anew, so that it is younger than the header, and holds nothing else.
    shutil.rmtree(directory, ignore_errors=True)
    pathlib.Path(directory).mkdir()
    for name, page in files.items():
        (pathlib.Path(directory) / f'{name}.3').write_text(page)


# ------------------------------------------------------------------------ adscp.7


def findings(definitions):
    """[(code, severity, sentence)], the parameters in capital letters, and dots
    for words that a sentence does not go without."""
    rows = re.findall(r'^FINDING\(\w+, "([\w-]+)",\s*(\w+),\s*\w+,'
                      r'\s*((?:"(?:\\.|[^"\\])*"\s*)+)\)', definitions, re.M)
    for code, severity, text in rows:
        text = ''.join(re.findall(r'"((?:\\.|[^"\\])*)"', text))
        text = re.sub(r' \{words\}', ' ...', re.sub(r'\\(.)', r'\1', text))
        text = re.sub(r'\{words\|([^}]*)\}', r'\1', text)
        text = re.sub(r'\{(?:words|more|-\w+)\}', '', text)
        yield code, severity.lower(), re.sub(
            r'\{(\w+)[^}]*\}', lambda name: name[1].upper(), text)


def page7(template, definitions):
    rows = findings(pathlib.Path(definitions).read_text())
    out = '\n'.join(f'.It Sy {code} Pq {severity}\n{prose(text)}'
                    for code, severity, text in rows)
    print(pathlib.Path(template).read_text().replace('@FINDINGS@', out).rstrip())


{'3': section3, '7': page7}[sys.argv[1]](*sys.argv[2:])
