//! Descriptor sets: which buffers and images a pipeline's shaders see, each checked against what the module declares.
#![forbid(unsafe_code)]

use super::buffer::Buffer;
use super::device::Device;
use super::format;
use super::image::{Image, Sampler};
use super::layout::{Layout, Slot};
use super::pipeline::Pipeline;
use super::raw::descriptor::RawSet;
use super::resource::{Resource, Uses};
use super::spirv::Numeric;
use super::{at, lock};
use ash::vk;
use ffi_base::{Result, fail};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A descriptor set.
pub struct DescriptorSet {
    raw: RawSet,
    layout: Arc<Layout>,
    pub index: u32,
    state: Mutex<State>,
    uses: Uses,
}

#[derive(Default)]
struct State {
    /// By binding and element.
    bound: BTreeMap<(u32, u32), Bound>,
    /// Grows with each write; what was recorded before does not count any more.
    version: u64,
}

/// What stands at one element of a binding.
#[derive(Clone)]
pub enum Bound {
    Buffer(Arc<Buffer>),
    Image(Option<Arc<Image>>, Option<Arc<Sampler>>, vk::ImageLayout),
}

/// A set in which nothing is missing.
pub struct Complete<'a> {
    pub set: &'a DescriptorSet,
    state: MutexGuard<'a, State>,
}

impl Complete<'_> {
    pub fn things(&self) -> impl Iterator<Item = &Bound> {
        self.state.bound.values()
    }

    /// What stands at a binding.
    pub fn at(&self, binding: u32) -> impl Iterator<Item = &Bound> {
        self.state.bound.range((binding, 0)..=(binding, u32::MAX)).map(|(_, bound)| bound)
    }

    pub fn version(&self) -> u64 {
        self.state.version
    }
}

impl Resource for DescriptorSet {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        self.raw.device()
    }
    fn what(&self) -> &'static str {
        "descriptor set"
    }
}

impl DescriptorSet {
    pub fn create(pipeline: &Arc<Pipeline>, set: i64) -> Result<Arc<DescriptorSet>> {
        let device = pipeline.device();
        device.check()?;
        let layout = pipeline.layout.clone();
        let index = at("set", set, layout.description.sets.len())?;
        let raw = RawSet::create(device, &layout.description.sets[index], &layout.sets[index])?;
        let (state, uses) = (Mutex::default(), Uses::default());
        Ok(Arc::new(DescriptorSet { raw, layout, index: index as u32, state, uses }))
    }

    pub fn handle(&self) -> vk::DescriptorSet {
        self.raw.set
    }

    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    fn slots(&self) -> &[Slot] {
        &self.layout.description.sets[self.index as usize]
    }

    fn slot(&self, binding: i64, element: i64) -> Result<(&Slot, u32)> {
        let Some(slot) = self.slots().iter().find(|slot| i64::from(slot.binding) == binding) else {
            let all: Vec<u32> = self.slots().iter().map(|slot| slot.binding).collect();
            fail!(NotFound, "set {} has no binding {binding}; it has {all:?}", self.index);
        };
        Ok((slot, at("element", element, slot.count as usize)? as u32))
    }

    /// Everything that is bound; refuses while something is missing. The caller records, so nobody binds it anew meanwhile.
    pub fn complete(&self) -> Result<Complete<'_>> {
        let state = lock(&self.state);
        for slot in self.slots() {
            for element in 0..slot.count {
                if !state.bound.contains_key(&(slot.binding, element)) {
                    let (binding, set, kind) = (slot.binding, self.index, slot.kind);
                    fail!(
                        InvalidArgument,
                        "nothing is bound to element {element} of binding {binding} of set {set}, a {kind:?}"
                    );
                }
            }
        }
        Ok(Complete { set: self, state })
    }

    /// Whether it is still as it was when recorded. The caller counts it as used.
    pub fn unchanged(&self, version: u64) -> Result<()> {
        if lock(&self.state).version != version {
            fail!(InvalidArgument, "descriptor set {} was bound anew after it was recorded; begin anew", self.index);
        }
        Ok(())
    }

    fn put(&self, binding: u32, element: u32, bound: Bound, write: impl FnOnce()) -> Result<()> {
        self.check_idle("bound anew")?;
        let before = {
            let _alone = self.device().binds();
            let mut state = lock(&self.state);
            // Under the lock: who submits counts its use first and looks at the version then.
            self.check_counted("bound anew")?;
            write();
            state.version += 1;
            state.bound.insert((binding, element), bound)
        };
        drop(before);
        Ok(())
    }
}

type Set = Arc<DescriptorSet>;

/// Binds bytes of a buffer; to its end when the length is -1.
pub fn bind_buffer(set: &Set, binding: i64, element: i64, buffer: &Arc<Buffer>, offset: i64, len: i64) -> Result<()> {
    set.device().check()?;
    set.device().same(buffer.device(), "buffer")?;
    let (slot, element) = set.slot(binding, element)?;
    let limits = set.device().limits();
    let (usage, align, most) = match slot.kind {
        vk::DescriptorType::STORAGE_BUFFER => (
            vk::BufferUsageFlags::STORAGE_BUFFER,
            limits.min_storage_buffer_offset_alignment,
            limits.max_storage_buffer_range,
        ),
        vk::DescriptorType::UNIFORM_BUFFER => (
            vk::BufferUsageFlags::UNIFORM_BUFFER,
            limits.min_uniform_buffer_offset_alignment,
            limits.max_uniform_buffer_range,
        ),
        other => fail!(InvalidArgument, "binding {binding} takes a {other:?}, not a buffer"),
    };
    let (at, range) = buffer.range(offset, len, usage)?;
    buffer.memory()?;
    if at % align.max(1) != 0 {
        fail!(InvalidArgument, "offset {at} is no multiple of {align}, which the device wants");
    }
    if range > u64::from(most) {
        fail!(Unsupported, "{range} bytes in one binding; the device takes {most}");
    }
    if range < slot.least_bytes {
        let least = slot.least_bytes;
        fail!(InvalidArgument, "binding {binding} declares {least} bytes, the range has {range}");
    }
    let info = vk::DescriptorBufferInfo { buffer: buffer.handle(), offset: at, range };
    set.put(slot.binding, element, Bound::Buffer(buffer.clone()), || set.raw.write_buffer(slot, element, info))
}

/// Binds an image, a sampler, or both, as the binding wants.
pub fn bind_image(
    set: &Set,
    binding: i64,
    element: i64,
    image: Option<&Arc<Image>>,
    sampler: Option<&Arc<Sampler>>,
) -> Result<()> {
    use vk::DescriptorType as T;
    set.device().check()?;
    let (slot, element) = set.slot(binding, element)?;
    let (usage, layout, sampled) = match slot.kind {
        T::STORAGE_IMAGE => (Some(vk::ImageUsageFlags::STORAGE), vk::ImageLayout::GENERAL, false),
        T::SAMPLED_IMAGE => (Some(vk::ImageUsageFlags::SAMPLED), vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, false),
        T::COMBINED_IMAGE_SAMPLER => {
            (Some(vk::ImageUsageFlags::SAMPLED), vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL, true)
        }
        T::SAMPLER => (None, vk::ImageLayout::UNDEFINED, true),
        other => fail!(InvalidArgument, "binding {binding} takes a {other:?}, no image"),
    };
    if image.is_some() != usage.is_some() || sampler.is_some() != sampled {
        let given = (image.is_some(), sampler.is_some());
        fail!(InvalidArgument, "binding {binding} takes a {:?}; (image, sampler) are given: {given:?}", slot.kind);
    }
    let mut info = vk::DescriptorImageInfo::default();
    if let (Some(image), Some(usage)) = (image, usage) {
        set.device().same(image.device(), "image")?;
        image.needs(usage)?;
        // Shaders see depth as a float.
        let texels = image.format.numeric.unwrap_or(Numeric::Float);
        if slot.numeric.is_some_and(|declared| declared != texels) {
            let (declared, own) = (slot.numeric, image.format.raw);
            fail!(InvalidArgument, "binding {binding} declares texels of {declared:?}, the image is of {own:?}");
        }
        if let Some(declared) = slot.format.filter(|format| format::declared(*format) != Some(image.shape.format)) {
            let own = image.shape.format;
            fail!(InvalidArgument, "binding {binding} stores texels as {declared:?}, the image is of {own:?}");
        }
        info = info.image_view(image.view()).image_layout(layout);
    }
    if let Some(sampler) = sampler {
        set.device().same(sampler.device(), "sampler")?;
        if let Some(image) = image.filter(|image| sampler.linear && !image.blends_texels()) {
            fail!(Unsupported, "the device has no linear sampler for images of {:?}", image.format.raw);
        }
        info = info.sampler(sampler.raw.sampler);
    }
    let bound = Bound::Image(image.cloned(), sampler.cloned(), layout);
    set.put(slot.binding, element, bound, || set.raw.write_image(slot, element, info))
}
