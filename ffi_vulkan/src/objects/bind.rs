//! What is bound while recording: pipelines, descriptor sets, push constants; checked together before a dispatch or a draw.
#![forbid(unsafe_code)]

use super::commands::{Commands, State};
use super::descriptor::{Bound, Complete, DescriptorSet};
use super::image::Image;
use super::pipeline::Pipeline;
use super::recording::Recording;
use super::resource::Resource;
use super::size;
use ash::vk;
use ffi_base::{Result, fail};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What dispatches, or draws, take.
#[derive(Default)]
pub struct Point {
    pub pipeline: Option<Arc<Pipeline>>,
    pub sets: BTreeMap<u32, Arc<DescriptorSet>>,
}

/// Push constants, and which words were given.
#[derive(Default)]
pub struct Push {
    data: Vec<u8>,
    given: Vec<bool>,
}

impl State {
    pub fn point(&mut self, point: vk::PipelineBindPoint) -> &mut Point {
        if point == vk::PipelineBindPoint::GRAPHICS { &mut self.graphics } else { &mut self.compute }
    }
}

/// The pipeline that is bound, with the sets that it takes.
fn bound(state: &mut State, point: vk::PipelineBindPoint) -> Result<(Arc<Pipeline>, Vec<Arc<DescriptorSet>>)> {
    let bound = state.point(point);
    let Some(pipeline) = bound.pipeline.clone() else {
        let kind = if point == vk::PipelineBindPoint::GRAPHICS { "graphics" } else { "compute" };
        fail!(InvalidArgument, "no {kind} pipeline is bound; call rt_vk_bind_pipeline first");
    };
    let description = &pipeline.layout.description;
    let mut sets = Vec::new();
    for (index, slots) in description.sets.iter().enumerate().filter(|(_, slots)| !slots.is_empty()) {
        let Some(set) = bound.sets.get(&(index as u32)) else {
            let slots: Vec<u32> = slots.iter().map(|slot| slot.binding).collect();
            fail!(InvalidArgument, "no descriptor set {index} is bound, of which the pipeline uses bindings {slots:?}");
        };
        if set.layout().description != *description {
            fail!(InvalidArgument, "descriptor set {index} was made for a pipeline with other bindings");
        }
        sets.push(set.clone());
    }
    Ok((pipeline, sets))
}

/// The images that the sets hold, with the layouts that they need.
fn images(state: &State, sets: &[Complete<'_>]) -> Result<Vec<(Arc<Image>, vk::ImageLayout)>> {
    let mut all = Vec::new();
    let mut wanted: HashMap<usize, vk::ImageLayout> = HashMap::new();
    for bound in sets.iter().flat_map(Complete::things) {
        let Bound::Image(Some(image), _, layout) = bound else { continue };
        let key = Arc::as_ptr(image).addr();
        if wanted.insert(key, *layout).is_some_and(|other| other != *layout) {
            fail!(InvalidArgument, "one image is bound to be sampled and to be stored at the same time");
        }
        if state.rendering.is_some() && state.images.get(&key).is_some_and(|track| track.now != *layout) {
            let now = state.images[&key].now;
            fail!(
                InvalidArgument,
                "an image is in layout {now:?}, which does not change while rendering: call rt_vk_image_layout before rt_vk_render_begin"
            );
        }
        all.push((image.clone(), *layout));
    }
    Ok(all)
}

/// Refuses a linear sampler where the shaders join it with an image between whose texels the device cannot blend.
fn check_joins(pipeline: &Pipeline, sets: &[Complete<'_>]) -> Result<()> {
    let at = |place: Option<(u32, u32)>| {
        // What the module does not tell may be any.
        sets.iter().filter(move |own| place.is_none_or(|(set, _)| set == own.set.index)).flat_map(move |own| {
            let all = place.is_none().then(|| own.things());
            let one = place.map(|(_, binding)| own.at(binding));
            all.into_iter().flatten().chain(one.into_iter().flatten())
        })
    };
    for [image, sampler] in &pipeline.joins {
        let is_linear = |bound: &Bound| matches!(bound, Bound::Image(None, Some(sampler), _) if sampler.linear);
        if !at(*sampler).any(is_linear) {
            continue;
        }
        for bound in at(*image) {
            let Bound::Image(Some(image), None, vk::ImageLayout::SHADER_READ_ONLY_OPTIMAL) = bound else { continue };
            if !image.blends_texels() {
                let format = image.format.raw;
                fail!(
                    Unsupported,
                    "a shader joins a linear sampler with an image of {format:?}, for which the device has none"
                );
            }
        }
    }
    Ok(())
}

/// Refuses push constants that are not complete.
fn check_push(state: &State, bytes: u32) -> Result<()> {
    let words = bytes as usize / 4;
    if let Some(missing) = (0..words).find(|word| state.push.given.get(*word) != Some(&true)) {
        fail!(
            InvalidArgument,
            "byte {} of {bytes} of push constants was not given; call rt_vk_push_constants",
            missing * 4
        );
    }
    Ok(())
}

impl Recording<'_> {
    /// Checks and records what a dispatch or a draw needs before it. Refuses before anything is recorded.
    pub fn prepare(&mut self, point: vk::PipelineBindPoint) -> Result<Arc<Pipeline>> {
        let (pipeline, sets) = bound(&mut self.state, point)?;
        let sets = sets.iter().map(|set| Ok((set, set.complete()?))).collect::<Result<Vec<_>>>()?;
        let (sets, complete): (Vec<_>, Vec<_>) = sets.into_iter().unzip();
        let images = images(&self.state, &complete)?;
        check_joins(&pipeline, &complete)?;
        let description = &pipeline.layout.description;
        check_push(&self.state, description.push_bytes)?;
        for (image, layout) in &images {
            self.use_image(image, *layout, false);
        }
        self.recorder().bind_pipeline(point, pipeline.raw.pipeline);
        let layout = pipeline.layout.raw.layout;
        for (set, complete) in sets.into_iter().zip(complete) {
            self.recorder().bind_set(point, layout, set.index, set.handle());
            for thing in complete.things() {
                match thing {
                    Bound::Buffer(buffer) => self.keep_buffer(buffer)?,
                    Bound::Image(_, Some(sampler), _) => self.keep(sampler.clone()),
                    Bound::Image(..) => {}
                }
            }
            if !self.state.sets.iter().any(|(own, _)| Arc::ptr_eq(own, set)) {
                self.state.sets.push((set.clone(), complete.version()));
            }
            self.keep(set.clone());
        }
        if description.push_bytes > 0 {
            let data = &self.state.push.data[..description.push_bytes as usize];
            self.recorder().push(layout, description.push_stages, data);
        }
        self.keep(pipeline.clone());
        Ok(pipeline)
    }
}

// The rows that bind.

pub fn bind_pipeline(commands: &Arc<Commands>, pipeline: &Arc<Pipeline>) -> Result<()> {
    let mut recording = commands.record("bind")?;
    recording.same_device(&**pipeline)?;
    let graphics = pipeline.graphics.is_some();
    recording.needs("bind", if graphics { vk::QueueFlags::GRAPHICS } else { vk::QueueFlags::COMPUTE })?;
    recording.keep(pipeline.clone());
    recording.state.point(pipeline.point()).pipeline = Some(pipeline.clone());
    Ok(())
}

pub fn bind_set(commands: &Arc<Commands>, set: &Arc<DescriptorSet>) -> Result<()> {
    let mut recording = commands.record("bind")?;
    recording.same_device(&**set)?;
    recording.keep(set.clone());
    // A set does not know which kind of pipeline will use it.
    for point in [vk::PipelineBindPoint::COMPUTE, vk::PipelineBindPoint::GRAPHICS] {
        recording.state.point(point).sets.insert(set.index, set.clone());
    }
    Ok(())
}

pub fn push_constants(commands: &Arc<Commands>, offset: i64, data: &[u8]) -> Result<()> {
    let mut recording = commands.record("push constants")?;
    let at = size("offset", offset)?;
    let most = u64::from(commands.device().limits().max_push_constants_size);
    let end = at.saturating_add(data.len() as u64);
    if at % 4 != 0 || !data.len().is_multiple_of(4) || end > most {
        fail!(InvalidArgument, "bytes {at}..+{} of push constants are no words of 4, or beyond {most}", data.len());
    }
    let push = &mut recording.state.push;
    let (at, end) = (at as usize, end as usize);
    if push.data.len() < end {
        push.data.resize(end, 0);
        push.given.resize(end / 4, false);
    }
    push.data[at..end].copy_from_slice(data);
    push.given[at / 4..end / 4].fill(true);
    Ok(())
}

/// Records a dispatch.
pub fn dispatch(commands: &Arc<Commands>, x: i64, y: i64, z: i64) -> Result<()> {
    let mut recording = commands.record("dispatch")?;
    recording.outside_rendering("dispatch")?;
    recording.needs("dispatch", vk::QueueFlags::COMPUTE)?;
    let most = commands.device().limits().max_compute_work_group_count;
    let groups = [x, y, z];
    if groups.iter().zip(most).any(|(groups, most)| !(1..=i64::from(most)).contains(groups)) {
        fail!(InvalidArgument, "{groups:?} work-groups; the device takes 1 to {most:?}");
    }
    recording.prepare(vk::PipelineBindPoint::COMPUTE)?;
    recording.recorder().dispatch(groups.map(|n| n as u32));
    Ok(())
}
