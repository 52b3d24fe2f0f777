//! The loader takes any documents: it reads them, or says where and why it cannot. It does not panic.
//!
//! harness/fuzz tries the same for longer.

use std::io;

use mixinspec_spec::Spec;
use proptest::prelude::*;

const SMALL: [(&str, &str); 6] = [
    ("requirements.yaml", include_str!("small/requirements.yaml")),
    ("openapi.yaml", include_str!("small/openapi.yaml")),
    ("inputs/flags.yaml", include_str!("small/inputs/flags.yaml")),
    ("inputs/published.yaml", include_str!("small/inputs/published.yaml")),
    ("inputs/real-requests.yaml", include_str!("small/inputs/real-requests.yaml")),
    ("source.md", include_str!("small/source.md")),
];

/// The documents in YAML come first, and the source last.
const YAML: usize = SMALL.len() - 1;

/// Loads documents, and uses all of what was loaded, or of what is said of them.
fn load(documents: &[String; SMALL.len()]) -> Result<(), String> {
    let read = |path: &str| {
        let at = SMALL.iter().position(|(name, _)| *name == path).ok_or(io::ErrorKind::NotFound)?;
        Ok(documents[at].clone())
    };
    match Spec::read("small", read) {
        Ok(spec) => {
            for edition in spec.editions() {
                let _sites = spec.constraints(edition);
            }
            let _page = mixinspec_spec::requirements_page(&spec);
            Ok(())
        }
        Err(errors) => Err(format!("{errors} {errors:?}")),
    }
}

fn small() -> [String; SMALL.len()] {
    SMALL.map(|(_, text)| text.to_owned())
}

#[test]
fn the_small_spec_is_sound() {
    assert_eq!(load(&small()), Ok(()));
}

#[test]
fn inputs_may_be_missing_and_not_unreadable() {
    let read = |missing: io::ErrorKind| {
        let read = move |path: &str| match SMALL.iter().find(|(name, _)| *name == path) {
            Some((name, text)) if !name.starts_with("inputs/") => Ok((*text).to_owned()),
            _ => Err(missing.into()),
        };
        Spec::read("small", read)
    };
    let spec = read(io::ErrorKind::NotFound).expect("a spec without inputs");
    assert!(spec.inputs.flags.flags.is_empty() && spec.inputs.real.requests.is_empty());
    let errors = read(io::ErrorKind::PermissionDenied).expect_err("nobody may read them");
    let files: Vec<&str> = errors.findings.iter().map(mixinspec_spec::SpecFinding::file).collect();
    assert_eq!(files, ["small/inputs/flags.yaml", "small/inputs/published.yaml", "small/inputs/real-requests.yaml"]);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}", which in 0..SMALL.len()) {
        let mut documents = small();
        documents[which] = text;
        let _read_or_refused = load(&documents);
    }

    #[test]
    fn a_changed_document_is_read_or_refused(
        which in 0..YAML,
        at in any::<prop::sample::Index>(),
        length in 0_usize..30,
        put in "[-{}\\[\\]:,'\"|>&*!%#@ \\na-z0-9/.é]{0,12}",
    ) {
        let mut documents = small();
        let text = &mut documents[which];
        let start = text.floor_char_boundary(at.index(text.len()));
        let end = text.floor_char_boundary((start + length).min(text.len()));
        text.replace_range(start..end, &put);
        let _read_or_refused = load(&documents);
    }
}
