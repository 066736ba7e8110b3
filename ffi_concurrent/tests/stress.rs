//! A thousand threads that open, use, close and free what they share, at random: no crash, no message lost, nobody waits for ever.
//! `FFI_STRESS_SECONDS` says for how long, `FFI_STRESS_THREADS` how many.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs)]

use ffi_base::{Code, Row, last_error};
use ffi_concurrent::rows::{TABLES, channels, locks, threads};
use std::ffi::c_void;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::SeqCst};
use std::time::{Duration, Instant};

/// So many objects of each sort are shared.
const PLACES: usize = 32;
/// Longer than any wait with a limit, and than the machine may take to end a thousand threads.
const PATIENCE: Duration = Duration::from_secs(120);

static STOP: AtomicBool = AtomicBool::new(false);
static DONE: AtomicI64 = AtomicI64::new(0);
static SENT: [AtomicI64; 2] = [const { AtomicI64::new(0) }; 2];
static RECEIVED: [AtomicI64; 2] = [const { AtomicI64::new(0) }; 2];
/// Channels that are closed and emptied before they are freed: every message counts.
static COUNTED: [AtomicI64; PLACES] = [const { AtomicI64::new(0) }; PLACES];
/// Objects that are freed while threads wait on them.
static WILD: [[AtomicI64; PLACES]; 5] = [const { [const { AtomicI64::new(0) }; PLACES] }; 5];
/// Mutexes that stay, whose values count what was done under them.
static MUTEXES: [AtomicI64; PLACES] = [const { AtomicI64::new(0) }; PLACES];
static LOCKED: AtomicI64 = AtomicI64::new(0);

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

struct Random(u64);
impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }
}

/// A row whose twin writes the result where it is told.
fn into(row: unsafe fn(&[i64]) -> i64, words: &[i64]) -> Result<i64, i64> {
    let mut result = 0i64;
    let mut all = [0; 4];
    all[..words.len()].copy_from_slice(words);
    all[words.len()] = (&raw mut result).expose_provenance() as i64;
    // SAFETY: one word per part, the last the address of a local.
    match unsafe { row(&all[..=words.len()]) } {
        0 => Ok(result),
        failed => Err(failed),
    }
}

fn row(name: &str) -> unsafe fn(&[i64]) -> i64 {
    let rows = TABLES.iter().copied().flatten().copied().flatten();
    let row: Row = rows.copied().find(|row| row.name == name).unwrap();
    row.call
}

/// What may be said about an object that another thread may free at any time.
#[track_caller]
fn fine(result: i64) {
    const KNOWN: &[Code] = &[Code::InvalidHandle, Code::Closed, Code::Timeout, Code::WouldBlock, Code::Busy];
    let known = result >= 0 || KNOWN.iter().any(|code| code.number() == result);
    assert!(known, "{result}: {}", last_error::message());
}

// SAFETY of all calls below: numbers alone, and handles may be anything.
fn counted(random: &mut Random, recv: unsafe fn(&[i64]) -> i64, receive_for_ever: unsafe fn(&[i64]) -> i64) {
    let place = &COUNTED[random.below(PLACES)];
    let channel = place.load(SeqCst);
    let got = |value: i64| {
        RECEIVED[0].fetch_add(1, SeqCst);
        RECEIVED[1].fetch_add(value, SeqCst);
    };
    match random.below(64) {
        0 => {
            // SAFETY: as above.
            let new = unsafe { channels::channel_create([-1, 0, 1, 8][random.below(4)]) };
            let old = place.swap(new, SeqCst);
            if old == 0 {
                return;
            }
            // SAFETY: as above.
            unsafe { assert_eq!(channels::channel_close(old), 1) };
            loop {
                match into(receive_for_ever, &[old]) {
                    Ok(value) => got(value),
                    Err(code) => break assert_eq!(code, Code::Closed.number()),
                }
            }
            // SAFETY: as above.
            unsafe { assert_eq!(channels::channel_free(old), 0) };
        }
        even if even % 2 == 0 => {
            let value = random.below(1000) as i64;
            // SAFETY: as above.
            let sent = unsafe { channels::channel_send_timeout(channel, value, random.below(2_000_000) as i64) };
            fine(sent);
            if sent == 0 {
                SENT[0].fetch_add(1, SeqCst);
                SENT[1].fetch_add(value, SeqCst);
            }
        }
        _ => match into(recv, &[channel, random.below(2_000_000) as i64]) {
            Ok(value) => got(value),
            Err(code) => fine(code),
        },
    }
}

fn wild(random: &mut Random) {
    let sort = random.below(5);
    let place = random.below(PLACES);
    let object = WILD[sort][place].load(SeqCst);
    // SAFETY: as above; pointers are to locals of the stated lengths.
    unsafe {
        match sort {
            // Without a limit: the free ends it.
            0 => fine(channels::channel_send(object, 1)),
            1 => fine(locks::semaphore_acquire(object)),
            2 => fine(locks::barrier_wait(object)),
            3 => {
                let mutex = MUTEXES[place].load(SeqCst);
                let value = locks::mutex_lock(mutex);
                fine(value);
                fine(locks::condvar_wait(object, mutex, value));
                let value = locks::mutex_value(mutex);
                fine(value);
                assert_eq!(locks::mutex_unlock(mutex, value), 0);
            }
            _ => {
                let other = WILD[0][random.below(PLACES)].load(SeqCst);
                let (mut received, mut closed) = (0, 0);
                let (pair, values) = ([object, other], [1, 2]);
                let sends = random.below(4) as i64;
                let values = values.as_ptr();
                fine(channels::channel_select(pair.as_ptr(), 2, sends, values, 2, -1, &mut received, &mut closed));
            }
        }
    }
}

/// A new object in a place where threads wait on the old one.
fn renew(sort: usize, place: usize) {
    // SAFETY: as above.
    unsafe {
        let new = match sort {
            0 | 4 => channels::channel_create(place as i64 % 3),
            1 => locks::semaphore_new(1),
            2 => locks::barrier_new(place as i64 % 5 + 1),
            _ => locks::condvar_new(),
        };
        let old = WILD[sort][place].swap(new, SeqCst);
        assert!(old == 0 || ffi_base::object::free(old).is_ok());
    }
}

extern "C" fn work(seed: *mut c_void) -> i64 {
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed.addr() as u64);
    let (recv, receive_for_ever) = (row("rt_channel_recv_timeout_into"), row("rt_channel_recv_into"));
    while !STOP.load(SeqCst) {
        match random.below(8) {
            0..4 => counted(&mut random, recv, receive_for_ever),
            4..6 => wild(&mut random),
            _ => {
                let mutex = MUTEXES[random.below(PLACES)].load(SeqCst);
                // SAFETY: as above.
                unsafe {
                    let value = locks::mutex_lock_timeout(mutex, 1_000_000);
                    fine(value);
                    if value >= 0 {
                        LOCKED.fetch_add(1, SeqCst);
                        assert_eq!(locks::mutex_unlock(mutex, value + 1), 0);
                    }
                }
            }
        }
    }
    DONE.fetch_add(1, SeqCst);
    0
}

#[test]
fn a_thousand_threads_lose_no_message_and_never_hang() {
    let (seconds, count) = (number("FFI_STRESS_SECONDS", 2), number("FFI_STRESS_THREADS", 1000));
    // SAFETY: numbers alone.
    MUTEXES.iter().for_each(|place| place.store(unsafe { locks::mutex_new(0) }, SeqCst));
    (0..5 * PLACES).for_each(|at| renew(at % 5, at / 5));
    let body = (work as *const c_void).cast();
    // SAFETY: a function of the right type; its pointer is a number to it.
    let spawn =
        |seed: u64| unsafe { threads::thread_spawn(body, std::ptr::without_provenance_mut(seed as usize * 7919 + 1)) };
    let handles: Vec<i64> = (0..count).map(spawn).collect();
    assert!(handles.iter().all(|&thread| thread > 0), "{}", last_error::message());
    let (start, mut stopped, mut at) = (Instant::now(), None, 0);
    while DONE.load(SeqCst) < count as i64 {
        at += 1;
        renew(at % 5, at / 5 % PLACES);
        if start.elapsed() > Duration::from_secs(seconds) {
            STOP.store(true, SeqCst);
            let since = *stopped.get_or_insert_with(Instant::now);
            let left = count as i64 - DONE.load(SeqCst);
            assert!(since.elapsed() < PATIENCE, "{left} threads hang, or one of them failed");
        }
        std::thread::sleep(Duration::from_micros(100));
    }
    for thread in handles {
        // SAFETY: as above.
        unsafe { assert_eq!((threads::thread_join(thread), threads::thread_free(thread)), (0, 0)) };
    }
    // What is left inside counts as received.
    let recv = row("rt_channel_try_recv_into");
    for place in &COUNTED {
        while let Ok(value) = into(recv, &[place.load(SeqCst)]) {
            RECEIVED[0].fetch_add(1, SeqCst);
            RECEIVED[1].fetch_add(value, SeqCst);
        }
    }
    let [sent, received] = [&SENT, &RECEIVED].map(|both| both.each_ref().map(|number| number.load(SeqCst)));
    // SAFETY: as above.
    let locked: i64 = MUTEXES.iter().map(|place| unsafe { locks::mutex_lock(place.load(SeqCst)) }).sum();
    eprintln!("{count} threads, {seconds} s: {} messages, {locked} locks, {at} objects replaced", sent[0]);
    assert_eq!((sent, locked), (received, LOCKED.load(SeqCst)));
    assert!(sent[0] > 0 && locked > 0);
}
