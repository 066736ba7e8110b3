//! The lock and the condition of [`Monitor`](crate::monitor::Monitor): parking_lot's, or loom's under the model checker.

#[cfg(not(loom))]
mod real {
    use std::time::Instant;

    pub struct Mutex<T>(parking_lot::Mutex<T>);
    pub struct Condition(parking_lot::Condvar);
    pub type Guard<'a, T> = parking_lot::MutexGuard<'a, T>;

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Mutex<T> {
            Mutex(parking_lot::Mutex::new(value))
        }
        pub fn lock(&self) -> Guard<'_, T> {
            self.0.lock()
        }
    }

    impl Condition {
        pub fn new() -> Condition {
            Condition(parking_lot::Condvar::new())
        }
        /// False when the time is over. Without an end, waits until told.
        pub fn wait<T>(&self, guard: &mut Guard<'_, T>, until: Option<Instant>) -> bool {
            match until {
                Some(until) => !self.0.wait_until(guard, until).timed_out(),
                None => {
                    self.0.wait(guard);
                    true
                }
            }
        }
        pub fn tell_all(&self) {
            self.0.notify_all();
        }
    }
}

#[cfg(loom)]
mod real {
    use std::ops::{Deref, DerefMut};
    use std::time::Instant;

    pub struct Mutex<T>(loom::sync::Mutex<T>);
    pub struct Condition(loom::sync::Condvar);
    /// Empty only inside of a wait.
    pub struct Guard<'a, T>(Option<loom::sync::MutexGuard<'a, T>>);

    impl<T> Deref for Guard<'_, T> {
        type Target = T;
        fn deref(&self) -> &T {
            self.0.as_ref().unwrap()
        }
    }
    impl<T> DerefMut for Guard<'_, T> {
        fn deref_mut(&mut self) -> &mut T {
            self.0.as_mut().unwrap()
        }
    }

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Mutex<T> {
            Mutex(loom::sync::Mutex::new(value))
        }
        pub fn lock(&self) -> Guard<'_, T> {
            Guard(Some(self.0.lock().unwrap()))
        }
    }

    impl Condition {
        pub fn new() -> Condition {
            Condition(loom::sync::Condvar::new())
        }
        /// Time does not pass in a model: one that waits with an end finds it over at once.
        pub fn wait<T>(&self, guard: &mut Guard<'_, T>, until: Option<Instant>) -> bool {
            if until.is_some() {
                return false;
            }
            let held = guard.0.take().unwrap();
            guard.0 = Some(self.0.wait(held).unwrap());
            true
        }
        pub fn tell_all(&self) {
            self.0.notify_all();
        }
    }
}

pub(crate) use real::{Condition, Mutex};
