# SPDX-License-Identifier: MIT
"""Read a directory through ctypes: read.py LIBRARY URI CA PIN... Prints one
line of JSON, and nothing else if the library keeps its word."""

import ctypes
import json
import sys


def load(path):
    library = ctypes.CDLL(path)
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    for name, result, *arguments in (
            ('reader_new', pointer),
            ('reader_free', None, pointer),
            ('reader_set_uri', number, pointer, text),
            ('reader_set_ca_file', number, pointer, text),
            ('reader_add_resolve', number, pointer, text),
            ('reader_read', number, pointer, ctypes.POINTER(pointer)),
            ('reader_error_detail', text, pointer),
            ('forest_scp_count', number, pointer),
            ('forest_config_dn', text, pointer),
            ('forest_free', None, pointer),
            ('error_name', text, number)):
        function = getattr(library, 'adscp_' + name)
        function.restype = result
        function.argtypes = arguments
    return library


def main(path, uri, ca, *pins):
    adscp = load(path)
    reader = adscp.adscp_reader_new()
    forest = ctypes.c_void_p()
    adscp.adscp_reader_set_uri(reader, uri.encode())
    adscp.adscp_reader_set_ca_file(reader, ca.encode())
    for pin in pins:
        adscp.adscp_reader_add_resolve(reader, pin.encode())
    code = adscp.adscp_reader_read(reader, ctypes.byref(forest))
    answer = {'error': code,
              'name': adscp.adscp_error_name(code).decode(),
              'detail': adscp.adscp_reader_error_detail(reader).decode()}
    if code == 0:
        answer['scps'] = adscp.adscp_forest_scp_count(forest)
        answer['config'] = adscp.adscp_forest_config_dn(forest).decode()
        adscp.adscp_forest_free(forest)
    adscp.adscp_reader_free(reader)
    print(json.dumps(answer))


main(*sys.argv[1:])
