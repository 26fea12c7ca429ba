#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of adscp report: that it is whole, that it can be heard and walked by
keyboard, that hostile names stay text, that 10,000 sites stay small. "--regenerate"
writes the skeleton of a small one anew."""

import base64
import hashlib
import os
import pathlib
import re
import sys
import tempfile
import time

for folder in ('contract', 'golden'):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / folder))

import contract  # pylint: disable=wrong-import-position
from html_page import (  # pylint: disable=wrong-import-position
    Page, contrast, palettes)
from organisation import (  # pylint: disable=wrong-import-position
    EX2007_SP3, EX2010_SP2, EX2016, Forest, setup)

ADSCP = contract.build() / 'examples' / 'adscp'
EXAMPLE = contract.ROOT / 'examples' / 'kb2006728.ldif'
SKELETON = pathlib.Path(__file__).with_name('report.skeleton')
AT = ['--at', '2026-03-01']
MARKS = ('nothing', 'fine', 'doubt', 'unknown', 'alert', 'broken', 'failure', 'dead')
# Names that would like to be something else; how they must look.
HOSTILE = {
    '<script>alert(1)</script>': None,
    '"\' onload=x \'': None,
    '</title></style></svg></text><img src=http://e.example/>': None,
    '&lt;b&gt;&amp;': None,
    ']]>--><!--': None,
    'javascript:alert(1)': None,
    '\u05d0\u05d1\u05d2': None,
    'HQ\u200b': 'HQ\\u{200B}',
    'Zero\u2060width\ufeff': 'Zero\\u{2060}width\\u{FEFF}',
}


def adscp(*words, **options):
    done = contract.subprocess.run(
        [str(ADSCP), *map(str, words)], check=False, capture_output=True,
        env={'LC_ALL': 'C.UTF-8', **options.pop('env', {})}, timeout=200,
        **options)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def report(export, *more):
    return adscp('report', '-', *AT, '-l', export, *more)[1]


def small(path):
    """A redirect, a proxy, a shared name, nobody's server: every kind of sign."""
    forest = Forest('DC=contoso,DC=com')
    for name in ('HQ', 'Branch', 'Depot', 'Yard'):
        forest.site(name)
    forest.server('OLD', EX2007_SP3, 54, 'HQ', created=2008)
    forest.server('NEW', EX2010_SP2, 54, 'Branch', setup('setup'))
    forest.server('FAR', EX2010_SP2, 54, 'Yard', setup('second'), url='')
    for name, server in (('ann', 'NEW'), ('bob', 'OLD'), ('eve', 'FAR')):
        forest.mailbox(name, server)
    forest.write(path)
    return path


def hostile(path):
    forest = Forest('DC=contoso,DC=com')
    for name in HOSTILE:
        forest.site(name)
    names = list(HOSTILE)
    for i, (url, certificate) in enumerate((
            ('https://a.example/"><script>x</script>', setup('setup')),
            ("https://b.example/'onclick='x", setup('second')), (None, None))):
        name = f'EX{i}</text></svg><script>"\'&'
        forest.server(name, EX2010_SP2, 54, names[i], certificate, url=url,
                      fqdn=f'ex{i}.contoso.com')
        forest.mailbox(f'u{i}', name)
    forest.write(path)
    return path


def many(path, sites):
    """Every site its own first server; a few mailboxes."""
    forest = Forest('DC=contoso,DC=com')
    for i in range(sites):
        forest.site(f'Site{i:05}')
        forest.server(f'S{i:05}', EX2010_SP2 if i % 3 else EX2007_SP3, 54,
                      f'Site{i:05}', setup('setup') if i % 7 == 0 else None)
    for i in range(3):
        forest.mailbox(f'u{i}', f'S{i:05}')
    forest.write(path)
    return path


# ------------------------------------------------------------------------- page


def nothing_foreign(page, text):
    """What could run, or be loaded."""
    wrong = [f'{each.tag}: {name}' for each in page.root.all()
             for name in each.attributes
             if name.startswith('on') or name in (
                 'style', 'src', 'srcset', 'action', 'data', 'poster', 'ping',
                 'formaction', 'background', 'xlink:href', 'cite')]
    wrong += [each.tag for each in page.root.all(
        'script', 'link', 'img', 'iframe', 'object', 'embed', 'form', 'base',
        'audio', 'video', 'image', 'foreignobject', 'animate', 'set')]
    wrong += [each['href'] for each in page.root.all()
              if each['href'] is not None and not each['href'].startswith('#')]
    style = ''.join(each.text() for each in page.root.all('style'))
    wrong += re.findall(r'url\(|@import|expression|https?:', style)
    policy = next(each['content'] for each in page.root.all('meta')
                  if each['http-equiv'] == 'Content-Security-Policy')
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    if policy != (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri "
                  "'none'; form-action 'none'"):
        wrong.append(policy)
    if '\0' in text or re.search(r'[\x01-\x09\x0b-\x1f\x7f]', text):
        wrong.append('a control character')
    return wrong


def names_of(page):
    return {each['id']: each for each in page.root.all() if each['id']}


def name_of(element, by_id):
    if element['aria-label']:
        return element['aria-label']
    return ' '.join(by_id[each].text().strip() if each in by_id else ''
                    for each in (element['aria-labelledby'] or '').split())


def unnamed(page):
    """Graphics, regions and links that say nothing to who hears them."""
    by_id, wrong = names_of(page), []
    for each in page.root.all('svg'):
        hidden = each['aria-hidden'] == 'true'
        if hidden == (each['role'] == 'img') or (
                not hidden and not name_of(each, by_id)):
            wrong.append(f'svg {each.attributes}')
    wrong += [f'{each.tag} {each.attributes}' for each in page.root.all(
        'nav', 'section') if not name_of(each, by_id)]
    wrong += [f'scrolls unnamed: {each.attributes}' for each in page.root.all()
              if each['tabindex'] and not name_of(each, by_id)]
    for link in page.root.all('a'):
        inner = ' '.join(each['aria-label'] or '' for each in link.all('svg'))
        if not (link.text() + inner).strip():
            wrong.append(f'link {link.attributes}')
    return wrong


def dangling(page):
    ids = [each['id'] for each in page.root.all() if each['id']]
    wrong = [each for each in ids if ids.count(each) > 1] if \
        len(set(ids)) != len(ids) else []
    for each in page.root.all():
        for name in ('href', 'aria-labelledby', 'aria-describedby'):
            wrong += [f'{name} {one}' for one in (each[name] or '').split()
                      if one.lstrip('#') not in set(ids)]
    return wrong


def headings(page):
    """One h1, and no level left out."""
    levels = [int(each.tag[1]) for each in page.root.all(
        'h1', 'h2', 'h3', 'h4', 'h5', 'h6')]
    steps = [pair for pair in zip(levels, levels[1:]) if pair[1] > pair[0] + 1]
    return levels[:1] == [1] and levels.count(1) == 1 and not steps


def tables(page):
    return [each.attributes for table in page.root.all('table')
            for each in table.all('th') if each['scope'] not in ('col', 'row')
            ] + [table.attributes for table in page.root.all('table')
                 if not list(table.all('th'))]


def check_page(name, text):
    page = Page(text)
    contract.check_empty(f'{name}: elements nest', page.faults)
    contract.check_empty(f'{name}: nothing runs, nothing is loaded',
                         nothing_foreign(page, text))
    contract.check_empty(f'{name}: graphics, regions and links have names',
                         unnamed(page))
    contract.check_empty(f'{name}: links and labels lead somewhere',
                         dangling(page)[:20])
    contract.check(f'{name}: headings are in order', headings(page))
    contract.check_empty(f'{name}: tables have headings', tables(page))
    top = {each.tag for each in page.root.all('html', 'title', 'header', 'nav',
                                              'main')}
    title = next(page.root.all('title')).text()
    contract.check(f'{name}: language, title, landmarks', top == {
        'html', 'title', 'header', 'nav', 'main'} and title.strip() and
        next(page.root.all('html'))['lang'] == 'en', top, title)
    return page


# ----------------------------------------------------------------------- colours


def test_colours(text):
    style = next(Page(text).root.all('style')).text()
    both = palettes(style)
    contract.check('there are colours for light and for dark', len(both) == 2 and
                   both[0].keys() == both[1].keys(), both)
    for palette in both:
        pairs = [(ink, ground, 4.5) for ink in ('ink', 'quiet', 'link')
                 for ground in ('sheet', 'ground', 'zebra')]
        pairs += [(ink, f'{mark}-ground', 4.5) for ink in ('ink', 'quiet')
                  for mark in MARKS]
        pairs += [(mark, ground, 3) for mark in MARKS
                  for ground in ('sheet', f'{mark}-ground')]
        contract.check_empty('... in sight of each other', [
            f'{ink} on {ground}: {contrast(palette[ink], palette[ground]):.2f}'
            for ink, ground, least in pairs
            if contrast(palette[ink], palette[ground]) < least])


def test_shapes(text):
    """What tells the signs apart without a colour."""
    page = Page(text)
    outlines = {each['id']: [(part.tag, part['d'] or part['class'])
                             for part in each.all()]
                for each in page.root.all('symbol')}
    contract.check('every sign has a shape of its own',
                   set(outlines) == {f'm-{mark}' for mark in MARKS} and
                   len(set(map(str, outlines.values()))) == len(MARKS), outlines)


# ---------------------------------------------------------------------- contents


def cells(page):
    table = next(each for each in page.root.all('table')
                 if each['class'] == 'matrix')
    return [[next(row.all('th')).text()] +
            [next(cell.all('svg'))['aria-label'] for cell in row.all('td')]
            for row in table.all('tr')][1:]


def test_example():
    status, text, said = adscp('report', '-', '--at', '2012-02-14', '-l', EXAMPLE)
    page = check_page('the example', text)
    contract.check('an alert is exit status 4', status == 4 and said == '', said)
    alert, fine, doubt = ('Security Alert', 'No alert', 'No alert, but in doubt')
    contract.check('the picture is the coverage', cells(page) == [
        ['HQ', alert, fine, fine], ['Branch', alert, fine, fine],
        ['(unknown site)', alert, doubt, doubt]], cells(page))
    summary = [each.text() for each in next(
        each for each in page.root.all('ul') if each['class'] == 'summary'
    ).all('li')]
    brief = adscp('coverage', '-q', '--at', '2012-02-14', '-l',
                  EXAMPLE)[1].splitlines()
    contract.check('five lines, of which two are those of coverage',
                   len(summary) == 5 and
                   [each.rstrip('.') for each in summary[:2]] == brief, summary)
    drawn = [each for each in page.root.all('svg') if each['class'] == 'chain']
    contract.check('each answer is drawn', len(drawn) == 9, len(drawn))
    first = next(each.text() for each in drawn[0].all('desc'))
    contract.check('... and told', all(word in first for word in (
        'EX07', 'redirects the client', 'EX10', 'Security Alert',
        '2015-06-02')), first)
    whole = page.root.text()
    contract.check('... with what helps, findings, assumptions, the reading',
                   all(word in whole for word in (
                       'certutil -dspublish', 'first-uncertain',
                       'ExcludeScpLookup', str(EXAMPLE))))
    contract.check('... what ends on a day is a verdict', 'This verdict holds until' in
                   whole and 'This answer holds' not in whole)
    return text


def test_small(folder):
    text = report(small(folder / 'small.ldif'))
    page = check_page('a small one', text)
    body = [each for each in page.root.all('body')][0]
    skeleton = '\n'.join(['# SPDX-License-Identifier: MIT',
                          *body.skeleton()]) + '\n'
    if '--regenerate' in sys.argv:
        SKELETON.write_text(skeleton)
    contract.check('its skeleton is the reviewed one',
                   SKELETON.read_text() == skeleton, contract.run(
                       'diff', SKELETON, '-', input=skeleton))


def drawings(text):
    """{number of the answer: all that its section says}"""
    return {each['id']: each.text() for each in Page(text).root.all('section')
            if (each['id'] or '').startswith('answer-')}


def test_homes(folder):
    """Several homes with one answer, one of them on the first server itself."""
    forest = Forest('DC=contoso,DC=com')
    forest.site('HQ')
    for name in ('ONE', 'TWO', 'SIX'):
        forest.server(name, EX2016, 16439, 'HQ', setup('setup'),
                      url=None if name == 'ONE' else '')
        forest.mailbox(name.lower(), name)
    export = folder / 'homes.ldif'
    forest.write(export)
    for profile in ('outlook', 'ews'):
        text = report(export, '--profile', profile)
        found = drawings(text)
        several = [each for each in found.values() if 'TWO' in each]
        contract.check(f'{profile}: no home is drawn for all', several and not any(
            'has the mailbox' in each for each in several if 'SIX' in each), found)
        contract.check('... every pair holds, and so no note', not any(
            'not every pair' in each for each in found.values()), found)
        contract.check('... a sentence has one verb', 'which what' not in text)
    contract.check('a site that is not known: a subnet helps', 'subnet object' in
                   text and 'let a server publish a URL' not in text)


def test_hostile(folder):
    text = report(hostile(folder / 'hostile.ldif'))
    page = check_page('hostile names', text)
    whole = page.root.text()
    contract.check_empty('... are there to read', [
        name for name, looks in HOSTILE.items() if (looks or name) not in whole])
    contract.check_empty('... as they look', [
        name for name, looks in HOSTILE.items() if looks and name in text])
    contract.check('names of servers, too', 'EX0</text></svg><script>"\'&' in
                   whole)
    known = {each.tag for each in Page(
        adscp('report', '-', *AT, '-l', EXAMPLE)[1]).root.all()}
    contract.check_empty('no element comes from a name', [
        each.tag for each in page.root.all() if each.tag not in known])


def test_many(folder):
    """As much as the coverage as CSV, at most, and never more than some."""
    path = many(folder / 'many.ldif', 10000)
    begin = time.monotonic()
    control = adscp('coverage', '--csv', *AT, '-l', path)[1]
    middle = time.monotonic()
    text = report(path)
    end = time.monotonic()
    # It keeps the entries, and looks for remedies, as no table does.
    contract.check('10,000 sites: not the time of three tables', end - middle <
                   3 * (middle - begin) + 1, end - middle, middle - begin)
    contract.check('... and no large file', 100_000 < len(text) < min(
        2_500_000, len(control)), len(text), len(control))
    contract.check('... every site is in it', len(set(re.findall(
        r'Site\d{5}', text))) == 10000)
    page = check_page('10,000 sites', text)
    contract.check('... sites with like answers in one row',
                   len(cells(page)) < 20, len(cells(page)))


# -------------------------------------------------------------------------- file


def test_file(folder):
    forest = small(folder / 'forest.ldif')
    before = forest.read_bytes()
    trust = folder / 'trust.pem'
    trust.write_bytes((contract.ROOT / 'examples' / 'ex10.pem').read_bytes())
    (folder / 'link').symlink_to(trust)
    for to in (forest, trust, folder / 'link'):
        status, _, said = adscp('report', to, *AT, '-l', forest, '--trust', trust)
        contract.check(f'{to.name} is read, and so not written', status == 1 and
                       'would overwrite' in said, said)
    contract.check('... it is as it was', forest.read_bytes() == before)
    to = folder / 'page.html'
    to.write_text('old')
    status, out, said = adscp('report', to, *AT, '-l', forest)
    contract.check('the file is replaced, two lines are said', said == '' and
                   to.read_text().startswith('<!DOCTYPE html>') and
                   len(out.splitlines()) == 2, out, said)
    contract.check('... and nothing else is left', sorted(
        each.name for each in folder.iterdir() if 'adscp-' in each.name) == [])
    status, out, said = adscp('report', folder / 'no' / 'page.html', *AT, '-l',
                              forest)
    contract.check('where it cannot be written: why', status == 1 and out == ''
                   and 'cannot be written: No such file' in said, said)
    status, out, _ = adscp('report', to, *AT, '-l', folder / 'none.ldif')
    contract.check('no directory, no page', status == 2 and out == '' and
                   to.read_text().startswith('<!DOCTYPE html>'))
    with open('/dev/full', 'wb') as full:
        status = contract.subprocess.run(
            [ADSCP, 'report', '-', '-l', forest], check=False, stdout=full,
            stderr=contract.subprocess.DEVNULL).returncode
    contract.check('a full disk is an error', status == 1)


def test_language(folder):
    """The page is in UTF-8 whatever the terminal is."""
    path = hostile(folder / 'hostile.ldif')
    contract.check('the locale changes nothing', report(path) == adscp(
        'report', '-', *AT, '-l', path, env={'LC_ALL': 'C'})[1])


def main():
    os.umask(0o022)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        text = test_example()
        test_colours(text)
        test_shapes(text)
        test_small(folder)
        test_homes(folder)
        test_hostile(folder)
        test_many(folder)
        test_file(folder)
        test_language(folder)
    contract.finish()


main()
