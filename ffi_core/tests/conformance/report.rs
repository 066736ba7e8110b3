//! Counts of what ran and what was refused, and the comparison with the reference.

use super::devices::tolerance;
use ffi_backend::{DType, DeviceRef};
use std::collections::BTreeMap;

/// One test's tally, printed at its end.
pub struct Report {
    name: &'static str,
    cases: u64,
    refused: BTreeMap<(String, &'static str), u64>,
    wrong: Vec<String>,
}

impl Report {
    pub fn new(name: &'static str) -> Report {
        Report { name, cases: 0, refused: BTreeMap::new(), wrong: Vec::new() }
    }

    /// The device said no. The CPU refuses nothing that is defined.
    pub fn refuse(&mut self, device: DeviceRef, what: &str, why: &'static str) {
        if device.info().kind == "cpu" {
            self.wrong.push(format!("{what}: the CPU refuses: {why}"));
        }
        *self.refused.entry((device.info().kind.to_owned(), why)).or_default() += 1;
    }

    /// Compares element by element. NaN equals NaN. A result may lie `rounds` roundings from the reference, of itself or, where
    /// an op adds up terms that cancel, of their `magnitude`; 0 rounds means the same bits.
    #[allow(clippy::too_many_arguments)]
    pub fn compare(
        &mut self,
        device: DeviceRef,
        what: &str,
        dtype: DType,
        got: &[f64],
        want: &[f64],
        rounds: f64,
        magnitude: f64,
    ) {
        self.cases += 1;
        if got.len() != want.len() {
            self.wrong.push(format!("{what}: {} elements, wanted {}", got.len(), want.len()));
            return;
        }
        let relative = tolerance(device, dtype) * rounds;
        let smallest = match dtype {
            DType::F16 => 6e-8,
            DType::F64 => 1e-307,
            _ => 1.2e-38,
        };
        for (i, (&got, &want)) in got.iter().zip(want).enumerate() {
            let same = got == want || (got.is_nan() && want.is_nan());
            let near = rounds > 0.0 && (got - want).abs() <= relative * (want.abs() + magnitude) + smallest;
            if !same && !near {
                self.wrong.push(format!("{what}: element {i} is {got}, wanted {want}"));
                return;
            }
        }
    }

    pub fn pass(&mut self) {
        self.cases += 1;
    }

    pub fn fail(&mut self, what: String) {
        self.cases += 1;
        self.wrong.push(what);
    }

    pub fn finish(self) {
        println!("conformance {}: {} cases", self.name, self.cases);
        for ((device, why), count) in &self.refused {
            println!("  refused on {device}, {count} times: {why}");
        }
        assert!(self.cases > 0, "nothing was tested");
        let shown: Vec<&String> = self.wrong.iter().take(20).collect();
        assert!(self.wrong.is_empty(), "{} of {} cases are wrong, such as {shown:#?}", self.wrong.len(), self.cases);
    }
}
