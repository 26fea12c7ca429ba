#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of adscp report in a real browser: what it asks of the network, what it
complains about, how it looks by day and by night, and on paper."""

import concurrent.futures
import pathlib
import re
import shutil
import struct
import sys
import tempfile
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'contract'))

import contract  # pylint: disable=wrong-import-position

ADSCP = contract.build() / 'examples' / 'adscp'
CONFIG = 'CN=Configuration,DC=corp,DC=example'
# Nothing goes out, whatever it asks for; what the browser wants of its maker is
# not the page's.
FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
         '--disable-background-networking', '--disable-component-update',
         '--disable-sync', '--disable-default-apps', '--disable-extensions',
         '--hide-scrollbars', '--enable-logging=stderr',
         '--host-resolver-rules=MAP * ~NOTFOUND']
OWN = re.compile(r'https?://([\w-]+\.)*(google|googleapis|gstatic)\.com/')
# What a page that is not ours would do.
CANARY = '<img src="http://canary.example/x.png">'


def browse(folder, name, page, *more):
    """What it says of a page."""
    return contract.run(
        'chromium', *FLAGS, f'--user-data-dir={folder / name}', *more,
        f'file://{page}', timeout=100, env={
            'HOME': str(folder), 'PATH': '/usr/bin:/bin', 'LC_ALL': 'C.UTF-8'}
    ).stdout


def write_page(folder):
    """Names that would load something if they could."""
    export = folder / 'forest.ldif'
    export.write_text(
        (contract.ROOT / 'examples' / 'kb2006728.ldif').read_text() +
        f'\n\ndn: CN={CANARY},CN=Sites,{CONFIG}\nobjectClass: site\n')
    page = folder / 'page.html'
    done = contract.run(ADSCP, 'report', page, '--at', '2012-02-14', '-l', export)
    contract.check('there is a page', page.exists() and
                   'img src' in page.read_text(), done.stdout)
    return page


# ---------------------------------------------------------------------- pictures


def pixels(path):
    """(width, rows of bytes, bytes of a pixel) of a PNG that a browser wrote."""
    data = path.read_bytes()
    width, _, _, kind = struct.unpack('>IIBB', data[16:26])
    body, at = b'', 8
    while at < len(data):
        size, name = struct.unpack('>I4s', data[at:at + 8])
        if name == b'IDAT':
            body += data[at + 8:at + 8 + size]
        at += size + 12
    body, each = zlib.decompress(body), 4 if kind == 6 else 3
    rows, line = [], bytearray(width * each)
    for start in range(0, len(body), width * each + 1):
        how, raw = body[start], body[start + 1:start + 1 + width * each]
        line = unfilter(how, raw, line, each)
        rows.append(line)
    return rows, each


def unfilter(how, raw, above, each):
    """RFC 2083, 6."""
    line = bytearray(raw)
    for i, byte in enumerate(raw):
        left = line[i - each] if i >= each else 0
        up, corner = above[i], above[i - each] if i >= each else 0
        guess = (0, left, up, (left + up) // 2, None)[how]
        if guess is None:
            guess = min((left, up, corner),
                        key=lambda one, sum=left + up - corner: abs(sum - one))
        line[i] = (byte + guess) & 255
    return line


def colours(path):
    """{colour: how many pixels}"""
    rows, each = pixels(path)
    found = {}
    for row in rows:
        for at in range(0, len(row), each):
            colour = tuple(row[at:at + 3])
            found[colour] = found.get(colour, 0) + 1
    return found


def check_looks(name, path, ground, alert):
    """The corner, and the sign of an alert."""
    found = colours(path)
    rows, _ = pixels(path)
    contract.check(f'{name}: its ground', tuple(rows[-1][:3]) == ground,
                   tuple(rows[-1][:3]))
    contract.check('... the colour of an alert', found.get(alert, 0) > 50,
                   sorted(found.items(), key=lambda each: -each[1])[:9])


# ------------------------------------------------------------------------ network


def check_network(log, said):
    asked = set(re.findall(r'"url":"(https?:[^"]*)"', log.read_text()))
    asked = {each for each in asked if not OWN.match(each)}
    contract.check('the log would show what a page asks for', {
        each for each in asked if 'canary.example/canary' in each} != set(), asked)
    contract.check_empty('the page asks for nothing', [
        each for each in asked if 'canary.example/canary' not in each])
    complaints = [line for line in said.splitlines() if 'CONSOLE' in line]
    contract.check_empty('... and breaks no rule of its own', complaints)


def check_paper(path):
    data = path.read_bytes()
    boxes = re.findall(rb'/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]', data)
    contract.check('it prints on A4', boxes and all(
        abs(float(width) - 595.3) < 2 and abs(float(height) - 841.9) < 2
        for width, height in boxes), boxes)
    contract.check('... on some pages', 4 <= len(boxes) <= 12, len(boxes))


def main():
    if shutil.which('chromium') is None:
        print('1..0 # SKIP there is no chromium')
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        page = write_page(folder)
        frame = folder / 'frame.html'
        frame.write_text('<!DOCTYPE html><title>x</title><img src="http://canary.'
                         'example/canary.png"><iframe src="page.html"></iframe>')
        size = '--window-size=500,500'
        runs = {
            'net': (frame, f'--log-net-log={folder / "net.json"}',
                    f'--screenshot={folder / "net.png"}'),
            'light': (page, size, f'--screenshot={folder / "light.png"}'),
            'dark': (page, size, f'--screenshot={folder / "dark.png"}',
                     '--blink-settings=preferredColorScheme=0'),
            'paper': (page, f'--print-to-pdf={folder / "paper.pdf"}')}
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            said = {each: pool.submit(browse, folder, each, *words)
                    for each, words in runs.items()}
        said = {each: one.result() for each, one in said.items()}
        check_network(folder / 'net.json', said['net'])
        check_looks('by day', folder / 'light.png', (0xf6, 0xf7, 0xf8),
                    (0xb3, 0x26, 0x1e))
        check_looks('by night', folder / 'dark.png', (0x11, 0x14, 0x17),
                    (0xff, 0x8d, 0x82))
        check_paper(folder / 'paper.pdf')
    contract.finish()


main()
