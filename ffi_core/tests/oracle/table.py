"""What NumPy says of each op: one line an op. A line whose row does not exist yet waits for it.

A line is `name: (class, expression, tolerance)`, after which may come `second=` (which numbers the second operand may be). The
class says which dtype an op computes in and gives, and with what reason that differs from NumPy's; see CLASSES. The expression is
NumPy over x, y, z; floats arrive as f64, whatever they were, so that it is the exact answer that is compared, rounded once to the
result's dtype. The tolerance is in units in the last place (ULP) of the result; f16 and bf16 are computed in f32 and rounded
once, so they get 1 where f32 gets more. In reductions the expression has `axis`, `keepdims`, `dim`, `correction` and `p` too, and the error is measured
against the sum of what was gathered where the line says `scale=`.

One line covers the forms that derive from a row: `_scalar`, `_scalar_i64`, `_dims`, and in place `_` and `_scalar_`; a line under
the row's whole name comes first.

`by=` names the function of forms.py that makes the cases; without it they are those of cases.py. With `choices=` it is a list of what
follows the tensor in the call, as an expression over its shape s, its rank r, its dimensions `axes` (and one too many at both ends);
the expression knows them as a, b, c and d. `refuses=` is an expression that raises where the row must refuse, other than the main one;
`results="pair"` and `"list"` are handles that come through pointers.
"""

import ctypes

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
    "linalg": "f32 and f64 alone",
    "network": "floats alone",
    "product": "a float beside integers stays that float and bools are refused (NumPy: logical)",
}


# For lines with `tiny=`: an answer below the smallest normal number may be 0.
TINY = "e^-x is infinite already where the answer is no normal number, and gives 0"


def op(kind, expression, tolerance=0, **more):
    return dict(kind=kind, expression=expression, tolerance=tolerance, **more)


def form(expression, choices, **more):
    return dict(op("moved", expression, choices=choices), by="chosen", **more)


def made(expression, choices):
    return dict(op("moved", f"to_dtype({expression}, dtype)", choices=choices), by="created")


def fact(expression, **more):
    return dict(op("moved", expression), by="fact", **more)


def layers(kind, expression, takes, tolerance, scale, shapes, **more):
    more = dict(more, scale=scale) if scale else more
    return dict(op(kind, expression, tolerance, takes=takes, shapes=shapes, **more), by="layered")


def loss(expression, scale, takes="x y a", more=None, shapes=[((3, 4), (3, 4)), ((5,), (5,)), ((), ())], **rest):
    """Under every reduction, which is a; `more` is b."""
    choices = f"[(how, {more}) for how in range(3)]"
    return layers("float", f"reduced({expression}, a)", takes, 16, f"reduced({scale}, a)", shapes, choices=choices, **rest)


# Kernel, stride, padding.
POOLS = "[([2, 2, 2, 2, 0, 0],), ([3, 2, 1, 2, 1, 0],), ([3, 3, 2, 1, 1, 1],)]"
# Classes are dimension 1, or the only one.
CLASSED = dict(shapes=[((3, 4),), ((2, 4, 3),), ((4,),)], index="(x.shape[min(1, x.ndim - 1)], *np.delete(x.shape, min(1, x.ndim - 1)))")

# Lone elements, however they lie.
ONE = [("contiguous", ()), ("contiguous", (1,)), ("backwards", (1, 1, 1)), ("every second", (1, 1))]
# A factor's error is measured against all of it.
WHOLE = "np.max(np.abs(np.linalg.cholesky(x, upper=upper)), axis=(-2, -1), keepdims=True, initial=0)"

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
    "gelu": op("float", "np.where(np.isneginf(x), -0.0, x * 0.5 * erfc(-x / np.sqrt(2)))", 64),
    "softplus": op("float", "np.logaddexp(0, x)", 8),
    "reciprocal": op("float", "1 / x", 1),
    "div": op("float", "x / y", 1),
    "atan2": op("float", "np.arctan2(x, y)", 8),
    "hypot": op("float", "np.hypot(x, y)", 8),
    "lerp": op("float", "np.where(z < 0.5, x + z * (y - x), y - (y - x) * (1 - z))", 4, scale="(np.abs(x) + np.abs(y)) * (1 + np.abs(z))", values="far"),

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
    "var": op("mean", "variance(x, axis, keepdims, correction)", 64, scale="np.var(x, axis=axis, keepdims=keepdims) + np.mean(x, axis=axis, keepdims=keepdims) ** 2", values="tame", settings=dict(correction=[1, 0, 2])),
    "std": op("mean", "np.std(x, axis=axis, keepdims=keepdims, ddof=correction)", 64, scale="np.std(x, axis=axis, keepdims=keepdims) + np.abs(np.mean(x, axis=axis, keepdims=keepdims))", values="tame", settings=dict(correction=[1, 0, 2])),
    "norm": op("mean", "norm(x, p, axis, keepdims)", 16, settings=dict(p=[0.0, 0.5, 1.0, 2.0, 3.0, 40.0, float("inf"), float("-inf")]), each_of=["tame", "far", "wild"]),
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

    # Matrices.
    "triu": form("np.triu(x, a)", "[(k,) for k in (-9, -1, 0, 1, 9)]", refuses="(x.shape[-2], np.triu(x, a))[1]"),
    "tril": form("np.tril(x, a)", "[(k,) for k in (-9, -1, 0, 1, 9)]", refuses="(x.shape[-2], np.tril(x, a))[1]"),
    "trace": op("sum", "np.trace(x)", 4, by="chosen", choices="[()]", values="tame", shapes=[("contiguous", (3, 4)), ("transposed", (5, 5)), ("backwards", (4, 3)), ("every second", (0, 4))]),
    "cholesky": op("linalg", "np.linalg.cholesky(x, upper=upper)", 64, by="linalg", scale=WHOLE, rights=lambda s: [0, 1]),
    "solve": op("linalg", "np.linalg.solve(x, y)", 64, by="linalg", scale="np.max(np.abs(np.linalg.solve(x, y)), initial=0)", rights=lambda s: [s[-1:], s[-1:] + (2,), s[:-1] + (3,), (2,) + s[-1:] + (2,), (9, 1)], refuses="np.linalg.solve(x.astype(float), y.astype(float))"),
    "inverse": op("linalg", "np.linalg.inv(x)", 64, by="linalg", scale="np.max(np.abs(np.linalg.inv(x)), axis=(-2, -1), keepdims=True, initial=0)", rights=lambda s: [None]),
    "det": op("linalg", "np.linalg.det(x)", 256, by="linalg", rights=lambda s: [None]),

    # Views.
    "reshape": form("np.reshape(x, a)", "[(t,) for t in some_shapes(s)]"),
    "view": form("np.reshape(x, a)", "[(t,) for t in some_shapes(s)]", refuses="np.reshape(x, a, copy=False)"),
    "flatten": form("np.reshape(x, flat(x, a, b))", "[(i, j) for i in axes for j in axes]"),
    "transpose": form("np.swapaxes(x, a, b)", "[(i, j) for i in axes for j in axes]"),
    "permute": form("np.transpose(x, a)", "[([*range(r)][::-1],), ([*range(-1, r - 1)],), ([0] * r,), ([*range(r + 1)],), ([*range(1, r)],)]"),
    "movedim": form("np.moveaxis(x, a, b)", "[(i, j) for i in axes for j in axes]"),
    "flip": form("np.flip(x, a)", "[([i],) for i in axes] + [([],), ([*range(r)],), ([0, 0],), ([0, -r],)]", refuses="np.flip(x, tuple(a))"),
    "narrow": form("narrow(x, a, b, c)", "[(i, start, n) for i in axes for start, n in [(0, 0), (0, 1), (1, 2), (-1, 1), (-2, 2), (2, 3), (9, 0), (0, -1), (-9, 1)]]"),
    "diagonal": form("np.diagonal(x, max(-99, min(a, 99)), b, c)", "[(k, i, j) for i in axes for j in axes for k in (-2, 0, 1)] + [(k, 0, 1) for k in (-9, 9, LAST, MOST)]"),
    "slice": form("sliced(x, a, b, c, d)", "[(i, *cut) for i in axes for cut in [(0, MOST, 1), (0, MOST, 2), (-1, LAST, -1), (2, 0, -1), (1, -1, 1), (-9, 9, 3), (3, 1, 1), (0, 1, 0), (MOST, LAST, LAST), (LAST, MOST, MOST)]]"),
    "select": form("select(x, a, b)", "[(i, k) for i in axes for k in (0, 1, -1, 3, -9)]"),
    "squeeze": form("squeeze(x, a)", "[(i,) for i in axes]"),
    "unsqueeze": form("np.expand_dims(x, a)", "[(i,) for i in [*axes, -r - 2, r + 1]] if r < 8 else []"),
    "expand": form("expand(x, a)", "[(t,) for t in ([-1] * r, [*s], [2, *s][:8], [2, *[-1] * r][:8], [3] * r, [1] * r, [], [2, 3, 4], [0, 4], [-1, 2, *s][:8])]"),
    "broadcast_to": form("expand(x, a)", "[([2, *s][:8],)]"),

    # Joined, cut, repeated.
    "cat": op("moved", "np.concatenate(parts, d)", by="joined", shapes=[[(3, 4)], [(3, 4), (3, 4)], [(3, 4), (2, 4), (0, 4)], [(2, 3, 4), (2, 1, 4)], [(5,), (2,)], [(3, 4), (4,)], [(), ()]]),
    "stack": op("moved", "np.stack(parts, d)", by="joined", shapes=[[(3, 4)], [(3, 4), (3, 4), (3, 4)], [(), ()], [(0, 2), (0, 2)], [(3, 4), (3, 5)], [(1, 4), (3, 4)]]),
    "split": form("pieces(x, a, b)", "[(n, i) for i in axes for n in (1, 2, 3, 9, 0, -1)]", results="list"),
    "chunk": form("chunks(x, a, b)", "[(n, i) for i in axes for n in (1, 2, 3, 9, 0, -1)]", results="list"),
    "repeat": form("repeat(x, a)", "[(t,) for t in ([1] * r, [2] * r, [*range(1, r + 1)], [2, *[1] * r][:8], [0] * r, [2] * (r - 1), [-1] * r)]"),
    "tile": form("np.tile(x, a)", "[(t,) for t in ([], [2], [2, 3], [2, 1, *[1] * r][:8], [0], [1] * r)]"),
    "roll": form("np.roll(x, a, b)", "[(k, i) for i in axes for k in (-7, -1, 0, 1, 5, 2**40)]"),

    # In order.
    "argsort": op("index", "order(x, a, b)", by="chosen", choices="[(i, b) for i in axes for b in (0, 1)]"),
    "sort": form("in_order(x, a, b)", "[(i, b) for i in axes for b in (0, 1)]", results="pair"),
    "topk": form("topk(x, a, b, c)", "[(k, i, b) for i in axes for b in (0, 1) for k in (0, 1, 2, 4, -1, 9)]", results="pair"),

    # Indexed: `takes=` are the arguments. x is the tensor, d the dimension, i an index of its rank, v one of rank 1, s a source.
    "index_select": op("moved", "np.take(x, i, d)", by="indexed", takes="x d v"),
    "gather": op("moved", "take(x, i, d)", by="indexed", takes="x d i"),
    "take_along_dim": op("moved", "np.take_along_axis(x, i, d)", by="indexed", takes="x d i"),
    "scatter": op("moved", "put(x, i, s, d)", by="indexed", takes="x d i s"),
    "scatter_add": op("number", "put(x, i, s, d, add=True)", 4, by="indexed", takes="x d i s", scale="put(np.abs(x), i, np.abs(s), d, add=True)", values="tame"),
    "index_add": op("number", "add_slices(x, i, s, d)", 4, by="indexed", takes="x d v s", scale="add_slices(np.abs(x), i, np.abs(s), d)", values="tame"),
    "masked_fill": op("moved", "np.where(m, value, x)", by="masked"),
    "masked_fill_i64": op("moved", "np.where(m, value, x)", by="masked", refuses="held(number, dtype)"),
    "masked_select": op("moved", "np.broadcast_to(x, np.broadcast_shapes(x.shape, m.shape))[np.broadcast_to(m, np.broadcast_shapes(x.shape, m.shape))]", by="masked"),
    "nonzero": op("index", "np.argwhere(x)", by="chosen", choices="[()]"),

    # Layers: several tensors of one dtype. The error of a sum is measured against that of magnitudes.
    "leaky_relu": op("float", "np.where(x > 0, x, x * a)", 1, by="chosen", choices="[(v,) for v in (0.25, 0.0, -2.0)]"),
    "elu": op("float", "np.where(x > 0, x, a * np.expm1(np.minimum(x, 0)))", 4, by="chosen", choices="[(v,) for v in (1.0, 0.25)]"),
    "pad": form("padded(x, a, to_dtype(np.array(b), dtype), dtype)", "[(p, v) for p in ([], [1, 2], [0, 1, 2, 0], [1], [1, -1], [1] * 2 * (r + 1)) for v in (0.0, 0.5, 7.0, -math.inf)]"),
    "linear": layers("product", "x @ y.T + z", "x y z", 8, "np.abs(x) @ np.abs(y).T + np.abs(z)", [((3, 4), (5, 4), (5,)), ((2, 3, 4), (1, 4), (1,)), ((4,), (2, 4), (2,)), ((0, 4), (2, 4), (2,)), ((33, 70), (17, 70), (17,))]),
    "conv2d": layers("product", "conv2d(x, y, a) + z.reshape(-1, 1, 1)", "x y z a", 16, "conv2d(np.abs(x), np.abs(y), a) + np.abs(z).reshape(-1, 1, 1)", [((2, 4, 6, 5), (6, 2, 3, 2), (6,)), ((1, 4, 7, 7), (2, 2, 2, 2), (2,))], choices="[([1, 1, 0, 0, 1, 1, 2],), ([2, 1, 1, 2, 1, 2, 2],)]"),
    "max_pool2d": layers("extreme", "np.max(windows(x, a, lowest(x)), (-2, -1))", "x a", 0, None, [((2, 3, 6, 5),)], choices=POOLS, values="wild"),
    "avg_pool2d": layers("mean", "np.mean(windows(x, a, 0), (-2, -1))", "x a", 4, "np.mean(np.abs(windows(x, a, 0)), (-2, -1))", [((2, 3, 6, 5),)], choices=POOLS),
    "batch_norm": layers("network", "standard(x, (0, *range(2, x.ndim)), a) * channels(y, x) + channels(z, x)", "x 0 0 y z b c a", 64, "1 + np.max(np.abs(x))", [((4, 3), (3,), (3,)), ((2, 3, 4), (3,), (3,)), ((2, 3, 2, 5), (3,), (3,))], choices="[(0.125, 1, 0.25)]"),
    "layer_norm": layers("network", "standard(x, tuple(range(-len(a), 0)), b) * y + z", "x a y z b", 64, "1 + np.max(np.abs(x))", [((2, 3, 4), (3, 4), (3, 4))], choices="[([3, 4], 0.125)]"),
    "embedding": layers("moved", "np.take(x, i, 0)", "i x", 0, None, [((5, 3),), ((1, 4),)], index="(len(x), 2, 3)", values="wild"),
    "scaled_dot_product_attention": layers("float", "attention(x, y, z)", "x y z 0 0", 64, "np.max(np.abs(z)) + 0 * attention(x, y, z)", [((2, 3, 4), (2, 5, 4), (2, 5, 2)), ((3, 4), (2, 4), (2, 4))]),
    "mse_loss": loss("np.square(x - y)", "np.square(x) + np.square(y)"),
    "l1_loss": loss("np.abs(x - y)", "np.abs(x) + np.abs(y)"),
    "huber_loss": loss("np.where(np.abs(x - y) < b, np.square(x - y) / 2, b * (np.abs(x - y) - b / 2))", "np.abs(x) + np.abs(y)", takes="x y b a", more="1.5"),
    "cross_entropy": loss("-chosen_class(log_softmax(x, min(1, x.ndim - 1)), i)", "1 - chosen_class(log_softmax(x, min(1, x.ndim - 1)), i)", takes="x i a", **CLASSED),
    "nll_loss": loss("-chosen_class(x, i)", "np.abs(chosen_class(x, i))", takes="x i a", **CLASSED),
    "binary_cross_entropy": loss("-(y * log(x) + (1 - y) * log(1 - x))", "np.abs(log(x)) + np.abs(log(1 - x))", values="unit"),
    "binary_cross_entropy_with_logits": loss("np.logaddexp(0, x) - x * y", "np.logaddexp(0, x) + np.abs(x * y)"),

    # Made anew.
    "zeros": made("np.zeros(a)", "[([],), ([3, 4],), ([0, 2],), ([2] * 8,), ([-1],)]"),
    "ones": made("np.ones(a)", "[([],), ([3, 4],), ([0, 2],), ([2] * 8,)]"),
    "full": made("np.full(a, b)", "[(t, v) for t in ([], [2, 3]) for v in (0.0, -0.0, 1.5, -2.7, 300.7, 1e300, math.nan, math.inf, -math.inf, 1 + 2.0**-8 + 2.0**-40)]"),
    "full_i64": made("np.full(a, held(b, dtype))", "[([2, 3], v) for v in WHOLE]"),
    "arange": made("np.arange(a, b, c)", "[(0.0, 5.0, 1.0), (5.0, 0.0, -2.0), (0.0, 1.0, 0.125), (3.0, 3.0, 1.0), (0.0, 5.0, -1.0), (0.0, 1.0, 0.0)]"),
    "arange_i64": made("np.arange(a, b, c)", "[(0, 5, 1), (100, 0, -7), (3, 3, 1), (0, 5, -1), (0, 100, 3), (0, 1, 0)]"),
    "linspace": made("np.linspace(a, b, c)", "[(0.0, 1.0, 5), (-3.0, 5.0, 17), (2.0, 9.0, 1), (2.0, 9.0, 0), (9.0, 1.0, 3), (0.0, 1.0, -1)]"),
    "eye": made("np.eye(a, b)", "[(3, 3), (2, 5), (5, 2), (0, 3), (1, 1), (-1, 2)]"),
    "zeros_like": made("np.zeros(x.shape)", "[()]"),
    "ones_like": made("np.ones(x.shape)", "[()]"),
    "full_like": made("np.full(x.shape, a)", "[(v,) for v in (0.0, 1.5, -2.7, 300.7, math.nan, math.inf)]"),
    "full_like_i64": made("np.full(x.shape, held(a, dtype))", "[(v,) for v in WHOLE]"),

    # To and from memory of the host, and between dtypes.
    "copy_to": op("moved", "", by="read_out"),
    "copy_from": op("moved", "np.broadcast_to(s, x.shape)", by="copied"),
    "copy_": op("moved", "np.broadcast_to(s, x.shape)", by="copied"),
    "fill_": op("moved", "np.full(x.shape, value)", by="filled", numbers=[0.0, -2.7, 300.7, 1e300, float("nan"), float("-inf")]),
    "fill_i64_": op("moved", "np.full(x.shape, value)", by="filled", numbers=[0, 1, -1, 255, 256, 2**31, 2**53 + 1, -(2**63)], refuses="np.full(x.shape, held(number, dtype))"),
    "to_dtype": op("moved", "", by="converted"),
    "clone": form("x", "[()]"),
    "contiguous": form("x", "[()]"),

    # Facts: plain numbers.
    "shape": fact("list(x.shape)", through=ctypes.c_int64, capacity=True),
    "ndim": fact("x.ndim"),
    "numel": fact("x.size"),
    "dim": fact("x.shape[a]", choices="[(i,) for i in range(-r, r)]"),
    "stride": fact("x.strides[a] // isize", choices="[(i,) for i in range(-r, r)] if 0 not in s else []"),
    "stride_into": fact("x.strides[a] // isize", choices="[(i,) for i in range(-r, r)] if 0 not in s else []", through=ctypes.c_int64),
    "dtype": fact("dtype"),
    "is_contiguous": fact("int(x.flags.c_contiguous)"),
    "item": fact("float(x.reshape(())[()])", shapes=ONE),
    "item_into": fact("float(x.reshape(())[()])", shapes=ONE, through=ctypes.c_double),
    "item_i64": fact("int(to_dtype(x, 'i64').reshape(()))", shapes=ONE),
    "item_i64_into": fact("int(to_dtype(x, 'i64').reshape(()))", shapes=ONE, through=ctypes.c_int64),
}

# The rows of tensors that NumPy cannot judge, and why; where something else does, what. A row that is neither here nor above is a
# failure of the oracle.
EXEMPT = {
    "free": "no numbers; ffi_core/tests/tensors.rs",
    "from_data": "every operand of every case comes through it",
    "device": "NumPy has no devices",
    "to_device": "NumPy has no devices; ffi_core/tests/conformance compares devices",
    "empty": "no defined contents",
    "empty_like": "no defined contents",
    "rand": "other random numbers; ffi_core/tests/conformance/random.rs",
    "randn": "other random numbers; ffi_core/tests/conformance/random.rs",
    "randint": "other random numbers; ffi_core/tests/conformance/random.rs",
    "rand_like": "other random numbers; ffi_core/tests/conformance/random.rs",
    "randn_like": "other random numbers; ffi_core/tests/conformance/random.rs",
    "to_dlpack": "addresses; bindings/python/dlpack.py exchanges memory with NumPy",
    "to_dlpack_versioned": "addresses; bindings/python/dlpack.py exchanges memory with NumPy",
    "from_dlpack": "addresses; bindings/python/dlpack.py exchanges memory with NumPy",
    "from_dlpack_versioned": "addresses; bindings/python/dlpack.py exchanges memory with NumPy",
    "from_external": "addresses; ffi_core/tests/interchange.rs",
    "set_requires_grad": "no numbers; ffi_core/tests/gradients/record.rs",
    "requires_grad": "no numbers; ffi_core/tests/gradients/record.rs",
    "is_leaf": "no numbers; ffi_core/tests/gradients/record.rs",
    "retain_grad": "no numbers; ffi_core/tests/gradients/record.rs",
    "set_grad": "no numbers; ffi_core/tests/gradients/record.rs",
    "zero_grad": "no numbers; ffi_core/tests/gradients/record.rs",
    "detach": "no numbers; ffi_core/tests/gradients/record.rs",
    "backward": "NumPy has no gradients; ffi_core/tests/gradients compares them with differences",
    "backward_with": "NumPy has no gradients; ffi_core/tests/gradients compares them with differences",
    "gradient": "NumPy has no gradients; ffi_core/tests/gradients compares them with differences",
    "grad": "NumPy has no gradients; ffi_core/tests/gradients compares them with differences",
    "dropout": "other random numbers; ffi_core/tests/networks/random.rs",
    "rnn": "no function of NumPy; ffi_core/tests/networks compares it with loops",
    "lstm": "no function of NumPy; ffi_core/tests/networks compares it with loops",
    "gru": "no function of NumPy; ffi_core/tests/networks compares it with loops",
    "multi_head_attention": "no function of NumPy; ffi_core/tests/networks compares it with loops",
}
