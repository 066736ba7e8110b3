//! Runs the program that learns to read digits as a person would: on its data, on broken data, on devices that are not there.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Runs it from a directory that is not the workspace's, so that nothing depends on where it is started; each run has a file of
/// its own for its model.
fn run(device: &str, path: &str) -> Ran {
    run_for(device, path, None)
}

/// As [`run`], for so many epochs.
fn run_for(device: &str, path: &str, epochs: Option<&str>) -> Ran {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    let model = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("digits-{number}.safetensors"));
    let output = Command::new(env!("CARGO_BIN_EXE_digits"))
        .args([Path::new(path), &model])
        .args(epochs)
        .env("FFI_DEVICE", device)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    let out = text(output.stdout).replace(&*model.to_string_lossy(), "MODEL");
    let saved = std::fs::remove_file(&model).is_ok();
    assert_eq!(saved, output.status.code() == Some(0), "a file is there where all went well");
    Ran { code: output.status.code(), out, err: text(output.stderr) }
}

/// The digits that come with the program.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.csv");

impl Ran {
    /// It learnt, says so, and left nothing behind.
    fn succeeded(&self, device: &str) {
        self.reached(device, 0.98);
    }

    /// As [`succeeded`](Self::succeeded), with so much of the held-out images read.
    fn reached(&self, device: &str, least: f64) {
        assert_eq!(self.code, Some(0), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        assert_eq!(self.err, "");
        assert!(self.out.starts_with(&format!("device {device}")), "{}", self.out);
        assert!(self.out.contains("\n1348 images to learn from, 449 held out\n"), "{}", self.out);
        let accuracy = self.out.lines().find_map(|line| line.strip_prefix("held-out accuracy ")).unwrap();
        let accuracy: f64 = accuracy.split(' ').next().unwrap().parse().unwrap();
        assert!((least..=1.0).contains(&accuracy), "{}", self.out);
        assert_eq!(self.out.lines().last(), Some("live handles 0"));
        assert!(self.out.contains(", read back: the same scores\n"), "{}", self.out);
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
    let ran = run("cpu", DATA);
    ran.succeeded("cpu (");
    let losses: Vec<f64> =
        ran.out.lines().filter_map(|line| line.split_once("loss ")?.1.split(' ').next()?.parse().ok()).collect();
    assert_eq!(losses.len(), 15, "one line an epoch:\n{}", ran.out);
    assert!(losses[14] < losses[4] && losses[4] < losses[0], "{losses:?}");
    // Each held-out image stands in the table once.
    let cells = ran.out.lines().filter_map(|line| line.strip_prefix("  a "));
    let sum: i64 = cells.flat_map(|row| row.split_whitespace().skip(1)).map(|n| n.parse::<i64>().unwrap()).sum();
    assert_eq!(sum, 449, "{}", ran.out);
}

#[test]
fn it_says_the_same_twice() {
    let first = run("cpu", DATA);
    first.succeeded("cpu (");
    assert_eq!(first.out, run("cpu", DATA).out);
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
    run("cpu", "no/such/file.csv").refused(&["no/such/file.csv"]);
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let pixels = "0,".repeat(63);
    let cases = [
        ("empty", String::new(), "there are no rows"),
        ("short", lines(3), "fewer than four images"),
        ("narrow", format!("{}1,2,3\n", lines(4)), "line 5: 3 columns, the lines before have 65"),
        ("wide", format!("{}{pixels}0,0,0\n", lines(1)), "line 2: 66 columns"),
        ("other", "1,2,3\n4,5,6\n".to_owned(), "3 columns instead of 65"),
        ("word", format!("{}{pixels}seven,0\n", lines(6)), "line 7, column 64: \"seven\" is no number"),
        ("hole", format!("{pixels},0\n"), "line 1, column 64: \"\" is no number"),
        ("cut", format!("{pixels}0,"), "line 1, column 65: \"\" is no number"),
        ("unit", format!("{pixels}0,7 apples\n"), "line 1, column 65: \"7 apples\" is no number"),
        ("fraction", format!("{}{pixels}1.5,0\n", lines(7)), "a pixel is no whole number"),
        ("nan", format!("{}{pixels}nan,0\n", lines(7)), "a pixel is no whole number"),
        ("bright", format!("{}{pixels}17,0\n", lines(7)), "a pixel is 17, outside 0 to 16"),
        ("dark", format!("{}{pixels}-1,0\n", lines(7)), "a pixel is -1, outside 0 to 16"),
        ("label", format!("{}{pixels}0,10\n", lines(9)), "a label is 10, outside 0 to 9"),
        ("negative", format!("{}{pixels}0,-1\n", lines(9)), "a label is -1, outside 0 to 9"),
    ];
    for (name, contents, words) in cases {
        let path = file(&format!("{name}.csv"), &contents);
        run("cpu", &path).refused(&[&path, words]);
    }
}

#[test]
fn windows_line_ends_and_a_missing_last_one_are_accepted() {
    let data = lines(usize::MAX).replace('\n', "\r\n");
    run("cpu", &file("windows.csv", data.trim_end())).succeeded("cpu (");
}

#[test]
fn a_device_that_nobody_knows_is_named() {
    run("nonsense", DATA).refused(&["FFI_DEVICE=nonsense", "there is no device"]);
    run("cpu:7", DATA).refused(&["FFI_DEVICE=cpu:7", "no device"]);
}

/// Learns on a GPU of this kind, or says why not: the feature is off, no driver or device is there, or the device lacks an op.
/// Whatever the reason is, the CPU does not step in.
fn on_gpu(kind: &str, feature: bool) {
    let device = format!("{kind}:0");
    // Few epochs, for the GPU may be a CPU in disguise, where CI runs the whole program once.
    let ran = run_for(&device, DATA, Some("3"));
    if ran.code == Some(0) {
        return ran.reached(&device, 0.9);
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
