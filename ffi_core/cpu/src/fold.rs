//! What reductions gather with: one type per operator and element type, and the vector loops over them.
#![forbid(unsafe_code)]

use crate::level::{self, Task};
use crate::plain::{Bit, NO, Plain, YES};
use std::marker::PhantomData;

/// A way to gather numbers. `join` is associative but for rounding.
pub trait Fold: Send + Sync {
    /// What is read.
    type In: Plain;
    /// What it gathers in.
    type Acc: Plain + PartialEq;
    /// Of no numbers.
    const EMPTY: Self::Acc;
    /// Of one number.
    fn lift(value: Self::In) -> Self::Acc;
    /// Of two parts, the earlier first.
    fn join(a: Self::Acc, b: Self::Acc) -> Self::Acc;
}

/// Adds.
pub struct Sum<I, A>(PhantomData<(I, A)>);
/// Multiplies.
pub struct Prod<I, A>(PhantomData<(I, A)>);
/// The largest, NaN if any is.
pub struct Max<I>(PhantomData<I>);
/// The smallest, NaN if any is.
pub struct Min<I>(PhantomData<I>);
/// 1 where any is not 0.
pub struct Any<I>(PhantomData<I>);
/// 1 where none is 0.
pub struct All<I>(PhantomData<I>);

macro_rules! sums {
    ($($in:ty, $acc:ty, |$v:ident| $lift:expr, $zero:expr, $one:expr, |$a:ident, $b:ident| $add:expr, $mul:expr;)*) => {$(
        impl Fold for Sum<$in, $acc> {
            type In = $in;
            type Acc = $acc;
            const EMPTY: $acc = $zero;
            #[inline(always)]
            fn lift($v: $in) -> $acc { $lift }
            #[inline(always)]
            fn join($a: $acc, $b: $acc) -> $acc { $add }
        }
        impl Fold for Prod<$in, $acc> {
            type In = $in;
            type Acc = $acc;
            const EMPTY: $acc = $one;
            #[inline(always)]
            fn lift($v: $in) -> $acc { $lift }
            #[inline(always)]
            fn join($a: $acc, $b: $acc) -> $acc { $mul }
        }
    )*};
}
sums! {
    f64, f64, |v| v, 0.0, 1.0, |a, b| a + b, a * b;
    f32, f32, |v| v, 0.0, 1.0, |a, b| a + b, a * b;
    i64, i64, |v| v, 0, 1, |a, b| a.wrapping_add(b), a.wrapping_mul(b);
    i32, i64, |v| i64::from(v), 0, 1, |a, b| a.wrapping_add(b), a.wrapping_mul(b);
    u8, i64, |v| i64::from(v), 0, 1, |a, b| a.wrapping_add(b), a.wrapping_mul(b);
    Bit, i64, |v| i64::from(v.truth()), 0, 1, |a, b| a.wrapping_add(b), a.wrapping_mul(b);
}

macro_rules! extremes {
    ($($type:ty, |$v:ident| $lift:expr, $low:expr, $high:expr;)*) => {$(
        #[allow(clippy::eq_op)]
        impl Fold for Max<$type> {
            type In = $type;
            type Acc = $type;
            const EMPTY: $type = $low;
            #[inline(always)]
            fn lift($v: $type) -> $type { $lift }
            // A NaN differs from itself, and stays whichever side it is on.
            #[inline(always)]
            fn join(a: $type, b: $type) -> $type { if (a > b) | (a != a) { a } else { b } }
        }
        #[allow(clippy::eq_op)]
        impl Fold for Min<$type> {
            type In = $type;
            type Acc = $type;
            const EMPTY: $type = $high;
            #[inline(always)]
            fn lift($v: $type) -> $type { $lift }
            #[inline(always)]
            fn join(a: $type, b: $type) -> $type { if (a < b) | (a != a) { a } else { b } }
        }
    )*};
}
extremes! {
    f64, |v| v, f64::NEG_INFINITY, f64::INFINITY;
    f32, |v| v, f32::NEG_INFINITY, f32::INFINITY;
    i64, |v| v, i64::MIN, i64::MAX;
    i32, |v| v, i32::MIN, i32::MAX;
    u8, |v| v, u8::MIN, u8::MAX;
    Bit, |v| v.settled(), NO, YES;
}

impl<I: Plain + PartialEq> Fold for Any<I> {
    type In = I;
    type Acc = u8;
    const EMPTY: u8 = 0;
    #[inline(always)]
    fn lift(value: I) -> u8 {
        u8::from(value != I::default())
    }
    #[inline(always)]
    fn join(a: u8, b: u8) -> u8 {
        a | b
    }
}

impl<I: Plain + PartialEq> Fold for All<I> {
    type In = I;
    type Acc = u8;
    const EMPTY: u8 = 1;
    #[inline(always)]
    fn lift(value: I) -> u8 {
        u8::from(value != I::default())
    }
    #[inline(always)]
    fn join(a: u8, b: u8) -> u8 {
        a & b
    }
}

/// Accumulators side by side: enough to keep four of the widest vectors of f32 in flight.
const LANES: usize = 64;

struct Block<'a, F: Fold>(&'a [F::In]);

impl<F: Fold> Task for Block<'_, F> {
    type Output = F::Acc;
    #[inline(always)]
    fn run<const FMA: bool>(self) -> F::Acc {
        let mut lanes = [F::EMPTY; LANES];
        let (whole, rest) = self.0.as_chunks::<LANES>();
        for chunk in whole {
            for (lane, value) in lanes.iter_mut().zip(chunk) {
                *lane = F::join(*lane, F::lift(*value));
            }
        }
        for (lane, value) in lanes.iter_mut().zip(rest) {
            *lane = F::join(*lane, F::lift(*value));
        }
        let mut width = LANES / 2;
        while width > 0 {
            for i in 0..width {
                lanes[i] = F::join(lanes[i], lanes[i + width]);
            }
            width /= 2;
        }
        lanes[0]
    }
}

/// Gathers a block.
#[inline]
pub fn block<F: Fold>(values: &[F::In]) -> F::Acc {
    if values.len() < LANES {
        return values.iter().fold(F::EMPTY, |acc, value| F::join(acc, F::lift(*value)));
    }
    level::run(Block::<F>(values))
}

struct Rows<'a, F: Fold> {
    acc: &'a mut [F::Acc],
    rows: [&'a [F::In]; 4],
}

impl<F: Fold> Task for Rows<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        let [a, b, c, d] = self.rows;
        for ((((acc, a), b), c), d) in self.acc.iter_mut().zip(a).zip(b).zip(c).zip(d) {
            let two = F::join(F::join(*acc, F::lift(*a)), F::lift(*b));
            *acc = F::join(F::join(two, F::lift(*c)), F::lift(*d));
        }
    }
}

struct Row<'a, F: Fold> {
    acc: &'a mut [F::Acc],
    row: &'a [F::In],
}

impl<F: Fold> Task for Row<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        for (acc, value) in self.acc.iter_mut().zip(self.row) {
            *acc = F::join(*acc, F::lift(*value));
        }
    }
}

/// Gathers each column of a row into its accumulator.
#[inline]
pub fn row<F: Fold>(acc: &mut [F::Acc], row: &[F::In]) {
    level::run(Row::<F> { acc, row });
}

/// The same for four rows in their order: the accumulators are loaded and stored once.
#[inline]
pub fn four_rows<F: Fold>(acc: &mut [F::Acc], rows: [&[F::In]; 4]) {
    level::run(Rows::<F> { acc, rows });
}

struct Place<'a, F: Fold>(&'a [F::In], F::Acc);

impl<F: Fold<In = <F as Fold>::Acc>> Task for Place<'_, F> {
    type Output = usize;
    #[inline(always)]
    #[allow(clippy::eq_op)]
    fn run<const FMA: bool>(self) -> usize {
        let Place(values, wanted) = self;
        let is_it = |value: &F::In| (*value == wanted) | ((wanted != wanted) & (*value != *value));
        // Without an early end a chunk is a few vectors; only the chunk that holds it is searched one by one.
        let found = |chunk: &[F::In]| chunk.iter().fold(false, |any, value| any | is_it(value));
        let chunk = values.chunks(LANES).position(found).unwrap_or(0) * LANES;
        chunk + values[chunk..].iter().position(is_it).unwrap_or(0)
    }
}

/// The first place of a value, of a NaN for NaN; 0 where there is none.
#[inline]
pub fn place<F: Fold<In = <F as Fold>::Acc>>(values: &[F::In], wanted: F::Acc) -> usize {
    level::run(Place::<F>(values, wanted))
}

/// Whether a later extreme replaces an earlier one: it is strictly better, or the first NaN.
#[inline(always)]
#[allow(clippy::eq_op)]
pub fn better<F: Fold>(earlier: F::Acc, later: F::Acc) -> bool {
    let joined = F::join(earlier, later);
    (earlier == earlier) & (joined != earlier)
}

struct RowPositions<'a, F: Fold> {
    extremes: &'a mut [F::Acc],
    places: &'a mut [u32],
    row: &'a [F::Acc],
    number: u32,
}

impl<F: Fold> Task for RowPositions<'_, F> {
    type Output = ();
    #[inline(always)]
    fn run<const FMA: bool>(self) {
        for ((extreme, place), value) in self.extremes.iter_mut().zip(self.places).zip(self.row) {
            let wins = better::<F>(*extreme, *value);
            *place = if wins { self.number } else { *place };
            *extreme = if wins { *value } else { *extreme };
        }
    }
}

/// Compares each column of row `number` (as wide as most numbers, so that both move in vectors of one length) with the extreme so far, and notes where it wins.
#[inline]
pub fn row_positions<F: Fold>(extremes: &mut [F::Acc], places: &mut [u32], row: &[F::Acc], number: u32) {
    level::run(RowPositions::<F> { extremes, places, row, number });
}

/// Parts joined pairwise as they come: part i waits until as many parts lie beside it, so that no rounding error sees more
/// than the logarithm of their count.
pub struct Pairwise<F: Fold> {
    waiting: [F::Acc; usize::BITS as usize],
    count: usize,
}

impl<F: Fold> Pairwise<F> {
    /// No parts.
    pub fn new() -> Self {
        Pairwise { waiting: [F::EMPTY; usize::BITS as usize], count: 0 }
    }

    /// One more part.
    #[inline]
    pub fn push(&mut self, part: F::Acc) {
        let mut part = part;
        let mut level = 0;
        while self.count >> level & 1 != 0 {
            part = F::join(self.waiting[level], part);
            level += 1;
        }
        self.waiting[level] = part;
        self.count += 1;
    }

    /// All parts.
    pub fn finish(self) -> F::Acc {
        let mut all = None;
        for level in (0..usize::BITS as usize).filter(|level| self.count >> level & 1 != 0) {
            all = Some(all.map_or(self.waiting[level], |all| F::join(self.waiting[level], all)));
        }
        all.unwrap_or(F::EMPTY)
    }
}

/// The same for rows of parts side by side, each column apart from the others.
pub struct PairwiseRows<F: Fold> {
    /// Those that wait, the longest waiting first.
    waiting: Vec<Vec<F::Acc>>,
    count: usize,
}

impl<F: Fold> PairwiseRows<F> {
    /// No rows.
    pub fn new() -> Self {
        PairwiseRows { waiting: Vec::new(), count: 0 }
    }

    /// One more row.
    pub fn push(&mut self, mut row: Vec<F::Acc>) {
        for _ in 0..self.count.trailing_ones() {
            Self::join(self.waiting.pop(), &mut row);
        }
        self.waiting.push(row);
        self.count += 1;
    }

    /// All rows.
    pub fn finish(mut self) -> Vec<F::Acc> {
        let mut all = self.waiting.pop().unwrap_or_default();
        while let Some(earlier) = self.waiting.pop() {
            Self::join(Some(earlier), &mut all);
        }
        all
    }

    fn join(earlier: Option<Vec<F::Acc>>, row: &mut [F::Acc]) {
        for (later, earlier) in row.iter_mut().zip(earlier.unwrap_or_default()) {
            *later = F::join(earlier, *later);
        }
    }
}
