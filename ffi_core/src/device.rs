//! Which devices exist, by what names they go, and which one a thread uses by default.

use ffi_backend::{Backend, DeviceId, DeviceRef};
use ffi_base::process::{ForkMutex, forks};
use ffi_base::{Code, Error, Kind, Part, Resolve, Result, Sort, error, fail, object};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString};
use std::sync::{Condvar, PoisonError};

/// An explicit list: registration at link time would silently register nothing through a static library.
const BACKENDS: &[fn() -> &'static dyn Backend] = &[ffi_cpu::backend, ffi_cuda::backend, ffi_vulkan::backend];

/// The handle that means "the calling thread's default device".
pub const DEFAULT: i64 = 1;

/// The environment variable that names the default device of the process.
pub const VARIABLE: &str = "FFI_DEVICE";

/// An opened device with its handle and the texts lent for ever.
#[derive(Clone)]
pub struct Opened {
    /// The device.
    pub device: DeviceRef,
    /// Its name as C text.
    pub name: &'static CStr,
    /// Its hardware's name as C text.
    pub description: &'static CStr,
}

ffi_base::kinds! { KINDS;
    /// A device. The library owns it: freeing its handle is a no-op.
    DeviceKind = 1, "device", "rt_device", false, Opened;
}

/// A device's family, by its place in the list, and its number there.
type Place = (usize, u32);

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

thread_local! {
    /// The thread's default: a handle and its device, `None` until set.
    static DEFAULT_OF_THREAD: Cell<Option<(i64, DeviceRef)>> = const { Cell::new(None) };
}

/// A backend by its place in the list.
fn backend(index: usize) -> Option<&'static dyn Backend> {
    BACKENDS.get(index).map(|backend| backend())
}

/// Opens a device once; later calls give the same handle, until the device is lost: then the next call opens it anew.
fn open(place: Place) -> Result<i64> {
    match backend(place.0) {
        Some(backend) => open_of(backend, place),
        None => fail!(NotFound, "no device family {}", place.0),
    }
}

fn open_of(backend: &'static dyn Backend, place: Place) -> Result<i64> {
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

/// How many devices can be opened. Families whose driver is missing count none.
pub fn count() -> i64 {
    (0..BACKENDS.len()).filter_map(backend).map(|backend| backend.count().map_or(0, i64::from)).sum()
}

/// The device at this place of the list: the CPU first.
pub fn at(index: i64) -> Result<i64> {
    let mut left = index;
    for (family, backend) in (0..BACKENDS.len()).filter_map(|i| Some((i, backend(i)?))) {
        let count = backend.count().map_or(0, i64::from);
        if (0..count).contains(&left) {
            return open((family, left as u32));
        }
        // Far below 0 already, it finds no device wherever it stops.
        left = left.saturating_sub(count);
    }
    fail!(NotFound, "device {index} is outside 0..{}", count())
}

/// The device with this name: `cpu`, `cuda:1`, `vulkan` (which is `vulkan:0`).
pub fn find(name: &str) -> Result<i64> {
    open(place_of(name)?)
}

fn place_of(name: &str) -> Result<Place> {
    let (kind, ordinal) = match name.split_once(':') {
        Some((kind, ordinal)) => (kind, ordinal.parse::<u32>().map_err(|_| unknown(name))?),
        None => (name, 0),
    };
    let family = (0..BACKENDS.len()).filter_map(|i| Some((i, backend(i)?))).find(|(_, backend)| backend.kind() == kind);
    let Some((index, backend)) = family else {
        if kind == "torch" {
            return Err(ffi_base::row::not_configured("pytorch"));
        }
        return Err(unknown(name));
    };
    let count = backend.count()?;
    if ordinal >= count {
        fail!(NotFound, "no device {name:?}: there are {count} of kind {kind:?}");
    }
    Ok((index, ordinal))
}

fn unknown(name: &str) -> Error {
    let kinds: Vec<&str> = (0..BACKENDS.len()).filter_map(backend).map(|backend| backend.kind()).collect();
    error!(
        NotFound,
        "no device is named {name:?}; names are {} and \"torch\", with \":1\" for the second of a kind",
        kinds.join(", ")
    )
}

/// The process's default: what `FFI_DEVICE` names, the CPU when it names nothing. Decided once. If that device cannot be
/// opened, every use of the default fails and names it; nothing silently moves to the CPU. Once it is lost, a thread that
/// asks for the first time, or anew by setting `DEFAULT`, opens it again.
fn process_default() -> Result<i64> {
    static DECIDED: ForkMutex<Option<Result<Place>>> = ForkMutex::new(None);
    let decided = DECIDED.lock().clone();
    let decided = match decided {
        Some(decided) => decided,
        None => {
            // Without the lock, for this opens it. Two threads at once come to the same.
            let new = match std::env::var(VARIABLE) {
                Ok(name) if !name.is_empty() => place_of(&name)
                    .and_then(|place| open(place).map(|_| place))
                    .map_err(|e| e.at(&format!("{VARIABLE}={name}"))),
                Err(std::env::VarError::NotUnicode(_)) => Err(error!(NotFound, "{VARIABLE} is not UTF-8")),
                _ => Ok((0, 0)),
            };
            DECIDED.lock().get_or_insert(new).clone()
        }
    };
    open(decided?)
}

/// The handle of the calling thread's default device.
pub fn default_handle() -> Result<i64> {
    Ok(default_pair()?.0)
}

#[inline]
fn default_pair() -> Result<(i64, DeviceRef)> {
    if let Ok(Some(pair)) = DEFAULT_OF_THREAD.try_with(Cell::get) {
        return Ok(pair);
    }
    let handle = process_default()?;
    let pair = (handle, object::borrow::<DeviceKind>(handle)?.device);
    let _ = DEFAULT_OF_THREAD.try_with(|own| own.set(Some(pair)));
    Ok(pair)
}

/// Sets the calling thread's default; `DEFAULT` itself goes back to the process's.
pub fn set_default(handle: i64) -> Result<()> {
    let new = if handle == DEFAULT { None } else { Some((handle, object::borrow::<DeviceKind>(handle)?.device)) };
    let _ = DEFAULT_OF_THREAD.try_with(|own| own.set(new));
    Ok(())
}

/// A device parameter: a handle, or `RT_DEVICE_DEFAULT`.
pub struct DeviceArgument;

impl Resolve for DeviceArgument {
    type Value = DeviceRef;
    const PARTS: &'static [Part] = &[Part { c: DeviceKind::C, sort: Sort::Handle("device", false) }];

    #[inline]
    fn resolve(number: i64) -> Result<DeviceRef> {
        if number == DEFAULT { Ok(default_pair()?.1) } else { Ok(object::borrow::<DeviceKind>(number)?.device) }
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
    use ffi_backend::{Buffer, DType, Info, MemoryStats, Op, Support, Ticket, View};
    use std::sync::Arc;
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
        fn alloc(&self, _: u64) -> Result<Arc<dyn Buffer>> {
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
        fn upload(&self, _: &[u8], _: &Arc<dyn Buffer>, _: u64) -> Result<()> {
            nothing()
        }
        fn download(&self, _: &Arc<dyn Buffer>, _: u64, _: &mut [u8]) -> Result<()> {
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
            assert!(super::open((0, 0)).is_ok());
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
        open_of(&Fake, (99, ordinal))
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
