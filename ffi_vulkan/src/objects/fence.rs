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
            State::Pending(queue, ticket) if !queue.is_done(*ticket)? => {
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

    /// BUSY while its submission is not done. Nothing runs on a lost device, or in a forked child.
    fn check_idle(&self, state: &State) -> Result<()> {
        if let State::Pending(queue, ticket) = state
            && self.device.check().is_ok()
            && !matches!(queue.is_done(*ticket), Ok(true))
            && !self.device.is_lost()
        {
            fail!(Busy, "the fence belongs to a submission that is not done; wait for it first");
        }
        Ok(())
    }
}

impl Held for Arc<Fence> {
    fn may_go(&self) -> Result<()> {
        // In a forked child a thread of the parent may have held the lock.
        if !self.device.raw.instance.raw.own_process() {
            return Ok(());
        }
        self.check_idle(&lock(&self.state))
    }
}

// The rows of a fence.

pub fn wait(fence: &Arc<Fence>, timeout_ns: i64) -> Result<i64> {
    fence.wait(timeout_ns).map(i64::from)
}

pub fn reset(fence: &Arc<Fence>) -> Result<()> {
    fence.device.check()?;
    let before = {
        // One lock for the look and the change: a submission of another thread comes before both or after both.
        let mut state = lock(&fence.state);
        fence.check_idle(&state)?;
        std::mem::replace(&mut *state, State::Unused)
    };
    // A queue that nobody else holds ends here, after the lock.
    drop(before);
    Ok(())
}
