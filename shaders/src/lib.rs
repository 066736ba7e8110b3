//! Kernel modules as constants: SPIR-V made from `glsl/`, checked in under `spirv/`, one row each.
//!
//! A module is a source and the defines that choose its element type; `tests/spirv.rs` recompiles every row and fails when
//! bytes differ, and `BLESS=1 cargo test -p shaders` rewrites them. The includes `map_ops.glsl` and `numbers.glsl` are made
//! from the op table by `tests/generated.rs` in the same way.
#![forbid(unsafe_code)]

/// One compiled module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its name, and that of its file under `spirv/`.
    pub name: &'static str,
    /// Its source under `glsl/`.
    pub source: &'static str,
    /// Defined for the preprocessor when it was compiled.
    pub defines: &'static [&'static str],
    /// The binary, little-endian words.
    pub spirv: &'static [u8],
}

macro_rules! module {
    ($name:ident ($source:literal $($define:literal)*) $($bound:literal)?) => {
        Module {
            name: stringify!($name),
            source: $source,
            defines: &[$($define,)* $($bound)?],
            spirv: include_bytes!(concat!("../spirv/", stringify!($name), ".spv")),
        }
    };
}

/// Rows of modules. What follows a `+` is the same source over storage buffers, compiled with `BOUND` besides.
macro_rules! modules {
    ($( $name:ident $(+ $bound:ident)? = $row:tt; )*) => {
        /// Which module; an index into [`MODULES`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(non_camel_case_types, missing_docs)]
        #[repr(u8)]
        pub enum Id { $( $name, )* $( $($bound,)? )* }

        /// Every module.
        pub const MODULES: &[Module] = &[
            $( module!($name $row), )*
            $( $( module!($bound $row "BOUND"), )? )*
        ];

        impl Id {
            /// The same kernel over storage buffers instead of addresses, where there is one.
            pub const fn bound(self) -> Option<Id> {
                match self {
                    $( $( Id::$name => Some(Id::$bound), )? )*
                    _ => None,
                }
            }
        }
    };
}

impl Id {
    /// Its row.
    pub const fn module(self) -> &'static Module {
        &MODULES[self as usize]
    }
}

/// Rows of the op table that kernels have no function of doubles for: GLSL has none built in, and those of singles are too
/// inexact to stand in for them.
pub const NO_DOUBLES: &[&str] =
    &["exp2", "sin", "cos", "tan", "asin", "acos", "atan", "erf", "gelu", "pow", "atan2", "remainder", "floor_divide"];

modules! {
    map_f32 + map_f32_bound = ("map.comp" "F32");
    map_f16 + map_f16_bound = ("map.comp" "F16");
    map_bf16 + map_bf16_bound = ("map.comp" "BF16");
    map_f64 + map_f64_bound = ("map.comp" "F64");
    map_i64 + map_i64_bound = ("map.comp" "I64");
    map_i32 + map_i32_bound = ("map.comp" "I32");
    map_u8 + map_u8_bound = ("map.comp" "U8");
    compare_f32 + compare_f32_bound = ("map.comp" "F32" "COMPARE");
    compare_f16 + compare_f16_bound = ("map.comp" "F16" "COMPARE");
    compare_bf16 + compare_bf16_bound = ("map.comp" "BF16" "COMPARE");
    compare_f64 + compare_f64_bound = ("map.comp" "F64" "COMPARE");
    compare_i64 + compare_i64_bound = ("map.comp" "I64" "COMPARE");
    compare_i32 + compare_i32_bound = ("map.comp" "I32" "COMPARE");
    compare_u8 + compare_u8_bound = ("map.comp" "U8" "COMPARE");
    logic + logic_bound = ("map.comp" "U8" "COMPARE" "LOGIC");
    move_1 + move_1_bound = ("move.comp" "SIZE=1");
    move_2 + move_2_bound = ("move.comp" "SIZE=2");
    move_4 + move_4_bound = ("move.comp" "SIZE=4");
    move_8 + move_8_bound = ("move.comp" "SIZE=8");
    select_1 + select_1_bound = ("move.comp" "SIZE=1" "SELECT");
    select_2 + select_2_bound = ("move.comp" "SIZE=2" "SELECT");
    select_4 + select_4_bound = ("move.comp" "SIZE=4" "SELECT");
    select_8 + select_8_bound = ("move.comp" "SIZE=8" "SELECT");
    cast + cast_bound = ("cast.comp");
    cast_i64 + cast_i64_bound = ("cast.comp" "WIDE_INTS");
    cast_f64 + cast_f64_bound = ("cast.comp" "WIDE_INTS" "WIDE_FLOATS");
    fused_f32_bound = ("fused.comp" "F32" "BOUND");
    fused_f64_bound = ("fused.comp" "F64" "BOUND");
    reduce_f32 + reduce_f32_bound = ("reduce.comp" "F32");
    reduce_f16 + reduce_f16_bound = ("reduce.comp" "F16");
    reduce_bf16 + reduce_bf16_bound = ("reduce.comp" "BF16");
    reduce_f64 + reduce_f64_bound = ("reduce.comp" "F64");
    reduce_i64 + reduce_i64_bound = ("reduce.comp" "I64");
    reduce_i32 + reduce_i32_bound = ("reduce.comp" "I32");
    reduce_u8 + reduce_u8_bound = ("reduce.comp" "U8");
    truth_f32 + truth_f32_bound = ("reduce.comp" "F32" "TRUTH");
    truth_f16 + truth_f16_bound = ("reduce.comp" "F16" "TRUTH");
    truth_bf16 + truth_bf16_bound = ("reduce.comp" "BF16" "TRUTH");
    truth_f64 + truth_f64_bound = ("reduce.comp" "F64" "TRUTH");
    truth_i64 + truth_i64_bound = ("reduce.comp" "I64" "TRUTH");
    truth_i32 + truth_i32_bound = ("reduce.comp" "I32" "TRUTH");
    truth_u8 + truth_u8_bound = ("reduce.comp" "U8" "TRUTH");
    rows_f32 + rows_f32_bound = ("rows.comp" "F32");
    rows_f16 + rows_f16_bound = ("rows.comp" "F16");
    rows_bf16 + rows_bf16_bound = ("rows.comp" "BF16");
    rows_f64 + rows_f64_bound = ("rows.comp" "F64");
    normal_f32 + normal_f32_bound = ("rows.comp" "F32" "NORMAL");
    normal_f16 + normal_f16_bound = ("rows.comp" "F16" "NORMAL");
    normal_bf16 + normal_bf16_bound = ("rows.comp" "BF16" "NORMAL");
    normal_f64 + normal_f64_bound = ("rows.comp" "F64" "NORMAL");
    matmul_f32 = ("matmul.comp" "F32");
    matmul_f16 = ("matmul.comp" "F16");
    matmul_bf16 = ("matmul.comp" "BF16");
    matmul_f64 = ("matmul.comp" "F64");
    matmul_i64 = ("matmul.comp" "I64");
    matmul_i32 = ("matmul.comp" "I32");
    matmul_u8 = ("matmul.comp" "U8");
    matmul_lanes_f32_bound = ("matmul_lanes.comp" "F32" "BOUND");
    matmul_lanes_f16_bound = ("matmul_lanes.comp" "F16" "BOUND");
    matmul_lanes_bf16_bound = ("matmul_lanes.comp" "BF16" "BOUND");
    matmul_lanes_f64_bound = ("matmul_lanes.comp" "F64" "BOUND");
    matmul_lanes_i64_bound = ("matmul_lanes.comp" "I64" "BOUND");
    matmul_lanes_i32_bound = ("matmul_lanes.comp" "I32" "BOUND");
    matmul_lanes_u8_bound = ("matmul_lanes.comp" "U8" "BOUND");
    matvec_f32 + matvec_f32_bound = ("matvec.comp" "F32");
    matvec_f16 + matvec_f16_bound = ("matvec.comp" "F16");
    matvec_bf16 + matvec_bf16_bound = ("matvec.comp" "BF16");
    matvec_f64 + matvec_f64_bound = ("matvec.comp" "F64");
    matvec_i64 + matvec_i64_bound = ("matvec.comp" "I64");
    matvec_i32 + matvec_i32_bound = ("matvec.comp" "I32");
    matvec_u8 + matvec_u8_bound = ("matvec.comp" "U8");
    linalg_f32 + linalg_f32_bound = ("linalg.comp" "F32");
    linalg_f64 + linalg_f64_bound = ("linalg.comp" "F64");
    index_check = ("index_check.comp");
    gather_1 = ("gather.comp" "SIZE=1");
    gather_2 = ("gather.comp" "SIZE=2");
    gather_4 = ("gather.comp" "SIZE=4");
    gather_8 = ("gather.comp" "SIZE=8");
    scatter_1 = ("scatter.comp" "SIZE=1");
    scatter_2 = ("scatter.comp" "SIZE=2");
    scatter_4 = ("scatter.comp" "SIZE=4");
    scatter_8 = ("scatter.comp" "SIZE=8");
    scatter_add_f32 = ("scatter.comp" "F32");
    scatter_add_f16 = ("scatter.comp" "F16");
    scatter_add_bf16 = ("scatter.comp" "BF16");
    scatter_add_f64 = ("scatter.comp" "F64");
    scatter_add_i64 = ("scatter.comp" "I64");
    scatter_add_i32 = ("scatter.comp" "I32");
    scatter_add_u8 = ("scatter.comp" "U8");
    order_1 = ("order.comp" "SIZE=1");
    order_2 = ("order.comp" "SIZE=2");
    order_4 = ("order.comp" "SIZE=4");
    order_8 = ("order.comp" "SIZE=8");
    scan_f32 = ("scan.comp" "F32");
    scan_f16 = ("scan.comp" "F16");
    scan_bf16 = ("scan.comp" "BF16");
    scan_f64 = ("scan.comp" "F64");
    scan_i64 = ("scan.comp" "I64");
    scan_i32 = ("scan.comp" "I32");
    scan_u8 = ("scan.comp" "U8");
    random_f32 = ("random.comp" "F32");
    random_f16 = ("random.comp" "F16");
    random_bf16 = ("random.comp" "BF16");
    random_f64 = ("random.comp" "F64");
    random_i64 = ("random.comp" "SIZE=8");
    random_i32 = ("random.comp" "SIZE=4");
    random_u8 = ("random.comp" "SIZE=1");
}

macro_rules! programs {
    ($( $(#[doc = $doc:literal])* $name:ident = $source:literal; )*) => {
        $(
            $(#[doc = $doc])*
            pub const $name: Module = Module {
                name: stringify!($name),
                source: concat!("objects/", $source),
                defines: &[],
                spirv: include_bytes!(concat!("../spirv/", stringify!($name), ".spv")),
            };
        )*
        /// The modules of examples and tests, which no device runs by itself.
        pub const PROGRAMS: &[Module] = &[$($name),*];
    };
}

programs! {
    /// Doubles the numbers of a buffer.
    DOUBLE = "double.comp";
    /// Halves 64-bit numbers.
    HALF = "half.comp";
    /// Binds one of each kind.
    MIX = "mix.comp";
    /// Reads whole numbers out of a picture.
    COUNTS = "counts.comp";
    /// Turns vertices.
    TRIANGLE_VERTEX = "triangle.vert";
    /// Shades between vertices.
    TRIANGLE_FRAGMENT = "triangle.frag";
    /// Shades with a picture.
    TEXTURED_FRAGMENT = "textured.frag";
}
