//! The generated types for `openapi.yaml` in this folder, which contains every form of schema.

#[rustfmt::skip]
pub mod answer;
#[rustfmt::skip]
pub mod request;
