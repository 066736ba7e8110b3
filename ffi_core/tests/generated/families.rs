//! The rows as a reader wants them: grouped, each with its twins, its docs as paragraphs.

use ffi_base::{Mode, Row, Sort, text::with_article as a};
use ffi_core::tables;

/// A row with its twins and aliases.
pub type Family = &'static [Row];

/// Every group with its families, in the order of the tables.
pub fn groups() -> Vec<(&'static str, Vec<Family>)> {
    let mut groups: Vec<(&str, Vec<Family>)> = Vec::new();
    for family in tables::TABLES.iter().copied().flatten().copied().flatten().copied() {
        match groups.iter_mut().find(|(name, _)| *name == family[0].group) {
            Some((_, families)) => families.push(family),
            None => groups.push((family[0].group, vec![family])),
        }
    }
    // What every build has first, then what needs a feature, then what is planned.
    groups.sort_by_key(|(name, _)| (name.starts_with("Planned"), name.contains("(feature")));
    groups
}

/// The docs, one string a paragraph.
pub fn paragraphs(row: &Row) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in row.doc.lines().map(str::trim) {
        let last = paragraphs.last_mut().unwrap();
        if line.is_empty() {
            paragraphs.push(String::new());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(line);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// Lines of at most `width` characters; a longer word has a line of its own.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().unwrap();
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines
}

/// How a twin differs from the row it is of.
pub fn twin_note(twin: &Row) -> String {
    let of = twin.twin_of;
    // What is done in place ends in _, the twin's word stands before it.
    let (stem, name) = match (of.strip_suffix('_'), twin.name.strip_suffix('_')) {
        (Some(stem), Some(name)) => (stem, name),
        _ => (of, twin.name),
    };
    match name.strip_prefix(stem) {
        Some("_bits") => format!("As {of}, with doubles as IEEE bit patterns."),
        Some("_copy") => format!("As {of}, the text into a buffer; returns the length needed without the NUL."),
        Some("_into") => format!("As {of}, the result through a pointer; returns a status."),
        _ => format!("Another name of {of}."),
    }
}

/// How a caller tells an answer from a failure that looks like it.
fn ambiguity(row: &Row) -> String {
    let twin = match row.name.strip_suffix('_') {
        Some(stem) => format!("{stem}_into_"),
        None => format!("{}_into", row.name),
    };
    format!(
        "An answer can have the same value: a success clears the last error, so rt_last_error_code() tells them apart, and {twin} returns a \
         status."
    )
}

/// What comes back, in a sentence.
pub fn returns(row: &Row) -> String {
    let failure = row.returns.failure;
    if row.mode == Mode::Quiet {
        return format!("Returns {failure} on failure, and leaves the last error alone.");
    }
    match row.returns.sort {
        // Devices are the library's own.
        Sort::Handle(kind, _) if kind != "object" && kind != "device" => {
            format!("Returns {}, yours to free; {failure} on failure.", a(kind))
        }
        Sort::Handle("device", _) => format!("Returns a device, the library's own; {failure} on failure."),
        _ if row.mode.is_ambiguous() && row.twin_of.is_empty() => {
            format!("Returns {failure} on failure. {}", ambiguity(row))
        }
        _ if row.clears_error() => {
            format!("Returns {failure} on failure. An answer can have the same value: a success clears the last error.")
        }
        _ => format!("Returns {failure} on failure."),
    }
}
