//! The limits for sending requests.

use std::time::Duration;

/// Limits for sending requests, and the version of HTTP.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long one exchange may take.
    pub timeout: Duration,
    /// How long an answer's body may be, in bytes.
    pub body: usize,
    /// The greatest number of requests in a run.
    pub requests: u64,
    /// The greatest number of requests a second.
    pub rate: Option<f64>,
    /// How long one request waits for a throttled server, in all.
    pub patience: Duration,
    /// Whether to speak HTTP/2 from the first byte. Over TLS, HTTP/2 is negotiated anyway.
    pub http2: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            // The longest request has a name of 1 MiB, which a server may repeat.
            body: 2 << 20,
            requests: u64::MAX,
            rate: None,
            patience: Duration::from_secs(30),
            http2: false,
        }
    }
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The TLS part, or the trust anchors, could not be set up.
    #[error("failed to set up the HTTP client: {0}")]
    Setup(String),
}
