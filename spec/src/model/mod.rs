//! The types of the spec documents, as they are written in YAML.
//!
//! Unknown members are errors everywhere; what refers to something else (an edition, a source, a pointer, a name in
//! an expression) is checked by the lint, not here.

mod api;
mod client;
mod credential;
mod derivation;
mod document;
mod fold;
mod forms;
mod inputs;
mod needs;
mod openapi;
mod operation;
mod request;
mod requirement;
mod scalar;
mod walk;

pub use api::{Api, StatusRange, Told};
pub use client::{
    AnswerEnding, AnswerKind, ClientCreation, Clients, KeyKind, LeftOut, OtherAnswer, RightAnswer, Signing,
};
pub use credential::{CredentialSpec, Damage, SigOf, SigningKey};
pub use derivation::{
    Derivation, Encoding, Fold, Hash, Input, LetterCase, NearMiss, NearMissChange, Order, Parameter, ParameterType,
    Record, VariantBits,
};
pub use document::{Document, EditionEntry, Source, SourceKind};
pub use fold::FoldItem;
pub use forms::{
    Accepts, Always, Authenticates, Call, Constraint, Derives, Expect, ExpectCredential, Form, History, Party, Probe,
    Refuses, Scenario, Step,
};
pub use inputs::{Flag, Flags, HowMade, Inputs, OtherFunction, Published, PublishedResult, RealRequest, RealRequests};
pub use needs::Needs;
pub use openapi::{Components, Method, OpenApi, Operation, PathItem, Response, ResponseRef};
pub use operation::{AnswerKeys, Effect, Identity, OperationUse};
pub use request::{BodyEncoding, CaseSpec, Derived, PatchOp, PatchOpKind, PeerOrder, RequestFamily, SetMember, Way};
pub use requirement::{Area, Level, Levels, Observation, Reading, Requirement, SourceRef, Subject};
pub use scalar::{Cel, OneOrMany, Pointer};
pub use walk::{Action, Actor, Company, Walk};
