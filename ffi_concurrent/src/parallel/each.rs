//! A body for every index or for ranges of them, and maps.
#![forbid(unsafe_code)]

use super::foreign::{Number, Source, Target};
use crate::sync::Mutex;
use ffi_base::share::{self, Part};
use ffi_base::{Code, Error, Result, error, fail, last_error};

/// What ended a loop early.
struct Ended {
    /// Whose answer it is: "index", say.
    what: &'static str,
    index: i64,
    answer: i64,
    /// The error that this thread had last, where the answer is its code.
    told: Option<String>,
}

impl Ended {
    fn now(what: &'static str, index: i64, answer: i64) -> Ended {
        let told = (answer == last_error::code()).then(last_error::message);
        Ended { what, index, answer, told }
    }

    /// What the row answers: a positive number goes through, a negative one is a failure.
    fn answer(self) -> Result<i64> {
        let Ended { what, index, answer, told } = self;
        if answer > 0 {
            return Ok(answer);
        }
        match (Code::from_number(answer), told) {
            (Some(code), Some(told)) => Err(Error::new(code, format!("{what} {index} ended the loop: {told}"))),
            (Some(code), None) => Err(Error::new(code, format!("{what} {index} ended the loop with {answer}"))),
            _ => Err(error!(
                InvalidArgument,
                "{what} {index} ended the loop with {answer}, which is no code of the library"
            )),
        }
    }
}

/// A part of a loop that its body may end.
struct Endable<'a> {
    what: &'static str,
    first: i64,
    part: &'a Part<'a>,
    ended: &'a Mutex<Option<Ended>>,
}

impl Endable<'_> {
    /// No other item begins. Kept is the answer at the lowest index. Not in line, where it would take the loop's registers.
    #[cold]
    fn end(&self, index: i64, answer: i64) {
        self.part.stop();
        let new = Ended::now(self.what, index, answer);
        let mut ended = self.ended.lock();
        if ended.as_ref().is_none_or(|other| new.index < other.index) {
            *ended = Some(new);
        }
    }
}

/// Shares `count` indices from `first` on. 0 when all ran; else what the body ended the loop with.
fn share_indices(
    what: &'static str,
    first: i64,
    count: i64,
    grain: i64,
    body: impl Fn(&Endable<'_>) + Sync,
) -> Result<i64> {
    let plan = super::plan(super::indices(first, count)?, grain)?;
    let ended: Mutex<Option<Ended>> = Mutex::new(None);
    share::run(plan, |part: &Part<'_>| body(&Endable { what, first, part, ended: &ended }))?;
    ended.into_inner().map_or(Ok(0), Ended::answer)
}

/// Calls `body` for `count` indices from `first` on. 0 when all ran; else what a body answered that was not 0.
pub fn for_each(first: i64, count: i64, grain: i64, body: impl Fn(i64) -> i64 + Copy + Sync) -> Result<i64> {
    share_indices("index", first, count, grain, |own| {
        // Of its own: what lies behind a reference is read again after every call of a function that nobody knows.
        let (first, body) = (own.first, body);
        for i in own.part {
            let index = first + i as i64;
            let answer = body(index);
            if answer != 0 {
                own.end(index, answer);
            }
        }
    })
}

/// The same with `body` called for ranges, from its first index to below its second, which together are all indices.
pub fn for_ranges(first: i64, count: i64, grain: i64, body: impl Fn(i64, i64) -> i64 + Copy + Sync) -> Result<i64> {
    share_indices("the range from", first, count, grain, |own| {
        let Some(range) = own.part.whole() else { return };
        let start = own.first + range.start as i64;
        let answer = body(start, own.first + range.end as i64);
        if answer != 0 {
            own.end(start, answer);
        }
    })
}

/// The same for every number of an array.
pub fn for_each_of<T: Number>(
    data: Source<'_, T>,
    grain: i64,
    body: impl Fn(i64, T) -> i64 + Copy + Sync,
) -> Result<i64> {
    for_each(0, data.len() as i64, grain, move |i| body(i, data.get(i as usize)))
}

/// `out[i] = f(first + i)` for all that fit.
pub fn map(first: i64, out: Target<'_, i64>, grain: i64, f: impl Fn(i64) -> i64 + Copy + Sync) -> Result<()> {
    super::indices(first, out.len() as i64)?;
    fill(out.len(), grain, move |i| out.set(i, f(first + i as i64)))
}

/// `out[i] = f(data[i])`, and how many. In place where both begin at one address.
pub fn map_of<T: Number>(
    data: Source<'_, T>,
    out: Target<'_, T>,
    grain: i64,
    f: impl Fn(T) -> T + Copy + Sync,
) -> Result<i64> {
    out.fits(&data)?;
    fill(data.len(), grain, move |i| out.set(i, f(data.get(i))))?;
    Ok(data.len() as i64)
}

fn fill(count: usize, grain: i64, write: impl Fn(usize) + Copy + Sync) -> Result<()> {
    share::run(super::plan(count, grain)?, |part: &Part<'_>| {
        let own = write;
        for i in part {
            own(i);
        }
    })
}

/// As [`for_each`] for tasks whose number is small and checked by the caller.
pub(super) fn ended(index: i64, answer: i64) -> Result<i64> {
    if answer == 0 {
        fail!(Internal, "nothing ended at index {index}");
    }
    Ended::now("index", index, answer).answer()
}
