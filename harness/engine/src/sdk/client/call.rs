//! A call that was made, and what rules say of it.

use std::time::Instant;

use super::endpoint::Endpoint;
use super::scene::Happened;
use crate::findings::verdict::Finding;

/// A call that was made. Its port stays open, so that what comes late is seen.
pub(crate) struct MadeCall {
    pub(crate) call: String,
    pub(crate) happened: Happened,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) ended: Instant,
}

/// What came of a call.
#[derive(Default)]
pub(crate) struct JudgedCall {
    /// What rules say, by the places of their checks.
    pub(crate) findings: Vec<(usize, Finding)>,
    /// The call, where it was made and answered.
    pub(crate) made: Option<MadeCall>,
}
