//! What stands for the objects when the feature `vulkan` is off: kinds without a value. The rows then refuse by themselves.
#![forbid(unsafe_code)]

/// No such object exists in this build.
pub type Object = std::convert::Infallible;
