//! Several rows of the op table in one pass over memory; row by row, each recorded, where gradients are wanted.

use crate::Tensor;
use crate::autograd::tracks;
use crate::elementwise::{map, on, select};
use ffi_backend::layout::broadcast_dims;
use ffi_backend::{Inst, Layout, MapOp, Op, Program, Result, Scalar};
use std::borrow::Cow;

/// An instruction of a program.
pub(crate) const fn inst(op: MapOp, args: [u8; 3]) -> Inst {
    Inst { op, args, to: None }
}

/// A program of these instructions.
pub(crate) const fn program(name: &'static str, inputs: u8, scalars: u8, code: &'static [Inst]) -> Program {
    Program { name, inputs, scalars, code: Cow::Borrowed(code) }
}

/// Runs it over operands that broadcast, all of one float dtype, and these numbers.
pub(crate) fn run(program: &Program, operands: &[&Tensor], numbers: &[f64]) -> Result<Tensor> {
    let first = operands[0];
    if tracks(operands) {
        return one_by_one(program, operands, numbers);
    }
    let mut dims = first.dims().to_vec();
    for operand in &operands[1..] {
        let (wide, rank) = broadcast_dims(&dims, operand.dims())?;
        dims = wide[..rank].to_vec();
    }
    let layouts = operands.iter().map(|operand| operand.layout.broadcast_to(&dims)).collect::<Result<Vec<Layout>>>()?;
    let sources: Vec<_> = operands.iter().zip(&layouts).map(|(operand, layout)| on(operand, layout)).collect();
    let scalars: Vec<Scalar> = numbers.iter().map(|&number| Scalar::Float(number)).collect();
    let op = Op::Map { program, scalars: &scalars };
    Tensor::of_op(first.device, &op, &sources, first.dtype, &Layout::contiguous(&dims)?)
}

fn one_by_one(program: &Program, operands: &[&Tensor], numbers: &[f64]) -> Result<Tensor> {
    let first = operands[0];
    let mut registers: Vec<Tensor> = operands.iter().map(|&operand| operand.clone()).collect();
    for &number in numbers {
        registers.push(Tensor::full(&[], Scalar::Float(number), first.dtype, first.device)?);
    }
    for inst in program.code.iter() {
        let args: Vec<&Tensor> = inst.args[..inst.op.arity()].iter().map(|&arg| &registers[usize::from(arg)]).collect();
        let result = match (inst.op, &args[..]) {
            (MapOp::select, [condition, yes, no]) => select(condition, yes, no)?,
            (op, args) => map(op, args)?,
        };
        registers.push(result);
    }
    Ok(registers.pop().unwrap_or_else(|| first.clone()))
}
