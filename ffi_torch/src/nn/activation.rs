//! Activations with a number that the op table has no row for.

use super::fused::{inst, program, run};
use crate::Tensor;
use ffi_backend::{MapOp, Program, Result};

/// x where it is above 0, else x times the slope; at 0 the gradient is the slope.
pub fn leaky_relu(x: &Tensor, slope: f64) -> Result<Tensor> {
    // x, slope, 0
    const LEAKY: &Program = &program(
        "leaky_relu",
        1,
        2,
        &[inst(MapOp::lt, [2, 0, 0]), inst(MapOp::mul, [0, 1, 0]), inst(MapOp::select, [3, 0, 4])],
    );
    run(LEAKY, &[&x.to_dtype(x.dtype.to_float())?], &[slope, 0.0])
}

/// x where it is above 0, else alpha (e^x - 1).
pub fn elu(x: &Tensor, alpha: f64) -> Result<Tensor> {
    // x, alpha, 0. The exponent of what is above 0 is not taken: its gradient would be 0 times infinity.
    const ELU: &Program = &program(
        "elu",
        1,
        2,
        &[
            inst(MapOp::lt, [2, 0, 0]),
            inst(MapOp::select, [3, 2, 0]),
            inst(MapOp::expm1, [4, 0, 0]),
            inst(MapOp::mul, [5, 1, 0]),
            inst(MapOp::select, [3, 0, 6]),
        ],
    );
    run(ELU, &[&x.to_dtype(x.dtype.to_float())?], &[alpha, 0.0])
}
