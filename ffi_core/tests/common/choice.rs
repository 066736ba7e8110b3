//! What can be passed for one parameter, by what its words mean.

use super::Random;
use super::live::Live;
use super::memory::{ELEMENTS, TEXTS, known};
use ffi_base::{Param, Row, Sort};
use ffi_core::registry;

/// Something to pass for a parameter. Memory is always real: what a caller promises, the tests keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Choice {
    /// A word as it stands.
    Word(i64),
    /// A new handle to a live object, by its place among the live ones.
    Live(usize),
    /// The same, freed just before.
    Stale(usize),
    /// NULL, with a length where one follows.
    Null(i64),
    /// Memory of 8-byte elements filled by a pattern, so many bytes off its alignment, with a length.
    Memory(usize, usize, i64),
    /// Memory with the handles of so many live objects of the kind that the parameter lists, which stay theirs.
    Handles(usize),
    /// What the parameter wants of a kind that no pattern makes: a module, say.
    Known,
    /// A text by its place in the list, its length added up or -1.
    Text(usize, bool),
    /// A text with a length that is refused before anything is read.
    TextOf(i64),
    /// A function of the parameter's type that does nothing.
    Function,
}
use Choice::{Function, Handles, Known, Memory, Null, Stale, Text, TextOf, Word};

/// Sizes between these would be honoured or not depending on the machine: not tried where they make memory.
const LARGEST_SMALL: i64 = 17;
const SMALLEST_ABSURD: i64 = 1 << 48;

const INTEGERS: &[i64] = &[
    0,
    1,
    -1,
    i64::MIN,
    i64::MAX,
    1 << 31,
    -(1 << 31),
    1 << 48,
    1 << 59,
    i64::MIN + 1,
    2,
    3,
    -2,
    7,
    8,
    9,
    LARGEST_SMALL,
    1_000_003,
    -1003,
];
const FLOATS: &[f64] =
    &[0.0, -0.0, 1.0, -1.0, 0.5, 2.5, 5e-324, 1e300, -1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
/// Refused whatever the pointer, and never -1, which ends a text at its NUL.
const REFUSED_LENGTHS: &[i64] = &[i64::MIN, i64::MAX, -2];
const LENGTHS: &[i64] = &[0, 1, 2, 3, 4, 8, 9, ELEMENTS as i64];
pub const PATTERNS: usize = 8;

/// The all-integer words of rt_call_id must fit the function they go to, so only functions without pointers are chosen.
fn ids() -> Vec<i64> {
    let id = |name: &str| i64::from(registry().find(name.as_bytes()).unwrap());
    vec![id("rt_abi_version"), id("rt_error_name"), -1, i64::MIN, i64::MAX, registry().rows().len() as i64, 1 << 31]
}

/// Whether numbers among the arguments become sizes, of memory or of loops.
fn makes_memory(row: &Row) -> bool {
    matches!(row.group, "Tensors: creation" | "Modules: layers" | "Parallel loops") || row.name.contains("alloc")
}

/// Rows that wait for what a person or a screen does, which may take for ever.
const ENDLESS: &[&str] = &["rt_vk_window_poll", "rt_vk_swapchain_acquire"];

/// Rows whose numbers a device counts up to, or makes the size of what it shows.
const COUNTING: &[&str] =
    &["rt_vk_dispatch", "rt_vk_draw", "rt_vk_draw_indexed", "rt_vk_window_create", "rt_vk_window_set_size"];

/// Whether a number may go where it could become a size, or a time that nobody waits for.
fn tame(row: &Row, word: i64) -> bool {
    if row.name == "rt_thread_sleep" {
        return word < 1_000_000;
    }
    if ENDLESS.contains(&row.name) {
        return (0..=1_000_003).contains(&word);
    }
    if COUNTING.contains(&row.name) {
        return !(LARGEST_SMALL + 1..1 << 32).contains(&word);
    }
    !makes_memory(row) || !(LARGEST_SMALL + 1..SMALLEST_ABSURD).contains(&word.saturating_abs())
}

/// Whether a random double may arrive: a range between any two of them with any step can be of any size.
fn takes_any_double(row: &Row) -> bool {
    !makes_memory(row)
}

/// The kind of the objects whose handles a parameter lists.
pub fn listed(param: &Param) -> Option<&'static str> {
    match (param.parts[0].sort, param.names[0]) {
        (Sort::Input(_), "tensors") => Some("tensor"),
        (Sort::Input(_), "colors") => Some("vk image"),
        (Sort::Input(_), "commands") => Some("vk command buffer"),
        _ => None,
    }
}

/// The choice that makes sense, where one does.
pub fn plausible(param: &Param, live: &Live) -> Choice {
    match param.parts[0].sort {
        Sort::Integer if param.names[0] == "dtype" => Word(2),
        // Of a function, in rt_call_id: not just any.
        Sort::Integer if param.names[0] == "id" => Word(ids()[0]),
        Sort::Integer | Sort::Bool => Word(1),
        Sort::Float => Word(1f64.to_bits() as i64),
        Sort::Handle("device", _) => Word(ffi_core::device::DEFAULT),
        Sort::Handle(kind, _) => live.of_kind(kind).first().map_or(Word(0), |&at| Choice::Live(at)),
        Sort::Input(_) if known(param.names[0]).is_some() => Known,
        Sort::Input(_) if listed(param) == Some("tensor") => Handles(2.min(live.of_kind("tensor").len())),
        Sort::Input(_) if listed(param).is_some() => {
            Handles(1.min(listed(param).map_or(0, |kind| live.of_kind(kind).len())))
        }
        Sort::Input(_) => Memory(0, 0, 2),
        Sort::Output(_) => Memory(0, 0, 8),
        Sort::OutputOne(_) | Sort::Address => Memory(0, 0, 1),
        Sort::Text => Text(0, true),
        Sort::Callback(_) => Function,
        Sort::UserData => Null(0),
        Sort::Length | Sort::TextOut => unreachable!("never first in a parameter"),
    }
}

/// Every choice for a parameter.
pub fn all(row: &Row, param: &Param, live: &Live) -> Vec<Choice> {
    match param.parts[0].sort {
        Sort::Integer if row.name == "rt_call_id" => ids().into_iter().map(Word).collect(),
        Sort::Integer if row.name.ends_with("_bits") => {
            let floats = FLOATS.iter().map(|v| v.to_bits() as i64);
            INTEGERS.iter().copied().chain(floats).filter(|word| tame(row, *word)).map(Word).collect()
        }
        Sort::Integer => INTEGERS.iter().copied().filter(|word| tame(row, *word)).map(Word).collect(),
        Sort::Bool => [0, 1, -1, i64::MIN].map(Word).to_vec(),
        Sort::Float => FLOATS.iter().map(|v| Word(v.to_bits() as i64)).collect(),
        Sort::Handle(kind, _) => handles(kind, live),
        Sort::Input(_) if known(param.names[0]).is_some() => ranges().into_iter().chain([Known]).collect(),
        Sort::Input(_) if listed(param).is_some() => {
            let most = listed(param).map_or(0, |kind| live.of_kind(kind).len());
            let lists = [1, 2, 3, 8, 12].into_iter().filter(|&count| count <= most);
            ranges().into_iter().chain(lists.map(Handles)).collect()
        }
        Sort::Input(_) | Sort::Output(_) => ranges(),
        Sort::OutputOne(_) => vec![Null(0), Memory(0, 1, 1), Memory(0, 0, 1)],
        Sort::Address => vec![Null(0), Memory(0, 1, 1), Memory(0, 0, 1)],
        Sort::Text => texts(),
        Sort::Callback(_) => vec![Null(0), Function],
        Sort::UserData => vec![Null(0), Memory(0, 0, 1)],
        Sort::Length | Sort::TextOut => unreachable!("never first in a parameter"),
    }
}

/// Numbers that mean something to Vulkan, by the parameter that takes them.
fn of_vulkan(name: &str) -> &'static [i64] {
    match name {
        "usage" => &[1, 2, 3, 4, 5, 8, 0x1F, 0x27, 32, 64, 0x1F3],
        "format" => &[37, 44, 97, 98, 100, 126, 13],
        "layout" => &[1, 2, 3, 5, 6, 7],
        "from" | "to" => &[0, 1, 2, 4, 8, 15],
        "place" => &[0, 1, 2],
        "len_bytes" => &[-1, 4, 64, 4096],
        "width" | "height" => &[1, 8, 16],
        "timeout_ns" => &[0, 1000, -1],
        _ => &[0, 0, 1, 2, 4],
    }
}

/// What a program would pass to a row of Vulkan: each parameter by itself, so that the call may still be out of order.
pub fn likely(random: &mut Random, row: &Row, param: &Param, live: &Live) -> Choice {
    match param.parts[0].sort {
        Sort::Integer => {
            let words = of_vulkan(param.names[0]);
            let word = words[random.below(words.len())];
            Word(if tame(row, word) { word } else { 0 })
        }
        Sort::Handle(kind, _) => {
            let right = live.of_kind(kind);
            if right.is_empty() || random.below(8) == 0 {
                Word(0)
            } else {
                Choice::Live(right[random.below(right.len())])
            }
        }
        Sort::Input(_) | Sort::Text if random.below(3) == 0 => Null(0),
        Sort::Input(_) if known(param.names[0]).is_some() => Known,
        _ => any(random, row, param, live),
    }
}

/// Any of them, plausible ones more often, and numbers no list has.
pub fn any(random: &mut Random, row: &Row, param: &Param, live: &Live) -> Choice {
    let sort = param.parts[0].sort;
    match random.below(4) {
        0 => plausible(param, live),
        1 if sort == Sort::Float && takes_any_double(row) => Word(random.next() as i64),
        1 if sort == Sort::Integer
            && row.name != "rt_call_id"
            && (takes_any_double(row) || !row.name.ends_with("_bits")) =>
        {
            let word = random.word();
            match tame(row, word) {
                true => Word(word),
                false if ENDLESS.contains(&row.name) => Word(0),
                false => Word(word % LARGEST_SMALL),
            }
        }
        1 if matches!(sort, Sort::Handle(..)) => {
            let word = random.word();
            // A number that happens to be someone's live handle would be a valid call of another kind.
            if live.is_live(word) { Word(-word) } else { Word(word) }
        }
        2 if matches!(sort, Sort::Handle(..)) => {
            let Sort::Handle(kind, _) = sort else { unreachable!() };
            let right = live.of_kind(kind);
            if right.is_empty() { Word(0) } else { Choice::Live(right[random.below(right.len())]) }
        }
        _ => {
            let choices = all(row, param, live);
            choices[random.below(choices.len())]
        }
    }
}

fn handles(kind: &str, live: &Live) -> Vec<Choice> {
    // Of the right kind, with a generation and a slot that no test reaches.
    let number =
        ffi_core::tables::KINDS.iter().copied().flatten().find(|row| row.name == kind).map_or(2, |row| row.number);
    let made_up = i64::from(number) << 54 | 0x3fff_ffff << 24 | 0xff_fffe;
    let mut choices = [0, 1, -1, i64::MIN, i64::MAX, 1 << 59, 0x1234_5678, made_up].map(Word).to_vec();
    choices.extend((0..live.len()).map(Choice::Live));
    choices.extend(live.of_kind(kind).first().or(live.of_kind("tensor").first()).map(|&at| Stale(at)));
    choices
}

fn ranges() -> Vec<Choice> {
    let mut choices: Vec<Choice> = [0, 1, 5, -1].iter().chain(REFUSED_LENGTHS).map(|&len| Null(len)).collect();
    choices.extend(REFUSED_LENGTHS.iter().chain(&[-1]).map(|&len| Memory(0, 0, len)));
    choices.extend([0, 1, 2].map(|len| Memory(0, 1, len)));
    choices.extend([1, 2].map(|len| Memory(0, 4, len)));
    choices.extend((0..PATTERNS).flat_map(|pattern| LENGTHS.iter().map(move |&len| Memory(pattern, 0, len))));
    choices
}

fn texts() -> Vec<Choice> {
    let mut choices: Vec<Choice> = [0, 1, 5, -1].iter().chain(REFUSED_LENGTHS).map(|&len| Null(len)).collect();
    choices.extend(REFUSED_LENGTHS.iter().map(|&len| TextOf(len)));
    choices.extend((0..TEXTS.len()).flat_map(|at| [Text(at, true), Text(at, false)]));
    choices
}
