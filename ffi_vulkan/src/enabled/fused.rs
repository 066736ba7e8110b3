//! Programs of several instructions as one dispatch: every operand a storage buffer, its dims and strides in a uniform one.
#![forbid(unsafe_code)]

use super::choice::choose;
use super::elementwise::{EACH, MANY};
use super::kernel::Key;
use super::plan::{
    Binding, GROUP, MOST_VIEWS, Operand, Place, Plan, UNIFORM_WORDS, Uniform, Words, computed_bits, groups,
};
use ffi_backend::layout::Joint;
use ffi_backend::program::{MAX_INPUTS, MAX_REGISTERS};
use ffi_backend::{Class, DType, Layout, MAX_RANK, Program, Result, Scalar, fail};
use shaders::Id;

const _: () = assert!(MOST_VIEWS == 1 + MAX_INPUTS);
const _: () = assert!(MOST_VIEWS + MAX_RANK + MOST_VIEWS * MAX_RANK + 2 * (MAX_REGISTERS - 2) <= UNIFORM_WORDS);

/// The module that such a program is made from; none where its registers are of more than one family of dtypes, or an instruction has no
/// kernel: then it runs one instruction at a time, or not at all.
pub fn module(program: &Program, sources: &[DType], destination: DType) -> Option<Id> {
    let types = program.types(sources.iter().copied(), destination).ok()?;
    let used = &types[..program.registers()];
    let module = match used.iter().find(|dtype| **dtype != DType::Bool)? {
        DType::F64 => Id::fused_f64_bound,
        DType::F32 | DType::F16 | DType::Bf16 => Id::fused_f32_bound,
        _ => return None,
    };
    let wide = module == Id::fused_f64_bound;
    let alike = |dtype: &DType| *dtype == DType::Bool || (dtype.is_float() && (*dtype == DType::F64) == wide);
    if !used.iter().all(alike) {
        return None;
    }
    let first = usize::from(program.inputs + program.scalars);
    for (at, inst) in program.code.iter().enumerate() {
        let of = |k: usize| types[usize::from(inst.args[k])];
        let (last, result) = (of(inst.op.arity() - 1), types[first + at]);
        let numbers = last != DType::Bool || matches!(inst.op.class(), Class::Logic | Class::Cast);
        if !numbers || choose(inst, last, result, false).is_err() {
            return None;
        }
    }
    Some(module)
}

/// A block of the index space: merged dims, and each view's strides and where its first element lies.
type Grid = Joint<MOST_VIEWS>;

/// What stays the same in all dispatches of one program.
struct Fused<'a> {
    name: &'static str,
    module: Id,
    number: u32,
    views: &'a [Operand<'a>],
    scalars: &'a [[u32; 2]],
}

/// Plans a program: one dispatch, unless 32 bits do not count its elements or a binding does not hold them.
pub fn plan(
    plan: &mut Plan,
    program: &Program,
    scalars: &[Scalar],
    sources: &[Operand],
    destination: &Operand,
) -> Result<()> {
    let mut dtypes = [destination.dtype; MAX_INPUTS];
    let mut views = [*destination; MOST_VIEWS];
    let mut layouts: [&Layout; MOST_VIEWS] = [destination.layout; MOST_VIEWS];
    for (k, source) in sources.iter().enumerate().take(MAX_INPUTS) {
        (dtypes[k], views[k + 1], layouts[k + 1]) = (source.dtype, *source, source.layout);
    }
    let count = 1 + sources.len().min(MAX_INPUTS);
    let types = program.types(dtypes[..count - 1].iter().copied(), destination.dtype)?;
    let Some(module) = module(program, &dtypes[..count - 1], destination.dtype) else {
        fail!(Internal, "{}: a program that should be lowered", program.name);
    };
    let mut bits = [[0; 2]; MAX_REGISTERS];
    for (k, (bits, value)) in bits.iter_mut().zip(scalars).enumerate() {
        *bits = computed_bits(*value, types[usize::from(program.inputs) + k]);
    }
    let number = plan.programs.number(program, &types);
    let scalars = &bits[..usize::from(program.scalars)];
    let fused = Fused { name: program.name, module, number, views: &views[..count], scalars };
    fused.run(plan, &Grid::new(&layouts[..count]))
}

impl Fused<'_> {
    fn run(&self, plan: &mut Plan, grid: &Grid) -> Result<()> {
        let rank = grid.rank;
        let elements = grid.dims[..rank].iter().try_fold(1i64, |n, dim| n.checked_mul(*dim));
        let mut places = [None; MOST_VIEWS];
        let fit = places.iter_mut().zip(self.views).enumerate().all(|(k, (to, view))| {
            let (dims, strides) = (&grid.dims[..rank], &grid.strides[k][..rank]);
            let place = Place::spanning(view.block.address, view.dtype, grid.offsets[k], dims, strides);
            *to = place.and_then(|(place, span)| place.bound(view.block, view.dtype.size(), span, plan.most));
            to.is_some()
        });
        match elements.filter(|n| fit && *n < i64::from(i32::MAX)) {
            Some(elements) => {
                self.dispatch(plan, grid, &places, elements);
                Ok(())
            }
            None => self.halves(plan, grid),
        }
    }

    fn halves(&self, plan: &mut Plan, grid: &Grid) -> Result<()> {
        let Some(halves) = grid.halves() else { fail!(Internal, "{}: a single element out of reach", self.name) };
        halves.iter().try_for_each(|half| self.run(plan, half))
    }

    fn dispatch(&self, plan: &mut Plan, grid: &Grid, places: &[Option<(Place, Binding)>; MOST_VIEWS], elements: i64) {
        let (rank, count) = (grid.rank.max(1), self.views.len());
        let mut uniform = Uniform { words: Words::new(), bindings: [None; MOST_VIEWS] };
        for (k, (place, binding)) in places.iter().flatten().enumerate() {
            uniform.words.i64(place.start);
            uniform.bindings[k] = Some(*binding);
        }
        for values in std::iter::once(&grid.dims).chain(&grid.strides[..count]) {
            values[..rank].iter().for_each(|value| {
                uniform.words.i64(*value);
            });
        }
        for bits in self.scalars {
            uniform.words.pair(*bits);
        }
        // Few elements are spread over all of a device; of many, an invocation makes several.
        let each = if elements >= MANY { EACH } else { 1 };
        let constants = [self.number, rank as u32, count as u32, 0, 0, each as u32];
        let mut push = Words::new();
        push.i64(elements);
        plan.push_program(Key { module: self.module, constants }, push, uniform, groups(elements, GROUP * each));
    }
}
