//! The devices that are open: each opened once, by one thread and under no lock, and again when it is lost.
#![forbid(unsafe_code)]

use crate::device::{DeviceKind, Opened};
use ffi_backend::{Backend, DeviceId, DeviceRef};
use ffi_base::process::{ForkMutex, forks};
use ffi_base::{Code, Result, error, object};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::sync::{Condvar, PoisonError};

/// A device's family, by its place in the list, and its number there.
pub type Place = (usize, u32);

/// What stands at a place.
enum Spot {
    /// A thread of the process with this fork count opens it right now. Another fork count: nobody does.
    Opening(u32),
    /// Opened; lost since then, perhaps.
    Open(i64, DeviceRef),
}

struct Devices {
    spots: BTreeMap<Place, Spot>,
    /// Handles of all devices that were ever opened, by their ids; a lost one keeps its own.
    handles: BTreeMap<u32, i64>,
    next: u32,
}

static DEVICES: ForkMutex<Devices> =
    ForkMutex::new(Devices { spots: BTreeMap::new(), handles: BTreeMap::new(), next: 0 });
/// Notified when a thread is done with opening.
static OPENED: Condvar = Condvar::new();

/// Opens a device of this family once; later calls give the same handle, until the device is lost.
pub fn open(backend: &'static dyn Backend, place: Place) -> Result<i64> {
    let now = forks();
    let mut devices = DEVICES.lock();
    loop {
        match devices.spots.get(&place) {
            // One thread opens, without the lock, for drivers take their time; the others wait for it.
            Some(Spot::Opening(since)) if *since == now => {
                devices = OPENED.wait(devices).unwrap_or_else(PoisonError::into_inner);
            }
            Some(Spot::Open(handle, device)) => match device.health() {
                Err(error) if error.code() == Code::DeviceLost => break,
                health => return health.map(|()| *handle),
            },
            _ => break,
        }
    }
    let id = DeviceId(devices.next);
    devices.next += 1;
    devices.spots.insert(place, Spot::Opening(now));
    drop(devices);
    let claim = Claim(place);
    let device = backend.open(place.1, id)?;
    let lent = |text: &str| -> &'static CStr { Box::leak(CString::new(text).unwrap_or_default().into_boxed_c_str()) };
    id.remember(&device.info().name);
    let (name, description) = (lent(&device.info().name), lent(&device.info().description));
    let handle = object::give::<DeviceKind>(Opened { device, name, description })?;
    let mut devices = DEVICES.lock();
    devices.spots.insert(place, Spot::Open(handle, device));
    devices.handles.insert(id.0, handle);
    drop(devices);
    drop(claim);
    Ok(handle)
}

/// The right to open what is at a place; given up also when that fails or panics.
struct Claim(Place);

impl Drop for Claim {
    fn drop(&mut self) {
        let mut devices = DEVICES.lock();
        if matches!(devices.spots.get(&self.0), Some(Spot::Opening(_))) {
            devices.spots.remove(&self.0);
        }
        OPENED.notify_all();
    }
}

/// The handle of an opened device.
pub fn handle_of(device: DeviceRef) -> Result<i64> {
    let handle = DEVICES.lock().handles.get(&device.info().id.0).copied();
    handle.ok_or_else(|| error!(Internal, "device {} was never opened", device.info().name))
}

/// Every device opened so far that still answers.
pub fn opened() -> Vec<DeviceRef> {
    let devices = DEVICES.lock();
    let open = devices.spots.values().filter_map(|spot| match spot {
        Spot::Open(_, device) => Some(*device),
        Spot::Opening(_) => None,
    });
    open.filter(|device| device.health().is_ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffi_backend::{BufferRef, DType, Info, MemoryStats, Op, Support, Ticket, View};
    use ffi_base::fail;
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
    use std::time::Duration;

    /// A device that can be lost, and does nothing else.
    struct Fragile {
        info: Info,
        lost: AtomicBool,
    }

    fn nothing<T>() -> Result<T> {
        fail!(Unsupported, "a device for tests of opening")
    }

    impl ffi_backend::Device for Fragile {
        fn info(&self) -> &Info {
            &self.info
        }
        fn health(&self) -> Result<()> {
            if self.lost.load(Ordering::Relaxed) { fail!(DeviceLost, "{}", self.info.name) } else { Ok(()) }
        }
        fn supports(&self, _: &Op, _: &[DType], _: DType) -> Support {
            Support::No("a device for tests of opening")
        }
        fn alloc(&self, _: u64) -> Result<BufferRef> {
            nothing()
        }
        fn memory(&self) -> MemoryStats {
            MemoryStats::default()
        }
        fn memory_free(&self) -> u64 {
            0
        }
        fn trim(&self) -> Result<u64> {
            self.health().map(|()| 0)
        }
        fn upload(&self, _: &[u8], _: &BufferRef, _: u64) -> Result<()> {
            nothing()
        }
        fn download(&self, _: &BufferRef, _: u64, _: &mut [u8]) -> Result<()> {
            nothing()
        }
        fn record(&self, _: &Op, _: &[View], _: &View) -> Result<()> {
            nothing()
        }
        fn flush(&self) -> Result<Ticket> {
            nothing()
        }
        fn wait(&self, _: Ticket, _: Option<Duration>) -> Result<bool> {
            nothing()
        }
    }

    /// Number 0 opens, 1 fails at first, 2 panics at first.
    struct Fake;
    static OPENS: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];
    static LAST: [ForkMutex<Option<&'static Fragile>>; 3] = [const { ForkMutex::new(None) }; 3];

    impl Backend for Fake {
        fn kind(&self) -> &'static str {
            "fake"
        }
        fn count(&self) -> Result<u32> {
            Ok(3)
        }
        fn open(&self, ordinal: u32, id: DeviceId) -> Result<DeviceRef> {
            let before = OPENS[ordinal as usize].fetch_add(1, Ordering::Relaxed);
            // Whoever opens may ask for other devices meanwhile: no lock is held.
            assert!(crate::device::at(0).is_ok());
            std::thread::sleep(Duration::from_millis(20));
            match (ordinal, before) {
                (1, 0) => fail!(Unavailable, "not yet"),
                (2, 0) => panic!("while opening"),
                _ => {}
            }
            let name = format!("fake:{ordinal}");
            let info = Info { id, name, kind: "fake", description: String::new(), memory_bytes: 0 };
            let device = Box::leak(Box::new(Fragile { info, lost: AtomicBool::new(false) }));
            *LAST[ordinal as usize].lock() = Some(device);
            Ok(device)
        }
    }

    fn open_fake(ordinal: u32) -> Result<i64> {
        open(&Fake, (99, ordinal))
    }

    #[test]
    fn a_device_is_opened_once_by_whoever_comes_first_and_again_when_it_is_lost() {
        let handles: Vec<i64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| open_fake(0).unwrap())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(handles.iter().all(|handle| *handle == handles[0]), "{handles:?}");
        assert_eq!(OPENS[0].load(Ordering::Relaxed), 1);
        let old = LAST[0].lock().unwrap();
        assert_eq!(format!("{:?}", old as DeviceRef), "fake:0");
        assert_eq!(handle_of(old).unwrap(), handles[0]);

        old.lost.store(true, Ordering::Relaxed);
        assert!(opened().iter().all(|device| device.health().is_ok()), "nothing waits for a lost device");
        let handle = open_fake(0).unwrap();
        let new = LAST[0].lock().unwrap();
        assert!(handle != handles[0] && new.info.id != old.info.id);
        assert_eq!((handle_of(old).unwrap(), handle_of(new).unwrap()), (handles[0], handle), "each keeps its own");
        assert_eq!(open_fake(0).unwrap(), handle);
        assert_eq!(OPENS[0].load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_failure_to_open_leaves_the_way_free() {
        assert_eq!(open_fake(1).unwrap_err().code(), Code::Unavailable);
        assert!(open_fake(1).is_ok());
        let panicked = ffi_base::guard_callback(|| open_fake(2)).unwrap_err();
        assert_eq!(panicked.code(), Code::Panic);
        assert!(open_fake(2).is_ok());
    }
}
