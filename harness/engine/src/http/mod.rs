//! HTTP: messages, credentials, and the client that sends messages with credentials.
//!
//! [`client::Sender`] sends a [`message::Sent`] and returns a [`message::Received`], or the reason why there is none.
//! [`envelope::Envelope`] says what an answer means, by the spec. Nothing here knows an operation, a schema or a
//! requirement.

pub mod authorization;
pub(crate) mod body;
pub mod client;
pub(crate) mod clock;
pub(crate) mod coding;
pub(crate) mod concurrency;
pub(crate) mod connections;
pub mod credential;
pub mod envelope;
pub mod framing;
pub(crate) mod halt;
pub mod limits;
pub mod message;
pub mod outcome;
pub mod renewed;
pub mod route;
pub(crate) mod threads;
pub mod transport;
pub mod trust;
