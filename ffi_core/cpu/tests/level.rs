//! The environment variable that chooses the vector level, read once in a process of its own.
#![allow(clippy::unwrap_used)]

use ffi_cpu::level::{Level, VECTOR_VARIABLE};
use std::process::Command;

const CHILD: &str = "FFI_CPU_TEST_WANTS";

#[test]
fn the_variable_lowers_the_level_and_nonsense_is_ignored() {
    if let Ok(wanted) = std::env::var(CHILD) {
        assert_eq!(Level::current().name(), wanted);
        return;
    }
    let best = Level::ALL.into_iter().filter(|level| level.available()).max().unwrap().name();
    let mut cases = vec![("nonsense", best), ("", best)];
    for level in Level::ALL {
        cases.push((level.name(), if level.available() { level.name() } else { best }));
    }
    for (asked, wanted) in cases {
        let child =
            Command::new(std::env::current_exe().unwrap()).env(VECTOR_VARIABLE, asked).env(CHILD, wanted).status();
        assert!(child.unwrap().success(), "{asked:?} did not give {wanted}");
    }
}
