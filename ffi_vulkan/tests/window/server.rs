//! An X server without a screen, and what a user does at one: looking, pressing, resizing, closing.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    Atom, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, ImageFormat, InputFocus, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// Longer than any step takes on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks again and again until there is an answer.
#[track_caller]
pub fn wait_for<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let clock = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(clock.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A server of this test alone, on a display number that nobody has.
pub struct Server {
    process: Child,
    pub display: String,
}

impl Server {
    /// `None`, said aloud, where Xvfb is not installed; a failure where it is demanded.
    pub fn start() -> Option<Server> {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        // Servers that look for a number by themselves take one another's when they start at once.
        for _ in 0..100 {
            let number = 100 + (std::process::id() * 16 + STARTED.fetch_add(1, Ordering::Relaxed)) % 30_000;
            let display = format!(":{number}");
            let mut command = Command::new("Xvfb");
            command.args([&*display, "-displayfd", "1", "-screen", "0", "800x600x24", "-nolisten", "tcp"]);
            let mut process = match command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn() {
                Ok(process) => process,
                Err(why) => {
                    let required = std::env::var("FFI_REQUIRE").unwrap_or_default();
                    let required = required.split(',').any(|name| name == "vulkan");
                    assert!(!required, "FFI_REQUIRE asks for vulkan, whose windows need Xvfb: {why}");
                    eprintln!("SKIPPED: no Xvfb: {why}");
                    return None;
                }
            };
            // It tells its number when it is ready, and nothing when somebody has that.
            let mut line = String::new();
            BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
            let server = Server { process, display };
            if line.trim() == number.to_string() {
                return Some(server);
            }
        }
        panic!("Xvfb is there and does not start");
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// Ends it as if it had crashed.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Somebody at the server.
pub struct User {
    server: RustConnection,
    root: Window,
}

impl User {
    pub fn new(display: &str) -> User {
        let (server, screen) = x11rb::connect(Some(display)).unwrap();
        let root = server.setup().roots[screen].root;
        User { server, root }
    }

    fn atom(&self, name: &str) -> Atom {
        self.server.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    pub fn title(&self, window: Window) -> String {
        let (name, text) = (self.atom("_NET_WM_NAME"), self.atom("UTF8_STRING"));
        let property = self.server.get_property(false, window, name, text, 0, 1024).unwrap().reply();
        property.map(|found| String::from_utf8(found.value).unwrap()).unwrap_or_default()
    }

    /// The windows on the screen with this title.
    pub fn windows(&self, title: &str) -> Vec<Window> {
        let all = self.server.query_tree(self.root).unwrap().reply().unwrap().children;
        let shown = |window: &Window| {
            let attributes = self.server.get_window_attributes(*window).unwrap().reply();
            attributes.is_ok_and(|found| found.map_state == x11rb::protocol::xproto::MapState::VIEWABLE)
        };
        all.into_iter().filter(|window| shown(window) && self.title(*window) == title).collect()
    }

    /// The one window with this title, when it is there.
    #[track_caller]
    pub fn window(&self, title: &str) -> Window {
        wait_for(title, || self.windows(title).first().copied())
    }

    pub fn size(&self, window: Window) -> (u16, u16) {
        let found = self.server.get_geometry(window).unwrap().reply().unwrap();
        (found.width, found.height)
    }

    pub fn resize(&self, window: Window, width: u32, height: u32) {
        let size = ConfigureWindowAux::new().width(width).height(height);
        self.server.configure_window(window, &size).unwrap().check().unwrap();
    }

    /// Asks for the window to be closed, as a window manager does.
    pub fn close(&self, window: Window) {
        let data = [self.atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let event = ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS"), data);
        self.server.send_event(false, window, EventMask::NO_EVENT, event).unwrap().check().unwrap();
    }

    /// Gives the window the keyboard.
    pub fn focus(&self, window: Window) {
        let focused = self.server.set_input_focus(InputFocus::PARENT, window, x11rb::CURRENT_TIME).unwrap();
        focused.check().unwrap();
    }

    fn fake(&self, kind: u8, detail: u8, x: i16, y: i16) {
        self.server.xtest_fake_input(kind, detail, 0, self.root, x, y, 0).unwrap().check().unwrap();
    }

    /// A key by its code of evdev, down or up.
    pub fn key(&self, evdev: u8, down: bool) {
        self.fake(if down { 2 } else { 3 }, evdev + 8, 0, 0);
    }

    /// A button of the pointer, down or up.
    pub fn button(&self, number: u8, down: bool) {
        self.fake(if down { 4 } else { 5 }, number, 0, 0);
    }

    /// The pointer to a place inside a window.
    pub fn point(&self, window: Window, x: i16, y: i16) {
        let at = self.server.translate_coordinates(window, self.root, x, y).unwrap().reply().unwrap();
        self.fake(6, 0, at.dst_x, at.dst_y);
    }

    /// The colours of a window from the screen, red, green and blue, by row and column.
    pub fn pixels(&self, window: Window) -> Vec<Vec<[u8; 3]>> {
        let (width, height) = self.size(window);
        let image =
            self.server.get_image(ImageFormat::Z_PIXMAP, window, 0, 0, width, height, !0).unwrap().reply().unwrap();
        let row = |row: &[u8]| row.chunks_exact(4).map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        image.data.chunks_exact(usize::from(width) * 4).map(row).collect()
    }

    /// Everything asked for is done.
    pub fn settle(&self) {
        self.server.sync().unwrap();
    }
}
