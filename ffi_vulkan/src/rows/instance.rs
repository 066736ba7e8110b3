//! The rows of instances, and what they say of physical devices.
#![forbid(unsafe_code)]

use super::VkInstanceKind;
#[cfg(feature = "vulkan")]
use crate::objects::{destroy, instance};
use ffi_base::{Bool, Count, Freed, Handle, Status, Text, exports};

type I = Handle<VkInstanceKind>;

exports! { ROWS, "Vulkan: instances and what there is (feature vulkan)", "rt_vk_";
    /// Loads the driver and makes an instance for a program of this name. `validation` turns on the Khronos validation layer,
    /// UNAVAILABLE where it is not installed; what layers say reaches the log callback at the end of the call that caused it.
    /// UNAVAILABLE names what was tried where there is no loader, no driver or no device, and in a child that was forked after the
    /// driver was loaded. Any thread, as all rows of this family.
    #[feature = "vulkan"]
    fn instance_create(name & len: Text, validation: bool) -> I => instance::Instance::create;
    /// Frees an instance's handle. The instance lives on while devices made of it do.
    #[feature = "vulkan"]
    fn instance_destroy(instance: Freed<VkInstanceKind>) -> Status => destroy::<VkInstanceKind>;
    /// How many physical devices the drivers offer. The rows below take an index under it, NOT_FOUND otherwise.
    #[feature = "vulkan"]
    fn physical_devices(instance: I) -> Count => instance::count;
    /// The hardware's name, as its driver spells it.
    #[feature = "vulkan"]
    #[twins(copy)]
    fn physical_device_name(instance: I, physical: i64) -> Text => instance::name;
    /// What it is: 1 part of the processor's chip, 2 a card of its own, 3 virtual, 4 software on the processor, 0 something else.
    #[feature = "vulkan"]
    fn physical_device_type(instance: I, physical: i64) -> Count => instance::device_type;
    /// The driver's name and version.
    #[feature = "vulkan"]
    #[twins(copy)]
    fn physical_device_driver(instance: I, physical: i64) -> Text => instance::driver_name;
    /// 32 hexadecimal digits that change with hardware, driver and driver version; what is compiled for one fits no other.
    #[feature = "vulkan"]
    #[twins(copy)]
    fn physical_device_uuid(instance: I, physical: i64) -> Text => instance::driver_uuid;
    /// The driver's version of Vulkan, as `1.3.230`. Devices are opened from 1.2 on.
    #[feature = "vulkan"]
    #[twins(copy)]
    fn physical_device_api_version(instance: I, physical: i64) -> Text => instance::api_version;
    /// The vendor's number.
    #[feature = "vulkan"]
    fn physical_device_vendor_id(instance: I, physical: i64) -> Count => instance::vendor_id;
    /// The vendor's number of the hardware.
    #[feature = "vulkan"]
    fn physical_device_device_id(instance: I, physical: i64) -> Count => instance::device_id;
    /// Bytes of memory of the device's own.
    #[feature = "vulkan"]
    fn physical_device_memory(instance: I, physical: i64) -> Count => instance::memory_bytes;
    /// A limit by the name that the Vulkan specification gives it, an element of an array as `maxComputeWorkGroupSize[0]`; also
    /// `maxMemoryAllocationSize` and `subgroupSize`. NOT_FOUND for names that are not known here.
    #[feature = "vulkan"]
    fn physical_device_limit(instance: I, physical: i64, name & len: Text) -> Count => instance::limit;
    /// Nanoseconds in one tick of a timestamp.
    #[feature = "vulkan"]
    #[twins(bits)]
    fn physical_device_timestamp_period(instance: I, physical: i64) -> f64 => instance::timestamp_period;
    /// Whether the device has a feature, by the name that the Vulkan specification gives it. A device is opened with all that it has.
    #[feature = "vulkan"]
    fn physical_device_has_feature(instance: I, physical: i64, name & len: Text) -> Bool => instance::has_feature;
    /// Whether the device has an extension, as `VK_KHR_swapchain`.
    #[feature = "vulkan"]
    fn physical_device_has_extension(instance: I, physical: i64, name & len: Text) -> Bool => instance::has_extension;
    /// How many families of queues the device has.
    #[feature = "vulkan"]
    fn queue_family_count(instance: I, physical: i64) -> Count => instance::family_count;
    /// What queues of a family do: the sum of 1 graphics, 2 compute, 4 transfer, and Vulkan's further bits.
    #[feature = "vulkan"]
    fn queue_family_flags(instance: I, physical: i64, family: i64) -> Count => instance::family_flags;
    /// How many queues of a family a device opens, 4 at most.
    #[feature = "vulkan"]
    fn queue_family_queues(instance: I, physical: i64, family: i64) -> Count => instance::family_queues;
    /// How many bits of a timestamp count; 0 where queues of the family have none.
    #[feature = "vulkan"]
    fn queue_family_timestamp_bits(instance: I, physical: i64, family: i64) -> Count => instance::family_timestamp_bits;
    /// The first family whose queues do all of `flags`, as above; NOT_FOUND when none does.
    #[feature = "vulkan"]
    fn queue_family_find(instance: I, physical: i64, flags: i64) -> Count => instance::family_find;
}
