//! Extracts the code blocks of the project's pages.

use std::path::{Path, PathBuf};

/// The workspace's folder.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The code blocks of a page in a language, in their order.
///
/// # Panics
/// When the page does not exist, or one of its blocks does not end.
#[must_use]
pub fn blocks(page: &str, language: &str) -> Vec<String> {
    let page = std::fs::read_to_string(root().join(page)).expect("the page").replace("\r\n", "\n");
    let mut found = Vec::new();
    let mut rest = page.as_str();
    let fence = format!("\n```{language}\n");
    while let Some(start) = rest.find(&fence) {
        let (code, after) = rest[start + fence.len()..].split_once("\n```\n").expect("the end of a block");
        found.push(format!("{code}\n"));
        rest = after;
    }
    found
}
