//! The Vulkan device, driven through the door alone. One binary, so that tests can run others again in another environment.

mod common;
mod drivers;
mod ops;
mod order;
mod staged;
