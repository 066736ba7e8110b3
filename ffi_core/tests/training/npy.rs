//! `.npy` files: the bytes that NumPy writes, both ways, and files that lie.

use crate::golden::{floats, golden};
use crate::{cpu, file, of, values};
use ffi_backend::{Code, DType};
use ffi_torch::Tensor;
use ffi_torch::files::npy::{load, save};

fn dtype(name: &str) -> DType {
    match name {
        "f8" => DType::F64,
        "f4" => DType::F32,
        "f2" => DType::F16,
        "i8" => DType::I64,
        "i4" => DType::I32,
        "u1" => DType::U8,
        _ => DType::Bool,
    }
}

#[test]
fn what_numpy_writes_is_read_and_written_alike() {
    let cases = golden(include_str!("golden/npy.toml"), "file");
    assert!(cases.len() >= 140);
    for (at, case) in cases.iter().enumerate() {
        let text = |name: &str| case[name].as_str().unwrap();
        let hex = text("bytes");
        let bytes: Vec<u8> =
            (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        let path = file(&format!("numpy_{at}.npy"));
        std::fs::write(&path, &bytes).unwrap();
        let tensor = load(&path, cpu()).unwrap();
        let dims: Vec<i64> = floats(&case["dims"]).into_iter().map(|dim| dim as i64).collect();
        assert_eq!((tensor.dtype(), tensor.dims()), (dtype(text("dtype")), &dims[..]));
        assert_eq!(values(&tensor), floats(&case["values"]), "{case:?}");
        // The same bytes, where NumPy had the order that is ours.
        if (text("order"), text("byte_order")) == ("C", "<") {
            save(&tensor, &path).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), bytes, "{case:?}");
        }
        std::fs::remove_file(path).unwrap();
    }
}

#[test]
fn views_are_saved_in_their_own_order() {
    let path = file("view.npy");
    let turned = of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &[2, 3], DType::F32).transpose(0, 1).unwrap();
    save(&turned, &path).unwrap();
    assert_eq!(values(&load(&path, cpu()).unwrap()), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    let error = save(&of(&[1.0], &[1], DType::Bf16), &path).unwrap_err();
    assert_eq!(error.code(), Code::Unsupported);
    assert!(load(&path, cpu()).is_ok(), "a refused save leaves the file that was there");
}

/// A file with this header and so many bytes behind it.
fn with_header(version: [u8; 2], header: &str, data: usize) -> Vec<u8> {
    let len = header.len() as u32;
    let len = if version[0] == 1 { len.to_le_bytes()[..2].to_vec() } else { len.to_le_bytes().to_vec() };
    [b"\x93NUMPY", &version[..], &len, header.as_bytes(), &vec![0; data]].concat()
}

#[test]
fn headers_that_lie_are_refused() {
    let good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
    let read = |bytes: &[u8]| -> ffi_backend::Result<Tensor> {
        let path = file("hostile.npy");
        std::fs::write(&path, bytes).unwrap();
        load(&path, cpu())
    };
    for version in [[1, 0], [2, 0], [3, 0]] {
        assert_eq!(read(&with_header(version, good, 24)).unwrap().dims(), [2, 3]);
    }
    let other = |from: &str, to: &str| {
        assert!(good.contains(from));
        with_header([1, 0], &good.replace(from, to), 24)
    };
    let mut long = with_header([2, 0], good, 24);
    long[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    let bad = [
        vec![],
        b"\x93NUM".to_vec(),
        b"\x93NUMPY\x01".to_vec(),
        b"PK\x03\x04 an archive, as .npz is".to_vec(),
        with_header([4, 0], good, 24),
        with_header([1, 1], good, 24),
        long,
        with_header([1, 0], good, 23),
        with_header([1, 0], good, 25),
        with_header([1, 0], "", 0),
        with_header([1, 0], "{", 0),
        with_header([1, 0], "{}", 0),
        with_header([1, 0], "{'descr", 0),
        with_header([1, 0], &"(".repeat(60_000), 0),
        with_header([1, 0], &format!("{good} and more"), 24),
        with_header([1, 0], "{'shape': (2, 3), 'fortran_order': False}", 24),
        other("<f4", "<f16"),
        other("<f4", "<c8"),
        other("<f4", "=f4"),
        other("<f4", "|O"),
        other("<f4", "|f4"),
        other("<f4", ""),
        other("<f4", "\u{e9}f4"),
        other("'<f4'", "[('a', '<f4')]"),
        other("False", "0"),
        other("False", "false"),
        other("(2, 3)", "[2, 3]"),
        other("(2, 3)", "6"),
        other("(2, 3)", "(6)"),
        other("(2, 3)", "(-2, -3)"),
        other("(2, 3)", "(2, 3"),
        other("(2, 3)", "(2,, 3)"),
        other("(2, 3)", "(2 3)"),
        other("(2, 3)", "(2.0, 3)"),
        other("(2, 3)", "(2, 9223372036854775807)"),
        other("(2, 3)", "(4611686018427387904, 4)"),
        other("(2, 3)", "(99999999999999999999, 1)"),
        other("(2, 3)", "(1, 1, 1, 1, 1, 1, 1, 2, 3)"),
        other("'shape'", "'descr'"),
        other("'shape'", "'form'"),
        other(", }", ", 'more': 1}"),
    ];
    for bytes in bad {
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned();
        let error = read(&bytes).err().unwrap_or_else(|| panic!("{text} was read"));
        assert_eq!(error.code(), Code::BadFormat, "{text}: {}", error.text());
        assert!(error.text().contains("hostile.npy"), "{}", error.text());
    }
    for missing in ["no such folder/x.npy", env!("CARGO_MANIFEST_DIR"), ""] {
        assert_eq!(load(missing, cpu()).unwrap_err().code(), Code::Io, "{missing}");
    }
}
