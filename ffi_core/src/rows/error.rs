//! The calling thread's last error. None of these sets it.

use ffi_base::{Code, Count, OutSlice, Result, Status, Text, TextOut, abi::TextBuffer, exports, last_error};

exports! { ROWS, "Errors", "rt_";
    /// The code of the last failure on this thread, 0 when there was none. A success clears it only where its result could be a failure's
    /// too: truth values, doubles, and what functions say of themselves.
    #[mode(Quiet)]
    fn last_error_code() -> Count => code;
    /// The last failure on this thread in a sentence that starts with the function's name; empty when there was none.
    #[mode(Quiet)]
    #[twins(copy)]
    fn last_error_message() -> Text => message;
    /// Writes the last failure's sentence into `buffer`, cut to `capacity` bytes with its NUL. Returns the length it needs
    /// without the NUL.
    #[mode(Quiet)]
    fn last_error_copy(buffer & capacity: TextBuffer) -> Count => copy;
    /// The driver's own number for the last failure (a CUresult, a VkResult), 0 when there is none.
    #[mode(Quiet)]
    fn last_error_native() -> Count => native;
    /// The name of a code, such as "SHAPE_MISMATCH" for RT_ERROR_SHAPE_MISMATCH; "OK" for 0, "UNKNOWN" for what is no code.
    /// Static.
    #[mode(Quiet)]
    #[twins(copy)]
    fn error_name(code: i64) -> Text => name;
    /// What the caller can do about a code, in one sentence; empty for what is no code.
    #[mode(Quiet)]
    #[twins(copy)]
    fn error_advice(code: i64) -> Text => advice;
    /// Forgets the last failure on this thread.
    #[mode(Quiet)]
    fn error_clear() -> Status => clear;
}

fn code() -> Result<i64> {
    Ok(last_error::code())
}
fn message() -> Result<TextOut> {
    Ok(last_error::message().into())
}
fn copy(buffer: OutSlice<'_, u8>) -> Result<i64> {
    Ok(TextOut::from(last_error::message()).copy_to(buffer))
}
fn native() -> Result<i64> {
    Ok(last_error::native())
}
fn name(code: i64) -> Result<TextOut> {
    Ok(if code == 0 { c"OK".into() } else { Code::from_number(code).map_or(c"UNKNOWN", Code::c_name).into() })
}
fn advice(code: i64) -> Result<TextOut> {
    Ok(Code::from_number(code).map_or(String::new(), |code| code.advice().to_owned()).into())
}
fn clear() -> Result<()> {
    last_error::clear();
    Ok(())
}
