//! Runs the program that learns to read digits as a person would: on its data, on broken data, on devices that are not there.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::PathBuf;
use std::process::Command;

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs it from a directory that is not the workspace's, so that nothing depends on where it is started.
fn run(device: &str, arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_digits"))
        .args(arguments)
        .env("FFI_DEVICE", device)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

impl Ran {
    /// It learnt, says so, and left nothing behind.
    fn succeeded(&self, device: &str) {
        assert_eq!(self.code, Some(0), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        assert_eq!(self.err, "");
        assert!(self.out.starts_with(&format!("device {device}")), "{}", self.out);
        assert!(self.out.contains("\n1348 images to learn from, 449 held out\n"), "{}", self.out);
        let accuracy = self.out.lines().find_map(|line| line.strip_prefix("held-out accuracy ")).unwrap();
        let accuracy: f64 = accuracy.split(' ').next().unwrap().parse().unwrap();
        assert!((0.94..=1.0).contains(&accuracy), "{}", self.out);
        assert_eq!(self.out.lines().last(), Some("live handles 0"));
        assert!(!self.out.contains('\r'), "a bar is drawn on terminals alone");
    }

    /// It ended with one sentence that holds these words, and printed no result.
    fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        assert_eq!(self.err.lines().count(), 1, "{}", self.err);
        assert!(self.err.starts_with("digits: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{:?} does not say {word:?}", self.err);
        }
        assert!(!self.out.contains("accuracy"), "{}", self.out);
    }
}

#[test]
fn it_learns_on_the_cpu() {
    let ran = run("cpu", &[]);
    ran.succeeded("cpu (");
    let losses: Vec<f64> =
        ran.out.lines().filter_map(|line| line.split_once("loss ")?.1.split(' ').next()?.parse().ok()).collect();
    assert_eq!(losses.len(), 7, "one line every hundred steps:\n{}", ran.out);
    assert!(losses.is_sorted_by(|earlier, later| earlier > later), "{losses:?}");
    // Each held-out image stands in the table once.
    let cells = ran.out.lines().filter_map(|line| line.strip_prefix("  a "));
    let sum: i64 = cells.flat_map(|row| row.split_whitespace().skip(1)).map(|n| n.parse::<i64>().unwrap()).sum();
    assert_eq!(sum, 449, "{}", ran.out);
}

#[test]
fn it_says_the_same_twice() {
    let first = run("cpu", &[]);
    first.succeeded("cpu (");
    assert_eq!(first.out, run("cpu", &[]).out);
}

/// A file of this name with these contents.
fn file(name: &str, contents: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, contents).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// `count` good lines.
fn lines(count: usize) -> String {
    let data = include_str!("../data/digits.csv");
    data.split_inclusive('\n').take(count).collect()
}

#[test]
fn a_missing_file_is_named() {
    run("cpu", &["no/such/file.csv"]).refused(&["cannot open no/such/file.csv"]);
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let pixels = "0,".repeat(63);
    let cases = [
        ("empty", String::new(), 1, "fewer than four images"),
        ("short", lines(3), 4, "fewer than four images"),
        ("narrow", format!("{}1,2,3\n", lines(4)), 5, "3 columns instead of 65"),
        ("wide", format!("{}{pixels}0,0,0\n", lines(1)), 2, "66 columns instead of 65"),
        ("blank", format!("{}\n{}", lines(5), lines(1)), 6, "1 columns instead of 65"),
        ("word", format!("{}{pixels}seven,0\n", lines(6)), 7, "column 64 is not a whole number: \"seven\""),
        ("fraction", format!("{}{pixels}1.5,0\n", lines(7)), 8, "column 64 is not a whole number: \"1.5\""),
        ("hole", format!("{pixels},0\n"), 1, "column 64 is not a whole number: \"\""),
        ("cut", format!("{pixels}0,"), 1, "column 65 is not a whole number: \"\""),
        ("bright", format!("{pixels}17,0\n"), 1, "the pixel in column 64 is 17, outside 0 to 16"),
        ("dark", format!("{pixels}-1,0\n"), 1, "the pixel in column 64 is -1, outside 0 to 16"),
        ("label", format!("{}{pixels}0,10\n", lines(9)), 10, "the label in column 65 is 10, outside 0 to 9"),
        ("negative", format!("{pixels}0,-1\n"), 1, "the label in column 65 is -1, outside 0 to 9"),
        ("unit", format!("{pixels}0,7 apples\n"), 1, "column 65 is not a whole number: \"7 apples\""),
        ("endless", format!("{}{}\n", lines(2), "0".repeat(5000)), 3, "the line is too long"),
    ];
    for (name, contents, line, words) in cases {
        let path = file(&format!("{name}.csv"), &contents);
        run("cpu", &[&path]).refused(&[&format!("{path}:{line}: "), words]);
    }
}

#[test]
fn windows_line_ends_and_a_missing_last_one_are_accepted() {
    let data = lines(usize::MAX).replace('\n', "\r\n");
    run("cpu", &[&file("windows.csv", data.trim_end())]).succeeded("cpu (");
}

#[test]
fn a_device_that_nobody_knows_is_named() {
    run("nonsense", &[]).refused(&["FFI_DEVICE=nonsense", "no device is named"]);
    run("cpu:7", &[]).refused(&["FFI_DEVICE=cpu:7", "no device"]);
}

/// Learns on a GPU of this kind, or says why not: the feature is off, no driver or device is there, or the device lacks an op.
/// Whatever the reason is, the CPU does not step in.
fn on_gpu(kind: &str, feature: bool) {
    let device = format!("{kind}:0");
    let ran = run(&device, &[]);
    if ran.code == Some(0) {
        return ran.succeeded(&device);
    }
    ran.refused(&["rt_"]);
    assert!(!ran.out.starts_with("device cpu"), "{}", ran.out);
    if !feature {
        return ran.refused(&[&format!("FFI_DEVICE={device}"), "feature"]);
    }
    let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
    assert!(!required.split(',').any(|name| name == kind), "FFI_REQUIRE={required}: {}", ran.err);
    println!("SKIPPED on {device}: {}", ran.err);
}

#[test]
fn it_learns_on_vulkan_or_says_why_not() {
    on_gpu("vulkan", cfg!(feature = "vulkan"));
}

#[test]
fn it_learns_on_cuda_or_says_why_not() {
    on_gpu("cuda", cfg!(feature = "cuda"));
}
