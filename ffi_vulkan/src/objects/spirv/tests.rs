//! Reflection of our own modules against a second reader, and of mutated ones, which must neither crash nor hang.

use super::{BindingKind, Reflection};
use shaders::MODULES;
use std::time::Instant;

/// A small generator, so that a failure can be run again.
struct Random(u64);
impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

#[test]
fn our_own_modules_read_as_a_second_reader_reads_them() {
    for module in MODULES {
        let own = Reflection::new(module.spirv).unwrap_or_else(|e| panic!("{}: {e}", module.name));
        let other = spirv_reflect::ShaderModule::load_u8_data(module.spirv).expect(module.name);
        let points = other.enumerate_entry_points().expect(module.name);
        assert_eq!(own.entries.len(), points.len(), "{}", module.name);
        for (entry, point) in own.entries.iter().zip(&points) {
            let name = Some(point.name.as_str());
            assert_eq!(entry.name, point.name, "{}", module.name);
            assert_eq!(entry.stage.as_raw(), point.shader_stage.bits(), "{}", module.name);
            let bindings = other.enumerate_descriptor_bindings(name).expect(module.name);
            let mut theirs: Vec<_> =
                bindings.iter().map(|b| (b.set, b.binding, kind(b.descriptor_type), b.count)).collect();
            theirs.sort_by_key(|b| (b.0, b.1));
            let ours: Vec<_> = entry.bindings.iter().map(|b| (b.set, b.binding, b.kind, b.count)).collect();
            assert_eq!(ours, theirs, "{}", module.name);
            let blocks = other.enumerate_push_constant_blocks(name).expect(module.name);
            let theirs = blocks.iter().map(|block| block.offset + block.size).max().unwrap_or(0);
            // The other rounds blocks up to 16.
            assert_eq!(entry.push_bytes.div_ceil(16) * 16, theirs.div_ceil(16) * 16, "{}", module.name);
            let lanes = |all: &[super::Lane]| all.iter().map(|lane| lane.location).collect::<Vec<_>>();
            let mut inputs: Vec<u32> = other.enumerate_input_variables(name).expect(module.name).iter()
                .filter(|v| v.location != u32::MAX).map(|v| v.location).collect();
            inputs.sort_unstable();
            assert_eq!(lanes(&entry.inputs), inputs, "{}", module.name);
        }
    }
}

fn kind(other: spirv_reflect::types::ReflectDescriptorType) -> BindingKind {
    use spirv_reflect::types::ReflectDescriptorType as Other;
    match other {
        Other::Sampler => BindingKind::Sampler,
        Other::CombinedImageSampler => BindingKind::ImageAndSampler,
        Other::SampledImage => BindingKind::SampledImage,
        Other::StorageImage => BindingKind::StorageImage,
        Other::UniformBuffer => BindingKind::UniformBuffer,
        Other::StorageBuffer => BindingKind::StorageBuffer,
        _ => BindingKind::Other,
    }
}

#[test]
fn what_is_no_module_is_refused() {
    let good = MODULES[0].spirv;
    let mut foreign = good.to_vec();
    foreign[..4].reverse();
    for (bytes, says) in [
        (&good[..0], "0 bytes are no SPIR-V"),
        (&good[..19], "19 bytes"),
        (&good[..good.len() - 1], "words of 4"),
        (&good[..20], "no entry point"),
        (&foreign, "first word"),
        (&good[..24], "left"),
    ] {
        let error = Reflection::new(bytes).err().unwrap_or_else(|| panic!("{says}: not refused"));
        assert_eq!(error.code(), ffi_base::Code::BadFormat, "{error}");
        assert!(error.text().contains(says), "{error}");
    }
}

#[test]
fn mutated_modules_neither_crash_nor_hang() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut read, mut refused) = (0, 0);
    for module in MODULES {
        for _ in 0..40 {
            let mut bytes = module.spirv.to_vec();
            for _ in 0..=random.below(6) {
                let at = random.below(bytes.len() / 4) * 4;
                match random.below(6) {
                    0 => bytes[at + random.below(4)] ^= 1 << random.below(8),
                    1 => bytes[at..at + 4].copy_from_slice(&(random.next() as u32).to_le_bytes()),
                    // Another id, an opcode of another instruction.
                    2 => bytes[at..at + 4].copy_from_slice(&(random.below(400) as u32).to_le_bytes()),
                    3 => {
                        let from = random.below(bytes.len() / 4) * 4;
                        let word: [u8; 4] = bytes[from..from + 4].try_into().expect("four bytes");
                        bytes[at..at + 4].copy_from_slice(&word);
                    }
                    4 => bytes.truncate(at.max(24)),
                    _ => bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes()),
                }
            }
            let clock = Instant::now();
            match Reflection::new(&bytes) {
                Ok(_) => read += 1,
                Err(error) => {
                    assert_ne!(error.code(), ffi_base::Code::Panic, "{}: {error}", module.name);
                    refused += 1;
                }
            }
            assert!(clock.elapsed().as_secs() < 5, "{} took {:?}", module.name, clock.elapsed());
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused: the mutations miss");
}
