"""The cases of maps, reductions and products, over all dtypes and layouts."""

import itertools

import ffi_suite as ffi
import numpy as np
from compare import compare, computed, same
from elements import FLOATS, LAYOUTS, NAMES, Operand, to_dtype, words

SHAPES = [("contiguous", (3, 4)), ("transposed", (3, 4)), ("backwards", (3, 4)), ("every second", (3, 4)), ("contiguous", (0, 4)), ("contiguous", ()), ("contiguous", (19,)), ("backwards", (1, 2, 1, 2, 1, 3, 1, 2))]


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
    """Over the axes that the row can name; `settings` of the line are the other parameters, one after another."""
    over_dims = "dims" in parameters
    settings = {key: values if key in parameters else values[:1] for key, values in line.get("settings", {}).items()}
    settings = [dict(zip(settings, chosen)) for chosen in itertools.product(*settings.values())]
    every = itertools.product(NAMES, SHAPES + [("transposed", (2, 3, 4))], settings, line.get("each_of", [line.get("values", "wild")]))
    for dtype, (layout, shape), setting, values in every:
        axes = [None]
        if over_dims:
            axes = [(0,), (-1,), (0, 1), (1, 0), ()] if len(shape) > 1 else [(0,)] if shape else [()]
        elif "dim" in parameters:
            axes = list(range(-1, len(shape))) if shape else []
        for axis in axes:
            for keepdims in (False, True) if "keepdim" in parameters else (False,):
                known = dict(setting, dims=words(axis if over_dims else ()), n=len(axis) if over_dims else 0, keepdim=int(keepdims), dim=axis)
                x = Operand(shape, dtype, values, layout)
                arguments = [known[p] for p in parameters]
                compare_axis = tuple(sorted(i % len(shape) for i in axis)) if over_dims else None
                more = dict(setting, axis=compare_axis, keepdims=keepdims, dim=axis)
                what = f"{layout} {shape} over {axis if axes != [None] else 'all'}{', kept' if keepdims else ''}, {setting or ''} {values}"
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


FAMILY = {name: 2 if name in FLOATS else 1 for name in NAMES} | {"bool": 0}


def changed(case, line, x, call, operands, how, **more):
    """A call that works in the memory of x, and leaves what lies between the elements of x alone."""

    def run_it():
        call()
        return ffi.rt_retain(x.handle)

    compare(case, line, run_it, operands, how=how, **more)
    same(f"{case}, beside it", x.beside(), True)


def in_place(name, line, call, scalar):
    """The same number as out of place, in the first operand's own memory; the second converts to its dtype."""
    for dtype in NAMES:
        how = computed(line["kind"], [dtype])
        how = how if how and how[1] == dtype else None
        for layout, shape in SHAPES:
            seconds = [2, 7] if scalar == "whole" else [2, 0.5] if scalar else [(shape, dtype), (shape[-1:], dtype), ((), dtype)]
            if layout == "transposed" and not scalar:
                seconds += [(shape, other) for other in NAMES if other != dtype]
            for second in seconds:
                x = Operand(shape, dtype, line.get("values", "wild"), layout)
                y = Operand(*second, line.get("second", line.get("values", "wild"))) if not scalar else None
                # A number without a fraction is an integer to an integer tensor, also as a double.
                family = FAMILY[y.dtype] if y else 1 if second == int(second) else 2
                other = to_dtype(y.array if y else np.array(second), dtype)
                chosen = how if family <= FAMILY[dtype] else None
                case = f"{name} {dtype}, {layout} {shape} with {second}"
                changed(case, line, x, lambda: call(x.handle, y.handle if y else second), [(dtype, x.array.copy()), (dtype, other)], chosen)
                x.free()
                if y:
                    y.free()
        if not scalar and how:
            # Its own memory, walked another way.
            x = Operand((4, 4), dtype, line.get("values", "wild"))
            turned = ffi.rt_tensor_transpose(x.handle, 0, 1)
            changed(f"{name} {dtype}, with its transpose", line, x, lambda: call(x.handle, turned), [(dtype, x.array.copy()), (dtype, x.array.T.copy())], how)
            ffi.rt_tensor_free(turned)
            x.free()
