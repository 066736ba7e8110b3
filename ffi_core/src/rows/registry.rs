//! Functions by name, for callers that find them at run time.

use crate::tables::registry;
use ffi_base::registry::{Name, PromisedWords, Words};
use ffi_base::{Count, Out, OutSlice, Result, Status, Text, TextOut, exports};

exports! { ROWS, "Functions by name", "rt_";
    /// How many exported functions there are, twins and aliases included.
    fn function_count() -> Count => count;
    /// The name of a function by its id, 0 to the count less one. Ids are valid within one process.
    #[twins(copy)]
    fn function_name(id: i64) -> Text => name;
    /// The C prototype of a function by its id.
    #[twins(copy)]
    fn function_signature(id: i64) -> Text => signature;
    /// The id of a name, for loops; NOT_FOUND when there is no such function.
    fn function_find(name & len: Text) -> Count => find;
    /// Calls a function by name with all-integer arguments: doubles as their IEEE bits, pointers as addresses. `*result` gets
    /// the return value, a double as its bits. Returns 0 when the call was made; whether the called function failed is told
    /// by its own return value and the last error. The arity is checked, handles are checked by the called function.
    fn call(name & len: Name, args & n: Words, result: Out<i64>) -> Status => call_by_name;
    /// As rt_call, by id.
    fn call_id(id: i64, args & n: Words, result: Out<i64>) -> Status => call_by_id;
}

fn count() -> Result<i64> {
    Ok(registry().rows().len() as i64)
}
fn name(id: i64) -> Result<TextOut> {
    Ok(registry().row(id)?.name.to_owned().into())
}
fn signature(id: i64) -> Result<TextOut> {
    Ok(registry().row(id)?.signature().into())
}
fn find(name: &str) -> Result<i64> {
    registry().find(name.as_bytes()).map(i64::from)
}
fn call_by_name(name: &[u8], args: PromisedWords<'_>, result: OutSlice<'_, i64>) -> Result<()> {
    let registry = registry();
    call_by_id(i64::from(registry.find(name)?), args, result)
}
#[inline]
fn call_by_id(id: i64, args: PromisedWords<'_>, result: OutSlice<'_, i64>) -> Result<()> {
    result.write(&[registry().call(id, args)?]);
    Ok(())
}
