//! The documents embedded in this crate, so that the program needs no folder of its own.

use std::io;

/// The documents, by path below this package's folder.
const FILES: &[(&str, &str)] = &[
    ("requirements.yaml", include_str!("../requirements.yaml")),
    ("2018/openapi.yaml", include_str!("../2018/openapi.yaml")),
    ("2026/openapi.yaml", include_str!("../2026/openapi.yaml")),
    ("inputs/flags.yaml", include_str!("../inputs/flags.yaml")),
    ("inputs/published.yaml", include_str!("../inputs/published.yaml")),
    ("inputs/real-requests.yaml", include_str!("../inputs/real-requests.yaml")),
    ("sources/docs-2018.md", include_str!("../sources/docs-2018.md")),
    ("sources/docs.md", include_str!("../sources/docs.md")),
    ("sources/practice.md", include_str!("../sources/practice.md")),
    ("sources/rfc.md", include_str!("../sources/rfc.md")),
    ("sources/sdk.md", include_str!("../sources/sdk.md")),
    ("sources/seed.md", include_str!("../sources/seed.md")),
];

/// The text of a document.
pub(crate) fn read(path: &str) -> io::Result<String> {
    match FILES.iter().find(|(name, _)| *name == path) {
        Some((_, text)) => Ok((*text).to_owned()),
        None => {
            let reason = "it is not one of the embedded documents; spec/src/embedded.rs lists them";
            Err(io::Error::new(io::ErrorKind::NotFound, reason))
        }
    }
}
