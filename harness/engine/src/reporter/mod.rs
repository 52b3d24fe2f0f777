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
pub mod junit;
mod layout;
pub mod markdown;
mod outline;
mod sentence;
mod spread;
mod state;
mod summary;
mod table;
mod template;
pub mod terminal;

pub use ending::Ending;
pub use formats::{FORMATS, ReportFormat, Unmade};
pub use layout::{Detail, Style};
