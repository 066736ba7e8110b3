//! The walk from a result back to the leaves.

use super::recording;
use super::vertex::{Part, Step, Vertex, lock};
use crate::Tensor;
use crate::elementwise::{map, map_in_place};
use ffi_backend::{BufferRef, Error, MapOp, Result, Scalar, fail};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// What becomes of the record.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keep {
    /// It stays for another walk.
    pub graph: bool,
    /// The gradients are recorded themselves, so that they can be differentiated.
    pub create: bool,
}

/// Adds to every leaf that `root` came from its gradient. `seed` is the gradient of root, 1 for a lone element.
pub fn backward(root: &Tensor, seed: Option<&Tensor>, keep_graph: bool, create_graph: bool) -> Result<()> {
    walk(root, seed, Keep { graph: keep_graph, create: create_graph }, &mut |vertex, gradient| {
        if (vertex.leaf && vertex.wanted.load(Relaxed)) || vertex.keeps.load(Relaxed) {
            accumulate(vertex, gradient)?;
        }
        Ok(())
    })
}

/// A gradient as memory of its own: it may be the seed, or one that flows to several tensors, and each is the caller's to write.
fn apart(vertex: &Vertex, gradient: &Tensor) -> Result<Tensor> {
    // A leaf's is needed no more, and nobody else holds this one.
    let own = vertex.leaf && BufferRef::strong_count(&gradient.buffer) == 1;
    if own { gradient.contiguous() } else { gradient.copy() }
}

/// The gradients of `root` by each of these tensors, which keep their own; `None` where root does not depend on it.
pub fn gradients(
    root: &Tensor,
    by: &[&Tensor],
    seed: Option<&Tensor>,
    keep_graph: bool,
    create_graph: bool,
) -> Result<Vec<Option<Tensor>>> {
    let mut vertices = Vec::with_capacity(by.len());
    for (at, tensor) in by.iter().enumerate() {
        let Some(vertex) = tensor.wanted() else {
            fail!(InvalidArgument, "gradients: tensor {at} wants no gradient");
        };
        vertices.push(Arc::as_ptr(vertex));
    }
    let mut found = vec![None; by.len()];
    walk(root, seed, Keep { graph: keep_graph, create: create_graph }, &mut |vertex, gradient| {
        for (slot, _) in found.iter_mut().zip(&vertices).filter(|(_, wanted)| **wanted == std::ptr::from_ref(vertex)) {
            *slot = Some(apart(vertex, gradient)?);
        }
        Ok(())
    })?;
    Ok(found)
}

fn walk(
    root: &Tensor,
    seed: Option<&Tensor>,
    keep: Keep,
    arrived: &mut dyn FnMut(&Vertex, &Tensor) -> Result<()>,
) -> Result<()> {
    let Some(start) = root.wanted() else {
        fail!(
            InvalidArgument,
            "backward: nothing is recorded for this tensor; nothing that it comes from wants gradients (rt_tensor_set_requires_grad), \
             or it was made between rt_no_grad_begin and rt_no_grad_end, or is a gradient made without create_graph"
        );
    };
    let seed = match seed {
        Some(seed) if seed.dims() != root.dims() || seed.dtype != root.dtype => fail!(
            ShapeMismatch,
            "backward: a gradient of {} {:?} for a result of {} {:?}",
            seed.dtype,
            seed.dims(),
            root.dtype,
            root.dims()
        ),
        Some(seed) if seed.device.info().id != root.device.info().id => {
            let (there, here) = (&seed.device.info().name, &root.device.info().name);
            fail!(DeviceMismatch, "backward: the gradient is on {there}, the result on {here}")
        }
        // What the seed was made of matters where the gradients are recorded themselves; else they would hold it for ever.
        Some(seed) if keep.create => seed.clone(),
        Some(seed) => seed.detach(),
        None if root.numel() != 1 => fail!(
            ShapeMismatch,
            "backward: shape {:?} is not one element; give the gradient of each (rt_tensor_backward_with), or take a sum or mean first",
            root.dims()
        ),
        None => Tensor::full(root.dims(), Scalar::Int(1), root.dtype, root.device)?,
    };
    recording(keep.create, || {
        // The latest first: whatever uses a vertex was made after it, so its gradient is complete when its turn comes.
        let mut waiting = BTreeMap::from([(start.order, Waiting { vertex: start.clone(), sum: seed, own: false })]);
        while let Some((_, Waiting { vertex, sum: gradient, .. })) = waiting.pop_last() {
            arrived(&vertex, &gradient)?;
            if vertex.leaf {
                continue;
            }
            let history =
                if keep.graph || keep.create { lock(&vertex.history).clone() } else { lock(&vertex.history).take() };
            let Some(history) = history else {
                fail!(
                    InvalidArgument,
                    "backward: the record was used up by an earlier backward; let that one keep it (rt_tensor_backward_with, retain_graph)"
                );
            };
            let within = |error: Error| error.at(&format!("gradient of {}", history.name));
            if let (Some(part), [Some(operand)], false) = (&history.part, &history.operands[..], keep.create) {
                let before = waiting.remove(&operand.order);
                let sum = added_to_part(before, part, &gradient).map_err(within)?;
                waiting.insert(operand.order, Waiting { vertex: operand.clone(), sum, own: true });
                continue;
            }
            let step = Step { history: &history, vertex: &vertex, grad: &gradient };
            for (operand, gradient) in history.operands.iter().zip(step.apply().map_err(within)?) {
                let (Some(operand), Some(gradient)) = (operand, gradient) else { continue };
                let (sum, own) = match waiting.remove(&operand.order) {
                    Some(Waiting { sum, own: true, .. }) if !keep.create => {
                        map_in_place(MapOp::add, &sum, &gradient)?;
                        (sum, true)
                    }
                    Some(before) => (map(MapOp::add, &[&before.sum, &gradient])?, true),
                    None => (gradient, false),
                };
                waiting.insert(operand.order, Waiting { vertex: operand.clone(), sum, own });
            }
        }
        Ok(())
    })
}

/// A vertex whose turn is to come, and the gradient that has reached it so far.
struct Waiting {
    vertex: Arc<Vertex>,
    sum: Tensor,
    /// The sum is memory of this walk alone, and may be added to in place.
    own: bool,
}

/// The gradient before with that of a part of it.
fn added_to_part(before: Option<Waiting>, part: &Part, gradient: &Tensor) -> Result<Tensor> {
    let Some(before) = before else {
        let sum = Tensor::full(&part.dims, Scalar::Int(0), gradient.dtype, gradient.device)?;
        (part.view)(&sum)?.assign(gradient)?;
        return Ok(sum);
    };
    let sum = if before.own { before.sum } else { before.sum.copy()? };
    map_in_place(MapOp::add, &(part.view)(&sum)?, gradient)?;
    Ok(sum)
}

/// Adds a gradient to what a vertex has gathered. The sum is a new tensor: who holds the gradient of before keeps it.
fn accumulate(vertex: &Vertex, gradient: &Tensor) -> Result<()> {
    let before = lock(&vertex.grad).clone();
    let sum = match &before {
        Some(before) => map(MapOp::add, &[before, gradient])?,
        None => apart(vertex, gradient)?,
    };
    // Both go outside the lock: what they end may call back.
    let replaced = lock(&vertex.grad).replace(sum);
    drop((before, replaced));
    Ok(())
}
