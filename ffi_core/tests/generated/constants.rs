//! Every named number of the ABI, in groups: of its enums, its kinds, and the rows of [`tables::CONSTANTS`].

use ffi_backend::DType;
use ffi_base::{Code, KindRow};
use ffi_core::{registry, tables};
use ffi_torch::nn::loss::Reduction;

/// Constants that belong together.
pub struct Group {
    pub about: String,
    pub rows: Vec<Constant>,
}

/// One as C spells it.
pub struct Constant {
    pub name: String,
    pub value: i64,
    /// May be empty.
    pub doc: String,
}

/// All groups.
pub fn all() -> Vec<Group> {
    let version = version();
    let mut all = vec![
        group(
            "What this header describes; rt_abi_version() tells what the library is: major << 32 | minor.",
            [
                ("RT_ABI_VERSION_MAJOR".into(), version >> 32, ""),
                ("RT_ABI_VERSION_MINOR".into(), version & 0xffff_ffff, ""),
            ],
        ),
        group(
            "Element types. 0 is never one.",
            DType::ALL.iter().map(|dtype| (format!("RT_{}", dtype.name().to_uppercase()), dtype.number(), dtype.doc())),
        ),
        group(
            "What becomes of the losses of single elements.",
            Reduction::ALL.iter().map(|reduction| {
                (format!("RT_REDUCTION_{}", reduction.name().to_uppercase()), reduction.number(), reduction.doc())
            }),
        ),
        group(
            "Why a call failed, and what to do about it.",
            Code::ALL.iter().map(|code| (code_name(*code), code.number(), code.advice())),
        ),
        group(
            "Kinds of objects, as rt_handle_kind() tells them.",
            kinds().into_iter().map(|kind| (kind_name(kind), i64::from(kind.number), "")),
        ),
    ];
    all.extend(tables::CONSTANTS.iter().map(|table| {
        group(table.about, table.rows.iter().map(|row| (format!("RT_{}", row.name), row.value, row.doc)))
    }));
    all
}

fn group(about: &str, rows: impl IntoIterator<Item = (String, i64, &'static str)>) -> Group {
    let rows = rows.into_iter().map(|(name, value, doc)| Constant { name, value, doc: doc.to_owned() }).collect();
    Group { about: about.to_owned(), rows }
}

/// `RT_ERROR_TIMEOUT` and its like.
pub fn code_name(code: Code) -> String {
    format!("RT_ERROR_{}", code.name())
}

/// `RT_KIND_TENSOR` and its like.
fn kind_name(kind: &KindRow) -> String {
    format!("RT_KIND_{}", kind.name.to_uppercase().replace(' ', "_"))
}

/// Every kind, by number.
pub fn kinds() -> Vec<&'static KindRow> {
    let mut kinds: Vec<&KindRow> = tables::KINDS.iter().copied().flatten().collect();
    kinds.sort_by_key(|kind| kind.number);
    kinds
}

/// The ABI version as the library itself tells it.
fn version() -> i64 {
    let registry = registry();
    let row = registry.row(i64::from(registry.find(b"rt_abi_version").unwrap())).unwrap();
    // SAFETY: the row takes no words.
    unsafe { (row.call)(&[]) }
}
