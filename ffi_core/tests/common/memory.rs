//! Memory for one call: inputs by pattern, outputs with a margin that nothing may write to, texts, functions.

use super::choice::{Choice, PATTERNS};
use std::ffi::c_void;

/// How many 8-byte elements a buffer offers at most.
pub const ELEMENTS: usize = 64;
/// Beyond them lies a margin, also for a buffer that starts off its alignment.
const MARGIN: usize = 8;
const UNTOUCHED: u8 = 0xA5;

/// NUL-terminated here, passed with their length or with -1. The function names among them take no pointers, since rt_call
/// may be given any of these with any words.
pub const TEXTS: &[&[u8]] = &[
    b"cpu\0",
    b"\0",
    b"vulkan:0\0",
    b"cuda\0",
    b"torch:cuda:0\0",
    b"cpu:4294967296\0",
    b":\0",
    b"rt_abi_version\0",
    b"rt_error_name\0",
    b"rt_nonsense\0",
    b"maxImageDimension2D\0",
    b"shaderInt64\0",
    b"\xff\xfe\xf0\x80\0",
    b"half\xc3\0",
    b"in\0side\0",
    b"a name that is a good deal longer than any name, and goes on, \xe2\x80\xa6 and on\0",
];

/// Where a picture lies; a shader module; and how the triangle is drawn: a format, a vertex buffer, two attributes.
const PART: &[f64] = &[0.0, 0.0, 16.0, 16.0];
pub const CODE: &[u8] = include_bytes!("../../../shaders/spirv/DOUBLE.spv");
pub const OPTIONS: &[i64] = &[1, 37, 8, 20, 0, 9, 0, 0, 103, 0, 9, 1, 0, 106, 8];

/// The pointer and length words of what a parameter of this name wants, where no pattern makes it.
pub fn known(name: &str) -> Option<(i64, i64)> {
    match name {
        "numbers" => Some((PART.as_ptr().expose_provenance() as i64, PART.len() as i64)),
        "code" => Some((CODE.as_ptr().expose_provenance() as i64, CODE.len() as i64)),
        "options" => Some((OPTIONS.as_ptr().expose_provenance() as i64, OPTIONS.len() as i64)),
        _ => None,
    }
}

/// One buffer per parameter, 16-byte aligned.
#[repr(align(16))]
struct Buffer([u64; ELEMENTS + MARGIN]);

/// What the words of one call point to.
pub struct Memory {
    buffers: Vec<Buffer>,
}

impl Memory {
    pub fn new() -> Memory {
        Memory { buffers: (0..8).map(|_| Buffer([0; ELEMENTS + MARGIN])).collect() }
    }

    fn bytes(&self, slot: usize) -> &[u8] {
        let words = &self.buffers[slot].0;
        // SAFETY: any initialised memory may be read as bytes.
        unsafe { std::slice::from_raw_parts(words.as_ptr().cast(), size_of_val(words)) }
    }

    /// The pointer and length words of a choice for the parameter in this slot; `output` memory starts untouched.
    pub fn words(&mut self, slot: usize, choice: Choice, output: bool, callback: Option<&str>) -> (i64, i64) {
        match choice {
            Choice::Word(word) => (word, 0),
            Choice::Null(len) => (0, len),
            Choice::Memory(pattern, offset, len) => {
                let buffer = &mut self.buffers[slot].0;
                buffer.fill(u64::from_ne_bytes([UNTOUCHED; 8]));
                if !output {
                    (0..ELEMENTS).for_each(|i| buffer[i] = element(pattern, i) as u64);
                }
                // The last element must fit although the start is off; a refused length stays refused.
                let len = if offset > 0 { len.min(ELEMENTS as i64 - 1) } else { len };
                (buffer.as_mut_ptr().expose_provenance().wrapping_add(offset) as i64, len)
            }
            Choice::Text(at, counted) => {
                let text = TEXTS[at];
                (text.as_ptr().expose_provenance() as i64, if counted { text.len() as i64 - 1 } else { -1 })
            }
            Choice::TextOf(len) => (TEXTS[0].as_ptr().expose_provenance() as i64, len),
            Choice::Function => (callback.and_then(no_op).unwrap_or(0), 0),
            Choice::Live(_) | Choice::Stale(_) | Choice::Handles(_) | Choice::Known => {
                unreachable!("the caller knows the handles")
            }
        }
    }

    /// The words for a list of handles.
    pub fn handles(&mut self, slot: usize, handles: impl Iterator<Item = i64>) -> (i64, i64) {
        let buffer = &mut self.buffers[slot].0;
        let count = buffer.iter_mut().zip(handles).map(|(to, handle)| *to = handle as u64).count();
        (buffer.as_mut_ptr().expose_provenance() as i64, count as i64)
    }

    /// The aligned 8-byte words of an output, written or not.
    pub fn output(&self, slot: usize, choice: Choice) -> &[u64] {
        match choice {
            Choice::Memory(_, 0, len) => &self.buffers[slot].0[..usize::try_from(len).unwrap_or(0).min(ELEMENTS)],
            _ => &[],
        }
    }

    /// What a call did to an output it was given: whether anything, and whether beyond its capacity.
    pub fn written(&self, slot: usize, choice: Choice, size: usize) -> (bool, bool) {
        let Choice::Memory(_, offset, len) = choice else { return (false, false) };
        let end = offset + usize::try_from(len).unwrap_or(0).min(ELEMENTS) * size;
        let bytes = self.bytes(slot);
        let touched = |range: &[u8]| range.iter().any(|byte| *byte != UNTOUCHED);
        (touched(bytes), touched(&bytes[..offset]) || touched(&bytes[end.min(bytes.len())..]))
    }
}

fn element(pattern: usize, i: usize) -> i64 {
    const SMALL: [i64; 8] = [2, 3, 1, 2, 1, 1, 1, 2];
    const ROUND: [i64; 4] = [i64::MAX, 2, -1, i64::MIN];
    let at = i as i64;
    match pattern % PATTERNS {
        0 => SMALL[i % SMALL.len()],
        1 => at,
        2 => -1 - at,
        3 => 1 << 48,
        4 => ROUND[i % ROUND.len()],
        5 => 0,
        6 => f64::NAN.to_bits() as i64,
        _ => [3, -1, 0, 1][i % 4],
    }
}

extern "C" fn log_nothing(_: i64, _: *const u8, _: i64, _: *mut c_void) {}
extern "C" fn of_user(_: *mut c_void) -> i64 {
    0
}
extern "C" fn of_index(_: i64, _: *mut c_void) -> i64 {
    0
}
extern "C" fn of_two(_: i64, _: i64, _: *mut c_void) -> i64 {
    0
}
extern "C" fn of_item_f64(_: i64, _: f64, _: *mut c_void) -> i64 {
    0
}
extern "C" fn of_double(_: f64, _: *mut c_void) -> f64 {
    0.0
}
extern "C" fn of_two_doubles(_: f64, _: f64, _: *mut c_void) -> f64 {
    0.0
}
extern "C" fn compare_doubles(_: f64, _: f64, _: *mut c_void) -> i64 {
    0
}
extern "C" fn of_group(_: *mut c_void, _: *const i64) -> i64 {
    0
}
extern "C" fn of_progress(_: i64, _: i64, _: i64, _: f64, _: f64, _: *mut c_void) {}
extern "C" fn release_nothing(_: *mut c_void) {}

/// The address of a function of this C type that does nothing.
pub fn no_op(name: &str) -> Option<i64> {
    let address = match name {
        "rt_log_fn" => log_nothing as *const c_void,
        "rt_thread_fn" => of_user as *const c_void,
        "rt_each_fn" | "rt_map_fn" => of_index as *const c_void,
        "rt_range_fn" | "rt_item_i64_fn" | "rt_combine_i64_fn" | "rt_compare_i64_fn" => of_two as *const c_void,
        "rt_item_f64_fn" => of_item_f64 as *const c_void,
        "rt_map_f64_fn" => of_double as *const c_void,
        "rt_combine_f64_fn" => of_two_doubles as *const c_void,
        "rt_compare_f64_fn" => compare_doubles as *const c_void,
        "rt_group_fn" => of_group as *const c_void,
        "rt_progress_fn" => of_progress as *const c_void,
        "rt_release_fn" => release_nothing as *const c_void,
        _ => return None,
    };
    Some(address.expose_provenance() as i64)
}
