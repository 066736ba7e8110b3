//! Which module runs an instruction of a map, or why none does; asked before an op and when it is recorded.
#![forbid(unsafe_code)]

use ffi_backend::{Class, DType, Inst, Program};
use shaders::{Id, NO_DOUBLES};

/// What is dispatched for an instruction: the module, its constants, and whether scalars are elements or computed values.
#[derive(Clone, Copy)]
pub struct Choice {
    pub module: Id,
    pub constant: u32,
    /// The last constant: the result of a cast.
    pub result: u32,
    pub moves: bool,
}

/// The kernel for an instruction, or why there is none. `arg` is the dtype of its last operand; `scalar` says that it is one.
pub fn choose(inst: &Inst, arg: DType, destination: DType, scalar: bool) -> std::result::Result<Choice, &'static str> {
    let moved = |module| Ok(Choice { module, constant: 0, result: 0, moves: true });
    let by_size = |ids: [Id; 4]| ids[destination.size().trailing_zeros() as usize & 3];
    let class = inst.op.class();
    if inst.op.fault().is_some() && class.dtypes().has(arg) && !arg.is_float() {
        return Err("a kernel cannot report division by zero or a negative exponent of integers");
    }
    if arg == DType::F64 && NO_DOUBLES.contains(&inst.op.name()) {
        return Err("no such function of doubles on this device");
    }
    let module = match class {
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
        Class::Float | Class::Number | Class::Integer => match arg {
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
pub fn operands(program: &Program, inst: &Inst, types: &[DType]) -> (DType, bool) {
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
