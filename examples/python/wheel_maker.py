# SPDX-License-Identifier: MIT
"""Makes a wheel of the package (PEP 517), by the standard library alone: the
modules as they are, and what importlib.metadata wants to know. The library in C
is no part of it; the package looks for it when it is imported."""

import base64
import hashlib
import pathlib
import re
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
DATE = (1980, 1, 1, 0, 0, 0)  # the same wheel every time

WHEEL = '''Wheel-Version: 1.0
Generator: adscp
Root-Is-Purelib: true
Tag: py3-none-any
'''


def version():
    """The tree's, which stands in one place."""
    text = (HERE.parents[1] / 'meson.build').read_text(encoding='utf-8')
    return re.search(r"version: '([^']+)'", text)[1]


def files():
    """{name in the wheel: bytes}, all but the record."""
    info = f'adscp-{version()}.dist-info'
    package = sorted((HERE / 'adscp').glob('*.py'))
    found = {f'adscp/{path.name}': path.read_bytes()
             for path in (*package, HERE / 'adscp' / 'py.typed')}
    template = (HERE / 'adscp' / 'METADATA.in').read_text(encoding='utf-8')
    for place in ('adscp', info):
        found[f'{place}/METADATA'] = template.replace('@VERSION@',
                                                      version()).encode()
    found[f'{info}/WHEEL'] = WHEEL.encode()
    return found, f'{info}/RECORD'


def record(found, own):
    rows = []
    for name, content in found.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest())
        rows.append(f'{name},sha256={digest.rstrip(b"=").decode()},'
                    f'{len(content)}\n')
    return ''.join([*rows, f'{own},,\n']).encode()


def build_wheel(directory, settings=None, metadata=None):
    """The hook that pip calls."""
    found, own = files()
    found[own] = record(found, own)
    name = f'adscp-{version()}-py3-none-any.whl'
    with zipfile.ZipFile(pathlib.Path(directory) / name, 'w',
                         zipfile.ZIP_DEFLATED) as archive:
        for path, content in found.items():
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return name
