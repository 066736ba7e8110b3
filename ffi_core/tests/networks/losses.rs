//! Every loss under every reduction.

use crate::place::{I64, Maybe, Place, bits, everywhere};
use crate::plain::{self, Array};

/// None, mean, sum, in the order of their numbers.
fn reduced(losses: &Array) -> [Array; 3] {
    let sum: f64 = losses.data.iter().sum();
    let lone = |value: f64| Array::new(&[], vec![value]);
    [losses.clone(), lone(sum / losses.data.len() as f64), lone(sum)]
}

/// A loss of pairs: its name, the numbers between target and reduction, what it is of one pair.
type Loss = (&'static str, Vec<i64>, fn(f64, f64) -> f64);

fn losses() -> Vec<Loss> {
    let bce: fn(f64, f64) -> f64 = |x, t| -(t * x.ln().max(-100.0) + (1.0 - t) * (1.0 - x).ln().max(-100.0));
    vec![
        ("mse_loss", vec![], |x, t| (x - t) * (x - t)),
        ("l1_loss", vec![], |x, t| (x - t).abs()),
        ("huber_loss", vec![bits(0.5)], |x, t| {
            let distance = (x - t).abs();
            if distance < 0.5 { distance * distance / 2.0 } else { 0.5 * (distance - 0.25) }
        }),
        ("binary_cross_entropy", vec![], bce),
        ("binary_cross_entropy_with_logits", vec![], |x, t| (1.0 + x.exp()).ln() - x * t),
    ]
}

fn both(at: &Place, name: &str, input: &Array, target: &Array, more: &[i64], want: &Array) -> Maybe<()> {
    let (x, t) = (at.of(input)?, at.of(target)?);
    for (reduction, want) in reduced(want).iter().enumerate() {
        let y = at.row(&format!("rt_tensor_{name}"), &[&[x.0, t.0], more, &[reduction as i64]].concat())?;
        at.same(&format!("{name}, reduction {reduction}"), &y, want)?;
    }
    Ok(())
}

#[test]
fn of_pairs() {
    everywhere("losses", |at| {
        for dims in [&[3, 4][..], &[5], &[]] {
            for (name, more, f) in losses() {
                let (mut input, mut target) = (Array::numbers(dims, 1), Array::numbers(dims, 2));
                if name.starts_with("binary") {
                    target = target.map(f64::abs);
                }
                if name == "binary_cross_entropy" {
                    input = input.map(|x| x.abs().clamp(0.125, 0.875));
                }
                let mut pairs = input.data.iter().zip(&target.data);
                let want = Array::from(dims, |_| pairs.next().map(|(&x, &t)| f(x, t)).unwrap());
                both(at, name, &input, &target, &more, &want)?;
            }
        }
        // Where the logarithm ends.
        let ends = Array::new(&[4], vec![0.0, 1.0, 0.0, 1.0]);
        let target = Array::new(&[4], vec![0.0, 1.0, 1.0, 0.0]);
        both(at, "binary_cross_entropy", &ends, &target, &[], &Array::new(&[4], vec![0.0, 0.0, 100.0, 100.0]))?;
        // Far out, where a sigmoid would be 0 or 1 already.
        let far = Array::new(&[4], vec![-96.0, 96.0, -96.0, 96.0]);
        let want = Array::new(&[4], vec![0.0, 0.0, 96.0, 96.0]);
        both(at, "binary_cross_entropy_with_logits", &far, &target, &[], &want)?;
        // What is small beside the logit is not lost: log(1 + e^-10), relatively.
        let (x, t) = (at.of(&Array::new(&[1], vec![10.0]))?, at.of(&Array::new(&[1], vec![1.0]))?);
        let small = at.read(&at.row("rt_tensor_binary_cross_entropy_with_logits", &[x.0, t.0, 0])?)?.data[0];
        assert!((small / 4.5398899e-5 - 1.0).abs() < 0.02, "{small}");
        Ok(())
    });
}

#[test]
fn of_classes() {
    everywhere("cross_entropy", |at| {
        for dims in [&[3, 4][..], &[2, 4, 3], &[4]] {
            let axis = usize::from(dims.len() > 1);
            let x = Array::numbers(dims, 1).map(|x| 4.0 * x);
            let logs = plain::along(&x, axis, |line| plain::softmax(line).into_iter().map(f64::ln).collect());
            let mut kept = dims.to_vec();
            kept.remove(axis);
            let mut next = 0;
            let classes = Array::from(&kept, |_| {
                next += 3;
                // Also from the end.
                (next % 8 - 4) as f64
            });
            let of = |from: &Array| {
                Array::from(&kept, |index| {
                    let mut at = index.to_vec();
                    at.insert(axis, (classes.at(index) as i64).rem_euclid(4));
                    -from.at(&at)
                })
            };
            let named = at.of_dtype(&classes, I64)?;
            for (name, input, want) in [("cross_entropy", &x, of(&logs)), ("nll_loss", &logs, of(&logs))] {
                let a = at.of(input)?;
                for (reduction, want) in reduced(&want).iter().enumerate() {
                    let y = at.row(&format!("rt_tensor_{name}"), &[a.0, named.0, reduction as i64])?;
                    at.same(&format!("{name} {dims:?}, reduction {reduction}"), &y, want)?;
                }
            }
        }
        Ok(())
    });
}
