//! Convolution and pooling over every stride, padding, dilation and grouping that fits.

use crate::place::{everywhere, or_none};
use crate::plain::{self, Array, Slide};

const PAIRS: [[i64; 2]; 3] = [[1, 1], [2, 2], [2, 1]];
const BORDERS: [[i64; 2]; 3] = [[0, 0], [1, 1], [2, 1]];

#[test]
fn convolutions() {
    everywhere("conv2d", |at| {
        let mut cases = 0;
        for (groups, outputs) in [(1, 3), (2, 4), (4, 8)] {
            for kernel in [[1, 1], [3, 2]] {
                for stride in PAIRS {
                    for padding in BORDERS {
                        for dilation in PAIRS {
                            let slide = Slide { kernel, stride, padding, dilation };
                            let x = Array::numbers(&[2, 4, 7, 6], cases);
                            let weight = Array::numbers(&[outputs, 4 / groups, kernel[0], kernel[1]], cases + 1);
                            let bias = (cases % 2 == 0).then(|| Array::numbers(&[outputs], cases + 2));
                            let list = [stride, padding, dilation].concat();
                            let list = [&list[..], &[groups]].concat();
                            let (a, w) = (at.of(&x)?, at.of(&weight)?);
                            let b = bias.as_ref().map(|bias| at.of(bias)).transpose()?;
                            let words = [a.0, w.0, or_none(b.as_ref()), list.as_ptr() as i64, 7];
                            let y = at.row("rt_tensor_conv2d", &words)?;
                            let want = plain::conv2d(&x, &weight, bias.as_ref(), slide, groups);
                            at.same(&format!("conv2d {slide:?}, {groups} groups"), &y, &want)?;
                            cases += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(cases, 3 * 2 * 27);
        Ok(())
    });
}

/// What a shorter list of options means.
#[test]
fn options_left_out() {
    everywhere("conv2d", |at| {
        let (x, weight) = (Array::numbers(&[1, 2, 5, 6], 1), Array::numbers(&[2, 2, 2, 2], 2));
        let (a, w) = (at.of(&x)?, at.of(&weight)?);
        for (list, [stride, padding, dilation]) in [
            (&[0i64; 0][..], [[1, 1], [0, 0], [1, 1]]),
            (&[2], [[2, 2], [0, 0], [1, 1]]),
            (&[2, 1, 1], [[2, 1], [1, 1], [1, 1]]),
            (&[1, 2, 0, 1, 2], [[1, 2], [0, 1], [2, 2]]),
        ] {
            let y = at.row("rt_tensor_conv2d", &[a.0, w.0, 0, list.as_ptr() as i64, list.len() as i64])?;
            let slide = Slide { kernel: [2, 2], stride, padding, dilation };
            at.same(&format!("{list:?}"), &y, &plain::conv2d(&x, &weight, None, slide, 1))?;
        }
        Ok(())
    });
}

#[test]
fn pooling() {
    everywhere("pooling", |at| {
        let x = Array::numbers(&[2, 3, 7, 6], 5);
        // Below 0 alone: padding must not be the largest.
        let low = x.map(|x| x - 2.0);
        for (kernel, list) in [
            ([2, 2], &[2][..]),
            ([3, 2], &[3, 2]),
            ([2, 3], &[2, 3, 1]),
            ([3, 3], &[3, 3, 2, 1]),
            ([2, 4], &[2, 4, 2, 2, 1]),
            ([3, 2], &[3, 2, 1, 2, 0, 1]),
            ([7, 6], &[7, 6]),
        ] {
            let get = |at: usize, otherwise: i64| list.get(at).copied().unwrap_or(otherwise);
            let stride = if list.len() > 2 { [list[2], get(3, list[2])] } else { kernel };
            let slide = Slide { kernel, stride, padding: [get(4, 0), get(5, get(4, 0))], dilation: [1, 1] };
            for (input, name) in [(&x, "numbers"), (&low, "numbers below 0")] {
                let a = at.of(input)?;
                let words = [a.0, list.as_ptr() as i64, list.len() as i64];
                let y = at.row("rt_tensor_max_pool2d", &words)?;
                at.same(&format!("max_pool2d {list:?} of {name}"), &y, &plain::pool(input, slide, true))?;
                let y = at.row("rt_tensor_avg_pool2d", &words)?;
                at.same(&format!("avg_pool2d {list:?} of {name}"), &y, &plain::pool(input, slide, false))?;
            }
        }
        Ok(())
    });
}

#[test]
fn borders() {
    everywhere("pad", |at| {
        let x = Array::numbers(&[2, 3, 4], 1);
        for list in [&[][..], &[1, 2], &[0, 1, 2, 0], &[1, 0, 0, 0, 3, 1]] {
            let before = |axis: usize| list.get(2 * (2 - axis)).copied().unwrap_or(0);
            let dims: Vec<i64> = (0..3)
                .map(|axis| x.dims[axis] + before(axis) + list.get(2 * (2 - axis) + 1).copied().unwrap_or(0))
                .collect();
            let want = Array::from(&dims, |index| {
                let from: Vec<i64> = (0..3).map(|axis| index[axis] - before(axis)).collect();
                let inside = (0..3).all(|axis| (0..x.dims[axis]).contains(&from[axis]));
                if inside { x.at(&from) } else { 0.5 }
            });
            let a = at.of(&x)?;
            let words = [a.0, list.as_ptr() as i64, list.len() as i64, crate::place::bits(0.5)];
            at.same(&format!("pad {list:?}"), &at.row("rt_tensor_pad", &words)?, &want)?;
        }
        Ok(())
    });
}
