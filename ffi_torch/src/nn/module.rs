//! What every layer is, and networks of them.

use crate::Tensor;
use crate::autograd::recording;
use ffi_backend::{Result, fail};
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// One kind of layer.
pub trait Layer: Any + Send + Sync {
    /// What it is called in messages.
    fn name(&self) -> &'static str;

    /// Its result. `training` is whether it learns: dropout drops, batch normalisation gathers statistics.
    fn forward(&self, x: &Tensor, training: bool) -> Result<Tensor>;

    /// Its own parameters by name, in a fixed order.
    fn parameters(&self) -> Vec<(String, &Tensor)> {
        Vec::new()
    }

    /// What is saved with the parameters but not learned, by name, in a fixed order.
    fn buffers(&self) -> Vec<(String, &Tensor)> {
        Vec::new()
    }

    /// The modules in it by name, in a fixed order.
    fn children(&self) -> Vec<(String, &Module)> {
        Vec::new()
    }
}

/// A layer or a network. Clones are the same one: parameters and mode are shared.
#[derive(Clone)]
pub struct Module(Arc<Inner>);

struct Inner {
    layer: Box<dyn Layer>,
    training: AtomicBool,
    depth: u32,
    count: u64,
}

/// Modules in modules in modules: all that walks them is recursive, so that nobody may build a chain as long as the stack.
const MAX_DEPTH: u32 = 64;
/// Modules are shared, so that a few handles can stand for more layers than there is time for.
const MAX_COUNT: u64 = 1 << 20;

impl Module {
    /// A new one, in training mode.
    pub fn new(layer: impl Layer) -> Result<Module> {
        let (mut depth, mut count) = (1, 1u64);
        for (_, child) in layer.children() {
            depth = depth.max(child.0.depth + 1);
            count = count.saturating_add(child.0.count);
        }
        if depth > MAX_DEPTH {
            fail!(InvalidArgument, "{}: modules within modules, more than {MAX_DEPTH} deep", layer.name());
        }
        if count > MAX_COUNT {
            fail!(InvalidArgument, "{}: a network of {count} modules, more than {MAX_COUNT}", layer.name());
        }
        Ok(Module(Arc::new(Inner { layer: Box::new(layer), training: AtomicBool::new(true), depth, count })))
    }

    /// The layer, where it is of this kind.
    pub fn as_layer<L: Layer>(&self) -> Option<&L> {
        (&*self.0.layer as &dyn Any).downcast_ref()
    }

    /// What kind of layer it is.
    pub fn name(&self) -> &'static str {
        self.0.layer.name()
    }

    /// Its result for an input.
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        self.0.layer.forward(x, self.is_training()).map_err(|error| error.at(self.name()))
    }

    /// Whether it learns.
    pub fn is_training(&self) -> bool {
        self.0.training.load(Relaxed)
    }

    /// Training or evaluation, for all modules in it too.
    pub fn train(&self, training: bool) {
        self.0.training.store(training, Relaxed);
        self.0.layer.children().iter().for_each(|(_, child)| child.train(training));
    }

    /// All parameters, also those of the modules in it, as `0.weight`.
    pub fn parameters(&self) -> Vec<(String, Tensor)> {
        self.collect(|layer| layer.parameters())
    }

    /// All buffers likewise.
    pub fn buffers(&self) -> Vec<(String, Tensor)> {
        self.collect(|layer| layer.buffers())
    }

    /// Parameters, then buffers: what a file of the model holds.
    pub fn state(&self) -> Vec<(String, Tensor)> {
        [self.parameters(), self.buffers()].concat()
    }

    fn collect(&self, own: fn(&dyn Layer) -> Vec<(String, &Tensor)>) -> Vec<(String, Tensor)> {
        let layer = &*self.0.layer;
        let mut found: Vec<(String, Tensor)> =
            own(layer).into_iter().map(|(name, tensor)| (name, tensor.clone())).collect();
        for (name, child) in layer.children() {
            found.extend(child.collect(own).into_iter().map(|(inner, tensor)| (format!("{name}.{inner}"), tensor)));
        }
        found
    }

    /// Forgets the gradients of all parameters.
    pub fn zero_grad(&self) -> Result<()> {
        self.parameters().iter().try_for_each(|(_, parameter)| parameter.set_grad(None))
    }

    /// Overwrites a parameter or buffer, keeping its place, with values that convert to its dtype.
    pub fn load(&self, name: &str, values: &Tensor) -> Result<()> {
        let Some((_, own)) = self.state().into_iter().find(|(own, _)| own == name) else {
            fail!(NotFound, "no parameter is named {name:?}");
        };
        if own.dims() != values.dims() {
            fail!(ShapeMismatch, "parameter {name:?} has shape {:?}, the values {:?}", own.dims(), values.dims());
        }
        recording(false, || own.assign(values))
    }
}

/// Makes a tensor a parameter: gradients are wanted for it.
pub fn parameter(tensor: Tensor) -> Result<Tensor> {
    let parameter = tensor.detach();
    parameter.set_requires_grad(true)?;
    Ok(parameter)
}

/// The parameters of a layer by name, without those that it does not have.
pub(super) fn named<'a, const N: usize>(tensors: [(&str, Option<&'a Tensor>); N]) -> Vec<(String, &'a Tensor)> {
    tensors.into_iter().filter_map(|(name, tensor)| Some((name.to_owned(), tensor?))).collect()
}
