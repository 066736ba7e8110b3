//! The formats of texels and vertices that rows take, by Vulkan's own numbers.
#![forbid(unsafe_code)]

use super::spirv::Numeric;
use ash::vk;
use ffi_base::{Result, error};

/// A format.
pub struct Format {
    pub raw: vk::Format,
    pub bytes: u32,
    /// What a shader sees of it; `None` is depth.
    pub numeric: Option<Numeric>,
}

impl Format {
    /// What a vertex's place in memory is a multiple of: one of its numbers, or the word that holds them all.
    pub fn align(&self) -> u64 {
        match self.raw {
            vk::Format::R16_SFLOAT | vk::Format::R16G16_SFLOAT | vk::Format::R16G16B16A16_SFLOAT => 2,
            vk::Format::A2B10G10R10_UNORM_PACK32 => 4,
            raw if raw.as_raw() < vk::Format::R16_UNORM.as_raw() => 1,
            _ => 4,
        }
    }

    pub fn aspect(&self) -> vk::ImageAspectFlags {
        if self.numeric.is_some() { vk::ImageAspectFlags::COLOR } else { vk::ImageAspectFlags::DEPTH }
    }
}

macro_rules! formats {
    ($($name:ident $bytes:literal $numeric:expr;)*) => {
        const FORMATS: &[Format] = &[ $( Format { raw: vk::Format::$name, bytes: $bytes, numeric: $numeric } ),* ];
    };
}

const FLOAT: Option<Numeric> = Some(Numeric::Float);
const UNSIGNED: Option<Numeric> = Some(Numeric::Unsigned);
const SIGNED: Option<Numeric> = Some(Numeric::Signed);

formats! {
    R8_UNORM 1 FLOAT;
    R8_UINT 1 UNSIGNED;
    R8G8_UNORM 2 FLOAT;
    R8G8B8A8_UNORM 4 FLOAT;
    R8G8B8A8_UINT 4 UNSIGNED;
    R8G8B8A8_SRGB 4 FLOAT;
    B8G8R8A8_UNORM 4 FLOAT;
    B8G8R8A8_SRGB 4 FLOAT;
    A2B10G10R10_UNORM_PACK32 4 FLOAT;
    R16_SFLOAT 2 FLOAT;
    R16G16_SFLOAT 4 FLOAT;
    R16G16B16A16_SFLOAT 8 FLOAT;
    R32_UINT 4 UNSIGNED;
    R32_SINT 4 SIGNED;
    R32_SFLOAT 4 FLOAT;
    R32G32_UINT 8 UNSIGNED;
    R32G32_SINT 8 SIGNED;
    R32G32_SFLOAT 8 FLOAT;
    R32G32B32_SFLOAT 12 FLOAT;
    R32G32B32A32_UINT 16 UNSIGNED;
    R32G32B32A32_SINT 16 SIGNED;
    R32G32B32A32_SFLOAT 16 FLOAT;
    D16_UNORM 2 None;
    D32_SFLOAT 4 None;
}

/// Stands for a format that is not there.
pub static NONE: Format = Format { raw: vk::Format::UNDEFINED, bytes: 0, numeric: None };

pub fn find(number: i64) -> Result<&'static Format> {
    let known = || FORMATS.iter().map(|f| format!("{} {:?}", f.raw.as_raw(), f.raw)).collect::<Vec<_>>().join(", ");
    let found = FORMATS.iter().find(|format| i64::from(format.raw.as_raw()) == number);
    found.ok_or_else(|| error!(Unsupported, "format {number} is none of {}", known()))
}
