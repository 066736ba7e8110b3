//! The layouts of images across submissions: what each command buffer expects, and the changes that go before it.
#![forbid(unsafe_code)]

use super::commands::{Commands, Ready};
use super::image::Image;
use super::pool::CommandPool;
use super::queue::Queue;
use super::resource::Resource;
use ash::vk;
use ffi_base::{Result, fail};
use std::collections::HashMap;
use std::sync::Arc;

/// Where the images of one submission are, as its command buffers pass.
#[derive(Default)]
pub struct Places(HashMap<usize, (Arc<Image>, vk::ImageLayout)>);

/// Refuses to change an image below a submission to another queue. Before this submission's own uses are counted.
pub fn check(queue: &Queue, next: &Ready<'_>) -> Result<()> {
    for track in next.images() {
        track.image.usable()?;
        let place = track.image.place();
        let alters = place.layout != track.first || track.first != track.now;
        let elsewhere = place.queue != 0 && place.queue != std::ptr::from_ref(queue).addr();
        if track.image.uses().count() == 0 {
            track.image.unused();
        } else if elsewhere && alters {
            fail!(Busy, "an image changes its layout while a submission to another queue uses it");
        }
    }
    Ok(())
}

/// A command buffer of the library's own, begun.
fn begun(queue: &Queue) -> Result<Arc<Commands>> {
    let pool = match queue.changes.get() {
        Some(pool) => pool.clone(),
        None => {
            let made = CommandPool::create(queue.device(), i64::from(queue.family))?;
            queue.changes.get_or_init(|| made).clone()
        }
    };
    let commands = Commands::create(&pool)?;
    commands.begin()?;
    Ok(commands)
}

/// A command buffer that only expects an image in a layout, and so brings it there.
#[cfg(feature = "window")]
pub fn expect(queue: &Queue, image: &Arc<Image>, layout: vk::ImageLayout) -> Result<Arc<Commands>> {
    let commands = begun(queue)?;
    commands.record("a change of layouts")?.use_image(image, layout, false);
    commands.end()?;
    Ok(commands)
}

impl Places {
    /// A command buffer that brings images into the layouts that the next one expects, where they are not.
    pub fn before(&mut self, queue: &Queue, next: &Ready<'_>) -> Result<Option<Arc<Commands>>> {
        let mut changes = Vec::new();
        for track in next.images() {
            let key = Arc::as_ptr(&track.image).addr();
            let now = match self.0.get(&key) {
                Some((_, layout)) => *layout,
                None => track.image.place().layout,
            };
            if now != track.first {
                changes.push((track.image.clone(), now, track.first));
            }
            self.0.insert(key, (track.image.clone(), track.now));
        }
        if changes.is_empty() {
            return Ok(None);
        }
        let commands = begun(queue)?;
        {
            let mut recording = commands.record("a change of layouts")?;
            for (image, from, to) in changes {
                recording.recorder().change_layout(&image, from, to);
                recording.keep(image);
            }
        }
        commands.end()?;
        Ok(Some(commands))
    }

    /// Remembers where the submission leaves its images.
    pub fn settle(&self, queue: &Queue) {
        for (image, layout) in self.0.values() {
            image.moved(*layout, queue);
        }
    }
}
