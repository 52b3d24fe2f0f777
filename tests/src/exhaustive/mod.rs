//! What the printer prints for `openapi.yaml` in this folder, where every form of schema occurs.

#[rustfmt::skip]
pub mod answer;
#[rustfmt::skip]
pub mod request;
