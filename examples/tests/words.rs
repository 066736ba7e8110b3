//! Runs the program that counts words: on real texts, with any number of workers, and on what it refuses.
#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::{Command, Output};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_words")).args(arguments).output().unwrap()
}

/// What it prints behind its first line, from counts made here.
fn expected(text: &[u8]) -> String {
    let mut counts: HashMap<Vec<u8>, u64> = HashMap::new();
    for word in text.split(|c| !(c.is_ascii_alphabetic() || *c >= 128)).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_ascii_lowercase()).or_default() += 1;
    }
    let mut all: Vec<(Vec<u8>, u64)> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut out = format!("{} words, {} different\n", all.iter().map(|word| word.1).sum::<u64>(), all.len());
    for (word, count) in all.iter().take(10) {
        out += &format!("{count:>8} {}\n", String::from_utf8_lossy(word));
    }
    out + "the same as with one thread\nlive handles 0\n"
}

#[test]
fn it_counts_as_one_thread_does_with_any_number_of_workers() {
    let own = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let (empty, line) = (own.join("empty.txt"), own.join("line.txt"));
    std::fs::write(&empty, "").unwrap();
    // One line longer than any block, and than a worker's buffer.
    std::fs::write(&line, "the quick brown Fox jumps over the lazy dog, Straße ".repeat(1000)).unwrap();
    let files = [format!("{ROOT}/LICENSE-APACHE"), format!("{ROOT}/docs/reference.md")];
    let files = files.into_iter().chain([empty, line].map(|path| path.into_os_string().into_string().unwrap()));
    for path in files {
        let expected = expected(&std::fs::read(&path).unwrap());
        for workers in ["1", "2", "7", "64"] {
            let ran = run(&[&path, workers]);
            let (out, err) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
            assert_eq!((ran.status.code(), &*err), (Some(0), ""), "{path} {workers}: {out}");
            let (first, rest) = out.split_once('\n').unwrap();
            assert!(first.ends_with(&format!("blocks by 2 producers and {workers} workers")), "{first}");
            assert_eq!(rest, expected, "{path} {workers}");
        }
    }
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    let text = format!("{ROOT}/LICENSE-MIT");
    for (arguments, words) in [
        (&[][..], "give a text file"),
        (&["no/such/file"], "cannot open no/such/file"),
        (&[text.as_str(), "0"], "\"0\" is no number of workers from 1 to 64"),
        (&[text.as_str(), "65"], "\"65\" is no number"),
        (&[text.as_str(), "two"], "\"two\" is no number"),
    ] {
        let ran = run(arguments);
        let err = String::from_utf8_lossy(&ran.stderr);
        assert!(matches!(ran.status.code(), Some(1 | 2)), "{arguments:?}: {:?}", ran.status);
        assert!(err.starts_with("words: ") && err.contains(words), "{arguments:?}: {err}");
        assert_eq!(err.lines().count(), 1);
    }
}
