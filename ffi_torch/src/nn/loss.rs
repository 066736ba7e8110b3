//! What training makes small: how far results lie from what they should be.

use super::fused::{inst, program, run};
use crate::Tensor;
use crate::autograd::recording;
use crate::autograd::vertex::{Keep, Step, record_if_tracked};
use crate::elementwise::{map, map_scalar};
use crate::index::gather;
use crate::reduce::{reduce, rows};
use ffi_backend::{DType, MapOp, Program, ReduceOp, Result, RowOp, Scalar, fail};

/// What becomes of the losses of single elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// They stay.
    None,
    /// Their mean.
    Mean,
    /// Their sum.
    Sum,
}

impl Reduction {
    /// All of them.
    pub const ALL: &'static [Reduction] = &[Reduction::None, Reduction::Mean, Reduction::Sum];

    /// Its number in the ABI, the same for ever.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// As constants spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Reduction::None => "none",
            Reduction::Mean => "mean",
            Reduction::Sum => "sum",
        }
    }

    /// What it does.
    pub const fn doc(self) -> &'static str {
        match self {
            Reduction::None => "the loss of every element",
            Reduction::Mean => "the mean of the losses, of rank 0",
            Reduction::Sum => "the sum of the losses, of rank 0",
        }
    }

    /// The one with this number.
    pub fn parse(number: i64) -> Result<Reduction> {
        match Reduction::ALL.iter().find(|reduction| reduction.number() == number) {
            Some(reduction) => Ok(*reduction),
            None => fail!(InvalidArgument, "reduction {number} is none of 0 (none), 1 (mean) and 2 (sum)"),
        }
    }

    fn of(self, losses: &Tensor) -> Result<Tensor> {
        match self {
            Reduction::None => Ok(losses.clone()),
            Reduction::Mean => reduce(ReduceOp::Mean, losses, None, false),
            Reduction::Sum => reduce(ReduceOp::Sum, losses, None, false),
        }
    }
}

/// Input and target in one float dtype; their shapes are the same, for a loss over a broadcast pair is nearly always a mistake.
fn pair(what: &str, input: &Tensor, target: &Tensor) -> Result<(Tensor, Tensor)> {
    if input.dims() != target.dims() {
        fail!(ShapeMismatch, "{what}: input {:?}, target {:?}; both must have one shape", input.dims(), target.dims());
    }
    let dtype = input.dtype.promote(target.dtype).to_float();
    Ok((input.to_dtype(dtype)?, target.to_dtype(dtype)?))
}

/// The squared distance.
pub fn mse(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    const SQUARED: &Program =
        &program("mse_loss", 2, 0, &[inst(MapOp::sub, [0, 1, 0]), inst(MapOp::square, [2, 0, 0])]);
    let (x, t) = pair("mse_loss", input, target)?;
    reduction.of(&run(SQUARED, &[&x, &t], &[])?)
}

/// The distance.
pub fn l1(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    const DISTANCE: &Program = &program("l1_loss", 2, 0, &[inst(MapOp::sub, [0, 1, 0]), inst(MapOp::abs, [2, 0, 0])]);
    let (x, t) = pair("l1_loss", input, target)?;
    reduction.of(&run(DISTANCE, &[&x, &t], &[])?)
}

/// Half the squared distance below `delta`, and from there on the line that goes on from it.
pub fn huber(input: &Tensor, target: &Tensor, delta: f64, reduction: Reduction) -> Result<Tensor> {
    // x, t, delta, 1/2, delta/2
    const HUBER: &Program = &program(
        "huber_loss",
        2,
        3,
        &[
            inst(MapOp::sub, [0, 1, 0]),
            inst(MapOp::abs, [5, 0, 0]),
            inst(MapOp::lt, [6, 2, 0]),
            inst(MapOp::square, [5, 0, 0]),
            inst(MapOp::mul, [8, 3, 0]),
            inst(MapOp::sub, [6, 4, 0]),
            inst(MapOp::mul, [10, 2, 0]),
            inst(MapOp::select, [7, 9, 11]),
        ],
    );
    if !(delta.is_finite() && delta > 0.0) {
        fail!(InvalidArgument, "huber_loss: delta is {delta}; it is finite and above 0");
    }
    let (x, t) = pair("huber_loss", input, target)?;
    reduction.of(&run(HUBER, &[&x, &t], &[delta, 0.5, delta / 2.0])?)
}

/// The negative logarithm of the softmax of `[n, classes, …]` (or `[classes]`) at the class of each target, of shape `[n, …]`.
pub fn cross_entropy(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    check_classes("cross_entropy", input, target)?;
    nll(&rows(RowOp::LogSoftmax, input, class_axis(input))?, target, reduction)
}

/// The negative of the logarithm of a probability that stands at the class of each target.
pub fn nll(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    check_classes("nll_loss", input, target)?;
    let axis = class_axis(input);
    let chosen = gather(&input.to_dtype(input.dtype.to_float())?, axis, &target.unsqueeze(axis)?)
        .map_err(|error| error.at("a class"))?;
    let chosen = chosen.squeeze(axis)?;
    reduction.of(&map(MapOp::neg, &[&chosen])?)
}

fn class_axis(input: &Tensor) -> i64 {
    i64::from(input.dims().len() > 1)
}

fn check_classes(what: &str, input: &Tensor, target: &Tensor) -> Result<()> {
    if !matches!(target.dtype, DType::I64 | DType::I32) {
        fail!(
            DtypeMismatch,
            "{what}: the target is {}; classes must be i64 or i32, see rt_tensor_to_dtype",
            target.dtype
        );
    }
    let axis = class_axis(input) as usize;
    let mut wanted = input.dims().to_vec();
    if wanted.is_empty() || {
        wanted.remove(axis);
        wanted != target.dims()
    } {
        fail!(
            ShapeMismatch,
            "{what}: input {:?}, classes {:?}; each row of scores needs one class",
            input.dims(),
            target.dims()
        );
    }
    Ok(())
}

/// The negative logarithm of the probability `input` of what is true with probability `target`; logarithms end at -100.
pub fn binary_cross_entropy(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    let (x, t) = pair("binary_cross_entropy", input, target)?;
    let losses = recording(false, || {
        let [yes, no] = logarithms(&x)?;
        // -(t yes + (1 - t) no)
        map(MapOp::neg, &[&map(MapOp::lerp, &[&no, &yes, &t])?])
    })?;
    // Of its own: that of the logarithms would be 0 times infinity at both ends.
    let losses = record_if_tracked("binary_cross_entropy", &[&x, &t], Keep::operands(3), losses, |step| {
        let by_input = if step.wants(0) { Some(by_probability(step)?) } else { None };
        let by_target = match step.wants(1) {
            true => {
                let [yes, no] = logarithms(&step.operand(0)?)?;
                Some(map(MapOp::mul, &[step.grad, &map(MapOp::sub, &[&no, &yes])?])?)
            }
            false => None,
        };
        Ok(vec![by_input, by_target])
    });
    reduction.of(&losses)
}

/// log x and log(1 - x), neither below -100.
fn logarithms(x: &Tensor) -> Result<[Tensor; 2]> {
    let ended = |x: Tensor| map_scalar(MapOp::maximum, &x, Scalar::Float(-100.0));
    Ok([ended(map(MapOp::log, &[x])?)?, ended(map(MapOp::log1p, &[&map(MapOp::neg, &[x])?])?)?])
}

/// `(x - t) / (x (1 - x))`, the divisor no smaller than 1e-12.
fn by_probability(step: &Step) -> Result<Tensor> {
    let (x, t) = (step.operand(0)?, step.operand(1)?);
    let spread = map(MapOp::sub, &[&x, &map(MapOp::square, &[&x])?])?;
    let slope =
        map(MapOp::div, &[&map(MapOp::sub, &[&x, &t])?, &map_scalar(MapOp::maximum, &spread, Scalar::Float(1e-12))?])?;
    map(MapOp::mul, &[step.grad, &slope])
}

/// [`binary_cross_entropy`] of the sigmoid of `input`, computed without it, so that nothing is lost at the ends.
pub fn binary_cross_entropy_with_logits(input: &Tensor, target: &Tensor, reduction: Reduction) -> Result<Tensor> {
    const STABLE: &Program = &program(
        "binary_cross_entropy_with_logits",
        2,
        0,
        // relu(x) - x t + log(1 + e^-|x|)
        &[
            inst(MapOp::relu, [0, 0, 0]),
            inst(MapOp::mul, [0, 1, 0]),
            inst(MapOp::abs, [0, 0, 0]),
            inst(MapOp::neg, [4, 0, 0]),
            inst(MapOp::softplus, [5, 0, 0]),
            inst(MapOp::sub, [2, 3, 0]),
            inst(MapOp::add, [7, 6, 0]),
        ],
    );
    const WHAT: &str = "binary_cross_entropy_with_logits";
    let (x, t) = pair(WHAT, input, target)?;
    let losses = recording(false, || run(STABLE, &[&x, &t], &[]))?;
    // Of its own: relu and the magnitude have a corner at 0, the loss has none.
    let losses = record_if_tracked(WHAT, &[&x, &t], Keep::operands(3), losses, |step| {
        let (x, t) = (step.operand(0)?, step.operand(1)?);
        let by_input = || map(MapOp::mul, &[step.grad, &map(MapOp::sub, &[&map(MapOp::sigmoid, &[&x])?, &t])?]);
        let by_target = || map(MapOp::neg, &[&map(MapOp::mul, &[step.grad, &x])?]);
        Ok(vec![
            if step.wants(0) { Some(by_input()?) } else { None },
            if step.wants(1) { Some(by_target()?) } else { None },
        ])
    });
    reduction.of(&losses)
}
