//! What a process without a driver sees, and what the validation layers say: each in a process of its own.

use std::process::{Command, Output};

/// This test binary again, in another environment; tests whose names contain `filter`.
fn again(filters: &[&str], environment: &[(&str, &str)]) -> Output {
    let me = std::env::current_exe().unwrap();
    Command::new(me).args(filters).arg("--nocapture").envs(environment.iter().copied()).output().unwrap()
}

#[test]
fn without_a_driver_the_answer_is_a_sentence() {
    if std::env::var_os("VULKAN_TEST_ABSENT").is_some() {
        for error in [
            ffi_vulkan::backend().count().unwrap_err(),
            ffi_vulkan::backend().open(0, ffi_backend::DeviceId(1)).err().unwrap(),
        ] {
            assert_eq!(error.code(), ffi_backend::Code::Unavailable);
            println!("SENTENCE {error}");
        }
        return;
    }
    let nowhere = "/nonexistent/icd.json";
    let environment = [("VK_DRIVER_FILES", nowhere), ("VK_ICD_FILENAMES", nowhere), ("VULKAN_TEST_ABSENT", "1")];
    let output = again(&["without_a_driver_the_answer_is_a_sentence"], &environment);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("SENTENCE vulkan: no ") && text.contains(nowhere), "{text}");
}

#[test]
fn an_absent_device_is_not_found() {
    let Ok(count) = ffi_vulkan::backend().count() else { return };
    let error = ffi_vulkan::backend().open(count, ffi_backend::DeviceId(2)).err().unwrap();
    assert_eq!(error.code(), ffi_backend::Code::NotFound);
}

/// What the layer looks for besides the core: hazards between commands, and habits that cost time.
const ENABLES: &str =
    "VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT:VK_VALIDATION_FEATURE_ENABLE_BEST_PRACTICES_EXT";

/// lavapipe's subgroups are as wide as its vectors, which a variable sets: kernels with barriers and shared memory give the same.
#[test]
fn kernels_assume_no_subgroup_size() {
    if let Some(device) = crate::common::device().filter(|_| std::env::var_os("VULKAN_TEST_WIDTH").is_some()) {
        eprintln!("DEVICE {}", ffi_backend::Device::info(device).description);
        return;
    }
    let Some(device) = crate::common::device() else { return };
    if !ffi_backend::Device::info(device).description.contains("llvmpipe") {
        eprintln!("SKIPPED: this driver's subgroups have one size");
        return;
    }
    for width in ["128", "512"] {
        let environment = [("LP_NATIVE_VECTOR_WIDTH", width), ("VULKAN_TEST_WIDTH", width), ("FFI_REQUIRE", "vulkan")];
        let filters =
            ["kernels_assume_no", "sort::", "index::", "random::", "ops::products", "ops::reductions", "ops::long"];
        let output = again(&filters, &environment);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{width}: {out}{err}");
        assert!(err.contains(&format!("{width} bits")), "the driver heeds the variable: {err}");
    }
}

#[test]
fn the_validation_layers_have_nothing_to_say() {
    if ffi_vulkan::backend().count().is_err() {
        eprintln!("SKIPPED: no vulkan device to validate");
        return;
    }
    let environment = [
        ("VK_INSTANCE_LAYERS", "VK_LAYER_KHRONOS_validation"),
        ("VK_LAYER_ENABLES", ENABLES),
        ("VK_LOADER_DEBUG", "layer"),
        ("FFI_REQUIRE", "vulkan"),
    ];
    for filter in ["cache::", "index::", "ops::", "order::", "random::", "sort::", "staged::"] {
        let output = again(&[filter], &environment);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        if err.contains("VK_LAYER_KHRONOS_validation was not found") || !err.contains("VK_LAYER_KHRONOS_validation") {
            eprintln!("SKIPPED: the Khronos validation layers are not installed");
            return;
        }
        assert!(output.status.success(), "{filter}: {out}{err}");
        let said: Vec<&str> =
            out.lines().chain(err.lines()).filter(|l| l.contains("HEARD") || l.contains("VUID")).collect();
        assert!(said.is_empty(), "{filter}: {said:#?}");
        assert!(err.lines().any(|l| l.ends_with("UTTERED 0")), "{filter}: {err}");
    }
}
