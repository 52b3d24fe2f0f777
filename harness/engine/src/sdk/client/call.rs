//! A call that was made, and its findings.

use std::time::Instant;

use super::endpoint::Endpoint;
use super::scene::Happened;
use crate::findings::verdict::Finding;

/// A call that was made. Its port stays open to catch late requests.
pub(crate) struct MadeCall {
    pub(crate) call: String,
    pub(crate) happened: Happened,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) ended: Instant,
}

/// The result of judging a call.
#[derive(Default)]
pub(crate) struct JudgedCall {
    /// The findings of the rules, each with the index of its check.
    pub(crate) findings: Vec<(usize, Finding)>,
    /// The call, where it was made and answered.
    pub(crate) made: Option<MadeCall>,
}
