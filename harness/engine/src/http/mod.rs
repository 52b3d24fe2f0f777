//! HTTP: messages, credentials, and the client that sends the ones with the others.
//!
//! [`client::Sender`] sends a [`message::Sent`] and gives a [`message::Received`], or says why there is none. What an
//! answer means says [`envelope::Envelope`], by the spec. Nothing here knows an operation, a schema or a requirement.

pub mod authorization;
pub(crate) mod body;
pub mod client;
pub(crate) mod clock;
pub(crate) mod coding;
pub(crate) mod connections;
pub mod credential;
pub(crate) mod crowd;
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
