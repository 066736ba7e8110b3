//! Which devices exist, by what names they go, and which one a thread uses by default.

use crate::opened::{self, Place};
use ffi_backend::{Backend, DeviceRef};
use ffi_base::process::ForkMutex;
use ffi_base::{Error, Kind, Part, Resolve, Result, Sort, error, fail, object, pool};
use std::cell::Cell;
use std::ffi::CStr;

/// An explicit list: registration at link time would silently register nothing through a static library.
const BACKENDS: &[fn() -> &'static dyn Backend] = &[ffi_cpu::backend, ffi_cuda::backend, ffi_vulkan::backend];

pub use crate::opened::{handle_of, opened};

ffi_base::constants! { CONSTANTS, "Wherever a device is an argument.";
    /// The calling thread's default device.
    DEVICE_DEFAULT = 1;
}
pub use DEVICE_DEFAULT as DEFAULT;

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
        Some(backend) => opened::open(backend, place),
        None => fail!(NotFound, "no device family {}", place.0),
    }
}

/// How many devices can be opened. Families whose driver is missing count none.
pub fn count() -> i64 {
    (0..BACKENDS.len()).filter_map(backend).map(|backend| backend.count().map_or(0, i64::from)).sum()
}

/// The device at this place of the list: the CPU first.
pub fn at(index: i64) -> Result<i64> {
    pool::announce();
    let mut left = index;
    for (family, backend) in (0..BACKENDS.len()).filter_map(|i| Some((i, backend(i)?))) {
        let count = backend.count().map_or(0, i64::from);
        if (0..count).contains(&left) {
            return open((family, left as u32));
        }
        // Far below 0 already, it finds no device wherever it stops.
        left = left.saturating_sub(count);
    }
    fail!(NotFound, "there is no device {index}; the last of {0} is {1}", count(), count() - 1)
}

/// The device with this name: `cpu`, `cuda:1`, `vulkan` (which is `vulkan:0`).
pub fn find(name: &str) -> Result<i64> {
    pool::announce();
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
        fail!(NotFound, "there is no device {name:?}; {}", numbered(kind, count));
    }
    Ok((index, ordinal))
}

/// How the devices of a kind are called.
fn numbered(kind: &str, count: u32) -> String {
    match count {
        0 => format!("this machine has none of the kind {kind}"),
        1 => format!("the only one of its kind is {kind}:0"),
        _ => format!("those of its kind are {kind}:0 to {kind}:{}", count - 1),
    }
}

fn unknown(name: &str) -> Error {
    let kinds: Vec<&str> = (0..BACKENDS.len()).filter_map(backend).map(|backend| backend.kind()).collect();
    error!(
        NotFound,
        "there is no device {name:?}; a name is one of {} and torch, or such a word with a number, as vulkan:1 for the second",
        kinds.join(", ")
    )
}

/// The process's default: what `FFI_DEVICE` names, the CPU when it names nothing. Decided once. If that device cannot be
/// opened, every use of the default fails and names it; nothing silently moves to the CPU. Once it is lost, a thread that
/// asks for the first time, or anew by setting `DEFAULT`, opens it again.
fn process_default() -> Result<i64> {
    static DECIDED: ForkMutex<Option<Result<Place>>> = ForkMutex::new(None);
    pool::announce();
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
