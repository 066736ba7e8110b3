//! A queue: takes command buffers, and holds what they use until they are done.
#![forbid(unsafe_code)]

use super::commands::Commands;
use super::device::Device;
use super::fence::Fence;
use super::lock;
use super::places::{self, Places};
use super::pool::CommandPool;
use super::raw::queue::{Order, Raw};
use super::resource::{InUse, Resource};
use crate::rows::VkCommandBufferKind;
use ffi_base::{Result, error, fail, object};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A queue of a device.
pub struct Queue {
    /// Counted by what waits for tickets after the queue went.
    pub raw: Arc<Raw>,
    pub family: u32,
    pub index: u32,
    state: Mutex<State>,
    /// For the command buffers that change layouts between those of the caller.
    pub changes: OnceLock<Arc<CommandPool>>,
}

#[derive(Default)]
struct State {
    submitted: u64,
    pending: VecDeque<Submission>,
}

/// What one submission uses until it is done.
struct Submission {
    ticket: u64,
    _uses: Vec<InUse>,
}

impl Queue {
    pub fn new(device: &Arc<Device>, family: u32, index: u32) -> Result<Queue> {
        Ok(Queue {
            raw: Arc::new(Raw::new(device, family, index)?),
            family,
            index,
            state: Mutex::default(),
            changes: OnceLock::new(),
        })
    }

    pub fn device(&self) -> &Arc<Device> {
        &self.raw.device
    }

    /// Submits command buffers in this order; their number, which grows. `kept` is held until they are done.
    pub fn submit(&self, all: &[Arc<Commands>], order: &Order<'_>, kept: &[Arc<dyn Resource>]) -> Result<u64> {
        let device = self.device();
        device.check()?;
        device.reap();
        let mut uses: Vec<InUse> = Vec::new();
        let mut buffers = Vec::new();
        for (at, commands) in all.iter().enumerate() {
            if all[..at].iter().any(|other| Arc::ptr_eq(other, commands)) {
                fail!(InvalidArgument, "the command buffer stands twice in one submission");
            }
            device.same(commands.device(), "command buffer")?;
            if commands.pool().family != self.family {
                let own = commands.pool().family;
                fail!(InvalidArgument, "the command buffer is of queue family {own}, the queue of {}", self.family);
            }
        }
        // Locked through the submission, so that nobody begins one of them anew meanwhile.
        let mut ready = Vec::new();
        let mut in_order: Vec<_> = all.iter().collect();
        in_order.sort_by_key(|commands| Arc::as_ptr(commands).addr());
        for commands in in_order {
            ready.push((Arc::as_ptr(commands), commands.ready()?));
        }
        // One at a time decides from which layouts images change.
        let layouts = lock(&device.layouts);
        ready.iter().try_for_each(|(_, ready)| places::check(self, ready))?;
        let mut places = Places::default();
        for commands in all {
            let found = ready.iter().find(|(own, _)| *own == Arc::as_ptr(commands));
            let Some((_, ready)) = found else { fail!(Internal, "a command buffer is gone") };
            uses.push(InUse::new(commands.clone()));
            uses.extend(ready.used().map(InUse::new));
            ready.check_sets()?;
            if let Some(changes) = places.before(self, ready)? {
                buffers.push(changes.handle());
                uses.push(InUse::new(changes));
            }
            buffers.push(commands.handle());
        }
        uses.extend(kept.iter().cloned().map(InUse::new));
        let mut state = lock(&self.state);
        let ticket = state.submitted + 1;
        self.raw.submit(&buffers, ticket, order)?;
        places.settle(self);
        drop(layouts);
        ready.iter_mut().for_each(|(_, ready)| ready.submitted());
        state.submitted = ticket;
        state.pending.push_back(Submission { ticket, _uses: uses });
        Ok(ticket)
    }

    #[allow(dead_code, reason = "swapchains need it")]
    /// Runs while nothing else uses the driver's queue, as presenting must.
    #[cfg(feature = "window")]
    pub fn alone<T>(&self, body: impl FnOnce(ash::vk::Queue) -> T) -> T {
        let _held = lock(&self.state);
        body(self.raw.queue)
    }

    /// The number of the last submission.
    pub fn submitted(&self) -> u64 {
        lock(&self.state).submitted
    }

    /// Lets go of what submissions used that are done. On a lost device all are.
    pub fn reap(&self) {
        let completed = match self.raw.completed() {
            Ok(completed) => completed,
            Err(_) if self.device().is_lost() => u64::MAX,
            Err(_) => return,
        };
        let mut done = Vec::new();
        let mut state = lock(&self.state);
        while state.pending.front().is_some_and(|first| first.ticket <= completed) {
            done.extend(state.pending.pop_front());
        }
        // What they held ends after the lock.
        drop(state);
    }

    /// Whether a submission is done. Lets go of nothing, so it may be asked below a lock.
    pub fn is_done(&self, ticket: u64) -> Result<bool> {
        Ok(self.raw.completed()? >= ticket)
    }

    /// Whether a submission got done in time; for ever when the time is negative.
    pub fn wait_for(&self, ticket: u64, timeout_ns: i64) -> Result<bool> {
        self.device().check()?;
        let done = self.raw.wait(ticket, u64::try_from(timeout_ns).unwrap_or(u64::MAX))?;
        self.reap();
        Ok(done)
    }

    /// Whether all that was submitted so far got done in time.
    pub fn wait(&self, timeout_ns: i64) -> Result<bool> {
        self.wait_for(self.submitted(), timeout_ns)
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        let device = self.device().clone();
        if !device.raw.instance.raw.own_process() {
            // Another thread of the parent may have held the lock.
            let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(std::mem::take(&mut state.pending));
            return;
        }
        // What is submitted runs on, and its objects must stay until then. A lost device answers at once.
        if !device.is_lost() {
            let _ = self.raw.wait(self.submitted(), u64::MAX);
        }
    }
}

// The rows of a queue.

/// Submits one command buffer.
pub fn submit(queue: &Arc<Queue>, commands: &Arc<Commands>, fence: Option<&Arc<Fence>>) -> Result<()> {
    submit_with(queue, std::slice::from_ref(commands), fence)
}

/// Submits several by their handles, in this order.
pub fn submit_all(queue: &Arc<Queue>, handles: &[i64], fence: Option<&Arc<Fence>>) -> Result<()> {
    if handles.is_empty() {
        fail!(InvalidArgument, "a submission of no command buffers");
    }
    let one = |(at, handle): (usize, &i64)| {
        let found = object::borrow::<VkCommandBufferKind>(*handle).map_err(|e| e.at(&format!("commands[{at}]")))?;
        Ok(Arc::clone(&found))
    };
    let mut all = Vec::new();
    all.try_reserve(handles.len()).map_err(|_| error!(OutOfMemory, "{} command buffers", handles.len()))?;
    for pair in handles.iter().enumerate() {
        all.push(one(pair)?);
    }
    submit_with(queue, &all, fence)
}

fn submit_with(queue: &Arc<Queue>, all: &[Arc<Commands>], fence: Option<&Arc<Fence>>) -> Result<()> {
    let order = Order::default();
    match fence {
        Some(fence) => {
            queue.device().same(fence.device(), "fence")?;
            fence.arm(queue, || queue.submit(all, &order, &[]))
        }
        None => queue.submit(all, &order, &[]).map(|_| ()),
    }
}

pub fn wait(queue: &Arc<Queue>, timeout_ns: i64) -> Result<i64> {
    queue.wait(timeout_ns).map(i64::from)
}
pub fn family(queue: &Arc<Queue>) -> Result<i64> {
    Ok(i64::from(queue.family))
}
