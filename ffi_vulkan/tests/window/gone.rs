//! Displays that are not there, and one that goes away.

use crate::common::{call, make, refused, text};
use crate::server::Server;
use ffi_base::{Code, last_error};
use std::process::Command;

#[test]
fn without_a_display_the_message_says_what_was_tried() {
    crate::part("gone::none", &[("WORDS", "WAYLAND_DISPLAY is not set, DISPLAY is not set")]);
    crate::part("gone::none", &[("DISPLAY", ":999"), ("WORDS", "DISPLAY=:999: no X server answers")]);
    crate::part(
        "gone::none",
        &[("WAYLAND_DISPLAY", "no-such"), ("XDG_RUNTIME_DIR", "/nowhere"), ("WORDS", "/nowhere/no-such")],
    );
}

#[test]
#[ignore = "run by the test above, with other surroundings"]
fn none() {
    let [at, len] = text("nowhere");
    // Again and again: asking is not final.
    for _ in 0..2 {
        refused(Code::Unavailable, &std::env::var("WORDS").unwrap(), "window_create", &[at, len, 100, 100]);
    }
    println!("{}", last_error::message());
}

/// A display that comes up later is found.
#[test]
fn a_display_may_come_later() {
    crate::part("gone::later", &[]);
}

#[test]
#[ignore = "run by the test above, without a display"]
fn later() {
    let [at, len] = text("later");
    refused(Code::Unavailable, "DISPLAY is not set", "window_create", &[at, len, 100, 100]);
    let Some(server) = Server::start() else { return };
    // SAFETY: no other thread of this process looks at the surroundings.
    unsafe { std::env::set_var("DISPLAY", &server.display) };
    let window = make("window_create", &[at, len, 100, 100]);
    assert_eq!(call("window_destroy", &[window]), 0);
}

/// Xlib would end the process, and SIGPIPE a program that leaves it as it is.
#[test]
fn a_program_outlives_its_display() {
    for what in ["poll", "title", "create", "destroy", "wait"] {
        crate::part("gone::goes_away", &[("WHAT", what)]);
    }
}

#[test]
#[ignore = "run by the test above, without a display"]
fn goes_away() {
    let Some(mut server) = Server::start() else { return };
    // SAFETY: no other thread of this process looks at the surroundings; Rust ignores SIGPIPE where C programs do not.
    unsafe {
        std::env::set_var("DISPLAY", &server.display);
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
    let [at, len] = text("alone");
    let window = make("window_create", &[at, len, 100, 100]);
    assert!(call("window_poll", &[window, 0]) >= 0);
    let what = std::env::var("WHAT").unwrap();
    if what == "wait" {
        // It goes while the program waits for ever.
        let pid = server.pid();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(300));
            Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
        });
        while call("window_poll", &[window, -1]) >= 0 {}
        assert_eq!(last_error::code(), Code::Unavailable.number(), "{}", last_error::message());
        killer.join().unwrap();
    }
    server.kill();
    let went = "the display server went away";
    match &*what {
        "poll" => {
            // What came before may be told first.
            while call("window_poll", &[window, 1_000_000]) >= 0 {}
            refused(Code::Unavailable, went, "window_poll", &[window, -1]);
        }
        "title" => {
            let mut answer = 0;
            for _ in 0..10 {
                answer = call("window_set_title", &[window, at, len]);
            }
            assert_eq!(answer, Code::Unavailable.number(), "{}", last_error::message());
        }
        "create" => refused(Code::Unavailable, went, "window_create", &[at, len, 100, 100]),
        _ => {}
    }
    // Getters know what they knew, and everything can be freed.
    assert_eq!(call("window_width", &[window]), 100);
    if what == "destroy" {
        assert_eq!(ffi_base::object::free(window).map_err(|why| why.text().to_owned()), Ok(()));
    } else {
        assert_eq!(call("window_destroy", &[window]), 0, "{}", last_error::message());
    }
    println!("outlived");
}
