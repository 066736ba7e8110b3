//! What this device does with an op, decided by the same functions that choose its kernel.
#![forbid(unsafe_code)]

use super::{choice, fused, index, linalg, matmul, order, random, reduce, rows, scan};
use ffi_backend::{DType, Op, ReduceOp, Support};
use shaders::Id;

/// Which modules the device cannot run, and why.
pub struct Refusals {
    pub why: Vec<Option<&'static str>>,
    /// Whether programs run as one dispatch.
    pub fuses: bool,
}

impl Refusals {
    fn of(&self, module: Id) -> Support {
        match self.why.get(module as usize).copied().flatten() {
            None => Support::Native,
            Some(why) => Support::No(why),
        }
    }

    /// Lowered, if every module that it comes down to runs.
    fn lowered(&self, modules: &[Id]) -> Support {
        match modules.iter().map(|module| self.of(*module)).find(|support| *support != Support::Native) {
            Some(refused) => refused,
            None => Support::Lowered,
        }
    }

    pub fn supports(&self, op: &Op, sources: &[DType], destination: DType) -> Support {
        let choice = match op {
            Op::Map { program, .. } if program.code.len() != 1 => {
                let module = if self.fuses { fused::module(program, sources, destination) } else { None };
                if module.is_some_and(|module| self.of(module) == Support::Native) {
                    return Support::Native;
                }
                return match choice::modules(program, sources, destination) {
                    Ok(modules) => self.lowered(&modules),
                    Err(why) => Support::No(why),
                };
            }
            Op::Map { program, .. } => choice::module(program, sources, destination),
            Op::Reduce { op: ReduceOp::Mean, .. } if !destination.is_float() => Err("a mean is a float"),
            Op::Reduce { op, .. } => match sources.first() {
                Some(source) => Ok(reduce::module(*op, *source)),
                None => Err("a reduction of nothing"),
            },
            Op::Rows(op) => rows::module(*op, destination),
            Op::Matmul { alpha } => matmul::module(*alpha, destination),
            Op::Contract { .. } => matmul::module(1.0, destination),
            Op::Linalg(_) => linalg::module(destination),
            Op::Random { .. } => Ok(random::module(destination)),
            Op::Scan { .. } => match sources.first() {
                Some(source) => Ok(scan::module(*source)),
                None => Err("a running total of nothing"),
            },
            Op::Index { op, .. } => index::module(*op, destination),
            Op::Order { .. } => match sources.first() {
                Some(source) => Ok(order::module(*source)),
                None => Err("an order of nothing"),
            },
        };
        match choice {
            Ok(module) => self.of(module),
            Err(why) => Support::No(why),
        }
    }
}
