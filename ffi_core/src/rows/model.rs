//! Files of whole models.

use super::borrow_all;
use super::nn::ModuleKind;
use ffi_base::{Array, Handle, Result, Status, Text, exports};
use ffi_torch::files::safetensors::{load_model, save_model};
use ffi_torch::nn::{Module, parameter_list};

type M = Handle<ModuleKind>;

exports! { ROWS, "Model files", "rt_";
    /// Writes all parameters and buffers of a module to a safetensors file, by the names of rt_module_parameter_name. The file appears
    /// whole, in the place of one that was there, or not at all. IO names the path and the reason.
    #[mode(Blocking)]
    fn model_save(module: M, path & len: Text) -> Status => save_model;
    /// Reads all parameters and buffers of a module from a safetensors file, into their own memory. The file must hold exactly these, of the same
    /// shapes and dtypes; else BAD_FORMAT names what is missing, too much or different, and nothing has changed.
    #[mode(Blocking)]
    fn model_load(module: M, path & len: Text) -> Status => load_model;
    /// A module of tensors of one's own, named `0.value`, `1.value`, …, for optimisers and files. They are shared, and want gradients from now
    /// on. It computes nothing.
    fn nn_parameter_list(tensors & n: Array<i64>) -> M => list;
}

fn list(tensors: &[i64]) -> Result<Module> {
    parameter_list::parameter_list(&borrow_all(tensors)?)
}
