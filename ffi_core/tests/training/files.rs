//! Model files and optimisers' state: round trips, and files that lie; never a crash, never half a load.

use crate::{cpu, file, network, of, parameter, turn, values};
use ffi_backend::{Code, DType, Result};
use ffi_torch::Tensor;
use ffi_torch::data::Dataset;
use ffi_torch::files::npy;
use ffi_torch::files::safetensors::{Contents, load_model, save_model, write};
use ffi_torch::nn::Module;
use ffi_torch::nn::parameter_list::parameter_list;
use ffi_torch::optim::{Optimizer, Rule, Schedule};

const ALL: [DType; 8] =
    [DType::F64, DType::F32, DType::F16, DType::Bf16, DType::I64, DType::I32, DType::U8, DType::Bool];

fn contents(module: &Module) -> Vec<Vec<u8>> {
    module.state().iter().map(|(_, tensor)| tensor.to_bytes().unwrap()).collect()
}

fn bytes_of(module: &Module) -> Vec<u8> {
    let path = file("bytes_of.safetensors");
    save_model(module, &path).unwrap();
    std::fs::read(path).unwrap()
}

#[test]
fn a_model_comes_back_to_the_bit() {
    let _turn = turn();
    let (one, other) = (network(1), network(2));
    let path = file("model.safetensors");
    save_model(&one, &path).unwrap();
    assert_ne!(contents(&one), contents(&other));
    load_model(&other, &path).unwrap();
    assert_eq!(contents(&one), contents(&other));
    assert_eq!(bytes_of(&one), bytes_of(&other), "the same model is the same file");
    // Parameters stay where they are: whoever holds one sees the values, and it still gathers gradients.
    assert!(other.parameters().iter().all(|(_, tensor)| tensor.requires_grad() && tensor.is_leaf()));
}

#[test]
fn every_dtype_and_rank_is_kept() {
    let path = file("dtypes.safetensors");
    let tensors: Vec<(String, Tensor)> = ALL
        .iter()
        .flat_map(|&dtype| {
            [vec![], vec![0], vec![3], vec![2, 1, 3], vec![1; 8]].into_iter().map(move |dims: Vec<i64>| {
                let count: i64 = dims.iter().product();
                let numbers: Vec<f64> = (0..count).map(|i| f64::from(i as i32 % 2)).collect();
                (format!("{dtype} {dims:?}"), of(&numbers, &dims, dtype))
            })
        })
        .collect();
    write(&path, &tensors, "test").unwrap();
    let bytes = std::fs::read(&path).unwrap();
    let file = Contents::parse(&path, &bytes).unwrap();
    assert_eq!(file.of(), Some("test"));
    for (name, tensor) in &tensors {
        let back = file.tensor(name, cpu()).unwrap();
        assert_eq!((back.dtype(), back.dims()), (tensor.dtype(), tensor.dims()), "{name}");
        assert_eq!(back.to_bytes().unwrap(), tensor.to_bytes().unwrap(), "{name}");
    }
}

#[test]
fn a_save_that_fails_leaves_what_was_there() {
    let _turn = turn();
    let folder = file("folder of saves");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    let path = format!("{folder}/model.safetensors");
    let network = network(1);
    save_model(&network, &path).unwrap();
    let before = std::fs::read(&path).unwrap();
    for bad in [format!("{folder}/none/model"), format!("{path}/model"), folder.clone(), String::new(), "/".to_owned()]
    {
        assert_eq!(save_model(&network, &bad).unwrap_err().code(), Code::Io, "{bad:?}");
        assert_eq!(load_model(&network, &bad).unwrap_err().code(), Code::Io, "{bad:?}");
    }
    #[cfg(unix)]
    {
        // A pipe would keep whoever opens it waiting.
        let pipe = format!("{folder}/pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(load_model(&network, &pipe).unwrap_err().code(), Code::Io);
        std::fs::remove_file(pipe).unwrap();
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["model.safetensors"], "no half file stays behind");
}

#[test]
fn what_cannot_be_loaded_or_learned_is_no_parameter() {
    let (good, whole) = (of(&[1.0], &[1], DType::F32), of(&[1.0], &[1], DType::F32).to_dtype(DType::I64).unwrap());
    assert_eq!(parameter_list(&[&good, &whole]).err().unwrap().code(), Code::DtypeMismatch);
    let stretched = of(&[1.0], &[1], DType::F32).expand(&[3]).unwrap();
    assert_eq!(parameter_list(&[&good, &stretched]).err().unwrap().code(), Code::InvalidArgument);
    assert!(!good.requires_grad(), "a list that is refused changes nothing");
}

#[cfg(unix)]
#[test]
fn a_save_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let network = network(1);
    let (path, link) = (file("kept.safetensors"), file("link.safetensors"));
    let _ = std::fs::remove_file(&link);
    std::fs::write(&path, b"before").unwrap();
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
    symlink(&path, &link).unwrap();
    save_model(&network, &link).unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    load_model(&network, &path).unwrap();
}

#[test]
fn a_file_that_does_not_fit_is_told_in_one_message() {
    let _turn = turn();
    let network = network(1);
    let before = contents(&network);
    let path = file("misfit.safetensors");
    let tensor = |dims: &[i64], dtype| Tensor::empty(dims, dtype, cpu()).unwrap();
    let tensors = [
        ("0.weight".to_owned(), tensor(&[4, 8], DType::F32)),
        ("0.bias".to_owned(), tensor(&[8], DType::F16)),
        ("2.weight".to_owned(), tensor(&[1, 8], DType::F32)),
        ("3.weight".to_owned(), tensor(&[1], DType::F32)),
        ("3.\"odd\"".to_owned(), tensor(&[1], DType::F32)),
    ];
    write(&path, &tensors, "pt").unwrap();
    let error = load_model(&network, &path).unwrap_err();
    assert_eq!(error.code(), Code::BadFormat);
    assert_eq!(
        error.text(),
        format!(
            "{path}: 0.weight has shape [4, 8], not [8, 4]; 0.bias is F16, not f32; 2.bias is missing; \
             \"3.\\\"odd\\\"\" is not known; \"3.weight\" is not known"
        )
    );
    assert_eq!(contents(&network), before);
    // All of a large model's, but no more text than a message needs of a file that has nothing else.
    let many: Vec<_> = (0..3000).map(|i| (format!("{i}.{}", "x".repeat(300)), tensor(&[], DType::U8))).collect();
    write(&path, &many, "pt").unwrap();
    let text = load_model(&network, &path).unwrap_err().text().to_owned();
    assert!(text.len() < 70_000 && text.ends_with(" more"), "{} bytes: {}", text.len(), &text[text.len() - 40..]);
    assert_eq!(text.matches("is missing").count(), 4);
    let own: Vec<Tensor> = (0..500).map(|_| tensor(&[1], DType::F32)).collect();
    let list = parameter_list(&own.iter().collect::<Vec<_>>()).unwrap();
    write(&path, &[], "pt").unwrap();
    let text = load_model(&list, &path).unwrap_err().text().to_owned();
    assert_eq!(text.matches("is missing").count(), 500, "every one");
}

/// A file of this header, with the length that it has or another.
fn raw(header: &str, len: Option<u64>, data: usize) -> Vec<u8> {
    let len = len.unwrap_or(header.len() as u64);
    [&len.to_le_bytes()[..], header.as_bytes(), &vec![7; data]].concat()
}

#[test]
fn files_that_lie_are_refused_and_change_nothing() {
    let module = parameter_list(&[&of(&[1.0, 2.0], &[2], DType::F32), &of(&[3.0], &[1], DType::F32)]).unwrap();
    let before = contents(&module);
    let path = file("hostile.safetensors");
    // Refused before its names are put into memory; and no message is as long as what a file holds.
    let long = format!("{{{}}}{}", r#""a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#, " ".repeat(20 << 20));
    std::fs::write(&path, raw(&long, None, 0)).unwrap();
    let error = load_model(&module, &path).unwrap_err();
    assert!(error.code() == Code::BadFormat && error.text().contains("a header of 209"), "{}", error.text());
    let deep = format!(r#"{{"0.value":{{"dtype":"U8","shape":[0{}],"data_offsets":[0,0]}}}}"#, ",0".repeat(100_000));
    std::fs::write(&path, raw(&deep, None, 0)).unwrap();
    let error = load_model(&module, &path).unwrap_err();
    assert!(error.code() == Code::BadFormat && error.text().len() < 400, "{} bytes", error.text().len());
    let shape = "1, ".repeat(20_000);
    let header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}");
    let npy = file("deep.npy");
    let start = [&b"\x93NUMPY\x01\x00"[..], &(header.len() as u16).to_le_bytes()].concat();
    std::fs::write(&npy, [&start[..], header.as_bytes(), &[0; 4]].concat()).unwrap();
    let error = ffi_torch::files::npy::load(&npy, cpu()).unwrap_err();
    assert!(error.code() == Code::BadFormat && error.text().ends_with("more than 8 dimensions"), "{}", error.text());
    let entry = |name: &str, dtype: &str, shape: &str, from: u64, to: u64| {
        format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape},"data_offsets":[{from},{to}]}}"#)
    };
    let two = |first: &str, second: &str| format!("{{{first},{second}}}");
    let (first, second) = (entry("0.value", "F32", "[2]", 0, 8), entry("1.value", "F32", "[1]", 8, 12));
    let good = two(&first, &second);
    std::fs::write(&path, raw(&good, None, 12)).unwrap();
    load_model(&module, &path).unwrap();
    assert_ne!(contents(&module), before);
    let before = contents(&module);
    let most = u64::MAX;
    let bad = [
        vec![],
        vec![1, 2, 3],
        vec![0; 8],
        raw(&good, None, 11),
        raw(&good, None, 13),
        raw(&good, None, 0),
        raw(&good, Some(good.len() as u64 - 1), 12),
        raw(&good, Some(good.len() as u64 + 1), 12),
        raw(&good, Some(100_000_001), 12),
        raw(&good, Some(1 << 62), 12),
        raw(&good, Some(most), 12),
        raw(&good, Some(most - 7), 12),
        // Overlapping, out of order with a hole, outside, backwards.
        raw(&two(&first, &entry("1.value", "F32", "[1]", 4, 8)), None, 8),
        raw(&two(&first, &entry("1.value", "F32", "[1]", 0, 4)), None, 8),
        raw(&two(&first, &entry("1.value", "F32", "[1]", 12, 16)), None, 16),
        raw(&two(&first, &entry("1.value", "F32", "[1]", 1 << 40, (1 << 40) + 4)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[1]", 12, 8)), None, 12),
        raw(&two(&first, &entry("1.value", "U8", &format!("[{}]", most - 8), 8, most)), None, 12),
        raw(&two(&first, &entry("1.value", "U8", &format!("[{}]", (1u64 << 61) - 1), 8, (1 << 61) + 7)), None, 12),
        // Eight of them fill 64 bits to the brim.
        raw(
            &format!(
                "{{{}}}",
                (0..8u64)
                    .map(|i| {
                        let len = (1u64 << 61) - u64::from(i == 7);
                        entry(&format!("{i}.value"), "U8", &format!("[{len}]"), i << 61, (i << 61).wrapping_add(len))
                    })
                    .collect::<Vec<_>>()
                    .join(",")
            ),
            None,
            12,
        ),
        // Shapes and dtypes that are not the bytes', or not the model's.
        raw(&two(&first, &entry("1.value", "F32", "[2]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[4294967296,4294967296]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[-1]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[1.0]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "I32", "[1]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F16", "[2]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F8_E4M3", "[4]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F128", "[1]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[1,1]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.value", "F32", "[1,1,1,1,1,1,1,1,1,1]", 8, 12)), None, 12),
        raw(&two(&first, &entry("1.other", "F32", "[1]", 8, 12)), None, 12),
        raw(&format!("{{{first}}}"), None, 8),
        // Not what a header is.
        raw("{}", None, 0),
        raw("null", None, 0),
        raw("[]", None, 0),
        raw("{\"0.value\":3}", None, 0),
        raw(&"[".repeat(100_000), None, 0),
        raw(&"{\"a\":".repeat(100_000), None, 0),
        raw(&good.replace("0.value", "\u{0}.value"), None, 12),
        raw(&good.replace("{\"0", "{\"__metadata__\":{\"a\":1},\"0"), None, 12),
    ];
    for (at, bytes) in bad.iter().enumerate() {
        std::fs::write(&path, bytes).unwrap();
        let error = load_model(&module, &path).err().unwrap_or_else(|| panic!("file {at} was read"));
        assert_eq!(error.code(), Code::BadFormat, "file {at}: {}", error.text());
        assert!(error.text().contains("hostile.safetensors"), "file {at}: {}", error.text());
        assert_eq!(contents(&module), before, "file {at}");
    }
}

/// The files from flipped bits, bytes that are others, pieces cut out or doubled.
fn mutated(good: &[u8], random: &mut dyn FnMut() -> u64) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..1 + random() % 3 {
        if bytes.is_empty() {
            break;
        }
        let (at, other) = (random() as usize % bytes.len(), random() as usize % bytes.len());
        match random() % 5 {
            0 => bytes[at] ^= 1 << (random() % 8),
            1 => bytes[at] = random() as u8,
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at.min(other)..at.max(other))),
            _ => {
                let piece = bytes[at.min(other)..at.max(other)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    bytes
}

fn random(seed: u64) -> impl FnMut() -> u64 {
    let mut state = seed ^ 0x9E37_79B9_7F4A_7C15;
    move || {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        state.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
}

/// Reads mutations of a file: what is refused is BAD_FORMAT, and told to `read` as `false` to see that nothing changed.
fn withstands(name: &str, good: &[u8], also: &[Code], mut read: impl FnMut(&str, &[u8]) -> Result<()>) {
    let path = file(name);
    let mut random = random(1);
    let (mut refused, mut done) = (0, 0);
    for _ in 0..3000 {
        let bytes = mutated(good, &mut random);
        // A new file each time: some file systems hurry to the disk what overwrites another.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, &bytes).unwrap();
        match read(&path, &bytes) {
            Ok(()) => done += 1,
            Err(error) => {
                let known = error.code() == Code::BadFormat || also.contains(&error.code());
                assert!(known, "{}: {}", error.code().name(), error.text());
                refused += 1;
            }
        }
    }
    println!("{name}: {refused} refused, {done} read");
    assert!(refused > 300 && done > 10, "{name}: {refused} refused, {done} read");
}

#[test]
fn mutated_models_load_whole_or_not_at_all() {
    let _turn = turn();
    let (one, target) = (network(1), network(2));
    let good = bytes_of(&one);
    withstands("mutated.safetensors", &good, &[], |path, bytes| {
        let before = contents(&target);
        let outcome = load_model(&target, path);
        let after = contents(&target);
        match &outcome {
            Err(_) => assert_eq!(after, before),
            Ok(()) => {
                let file = Contents::parse(path, bytes).unwrap();
                for ((name, _), after) in target.state().iter().zip(after) {
                    assert_eq!(file.tensor(name, cpu()).unwrap().to_bytes().unwrap(), after, "{name}");
                }
            }
        }
        outcome
    });
}

fn adam() -> Rule {
    Rule::Adam { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weight_decay: 0.0, decoupled: false }
}

/// An optimiser after so many steps.
fn stepped(rule: Rule, steps: u32) -> (Tensor, Optimizer) {
    let (tensor, module) = parameter(&[1.0, -2.0], DType::F32);
    let optimizer = Optimizer::new(&module, rule, 0.1).unwrap();
    optimizer.add_schedule(Schedule::Step { size: 2, gamma: 0.5 }).unwrap();
    for step in 0..steps {
        go_on(&tensor, &optimizer, step);
    }
    (tensor, optimizer)
}

fn go_on(tensor: &Tensor, optimizer: &Optimizer, step: u32) {
    tensor.set_grad(Some(&of(&[f64::from(step).sin(), 0.3], &[2], DType::F32))).unwrap();
    optimizer.step().unwrap();
    optimizer.advance_schedules();
}

#[test]
fn an_optimiser_goes_on_where_it_was_saved() {
    let path = file("state.safetensors");
    let rules = [
        Rule::Sgd { momentum: 0.0, dampening: 0.0, nesterov: false, weight_decay: 0.1 },
        Rule::Sgd { momentum: 0.9, dampening: 0.5, nesterov: false, weight_decay: 0.1 },
        adam(),
        Rule::Rmsprop { centered: true, alpha: 0.9, epsilon: 1e-3, momentum: 0.5, weight_decay: 0.0 },
        Rule::Adagrad { rate_decay: 0.1, epsilon: 1e-3, weight_decay: 0.0 },
    ];
    for rule in rules {
        for steps in [0, 1, 5] {
            let (tensor, one) = stepped(rule, steps);
            one.save(&path).unwrap();
            let (other_tensor, other) = stepped(rule, 3);
            other.load(&path).unwrap();
            other_tensor.assign_values(&tensor);
            for step in steps..steps + 5 {
                go_on(&tensor, &one, step);
                go_on(&other_tensor, &other, step);
                assert_eq!(one.learning_rate(), other.learning_rate(), "{rule:?}");
                assert_eq!(values(&tensor), values(&other_tensor), "{rule:?} after {steps} steps");
            }
        }
    }
}

trait AssignValues {
    fn assign_values(&self, from: &Tensor);
}
impl AssignValues for Tensor {
    fn assign_values(&self, from: &Tensor) {
        self.detach().assign(&from.detach()).unwrap();
    }
}

#[test]
fn a_state_that_does_not_fit_is_refused_and_changes_nothing() {
    let path = file("misfit_state.safetensors");
    let (_, one) = stepped(adam(), 3);
    one.save(&path).unwrap();
    let good = std::fs::read(&path).unwrap();
    let copy = |optimizer: &Optimizer| {
        let path = file("copy_state.safetensors");
        optimizer.save(&path).unwrap();
        std::fs::read(path).unwrap()
    };
    let refused = |optimizer: &Optimizer, says: &str| {
        let before = copy(optimizer);
        let error = optimizer.load(&path).unwrap_err();
        assert_eq!(error.code(), Code::BadFormat);
        assert!(error.text().contains(says), "{:?} does not say {says:?}", error.text());
        assert_eq!(copy(optimizer), before);
    };
    let adagrad = Rule::Adagrad { rate_decay: 0.0, epsilon: 1e-3, weight_decay: 0.0 };
    refused(&stepped(adagrad, 1).1, "no state of adagrad, but of \"adam\"");
    let (_, module) = parameter(&[1.0, 2.0, 3.0], DType::F32);
    refused(&Optimizer::new(&module, adam(), 0.1).unwrap(), "0.value.exp_avg has shape [2], not [3]");
    let (_, module) = parameter(&[1.0, 2.0], DType::F64);
    refused(&Optimizer::new(&module, adam(), 0.1).unwrap(), "0.value.exp_avg is F32, not f64");
    // Single entries that make no sense.
    let bytes = good.clone();
    let file = Contents::parse(&path, &bytes).unwrap();
    let names = ["learning_rate", "schedule", "0.value.step", "0.value.exp_avg", "0.value.exp_avg_sq"];
    let tensors: Vec<(String, Tensor)> =
        names.iter().map(|&name| (name.to_owned(), file.tensor(name, cpu()).unwrap())).collect();
    let whole = |number: i64| Tensor::from_bytes(&number.to_ne_bytes(), &[], DType::I64, DType::I64, cpu()).unwrap();
    for (at, other, says) in [
        (0, of(&[-1.0], &[], DType::F64), "the learning rate is -1"),
        (0, of(&[f64::NAN], &[], DType::F64), "the learning rate is NaN"),
        (1, whole(-1), "schedule is -1"),
        (2, whole(i64::MIN), "0.value.step is -9223372036854775808"),
        (2, of(&[1.0], &[], DType::F64), "0.value.step is F64, not i64"),
    ] {
        let mut changed = tensors.clone();
        changed[at].1 = other;
        write(&path, &changed, "adam").unwrap();
        refused(&stepped(adam(), 2).1, says);
    }
    write(&path, &tensors[..4], "adam").unwrap();
    refused(&stepped(adam(), 2).1, "0.value.exp_avg_sq is missing");
    write(&path, &tensors, "adamw").unwrap();
    refused(&stepped(adam(), 2).1, "no state of adam, but of \"adamw\"");

    let (_, target) = stepped(adam(), 1);
    let (mut known, mut refusals) = (copy(&target), 0);
    withstands("mutated_state.safetensors", &good, &[], |path, _| {
        let outcome = target.load(path);
        match outcome {
            Ok(()) => known = copy(&target),
            // A change would stay until the next load that succeeds, and each look waits for the disk.
            Err(_) if refusals % 16 == 0 => assert_eq!(copy(&target), known),
            Err(_) => {}
        }
        refusals += u32::from(outcome.is_err());
        outcome
    });
}

#[test]
fn mutated_tables_are_read_or_refused() {
    let path = file("to_mutate.npy");
    npy::save(&of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3], DType::F32), &path).unwrap();
    let good = std::fs::read(&path).unwrap();
    withstands("mutated.npy", &good, &[], |path, _| npy::load(path, cpu()).map(|_| ()));
    let lines: String = (0..12).map(|i| format!("{i},{}.5,-{i}e-1,\"7\"\n", i * i)).collect();
    // One column left of all: there is no target then.
    withstands("mutated.csv", lines.as_bytes(), &[Code::InvalidArgument], |path, _| {
        Dataset::from_csv(path, false, -1, cpu()).map(|_| ())
    });
}
