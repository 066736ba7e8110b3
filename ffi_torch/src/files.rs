//! Files: what is read is checked against the file's size before memory is asked for, what is written appears whole or not at all.
//!
//! The tour: [`safetensors`] named tensors, [`npy`] one tensor as NumPy writes it, [`csv`] a table of numbers.

pub mod csv;
pub mod npy;
pub mod safetensors;

use crate::transfer::host_memory;
use ffi_backend::{DType, Error, Result, error, fail};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

fn io_error(path: &str, error: &io::Error) -> Error {
    error!(Io, "{path}: {error}")
}

/// Opens a file that is one, rather than a folder or a pipe, which could keep the caller waiting; its size too.
fn open(path: &str) -> Result<(File, u64)> {
    if path.is_empty() {
        fail!(Io, "{path:?}: this names no file");
    }
    // Looked at before it is opened: opening a pipe waits for its writer.
    let about = fs::metadata(path).map_err(|error| io_error(path, &error))?;
    if !about.is_file() {
        fail!(Io, "{path}: this is no regular file");
    }
    let file = File::open(path).map_err(|error| io_error(path, &error))?;
    Ok((file, about.len()))
}

/// Everything in a file.
pub(crate) fn read(path: &str) -> Result<Vec<u8>> {
    let (file, len_bytes) = open(path)?;
    let mut bytes = host_memory(len_bytes).map_err(|error| error.at(path))?;
    // No more than was there at first: memory is reserved for that.
    file.take(len_bytes).read_to_end(&mut bytes).map_err(|error| io_error(path, &error))?;
    Ok(bytes)
}

/// Has `write` make a file beside the one of this name, which it replaces once all of it is on the disk.
fn replace(path: &str, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let given = Path::new(path);
    if given.file_name().is_none() {
        fail!(Io, "{path:?}: this names no file");
    }
    // A link stays one: what it leads to is replaced.
    let target = fs::canonicalize(given);
    let target = target.as_deref().unwrap_or(given);
    let folder = match target.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let unique = format!(".rt-{}-{}.partial", std::process::id(), NEXT.fetch_add(1, Relaxed));
    /// Goes when anything fails.
    struct Partial(PathBuf);
    impl Drop for Partial {
        fn drop(&mut self) {
            let _ = fs::remove_file(&self.0);
        }
    }
    let failed = |error: io::Error| io_error(path, &error);
    // Made here, so that it is nobody else's file that `write` opens.
    File::create_new(folder.join(&unique)).map_err(failed)?;
    let partial = Partial(folder.join(unique));
    write(&partial.0)?;
    File::options().write(true).open(&partial.0).and_then(|file| file.sync_all()).map_err(failed)?;
    if let Ok(before) = fs::metadata(target) {
        fs::set_permissions(&partial.0, before.permissions()).map_err(failed)?;
    }
    fs::rename(&partial.0, target).map_err(failed)?;
    // The name is on the disk when the folder is; not every system can open one.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Elements in memory are little-endian in files: swaps the bytes of each where this machine, or the file, has them the other
/// way round.
fn swap_elements(bytes: &mut [u8], dtype: DType) {
    if dtype.size() > 1 {
        bytes.chunks_exact_mut(dtype.size()).for_each(<[u8]>::reverse);
    }
}
