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
    pub fn check_types(&self, inputs: impl ExactSizeIterator<Item = DType> + Clone, destination: DType) -> Result<()> {
        if let Some(op) = self.as_row()
            && inputs.len() == self.inputs as usize
            && let class = op.class()
            && !matches!(class, Class::Select | Class::Cast)
        {
            let mut inputs = inputs.clone();
            let operand = inputs.next().unwrap_or(destination);
            let fits = class.dtypes().has(operand) && class.result(operand, destination) == destination;
            if fits && inputs.all(|dtype| dtype == operand) {
                return Ok(());
            }
        }
        self.types(inputs, destination).map(|_| ())
    }

    /// The dtype of every register, or why the program does not fit these operands. A scalar has the dtype of the last
    /// input, or the destination's where there is none.
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
        types[next..next + self.scalars as usize].fill(last);
        next += self.scalars as usize;
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
}
