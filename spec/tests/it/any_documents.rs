//! The loader takes any documents: it reads them, or says where and why it cannot. It does not panic.
//!
//! harness/fuzz tries the same for longer.

use mixinspec_spec::Spec;
use proptest::prelude::*;

const SMALL: [(&str, &str); 3] = [
    ("requirements.yaml", include_str!("small/requirements.yaml")),
    ("openapi.yaml", include_str!("small/openapi.yaml")),
    ("source.md", include_str!("small/source.md")),
];

/// Loads documents, and uses all of what was loaded, or of what is said of them.
fn load(documents: &[String; 3]) -> Result<(), String> {
    let read = |path: &str| {
        let at = SMALL.iter().position(|(name, _)| *name == path).ok_or("there is no such file")?;
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

fn small() -> [String; 3] {
    SMALL.map(|(_, text)| text.to_owned())
}

#[test]
fn the_small_spec_is_sound() {
    assert_eq!(load(&small()), Ok(()));
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}", which in 0_usize..3) {
        let mut documents = small();
        documents[which] = text;
        let _read_or_refused = load(&documents);
    }

    #[test]
    fn a_changed_document_is_read_or_refused(
        which in 0_usize..2,
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
