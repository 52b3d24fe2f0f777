//! Text and JSON, independent of their purpose: reading, pointing into, comparing, making safe to show.
//!
//! [`json`] reads received bytes; [`redact`] removes secrets from everything that is shown. Nothing here knows HTTP,
//! the spec, or a requirement.

pub(crate) mod excerpt;
pub mod json;
pub mod pattern;
pub mod pointer;
pub mod redact;
pub mod time;
pub mod visible;
