//! The same numbers as PyTorch, and as the published cases of ONNX: golden/make.py wrote them down.

use crate::{cpu, file, network, of, parameter, turn, values};
use ffi_backend::DType;
use ffi_torch::Tensor;
use ffi_torch::files::safetensors::{load_model, write};
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::optim::{Optimizer, Rule, Schedule};
use toml::{Table, Value};

/// The tables of this name in a golden file.
pub fn golden(text: &str, name: &str) -> Vec<Table> {
    let file: Table = text.parse().unwrap();
    let tables = file[name].as_array().unwrap().iter().map(|table| table.as_table().unwrap().clone());
    tables.collect()
}

fn float(table: &Table, name: &str) -> f64 {
    table.get(name).map_or(0.0, |value| value.as_float().unwrap())
}

pub fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_float().unwrap()).collect()
}

fn lists(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(floats).collect()
}

fn near(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() <= tolerance * want.abs().max(1.0), "{what}: {got}, not {want}");
    }
}

const TORCH: &str = include_str!("golden/torch.toml");

fn rule(case: &Table) -> Rule {
    let of = |name| float(case, name);
    let kind = case["kind"].as_str().unwrap();
    let (momentum, weight_decay, epsilon) = (of("momentum"), of("weight_decay"), of("eps"));
    match kind {
        "sgd" | "sgd_nesterov" => {
            Rule::Sgd { momentum, dampening: of("dampening"), nesterov: kind != "sgd", weight_decay }
        }
        "adam" | "adamw" => {
            Rule::Adam { beta1: of("beta1"), beta2: of("beta2"), epsilon, weight_decay, decoupled: kind == "adamw" }
        }
        "rmsprop" | "rmsprop_centered" => {
            Rule::Rmsprop { centered: kind != "rmsprop", alpha: of("alpha"), epsilon, momentum, weight_decay }
        }
        "adagrad" => Rule::Adagrad { rate_decay: of("lr_decay"), epsilon, weight_decay },
        _ => panic!("{kind}"),
    }
}

#[test]
fn every_optimizer_steps_as_pytorch_does() {
    let about = &golden(TORCH, "about")[0];
    let (start, gradients) = (floats(&about["start"]), lists(&about["gradients"]));
    let cases = golden(TORCH, "optimizer");
    assert!(cases.len() >= 14);
    for case in cases {
        let (rule, rate) = (rule(&case), float(&case, "lr"));
        let (tensor, module) = parameter(&start, DType::F64);
        let optimizer = Optimizer::new(&module, rule, rate).unwrap();
        for (step, (gradient, want)) in gradients.iter().zip(lists(&case["values"])).enumerate() {
            tensor.set_grad(Some(&of(gradient, &[4], DType::F64))).unwrap();
            optimizer.step().unwrap();
            near(&values(&tensor), &want, 1e-13, &format!("{rule:?}, step {step}"));
        }
    }
}

#[test]
fn every_schedule_gives_the_rates_of_pytorch() {
    let cases = golden(TORCH, "schedule");
    assert_eq!(cases.len(), 3);
    for case in cases {
        let (length, number) = (float(&case, "length") as i64, float(&case, "number"));
        let schedule = match case["kind"].as_str().unwrap() {
            "step" => Schedule::Step { size: length, gamma: number },
            "cosine" => Schedule::Cosine { length, least: number },
            _ => Schedule::Warmup { length, start: number },
        };
        let (_, module) = parameter(&[0.0], DType::F64);
        let plain = Rule::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 };
        let optimizer = Optimizer::new(&module, plain, float(&case, "rate")).unwrap();
        optimizer.add_schedule(schedule).unwrap();
        for (step, want) in floats(&case["rates"]).into_iter().enumerate() {
            near(&[optimizer.learning_rate()], &[want], 1e-12, &format!("{schedule:?}, step {step}"));
            optimizer.advance_schedules();
        }
    }
}

#[test]
fn gradients_are_clipped_as_pytorch_does() {
    let about = &golden(TORCH, "about")[0];
    let first = &lists(&about["gradients"])[0];
    let cases = golden(TORCH, "clip");
    assert_eq!(cases.len(), 12);
    for case in cases {
        let (a, b) = (of(&[0.0; 4], &[4], DType::F64), of(&[0.0; 2], &[2], DType::F64));
        let module = parameter_list(&[&a, &b]).unwrap();
        let plain = Rule::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.0 };
        let optimizer = Optimizer::new(&module, plain, 0.1).unwrap();
        a.set_grad(Some(&of(first, &[4], DType::F64))).unwrap();
        b.set_grad(Some(&of(&[2.0, -3.0], &[2], DType::F64))).unwrap();
        let p = if float(&case, "p") == 0.0 { f64::INFINITY } else { float(&case, "p") };
        let norm = optimizer.clip_grad_norm(float(&case, "most"), p).unwrap();
        near(&[norm], &[float(&case, "norm")], 1e-12, &format!("the {p}-norm"));
        near(&values(&a.grad().unwrap()), &floats(&case["a"]), 1e-12, "a");
        near(&values(&b.grad().unwrap()), &floats(&case["b"]), 1e-12, "b");
    }
}

/// A step count after which Adam's corrections are 1 in f64: what its operator in ONNX means by step 0.
const LONG: i64 = 1 << 40;

/// ONNX hands a step its state as inputs. Here an optimiser has its own, which comes from a file. What is called otherwise:
///
/// - `norm_coefficient` is the weight decay; `norm_coefficient_post` no case has.
/// - Adam: alpha is beta1, beta is beta2. At step 0 nothing is corrected; later epsilon is added to the root before the
///   correction, PyTorch's after it, see `optimizers::onnx_says_the_same`.
/// - Momentum: alpha is the momentum, beta is 1 less the dampening, and at step 0 is 1, as the first step's here.
/// - Adagrad: steps count from 0; `decay_factor` is the rate's decay.
#[test]
fn the_published_cases_of_onnx_come_out() {
    let cases = golden(include_str!("golden/onnx.toml"), "case");
    assert_eq!(cases.len(), 7);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let number = |name| float(&case, name);
        let (epsilon, weight_decay) = (number("epsilon"), number("norm_coefficient"));
        assert_eq!((number("steps"), number("norm_coefficient_post")), (0.0, 0.0), "{name}");
        let (rule, of_kind, moments, steps): (_, _, &[&str], i64) = match case["op"].as_str().unwrap() {
            "Adam" => (
                Rule::Adam { beta1: number("alpha"), beta2: number("beta"), epsilon, weight_decay, decoupled: false },
                "adam",
                &["exp_avg", "exp_avg_sq"],
                LONG,
            ),
            "Momentum" => {
                let nesterov = case["mode"].as_str().unwrap() == "nesterov";
                let dampening = 1.0 - number("beta");
                (
                    Rule::Sgd { momentum: number("alpha"), dampening, nesterov, weight_decay },
                    "sgd",
                    &["momentum_buffer"],
                    0,
                )
            }
            _ => {
                let rate_decay = number("decay_factor");
                (Rule::Adagrad { rate_decay, epsilon, weight_decay }, "adagrad", &["sum"], 0)
            }
        };
        let tensor = |numbers: &Vec<f64>| of(numbers, &[numbers.len() as i64], DType::F32);
        let tensors: Vec<Tensor> = lists(&case["x"]).iter().map(tensor).collect();
        let module = parameter_list(&tensors.iter().collect::<Vec<_>>()).unwrap();
        let optimizer = Optimizer::new(&module, rule, number("rate")).unwrap();
        let whole =
            |number: i64| Tensor::from_bytes(&number.to_ne_bytes(), &[], DType::I64, DType::I64, cpu()).unwrap();
        let mut state = vec![
            ("learning_rate".to_owned(), of(&[number("rate")], &[], DType::F64)),
            ("schedule".to_owned(), whole(0)),
        ];
        for (at, gradient) in lists(&case["g"]).iter().enumerate() {
            tensors[at].set_grad(Some(&tensor(gradient))).unwrap();
            state.push((format!("{at}.value.step"), whole(steps)));
            for (moment, numbers) in moments.iter().zip(case["state"].as_array().unwrap()) {
                state.push((format!("{at}.value.{moment}"), tensor(&lists(numbers)[at])));
            }
        }
        let path = file(&format!("{name}.safetensors"));
        write(&path, &state, of_kind).unwrap();
        optimizer.load(&path).unwrap();
        optimizer.step().unwrap();
        for (tensor, want) in tensors.iter().zip(lists(&case["new_x"])) {
            near(&values(tensor), &want, 1e-6, name);
        }
        // The next step's state, by way of a file as well.
        optimizer.save(&path).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let saved = ffi_torch::files::safetensors::Contents::parse(&path, &bytes).unwrap();
        for (moment, new) in moments.iter().zip(case["new_state"].as_array().unwrap()) {
            for (at, want) in lists(new).iter().enumerate() {
                let got = saved.tensor(&format!("{at}.value.{moment}"), cpu()).unwrap();
                near(&values(&got), want, 1e-6, &format!("{name}: {moment}"));
            }
        }
    }
}

#[test]
fn a_network_that_pytorch_saved_computes_the_same() {
    let _turn = turn();
    let network = network(1);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/training/golden");
    load_model(&network, &format!("{folder}/model.safetensors")).unwrap();
    let case = &golden(include_str!("golden/model.toml"), "forward")[0];
    let inputs = of(&floats(&case["inputs"]), &[3, 4], DType::F32);
    near(&values(&network.forward(&inputs).unwrap()), &floats(&case["outputs"]), 1e-6, "forward");
}
