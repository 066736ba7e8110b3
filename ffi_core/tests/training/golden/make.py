"""Writes the golden numbers of ffi_core/tests/training, from other people's code: PyTorch, ONNX and NumPy.

    python -m venv venv && venv/bin/pip install torch==2.11.0 onnx==1.23.2 numpy==2.4.6 safetensors==0.8.0
    venv/bin/python ffi_core/tests/training/golden/make.py

- torch.toml: optimisers, schedules and bounds of gradients of PyTorch in f64.
- onnx.toml: the node cases of the operators Adam, Adagrad and Momentum (ai.onnx.preview.training), as the package publishes them.
- npy.toml: what NumPy writes into .npy files, byte by byte.
- model.safetensors, model.toml: a network that PyTorch made, and what it computes.
"""

import io
import math
import pathlib
import warnings

import numpy as np
import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).parent
STEPS = 8
START = [0.5, -1.25, 3.0, -0.01]


def toml(value):
    """Of numbers, texts and lists of them; every number as a float."""
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return repr(float(value))


def write(name, tables):
    """Tables of (name of the array, entries)."""
    lines = ["# Made by make.py; do not edit."]
    for table, entries in tables:
        lines.append(f"\n[[{table}]]")
        lines += [f"{key} = {toml(value)}" for key, value in entries.items()]
    (HERE / name).write_text("\n".join(lines) + "\n", newline="\n")


def gradient(step):
    return [math.sin(0.7 * step + 1.3 * i) * (1 + 0.5 * i) for i in range(len(START))]


def optimizers():
    cases = [
        ("sgd", torch.optim.SGD, dict(lr=0.05)),
        ("sgd", torch.optim.SGD, dict(lr=0.05, weight_decay=0.1)),
        ("sgd", torch.optim.SGD, dict(lr=0.05, momentum=0.9)),
        ("sgd", torch.optim.SGD, dict(lr=0.05, momentum=0.9, dampening=0.25, weight_decay=0.1)),
        ("sgd_nesterov", torch.optim.SGD, dict(lr=0.05, momentum=0.9, weight_decay=0.1, nesterov=True)),
        ("adam", torch.optim.Adam, dict(lr=0.05, betas=(0.9, 0.99), eps=1e-8)),
        ("adam", torch.optim.Adam, dict(lr=0.05, betas=(0.8, 0.95), eps=1e-3, weight_decay=0.1)),
        ("adamw", torch.optim.AdamW, dict(lr=0.05, betas=(0.9, 0.99), eps=1e-8, weight_decay=0.1)),
        ("rmsprop", torch.optim.RMSprop, dict(lr=0.05, alpha=0.9, eps=1e-8)),
        ("rmsprop", torch.optim.RMSprop, dict(lr=0.05, alpha=0.9, eps=1e-3, momentum=0.8, weight_decay=0.1)),
        ("rmsprop_centered", torch.optim.RMSprop, dict(lr=0.05, alpha=0.9, eps=1e-3, centered=True)),
        ("rmsprop_centered", torch.optim.RMSprop,
         dict(lr=0.05, alpha=0.9, eps=1e-3, centered=True, momentum=0.8, weight_decay=0.1)),
        ("adagrad", torch.optim.Adagrad, dict(lr=0.05, eps=1e-10)),
        ("adagrad", torch.optim.Adagrad, dict(lr=0.05, lr_decay=0.2, eps=1e-3, weight_decay=0.1)),
    ]
    for name, make, numbers in cases:
        parameter = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = make([parameter], foreach=False, **numbers)
        values = []
        for step in range(1, STEPS + 1):
            parameter.grad = torch.tensor(gradient(step), dtype=torch.float64)
            optimizer.step()
            values.append(parameter.tolist())
        flat = {}
        for key, value in numbers.items():
            flat.update({"beta1": value[0], "beta2": value[1]} if key == "betas" else {key: value})
        yield "optimizer", dict(kind=name, **{k: v for k, v in flat.items() if not isinstance(v, bool)}, values=values)


def schedules():
    """The rate before each of ten steps; several schedules are one after another, as ours."""
    lr = torch.optim.lr_scheduler
    cases = [
        ([("step", 3, 0.5)], lambda o: lr.StepLR(o, 3, 0.5)),
        ([("cosine", 6, 0.01)], lambda o: lr.CosineAnnealingLR(o, 6, 0.01)),
        ([("warmup", 4, 0.25)], lambda o: lr.LinearLR(o, 0.25, 1.0, 4)),
    ]
    for ours, make in cases:
        # At the cosine's end PyTorch's goes up again; ours stays.
        length = ours[0][1] if ours[0][0] == "cosine" else 9
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.8)
        schedule = make(optimizer)
        rates = []
        for _ in range(length + 1):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        yield "schedule", dict(kind=ours[0][0], length=ours[0][1], number=ours[0][2], rate=0.8, rates=rates)


def clips():
    for p in (1.0, 2.0, 3.0, math.inf):
        for most in (0.5, 2.5, 100.0):
            a, b = (torch.zeros(n, dtype=torch.float64, requires_grad=True) for n in (4, 2))
            a.grad = torch.tensor(gradient(1), dtype=torch.float64)
            b.grad = torch.tensor([2.0, -3.0], dtype=torch.float64)
            norm = torch.nn.utils.clip_grad_norm_([a, b], most, norm_type=p, foreach=False)
            # TOML knows inf, but not every reader does.
            yield "clip", dict(p=0 if p == math.inf else p, most=most, norm=norm, a=a.grad.tolist(), b=b.grad.tolist())


def onnx_cases():
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    for case in cases:
        node = case.model.graph.node[0]
        if node.op_type not in ("Adam", "Adagrad", "Momentum"):
            continue
        inputs, outputs = case.data_sets[0]
        inputs, outputs = ([np.asarray(each).reshape(-1).tolist() for each in part] for part in (inputs, outputs))
        numbers = {a.name: a.s.decode() if a.name == "mode" else a.f for a in node.attribute}
        # R, T, then of each kind one after another for all parameters: X, G, V, H.
        parameters = len(outputs) // (3 if node.op_type == "Adam" else 2)
        groups = [inputs[2 + at: 2 + at + parameters] for at in range(0, len(inputs) - 2, parameters)]
        new = [outputs[at: at + parameters] for at in range(0, len(outputs), parameters)]
        yield "case", dict(
            name=case.name, op=node.op_type, rate=inputs[0][0], steps=inputs[1][0], **numbers,
            x=groups[0], g=groups[1], state=groups[2:], new_x=new[0], new_state=new[1:],
        )


def npy_files():
    for dtype in ("f8", "f4", "f2", "i8", "i4", "u1", "b1"):
        for dims in ([], [0], [3], [2, 3], [2, 1, 3]):
            for order in "CF":
                for byte_order in "<>":
                    numbers = np.arange(int(np.prod(dims))).reshape(dims) % 2 if dtype == "b1" else (
                        np.arange(int(np.prod(dims))).reshape(dims) + 1)
                    array = np.asarray(numbers, dtype=np.dtype(byte_order + dtype), order=order)
                    file = io.BytesIO()
                    np.save(file, array)
                    yield "file", dict(
                        dtype=dtype, dims=dims, order=order, byte_order=byte_order,
                        values=array.reshape(-1).tolist(), bytes=file.getvalue().hex(),
                    )


def model():
    torch.manual_seed(1)
    network = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
    save_file(network.state_dict(), HERE / "model.safetensors", metadata={"format": "pt"})
    inputs = torch.randn(3, 4)
    yield "forward", dict(inputs=inputs.reshape(-1).tolist(), outputs=network(inputs).reshape(-1).tolist())


write("torch.toml", [("about", dict(version=torch.__version__, start=START,
                                    gradients=[gradient(step) for step in range(1, STEPS + 1)])),
                     *optimizers(), *schedules(), *clips()])
write("onnx.toml", onnx_cases())
write("npy.toml", npy_files())
write("model.toml", model())
