//! What holds for handles of every kind.

use ffi_base::{AnyHandle, Count, Result, Status, exports, object};

exports! { ROWS, "Handles", "rt_";
    /// A new handle to the same object, to be freed on its own. Device handles come back as they are.
    fn retain(handle: AnyHandle) -> AnyHandle => retain_any;
    /// Frees a handle of any kind; the object goes with its last handle, and not before a call that uses it returns. 0 is a
    /// no-op, freeing twice is refused, device handles stay.
    fn release(handle: AnyHandle) -> Status => object::free;
    /// The kind of a live handle: the value of the RT_KIND_* constants.
    fn handle_kind(handle: AnyHandle) -> Count => kind_of;
    /// How many live handles of a kind there are, of every kind when it is 0; device handles do not count. For leak tests.
    fn handle_live(kind: i64) -> Count => live;
}

fn retain_any(handle: i64) -> Result<i64> {
    object::table().retain(handle)
}

fn kind_of(handle: i64) -> Result<i64> {
    object::table().kind_of(handle).map(i64::from).ok_or_else(|| object::table().refusal("object", handle))
}

fn live(kind: i64) -> Result<i64> {
    match u32::try_from(kind) {
        Ok(kind) if kind <= ffi_base::handle::KIND_MAX => Ok(object::table().live(kind)),
        _ => ffi_base::fail!(InvalidArgument, "{kind} is not a kind"),
    }
}
