//! Why a document cannot be printed.

pub(crate) use mixinspec_spec::pointer::join as child;

/// A place in a document that the printer has no form for. It never leaves out what it does not understand.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("print {document}#{pointer}: {reason}")]
pub struct PrintError {
    /// The document, relative to the spec's folder.
    pub document: String,
    /// The JSON Pointer into it.
    pub pointer: String,
    /// What is wrong there.
    pub reason: String,
}

/// A problem at a place, while the document is not known yet.
#[derive(Debug)]
pub(crate) struct Unprintable {
    pub(crate) pointer: String,
    pub(crate) reason: String,
}

pub(crate) fn refuse<T>(pointer: impl Into<String>, reason: impl Into<String>) -> Result<T, Unprintable> {
    Err(Unprintable { pointer: pointer.into(), reason: reason.into() })
}

impl Unprintable {
    pub(crate) fn in_document(self, document: &str) -> PrintError {
        PrintError { document: document.to_owned(), pointer: self.pointer, reason: self.reason }
    }
}
