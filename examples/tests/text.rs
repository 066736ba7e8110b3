//! Runs the program that learns to write: on a real text, twice alike, and on texts that it refuses.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::process::{Command, Output};

const TEXT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../LICENSE-APACHE");

fn run(device: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_text")).args(arguments).env("FFI_DEVICE", device).output().unwrap()
}

fn out(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

fn err(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stderr).into_owned()
}

/// The two numbers of the line on the held-out text.
fn held_out(ran: &Output) -> [f64; 2] {
    let out = out(ran);
    let line = out.lines().find_map(|line| line.strip_prefix("held out: ")).unwrap();
    let numbers: Vec<f64> = line.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    numbers.try_into().unwrap()
}

#[test]
fn it_learns_what_comes_next() {
    let ran = run("cpu", &[TEXT, "60"]);
    assert_eq!(ran.status.code(), Some(0), "{}{}", out(&ran), err(&ran));
    let [learned, blind] = held_out(&ran);
    assert!(learned < blind - 0.3, "{learned} bits, {blind} without learning");
    assert_eq!(out(&ran).lines().last(), Some("live handles 0"));
    assert_eq!(out(&ran), out(&run("cpu", &[TEXT, "60"])), "the same from the same seed");
}

#[test]
fn what_does_not_fit_is_refused_with_a_sentence() {
    for (arguments, words) in [
        (&[][..], "give a text file"),
        (&["no/such/file"], "cannot open no/such/file"),
        (&[concat!(env!("CARGO_MANIFEST_DIR"), "/../LICENSE-MIT")], "it takes 1280 to learn from"),
        (&[TEXT, "0"], "1 to 1000000"),
    ] {
        let ran = run("cpu", arguments);
        assert!(matches!(ran.status.code(), Some(1 | 2)), "{arguments:?}: {:?}", ran.status);
        assert!(err(&ran).starts_with("text: ") && err(&ran).contains(words), "{arguments:?}: {}", err(&ran));
        assert_eq!(err(&ran).lines().count(), 1);
    }
}

#[test]
fn it_learns_on_vulkan_or_says_why_not() {
    let ran = run("vulkan:0", &[TEXT, "40"]);
    if ran.status.code() == Some(0) {
        assert!(out(&ran).starts_with("device vulkan:0"), "{}", out(&ran));
        let [learned, blind] = held_out(&ran);
        assert!(learned < blind, "{learned} bits, {blind} without learning");
        return;
    }
    assert!(err(&ran).starts_with("text: rt_"), "{}", err(&ran));
    let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE={required}: {}", err(&ran));
    println!("SKIPPED on vulkan:0: {}", err(&ran));
}
