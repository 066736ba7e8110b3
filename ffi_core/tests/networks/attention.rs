//! Attention, with every kind of mask and without, by one head and by several.

use crate::place::{BOOL, Maybe, Place, T, everywhere, handles, or_none};
use crate::plain::{self, Array};

const BATCH: i64 = 2;
const QUERIES: i64 = 3;
const KEYS: i64 = 4;
const FEATURES: i64 = 6;

/// What hides keys from queries.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Mask {
    None,
    Truths,
    Numbers,
}

impl Mask {
    fn array(self) -> Array {
        let numbers = Array::numbers(&[QUERIES, KEYS], 9);
        // Every query sees the first key.
        let sees = |index: &[i64]| index[1] == 0 || (index[0] + index[1]) % 2 == 0;
        match self {
            Mask::None | Mask::Numbers => numbers,
            Mask::Truths => Array::from(&[QUERIES, KEYS], |index| f64::from(u8::from(sees(index)))),
        }
    }

    fn tensor(self, at: &Place) -> Maybe<Option<T>> {
        match self {
            Mask::None => Ok(None),
            Mask::Truths => at.of_dtype(&self.array(), BOOL).map(Some),
            Mask::Numbers => at.of(&self.array()).map(Some),
        }
    }

    /// What is added to the score of a query and a key.
    fn adds(self, causal: bool, query: i64, key: i64) -> f64 {
        match self {
            _ if causal && key > query => f64::NEG_INFINITY,
            Mask::None => 0.0,
            Mask::Numbers => self.array().at(&[query, key]),
            Mask::Truths if self.array().at(&[query, key]) == 0.0 => f64::NEG_INFINITY,
            Mask::Truths => 0.0,
        }
    }
}

const MASKS: [(Mask, bool); 5] =
    [(Mask::None, false), (Mask::None, true), (Mask::Truths, false), (Mask::Truths, true), (Mask::Numbers, false)];

/// The part of an array at these first indices.
fn part(x: &Array, first: &[i64]) -> Array {
    Array::from(&x.dims[first.len()..], |rest| x.at(&[first, rest].concat()))
}

#[test]
fn one_head() {
    everywhere("scaled_dot_product_attention", |at| {
        let q = Array::numbers(&[BATCH, QUERIES, FEATURES], 1).map(|x| 2.0 * x);
        let (k, v) = (Array::numbers(&[BATCH, KEYS, FEATURES], 2), Array::numbers(&[BATCH, KEYS, 5], 3));
        for (mask, causal) in MASKS {
            let want: Vec<Array> = (0..BATCH)
                .map(|b| {
                    let [q, k, v] = [&q, &k, &v].map(|x| part(x, &[b]));
                    plain::attention(&q, &k, &v, |query, key| mask.adds(causal, query, key))
                })
                .collect();
            let want = Array::new(&[BATCH, QUERIES, 5], want.into_iter().flat_map(|array| array.data).collect());
            let (a, b, c, m) = (at.of(&q)?, at.of(&k)?, at.of(&v)?, mask.tensor(at)?);
            let words = [a.0, b.0, c.0, or_none(m.as_ref()), i64::from(causal)];
            let y = at.row("rt_tensor_scaled_dot_product_attention", &words)?;
            at.same(&format!("attention, mask {mask:?}, causal {causal}"), &y, &want)?;
        }
        // A query that sees nothing.
        let blind = at.of_dtype(&Array::new(&[1, KEYS], vec![0.0; KEYS as usize]), BOOL)?;
        let (a, b, c) = (at.of(&q)?, at.of(&k)?, at.of(&v)?);
        let y = at.row("rt_tensor_scaled_dot_product_attention", &[a.0, b.0, c.0, blind.0, 0])?;
        assert!(at.read(&y)?.data.iter().all(|x| x.is_nan()));
        Ok(())
    });
}

/// The features of each head by itself, then all through the last weight. Tensors are `[steps, batch, features]`.
fn by_heads(asked: [&Array; 3], weights: &[Array], heads: i64, adds: impl Fn(i64, i64) -> f64) -> Array {
    let bias = weights.len() == 4;
    let (input, output) = (&weights[0], &weights[if bias { 2 } else { 1 }]);
    let size = FEATURES / heads;
    let rows_of = |array: &Array, from: i64| {
        let mut dims = array.dims.clone();
        dims[0] = FEATURES;
        Array::from(&dims, |index| array.at(&[&[index[0] + from], &index[1..]].concat()))
    };
    let projected: Vec<Array> = (0..3)
        .map(|which| {
            let from = which * FEATURES;
            let bias = bias.then(|| rows_of(&weights[1], from));
            plain::linear(asked[which as usize], &rows_of(input, from), bias.as_ref())
        })
        .collect();
    let found: Vec<Vec<Array>> = (0..BATCH)
        .map(|b| {
            let of_head = |head: i64| {
                let own = |x: &Array| Array::from(&[x.dims[0], size], |i| x.at(&[i[0], b, head * size + i[1]]));
                plain::attention(&own(&projected[0]), &own(&projected[1]), &own(&projected[2]), &adds)
            };
            (0..heads).map(of_head).collect()
        })
        .collect();
    let together = Array::from(&[asked[0].dims[0], BATCH, FEATURES], |i| {
        found[i[1] as usize][(i[2] / size) as usize].at(&[i[0], i[2] % size])
    });
    plain::linear(&together, output, bias.then(|| &weights[3]))
}

fn weights(bias: bool) -> Vec<Array> {
    let square = |rows: i64, salt: i64| Array::numbers(&[rows, FEATURES], salt);
    match bias {
        false => vec![square(3 * FEATURES, 1), square(FEATURES, 2)],
        true => vec![
            square(3 * FEATURES, 1),
            Array::numbers(&[3 * FEATURES], 3),
            square(FEATURES, 2),
            Array::numbers(&[FEATURES], 4),
        ],
    }
}

#[test]
fn several_heads() {
    everywhere("multi_head_attention", |at| {
        let mut modules = Ok(());
        let query = Array::numbers(&[QUERIES, BATCH, FEATURES], 5);
        let [key, value] = [6, 7].map(|salt| Array::numbers(&[KEYS, BATCH, FEATURES], salt));
        for heads in [1, 2, 6] {
            for bias in [false, true] {
                let weights = weights(bias);
                let w = weights.iter().map(|weight| at.of(weight)).collect::<Maybe<Vec<T>>>()?;
                let (q, k, v) = (at.of(&query)?, at.of(&key)?, at.of(&value)?);
                let list = handles(&w);
                let sizes = [FEATURES, heads, i64::from(bias), at.dtype.number(), at.device];
                for (mask, causal) in MASKS {
                    let what = format!("{heads} heads, biases {bias}, mask {mask:?}, causal {causal}");
                    let want = by_heads([&query, &key, &value], &weights, heads, |q, k| mask.adds(causal, q, k));
                    let m = mask.tensor(at)?;
                    let asked = [q.0, k.0, v.0, or_none(m.as_ref())];
                    let more = [list.as_ptr() as i64, list.len() as i64, heads, i64::from(causal)];
                    let y = at.row("rt_tensor_multi_head_attention", &[asked, more].concat())?;
                    at.same(&what, &y, &want)?;
                }
                // Of the module what differs: its own weights, and the input that asks itself. A device that starts none is told
                // of at the end.
                let module = match at.row("rt_nn_multi_head_attention", &sizes) {
                    Ok(module) => module,
                    refused => {
                        modules = refused.map(|_| ());
                        continue;
                    }
                };
                at.take_weights(&module, &w)?;
                let y = at.row("rt_module_forward", &[module.0, q.0])?;
                at.same("itself", &y, &by_heads([&query; 3], &weights, heads, |_, _| 0.0))?;
                let y = at.row("rt_nn_multi_head_attention_forward", &[module.0, q.0, k.0, v.0, 0, 1])?;
                let causal = |q: i64, k: i64| Mask::None.adds(true, q, k);
                at.same("the module", &y, &by_heads([&query, &key, &value], &weights, heads, causal))?;
            }
        }
        modules
    });
}
