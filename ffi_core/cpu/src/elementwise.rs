//! Maps: a program at every index, in blocks that stay in the first cache, straight from memory where the layout allows it.

use crate::convert;
use crate::kernels::{self, Args, Kind};
use crate::operand::{Destination, Source};
use crate::parallel::{self, CHUNK};
use crate::plain::{bytes_mut, typed_mut};
use crate::scratch::with_registers;
use crate::transpose;
use crate::walk::{TILE, Walk};
use ffi_backend::op::Scalar;
use ffi_backend::program::MAX_REGISTERS;
use ffi_backend::{DType, Element, Inst, MapOp, Program, Result, fail, with_element};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the registers of a block may take together, half a first-level cache.
const BLOCK_BYTES: usize = 24 << 10;
/// The most elements of a block.
const MAX_BLOCK: usize = 2048;
/// Blocks are multiples of this many elements, so that every register starts aligned.
const BLOCK_STEP: usize = 64;

/// Everything about a map but where it is in it.
struct Plan<'a> {
    program: &'a Program,
    scalars: &'a [Scalar],
    types: [DType; MAX_REGISTERS],
    sources: &'a [Source<'a>],
    destination: &'a Destination<'a>,
    walk: &'a Walk,
    /// The destination may be written where it lies: no source is the same memory.
    direct: bool,
    block: usize,
    /// Nothing but a copy: what is gathered needs no register.
    copies: bool,
    /// A walk that only looks for faults of integers, and leaves the number of the instruction that met one here.
    search: Option<&'a AtomicUsize>,
}

/// No instruction.
const NONE: usize = usize::MAX;

/// Runs a map.
pub fn map(program: &Program, scalars: &[Scalar], sources: &[Source], destination: &Destination) -> Result<()> {
    if let Some(op) = program.as_row()
        && (op.fault().is_none() || destination.dtype.is_float())
        && map_one(op, sources, destination)
    {
        return Ok(());
    }
    let copies = matches!((sources, &*program.code), ([source], [Inst { op: MapOp::cast, to: None, .. }])
        if source.dtype == destination.dtype && !source.in_place);
    if copies && !sources[0].layout.is_contiguous() && transpose::copy(destination, &sources[0])? {
        return Ok(());
    }
    let types = program.types(sources.iter().map(|source| source.dtype), destination.dtype)?;
    let direct = !sources.iter().any(|source| source.in_place);
    // Two more than the program has: room to gather halves in, and for the result.
    let width: usize = types[..program.registers()].iter().map(|dtype| Kind::of(*dtype).size()).sum::<usize>() + 12;
    let block = (BLOCK_BYTES / width / BLOCK_STEP * BLOCK_STEP).clamp(BLOCK_STEP, MAX_BLOCK);
    let found = AtomicUsize::new(NONE);
    let walk = |search| {
        Walk::for_each(destination.layout, sources, |walk| {
            let count = walk.numel();
            let block = if walk.is_tiled() { TILE } else { block.min(count.next_multiple_of(BLOCK_STEP)) };
            let plan = Plan { program, scalars, types, sources, destination, walk, direct, block, copies, search };
            let chunk = (CHUNK / program.code.len().min(8)).next_multiple_of(block);
            parallel::run(count.div_ceil(chunk), |i| plan.chunk(i * chunk, count.min((i + 1) * chunk)));
        })
    };
    let risky = |inst: &ffi_backend::Inst| inst.op.fault().is_some() && !types[inst.args[0] as usize].is_float();
    if program.code.iter().any(risky) {
        // First, so that a fault leaves the destination as it was.
        walk(Some(&found))?;
        if let Some(inst) = program.code.get(found.load(Ordering::Relaxed))
            && let Some(fault) = inst.op.fault()
        {
            fail!(InvalidArgument, "{}: {fault}", inst.op.name());
        }
    }
    walk(None)
}

/// A single row over memory that lies end to end, without scratch. Says whether it applied.
#[inline]
fn map_one(op: MapOp, sources: &[Source], destination: &Destination) -> bool {
    let half = |dtype| matches!(dtype, DType::F16 | DType::Bf16);
    let plain = |source: &Source| !source.in_place && !half(source.dtype) && source.layout.is_contiguous();
    let applies = op != MapOp::cast
        && !half(destination.dtype)
        && destination.layout.is_contiguous()
        && sources.iter().all(plain);
    let Some(last) = sources.last() else { return false };
    if !applies {
        return false;
    }
    let kind = Kind::of(last.dtype);
    let count = destination.layout.numel() as usize;
    let part = |at: usize, count: usize| {
        let run = |i: usize| sources.get(i).map_or(&[][..], |s| s.run(s.layout.offset() + at as i64, count));
        // SAFETY: no source is in place, so none overlaps the destination; each chunk is handed out once.
        let dst = unsafe { destination.run(destination.layout.offset() + at as i64, count) };
        kernels::run(op, kind, &mut Args { sources: [run(0), run(1), run(2)], dst });
    };
    if count <= CHUNK {
        part(0, count);
    } else {
        parallel::run(count.div_ceil(CHUNK), |i| part(i * CHUNK, CHUNK.min(count - i * CHUNK)));
    }
    true
}

/// Where a register's block lies.
#[derive(Clone, Copy)]
enum Place<'a> {
    Memory(&'a [u8], usize),
    Register(usize),
}

impl Plan<'_> {
    /// Elements `start..end` in the walk's order.
    fn chunk(&self, start: usize, end: usize) {
        let program = self.program;
        let registers = program.registers();
        with_registers::<{ MAX_REGISTERS + 1 }, _>(registers + 1, self.block * 8, |mut scratch| {
            let count = self.block.min(end - start);
            for (i, scalar) in self.scalars.iter().enumerate() {
                let register = program.inputs as usize + i;
                splat(self.types[register], *scalar, &mut *scratch[register], count);
            }
            let mut at = start;
            while at < end {
                let count = self.walk.block(at, self.block.min(end - at));
                self.run(at, count, &mut scratch);
                at += count;
            }
        });
    }

    fn run(&self, at: usize, count: usize, scratch: &mut [&mut [u8]; MAX_REGISTERS + 1]) {
        if self.copies
            && let Some(to) = self.walk.run(0, at, count)
        {
            // SAFETY: the source is not in place, so it is other memory; each chunk of the walk is handed out once and its
            // blocks follow one another, so nobody else is at these elements.
            let dst = unsafe { self.destination.run(to, count) };
            return self.walk.gather(1, at, &self.sources[0], dst);
        }
        let program = self.program;
        let inputs = program.inputs as usize;
        let first = inputs + program.scalars as usize;
        let temporary = program.registers();
        let mut places: [Place; MAX_REGISTERS] = std::array::from_fn(Place::Register);
        for (i, source) in self.sources.iter().enumerate().take(inputs) {
            let half = matches!(source.dtype, DType::F16 | DType::Bf16);
            let run = self.walk.run(i + 1, at, count).map(|at| source.run(at, count));
            match (run, half) {
                (Some(run), false) => places[i] = Place::Memory(run, i),
                (Some(run), true) => convert::widen(source.dtype, run, &mut scratch[i][..count * 4]),
                (None, false) => self.walk.gather(i + 1, at, source, &mut scratch[i][..count * source.dtype.size()]),
                (None, true) => {
                    let gathered = &mut *std::mem::take(&mut scratch[temporary]);
                    self.walk.gather(i + 1, at, source, &mut gathered[..count * 2]);
                    convert::widen(source.dtype, &gathered[..count * 2], &mut scratch[i][..count * 4]);
                    scratch[temporary] = gathered;
                }
            }
        }
        let half = matches!(self.destination.dtype, DType::F16 | DType::Bf16);
        let run = self.walk.run(0, at, count);
        let result = first + program.code.len() - 1;
        let straight = self.direct && !half && self.search.is_none();
        for (i, inst) in program.code.iter().enumerate() {
            let (last, to) = (first + i == result, first + i);
            let args = &inst.args[..inst.op.arity()];
            let operand = args[args.len() - 1] as usize;
            if inst.op == MapOp::cast && convert::is_identity(self.types[operand], self.types[to], last) {
                places[to] = places[operand];
                continue;
            }
            // The result goes where it belongs if it can.
            let destination = match run {
                // SAFETY: no source is in place, so no slice in `places` overlaps the destination; each chunk of the walk is
                // handed out once and its blocks follow one another, so nobody else is at these elements.
                Some(at) if last && straight => Some(unsafe { self.destination.run(at, count) }),
                _ => None,
            };
            let done = destination.is_some();
            let register = std::mem::take(&mut scratch[to]);
            {
                let dst = match destination {
                    Some(dst) => dst,
                    None => &mut register[..count * Kind::of(self.types[to]).size()],
                };
                let read = |slot: usize| match args.get(slot).map(|arg| (*arg as usize, places[*arg as usize])) {
                    Some((_, Place::Memory(memory, _))) => memory,
                    Some((arg, Place::Register(from))) => &scratch[from][..count * Kind::of(self.types[arg]).size()],
                    None => &[],
                };
                if inst.op == MapOp::cast {
                    convert::cast(self.types[operand], self.types[to], read(0), dst);
                } else {
                    let (sources, kind) = ([read(0), read(1), read(2)], Kind::of(self.types[operand]));
                    if let Some(found) = self.search
                        && kernels::meets_fault(inst.op, kind, sources)
                    {
                        found.store(i, Ordering::Relaxed);
                    }
                    if self.search.is_none() || !last {
                        kernels::run(inst.op, kind, &mut Args { sources, dst });
                    }
                }
            }
            scratch[to] = register;
            if done {
                return;
            }
        }
        if self.search.is_some() {
            return;
        }
        let values = match places[result] {
            // The result is a source unchanged, and that source is the destination.
            Place::Memory(_, source) if self.sources[source].in_place => return,
            Place::Memory(memory, _) => memory,
            Place::Register(from) => &scratch[from][..count * Kind::of(self.destination.dtype).size()],
        };
        if half {
            self.store_half(at, count, values);
        } else {
            self.store(at, count, values);
        }
    }

    #[inline(never)]
    fn store_half(&self, at: usize, count: usize, values: &[u8]) {
        let mut bits = [0u64; MAX_BLOCK / 4];
        let rounded = &mut bytes_mut(&mut bits)[..count * 2];
        convert::narrow(self.destination.dtype, values, rounded);
        self.store(at, count, rounded);
    }

    /// Copies a block to the destination.
    fn store(&self, at: usize, count: usize, values: &[u8]) {
        match self.walk.run(0, at, count) {
            // SAFETY: these elements belong to this block alone. The values lie in scratch or in a source that is not in
            // place, which `door` keeps apart from the destination.
            Some(at) => unsafe { self.destination.scatter(at, 1, values) },
            // SAFETY: as above.
            None => unsafe { self.walk.nest(0).scatter(at, self.destination, values) },
        }
    }
}

/// Fills a register with a scalar of this dtype.
fn splat(dtype: DType, scalar: Scalar, register: &mut [u8], count: usize) {
    match Kind::of(dtype) {
        Kind::F64 => typed_mut::<f64>(register)[..count].fill(scalar.to()),
        // A half's scalar is rounded to the half first, as if it stood in memory.
        Kind::F32 => {
            let value = with_element!(dtype, T => scalar.to::<T>().to_real()) as f32;
            typed_mut::<f32>(register)[..count].fill(value);
        }
        Kind::I64 => typed_mut::<i64>(register)[..count].fill(scalar.to()),
        Kind::I32 => typed_mut::<i32>(register)[..count].fill(scalar.to()),
        Kind::U8 => register[..count].fill(scalar.to()),
        Kind::Bool => register[..count].fill(scalar.to::<ffi_backend::Truth>().0),
    }
}
