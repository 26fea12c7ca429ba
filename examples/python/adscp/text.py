# SPDX-License-Identifier: MIT
"""Text of others, for programs that show it to a person."""

from __future__ import annotations

import ctypes

from .abi import INT, TEXT, declare, text_argument
from .errors import raise_for

__all__ = ['visible']

_text_visible = declare('text_visible', INT, TEXT, ctypes.c_void_p, INT)


def visible(text: str) -> str:
    """The text with every invisible character as \\u{200B}, with its number."""
    given = text_argument(text)
    length = _text_visible(given, None, 0)
    if length < 0:
        raise_for(length)
    shown = ctypes.create_string_buffer(length + 1)
    _text_visible(given, shown, length + 1)
    return shown.value.decode()
