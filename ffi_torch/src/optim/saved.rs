//! The state of an optimiser in a safetensors file: what it remembers of each parameter, as PyTorch names it, the count of steps,
//! the learning rate and how far the schedules are. The numbers of the rule and the schedules themselves are the program's.

use super::{Moments, Optimizer, computed_in};
use crate::Tensor;
use crate::files::read;
use crate::files::safetensors::{Contents, Wanted, write};
use ffi_backend::{DType, DeviceRef, Result, fail};

const STEP: &str = "step";
const LEARNING_RATE: &str = "learning_rate";
const SCHEDULE: &str = "schedule";

impl Optimizer {
    /// Where numbers pass through on their way: any device that knows f64 would do, and each holds numbers of 8 bytes.
    fn device(&self) -> DeviceRef {
        self.0.parameters[0].1.device
    }

    /// A number of 8 bytes as a tensor.
    fn number(&self, bytes: [u8; 8], dtype: DType) -> Result<Tensor> {
        Tensor::from_bytes(&bytes, &[], dtype, dtype, self.device())
    }

    /// Writes the state.
    pub fn save(&self, path: &str) -> Result<()> {
        let state = self.state();
        let mut tensors = vec![
            (LEARNING_RATE.to_owned(), self.number(state.base.to_ne_bytes(), DType::F64)?),
            (SCHEDULE.to_owned(), self.number(state.epoch.to_ne_bytes(), DType::I64)?),
        ];
        for ((name, _), moments) in self.0.parameters.iter().zip(&state.moments) {
            tensors.push((format!("{name}.{STEP}"), self.number(moments.steps.to_ne_bytes(), DType::I64)?));
            for (moment, tensor) in self.0.rule.moments().iter().zip(&moments.tensors) {
                tensors.push((format!("{name}.{moment}"), tensor.clone()));
            }
        }
        write(path, &tensors, self.0.rule.name())
    }

    /// Reads the state that an optimiser of this kind over these parameters has saved. Nothing changes unless all of it fits.
    pub fn load(&self, path: &str) -> Result<()> {
        let bytes = read(path)?;
        let contents = Contents::parse(path, &bytes)?;
        let rule = &self.0.rule;
        let of = contents.of().unwrap_or_default();
        if of != rule.name() {
            let of: String = of.chars().take(32).collect();
            fail!(BadFormat, "{path}: this holds no state of {}, but of {of:?}; rt_optim_save writes one", rule.name());
        }
        let mut wanted = vec![
            Wanted { name: LEARNING_RATE.to_owned(), dtype: DType::F64, dims: &[] },
            Wanted { name: SCHEDULE.to_owned(), dtype: DType::I64, dims: &[] },
        ];
        // A parameter that never had a gradient has no moments: all of them or none.
        let stepped = |name: &str| rule.moments().iter().any(|moment| contents.has(&format!("{name}.{moment}")));
        for (name, parameter) in &self.0.parameters {
            wanted.push(Wanted { name: format!("{name}.{STEP}"), dtype: DType::I64, dims: &[] });
            if stepped(name) {
                let (dtype, dims) = (computed_in(parameter.dtype), parameter.dims());
                wanted.extend(rule.moments().iter().map(|moment| Wanted {
                    name: format!("{name}.{moment}"),
                    dtype,
                    dims,
                }));
            }
        }
        contents.check(&wanted)?;
        let whole = |name: &str| -> Result<i64> {
            let number = contents.tensor(name, self.device())?.item()?.to::<i64>();
            if number < 0 {
                fail!(BadFormat, "{path}: {name} is {number}");
            }
            Ok(number)
        };
        let base = contents.tensor(LEARNING_RATE, self.device())?.item()?.to_f64();
        if super::check_rate(base).is_err() {
            fail!(BadFormat, "{path}: the learning rate is {base}");
        }
        let epoch = whole(SCHEDULE)?;
        let mut all = Vec::with_capacity(self.0.parameters.len());
        for (name, parameter) in &self.0.parameters {
            let steps = whole(&format!("{name}.{STEP}"))? as u64;
            let names = rule.moments().iter().filter(|_| stepped(name));
            let tensors = names.map(|moment| contents.tensor(&format!("{name}.{moment}"), parameter.device));
            all.push(Moments { steps, tensors: tensors.collect::<Result<_>>()? });
        }
        let mut state = self.state();
        (state.base, state.epoch, state.moments) = (base, epoch, all);
        Ok(())
    }
}
