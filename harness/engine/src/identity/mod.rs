//! Identities in requests: ids that no two runs share, the users that requests name, the ids of cases, and the
//! derivations of the spec.
//!
//! [`ids::IdSpace`] makes ids from seed, run and case. Nothing here makes a request.

pub mod case_id;
pub mod derivation;
pub mod ids;
pub mod users;
