//! How long the server waits for its clients.

use std::time::Duration;

/// How long a server waits for its clients before it closes their connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the next request, or until a client reads an answer (default: 120 s). Clients close idle connections earlier
    /// (reqwest after 90 s), so that the server never closes one just when a request is sent on it.
    pub idle: Duration,
    /// For the body of a request (default: 30 s).
    pub body: Duration,
    /// For requests in progress when the server stops (default: 10 s).
    pub stop: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { idle: Duration::from_secs(120), body: Duration::from_secs(30), stop: Duration::from_secs(10) }
    }
}
