//! The loader of the spec: it takes any documents, or says what is wrong with them.
//!
//! The three documents of a small spec stand one after another, each ended by a line `%%%`.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mixinspec_spec::Spec;

const NAMES: [&str; 3] = ["requirements.yaml", "openapi.yaml", "source.md"];

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let documents: Vec<&str> = text.splitn(3, "\n%%%\n").collect();
    let read = |path: &str| {
        let document = NAMES.iter().position(|name| *name == path).and_then(|at| documents.get(at));
        document.map(|text| (*text).to_owned()).ok_or_else(|| "there is no such file".to_owned())
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
