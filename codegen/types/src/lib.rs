//! Types and conversation ids for Mixin Messenger's `POST /conversations`.
//!
//! # Ids
//!
//! The caller derives the id of a conversation. For two users it derives from their ids; for a group, from its owner,
//! its name, its members and a random UUID:
//!
//! ```
//! use mixinspec_types::unique_conversation_id;
//!
//! let id = unique_conversation_id("8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff");
//! assert_eq!(id.to_string(), "718dc74c-5dc9-3190-a0d4-3affdca2680a");
//! ```
//!
//! # Messages
//!
//! There is a module for each edition of the API: [`edition_2018`] and [`edition_2026`]. They are printed from
//! `spec/EDITION/openapi.yaml`; the rest of this crate is written by hand.
//!
//! **Requests are strict.** A value of a request type satisfies the schema: a length, a pattern, a set of values is
//! checked when the value is made, and when it is read from JSON. Members that the spec does not document are kept
//! in `other`, for the schema allows them.
//!
//! ```
//! use mixinspec_types::edition_2026::{ConversationCategory, CreateConversationRequest, ParticipantRequest};
//! use mixinspec_types::{UuidText, unique_conversation_id};
//!
//! let (me, peer) = ("8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff");
//! let request = CreateConversationRequest::new(
//!     ConversationCategory::Contact,
//!     unique_conversation_id(me, peer).into(),
//!     vec![ParticipantRequest::new(UuidText::try_from(peer)?)].try_into()?,
//! );
//! assert_eq!(
//!     serde_json::to_value(&request).unwrap(),
//!     serde_json::json!({
//!         "category": "CONTACT",
//!         "conversation_id": "718dc74c-5dc9-3190-a0d4-3affdca2680a",
//!         "participants": [{"user_id": "e8e5b807-fa8b-455a-8dfa-b189d28310ff"}],
//!     })
//! );
//! # Ok::<(), mixinspec_types::Invalid>(())
//! ```
//!
//! An error names the place of the problem:
//!
//! ```
//! use mixinspec_types::FromJson;
//! use mixinspec_types::edition_2026::CreateConversationRequest;
//!
//! let body = serde_json::json!({
//!     "category": "CONTACT",
//!     "conversation_id": "718dc74c-5dc9-3190-a0d4-3affdca2680a",
//!     "participants": [{"user_id": 7}],
//! });
//! let invalid = CreateConversationRequest::from_json(body).unwrap_err();
//! assert_eq!(invalid.pointer(), "/participants/0/user_id");
//! assert_eq!(invalid.to_string(), "/participants/0/user_id: expected a string, found a number");
//! ```
//!
//! **Answers are lenient**, since a client must not break when the server adds something new. The documented members
//! must be there and have their JSON type; their values are kept as they came, even unknown ones. [`Checked`] tells
//! whether they satisfy the spec:
//!
//! ```
//! use mixinspec_types::Checked;
//! use mixinspec_types::edition_2026::Participant;
//!
//! let text = r#"{"type": "participant", "user_id": "8DCF823D-9EB3-4DA2-8734-F0AAD50C0DA6", "role": "GUEST",
//!     "created_at": "2026-07-01T08:09:10Z", "badge": "gold"}"#;
//! let answer: Participant = serde_json::from_str(text)?;
//! assert_eq!(answer.other["badge"], "gold");
//! assert_eq!(answer.check().unwrap_err().pointer(), "/user_id");
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! A member that may be left out is an [`Option`], one that may be null is a [`Nullable`], and one that may be both
//! is an `Option<Nullable<_>>`: absent and null are told apart where the schema does.
//!
//! Types differ from their schemas in two ways. An integer beyond 64 bits is refused, with that reason, in requests and
//! in answers. And a documented member name in `other` would be written twice; reading never puts one there.
//!
//! # Features
//!
//! `schemars`: every type implements `JsonSchema`, with the schema that the spec has.
//!
//! # What this crate does not do
//!
//! It sends nothing, signs nothing, and does not check what one value requires of another (that the id of a CONTACT is
//! the derived one, that a GROUP has an owner): `spec/requirements.yaml` states these rules.

// Generated modules refer to this crate by its name, wherever they are compiled.
extern crate self as mixinspec_types;

mod derivation;
pub mod support;

#[rustfmt::skip]
pub mod edition_2018;
#[rustfmt::skip]
pub mod edition_2026;

pub use derivation::{NotAUuid, group_conversation_id, unique_conversation_id};
pub use support::{Checked, FromJson, Invalid, Nullable, Reason, UuidText};
