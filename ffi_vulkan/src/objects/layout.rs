//! The layout of a pipeline: what its shaders bind, as reflection found it, checked against the device.
#![forbid(unsafe_code)]

use super::device::Device;
use super::raw::pipeline::{RawLayout, RawSetLayout, layouts};
use super::spirv::{Binding, BindingKind, Entry, ImageFormat, Numeric};
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::Arc;

/// One binding of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    pub binding: u32,
    pub kind: vk::DescriptorType,
    pub count: u32,
    pub stages: vk::ShaderStageFlags,
    pub least_bytes: u64,
    pub numeric: Option<Numeric>,
    pub format: Option<ImageFormat>,
}

/// What pipelines must have in common for their sets to fit both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description {
    pub sets: Vec<Vec<Slot>>,
    pub push_bytes: u32,
    pub push_stages: vk::ShaderStageFlags,
}

/// A layout.
pub struct Layout {
    pub description: Description,
    pub sets: Vec<RawSetLayout>,
    pub raw: RawLayout,
}

impl Description {
    /// What these stages bind together.
    pub fn new(stages: &[&Entry]) -> Result<Description> {
        let mut all = Description::default();
        for entry in stages {
            if entry.push_bytes > 0 {
                all.push_bytes = all.push_bytes.max(entry.push_bytes);
                all.push_stages |= entry.stage;
            }
            for found in &entry.bindings {
                let place = || format!("binding {} of set {}", found.binding, found.set);
                if found.kind == BindingKind::Other {
                    fail!(Unsupported, "{} takes what no row can bind", place());
                }
                if found.count == 0 {
                    fail!(Unsupported, "{} is an array without length", place());
                }
                // No device has more.
                if found.set > 255 {
                    fail!(Unsupported, "{}: sets are numbered below 256", place());
                }
                let kind = vk::DescriptorType::from_raw(found.kind as i64 as i32);
                while all.sets.len() <= found.set as usize {
                    all.sets.push(Vec::new());
                }
                let set = &mut all.sets[found.set as usize];
                let at = set.binary_search_by_key(&found.binding, |slot| slot.binding);
                match at.map(|at| &mut set[at]) {
                    Ok(slot)
                        if (slot.kind, slot.count, slot.numeric) == (kind, found.count, found.numeric)
                            && (slot.format == found.format || slot.format.is_none() || found.format.is_none()) =>
                    {
                        slot.stages |= entry.stage;
                        slot.format = slot.format.or(found.format);
                        slot.least_bytes = slot.least_bytes.max(found.least_bytes);
                    }
                    Ok(slot) => {
                        let (own, other) =
                            ((slot.kind, slot.numeric, slot.format), (kind, found.numeric, found.format));
                        fail!(InvalidArgument, "{} is {own:?} in one stage, {other:?} in another", place())
                    }
                    Err(at) => {
                        let Binding { binding, count, least_bytes, numeric, format, .. } = *found;
                        set.insert(
                            at,
                            Slot { binding, kind, count, stages: entry.stage, least_bytes, numeric, format },
                        );
                    }
                }
            }
        }
        Ok(all)
    }

    fn check(&self, limits: &vk::PhysicalDeviceLimits) -> Result<()> {
        if self.sets.len() > limits.max_bound_descriptor_sets as usize {
            fail!(Unsupported, "{} sets; the device binds {}", self.sets.len(), limits.max_bound_descriptor_sets);
        }
        if self.push_bytes > limits.max_push_constants_size {
            let most = limits.max_push_constants_size;
            fail!(Unsupported, "push constants of {} bytes; the device takes {most}", self.push_bytes);
        }
        use vk::DescriptorType as T;
        let most = [
            (
                &[T::STORAGE_BUFFER, T::UNIFORM_BUFFER, T::STORAGE_IMAGE, T::SAMPLED_IMAGE, T::COMBINED_IMAGE_SAMPLER]
                    [..],
                limits.max_per_stage_resources,
            ),
            (&[T::STORAGE_BUFFER], limits.max_per_stage_descriptor_storage_buffers),
            (&[T::UNIFORM_BUFFER], limits.max_per_stage_descriptor_uniform_buffers),
            (&[T::STORAGE_IMAGE], limits.max_per_stage_descriptor_storage_images),
            (&[T::SAMPLED_IMAGE, T::COMBINED_IMAGE_SAMPLER], limits.max_per_stage_descriptor_sampled_images),
            (&[T::SAMPLER, T::COMBINED_IMAGE_SAMPLER], limits.max_per_stage_descriptor_samplers),
        ];
        for (kinds, most) in most {
            let slots = self.sets.iter().flatten().filter(|slot| kinds.contains(&slot.kind));
            let count: u64 = slots.map(|slot| u64::from(slot.count)).sum();
            if count > u64::from(most) {
                fail!(Unsupported, "{count} descriptors of {kinds:?}; the device takes {most} in a stage");
            }
        }
        Ok(())
    }
}

impl Layout {
    pub fn create(device: &Arc<Device>, description: Description) -> Result<Arc<Layout>> {
        description.check(device.limits())?;
        let (sets, raw) = layouts(device, &description)?;
        Ok(Arc::new(Layout { description, sets, raw }))
    }
}
