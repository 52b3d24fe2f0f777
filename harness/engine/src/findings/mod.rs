//! Findings: what exchanges and cases say of requirements, counted, and recorded without secrets.
//!
//! A [`verdict::Finding`] is what one of them says, a [`verdict::Tally`] counts all findings of a requirement.
//! [`record::Recorder`] is the only way from what a subject sent to what is shown. Nothing here decides a finding.

pub mod cause;
mod curl;
pub mod events;
pub mod latency;
pub mod record;
pub mod spread;
pub mod verdict;
