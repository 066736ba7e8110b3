"""What NumPy has no one function for, out of its functions: the names that expressions of table.py use."""

import math

import numpy as np
from elements import INTEGERS, NUMPY, to_dtype


def each(function):
    return np.vectorize(function, otypes=[np.float64])


# ---- over dimensions ----

def argfirst(function, x, axis, keepdims):
    if axis is not None and not isinstance(axis, int):
        # Over several dimensions the index counts row-major within them.
        kept = [i for i in range(x.ndim) if i not in axis]
        flat = np.transpose(x, kept + list(axis)).reshape([x.shape[i] for i in kept] + [math.prod(x.shape[i] for i in axis)])
        answer = function(flat, axis=-1)
        return np.expand_dims(answer, axis) if keepdims else answer
    return function(x, axis=axis, keepdims=keepdims)


def softmax(x, dim):
    e = np.exp(x - np.max(x, axis=dim, keepdims=True)) if x.size else x
    return e / np.sum(e, axis=dim, keepdims=True)


def log_softmax(x, dim):
    moved = x - np.max(x, axis=dim, keepdims=True) if x.size else x
    return moved - np.log(np.sum(np.exp(moved), axis=dim, keepdims=True))


def logsumexp(x, axis, keepdims):
    largest = np.max(x, axis=axis, keepdims=True)  # refuses nothing at all, as the library does
    kept = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    return kept if keepdims else np.squeeze(kept, axis)


def norm(x, p, axis, keepdims):
    size = np.abs(x)
    if math.isinf(p):
        return (np.max if p > 0 else np.min)(size, axis=axis, keepdims=keepdims)
    if p == 0:
        return np.count_nonzero(x, axis=axis, keepdims=keepdims)
    # As a multiple of the largest, so that no power leaves the range of f64.
    largest = np.max(size, axis=axis, keepdims=True, initial=0)
    unit = np.where(np.isfinite(largest) & (largest > 0), largest, 1)
    answer = np.sum((size / unit) ** p, axis=axis, keepdims=True) ** (1 / p) * unit
    return answer if keepdims else np.squeeze(answer, axis)


def variance(x, axis, keepdims, correction):
    """NaN where the correction leaves nothing of nothing, as NumPy; infinite where it takes all."""
    return np.var(x, axis=axis, keepdims=keepdims, ddof=correction)


def held(number, dtype):
    """An integer that an integer dtype holds."""
    if dtype in INTEGERS and not np.iinfo(NUMPY[dtype]).min <= number <= np.iinfo(NUMPY[dtype]).max:
        raise ValueError
    return number


# ---- views ----

def some_shapes(s):
    """Shapes that a reshape may ask for, some of them in vain."""
    n = math.prod(s)
    return [[-1], [n], list(s[::-1]), [1, *s][:8], [*s[:1], -1], [2, -1], [n, 1, 1], [-1, -1], [n + 1]]


def flat(x, start, end):
    """The shape with dimensions start to end as one; rank 0 becomes rank 1."""
    s = x.shape or (1,)
    if not -len(s) <= min(start, end) <= max(start, end) < len(s) or start % len(s) > end % len(s):
        raise ValueError
    start, end = start % len(s), end % len(s)
    return s[:start] + (math.prod(s[start : end + 1]),) + s[end + 1 :]


def narrow(x, dim, start, length):
    size = x.shape[dim]
    start += size if start < 0 else 0
    if start < 0 or length < 0 or start + length > size:
        raise ValueError
    return np.take(x, range(start, start + length), dim)


def select(x, dim, index):
    if not -x.shape[dim] <= index < x.shape[dim]:
        raise ValueError
    return np.take(x, index, dim)


def squeeze(x, dim):
    x.shape[dim]
    return np.squeeze(x, dim)


def sliced(x, dim, start, stop, step):
    x.shape[dim]  # an IndexError where there is no such dimension
    return x[(slice(None),) * (dim % x.ndim) + (slice(start, stop, step),)]


def expand(x, dims):
    own = (None,) * (len(dims) - x.ndim) + x.shape
    if len(dims) < x.ndim or any(dim == -1 and have is None for dim, have in zip(dims, own)):
        raise ValueError
    return np.broadcast_to(x, [have if dim == -1 else dim for dim, have in zip(dims, own)])


# ---- cut, repeated, in order ----

def pieces(x, size, dim):
    length = x.shape[dim]
    if size < 0 or size == 0 and length:
        raise ValueError
    return [narrow(x, dim, at, min(size, length - at)) for at in range(0, length, size)] if length else [x]


def chunks(x, count, dim):
    length = x.shape[dim]
    if count < 1:
        raise ValueError
    return pieces(x, -(-length // count), dim)


def repeat(x, repeats):
    if len(repeats) < x.ndim or min(repeats, default=0) < 0:
        raise ValueError
    return np.tile(x, repeats)


def order(x, dim, descending):
    """Stable in both directions; NaN as the largest."""
    line = np.atleast_1d(x)
    line.shape[dim]
    if descending:
        last = line.shape[dim] - 1
        places = last - np.flip(np.argsort(np.flip(line, dim), axis=dim, stable=True), dim)
    else:
        places = np.argsort(line, axis=dim, stable=True)
    return places.reshape(x.shape)


def in_order(x, dim, descending):
    places = order(x, dim, descending)
    line = np.atleast_1d(x)
    return [np.take_along_axis(line, places.reshape(line.shape), dim).reshape(x.shape), places]


def topk(x, k, dim, largest):
    line = np.atleast_1d(x)
    if not 0 <= k <= line.shape[dim] or x.ndim == 0 and k != 1:
        raise ValueError
    values, places = in_order(line, dim, largest)
    shape = () if x.ndim == 0 else None
    return [y if shape is None else y.reshape(shape) for y in (narrow(values, dim, 0, k), narrow(places, dim, 0, k))]


# ---- indexed ----

def put(x, i, s, d, add=False):
    """Element by element in row-major order, as the rows promise; an index may name a place twice."""
    y = np.array(x)
    for at in np.ndindex(i.shape):
        place = at[:d] + (i[at],) + at[d + 1 :]
        y[place] = y[place] + s[at] if add else s[at]
    return y


def take(x, i, d):
    """Of a smaller index: of the first elements in the other dimensions."""
    reach = tuple(slice(None) if a == d else slice(n) for a, n in enumerate(i.shape))
    return np.take_along_axis(x[reach], i, d)


def add_slices(x, v, s, d):
    y = np.array(x)
    np.add.at(np.moveaxis(y, d, 0), v, np.moveaxis(s, d, 0))
    return y


# ---- layers ----

def windows(x, spec, border, dilation=(1, 1)):
    """The windows of images as the last two dimensions; spec is kernel, stride and padding, two numbers each."""
    (p, q), (e, f) = spec[4:6], dilation
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (q, q)], constant_values=border)
    reach = [e * (spec[0] - 1) + 1, f * (spec[1] - 1) + 1]
    return np.lib.stride_tricks.sliding_window_view(x, reach, (2, 3))[:, :, :: spec[2], :: spec[3], ::e, ::f]


def lowest(x):
    return -np.inf if x.dtype.kind == "f" else x.dtype.kind != "b" and np.iinfo(x.dtype).min


def conv2d(x, weight, options):
    groups, outputs = options[6], len(weight)
    seen = windows(x, [*weight.shape[2:], *options[:4]], 0, options[4:6])
    seen = seen.reshape(len(x), groups, -1, *seen.shape[2:])
    product = np.einsum("bgcyxij,gocij->bgoyx", seen, weight.reshape(groups, outputs // groups, *weight.shape[1:]))
    return product.reshape(len(x), outputs, *product.shape[3:])


def padded(x, pairs, value, dtype):
    if len(pairs) % 2 or len(pairs) > 2 * x.ndim or min(pairs, default=0) < 0:
        raise ValueError
    behind = list(zip(pairs[::2], pairs[1::2]))[::-1]
    return np.pad(x, [(0, 0)] * (x.ndim - len(behind)) + behind, constant_values=value) if behind else x


def standard(x, axes, epsilon):
    return (x - np.mean(x, axis=axes, keepdims=True)) / np.sqrt(np.var(x, axis=axes, keepdims=True) + epsilon)


def channels(v, x):
    """A number for each channel of x."""
    return v.reshape((1, -1) + (1,) * (x.ndim - 2))


def log(x):
    return np.maximum(np.log(x), -100)


def reduced(losses, how):
    return [losses, np.mean(losses), np.sum(losses)][how]


def chosen_class(x, i):
    """What stands at the class of each target; classes are dimension 1, or 0 where there is no other."""
    axis = min(1, x.ndim - 1)
    return np.squeeze(np.take_along_axis(x, np.expand_dims(i, axis), axis), axis)


def attention(q, k, v):
    return softmax(q @ np.swapaxes(k, -1, -2) / math.sqrt(q.shape[-1]), -1) @ v


KNOWN = {name: function for name, function in globals().items() if callable(function) and not name.startswith("_")}
KNOWN |= {"np": np, "math": math, "to_dtype": to_dtype, "erf": each(math.erf), "erfc": each(math.erfc)}
