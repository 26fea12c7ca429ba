# SPDX-License-Identifier: MIT
"""A page of HTML taken apart, for those who check it: elements with their attributes,
text and place, and the colours of its style sheet."""

import html.parser
import re

VOID = {'meta', 'br', 'link', 'img', 'input', 'hr', 'base', 'source', 'embed'}


class Element:
    def __init__(self, tag, attributes, parent):
        self.tag, self.attributes, self.parent = tag, dict(attributes), parent
        self.children = []  # elements, and texts

    def __getitem__(self, name):
        return self.attributes.get(name)

    def text(self):
        return ''.join(each if isinstance(each, str) else each.text()
                       for each in self.children)

    def all(self, *tags):
        for each in self.children:
            if isinstance(each, Element):
                if not tags or each.tag in tags:
                    yield each
                yield from each.all(*tags)

    def inside(self, *tags):
        above = self.parent
        while above is not None and above.tag not in tags:
            above = above.parent
        return above is not None

    def skeleton(self, depth=0):
        """Its elements and what decides their looks and links, without text."""
        kept = ''.join(f' {name}={value}' for name, value in
                       self.attributes.items()
                       if name in ('class', 'id', 'role', 'scope', 'href'))
        yield ' ' * depth + self.tag + kept
        for each in self.children:
            if isinstance(each, Element):
                yield from each.skeleton(depth + 1)


class Page(html.parser.HTMLParser):
    """`faults` has what does not nest."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element('', (), None)
        self.faults = []
        self.feed(text)
        self.close()
        if self.at is not self.root:
            self.faults.append(f'{self.at.tag} is open at the end')

    def handle_starttag(self, tag, attributes):
        element = Element(tag, attributes, self.at)
        if len(element.attributes) != len(attributes):
            self.faults.append(f'{tag}: an attribute twice')
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attributes):
        self.at.children.append(Element(tag, attributes, self.at))

    def handle_endtag(self, tag):
        if self.at.tag != tag:
            self.faults.append(f'</{tag}> in {self.at.tag}, {self.getpos()}')
            return
        self.at = self.at.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def handle_comment(self, data):
        self.faults.append(f'a comment: {data}')

    def handle_decl(self, decl):
        if decl != 'DOCTYPE html':
            self.faults.append(decl)

    def unknown_decl(self, data):
        self.faults.append(data)

    def handle_pi(self, data):
        self.faults.append(data)


# ---------------------------------------------------------------------- colours


def _luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= .03928 else
                        ((part + .055) / 1.055) ** 2.4 for part in parts]
    return .2126 * red + .7152 * green + .0722 * blue


def contrast(one, other):
    """WCAG 2.2's ratio, from 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + .05) / (low + .05)


def palettes(style):
    """{variable: colour} for each place where the style sheet sets them."""
    return [dict(re.findall(r'--([\w-]+):\s*(#[0-9a-f]{6});', block))
            for block in re.findall(r':root\s*\{(.*?)\}', style, re.S)]
