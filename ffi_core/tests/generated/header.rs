//! `ffi.h`: the whole ABI for C99, C11 and C++17.

use crate::constants::{self, kinds};
use crate::families::{groups, paragraphs, returns, twin_note, wrap};
use ffi_core::tables;
use std::fmt::Write;

const WIDTH: usize = 110;

const RULES: &str = "\
/* ffi.h: tensors, devices, kernels and concurrency through one C ABI. Generated from the library's rows; do not edit.
 *
 * Handles    An object is an int64_t: positive, below 2^60, of one kind; 0 is none. A handle that is stale, made up or of
 *            another kind is refused, never dereferenced. What a function returns is the caller's, to be freed once, with
 *            rt_<object>_free or rt_release; arguments are borrowed. Devices belong to the library: freeing them is a no-op.
 * Failure    shows in the result: a handle is 0, a status or count is negative (an RT_ERROR_* code), a double is NaN, a text
 *            is \"\", a truth value is 0. Outputs are written only on success.
 * The reason is the calling thread's last error: rt_last_error_code(), rt_last_error_message(). A success leaves it as it is,
 *            except where the result alone does not tell it from a failure: functions that return a truth value or a double,
 *            and those that say so, clear it. After their 0, NaN or negative number rt_last_error_code() is 0 if they succeeded.
 * Text in    is UTF-8 as (pointer, length); length -1 means NUL-terminated.
 * Text out   is never NULL, NUL-terminated, the library's, and valid until the 16th next text on the same thread unless it is
 *            called static. The _copy twins write into a buffer and return the length needed without the NUL.
 * Arrays     are (pointer, count of elements); a typed pointer must be aligned, and may be NULL when the count is 0.
 * Truth      values are int64_t: 1 or 0 out, any non-zero in is true.
 * Doubles    cross as such; every function with one has a _bits twin that takes and returns IEEE bit patterns.
 * Threads    Any function may be called from any thread, unless it says otherwise. The last error and the default device are
 *            per thread. No lock is held while a callback runs; a callback must neither unwind, longjmp nor end its thread.
 * Absence    Every build has every symbol. A feature that is off answers NOT_CONFIGURED, a missing driver UNAVAILABLE.
 */
";

/// The whole file.
pub fn text() -> String {
    let mut out = RULES.to_owned();
    out.push_str(
        "#ifndef FFI_H\n#define FFI_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n",
    );
    constants(&mut out);
    types(&mut out);
    for (group, families) in groups() {
        writeln!(out, "/* ---- {group} ---- */\n").unwrap();
        for family in families {
            comment(&mut out, family);
            for (i, row) in family.iter().enumerate() {
                if i > 0 {
                    writeln!(out, "/* {} */", twin_note(row)).unwrap();
                }
                writeln!(out, "{};", row.signature()).unwrap();
            }
            out.push('\n');
        }
    }
    out.push_str("#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    out
}

fn comment(out: &mut String, family: crate::families::Family) {
    let row = &family[0];
    let mut lines: Vec<String> = paragraphs(row).iter().flat_map(|text| wrap(text, WIDTH)).collect();
    lines.extend(wrap(&returns(row), WIDTH));
    if !row.feature.is_empty() {
        lines.push(format!("Needs feature {}.", row.feature));
    }
    let text = lines.join("\n * ").replace("*/", "* /");
    writeln!(out, "/* {text} */").unwrap();
}

fn constants(out: &mut String) {
    for group in constants::all() {
        writeln!(out, "/* {} */", group.about).unwrap();
        for constant in group.rows {
            // A macro that begins with a minus would join what stands before it.
            let value = if constant.value < 0 { format!("({})", constant.value) } else { constant.value.to_string() };
            let doc = if constant.doc.is_empty() { String::new() } else { format!(" /* {} */", constant.doc) };
            writeln!(out, "#define {} {value}{doc}", constant.name).unwrap();
        }
        out.push('\n');
    }
}

fn types(out: &mut String) {
    writeln!(out, "/* Handles: of any kind, and of one each. */\ntypedef int64_t rt_handle;").unwrap();
    for kind in kinds() {
        writeln!(out, "typedef rt_handle {};", kind.c).unwrap();
    }
    writeln!(out, "\n/* Functions that the library calls back. */").unwrap();
    for callback in tables::CALLBACKS {
        writeln!(out, "/* {} */\n{}", wrap(callback.doc, WIDTH).join("\n * "), callback.typedef).unwrap();
    }
    out.push('\n');
}
