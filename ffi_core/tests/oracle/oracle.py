"""Compares the library with NumPy: every row of a tensor, over all dtypes and layouts. Prints counts and what differs. The tolerances
are those of the CPU device; a GPU computes some functions less exactly.

    FFI_CORE_LIBRARY=target/release/libffi_core.so python3 ffi_core/tests/oracle/oracle.py [ROW...]

Every `rt_tensor_*` row of the library has a line in table.py, or a reason there why it has none. Exits with 1 when one has neither,
when a line made no call, or when a value, a dtype, a shape or a refusal differs and the table does not say why.
"""

import ctypes
import os
import re
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "..", "bindings", "python")]
import ffi_suite as ffi  # noqa: E402
import cases  # noqa: E402
import forms  # noqa: E402
import table  # noqa: E402
from compare import DEVICE, by_design, counts, fault, faults  # noqa: E402

# Of each row's faults.
SHOWN = 8

# ---- the rows ----

ROWS = ffi._rows.ROWS
# Endings of a row that is a form of another.
FORM = r"(_scalar_i64_|_scalar_i64|_scalar_|_scalar|_i64_|_i64|_dims|_)$"
# Generated from another row, word for word: its doubles as bits, its shape spelled out.
TWIN = re.compile(r"_bits_?$|_[1-4]d$")


def rows():
    """Every row of a tensor that is no twin, without `rt_tensor_`."""
    return [name[len("rt_tensor_") :] for name in ROWS if name.startswith("rt_tensor_") and not TWIN.search(name)]


def line_of(name):
    """The line under the row's whole name, without its last `_`, or under that of what it is a form of."""
    return next((key for key in (name, name.removesuffix("_"), re.sub(FORM, "", name)) if key in table.OPS), None)


def one(name):
    """Every case of a row."""
    key = line_of(name)
    if name in table.EXEMPT:
        counts["exempt"] += 1
        return fault(name, "has both a line and a reason for none") if name in table.OPS else None
    if key is None:
        return fault(name, "has no line in ffi_core/tests/oracle/table.py, nor a reason")
    line, call = table.OPS[key], getattr(ffi, "rt_tensor_" + name)
    _, _, types, parameters, _ = ROWS["rt_tensor_" + name]
    before = counts["calls"]
    doubles = sum(one is ctypes.c_double for one in types)
    if "by" in line:
        getattr(forms, line["by"])(name, line, call)
    elif name.endswith("_"):
        cases.in_place(name, line, call, "whole" if "_i64_" in name else "fraction" if doubles else "")
    elif line["kind"] == "product":
        cases.product(name, line, call)
    elif line["kind"] in ("sum", "mean", "extreme", "index", "truth", "rows"):
        cases.reduction(name, line, call, parameters[1:])
    elif doubles or name.endswith("_i64"):
        count = doubles or len(parameters) - 1
        cases.with_numbers(name, line, call, len(parameters) - count, count, not doubles)
    else:
        cases.elementwise(name, line, call, len(parameters))
    counts["rows"] += 1
    if counts["calls"] == before:
        fault(name, "has a line that makes no call")


def main():
    wanted = sys.argv[1:]
    for name in rows():
        if not wanted or name in wanted:
            one(name)
    if ffi.rt_handle_live(0):
        fault("the oracle", f"{ffi.rt_handle_live(0)} handles are left")
    used = {line_of(name) for name in rows()}
    for name in sorted(set(table.EXEMPT) - set(rows())):
        fault(name, "is exempt, and no row")
    waiting = sorted(set(table.OPS) - used)
    print(f"NumPy {np.__version__}: {counts['rows']} rows, {counts['calls']} calls, {counts['agree']} agree, {counts['refused']} refused as said, {counts['exempt']} rows exempt"
          + (f", {counts['absent']} not on {DEVICE}" if counts["absent"] else ""))
    for why, count in sorted(by_design.items()):
        print(f"{count:7} by design: {why}")
    if waiting and not wanted:
        print(f"{len(waiting):7} lines wait for their rows: {' '.join(waiting)}")
    print(f"{counts['unexplained']:7} unexplained")
    for name in dict.fromkeys(text.split()[0] for text in faults):
        of_row = [text for text in faults if text.split()[0] == name]
        print(*[f"  {text}" for text in of_row[:SHOWN]], *[f"  {name}: {len(of_row) - SHOWN} more"] * (len(of_row) > SHOWN), sep="\n")
    sys.exit(1 if faults else 0)


main()
