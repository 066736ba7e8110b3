//! Maps of one instruction: a row of the op table, or a move of bits, over views of any rank.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::plan::{Dispatch, Operand, Place, TABLE_WORDS, Words, computed_bits, element_bits, groups_for_each};
use ffi_backend::layout::Joint;
use ffi_backend::{Class, DType, Element, Inst, MAX_RANK, MapOp, Program, Result, Scalar, error, fail, with_element};
use shaders::Id;

/// Merged dims of so many dimensions travel as push constants; more as a table.
const PUSHED_RANK: usize = 3;

/// What is dispatched for an instruction: the module, its constants, and whether scalars are elements or computed values.
#[derive(Clone, Copy)]
struct Choice {
    module: Id,
    constant: u32,
    /// The last constant: the result of a cast.
    result: u32,
    moves: bool,
}

/// The kernel for an instruction, or why there is none. `arg` is the dtype of its last operand; `scalar` says that it is one.
fn choose(inst: &Inst, arg: DType, destination: DType, scalar: bool) -> std::result::Result<Choice, &'static str> {
    let moved = |module| Ok(Choice { module, constant: 0, result: 0, moves: true });
    let by_size = |ids: [Id; 4]| ids[destination.size().trailing_zeros() as usize & 3];
    let module = match inst.op.class() {
        Class::Cast if scalar || arg == destination || (arg == DType::Bool && destination == DType::U8) => {
            return moved(by_size([Id::move_1, Id::move_2, Id::move_4, Id::move_8]));
        }
        Class::Cast => {
            let has = |dtype| arg == dtype || destination == dtype;
            let module = if has(DType::F64) {
                Id::cast_f64
            } else if has(DType::I64) {
                Id::cast_i64
            } else {
                Id::cast
            };
            return Ok(Choice {
                module,
                constant: arg.number() as u32,
                result: destination.number() as u32,
                moves: false,
            });
        }
        Class::Select => return moved(by_size([Id::select_1, Id::select_2, Id::select_4, Id::select_8])),
        Class::Logic => Id::logic,
        Class::Compare => match arg {
            DType::F64 => Id::compare_f64,
            DType::F32 => Id::compare_f32,
            DType::F16 => Id::compare_f16,
            DType::Bf16 => Id::compare_bf16,
            DType::I64 => Id::compare_i64,
            DType::I32 => Id::compare_i32,
            DType::U8 | DType::Bool => Id::compare_u8,
        },
        Class::Float | Class::Number => match arg {
            DType::F64 => Id::map_f64,
            DType::F32 => Id::map_f32,
            DType::F16 => Id::map_f16,
            DType::Bf16 => Id::map_bf16,
            DType::I64 => Id::map_i64,
            DType::I32 => Id::map_i32,
            DType::U8 | DType::Bool => Id::map_u8,
        },
    };
    Ok(Choice { module, constant: inst.op as u32, result: 0, moves: false })
}

/// The last operand's dtype and whether it is a scalar; the program has one instruction.
fn operands(program: &Program, inst: &Inst, types: &[DType]) -> (DType, bool) {
    let last = inst.args[inst.op.arity() - 1];
    (types.get(last as usize).copied().unwrap_or(DType::F32), last >= program.inputs)
}

/// Which module runs a program of one instruction, or why none does.
pub fn module(program: &Program, sources: &[DType], destination: DType) -> std::result::Result<Id, &'static str> {
    let [inst] = program.code.as_ref() else { return Err("more than one instruction") };
    let types = program.types(sources.iter().copied(), destination).map_err(|_| "the dtypes do not fit the program")?;
    let (arg, scalar) = operands(program, inst, &types);
    choose(inst, arg, destination, scalar).map(|choice| choice.module)
}

/// Whether each instruction of a longer program has a kernel.
pub fn modules(program: &Program, sources: &[DType], destination: DType) -> std::result::Result<Vec<Id>, &'static str> {
    let types = program.types(sources.iter().copied(), destination).map_err(|_| "the dtypes do not fit the program")?;
    let first = program.inputs as usize + program.scalars as usize;
    let of = |(at, inst): (usize, &Inst)| {
        let last = inst.args[inst.op.arity() - 1] as usize;
        let scalar = (program.inputs as usize..first).contains(&last);
        choose(inst, types[last], types[first + at], scalar).map(|choice| choice.module)
    };
    program.code.iter().enumerate().map(of).collect()
}

/// A block of the index space: merged dims, and per operand its strides and where its first element lies.
#[derive(Clone, Copy)]
struct Grid {
    rank: usize,
    dims: [i64; MAX_RANK],
    /// Destination, then the sources; a scalar's are 0.
    strides: [[i64; MAX_RANK]; 4],
    offsets: [i64; 4],
}

/// What stays the same in all dispatches of one op.
struct Map<'a> {
    name: &'static str,
    key: Key,
    dtypes: [DType; 4],
    bases: [u64; 4],
    /// Bits of those operands that are scalars.
    bits: [Option<[u32; 2]>; 4],
    count: usize,
    emit: &'a mut dyn FnMut(Dispatch) -> Result<()>,
}

/// Emits the dispatches of a program of one instruction: one, unless 32 bits do not count its elements.
pub fn plan(
    program: &Program,
    scalars: &[Scalar],
    sources: &[Operand],
    destination: &Operand,
    emit: &mut dyn FnMut(Dispatch) -> Result<()>,
) -> Result<()> {
    let [inst] = program.code.as_ref() else { fail!(Internal, "{}: a program that should be lowered", program.name) };
    let types = program.types(sources.iter().map(|operand| operand.dtype), destination.dtype)?;
    let (arg, scalar) = operands(program, inst, &types);
    let choice = choose(inst, arg, destination.dtype, scalar).map_err(|why| error!(Unsupported, "{why}"))?;
    let arity = inst.op.arity();

    let mut map = Map {
        name: program.name,
        key: Key { module: choice.module, constants: [choice.constant, 0, arity as u32, 0, choice.result] },
        dtypes: [destination.dtype; 4],
        bases: [destination.block.address; 4],
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
                map.bases[k + 1] = source.block.address;
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
    let joint = Joint::<4>::new(&layouts[..views]);
    let mut grid = Grid { rank: joint.rank, dims: joint.dims, strides: [[0; MAX_RANK]; 4], offsets: [0; 4] };
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
        if dtype.is_float() { Scalar::Float(element.to_f64()) } else { Scalar::Int(element.to_i64()) }
    });
    element_bits(narrowed, destination)
}

impl Map<'_> {
    fn run(&mut self, grid: &Grid) -> Result<()> {
        let rank = grid.rank;
        let elements = grid.dims[..rank].iter().try_fold(1i64, |n, dim| n.checked_mul(*dim));
        let place = |k: usize| {
            Place::new(self.bases[k], self.dtypes[k], grid.offsets[k], &grid.dims[..rank], &grid.strides[k][..rank])
        };
        let mut places = [None; 4];
        for (k, slot) in places.iter_mut().enumerate().take(self.count) {
            *slot = if self.bits[k].is_some() { Some(Place { address: 0, start: 0 }) } else { place(k) };
        }
        match elements.filter(|n| *n < i64::from(i32::MAX)) {
            Some(elements) if places[..self.count].iter().all(Option::is_some) => {
                self.dispatch(grid, &places, elements)
            }
            _ => self.halves(grid),
        }
    }

    /// Cuts the longest dimension in two.
    fn halves(&mut self, grid: &Grid) -> Result<()> {
        let Some((at, &dim)) = grid.dims[..grid.rank].iter().enumerate().max_by_key(|(_, dim)| **dim) else {
            fail!(Internal, "{}: a single element out of reach", self.name);
        };
        let (mut first, mut second) = (*grid, *grid);
        first.dims[at] = dim / 2;
        second.dims[at] = dim - dim / 2;
        for k in 0..self.count {
            second.offsets[k] += first.dims[at] * grid.strides[k][at];
        }
        if dim < 2 {
            fail!(Unsupported, "{}: strides beyond 2^31 elements on a vulkan device", self.name);
        }
        self.run(&first)?;
        self.run(&second)
    }

    fn dispatch(&mut self, grid: &Grid, places: &[Option<Place>; 4], elements: i64) -> Result<()> {
        let tabled = grid.rank > PUSHED_RANK;
        let mut push = Words::<32>::new();
        let mut scalars = 0u32;
        for (k, (bits, place)) in self.bits.iter().zip(places).enumerate() {
            if let Some(bits) = bits {
                scalars |= 1 << (k.max(1) - 1);
                push.pair(*bits);
            } else {
                push.u64(place.map_or(0, |place| place.address));
            }
        }
        let table_at = push.len();
        push.u64(0).i64(elements).i64(grid.rank as i64);
        for place in places {
            push.i64(place.map_or(0, |place| place.start));
        }
        let mut table = Words::<TABLE_WORDS>::new();
        if tabled {
            for values in std::iter::once(&grid.dims).chain(&grid.strides) {
                values.iter().for_each(|value| {
                    table.i64(*value);
                });
            }
        } else {
            let pushed = grid.dims[1..PUSHED_RANK].iter().chain(grid.strides.iter().flat_map(|s| &s[..PUSHED_RANK]));
            pushed.for_each(|value| {
                push.i64(*value);
            });
        }
        let mut key = self.key;
        key.constants[1] = grid.rank.clamp(1, PUSHED_RANK + 1) as u32;
        key.constants[3] = scalars;
        let table = tabled.then_some((&table, table_at));
        (self.emit)(Dispatch { key, push: &mut push, table, groups: groups_for_each(elements) })
    }
}
