//! Datasets, loaders, their worker threads, and what they tell.

use crate::{cpu, file, of, values};
use ffi_backend::{Code, DType};
use ffi_torch::Tensor;
use ffi_torch::data::{DataLoader, Dataset, Progress};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Row i has inputs 10 i and 10 i + 1 and target i.
fn counting(rows: i64) -> Dataset {
    let inputs: Vec<f64> = (0..rows).flat_map(|row| [10.0 * row as f64, 10.0 * row as f64 + 1.0]).collect();
    let targets: Vec<f64> = (0..rows).map(|row| row as f64).collect();
    Dataset::new(&of(&inputs, &[rows, 2], DType::F32), &of(&targets, &[rows], DType::I64)).unwrap()
}

/// The targets of an epoch's batches; inputs must be those of the same rows.
fn epoch(loader: &DataLoader) -> Vec<Vec<f64>> {
    let mut batches = Vec::new();
    while let Some((inputs, targets)) = loader.next().unwrap() {
        let targets = values(&targets);
        let wanted: Vec<f64> = targets.iter().flat_map(|row| [10.0 * row, 10.0 * row + 1.0]).collect();
        assert_eq!(values(&inputs), wanted);
        assert_eq!(inputs.dims(), [targets.len() as i64, 2]);
        batches.push(targets);
    }
    batches
}

#[test]
fn without_a_seed_rows_come_in_order() {
    let loader = DataLoader::new(&counting(7), 3, None, false).unwrap();
    let whole = vec![vec![0.0, 1.0, 2.0], vec![3.0, 4.0, 5.0], vec![6.0]];
    assert_eq!((loader.batches(), epoch(&loader)), (3, whole.clone()));
    for _ in 0..3 {
        assert!(loader.next().unwrap().is_none(), "the end stays the end, and is no error");
    }
    loader.reset();
    assert_eq!(epoch(&loader), whole);
    let loader = DataLoader::new(&counting(7), 3, None, true).unwrap();
    assert_eq!((loader.batches(), epoch(&loader)), (2, whole[..2].to_vec()));
    for (rows, batch, drop_last, batches) in [(0, 3, false, 0), (2, 3, true, 0), (2, 3, false, 1), (6, 3, false, 2)] {
        let loader = DataLoader::new(&counting(rows), batch, Some(1), drop_last).unwrap();
        assert_eq!((loader.batches(), epoch(&loader).len() as i64), (batches, batches));
    }
}

#[test]
fn a_seed_gives_each_epoch_an_order_of_its_own_and_the_same_one_again() {
    let orders = |seed| {
        let loader = DataLoader::new(&counting(100), 7, Some(seed), false).unwrap();
        [(); 3].map(|()| {
            let order = epoch(&loader).concat();
            loader.reset();
            let mut sorted = order.clone();
            sorted.sort_by(f64::total_cmp);
            assert_eq!(sorted, (0..100).map(f64::from).collect::<Vec<_>>(), "each row once");
            order
        })
    };
    let [first, second, third] = orders(7);
    assert_eq!(orders(7), [first.clone(), second.clone(), third.clone()]);
    assert!(first != second && second != third && first != third);
    assert_ne!(orders(8)[0], first);
    // A reset before the end begins the same next epoch.
    let loader = DataLoader::new(&counting(100), 7, Some(7), false).unwrap();
    loader.next().unwrap();
    loader.reset();
    assert_eq!(epoch(&loader).concat(), second);
}

/// Every row is as likely in every place: 6,000 orders of 4 rows, each of the 24 about 250 times.
#[test]
fn every_order_comes_as_often() {
    let loader = DataLoader::new(&counting(4), 4, Some(3), false).unwrap();
    let mut counts = std::collections::HashMap::new();
    for _ in 0..6000 {
        let order: Vec<u8> = epoch(&loader).concat().into_iter().map(|row| row as u8).collect();
        *counts.entry(order).or_insert(0u32) += 1;
        loader.reset();
    }
    assert_eq!(counts.len(), 24);
    // Chi-squared with 23 degrees of freedom: above 49.7 once in a thousand seeds; this seed is always the same.
    let chi: f64 = counts.values().map(|&count| (f64::from(count) - 250.0).powi(2) / 250.0).sum();
    assert!(chi < 49.7, "{chi}");
}

#[test]
fn datasets_are_parts_of_datasets() {
    let data = counting(6);
    let part = data.narrow(2, 3).unwrap();
    assert_eq!((part.rows(), values(part.targets())), (3, vec![2.0, 3.0, 4.0]));
    let chosen = data.select(&of(&[5.0, 0.0, 5.0], &[3], DType::I32)).unwrap();
    assert_eq!(
        (values(chosen.targets()), values(chosen.inputs())),
        (vec![5.0, 0.0, 5.0], vec![50.0, 51.0, 0.0, 1.0, 50.0, 51.0])
    );
    assert!(data.narrow(4, 3).is_err() && data.select(&of(&[6.0], &[1], DType::I32)).is_err());
    let (vector, scalar) = (of(&[1.0; 3], &[3], DType::F32), of(&[1.0], &[], DType::F32));
    assert_eq!(Dataset::new(&vector, &of(&[1.0; 4], &[4], DType::F32)).unwrap_err().code(), Code::ShapeMismatch);
    assert_eq!(Dataset::new(&vector, &scalar).unwrap_err().code(), Code::ShapeMismatch);
    for batch in [0, -1, i64::MIN] {
        assert_eq!(DataLoader::new(&data, batch, None, false).err().unwrap().code(), Code::InvalidArgument);
    }
    // As large as there is, and no overflow on the way.
    assert_eq!(epoch(&DataLoader::new(&data, i64::MAX, Some(1), false).unwrap()).len(), 1);
}

/// Threads of this process with the name of a loader's.
#[cfg(target_os = "linux")]
fn workers() -> usize {
    let names = std::fs::read_dir("/proc/self/task").unwrap().filter_map(|task| {
        // A thread may end while it is looked at.
        std::fs::read_to_string(task.ok()?.path().join("comm")).ok()
    });
    names.filter(|name| name.trim() == "rt-dataloader").count()
}

#[cfg(target_os = "linux")]
#[test]
fn a_loader_that_goes_takes_its_thread_along() {
    let _turn = crate::turn();
    // Other tests have loaders too: it is enough that this one's came and went.
    let begun = Instant::now();
    loop {
        let before = workers();
        let loaders: Vec<DataLoader> =
            (0..40).map(|_| DataLoader::new(&counting(100), 1, Some(1), false).unwrap()).collect();
        loaders.iter().for_each(|loader| drop(loader.next().unwrap()));
        let during = workers();
        drop(loaders);
        let after = workers();
        if during >= before + 30 && after <= before + 10 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{before} threads, {during}, {after}");
    }
}

#[test]
fn threads_share_a_loader() {
    let loader = DataLoader::new(&counting(500), 3, Some(2), false).unwrap();
    let rows: Vec<Vec<f64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| epoch(&loader).concat())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mut all = rows.concat();
    all.sort_by(f64::total_cmp);
    assert_eq!(all, (0..500).map(f64::from).collect::<Vec<_>>());
}

#[test]
fn progress_is_told_when_a_batch_is_done() {
    let loader = DataLoader::new(&counting(7), 3, Some(1), false).unwrap();
    let heard: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let (ears, inner) = (Arc::clone(&heard), loader.clone());
    let listener = move |news: &Progress| {
        ears.lock().unwrap().push(*news);
        // No lock is held: whatever the loader can do, it can do here; but the listener cannot be replaced from inside.
        assert_eq!(inner.batches(), 3);
        inner.report_loss(f64::from(news.batch as i32));
        assert_eq!(inner.set_progress(None).unwrap_err().code(), Code::Busy);
    };
    loader.set_progress(Some(Arc::new(listener))).unwrap();
    for _ in 0..2 {
        assert!(loader.next().unwrap().is_some());
        loader.report_loss(0.5);
        while loader.next().unwrap().is_some() {}
        assert!(loader.next().unwrap().is_none());
        loader.reset();
    }
    let all = heard.lock().unwrap().clone();
    let told: Vec<_> = all.iter().map(|news| (news.epoch, news.batch, news.batches, news.loss)).collect();
    let epoch = |number| [(number, 1, 3, 0.5), (number, 2, 3, 1.0), (number, 3, 3, 2.0)];
    assert_eq!(told, [epoch(0), epoch(1)].concat());
    assert!(all.iter().all(|news| news.rows_per_second > 0.0 && news.rows_per_second.is_finite()));
    loader.set_progress(None).unwrap();
    epoch_of(&loader);
    assert_eq!(heard.lock().unwrap().len(), 6, "nobody listens any more");
    // Without a report there is no loss, also not that of the epoch before.
    loader.reset();
    let lost: Arc<Mutex<Vec<f64>>> = Arc::default();
    let ears = Arc::clone(&lost);
    loader.set_progress(Some(Arc::new(move |news: &Progress| ears.lock().unwrap().push(news.loss)))).unwrap();
    epoch_of(&loader);
    assert!(lost.lock().unwrap().iter().all(|loss| loss.is_nan()) && lost.lock().unwrap().len() == 3);
}

fn epoch_of(loader: &DataLoader) {
    assert!(!epoch(loader).is_empty());
}

#[test]
fn a_listener_may_ask_for_batches_and_reset() {
    let loader = DataLoader::new(&counting(100), 10, None, false).unwrap();
    let inner = loader.clone();
    let listener = move |news: &Progress| {
        if news.batch == 2 {
            assert!(inner.next().unwrap().is_some());
        }
        if news.batch == 5 {
            inner.reset();
        }
    };
    loader.set_progress(Some(Arc::new(listener))).unwrap();
    let firsts = (0..5).map(|_| values(&loader.next().unwrap().unwrap().1)[0]);
    // The third batch went to the listener; when the fifth was done it began anew.
    assert_eq!(firsts.collect::<Vec<_>>(), [0.0, 10.0, 30.0, 40.0, 0.0]);
    loader.set_progress(None).unwrap();
}

#[test]
fn a_listener_that_was_replaced_is_never_inside() {
    let loader = DataLoader::new(&counting(100_000), 1, None, false).unwrap();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| while loader.next().unwrap().is_some() {})).collect();
        for _ in 0..50 {
            let alive = Arc::new(Mutex::new(true));
            let ears = Arc::clone(&alive);
            let listener = move |_: &Progress| {
                assert!(*ears.lock().unwrap(), "called after it was replaced");
                std::thread::yield_now();
            };
            loader.set_progress(Some(Arc::new(listener))).unwrap();
            std::thread::sleep(Duration::from_micros(200));
            loader.set_progress(None).unwrap();
            *alive.lock().unwrap() = false;
        }
        // The rest of so long an epoch nobody waits for.
        loader.set_progress(Some(Arc::new(|_: &Progress| std::panic::resume_unwind(Box::new("enough"))))).unwrap();
        threads.into_iter().for_each(|thread| assert!(thread.join().is_err()));
    });
    loader.set_progress(None).unwrap();
}

fn csv(name: &str, text: impl AsRef<[u8]>, header: bool, target: i64) -> Result<Dataset, (Code, String)> {
    let path = file(name);
    std::fs::write(&path, text).unwrap();
    Dataset::from_csv(&path, header, target, cpu()).map_err(|error| (error.code(), error.text().to_owned()))
}

#[test]
fn csv_files_become_datasets() {
    let text = "a,b,c\r\n1, 2.5 ,3\n-4e2,\"0.1\",inf\n";
    for (target, inputs, targets) in [
        (0, [2.5, 3.0, 0.1, f64::INFINITY], [1.0, -400.0]),
        (1, [1.0, 3.0, -400.0, f64::INFINITY], [2.5, 0.1]),
        (-1, [1.0, 2.5, -400.0, 0.1], [3.0, f64::INFINITY]),
    ] {
        let data = csv("good.csv", text, true, target).unwrap();
        assert_eq!((data.inputs().dims(), data.targets().dims()), (&[2, 2][..], &[2][..]));
        let rounded = |numbers: &[f64]| numbers.iter().map(|&number| f64::from(number as f32)).collect::<Vec<_>>();
        assert_eq!(values(data.inputs()), rounded(&inputs));
        assert_eq!(values(data.targets()), rounded(&targets));
    }
    // Without a line break at the end, with a byte order mark at the start.
    assert_eq!(values(csv("bom.csv", "\u{feff}1,2", false, 0).unwrap().targets()), [1.0]);
    let digits = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/digits.csv");
    let data = Dataset::from_csv(digits, false, -1, cpu()).unwrap();
    assert_eq!(data.inputs().dims(), [1797, 64]);
    assert!(values(data.targets()).iter().all(|digit| (0.0..10.0).contains(digit)));
}

#[test]
fn csv_files_that_are_none_name_the_place() {
    for (text, header, target, code, says) in [
        (&b"1,2\n3,x\n"[..], false, 0, Code::BadFormat, "line 2, column 2: \"x\" is no number"),
        (b"1,2\n3\n", false, 0, Code::BadFormat, "line 2: 1 columns, the lines before have 2"),
        (b"1,2\n3,4,5\n", false, 0, Code::BadFormat, "line 2: 3 columns"),
        (b"1,2\n,4\n", false, 0, Code::BadFormat, "line 2, column 1: \"\""),
        (b"a,b\n1,2\n", false, 0, Code::BadFormat, "line 1, column 1: \"a\""),
        (b"1,\xff\xfe\n", false, 0, Code::BadFormat, "line 1, column 2"),
        (b"1,0x10\n", false, 0, Code::BadFormat, "\"0x10\""),
        (b"", false, 0, Code::BadFormat, "there are no rows"),
        (b"a,b\n", true, 0, Code::BadFormat, "there are no rows"),
        (b"1,2\n", false, 2, Code::InvalidArgument, "2 columns, of which number 2"),
        (b"1,2\n", false, -3, Code::InvalidArgument, "number -3"),
        (b"1,2\n", false, i64::MIN, Code::InvalidArgument, "2 columns"),
        (b"1\n2\n", false, 0, Code::InvalidArgument, "1 columns"),
        // Refused before the reader asks for memory that may not be there.
        (&vec![b'1'; 40 << 20], false, 0, Code::BadFormat, "a line of more than 16 MiB"),
    ] {
        let (found, message) = csv("bad.csv", text, header, target).err().unwrap();
        assert_eq!(found, code, "{message}");
        assert!(message.contains("bad.csv") && message.contains(says), "{message:?} does not say {says:?}");
    }
    let missing = Dataset::from_csv(&file("missing.csv"), false, 0, cpu());
    assert_eq!(missing.unwrap_err().code(), Code::Io);
}

#[test]
fn npy_files_become_datasets() {
    let (inputs, targets) = (file("inputs.npy"), file("targets.npy"));
    ffi_torch::files::npy::save(counting(5).inputs(), &inputs).unwrap();
    ffi_torch::files::npy::save(counting(5).targets(), &targets).unwrap();
    let data = Dataset::from_npy(&inputs, &targets, cpu()).unwrap();
    assert_eq!(epoch(&DataLoader::new(&data, 2, None, false).unwrap()).concat(), [0.0, 1.0, 2.0, 3.0, 4.0]);
    let four: Tensor = counting(4).targets().clone();
    ffi_torch::files::npy::save(&four, &targets).unwrap();
    assert_eq!(Dataset::from_npy(&inputs, &targets, cpu()).unwrap_err().code(), Code::ShapeMismatch);
}
