//! Optimisers: steps, learning rates and their schedules, bounds for gradients, files of their state.

use super::nn::ModuleKind;
use ffi_base::{Freed, Handle, Result, Status, Text, exports, object};
use ffi_torch::nn::Module;
use ffi_torch::optim::{Optimizer, Rule, Schedule};

ffi_base::kinds! { KINDS;
    /// What changes parameters by their gradients.
    OptimizerKind = 4, "optimizer", "rt_optimizer", true, Optimizer;
}

type M = Handle<ModuleKind>;
type O = Handle<OptimizerKind>;

exports! { ROWS, "Optimisers", "rt_";
    /// Stochastic gradient descent over a module's parameters as they are now: `b = momentum b + (1 - dampening) g; p -= learning_rate b`,
    /// where g is the gradient with `weight_decay p` added. The first b is g; without momentum there is no dampening.
    #[twins(bits)]
    fn optim_sgd(module: M, learning_rate: f64, momentum: f64, dampening: f64, weight_decay: f64) -> O => sgd;
    /// As rt_optim_sgd with Nesterov's momentum, above 0: `p -= learning_rate (g + momentum b)`.
    #[twins(bits)]
    fn optim_sgd_nesterov(module: M, learning_rate: f64, momentum: f64, weight_decay: f64) -> O => nesterov;
    /// Adam (Kingma and Ba 2015): means of gradients and of their squares, with the shares `beta1` and `beta2` below 1; `epsilon` is
    /// added to the root of the second. PyTorch's defaults are 0.001, 0.9, 0.999, 1e-8.
    #[twins(bits)]
    fn optim_adam(module: M, learning_rate: f64, beta1: f64, beta2: f64, epsilon: f64) -> O => adam;
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019): each step first shrinks p by `learning_rate weight_decay` of it.
    #[twins(bits)]
    fn optim_adamw(module: M, learning_rate: f64, beta1: f64, beta2: f64, epsilon: f64, weight_decay: f64) -> O => adamw;
    /// RMSprop: `v = alpha v + (1 - alpha) g^2; b = momentum b + g / (sqrt(v) + epsilon); p -= learning_rate b`, where g is the gradient
    /// with `weight_decay p` added. PyTorch's defaults are 0.01, 0.99, 1e-8, 0, 0.
    #[twins(bits)]
    fn optim_rmsprop(module: M, learning_rate: f64, alpha: f64, epsilon: f64, momentum: f64, weight_decay: f64) -> O => rmsprop;
    /// As rt_optim_rmsprop, centered: `m = alpha m + (1 - alpha) g`, and `v - m^2` in the place of v below the root.
    #[twins(bits)]
    fn optim_rmsprop_centered(module: M, learning_rate: f64, alpha: f64, epsilon: f64, momentum: f64, weight_decay: f64) -> O => rmsprop_centered;
    /// Adagrad: `s += g^2; p -= learning_rate / (1 + (t - 1) rate_decay) g / (sqrt(s) + epsilon)` in step t, where g is the gradient with
    /// `weight_decay p` added. PyTorch's defaults are 0.01, 0, 1e-10, 0.
    #[twins(bits)]
    fn optim_adagrad(module: M, learning_rate: f64, rate_decay: f64, epsilon: f64, weight_decay: f64) -> O => adagrad;
    /// Frees an optimiser's handle. The parameters stay as they are.
    fn optim_free(optimizer: Freed<OptimizerKind>) -> Status => object::free;
    /// One step along the gradients that there are; a parameter without one stays as it is. Nothing is read back from the device.
    fn optim_step(optimizer: O) -> Status => Optimizer::step;
    /// Forgets the gradients of all its parameters.
    fn optim_zero_grad(optimizer: O) -> Status => Optimizer::zero_grad;
    /// The learning rate of the next step, the schedules included.
    #[twins(bits)]
    fn optim_learning_rate(optimizer: O) -> f64 => learning_rate;
    /// Sets the learning rate, from which the schedules start where there are any.
    #[twins(bits)]
    fn optim_set_learning_rate(optimizer: O, learning_rate: f64) -> Status => Optimizer::set_learning_rate;
    /// Adds a schedule: the learning rate times `gamma` after every `step_size` calls of rt_optim_schedule_advance. Several schedules
    /// work on the learning rate one after another, in the order in which they were added.
    #[twins(bits)]
    fn optim_schedule_step(optimizer: O, step_size: i64, gamma: f64) -> Status => schedule_step;
    /// Adds a schedule: along half a cosine down to `least` in `length` calls of rt_optim_schedule_advance; there it stays.
    #[twins(bits)]
    fn optim_schedule_cosine(optimizer: O, length: i64, least: f64) -> Status => schedule_cosine;
    /// Adds a schedule: from the share `start` of the learning rate up a straight line to all of it in `length` calls of
    /// rt_optim_schedule_advance.
    #[twins(bits)]
    fn optim_schedule_warmup(optimizer: O, length: i64, start: f64) -> Status => schedule_warmup;
    /// Moves all schedules one on. rt_optim_step does not: call this after each step or after each epoch, as the lengths are meant.
    fn optim_schedule_advance(optimizer: O) -> Status => schedule_advance;
    /// Writes what the optimiser has learned to a safetensors file, whole or not at all: what it remembers of each parameter, counts of
    /// steps, the learning rate, how far the schedules are. Its other numbers and the schedules themselves are the program's to set.
    #[mode(Blocking)]
    fn optim_save(optimizer: O, path & len: Text) -> Status => Optimizer::save;
    /// Reads what rt_optim_save wrote for an optimiser of the same kind over the same parameters. BAD_FORMAT names what does not fit,
    /// and nothing has changed then.
    #[mode(Blocking)]
    fn optim_load(optimizer: O, path & len: Text) -> Status => Optimizer::load;
}

/// Bounds for gradients; their names end in `_`.
pub mod in_place {
    use super::*;
    exports! { ROWS, "Optimisers", "rt_", end "_";
        /// Scales the gradients of all its parameters so that their p-norm, as if they were one vector, is at most `max_norm`. Returns the norm
        /// before, 0 without gradients, and so waits for the device. NaN is a result when a gradient is NaN: a failure is told by the last
        /// error; success clears it. Tensors that rt_tensor_grad gave before keep their values.
        #[mode(Ambiguous)]
        #[twins(bits, into)]
        fn optim_clip_grad_norm(optimizer: O, max_norm: f64, p: f64) -> f64 => Optimizer::clip_grad_norm;
        /// Cuts every element of the gradients of all its parameters to between minus and plus `max_value`. Tensors that rt_tensor_grad
        /// gave before keep their values.
        #[twins(bits)]
        fn optim_clip_grad_value(optimizer: O, max_value: f64) -> Status => Optimizer::clip_grad_value;
    }
}

fn sgd(module: &Module, rate: f64, momentum: f64, dampening: f64, weight_decay: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Sgd { momentum, dampening, nesterov: false, weight_decay }, rate)
}
fn nesterov(module: &Module, rate: f64, momentum: f64, weight_decay: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Sgd { momentum, dampening: 0.0, nesterov: true, weight_decay }, rate)
}
fn adam(module: &Module, rate: f64, beta1: f64, beta2: f64, epsilon: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Adam { beta1, beta2, epsilon, weight_decay: 0.0, decoupled: false }, rate)
}
fn adamw(module: &Module, rate: f64, beta1: f64, beta2: f64, epsilon: f64, weight_decay: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Adam { beta1, beta2, epsilon, weight_decay, decoupled: true }, rate)
}
fn rmsprop(module: &Module, rate: f64, alpha: f64, epsilon: f64, momentum: f64, decay: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Rmsprop { centered: false, alpha, epsilon, momentum, weight_decay: decay }, rate)
}
fn rmsprop_centered(m: &Module, rate: f64, alpha: f64, epsilon: f64, momentum: f64, decay: f64) -> Result<Optimizer> {
    Optimizer::new(m, Rule::Rmsprop { centered: true, alpha, epsilon, momentum, weight_decay: decay }, rate)
}
fn adagrad(module: &Module, rate: f64, rate_decay: f64, epsilon: f64, weight_decay: f64) -> Result<Optimizer> {
    Optimizer::new(module, Rule::Adagrad { rate_decay, epsilon, weight_decay }, rate)
}
fn learning_rate(optimizer: &Optimizer) -> Result<f64> {
    Ok(optimizer.learning_rate())
}
fn schedule_step(optimizer: &Optimizer, size: i64, gamma: f64) -> Result<()> {
    optimizer.add_schedule(Schedule::Step { size, gamma })
}
fn schedule_cosine(optimizer: &Optimizer, length: i64, least: f64) -> Result<()> {
    optimizer.add_schedule(Schedule::Cosine { length, least })
}
fn schedule_warmup(optimizer: &Optimizer, length: i64, start: f64) -> Result<()> {
    optimizer.add_schedule(Schedule::Warmup { length, start })
}
fn schedule_advance(optimizer: &Optimizer) -> Result<()> {
    optimizer.advance_schedules();
    Ok(())
}
