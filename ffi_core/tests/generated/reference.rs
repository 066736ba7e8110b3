//! `docs/reference.md` and `docs/errors.md`: every function and every error code for readers.

use crate::about;
use crate::constants::{self, code_name};
use crate::families::{Family, groups, paragraphs, returns, twin_note};
use ffi_base::text::with_article;
use ffi_base::{Code, Param, Row, Sort};
use ffi_core::tables;
use std::fmt::Write;

/// The page of functions.
pub fn functions() -> String {
    let groups = groups();
    let symbols: usize = groups.iter().flat_map(|(_, families)| families).map(|family| family.len()).sum();
    let mut out = format!(
        "# Reference\n\nEvery exported function: {symbols} symbols. Generated from the library's rows; do not edit. The rules that \
         hold for all of them stand at the top of [ffi.h](../ffi_core/include/ffi.h), the error codes in [errors.md](errors.md).\n\n"
    );
    out.push_str("## Index\n\n");
    for (group, families) in &groups {
        let names = families.iter().map(|family| family[0].name).map(|name| format!("[{}](#{name})", short(name)));
        let names: Vec<String> = names.collect();
        writeln!(out, "- **[{group}](#{})**: {}", anchor(group), names.join(" ")).unwrap();
    }
    out.push_str("- **[Callbacks](#callbacks)**\n- **[Constants](#constants)**\n");
    for (group, families) in groups {
        writeln!(out, "\n## {group}").unwrap();
        about(&mut out, group);
        families.into_iter().for_each(|family| function(&mut out, family));
    }
    callbacks(&mut out);
    numbers(&mut out);
    out
}

/// The types of functions that the library calls.
fn callbacks(out: &mut String) {
    out.push_str(
        "\n## Callbacks\n\nTypes of functions that the library calls, with the `user_data` that came with the function. They run without a lock of \
         the library, may call any function of it, and must neither unwind, longjmp nor end their thread.\n",
    );
    for callback in tables::CALLBACKS {
        let doc = callback.doc.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        writeln!(out, "\n### {}\n\n{}\n\n```c\n{}\n```", callback.name, doc.trim(), callback.typedef).unwrap();
    }
}

/// The named numbers; the codes of errors have a page of their own.
fn numbers(out: &mut String) {
    out.push_str("\n## Constants\n");
    for group in constants::all().into_iter().filter(|group| !group.rows[0].name.starts_with("RT_ERROR_")) {
        writeln!(out, "\n{}\n\n| constant | number | |\n|---|---|---|", group.about).unwrap();
        for constant in group.rows {
            writeln!(out, "| `{}` | {} | {} |", constant.name, constant.value, constant.doc).unwrap();
        }
    }
}

/// What holds for a whole group, and its program, which `tests/c_examples.rs` compiles and runs.
fn about(out: &mut String, group: &str) {
    for (what, text) in about::of(group) {
        writeln!(out, "\n**{what}.** {text}").unwrap();
    }
    let file = format!("examples/c/reference/{}.c", file_name(group));
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let Ok(program) = std::fs::read_to_string(root.join(&file)) else { return };
    let program = program.replace("\r\n", "\n");
    writeln!(out, "\n[{file}](../{file}):\n\n```c\n{}\n```", program.trim_end()).unwrap();
}

/// `Tensors: shape and views` has its program in `tensors_shape_and_views.c`.
fn file_name(group: &str) -> String {
    let words = group.split('(').next().unwrap_or(group).to_lowercase();
    words.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// Without what every name begins with.
fn short(name: &str) -> &str {
    let name = name.strip_prefix("rt_").unwrap_or(name);
    name.strip_prefix("tensor_").unwrap_or(name)
}

/// As common renderers make it from a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn function(out: &mut String, family: Family) {
    let row = &family[0];
    writeln!(out, "\n### {}\n\n```c\n{};\n```\n", row.name, row.signature()).unwrap();
    writeln!(out, "{}\n", paragraphs(row).join("\n\n")).unwrap();
    for param in row.params {
        writeln!(out, "- {}", parameter(param)).unwrap();
    }
    writeln!(out, "- {}", returns(row)).unwrap();
    for note in notes(row) {
        writeln!(out, "- {note}").unwrap();
    }
    for twin in &family[1..] {
        writeln!(out, "- `{}`: {}", twin.signature(), twin_note(twin)).unwrap();
    }
}

fn notes(row: &Row) -> Vec<String> {
    let mut notes: Vec<String> = about::dtypes(row).into_iter().map(|text| format!("dtypes: {text}.")).collect();
    if row.mode.may_wait() {
        notes.push("May wait for something outside.".to_owned());
    }
    if !row.feature.is_empty() {
        notes.push(format!("Needs feature `{}`; NOT_CONFIGURED without it.", row.feature));
    }
    notes
}

fn parameter(param: &Param) -> String {
    let names: Vec<String> = param.names.iter().map(|name| format!("`{name}`")).collect();
    let what = match param.parts[0].sort {
        Sort::Integer if param.names[0] == "dtype" => "RT_F32 or its like".to_owned(),
        Sort::Integer if param.names[0] == "reduction" => {
            "RT_REDUCTION_NONE, RT_REDUCTION_MEAN or RT_REDUCTION_SUM".to_owned()
        }
        Sort::Integer => "an integer".to_owned(),
        Sort::Bool => "a truth value, any non-zero is true".to_owned(),
        Sort::Float => "a double".to_owned(),
        Sort::Handle("object", _) => "a handle of any kind".to_owned(),
        Sort::Handle("device", false) => "a device, or RT_DEVICE_DEFAULT".to_owned(),
        Sort::Handle(kind, false) => format!("a live {kind}"),
        Sort::Handle(kind, true) => format!("{}, or 0 for none", with_article(kind)),
        Sort::Input(_) => format!("`{}` to read, and how many elements", param.parts[0].c),
        Sort::Output(_) => format!("`{}` to write, and how many elements fit", param.parts[0].c),
        Sort::OutputOne(_) => format!("`{}`, written on success", param.parts[0].c),
        Sort::Text => "UTF-8 text and its length in bytes, -1 when NUL-terminated".to_owned(),
        Sort::Callback(name) => format!("a function of type [`{name}`](#{name})"),
        Sort::UserData => "what the callback gets back".to_owned(),
        Sort::Address => "an address, not NULL".to_owned(),
        Sort::Length | Sort::TextOut => unreachable!("never first in a parameter"),
    };
    format!("{}: {what}.", names.join(", "))
}

/// The page of codes.
pub fn errors() -> String {
    let mut out = String::from(
        "# Error codes\n\nA failed call returns its failure value and leaves one of these in the calling thread's last error: \
         `rt_last_error_code()`, with a sentence in `rt_last_error_message()`. The numbers never change and are never reused; \
         numbers above -1000 are a native driver's own, as `rt_last_error_native()` is. A success leaves the last error as it is, but clears it \
         where its result could be a failure's too: truth values, doubles, and what functions say of themselves. So the code tells the two \
         apart there; elsewhere ask after a failure alone. Ask on the thread that saw it. Programs compare codes and show messages: a message may say more in a \
         later version. Generated; do not edit.\n\n| constant | number | what to do |\n|---|---|---|\n",
    );
    for code in Code::ALL {
        writeln!(
            out,
            "| [`{}`](#{}) | {} | {} |",
            code_name(*code),
            code_name(*code).to_lowercase(),
            code.number(),
            code.advice()
        )
        .unwrap();
    }
    for code in Code::ALL {
        writeln!(out, "\n## {}\n\n{} {}", code_name(*code), code.advice(), about::code(*code)).unwrap();
    }
    out
}
