//! Runs the programs that drive Vulkan themselves: numbers doubled, and a picture compared with the one that is checked in.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;
use std::process::{Command, Output};

/// Runs a program; `None`, said aloud, where this build or machine has no Vulkan and nobody demands it.
fn run(program: &str, argument: &str) -> Option<Output> {
    let ran = Command::new(program).args([argument].iter().filter(|a| !a.is_empty())).output().unwrap();
    let err = String::from_utf8_lossy(&ran.stderr).into_owned();
    if ran.status.code() != Some(0)
        && (err.contains("--features vulkan") || err.contains("no driver") || err.contains("no loader"))
    {
        let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
        assert!(!required.split(',').any(|name| name == "vulkan"), "FFI_REQUIRE asks for vulkan: {err}");
        eprintln!("SKIPPED: {err}");
        return None;
    }
    assert_eq!(ran.status.code(), Some(0), "{err}");
    Some(ran)
}

fn out(ran: &Output) -> String {
    String::from_utf8_lossy(&ran.stdout).into_owned()
}

#[test]
fn a_million_numbers_are_doubled() {
    let Some(ran) = run(env!("CARGO_BIN_EXE_vulkan_compute"), "") else { return };
    let out = out(&ran);
    assert!(out.contains("work-groups of 64\n1000000 numbers doubled, 0 wrong\nlive handles 0\n"), "{out}");
}

#[test]
fn what_is_no_shader_is_refused_with_a_sentence() {
    if run(env!("CARGO_BIN_EXE_vulkan_compute"), "").is_none() {
        return;
    }
    for (file, words) in
        [("/no/such/file", "cannot read /no/such/file"), (concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "SPIR-V")]
    {
        let ran = Command::new(env!("CARGO_BIN_EXE_vulkan_compute")).arg(file).output().unwrap();
        let err = String::from_utf8_lossy(&ran.stderr).into_owned();
        assert!(ran.status.code() == Some(1) && err.contains(words) && err.lines().count() == 1, "{err}");
    }
}

/// Width, height and RGBA of a PNG whose rows are stored without compression or filter, as the program writes them.
fn decode(png: &[u8]) -> (usize, usize, Vec<u8>) {
    let word = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let (mut at, mut size, mut packed) = (8, (0, 0), Vec::new());
    while at < png.len() {
        let (len, name) = (word(at), &png[at + 4..at + 8]);
        match name {
            b"IHDR" => size = (word(at + 8), word(at + 12)),
            b"IDAT" => packed.extend(&png[at + 8..at + 8 + len]),
            _ => {}
        }
        at += len + 12;
    }
    let (mut at, mut rows) = (2, Vec::new());
    loop {
        let (last, len) = (packed[at], usize::from(packed[at + 1]) | usize::from(packed[at + 2]) << 8);
        rows.extend(&packed[at + 5..at + 5 + len]);
        at += 5 + len;
        if last == 1 {
            break;
        }
    }
    let row = size.0 * 4 + 1;
    assert!(rows.len() == row * size.1 && rows.chunks(row).all(|row| row[0] == 0));
    (size.0, size.1, rows.chunks(row).flat_map(|row| row[1..].to_vec()).collect())
}

/// How far a channel may be off: drivers round differently between the vertices.
const TOLERANCE: u8 = 3;
/// How many pixels may be off more: edges, which drivers may put half a pixel elsewhere. The triangle has some 660 of them.
const ELSEWHERE: usize = 330;

#[test]
fn the_triangle_is_the_one_that_is_checked_in() {
    let drawn = Path::new(env!("CARGO_TARGET_TMPDIR")).join("triangle.png");
    let Some(ran) = run(env!("CARGO_BIN_EXE_vulkan_triangle"), drawn.to_str().unwrap()) else { return };
    assert!(out(&ran).ends_with("live handles 0\n"), "{}", out(&ran));
    let known = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/triangle.png");
    if std::env::var_os("BLESS").is_some() {
        std::fs::copy(&drawn, &known).unwrap();
    }
    let (drawn, known) = (decode(&std::fs::read(drawn).unwrap()), decode(&std::fs::read(known).unwrap()));
    assert_eq!((drawn.0, drawn.1), (known.0, known.1));
    let far = |(a, b): &(&[u8], &[u8])| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > TOLERANCE);
    let off = drawn.2.chunks(4).zip(known.2.chunks(4)).filter(far).count();
    println!("{off} of {} pixels are off by more than {TOLERANCE}", drawn.0 * drawn.1);
    assert!(off <= ELSEWHERE, "{off} pixels are off");
    // The picture itself: red above, green to the right, blue to the left, and the ground around it.
    let pixel = |x: usize, y: usize| &drawn.2[(y * drawn.0 + x) * 4..][..3];
    for (x, y, channel) in [(128, 40, 0), (215, 225, 1), (40, 225, 2)] {
        let color = pixel(x, y);
        assert!(color[channel] > 200 && color.iter().filter(|c| **c < 60).count() == 2, "{x}, {y}: {color:?}");
    }
    assert!(pixel(10, 10).iter().zip([26, 26, 38]).all(|(own, want)| own.abs_diff(want) <= 1), "{:?}", pixel(10, 10));
}
