//! Reflection of our own modules against what their sources declare, and of mutated ones, which must neither crash nor hang.

use super::{BindingKind, Reflection};
use crate::objects::physical::Physical;
use shaders::{MODULES, PROGRAMS};
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

type Row = (&'static str, [u32; 3], u32, &'static [(u32, u32, BindingKind, u32, u64)], &'static [u32], &'static [u32]);

/// What the sources of our programs declare: work-group, bytes of push constants, bindings with counts and sizes, locations in
/// and out.
const DECLARED: &[Row] = &[
    ("DOUBLE", [64, 1, 1], 4, &[(0, 0, BindingKind::StorageBuffer, 1, 0)], &[], &[]),
    ("HALF", [64, 1, 1], 0, &[(0, 0, BindingKind::StorageBuffer, 1, 0)], &[], &[]),
    (
        "MIX",
        [8, 4, 1],
        32,
        &[
            (0, 0, BindingKind::UniformBuffer, 1, 68),
            (0, 2, BindingKind::StorageBuffer, 1, 4),
            (1, 0, BindingKind::ImageAndSampler, 1, 0),
            (1, 1, BindingKind::SampledImage, 1, 0),
            (1, 2, BindingKind::Sampler, 1, 0),
            (1, 3, BindingKind::StorageImage, 2, 0),
        ],
        &[],
        &[],
    ),
    (
        "COUNTS",
        [8, 8, 1],
        8,
        &[(0, 0, BindingKind::ImageAndSampler, 1, 0), (0, 1, BindingKind::StorageBuffer, 1, 0)],
        &[],
        &[],
    ),
    ("TRIANGLE_VERTEX", [0; 3], 12, &[], &[0, 1], &[0]),
    ("TRIANGLE_FRAGMENT", [0; 3], 0, &[], &[0], &[0]),
    ("TEXTURED_FRAGMENT", [0; 3], 0, &[(0, 0, BindingKind::ImageAndSampler, 1, 0)], &[0], &[0]),
];

#[test]
fn our_programs_read_as_their_sources_declare() {
    assert_eq!(DECLARED.len(), PROGRAMS.len());
    for (module, (name, workgroup, push_bytes, bindings, inputs, outputs)) in PROGRAMS.iter().zip(DECLARED) {
        assert_eq!(module.name, *name);
        let found = Reflection::new(module.spirv).unwrap_or_else(|e| panic!("{name}: {e}"));
        let [entry] = found.entries.as_slice() else { panic!("{name}: {} entries", found.entries.len()) };
        assert_eq!((entry.name.as_str(), entry.workgroup), ("main", *workgroup), "{name}");
        assert_eq!(entry.push_bytes, *push_bytes, "{name}");
        let own: Vec<_> = entry.bindings.iter().map(|b| (b.set, b.binding, b.kind, b.count, b.least_bytes)).collect();
        assert_eq!(own, *bindings, "{name}");
        let locations = |all: &[super::Lane]| all.iter().map(|lane| lane.location).collect::<Vec<_>>();
        assert_eq!(locations(&entry.inputs), *inputs, "{name}");
        assert_eq!(locations(&entry.outputs), *outputs, "{name}");
    }
    let double = Reflection::new(shaders::DOUBLE.spirv).expect("ours");
    assert_eq!(double.entries[0].workgroup_constants, [Some(0), None, None]);
    let constants: Vec<_> = double.constants.iter().map(|c| (c.id, c.size, c.is_bool, c.bits)).collect();
    assert_eq!(constants, [(0, 4, false, 64), (1, 4, false, u64::from(2f32.to_bits()))]);
}

/// One of our modules with some words of its instructions changed.
fn altered(module: &shaders::Module, alter: impl Fn(&mut [u32])) -> Vec<u8> {
    let mut words: Vec<u32> =
        module.spirv.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("four bytes"))).collect();
    let mut at = 5;
    while at < words.len() {
        let len = (words[at] >> 16) as usize;
        alter(&mut words[at..at + len]);
        at += len;
    }
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

// First words of instructions: how long they are, and what they do.
const FLOAT: u32 = 3 << 16 | 22;
const CONSTANT: u32 = 4 << 16 | 43;
const SPEC_CONSTANT: u32 = 4 << 16 | 50;
const LINE: u32 = 4 << 16 | 8;
const DECORATE_ONE: u32 = 4 << 16 | 71;
const IMAGE: u32 = 9 << 16 | 25;

#[test]
fn what_a_layout_cannot_say_is_refused() {
    // The length of an array becomes a constant that a pipeline would give.
    let specialised = |words: &mut [u32]| {
        if words[0] == CONSTANT && words[3] == 2 {
            words[0] = SPEC_CONSTANT;
        }
    };
    let numbered = |words: &mut [u32]| {
        if words[0] == DECORATE_ONE && words[2] == 33 {
            words[3] = u32::MAX;
        }
    };
    for (bytes, says) in [
        (altered(&shaders::DOUBLE, numbered), "binding 4294967295 of set 0: bindings are numbered below 65536"),
        (altered(&shaders::MIX, specialised), "how many descriptors binding 3 of set 1 has"),
        (altered(&shaders::COUNTS, specialised), "how long the push constants are"),
    ] {
        let error = Reflection::new(&bytes).err().unwrap_or_else(|| panic!("{says}: not refused"));
        assert_eq!(error.code(), ffi_base::Code::Unsupported, "{error}");
        assert!(error.text().contains(says), "{error}");
    }
}

#[test]
fn images_are_told_apart_by_shape_and_numbers() {
    use super::Numeric;
    // A word of an image's type: its dimensions, whether it has layers, whether it has samples.
    for (at, number) in [(3, 3), (3, 2), (3, 0), (5, 1), (6, 1)] {
        let bytes = altered(&shaders::TEXTURED_FRAGMENT, |words| {
            if words[0] == IMAGE {
                words[at] = number;
            }
        });
        let found = Reflection::new(&bytes).expect("it reads");
        assert_eq!(found.entries[0].bindings[0].kind, BindingKind::Other, "word {at} is {number}");
    }
    for (module, numeric) in [(&shaders::TEXTURED_FRAGMENT, Numeric::Float), (&shaders::COUNTS, Numeric::Unsigned)] {
        let found = Reflection::new(module.spirv).expect("ours");
        assert_eq!(found.entries[0].bindings[0].numeric, Some(numeric), "{}", module.name);
    }
    let wide = altered(&shaders::TRIANGLE_VERTEX, |words| {
        match words[0] {
            FLOAT => words[2] = 64,
            // Constants would be longer then: lines of a source instead, but for the length of an array.
            CONSTANT if words[3] != 1 => words[0] = LINE,
            _ => {}
        }
    });
    let found = Reflection::new(&wide).expect("it reads");
    assert!(found.entries[0].inputs.iter().all(|lane| lane.numeric == Numeric::Wide));
}

#[test]
fn images_are_known_by_how_they_lie_and_what_samples_them() {
    use super::ImageFormat;
    let entry = |bytes: &[u8]| Reflection::new(bytes).expect("it reads").entries.remove(0);
    let mix = entry(shaders::MIX.spirv);
    assert_eq!(mix.joins, [[Some((1, 1)), Some((1, 2))]]);
    let formats: Vec<_> = mix.bindings.iter().map(|own| own.format).collect();
    assert_eq!(formats, [None, None, None, None, None, Some(ImageFormat::Rgba8)]);
    // An instruction that joins what no variable is behind, as what a function is given.
    let blind = entry(&altered(&shaders::MIX, |words| {
        if words[0] & 0xFFFF == 86 {
            words[4] = 1;
        }
    }));
    assert_eq!(blind.joins, [[Some((1, 1)), None]]);
    // Where the image is taken out again instead, to be fetched from, no sampler is at work.
    let fetched = entry(&altered(&shaders::MIX, |words| {
        if matches!(words[0] & 0xFFFF, 87 | 88) {
            words[0] = 4 << 16 | 100;
            words[4..].fill(1 << 16);
        }
    }));
    assert!(fetched.joins.is_empty(), "{:?}", fetched.joins);
    assert!(entry(shaders::COUNTS.spirv).joins.is_empty());
}

#[test]
fn the_kernels_of_tensors_read_too() {
    for module in MODULES {
        let found = Reflection::new(module.spirv).unwrap_or_else(|e| panic!("{}: {e}", module.name));
        let entry = &found.entries[0];
        assert!(entry.push_bytes > 0 && entry.push_bytes <= 128, "{}", module.name);
        // Those that take storage buffers instead of addresses say so by their name.
        assert_eq!(entry.bindings.is_empty(), !module.name.ends_with("_bound"), "{}", module.name);
        assert!(entry.workgroup.iter().product::<u32>() >= 1, "{}", module.name);
    }
}

#[test]
fn what_a_device_has_not_is_refused() {
    let half = Reflection::new(shaders::HALF.spirv).expect("ours");
    let mut physical = Physical::default();
    physical.properties.api_version = ash::vk::API_VERSION_1_2;
    assert!(half.check(&physical).unwrap_err().text().contains("Float64"));
    physical.features.shader_float64 = ash::vk::TRUE;
    half.check(&physical).expect("it has them now");
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

/// A module of many entry points to one long function takes no longer than to read it.
#[test]
fn what_is_described_again_and_again_is_short() {
    let module = |entries: usize| {
        let mut words: Vec<u32> = vec![0x0723_0203, 0x0001_0500, 0, 1 << 20, 0];
        let mut add = |op: u32, operands: &[u32]| {
            words.push((operands.len() as u32 + 1) << 16 | op);
            words.extend(operands);
        };
        add(17, &[1]);
        add(14, &[0, 1]);
        (0..entries).for_each(|_| add(15, &[5, 4, u32::from_le_bytes(*b"main"), 0]));
        add(16, &[4, 17, 1, 1, 1]);
        add(19, &[2]);
        add(33, &[3, 2]);
        add(54, &[2, 4, 0, 3]);
        add(248, &[5]);
        (1000..100_000).for_each(|id| add(62, &[id, id]));
        add(253, &[]);
        add(56, &[]);
        words.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>()
    };
    let many = Reflection::new(&module(2000)).err().expect("too many");
    assert!(many.text().contains("2000 entry points"), "{many}");
    let clock = Instant::now();
    assert_eq!(Reflection::new(&module(256)).expect("it reads").entries.len(), 256);
    assert!(clock.elapsed().as_secs() < 5, "{:?}", clock.elapsed());
}

#[test]
fn mutated_modules_neither_crash_nor_hang() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let (mut read, mut refused) = (0, 0);
    for module in MODULES.iter().chain(PROGRAMS) {
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
