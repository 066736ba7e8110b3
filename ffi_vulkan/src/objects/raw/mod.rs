//! What calls the driver. A type here owns one thing of the driver's and ends it when dropped; its methods do what they say,
//! and the objects above have checked that it may be done.

pub mod descriptor;
#[cfg(feature = "window")]
pub mod desktop;
pub mod device;
pub mod image;
pub mod instance;
pub mod memory;
pub mod pass;
pub mod pipeline;
pub mod query;
pub mod queue;
pub mod record;
