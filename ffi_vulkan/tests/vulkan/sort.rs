//! Positions in order: short lines, lines beyond a work-group's block, every dtype, ties, NaNs and zeros of both signs.

use crate::common::{Tensor, device};
use ffi_backend::{DType, Layout, Op, run};
use std::cmp::Ordering;

/// NaN above all, zeros alike.
fn compare(a: f64, b: f64) -> Ordering {
    a.is_nan().cmp(&b.is_nan()).then(a.partial_cmp(&b).unwrap_or(Ordering::Equal))
}

#[test]
fn lines_of_every_length_are_sorted_stably() {
    let Some(device) = device() else { return };
    // Few values, so that most of them tie; more that do not.
    let few = [3.0, -1.0, 0.0, -0.0, f64::NAN, 2.0, -1.0, f64::INFINITY, f64::NEG_INFINITY, 0.5, 3.0];
    let many: Vec<f64> = (0..5003i64).map(|i| ((i * i * 31) % 4099 - 2000) as f64 / 4.0).collect();
    for dtype in DType::ALL.iter().copied() {
        for (lines, len) in [(700, 1), (300, 10), (3, 511), (2, 512), (3, 513), (1, 5000), (2, 20_001)] {
            for (values, kept, descending) in
                [(&few[..], len, false), (&many[..], len, true), (&many[..], 3.min(len), false)]
            {
                // Backwards along the line, lines side by side.
                let layout = Layout::contiguous(&[len, lines]).unwrap().slice(0, len - 1, len, -1).unwrap();
                let x = Tensor::new(device, dtype, layout, values);
                let to = Layout::contiguous(&[lines, kept]).unwrap().permute(&[1, 0]).unwrap();
                let y = Tensor::new(device, DType::I64, to, &[7.0]);
                run(device, &Op::Order { axis: 0, descending }, &[x.view()], &y.view()).unwrap();
                let got = y.read(device);
                for line in 0..lines as usize {
                    let of = |i: usize| x.values[i * lines as usize + line];
                    let mut want: Vec<usize> = (0..len as usize).collect();
                    want.sort_by(|&i, &j| if descending { compare(of(j), of(i)) } else { compare(of(i), of(j)) });
                    for (place, want) in want.iter().take(kept as usize).enumerate() {
                        let got = got[place * lines as usize + line];
                        assert_eq!(got, *want as f64, "{dtype} {lines} of {len}, {place} of line {line}, {descending}");
                    }
                }
            }
        }
    }
}
