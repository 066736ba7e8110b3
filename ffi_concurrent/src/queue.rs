//! A queue of numbers that threads share without a lock and without waiting.

use crossbeam_queue::{ArrayQueue, SegQueue};
use ffi_base::{Result, error};
use std::sync::Arc;

ffi_base::kinds! { KINDS;
    /// A queue.
    QueueKind = 30, "queue", "rt_queue", true, Arc<Queue>;
}

/// See the file.
pub enum Queue {
    /// Of this many at most.
    Bounded(ArrayQueue<i64>),
    /// Of any number.
    Unbounded(SegQueue<i64>),
}

/// An empty one; capacity -1 is unbounded.
pub fn new(capacity: i64) -> Result<Arc<Queue>> {
    Ok(Arc::new(match capacity {
        -1 => Queue::Unbounded(SegQueue::new()),
        _ => Queue::Bounded(ArrayQueue::new(crate::capacity::check::<i64>(capacity, 1)?)),
    }))
}

/// At its end, if there is room.
pub fn push(queue: &Arc<Queue>, value: i64) -> Result<()> {
    match &**queue {
        Queue::Bounded(queue) => {
            queue.push(value).map_err(|_| error!(WouldBlock, "the queue is full, {} values", queue.capacity()))
        }
        Queue::Unbounded(queue) => {
            queue.push(value);
            Ok(())
        }
    }
}

/// From its front.
pub fn pop(queue: &Arc<Queue>) -> Result<i64> {
    let value = match &**queue {
        Queue::Bounded(queue) => queue.pop(),
        Queue::Unbounded(queue) => queue.pop(),
    };
    value.ok_or_else(|| error!(WouldBlock, "the queue is empty"))
}

/// How many it holds.
pub fn len(queue: &Arc<Queue>) -> Result<i64> {
    Ok(match &**queue {
        Queue::Bounded(queue) => queue.len(),
        Queue::Unbounded(queue) => queue.len(),
    } as i64)
}

/// How many it may hold, -1 for any number.
pub fn capacity(queue: &Arc<Queue>) -> Result<i64> {
    Ok(match &**queue {
        Queue::Bounded(queue) => queue.capacity() as i64,
        Queue::Unbounded(_) => -1,
    })
}
