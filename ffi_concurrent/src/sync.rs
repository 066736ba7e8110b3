//! The lock and the condition of [`Monitor`](crate::monitor::Monitor). The standard ones, which keep no list of waiters in common that a
//! forked child could find locked; loom's under the model checker; parking_lot's under ThreadSanitizer (`--cfg tsan`), which sees into those,
//! but not into the standard library.

#[cfg(not(any(loom, tsan)))]
mod real {
    use std::sync::{self, MutexGuard, PoisonError};
    use std::time::Instant;

    pub struct Mutex<T>(sync::Mutex<T>);
    pub struct Condition(sync::Condvar);
    pub type Guard<'a, T> = MutexGuard<'a, T>;

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Mutex<T> {
            Mutex(sync::Mutex::new(value))
        }
        pub fn lock(&self) -> Guard<'_, T> {
            // Nothing that runs under it leaves a state half changed.
            self.0.lock().unwrap_or_else(PoisonError::into_inner)
        }
        pub fn into_inner(self) -> T {
            self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
        }
    }

    impl Condition {
        pub fn new() -> Condition {
            Condition(sync::Condvar::new())
        }
        /// With false when the time is over. Without an end, waits until told.
        pub fn wait<'a, T>(&self, guard: Guard<'a, T>, until: Option<Instant>) -> (Guard<'a, T>, bool) {
            let Some(until) = until else {
                return (self.0.wait(guard).unwrap_or_else(PoisonError::into_inner), true);
            };
            let left = until.saturating_duration_since(Instant::now());
            let (guard, waited) = self.0.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner);
            (guard, !waited.timed_out())
        }
        pub fn tell_all(&self) {
            self.0.notify_all();
        }
    }
}

#[cfg(tsan)]
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
        pub fn into_inner(self) -> T {
            self.0.into_inner()
        }
    }

    impl Condition {
        pub fn new() -> Condition {
            Condition(parking_lot::Condvar::new())
        }
        pub fn wait<'a, T>(&self, mut guard: Guard<'a, T>, until: Option<Instant>) -> (Guard<'a, T>, bool) {
            match until {
                Some(until) => {
                    let in_time = !self.0.wait_until(&mut guard, until).timed_out();
                    (guard, in_time)
                }
                None => {
                    self.0.wait(&mut guard);
                    (guard, true)
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
    use std::time::Instant;

    pub struct Mutex<T>(loom::sync::Mutex<T>);
    pub struct Condition(loom::sync::Condvar);
    pub type Guard<'a, T> = loom::sync::MutexGuard<'a, T>;

    impl<T> Mutex<T> {
        pub fn new(value: T) -> Mutex<T> {
            Mutex(loom::sync::Mutex::new(value))
        }
        pub fn lock(&self) -> Guard<'_, T> {
            self.0.lock().unwrap()
        }
        pub fn into_inner(self) -> T {
            self.0.into_inner().unwrap()
        }
    }

    impl Condition {
        pub fn new() -> Condition {
            Condition(loom::sync::Condvar::new())
        }
        /// Time does not pass in a model: one that waits with an end finds it over at once.
        pub fn wait<'a, T>(&self, guard: Guard<'a, T>, until: Option<Instant>) -> (Guard<'a, T>, bool) {
            if until.is_some() { (guard, false) } else { (self.0.wait(guard).unwrap(), true) }
        }
        pub fn tell_all(&self) {
            self.0.notify_all();
        }
    }
}

pub(crate) use real::{Condition, Mutex};
