//! What a dispatch is told: push constants, the table of dims and strides, and where an operand's elements lie.
#![forbid(unsafe_code)]

use super::assemble::Programs;
use super::kernel::Key;
use super::memory::Block;
use super::tiles::Traits;
use ash::vk;
use ffi_backend::{DType, Layout, Result, Scalar, View, fail};

/// Words of the table that a dispatch reads dims and strides from.
pub const TABLE_WORDS: usize = 60;

/// Merged dims of so many dimensions travel as push constants where a kernel finds each element; more as a table.
pub const PUSHED_RANK: usize = 3;

/// Invocations of every kernel's workgroup.
pub const GROUP: i64 = 256;

/// Workgroups that every driver takes in one dimension.
const MOST_GROUPS: u64 = 65535;

/// One operand, its buffer resolved.
#[derive(Clone, Copy)]
pub struct Operand<'a> {
    pub block: &'a Block,
    pub dtype: DType,
    pub layout: &'a Layout,
}

impl<'a> Operand<'a> {
    pub fn new(view: &View<'a>, block: &'a Block) -> Operand<'a> {
        Operand { block, dtype: view.dtype, layout: view.layout }
    }
}

/// Operands of a dispatch that are storage buffers.
pub const BINDINGS: usize = 4;

/// Operands of a program, the destination first.
pub const MOST_VIEWS: usize = 9;

/// Words of a program's uniform buffer; as in fused.comp.
pub const UNIFORM_WORDS: usize = 144;

/// Where bindings begin at multiples of, in bytes; the widest that drivers ask for.
const BINDING_STEP: u64 = 256;

/// The part of a block that a kernel has as a storage buffer.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    pub buffer: vk::Buffer,
    pub offset: u64,
    pub len_bytes: u64,
}

/// Push constants, or a table, word after word.
#[derive(Clone, Copy)]
pub struct Words<const N: usize> {
    words: [u32; N],
    len: usize,
}

impl<const N: usize> Words<N> {
    pub fn new() -> Words<N> {
        Words { words: [0; N], len: 0 }
    }
    pub fn u32(&mut self, word: u32) -> &mut Self {
        if let Some(slot) = self.words.get_mut(self.len) {
            *slot = word;
        }
        self.len += 1;
        self
    }
    /// A dimension, stride or start; the places given out fit, see [`Place`].
    pub fn i64(&mut self, value: i64) -> &mut Self {
        self.u32(value as u32)
    }
    /// Low word first.
    pub fn u64(&mut self, value: u64) -> &mut Self {
        self.u32(value as u32).u32((value >> 32) as u32)
    }
    /// Replaces a word.
    pub fn set(&mut self, at: usize, word: u32) {
        if let Some(slot) = self.words.get_mut(at) {
            *slot = word;
        }
    }
    pub fn pair(&mut self, value: [u32; 2]) -> &mut Self {
        self.u32(value[0]).u32(value[1])
    }
    /// Where the next word goes.
    pub fn len(&self) -> usize {
        self.len
    }
    pub fn as_slice(&self) -> &[u32] {
        &self.words[..self.len.min(N)]
    }
}

/// One dispatch, ready to record.
pub struct Dispatch<'a> {
    pub key: Key,
    pub push: &'a mut Words<32>,
    /// The table, and at which word of `push` its address goes.
    pub table: Option<(&'a Words<TABLE_WORDS>, usize)>,
    /// For kernels over storage buffers.
    pub bindings: Option<[Binding; BINDINGS]>,
    pub groups: [u32; 2],
}

/// What a program has besides: its views, and the words of its uniform buffer.
pub struct Uniform {
    pub words: Words<UNIFORM_WORDS>,
    pub bindings: [Option<Binding>; MOST_VIEWS],
}

/// One dispatch as it waits to be recorded.
pub struct Step {
    pub key: Key,
    pub push: Words<32>,
    pub table: Option<(Words<TABLE_WORDS>, usize)>,
    pub bindings: Option<[Binding; BINDINGS]>,
    /// A program's, by its place in the plan.
    pub uniform: Option<usize>,
    pub groups: [u32; 2],
    /// Whether it depends on the steps before it.
    pub after: bool,
}

/// All dispatches of an op, known before the first of them is recorded.
#[derive(Default)]
pub struct Plan {
    pub steps: Vec<Step>,
    pub uniforms: Vec<Uniform>,
    /// Stays from op to op.
    pub programs: Programs,
    /// The longest part of a buffer that kernels have as one, 0 where they take addresses.
    pub most: u64,
    /// How the device makes matrix products.
    pub products: Traits,
    /// Bytes of matrices that wait for linear algebra at a time, but one at least.
    pub waiting: i64,
}

/// Turns of its loops that a kernel's invocation makes in one dispatch at most. lavapipe ends all loops of an invocation after 65535
/// turns in all, without a word; and a dispatch that runs for seconds loses the device on a desktop.
pub const MOST_TURNS: i64 = 1 << 15;

/// Workgroups for one invocation an element.
pub fn groups_for_each(elements: i64) -> [u32; 2] {
    groups(elements, GROUP)
}

/// Workgroups for so many outputs of so many each, folded in two dimensions where one does not hold them.
pub fn groups(outputs: i64, each: i64) -> [u32; 2] {
    let groups = (outputs as u64).div_ceil(each.max(1) as u64).max(1);
    let rows = groups.div_ceil(MOST_GROUPS);
    [groups.div_ceil(rows) as u32, rows as u32]
}

/// Where a kernel finds an operand: the address of its lowest element, and the first element's index from there. Strides and
/// indices are 32-bit in kernels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub address: u64,
    pub start: i64,
}

impl Place {
    /// `None` if the elements span more than kernels can count.
    pub fn new(base: u64, dtype: DType, offset: i64, dims: &[i64], strides: &[i64]) -> Option<Place> {
        Place::spanning(base, dtype, offset, dims, strides).map(|(place, _)| place)
    }

    /// With how many elements lie between the lowest and the highest.
    pub fn spanning(base: u64, dtype: DType, offset: i64, dims: &[i64], strides: &[i64]) -> Option<(Place, i64)> {
        let (mut low, mut high) = (0i64, 0i64);
        for (dim, stride) in dims.iter().zip(strides) {
            let reach = (dim - 1).checked_mul(*stride)?;
            if reach < 0 { low = low.checked_add(reach)? } else { high = high.checked_add(reach)? }
        }
        let span = high.checked_sub(low)?;
        let lowest = offset.checked_add(low)?;
        let fits = span < i64::from(i32::MAX) && dims.iter().all(|dim| *dim < i64::from(i32::MAX));
        fits.then(|| (Place { address: base + lowest as u64 * dtype.size() as u64, start: -low }, span))
    }

    /// The same in a binding of at most so many bytes, elements counted from where that begins; `None` where it does not fit.
    pub fn bound(self, block: &Block, size: usize, span: i64, most: u64) -> Option<(Place, Binding)> {
        let (lowest, size) = (self.address - block.address, size as u64);
        let offset = lowest / BINDING_STEP * BINDING_STEP;
        let before = (lowest - offset) / size;
        let needed = (before + span as u64 + 1) * size; // no more: parts of one view then stay apart
        let place = Place { address: 0, start: self.start + before as i64 };
        (needed <= most).then_some((place, Binding { buffer: block.buffer, offset, len_bytes: needed }))
    }

    /// A whole view in a binding; `None` where it does not fit, or there are none.
    pub fn of_bound(operand: &Operand, most: u64) -> Option<(Place, Binding)> {
        let (layout, block) = (operand.layout, operand.block);
        let (dims, strides) = (layout.dims(), layout.strides());
        let (place, span) = Place::spanning(block.address, operand.dtype, layout.offset(), dims, strides)?;
        place.bound(block, operand.dtype.size(), span, most)
    }

    /// Of a whole view, or the refusal.
    pub fn of(operand: &Operand, op: &str) -> Result<Place> {
        let layout = operand.layout;
        match Place::new(operand.block.address, operand.dtype, layout.offset(), layout.dims(), layout.strides()) {
            Some(place) => Ok(place),
            None => fail!(Unsupported, "{op}: view {layout:?} spans more than 2^31 elements on a vulkan device"),
        }
    }
}

/// A scalar's bits as an element of this dtype lies in memory.
pub fn element_bits(scalar: Scalar, dtype: DType) -> [u32; 2] {
    use ffi_backend::dtype::types;
    let wide = |bits: u64| [bits as u32, (bits >> 32) as u32];
    match dtype {
        DType::F64 => wide(scalar.to::<types::F64>().to_bits()),
        DType::F32 => [scalar.to::<types::F32>().to_bits(), 0],
        DType::F16 => [u32::from(scalar.to::<types::F16>().to_bits()), 0],
        DType::Bf16 => [u32::from(scalar.to::<types::Bf16>().to_bits()), 0],
        DType::I64 => wide(scalar.to::<types::I64>() as u64),
        DType::I32 => [scalar.to::<types::I32>() as u32, 0],
        DType::U8 => [u32::from(scalar.to::<types::U8>()), 0],
        DType::Bool => [u32::from(scalar.to::<types::Bool>().0), 0],
    }
}

/// A scalar's bits in the type that kernels compute this dtype in: 16-bit floats in f32, bytes in 32 bits.
pub fn computed_bits(scalar: Scalar, dtype: DType) -> [u32; 2] {
    use ffi_backend::dtype::types;
    match dtype {
        DType::F16 => [scalar.to::<types::F16>().to_f32().to_bits(), 0],
        DType::Bf16 => [scalar.to::<types::Bf16>().to_f32().to_bits(), 0],
        _ => element_bits(scalar, dtype),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_the_lowest_element_and_refuse_what_32_bits_do_not_hold() {
        let place = Place::new(4096, DType::F32, 11, &[3, 4], &[-4, 1]).unwrap();
        assert_eq!(place, Place { address: 4096 + 3 * 4, start: 8 });
        assert_eq!(Place::new(0, DType::U8, 0, &[2], &[1 << 31]), None);
        assert_eq!(Place::new(0, DType::U8, 0, &[i64::MAX, 3], &[i64::MAX, 1]), None);
    }
}
