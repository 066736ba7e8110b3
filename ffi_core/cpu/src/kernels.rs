//! The rows of the op table as vector loops: one per row, register kind and vector level, all made from the table.
#![forbid(unsafe_code)]

use crate::level::{self, Task};
use crate::plain::{Plain, typed, typed_mut};
use crate::vector::{Lane, Limited, Real};
use ffi_backend::elementwise::eval;
use ffi_backend::{DType, MapOp};
use std::marker::PhantomData;
use std::num::Wrapping;

/// What a register holds. Halves are widened to `F32` when they are read and rounded when they are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// f64.
    F64,
    /// f32, f16, bf16.
    F32,
    /// i64.
    I64,
    /// i32.
    I32,
    /// u8.
    U8,
    /// bool, a byte that is 0 or not.
    Bool,
}

impl Kind {
    /// Of elements of this dtype.
    #[inline(always)]
    pub const fn of(dtype: DType) -> Kind {
        match dtype {
            DType::F64 => Kind::F64,
            DType::F32 | DType::F16 | DType::Bf16 => Kind::F32,
            DType::I64 => Kind::I64,
            DType::I32 => Kind::I32,
            DType::U8 => Kind::U8,
            DType::Bool => Kind::Bool,
        }
    }

    /// Bytes of one number.
    #[inline(always)]
    pub const fn size(self) -> usize {
        match self {
            Kind::F64 | Kind::I64 => 8,
            Kind::F32 | Kind::I32 => 4,
            Kind::U8 | Kind::Bool => 1,
        }
    }
}

/// Operands as bytes of one length of numbers; those beyond the arity are empty.
pub struct Args<'a> {
    /// In order.
    pub sources: [&'a [u8]; 3],
    /// The result.
    pub dst: &'a mut [u8],
}

struct Call<'a, R> {
    kind: Kind,
    args: &'a mut Args<'a>,
    row: PhantomData<R>,
}

#[inline(always)]
fn map1<A: Plain, D: Plain>(args: &mut Args, f: impl Fn(A) -> D) {
    for (d, a) in typed_mut::<D>(args.dst).iter_mut().zip(typed::<A>(args.sources[0])) {
        *d = f(*a);
    }
}

#[inline(always)]
fn map2<A: Plain, B: Plain, D: Plain>(args: &mut Args, f: impl Fn(A, B) -> D) {
    let (a, b) = (typed::<A>(args.sources[0]), typed::<B>(args.sources[1]));
    for ((d, a), b) in typed_mut::<D>(args.dst).iter_mut().zip(a).zip(b) {
        *d = f(*a, *b);
    }
}

#[inline(always)]
fn map3<A: Plain, B: Plain, C: Plain, D: Plain>(args: &mut Args, f: impl Fn(A, B, C) -> D) {
    let (a, b, c) = (typed::<A>(args.sources[0]), typed::<B>(args.sources[1]), typed::<C>(args.sources[2]));
    for (((d, a), b), c) in typed_mut::<D>(args.dst).iter_mut().zip(a).zip(b).zip(c) {
        *d = f(*a, *b, *c);
    }
}

#[inline(always)]
fn number1<N: Lane>(args: &mut Args, f: impl Fn(N) -> N) {
    map1(
        args,
        #[inline(always)]
        |a| f(N::load(a)).store(),
    );
}

#[inline(always)]
fn number2<N: Lane>(args: &mut Args, f: impl Fn(N, N) -> N) {
    map2(
        args,
        #[inline(always)]
        |a, b| f(N::load(a), N::load(b)).store(),
    );
}

#[inline(always)]
fn number3<N: Lane>(args: &mut Args, f: impl Fn(N, N, N) -> N) {
    map3(
        args,
        #[inline(always)]
        |a, b, c| f(N::load(a), N::load(b), N::load(c)).store(),
    );
}

#[inline(always)]
fn compare1<N: Lane>(args: &mut Args, f: impl Fn(N) -> bool) {
    map1(
        args,
        #[inline(always)]
        |a| u8::from(f(N::load(a))),
    );
}

#[inline(always)]
fn compare2<N: Lane>(args: &mut Args, f: impl Fn(N, N) -> bool) {
    map2(
        args,
        #[inline(always)]
        |a, b| u8::from(f(N::load(a), N::load(b))),
    );
}

/// How many results are computed before those among them are mended that lie beyond the limit of a function.
const BATCH: usize = 512;

/// A row of a float that has a limit: `near` in vectors, and where any argument needs it, `far` one by one.
#[inline(always)]
fn limited1<N: Limited>(args: &mut Args, near: impl Fn(N) -> N, far: impl Fn(N) -> N) {
    let dst = typed_mut::<N::Memory>(args.dst).chunks_mut(BATCH);
    for (dst, src) in dst.zip(typed::<N::Memory>(args.sources[0]).chunks(BATCH)) {
        let mut any = false;
        for (d, x) in dst.iter_mut().zip(src) {
            let x = N::load(*x);
            any |= x.is_far();
            *d = near(x).store();
        }
        if any {
            for (d, x) in dst.iter_mut().zip(src).filter(|(_, x)| N::load(**x).is_far()) {
                *d = far(N::load(*x)).store();
            }
        }
    }
}

/// The same of two operands.
#[inline(always)]
fn limited2<N: Limited>(args: &mut Args, near: impl Fn(N, N) -> N, far: impl Fn(N, N) -> N) {
    let dst = typed_mut::<N::Memory>(args.dst).chunks_mut(BATCH);
    let [a, b, _] = args.sources.map(|source| typed::<N::Memory>(source).chunks(BATCH));
    for ((dst, a), b) in dst.zip(a).zip(b) {
        let mut any = false;
        for ((d, a), b) in dst.iter_mut().zip(a).zip(b) {
            let (a, b) = (N::load(*a), N::load(*b));
            any |= a.is_far_from(b);
            *d = near(a, b).store();
        }
        if any {
            for ((d, a), b) in dst.iter_mut().zip(a).zip(b) {
                let (a, b) = (N::load(*a), N::load(*b));
                if a.is_far_from(b) {
                    *d = far(a, b).store();
                }
            }
        }
    }
}

/// A truth value as a number that compares.
#[inline(always)]
fn bit(byte: u8) -> Wrapping<u8> {
    Wrapping(u8::from(byte != 0))
}

/// The kinds that a class of rows computes in, each with its number type.
macro_rules! kinds {
    (float, $s:ident, $f:ident, $($row:expr),+) => {
        match $s.kind {
            Kind::F64 => $f::<Real<f64, FMA>>($s.args, $($row),+),
            Kind::F32 => $f::<Real<f32, FMA>>($s.args, $($row),+),
            _ => {}
        }
    };
    (limited, $s:ident, $f:ident, $row:expr, $far:expr) => {
        match $s.kind {
            Kind::F64 => $f::<Real<f64, FMA>>($s.args, $row, $far),
            Kind::F32 => $f::<Real<f32, FMA>>($s.args, $row, $far),
            _ => kinds!(integer, $s, number2, $row),
        }
    };
    (integer, $s:ident, $f:ident, $row:expr) => {
        match $s.kind {
            Kind::I64 => $f::<Wrapping<i64>>($s.args, $row),
            Kind::I32 => $f::<Wrapping<i32>>($s.args, $row),
            Kind::U8 => $f::<Wrapping<u8>>($s.args, $row),
            _ => {}
        }
    };
    (number, $s:ident, $f:ident, $row:expr) => {
        match $s.kind {
            Kind::F64 => $f::<Real<f64, FMA>>($s.args, $row),
            Kind::F32 => $f::<Real<f32, FMA>>($s.args, $row),
            Kind::I64 => $f::<Wrapping<i64>>($s.args, $row),
            Kind::I32 => $f::<Wrapping<i32>>($s.args, $row),
            Kind::U8 => $f::<Wrapping<u8>>($s.args, $row),
            Kind::Bool => {}
        }
    };
}

macro_rules! loops {
    ($( #[doc = $doc:literal] $name:ident: $class:ident($($x:ident),*) = $e:expr, d($y:ident, $g:ident) = [$($d:expr),*]; )*) => {
        #[allow(non_camel_case_types)]
        mod row { $( pub struct $name; )* }
        $(
            impl Task for Call<'_, row::$name> {
                type Output = ();
                #[inline(always)]
                fn run<const FMA: bool>(self) {
                    let call = self;
                    loops!(@$class call, $name, $($x),*)
                }
            }
        )*
        /// Runs one row. `kind` is that of its last operand. A cast is no row of these, see `convert`.
        #[inline]
        pub fn run<'a>(op: MapOp, kind: Kind, args: &'a mut Args<'a>) {
            match op { $( MapOp::$name => level::run(Call::<row::$name> { kind, args, row: PhantomData }) ),* }
        }
    };
    (@float $s:ident, sin, $x:ident) => { kinds!(float, $s, limited1, eval::sin, Limited::sin_far) };
    (@float $s:ident, cos, $x:ident) => { kinds!(float, $s, limited1, eval::cos, Limited::cos_far) };
    (@float $s:ident, tan, $x:ident) => { kinds!(float, $s, limited1, eval::tan, Limited::tan_far) };
    (@float $s:ident, softplus, $x:ident) => { kinds!(float, $s, number1, Limited::softplus) };
    (@float $s:ident, gelu, $x:ident) => { kinds!(float, $s, number1, Limited::gelu) };
    (@number $s:ident, remainder, $x:ident, $z:ident) => {
        kinds!(limited, $s, limited2, eval::remainder, Limited::remainder_far)
    };
    (@number $s:ident, floor_divide, $x:ident, $z:ident) => {
        kinds!(limited, $s, limited2, eval::floor_divide, Limited::floor_divide_far)
    };
    (@float $s:ident, $n:ident, $x:ident) => { kinds!(float, $s, number1, eval::$n) };
    (@float $s:ident, $n:ident, $x:ident, $z:ident) => { kinds!(float, $s, number2, eval::$n) };
    (@float $s:ident, $n:ident, $x:ident, $z:ident, $w:ident) => { kinds!(float, $s, number3, eval::$n) };
    (@number $s:ident, $n:ident, $x:ident) => { kinds!(number, $s, number1, eval::$n) };
    (@number $s:ident, $n:ident, $x:ident, $z:ident) => { kinds!(number, $s, number2, eval::$n) };
    (@number $s:ident, $n:ident, $x:ident, $z:ident, $w:ident) => { kinds!(number, $s, number3, eval::$n) };
    (@integer $s:ident, $n:ident, $x:ident) => { kinds!(integer, $s, number1, eval::$n) };
    (@integer $s:ident, $n:ident, $x:ident, $z:ident) => { kinds!(integer, $s, number2, eval::$n) };
    (@compare $s:ident, $n:ident, $x:ident) => {
        if $s.kind == Kind::Bool { map1($s.args, #[inline(always)] |a: u8| u8::from(eval::$n(bit(a)))) }
        else { kinds!(number, $s, compare1, eval::$n) }
    };
    (@compare $s:ident, $n:ident, $x:ident, $z:ident) => {
        if $s.kind == Kind::Bool { map2($s.args, #[inline(always)] |a: u8, b: u8| u8::from(eval::$n(bit(a), bit(b)))) }
        else { kinds!(number, $s, compare2, eval::$n) }
    };
    (@logic $s:ident, $n:ident, $x:ident) => { map1($s.args, #[inline(always)] |a: u8| u8::from(eval::$n(a != 0))) };
    (@logic $s:ident, $n:ident, $x:ident, $z:ident) => {
        map2($s.args, #[inline(always)] |a: u8, b: u8| u8::from(eval::$n(a != 0, b != 0)))
    };
    (@select $s:ident, $n:ident, $x:ident, $z:ident, $w:ident) => { match $s.kind {
        Kind::F64 => select::<Real<f64, FMA>>($s.args, eval::$n),
        Kind::F32 => select::<Real<f32, FMA>>($s.args, eval::$n),
        Kind::I64 => select::<Wrapping<i64>>($s.args, eval::$n),
        Kind::I32 => select::<Wrapping<i32>>($s.args, eval::$n),
        Kind::U8 | Kind::Bool => select::<Wrapping<u8>>($s.args, eval::$n),
    } };
    (@cast $s:ident, $n:ident, $x:ident) => {{ let _ = $s; }};
}
ffi_backend::with_elementwise_ops!(loops);

#[inline(always)]
fn select<N: Lane>(args: &mut Args, f: impl Fn(bool, N, N) -> N) {
    map3(
        args,
        #[inline(always)]
        |c: u8, a, b| f(c != 0, N::load(a), N::load(b)).store(),
    );
}

/// Whether integers of one kind meet the fault of a row, see [`MapOp::fault`]. The shorter of the operands decides how many.
pub fn meets_fault(op: MapOp, kind: Kind, sources: [&[u8]; 3]) -> bool {
    macro_rules! kinds {
        ($($kind:ident $type:ty),*) => { match kind {
            $( Kind::$kind => {
                let (a, b) = (typed::<$type>(sources[0]), typed::<$type>(sources[1]));
                let zero = <$type>::default();
                // Without leaving early, so that it vectorises.
                match op {
                    MapOp::pow => a.iter().zip(b).fold(false, |any, (a, b)| {
                        any | ((*b < zero) & (*a != 1) & (*a != zero.wrapping_sub(1)))
                    }),
                    _ => b.iter().fold(false, |any, b| any | (*b == zero)),
                }
            } )*
            _ => false,
        } };
    }
    op.fault().is_some() && kinds!(I64 i64, I32 i32, U8 u8)
}
