//! The types of a module, with sizes: each is known when it is declared, from those before it, so nothing here recurses.
#![forbid(unsafe_code)]

use super::parse::{Decorations, Value};
use ffi_base::{Result, fail};
use rspirv::dr::{Instruction, Operand};
use rspirv::spirv::{Dim, ImageFormat, Op};
use std::collections::{HashMap, HashSet};

/// A type, by what it is made of.
#[derive(Clone, Debug)]
pub enum Type {
    Bool,
    Int {
        signed: bool,
    },
    Float,
    Vector {
        of: u32,
        len: u32,
    },
    Matrix {
        column: u32,
        columns: u32,
    },
    /// `len` is `None` where the memory bound decides; where a specialization constant does, `constant` is the one, and `len` what it
    /// is by default.
    Array {
        of: u32,
        len: Option<u32>,
        constant: Option<u32>,
    },
    Struct,
    Pointer {
        to: u32,
    },
    /// `of` is the type of a texel's numbers; `plain` is of two dimensions, one layer and one sample.
    Image {
        of: u32,
        plain: bool,
        sampled: u32,
        /// How its texels lie, where it says so.
        format: Option<ImageFormat>,
    },
    SampledImage {
        image: u32,
    },
    Sampler,
    Other,
}

/// All types by id.
#[derive(Default)]
pub struct Types {
    types: HashMap<u32, Type>,
    sizes: HashMap<u32, u64>,
    /// Those whose size a specialization constant decides.
    varying: HashSet<u32>,
}

fn id(i: &Instruction, at: usize) -> u32 {
    i.operands.get(at).and_then(Operand::id_ref_any).unwrap_or(0)
}
fn number(i: &Instruction, at: usize) -> u32 {
    match i.operands.get(at) {
        Some(Operand::LiteralBit32(n)) => *n,
        _ => 0,
    }
}

impl Types {
    pub fn get(&self, id: u32) -> Option<&Type> {
        self.types.get(&id)
    }

    /// Bytes of a value in memory; 0 for what has no size, and for the part whose length the memory decides.
    pub fn size(&self, id: u32) -> u64 {
        self.sizes.get(&id).copied().unwrap_or(0)
    }

    /// Whether a specialization constant decides its size.
    pub fn varies(&self, id: u32) -> bool {
        self.varying.contains(&id)
    }

    /// Takes a declaration.
    pub fn add(
        &mut self,
        i: &Instruction,
        decorations: &HashMap<u32, Decorations>,
        members: &HashMap<(u32, u32), Decorations>,
        values: &HashMap<u32, Value>,
    ) -> Result<()> {
        let Some(own) = i.result_id else { return Ok(()) };
        let (made, size) = match i.class.opcode {
            Op::TypeBool => (Type::Bool, 4),
            Op::TypeInt => (Type::Int { signed: number(i, 1) == 1 }, u64::from(number(i, 0) / 8)),
            Op::TypeFloat => (Type::Float, u64::from(number(i, 0) / 8)),
            Op::TypeVector => {
                let (of, len) = (id(i, 0), number(i, 1));
                (Type::Vector { of, len }, self.size(of).saturating_mul(u64::from(len)))
            }
            Op::TypeMatrix => {
                let (column, columns) = (id(i, 0), number(i, 1));
                (Type::Matrix { column, columns }, self.size(column).saturating_mul(u64::from(columns)))
            }
            Op::TypeArray => {
                let (of, len) = (id(i, 0), id(i, 1));
                // A length that is computed from others is not followed: it may be anything, like one that specializes. No matter, but
                // where the array is part of an interface.
                let value = values.get(&len);
                // An id that names no plain constant has no value here, and so nothing that a caller may set.
                let specializes = value.is_none_or(|value| value.specializes);
                let constant = specializes.then_some(len);
                let len = value.map_or(Some(0), |value| u32::try_from(value.bits).ok());
                let stride = decorations.get(&own).and_then(|d| d.array_stride).map_or(self.size(of), u64::from);
                let Some(len) = len else { fail!(BadFormat, "an array is longer than 32 bits count") };
                if specializes || self.varies(of) {
                    self.varying.insert(own);
                }
                (Type::Array { of, len: Some(len), constant }, stride.saturating_mul(u64::from(len)))
            }
            Op::TypeRuntimeArray => (Type::Array { of: id(i, 0), len: None, constant: None }, 0),
            Op::TypeStruct => {
                let ids: Vec<u32> = i.operands.iter().filter_map(Operand::id_ref_any).collect();
                if ids.iter().any(|of| self.varies(*of)) {
                    self.varying.insert(own);
                }
                let mut end = 0;
                for (at, of) in ids.iter().enumerate() {
                    let member = members.get(&(own, at as u32));
                    let offset = member.and_then(|m| m.offset).map_or(end, u64::from);
                    end = end.max(offset.saturating_add(self.member_size(*of, member)));
                }
                (Type::Struct, end)
            }
            Op::TypePointer => (Type::Pointer { to: id(i, 1) }, 8),
            Op::TypeImage => {
                let Some(Operand::Dim(dim)) = i.operands.get(1) else { return Ok(()) };
                let plain = *dim == Dim::Dim2D && number(i, 3) == 0 && number(i, 4) == 0;
                let format = match i.operands.get(6) {
                    Some(Operand::ImageFormat(format)) if *format != ImageFormat::Unknown => Some(*format),
                    _ => None,
                };
                (Type::Image { of: id(i, 0), plain, sampled: number(i, 5), format }, 0)
            }
            Op::TypeSampledImage => (Type::SampledImage { image: id(i, 0) }, 0),
            Op::TypeSampler => (Type::Sampler, 0),
            _ => (Type::Other, 0),
        };
        self.types.insert(own, made);
        self.sizes.insert(own, size);
        Ok(())
    }

    /// A matrix says with its member how far apart its columns, or rows, are.
    fn member_size(&self, of: u32, member: Option<&Decorations>) -> u64 {
        let (Some(Type::Matrix { column, columns }), Some(member)) = (self.get(of), member) else {
            return self.size(of);
        };
        let (Some(stride), Some(Type::Vector { len: rows, .. })) = (member.matrix_stride, self.get(*column)) else {
            return self.size(of);
        };
        let lines = if member.row_major { *rows } else { *columns };
        u64::from(stride).saturating_mul(u64::from(lines))
    }
}
