//! What a window tells of a user's doings.

use crate::common::{call, count, make, ok, refused, text};
use crate::server::wait_for;
use ffi_base::{Code, last_error};

fn kind(name: &str) -> i64 {
    let full = format!("WINDOW_EVENT_{name}");
    ffi_vulkan::EVENTS.rows.iter().find(|event| event.name == full).unwrap().value
}

fn key(name: &str) -> i64 {
    let full = format!("KEY_{name}");
    ffi_vulkan::KEYS.rows.iter().find(|key| key.name == full).unwrap().value
}

fn window(title: &str, width: i64, height: i64) -> i64 {
    let [at, len] = text(title);
    make("window_create", &[at, len, width, height])
}

/// Polls until an event of this kind is the current one.
#[track_caller]
fn next(window: i64, name: &str) {
    let wanted = kind(name);
    wait_for(name, || (count("window_poll", &[window, 50_000_000]) == wanted).then_some(()));
}

/// Answers that are doubles.
fn number(name: &str, window: i64) -> f64 {
    f64::from_bits(call(name, &[window]) as u64)
}

fn said(name: &str, words: &[i64]) -> String {
    // SAFETY: the row lends a text that ends in NUL.
    let lent = unsafe { std::ffi::CStr::from_ptr(std::ptr::with_exposed_provenance(call(name, words) as usize)) };
    lent.to_str().unwrap().to_owned()
}

#[test]
fn a_window_tells_what_its_user_does() {
    crate::part_on_server("events::hears");
}

#[test]
#[ignore = "run by the test above, on a server"]
fn hears() {
    let (window, user) = (window("one", 320, 200), crate::user());
    let shown = user.window("one");
    assert_eq!(user.size(shown), (320, 200));
    assert_eq!((count("window_width", &[window]), count("window_height", &[window])), (320, 200));
    refused(Code::InvalidArgument, "there is no event", "window_event_key", &[window]);

    user.resize(shown, 400, 300);
    next(window, "RESIZE");
    wait_for("the size", || {
        let size = (count("window_width", &[window]), count("window_height", &[window]));
        if size != (400, 300) {
            count("window_poll", &[window, 50_000_000]);
        }
        (size == (400, 300)).then_some(())
    });

    user.point(shown, 11, 22);
    next(window, "POINTER_MOVE");
    wait_for("the place", || {
        let at = (number("window_event_x_bits", window), number("window_event_y_bits", window));
        (at == (11.0, 22.0) || count("window_poll", &[window, 50_000_000]) < 0).then_some(())
    });
    user.button(1, true);
    next(window, "BUTTON_DOWN");
    assert_eq!(count("window_event_button", &[window]), 1);
    assert_eq!(number("window_event_x_bits", window), 11.0);
    refused(Code::InvalidArgument, "has no key", "window_event_key", &[window]);
    user.button(1, false);
    next(window, "BUTTON_UP");
    user.button(3, true);
    user.button(3, false);
    next(window, "BUTTON_DOWN");
    assert_eq!(count("window_event_button", &[window]), 2, "the right one");
    // X has the wheel as buttons 4 and 5.
    user.button(4, true);
    user.button(4, false);
    next(window, "SCROLL");
    assert!(number("window_event_y_bits", window) > 0.0);

    user.focus(shown);
    next(window, "FOCUS");
    // A and the left shift key, by evdev's codes.
    user.key(42, true);
    next(window, "KEY_DOWN");
    assert_eq!(count("window_event_key", &[window]), key("SHIFT_LEFT"));
    user.key(30, true);
    next(window, "KEY_DOWN");
    assert_eq!(count("window_event_key", &[window]), key("A"));
    assert_eq!(said("window_event_text", &[window]), "A");
    assert_eq!(count("window_event_modifiers", &[window]), 1);
    assert_eq!(call("window_event_repeats", &[window]), 0);
    assert_eq!(call("window_key_down", &[window, key("A")]), 1);
    user.key(30, false);
    user.key(42, false);
    next(window, "KEY_UP");
    assert_eq!(count("window_event_key", &[window]), key("A"));
    assert_eq!(said("window_event_text", &[window]), "");
    next(window, "KEY_UP");
    assert_eq!(call("window_key_down", &[window, key("A")]), 0);
    assert_eq!(call("window_key_down", &[window, key("SHIFT_LEFT")]), 0);
    refused(Code::InvalidArgument, "256 is no key", "window_key_down", &[window, 256]);

    user.close(shown);
    next(window, "CLOSE");
    assert_eq!(user.windows("one").len(), 1, "it stays until it is destroyed");
    ok("window_close", &[window]);
    next(window, "CLOSE");

    let [at, len] = text("eins");
    ok("window_set_title", &[window, at, len]);
    assert_eq!((said("window_title", &[window]), user.windows("eins").len()), ("eins".to_owned(), 1));
    ok("window_set_size", &[window, 500, 100]);
    next(window, "RESIZE");
    wait_for("the new size", || {
        let _ = count("window_poll", &[window, 50_000_000]);
        (count("window_width", &[window]) == 500).then_some(())
    });
    assert_eq!(user.size(shown), (500, 100));

    // A wait keeps its time.
    while count("window_poll", &[window, 0]) > 0 {}
    let clock = std::time::Instant::now();
    assert_eq!(count("window_poll", &[window, 200_000_000]), 0);
    assert!((200..5000).contains(&clock.elapsed().as_millis()), "{:?}", clock.elapsed());

    ok("window_destroy", &[window]);
    assert!(user.windows("eins").is_empty(), "it leaves the screen at once");
    refused(Code::InvalidHandle, "", "window_poll", &[window, 0]);
}

#[test]
fn windows_are_of_their_thread_and_sane() {
    crate::part_on_server("events::refuses");
}

#[test]
#[ignore = "run by the test above, on a server"]
fn refuses() {
    let [at, len] = text("big");
    for (width, height) in [(0, 1), (1, 0), (-1, 1), (16385, 1), (1, i64::MAX), (1 << 32, 1), (i64::MIN, 1)] {
        assert_eq!(call("window_create", &[at, len, width, height]), 0);
        assert_eq!(last_error::code(), Code::InvalidArgument.number(), "{}", last_error::message());
    }
    let [nul, nul_len] = text("a\0b");
    refused(Code::InvalidArgument, "NUL", "window_create", &[nul, nul_len, 10, 10]);
    let (one, two) = (window("one", 100, 100), window("two", 100, 100));
    refused(Code::InvalidArgument, "NUL", "window_set_title", &[one, nul, nul_len]);
    // More than a desktop can be sent at once.
    let endless = "x".repeat(20_000_000);
    let [long, long_len] = text(&endless);
    refused(Code::InvalidArgument, "a title of 20000000 bytes", "window_set_title", &[one, long, long_len]);
    refused(Code::InvalidArgument, "65536 are the most", "window_create", &[long, long_len, 10, 10]);
    ok("window_set_title", &[one, long, 1 << 16]);
    refused(Code::InvalidArgument, "16384", "window_set_size", &[one, 100, 20000]);
    // What happens to one is told to that one.
    let user = crate::user();
    user.close(user.window("two"));
    next(two, "CLOSE");
    while count("window_poll", &[one, 0]) > 0 {
        assert!(call("window_event_key", &[one]) < 0);
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            refused(Code::InvalidArgument, "thread that made it", "window_poll", &[one, 0]);
            refused(Code::InvalidArgument, "thread that made it", "window_width", &[one]);
            refused(Code::InvalidArgument, "thread that made it", "window_destroy", &[one]);
            let [at, len] = text("three");
            refused(Code::Unavailable, "on one thread", "window_create", &[at, len, 10, 10]);
            // A release is a release, on any thread.
            ffi_base::object::free(two).unwrap();
        });
    });
    assert!(user.windows("two").is_empty());
    let mut many = vec![one];
    while many.len() < 64 {
        many.push(window("many", 10, 10));
    }
    refused(Code::Busy, "64 windows", "window_create", &[at, len, 10, 10]);
    many.into_iter().for_each(|window| ok("window_destroy", &[window]));
    ok("window_destroy", &[window("again", 10, 10)]);
    assert!(crate::common::live().iter().all(|count| *count == 0));
}
