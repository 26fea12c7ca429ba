# SPDX-License-Identifier: MIT
"""The JSON Schema of all documents, and what is wrong with one of them by it."""

import functools
import json
import os
import pathlib

SCHEMA = pathlib.Path(__file__).resolve().parents[1] / 'examples' / 'adscp.schema.json'

try:
    import jsonschema
except ImportError:
    jsonschema = None


@functools.lru_cache(maxsize=None)
def _validator():
    schema = json.loads(SCHEMA.read_text(encoding='utf-8'))
    return jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.FormatChecker())


def problems(document):
    """Lines that say where a document is not as the schema has it. Without the
    validator, that is one of them, unless whoever runs this wants to do without."""
    if jsonschema is None:
        return [] if os.environ.get('ADSCP_BARE') else [
            'python3-jsonschema is missing']
    return [f'{error.json_path}: {error.message[:300]}'
            for error in _validator().iter_errors(document)]
