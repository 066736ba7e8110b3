"""What NumPy says of each op: one line an op. A line whose row does not exist yet waits for it.

A line is `name: (class, expression, tolerance)`, after which may come `second=` (which numbers the second operand may be). The
class says which dtype an op computes in and gives, and with what reason that differs from NumPy's; see CLASSES. The expression is
NumPy over x, y, z; floats arrive as f64, whatever they were, so that it is the exact answer that is compared, rounded once to the
result's dtype. The tolerance is in units in the last place (ULP) of the result; f16 and bf16 are computed in f32 and rounded
once, so they get 1 where f32 gets more. In reductions the expression has `axis`, `keepdims`, `dim`, `correction` and `p` too, and the error is measured
against the sum of what was gathered where the line says `scale=`.

One line covers the forms that derive from a row: `_scalar`, `_scalar_i64`, `_dims`, and in place `_` and `_scalar_`.
"""

# Why our result's dtype is not NumPy's, by class. A difference that no line here explains is a failure.
CLASSES = {
    "float": "integers and bools become f32, the default float (NumPy: f64, or f16 for small integers)",
    "number": "a float beside integers stays that float and bools are refused, as in the array API standard",
    "compare": "",
    "logic": "",
    "integer": "bools and integers promote as integers do",
    "select": "a float beside integers stays that float",
    "sum": "integers and bools gather in i64 (NumPy: u64 for unsigned), f16 and bf16 keep their dtype",
    "mean": "integers and bools become f32, the default float (NumPy: f64)",
    "extreme": "",
    "index": "",
    "truth": "",
    "moved": "",
    "rows": "integers and bools become f32, the default float (NumPy: f64)",
    "product": "a float beside integers stays that float and bools are refused (NumPy: logical)",
}


# For lines with `tiny=`: an answer below the smallest normal number may be 0.
TINY = "e^-x is infinite already where the answer is no normal number, and gives 0"


def op(kind, expression, tolerance=0, **more):
    return dict(kind=kind, expression=expression, tolerance=tolerance, **more)


OPS = {
    # Floats.
    "exp": op("float", "np.exp(x)", 4),
    "exp2": op("float", "np.exp2(x)", 4),
    "expm1": op("float", "np.expm1(x)", 4),
    "log": op("float", "np.log(x)", 4),
    "log2": op("float", "np.log2(x)", 4),
    "log10": op("float", "np.log10(x)", 4),
    "log1p": op("float", "np.log1p(x)", 4),
    "sqrt": op("float", "np.sqrt(x)", 1),
    "rsqrt": op("float", "1 / np.sqrt(x)", 2),
    "cbrt": op("float", "np.cbrt(x)", 4),
    "sin": op("float", "np.sin(x)", 4),
    "cos": op("float", "np.cos(x)", 4),
    "tan": op("float", "np.tan(x)", 4),
    "asin": op("float", "np.arcsin(x)", 4),
    "acos": op("float", "np.arccos(x)", 4),
    "atan": op("float", "np.arctan(x)", 4),
    "sinh": op("float", "np.sinh(x)", 8),
    "cosh": op("float", "np.cosh(x)", 8),
    "tanh": op("float", "np.tanh(x)", 8),
    "asinh": op("float", "np.arcsinh(x)", 8),
    "acosh": op("float", "np.arccosh(x)", 8),
    "atanh": op("float", "np.arctanh(x)", 8),
    "erf": op("float", "erf(x)", 8),
    "sigmoid": op("float", "1 / (1 + np.exp(-x))", 4, tiny=TINY),
    "silu": op("float", "x / (1 + np.exp(-x))", 8, tiny=TINY),
    "gelu": op("float", "x * 0.5 * erfc(-x / np.sqrt(2))", 64),
    "softplus": op("float", "np.logaddexp(0, x)", 8),
    "reciprocal": op("float", "1 / x", 1),
    "div": op("float", "x / y", 1),
    "atan2": op("float", "np.arctan2(x, y)", 8),
    "hypot": op("float", "np.hypot(x, y)", 8),
    "lerp": op("float", "np.where(z < 0.5, x + z * (y - x), y - (y - x) * (1 - z))", 1 << 12, values="tame"),

    # Numbers.
    "neg": op("number", "-x"),
    "abs": op("number", "np.abs(x)"),
    "sign": op("number", "np.sign(x)"),
    "square": op("number", "x * x", 1),
    "relu": op("number", "np.maximum(x, 0)"),
    "floor": op("number", "np.floor(x)"),
    "ceil": op("number", "np.ceil(x)"),
    "round": op("number", "np.round(x)"),
    "trunc": op("number", "np.trunc(x)"),
    "add": op("number", "x + y", 1),
    "sub": op("number", "x - y", 1),
    "mul": op("number", "x * y", 1),
    "maximum": op("number", "np.maximum(x, y)"),
    "minimum": op("number", "np.minimum(x, y)"),
    "pow": op("number", "np.power(x, y)", 16, second="small"),
    "remainder": op("number", "np.remainder(x, y)", 1, second="nonzero", values="tame"),
    "floor_divide": op("number", "np.floor_divide(x, y)", 1, second="nonzero", values="tame"),
    "clamp": op("number", "np.minimum(np.maximum(x, y), z)"),

    # Bits.
    "bitwise_and": op("integer", "x & y"),
    "bitwise_or": op("integer", "x | y"),
    "bitwise_xor": op("integer", "x ^ y"),
    "bitwise_invert": op("integer", "~x"),
    "bitwise_not": op("integer", "~x"),
    "bitwise_left_shift": op("integer", "x << y", second="shift", bools=False),
    "bitwise_right_shift": op("integer", "x >> y", second="shift", bools=False),

    # Truth.
    "eq": op("compare", "x == y"),
    "ne": op("compare", "x != y"),
    "lt": op("compare", "x < y"),
    "le": op("compare", "x <= y"),
    "gt": op("compare", "x > y"),
    "ge": op("compare", "x >= y"),
    "isnan": op("compare", "np.isnan(x)"),
    "isinf": op("compare", "np.isinf(x)"),
    "isfinite": op("compare", "np.isfinite(x)"),
    "logical_not": op("logic", "np.logical_not(x)"),
    "logical_and": op("logic", "np.logical_and(x, y)"),
    "logical_or": op("logic", "np.logical_or(x, y)"),
    "logical_xor": op("logic", "np.logical_xor(x, y)"),
    "where": op("select", "np.where(x, y, z)"),

    # Reductions. `values="tame"` keeps infinities and the ends of the range out, where the order of adding shows.
    "sum": op("sum", "np.sum(x, axis=axis, keepdims=keepdims)", 4, scale="np.sum(np.abs(x), axis=axis, keepdims=keepdims)", values="tame"),
    "mean": op("mean", "np.mean(x, axis=axis, keepdims=keepdims)", 4, scale="np.mean(np.abs(x), axis=axis, keepdims=keepdims)", values="tame"),
    "prod": op("sum", "np.prod(x, axis=axis, keepdims=keepdims)", 16, values="tame"),
    "max": op("extreme", "np.max(x, axis=axis, keepdims=keepdims)"),
    "min": op("extreme", "np.min(x, axis=axis, keepdims=keepdims)"),
    "argmax": op("index", "argfirst(np.argmax, x, axis, keepdims)"),
    "argmin": op("index", "argfirst(np.argmin, x, axis, keepdims)"),
    "any": op("truth", "np.any(x, axis=axis, keepdims=keepdims)"),
    "all": op("truth", "np.all(x, axis=axis, keepdims=keepdims)"),
    "var": op("mean", "np.var(x, axis=axis, keepdims=keepdims, ddof=correction)", 64, scale="np.var(x, axis=axis, keepdims=keepdims) + np.mean(x, axis=axis, keepdims=keepdims) ** 2", values="tame"),
    "std": op("mean", "np.std(x, axis=axis, keepdims=keepdims, ddof=correction)", 64, scale="np.std(x, axis=axis, keepdims=keepdims) + np.abs(np.mean(x, axis=axis, keepdims=keepdims))", values="tame"),
    "norm": op("mean", "np.sum(np.abs(x) ** p, axis=axis, keepdims=keepdims) ** (1 / p)", 16, values="tame"),
    "logsumexp": op("mean", "logsumexp(x, axis, keepdims)", 16, scale="np.max(np.abs(x), axis=axis, keepdims=keepdims) + 1", values="tame"),
    "count_nonzero": op("index", "np.count_nonzero(x, axis=axis, keepdims=keepdims)"),
    "cumsum": op("sum", "np.cumsum(x, axis=dim)", 8, scale="np.cumsum(np.abs(x), axis=dim)", values="tame"),
    "cumprod": op("sum", "np.cumprod(x, axis=dim)", 16, values="tame"),
    "softmax": op("rows", "softmax(x, dim)", 16, values="tame"),
    "log_softmax": op("rows", "log_softmax(x, dim)", 16, scale="np.abs(log_softmax(x, dim)) + 1", values="tame"),
    "matmul": op("product", "np.matmul(x, y)", 8, scale="np.matmul(np.abs(x), np.abs(y))", values="tame"),
    "dot": op("product", "np.dot(x, y)", 8, scale="np.dot(np.abs(x), np.abs(y))", values="tame", shapes=[((4,), (4,)), ((70,), (70,)), ((0,), (0,))]),
    "bmm": op("product", "np.matmul(x, y)", 8, scale="np.matmul(np.abs(x), np.abs(y))", values="tame", shapes=[((2, 3, 4), (2, 4, 5)), ((0, 3, 4), (0, 4, 5))]),
    "outer": op("product", "np.multiply.outer(x, y)", 1, values="tame", shapes=[((4,), (3,)), ((0,), (3,))]),

    # Elements moved about: `takes=` are the arguments. x and s are tensors of one shape, i positions along d in a tensor of the
    # same rank, v the same in a vector, m a mask; d is each dimension in turn, k each of -1, 0 and 1, D an array that holds d.
    "triu": op("moved", "np.triu(x, k)", takes="x k"),
    "tril": op("moved", "np.tril(x, k)", takes="x k"),
    "trace": op("sum", "np.trace(x)", 4, takes="x", values="tame"),
    "flip": op("moved", "np.flip(x, d)", takes="x D"),
    "roll": op("moved", "np.roll(x, k, d)", takes="x k d"),
    "index_select": op("moved", "np.take(x, v, d)", takes="x d v"),
    "gather": op("moved", "np.take_along_axis(x, i, d)", takes="x d i"),
    "take_along_dim": op("moved", "np.take_along_axis(x, i, d)", takes="x d i"),
    "scatter": op("moved", "scattered(x, i, s, d)", takes="x d i s"),
    "masked_fill": op("moved", "np.where(m, to_dtype(np.array(7), dtype).astype(x.dtype), x)", takes="x m 7"),
    "masked_select": op("moved", "x[m]", takes="x m"),
    "nonzero": op("index", "np.argwhere(x)", takes="x"),
}

# The groups of ffi.h whose every row must have a line; a line of another group's row is used where it fits.
DEMANDED = ["Tensors: elementwise", "Tensors: reductions"]

# Rows of those that are looked at elsewhere, with the place.
ELSEWHERE = {
    "topk": "several results; ffi_core/tests/conformance",
    "sort": "several results; ffi_core/tests/conformance",
    "argsort": "ties; ffi_core/tests/conformance",
}
