//! Where a test runs: a device, a dtype, and how operands lie in memory; tensors there, made and read through the C symbols.

use crate::devices;
use crate::plain::Array;
use ffi_backend::{DType, Element, with_element};
use ffi_base::{Code, last_error};
use ffi_core::registry;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard};

pub const I64: i64 = DType::I64.number();
pub const BOOL: i64 = DType::Bool.number();

/// Calls a row; pointers are to memory that outlives the call, of the stated length.
pub fn call(name: &str, words: &[i64]) -> i64 {
    let row = registry().find(name.as_bytes()).and_then(|id| registry().row(i64::from(id)));
    let row = row.unwrap_or_else(|_| panic!("no row {name}"));
    assert_eq!(row.arity(), words.len(), "{name}");
    // SAFETY: one word per part; pointers as above.
    unsafe { (row.call)(words) }
}

/// A handle that frees itself.
pub struct T(pub i64);
impl Drop for T {
    fn drop(&mut self) {
        assert_eq!(call("rt_release", &[self.0]), 0);
    }
}

/// A double as it crosses.
pub fn bits(number: f64) -> i64 {
    number.to_bits() as i64
}

/// The handle of what may be left out.
pub fn or_none(tensor: Option<&T>) -> i64 {
    tensor.map_or(0, |tensor| tensor.0)
}

/// Their handles in a list.
pub fn handles(tensors: &[T]) -> Vec<i64> {
    tensors.iter().map(|tensor| tensor.0).collect()
}

/// A device, a dtype, a layout.
#[derive(Clone, Copy)]
pub struct Place {
    pub device: i64,
    kind: &'static str,
    pub dtype: DType,
    /// Operands are transposed views of memory that holds their last two dimensions the other way round.
    pub turned: bool,
}

/// What no device but the CPU may answer: that it has no kernel for this.
pub struct Refused(String);
pub type Maybe<V> = Result<V, Refused>;

/// Live handles and the generator's seed are the process's, so the tests here take turns.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Runs a test at every place. The CPU refuses nothing; what another device does is said once.
pub fn everywhere(what: &str, test: impl Fn(&Place) -> Maybe<()>) {
    let _turn = turn();
    let before = call("rt_handle_live", &[0]);
    let mut said = BTreeSet::new();
    for device in devices::all() {
        for dtype in [DType::F64, DType::F32, DType::F16, DType::Bf16] {
            for turned in [false, true] {
                let place = Place { device: handle_of(&device.info().name), kind: device.info().kind, dtype, turned };
                if let Err(Refused(why)) = test(&place) {
                    said.insert(format!("{what} on {} in {dtype}: {why}", place.kind));
                }
            }
        }
    }
    said.iter().for_each(|line| println!("refused: {line}"));
    assert_eq!(call("rt_handle_live", &[0]), before, "a handle leaked");
}

fn handle_of(name: &str) -> i64 {
    call("rt_device_find", &[name.as_ptr() as i64, name.len() as i64])
}

impl Place {
    fn answer(&self, what: &str, handle: i64) -> Maybe<T> {
        if handle > 0 {
            return Ok(T(handle));
        }
        self.refusal(what)
    }

    fn refusal<V>(&self, what: &str) -> Maybe<V> {
        let (code, why) = (last_error::code(), last_error::message());
        assert!(self.kind != "cpu" && code == Code::Unsupported.number(), "{what} {:?}: {why}", self.dtype);
        Err(Refused(why))
    }

    /// A row that gives a tensor or a module.
    pub fn row(&self, name: &str, words: &[i64]) -> Maybe<T> {
        self.answer(name, call(name, words))
    }

    /// A row that gives a status, and these tensors through pointers.
    pub fn writes<const N: usize>(&self, name: &str, words: &[i64]) -> Maybe<[T; N]> {
        let mut out = [0i64; N];
        let first = out.as_mut_ptr();
        let places = (0..N).map(|i| first.wrapping_add(i) as i64);
        match call(name, &words.iter().copied().chain(places).collect::<Vec<_>>()) {
            0 => Ok(out.map(T)),
            _ => self.refusal(name),
        }
    }

    pub fn does(&self, name: &str, words: &[i64]) -> Maybe<()> {
        self.writes::<0>(name, words).map(|_| ())
    }

    fn upload(&self, array: &Array, dtype: DType) -> Maybe<T> {
        let mut bytes = Vec::new();
        with_element!(dtype, E => array.data.iter().for_each(|&v| E::from_real(v).append_to(&mut bytes)));
        let words = [
            bytes.as_ptr() as i64,
            array.data.len() as i64,
            array.dims.as_ptr() as i64,
            array.dims.len() as i64,
            dtype.number(),
            self.device,
        ];
        self.row("rt_tensor_from_data", &words)
    }

    /// A tensor of the place's dtype and layout.
    pub fn of(&self, array: &Array) -> Maybe<T> {
        if !self.turned || array.dims.len() < 2 {
            return self.upload(array, self.dtype);
        }
        let stored = self.upload(&array.turned(), self.dtype)?;
        self.row("rt_tensor_transpose", &[stored.0, -2, -1])
    }

    /// A tensor of another dtype, in row-major order.
    pub fn of_dtype(&self, array: &Array, number: i64) -> Maybe<T> {
        self.upload(array, DType::parse(number).unwrap())
    }

    /// What a tensor of the place's dtype holds.
    pub fn read(&self, tensor: &T) -> Maybe<Array> {
        assert_eq!(call("rt_tensor_dtype", &[tensor.0]), self.dtype.number());
        let mut dims = [0i64; 8];
        let rank = call("rt_tensor_shape", &[tensor.0, dims.as_mut_ptr() as i64, 8]) as usize;
        let count = dims[..rank].iter().product::<i64>();
        let mut bytes = vec![0u8; count as usize * self.dtype.size()];
        if call("rt_tensor_copy_to", &[tensor.0, bytes.as_mut_ptr() as i64, count, self.dtype.number()]) != count {
            return self.refusal("rt_tensor_copy_to");
        }
        let data = with_element!(self.dtype, E => {
            bytes.chunks_exact(self.dtype.size()).map(|part| E::read(part).to_real()).collect()
        });
        Ok(Array { dims: dims[..rank].to_vec(), data })
    }

    /// Gives a module these values for its parameters, in order.
    pub fn take_weights(&self, module: &T, weights: &[T]) -> Maybe<()> {
        assert_eq!(call("rt_module_parameter_count", &[module.0]), weights.len() as i64);
        for (at, weight) in weights.iter().enumerate() {
            let own = self.row("rt_module_parameter", &[module.0, at as i64])?;
            assert_eq!(call("rt_no_grad_begin", &[]), 0);
            let copied = self.does("rt_tensor_copy_", &[own.0, weight.0]);
            assert_eq!(call("rt_no_grad_end", &[]), 0);
            copied?;
        }
        Ok(())
    }

    /// How far numbers around 1 may lie from the reference, after a few roundings.
    pub fn tolerance(&self) -> f64 {
        let epsilon = match self.dtype {
            DType::F64 => 1e-13,
            DType::F32 => 2e-6,
            DType::F16 => 6e-3,
            _ => 5e-2,
        };
        if self.kind == "cpu" { epsilon } else { epsilon * 8.0 }
    }

    #[track_caller]
    pub fn same(&self, what: &str, got: &T, want: &Array) -> Maybe<()> {
        let got = self.read(got)?;
        assert_eq!(got.dims, want.dims, "{what}");
        for (at, (&got, &want)) in got.data.iter().zip(&want.data).enumerate() {
            let near = (got - want).abs() <= self.tolerance() * want.abs().max(1.0);
            assert!(
                near || got == want || got.is_nan() && want.is_nan(),
                "{what} in {:?} on {}: element {at} is {got}, the loops say {want}",
                self.dtype,
                self.kind
            );
        }
        Ok(())
    }
}
