//! `bindings/python/ffi_suite/_rows.py`: constants, callback types and rows as data for ctypes.

use crate::constants;
use crate::families::{groups, paragraphs, twin_note};
use ffi_base::{CallbackRow, Row, Sort};
use ffi_core::tables;
use std::fmt::Write;

/// The whole module.
pub fn text() -> String {
    let mut out = String::from(
        "\"\"\"Constants, callback types and functions of the library. Generated from its rows; do not edit.\"\"\"\n\n\
         from ctypes import CFUNCTYPE, c_char_p, c_double, c_int64, c_void_p\n\n",
    );
    constants(&mut out);
    out.push_str("# Function types that the library calls back.\n");
    for CallbackRow { name, typedef, .. } in tables::CALLBACKS {
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
    for group in constants::all() {
        writeln!(out, "# {}", group.about).unwrap();
        for constant in group.rows {
            let doc = if constant.doc.is_empty() { String::new() } else { format!("  # {}", constant.doc) };
            writeln!(out, "{} = {}{doc}", constant.name, constant.value).unwrap();
        }
        out.push('\n');
    }
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
    use ffi_base::Mode::{Ambiguous, Quiet, Waiting};
    match (row.mode, row.returns.sort) {
        (Quiet, _) => "never",
        // The only number that goes out of these twins is a status.
        (Ambiguous | Waiting, _) if row.name.ends_with("_into") => "negative",
        (Ambiguous | Waiting, _) => "asked",
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
