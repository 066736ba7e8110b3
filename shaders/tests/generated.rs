//! The includes made from the op table: fails when one is stale, rewrites it under `BLESS=1`.
#![allow(clippy::unwrap_used, reason = "a test may fail this way")]

use ffi_backend::{Class, DType, MapOp, ReduceOp};
use std::fmt::Write;
use std::path::Path;

const FIRST_LINE: &str =
    "// Made from the op table by shaders/tests/generated.rs; BLESS=1 cargo test -p shaders rewrites it.\n";

fn current(name: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("glsl").join(name);
    if std::fs::read_to_string(&path).is_ok_and(|found| found == wanted) {
        return;
    }
    if std::env::var_os("BLESS").is_some() {
        return std::fs::write(&path, wanted).unwrap();
    }
    panic!("glsl/{name} is stale: BLESS=1 cargo test -p shaders rewrites it");
}

/// The preprocessor's condition under which kernels have a row, if it is one. Faults of integers cannot be reported from a kernel.
fn condition(op: MapOp) -> Option<&'static str> {
    match (op.fault(), shaders::NO_DOUBLES.contains(&op.name())) {
        (Some(_), true) => Some("defined(FLOATS) && !defined(F64)"),
        (Some(_), false) => Some("defined(FLOATS)"),
        (None, true) => Some("!defined(F64)"),
        (None, false) => None,
    }
}

/// Text that is there under a row's condition alone.
fn guarded(out: &mut String, op: MapOp, text: &str) {
    match condition(op) {
        Some(only) => writeln!(out, "#if {only}\n{text}\n#endif").unwrap(),
        None => writeln!(out, "{text}").unwrap(),
    }
}

/// One function: a switch over the rows of some classes.
fn function(out: &mut String, result: &str, name: &str, operand: &str, classes: &[Class], otherwise: &str) {
    writeln!(out, "{result} {name}(uint op, {operand} p, {operand} q, {operand} r) {{\n    switch (op) {{").unwrap();
    for &class in classes {
        match class {
            Class::Float => out.push_str("#if defined(FLOATS)\n"),
            Class::Integer => out.push_str("#if !defined(FLOATS)\n"),
            _ => {}
        }
        for op in MapOp::ALL.iter().filter(|op| op.class() == class) {
            let (operands, expression) = op.source();
            let bound: Vec<String> = operands
                .iter()
                .zip(["p", "q", "r"])
                .map(|(name, from)| format!("{operand} {name} = {from};"))
                .collect();
            assert_eq!(bound.len(), op.arity(), "{op:?} has more operands than the kernel's three");
            let case = format!("    case {}u: {{ {} return {expression}; }}", *op as u16, bound.join(" "));
            guarded(out, *op, &format!("    // {}\n{case}", op.name()));
        }
        if matches!(class, Class::Float | Class::Integer) {
            out.push_str("#endif\n");
        }
    }
    writeln!(out, "    }}\n    return {otherwise};\n}}").unwrap();
}

/// A function for each row that floats have, and one that calls them all.
fn functions(out: &mut String) {
    let mut calls = String::new();
    for &op in MapOp::ALL.iter().filter(|op| !matches!(op.class(), Class::Integer | Class::Cast)) {
        let (operands, expression) = op.source();
        let (result, to) = match op.class() {
            Class::Compare | Class::Logic => ("bool", "c"),
            _ => ("T", "x"),
        };
        let of = |k: usize| match op.class() {
            Class::Logic => ("bool", "c"),
            Class::Select if k == 0 => ("bool", "c"),
            _ => ("T", "x"),
        };
        let takes: Vec<String> =
            operands.iter().enumerate().map(|(k, name)| format!("const in {} {name}", of(k).0)).collect();
        let given: Vec<&str> = (0..op.arity()).map(|k| of(k).1).collect();
        let name = op.name();
        guarded(out, op, &format!("{result} op_{name}({}) {{ return {expression}; }}", takes.join(", ")));
        guarded(&mut calls, op, &format!("    {to} = op_{name}({});", given.join(", ")));
    }
    writeln!(out, "void call_all(inout T x, inout bool c) {{\n{calls}}}").unwrap();
}

#[test]
fn map_ops_are_current() {
    let mut out = FIRST_LINE.to_owned();
    function(&mut out, "T", "map_op", "T", &[Class::Float, Class::Number, Class::Integer], "p");
    function(&mut out, "bool", "compare_op", "T", &[Class::Compare], "false");
    function(&mut out, "bool", "logic_op", "bool", &[Class::Logic], "false");
    current("map_ops.glsl", &out);
}

#[test]
fn fused_ops_are_current() {
    let mut out = FIRST_LINE.to_owned();
    functions(&mut out);
    current("fused_ops.glsl", &out);
}

#[test]
fn numbers_are_current() {
    let mut out = FIRST_LINE.to_owned();
    for op in ReduceOp::ALL {
        writeln!(out, "#define REDUCE_{} {}u", op.name().to_uppercase(), op as u8).unwrap();
    }
    for dtype in DType::ALL {
        writeln!(out, "#define DTYPE_{} {}u", dtype.name().to_uppercase(), dtype.number()).unwrap();
    }
    current("numbers.glsl", &out);
}
