//! How a learning rate changes over time.

use ffi_backend::{Result, fail};

/// The learning rate by how often the schedules were advanced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Schedule {
    /// Times `gamma` after every so many.
    Step {
        /// How many.
        size: i64,
        /// The factor.
        gamma: f64,
    },
    /// Along half a cosine down to the least rate in so many; there it stays.
    Cosine {
        /// How many.
        length: i64,
        /// The last rate.
        least: f64,
    },
    /// Up a straight line from a share of the rate to the whole in so many.
    Warmup {
        /// How many.
        length: i64,
        /// The share that it starts with.
        start: f64,
    },
}

impl Schedule {
    /// Whether its numbers make sense.
    pub fn check(&self) -> Result<()> {
        let (length, what, value) = match *self {
            Schedule::Step { size, gamma } => (size, "gamma", gamma),
            Schedule::Cosine { length, least } => (length, "the least rate", least),
            Schedule::Warmup { length, start } => (length, "the share at the start", start),
        };
        if length <= 0 {
            fail!(InvalidArgument, "schedule: its length is {length}; it is above 0");
        }
        let most = if matches!(self, Schedule::Warmup { .. }) { 1.0 } else { f64::MAX };
        if !(0.0..=most).contains(&value) {
            fail!(InvalidArgument, "schedule: {what} is {value}; it is from 0 to {most}");
        }
        Ok(())
    }

    /// The rate when the schedules were advanced `epoch` times, for what it would be without this one.
    pub fn at(&self, epoch: i64, rate: f64) -> f64 {
        let part = |length: i64| (epoch as f64 / length as f64).min(1.0);
        match *self {
            Schedule::Step { size, gamma } => rate * gamma.powf((epoch / size) as f64),
            Schedule::Cosine { length, least } => {
                least + (rate - least) * (1.0 + (std::f64::consts::PI * part(length)).cos()) / 2.0
            }
            Schedule::Warmup { length, start } => rate * (start + (1.0 - start) * part(length)),
        }
    }
}
