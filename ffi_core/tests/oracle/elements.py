"""Arrays and the tensors that should equal them: dtypes, numbers worth trying, layouts."""

import ctypes
import math

import ffi_suite as ffi
import numpy as np

# ---- dtypes: bf16 travels as the upper half of f32 ----

NAMES = ["f64", "f32", "f16", "bf16", "i64", "i32", "u8", "bool"]
NUMBER = {name: getattr(ffi, "RT_" + name.upper()) for name in NAMES}
NAME = {number: name for name, number in NUMBER.items()}
NUMPY = {"f64": np.float64, "f32": np.float32, "f16": np.float16, "bf16": np.float32, "i64": np.int64, "i32": np.int32, "u8": np.uint8, "bool": np.bool_}
FLOATS = ["f64", "f32", "f16", "bf16"]
INTEGERS = ["i64", "i32", "u8"]
# The distance of 1 to its neighbour, and the smallest normal number.
EPSILON = {"f64": 2.0**-52, "f32": 2.0**-23, "f16": 2.0**-10, "bf16": 2.0**-7}
LARGEST = {"f64": np.finfo(np.float64).max, "f32": float(np.finfo(np.float32).max), "f16": 65504.0, "bf16": (2 - 2.0**-7) * 2.0**127}
SMALLEST = {"f64": 2.0**-1022, "f32": 2.0**-126, "f16": 2.0**-14, "bf16": 2.0**-126}


def sticky(whole):
    """i64 as f64: exact, or with a last bit that says "a little more", so that rounding to a half afterwards is rounding once."""
    whole = np.asarray(whole, np.int64)
    short = (whole >> 12 << 12) | ((whole & 0xFFF) != 0).astype(np.int64) << 11
    return np.where(np.abs(whole.astype(np.float64)) < 2.0**53, whole, short).astype(np.float64)


def to_bf16(values):
    """The nearest bf16 numbers, ties to even, as f32."""
    values = np.asarray(values)
    values = sticky(values) if values.dtype.kind in "iu" else values.astype(np.float64)
    _, exponent = np.frexp(np.where(np.isfinite(values), values, 0))
    step = np.ldexp(1.0, np.maximum(exponent, -125) - 8)  # what the last of 8 digits counts
    return np.where(np.isfinite(values), np.rint(values / step) * step, values).astype(np.float32)


def to_dtype(values, name):
    """As elements of a dtype: floats rounded once, what is too large saturating, NaN as 0; integers wrap; bool is `!= 0`."""
    values = np.asarray(values)
    with np.errstate(all="ignore"):
        if name == "bf16":
            return to_bf16(values)
        if name == "f16" and values.dtype.kind in "iu":
            return sticky(values).astype(np.float16)
        if name in INTEGERS and values.dtype.kind == "f":
            low, high = np.iinfo(NUMPY[name]).min, np.iinfo(NUMPY[name]).max
            inside = np.where((values > low) & (values < float(high)), values, 0).astype(NUMPY[name])
            return np.where(values >= float(high), high, np.where(values <= low, low, inside)).astype(NUMPY[name])
        return values != 0 if name == "bool" else values.astype(NUMPY[name])


# ---- numbers ----

RANDOM = np.random.default_rng(1)
SPECIAL = {
    "wild": [0.0, -0.0, 1, -1, 0.5, -2.5, 3.25, 100, -7, 1e-3, math.pi, math.inf, -math.inf, math.nan, 30000, 1.5, 2.5, -0.25, 1 + 2.0**-8 + 2.0**-40, 1 + 2.0**-11 + 2.0**-40],
    "tame": [0.0, 1, -1, 0.5, -2.5, 3.25, 2, -1.5, 0.75, -0.25],
    "nonzero": [1, -1, 0.5, -2.5, 3.25, 2, 5, -7],
    "small": [0, 1, 2, 3, 0.5, -1, 2.5],
    "unit": [0.0, 1, 0.5, 0.25, 0.75, 0.125, 0.9375],
    # Far apart and far out: neither squares nor differences of these fit f32.
    "far": [0.0, 3e38, -3e38, 1e-38, -2e-30, 1e30, -1e20, 3e-5, 6e4, -1],
}
WHOLE = {
    "wild": [0, 1, -1, 2, 7, -100, 255, 12345, 2**31 - 1, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63), 2**62 + 2**54 + 1, 2**40 + 2**16 + 1],
    "tame": [0, 1, -1, 2, 3, -2, 5],
    "nonzero": [1, -1, 2, 3, -4, 7],
    "small": [0, 1, 2, 3],
    "unit": [0, 1],
    "shift": [0, 1, 2, 7],
    "far": [0, 1, -1, 3, 200],
}


def numbers(shape, name, which):
    """Elements of a dtype, the interesting ones first in random order."""
    count = int(np.prod(shape))
    if name == "bool":
        return (RANDOM.integers(0, 2, count) if which != "nonzero" else np.ones(count)).astype(bool).reshape(shape)
    if name in FLOATS:
        pool = np.array(SPECIAL[which if which != "shift" else "small"], np.float64)
        return to_dtype(RANDOM.permutation(np.resize(pool, count)).reshape(shape), name)
    low, high = np.iinfo(NUMPY[name]).min, np.iinfo(NUMPY[name]).max
    pool = np.array([n for n in WHOLE[which] if low <= n <= high] or [1], object)
    return RANDOM.permutation(np.resize(pool, count)).astype(NUMPY[name]).reshape(shape)


# ---- tensors ----

LAST = -(2**63)  # as `stop` of a negative step: to the first element
# Name: the shape that is uploaded from the shape that is wanted, and the view of it, here and in NumPy.
LAYOUTS = {
    "contiguous": (lambda s: s, lambda t: None, lambda x: x),
    "transposed": (lambda s: s[:-2] + s[:-3:-1], lambda t: ffi.rt_tensor_transpose(t, -1, -2), lambda x: np.swapaxes(x, -1, -2)),
    "backwards": (lambda s: s, lambda t: ffi.rt_tensor_slice(t, -1, 2**63 - 1, LAST, -1), lambda x: x[..., ::-1]),
    "every second": (lambda s: s[:-1] + (s[-1] * 2,), lambda t: ffi.rt_tensor_slice(t, -1, 0, 2**63 - 1, 2), lambda x: x[..., ::2]),
}


def words(values):
    return (ctypes.c_int64 * max(len(values), 1))(*values)


class Operand:
    """A tensor with the array it should equal."""

    def __init__(self, shape, name, which="wild", layout="contiguous", stretch=None):
        before, view, same_view = LAYOUTS[layout] if len(shape) > 1 else LAYOUTS["contiguous"]
        base = numbers(before(tuple(shape)), name, which)
        self.dtype, self.array, self.base, self.same_view = name, same_view(base), base, same_view
        stored = (base.view(np.uint32) >> 16).astype(np.uint16) if name == "bf16" else np.ascontiguousarray(base)
        stored = np.array(stored, order="C").reshape(base.shape)
        self.handles = [ffi.rt_tensor_from_data(stored.ctypes.data_as(ctypes.c_void_p), stored.size, words(stored.shape), stored.ndim, NUMBER[name], ffi.RT_DEVICE_DEFAULT)]
        viewed = view(self.handles[-1])
        if viewed is not None:
            self.handles.append(viewed)
        if stretch is not None:
            self.handles.append(ffi.rt_tensor_expand(self.handles[-1], words(stretch), len(stretch)))
            self.array = np.broadcast_to(self.array, stretch)

    @property
    def handle(self):
        return self.handles[-1]

    def beside(self):
        """Whether what lies between the view's elements is as it was."""
        outside = np.ones(self.base.shape, bool)
        self.same_view(outside)[...] = False
        return np.array_equal(read(self.handles[0])[1][outside], self.base[outside], equal_nan=True)

    def free(self):
        for handle in self.handles:
            ffi.rt_tensor_free(handle)


def read(handle):
    """(dtype, array) of a result; floats as f64, bit by bit otherwise."""
    name = NAME[ffi.rt_tensor_dtype(handle)]
    shape = (ctypes.c_int64 * 8)()
    rank = ffi.rt_tensor_shape(handle, shape, 8)
    wide = "f32" if name == "bf16" else name
    out = np.zeros(tuple(shape[:rank]), NUMPY[wide])
    ffi.rt_tensor_copy_to(handle, out.ctypes.data_as(ctypes.c_void_p), out.size, NUMBER[wide])
    return name, out


class of_array:
    """A tensor of given numbers, i64 unless told."""

    def __init__(self, array, name="i64"):
        self.array, self.dtype = np.ascontiguousarray(to_dtype(np.asarray(array), name)), name
        self.handle = ffi.rt_tensor_from_data(self.array.ctypes.data_as(ctypes.c_void_p), self.array.size, words(np.shape(array)), np.ndim(array), NUMBER[name], ffi.RT_DEVICE_DEFAULT)

    def free(self):
        ffi.rt_tensor_free(self.handle)
