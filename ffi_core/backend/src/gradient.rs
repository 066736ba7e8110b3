//! The derivatives of the op table's rows as programs, made from their expressions at the first use.

use crate::elementwise::MapOp;
use crate::op::Scalar;
use crate::program::{Inst, Program};
use crate::value::trace::{Node, trace};
use std::borrow::Cow;
use std::sync::OnceLock;

/// What a derivative reads, beside the numbers in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// The operand with this number.
    Operand(usize),
    /// The row's result.
    Output,
    /// The gradient of the row's result.
    Upstream,
}

/// The derivative of a row by one of its operands, times the upstream gradient.
#[derive(Debug)]
pub struct Derivative {
    /// By which operand.
    pub operand: usize,
    /// The program's inputs, in order.
    pub reads: Vec<Reads>,
    /// The program's scalars, in order.
    pub scalars: Vec<Scalar>,
    /// The computation; without an instruction when it is the upstream gradient itself.
    pub program: Program,
}

impl MapOp {
    /// The derivatives by each operand that has one; none where the row has none.
    pub fn derivatives(self) -> &'static [Derivative] {
        static TABLE: [OnceLock<Vec<Derivative>>; MapOp::ALL.len()] = [const { OnceLock::new() }; MapOp::ALL.len()];
        TABLE[self as usize].get_or_init(|| {
            let (nodes, roots) = trace(|| self.traced_derivative());
            // `select` has none by its condition.
            let first = self.arity() - roots.len().min(self.arity());
            roots.iter().enumerate().map(|(i, &root)| derivative(self, first + i, &nodes, root)).collect()
        })
    }
}

/// The part of a trace that one result needs, in registers: inputs, scalars, then instructions in the order of the trace.
fn derivative(op: MapOp, operand: usize, nodes: &[Node], root: u16) -> Derivative {
    let mut needed = vec![false; nodes.len()];
    needed[root as usize] = true;
    for (at, node) in nodes.iter().enumerate().rev() {
        if let (true, Node::Row(row, args)) = (needed[at], node) {
            args[..row.arity()].iter().for_each(|&arg| needed[arg as usize] = true);
        }
    }
    let mut registers = vec![0u8; nodes.len()];
    let mut next = 0..;
    let (mut reads, mut scalars, mut code) = (Vec::new(), Vec::new(), Vec::new());
    let needed = || nodes.iter().enumerate().filter(|(at, _)| needed[*at]);
    for (at, node) in needed() {
        if let Node::Operand(number) = *node {
            reads.push(match (number as usize).checked_sub(op.arity()) {
                None => Reads::Operand(number as usize),
                Some(0) => Reads::Output,
                Some(_) => Reads::Upstream,
            });
            registers[at] = next.next().unwrap_or_default();
        }
    }
    for (at, node) in needed() {
        if let Node::Constant(value) = *node {
            scalars.push(Scalar::Float(value));
            registers[at] = next.next().unwrap_or_default();
        }
    }
    for (at, node) in needed() {
        if let Node::Row(row, args) = *node {
            let mut places = [0, 1, 2];
            for (place, arg) in places.iter_mut().zip(&args[..row.arity()]) {
                *place = registers[*arg as usize];
            }
            code.push(Inst { op: row, args: places, to: None });
            registers[at] = next.next().unwrap_or_default();
        }
    }
    let program =
        Program { name: op.name(), inputs: reads.len() as u8, scalars: scalars.len() as u8, code: Cow::Owned(code) };
    Derivative { operand, reads, scalars, program }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::MAX_REGISTERS;

    /// Runs a program over f64, by the rows' own reference.
    fn run(program: &Program, registers: &mut Vec<f64>) -> f64 {
        for inst in program.code.iter() {
            let args: Vec<f64> = inst.args[..inst.op.arity()].iter().map(|&arg| registers[arg as usize]).collect();
            registers.push(inst.op.reference(&args));
        }
        *registers.last().unwrap()
    }

    #[test]
    fn every_derivative_is_a_program_that_computes_it() {
        let mut checked = 0;
        for &op in MapOp::ALL {
            assert_eq!(op.derivatives().is_empty(), !op.differentiable(), "{op:?}");
            for (x0, x1, x2) in [(0.3, 0.9, 0.4), (0.7, 0.2, 0.6), (0.5, 0.5, 0.5)] {
                let x = &[x0, x1, x2][..op.arity()];
                let (y, g) = (op.reference(x), 1.5);
                for (derivative, want) in op.derivatives().iter().zip(op.derivative(x, y, g)) {
                    let mut registers: Vec<f64> = derivative
                        .reads
                        .iter()
                        .map(|reads| match *reads {
                            Reads::Operand(i) => x[i],
                            Reads::Output => y,
                            Reads::Upstream => g,
                        })
                        .collect();
                    registers.extend(derivative.scalars.iter().map(|scalar| scalar.to_f64()));
                    assert!(derivative.program.registers() <= MAX_REGISTERS, "{op:?}");
                    let got = run(&derivative.program, &mut registers);
                    assert!((got - want).abs() <= 1e-14 * want.abs().max(1.0), "{op:?} at {x:?}: {got} is not {want}");
                    checked += 1;
                }
            }
        }
        assert!(checked > 120, "{checked}");
    }

    #[test]
    fn a_derivative_reads_what_it_needs_and_no_more() {
        let reads = |op: MapOp| op.derivatives().iter().map(|d| d.reads.clone()).collect::<Vec<_>>();
        use Reads::{Operand, Output, Upstream};
        assert_eq!(reads(MapOp::add), [[Upstream], [Upstream]]);
        assert!(MapOp::add.derivatives()[0].program.code.is_empty());
        assert_eq!(reads(MapOp::exp)[0].len(), 2);
        assert!(reads(MapOp::exp)[0].contains(&Output) && reads(MapOp::mul)[0].contains(&Operand(1)));
        assert_eq!(MapOp::select.derivatives()[0].operand, 1);
    }
}
