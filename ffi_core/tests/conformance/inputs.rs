//! Operands: values that reach the corners of a dtype's arithmetic, laid out in every way a view can be.

use ffi_backend::dtype::Family;
use ffi_backend::{DType, DeviceRef, Element, MapOp, with_element};
use ffi_torch::Tensor;

/// A way to lie in memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lay {
    Contiguous,
    Transposed,
    NegativeStep,
    Broadcast,
    Empty,
    Rank0,
    Rank8,
    /// Beyond every block and thread boundary.
    Long,
}

pub const LAYS: [Lay; 8] = [
    Lay::Contiguous,
    Lay::Transposed,
    Lay::NegativeStep,
    Lay::Broadcast,
    Lay::Empty,
    Lay::Rank0,
    Lay::Rank8,
    Lay::Long,
];

/// The pairs of a binary op: each with itself, and each of one shape with its neighbours.
pub fn pairs() -> Vec<(Lay, Lay)> {
    let flat = [Lay::Contiguous, Lay::Transposed, Lay::NegativeStep, Lay::Broadcast];
    let mut pairs: Vec<(Lay, Lay)> = LAYS.iter().map(|&lay| (lay, lay)).collect();
    for a in flat {
        pairs.extend(flat.iter().filter(|&&b| a != b).map(|&b| (a, b)));
        pairs.push((a, Lay::Rank0));
        pairs.push((Lay::Rank0, a));
    }
    pairs
}

impl Lay {
    /// The shape of the view.
    pub fn dims(self) -> Vec<i64> {
        match self {
            Lay::Empty => vec![0, 6],
            Lay::Rank0 => vec![],
            Lay::Rank8 => vec![2, 1, 3, 1, 1, 2, 1, 2],
            Lay::Long => vec![100_003],
            _ => vec![4, 6],
        }
    }

    /// A tensor of this view with its elements in row-major order, as the dtype holds them.
    pub fn make(self, device: DeviceRef, dtype: DType, salt: u64) -> (Tensor, Vec<f64>) {
        self.make_with(device, dtype, salt, |value| value)
    }

    /// The same of values that are changed first.
    pub fn make_with(
        self,
        device: DeviceRef,
        dtype: DType,
        salt: u64,
        change: impl Fn(f64) -> f64,
    ) -> (Tensor, Vec<f64>) {
        let dims = self.dims();
        let (base, view): (Vec<i64>, &dyn Fn(Tensor) -> Tensor) = match self {
            Lay::Contiguous | Lay::Empty | Lay::Rank0 | Lay::Long => (dims, &|t| t),
            Lay::Transposed => (vec![6, 4], &|t| t.transpose(0, 1).unwrap()),
            Lay::NegativeStep => (vec![4, 12], &|t| t.slice(1, 11, i64::MIN, -2).unwrap()),
            Lay::Broadcast => (vec![4, 1], &|t| t.expand(&[4, 6]).unwrap()),
            Lay::Rank8 => (vec![2, 1, 2, 1, 1, 3, 1, 2], &|t| t.permute(&[7, 6, 5, 4, 3, 2, 1, 0]).unwrap()),
        };
        let count: i64 = base.iter().product();
        let tensor = tensor_of(
            device,
            dtype,
            &base,
            &values(dtype, count as usize, salt).into_iter().map(change).collect::<Vec<f64>>(),
        );
        let tensor = view(tensor);
        let elements = tensor_values(&tensor);
        assert_eq!(tensor.dims(), self.dims());
        (tensor, elements)
    }
}

/// What operand number `slot` of a row may be: of integers no divisor 0, and no exponent whose power a double does not hold;
/// weights lie between the ends.
pub fn fit(op: MapOp, dtype: DType, slot: usize, value: f64) -> f64 {
    match (op, slot) {
        (MapOp::lerp, 2) => value.abs() % 1.0,
        (MapOp::pow, 1) if !dtype.is_float() => value.abs() % 6.0,
        _ if slot == 1 && !dtype.is_float() && op.fault().is_some() && value == 0.0 => 3.0,
        _ => value,
    }
}

/// The corners of a float dtype, half-way cases and what only a careful reduction gets right among them; subnormals too where
/// the device keeps them.
pub fn specials(dtype: DType, subnormals: bool) -> Vec<f64> {
    let (inf, nan) = (f64::INFINITY, f64::NAN);
    let mut values = vec![0.0, -0.0, 1.0, -1.0, inf, -inf, nan, 0.5, 1.5, 2.5, -0.5, -1.5, 3.0, -7.0, 0.1, 22.0];
    values.extend(match dtype {
        DType::F16 => [65504.0, -60000.0, 1e-3],
        _ => [1e30, -123_456_789.0, 1e-30],
    });
    if subnormals {
        values.push(match dtype {
            DType::F64 => 1e-310,
            DType::F16 => 1e-7,
            _ => 1e-40,
        });
    }
    values
}

/// Values of a dtype, not yet rounded to it: small numbers of both signs, the corners, and for floats the specials.
pub fn values(dtype: DType, count: usize, salt: u64) -> Vec<f64> {
    let corners: &[f64] = match dtype.family() {
        Family::Float => {
            &[0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 0.5, -2.5, 1.5, 9.25, -30.0, 1e-5, 80.0]
        }
        Family::Integer => &[0.0, 1.0, -1.0, 7.0, -7.0, 100.0],
        Family::Bool => &[0.0, 1.0],
    };
    let mut state = 0x9E37_79B9_7F4A_7C15u64.wrapping_mul(salt * 2 + 1);
    (0..count)
        .map(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let random = (state >> 33) as f64 / (1u64 << 31) as f64;
            match dtype.family() {
                Family::Bool => f64::from(u8::from(random < 0.5)),
                // A few of the corners, then plain numbers; small enough that f64 is exact about every product.
                _ if i % 3 == 0 => corners[(state >> 40) as usize % corners.len()],
                Family::Integer => (random * 22.0 - 11.0).round(),
                Family::Float => random * 8.0 - 4.0,
            }
        })
        .collect()
}

/// A contiguous tensor of these values, rounded to the dtype on the host.
pub fn tensor_of(device: DeviceRef, dtype: DType, dims: &[i64], values: &[f64]) -> Tensor {
    let mut bytes = Vec::new();
    with_element!(dtype, T => for &value in values {
        // Through i64 for integers, so that -1 wraps in u8 instead of saturating.
        let element = if dtype.is_float() { T::from_real(value) } else { T::from_whole(value as i64) };
        element.append_to(&mut bytes);
    });
    Tensor::from_bytes(&bytes, dims, dtype, dtype, device).unwrap()
}

/// The elements of a view, read on the host without the device's copy kernels: download the base, walk the strides.
pub fn tensor_values(tensor: &Tensor) -> Vec<f64> {
    let layout = tensor.layout();
    let Some((_, high)) = layout.extent() else { return Vec::new() };
    let view = tensor.view_of();
    let size = tensor.dtype().size();
    let mut bytes = vec![0u8; (high as usize + 1) * size];
    tensor.device().download(view.buffer, 0, &mut bytes).unwrap();
    let mut at = vec![layout.offset()];
    for (dim, stride) in layout.dims().iter().zip(layout.strides()) {
        at = at.iter().flat_map(|base| (0..*dim).map(move |i| base + i * stride)).collect();
    }
    with_element!(tensor.dtype(), T => at.iter().map(|&i| T::read(&bytes[i as usize * size..]).to_real()).collect())
}

/// What a dtype makes of an exact result: integers wrap, floats round.
pub fn rounded(dtype: DType, exact: f64) -> f64 {
    with_element!(dtype, T => if dtype.is_float() { T::from_real(exact).to_real() } else { T::from_whole(exact as i64).to_real() })
}
