//! Elements that an index names: taken, overwritten, added to. And a look at the index alone, which comes before: `index_check.rs`.
#![forbid(unsafe_code)]

use super::kernel::Key;
use super::memory::Block;
use super::plan::{Dispatch, MOST_TURNS, Operand, PUSHED_RANK, Place, Plan, TABLE_WORDS, Words, groups_for_each};
use ffi_backend::layout::Joint;
use ffi_backend::{DType, IndexOp, Layout, Result, fail};
use shaders::Id;

/// Which module does this to elements of a dtype, or why none does.
pub fn module(op: IndexOp, dtype: DType) -> std::result::Result<Id, &'static str> {
    let by_size = |ids: [Id; 4]| ids[dtype.size().trailing_zeros() as usize & 3];
    Ok(match (op, dtype) {
        (IndexOp::Gather, _) => by_size([Id::gather_1, Id::gather_2, Id::gather_4, Id::gather_8]),
        (IndexOp::Scatter, _) => by_size([Id::scatter_1, Id::scatter_2, Id::scatter_4, Id::scatter_8]),
        (IndexOp::ScatterAdd, DType::F64) => Id::scatter_add_f64,
        (IndexOp::ScatterAdd, DType::F32) => Id::scatter_add_f32,
        (IndexOp::ScatterAdd, DType::F16) => Id::scatter_add_f16,
        (IndexOp::ScatterAdd, DType::Bf16) => Id::scatter_add_bf16,
        (IndexOp::ScatterAdd, DType::I64) => Id::scatter_add_i64,
        (IndexOp::ScatterAdd, DType::I32) => Id::scatter_add_i32,
        (IndexOp::ScatterAdd, DType::U8) => Id::scatter_add_u8,
        (IndexOp::ScatterAdd, DType::Bool) => return Err("no additions of bools"),
    })
}

/// Bytes that [`plan`] wants a block for: halves are added up in singles.
pub fn scratch_bytes(op: IndexOp, destination: &Operand) -> u64 {
    let half = matches!(destination.dtype, DType::F16 | DType::Bf16);
    if half && op == IndexOp::ScatterAdd { destination.layout.numel() as u64 * 4 } else { 0 }
}

/// What a dispatch is told.
#[derive(Clone, Copy)]
struct Told {
    key: Key,
    /// Of y, values and index.
    places: [Place; 3],
    /// The positions that invocations stand for, as they lie in the same three.
    layouts: [Layout; 3],
    /// Their steps along the dimension that is indexed.
    along: [i64; 3],
    aside: u64,
    /// Indices of a line.
    indices: i64,
    /// Of the dimension that is indexed.
    len: i64,
}

impl Told {
    fn emit(&self, name: &str, emit: &mut dyn FnMut(Dispatch) -> Result<()>) -> Result<()> {
        let joint = Joint::<3>::new(&[&self.layouts[0], &self.layouts[1], &self.layouts[2]]);
        let count = joint.numel();
        // A view that meets itself has more elements than its memory tells.
        if count >= i64::from(i32::MAX) {
            fail!(Unsupported, "{name}: {count} indices, more than 32 bits count on a vulkan device");
        }
        let mut push = Words::<32>::new();
        self.places.iter().for_each(|place| {
            push.u64(place.address);
        });
        let table_at = push.len();
        push.u64(0).u64(self.aside).i64(count).i64(joint.rank as i64);
        self.places.iter().for_each(|place| {
            push.i64(place.start);
        });
        self.along.iter().for_each(|step| {
            push.i64(*step);
        });
        push.i64(self.indices).i64(self.len);
        let mut table = Words::<TABLE_WORDS>::new();
        let tabled = joint.rank > PUSHED_RANK;
        let mut key = self.key;
        key.constants[2] = joint.rank.clamp(1, PUSHED_RANK + 1) as u32;
        if tabled {
            std::iter::once(&joint.dims).chain(&joint.strides).flatten().for_each(|value| {
                table.i64(*value);
            });
        } else {
            let steps = joint.strides.iter().flat_map(|strides| &strides[..PUSHED_RANK]);
            joint.dims[1..PUSHED_RANK].iter().chain(steps).for_each(|value| {
                push.i64(*value);
            });
        }
        let table = tabled.then_some((&table, table_at));
        emit(Dispatch { key, push: &mut push, table, bindings: None, groups: groups_for_each(count) })
    }
}

/// The pipeline of a module for an index of this dtype.
fn key(module: Id, index: DType, phase: u32) -> Key {
    Key { module, constants: [index.size() as u32 / 4, phase, 0, 0, 0, 0] }
}

/// Plans an indexing op whose indices are all known to fit. `scratch` is as [`scratch_bytes`] wants it.
pub fn plan(
    plan: &mut Plan,
    op: IndexOp,
    axis: u8,
    sources: &[Operand],
    destination: &Operand,
    scratch: Option<&Block>,
) -> Result<()> {
    let [first, second] = sources else { fail!(Internal, "{}: {} operands", op.name(), sources.len()) };
    let (values, index) = if op == IndexOp::Gather { (first, second) } else { (second, first) };
    let module = match module(op, destination.dtype) {
        Ok(module) => module,
        Err(why) => fail!(Unsupported, "{}: {why}", op.name()),
    };
    if index.layout.numel() == 0 {
        return Ok(());
    }
    let (axis, all) = (axis as usize, [destination, values, index]);
    let mut told = Told {
        key: key(module, index.dtype, 0),
        places: [Place { address: 0, start: 0 }; 3],
        layouts: [Layout::scalar(); 3],
        along: all.map(|operand| operand.layout.strides()[axis]),
        aside: scratch.map_or(0, |block| block.address),
        indices: index.layout.dims()[axis],
        len: (if op == IndexOp::Gather { values } else { destination }).layout.dims()[axis],
    };
    for (i, operand) in all.iter().enumerate() {
        told.places[i] = Place::of(operand, op.name())?;
        let (mut dims, mut strides) = (operand.layout.dims().to_vec(), operand.layout.strides().to_vec());
        if op != IndexOp::Gather {
            // An invocation stands for a line.
            dims.remove(axis);
            strides.remove(axis);
        } else if i == 1 {
            // For an element, whose place along the dimension is not known yet.
            dims[axis] = told.indices;
            strides[axis] = 0;
        }
        told.layouts[i] = Layout::from_parts(&dims, &strides, 0)?;
    }
    if op == IndexOp::Gather {
        return told.emit(op.name(), &mut |dispatch| {
            plan.push(dispatch);
            Ok(())
        });
    }
    // The parts of all lines after each other; of halves the whole of them three times, see scatter.comp.
    for phase in 0..if scratch.is_some() { 3 } else { 1 } {
        for first in (0..told.indices).step_by(MOST_TURNS as usize) {
            let mut part = Told { key: key(module, index.dtype, phase), ..told };
            part.indices = MOST_TURNS.min(told.indices - first);
            for (place, step) in part.places.iter_mut().zip(told.along).skip(1) {
                place.start += first * step;
            }
            part.emit(op.name(), &mut |dispatch| {
                plan.push_in_turn(dispatch);
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// A look at an index for a dimension of `len`.
pub struct Look<'a> {
    pub op: IndexOp,
    pub index: Operand<'a>,
    pub len: i64,
}

impl<'a> Look<'a> {
    /// Of the operands of an op; `None` where there is no index. `stretched` gets the layout that is looked at.
    pub fn new(op: IndexOp, index: &Operand<'a>, len: i64, stretched: &'a mut Layout) -> Result<Look<'a>> {
        *stretched = *index.layout;
        // What stands in many positions is looked at once.
        for axis in 0..stretched.rank() {
            if stretched.strides()[axis] == 0 && stretched.dims()[axis] > 1 {
                *stretched = stretched.slice(axis, 0, 1, 1)?;
            }
        }
        Ok(Look { op, index: Operand { layout: stretched, ..*index }, len })
    }

    /// Emits the one dispatch, which leaves the number of the first wrong index in `found`.
    pub fn plan(&self, found: &Block, emit: &mut dyn FnMut(Dispatch) -> Result<()>) -> Result<()> {
        let place = Place::of(&self.index, self.op.name())?;
        if self.len >= i64::from(i32::MAX) {
            let len = self.len;
            fail!(Unsupported, "{}: a dimension of {len}, more than 2^31 elements on a vulkan device", self.op.name());
        }
        let told = Told {
            key: key(Id::index_check, self.index.dtype, 0),
            places: [place; 3],
            layouts: [*self.index.layout; 3],
            along: [0; 3],
            aside: found.address,
            indices: 0,
            len: self.len,
        };
        told.emit(self.op.name(), emit)
    }

    /// Where in its buffer the index with this number lies, in elements.
    pub fn lies(&self, mut number: i64) -> i64 {
        let joint = Joint::<1>::new(&[self.index.layout]);
        let mut at = self.index.layout.offset();
        for d in (0..joint.rank).rev() {
            at += number % joint.dims[d] * joint.strides[0][d];
            number /= joint.dims[d];
        }
        at
    }
}
