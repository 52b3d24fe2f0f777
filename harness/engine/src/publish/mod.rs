//! Prints the files of vectors, and checks a folder of them by computing everything again.
//!
//! [`generate`] prints the files from the spec's derivations and plan, the same for the same seed; [`verify`] checks a
//! folder. The files that are checked in, in `vectors/`, are those that [`generate`] prints with [`Settings::default`].
//! Nothing here sends a request.

mod answers;
mod error;
mod generate;
mod layout;
mod requests;
mod verify;

pub use error::VectorError;
pub use generate::{PrintedFile, Settings, generate};
pub use verify::verify;
