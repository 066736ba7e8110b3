//! What comes from a window, in numbers: kinds of events, and keys as the USB HID tables number them. Tables alone.
#![forbid(unsafe_code)]

use ffi_base::constant::{Constant, Constants};

macro_rules! events {
    ($( $event:ident = $number:literal, $name:literal, $doc:literal; )*) => {
        /// What happened to a window.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(not(feature = "window"), allow(dead_code, reason = "only its numbers are told"))]
        pub enum EventKind { $( #[doc = $doc] $event = $number, )* }

        /// Kinds of events, as the header has them.
        pub const EVENTS: Constants = Constants {
            about: "What happened to a window, as rt_vk_window_poll() tells it; 0 is nothing.",
            rows: &[ $( Constant { name: concat!("WINDOW_EVENT_", $name), value: $number, doc: $doc } ),* ],
        };
    };
}

events! {
    Close = 1, "CLOSE", "somebody wants the window closed; it stays until it is destroyed";
    Resize = 2, "RESIZE", "it has another size; 0 by 0 when minimised, on some desktops";
    Redraw = 3, "REDRAW", "what it shows is damaged; draw it again";
    Focus = 4, "FOCUS", "keys go to it from now on";
    Blur = 5, "BLUR", "keys go elsewhere from now on; those held down count as let go";
    KeyDown = 6, "KEY_DOWN", "a key went down, or repeats";
    KeyUp = 7, "KEY_UP", "a key went up";
    PointerMove = 8, "POINTER_MOVE", "the pointer is at x, y";
    PointerEnter = 9, "POINTER_ENTER", "the pointer came in";
    PointerLeave = 10, "POINTER_LEAVE", "the pointer left";
    ButtonDown = 11, "BUTTON_DOWN", "a button of the pointer went down";
    ButtonUp = 12, "BUTTON_UP", "a button of the pointer went up";
    Scroll = 13, "SCROLL", "the wheel turned by x, y lines; y grows away from the user";
}

macro_rules! keys {
    ($( $code:ident = $number:literal, $name:literal, $doc:literal; )*) => {
        /// Keys by their place on the keyboard, as the header has them.
        pub const KEYS: Constants = Constants {
            about: "Keys by their place on the keyboard, named as on a US one: the numbers of the USB HID keyboard page.",
            rows: &[ $( Constant { name: concat!("KEY_", $name), value: $number, doc: $doc } ),* ],
        };

        /// The number of a key, 0 for one that the table does not have.
        #[cfg(feature = "window")]
        pub fn number_of(key: winit::keyboard::PhysicalKey) -> i64 {
            use winit::keyboard::{KeyCode, PhysicalKey};
            match key { $( PhysicalKey::Code(KeyCode::$code) => $number, )* _ => 0 }
        }
    };
}

keys! {
    KeyA = 4, "A", "where A is on a US keyboard, as all keys here";
    KeyB = 5, "B", "";
    KeyC = 6, "C", "";
    KeyD = 7, "D", "";
    KeyE = 8, "E", "";
    KeyF = 9, "F", "";
    KeyG = 10, "G", "";
    KeyH = 11, "H", "";
    KeyI = 12, "I", "";
    KeyJ = 13, "J", "";
    KeyK = 14, "K", "";
    KeyL = 15, "L", "";
    KeyM = 16, "M", "";
    KeyN = 17, "N", "";
    KeyO = 18, "O", "";
    KeyP = 19, "P", "";
    KeyQ = 20, "Q", "";
    KeyR = 21, "R", "";
    KeyS = 22, "S", "";
    KeyT = 23, "T", "";
    KeyU = 24, "U", "";
    KeyV = 25, "V", "";
    KeyW = 26, "W", "";
    KeyX = 27, "X", "";
    KeyY = 28, "Y", "";
    KeyZ = 29, "Z", "";
    Digit1 = 30, "1", "above the letters";
    Digit2 = 31, "2", "";
    Digit3 = 32, "3", "";
    Digit4 = 33, "4", "";
    Digit5 = 34, "5", "";
    Digit6 = 35, "6", "";
    Digit7 = 36, "7", "";
    Digit8 = 37, "8", "";
    Digit9 = 38, "9", "";
    Digit0 = 39, "0", "";
    Enter = 40, "ENTER", "";
    Escape = 41, "ESCAPE", "";
    Backspace = 42, "BACKSPACE", "";
    Tab = 43, "TAB", "";
    Space = 44, "SPACE", "";
    Minus = 45, "MINUS", "";
    Equal = 46, "EQUAL", "";
    BracketLeft = 47, "BRACKET_LEFT", "";
    BracketRight = 48, "BRACKET_RIGHT", "";
    Backslash = 49, "BACKSLASH", "";
    Semicolon = 51, "SEMICOLON", "";
    Quote = 52, "QUOTE", "";
    Backquote = 53, "BACKQUOTE", "";
    Comma = 54, "COMMA", "";
    Period = 55, "PERIOD", "";
    Slash = 56, "SLASH", "";
    CapsLock = 57, "CAPS_LOCK", "";
    F1 = 58, "F1", "";
    F2 = 59, "F2", "";
    F3 = 60, "F3", "";
    F4 = 61, "F4", "";
    F5 = 62, "F5", "";
    F6 = 63, "F6", "";
    F7 = 64, "F7", "";
    F8 = 65, "F8", "";
    F9 = 66, "F9", "";
    F10 = 67, "F10", "";
    F11 = 68, "F11", "";
    F12 = 69, "F12", "";
    PrintScreen = 70, "PRINT_SCREEN", "";
    ScrollLock = 71, "SCROLL_LOCK", "";
    Pause = 72, "PAUSE", "";
    Insert = 73, "INSERT", "";
    Home = 74, "HOME", "";
    PageUp = 75, "PAGE_UP", "";
    Delete = 76, "DELETE", "";
    End = 77, "END", "";
    PageDown = 78, "PAGE_DOWN", "";
    ArrowRight = 79, "RIGHT", "";
    ArrowLeft = 80, "LEFT", "";
    ArrowDown = 81, "DOWN", "";
    ArrowUp = 82, "UP", "";
    NumLock = 83, "NUM_LOCK", "";
    NumpadDivide = 84, "NUMPAD_DIVIDE", "";
    NumpadMultiply = 85, "NUMPAD_MULTIPLY", "";
    NumpadSubtract = 86, "NUMPAD_SUBTRACT", "";
    NumpadAdd = 87, "NUMPAD_ADD", "";
    NumpadEnter = 88, "NUMPAD_ENTER", "";
    Numpad1 = 89, "NUMPAD_1", "";
    Numpad2 = 90, "NUMPAD_2", "";
    Numpad3 = 91, "NUMPAD_3", "";
    Numpad4 = 92, "NUMPAD_4", "";
    Numpad5 = 93, "NUMPAD_5", "";
    Numpad6 = 94, "NUMPAD_6", "";
    Numpad7 = 95, "NUMPAD_7", "";
    Numpad8 = 96, "NUMPAD_8", "";
    Numpad9 = 97, "NUMPAD_9", "";
    Numpad0 = 98, "NUMPAD_0", "";
    NumpadDecimal = 99, "NUMPAD_DECIMAL", "";
    IntlBackslash = 100, "INTL_BACKSLASH", "beside the left shift key";
    ContextMenu = 101, "MENU", "";
    Power = 102, "POWER", "";
    NumpadEqual = 103, "NUMPAD_EQUAL", "";
    F13 = 104, "F13", "";
    F14 = 105, "F14", "";
    F15 = 106, "F15", "";
    F16 = 107, "F16", "";
    F17 = 108, "F17", "";
    F18 = 109, "F18", "";
    F19 = 110, "F19", "";
    F20 = 111, "F20", "";
    F21 = 112, "F21", "";
    F22 = 113, "F22", "";
    F23 = 114, "F23", "";
    F24 = 115, "F24", "";
    Help = 117, "HELP", "";
    Again = 121, "AGAIN", "";
    Undo = 122, "UNDO", "";
    Cut = 123, "CUT", "";
    Copy = 124, "COPY", "";
    Paste = 125, "PASTE", "";
    Find = 126, "FIND", "";
    AudioVolumeMute = 127, "MUTE", "";
    AudioVolumeUp = 128, "VOLUME_UP", "";
    AudioVolumeDown = 129, "VOLUME_DOWN", "";
    NumpadComma = 133, "NUMPAD_COMMA", "";
    IntlRo = 135, "INTL_RO", "";
    KanaMode = 136, "KANA", "";
    IntlYen = 137, "INTL_YEN", "";
    Convert = 138, "CONVERT", "";
    NonConvert = 139, "NON_CONVERT", "";
    Lang1 = 144, "LANG_1", "";
    Lang2 = 145, "LANG_2", "";
    ControlLeft = 224, "CONTROL_LEFT", "";
    ShiftLeft = 225, "SHIFT_LEFT", "";
    AltLeft = 226, "ALT_LEFT", "";
    SuperLeft = 227, "SUPER_LEFT", "Windows, Command or Meta";
    ControlRight = 228, "CONTROL_RIGHT", "";
    ShiftRight = 229, "SHIFT_RIGHT", "";
    AltRight = 230, "ALT_RIGHT", "";
    SuperRight = 231, "SUPER_RIGHT", "";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_are_unique_and_small() {
        for table in [EVENTS.rows, KEYS.rows] {
            for (at, one) in table.iter().enumerate() {
                assert!((1..256).contains(&one.value), "{}", one.name);
                assert!(
                    table[..at].iter().all(|other| other.value != one.value && other.name != one.name),
                    "{}",
                    one.name
                );
            }
        }
    }
}
