//! The rows of windows and of what happens to them.
#![forbid(unsafe_code)]

use super::VkWindowKind;
#[cfg(feature = "window")]
use crate::objects::window;
use ffi_base::{Bool, Count, Freed, Handle, Status, Text, exports};

type W = Handle<VkWindowKind>;

exports! { ROWS, "Vulkan: windows (feature window)", "rt_vk_";
    /// A window of so many pixels inside its frame, 1 to 16384 each way, shown at once; 64 at most are open. It belongs to the calling
    /// thread: rows of windows refuse others. The first thread of a process that makes one is the only one that can, and on macOS it
    /// is the main thread. UNAVAILABLE names what was tried where there is no display; when the display goes away later, everything
    /// about windows answers so, the program goes on, and only a new process finds a display again.
    #[feature = "window"]
    fn window_create(title & len: Text, width: i64, height: i64) -> W => window::create;
    /// Frees a window's handle; the window leaves the screen. A surface of it stays valid, and keeps what it needs.
    #[feature = "window"]
    fn window_destroy(window: Freed<VkWindowKind>) -> Status => window::destroy;
    /// Takes the next event of the window and answers its kind, RT_WINDOW_EVENT_CLOSE or its like; 0 when none came in so many
    /// nanoseconds. 0 only looks, less than 0 waits for ever. Rows of events below tell of the event until the next poll. Poll all
    /// windows often: between polls a desktop takes a program for hung, and of more than 1024 events that wait the oldest are lost.
    #[feature = "window"]
    #[mode(Blocking)]
    fn window_poll(window: W, timeout_ns: i64) -> Count => window::poll;
    /// Of RESIZE its width, of SCROLL lines across, of the pointer's events where it is, in pixels from the left. INVALID_ARGUMENT
    /// for events that have none, as in the rows below.
    #[feature = "window"]
    #[twins(bits)]
    fn window_event_x(window: W) -> f64 => window::event_x;
    /// Of RESIZE its height, of SCROLL lines, of the pointer's events where it is, in pixels from the top.
    #[feature = "window"]
    #[twins(bits)]
    fn window_event_y(window: W) -> f64 => window::event_y;
    /// Of KEY_DOWN and KEY_UP the key, by its place on the keyboard: RT_KEY_A is where a US keyboard has A. These are the numbers of
    /// the USB HID keyboard page; 0 is a key that has none.
    #[feature = "window"]
    fn window_event_key(window: W) -> Count => window::event_key;
    /// Of KEY_DOWN, whether the key was down before and repeats.
    #[feature = "window"]
    fn window_event_repeats(window: W) -> Bool => window::event_repeats;
    /// Of KEY_DOWN, what the key types with the user's keyboard layout; empty for keys that type nothing.
    #[feature = "window"]
    #[twins(copy)]
    fn window_event_text(window: W) -> Text => window::event_text;
    /// Of BUTTON_DOWN and BUTTON_UP the button: 1 left, 2 right, 3 middle, 4 back, 5 forward, others from 6 on.
    #[feature = "window"]
    fn window_event_button(window: W) -> Count => window::event_button;
    /// Of keys, buttons and SCROLL, the modifiers that were down: the sum of 1 shift, 2 control, 4 alt, 8 super.
    #[feature = "window"]
    fn window_event_modifiers(window: W) -> Count => window::event_modifiers;
    /// Whether a key, RT_KEY_A or its like, is down as far as events were polled.
    #[feature = "window"]
    fn window_key_down(window: W, key: i64) -> Bool => window::key_down;
    /// Its width in pixels as far as the last poll heard; 0 when minimised, on some desktops.
    #[feature = "window"]
    fn window_width(window: W) -> Count => window::width;
    /// Its height in pixels as far as the last poll heard; 0 when minimised, on some desktops.
    #[feature = "window"]
    fn window_height(window: W) -> Count => window::height;
    /// Asks for another size. The desktop decides; what it decided comes as an event.
    #[feature = "window"]
    fn window_set_size(window: W, width: i64, height: i64) -> Status => window::set_size;
    /// Its title, as the program set it.
    #[feature = "window"]
    #[twins(copy)]
    fn window_title(window: W) -> Text => window::title;
    /// Changes its title.
    #[feature = "window"]
    fn window_set_title(window: W, title & len: Text) -> Status => window::set_title;
    /// Sends it RT_WINDOW_EVENT_CLOSE, as the desktop does when somebody wants it closed: for a program's own way to quit.
    #[feature = "window"]
    fn window_close(window: W) -> Status => window::close;
}
