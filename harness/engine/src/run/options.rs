//! The options of a run: the server, its callers, the selection, the pace.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use reqwest::Url;

use crate::http::credential::Credential;
use crate::http::limits::Limits;
use crate::http::route::Route;
use crate::identity::users::Users;
use crate::text::pattern::Patterns;

/// The default of `--cases`: how many generated requests each property is tried on. With the other cases, each kind of
/// request is then sent 135 times, so a mistake in one of 20 answers to a kind is missed in less than one of 1,000
/// runs.
pub const CASES: u64 = 33;

/// The default of `--jobs`: how many cases run at once.
pub const JOBS: u16 = 8;

/// The server that is judged.
pub struct Target {
    /// Its base URL; a path prefix is kept.
    pub base: Url,
    /// The callers: first the caller, then peers.
    pub callers: Vec<Caller>,
    /// The users that it knows.
    pub users: Users,
    /// How it is reached.
    pub route: Route,
    /// Text that must not appear in anything that is shown.
    pub secrets: Vec<String>,
}

/// Leaves out the secrets.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut target = f.debug_struct("Target");
        target.field("base", &self.base.as_str()).field("callers", &self.callers).field("users", &self.users);
        target.finish_non_exhaustive()
    }
}

/// A user who sends requests.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user id.
    pub user_id: String,
    /// How requests are authorized.
    pub credential: Credential,
}

/// The options of a run. The defaults are those of `mixinspec run`; only the run id has none, since each run needs its
/// own.
#[derive(Debug, Clone)]
pub struct Options {
    /// The edition, or `None` for the newest that the subject conforms to.
    pub edition: Option<String>,
    /// How many generated cases each property has.
    pub cases: u64,
    /// The seed that decides the cases.
    pub seed: u64,
    /// The run id, which keeps this run's ids apart from every other run's.
    pub run_id: String,
    /// How many cases run at once.
    pub jobs: usize,
    /// Limits on requests.
    pub limits: Limits,
    /// How long to wait for the server to accept connections.
    pub wait: Option<Duration>,
    /// Requirements and readings that are judged; if empty, all.
    pub only: Patterns,
    /// Requirements and readings that are not judged.
    pub skip: Patterns,
    /// Readings that are demanded, by id.
    pub readings: BTreeMap<String, String>,
    /// Whether to stop at the first failure.
    pub fail_fast: bool,
    /// The only case to run, or the requirement or reading whose cases are the only ones.
    pub replay: Option<String>,
    /// How often the replayed case is run at most, until it fails.
    pub repeat: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            edition: None,
            cases: CASES,
            seed: 1,
            run_id: String::new(),
            jobs: usize::from(JOBS),
            limits: Limits::default(),
            wait: None,
            only: Patterns::default(),
            skip: Patterns::default(),
            readings: BTreeMap::new(),
            fail_fast: false,
            replay: None,
            repeat: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_shown_without_secrets() {
        let token = reqwest::header::HeaderValue::from_static("Bearer canary");
        let target = Target {
            base: Url::parse("http://localhost").expect("a URL"),
            callers: vec![Caller { user_id: "somebody".into(), credential: Credential::Bearer(token) }],
            users: Users::any_uuid(),
            route: Route::default(),
            secrets: vec!["canary".into()],
        };
        let shown = format!("{target:?} {target:#?}");
        assert!(shown.contains("somebody") && !shown.contains("canary"), "{shown}");
    }
}
