//! Straight-line code over rows of the op table: what a map executes at every index.

use crate::dtype::{DType, not_defined_for};
use crate::elementwise::{Class, MapOp};
use ffi_base::{Result, fail};
use std::borrow::Cow;

/// One instruction: a row of the op table applied to registers. Registers are the inputs, then the scalars, then one per
/// instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Inst {
    /// The row.
    pub op: MapOp,
    /// Its operands; those beyond its arity are unused.
    pub args: [u8; 3],
    /// The dtype a cast gives; `None` casts to the destination's.
    pub to: Option<DType>,
}

/// At most this many registers.
pub const MAX_REGISTERS: usize = 24;
/// At most this many input views.
pub const MAX_INPUTS: usize = 8;

/// Code over registers. The last register is the result.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Program {
    /// For messages and traces.
    pub name: &'static str,
    /// How many views it reads.
    pub inputs: u8,
    /// How many scalars it takes.
    pub scalars: u8,
    /// In order.
    pub code: Cow<'static, [Inst]>,
}

macro_rules! single {
    ($( #[doc = $doc:literal] $name:ident: $class:ident($($x:ident),*) = $e:expr, d($y:ident, $g:ident) = [$($d:expr),*]; )*) => {
        /// The row alone, over views.
        static VIEWS: &[Program] = &[ $( Program { name: stringify!($name), inputs: [$(stringify!($x)),*].len() as u8, scalars: 0,
            code: Cow::Borrowed(&[Inst { op: MapOp::$name, args: [0, 1, 2], to: None }]) } ),* ];
        /// The row with its last operand a scalar.
        static LAST_SCALAR: &[Program] = &[ $( Program { name: stringify!($name), inputs: [$(stringify!($x)),*].len() as u8 - 1, scalars: 1,
            code: Cow::Borrowed(&[Inst { op: MapOp::$name, args: [0, 1, 2], to: None }]) } ),* ];
    };
}
crate::with_elementwise_ops!(single);

/// Copies one view to another, converting where their dtypes differ.
pub static COPY: &Program = &Program {
    name: "copy",
    inputs: 1,
    scalars: 0,
    code: Cow::Borrowed(&[Inst { op: MapOp::cast, args: [0, 0, 0], to: None }]),
};

/// Writes one scalar everywhere.
pub static FILL: &Program = &Program {
    name: "fill",
    inputs: 0,
    scalars: 1,
    code: Cow::Borrowed(&[Inst { op: MapOp::cast, args: [0, 0, 0], to: None }]),
};

impl Program {
    /// A row alone, all operands views.
    pub fn of(op: MapOp) -> &'static Program {
        &VIEWS[op as usize]
    }

    /// A row alone, its last operand a scalar.
    pub fn with_scalar(op: MapOp) -> &'static Program {
        &LAST_SCALAR[op as usize]
    }

    /// The row that this program is, when it is one row over views in order. What `of` gives, and most of what runs.
    #[inline(always)]
    pub fn as_row(&self) -> Option<MapOp> {
        match &*self.code {
            [inst] if self.scalars == 0 && inst.args == [0, 1, 2] && inst.op.arity() == self.inputs as usize => {
                Some(inst.op)
            }
            _ => None,
        }
    }

    /// How many registers it uses.
    pub fn registers(&self) -> usize {
        self.inputs as usize + self.scalars as usize + self.code.len()
    }

    /// Whether the program fits these operands. One row over views is the common case and needs no register file.
    #[inline]
    pub fn check_types(&self, inputs: &[DType], destination: DType) -> Result<()> {
        if let Some(op) = self.as_row()
            && inputs.len() == self.inputs as usize
            && let class = op.class()
            && !matches!(class, Class::Select | Class::Cast)
            && let Some((&operand, others)) = inputs.split_first()
            && class.dtypes().has(operand)
            && class.result(operand, destination) == destination
            && others.iter().all(|&dtype| dtype == operand)
        {
            return Ok(());
        }
        self.types(inputs.iter().copied(), destination).map(|_| ())
    }

    /// The dtype of every register, or why the program does not fit these operands. A scalar has the dtype that its use
    /// asks for: bool as a condition or operand of logic, else that of the operands or the result beside it.
    pub fn types(
        &self,
        inputs: impl ExactSizeIterator<Item = DType>,
        destination: DType,
    ) -> Result<[DType; MAX_REGISTERS]> {
        if inputs.len() != self.inputs as usize || self.registers() > MAX_REGISTERS || self.code.is_empty() {
            let count = inputs.len();
            fail!(
                InvalidArgument,
                "{}: {count} operands for {} inputs, {} registers",
                self.name,
                self.inputs,
                self.registers()
            );
        }
        let mut types = [destination; MAX_REGISTERS];
        let mut next = 0;
        let mut last = destination;
        for dtype in inputs {
            types[next] = dtype;
            last = dtype;
            next += 1;
        }
        if self.scalars > 0 {
            self.scalar_types(last, destination, &mut types);
            next += self.scalars as usize;
        }
        for inst in self.code.iter() {
            let args = &inst.args[..inst.op.arity()];
            if args.iter().any(|&arg| arg as usize >= next) {
                fail!(InvalidArgument, "{}: {} reads a register that is not written yet", self.name, inst.op.name());
            }
            let class = inst.op.class();
            let of = |i: usize| types[args[i] as usize];
            let operand = of(args.len() - 1);
            let checked = if class == Class::Select { 1 } else { 0 };
            if let Some(&other) = args[checked..].iter().find(|&&arg| types[arg as usize] != operand) {
                fail!(DtypeMismatch, "{}: operands are {} and {operand}", inst.op.name(), types[other as usize]);
            }
            if class == Class::Select && of(0) != DType::Bool {
                fail!(DtypeMismatch, "{}: the condition is {}, not bool", inst.op.name(), of(0));
            }
            if !class.dtypes().has(operand) {
                return Err(not_defined_for(inst.op.name(), operand));
            }
            types[next] = class.result(operand, inst.to.unwrap_or(destination));
            next += 1;
        }
        if types[next - 1] != destination {
            fail!(DtypeMismatch, "{}: the result is {}, the destination {destination}", self.name, types[next - 1]);
        }
        Ok(types)
    }

    /// Fills in the dtypes of the scalars, given those of the inputs. What an instruction says about one register says
    /// something about others, forwards and backwards, so it is asked again until nothing is new; what nothing decides
    /// (a number compared with a number) has the dtype of the last input.
    #[inline(never)]
    fn scalar_types(&self, last: DType, destination: DType, types: &mut [DType; MAX_REGISTERS]) {
        let inputs = self.inputs as usize;
        let first = inputs + self.scalars as usize;
        let mut known = [None; MAX_REGISTERS];
        for (known, dtype) in known.iter_mut().zip(&types[..inputs]) {
            *known = Some(*dtype);
        }
        if let Some(result) = known.get_mut(first + self.code.len() - 1) {
            *result = Some(destination);
        }
        let mut news = true;
        while std::mem::take(&mut news) {
            let mut learn = |slot: &mut Option<DType>, dtype: DType| {
                if slot.is_none() {
                    (*slot, news) = (Some(dtype), true);
                }
            };
            for (at, inst) in self.code.iter().enumerate() {
                let result = first + at;
                let args = &inst.args[..inst.op.arity()];
                // A program with bad registers is refused by the caller.
                if args.iter().any(|&arg| arg as usize >= result) {
                    continue;
                }
                // The registers that share one dtype.
                let (mut alike, mut with_result) = (args, true);
                match inst.op.class() {
                    Class::Cast => {
                        learn(&mut known[result], inst.to.unwrap_or(destination));
                        continue;
                    }
                    Class::Logic => args.iter().for_each(|&arg| learn(&mut known[arg as usize], DType::Bool)),
                    Class::Select => {
                        learn(&mut known[args[0] as usize], DType::Bool);
                        alike = &args[1..];
                    }
                    _ => {}
                }
                if matches!(inst.op.class(), Class::Logic | Class::Compare) {
                    learn(&mut known[result], DType::Bool);
                    with_result = false;
                }
                let shared = alike.iter().find_map(|&arg| known[arg as usize]);
                let shared = shared.or(if with_result { known[result] } else { None });
                if let Some(dtype) = shared {
                    alike.iter().for_each(|&arg| learn(&mut known[arg as usize], dtype));
                    if with_result {
                        learn(&mut known[result], dtype);
                    }
                }
            }
        }
        for register in inputs..first {
            types[register] = known[register].unwrap_or(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DType::{Bool, F32, I64, U8};

    fn types(inputs: &[DType], scalars: u8, code: &[Inst], to: DType) -> Vec<DType> {
        let program = Program { name: "test", inputs: inputs.len() as u8, scalars, code: Cow::Owned(code.to_vec()) };
        program.types(inputs.iter().copied(), to).unwrap()[..program.registers()].to_vec()
    }
    const fn inst(op: MapOp, args: [u8; 3]) -> Inst {
        Inst { op, args, to: None }
    }

    #[test]
    fn scalars_have_the_dtype_of_their_use() {
        // where(condition, 1, 2)
        assert_eq!(types(&[Bool], 2, &[inst(MapOp::select, [0, 1, 2])], F32), [Bool, F32, F32, F32]);
        // The last input is a bool that has nothing to do with the number.
        let fused = [inst(MapOp::mul, [0, 2, 0]), inst(MapOp::select, [1, 3, 0])];
        assert_eq!(types(&[F32, Bool], 1, &fused, F32), [F32, Bool, F32, F32, F32]);
        // Known only from the end: (2 * 3) into i64.
        let (two, six) = (inst(MapOp::mul, [1, 2, 0]), inst(MapOp::select, [0, 3, 1]));
        assert_eq!(types(&[Bool], 2, &[two, six], I64), [Bool, I64, I64, I64, I64]);
        // A number as condition, and one that a cast makes what it likes.
        assert_eq!(types(&[U8], 1, &[inst(MapOp::select, [1, 0, 0])], U8), [U8, Bool, U8]);
        assert_eq!(types(&[U8], 1, &[inst(MapOp::lt, [0, 1, 0])], Bool), [U8, U8, Bool]);
        assert_eq!(types(&[], 1, FILL.code.as_ref(), I64), [I64, I64]);
        let mixed = [inst(MapOp::add, [0, 1, 0]), Inst { op: MapOp::cast, args: [2, 0, 0], to: Some(U8) }];
        assert_eq!(types(&[F32], 1, &mixed, U8), [F32, F32, F32, U8]);
    }
}
