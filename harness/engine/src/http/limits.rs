//! What bounds the sending of requests.

use std::time::Duration;

/// How requests are sent.
#[derive(Debug, Clone)]
pub struct Limits {
    /// How long one exchange may take.
    pub timeout: Duration,
    /// How long an answer's body may be, in bytes.
    pub body: usize,
    /// How many requests are sent at the most.
    pub requests: u64,
    /// How many requests are sent a second at the most.
    pub rate: Option<f64>,
    /// How long one request waits for a throttled server, in all.
    pub patience: Duration,
    /// Whether HTTP/2 is spoken from the first byte. Over TLS it is spoken anyway where the server agrees to.
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
