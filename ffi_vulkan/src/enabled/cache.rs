//! Compiled pipelines on disk between runs: one file for each driver and device, and a broken one is as good as none.
//!
//! A file is a header of our own (magic, whose it is, length, checksum) and what the driver gave. It is read whole and checked
//! whole before a driver sees a byte; written beside its name and renamed, so that two processes at once leave one of two whole
//! files. Nothing here is an error of an op: what goes wrong is a line in the log.
#![forbid(unsafe_code)]

use ffi_base::log::{self, Level};
use std::fs::{self, File};
use std::io::{Error, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The folder, instead of the user's own; empty: nothing is kept.
const VARIABLE: &str = "FFI_CACHE_DIR";
const MAGIC: [u8; 8] = *b"FFIVKPC1";
/// Magic, owner, length, checksum.
const HEADER_BYTES: usize = 8 + OWNER_BYTES + 8 + 8;
const OWNER_BYTES: usize = 44;
/// A longer file is not ours. Thousands of pipelines take a few MiB.
const MOST_BYTES: u64 = 256 << 20;
/// What another process left half-written is removed after this long.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Whose pipelines they are: anything else would not understand them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    pub vendor: u32,
    pub device: u32,
    pub driver_version: u32,
    pub driver: [u8; 16],
    pub pipelines: [u8; 16],
}

impl Owner {
    fn bytes(&self) -> [u8; OWNER_BYTES] {
        let mut out = [0; OWNER_BYTES];
        let words = [self.vendor, self.device, self.driver_version].map(u32::to_le_bytes);
        let parts = words.iter().flatten().chain(&self.driver).chain(&self.pipelines);
        out.iter_mut().zip(parts).for_each(|(to, byte)| *to = *byte);
        out
    }
}

/// The file of one owner, if anything is kept.
pub struct Store {
    owner: Owner,
    path: Option<PathBuf>,
    /// Whether a failure to write was told already.
    told: bool,
}

impl Store {
    /// In the folder that the environment names.
    pub fn new(owner: Owner) -> Store {
        Store::within(folder(|name| std::env::var_os(name).map(PathBuf::from)), owner)
    }

    fn within(folder: Option<PathBuf>, owner: Owner) -> Store {
        let hash = checksum(&owner.bytes());
        let name = format!("vulkan-{:x}-{:x}-{hash:016x}.pipelines", owner.vendor, owner.device);
        Store { owner, path: folder.map(|folder| folder.join(name)), told: false }
    }

    /// Whether anything is kept at all.
    pub fn on(&self) -> bool {
        self.path.is_some()
    }

    /// What was kept, if it is there and whole.
    pub fn load(&self) -> Option<Vec<u8>> {
        let path = self.path.as_ref()?;
        match read(path, &self.owner) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => {
                let text = format!("vulkan: the pipelines kept in {} are ignored: {error}", path.display());
                log::write(Level::Warning, &text);
                None
            }
        }
    }

    /// Puts this in the place of what was kept.
    pub fn store(&mut self, bytes: &[u8]) {
        let Some(path) = &self.path else { return };
        if let Err(error) = write(path, &self.owner, bytes)
            && !std::mem::replace(&mut self.told, true)
        {
            let text = format!("vulkan: pipelines are not kept, since {} cannot be written: {error}", path.display());
            log::write(Level::Warning, &text);
        }
    }
}

/// Where caches go: `FFI_CACHE_DIR`, else a folder of ours among the user's caches; `None` where that is empty or unknown.
fn folder(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    if let Some(own) = variable(VARIABLE) {
        return Some(own).filter(|path| !path.as_os_str().is_empty());
    }
    // The standard of desktops says that a relative path there counts as none.
    let absolute = |name: &str| variable(name).filter(|path| path.is_absolute());
    let users = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_vendor = "apple") {
        absolute("HOME").map(|home| home.join("Library/Caches"))
    } else {
        absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))
    };
    users.map(|users| users.join("ffi-suite"))
}

/// FNV-1a: every change of a single byte changes it.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

fn read(path: &Path, owner: &Owner) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    // A folder, a device or a pipe of that name is no file of ours, and reading it may never end.
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() || metadata.len() > MOST_BYTES {
        return Err(Error::other("it is no file, or far too long"));
    }
    bytes.try_reserve_exact(metadata.len() as usize)?;
    File::open(path)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    unpack(&mut bytes, owner).map_err(Error::other)?;
    Ok(bytes)
}

/// Leaves what the driver gave, or says what is wrong with the rest.
fn unpack(bytes: &mut Vec<u8>, owner: &Owner) -> Result<(), &'static str> {
    let Some((header, data)) = bytes.split_at_checked(HEADER_BYTES) else { return Err("it is too short") };
    let (magic, rest) = header.split_at(MAGIC.len());
    if magic != MAGIC {
        return Err("it does not begin as one of this version does");
    }
    let (whose, rest) = rest.split_at(OWNER_BYTES);
    if whose != owner.bytes() {
        return Err("it is of another driver or device");
    }
    let (len, sum) = rest.split_at(8);
    if len != (data.len() as u64).to_le_bytes() {
        return Err("its length is not what it says");
    }
    if sum != checksum(data).to_le_bytes() {
        return Err("its checksum is wrong");
    }
    // The driver's own header, which some drivers do not look at: length, version, vendor, device, UUID.
    let word = |at: usize| data.get(at..at + 4).map_or(0, |w| u32::from_le_bytes([w[0], w[1], w[2], w[3]]));
    let own = data.get(16..32) == Some(&owner.pipelines[..]);
    if word(0) < 32 || word(4) != 1 || word(8) != owner.vendor || word(12) != owner.device || !own {
        return Err("the driver's part of it is of another driver or device");
    }
    bytes.drain(..HEADER_BYTES);
    Ok(())
}

fn write(path: &Path, owner: &Owner, bytes: &[u8]) -> Result<(), Error> {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)?;
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_extension(format!("{}-{number}.part", std::process::id()));
    let whole = File::create_new(&beside).and_then(|mut file| {
        file.write_all(&MAGIC)?;
        file.write_all(&owner.bytes())?;
        file.write_all(&(bytes.len() as u64).to_le_bytes())?;
        file.write_all(&checksum(bytes).to_le_bytes())?;
        file.write_all(bytes)
    });
    let done = whole.and_then(|()| fs::rename(&beside, path));
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    sweep(folder);
    done
}

/// Removes what processes that died while writing left behind.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        // The folder may be anybody's, and others name such files so as well.
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|name| name.starts_with("vulkan-") && name.ends_with(".part"));
        let age = entry.metadata().and_then(|m| m.modified()).ok().and_then(|time| time.elapsed().ok());
        if ours && age.is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Owner = Owner { vendor: 7, device: 8, driver_version: 9, driver: [1; 16], pipelines: [2; 16] };

    /// What a driver would give.
    fn data(len: usize) -> Vec<u8> {
        let words = [32u32, 1, OWNER.vendor, OWNER.device].map(u32::to_le_bytes);
        words.iter().flatten().copied().chain(OWNER.pipelines).chain((0..len).map(|i| i as u8)).collect()
    }

    fn scratch(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("ffi-pipelines-{name}-{}", std::process::id()))
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_noticed() {
        let folder = scratch("broken");
        let mut store = Store::within(Some(folder.clone()), OWNER);
        assert_eq!(store.load(), None);
        store.store(&data(50));
        assert_eq!(store.load().unwrap(), data(50));
        let path = store.path.clone().unwrap();
        let whole = fs::read(&path).unwrap();
        assert_eq!(whole.len(), HEADER_BYTES + 82);
        let refused = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            assert_eq!(store.load(), None, "{bytes:?}");
        };
        (0..whole.len()).for_each(|len| refused(&whole[..len]));
        for at in 0..whole.len() {
            for flip in [1, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= flip;
                refused(&changed);
            }
        }
        refused(&[&whole[..], &[0]].concat());
        store.store(&data(3));
        assert_eq!(store.load().unwrap(), data(3), "a broken file is replaced");
        let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        let other = Owner { driver_version: 10, ..OWNER };
        assert_ne!(Store::within(Some(folder.clone()), other).path, store.path);
        assert!(read(&path, &other).is_err() && read(&folder, &OWNER).is_err());
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_was_left_half_written_goes_and_what_others_keep_there_stays() {
        let folder = scratch("sweep");
        let mut store = Store::within(Some(folder.clone()), OWNER);
        store.store(&data(5));
        let abandoned = store.path.clone().unwrap().with_extension("77-0.part");
        let (young, theirs) = (abandoned.with_extension("78-0.part"), folder.join("film.mkv.part"));
        for (path, age) in [(&abandoned, 2), (&young, 0), (&theirs, 2)] {
            let time = std::time::SystemTime::now() - ABANDONED * age;
            File::create(path).unwrap().set_modified(time).unwrap();
        }
        store.store(&data(6));
        assert_eq!([&abandoned, &young, &theirs].map(|path| path.exists()), [false, true, true]);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn writers_at_once_leave_a_whole_file() {
        let folder = scratch("crowd");
        let longest = 20_000;
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let mut store = Store::within(Some(folder.clone()), OWNER);
                scope.spawn(move || {
                    for i in 0..50 {
                        store.store(&data(longest - thread * 1000 - i));
                        let found = store.load().unwrap();
                        assert_eq!(found, data(found.len() - 32));
                    }
                });
            }
        });
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn the_folder_is_the_users_own_unless_a_variable_says_otherwise() {
        let folder = |pairs: &[(&str, &str)]| {
            folder(|name| pairs.iter().find(|(n, _)| *n == name).map(|(_, value)| PathBuf::from(value)))
        };
        assert_eq!(folder(&[]), None);
        assert_eq!(folder(&[(VARIABLE, "here"), ("HOME", "/home/a")]), Some("here".into()));
        assert_eq!(folder(&[(VARIABLE, ""), ("HOME", "/home/a"), ("LOCALAPPDATA", "C:\\a")]), None);
        if cfg!(target_os = "linux") {
            let relative = [("HOME", "/home/a"), ("XDG_CACHE_HOME", "relative")];
            assert_eq!(folder(&relative), Some("/home/a/.cache/ffi-suite".into()));
            let given = [("HOME", "/home/a"), ("XDG_CACHE_HOME", "/tmp/cache")];
            assert_eq!(folder(&given), Some("/tmp/cache/ffi-suite".into()));
        }
    }
}
