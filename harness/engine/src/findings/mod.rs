//! Findings: what exchanges and cases say of requirements, counted, and recorded without secrets.
//!
//! [`verdict::Finding`] is what one of them says, [`verdict::Tally`] all of them together; [`record::Recorder`] is the one
//! way from what a subject sent to what is shown. Nothing here decides a finding.

pub mod cause;
mod curl;
pub mod events;
pub mod latency;
pub mod record;
pub mod spread;
pub mod verdict;
