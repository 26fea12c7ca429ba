#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The style sheet as a C header: its text, and the hash by which the page's
Content-Security-Policy knows it."""

import base64
import hashlib
import json
import pathlib
import re
import sys


def main():
    text = pathlib.Path(sys.argv[1]).read_text(encoding='ascii')
    text = re.sub(r'/\*.*?\*/\s*', '', text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    print('/* Made by style.py. */')
    print(f'#define STYLE_HASH "sha256-{digest}"')
    print('static const char *const style_lines[] = {')
    for line in text.splitlines(keepends=True):
        print(f'    {json.dumps(line)},')
    print('};')


main()
