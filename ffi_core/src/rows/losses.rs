//! Losses.

use super::TensorKind;
use ffi_base::{Handle, Part, Resolve, Resolved, Result, Sort, exports};
use ffi_torch::nn::loss::{self, Reduction};

type T = Handle<TensorKind>;
type How = Resolved<ReductionArgument>;

exports! { ROWS, "Tensors: losses", "rt_";
    /// The squared distance of input and target.
    fn tensor_mse_loss(input: T, target: T, reduction: How) -> T => loss::mse;
    /// The distance of input and target.
    fn tensor_l1_loss(input: T, target: T, reduction: How) -> T => loss::l1;
    /// Half the squared distance where it is below `delta`, else `delta (distance - delta / 2)` (Huber, 1964); `delta` is above 0.
    #[twins(bits)]
    fn tensor_huber_loss(input: T, target: T, delta: f64, reduction: How) -> T => loss::huber;
    /// The negative logarithm of the softmax of `input`, `[batch, classes, …]` or `[classes]`, at the class that `target` names: i64 or
    /// i32 of the input's shape without the classes. Negative classes count from the end, one outside is INVALID_ARGUMENT.
    fn tensor_cross_entropy(input: T, target: T, reduction: How) -> T => loss::cross_entropy;
    /// As rt_tensor_cross_entropy, of an input that is the logarithm of probabilities already.
    fn tensor_nll_loss(input: T, target: T, reduction: How) -> T => loss::nll;
    /// The negative logarithm of the probability `input` of what is true with the probability `target`. Logarithms end at -100, so
    /// that 0 and 1 give finite losses.
    fn tensor_binary_cross_entropy(input: T, target: T, reduction: How) -> T => loss::binary_cross_entropy;
    /// rt_tensor_binary_cross_entropy of the sigmoid of `input`, computed without it, so that nothing is lost far from 0.
    fn tensor_binary_cross_entropy_with_logits(input: T, target: T, reduction: How) -> T => loss::binary_cross_entropy_with_logits;
}

/// A reduction parameter: `RT_REDUCTION_MEAN` and its like.
pub struct ReductionArgument;

impl Resolve for ReductionArgument {
    type Value = Reduction;
    const PARTS: &'static [Part] = &[Part { c: "int64_t", sort: Sort::Integer }];

    fn resolve(number: i64) -> Result<Reduction> {
        Reduction::parse(number)
    }
}
