//! Optimisers: an [`Optimizer`] changes parameters by their gradients, in steps that stay on the device.
//!
//! The tour: [`rule`] what each kind computes, as fused programs; [`schedule`] how the learning rate changes over time; `clip`
//! bounds gradients before a step; `saved` writes the state to a file and reads it back.

mod clip;
pub mod rule;
mod saved;
pub mod schedule;

pub use rule::Rule;
pub use schedule::Schedule;

use crate::Tensor;
use crate::autograd::recording;
use crate::nn::Module;
use ffi_backend::{DType, Op, Result, Scalar, fail};
use rule::{Operand, Pass};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Changes the parameters of a module by their gradients. Clones are the same one.
#[derive(Clone)]
pub struct Optimizer(Arc<Inner>);

struct Inner {
    rule: Rule,
    passes: Vec<Pass>,
    parameters: Vec<(String, Tensor)>,
    state: Mutex<State>,
}

/// What changes as it learns.
struct State {
    /// The learning rate that schedules start from.
    base: f64,
    /// How often the schedules were advanced.
    epoch: i64,
    schedules: Vec<Schedule>,
    /// One for each parameter.
    moments: Vec<Moments>,
}

/// What an optimiser remembers of a parameter.
#[derive(Clone, Default)]
struct Moments {
    /// How many steps it has taken; a step without a gradient does not count.
    steps: u64,
    /// In the order of the rule's names; empty before the first step.
    tensors: Vec<Tensor>,
}

/// Moments of halves are kept, and their steps computed, in f32: squares of small gradients are 0 in f16.
fn computed_in(dtype: DType) -> DType {
    if dtype == DType::F64 { DType::F64 } else { DType::F32 }
}

fn check_rate(rate: f64) -> Result<()> {
    if !(rate >= 0.0 && rate.is_finite()) {
        fail!(InvalidArgument, "the learning rate is {rate}; it is 0 or more, and finite");
    }
    Ok(())
}

impl Optimizer {
    /// For the parameters of a module as they are now, each once also where modules share it.
    pub fn new(module: &Module, rule: Rule, learning_rate: f64) -> Result<Optimizer> {
        check_rate(learning_rate)?;
        rule.check()?;
        // Tensors with one vertex gather one gradient; what has none never gathers any.
        let mut known = HashSet::new();
        let mut parameters = module.parameters();
        parameters.retain(|(_, tensor)| tensor.vertex.get().is_none_or(|vertex| known.insert(Arc::as_ptr(vertex))));
        if parameters.is_empty() {
            fail!(InvalidArgument, "{}: the module has no parameters", rule.name());
        }
        let moments = vec![Moments::default(); parameters.len()];
        let state = Mutex::new(State { base: learning_rate, epoch: 0, schedules: Vec::new(), moments });
        Ok(Optimizer(Arc::new(Inner { passes: rule.passes(), rule, parameters, state })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One step along the gradients that there are; parameters without one stay as they are. Reads nothing back from the device.
    pub fn step(&self) -> Result<()> {
        let inner = &*self.0;
        // They go after the lock: where another thread has forgotten one meanwhile, its memory ends here, and may call its owner.
        let gradients: Vec<_> = inner.parameters.iter().map(|(_, parameter)| parameter.grad()).collect();
        let mut state = self.state();
        let rate = state.rate();
        for (((name, parameter), gradient), moments) in inner.parameters.iter().zip(&gradients).zip(&mut state.moments)
        {
            let Some(gradient) = gradient else { continue };
            let step = || inner.step_one(parameter, gradient, moments, rate);
            recording(false, step).map_err(|error| error.at(&format!("{}: {name}", inner.rule.name())))?;
        }
        Ok(())
    }

    /// Forgets the gradients of all parameters.
    pub fn zero_grad(&self) -> Result<()> {
        self.0.parameters.iter().try_for_each(|(_, parameter)| parameter.set_grad(None))
    }

    /// The learning rate of the next step.
    pub fn learning_rate(&self) -> f64 {
        self.state().rate()
    }

    /// Sets the rate that steps use, or that the schedules start from where there are any.
    pub fn set_learning_rate(&self, rate: f64) -> Result<()> {
        check_rate(rate)?;
        self.state().base = rate;
        Ok(())
    }

    /// Adds a schedule. Several work one after another on the learning rate, in the order in which they were added.
    pub fn add_schedule(&self, schedule: Schedule) -> Result<()> {
        schedule.check()?;
        self.state().schedules.push(schedule);
        Ok(())
    }

    /// Moves all schedules one on: after a step or after an epoch, as their lengths are meant.
    pub fn advance_schedules(&self) {
        let mut state = self.state();
        state.epoch = state.epoch.saturating_add(1);
    }
}

impl State {
    fn rate(&self) -> f64 {
        self.schedules.iter().fold(self.base, |rate, schedule| schedule.at(self.epoch, rate))
    }
}

impl Inner {
    fn step_one(&self, parameter: &Tensor, gradient: &Tensor, moments: &mut Moments, rate: f64) -> Result<()> {
        let dtype = computed_in(parameter.dtype);
        if moments.tensors.is_empty() {
            let zeros = |_: &&str| Tensor::full(parameter.dims(), Scalar::Int(0), dtype, parameter.device);
            moments.tensors = self.rule.moments().iter().map(zeros).collect::<Result<_>>()?;
        }
        let (own, gradient) = (parameter.to_dtype(dtype)?, gradient.to_dtype(dtype)?);
        let steps = moments.steps + 1;
        let of = |operand: Operand| match operand {
            Operand::Parameter => &own,
            Operand::Gradient => &gradient,
            Operand::Moment(place) => &moments.tensors[place],
        };
        for pass in &self.passes {
            let sources: Vec<_> = pass.sources.iter().map(|&operand| of(operand).view_of()).collect();
            let scalars: Vec<Scalar> = (pass.scalars)(rate, steps as f64).into_iter().map(Scalar::Float).collect();
            of(pass.target).run(&Op::Map { program: &pass.program, scalars: &scalars }, &sources)?;
        }
        if dtype != parameter.dtype {
            parameter.assign(&own)?;
        }
        moments.steps = steps;
        Ok(())
    }
}
