//! Runs the triangle in a window as a person would: looks at it, resizes it, closes it; and takes its display away.
#![cfg(target_os = "linux")]
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

#[path = "../../ffi_vulkan/tests/window/server.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod server;

use server::{Server, User, wait_for};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const TITLE: &str = "vulkan_triangle";

/// What the validation layer wrote of a run, with these checks beside the usual ones.
fn validated(enables: &str, run: impl FnOnce(&[(&str, &str)])) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("validation{}", enables.len()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let (settings, log) = (folder.join("vk_layer_settings.txt"), folder.join("log"));
    let lines = format!(
        "khronos_validation.debug_action = VK_DBG_LAYER_ACTION_LOG_MSG\nkhronos_validation.log_filename = {}\n\
         khronos_validation.report_flags = error,warn,perf\nkhronos_validation.enables = {enables}\n",
        log.display()
    );
    std::fs::write(&settings, lines).unwrap();
    run(&[
        ("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation"),
        ("VK_LAYER_SETTINGS_PATH", settings.to_str().unwrap()),
    ]);
    std::fs::read_to_string(log).unwrap_or_default()
}

fn start(server: &Server, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vulkan_triangle"));
    command.args(arguments).env_remove("WAYLAND_DISPLAY").env("DISPLAY", &server.display);
    command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn end(program: Child) -> (Output, String, String) {
    let ran = program.wait_with_output().unwrap();
    let (out, err) =
        (String::from_utf8_lossy(&ran.stdout).into_owned(), String::from_utf8_lossy(&ran.stderr).into_owned());
    (ran, out, err)
}

/// How far a channel may be off: drivers round differently.
const TOLERANCE: u8 = 4;

/// The colour that the triangle has at x, y of -1 to 1, and none outside: mixed of its corners' by their weights.
fn color_at(x: f64, y: f64) -> [f64; 3] {
    // From its top, 0.8 wide and 1.6 high on each side.
    let down = (y + 0.8) / 1.6;
    let (right, left) = ((down + x / 0.8) / 2.0, (down - x / 0.8) / 2.0);
    if down > 1.0 || right < 0.0 || left < 0.0 { [0.1, 0.1, 0.15] } else { [1.0 - down, right, left] }
}

/// Whether a window of this size shows the triangle at every point of a grid, those near its edges aside.
fn shows_the_triangle(pixels: &[Vec<[u8; 3]>], (width, height): (u16, u16)) -> bool {
    if pixels.len() != usize::from(height) || pixels[0].len() != usize::from(width) {
        return false;
    }
    let (mut inside, mut outside) = (0, 0);
    for i in 0..40 {
        for j in 0..40 {
            let (column, row) = (i * usize::from(width) / 40, j * usize::from(height) / 40);
            let place = |at: usize, of: u16| (at as f64 + 0.5) / f64::from(of) * 2.0 - 1.0;
            let (x, y) = (place(column, width), place(row, height));
            let wanted = color_at(x, y);
            let is_background = |color: [f64; 3]| color == color_at(-1.0, -1.0);
            let near = [(-0.03, 0.0), (0.03, 0.0), (0.0, -0.03), (0.0, 0.03)];
            if near.iter().any(|(dx, dy)| is_background(color_at(x + dx, y + dy)) != is_background(wanted)) {
                continue;
            }
            let found = pixels[row][column];
            let fits = |k: usize| (wanted[k] * 255.0).round().max(0.0) as u8;
            if (0..3).any(|k| found[k].abs_diff(fits(k)) > TOLERANCE) {
                return false;
            }
            if is_background(wanted) { outside += 1 } else { inside += 1 }
        }
    }
    assert!(inside > 300 && outside > 300, "{inside} points inside, {outside} outside");
    true
}

#[test]
fn the_triangle_is_in_its_window_and_follows_its_size() {
    let Some(server) = Server::start() else { return };
    // Here first, so that the server does not begin anew when the program goes.
    let user = User::new(&server.display);
    let said = validated("VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT", |layers| {
        look_and_resize(&server, &user, layers);
    });
    assert_eq!(said, "");
    // The log is where the layer writes: it has much to say of practices, of a few frames already.
    let said = validated("VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT", |layers| {
        let (ran, out, err) = end(start(&server, &["--window", "--frames", "3"], layers));
        assert!(ran.status.code() == Some(0), "{out}{err}");
    });
    assert!(said.contains("BestPractices"), "{said:?}");
}

fn look_and_resize(server: &Server, user: &User, layers: &[(&str, &str)]) {
    let program = start(server, &["--window"], layers);
    let window = user.window(TITLE);
    wait_for("the triangle", || shows_the_triangle(&user.pixels(window), (256, 256)).then_some(()));
    for size in [(400, 300), (123, 457), (256, 64)] {
        user.resize(window, u32::from(size.0), u32::from(size.1));
        wait_for("the triangle of another size", || shows_the_triangle(&user.pixels(window), size).then_some(()));
    }
    user.close(window);
    let (ran, out, err) = end(program);
    assert_eq!(ran.status.code(), Some(0), "{err}");
    assert!(err.is_empty(), "{err}");
    assert!(out.ends_with("live handles 0\n") && !out.contains("anew 0 times"), "{out}");
}

#[test]
fn escape_and_a_number_of_frames_end_it_too() {
    let Some(server) = Server::start() else { return };
    let user = User::new(&server.display);
    let program = start(&server, &["--window", "--turn"], &[]);
    let window = user.window(TITLE);
    user.focus(window);
    // Escape, by its code of evdev.
    user.key(1, true);
    user.key(1, false);
    let (ran, out, err) = end(program);
    assert!(ran.status.code() == Some(0) && out.ends_with("live handles 0\n"), "{out}{err}");
    let (ran, out, err) = end(start(&server, &["--window", "--frames", "7"], &[]));
    assert!(ran.status.code() == Some(0) && out.contains("\n7 frames shown"), "{out}{err}");
}

#[test]
fn without_a_display_it_says_so_and_ends_by_itself() {
    let ran = Command::new(env!("CARGO_BIN_EXE_vulkan_triangle"))
        .args(["--window"])
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    let err = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.code() == Some(1) && err.contains("DISPLAY is not set") && err.lines().count() == 1, "{err}");
}

/// A program in C leaves SIGPIPE as it is, and Xlib as it is: neither ends it.
#[test]
fn it_hears_that_its_display_went_away() {
    let Some(mut server) = Server::start() else { return };
    let program = {
        let user = User::new(&server.display);
        let program = start(&server, &["--window"], &[]);
        let window = user.window(TITLE);
        wait_for("the triangle", || shows_the_triangle(&user.pixels(window), (256, 256)).then_some(()));
        server.kill();
        program
    };
    let (ran, _, err) = end(program);
    // By its own sentence, in its own way.
    assert_eq!(ran.status.code(), Some(1), "{:?} {err}", ran.status);
    assert!(err.lines().count() == 1 && err.starts_with("vulkan_triangle: rt_vk_"), "{err}");
    assert!(err.contains("display") || err.contains("surface"), "{err}");
    println!("{err}");
}
