//! Ops over rows.

use super::devices;
use super::inputs::{Lay, rounded, tensor_of, tensor_values};
use super::report::Report;
use ffi_backend::{DType, Op, RowOp, Support};
use ffi_torch::reduce;

fn reference(op: RowOp, row: &[f64]) -> Vec<f64> {
    if let RowOp::Normal { epsilon } = op {
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / row.len() as f64;
        return row.iter().map(|v| (v - mean) / (variance + epsilon).sqrt()).collect();
    }
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, |a, b| if b > a || b.is_nan() { b } else { a });
    let sum: f64 = row.iter().map(|v| (v - largest).exp()).sum();
    row.iter()
        .map(|v| match op {
            RowOp::Softmax => (v - largest).exp() / sum,
            _ => v - largest - sum.ln(),
        })
        .collect()
}

#[test]
fn every_row_op() {
    let mut report = Report::new("rows");
    for &device in devices::all() {
        for op in RowOp::ALL {
            for &dtype in DType::ALL.iter().filter(|dtype| dtype.is_float()) {
                for (lay, rows, columns) in [
                    (Lay::Contiguous, 3i64, 7i64),
                    (Lay::Transposed, 5, 4),
                    (Lay::NegativeStep, 2, 9),
                    (Lay::Contiguous, 129, 1000),
                    (Lay::Contiguous, 1, 1),
                    (Lay::Empty, 0, 4),
                ] {
                    let what = format!("{} {} {dtype} {rows}x{columns} {lay:?}", device.info().name, op.name());
                    if let Support::No(why) = device.supports(&Op::Rows(op), &[dtype], dtype) {
                        report.refuse(device, &what, why);
                        continue;
                    }
                    let numbers: Vec<f64> =
                        (0..rows * columns * 2).map(|i| ((i * 7919) % 613) as f64 / 40.0 - 7.0).collect();
                    let x = match lay {
                        Lay::Transposed => {
                            tensor_of(device, dtype, &[columns, rows], &numbers[..(rows * columns) as usize])
                                .transpose(0, 1)
                        }
                        Lay::NegativeStep => {
                            tensor_of(device, dtype, &[rows, columns * 2], &numbers).slice(1, -1, i64::MIN, -2)
                        }
                        _ => Ok(tensor_of(device, dtype, &[rows, columns], &numbers[..(rows * columns) as usize])),
                    }
                    .unwrap();
                    let elements = tensor_values(&x);
                    let got = tensor_values(&reduce::rows(op, &x, -1).unwrap());
                    let want: Vec<f64> = elements
                        .chunks(columns as usize)
                        .flat_map(|row| reference(op, row))
                        .map(|v| rounded(dtype, v))
                        .collect();
                    // The others subtract numbers as large as the inputs.
                    let magnitude = if op == RowOp::Softmax { 0.0 } else { 16.0 };
                    report.compare(device, &what, dtype, &got, &want, 8.0, magnitude);
                    let down = tensor_values(
                        &reduce::rows(op, &x.transpose(0, 1).unwrap(), 0).unwrap().transpose(0, 1).unwrap(),
                    );
                    report.compare(device, &format!("{what} down a column"), dtype, &down, &want, 8.0, magnitude);
                }
            }
        }
    }
    report.finish();
}
