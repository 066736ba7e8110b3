//! One pass over a module's instructions, which keeps what reflection asks for.
#![forbid(unsafe_code)]

use super::types::Types;
use ffi_base::{Error, Result, error, fail};
use rspirv::binary::{Consumer, ParseAction};
use rspirv::dr::{Instruction, ModuleHeader, Operand};
use rspirv::spirv::{BuiltIn, Capability, Decoration, ExecutionMode, ExecutionModel, Op, StorageClass};
use std::collections::{HashMap, HashSet};

/// A module of more bytes is refused: no real one comes near.
const LONGEST: usize = 64 << 20;

/// A global variable.
pub struct Variable {
    pub pointer: u32,
    pub class: StorageClass,
}

/// The name of a stage's function in the module.
pub struct EntryPoint {
    pub model: ExecutionModel,
    pub function: u32,
    pub name: String,
    /// The variables that it declares to use.
    pub interface: Vec<u32>,
}

/// What an instruction says of an id, or of a member of a type.
#[derive(Default)]
pub struct Decorations {
    pub set: Option<u32>,
    pub binding: Option<u32>,
    pub location: Option<u32>,
    pub spec_id: Option<u32>,
    pub array_stride: Option<u32>,
    pub matrix_stride: Option<u32>,
    pub offset: Option<u32>,
    pub built_in: Option<BuiltIn>,
    pub block: bool,
    pub buffer_block: bool,
    pub row_major: bool,
    pub non_writable: bool,
}

/// A constant's type and value, and whether it may be specialised.
#[derive(Clone)]
pub struct Value {
    pub of: u32,
    pub bits: u64,
    pub specializes: bool,
}

/// An image and the sampler that it is joined with: globals, `None` where that is not known.
pub type Join = (Option<u32>, Option<u32>);

/// Everything that was found.
#[derive(Default)]
pub struct Tables {
    pub version: (u8, u8),
    pub capabilities: Vec<Capability>,
    pub entries: Vec<EntryPoint>,
    /// Work-group sizes by function: numbers, or ids of constants.
    pub local_size: HashMap<u32, ([u32; 3], bool)>,
    pub types: Types,
    pub decorations: HashMap<u32, Decorations>,
    pub members: HashMap<(u32, u32), Decorations>,
    pub variables: HashMap<u32, Variable>,
    pub values: HashMap<u32, Value>,
    /// Constants of constants: the work-group size may be one.
    pub composites: HashMap<u32, Vec<u32>>,
    /// The globals and functions that a function's instructions name. Few, since every entry point follows them.
    pub uses: HashMap<u32, HashSet<u32>>,
    /// By function, the images and samplers that its instructions join.
    pub joins: HashMap<u32, HashSet<Join>>,
    /// What was joined by value: it counts when something samples it. Fetches and queries of size take the image out again.
    joined: HashMap<u32, Join>,
    /// Which global a value was loaded from, or points into.
    origins: HashMap<u32, u32>,
    function: Option<u32>,
    trouble: Option<Error>,
}

/// Reads a module.
pub fn parse(code: &[u8]) -> Result<Tables> {
    check_frames(code)?;
    let mut tables = Tables::default();
    // The parser indexes what it has not counted; a panic of it is a module that nobody should compile.
    let parsed = ffi_base::guard::guard_callback(|| {
        rspirv::binary::parse_bytes(code, &mut tables).map_err(|state| error!(BadFormat, "the module: {state}"))
    });
    match (tables.trouble.take(), parsed) {
        (Some(trouble), _) => Err(trouble),
        (None, Ok(())) => Ok(tables),
        (None, Err(error)) => Err(Error::new(ffi_base::Code::BadFormat, error.text())),
    }
}

/// Whether the words are a header and whole instructions to the end.
fn check_frames(code: &[u8]) -> Result<()> {
    if code.len() > LONGEST {
        fail!(BadFormat, "a module of {} bytes; {LONGEST} are the most that is read", code.len());
    }
    if code.len() < 20 || !code.len().is_multiple_of(4) {
        fail!(BadFormat, "{} bytes are no SPIR-V module: words of 4 bytes, 5 of them a header", code.len());
    }
    let word = |at: usize| u32::from_le_bytes([code[at], code[at + 1], code[at + 2], code[at + 3]]);
    if word(0) != 0x0723_0203 {
        fail!(BadFormat, "the first word is {:#010x}, not that of little-endian SPIR-V, 0x07230203", word(0));
    }
    let mut at = 20;
    while at < code.len() {
        let words = (word(at) >> 16) as usize;
        if words == 0 || words * 4 > code.len() - at {
            fail!(BadFormat, "the instruction at byte {at} is of {words} words, with {} left", (code.len() - at) / 4);
        }
        at += words * 4;
    }
    Ok(())
}

fn id(instruction: &Instruction, at: usize) -> Option<u32> {
    instruction.operands.get(at).and_then(Operand::id_ref_any)
}
fn number(operands: &[Operand], at: usize) -> Option<u32> {
    match operands.get(at)? {
        Operand::LiteralBit32(n) => Some(*n),
        _ => None,
    }
}

impl Decorations {
    fn add(&mut self, operands: &[Operand]) {
        let Some(Operand::Decoration(decoration)) = operands.first() else { return };
        let value = number(operands, 1);
        match decoration {
            Decoration::DescriptorSet => self.set = value,
            Decoration::Binding => self.binding = value,
            Decoration::Location => self.location = value,
            Decoration::SpecId => self.spec_id = value,
            Decoration::ArrayStride => self.array_stride = value,
            Decoration::MatrixStride => self.matrix_stride = value,
            Decoration::Offset => self.offset = value,
            Decoration::Block => self.block = true,
            Decoration::BufferBlock => self.buffer_block = true,
            Decoration::RowMajor => self.row_major = true,
            Decoration::NonWritable => self.non_writable = true,
            Decoration::BuiltIn => {
                if let Some(Operand::BuiltIn(built_in)) = operands.get(1) {
                    self.built_in = Some(*built_in);
                }
            }
            _ => {}
        }
    }
}

impl Tables {
    fn entry(&mut self, i: &Instruction) {
        let [Operand::ExecutionModel(model), Operand::IdRef(function), Operand::LiteralString(name), rest @ ..] =
            i.operands.as_slice()
        else {
            return;
        };
        let interface = rest.iter().filter_map(Operand::id_ref_any).collect();
        self.entries.push(EntryPoint { model: *model, function: *function, name: name.clone(), interface });
    }

    fn execution_mode(&mut self, i: &Instruction) {
        let (Some(function), Some(Operand::ExecutionMode(mode))) = (id(i, 0), i.operands.get(1)) else { return };
        let by_id = match mode {
            ExecutionMode::LocalSize => false,
            ExecutionMode::LocalSizeId => true,
            _ => return,
        };
        let word = |at: usize| if by_id { id(i, at) } else { number(&i.operands, at) };
        if let (Some(x), Some(y), Some(z)) = (word(2), word(3), word(4)) {
            self.local_size.insert(function, ([x, y, z], by_id));
        }
    }

    fn value(&mut self, i: &Instruction, bits: u64, specializes: bool) {
        if let (Some(result), Some(of)) = (i.result_id, i.result_type) {
            self.values.insert(result, Value { of, bits, specializes });
        }
    }

    fn literal(i: &Instruction) -> u64 {
        match i.operands.first() {
            Some(Operand::LiteralBit32(n)) => u64::from(*n),
            Some(Operand::LiteralBit64(n)) => *n,
            _ => 0,
        }
    }

    fn origin(&self, id: u32) -> Option<u32> {
        if self.variables.contains_key(&id) { Some(id) } else { self.origins.get(&id).copied() }
    }

    fn take(&mut self, i: &Instruction) -> Result<()> {
        match i.class.opcode {
            Op::Capability => {
                if let Some(Operand::Capability(capability)) = i.operands.first() {
                    self.capabilities.push(*capability);
                }
            }
            Op::EntryPoint => self.entry(i),
            Op::ExecutionMode | Op::ExecutionModeId => self.execution_mode(i),
            Op::Decorate | Op::DecorateId => {
                if let Some(target) = id(i, 0) {
                    self.decorations.entry(target).or_default().add(&i.operands[1..]);
                }
            }
            Op::MemberDecorate => {
                if let (Some(target), Some(member)) = (id(i, 0), number(&i.operands, 1)) {
                    self.members.entry((target, member)).or_default().add(&i.operands[2..]);
                }
            }
            Op::Variable => {
                if let (Some(result), Some(pointer), Some(Operand::StorageClass(class)), None) =
                    (i.result_id, i.result_type, i.operands.first(), self.function)
                {
                    self.variables.insert(result, Variable { pointer, class: *class });
                }
            }
            Op::Constant => self.value(i, Tables::literal(i), false),
            Op::ConstantTrue => self.value(i, 1, false),
            Op::ConstantFalse => self.value(i, 0, false),
            Op::SpecConstant => self.value(i, Tables::literal(i), true),
            Op::SpecConstantTrue => self.value(i, 1, true),
            Op::SpecConstantFalse => self.value(i, 0, true),
            Op::ConstantComposite | Op::SpecConstantComposite => {
                if let Some(result) = i.result_id {
                    self.composites.insert(result, i.operands.iter().filter_map(Operand::id_ref_any).collect());
                }
            }
            Op::Function => {
                self.function = i.result_id;
                self.uses.entry(i.result_id.unwrap_or(0)).or_default();
            }
            Op::FunctionEnd => self.function = None,
            Op::Load | Op::AccessChain | Op::InBoundsAccessChain | Op::CopyObject if self.function.is_some() => {
                if let (Some(result), Some(from)) = (i.result_id, id(i, 0).and_then(|from| self.origin(from))) {
                    self.origins.insert(result, from);
                }
            }
            Op::SampledImage => {
                let part = |at: usize| id(i, at).and_then(|from| self.origin(from));
                if let Some(result) = i.result_id {
                    let join = (part(0), part(1));
                    self.joined.insert(result, join);
                }
            }
            op if op.is_type() => self.types.add(i, &self.decorations, &self.members, &self.values)?,
            _ => {}
        }
        if let Some(uses) = self.function.and_then(|function| self.uses.get_mut(&function)) {
            let calls = i.class.opcode == Op::FunctionCall;
            let ids = i.operands.iter().filter_map(Operand::id_ref_any);
            uses.extend(ids.filter(|id| calls || self.variables.contains_key(id)));
        }
        if let Some(function) = self.function
            && i.class.opcode != Op::Image
        {
            let used = i.operands.iter().filter_map(Operand::id_ref_any).filter_map(|id| self.joined.get(&id));
            for join in used {
                self.joins.entry(function).or_default().insert(*join);
            }
        }
        Ok(())
    }
}

impl Consumer for Tables {
    fn initialize(&mut self) -> ParseAction {
        ParseAction::Continue
    }
    fn finalize(&mut self) -> ParseAction {
        ParseAction::Continue
    }
    fn consume_header(&mut self, header: ModuleHeader) -> ParseAction {
        self.version = header.version();
        ParseAction::Continue
    }
    fn consume_instruction(&mut self, instruction: Instruction) -> ParseAction {
        match self.take(&instruction) {
            Ok(()) => ParseAction::Continue,
            Err(error) => {
                self.trouble = Some(error);
                ParseAction::Stop
            }
        }
    }
}
