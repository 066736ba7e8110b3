//! Training from end to end: it learns, and from the same seed it is the same to the bit.

use crate::{file, loss, network, of, turn, values};
use ffi_backend::DType;
use ffi_torch::autograd::backward;
use ffi_torch::data::{DataLoader, Dataset};
use ffi_torch::files::safetensors::{load_model, save_model};
use ffi_torch::nn::Module;
use ffi_torch::optim::{Optimizer, Rule, Schedule};

/// Rows of four numbers and a target that a network of two layers can learn.
fn data() -> Dataset {
    let rows: Vec<[f64; 4]> =
        (0..64).map(|row| [0, 1, 2, 3].map(|column| f64::from(row * 7 + column * 13).sin())).collect();
    let targets: Vec<f64> = rows.iter().map(|[a, b, c, d]| (a * b).max(c - d)).collect();
    Dataset::new(&of(&rows.concat(), &[64, 4], DType::F32), &of(&targets, &[64, 1], DType::F32)).unwrap()
}

fn rules() -> [Rule; 6] {
    let adam = |decoupled| Rule::Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weight_decay: 1e-4, decoupled };
    [
        Rule::Sgd { momentum: 0.9, dampening: 0.0, nesterov: false, weight_decay: 1e-4 },
        Rule::Sgd { momentum: 0.9, dampening: 0.0, nesterov: true, weight_decay: 0.0 },
        adam(false),
        adam(true),
        Rule::Rmsprop { centered: true, alpha: 0.99, epsilon: 1e-3, momentum: 0.5, weight_decay: 0.0 },
        Rule::Adagrad { rate_decay: 1e-3, epsilon: 1e-8, weight_decay: 0.0 },
    ]
}

struct Training {
    module: Module,
    optimizer: Optimizer,
    loader: DataLoader,
}

impl Training {
    fn new(rule: Rule) -> Training {
        let module = network(5);
        let optimizer = Optimizer::new(&module, rule, 0.02).unwrap();
        optimizer.add_schedule(Schedule::Warmup { length: 3, start: 0.1 }).unwrap();
        optimizer.add_schedule(Schedule::Cosine { length: 40, least: 0.001 }).unwrap();
        Training { module, optimizer, loader: DataLoader::new(&data(), 10, Some(9), false).unwrap() }
    }

    /// Goes on for some epochs; gives the last batch's loss.
    fn epochs(&self, count: usize) -> f64 {
        let mut last = f64::NAN;
        for _ in 0..count {
            while let Some((inputs, targets)) = self.loader.next().unwrap() {
                self.optimizer.zero_grad().unwrap();
                let loss = loss(&self.module, &inputs, &targets);
                backward(&loss, None, false, false).unwrap();
                self.optimizer.clip_grad_norm(5.0, 2.0).unwrap();
                self.optimizer.step().unwrap();
                last = values(&loss)[0];
            }
            self.loader.reset();
            self.optimizer.advance_schedules();
        }
        last
    }

    fn bits(&self) -> Vec<Vec<u8>> {
        self.module.state().iter().map(|(_, tensor)| tensor.to_bytes().unwrap()).collect()
    }
}

#[test]
fn every_optimizer_learns_and_twice_the_same() {
    let _turn = turn();
    let data = data();
    for rule in rules() {
        let (one, other) = (Training::new(rule), Training::new(rule));
        assert_eq!(one.bits(), other.bits());
        let all = |training: &Training| values(&loss(&training.module, data.inputs(), data.targets()))[0];
        let before = all(&one);
        let losses = (one.epochs(30), other.epochs(30));
        assert_eq!(losses.0.to_bits(), losses.1.to_bits(), "{rule:?}");
        assert_eq!(one.bits(), other.bits(), "{rule:?}");
        assert!(all(&one) < before / 4.0, "{rule:?}: the loss went from {before} to {}", all(&one));
    }
}

#[test]
fn a_training_that_was_saved_goes_on_as_if_it_had_not_stopped() {
    let _turn = turn();
    for rule in rules() {
        let one = Training::new(rule);
        one.epochs(3);
        let (model, state) = (file("loop_model.safetensors"), file("loop_state.safetensors"));
        save_model(&one.module, &model).unwrap();
        one.optimizer.save(&state).unwrap();
        let other = Training::new(rule);
        load_model(&other.module, &model).unwrap();
        other.optimizer.load(&state).unwrap();
        (0..3).for_each(|_| other.loader.reset());
        one.epochs(3);
        other.epochs(3);
        assert_eq!(one.bits(), other.bits(), "{rule:?}");
    }
}

#[test]
fn a_record_of_before_a_step_is_refused_after_it() {
    let _turn = turn();
    let training = Training::new(rules()[0]);
    let data = data();
    let loss = loss(&training.module, data.inputs(), data.targets());
    backward(&loss, None, true, false).unwrap();
    training.optimizer.step().unwrap();
    let error = backward(&loss, None, false, false).unwrap_err();
    assert!(error.text().contains("changed in place"), "no gradient of parameters that are gone: {}", error.text());
}
