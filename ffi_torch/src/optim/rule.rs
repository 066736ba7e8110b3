//! What each optimiser computes: a few passes over a parameter's elements, each one fused program into one tensor.

use ffi_backend::MapOp::{add, div, maximum, mul, sqrt, square, sub};
use ffi_backend::{Inst, MapOp, Program, Result, fail};

/// A kind of optimiser with its numbers. g is the gradient, p the parameter, t the number of the step from 1 on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    /// Stochastic gradient descent: `b = momentum b + (1 - dampening) g`, `p -= lr b`; with Nesterov's look-ahead
    /// `p -= lr (g + momentum b)`. The first b is g.
    Sgd {
        /// How much of the last steps a step keeps.
        momentum: f64,
        /// How much of g later steps leave out; with a momentum alone.
        dampening: f64,
        /// Whether the gradient is looked at from where the momentum leads.
        nesterov: bool,
        /// Times p, added to g.
        weight_decay: f64,
    },
    /// Kingma and Ba 2015; decoupled: Loshchilov and Hutter 2019 (AdamW).
    Adam {
        /// Of the mean of gradients.
        beta1: f64,
        /// Of the mean of their squares.
        beta2: f64,
        /// Added to the root.
        epsilon: f64,
        /// Times p, added to g; decoupled it shrinks p by lr times it.
        weight_decay: f64,
        /// Which of the two.
        decoupled: bool,
    },
    /// Hinton's: `v = alpha v + (1 - alpha) g^2`, `p -= lr g / (sqrt(v) + epsilon)`; centered (Graves 2013) with
    /// `m = alpha m + (1 - alpha) g` and `v - m^2` in the place of v.
    Rmsprop {
        /// Which of the two.
        centered: bool,
        /// Of the mean of squares.
        alpha: f64,
        /// Added to the root.
        epsilon: f64,
        /// How much of the last steps a step keeps.
        momentum: f64,
        /// Times p, added to g.
        weight_decay: f64,
    },
    /// Duchi, Hazan and Singer 2011: `s += g^2`, `p -= lr / (1 + (t - 1) decay) g / (sqrt(s) + epsilon)`.
    Adagrad {
        /// How the learning rate falls with t.
        rate_decay: f64,
        /// Added to the root.
        epsilon: f64,
        /// Times p, added to g.
        weight_decay: f64,
    },
}

/// What a pass reads and writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Operand {
    Parameter,
    Gradient,
    /// By its place among the rule's moments.
    Moment(usize),
}
use Operand::{Gradient, Moment, Parameter};

/// The numbers of a pass from the learning rate and t.
type Scalars = Box<dyn Fn(f64, f64) -> Vec<f64> + Send + Sync>;

/// One program into one tensor.
pub(super) struct Pass {
    pub target: Operand,
    pub sources: Vec<Operand>,
    pub scalars: Scalars,
    pub program: Program,
}

/// A program in the making: ops give the number of the register they write.
struct Code {
    sources: Vec<Operand>,
    scalars: u8,
    code: Vec<Inst>,
    decay: Option<u8>,
}

impl Code {
    /// The register of a source.
    fn of(&self, operand: Operand) -> u8 {
        self.sources.iter().position(|&source| source == operand).unwrap_or(0) as u8
    }
    /// The register of a scalar.
    fn scalar(&self, place: u8) -> u8 {
        self.sources.len() as u8 + place
    }
    fn op(&mut self, op: MapOp, a: u8, b: u8) -> u8 {
        self.code.push(Inst { op, args: [a, b, 0], to: None });
        self.sources.len() as u8 + self.scalars + self.code.len() as u8 - 1
    }
    /// The gradient, the weight's decay added.
    fn gradient(&mut self) -> u8 {
        let gradient = self.of(Gradient);
        let Some(decay) = self.decay else { return gradient };
        let pull = self.op(mul, self.of(Parameter), decay);
        self.op(add, gradient, pull)
    }
    /// `x a + y b`.
    fn mix(&mut self, x: u8, a: u8, y: u8, b: u8) -> u8 {
        let (kept, new) = (self.op(mul, x, a), self.op(mul, y, b));
        self.op(add, kept, new)
    }
    /// `p - lr x`.
    fn descend(&mut self, x: u8, rate: u8) -> u8 {
        let way = self.op(mul, x, rate);
        self.op(sub, self.of(Parameter), way)
    }
    /// `sqrt(v) + epsilon`.
    fn root(&mut self, v: u8, epsilon: u8) -> u8 {
        let root = self.op(sqrt, v, 0);
        self.op(add, root, epsilon)
    }
    /// `g / (sqrt(v) + epsilon)` with v the first moment; less the square of `mean`, where one is given.
    fn scaled(&mut self, mean: Option<Operand>, epsilon: u8, zero: u8) -> u8 {
        let gradient = self.gradient();
        let mut v = self.of(Moment(0));
        if let Some(mean) = mean {
            let squared = self.op(square, self.of(mean), 0);
            let variance = self.op(sub, v, squared);
            // Where all gradients are alike, rounding may leave it below 0.
            v = self.op(maximum, variance, zero);
        }
        let root = self.root(v, epsilon);
        self.op(div, gradient, root)
    }
}

/// A pass whose gradient has `decay` times the parameter added, unless that is 0: 0 times an infinity would be NaN.
fn pass(
    name: &'static str,
    target: Operand,
    sources: &[Operand],
    decay: f64,
    scalars: impl Fn(f64, f64) -> Vec<f64> + Send + Sync + 'static,
    body: impl FnOnce(&mut Code) -> u8,
) -> Pass {
    let mut sources = sources.to_vec();
    let decays = decay != 0.0 && sources.contains(&Gradient);
    if decays && !sources.contains(&Parameter) {
        sources.push(Parameter);
    }
    let scalars: Scalars = Box::new(move |rate, t| {
        let mut numbers = scalars(rate, t);
        numbers.extend(decays.then_some(decay));
        numbers
    });
    let count = scalars(1.0, 1.0).len() as u8;
    let decay = decays.then(|| sources.len() as u8 + count - 1);
    let mut code = Code { sources, scalars: count, code: Vec::new(), decay };
    body(&mut code);
    let program = Program { name, inputs: code.sources.len() as u8, scalars: count, code: code.code.into() };
    Pass { target, sources: code.sources, scalars, program }
}

impl Rule {
    /// What it is called in messages and files.
    pub fn name(&self) -> &'static str {
        match self {
            Rule::Sgd { .. } => "sgd",
            Rule::Adam { decoupled: false, .. } => "adam",
            Rule::Adam { decoupled: true, .. } => "adamw",
            Rule::Rmsprop { .. } => "rmsprop",
            Rule::Adagrad { .. } => "adagrad",
        }
    }

    /// What it remembers of each parameter, by PyTorch's names.
    pub fn moments(&self) -> &'static [&'static str] {
        match *self {
            Rule::Sgd { momentum: 0.0, .. } => &[],
            Rule::Sgd { .. } => &["momentum_buffer"],
            Rule::Adam { .. } => &["exp_avg", "exp_avg_sq"],
            Rule::Rmsprop { centered: false, momentum: 0.0, .. } => &["square_avg"],
            Rule::Rmsprop { centered: false, .. } => &["square_avg", "momentum_buffer"],
            Rule::Rmsprop { momentum: 0.0, .. } => &["square_avg", "grad_avg"],
            Rule::Rmsprop { .. } => &["square_avg", "grad_avg", "momentum_buffer"],
            Rule::Adagrad { .. } => &["sum"],
        }
    }

    /// Whether its numbers make sense.
    pub fn check(&self) -> Result<()> {
        let share = |what: &str, value: f64| match value {
            0.0..1.0 => Ok(()),
            _ => fail!(InvalidArgument, "{}: {what} is {value}; it is at least 0 and below 1", self.name()),
        };
        let positive = |what: &str, value: f64| match value {
            0.0..f64::INFINITY => Ok(()),
            _ => fail!(InvalidArgument, "{}: {what} is {value}; it is 0 or more, and finite", self.name()),
        };
        match *self {
            Rule::Sgd { momentum, dampening, nesterov, weight_decay } => {
                if nesterov && (momentum == 0.0 || dampening != 0.0) {
                    fail!(InvalidArgument, "sgd: nesterov needs a momentum above 0 and no dampening");
                }
                positive("momentum", momentum)?;
                if !(0.0..=1.0).contains(&dampening) {
                    fail!(InvalidArgument, "sgd: dampening is {dampening}; it is from 0 to 1");
                }
                positive("weight_decay", weight_decay)
            }
            Rule::Adam { beta1, beta2, epsilon, weight_decay, .. } => {
                share("beta1", beta1)?;
                share("beta2", beta2)?;
                positive("epsilon", epsilon)?;
                positive("weight_decay", weight_decay)
            }
            Rule::Rmsprop { alpha, epsilon, momentum, weight_decay, .. } => {
                share("alpha", alpha)?;
                positive("epsilon", epsilon)?;
                positive("momentum", momentum)?;
                positive("weight_decay", weight_decay)
            }
            Rule::Adagrad { rate_decay, epsilon, weight_decay } => {
                positive("rate_decay", rate_decay)?;
                positive("epsilon", epsilon)?;
                positive("weight_decay", weight_decay)
            }
        }
    }

    /// Its passes, in order.
    pub(super) fn passes(&self) -> Vec<Pass> {
        match *self {
            Rule::Sgd { momentum: 0.0, weight_decay, .. } => {
                vec![pass(
                    "sgd",
                    Parameter,
                    &[Parameter, Gradient],
                    weight_decay,
                    |rate, _| vec![rate],
                    |c| {
                        let gradient = c.gradient();
                        c.descend(gradient, c.scalar(0))
                    },
                )]
            }
            Rule::Sgd { momentum, dampening, nesterov, weight_decay } => vec![
                pass(
                    "sgd",
                    Moment(0),
                    &[Moment(0), Gradient],
                    weight_decay,
                    move |_, t| vec![momentum, if t == 1.0 { 1.0 } else { 1.0 - dampening }],
                    move |c| {
                        let mut gradient = c.gradient();
                        if dampening != 0.0 {
                            gradient = c.op(mul, gradient, c.scalar(1));
                        }
                        let kept = c.op(mul, c.of(Moment(0)), c.scalar(0));
                        c.op(add, kept, gradient)
                    },
                ),
                if nesterov {
                    let sources = [Parameter, Gradient, Moment(0)];
                    pass(
                        "sgd",
                        Parameter,
                        &sources,
                        weight_decay,
                        move |rate, _| vec![rate, momentum],
                        |c| {
                            let gradient = c.gradient();
                            let ahead = c.op(mul, c.of(Moment(0)), c.scalar(1));
                            let way = c.op(add, gradient, ahead);
                            c.descend(way, c.scalar(0))
                        },
                    )
                } else {
                    pass(
                        "sgd",
                        Parameter,
                        &[Parameter, Moment(0)],
                        0.0,
                        |rate, _| vec![rate],
                        |c| c.descend(c.of(Moment(0)), c.scalar(0)),
                    )
                },
            ],
            Rule::Adam { beta1, beta2, epsilon, weight_decay, decoupled } => {
                let (pull, shrink) = if decoupled { (0.0, weight_decay) } else { (weight_decay, 0.0) };
                let mean = move |_, _| vec![beta1, 1.0 - beta1];
                let numbers = move |rate: f64, t: f64| {
                    // Both means start at 0; what they lack of their gradients is divided out, here instead of at every element.
                    let (lack1, lack2) = (1.0 - beta1.powf(t), (1.0 - beta2.powf(t)).sqrt());
                    vec![rate * lack2 / lack1, epsilon * lack2, 1.0 - rate * shrink]
                };
                vec![
                    pass("adam", Moment(0), &[Moment(0), Gradient], pull, mean, |c| {
                        let gradient = c.gradient();
                        c.mix(c.of(Moment(0)), c.scalar(0), gradient, c.scalar(1))
                    }),
                    mean_of_squares("adam", Moment(1), pull, beta2),
                    pass("adam", Parameter, &[Parameter, Moment(0), Moment(1)], 0.0, numbers, |c| {
                        let root = c.root(c.of(Moment(1)), c.scalar(1));
                        let way = c.op(div, c.of(Moment(0)), root);
                        let way = c.op(mul, way, c.scalar(0));
                        let mut own = c.of(Parameter);
                        if shrink != 0.0 {
                            own = c.op(mul, own, c.scalar(2));
                        }
                        c.op(sub, own, way)
                    }),
                ]
            }
            Rule::Rmsprop { centered, alpha, epsilon, momentum, weight_decay } => {
                let mut passes = vec![mean_of_squares("rmsprop", Moment(0), weight_decay, alpha)];
                let mean = centered.then_some(Moment(1));
                if centered {
                    let shares = move |_, _| vec![alpha, 1.0 - alpha];
                    passes.push(pass("rmsprop", Moment(1), &[Moment(1), Gradient], weight_decay, shares, |c| {
                        let gradient = c.gradient();
                        c.mix(c.of(Moment(1)), c.scalar(0), gradient, c.scalar(1))
                    }));
                }
                if momentum == 0.0 {
                    let numbers = move |rate, _| vec![rate, epsilon, 0.0];
                    passes.push(descend_scaled("rmsprop", weight_decay, mean, numbers));
                    return passes;
                }
                let kept = Moment(1 + usize::from(centered));
                let sources: Vec<Operand> = [kept, Gradient, Moment(0)].into_iter().chain(mean).collect();
                let numbers = move |_, _| vec![momentum, epsilon, 0.0];
                passes.push(pass("rmsprop", kept, &sources, weight_decay, numbers, |c| {
                    let way = c.scaled(mean, c.scalar(1), c.scalar(2));
                    let before = c.op(mul, c.of(kept), c.scalar(0));
                    c.op(add, before, way)
                }));
                let sources = [Parameter, kept];
                passes.push(pass(
                    "rmsprop",
                    Parameter,
                    &sources,
                    0.0,
                    |rate, _| vec![rate],
                    |c| c.descend(c.of(kept), c.scalar(0)),
                ));
                passes
            }
            Rule::Adagrad { rate_decay, epsilon, weight_decay } => {
                let numbers = move |rate: f64, t: f64| vec![rate / (1.0 + (t - 1.0) * rate_decay), epsilon, 0.0];
                vec![
                    pass(
                        "adagrad",
                        Moment(0),
                        &[Moment(0), Gradient],
                        weight_decay,
                        |_, _| vec![],
                        |c| {
                            let gradient = c.gradient();
                            let squared = c.op(square, gradient, 0);
                            c.op(add, c.of(Moment(0)), squared)
                        },
                    ),
                    descend_scaled("adagrad", weight_decay, None, numbers),
                ]
            }
        }
    }
}

/// `v = share v + (1 - share) g^2`.
fn mean_of_squares(name: &'static str, v: Operand, decay: f64, share: f64) -> Pass {
    pass(
        name,
        v,
        &[v, Gradient],
        decay,
        move |_, _| vec![share, 1.0 - share],
        |c| {
            let gradient = c.gradient();
            let squared = c.op(square, gradient, 0);
            c.mix(c.of(v), c.scalar(0), squared, c.scalar(1))
        },
    )
}

/// `p -= lr g / (sqrt(v) + epsilon)` with v the first moment, less the square of `mean`; the numbers are lr, epsilon and 0.
fn descend_scaled(
    name: &'static str,
    decay: f64,
    mean: Option<Operand>,
    numbers: impl Fn(f64, f64) -> Vec<f64> + Send + Sync + 'static,
) -> Pass {
    let sources: Vec<Operand> = [Parameter, Gradient, Moment(0)].into_iter().chain(mean).collect();
    pass(name, Parameter, &sources, decay, numbers, |c| {
        let way = c.scaled(mean, c.scalar(1), c.scalar(2));
        c.descend(way, c.scalar(0))
    })
}
