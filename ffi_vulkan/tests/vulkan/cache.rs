//! Compiled pipelines on disk: written at the end or when it is quiet, ignored when broken, shared by processes at once.

use crate::common::{Tensor, device_of};
use ffi_backend::{DType, Device, DeviceId, Layout, MapOp, Op, Program, Scalar, run};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Computes something in a process of its own, which ends as `VULKAN_TEST_CACHE` says.
#[test]
fn cache_child() {
    let Ok(end) = std::env::var("VULKAN_TEST_CACHE") else { return };
    let Some(device) = device_of(DeviceId(60)) else { return };
    let x = Tensor::new(device, DType::F32, Layout::contiguous(&[1000]).unwrap(), &[1.0]);
    let op = Op::Map { program: Program::with_scalar(MapOp::add), scalars: &[Scalar::Float(1.0)] };
    run(device, &op, &[x.view()], &x.view()).unwrap();
    assert!(x.read(device).iter().all(|v| *v == 2.0));
    match end.as_str() {
        "ordered" => device.shut_down().unwrap(),
        // Pipelines are written once none was made for a second.
        "quiet" => {
            std::thread::sleep(std::time::Duration::from_millis(1100));
            x.read(device);
        }
        _ => {}
    }
    println!("COMPUTED");
}

fn child(folder: &Path, end: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["cache_child", "--nocapture"]).env("VULKAN_TEST_CACHE", end).env("FFI_CACHE_DIR", folder);
    command
}

/// What the log heard. The computation worked, whatever became of the file.
fn heard(output: Output) -> String {
    let out = String::from_utf8_lossy(&output.stdout);
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && out.contains("COMPUTED"), "{out}{err}");
    err.lines().filter(|line| line.contains("HEARD")).collect::<Vec<_>>().join("\n")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn pipelines_outlive_the_process() {
    if device_of(DeviceId(61)).is_none() {
        return;
    }
    let folder = std::env::temp_dir().join(format!("ffi-cache-test-{}", std::process::id()));
    let ran = |end: &str| heard(child(&folder, end).output().unwrap());
    assert_eq!(ran("abrupt"), "");
    assert!(files(&folder).is_empty(), "a process that ends at once writes nothing");
    for end in ["quiet", "ordered"] {
        assert_eq!(ran(end), "");
        assert_eq!(files(&folder).len(), 1, "{end}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
    assert_eq!(ran("ordered"), "");
    let [path] = &files(&folder)[..] else { panic!("{:?}", files(&folder)) };
    assert_eq!(path.extension().unwrap(), "pipelines");
    let whole = std::fs::read(path).unwrap();

    let mut changed = whole.clone();
    *changed.last_mut().unwrap() ^= 1;
    for broken in [&b""[..], b"nonsense", &whole[..whole.len() / 2], &changed, &vec![0; 100_000]] {
        std::fs::write(path, broken).unwrap();
        let heard = ran("ordered");
        assert!(heard.contains("are ignored") && heard.contains(path.to_str().unwrap()), "{heard}");
        assert_eq!(ran("ordered"), "", "it was replaced by a good one");
    }

    let start = || {
        let mut command = child(&folder, "ordered");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let crowd: Vec<_> = (0..4).map(|_| start()).collect();
    crowd.into_iter().for_each(|child| assert_eq!(heard(child.wait_with_output().unwrap()), ""));
    assert_eq!(files(&folder), std::slice::from_ref(path), "nothing half-written stays");
    assert_eq!(ran("ordered"), "", "and it is whole");
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn where_nothing_can_be_kept_work_goes_on() {
    if device_of(DeviceId(62)).is_none() {
        return;
    }
    let me = std::env::current_exe().unwrap();
    let below_a_file = me.join("cache");
    let said = heard(child(&below_a_file, "ordered").output().unwrap());
    assert!(said.contains("pipelines are not kept") && said.contains(below_a_file.to_str().unwrap()), "{said}");
    // Off: nothing below the user's folder either.
    let home = std::env::temp_dir().join(format!("ffi-cache-home-{}", std::process::id()));
    std::fs::create_dir_all(&home).unwrap();
    let mut off = child(Path::new(""), "ordered");
    assert_eq!(heard(off.env("XDG_CACHE_HOME", &home).output().unwrap()), "");
    assert!(!home.join("ffi-suite").exists(), "an empty name switches it off");
    let mut on = child(Path::new(""), "ordered");
    assert_eq!(heard(on.env_remove("FFI_CACHE_DIR").env("XDG_CACHE_HOME", &home).output().unwrap()), "");
    assert_eq!(files(&home.join("ffi-suite")).len(), 1);
    std::fs::remove_dir_all(&home).unwrap();
}
