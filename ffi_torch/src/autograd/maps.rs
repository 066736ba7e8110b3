//! The gradient of every row of the op table, derived from the row's own derivative.

use super::vertex::{Gradients, Keep, Step, record};
use crate::Tensor;
use crate::elementwise::{self, map, on};
use crate::reduce::reduce;
use ffi_backend::gradient::{Derivative, Reads};
use ffi_backend::{Layout, MapOp, Op, ReduceOp, Result, Scalar, fail};

/// What the derivatives of a row read, of `arity` operands that are tensors; the others are numbers.
fn kept(op: MapOp, arity: usize) -> Keep {
    let mut keep = Keep::NOTHING;
    for reads in op.derivatives().iter().filter(|by| by.operand < arity).flat_map(|by| &by.reads) {
        match *reads {
            Reads::Operand(operand) if operand < arity => keep.operands |= 1 << operand,
            Reads::Output => keep.output = true,
            _ => {}
        }
    }
    keep
}

/// Records a row over tensors, and after them numbers. All tensors are of the dtype that the row computes in.
pub(crate) fn row(op: MapOp, operands: &[&Tensor], numbers: &[Scalar], output: Tensor) -> Tensor {
    if !op.differentiable() || !output.dtype.is_float() {
        return output;
    }
    let arity = operands.len();
    let numbers: Vec<f64> = numbers.iter().map(|number| number.to_f64()).collect();
    let dims: Vec<Vec<i64>> = operands.iter().map(|operand| operand.dims().to_vec()).collect();
    record(op.name(), operands, kept(op, arity), output, move |step| {
        let mut gradients: Gradients = vec![None; arity];
        for by in op.derivatives().iter().filter(|by| by.operand < arity) {
            if step.wants(by.operand) {
                let gradient =
                    if super::enabled() { composed(by, step, &numbers)? } else { fused(by, step, &numbers)? };
                gradients[by.operand] = Some(sum_to(&gradient, &dims[by.operand])?);
            }
        }
        Ok(gradients)
    })
}

/// What a derivative reads as a tensor, or the number that stands there.
enum Value {
    Tensor(Tensor),
    Number(f64),
}

fn read(reads: Reads, step: &Step, numbers: &[f64]) -> Result<Value> {
    let tensors = step.operands();
    Ok(match reads {
        Reads::Operand(operand) if operand < tensors => Value::Tensor(step.operand(operand)?),
        Reads::Operand(operand) => match numbers.get(operand - tensors) {
            Some(number) => Value::Number(*number),
            None => fail!(Internal, "a derivative reads operand {operand}"),
        },
        Reads::Output => Value::Tensor(step.output()?),
        Reads::Upstream => Value::Tensor(step.grad.clone()),
    })
}

/// A derivative in one pass over memory.
fn fused(by: &Derivative, step: &Step, numbers: &[f64]) -> Result<Tensor> {
    if by.program.code.is_empty() {
        return Ok(step.grad.clone());
    }
    let (mut tensors, mut scalars, mut places) = (Vec::new(), Vec::new(), Vec::new());
    for &reads in &by.reads {
        match read(reads, step, numbers)? {
            Value::Tensor(tensor) => {
                places.push(Err(tensors.len()));
                tensors.push(tensor);
            }
            Value::Number(number) => {
                places.push(Ok(scalars.len()));
                scalars.push(Scalar::Float(number));
            }
        }
    }
    let numbers_read = scalars.len();
    scalars.extend(&by.scalars);
    let dims = step.grad.dims();
    let layouts = tensors.iter().map(|tensor| tensor.layout.broadcast_to(dims)).collect::<Result<Vec<Layout>>>()?;
    let sources: Vec<_> = tensors.iter().zip(&layouts).map(|(tensor, layout)| on(tensor, layout)).collect();
    let layout = Layout::contiguous(dims)?;
    let run = |program: &ffi_backend::Program| {
        Tensor::of_op(step.grad.device, &Op::Map { program, scalars: &scalars }, &sources, step.grad.dtype, &layout)
    };
    if numbers_read == 0 {
        return run(&by.program);
    }
    // A number among the operands: the registers of inputs and scalars change places.
    let mut program = by.program.clone();
    let (inputs, before) = (tensors.len(), by.reads.len());
    for arg in program.code.to_mut().iter_mut().flat_map(|inst| &mut inst.args) {
        if let Some(place) = places.get(usize::from(*arg)) {
            *arg = match *place {
                Err(tensor) => tensor,
                Ok(number) => inputs + number,
            } as u8;
        }
    }
    debug_assert_eq!(inputs + numbers_read, before);
    (program.inputs, program.scalars) = (inputs as u8, scalars.len() as u8);
    run(&program)
}

/// A derivative op by op, each of them recorded.
fn composed(by: &Derivative, step: &Step, numbers: &[f64]) -> Result<Tensor> {
    let number = |value: f64| Tensor::full(&[], Scalar::Float(value), step.grad.dtype, step.grad.device);
    let mut registers = Vec::with_capacity(by.program.registers());
    for &reads in &by.reads {
        registers.push(match read(reads, step, numbers)? {
            Value::Tensor(tensor) => tensor,
            Value::Number(value) => number(value)?,
        });
    }
    for scalar in &by.scalars {
        registers.push(number(scalar.to_f64())?);
    }
    for inst in by.program.code.iter() {
        let args: Vec<&Tensor> = inst.args[..inst.op.arity()].iter().map(|&arg| &registers[usize::from(arg)]).collect();
        let result = match (inst.op, &args[..]) {
            (MapOp::select, [condition, yes, no]) => elementwise::select(condition, yes, no)?,
            (op, args) => map(op, args)?,
        };
        registers.push(result);
    }
    let Some(result) = registers.pop() else { return Ok(step.grad.clone()) };
    result.expand(step.grad.dims())
}

/// The sum over what broadcasting stretched, in the shape from before.
pub(crate) fn sum_to(gradient: &Tensor, dims: &[i64]) -> Result<Tensor> {
    if gradient.dims() == dims {
        return Ok(gradient.clone());
    }
    let lead = gradient.dims().len() - dims.len();
    let stretched: Vec<i64> = (0..gradient.dims().len())
        .filter(|&at| at < lead || (dims[at - lead] == 1 && gradient.dims()[at] != 1))
        .map(|at| at as i64)
        .collect();
    reduce(ReduceOp::Sum, gradient, Some(&stretched), true)?.reshape(dims)
}
