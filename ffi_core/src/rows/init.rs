//! How parameters start: into the memory of a tensor that wants gradients, without a record.

use super::TensorKind;
use ffi_base::{Handle, Result, Status, exports};
use ffi_torch::Tensor;
use ffi_torch::nn::init::{self, constant_in_place};

type T = Handle<TensorKind>;

exports! { ROWS, "Tensors: initialisation", "rt_", end "_";
    /// Uniform random numbers between `low` and `high`.
    #[twins(bits)]
    fn init_uniform(tensor: T, low: f64, high: f64) -> Status => init::uniform_in_place;
    /// Normal random numbers of this mean and standard deviation.
    #[twins(bits)]
    fn init_normal(tensor: T, mean: f64, std: f64) -> Status => init::normal_in_place;
    /// Uniform between plus and minus `gain sqrt(6 / (inputs + outputs))`, of a weight `[outputs, inputs, …]`; a kernel's elements count
    /// for both (Glorot and Bengio, 2010).
    #[twins(bits)]
    fn init_xavier_uniform(tensor: T, gain: f64) -> Status => init::xavier_uniform_in_place;
    /// Uniform between plus and minus `sqrt(6 / ((1 + slope^2) inputs))`, of a weight `[outputs, inputs, …]` before a leaky ReLU of this
    /// slope (He, 2015); 0 stands for a ReLU.
    #[twins(bits)]
    fn init_kaiming_uniform(tensor: T, slope: f64) -> Status => init::kaiming_uniform_in_place;
    /// Normal with the standard deviation `gain sqrt(2 / (inputs + outputs))`, as rt_init_xavier_uniform_.
    #[twins(bits)]
    fn init_xavier_normal(tensor: T, gain: f64) -> Status => init::xavier_normal_in_place;
    /// Normal with the standard deviation `sqrt(2 / ((1 + slope^2) inputs))`, as rt_init_kaiming_uniform_.
    #[twins(bits)]
    fn init_kaiming_normal(tensor: T, slope: f64) -> Status => init::kaiming_normal_in_place;
    /// Zeros.
    fn init_zeros(tensor: T) -> Status => zeros;
    /// Ones.
    fn init_ones(tensor: T) -> Status => ones;
    /// One number everywhere.
    #[twins(bits)]
    fn init_constant(tensor: T, value: f64) -> Status => constant_in_place;
}

fn zeros(tensor: &Tensor) -> Result<()> {
    constant_in_place(tensor, 0.0)
}
fn ones(tensor: &Tensor) -> Result<()> {
    constant_in_place(tensor, 1.0)
}
