//! The reference server of Mixin Messenger's `POST /conversations`: what a correct implementation does, in both
//! editions of the API.
//!
//! ```
//! use mixinspec_server::{Edition, Server};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let server = Server::builder()
//!     .edition(Edition::E2026)
//!     .bearer("token-of-alice", "8dcf823d-9eb3-4da2-8734-f0aad50c0da6".parse()?)
//!     .bearer("token-of-bob", "e8e5b807-fa8b-455a-8dfa-b189d28310ff".parse()?)
//!     .build();
//! let (address, running) = server.bind("127.0.0.1:0").await?;
//! println!("listening on http://{address}");
//! running.stop().await;
//! # Ok(())
//! # }
//! ```
//!
//! It offers `POST /conversations` and `GET /conversations/:id`. Conversations are kept in memory, and are lost when
//! the server ends. The steps that a request goes through are one readable list in `create.rs`.
//!
//! [`Policy`] chooses what the sources leave open. A [`Variant`] is a named legal difference, and a [`Fault`] is a
//! named mistake.
//!
//! # What it does not do
//!
//! It does not know the spec documents or the harness that judges servers: it parses requests with the generated types
//! and follows the rules as written here, so that server and harness can disagree. It does not speak TLS. Its memory is
//! bounded: conversations and bodies in bytes, connections in number. Idle and slow connections are closed.

mod again;
mod answer;
mod auth;
mod body;
mod conversation;
mod create;
mod demands;
mod edition;
mod fault;
mod gzip;
mod lines;
mod observe;
mod patience;
mod policy;
mod read;
mod refusal;
mod relax;
mod request;
mod route;
mod server;
mod sessions;
mod store;
mod surrogates;
mod timestamp;
mod used;
mod variant;

pub use auth::{Auth, KnownUsers};
pub use edition::{Edition, UnknownEdition};
pub use fault::{Consequence, Fault};
pub use mixinspec_token::{PublicKey, Session};
pub use observe::{AnsweredRequest, Chosen, IncomingRequest};
pub use patience::Patience;
pub use policy::{
    AcceptOrRefuse, ActionLeftOut, Again, ContactCode, ContactRoles, Controls, GiveOrNot, KnownOrNot, LengthUnit,
    OtherActions, Others, OuterSpace, Outsiders, Policy, ReadOrNot, RefuseOrAccept, RefuseOrIgnore, RefuseOrListOnce,
    RefuseOrLower, Surrogates, TimesKept, UtcOffset,
};
pub use server::{Builder, Running, Server};
pub use sessions::Sessions;
pub use uuid::Uuid;
pub use variant::{NotCombined, Variant, VariantSource, Variation};
