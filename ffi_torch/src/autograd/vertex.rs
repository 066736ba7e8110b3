//! The record: one vertex for each tensor that wants a gradient, and how it came about.

use crate::Tensor;
use ffi_backend::{Result, fail};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A gradient by each operand, `None` where it is not wanted or is 0.
pub type Gradients = Vec<Option<Tensor>>;
/// How an op's gradient is computed.
pub type Rule = Box<dyn Fn(&Step) -> Result<Gradients> + Send + Sync>;
/// What a view is of a tensor.
pub(super) type Look = Box<dyn Fn(&Tensor) -> Result<Tensor> + Send + Sync>;

/// A tensor in the record.
pub struct Vertex {
    /// Vertices in the order in which they were made: an op's result comes after its operands.
    pub(super) order: u64,
    /// No op made it.
    pub(super) leaf: bool,
    /// Whether a leaf wants its gradient; others always do.
    pub(super) wanted: AtomicBool,
    /// Whether the gradient is kept though this is no leaf.
    pub(super) keeps: AtomicBool,
    /// Gathered so far.
    pub(super) grad: Mutex<Option<Tensor>>,
    /// How it came about; gone once `backward` has used it, unless that was told to retain the record.
    pub(super) history: Mutex<Option<Arc<History>>>,
}

/// How a tensor came about.
pub struct History {
    /// The op.
    pub name: &'static str,
    /// Its operands' vertices; `None` where no gradient is wanted.
    pub(super) operands: Vec<Option<Arc<Vertex>>>,
    saved: Vec<Option<Saved>>,
    output: Option<Saved>,
    rule: Rule,
    pub(super) part: Option<Part>,
}

/// What a view looks at of its one operand: its gradient adds up there, and is 0 elsewhere.
pub(super) struct Part {
    pub(super) dims: Vec<i64>,
    pub(super) view: Look,
}

/// A tensor kept for the rule, without its own vertex: the record would otherwise hold itself.
struct Saved {
    tensor: Tensor,
    version: u64,
}

impl Saved {
    fn of(tensor: &Tensor) -> Saved {
        Saved { tensor: tensor.detach(), version: tensor.version() }
    }

    fn unchanged(&self, name: &str) -> Result<Tensor> {
        let written = self.tensor.version().wrapping_sub(self.version);
        if written != 0 {
            fail!(
                InvalidArgument,
                "{name}: a tensor of shape {:?} that its gradient needs was changed in place since ({written} times); \
                 change a copy of it",
                self.tensor.dims()
            );
        }
        Ok(self.tensor.clone())
    }
}

/// What a rule needs of an op's operands and result.
#[derive(Clone, Copy, Default)]
pub struct Keep {
    /// A bit for each operand.
    pub operands: u64,
    /// Whether the result.
    pub output: bool,
}

impl Keep {
    /// Nothing but the upstream gradient.
    pub const NOTHING: Keep = Keep { operands: 0, output: false };
    /// The result alone.
    pub const OUTPUT: Keep = Keep { operands: 0, output: true };

    /// The operands with these bits.
    pub const fn operands(operands: u64) -> Keep {
        Keep { operands, output: false }
    }
}

/// What a mutex holds; a panic under it leaves it whole.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn own<T>(mutex: &mut Mutex<T>) -> &mut T {
    mutex.get_mut().unwrap_or_else(PoisonError::into_inner)
}

static ORDER: AtomicU64 = AtomicU64::new(0);

fn vertex(leaf: bool, history: Option<Arc<History>>) -> Arc<Vertex> {
    Arc::new(Vertex {
        order: ORDER.fetch_add(1, Relaxed),
        leaf,
        wanted: AtomicBool::new(true),
        keeps: AtomicBool::new(false),
        grad: Mutex::new(None),
        history: Mutex::new(history),
    })
}

/// Makes a tensor a leaf.
pub(super) fn attach(tensor: &Tensor) {
    // Another thread may have been first; then its vertex is as good.
    let _ = tensor.vertex.set(vertex(true, None));
}

/// The result of an op over `operands`, some of which want gradients, with the record of it. `output` has no vertex of its own.
pub fn record(
    name: &'static str,
    operands: &[&Tensor],
    keep: Keep,
    output: Tensor,
    rule: impl Fn(&Step) -> Result<Gradients> + Send + Sync + 'static,
) -> Tensor {
    written_down(name, operands, keep, output, Box::new(rule), None)
}

/// [`record`] of a view of some elements of `operand`, which `view` looks at in every tensor of those sizes. `rule` is for where the
/// gradient is recorded itself: else it is added into that of the operand, and many views cost no more than one.
pub fn record_part(
    name: &'static str,
    operand: &Tensor,
    output: Tensor,
    view: impl Fn(&Tensor) -> Result<Tensor> + Send + Sync + 'static,
    rule: impl Fn(&Step) -> Result<Gradients> + Send + Sync + 'static,
) -> Tensor {
    let part = Part { dims: operand.dims().to_vec(), view: Box::new(view) };
    written_down(name, &[operand], Keep::NOTHING, output, Box::new(rule), Some(part))
}

fn written_down(
    name: &'static str,
    operands: &[&Tensor],
    keep: Keep,
    mut output: Tensor,
    rule: Rule,
    part: Option<Part>,
) -> Tensor {
    let saved = |i: usize| (i < 64 && keep.operands >> i & 1 != 0).then(|| Saved::of(operands[i]));
    let history = History {
        name,
        operands: operands.iter().map(|operand| operand.wanted().cloned()).collect(),
        saved: (0..operands.len()).map(saved).collect(),
        output: keep.output.then(|| Saved::of(&output)),
        rule,
        part,
    };
    output.vertex = vertex(false, Some(Arc::new(history))).into();
    output
}

/// [`record`] where an operand wants gradients, else the result as it is.
pub fn record_if_tracked(
    name: &'static str,
    operands: &[&Tensor],
    keep: Keep,
    output: Tensor,
    rule: impl Fn(&Step) -> Result<Gradients> + Send + Sync + 'static,
) -> Tensor {
    if super::tracks(operands) { record(name, operands, keep, output, rule) } else { output }
}

/// One op on the way back: what its rule may ask for.
pub struct Step<'a> {
    pub(super) history: &'a History,
    pub(super) vertex: &'a Arc<Vertex>,
    /// The gradient of the op's result.
    pub grad: &'a Tensor,
}

impl Step<'_> {
    /// Whether a gradient by this operand is wanted.
    pub fn wants(&self, operand: usize) -> bool {
        self.history.operands[operand].is_some()
    }

    /// How many operands there are.
    pub fn operands(&self) -> usize {
        self.history.operands.len()
    }

    /// An operand that was kept.
    pub fn operand(&self, operand: usize) -> Result<Tensor> {
        let Some(saved) = &self.history.saved[operand] else {
            fail!(Internal, "{}: operand {operand} was not kept", self.history.name);
        };
        let mut tensor = saved.unchanged(self.history.name)?;
        if let Some(vertex) = &self.history.operands[operand] {
            tensor.vertex = vertex.clone().into();
        }
        Ok(tensor)
    }

    /// The result, which was kept.
    pub fn output(&self) -> Result<Tensor> {
        let Some(saved) = &self.history.output else {
            fail!(Internal, "{}: the result was not kept", self.history.name);
        };
        let mut tensor = saved.unchanged(self.history.name)?;
        tensor.vertex = self.vertex.clone().into();
        Ok(tensor)
    }

    /// The gradient by the one operand that there is.
    pub fn one(&self, gradient: impl FnOnce() -> Result<Tensor>) -> Result<Gradients> {
        Ok(vec![if self.wants(0) { Some(gradient()?) } else { None }])
    }

    pub(super) fn apply(&self) -> Result<Gradients> {
        (self.history.rule)(self)
    }
}

impl Drop for Vertex {
    /// A long chain is taken apart in a loop: dropping one vertex from within another would end on the stack's guard page.
    fn drop(&mut self) {
        let mut rest = Vec::new();
        self.empty(&mut rest);
        while let Some(vertex) = rest.pop() {
            if let Some(mut vertex) = Arc::into_inner(vertex) {
                vertex.empty(&mut rest);
            }
        }
    }
}

impl Vertex {
    /// Moves what it leads to, by its record or by its gradient's, to `rest`.
    fn empty(&mut self, rest: &mut Vec<Arc<Vertex>>) {
        if let Some(history) = own(&mut self.history).take().and_then(Arc::into_inner) {
            rest.extend(history.operands.into_iter().flatten());
        }
        rest.extend(own(&mut self.grad).take().and_then(|mut grad| grad.vertex.take()));
    }
}
