//! Reports for people and programs, each a pure function of a [`Report`](crate::report::Report): nothing here prints,
//! reads a clock or looks at the environment.

mod answer;
pub mod badge;
pub mod diff;
pub mod differential;
mod ending;
pub mod explain;
mod failure;
mod formats;
pub mod github;
pub mod html;
pub mod json;
mod judged;
pub mod junit;
mod layout;
pub mod markdown;
mod outline;
mod sentence;
mod summary;
mod table;
mod template;
pub mod terminal;

pub use ending::Ending;
pub use formats::{FORMATS, Format, Unmade};
pub use layout::{Detail, Style};
use mixinspec_spec::model::Area;

/// The areas, in the order of the behaviour tables.
const AREAS: [Area; 8] = [
    Area::Derivation,
    Area::Requests,
    Area::Answer,
    Area::Sequences,
    Area::Refusals,
    Area::Errors,
    Area::Authentication,
    Area::Client,
];

/// An area as a word.
#[must_use]
pub fn area(area: Area) -> &'static str {
    match area {
        Area::Derivation => "derivation",
        Area::Requests => "requests",
        Area::Answer => "answer",
        Area::Sequences => "sequences",
        Area::Refusals => "refusals",
        Area::Errors => "errors",
        Area::Authentication => "authentication",
        Area::Client => "client",
    }
}
