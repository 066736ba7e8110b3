"""Shares memory with NumPy both ways; run with FFI_CORE_LIBRARY naming the library. Prints one line, SKIPPED without NumPy."""

import gc
import sys

import ffi_suite as ffi

try:
    import numpy as np
except ImportError as missing:
    print(f"SKIPPED: {missing}")
    sys.exit()


def address(array):
    return array.__array_interface__["data"][0]


def live():
    gc.collect()
    return ffi.rt_handle_live(0)


def ones(dtype=ffi.RT_F32):
    return ffi.Tensor(ffi.rt_tensor_ones_2d(2, 3, dtype, ffi.RT_DEVICE_DEFAULT))


# Ours to NumPy: one memory, alive after the tensor.
tensor = ones()
assert tensor.shape == (2, 3) and tensor.dtype == ffi.RT_F32 and "shape=(2, 3)" in repr(tensor)
array = np.from_dlpack(tensor)
assert array.shape == (2, 3) and array.dtype == np.float32 and address(array) == address(tensor.numpy())
assert array.flags.writeable, "a versioned capsule may be written"
array[1, 2] = 5
total = ffi.Tensor(ffi.rt_tensor_sum(tensor.handle))
assert ffi.rt_tensor_item(total.handle) == 10
del tensor, total
assert live() == 0 and array.sum() == 10
del array

# NumPy's to ours, and back again to the same address.
types = {"f8": ffi.RT_F64, "f4": ffi.RT_F32, "f2": ffi.RT_F16, "i8": ffi.RT_I64, "i4": ffi.RT_I32, "u1": ffi.RT_U8, "?": ffi.RT_BOOL}
for name, dtype in types.items():
    base = (np.arange(24) % 2).astype(name).reshape(4, 6)
    for view in (base, base.T, base[::-1, ::-2], base[:0], base[2, 3:4].reshape(())):
        tensor = ffi.from_dlpack(view)
        assert tensor.dtype == dtype and tensor.shape == view.shape
        back = np.from_dlpack(tensor)
        assert (back == view).all() and (view.size == 0 or address(back) == address(view))
    del tensor, back
array = np.zeros(5)
holders = sys.getrefcount(array)
tensor = ffi.from_dlpack(array)
ffi.rt_tensor_add_scalar_(tensor.handle, 2.0)
assert (array == 2).all() and sys.getrefcount(array) > holders
del tensor
assert sys.getrefcount(array) == holders, "NumPy's deleter has run"

# What is refused stays NumPy's.
fixed = np.arange(3.0)
fixed.flags.writeable = False
for wrong, code in ((fixed, ffi.RT_ERROR_UNSUPPORTED), (np.zeros(3, "c16"), ffi.RT_ERROR_DTYPE_MISMATCH)):
    holders = sys.getrefcount(wrong)
    try:
        ffi.from_dlpack(wrong)
    except (ffi.FfiError, BufferError) as refusal:
        assert getattr(refusal, "code", code) == code, refusal
    else:
        raise AssertionError(f"{wrong!r} was taken")
    refusal = None
    gc.collect()
    assert sys.getrefcount(wrong) == holders

# Capsules that nobody takes, of both kinds; a copy is another memory.
tensor = ones()
for version in (None, (0, 8), (1, 0), (9, 0)):
    tensor.__dlpack__(max_version=version)
plain = ones()
array = np.from_dlpack(plain, copy=True) if np.lib.NumpyVersion(np.__version__) >= "2.1.0" else np.array(plain.numpy())
assert address(array) != address(plain.numpy())
for _ in range(10_000):
    ffi.from_dlpack(array)
    np.from_dlpack(tensor)
del tensor, plain
assert live() == 0


def share_with_torch():
    """PyTorch where it is installed: every dtype both ways in one memory. The line that says so."""
    try:
        import torch
    except ImportError:
        return "no PyTorch here to compare with"
    dtypes = torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.uint8, torch.bool
    for dtype in dtypes:
        theirs = torch.ones(2, 3, dtype=dtype).t()
        back = torch.from_dlpack(ffi.from_dlpack(theirs))
        assert back.data_ptr() == theirs.data_ptr() and back.dtype == dtype and back.stride() == theirs.stride()
        assert torch.equal(back, theirs)
    del theirs, back
    assert live() == 0
    return f"PyTorch {torch.__version__}, {len(dtypes)} dtypes"


print(f"ok: NumPy {np.__version__}, {len(types)} dtypes, both ways in one memory; {share_with_torch()}")
