# SPDX-License-Identifier: MIT
"""Failure as exceptions, grouped by who can act: the caller or this machine, the
network, the directory and its operator. Where Python has a word of its own for
the cause, the exception is one of those as well."""

from __future__ import annotations

from typing import Any, Dict, Type

from .abi import INT, TEXT, declare, int_argument

__all__ = ['AccessError', 'ArgumentError', 'AuthError', 'BudgetError',
           'BusyError', 'CancelledError', 'ChangeError', 'ClosedError',
           'ConnectError', 'DirectoryError', 'Error', 'FileError',
           'FormatError', 'LimitError', 'LocalError', 'NetworkError',
           'OutOfMemoryError', 'ProtocolError', 'ResolveError',
           'SecurityError', 'ServerError', 'TlsError']

_error_name = declare('error_name', TEXT, INT)
_error_text = declare('error_text', TEXT, INT)


class ClosedError(ValueError):
    """The object, or the answer that it came from, was closed."""


class BusyError(RuntimeError):
    """Another thread is using this reader or predictor at this moment."""


class Error(Exception):
    """A call of the library failed. `code` is its number, `code_name` the
    spelling in adscp.h; str() is the most specific cause that is known."""

    def __init__(self, code: int, detail: str = '') -> None:
        name = _error_name(int_argument(code))
        self.code = code
        self.code_name = name.decode() if name is not None else str(code)
        super().__init__(detail or _error_text(code).decode())

    def __reduce__(self) -> Any:
        return type(self), (self.code, str(self))


class LocalError(Error):
    """The caller, or something on this machine."""


class NetworkError(Error):
    """The network in between."""


class DirectoryError(Error):
    """The directory and its operator."""


class ArgumentError(LocalError, ValueError):
    """An invalid argument."""


class OutOfMemoryError(LocalError, MemoryError):
    """Out of memory or descriptors."""


class FileError(LocalError, OSError):
    """A local file cannot be read."""


class FormatError(LocalError, ValueError):
    """A local file is not what it should be."""


class CancelledError(LocalError):
    """cancel() was called."""


class CryptoError(LocalError):
    """OpenSSL lacks an algorithm that certificates need."""


class ChangeError(LocalError, ValueError):
    """A change is broken, or does not fit what was read."""


class ResolveError(NetworkError):
    """The host name has no address, or DNS gave no answer."""


class ConnectError(NetworkError, ConnectionError):
    """No connection, or it was lost."""


class BudgetError(NetworkError, TimeoutError):
    """The budget ended first."""


class TlsError(DirectoryError):
    """TLS failed: certificate, name or protocol."""


class SecurityError(DirectoryError):
    """The required protection is missing."""


class AuthError(DirectoryError):
    """The bind was refused."""


class AccessError(DirectoryError, PermissionError):
    """Bound, but not permitted to read."""


class ProtocolError(DirectoryError):
    """The server violated the LDAP protocol."""


class LimitError(DirectoryError):
    """The server sent more than the limits allow."""


class ServerError(DirectoryError):
    """The server answered with another error, or is not such a directory."""


# The names are those of adscp.h without ADSCP_; a test compares the numbers.
BY_CODE: Dict[int, Type[Error]] = {
    -1: ArgumentError,      # E_ARGUMENT
    -2: OutOfMemoryError,   # E_NOMEM
    -3: FileError,          # E_FILE
    -4: FormatError,        # E_FORMAT
    -5: CancelledError,     # E_CANCELLED
    -6: CryptoError,        # E_CRYPTO
    -7: ChangeError,        # E_CHANGE
    -10: ResolveError,      # E_RESOLVE
    -11: ConnectError,      # E_CONNECT
    -12: BudgetError,       # E_TIMEOUT
    -20: TlsError,          # E_TLS
    -21: SecurityError,     # E_SECURITY
    -22: AuthError,         # E_AUTH
    -23: AccessError,       # E_ACCESS
    -24: ProtocolError,     # E_PROTOCOL
    -25: LimitError,        # E_LIMIT
    -26: ServerError,       # E_DIRECTORY
}


def raise_for(code: int, detail: str = '') -> None:
    """Nothing for ADSCP_OK, the code's exception for any other."""
    if code != 0:
        raise BY_CODE.get(code, Error)(code, detail)
