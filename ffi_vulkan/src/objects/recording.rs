//! A command buffer while one command is put into it: the checks that all commands share.
#![forbid(unsafe_code)]

use super::commands::{Commands, State};
use super::raw::record::Recorder;
use super::resource::Resource;
use ffi_base::Result;
use std::sync::{Arc, MutexGuard};

/// A command buffer that is being recorded, by this thread alone.
pub struct Recording<'a> {
    commands: &'a Commands,
    pub state: MutexGuard<'a, State>,
    _alone: MutexGuard<'a, ()>,
    recorder: Recorder<'a>,
}

impl<'a> Recording<'a> {
    pub fn new(
        commands: &'a Commands,
        state: MutexGuard<'a, State>,
        alone: MutexGuard<'a, ()>,
        recorder: Recorder<'a>,
    ) -> Recording<'a> {
        Recording { commands, state, _alone: alone, recorder }
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
    pub fn outside_rendering(&self, _command: &str) -> Result<()> {
        Ok(())
    }
}
