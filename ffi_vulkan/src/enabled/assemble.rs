//! A program as a module of its own: the calls of its instructions in the body of `program` in fused.comp, and of the rest of that
//! module what they need. So a driver gets straight-line code, and nobody needs a compiler of shaders.
#![forbid(unsafe_code)]

use ffi_backend::program::MAX_REGISTERS;
use ffi_backend::{Class, DType, Inst, Program, Result, error, fail};
use rspirv::binary::Assemble;
use rspirv::dr::{Function, Instruction, Module, Operand, load_bytes};
use rspirv::spirv::{Op, StorageClass};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU32, Ordering};

/// What is compiled for a program: its instructions, and the dtype of every register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    inputs: u8,
    scalars: u8,
    insts: Vec<Inst>,
    types: Vec<DType>,
}

/// Programs by number, each once. No number is given twice in a process, also by others of these: what was compiled for one that is
/// forgotten is then never taken for another's.
#[derive(Default)]
pub struct Programs {
    codes: HashMap<u32, Code>,
    numbers: HashMap<Box<[u32]>, u32>,
}

impl Programs {
    /// The number of a program, a new one where it was not seen before.
    pub fn number(&mut self, program: &Program, types: &[DType; MAX_REGISTERS]) -> u32 {
        let registers = program.registers().min(MAX_REGISTERS);
        let mut words = [0u32; 1 + 2 * MAX_REGISTERS];
        words[0] = u32::from(program.inputs) << 8 | u32::from(program.scalars);
        for (word, dtype) in words[1..].iter_mut().zip(&types[..registers]) {
            *word = dtype.number() as u32;
        }
        // A cast's dtype is that of its register.
        for (word, inst) in words[1 + registers..].iter_mut().zip(program.code.iter()) {
            let [a, b, c] = inst.args.map(u32::from);
            *word = (inst.op as u32) << 16 | a << 10 | b << 5 | c;
        }
        let words = &words[..1 + registers + program.code.len()];
        if let Some(&number) = self.numbers.get(words) {
            return number;
        }
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let code = Code {
            inputs: program.inputs,
            scalars: program.scalars,
            insts: program.code.to_vec(),
            types: types[..registers].to_vec(),
        };
        self.codes.insert(number, code);
        self.numbers.insert(words.into(), number);
        number
    }

    /// The program of a number.
    pub fn code(&self, number: u32) -> Option<&Code> {
        self.codes.get(&number)
    }
}

/// What a register holds: numbers of halves are computed in singles.
fn is_bool(dtype: DType) -> bool {
    dtype == DType::Bool
}

/// Functions of the module by name, and the ids of constants.
struct Base {
    module: Module,
    functions: HashMap<String, (u32, u32)>,
    constants: HashMap<u32, u32>,
    uint: u32,
}

impl Base {
    fn new(spirv: &[u8]) -> Result<Base> {
        let module = load_bytes(spirv).map_err(|why| error!(Internal, "the module of programs: {why}"))?;
        let named = |id: u32| {
            let names = module.debug_names.iter().filter(|name| name.operands.first() == Some(&Operand::IdRef(id)));
            names.filter_map(|name| name.operands.get(1)).find_map(|name| match name {
                Operand::LiteralString(text) => text.split('(').next().map(str::to_owned),
                _ => None,
            })
        };
        let mut functions = HashMap::new();
        for function in &module.functions {
            if let Some((id, of)) = function.def.as_ref().and_then(|def| Some((def.result_id?, def.result_type?)))
                && let Some(name) = named(id)
            {
                functions.insert(name, (id, of));
            }
        }
        let is_uint = |inst: &&Instruction| {
            inst.class.opcode == Op::TypeInt && inst.operands == [Operand::LiteralBit32(32), Operand::LiteralBit32(0)]
        };
        let uint = module.types_global_values.iter().find(is_uint).and_then(|inst| inst.result_id);
        let Some(uint) = uint else { fail!(Internal, "the module of programs has no integers") };
        Ok(Base { module, functions, constants: HashMap::new(), uint })
    }

    fn id(&mut self) -> u32 {
        let Some(header) = &mut self.module.header else { return 0 };
        header.bound += 1;
        header.bound - 1
    }

    /// The id of a number that kernels count with.
    fn constant(&mut self, value: u32) -> u32 {
        if let Some(&id) = self.constants.get(&value) {
            return id;
        }
        let (id, uint) = (self.id(), self.uint);
        let constant = Instruction::new(Op::Constant, Some(uint), Some(id), vec![Operand::LiteralBit32(value)]);
        self.module.types_global_values.push(constant);
        self.constants.insert(value, id);
        id
    }

    /// Appends a call to a body; the id of its result.
    fn call(&mut self, body: &mut Vec<Instruction>, name: &str, args: &[u32]) -> Result<u32> {
        let Some(&(function, of)) = self.functions.get(name) else { fail!(Internal, "programs have no {name}") };
        let operands = std::iter::once(function).chain(args.iter().copied()).map(Operand::IdRef).collect();
        let id = self.id();
        body.push(Instruction::new(Op::FunctionCall, Some(of), Some(id), operands));
        Ok(id)
    }

    fn function(&mut self, name: &str) -> Result<&mut Function> {
        let id = self.functions.get(name).map(|found| found.0);
        let mut functions = self.module.functions.iter_mut();
        match functions.find(|function| function.def.as_ref().and_then(|def| def.result_id) == id) {
            Some(function) if id.is_some() => Ok(function),
            _ => fail!(Internal, "programs have no {name}"),
        }
    }
}

/// The module of a program, made from that of fused.comp.
pub fn assemble(spirv: &[u8], code: &Code) -> Result<Vec<u32>> {
    let mut base = Base::new(spirv)?;
    let program = base.function("program")?;
    let index = program.parameters.first().and_then(|parameter| parameter.result_id);
    let Some(index) = index else { fail!(Internal, "a program without an index") };
    let (inputs, first) = (usize::from(code.inputs), usize::from(code.inputs + code.scalars));
    let mut body = Vec::new();
    let mut registers = vec![None; code.types.len()];
    for (at, inst) in code.insts.iter().enumerate() {
        let mut args = Vec::with_capacity(3);
        for &arg in &inst.args[..inst.op.arity()] {
            let arg = usize::from(arg);
            let value = match registers[arg] {
                Some(value) => value,
                // Each is read where it is first wanted.
                None if arg < inputs => {
                    base.call(&mut body, &format!("load_{}_{}", code.types[arg].name(), arg + 1), &[index])?
                }
                None => {
                    let place = base.constant((arg - inputs) as u32);
                    let name = if is_bool(code.types[arg]) { "scalar_bool" } else { "scalar" };
                    base.call(&mut body, name, &[place])?
                }
            };
            registers[arg] = Some(value);
            args.push(value);
        }
        let dtype = code.types[first + at];
        let mut value = match inst.op.class() {
            Class::Cast => {
                let from = code.types[usize::from(inst.args[0])];
                match (is_bool(from), is_bool(dtype)) {
                    (true, false) => base.call(&mut body, "from_bool", &args)?,
                    (false, true) => base.call(&mut body, "to_bool", &args)?,
                    _ => args[0],
                }
            }
            _ => base.call(&mut body, &format!("op_{}", inst.op.name()), &args)?,
        };
        if matches!(dtype, DType::F16 | DType::Bf16) {
            value = base.call(&mut body, &format!("round_{}", dtype.name()), &[value])?;
        }
        registers[first + at] = Some(value);
    }
    let Some((Some(result), dtype)) = registers.pop().zip(code.types.last()) else {
        fail!(Internal, "a program without a result");
    };
    base.call(&mut body, &format!("store_{}", dtype.name()), &[index, result])?;
    body.push(Instruction::new(Op::Return, None, None, Vec::new()));
    let program = base.function("program")?;
    program.blocks.truncate(1);
    if let Some(block) = program.blocks.first_mut() {
        block.instructions = body;
    }
    prune(&mut base.module);
    Ok(base.module.assemble())
}

fn references(inst: &Instruction) -> impl Iterator<Item = u32> {
    inst.operands.iter().filter_map(|operand| operand.id_ref_any())
}

/// Leaves out functions that nobody calls, the buffers that they alone use, and what is said of either.
fn prune(module: &mut Module) {
    let id_of = |function: &Function| function.def.as_ref().and_then(|def| def.result_id);
    let mut used: HashSet<u32> = HashSet::new();
    let mut waiting: Vec<u32> = module.entry_points.iter().flat_map(|entry| references(entry).take(1)).collect();
    while let Some(function) = waiting.pop() {
        let Some(function) = module.functions.iter().find(|known| id_of(known) == Some(function)) else { continue };
        for id in function.all_inst_iter().flat_map(references) {
            if used.insert(id) {
                waiting.push(id);
            }
        }
        used.extend(id_of(function));
    }
    let mut gone: HashSet<u32> = HashSet::new();
    module.functions.retain(|function| {
        let stays = id_of(function).is_some_and(|id| used.contains(&id));
        if !stays {
            gone.extend(function.all_inst_iter().filter_map(|inst| inst.result_id));
        }
        stays
    });
    module.types_global_values.retain(|inst| {
        let buffer = inst.class.opcode == Op::Variable
            && inst.operands.first() == Some(&Operand::StorageClass(StorageClass::StorageBuffer));
        let stays = !buffer || inst.result_id.is_some_and(|id| used.contains(&id));
        gone.extend(inst.result_id.filter(|_| !stays));
        stays
    });
    for entry in &mut module.entry_points {
        entry.operands.retain(|operand| operand.id_ref_any().is_none_or(|id| !gone.contains(&id)));
    }
    let stays = |inst: &Instruction| references(inst).next().is_none_or(|id| !gone.contains(&id));
    module.annotations.retain(stays);
    // Names are for people, and functions have been found.
    module.debug_names.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use ffi_backend::MapOp;

    #[test]
    fn a_program_has_one_number_and_no_other_list_gives_it_again() {
        let (exp, log) = (Program::of(MapOp::exp), Program::of(MapOp::log));
        let types = [DType::F32; MAX_REGISTERS];
        let (mut first, mut second) = (Programs::default(), Programs::default());
        let numbers = [first.number(exp, &types), first.number(log, &types), second.number(exp, &types)];
        assert_eq!(first.number(exp, &types), numbers[0]);
        assert!(numbers[0] != numbers[1] && !numbers[..2].contains(&numbers[2]), "{numbers:?}");
        assert!(first.code(numbers[1]).is_some() && first.code(numbers[2]).is_none());
    }
}
