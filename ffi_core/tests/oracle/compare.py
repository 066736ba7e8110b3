"""One call of the library against NumPy: dtype, shape, numbers, refusals. Counts what agrees and keeps what does not."""

import collections
import warnings

import ffi_suite as ffi
import numpy as np
import table
from elements import EPSILON, FLOATS, LARGEST, NAMES, NUMPY, SMALLEST, read, to_dtype
from reference import KNOWN

DEVICE = ffi.rt_device_name(ffi.RT_DEVICE_DEFAULT)
counts = collections.Counter()
by_design = collections.Counter()
faults = []
# What NumPy raises where there is no answer.
NO_ANSWER = (ValueError, IndexError, ZeroDivisionError)


def fault(case, what):
    counts["unexplained"] += 1
    faults.append(f"{case}: {what}")


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
    if kind == "network":
        return (one, one) if one in FLOATS else None
    if kind == "linalg":
        return (one, one) if one in ("f32", "f64") else None
    if kind == "integer":
        return None if one in FLOATS else (one, one)
    if kind in ("compare", "index", "truth"):
        return one, {"compare": "bool", "index": "i64", "truth": "bool"}[kind]
    if kind == "logic":
        return "bool", "bool"
    if kind == "sum":
        return one, one if one in FLOATS else "i64"
    return one, one  # select, extreme, moved


def evaluate(expression, arrays, **more):
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return eval(expression, dict(KNOWN, **more), dict(zip("xyz", arrays)))


# ---- the numbers ----

def differs(got, want, name, tolerance, scale, signs=False):
    """Where the two are not the same number within the tolerance; with `signs` zeros have one."""
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
    wrong = ~(near | (got == rounded) | (np.isnan(got) & np.isnan(rounded)) | (edge & (tolerance > 0)))
    return wrong | (signs & ~np.isnan(rounded) & (np.signbit(got) != np.signbit(rounded)))


def read_all(handles):
    """(dtype, array) of each result, which are freed."""
    try:
        return [read(handle) for handle in handles]
    finally:
        for handle in handles:
            ffi.rt_tensor_free(handle)


def has_no_answer(line, arrays, more):
    try:
        evaluate(line.get("refuses", line["expression"]), arrays, **more)
    except NO_ANSWER:
        return True
    except TypeError:
        pass  # NumPy's own dtype rules, which are not asked here
    return False


def compare(case, line, call, operands, natural=None, how=0, **more):
    """One call against NumPy; it gives a handle or a list of them. `operands` are (dtype, array); `natural` is what NumPy would be
    given, for its own dtype; `how` is what the class says, unless told: the dtypes of the computation and of the result."""
    counts["calls"] += 1
    kind = line["kind"]
    plain = [array for _, array in operands]
    told = how != 0
    if not told:
        how = computed(kind, [dtype for dtype, _ in operands][1 if kind == "select" else 0 :])
    if how and not line.get("bools", True) and how[0] == "bool":
        how = None
    try:
        results = call()
    except ffi.FfiError as error:
        if how is None and error.code == ffi.RT_ERROR_DTYPE_MISMATCH:
            counts["refused"] += 1
            by_design[f"{kind}: {table.CLASSES[kind] or 'refused for this dtype'}"] += 1
            return
        if error.code == ffi.RT_ERROR_UNSUPPORTED and DEVICE != "cpu":
            counts["absent"] += 1
            return
        # No answer over nothing, or none at all; the reason is the caller's numbers, not his memory.
        if has_no_answer(line, plain, more) and error.code in (ffi.RT_ERROR_INVALID_ARGUMENT, ffi.RT_ERROR_SHAPE_MISMATCH):
            counts["refused"] += 1
            return
        return fault(case, f"refused: {error}")
    several = isinstance(results, list)
    try:
        results = read_all(results if several else [results])
    except ffi.FfiError as error:
        return fault(case, f"failed: {error}")
    if how is None:
        return fault(case, f"gave {results[0][0]}, the table says it is refused")
    refuses = f"gave {[(name, got.shape) for name, got in results]}, NumPy refuses"
    if kind == "moved" and has_no_answer(line, plain, more):
        return fault(case, refuses)
    within, gives = how
    # What the op computes in; then floats as f64, so that the exact answer comes out.
    arrays = [np.asarray(array, bool) if kind == "select" and i == 0 else to_dtype(array != 0 if kind == "logic" else array, within) for i, array in enumerate(plain)]
    exact = [array.astype(np.float64) if within in FLOATS and array.dtype != bool else array for array in arrays]
    if kind == "sum" and within not in FLOATS:
        exact = [array.astype(np.int64) for array in exact]
    try:
        wanted = evaluate(line["expression"], exact, **more)
        scale = evaluate(line["scale"], exact, **more) if "scale" in line and gives in FLOATS else None
    except NO_ANSWER as error:
        return fault(case, f"{refuses}: {error}")
    wanted = wanted if several else [wanted]
    # Of several results the first has the op's dtype; positions are i64.
    dtypes = [gives] + [gives if line.get("results") == "list" else "i64"] * (len(wanted) - 1)
    if len(wanted) != len(results):
        return fault(case, f"gave {len(results)} results, NumPy {len(wanted)}")
    for (name, got), want, dtype in zip(results, wanted, dtypes):
        want = np.asarray(want)
        if name != dtype:
            return fault(case, f"gave {name}, the table says {dtype}")
        if got.shape != want.shape:
            return fault(case, f"gave shape {got.shape}, NumPy {want.shape}")
        if dtype not in FLOATS:
            want = want.astype(NUMPY[dtype])
        wrong = differs(got, want, dtype, line["tolerance"], scale, kind == "moved" and line["tolerance"] == 0)
        if "tiny" in line and np.any(flushed := wrong & (np.abs(want) < SMALLEST.get(dtype, 0)) & (got == 0)):
            by_design[f"{case.split(' ')[0]}: {line['tiny']}"] += 1
            wrong = wrong & ~flushed
        if np.any(wrong):
            at = tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))
            shown = [np.broadcast_to(np.atleast_1d(a), np.atleast_1d(want).shape)[at] if np.ndim(a) <= np.ndim(want) and np.size(a) in (1, want.size) else "..." for a in exact]
            return fault(case, f"{np.count_nonzero(wrong)} of {want.size} differ, at {at} of {shown}: {np.atleast_1d(got)[at]!r}, NumPy {np.atleast_1d(want)[at]!r}")
    counts["agree"] += 1
    # NumPy's own dtype, where it has ours.
    if "bf16" not in [dtype for dtype, _ in operands] and not several and not told:
        try:
            own = np.asarray(evaluate(line["expression"], plain if natural is None else natural, **more)).dtype
        except (TypeError, ValueError, OverflowError):
            own = None
        if own is not None and own != np.dtype(NUMPY[gives]):
            if not table.CLASSES[kind]:
                return fault(case, f"gives {gives}, NumPy {own}, and the table does not say why")
            by_design[f"{kind}: {table.CLASSES[kind]}"] += 1


def same(case, got, want):
    """A fact about a tensor."""
    counts["calls"] += 1
    if got == want or got != got and want != want:
        counts["agree"] += 1
    else:
        fault(case, f"gave {got}, NumPy {want}")
