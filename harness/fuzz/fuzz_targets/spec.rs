//! The loader of the spec: it takes any documents, or says what is wrong with them.
//!
//! The documents of a small spec stand one after another, each ended by a line `%%%`; those in `inputs/` may be missing.
#![no_main]

use std::io;

use libfuzzer_sys::fuzz_target;
use mixinspec_spec::Spec;

const NAMES: [&str; 6] = [
    "requirements.yaml",
    "openapi.yaml",
    "source.md",
    "inputs/flags.yaml",
    "inputs/published.yaml",
    "inputs/real-requests.yaml",
];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let documents: Vec<&str> = text.splitn(NAMES.len(), "\n%%%\n").collect();
    let read = |path: &str| {
        let document = NAMES.iter().position(|name| *name == path).and_then(|at| documents.get(at));
        document.map(|text| (*text).to_owned()).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    match Spec::read("fuzz", read) {
        Ok(spec) => {
            for edition in spec.editions() {
                let _sites = spec.constraints(edition);
            }
            let _page = mixinspec_spec::requirements_page(&spec);
        }
        Err(errors) => drop(format!("{errors} {errors:?}")),
    }
});
