//! `bindings/simple/*.spl`: extern declarations for Simple programs, one file a family of groups.

use crate::families::{groups, paragraphs, returns, twin_note, wrap};
use ffi_base::{Row, Sort};
use std::collections::BTreeMap;

/// What Simple's dynamic caller can pass.
const MOST_WORDS: usize = 8;

/// Every file by its name.
pub fn files() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (group, families) in groups() {
        let text = files.entry(file_name(group)).or_insert_with(|| opening(group));
        text.push_str(&format!("\n# {group}\n"));
        for family in families {
            let docs = paragraphs(&family[0]);
            let lines = docs
                .iter()
                .map(String::as_str)
                .chain([returns(&family[0]).as_str()])
                .flat_map(|t| wrap(t, 110))
                .collect::<Vec<_>>();
            text.push_str(&format!("\n# {}\n", lines.join("\n# ")));
            for (i, row) in family.iter().enumerate() {
                if i > 0 {
                    text.push_str(&format!("# {}\n", twin_note(row)));
                }
                text.push_str(&declaration(row));
            }
        }
    }
    files
}

/// `Tensors: creation` belongs in `tensors.spl`, `CUDA (feature cuda)` in `cuda.spl`.
fn file_name(group: &str) -> String {
    let head = group.split([':', '(']).next().unwrap_or(group).trim();
    format!("{}.spl", head.to_lowercase().replace(' ', "_"))
}

fn opening(group: &str) -> String {
    let head = group.split([':', '(']).next().unwrap_or(group).trim();
    format!(
        "# {head}: extern declarations for Simple. Generated from the library's rows; do not edit.\n\
         # Every word is an i64, doubles are f64. Text in is (address, length), length -1 when NUL-terminated; text out is the\n\
         # address of NUL-terminated UTF-8. A path that cannot pass f64 uses the _bits twins.\n"
    )
}

fn declaration(row: &Row) -> String {
    if row.arity() > MOST_WORDS {
        return format!("# {} takes {} arguments, more than Simple passes.\n", row.name, row.arity());
    }
    let words: Vec<String> = row.words().map(|(name, part)| format!("{name}: {}", spelled(part.sort))).collect();
    format!("extern fn {}({}) -> {}\n", row.name, words.join(", "), spelled(row.returns.sort))
}

fn spelled(sort: Sort) -> &'static str {
    if sort == Sort::Float { "f64" } else { "i64" }
}
