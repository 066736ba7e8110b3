//! The desktop as the process has it: one loop of events, made by the first window and kept for the thread that made it.
#![forbid(unsafe_code)]

use super::window::Window;
use crate::objects::raw::desktop::system::{self as desktop, Backend};
use ffi_base::process::ForkMutex;
use ffi_base::{Error, Result, error, fail, guard_callback, process};
use raw_window_handle::HasDisplayHandle;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Weak;
use std::time::Duration;
use winit::application::ApplicationHandler;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, EventLoop};
use winit::platform::pump_events::{EventLoopExtPumpEvents, PumpStatus};
use winit::window::{WindowAttributes, WindowId};

/// Whose the loop is.
enum Owner {
    Nobody,
    /// A thread's, since so many forks.
    Thread(u32),
    /// winit tries once in a process.
    Failed(String),
}

static OWNER: ForkMutex<Owner> = ForkMutex::new(Owner::Nobody);

thread_local! {
    /// The loop, where this is its thread. Lives as long as the process: another could not be made, and ending it at the end of a
    /// thread could panic there.
    static DISPLAY: Cell<Option<&'static Display>> = const { Cell::new(None) };
}

/// The loop of events with the windows that hear of them.
pub struct Display {
    events: RefCell<EventLoop<()>>,
    windows: RefCell<HashMap<WindowId, Weak<Window>>>,
}

/// One turn of the loop: hands events out, and makes a window, which can be done inside alone.
struct Turn<'a> {
    windows: &'a HashMap<WindowId, Weak<Window>>,
    wanted: Option<WindowAttributes>,
    made: Option<Result<winit::window::Window>>,
}

impl ApplicationHandler for Turn<'_> {
    fn resumed(&mut self, _: &ActiveEventLoop) {}

    fn window_event(&mut self, _: &ActiveEventLoop, id: WindowId, event: WindowEvent) {
        if let Some(window) = self.windows.get(&id).and_then(Weak::upgrade) {
            window.hear(event);
        }
    }

    fn about_to_wait(&mut self, events: &ActiveEventLoop) {
        if let Some(wanted) = self.wanted.take() {
            let made = events.create_window(wanted);
            self.made = Some(made.map_err(|why| error!(Unavailable, "the desktop makes no window: {why}")));
        }
    }
}

impl Display {
    /// This thread's loop, made now where the process has none.
    pub fn get() -> Result<&'static Display> {
        if let Some(display) = DISPLAY.get() {
            display.check()?;
            return Ok(display);
        }
        let mut owner = OWNER.lock();
        match &*owner {
            Owner::Nobody => {}
            Owner::Thread(forks) if *forks != process::forks() => {
                fail!(Unavailable, "windows were made before this process was forked");
            }
            Owner::Thread(..) => {
                fail!(Unavailable, "windows are made on one thread of a process, and another made the first");
            }
            Owner::Failed(why) => fail!(Unavailable, "the desktop refused this process once, which is final: {why}"),
        }
        let found = desktop::probe()?;
        // Should it panic, this stays.
        *owner = Owner::Failed("making the loop of events ended in a panic".to_owned());
        let events = ask(|| new_loop(found.backend))?.map_err(|why| {
            *owner = Owner::Failed(why.to_string());
            error!(Unavailable, "the desktop refuses: {why}")
        })?;
        let handle = events.display_handle().map_err(|why| error!(Unavailable, "no display: {why}"))?;
        desktop::outlive(handle.as_raw())?;
        drop(found);
        let display = Display { events: RefCell::new(events), windows: RefCell::default() };
        let display: &'static Display = Box::leak(Box::new(display));
        *owner = Owner::Thread(process::forks());
        DISPLAY.set(Some(display));
        Ok(display)
    }

    /// Refuses when the desktop went away.
    fn check(&self) -> Result<()> {
        if !matches!(&*OWNER.lock(), Owner::Thread(forks) if *forks == process::forks()) {
            fail!(Unavailable, "windows were made before this process was forked");
        }
        if desktop::lost() { Err(gone()) } else { Ok(()) }
    }

    /// Hears what the desktop says; waits so long for the first of it, and for ever for none.
    pub fn pump(&self, wait: Option<Duration>) -> Result<()> {
        self.turn(wait, None).map(|_| ())
    }

    /// Makes a window.
    pub fn make(&self, wanted: WindowAttributes) -> Result<winit::window::Window> {
        let made = self.turn(Some(Duration::ZERO), Some(wanted))?;
        made.unwrap_or_else(|| fail!(Internal, "the loop made a turn without making the window"))
    }

    fn turn(
        &self,
        wait: Option<Duration>,
        wanted: Option<WindowAttributes>,
    ) -> Result<Option<Result<winit::window::Window>>> {
        self.check()?;
        let (Ok(mut events), Ok(mut windows)) = (self.events.try_borrow_mut(), self.windows.try_borrow_mut()) else {
            fail!(Busy, "this thread is inside its loop of events");
        };
        windows.retain(|_, window| window.strong_count() > 0);
        let mut turn = Turn { windows: &windows, wanted, made: None };
        let status = ask(|| events.pump_app_events(wait, &mut turn))?;
        self.check()?;
        if let PumpStatus::Exit(code) = status {
            fail!(Unavailable, "the loop of events ended with {code}");
        }
        Ok(turn.made)
    }

    /// Hands a window's events to it from now on.
    pub fn add(&self, id: WindowId, window: Weak<Window>) {
        self.windows.borrow_mut().insert(id, window);
    }

    /// How many windows there are.
    pub fn count(&self) -> usize {
        self.windows.borrow().values().filter(|window| window.strong_count() > 0).count()
    }
}

fn gone() -> Error {
    error!(Unavailable, "the display server went away; a process finds none other after that")
}

/// Asks the desktop something. winit panics where its server is gone.
pub fn ask<T>(body: impl FnOnce() -> T) -> Result<T> {
    guard_callback(|| Ok(desktop::quiet(body))).map_err(|why| if desktop::look_again() { gone() } else { why })
}

#[cfg(target_os = "linux")]
fn new_loop(backend: Backend) -> std::result::Result<EventLoop<()>, winit::error::EventLoopError> {
    use winit::platform::wayland::EventLoopBuilderExtWayland as Wayland;
    use winit::platform::x11::EventLoopBuilderExtX11 as X11;
    let mut builder = EventLoop::builder();
    match backend {
        Backend::Wayland => Wayland::with_any_thread(Wayland::with_wayland(&mut builder), true),
        Backend::X11 => X11::with_any_thread(X11::with_x11(&mut builder), true),
    };
    builder.build()
}

#[cfg(windows)]
fn new_loop(_: Backend) -> std::result::Result<EventLoop<()>, winit::error::EventLoopError> {
    use winit::platform::windows::EventLoopBuilderExtWindows;
    EventLoop::builder().with_any_thread(true).build()
}

#[cfg(not(any(windows, target_os = "linux")))]
fn new_loop(_: Backend) -> std::result::Result<EventLoop<()>, winit::error::EventLoopError> {
    EventLoop::builder().build()
}
