//! A command buffer while one command is put into it: the checks that all commands share.
#![forbid(unsafe_code)]

use super::commands::{Commands, State, Track};
use super::image::Image;
use super::raw::record::Recorder;
use super::resource::Resource;
use ash::vk;
use ffi_base::{Result, fail};
use std::sync::{Arc, MutexGuard, RwLockReadGuard};

/// A command buffer that is being recorded, by this thread alone.
pub struct Recording<'a> {
    commands: &'a Commands,
    pub state: MutexGuard<'a, State>,
    _shared: RwLockReadGuard<'a, ()>,
    _alone: MutexGuard<'a, ()>,
    recorder: Recorder<'a>,
}

impl<'a> Recording<'a> {
    pub fn new(
        commands: &'a Commands,
        state: MutexGuard<'a, State>,
        shared: RwLockReadGuard<'a, ()>,
        alone: MutexGuard<'a, ()>,
        recorder: Recorder<'a>,
    ) -> Recording<'a> {
        Recording { commands, state, _shared: shared, _alone: alone, recorder }
    }

    pub fn recorder(&self) -> &Recorder<'a> {
        &self.recorder
    }

    /// Refuses a thing of another device.
    pub fn same_device(&self, thing: &dyn Resource) -> Result<()> {
        self.commands.device().same(thing.device(), thing.what())
    }

    /// Holds a thing until the recording is forgotten and no submission uses it.
    pub fn keep(&mut self, thing: Arc<dyn Resource>) {
        self.state.used.entry(Arc::as_ptr(&thing).addr()).or_insert(thing);
    }

    /// Refuses what may not stand between the begin and the end of rendering.
    pub fn outside_rendering(&self, command: &str) -> Result<()> {
        if self.state.rendering.is_some() {
            fail!(InvalidArgument, "{command} between the begin and the end of rendering: call rt_vk_render_end first");
        }
        Ok(())
    }

    /// Refuses a command that queues of this family do not do.
    pub fn needs(&self, command: &str, ability: vk::QueueFlags) -> Result<()> {
        let family = self.commands.pool().family;
        let own = self.commands.device().physical().families[family as usize].queue_flags;
        if !own.contains(ability) {
            fail!(InvalidArgument, "{command} on queue family {family}, which does {own:?} and not {ability:?}");
        }
        Ok(())
    }

    /// Holds an image and brings it into a layout. `anew` waits for earlier commands also when it is in that layout already.
    pub fn use_image(&mut self, image: &Arc<Image>, layout: vk::ImageLayout, anew: bool) {
        self.keep(image.clone());
        let key = Arc::as_ptr(image).addr();
        let before = match self.state.images.get_mut(&key) {
            None => {
                self.state.images.insert(key, Track { image: image.clone(), first: layout, now: layout });
                return;
            }
            Some(track) if track.now == layout && !anew => return,
            Some(track) => std::mem::replace(&mut track.now, layout),
        };
        self.recorder.change_layout(image, before, layout);
    }
}
