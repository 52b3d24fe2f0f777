//! Judges an implementation of an HTTP API against its spec: a server by its answers, an SDK by the values it computes
//! and the requests it sends. Only the spec describes the API.
//!
//! A server, judged from a Rust test:
//!
//! ```ignore
//! let target = Target {
//!     base: url.parse()?,
//!     callers: vec![Caller { user_id: USERS[0].to_owned(), credential: Credential::None }],
//!     users: Users::any_uuid(),
//!     route: Route::default(),
//!     secrets: Vec::new(),
//! };
//! let options = Options { edition: Some("2026".into()), cases: 4, run_id: "my-test".into(), ..Options::default() };
//! let runner = Runner::new(Arc::new(Spec::embedded()?), target, options, Arc::new(Silent))?;
//! let report = runner.run().await?;
//! let fails = |item: &Item<'_>| item.verdict == Verdict::Fail;
//! let failing: Vec<&str> = report.items().filter(fails).map(|item| item.id).collect();
//! assert!(failing.is_empty(), "{failing:?}");
//! ```
//!
//! The modules (`docs/architecture.md` calls them rooms), from the ground up; each imports only from lower floors:
//!
//! | floor | rooms |
//! |---|---|
//! | 8 | `publish` prints and checks the files of vectors; [`reporter`] shows reports |
//! | 7 | `run` judges servers; `sdk` judges SDKs |
//! | 6 | `plan` says which cases there are; `report` what a run found, and what follows from it |
//! | 5 | `judge` says what an exchange shows; [`vectors`] are fixed cases in files |
//! | 4 | `findings` are counted and recorded; `request` makes requests |
//! | 3 | `edition` compiles the spec for one edition |
//! | 2 | `cel` evaluates expressions; `http` sends and receives |
//! | 1 | `text` reads JSON and hides secrets; `identity` makes ids and knows users |
//!
//! The public API is [`reporter`], [`vectors`] and what this file re-exports. All other modules are open only for this
//! workspace's own tests.

#[doc(hidden)]
pub mod cel;
#[doc(hidden)]
pub mod edition;
#[doc(hidden)]
pub mod findings;
#[doc(hidden)]
pub mod http;
#[doc(hidden)]
pub mod identity;
#[doc(hidden)]
pub mod judge;
#[doc(hidden)]
pub mod plan;
#[doc(hidden)]
pub mod publish;
#[doc(hidden)]
pub mod report;
pub mod reporter;
#[doc(hidden)]
pub mod request;
#[doc(hidden)]
pub mod run;
#[doc(hidden)]
pub mod sdk;
#[doc(hidden)]
pub mod text;
pub mod vectors;

pub use edition::error::RunError;
pub use findings::events::{Event, Listener, Silent};
pub use findings::record::ExchangeRecord;
pub use findings::verdict::Verdict;
pub use http::credential::Credential;
pub use http::limits::Limits;
pub use http::message::NoAnswer;
pub use http::renewed::Renewed;
pub use http::route::Route;
pub use http::trust;
pub use identity::case_id::CaseId;
pub use identity::users::Users;
pub use publish::{Settings, VectorError, generate, verify};
pub use report::diff::{Diff, Incomparable};
pub use report::gate::{CaseIndex, Gate, KnownFailures, KnownFailuresError};
pub use report::item::Item;
pub use report::merge::{Unmergeable, merge};
pub use report::read::{Unreadable, read as read_report};
pub use report::status::ExitStatus;
pub use report::{End, Report};
pub use run::Runner;
pub use run::catalog::Catalog;
pub use run::options::{CASES, Caller, JOBS, Options, Target};
pub use sdk::adapter::{Adapter, AdapterLimits};
pub use sdk::catalog::SdkCatalog;
pub use sdk::client::answers::{ClientAnswers, GivenAnswer};
pub use sdk::client::observe::{ClientObserver, ObservedRequest};
pub use sdk::law::differential::Differential;
pub use sdk::run::{SdkOptions, SdkRunner};
pub use text::pattern::Patterns;
pub use text::redact::{Later, REDACTED, Redactor};
pub use text::visible::visible;
