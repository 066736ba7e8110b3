//! Text lent to the caller: sixteen slots a thread, so that two results can stand in one `printf`.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};

/// How many texts a thread may hold at once before the first is overwritten.
pub const LENT: usize = 16;

/// A text on its way out.
#[derive(Debug)]
pub enum TextOut {
    /// Lives as long as the process.
    Static(&'static CStr),
    /// Lent until the sixteenth next text on this thread.
    Lent(String),
}

impl From<String> for TextOut {
    fn from(text: String) -> TextOut {
        TextOut::Lent(text)
    }
}

impl From<&'static CStr> for TextOut {
    fn from(text: &'static CStr) -> TextOut {
        TextOut::Static(text)
    }
}

struct Ring {
    slots: [CString; LENT],
    next: usize,
}

thread_local! {
    static RING: RefCell<Ring> = RefCell::new(Ring::new());
}

impl Ring {
    fn new() -> Ring {
        Ring { slots: std::array::from_fn(|_| CString::default()), next: 0 }
    }
}

/// Runs what may lend texts of its own, as the log callback does, while those lent so far stay as they are: one of them may
/// be the result of the very call that is ending.
pub(crate) fn keeping_lent(body: impl FnOnce()) {
    let kept = RING.try_with(|ring| ring.replace(Ring::new())).ok();
    body();
    if let Some(kept) = kept {
        let _ = RING.try_with(|ring| ring.replace(kept));
    }
}

impl TextOut {
    /// The bytes, without a NUL.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            TextOut::Static(text) => text.to_bytes(),
            TextOut::Lent(text) => text.as_bytes(),
        }
    }

    /// Hands it to the calling thread's ring. A thread that tears down its locals gets the empty text.
    pub(crate) fn lend(self) -> *const c_char {
        let text = match self {
            TextOut::Static(text) => return text.as_ptr(),
            TextOut::Lent(text) => text,
        };
        // A NUL inside would cut the text short for a C reader.
        let text = CString::new(text.replace('\0', "\u{fffd}")).unwrap_or_default();
        let lent = RING.try_with(|ring| {
            let mut ring = ring.borrow_mut();
            let at = ring.next;
            ring.next = (at + 1) % LENT;
            ring.slots[at] = text;
            ring.slots[at].as_ptr()
        });
        lent.unwrap_or(c"".as_ptr())
    }

    /// Copies it into a buffer in the manner of `snprintf`: cut at a character where it does not fit, always NUL-terminated
    /// when the buffer has room for anything. Returns the whole length without the NUL.
    pub fn copy_to(&self, buffer: crate::OutSlice<'_, u8>) -> i64 {
        let bytes = self.as_bytes();
        if let Some(room) = buffer.capacity().checked_sub(1) {
            let mut end = bytes.len().min(room);
            while end > 0 && end < bytes.len() && bytes[end] & 0xC0 == 0x80 {
                end -= 1;
            }
            let mut out = bytes[..end].to_vec();
            out.push(0);
            buffer.write(&out);
        }
        bytes.len() as i64
    }
}

/// A noun with its article: "a tensor", "an optimizer".
pub fn with_article(noun: &str) -> String {
    let vowel = noun.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lent_text_survives_fifteen_more() {
        let first = TextOut::from("first".to_owned()).lend();
        for i in 1..LENT {
            TextOut::from(format!("{i}")).lend();
        }
        // SAFETY: lent to this thread and not yet overwritten, which is what the test is about.
        assert_eq!(unsafe { CStr::from_ptr(first) }, c"first");
    }
}
