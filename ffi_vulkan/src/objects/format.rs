//! The formats of texels and vertices that rows take, by Vulkan's own numbers.
#![forbid(unsafe_code)]

use super::spirv::{ImageFormat, Numeric};
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

/// The format of images that a module means by its own name; `None` for those that no image here has.
pub fn declared(format: ImageFormat) -> Option<vk::Format> {
    use ImageFormat as I;
    Some(match format {
        I::R8 => vk::Format::R8_UNORM,
        I::R8ui => vk::Format::R8_UINT,
        I::Rg8 => vk::Format::R8G8_UNORM,
        I::Rgba8 => vk::Format::R8G8B8A8_UNORM,
        I::Rgba8ui => vk::Format::R8G8B8A8_UINT,
        I::Rgb10A2 => vk::Format::A2B10G10R10_UNORM_PACK32,
        I::R16f => vk::Format::R16_SFLOAT,
        I::Rg16f => vk::Format::R16G16_SFLOAT,
        I::Rgba16f => vk::Format::R16G16B16A16_SFLOAT,
        I::R32ui => vk::Format::R32_UINT,
        I::R32i => vk::Format::R32_SINT,
        I::R32f => vk::Format::R32_SFLOAT,
        I::Rg32ui => vk::Format::R32G32_UINT,
        I::Rg32i => vk::Format::R32G32_SINT,
        I::Rg32f => vk::Format::R32G32_SFLOAT,
        I::Rgba32ui => vk::Format::R32G32B32A32_UINT,
        I::Rgba32i => vk::Format::R32G32B32A32_SINT,
        I::Rgba32f => vk::Format::R32G32B32A32_SFLOAT,
        _ => return None,
    })
}

/// Stands for a format that is not there.
pub static NONE: Format = Format { raw: vk::Format::UNDEFINED, bytes: 0, numeric: None };

pub fn find(number: i64) -> Result<&'static Format> {
    let known = || FORMATS.iter().map(|f| format!("{} {:?}", f.raw.as_raw(), f.raw)).collect::<Vec<_>>().join(", ");
    let found = FORMATS.iter().find(|format| i64::from(format.raw.as_raw()) == number);
    found.ok_or_else(|| error!(Unsupported, "format {number} is none of {}", known()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every format to store in that a module can name is one of ours, of the same numbers, and no two are one.
    #[test]
    fn declared_formats_are_ours() {
        use ImageFormat as I;
        let all = [
            I::Rgba32f,
            I::Rgba16f,
            I::R32f,
            I::Rgba8,
            I::Rg32f,
            I::Rg16f,
            I::R16f,
            I::Rgb10A2,
            I::Rg8,
            I::R8,
            I::Rgba32i,
            I::R32i,
            I::Rg32i,
            I::Rgba32ui,
            I::Rgba8ui,
            I::R32ui,
            I::Rg32ui,
            I::R8ui,
        ];
        let mut seen = Vec::new();
        for format in all {
            let raw = declared(format).expect("known");
            let own = find(i64::from(raw.as_raw())).expect("ours");
            let name = format!("{format:?}");
            let numeric = match name.as_bytes() {
                [.., b'u', b'i'] => Numeric::Unsigned,
                [.., b'i'] => Numeric::Signed,
                _ => Numeric::Float,
            };
            assert_eq!(own.numeric, Some(numeric), "{name}");
            assert!(!seen.contains(&raw), "{name}");
            seen.push(raw);
        }
        assert_eq!(declared(I::Rgba16), None);
    }
}
