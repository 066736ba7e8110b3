//! Every optimiser against the formula of its paper, as PyTorch and ONNX write it, computed here number by number in f64.

use crate::{cpu, devices, of, parameter, values};
use ffi_backend::{Code, DType, DeviceRef, Result};
use ffi_torch::Tensor;
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::optim::{Optimizer, Rule, Schedule};

const START: [f64; 4] = [0.5, -1.25, 3.0, -0.01];
const RATE: f64 = 0.05;
const PLAIN: Rule = Rule::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 };

/// The gradient of element i in step t: of changing sign and size, and now and then 0.
fn gradient(t: u32, i: usize) -> f64 {
    let (t, i) = (f64::from(t), i as f64);
    let wave = (0.7 * t + 1.3 * i).sin() * (1.0 + 0.5 * i);
    if (t as u32 + i as u32).is_multiple_of(5) { 0.0 } else { wave }
}

/// One number's way: the formulas, written out for a single element.
#[derive(Default)]
struct One {
    p: f64,
    m: f64,
    v: f64,
    b: f64,
}

impl One {
    fn step(&mut self, rule: &Rule, t: i32, g: f64) {
        let lr = RATE;
        match *rule {
            Rule::Sgd { momentum, dampening, nesterov, weight_decay } => {
                let g = g + weight_decay * self.p;
                // The first buffer is the gradient itself.
                self.b = if t == 1 || momentum == 0.0 { g } else { momentum * self.b + (1.0 - dampening) * g };
                let way = if nesterov { g + momentum * self.b } else { self.b };
                self.p -= lr * way;
            }
            Rule::Adam { beta1, beta2, epsilon, weight_decay, decoupled } => {
                let mut g = g;
                if decoupled {
                    self.p -= lr * weight_decay * self.p;
                } else {
                    g += weight_decay * self.p;
                }
                self.m = beta1 * self.m + (1.0 - beta1) * g;
                self.v = beta2 * self.v + (1.0 - beta2) * g * g;
                let (m, v) = (self.m / (1.0 - beta1.powi(t)), self.v / (1.0 - beta2.powi(t)));
                self.p -= lr * m / (v.sqrt() + epsilon);
            }
            Rule::Rmsprop { centered, alpha, epsilon, momentum, weight_decay } => {
                let g = g + weight_decay * self.p;
                self.v = alpha * self.v + (1.0 - alpha) * g * g;
                self.m = alpha * self.m + (1.0 - alpha) * g;
                let v = if centered { (self.v - self.m * self.m).max(0.0) } else { self.v };
                self.b = momentum * self.b + g / (v.sqrt() + epsilon);
                self.p -= lr * self.b;
            }
            Rule::Adagrad { rate_decay, epsilon, weight_decay } => {
                let g = g + weight_decay * self.p;
                self.v += g * g;
                self.p -= lr / (1.0 + f64::from(t - 1) * rate_decay) * g / (self.v.sqrt() + epsilon);
            }
        }
    }
}

fn rules() -> Vec<Rule> {
    let adam = |weight_decay, decoupled| Rule::Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weight_decay, decoupled };
    let sgd = |momentum, dampening, nesterov, weight_decay| Rule::Sgd { momentum, dampening, nesterov, weight_decay };
    let rms = |centered, epsilon, momentum, weight_decay| Rule::Rmsprop {
        centered,
        alpha: 0.9,
        epsilon,
        momentum,
        weight_decay,
    };
    vec![
        sgd(0.0, 0.0, false, 0.0),
        sgd(0.0, 0.5, false, 0.1),
        sgd(0.9, 0.0, false, 0.0),
        sgd(0.9, 0.0, false, 0.1),
        sgd(0.9, 0.25, false, 0.1),
        sgd(0.9, 0.0, true, 0.0),
        sgd(0.9, 0.0, true, 0.1),
        adam(0.0, false),
        adam(0.1, false),
        adam(0.0, true),
        adam(0.1, true),
        rms(false, 1e-6, 0.0, 0.0),
        rms(false, 1e-6, 0.0, 0.1),
        rms(false, 1e-6, 0.8, 0.1),
        rms(true, 1e-2, 0.0, 0.0),
        rms(true, 1e-2, 0.0, 0.1),
        rms(true, 1e-2, 0.8, 0.1),
        Rule::Adagrad { rate_decay: 0.0, epsilon: 1e-10, weight_decay: 0.0 },
        Rule::Adagrad { rate_decay: 0.2, epsilon: 1e-10, weight_decay: 0.1 },
    ]
}

/// Runs twenty steps and compares after each, to this much of the value. A device may refuse the dtype.
fn follow(rule: Rule, dtype: DType, tolerance: f64, device: DeviceRef) -> Result<()> {
    let tensor = of(&START, &[START.len() as i64], dtype).to_device(device)?;
    let module = parameter_list(&[&tensor]).unwrap();
    let optimizer = Optimizer::new(&module, rule, RATE).unwrap();
    let mut ways: Vec<One> = values(&tensor).into_iter().map(|p| One { p, ..One::default() }).collect();
    for t in 1..=20 {
        let gradients: Vec<f64> = (0..START.len()).map(|i| gradient(t, i)).collect();
        let given = of(&gradients, &[START.len() as i64], dtype).to_device(device)?;
        tensor.set_grad(Some(&given)).unwrap();
        optimizer.step()?;
        for (i, (one, got)) in ways.iter_mut().zip(values(&tensor)).enumerate() {
            one.step(&rule, t as i32, values(&given)[i]);
            let near = (got - one.p).abs() <= tolerance * one.p.abs().max(1.0);
            let name = &device.info().name;
            assert!(near, "{name}: {rule:?} {dtype}: element {i} after {t} steps: {got}, the formula says {}", one.p);
        }
        assert_eq!(values(&given), values(&tensor.grad().unwrap()), "a step changes no gradient");
    }
    Ok(())
}

#[test]
fn every_optimizer_follows_its_formula_for_twenty_steps() {
    for &device in devices::all() {
        // Division and roots of other devices may be off by a few units in the last place.
        let slack = if device.info().kind == "cpu" { 1.0 } else { 16.0 };
        let mut ran = 0;
        for rule in rules() {
            for (dtype, tolerance) in [
                (DType::F64, 1e-12 * slack),
                (DType::F32, 4e-6 * slack),
                // Rounded after every step to 11 and to 8 binary digits.
                (DType::F16, 20.0 * 2f64.powi(-11)),
                (DType::Bf16, 20.0 * 2f64.powi(-8)),
            ] {
                match follow(rule, dtype, tolerance, device) {
                    Ok(()) => ran += 1,
                    Err(error) => {
                        assert_eq!(error.code(), Code::Unsupported, "{}", error.text());
                        assert!(dtype != DType::F32 && device.info().kind != "cpu", "{}", error.text());
                    }
                }
            }
        }
        println!("{}: {ran} of {} optimisers and dtypes", device.info().name, 4 * rules().len());
    }
}

/// The operators Adam, Momentum and Adagrad of ONNX's ai.onnx.preview.training, as their definitions state them. They differ from
/// PyTorch in where epsilon stands (Adam) and in when counting begins.
mod onnx {
    pub fn adam(x: f64, g: f64, v: &mut f64, h: &mut f64, t: i32, [r, alpha, beta, epsilon, norm]: [f64; 5]) -> f64 {
        let g = norm * x + g;
        *v = alpha * *v + (1.0 - alpha) * g;
        *h = beta * *h + (1.0 - beta) * g * g;
        let adjusted = if t > 0 { r * (1.0 - beta.powi(t)).sqrt() / (1.0 - alpha.powi(t)) } else { r };
        x - adjusted * *v / (h.sqrt() + epsilon)
    }
    pub fn momentum(x: f64, g: f64, v: &mut f64, nesterov: bool, [r, alpha, norm]: [f64; 3]) -> f64 {
        let g = norm * x + g;
        *v = alpha * *v + g;
        if nesterov { x - r * (g + alpha * *v) } else { x - r * *v }
    }
    pub fn adagrad(x: f64, g: f64, h: &mut f64, t: i32, [r, decay, epsilon, norm]: [f64; 4]) -> f64 {
        let r = r / (1.0 + f64::from(t) * decay);
        let g = norm * x + g;
        *h += g * g;
        x - r * g / (h.sqrt() + epsilon)
    }
}

fn one_parameter(rule: Rule, rate: f64, steps: i32, mut formula: impl FnMut(f64, f64, i32) -> f64) {
    let (tensor, module) = parameter(&[1.2], DType::F64);
    let optimizer = Optimizer::new(&module, rule, rate).unwrap();
    let mut x = 1.2;
    for t in 1..=steps {
        let g = gradient(t as u32, 1) - 0.94;
        tensor.set_grad(Some(&of(&[g], &[1], DType::F64))).unwrap();
        optimizer.step().unwrap();
        x = formula(x, g, t);
        assert!((values(&tensor)[0] - x).abs() < 1e-12, "{rule:?}, step {t}: {} is not {x}", values(&tensor)[0]);
    }
}

#[test]
fn onnx_says_the_same() {
    let (r, alpha, beta, norm): (f64, f64, f64, f64) = (0.1, 0.95, 0.85, 0.001);
    // Its epsilon is added to the root before, PyTorch's after the correction: the same for one step when it is scaled so.
    for (epsilon, steps) in [(1e-2, 1), (0.0, 20)] {
        let (mut v, mut h) = (0.0, 0.0);
        let scaled = epsilon / (1.0 - beta).sqrt();
        let rule = Rule::Adam { beta1: alpha, beta2: beta, epsilon: scaled, weight_decay: norm, decoupled: false };
        one_parameter(rule, r, steps, |x, g, t| onnx::adam(x, g, &mut v, &mut h, t, [r, alpha, beta, epsilon, norm]));
    }
    for nesterov in [false, true] {
        let mut v = 0.0;
        let rule = Rule::Sgd { momentum: alpha, dampening: 0.0, nesterov, weight_decay: norm };
        one_parameter(rule, r, 20, |x, g, _| onnx::momentum(x, g, &mut v, nesterov, [r, alpha, norm]));
    }
    let (mut h, decay, epsilon) = (0.0, 0.1, 1e-5);
    let rule = Rule::Adagrad { rate_decay: decay, epsilon, weight_decay: norm };
    one_parameter(rule, r, 20, |x, g, t| onnx::adagrad(x, g, &mut h, t - 1, [r, decay, epsilon, norm]));
}

#[test]
fn a_parameter_without_a_gradient_stays_and_does_not_count() {
    let (still, moving) = (of(&[1.0], &[1], DType::F64), of(&[1.0], &[1], DType::F64));
    let module = parameter_list(&[&still, &moving]).unwrap();
    let rule = Rule::Adam { beta1: 0.9, beta2: 0.99, epsilon: 0.0, weight_decay: 0.5, decoupled: true };
    let optimizer = Optimizer::new(&module, rule, 0.1).unwrap();
    for _ in 0..3 {
        moving.set_grad(Some(&of(&[2.0], &[1], DType::F64))).unwrap();
        optimizer.step().unwrap();
        optimizer.zero_grad().unwrap();
    }
    assert_eq!(values(&still), [1.0]);
    let before = values(&moving)[0];
    optimizer.step().unwrap();
    assert_eq!(values(&moving), [before], "zero_grad forgets");
    // The first step of Adam is the learning rate long, whatever the gradient; later ones are not exactly.
    still.set_grad(Some(&of(&[123.0], &[1], DType::F64))).unwrap();
    optimizer.step().unwrap();
    assert!((values(&still)[0] - (0.95 - 0.1)).abs() < 1e-12);
}

#[test]
fn a_shared_parameter_moves_once_and_views_of_it_see_that() {
    let tensor = of(&[1.0, 2.0, 3.0, 4.0], &[2, 2], DType::F64).transpose(0, 1).unwrap();
    let module = parameter_list(&[&tensor, &tensor]).unwrap();
    let optimizer = Optimizer::new(&module, PLAIN, 1.0).unwrap();
    // A gradient of one element, stretched.
    tensor.set_grad(Some(&of(&[1.0], &[1], DType::F64).expand(&[2, 2]).unwrap())).unwrap();
    optimizer.step().unwrap();
    assert_eq!(values(&tensor), [0.0, 2.0, 1.0, 3.0]);
}

#[test]
fn gradients_are_clipped_by_norm_and_by_value() {
    let (a, b) = (of(&[0.0; 2], &[2], DType::F64), of(&[0.0], &[1], DType::F16));
    let module = parameter_list(&[&a, &b]).unwrap();
    let optimizer = Optimizer::new(&module, PLAIN, 1.0).unwrap();
    assert_eq!(optimizer.clip_grad_norm(1.0, 2.0).unwrap(), 0.0, "no gradients");
    let before = of(&[2.0, -3.0], &[2], DType::F64);
    let set = || {
        a.set_grad(Some(&before)).unwrap();
        b.set_grad(Some(&of(&[6.0], &[1], DType::F16))).unwrap();
    };
    let gradients = || [values(&a.grad().unwrap()), values(&b.grad().unwrap())].concat();
    for (p, norm) in [(2.0, 7.0), (1.0, 11.0), (f64::INFINITY, 6.0)] {
        set();
        assert!((optimizer.clip_grad_norm(100.0, p).unwrap() - norm).abs() < 1e-6);
        assert_eq!(gradients(), [2.0, -3.0, 6.0], "within the bound nothing changes");
        assert!((optimizer.clip_grad_norm(3.5, p).unwrap() - norm).abs() < 1e-6);
        let scale = 3.5 / (norm + 1e-6);
        for (got, want) in gradients().iter().zip([2.0, -3.0, 6.0]) {
            assert!((got - want * scale).abs() < 2e-3, "{got} is not {want} times {scale}");
        }
    }
    set();
    optimizer.clip_grad_value(2.5).unwrap();
    assert_eq!(gradients(), [2.0, -2.5, 2.5]);
    assert_eq!(values(&before), [2.0, -3.0], "a handle to the gradient keeps its values");
    a.set_grad(Some(&of(&[f64::NAN, 0.0], &[2], DType::F64))).unwrap();
    assert!(optimizer.clip_grad_norm(1.0, 2.0).unwrap().is_nan());
    for bad in [-1.0, f64::NAN] {
        assert!(optimizer.clip_grad_norm(bad, 2.0).is_err() && optimizer.clip_grad_value(bad).is_err());
    }
}

#[test]
fn schedules_give_the_rates_of_their_formulas() {
    let (_, module) = parameter(&START, DType::F64);
    let new = |schedules: &[Schedule]| {
        let rule = PLAIN;
        let optimizer = Optimizer::new(&module, rule, 0.8).unwrap();
        schedules.iter().for_each(|schedule| optimizer.add_schedule(*schedule).unwrap());
        optimizer
    };
    let rates = |schedules: &[Schedule], wanted: &[f64]| {
        let optimizer = new(schedules);
        for (epoch, want) in wanted.iter().enumerate() {
            let got = optimizer.learning_rate();
            assert!((got - want).abs() < 1e-12, "{schedules:?} after {epoch}: {got}, not {want}");
            optimizer.step().unwrap();
            assert_eq!(optimizer.learning_rate(), got, "a step does not advance");
            optimizer.advance_schedules();
        }
    };
    let (step, warm) = (Schedule::Step { size: 2, gamma: 0.5 }, Schedule::Warmup { length: 4, start: 0.25 });
    rates(&[step], &[0.8, 0.8, 0.4, 0.4, 0.2, 0.2, 0.1]);
    rates(&[warm], &[0.2, 0.35, 0.5, 0.65, 0.8, 0.8]);
    rates(&[warm, step], &[0.2, 0.35, 0.25, 0.325, 0.2]);
    let half = 0.5f64.sqrt() * 0.35;
    rates(&[Schedule::Cosine { length: 4, least: 0.1 }], &[0.8, 0.45 + half, 0.45, 0.45 - half, 0.1, 0.1]);
    let optimizer = new(&[step]);
    optimizer.set_learning_rate(8.0).unwrap();
    (0..2).for_each(|_| optimizer.advance_schedules());
    assert_eq!(optimizer.learning_rate(), 4.0);
}

#[test]
fn numbers_that_make_no_sense_are_refused() {
    let (tensor, module) = parameter(&START, DType::F32);
    let sgd = |momentum, dampening, nesterov, weight_decay| Rule::Sgd { momentum, dampening, nesterov, weight_decay };
    let adam = |beta1, beta2, epsilon| Rule::Adam { beta1, beta2, epsilon, weight_decay: 0.0, decoupled: false };
    let rms = |alpha, momentum| Rule::Rmsprop { centered: true, alpha, epsilon: 0.1, momentum, weight_decay: 0.0 };
    let bad = [
        sgd(-0.1, 0.0, false, 0.0),
        sgd(0.0, 0.0, true, 0.0),
        sgd(0.9, 0.1, true, 0.0),
        sgd(0.9, 1.1, false, 0.0),
        sgd(0.9, f64::NAN, false, 0.0),
        sgd(f64::NAN, 0.0, false, 0.0),
        sgd(0.9, 0.0, false, -1.0),
        sgd(0.9, 0.0, false, f64::INFINITY),
        adam(1.0, 0.9, 0.0),
        adam(0.9, 1.0, 0.0),
        adam(-0.1, 0.9, 0.0),
        adam(0.9, f64::NAN, 0.0),
        adam(0.9, 0.9, -1e-8),
        rms(1.0, 0.0),
        rms(0.9, -1.0),
        Rule::Adagrad { rate_decay: -1.0, epsilon: 0.0, weight_decay: 0.0 },
    ];
    let refused = |rule, rate| {
        let error = Optimizer::new(&module, rule, rate).err().unwrap_or_else(|| panic!("{rule:?} {rate}"));
        assert_eq!(error.code(), Code::InvalidArgument, "{}", error.text());
    };
    bad.into_iter().for_each(|rule| refused(rule, 0.1));
    [-0.1, f64::NAN, f64::INFINITY].into_iter().for_each(|rate| refused(rules()[0], rate));
    let empty = parameter_list::<&Tensor>(&[]).unwrap();
    assert!(Optimizer::new(&empty, rules()[0], 0.1).is_err(), "nothing to optimise");
    let optimizer = Optimizer::new(&module, rules()[0], 0.1).unwrap();
    assert!(optimizer.set_learning_rate(-1.0).is_err() && optimizer.learning_rate() == 0.1);
    for schedule in [
        Schedule::Step { size: 0, gamma: 0.1 },
        Schedule::Step { size: 1, gamma: f64::NAN },
        Schedule::Cosine { length: -1, least: 0.0 },
        Schedule::Cosine { length: 1, least: -0.1 },
        Schedule::Warmup { length: 1, start: 1.5 },
    ] {
        assert!(optimizer.add_schedule(schedule).is_err(), "{schedule:?}");
    }
    // What is no leaf, or cannot have a gradient, is no parameter.
    let made = ffi_torch::elementwise::map(ffi_backend::MapOp::exp, &[&tensor]).unwrap();
    assert!(parameter_list(&[&made]).is_err());
    assert!(parameter_list(&[&Tensor::empty(&[2], DType::I64, cpu()).unwrap()]).is_err());
}
