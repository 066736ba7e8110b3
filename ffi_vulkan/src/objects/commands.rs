//! A command buffer: what is recorded between begin and end, once or many times, and what that uses.
#![forbid(unsafe_code)]

use super::bind::{Point, Push};
use super::descriptor::DescriptorSet;
use super::device::Device;
use super::draw::Vertices;
use super::image::Image;
use super::lock;
use super::pool::CommandPool;
use super::raw::query::RawQueries;
use super::raw::record::Recorder;
use super::recording::Recording;
use super::render::Rendering;
use super::resource::{Resource, Uses};
use ash::vk;
use ffi_base::{Result, fail};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// A command buffer.
pub struct Commands {
    pool: Arc<CommandPool>,
    raw: vk::CommandBuffer,
    uses: Uses,
    state: Mutex<State>,
}

/// How far a command buffer is.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing is recorded.
    #[default]
    Empty,
    /// Between begin and end.
    Open,
    /// May be submitted.
    Ended,
}

/// What is known of the recorded commands. Begins anew with each `begin`.
#[derive(Default)]
pub struct State {
    pub phase: Phase,
    /// By address, so that each is held once.
    pub used: HashMap<usize, Arc<dyn Resource>>,
    /// The layouts that images come in and are left in, by address.
    pub images: HashMap<usize, Track>,
    /// Descriptor sets as they were when recorded.
    pub sets: Vec<(Arc<DescriptorSet>, u64)>,
    pub compute: Point,
    pub graphics: Point,
    pub push: Push,
    pub rendering: Option<Rendering>,
    pub vertices: Vertices,
    pub clock: Option<Arc<RawQueries>>,
    /// How many timestamps are recorded.
    pub stamps: u32,
    /// Whether it was submitted since it was recorded.
    pub submitted: bool,
}

/// The layouts of one image within a recording.
pub struct Track {
    pub image: Arc<Image>,
    /// What the first command that uses it needs.
    pub first: vk::ImageLayout,
    pub now: vk::ImageLayout,
}

/// A command buffer that may be submitted; nobody records it meanwhile.
pub struct Ready<'a>(MutexGuard<'a, State>);

impl Ready<'_> {
    /// All that its commands use.
    pub fn used(&self) -> impl Iterator<Item = Arc<dyn Resource>> {
        self.0.used.values().cloned()
    }

    /// The images that it uses.
    pub fn images(&self) -> impl Iterator<Item = &Track> {
        self.0.images.values()
    }

    /// Whether its descriptor sets are as they were recorded. After their uses are counted.
    pub fn check_sets(&self) -> Result<()> {
        self.0.sets.iter().try_for_each(|(set, version)| set.unchanged(*version))
    }

    pub fn submitted(&mut self) {
        self.0.submitted = true;
    }
}

impl Resource for Commands {
    fn uses(&self) -> &Uses {
        &self.uses
    }
    fn device(&self) -> &Arc<Device> {
        self.pool.device()
    }
    fn what(&self) -> &'static str {
        "command buffer"
    }
}

impl Commands {
    pub fn create(pool: &Arc<CommandPool>) -> Result<Arc<Commands>> {
        pool.device().check()?;
        let raw = {
            let _alone = pool.alone();
            pool.raw.allocate()?
        };
        Ok(Arc::new(Commands { pool: pool.clone(), raw, uses: Uses::default(), state: Mutex::default() }))
    }

    pub fn pool(&self) -> &Arc<CommandPool> {
        &self.pool
    }

    /// For the rows that look at what was recorded.
    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub fn handle(&self) -> vk::CommandBuffer {
        self.raw
    }

    fn recorder(&self) -> Recorder<'_> {
        let family = &self.device().physical().families[self.pool.family as usize];
        Recorder::new(self.device(), self.raw, family.queue_flags)
    }

    /// Forgets what was recorded and records anew.
    pub fn begin(self: &Arc<Self>) -> Result<()> {
        self.device().check()?;
        self.check_idle("recorded anew")?;
        let mut state = lock(&self.state);
        if state.phase == Phase::Open {
            fail!(InvalidArgument, "the command buffer is being recorded already");
        }
        // A submission may have begun between the look and the lock: it holds the lock until it is counted.
        self.check_counted("recorded anew")?;
        let before = std::mem::take(&mut *state);
        // Timestamps keep their place, and are asked for anew.
        state.clock = before.clock.clone();
        {
            // What went stale before is begun anew, not what was begun: no set is bound anew in between.
            let _shared = self.device().records();
            let _alone = self.pool.alone();
            self.recorder().begin()?;
        }
        state.phase = Phase::Open;
        drop(state);
        drop(before);
        Ok(())
    }

    /// Ends recording. What it writes is seen by the host and by later submissions to the same queue.
    pub fn end(self: &Arc<Self>) -> Result<()> {
        let mut recording = self.record("end")?;
        recording.outside_rendering("end")?;
        recording.recorder().full_barrier();
        let ended = recording.recorder().end();
        // What fails to end can only be begun anew.
        recording.state.phase = if ended.is_ok() { Phase::Ended } else { Phase::Empty };
        ended
    }

    /// Opens the buffer for one command, which the message calls by name.
    pub fn record(&self, command: &str) -> Result<Recording<'_>> {
        self.device().check()?;
        let mut state = lock(&self.state);
        if state.phase != Phase::Open {
            fail!(InvalidArgument, "{command} outside of begin and end: call rt_vk_command_begin first");
        }
        let shared = self.device().records();
        // The driver forgets what was recorded with a set that is bound anew.
        if let Some(stale) = state.sets.iter().find_map(|(set, version)| set.unchanged(*version).err()) {
            state.phase = Phase::Empty;
            return Err(stale);
        }
        Ok(Recording::new(self, state, shared, self.pool.alone(), self.recorder()))
    }

    /// For a submission: it is ended and not pending, and stays so while the answer lives.
    pub fn ready(&self) -> Result<Ready<'_>> {
        let state = lock(&self.state);
        match state.phase {
            Phase::Empty => fail!(InvalidArgument, "the command buffer is empty; record it first"),
            Phase::Open => fail!(InvalidArgument, "the command buffer is not ended; call rt_vk_command_end first"),
            Phase::Ended => {}
        }
        self.check_counted("submitted again")?;
        Ok(Ready(state))
    }
}

impl Drop for Commands {
    fn drop(&mut self) {
        // Another thread of the parent may have held the lock.
        if !self.device().raw.instance.raw.own_process() {
            return;
        }
        let _alone = self.pool.alone();
        self.pool.raw.free(self.raw);
    }
}
