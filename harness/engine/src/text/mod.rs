//! Text and JSON, apart from what they are for: reading, pointing into, comparing, making safe to show.
//!
//! [`json`] reads the bytes of others; [`redact`] takes secrets out of whatever is shown. Nothing here knows HTTP, the
//! spec, or a requirement.

pub(crate) mod excerpt;
pub mod json;
pub mod pattern;
pub mod pointer;
pub mod redact;
pub mod time;
pub mod visible;
