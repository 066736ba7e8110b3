//! The progress callback of a host: a function and the pointer that it gets back, as a listener of a data loader.

use ffi_base::{UserData, callback_type};
use ffi_torch::data::progress::Listener;
use std::ffi::c_void;
use std::sync::Arc;

callback_type! {
    /// Hears that `batch` of an epoch's `batches` are done. Called on the thread that asks for the next batch, with no lock held; it
    /// may call any function, and must not unwind.
    ProgressFn, "rt_progress_fn", (epoch: i64, batch: i64, batches: i64, loss: f64, rows_per_second: f64, user_data: *mut c_void),
    "typedef void (*rt_progress_fn)(int64_t epoch, int64_t batch, int64_t batches, double loss, double rows_per_second, void *user_data);"
}

/// A listener that calls the host.
pub fn listener(function: ProgressFn, user: UserData) -> Listener {
    Arc::new(move |news| {
        // Taken whole: its field alone could not go to another thread.
        let UserData(user) = { user };
        // SAFETY: the function was registered as one of this type, and takes numbers alone; the pointer is the host's own, passed
        // back unread.
        unsafe { function.call(news.epoch, news.batch, news.batches, news.loss, news.rows_per_second, user) }
    })
}
