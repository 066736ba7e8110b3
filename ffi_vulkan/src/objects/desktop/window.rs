//! A window: what a program sees and hears of it, on the thread that made it.
#![forbid(unsafe_code)]

use super::display::{Display, ask};
use super::events::{Event, Inbox};
use crate::input::EventKind;
use crate::objects::raw::desktop::system as desktop;
use crate::objects::{lock, small};
use ffi_base::{Result, TextOut, error, fail};
use std::sync::{Arc, Mutex};
use std::thread::ThreadId;
use std::time::{Duration, Instant};
use winit::dpi::PhysicalSize;
use winit::event::WindowEvent;
use winit::window::WindowAttributes;

/// Larger than any screen, and less than the desktop's protocols can say.
const LONGEST_SIDE: u32 = 16384;

/// Bytes of a title: longer ones no desktop shows, and none is made to be sent them.
const LONGEST_TITLE: usize = 1 << 16;

/// A program that opens more has lost count.
const MOST_WINDOWS: usize = 64;

/// A window.
pub struct Window {
    /// Taken out when dropped.
    raw: Option<winit::window::Window>,
    thread: ThreadId,
    forks: u32,
    inbox: Mutex<Inbox>,
    title: Mutex<String>,
}

type W = Arc<Window>;

fn check_title(title: &str) -> Result<()> {
    if title.contains('\0') {
        fail!(InvalidArgument, "the title holds a NUL");
    }
    if title.len() > LONGEST_TITLE {
        fail!(InvalidArgument, "a title of {} bytes; {LONGEST_TITLE} are the most", title.len());
    }
    Ok(())
}

fn check_size(width: i64, height: i64) -> Result<PhysicalSize<u32>> {
    let (w, h) = (small("width", width)?, small("height", height)?);
    if !(1..=LONGEST_SIDE).contains(&w) || !(1..=LONGEST_SIDE).contains(&h) {
        fail!(InvalidArgument, "{w} by {h} pixels; a window has 1 to {LONGEST_SIDE} each way");
    }
    Ok(PhysicalSize::new(w, h))
}

/// Makes a window and shows it.
pub fn create(title: &str, width: i64, height: i64) -> Result<W> {
    check_title(title)?;
    let size = check_size(width, height)?;
    let display = Display::get()?;
    if display.count() >= MOST_WINDOWS {
        fail!(Busy, "{MOST_WINDOWS} windows are open");
    }
    let raw = display.make(WindowAttributes::default().with_title(title).with_inner_size(size))?;
    let (id, size) = (raw.id(), ask(|| raw.inner_size())?);
    let window = Arc::new(Window {
        raw: Some(raw),
        thread: std::thread::current().id(),
        forks: ffi_base::process::forks(),
        inbox: Mutex::new(Inbox::new(size.width, size.height)),
        title: Mutex::new(title.to_owned()),
    });
    display.add(id, Arc::downgrade(&window));
    Ok(window)
}

impl Window {
    /// Refuses on other threads than the one that made it.
    pub fn check(&self) -> Result<()> {
        if std::thread::current().id() != self.thread {
            fail!(InvalidArgument, "the window belongs to the thread that made it; call from there");
        }
        Ok(())
    }

    /// The desktop's window, on its thread, while the desktop is there.
    pub fn raw(&self) -> Result<&winit::window::Window> {
        self.check()?;
        Display::get()?;
        self.raw.as_ref().ok_or_else(|| error!(Internal, "the window is gone"))
    }

    /// Its size as far as it was heard; on any thread.
    pub fn size(&self) -> (u32, u32) {
        let inbox = lock(&self.inbox);
        (inbox.width, inbox.height)
    }

    pub fn hear(&self, event: WindowEvent) {
        lock(&self.inbox).hear(event);
    }

    /// What the program looks at, if it is of these kinds.
    fn current<T>(&self, what: &str, kinds: &[EventKind], read: impl FnOnce(&Event) -> T) -> Result<T> {
        self.check()?;
        match &lock(&self.inbox).current {
            Some(event) if kinds.contains(&event.kind) => Ok(read(event)),
            Some(event) => fail!(InvalidArgument, "the event is {:?}, which has no {what}", event.kind),
            None => fail!(InvalidArgument, "there is no event; rt_vk_window_poll answers more than 0 when there is"),
        }
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let raw = self.raw.take();
        // A forked child shares the connection, and without a server nothing is left to end.
        if self.forks != ffi_base::process::forks() || desktop::lost() {
            std::mem::forget(raw);
            return;
        }
        // Ending it is told to the server at some later time, hiding it now.
        let _ = ask(|| {
            if let Some(raw) = &raw {
                raw.set_visible(false);
            }
            drop(raw);
        });
    }
}

// The rows of a window.

/// The kind of the next event; 0 when none came in time.
pub fn poll(window: &W, timeout_ns: i64) -> Result<i64> {
    window.check()?;
    let display = Display::get()?;
    let until = u64::try_from(timeout_ns).ok().map(|wait| Instant::now().checked_add(Duration::from_nanos(wait)));
    // What came already is heard before anything is handed out, so that a size is the newest.
    display.pump(Some(Duration::ZERO))?;
    loop {
        if let Some(kind) = lock(&window.inbox).next() {
            return Ok(kind as i64);
        }
        let left = match until {
            // Less than nothing, or further away than the clock goes.
            None | Some(None) => None,
            Some(Some(until)) => match until.checked_duration_since(Instant::now()) {
                Some(left) if !left.is_zero() => Some(left),
                _ => return Ok(0),
            },
        };
        display.pump(left)?;
    }
}

const WITH_PLACE: &[EventKind] = &[
    EventKind::Resize,
    EventKind::PointerMove,
    EventKind::PointerEnter,
    EventKind::PointerLeave,
    EventKind::ButtonDown,
    EventKind::ButtonUp,
    EventKind::Scroll,
];
const KEYS: &[EventKind] = &[EventKind::KeyDown, EventKind::KeyUp];
const BUTTONS: &[EventKind] = &[EventKind::ButtonDown, EventKind::ButtonUp];
const PRESSES: &[EventKind] =
    &[EventKind::KeyDown, EventKind::KeyUp, EventKind::ButtonDown, EventKind::ButtonUp, EventKind::Scroll];

pub fn event_x(window: &W) -> Result<f64> {
    window.current("place", WITH_PLACE, |event| event.x)
}
pub fn event_y(window: &W) -> Result<f64> {
    window.current("place", WITH_PLACE, |event| event.y)
}
pub fn event_key(window: &W) -> Result<i64> {
    window.current("key", KEYS, |event| event.key)
}
pub fn event_repeats(window: &W) -> Result<bool> {
    window.current("key", KEYS, |event| event.repeats)
}
pub fn event_text(window: &W) -> Result<TextOut> {
    // A NUL would end it for C.
    window.current("key", KEYS, |event| event.text.replace('\0', "").into())
}
pub fn event_button(window: &W) -> Result<i64> {
    window.current("button", BUTTONS, |event| event.button)
}
pub fn event_modifiers(window: &W) -> Result<i64> {
    window.current("modifiers", PRESSES, |event| event.modifiers)
}

pub fn width(window: &W) -> Result<i64> {
    window.check()?;
    Ok(i64::from(window.size().0))
}
pub fn height(window: &W) -> Result<i64> {
    window.check()?;
    Ok(i64::from(window.size().1))
}

pub fn key_down(window: &W, key: i64) -> Result<bool> {
    window.check()?;
    match usize::try_from(key) {
        Ok(key @ 1..256) => Ok(lock(&window.inbox).is_down(key)),
        _ => fail!(InvalidArgument, "{key} is no key; they are in 1..256, as RT_KEY_A"),
    }
}

/// Asks for another size; the desktop decides, and tells by an event.
pub fn set_size(window: &W, width: i64, height: i64) -> Result<()> {
    let size = check_size(width, height)?;
    let raw = window.raw()?;
    // Where the desktop obeys at once it may not tell.
    if let Some(now) = ask(|| raw.request_inner_size(size))? {
        lock(&window.inbox).resize(now.width, now.height);
    }
    Ok(())
}

pub fn title(window: &W) -> Result<TextOut> {
    window.check()?;
    Ok(lock(&window.title).clone().into())
}

pub fn set_title(window: &W, title: &str) -> Result<()> {
    check_title(title)?;
    let raw = window.raw()?;
    ask(|| raw.set_title(title))?;
    *lock(&window.title) = title.to_owned();
    Ok(())
}

/// As if somebody had asked for it at the desktop.
pub fn close(window: &W) -> Result<()> {
    window.check()?;
    lock(&window.inbox).close();
    Ok(())
}

/// The window leaves the screen; what surfaces need of it stays with them.
pub fn destroy(handle: i64) -> Result<()> {
    if handle != 0 {
        let window = ffi_base::object::borrow::<crate::rows::VkWindowKind>(handle)?;
        window.check()?;
        // Surfaces may hold it, or other handles.
        if let Ok(raw) = window.raw() {
            ask(|| raw.set_visible(false))?;
        }
    }
    ffi_base::object::free(handle)
}
