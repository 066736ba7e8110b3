//! `bindings/python/ffi_suite/_rows.py`: constants, callback types and rows as data for ctypes.

use crate::families::{groups, paragraphs, twin_note};
use crate::header::{code_constant, dtype_constant, kind_constant, kinds, reduction_constant, version};
use ffi_backend::DType;
use ffi_base::{Code, Row, Sort};
use ffi_core::{device, tables};
use ffi_torch::nn::loss::Reduction;
use std::fmt::Write;

/// The whole module.
pub fn text() -> String {
    let mut out = String::from(
        "\"\"\"Constants, callback types and functions of the library. Generated from its rows; do not edit.\"\"\"\n\n\
         from ctypes import CFUNCTYPE, c_char_p, c_double, c_int64, c_void_p\n\n",
    );
    constants(&mut out);
    out.push_str("# Function types that the library calls back.\n");
    for (name, typedef) in tables::CALLBACKS {
        writeln!(out, "{name} = CFUNCTYPE({})", callback_types(typedef).join(", ")).unwrap();
    }
    out.push_str("\n# Name: result, what a failure looks like, arguments, their names, docs.\nROWS = {\n");
    for row in groups().into_iter().flat_map(|(_, families)| families).flatten() {
        let types: Vec<String> = row.words().map(|(_, part)| argument(part.sort)).collect();
        let names: Vec<String> = row.words().map(|(name, _)| format!("{name:?}")).collect();
        let (types, names) = (tuple(&types), tuple(&names));
        let (result, failure) = (result(row), failure(row));
        writeln!(out, "    {:?}: ({result}, {failure:?}, {types}, {names}, {:?}),", row.name, docs(row)).unwrap();
    }
    out.push_str("}\n");
    out
}

fn constants(out: &mut String) {
    let version = version();
    writeln!(out, "RT_ABI_VERSION_MAJOR = {}\nRT_ABI_VERSION_MINOR = {}", version >> 32, version & 0xffff_ffff)
        .unwrap();
    writeln!(out, "RT_DEVICE_DEFAULT = {}\n", device::DEFAULT).unwrap();
    for dtype in DType::ALL {
        writeln!(out, "{} = {}  # {}", dtype_constant(*dtype), dtype.number(), dtype.doc()).unwrap();
    }
    out.push('\n');
    for reduction in Reduction::ALL {
        let (name, number) = (reduction_constant(*reduction), reduction.number());
        writeln!(out, "{name} = {number}  # {}", reduction.doc()).unwrap();
    }
    out.push('\n');
    for one in ffi_vulkan::EVENTS.iter().chain(ffi_vulkan::KEYS) {
        let doc = if one.doc.is_empty() { String::new() } else { format!("  # {}", one.doc) };
        writeln!(out, "RT_{} = {}{doc}", one.name, one.number).unwrap();
    }
    out.push('\n');
    for code in Code::ALL {
        writeln!(out, "{} = {}  # {}", code_constant(*code), code.number(), code.advice()).unwrap();
    }
    out.push('\n');
    for kind in kinds() {
        writeln!(out, "{} = {}", kind_constant(kind), kind.number).unwrap();
    }
    out.push('\n');
}

/// A Python tuple, with the comma that one element needs.
fn tuple(items: &[String]) -> String {
    format!("({}{})", items.join(", "), if items.len() == 1 { "," } else { "" })
}

fn argument(sort: Sort) -> String {
    match sort {
        Sort::Float => "c_double",
        Sort::Text => "c_char_p",
        Sort::Callback(name) => name,
        Sort::Input(_) | Sort::Output(_) | Sort::OutputOne(_) | Sort::UserData | Sort::Address => "c_void_p",
        Sort::Integer | Sort::Bool | Sort::Handle(..) | Sort::Length | Sort::TextOut => "c_int64",
    }
    .to_owned()
}

fn result(row: &Row) -> &'static str {
    match row.returns.sort {
        Sort::Float => "c_double",
        Sort::TextOut => "c_char_p",
        _ => "c_int64",
    }
}

/// How `__init__.py` tells a failure. Results that are not failures by themselves are checked against the last error.
fn failure(row: &Row) -> &'static str {
    use ffi_base::Mode::{Ambiguous, Quiet};
    match (row.mode, row.returns.sort) {
        (Quiet, _) => "never",
        // The only number that goes out of these twins is a status.
        (Ambiguous, _) if row.name.ends_with("_into") => "negative",
        (Ambiguous, _) => "asked",
        (_, Sort::Handle(..) | Sort::Address) => "zero",
        (_, Sort::Float) => "nan",
        (_, Sort::Bool | Sort::TextOut) => "empty",
        _ if row.returns.failure == "a negative code" => "negative",
        _ => "asked",
    }
}

fn docs(row: &Row) -> String {
    if row.twin_of.is_empty() { paragraphs(row).join("\n\n") } else { twin_note(row) }
}

/// `typedef R (*name)(A a, B *b);` as R, A, B in ctypes.
fn callback_types(typedef: &str) -> Vec<String> {
    let (result, rest) = typedef.strip_prefix("typedef ").unwrap().split_once("(*").unwrap();
    let words = rest.split_once(")(").unwrap().1.trim_end_matches(");");
    std::iter::once(result).chain(words.split(", ").filter(|word| *word != "void")).map(ctype).collect()
}

fn ctype(c: &str) -> String {
    match c.split_whitespace().next() {
        _ if c.contains('*') => "c_void_p",
        Some("void") => "None",
        Some("double") => "c_double",
        Some("int64_t") => "c_int64",
        other => panic!("{other:?} has no ctypes spelling yet"),
    }
    .to_owned()
}
