//! The desktop's own libraries: looked at before winit loads them, and kept from ending the program.
//!
//! winit may make its loop once in a process, whether that succeeds or not, and panics where a library is missing: so what it needs
//! is tried first. Xlib ends the process when its server goes, unless each display is told otherwise; and writing to a server
//! that went is a SIGPIPE, which ends a C program.
#![allow(unsafe_code)]

use ffi_base::Result;
use raw_window_handle::RawDisplayHandle;

/// What windows are made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A Wayland compositor.
    #[cfg(target_os = "linux")]
    Wayland,
    /// An X server.
    #[cfg(target_os = "linux")]
    X11,
    /// The system's only one.
    #[cfg(not(target_os = "linux"))]
    Native,
}

#[cfg(target_os = "linux")]
pub use linux::{look_again, lost, outlive, probe, quiet};

/// Elsewhere windows need nothing beside the system.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::*;

    pub struct Found {
        pub backend: Backend,
    }

    pub fn probe() -> Result<Found> {
        Ok(Found { backend: Backend::Native })
    }
    pub fn outlive(_: RawDisplayHandle) -> Result<()> {
        Ok(())
    }
    pub fn lost() -> bool {
        false
    }
    pub fn look_again() -> bool {
        false
    }
    pub fn quiet<T>(body: impl FnOnce() -> T) -> T {
        body()
    }
}
#[cfg(not(target_os = "linux"))]
pub use elsewhere::*;

#[cfg(target_os = "linux")]
mod linux {
    use super::*;
    use ffi_base::fail;
    use libloading::Library;
    use std::ffi::{c_char, c_int, c_void};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
    use std::time::Duration;

    const X11_LIBRARIES: [&str; 7] = [
        "libX11.so.6",
        "libX11-xcb.so.1",
        "libxcb.so.1",
        "libXcursor.so.1",
        "libXi.so.6",
        "libxkbcommon.so.0",
        "libxkbcommon-x11.so.0",
    ];
    const WAYLAND_LIBRARIES: [&str; 2] = ["libwayland-client.so.0", "libxkbcommon.so.0"];

    const ATTEMPTS: u32 = 10;
    const BETWEEN: Duration = Duration::from_millis(20);

    type OpenDisplay = unsafe extern "C" fn(*const c_char) -> *mut c_void;
    type CloseDisplay = unsafe extern "C" fn(*mut c_void) -> c_int;
    type Pending = unsafe extern "C" fn(*mut c_void) -> c_int;
    type InitThreads = unsafe extern "C" fn() -> c_int;
    type OnIoError = unsafe extern "C" fn(*mut c_void) -> c_int;
    type OnExit = unsafe extern "C" fn(*mut c_void, *mut c_void);
    type SetIoErrorHandler = unsafe extern "C" fn(Option<OnIoError>) -> Option<OnIoError>;
    type SetExitHandler = unsafe extern "C" fn(*mut c_void, Option<OnExit>, *mut c_void);

    /// The display that windows are on; the handler below tells it from others of the program.
    static DISPLAY: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
    /// What handled errors of other displays before.
    static BEFORE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
    static LOST: AtomicBool = AtomicBool::new(false);

    fn variable(name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// A desktop that answered.
    pub struct Found {
        pub backend: Backend,
        /// An X server may begin anew when its last client goes, and refuse others meanwhile: so this one stays until winit came.
        _client: Option<Client>,
    }

    /// A connection to an X server.
    struct Client {
        display: *mut c_void,
        close: CloseDisplay,
    }

    impl Drop for Client {
        fn drop(&mut self) {
            // SAFETY: opened by `x11_answers` and closed here alone, by Xlib's own function; the library is loaded for good.
            quiet(|| unsafe { (self.close)(self.display) });
        }
    }

    /// Which desktop answers; UNAVAILABLE says what was tried.
    pub fn probe() -> Result<Found> {
        let (wayland, x11) = (variable("WAYLAND_DISPLAY"), variable("DISPLAY"));
        let mut tried = Vec::new();
        if let Some(name) = &wayland {
            match wayland_answers(name) {
                Ok(()) => return Ok(Found { backend: Backend::Wayland, _client: None }),
                Err(why) => tried.push(format!("WAYLAND_DISPLAY={name}: {why}")),
            }
        } else {
            tried.push("WAYLAND_DISPLAY is not set".to_owned());
        }
        if let Some(name) = &x11 {
            match quiet(x11_answers) {
                Ok(client) => return Ok(Found { backend: Backend::X11, _client: Some(client) }),
                Err(why) => tried.push(format!("DISPLAY={name}: {why}")),
            }
        } else {
            tried.push("DISPLAY is not set".to_owned());
        }
        fail!(Unavailable, "no display to make a window on: {}", tried.join(", "))
    }

    fn load(name: &str) -> std::result::Result<Library, String> {
        // SAFETY: these are the desktop's own libraries, whose constructors do nothing that a program could not bear.
        unsafe { Library::new(name) }.map_err(|error| format!("{name} does not load: {error}"))
    }

    fn wayland_answers(name: &str) -> std::result::Result<(), String> {
        for library in WAYLAND_LIBRARIES {
            std::mem::forget(load(library)?);
        }
        let mut path = PathBuf::from(variable("XDG_RUNTIME_DIR").unwrap_or_default());
        path.push(name);
        std::os::unix::net::UnixStream::connect(&path)
            .map(drop)
            .map_err(|error| format!("no compositor at {}: {error}", path.display()))
    }

    fn x11_answers() -> std::result::Result<Client, String> {
        for library in X11_LIBRARIES {
            // Kept, since handlers are set in them.
            std::mem::forget(load(library)?);
        }
        let xlib = load(X11_LIBRARIES[0])?;
        // SAFETY: these are Xlib's functions with their types of C. Threads are told of before anything else is asked.
        unsafe {
            let missing = |error: libloading::Error| error.to_string();
            let init = xlib.get::<InitThreads>(b"XInitThreads").map_err(missing)?;
            let open = xlib.get::<OpenDisplay>(b"XOpenDisplay").map_err(missing)?;
            let close = xlib.get::<CloseDisplay>(b"XCloseDisplay").map_err(missing)?;
            if xlib.get::<SetExitHandler>(b"XSetIOErrorExitHandler").is_err() {
                return Err("libX11 is older than 1.7, and would end the program when the display goes".to_owned());
            }
            init();
            // A server that begins anew refuses for a moment: looking for Vulkan's devices may have made and closed a connection.
            for attempt in 0..ATTEMPTS {
                let display = open(std::ptr::null());
                if !display.is_null() {
                    return Ok(Client { display, close: *close });
                }
                if attempt + 1 < ATTEMPTS {
                    std::thread::sleep(BETWEEN);
                }
            }
            Err("no X server answers".to_owned())
        }
    }

    /// Keeps Xlib from ending the process when the server of this display goes.
    pub fn outlive(display: RawDisplayHandle) -> Result<()> {
        let RawDisplayHandle::Xlib(handle) = display else { return Ok(()) };
        let Some(pointer) = handle.display else { fail!(Internal, "the X display has no address") };
        let xlib = load(X11_LIBRARIES[0]).map_err(|why| ffi_base::error!(Unavailable, "{why}"))?;
        // SAFETY: Xlib's functions with their types of C; the library stays, since `probe` loaded it for good; the display is
        // open as long as the process lives.
        unsafe {
            let missing = |error: libloading::Error| ffi_base::error!(Unavailable, "{error}");
            let on_exit = xlib.get::<SetExitHandler>(b"XSetIOErrorExitHandler").map_err(missing)?;
            let on_error = xlib.get::<SetIoErrorHandler>(b"XSetIOErrorHandler").map_err(missing)?;
            DISPLAY.store(pointer.as_ptr(), Ordering::Release);
            on_exit(pointer.as_ptr(), Some(went), std::ptr::null_mut());
            if let Some(before) = on_error(Some(failed)) {
                BEFORE.store(before as *mut c_void, Ordering::Release);
            }
        }
        Ok(())
    }

    /// Whether the X server went.
    pub fn lost() -> bool {
        LOST.load(Ordering::Acquire)
    }

    /// The same, after listening for the server.
    pub fn look_again() -> bool {
        let display = DISPLAY.load(Ordering::Acquire);
        if display.is_null() || lost() {
            return lost();
        }
        let Ok(xlib) = load(X11_LIBRARIES[0]) else { return false };
        // SAFETY: Xlib's function with its type of C; the display is open as long as the process lives, and its failure is
        // survived, by `outlive`.
        quiet(|| unsafe {
            // Reads what is there and sends nothing: of a request to a server that is gone Xlib prints a line.
            if let Ok(pending) = xlib.get::<Pending>(b"XPending") {
                pending(display);
            }
        });
        lost()
    }

    /// Xlib's first call after a failure: our display's is remembered in silence, others' go where they went before.
    unsafe extern "C" fn failed(display: *mut c_void) -> c_int {
        if display == DISPLAY.load(Ordering::Acquire) {
            LOST.store(true, Ordering::Release);
            return 0;
        }
        let before = BEFORE.load(Ordering::Acquire);
        if before.is_null() {
            return 0;
        }
        // SAFETY: stored by `outlive` from Xlib's own answer; the display is the one that Xlib called with.
        unsafe { std::mem::transmute::<*mut c_void, OnIoError>(before)(display) }
    }

    /// Xlib's second, which ends the process by default: the display stays as it is and refuses everything.
    unsafe extern "C" fn went(_display: *mut c_void, _data: *mut c_void) {
        LOST.store(true, Ordering::Release);
    }

    /// Runs what may write to the server with SIGPIPE held back from this thread, and from threads that it starts.
    pub fn quiet<T>(body: impl FnOnce() -> T) -> T {
        let _held = HeldBack::new();
        body()
    }

    struct HeldBack {
        before: libc::sigset_t,
        /// Blocked or waiting already: then it is the program's own.
        leave: bool,
    }

    fn pipe_alone() -> libc::sigset_t {
        // SAFETY: a set of signals is plain words, and written whole by `sigemptyset`.
        unsafe {
            let mut set = std::mem::zeroed();
            libc::sigemptyset(&mut set);
            libc::sigaddset(&mut set, libc::SIGPIPE);
            set
        }
    }

    fn is_waiting() -> bool {
        // SAFETY: as above.
        unsafe {
            let mut waiting = std::mem::zeroed();
            libc::sigpending(&mut waiting) == 0 && libc::sigismember(&waiting, libc::SIGPIPE) == 1
        }
    }

    impl HeldBack {
        fn new() -> HeldBack {
            let leave = is_waiting();
            // SAFETY: as above; the mask is this thread's own.
            unsafe {
                let mut before = std::mem::zeroed();
                libc::pthread_sigmask(libc::SIG_BLOCK, &pipe_alone(), &mut before);
                HeldBack { before, leave }
            }
        }
    }

    impl Drop for HeldBack {
        fn drop(&mut self) {
            // SAFETY: as above. What came meanwhile is taken, unless one waited before: signals do not count.
            unsafe {
                if !self.leave && is_waiting() {
                    let now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
                    libc::sigtimedwait(&pipe_alone(), std::ptr::null_mut(), &now);
                }
                libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, std::ptr::null_mut());
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_broken_pipe_inside_is_silent_and_leaves_the_mask_as_it_was() {
            quiet(|| {
                // SAFETY: a signal to this thread alone, which holds it back.
                unsafe { libc::pthread_kill(libc::pthread_self(), libc::SIGPIPE) };
                assert!(is_waiting());
            });
            assert!(!is_waiting());
        }
    }
}
