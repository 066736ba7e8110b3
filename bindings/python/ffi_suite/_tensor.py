"""A tensor as a Python object, and DLPack: memory shared with NumPy and other array libraries, without a copy."""

import ctypes

import ffi_suite as ffi

_PLAIN, _PLAIN_USED = b"dltensor", b"used_dltensor"
_VERSIONED, _VERSIONED_USED = b"dltensor_versioned", b"used_dltensor_versioned"
_ON_THE_HOST = 1

_api = ctypes.pythonapi


def _of_python(name, result, *arguments):
    function = getattr(_api, name)
    function.restype, function.argtypes = result, arguments
    return function


_valid = _of_python("PyCapsule_IsValid", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)
_pointer = _of_python("PyCapsule_GetPointer", ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)
_rename = _of_python("PyCapsule_SetName", ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)
_DESTRUCTOR = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
_new = _of_python("PyCapsule_New", ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, _DESTRUCTOR)


# Bound here, for a capsule may go when the module's names are gone already.
def _destroy(
    capsule,
    valid=_valid,
    pointer=_pointer,
    free=ffi._library.rt_tensor_free,
    kinds=((_PLAIN, ffi._library.rt_tensor_from_dlpack), (_VERSIONED, ffi._library.rt_tensor_from_dlpack_versioned)),
):
    """A capsule that nobody took gives its memory back. It is an address here: its object is being destroyed."""
    for name, back in kinds:
        if valid(capsule, name):
            free(back(pointer(capsule, name)))


_destructor = _DESTRUCTOR(_destroy)
# Python may destroy capsules until its very end.
_api.Py_IncRef(ctypes.py_object(_destructor))


class Tensor:
    """Owns a handle: `Tensor(rt_tensor_ones_1d(3, RT_F32, RT_DEVICE_DEFAULT))`. Frees it when it goes."""

    def __init__(self, handle):
        self.handle = handle

    def __del__(self, free=ffi._library.rt_tensor_free):
        handle, self.handle = getattr(self, "handle", 0), 0
        if handle:
            free(handle)

    def __repr__(self):
        return f"Tensor(shape={self.shape}, dtype={self.dtype}, handle={self.handle})"

    @property
    def shape(self):
        """The sizes as a tuple."""
        return tuple(ffi.rt_tensor_dim(self.handle, i) for i in range(ffi.rt_tensor_ndim(self.handle)))

    @property
    def dtype(self):
        """The number of the dtype: RT_F32 and its like."""
        return ffi.rt_tensor_dtype(self.handle)

    def __dlpack_device__(self):
        """DLPack's device type and number. Memory that the host cannot reach raises BufferError."""
        kind = ffi.rt_device_kind(ffi.rt_tensor_device(self.handle))
        if kind != "cpu":
            raise BufferError(f"memory of {kind} is not shared; copy it to the CPU with rt_tensor_to_device")
        return (_ON_THE_HOST, 0)

    def __dlpack__(self, *, stream=None, max_version=None, dl_device=None, copy=None):
        """A capsule that shares the memory, versioned where the caller takes that; `copy=True` copies first."""
        device = self.__dlpack_device__()
        if stream is not None or dl_device not in (None, device):
            raise BufferError("memory of the host has no stream and goes to no other device")
        if copy:
            return Tensor(ffi.rt_tensor_clone(self.handle)).__dlpack__(max_version=max_version)
        if max_version is not None and max_version[0] >= 1:
            return _new(ffi.rt_tensor_to_dlpack_versioned(self.handle), _VERSIONED, _destructor)
        return _new(ffi.rt_tensor_to_dlpack(self.handle), _PLAIN, _destructor)

    def numpy(self):
        """A NumPy array over the same memory."""
        import numpy

        return numpy.from_dlpack(self)


def from_dlpack(array):
    """A Tensor over the memory of anything that has `__dlpack__`, such as a NumPy array. Read-only memory is refused."""
    try:
        capsule = array.__dlpack__(max_version=(1, 1))
    except TypeError:
        capsule = array.__dlpack__()
    for name, used, take in (
        (_VERSIONED, _VERSIONED_USED, ffi.rt_tensor_from_dlpack_versioned),
        (_PLAIN, _PLAIN_USED, ffi.rt_tensor_from_dlpack),
    ):
        if _valid(id(capsule), name):
            tensor = Tensor(take(_pointer(id(capsule), name)))
            # Ours now: the capsule must not delete it again.
            _rename(id(capsule), used)
            return tensor
    raise TypeError(f"{type(array).__name__}.__dlpack__ gave no DLPack capsule")
