//! A fence: tells the host that a submission is done, and waits for it with a time that is kept.
#![forbid(unsafe_code)]

use super::device::Device;
use super::lock;
use super::queue::Queue;
use super::resource::Held;
use ffi_base::{Result, fail};
use std::sync::{Arc, Mutex};

/// A fence.
pub struct Fence {
    device: Arc<Device>,
    state: Mutex<State>,
}

enum State {
    Unused,
    Pending(Arc<Queue>, u64),
    Done,
}

impl Fence {
    pub fn create(device: &Arc<Device>) -> Result<Arc<Fence>> {
        device.check()?;
        Ok(Arc::new(Fence { device: device.clone(), state: Mutex::new(State::Unused) }))
    }

    pub fn device(&self) -> &Arc<Device> {
        &self.device
    }

    /// Submits with this fence, which is unused.
    pub fn arm(&self, queue: &Arc<Queue>, submit: impl FnOnce() -> Result<u64>) -> Result<()> {
        let mut state = lock(&self.state);
        match &*state {
            State::Unused => {}
            State::Pending(queue, ticket) if !queue.wait_for(*ticket, 0)? => {
                fail!(Busy, "the fence belongs to a submission that is not done");
            }
            _ => fail!(InvalidArgument, "the fence was signalled by an earlier submission; reset it first"),
        }
        let ticket = submit()?;
        *state = State::Pending(queue.clone(), ticket);
        Ok(())
    }

    /// Whether the submission got done in time: 0 only looks, less than 0 waits for ever.
    pub fn wait(&self, timeout_ns: i64) -> Result<bool> {
        self.device.check()?;
        let (queue, ticket) = match &*lock(&self.state) {
            State::Unused => fail!(InvalidArgument, "no submission signals the fence, so it would never be done"),
            State::Pending(queue, ticket) => (queue.clone(), *ticket),
            State::Done => return Ok(true),
        };
        // Not under the lock: others may look meanwhile.
        let done = queue.wait_for(ticket, timeout_ns)?;
        if done {
            let mut state = lock(&self.state);
            if matches!(&*state, State::Pending(own, same) if Arc::ptr_eq(own, &queue) && *same == ticket) {
                *state = State::Done;
            }
        }
        Ok(done)
    }

    fn is_pending(&self) -> bool {
        // Nothing runs on a lost device, or in a forked child.
        if self.device.check().is_err() {
            return false;
        }
        match &*lock(&self.state) {
            State::Pending(queue, ticket) => !matches!(queue.wait_for(*ticket, 0), Ok(true)) && !self.device.is_lost(),
            _ => false,
        }
    }
}

impl Held for Arc<Fence> {
    fn may_go(&self) -> Result<()> {
        if self.is_pending() {
            fail!(Busy, "the fence belongs to a submission that is not done; wait for it first");
        }
        Ok(())
    }
}

// The rows of a fence.

pub fn wait(fence: &Arc<Fence>, timeout_ns: i64) -> Result<i64> {
    fence.wait(timeout_ns).map(i64::from)
}

pub fn reset(fence: &Arc<Fence>) -> Result<()> {
    fence.device.check()?;
    if fence.is_pending() {
        fail!(Busy, "the fence belongs to a submission that is not done; wait for it first");
    }
    let before = std::mem::replace(&mut *lock(&fence.state), State::Unused);
    // A queue that nobody else holds ends here, after the lock.
    drop(before);
    Ok(())
}
