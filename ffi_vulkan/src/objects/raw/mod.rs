//! What calls the driver. A type here owns one thing of the driver's and ends it when dropped; its methods do what they say,
//! and the objects above have checked that it may be done.

#[cfg(feature = "window")]
pub mod desktop;
pub mod device;
pub mod instance;
pub mod memory;
pub mod queue;
pub mod record;
