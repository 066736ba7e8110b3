"""The ffi suite for Python: every `rt_*` function as an attribute of this module, failures as exceptions.

    import ffi_suite as ffi
    t = ffi.rt_tensor_ones_2d(2, 3, ffi.RT_F32, ffi.RT_DEVICE_DEFAULT)
    ffi.rt_tensor_numel(t)       # 6
    ffi.rt_tensor_free(t)

Words cross as in C. Text in is `bytes` with its length or -1, or a `str` that stands for both words; text out is a `str`. A
pointer is `bytes`, a ctypes array or an address. A result that says failure raises `FfiError`.

The library is the file that the environment variable FFI_CORE_LIBRARY names, else one beside this package.
"""

import ctypes
import os
import sys

from . import _rows
from ._rows import *  # noqa: F401,F403  the constants and callback types


class FfiError(Exception):
    """A failed call: `code` is one of the RT_ERROR_* constants, the message starts with the function's name."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def _open():
    chosen = os.environ.get("FFI_CORE_LIBRARY")
    if chosen:
        return ctypes.CDLL(chosen)
    name = {"darwin": "libffi_core.dylib", "win32": "ffi_core.dll"}.get(sys.platform, "libffi_core.so")
    here = os.path.dirname(os.path.abspath(__file__))
    for folder in (here, os.path.dirname(here)):
        if os.path.exists(os.path.join(folder, name)):
            return ctypes.CDLL(os.path.join(folder, name))
    raise OSError(f"{name} is not in {here}; set FFI_CORE_LIBRARY to its path")


_library = _open()
_last_code = _library.rt_last_error_code
_last_code.restype = ctypes.c_int64
_last_message = _library.rt_last_error_message
_last_message.restype = ctypes.c_char_p
_clear = _library.rt_error_clear
_clear.restype = ctypes.c_int64

# Which results are failures. Those that may also be honest answers are settled by the last error, cleared before the call.
_FAILED = {
    "never": lambda result: False,
    "zero": lambda result: result == 0,
    "negative": lambda result: result < 0,
    "nan": lambda result: result != result and _last_code() != 0,
    "empty": lambda result: not result and _last_code() != 0,
    "asked": lambda result: _last_code() != 0,
}
_UNCLEAR = {"nan", "empty", "asked"}


def _spread(arguments):
    """A `str` becomes its two words."""
    words = []
    for argument in arguments:
        if isinstance(argument, str):
            text = argument.encode()
            words += [text, len(text)]
        else:
            words.append(argument)
    return words


def _function(name, restype, failure, argtypes, argnames, doc):
    raw = getattr(_library, name)
    raw.restype = restype
    raw.argtypes = argtypes
    failed = _FAILED[failure]
    unclear = failure in _UNCLEAR

    def call(*arguments):
        if unclear:
            _clear()
        try:
            result = raw(*_spread(arguments))
        except (ctypes.ArgumentError, TypeError) as error:
            # ctypes counts arguments and names nothing.
            raise type(error)(f"{name}({', '.join(argnames)}): {error}") from None
        if failed(result):
            raise FfiError(_last_code(), _last_message().decode())
        return result.decode() if isinstance(result, bytes) else result

    call.__name__ = name
    call.__doc__ = f"{name}({', '.join(argnames)})\n\n{doc}"
    return call


for _name, _row in _rows.ROWS.items():
    globals()[_name] = _function(_name, *_row)

if rt_abi_version() >> 32 != RT_ABI_VERSION_MAJOR:  # noqa: F405
    raise OSError(f"the library has ABI version {rt_abi_version() >> 32}, this package is for {RT_ABI_VERSION_MAJOR}")  # noqa: F405

from ._tensor import Tensor, from_dlpack  # noqa: E402,F401  they need the functions above
