//! What every module has; the layers are in `layers`.

use super::TensorKind;
use ffi_base::{Bool, Count, Freed, Handle, Result, Status, Text, TextOut, error, exports, object};
use ffi_torch::Tensor;
use ffi_torch::nn::Module;

ffi_base::kinds! { KINDS;
    /// A layer or a whole network.
    ModuleKind = 3, "module", "rt_module", true, Module;
}

type T = Handle<TensorKind>;
type M = Handle<ModuleKind>;

exports! { ROWS, "Modules", "rt_";
    /// Frees a module's handle. Its parameters live on where other handles share them.
    fn module_free(module: Freed<ModuleKind>) -> Status => object::free;
    /// The module's result for an input.
    fn module_forward(module: M, input: T) -> T => Module::forward;
    /// How many parameters it has, those of modules in it included.
    fn module_parameter_count(module: M) -> Count => parameter_count;
    /// The parameter with this number, in a fixed order. Shares the memory and gathers the gradient.
    fn module_parameter(module: M, index: i64) -> T => parameter;
    /// The parameter with this name, as `0.weight` for the weight of the first module of a sequence.
    fn module_parameter_named(module: M, name & len: Text) -> T => parameter_named;
    /// The name of the parameter with this number.
    #[twins(copy)]
    fn module_parameter_name(module: M, index: i64) -> Text => parameter_name;
    /// The buffer with this name: what is kept with the parameters but not learned, as the `running_mean` of a batch normalisation.
    /// Shares the memory.
    fn module_buffer_named(module: M, name & len: Text) -> T => buffer_named;
    /// Training or evaluation mode, for the modules in it too; a module starts in training mode.
    fn module_train(module: M, training: bool) -> Status => train;
    /// Whether it is in training mode.
    fn module_is_training(module: M) -> Bool => is_training;
    /// Forgets the gradients of all parameters.
    fn module_zero_grad(module: M) -> Status => Module::zero_grad;
}

fn parameter_count(module: &Module) -> Result<i64> {
    Ok(module.parameters().len() as i64)
}
fn at(module: &Module, index: i64) -> Result<(String, Tensor)> {
    let parameters = module.parameters();
    let count = parameters.len();
    let found = usize::try_from(index).ok().and_then(|index| parameters.into_iter().nth(index));
    found.ok_or_else(|| error!(NotFound, "parameter {index} of {count}"))
}
fn parameter(module: &Module, index: i64) -> Result<Tensor> {
    Ok(at(module, index)?.1)
}
fn parameter_name(module: &Module, index: i64) -> Result<TextOut> {
    Ok(at(module, index)?.0.into())
}
fn parameter_named(module: &Module, name: &str) -> Result<Tensor> {
    let found = module.parameters().into_iter().find(|(own, _)| own == name);
    found.map(|(_, tensor)| tensor).ok_or_else(|| error!(NotFound, "no parameter is named {name:?}"))
}
fn buffer_named(module: &Module, name: &str) -> Result<Tensor> {
    let found = module.buffers().into_iter().find(|(own, _)| own == name);
    found.map(|(_, tensor)| tensor).ok_or_else(|| error!(NotFound, "no buffer is named {name:?}"))
}
fn train(module: &Module, training: bool) -> Result<()> {
    module.train(training);
    Ok(())
}
fn is_training(module: &Module) -> Result<bool> {
    Ok(module.is_training())
}
