"""Compares the library with NumPy: every op of table.py over all dtypes and layouts. Prints counts and what differs. The
tolerances are those of the CPU device; a GPU computes some functions less exactly.

    FFI_CORE_LIBRARY=target/release/libffi_core.so python3 ffi_core/tests/oracle/oracle.py [OP...]

Every row of the groups "Tensors: elementwise" and "Tensors: reductions" of ffi.h must have a line in the table. Exits with 1 when
one has none, or when a value, a dtype, a shape or a refusal differs and the table does not say why.
"""

import collections
import ctypes
import math
import os
import re
import sys
import warnings

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
sys.path[:0] = [HERE, os.path.join(ROOT, "bindings", "python")]
import ffi_suite as ffi  # noqa: E402
import table  # noqa: E402
from elements import EPSILON, FLOATS, LARGEST, LAYOUTS, NAMES, NUMPY, RANDOM, SMALLEST, Operand, of_array, read, to_dtype, words  # noqa: E402

# ---- what the dtypes should be ----

def promote(a, b):
    """The dtype of two together, as docs/reference.md says it."""
    if a == b:
        return a
    both = {a, b}
    if both == {"f16", "bf16"}:
        return "f32"
    # From the widest on; a float beside an integer stays that float.
    return next(name for name in NAMES if name in both)


def computed(kind, dtypes):
    """(dtype of the computation, dtype of the result), None where it is refused."""
    one = dtypes[0]
    for other in dtypes[1:]:
        one = promote(one, other)
    floated = one if one in FLOATS else "f32"
    if kind in ("float", "mean", "rows"):
        return floated, floated
    if kind in ("number", "product"):
        return None if one == "bool" else (one, one)
    if kind == "integer":
        return None if one in FLOATS else (one, one)
    if kind in ("compare", "index", "truth"):
        return one, {"compare": "bool", "index": "i64", "truth": "bool"}[kind]
    if kind == "logic":
        return "bool", "bool"
    if kind == "sum":
        return one, one if one in FLOATS else "i64"
    return one, one  # select, extreme


# ---- what NumPy does ----

def each(function):
    return np.vectorize(function, otypes=[np.float64])


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


def scattered(x, i, s, d):
    answer = x.copy()
    np.put_along_axis(answer, i, s, d)
    return answer


KNOWN = {"np": np, "to_dtype": to_dtype, "scattered": scattered, "erf": each(math.erf), "erfc": each(math.erfc), "argfirst": argfirst, "softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp}


def evaluate(expression, arrays, **more):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(expression, dict(KNOWN, **more), dict(zip("xyz", arrays)))


# ---- the comparison ----

DEVICE = ffi.rt_device_name(ffi.RT_DEVICE_DEFAULT)
counts = collections.Counter()
by_design = collections.Counter()
faults = []


def fault(case, what):
    counts["unexplained"] += 1
    faults.append(f"{case}: {what}")


def differs(got, want, name, tolerance, scale):
    """Where the two are not the same number within the tolerance."""
    if name not in FLOATS:
        return got != want
    got, want = np.asarray(got, np.float64), np.asarray(want, np.float64)
    rounded = np.asarray(to_dtype(want, name), np.float64)
    tolerance = min(tolerance, 1) if name in ("f16", "bf16") and scale is None else tolerance
    with np.errstate(all="ignore"):
        size = np.abs(rounded) if scale is None else np.maximum(np.abs(scale), np.abs(rounded))
        near = np.abs(got - rounded) <= tolerance * EPSILON[name] * np.maximum(size, SMALLEST[name])
        # At the end of the range one may round to infinity and the other not.
        edge = (np.abs(want) >= LARGEST[name] * (1 - tolerance * EPSILON[name])) & (np.abs(got) >= LARGEST[name] * (1 - tolerance * EPSILON[name])) & (np.sign(got) == np.sign(want))
    return ~(near | (got == rounded) | (np.isnan(got) & np.isnan(rounded)) | (edge & (tolerance > 0)))


def name_of(case):
    return case.split(" ")[0]


def compare(case, line, call, operands, natural=None, **more):
    """One call against NumPy. `operands` are (dtype, array); `natural` is what NumPy would be given, for its own dtype."""
    counts["calls"] += 1
    kind = line["kind"]
    dtypes = [dtype for dtype, _ in operands][1 if kind == "select" else 0 :]
    how = computed(kind, dtypes)
    if how and not line.get("bools", True) and how[0] == "bool":
        how = None
    try:
        result = call()
    except ffi.FfiError as error:
        if how is None and error.code == ffi.RT_ERROR_DTYPE_MISMATCH:
            counts["refused"] += 1
            by_design[f"{kind}: {table.CLASSES[kind] or 'refused for this dtype'}"] += 1
            return
        if error.code == ffi.RT_ERROR_UNSUPPORTED and DEVICE != "cpu":
            counts["absent"] += 1
            return
        try:
            evaluate(line["expression"], [array for _, array in operands], **more)
        except ValueError:
            counts["refused"] += 1  # by NumPy, too: no answer over nothing
            return
        return fault(case, f"refused: {error}")
    try:
        name, got = read(result)
    except ffi.FfiError as error:
        return fault(case, f"failed: {error}")
    finally:
        ffi.rt_tensor_free(result)
    if how is None:
        return fault(case, f"gave {name}, the table says it is refused")
    within, gives = how
    # What the op computes in; then floats as f64, so that the exact answer comes out.
    arrays = [np.asarray(array, bool) if kind == "select" and i == 0 else to_dtype(array != 0 if kind == "logic" else array, within) for i, (_, array) in enumerate(operands)]
    exact = [array.astype(np.float64) if within in FLOATS and array.dtype != bool else array for array in arrays]
    if kind == "sum" and within not in FLOATS:
        exact = [array.astype(np.int64) for array in exact]
    try:
        want = np.asarray(evaluate(line["expression"], exact, **more))
        scale = evaluate(line["scale"], exact, **more) if "scale" in line and gives in FLOATS else None
    except ValueError as error:
        return fault(case, f"gave {name} {got.shape}, NumPy refuses: {error}")
    if name != gives:
        return fault(case, f"gave {name}, the table says {gives}")
    if got.shape != want.shape:
        return fault(case, f"gave shape {got.shape}, NumPy {want.shape}")
    if gives not in FLOATS:
        want = want.astype(NUMPY[gives])
    wrong = differs(got, want, gives, line["tolerance"], scale)
    if "tiny" in line and np.any(flushed := wrong & (np.abs(want) < SMALLEST.get(gives, 0)) & (got == 0)):
        by_design[f"{name_of(case)}: {line['tiny']}"] += 1
        wrong = wrong & ~flushed
    if np.any(wrong):
        at = tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))
        shown = [np.broadcast_to(np.atleast_1d(a), np.atleast_1d(want).shape)[at] if np.ndim(a) <= np.ndim(want) and np.size(a) in (1, want.size) else "..." for a in exact]
        return fault(case, f"{np.count_nonzero(wrong)} of {want.size} differ, at {at} of {shown}: {np.atleast_1d(got)[at]!r}, NumPy {np.atleast_1d(want)[at]!r}")
    counts["agree"] += 1
    # NumPy's own dtype, where it has ours.
    if natural is None:
        natural = [array for _, array in operands]
    if "bf16" not in [dtype for dtype, _ in operands]:
        try:
            own = np.asarray(evaluate(line["expression"], natural, **more)).dtype
        except (TypeError, ValueError, OverflowError):
            own = None
        if own is not None and own != np.dtype(NUMPY[gives]):
            if not table.CLASSES[kind]:
                return fault(case, f"gives {gives}, NumPy {own}, and the table does not say why")
            by_design[f"{kind}: {table.CLASSES[kind]}"] += 1


# ---- the cases ----

SHAPES = [("contiguous", (3, 4)), ("transposed", (3, 4)), ("backwards", (3, 4)), ("every second", (3, 4)), ("contiguous", (0, 4)), ("contiguous", ()), ("contiguous", (19,))]


def operands_of(case_dtypes, shapes, line, layouts, stretch=None):
    which = line.get("values", "wild")
    made = []
    for i, (dtype, shape, layout) in enumerate(zip(case_dtypes, shapes, layouts)):
        numbers_of = line.get("second", which) if i == 1 else which
        made.append(Operand(shape, dtype, numbers_of, layout, stretch))
    return made


def run(name, line, call, made, what, **more):
    pairs = [(operand.dtype, operand.array) for operand in made]
    case = f"{name} {', '.join(operand.dtype for operand in made)}, {what}"
    compare(case, line, lambda: call(*[operand.handle for operand in made]), pairs, **more)
    for operand in made:
        operand.free()


def elementwise(name, line, call, arity):
    for dtype in NAMES:
        dtypes = ["bool"] + [dtype] * 2 if line["kind"] == "select" else [dtype] * arity
        for layout, shape in SHAPES:
            made = operands_of(dtypes, [shape] * arity, line, [layout] + ["contiguous"] * (arity - 1))
            run(name, line, call, made, f"{layout} {shape}")
        run(name, line, call, operands_of(dtypes, [(1, 4)] * arity, line, ["contiguous"] * arity, (3, 4)), "stretched (1, 4) to (3, 4)")
        if arity == 1:
            continue
        for shapes in [((3, 4), (4,)), ((3, 4), ()), ((3, 1), (1, 4)), ((0, 4), (1,)), ((), (0,))]:
            made = operands_of(dtypes, list(shapes) + [shapes[1]] * (arity - 2), line, ["contiguous"] * arity)
            run(name, line, call, made, f"{shapes[0]} with {shapes[1]}")
        for other in NAMES if arity == 2 or line["kind"] == "select" else []:
            if other != dtype:
                run(name, line, call, operands_of((dtypes[:-1] + [other]), [(3, 4)] * arity, line, ["contiguous"] * arity), "mixed")


def with_numbers(name, line, call, tensors, count, whole):
    """Numbers behind the tensors: those of the tensor's family do not widen it, doubles make integers and bools f32."""
    allowed = {"shift": [1, 3], "small": [2, 3], "nonzero": [2, -3]}.get(line.get("second"), [2, -3, 7])
    choices = [(number,) for number in allowed + ([] if whole or line.get("second") == "shift" else [0.5])]
    if count == 2:
        choices = [(-2, 3), (1, 100), (5, 2)]
    for dtype in NAMES:
        for chosen in choices:
            if whole and dtype == "u8" and min(chosen) < 0:
                continue  # NumPy refuses, ours wraps
            made = operands_of([dtype] * tensors, [(3, 4)] * tensors, line, ["contiguous"] * tensors)
            if whole:
                other = dtype if dtype != "bool" else "i64"
            else:
                other = dtype if dtype in FLOATS else "f32"
            operands = [(dtype, x.array) for x in made] + [(other, to_dtype(np.array(number), other)) for number in chosen]
            compare(f"{name} {dtype}, {chosen}", line, lambda: call(*[x.handle for x in made], *chosen), operands)
            for x in made:
                x.free()


def reduction(name, line, call, parameters):
    over_dims = "dims" in parameters
    for dtype in NAMES:
        for layout, shape in SHAPES + [("transposed", (2, 3, 4))]:
            axes = [None]
            if over_dims:
                axes = [(0,), (-1,), (0, 1), (1, 0), ()] if len(shape) > 1 else [(0,)] if shape else [()]
            elif "dim" in parameters:
                axes = list(range(-1, len(shape))) if shape else []
            for axis in axes:
                for keepdims in (False, True) if "keepdim" in parameters else (False,):
                    known = {"p": 3.0, "dims": words(axis if over_dims else ()), "n": len(axis) if over_dims else 0, "keepdim": int(keepdims), "dim": axis, "correction": 1}
                    x = Operand(shape, dtype, line.get("values", "wild"), layout)
                    arguments = [known[p] for p in parameters]
                    compare_axis = tuple(sorted(i % len(shape) for i in axis)) if over_dims else None
                    more = dict(p=3.0, axis=compare_axis, keepdims=keepdims, dim=axis, correction=1)
                    what = f"{layout} {shape} over {axis if axes != [None] else 'all'}{', kept' if keepdims else ''}"
                    compare(f"{name} {dtype}, {what}", line, lambda: call(x.handle, *arguments), [(dtype, x.array)], **more)
                    x.free()


def product(name, line, call):
    shapes = [((3, 4), (4, 5)), ((4,), (4,)), ((3, 4), (4,)), ((4,), (4, 5)), ((2, 3, 4), (4, 5)), ((2, 1, 3, 4), (3, 4, 5)), ((0, 4), (4, 5)), ((3, 0), (0, 5)), ((33, 70), (70, 17))]
    shapes = line.get("shapes", shapes)
    for a, b in shapes:
        for dtype in NAMES:
            for layout in LAYOUTS:
                run(name, line, call, operands_of([dtype] * 2, [a, b], line, [layout, layout]), f"{layout} {a} by {b}")
    for dtype in NAMES:
        for other in NAMES:
            run(name, line, call, operands_of([dtype, other], shapes[0], line, ["contiguous"] * 2), "mixed")


def moved(name, line, call):
    """Ops that move elements: what each letter of `takes` stands for is in table.py."""
    takes = line["takes"].split()
    for dtype in NAMES:
        for layout, shape in [(layout, shape) for layout in LAYOUTS for shape in [(3, 4), (4, 4), (2, 3, 4)]] + [("contiguous", (0, 4))]:
            if name == "trace" and len(shape) > 2:
                continue
            for d in range(len(shape)) if {"d", "D"} & set(takes) else [0]:
                for k in (-1, 0, 1) if "k" in takes else [0]:
                    n = shape[d]
                    if n == 0 and {"i", "v"} & set(takes):
                        continue
                    x, s = (Operand(shape, dtype, line.get("values", "wild"), one) for one in (layout, "contiguous"))
                    # Without repetitions, since of several writes to one place NumPy leaves open which stays.
                    order = RANDOM.permuted(np.broadcast_to(np.arange(n).reshape([-1 if a == d else 1 for a in range(len(shape))]), shape), axis=d)
                    i = of_array(order - n * RANDOM.integers(0, 2, shape))
                    v = of_array(RANDOM.integers(-n, n, 5) if n else np.zeros(0, np.int64))
                    m = Operand(shape, "bool", layout=layout)
                    arguments = []
                    for one in takes:
                        known = dict(x=x, s=s, i=i, v=v, m=m)
                        if one in known:
                            arguments.append(known[one].handle)
                        else:
                            arguments += [words([d]), 1] if one == "D" else [dict(d=d, k=k).get(one) if one in "dk" else int(one)]
                    more = dict(i=i.array, v=v.array, m=m.array, d=d, k=k, s=s.array.astype(np.float64) if dtype in FLOATS else s.array, dtype=dtype)
                    compare(f"{name} {dtype}, {layout} {shape}, dimension {d}, number {k}", line, lambda: call(*arguments), [(dtype, x.array)], **more)
                    for operand in (x, s, i, v, m):
                        operand.free()


def in_place(name, line, call, scalar):
    """The same number as out of place, in the first operand's own memory."""
    for dtype in NAMES:
        how = computed(line["kind"], [dtype])
        if how is None or how[1] != dtype:
            continue
        for layout, shape in SHAPES:
            x, y = operands_of([dtype] * 2, [shape] * 2, line, [layout, "contiguous"])
            second = 2 if scalar else y.handle
            other = (dtype, to_dtype(np.array(2), dtype)) if scalar else (dtype, y.array)

            def changed():
                call(x.handle, second)
                return ffi.rt_retain(x.handle)

            compare(f"{name} {dtype}, {layout} {shape}", line, changed, [(dtype, x.array.copy()), other])
            x.free()
            y.free()


# ---- the rows ----

def rows():
    """(group, name) of every row of ffi.h that is no twin."""
    group = ""
    with open(os.path.join(ROOT, "ffi_core", "include", "ffi.h"), encoding="utf-8") as header:
        for line in header:
            if heading := re.match(r"/\* ---- (.*) ---- \*/", line):
                group = heading[1]
            elif found := re.match(r"rt_tensor rt_tensor_(\w+)\(|int64_t rt_tensor_(\w+_)\(", line):
                name = found[1] or found[2]
                if not ffi._rows.ROWS["rt_tensor_" + name][4].startswith(("As rt_tensor_" + name.rstrip("_"), "Another name")) and not re.search("_bits_?$", name):
                    yield group, name


def one(group, name):
    """Every case of a row; what it is a form of is looked up without its ending."""
    base, form = re.fullmatch(r"(\w+?)(_scalar_i64_|_scalar_i64|_scalar_|_scalar|_i64|_dims|_)?", name).groups()
    if base in table.ELSEWHERE:
        return
    line = table.OPS.get(base)
    if line is None:
        if group in table.DEMANDED:
            fault(name, "has no line in ffi_core/tests/oracle/table.py")
        return
    call = getattr(ffi, "rt_tensor_" + name)
    _, _, types, parameters, _ = ffi._rows.ROWS["rt_tensor_" + name]
    counts["rows"] += 1
    if "takes" in line:
        return moved(name, line, call) if not name.endswith("_") else None
    if form in ("_", "_scalar_", "_scalar_i64_"):
        return in_place(name, line, call, form != "_")
    if line["kind"] == "product":
        return product(name, line, call)
    if line["kind"] in ("sum", "mean", "extreme", "index", "truth", "rows"):
        unknown = set(parameters[1:]) - {"dims", "n", "keepdim", "dim", "correction", "p"}
        if unknown:
            return fault(name, f"has parameters {sorted(unknown)}, which the oracle does not know")
        return reduction(name, line, call, parameters[1:])
    doubles = sum(one is ctypes.c_double for one in types)
    if doubles or name.endswith("_i64"):
        count = doubles or len(parameters) - 1
        return with_numbers(name, line, call, len(parameters) - count, count, not doubles)
    elementwise(name, line, call, len(parameters))


def main():
    wanted = sys.argv[1:]
    for group, name in rows():
        if group.startswith("Tensors: ") and (not wanted or name in wanted):
            one(group, name)
    if ffi.rt_handle_live(0):
        fault("the oracle", f"{ffi.rt_handle_live(0)} handles are left")
    waiting = sorted(set(table.OPS) - {re.sub(r"(_scalar_i64_?|_scalar_?|_i64|_dims|_)$", "", name) for _, name in rows()})
    print(f"NumPy {np.__version__}: {counts['rows']} rows, {counts['calls']} calls, {counts['agree']} agree, {counts['refused']} refused as said"
          + (f", {counts['absent']} not on {DEVICE}" if counts["absent"] else ""))
    for why, count in sorted(by_design.items()):
        print(f"{count:7} by design: {why}")
    if waiting and not wanted:
        print(f"{len(waiting):7} lines wait for their rows: {' '.join(waiting)}")
    print(f"{counts['unexplained']:7} unexplained")
    for text in faults[:200]:
        print("  " + text)
    sys.exit(1 if faults else 0)


main()
