//! Gradients by reverse accumulation, define-by-run: every op over tensors that want gradients writes down how its own gradient
//! is computed; [`backward`] walks that record from a result back to the tensors it came from.
//!
//! Data flows one way: `vertex` is the record, `maps` the rule of every row of the op table (derived from the row), the
//! other ops bring their rules where they are defined, and `engine` walks. Rules are written in the same tensor ops, so that a
//! gradient can itself be recorded and differentiated.
//!
//! In-place rules: nothing is recorded for an op in place, so tensors that want gradients refuse it; every buffer counts the ops
//! that wrote it, and a rule whose saved tensor was written since is refused by [`backward`] instead of computing a wrong gradient.

mod engine;
pub(crate) mod maps;
pub(crate) mod statistics;
pub(crate) mod vertex;

pub use engine::{backward, gradients};

use crate::Tensor;
use ffi_backend::{Result, fail};
use std::cell::Cell;
use std::sync::atomic::Ordering::Relaxed;
use vertex::Vertex;

thread_local! {
    /// How many `no_grad` are open on this thread.
    static PAUSED: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread records.
pub fn enabled() -> bool {
    PAUSED.try_with(Cell::get).unwrap_or(1) == 0
}

/// Stops recording on this thread until as many [`no_grad_end`] follow.
pub fn no_grad_begin() -> Result<()> {
    PAUSED.with(|paused| match paused.get().checked_add(1) {
        Some(more) => {
            paused.set(more);
            Ok(())
        }
        None => fail!(InvalidArgument, "no_grad is open 2^32 times"),
    })
}

/// Ends one [`no_grad_begin`].
pub fn no_grad_end() -> Result<()> {
    PAUSED.with(|paused| match paused.get().checked_sub(1) {
        Some(less) => {
            paused.set(less);
            Ok(())
        }
        None => fail!(InvalidArgument, "no no_grad is open on this thread"),
    })
}

/// Runs without recording, or (`on`) with it, whatever the thread's state.
pub(crate) fn recording<R>(on: bool, body: impl FnOnce() -> R) -> R {
    /// Also when the body unwinds.
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            let _ = PAUSED.try_with(|paused| paused.set(self.0));
        }
    }
    let _restore = Restore(PAUSED.try_with(|paused| paused.replace(u32::from(!on))).unwrap_or(1));
    body()
}

/// Whether an op over these is to be recorded.
#[inline(always)]
pub(crate) fn tracks(operands: &[&Tensor]) -> bool {
    operands.iter().any(|tensor| tensor.vertex.get().is_some()) && tracks_slowly(operands)
}

#[cold]
#[inline(never)]
fn tracks_slowly(operands: &[&Tensor]) -> bool {
    enabled() && operands.iter().any(|tensor| tensor.wanted().is_some())
}

/// Refuses an op in place over tensors that want gradients.
#[inline(always)]
pub(crate) fn refuse_in_place(what: &str, operands: &[&Tensor]) -> Result<()> {
    if tracks(operands) {
        fail!(
            InvalidArgument,
            "{what}_: in place, where gradients are recorded, which would be lost; use the form that gives a new tensor, \
             or put the call between rt_no_grad_begin and rt_no_grad_end"
        );
    }
    Ok(())
}

impl Tensor {
    /// Its vertex, when gradients are wanted for it.
    pub(crate) fn wanted(&self) -> Option<&std::sync::Arc<Vertex>> {
        self.vertex.get().filter(|vertex| vertex.wanted.load(Relaxed))
    }

    /// Whether gradients are computed for it, because it wants them or something that it came from does.
    pub fn requires_grad(&self) -> bool {
        self.wanted().is_some()
    }

    /// Whether it is where gradients end: no op recorded it.
    pub fn is_leaf(&self) -> bool {
        self.wanted().is_none_or(|vertex| vertex.leaf)
    }

    /// Wants gradients from now on, or no longer. Floats alone; what an op recorded wants them in any case. Tensors made from it
    /// before, also by another handle, stay as they were.
    pub fn set_requires_grad(&self, wanted: bool) -> Result<()> {
        if wanted && !self.dtype.is_float() {
            fail!(DtypeMismatch, "requires_grad: {} has no gradient, floats alone do", self.dtype);
        }
        match self.vertex.get() {
            Some(vertex) if !vertex.leaf && !wanted => {
                fail!(InvalidArgument, "requires_grad: an op recorded this tensor; detach gives one without gradients")
            }
            Some(vertex) => vertex.wanted.store(wanted, Relaxed),
            None if wanted => vertex::attach(self),
            None => {}
        }
        Ok(())
    }

    /// Keeps the gradient of a tensor that an op made; leaves keep theirs anyhow.
    pub fn retain_grad(&self) -> Result<()> {
        let Some(vertex) = self.wanted() else {
            fail!(InvalidArgument, "retain_grad: no gradient is recorded for this tensor");
        };
        vertex.keeps.store(true, Relaxed);
        Ok(())
    }

    /// The gradient gathered so far.
    pub fn grad(&self) -> Option<Tensor> {
        self.vertex.get().and_then(|vertex| vertex::lock(&vertex.grad).clone())
    }

    /// Sets or forgets the gradient.
    pub fn set_grad(&self, grad: Option<&Tensor>) -> Result<()> {
        if let Some(grad) = grad {
            if grad.dims() != self.dims() {
                fail!(ShapeMismatch, "grad: shape {:?} for a tensor of {:?}", grad.dims(), self.dims());
            }
            if grad.dtype != self.dtype {
                fail!(DtypeMismatch, "grad: {} for a tensor of {}", grad.dtype, self.dtype);
            }
            if grad.device.info().id != self.device.info().id {
                let (there, here) = (&grad.device.info().name, &self.device.info().name);
                fail!(DeviceMismatch, "grad: on {there} for a tensor on {here}");
            }
        }
        match (self.vertex.get(), grad) {
            (Some(vertex), _) => {
                // Dropped outside the lock.
                let _before = std::mem::replace(&mut *vertex::lock(&vertex.grad), grad.map(Tensor::detach));
                Ok(())
            }
            (None, None) => Ok(()),
            (None, Some(_)) => fail!(InvalidArgument, "grad: this tensor wants no gradient"),
        }
    }

    /// How often its memory was written since it was made.
    pub(crate) fn version(&self) -> u64 {
        self.buffer.header().version.load(Relaxed)
    }

    /// The same memory, without a record: gradients end here.
    pub fn detach(&self) -> Tensor {
        Tensor { vertex: Default::default(), ..self.clone() }
    }
}
