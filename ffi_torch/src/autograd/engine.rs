//! The walk from a result back to the leaves.

use super::recording;
use super::vertex::{Step, Vertex, lock};
use crate::Tensor;
use crate::elementwise::map;
use ffi_backend::{MapOp, Result, Scalar, fail};
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
            *slot = Some(gradient.clone());
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
            "backward: nothing is recorded for this tensor; let a tensor that it comes from require gradients first"
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
        Some(seed) => seed.clone(),
        None if root.numel() != 1 => fail!(
            ShapeMismatch,
            "backward: shape {:?} is not one element; give the gradient of each of them",
            root.dims()
        ),
        None => Tensor::full(root.dims(), Scalar::Int(1), root.dtype, root.device)?,
    };
    recording(keep.create, || {
        // The latest first: whatever uses a vertex was made after it, so its gradient is complete when its turn comes.
        let mut waiting = BTreeMap::from([(start.order, (start.clone(), seed))]);
        while let Some((_, (vertex, gradient))) = waiting.pop_last() {
            arrived(&vertex, &gradient)?;
            if vertex.leaf {
                continue;
            }
            let history = if keep.graph { lock(&vertex.history).clone() } else { lock(&vertex.history).take() };
            let Some(history) = history else {
                fail!(
                    InvalidArgument,
                    "backward: the record was used up by an earlier backward; let that one retain the graph"
                );
            };
            let step = Step { history: &history, vertex: &vertex, grad: &gradient };
            let gradients = step.apply().map_err(|error| error.at(&format!("gradient of {}", history.name)))?;
            for (operand, gradient) in history.operands.iter().zip(gradients) {
                let (Some(operand), Some(gradient)) = (operand, gradient) else { continue };
                let gradient = match waiting.remove(&operand.order) {
                    Some((_, before)) => map(MapOp::add, &[&before, &gradient])?,
                    None => gradient,
                };
                waiting.insert(operand.order, (operand.clone(), gradient));
            }
        }
        Ok(())
    })
}

/// Adds a gradient to what a vertex has gathered. The sum is a new tensor: who holds the gradient of before keeps it.
fn accumulate(vertex: &Vertex, gradient: &Tensor) -> Result<()> {
    let mut gathered = lock(&vertex.grad);
    *gathered = Some(match gathered.as_ref() {
        Some(before) => map(MapOp::add, &[before, gradient])?,
        // A view would keep more than itself alive, or be written through another.
        None => gradient.contiguous()?,
    });
    Ok(())
}
