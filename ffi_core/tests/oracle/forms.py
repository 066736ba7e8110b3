"""The cases of rows that move elements: views, cuts, orders, indices, joins, creation, transfer, and facts about tensors. What a line
of table.py says of its cases is in that file's first lines."""

import ctypes
import math

import ffi_suite as ffi
import numpy as np
from cases import FAMILY, changed
from compare import compare, computed, evaluate, promote, same
from elements import FLOATS, LAST, LAYOUTS, NAMES, NUMBER, RANDOM, Operand, of_array, to_dtype, words

HERE = ffi.RT_DEVICE_DEFAULT
SHAPES = [("contiguous", s) for s in [(), (5,), (0, 4), (2, 0, 3), (1, 2, 1, 2, 1, 3, 1, 2), (4, 4)]]
SHAPES += [(layout, s) for layout in LAYOUTS for s in [(3, 4), (2, 3, 4)]] + [("stretched", (3, 1, 4))]


def operand(dtype, layout, shape, values="wild"):
    return Operand(shape, dtype, values, "contiguous", (3, 2, 4)) if layout == "stretched" else Operand(shape, dtype, values, layout)


def choices_of(line, x):
    s = x.shape if x is not None else ()
    r = len(s)
    # One dimension too many on either side.
    return evaluate(line["choices"], [x], s=s, r=r, axes=range(-r - 1, r + 1), LAST=LAST, MOST=2**63 - 1, WHOLE=[0, 1, -1, 255, 256, 2**31, 2**53 + 1, -(2**63)])


def crossing(arguments):
    """As they cross: a list as address and length."""
    return [word for one in arguments for word in ((words(one), len(one)) if isinstance(one, (list, tuple)) else (one,))]


def results_of(line, call, arguments):
    """One handle, or those that a row writes through pointers."""
    if line.get("results") == "pair":
        first, second = ctypes.c_int64(), ctypes.c_int64()
        call(*arguments, ctypes.byref(first), ctypes.byref(second))
        return [first.value, second.value]
    if line.get("results") == "list":
        count = call(*arguments, None, 0)
        pieces = (ctypes.c_int64 * count)()
        return list(pieces[: call(*arguments, pieces, count)])
    return call(*arguments)


def chosen(name, line, call):
    """A tensor and numbers."""
    for dtype in NAMES:
        for layout, shape in line.get("shapes", SHAPES):
            x = operand(dtype, layout, shape, line.get("values", "wild"))
            for choice in choices_of(line, x.array):
                arguments = crossing(choice)
                compare(f"{name} {dtype}, {layout} {shape}, {choice}", line, lambda: results_of(line, call, [x.handle, *arguments]), [(dtype, x.array)], **dict(zip("abcd", choice)), dtype=dtype)
            x.free()


def created(name, line, call):
    """Numbers alone, or a tensor whose shape and dtype are wanted."""
    like = "_like" in name
    for dtype in NAMES:
        for layout, shape in SHAPES if like else [("contiguous", ())]:
            x = operand(dtype, layout, shape)
            for choice in choices_of(line, x.array):
                arguments = [x.handle, *crossing(choice)] if like else [*crossing(choice), NUMBER[dtype], HERE]
                compare(f"{name} {dtype}, {choice}", line, lambda: call(*arguments), [(dtype, x.array)], how=(dtype, dtype), **dict(zip("abcd", choice)), dtype=dtype)
            x.free()


def converted(name, line, call):
    for dtype in NAMES:
        for wanted in NAMES:
            for layout, shape in SHAPES:
                x = operand(dtype, layout, shape)
                want = dict(line, expression="w")
                compare(f"{name} {dtype} to {wanted}, {layout} {shape}", want, lambda: call(x.handle, NUMBER[wanted]), [(dtype, x.array)], how=(wanted, wanted), w=to_dtype(x.array, wanted))
                x.free()


def joined(name, line, call):
    for dtype in NAMES:
        for other in NAMES:
            for layout in LAYOUTS:
                for shapes in line["shapes"]:
                    made = [Operand(shape, one, layout=layout) for shape, one in zip(shapes, [dtype, other, dtype])]
                    wide = promote(dtype, other) if len(made) > 1 else dtype
                    parts = [to_dtype(x.array, wide) for x in made]
                    parts = [part.astype(np.float64) for part in parts] if wide in FLOATS else parts
                    for d in range(-4, 4):
                        case = f"{name} {dtype} with {other}, {layout} {shapes}, {d}"
                        compare(case, line, lambda: call(words([x.handle for x in made]), len(made), d), [(wide, parts[0])], how=(wide, wide), parts=parts, d=d)
                    for x in made:
                        x.free()


def indexed(name, line, call):
    """An index along each dimension, also smaller than the tensor, negative, with repetitions; `source` where there is one."""
    takes = line["takes"].split()
    for dtype in NAMES:
        for layout, shape in SHAPES[4:-1] + [("contiguous", (5,))]:
            for d in range(-1, len(shape)):
                for variant in ("whole", "smaller", "narrow", "mixed"):
                    n = shape[d]
                    size = [max(1, m - 1) if variant == "smaller" else m for m in shape]
                    size[d] = 5 if variant != "smaller" else 2
                    if "v" in takes:
                        size = [m if a != d % len(shape) else size[d] for a, m in enumerate(shape)]
                    i = of_array(RANDOM.integers(-n, n, size[d] if "v" in takes else size), "i32" if variant == "narrow" else "i64")
                    others = [one for one in NAMES if one != dtype] if variant == "mixed" and "s" in takes else [dtype]
                    for other in others:
                        x, s = Operand(shape, dtype, line.get("values", "wild"), layout), Operand(size, other, line.get("values", "wild"), layout)
                        fits = FAMILY[other] <= FAMILY[dtype] and computed(line["kind"], [dtype])
                        how = computed(line["kind"], [dtype]) if fits else None
                        source = to_dtype(s.array, dtype)
                        more = dict(i=np.where(i.array < 0, i.array + n, i.array).astype(np.int64), d=d % len(shape), s=source.astype(np.float64) if dtype in FLOATS else source)
                        handles = dict(x=x.handle, d=d, i=i.handle, v=i.handle, s=s.handle)
                        arguments = [handles[one] for one in takes]
                        case = f"{name} {dtype}, {layout} {shape}, dimension {d}, {variant} {other}"
                        if name.endswith("_"):
                            changed(case, line, x, lambda: call(*arguments), [(dtype, x.array.copy())], how, **more)
                        else:
                            compare(case, line, lambda: call(*arguments), [(dtype, x.array)], how=how, **more)
                        x.free()
                        s.free()
                    i.free()


def masked(name, line, call):
    """A mask of every dtype that broadcasts, and a number."""
    numbers = {"masked_fill": [7.0, -2.5, 300.0, math.nan, math.inf], "masked_fill_i64": [7, 0, 1, -1, 256, 2**40]}.get(name.rstrip("_"), [None])
    for dtype in NAMES:
        for kind in NAMES:
            for layout, shape in SHAPES[1:-1]:
                for over in [shape, shape[-1:], ()]:
                    number = RANDOM.choice(numbers)
                    x, m = Operand(shape, dtype, layout=layout), Operand(over, kind, "small", layout)
                    value = None if number is None else to_dtype(np.array(number), dtype)
                    value = value.astype(np.float64) if value is not None and dtype in FLOATS else value
                    more = dict(m=m.array != 0, value=value, number=number, dtype=dtype)
                    arguments = [x.handle, m.handle] + ([] if number is None else [int(number) if "i64" in name else float(number)])
                    case = f"{name} {dtype}, mask {kind}, {layout} {shape} by {over}, {number}"
                    if name.endswith("_"):
                        changed(case, line, x, lambda: call(*arguments), [(dtype, x.array.copy())], (dtype, dtype), **more)
                    else:
                        compare(case, line, lambda: call(*arguments), [(dtype, x.array)], how=(dtype, dtype), **more)
                    x.free()
                    m.free()


def filled(name, line, call):
    for dtype in NAMES:
        for layout, shape in SHAPES[:-1]:
            for number in line["numbers"]:
                x = Operand(shape, dtype, layout=layout)
                value = to_dtype(np.array(number), dtype)
                changed(f"{name} {dtype}, {layout} {shape}, {number}", line, x, lambda: call(x.handle, number), [(dtype, x.array.copy())], (dtype, dtype), number=number, dtype=dtype, value=value.astype(np.float64) if dtype in FLOATS else value)
                x.free()


def copied(name, line, call):
    """From a tensor that broadcasts, or from memory of the host."""
    for dtype in NAMES:
        for other in NAMES:
            for layout, shape in SHAPES[:-1]:
                for over in [shape] if name == "copy_from" else [shape, shape[-1:]]:
                    x, s = Operand(shape, dtype, layout=layout), Operand(over, other)
                    want = to_dtype(s.array, dtype)
                    stored = (np.ascontiguousarray(s.base).view(np.uint32) >> 16).astype(np.uint16) if other == "bf16" else np.ascontiguousarray(s.base)
                    arguments = [s.handle] if name == "copy_" else [stored.ctypes.data_as(ctypes.c_void_p), stored.size, NUMBER[other]]
                    case = f"{name} {dtype} from {other}, {layout} {shape} from {over}"
                    changed(case, line, x, lambda: call(x.handle, *arguments), [(dtype, x.array.copy())], (dtype, dtype), s=want.astype(np.float64) if dtype in FLOATS else want)
                    x.free()
                    s.free()


def fact(name, line, call):
    """A number about a tensor; those that are written through a pointer come with it."""
    for dtype in NAMES:
        for layout, shape in line.get("shapes", SHAPES):
            x = operand(dtype, layout, shape, line.get("values", "wild"))
            for choice in choices_of(line, x.array) if "choices" in line else [()]:
                want = evaluate(line["expression"], [x.array], **dict(zip("ab", choice)), dtype=NUMBER[dtype], isize=x.array.itemsize)
                out = (line["through"] * 8)() if "through" in line else None
                tail = [out] + [8] * ("capacity" in line) if out is not None else []
                got = call(x.handle, *choice, *tail)
                if out is not None:
                    got = list(out[:got]) if "capacity" in line else out[0]
                same(f"{name} {dtype}, {layout} {shape}, {choice}", got, want)
            x.free()


def read_out(name, line, call):
    """To memory of the host in every dtype: what `read` of elements.py takes for granted."""
    for dtype in NAMES:
        for wanted in NAMES:
            for layout, shape in SHAPES:
                x = operand(dtype, layout, shape)
                size = 2 if wanted == "bf16" else np.dtype(to_dtype(np.zeros(1), wanted).dtype).itemsize
                out = (ctypes.c_uint8 * max(8, size * x.array.size))()
                call(x.handle, out, x.array.size, NUMBER[wanted])
                want = np.ascontiguousarray(to_dtype(x.array, wanted))
                got = np.frombuffer(out, np.uint16 if wanted == "bf16" else want.dtype)[: want.size].reshape(want.shape)
                got = (got.astype(np.uint32) << 16).view(np.float32) if wanted == "bf16" else got
                same(f"{name} {dtype} to {wanted}, {layout} {shape}", np.array_equal(got, want, equal_nan=wanted in FLOATS), True)
                x.free()


def linalg(name, line, call):
    """Matrices away from singular, and singular ones; batches, layouts, nothing at all."""
    for dtype in NAMES:
        for layout in LAYOUTS:
            for shape in [(1, 1), (3, 3), (7, 7), (2, 5, 5), (2, 1, 4, 4), (0, 0), (0, 3, 3), (3, 4), (3,), (2, 0, 0)]:
                for right in line["rights"](shape):
                    a = Operand(shape, dtype, "tame", layout)
                    if shape[-1:] == shape[-2:-1] and shape[-1]:
                        # Diagonally dominant, in the tensor's own memory, whatever its layout.
                        eye = of_array(np.broadcast_to(np.eye(shape[-1]) * 4 * shape[-1], shape), dtype)
                        matrix = to_dtype(a.array.astype(np.float64) + eye.array if dtype in FLOATS else eye.array, dtype)
                        if line.get("symmetric"):
                            matrix = to_dtype((matrix.astype(np.float64) + np.swapaxes(matrix, -1, -2)) / 2, dtype)
                        eye.free()
                        stored = of_array(matrix, dtype)
                        ffi.rt_tensor_copy_(a.handle, stored.handle)
                        stored.free()
                        a.array = matrix
                    b = Operand(right, dtype, "tame", layout) if isinstance(right, tuple) else None
                    arguments = [b.handle] if b else [] if right is None else [right]
                    pairs = [(dtype, x.array) for x in (a, b) if x]
                    compare(f"{name} {dtype}, {layout} {shape} with {right}", line, lambda: call(a.handle, *arguments), pairs, upper=bool(right) if not b else False)
                    a.free()
                    if b:
                        b.free()
    if name != "det":
        none = of_array(np.ones((3, 3)) - 2 * np.eye(3) * (name == "cholesky"), "f64")
        b = of_array(np.ones((3, 2)), "f64")
        arguments = [b.handle] if name == "solve" else [0] if name == "cholesky" else []
        compare(f"{name} f64, without an answer", line, lambda: call(none.handle, *arguments), [("f64", x.array) for x in ([none, b] if name == "solve" else [none])], upper=False)
        none.free()
        b.free()


def layered(name, line, call):
    """`shapes=` are those of x, y, z; `takes=` what the call is given: those, numbers and lists a, b, c, d out of `choices=`, 0 for
    none, and i, an index of the shape `index=` below the size that stands first in it."""
    takes = line["takes"].split()
    for dtype in NAMES:
        for layout in LAYOUTS:
            for shapes in line["shapes"]:
                for choice in evaluate(line.get("choices", "[()]"), []):
                    made = [Operand(shape, dtype, line.get("values", "tame"), layout) for shape in shapes]
                    known = dict(zip("xyz", (x.handle for x in made)), **dict(zip("abcd", choice)), **{"0": 0})
                    more = dict(zip("abcd", choice))
                    if "i" in takes:
                        size, *own = evaluate(line["index"], [x.array for x in made])
                        index = of_array(RANDOM.integers(-size, size, own), "i64")
                        known["i"], more["i"] = index.handle, index.array.reshape(own) % size
                    arguments = crossing([known[one] for one in takes])
                    case = f"{name} {dtype}, {layout} {shapes}, {choice}"
                    compare(case, line, lambda: call(*arguments), [(dtype, x.array) for x in made], how=computed(line["kind"], [dtype]), **more)
                    for x in made + ([index] if "i" in takes else []):
                        x.free()
