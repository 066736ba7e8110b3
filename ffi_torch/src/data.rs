//! Data: a [`Dataset`] is rows of inputs and targets, a [`DataLoader`] gives batches of them, and tells how far it is.
//!
//! The tour: [`dataset`] where rows come from; [`loader`] their order, their batches and the thread that prepares them;
//! [`progress`] whom a loader tells.

pub mod dataset;
pub mod loader;
pub mod progress;

pub use dataset::Dataset;
pub use loader::{Batch, DataLoader};
pub use progress::Progress;
