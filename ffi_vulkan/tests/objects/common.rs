//! Calls rows by name, and a bench of objects to call them on.
#![allow(dead_code)]

use ffi_base::{Code, Row, last_error, object};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Vulkan's own bits of usage.
pub const SRC: i64 = 1;
pub const DST: i64 = 2;
pub const UNIFORM: i64 = 16;
pub const STORAGE: i64 = 32;
pub const INDEX: i64 = 64;
pub const VERTEX: i64 = 128;

fn row(name: &str) -> &'static Row {
    let all = ffi_vulkan::TABLES.iter().copied().flatten().copied().flatten();
    let full = format!("rt_vk_{name}");
    all.into_iter().find(|row| row.name == full).unwrap_or_else(|| panic!("no row {full}"))
}

/// Calls a row; pointers are words, valid for their lengths.
pub fn call(name: &str, words: &[i64]) -> i64 {
    let row = row(name);
    assert_eq!(row.arity(), words.len(), "{name}");
    // SAFETY: one word per part; the tests pass pointers to live memory of the stated lengths.
    unsafe { (row.call)(words) }
}

/// Calls a row that answers 0 on success.
#[track_caller]
pub fn ok(name: &str, words: &[i64]) {
    let answer = call(name, words);
    assert_eq!(answer, 0, "{name}: {}", last_error::message());
}

/// Calls a row that answers a number that is not negative.
#[track_caller]
pub fn count(name: &str, words: &[i64]) -> i64 {
    let answer = call(name, words);
    assert!(answer >= 0, "{name}: {}", last_error::message());
    answer
}

/// Calls a row that makes an object.
#[track_caller]
pub fn make(name: &str, words: &[i64]) -> i64 {
    let handle = call(name, words);
    assert!(handle > 0, "{name}: {}", last_error::message());
    handle
}

/// A call that is refused with this code and a sentence with these words.
#[track_caller]
pub fn refused(code: Code, words_in_it: &str, name: &str, words: &[i64]) {
    let answer = call(name, words);
    let message = last_error::message();
    assert!(answer <= 0, "{name} was not refused");
    assert_eq!(last_error::code(), code.number(), "{name}: {message}");
    assert!(message.contains(words_in_it), "{name}: {message:?} does not say {words_in_it:?}");
}

/// A pointer and its length as words.
pub fn bytes<T>(data: &[T]) -> [i64; 2] {
    [data.as_ptr().expose_provenance() as i64, size_of_val(data) as i64]
}
pub fn room<T>(data: &mut [T]) -> [i64; 2] {
    [data.as_mut_ptr().expose_provenance() as i64, size_of_val(data) as i64]
}
pub fn array(data: &[i64]) -> [i64; 2] {
    [data.as_ptr().expose_provenance() as i64, data.len() as i64]
}
pub fn text(data: &str) -> [i64; 2] {
    [data.as_ptr().expose_provenance() as i64, data.len() as i64]
}

/// Whether a driver is demanded.
pub fn required() -> bool {
    std::env::var("FFI_REQUIRE").unwrap_or_default().split(',').any(|name| name == "vulkan")
}

/// Instance, device, queue, pool and a command buffer; frees all that it made and finds that nothing is left.
pub struct Bench {
    pub instance: i64,
    pub device: i64,
    pub queue: i64,
    pub family: i64,
    pub pool: i64,
    pub commands: i64,
    made: Vec<i64>,
    /// Handles are counted for the whole process, so one test at a time.
    _alone: MutexGuard<'static, ()>,
}

static ALONE: Mutex<()> = Mutex::new(());

/// Live handles of every kind of this family.
pub fn live() -> Vec<i64> {
    ffi_vulkan::KINDS.iter().map(|kind| object::table().live(kind.number)).collect()
}

impl Bench {
    /// `None`, said aloud, where there is no driver.
    pub fn new() -> Option<Bench> {
        crate::log::hear();
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let [name, len] = text("objects");
        let instance = call("instance_create", &[name, len, 0]);
        if instance == 0 {
            assert!(!required(), "FFI_REQUIRE asks for vulkan: {}", last_error::message());
            eprintln!("SKIPPED: no vulkan device: {}", last_error::message());
            return None;
        }
        let device = make("device_create", &[instance, 0]);
        let family = count("queue_family_find", &[instance, 0, 1 | 2]);
        let queue = make("queue_get", &[device, family, 0]);
        let pool = make("command_pool", &[device, family]);
        let commands = make("command_buffer", &[pool]);
        let made = vec![instance, device, queue, pool, commands];
        Some(Bench { instance, device, queue, family, pool, commands, made, _alone: alone })
    }

    /// Keeps a handle to be freed at the end.
    #[track_caller]
    pub fn make(&mut self, name: &str, words: &[i64]) -> i64 {
        let handle = make(name, words);
        self.made.push(handle);
        handle
    }

    /// Frees one now.
    pub fn free(&mut self, name: &str, handle: i64) {
        ok(name, &[handle]);
        self.made.retain(|own| *own != handle);
    }

    /// All that it made, which whoever asks frees.
    pub fn made(&mut self) -> Vec<i64> {
        std::mem::take(&mut self.made)
    }

    /// A buffer with memory, place 0, 1 or 2.
    #[track_caller]
    pub fn buffer(&mut self, len_bytes: i64, usage: i64, place: i64) -> i64 {
        let buffer = self.make("buffer_create", &[self.device, len_bytes, usage]);
        self.make("memory_allocate", &[buffer, place]);
        buffer
    }

    /// Submits the command buffer and waits for it.
    #[track_caller]
    pub fn run(&self) {
        ok("command_end", &[self.commands]);
        self.run_again();
    }

    #[track_caller]
    pub fn run_again(&self) {
        ok("submit", &[self.queue, self.commands, 0]);
        assert_eq!(count("queue_wait", &[self.queue, -1]), 1);
    }

    pub fn read<T: Copy + Default>(&self, buffer: i64, len: usize) -> Vec<T> {
        let mut out = vec![T::default(); len];
        let [at, len_bytes] = room(&mut out);
        ok("buffer_read", &[buffer, 0, at, len_bytes]);
        out
    }

    pub fn write<T: Copy>(&self, buffer: i64, data: &[T]) {
        let [at, len_bytes] = bytes(data);
        ok("buffer_write", &[buffer, 0, at, len_bytes]);
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Parents first, which any order bears.
        for handle in self.made.drain(..) {
            object::free(handle).unwrap();
        }
        if !std::thread::panicking() {
            assert!(live().iter().all(|count| *count == 0), "handles leaked: {:?}", live());
        }
    }
}

/// The code of the last failure.
pub fn last_code() -> i64 {
    last_error::code()
}
