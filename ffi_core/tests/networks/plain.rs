//! What layers compute, as loops over numbers in f64: the reference.

use std::f64::consts::PI;

/// Numbers in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub struct Array {
    pub dims: Vec<i64>,
    pub data: Vec<f64>,
}

impl Array {
    pub fn new(dims: &[i64], data: Vec<f64>) -> Array {
        assert_eq!(dims.iter().product::<i64>(), data.len() as i64, "{dims:?}");
        Array { dims: dims.to_vec(), data }
    }

    /// From what stands at each index.
    pub fn from(dims: &[i64], mut at: impl FnMut(&[i64]) -> f64) -> Array {
        let count: i64 = dims.iter().product();
        let mut index = vec![0; dims.len()];
        let data = (0..count).map(|flat| {
            let mut rest = flat;
            for (axis, &size) in dims.iter().enumerate().rev() {
                (index[axis], rest) = (rest % size, rest / size);
            }
            at(&index)
        });
        let data = data.collect();
        Array { dims: dims.to_vec(), data }
    }

    /// Numbers between -1 and 1 that every float dtype holds exactly, the same again for the same salt.
    pub fn numbers(dims: &[i64], salt: i64) -> Array {
        let mut at = salt * 29;
        Array::from(dims, |_| {
            at += 37 + at % 5;
            (at % 127 - 63) as f64 / 64.0
        })
    }

    pub fn at(&self, index: &[i64]) -> f64 {
        assert_eq!(index.len(), self.dims.len());
        let flat = index.iter().zip(&self.dims).fold(0, |flat, (&i, &size)| {
            assert!((0..size).contains(&i));
            flat * size + i
        });
        self.data[flat as usize]
    }

    pub fn map(&self, f: impl Fn(f64) -> f64) -> Array {
        Array { dims: self.dims.clone(), data: self.data.iter().map(|&x| f(x)).collect() }
    }

    /// With the last two dimensions the other way round.
    pub fn turned(&self) -> Array {
        let rank = self.dims.len();
        let mut dims = self.dims.clone();
        dims.swap(rank - 2, rank - 1);
        Array::from(&dims, |index| {
            let mut from = index.to_vec();
            from.swap(rank - 2, rank - 1);
            self.at(&from)
        })
    }
}

pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// The error function, by its series.
pub fn erf(x: f64) -> f64 {
    let (mut term, mut sum) = (x, x);
    for n in 1..200 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    2.0 / PI.sqrt() * sum
}

pub fn softmax(line: &[f64]) -> Vec<f64> {
    let largest = line.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = line.iter().map(|x| (x - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.iter().map(|power| power / sum).collect()
}

/// A function of the elements along one dimension.
pub fn along(x: &Array, axis: usize, f: impl Fn(&[f64]) -> Vec<f64>) -> Array {
    Array::from(&x.dims, |index| {
        let mut other = index.to_vec();
        let line: Vec<f64> = (0..x.dims[axis])
            .map(|i| {
                other[axis] = i;
                x.at(&other)
            })
            .collect();
        f(&line)[index[axis] as usize]
    })
}

/// `[…, inputs]` by `[outputs, inputs]`.
pub fn linear(x: &Array, weight: &Array, bias: Option<&Array>) -> Array {
    let mut dims = x.dims.clone();
    let inputs = dims.pop().unwrap();
    dims.push(weight.dims[0]);
    Array::from(&dims, |index| {
        let (&output, row) = index.split_last().unwrap();
        let sum: f64 = (0..inputs).map(|i| x.at(&[row, &[i]].concat()) * weight.at(&[output, i])).sum();
        sum + bias.map_or(0.0, |bias| bias.at(&[output]))
    })
}

/// What a window slides by, down and across.
#[derive(Clone, Copy, Debug)]
pub struct Slide {
    pub kernel: [i64; 2],
    pub stride: [i64; 2],
    pub padding: [i64; 2],
    pub dilation: [i64; 2],
}

impl Slide {
    pub fn places(&self, x: &Array) -> [i64; 2] {
        [0, 1].map(|axis| {
            let reach = self.dilation[axis] * (self.kernel[axis] - 1) + 1;
            (x.dims[2 + axis] + 2 * self.padding[axis] - reach) / self.stride[axis] + 1
        })
    }

    /// The element of an image under one of the kernel's; `None` in the padding.
    fn seen(&self, x: &Array, [n, c]: [i64; 2], place: [i64; 2], kernel: [i64; 2]) -> Option<f64> {
        let at = [0, 1]
            .map(|axis| place[axis] * self.stride[axis] + kernel[axis] * self.dilation[axis] - self.padding[axis]);
        let inside = (0..2).all(|axis| (0..x.dims[2 + axis]).contains(&at[axis]));
        inside.then(|| x.at(&[n, c, at[0], at[1]]))
    }
}

pub fn conv2d(x: &Array, weight: &Array, bias: Option<&Array>, slide: Slide, groups: i64) -> Array {
    let (outputs, depth) = (weight.dims[0], weight.dims[1]);
    let [down, across] = slide.places(x);
    Array::from(&[x.dims[0], outputs, down, across], |index| {
        let &[n, output, y, z] = index else { unreachable!() };
        let group = output / (outputs / groups);
        let mut sum = bias.map_or(0.0, |bias| bias.at(&[output]));
        for c in 0..depth {
            for i in 0..slide.kernel[0] {
                for j in 0..slide.kernel[1] {
                    let seen = slide.seen(x, [n, group * depth + c], [y, z], [i, j]).unwrap_or(0.0);
                    sum += seen * weight.at(&[output, c, i, j]);
                }
            }
        }
        sum
    })
}

/// The largest of each window, or its mean with the padding as zeros.
pub fn pool(x: &Array, slide: Slide, largest: bool) -> Array {
    let [down, across] = slide.places(x);
    Array::from(&[x.dims[0], x.dims[1], down, across], |index| {
        let &[n, c, y, z] = index else { unreachable!() };
        let [height, width] = slide.kernel;
        let window = (0..height).flat_map(|i| (0..width).map(move |j| [i, j]));
        let seen = window.filter_map(|kernel| slide.seen(x, [n, c], [y, z], kernel));
        if largest { seen.fold(f64::NEG_INFINITY, f64::max) } else { seen.sum::<f64>() / (height * width) as f64 }
    })
}

/// The mean and the variance, as of the whole.
pub fn moments(numbers: &[f64]) -> [f64; 2] {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    [mean, numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count]
}

/// `softmax(query key^T / sqrt(features) + mask) value` for one batch of rank 2; `seen` says what is added, minus infinity for what
/// is hidden.
pub fn attention(q: &Array, k: &Array, v: &Array, seen: impl Fn(i64, i64) -> f64) -> Array {
    let (keys, features) = (k.dims[0], k.dims[1]);
    Array::from(&[q.dims[0], v.dims[1]], |index| {
        let &[row, column] = index else { unreachable!() };
        let scores: Vec<f64> = (0..keys)
            .map(|key| {
                let dot: f64 = (0..features).map(|f| q.at(&[row, f]) * k.at(&[key, f])).sum();
                dot / (features as f64).sqrt() + seen(row, key)
            })
            .collect();
        softmax(&scores).iter().enumerate().map(|(key, share)| share * v.at(&[key as i64, column])).sum()
    })
}
