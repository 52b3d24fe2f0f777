//! The spec as a typed model, with its loader and its lint.
//!
//! The documents in this folder (`EDITION/openapi.yaml` for shape, `requirements.yaml` for behaviour, `sources/` for
//! the sentences that are quoted) are the truth; this crate reads them, finds what is wrong with them, and gives
//! them to the printer and to the engine as types. It knows no HTTP and evaluates nothing.

pub mod model;
pub mod vocabulary;
