//! Events of a window as a program asks for them: one at a time, in order, each with its numbers.
#![forbid(unsafe_code)]

use crate::input::{EventKind, number_of};
use std::collections::VecDeque;
use winit::event::{ElementState, MouseButton, MouseScrollDelta, WindowEvent};
use winit::keyboard::ModifiersState;

/// What happened. Numbers that do not belong to the kind are 0.
#[derive(Clone, Debug)]
pub struct Event {
    pub kind: EventKind,
    /// Of a size: width and height. Of the pointer: where it is. Of the wheel: lines.
    pub x: f64,
    pub y: f64,
    pub key: i64,
    pub repeats: bool,
    pub button: i64,
    /// 1 shift, 2 control, 4 alt, 8 super.
    pub modifiers: i64,
    /// What a key types.
    pub text: String,
}

/// A program that does not ask loses the oldest.
const MOST_KEPT: usize = 1024;

/// A wheel that reports pixels is taken to move so many a line.
const PIXELS_A_LINE: f64 = 20.0;

/// What a window has to tell, and what is known of it.
#[derive(Default)]
pub struct Inbox {
    waiting: VecDeque<Event>,
    /// The one that the program looks at.
    pub current: Option<Event>,
    pub width: u32,
    pub height: u32,
    pointer: (f64, f64),
    modifiers: i64,
    keys: [u64; 4],
}

impl Inbox {
    pub fn new(width: u32, height: u32) -> Inbox {
        Inbox { width, height, ..Inbox::default() }
    }

    /// Makes the oldest event the current one.
    pub fn next(&mut self) -> Option<EventKind> {
        self.current = self.waiting.pop_front();
        self.current.as_ref().map(|event| event.kind)
    }

    pub fn is_down(&self, key: usize) -> bool {
        self.keys[key / 64] >> (key % 64) & 1 == 1
    }

    fn event(&self, kind: EventKind) -> Event {
        let (x, y) = self.pointer;
        Event { kind, x, y, key: 0, repeats: false, button: 0, modifiers: self.modifiers, text: String::new() }
    }

    fn push(&mut self, event: Event) {
        let only_the_last_counts = [EventKind::Resize, EventKind::Redraw, EventKind::PointerMove, EventKind::Close];
        match self.waiting.back_mut() {
            Some(last) if last.kind == event.kind && only_the_last_counts.contains(&event.kind) => *last = event,
            _ => {
                if self.waiting.len() >= MOST_KEPT {
                    self.waiting.pop_front();
                }
                self.waiting.push_back(event);
            }
        }
    }

    /// Somebody asked for the window to be closed.
    pub fn close(&mut self) {
        self.push(self.event(EventKind::Close));
    }

    /// Its size is told when it changed.
    pub fn resize(&mut self, width: u32, height: u32) {
        if (self.width, self.height) == (width, height) {
            return;
        }
        (self.width, self.height) = (width, height);
        self.push(Event { x: f64::from(width), y: f64::from(height), ..self.event(EventKind::Resize) });
    }

    /// Takes in what the desktop says.
    pub fn hear(&mut self, said: WindowEvent) {
        match said {
            WindowEvent::CloseRequested => self.close(),
            WindowEvent::Resized(size) => self.resize(size.width, size.height),
            WindowEvent::RedrawRequested => self.push(self.event(EventKind::Redraw)),
            WindowEvent::Focused(true) => self.push(self.event(EventKind::Focus)),
            WindowEvent::Focused(false) => {
                (self.keys, self.modifiers) = ([0; 4], 0);
                self.push(self.event(EventKind::Blur));
            }
            WindowEvent::ModifiersChanged(now) => self.modifiers = bits(now.state()),
            // Those held down when the window gets the focus are not pressed then.
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. } => {
                let key = number_of(event.physical_key);
                let down = event.state == ElementState::Pressed;
                let at = key as usize;
                if down {
                    self.keys[at / 64] |= 1 << (at % 64);
                } else {
                    self.keys[at / 64] &= !(1 << (at % 64));
                }
                let kind = if down { EventKind::KeyDown } else { EventKind::KeyUp };
                let text = event.text.filter(|_| down).map(|text| text.to_string()).unwrap_or_default();
                self.push(Event { key, repeats: event.repeat, text, ..self.event(kind) });
            }
            WindowEvent::CursorMoved { position, .. } => {
                self.pointer = (position.x, position.y);
                self.push(self.event(EventKind::PointerMove));
            }
            WindowEvent::CursorEntered { .. } => self.push(self.event(EventKind::PointerEnter)),
            WindowEvent::CursorLeft { .. } => self.push(self.event(EventKind::PointerLeave)),
            WindowEvent::MouseInput { state, button, .. } => {
                let down = state == ElementState::Pressed;
                let kind = if down { EventKind::ButtonDown } else { EventKind::ButtonUp };
                self.push(Event { button: number_of_button(button), ..self.event(kind) });
            }
            WindowEvent::MouseWheel { delta, .. } => {
                let (x, y) = match delta {
                    MouseScrollDelta::LineDelta(x, y) => (f64::from(x), f64::from(y)),
                    MouseScrollDelta::PixelDelta(by) => (by.x / PIXELS_A_LINE, by.y / PIXELS_A_LINE),
                };
                self.push(Event { x, y, ..self.event(EventKind::Scroll) });
            }
            _ => {}
        }
    }
}

fn bits(state: ModifiersState) -> i64 {
    i64::from(state.shift_key())
        | i64::from(state.control_key()) << 1
        | i64::from(state.alt_key()) << 2
        | i64::from(state.super_key()) << 3
}

fn number_of_button(button: MouseButton) -> i64 {
    match button {
        MouseButton::Left => 1,
        MouseButton::Right => 2,
        MouseButton::Middle => 3,
        MouseButton::Back => 4,
        MouseButton::Forward => 5,
        MouseButton::Other(number) => i64::from(number).max(6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use winit::dpi::PhysicalSize;

    #[test]
    fn events_come_in_order_and_the_last_size_counts() {
        let mut inbox = Inbox::new(10, 10);
        inbox.hear(WindowEvent::Resized(PhysicalSize::new(10, 10)));
        inbox.hear(WindowEvent::Resized(PhysicalSize::new(20, 10)));
        inbox.hear(WindowEvent::Resized(PhysicalSize::new(30, 40)));
        inbox.hear(WindowEvent::CloseRequested);
        assert_eq!(inbox.next(), Some(EventKind::Resize));
        let size = inbox.current.as_ref().map(|event| (event.x, event.y));
        assert_eq!((size, inbox.width, inbox.height), (Some((30.0, 40.0)), 30, 40));
        assert_eq!(inbox.next(), Some(EventKind::Close));
        assert_eq!(inbox.next(), None);
        assert!(inbox.current.is_none());
    }

    #[test]
    fn a_program_that_never_asks_keeps_the_newest() {
        let mut inbox = Inbox::new(1, 1);
        for _ in 0..3000 {
            inbox.hear(WindowEvent::Focused(true));
            inbox.hear(WindowEvent::Focused(false));
        }
        inbox.close();
        let kinds: Vec<_> = std::iter::from_fn(|| inbox.next()).collect();
        assert_eq!(kinds.len(), MOST_KEPT);
        assert_eq!(kinds.last(), Some(&EventKind::Close));
    }
}
