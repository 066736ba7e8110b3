//! Maps of one instruction: a row of the op table, or a move of bits, over views of any rank.
#![forbid(unsafe_code)]

use super::choice::{choose, operands};
use super::kernel::Key;
use super::memory::Block;
use super::plan::{Binding, Dispatch, GROUP, Operand, Place, TABLE_WORDS, Words, computed_bits, element_bits, groups};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, Element, MAX_RANK, MapOp, Program, Result, Scalar, error, fail, with_element};

/// Elements of an invocation where there are many.
pub const EACH: i64 = 4;
/// So many keep a device busy also when an invocation makes several.
pub const MANY: i64 = 1 << 18;

/// Words of push constants for dims and strides, and the first of those that go on in place of the sources that there are none of.
const LIE_WORDS: usize = 14;
const SOURCE_WORD: usize = 2;
const SOURCES: usize = 3;

/// A block of the index space: the destination, then the sources, where a scalar's strides and offset are 0.
type Grid = Joint<4>;

/// What stays the same in all dispatches of one op.
struct Map<'a> {
    name: &'static str,
    key: Key,
    dtypes: [DType; 4],
    blocks: [&'a Block; 4],
    /// The longest binding, 0 where there are none.
    most: u64,
    /// Bits of those operands that are scalars.
    bits: [Option<[u32; 2]>; 4],
    count: usize,
    emit: &'a mut dyn FnMut(Dispatch) -> Result<()>,
}

/// Where an operand lies: by address, or in a binding.
type Lies = (Place, Option<Binding>);

/// Emits the dispatches of a program of one instruction: one, unless 32 bits do not count its elements or a binding of `most`
/// bytes does not hold them. `most` is 0 where kernels take addresses.
pub fn plan(
    program: &Program,
    scalars: &[Scalar],
    sources: &[Operand],
    destination: &Operand,
    most: u64,
    emit: &mut dyn FnMut(Dispatch) -> Result<()>,
) -> Result<()> {
    let [inst] = program.code.as_ref() else { fail!(Internal, "{}: a program that should be lowered", program.name) };
    let types = program.types(sources.iter().map(|operand| operand.dtype), destination.dtype)?;
    let (arg, scalar) = operands(program, inst, &types);
    let choice = choose(inst, arg, destination.dtype, scalar).map_err(|why| error!(Unsupported, "{why}"))?;
    let arity = inst.op.arity();

    let (module, most) = match choice.module.bound() {
        Some(bound) if most > 0 => (bound, most),
        _ => (choice.module, 0),
    };
    let mut map = Map {
        name: program.name,
        key: Key { module, constants: [choice.constant, 0, arity as u32, 0, choice.result, 1] },
        dtypes: [destination.dtype; 4],
        blocks: [destination.block; 4],
        most,
        bits: [None; 4],
        count: arity + 1,
        emit,
    };
    let mut layouts = [destination.layout; 4];
    let mut views = 1;
    let mut slots = [None; 4];
    slots[0] = Some(0);
    for (k, &register) in inst.args[..arity].iter().enumerate() {
        map.dtypes[k + 1] = types[register as usize];
        match sources.get(register as usize) {
            Some(source) => {
                map.blocks[k + 1] = source.block;
                layouts[views] = source.layout;
                slots[k + 1] = Some(views);
                views += 1;
            }
            None => {
                let Some(&value) = scalars.get(register as usize - sources.len()) else {
                    fail!(Internal, "{}: no scalar for register {register}", program.name);
                };
                map.bits[k + 1] = Some(scalar_bits(inst.op, value, map.dtypes[k + 1], destination.dtype, choice.moves));
            }
        }
    }
    let joint = Grid::new(&layouts[..views]);
    let mut grid = Grid { strides: [[0; MAX_RANK]; 4], offsets: [0; 4], ..joint };
    for (slot, view) in slots.iter().enumerate() {
        if let Some(view) = *view {
            grid.strides[slot] = joint.strides[view];
            grid.offsets[slot] = joint.offsets[view];
        }
    }
    map.run(&grid)
}

/// A scalar as the kernel wants it. A cast of one is done here.
fn scalar_bits(op: MapOp, value: Scalar, dtype: DType, destination: DType, moves: bool) -> [u32; 2] {
    if op != MapOp::cast {
        return if moves { element_bits(value, dtype) } else { computed_bits(value, dtype) };
    }
    let narrowed = with_element!(dtype, T => {
        let element: T = value.to();
        if dtype.is_float() { Scalar::Float(element.to_real()) } else { Scalar::Int(element.to_whole()) }
    });
    element_bits(narrowed, destination)
}

impl Map<'_> {
    fn run(&mut self, grid: &Grid) -> Result<()> {
        let rank = grid.rank;
        let elements = grid.dims[..rank].iter().try_fold(1i64, |n, dim| n.checked_mul(*dim));
        let place = |k: usize| {
            let (dims, strides, block) = (&grid.dims[..rank], &grid.strides[k][..rank], self.blocks[k]);
            let (dtype, offset) = (self.dtypes[k], grid.offsets[k]);
            let (place, span) = Place::spanning(block.address, dtype, offset, dims, strides)?;
            if self.most == 0 {
                return Some((place, None));
            }
            let (place, binding) = place.bound(block, dtype.size(), span, self.most)?;
            Some((place, Some(binding)))
        };
        let mut places = [None; 4];
        for (k, slot) in places.iter_mut().enumerate().take(self.count) {
            *slot = if self.bits[k].is_some() { Some((Place { address: 0, start: 0 }, None)) } else { place(k) };
        }
        match elements.filter(|n| *n < i64::from(i32::MAX)) {
            Some(elements) if places[..self.count].iter().all(Option::is_some) => {
                self.dispatch(grid, &places, elements)
            }
            _ => self.halves(grid),
        }
    }

    /// In two parts, cut where they reach farthest in memory. The destination meets itself nowhere, so its reach is no
    /// less than its count, and what counts too much is cut as well.
    fn halves(&mut self, grid: &Grid) -> Result<()> {
        let Some(halves) = grid.halves() else { fail!(Internal, "{}: a single element out of reach", self.name) };
        halves.iter().try_for_each(|half| self.run(half))
    }

    fn dispatch(&mut self, grid: &Grid, places: &[Option<Lies>; 4], elements: i64) -> Result<()> {
        // A rank of 0 is one of 1 with a single element.
        let rank = grid.rank.max(1);
        let spare = 2 * (SOURCES + 1 - self.count);
        let tabled = rank - 1 + self.count * rank > LIE_WORDS + spare;
        let mut push = Words::<32>::new();
        let mut scalars = 0u32;
        for (k, (bits, place)) in self.bits.iter().zip(places).enumerate() {
            if let Some(bits) = bits {
                scalars |= 1 << (k.max(1) - 1);
                push.pair(*bits);
            } else {
                push.u64(place.map_or(0, |(place, _)| place.address));
            }
        }
        let table_at = push.len();
        push.u64(0).i64(elements).i64(grid.rank as i64);
        for place in places {
            push.i64(place.map_or(0, |(place, _)| place.start));
        }
        let mut table = Words::<TABLE_WORDS>::new();
        if tabled {
            for values in std::iter::once(&grid.dims).chain(&grid.strides) {
                values.iter().for_each(|value| {
                    table.i64(*value);
                });
            }
        } else {
            let first = push.len();
            (0..LIE_WORDS).for_each(|_| {
                push.u32(0);
            });
            let words = (first..first + LIE_WORDS).chain(SOURCE_WORD + 2 * (SOURCES - spare / 2)..);
            let strides = grid.strides[..self.count].iter().flat_map(|strides| &strides[..rank]);
            for (at, value) in words.zip(grid.dims[1..rank].iter().chain(strides)) {
                push.set(at, *value as u32);
            }
        }
        let mut key = self.key;
        key.constants[1] = if tabled { 0 } else { rank as u32 };
        key.constants[3] = scalars;
        // Few elements are spread over all of a device; of many, an invocation makes several.
        let each = if elements >= MANY { EACH } else { 1 };
        key.constants[5] = each as u32;
        let table = tabled.then_some((&table, table_at));
        // A kernel looks at a scalar's binding nowhere, but there must be one.
        let own = places[0].and_then(|(_, binding)| binding);
        let of = |place: &Option<Lies>| place.and_then(|(_, binding)| binding).or(own);
        let bindings = own.map(|own| places.each_ref().map(|place| of(place).unwrap_or(own)));
        (self.emit)(Dispatch { key, push: &mut push, table, bindings, groups: groups(elements, GROUP * each) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffi_backend::{Layout, program};

    #[test]
    fn what_32_bits_do_not_count_is_cut_into_parts_that_they_do() {
        let block = Block::pretended(0);
        // Over five billion bytes; the source walks backwards and skips every other one.
        let to = Layout::contiguous(&[3, 1_700_000_000]).unwrap();
        let from = Layout::from_parts(to.dims(), &[3_400_000_000, -2], 3_400_000_000).unwrap();
        let operand = |layout| Operand { block: &block, dtype: DType::U8, layout };
        let mut parts = Vec::new();
        let mut emit = |dispatch: Dispatch| {
            assert!(parts.len() < 100, "parts without end");
            let words = dispatch.push.as_slice();
            let address = |at: usize| u64::from(words[at]) | u64::from(words[at + 1]) << 32;
            assert!(u64::from(dispatch.groups[0]) * u64::from(dispatch.groups[1]) * 1024 >= u64::from(words[10]));
            assert!(dispatch.groups.iter().all(|n| *n <= 65535));
            parts.push((address(0), address(2) + u64::from(words[13]), u64::from(words[10])));
            Ok(())
        };
        plan(program::COPY, &[], &[operand(&from)], &operand(&to), 0, &mut emit).unwrap();
        let mut next = 0;
        for (to, from, count) in parts {
            assert_eq!(to, next, "parts follow each other");
            let (row, column) = (to / 1_700_000_000, to % 1_700_000_000);
            assert_eq!(from, 3_400_000_000 * (row + 1) - 2 * column);
            assert!(count < 1 << 31);
            next += count;
        }
        assert_eq!(next, 3 * 1_700_000_000);
    }

    #[test]
    fn scalars_are_rounded_once_and_keep_all_bits() {
        let bits = |op, value, dtype, to, moves| scalar_bits(op, value, dtype, to, moves);
        assert_eq!(bits(MapOp::add, Scalar::Float(0.1), DType::F16, DType::F16, false)[0], 0x3dcc_c000);
        assert_eq!(bits(MapOp::select, Scalar::Float(0.1), DType::F16, DType::F16, true)[0], 0x2e66);
        assert_eq!(bits(MapOp::cast, Scalar::Int(i64::MIN + 1), DType::I64, DType::I64, true), [1, 0x8000_0000]);
        assert_eq!(bits(MapOp::cast, Scalar::Float(0.5), DType::Bool, DType::Bool, true)[0], 1);
    }
}
