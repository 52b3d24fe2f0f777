//! The expression language of the spec. No other room knows which implementation evaluates it.
//!
//! An [`Expression`] is compiled CEL, the [`Vocabulary`] has the functions, a [`Scope`] has the variables that one
//! evaluation sees, and [`why_false`] says why a rule does not hold. The caller decides what the variables mean.

mod columns;
mod conditions;
mod expression;
mod functions;
mod tree;
mod value;
mod why;
mod words;

pub(crate) use self::conditions::{Conditions, When};
pub use self::expression::{Expression, ExpressionError, Scope, Vocabulary};
pub use self::functions::Functions;
pub use self::value::Shared;
pub use self::why::{Explanation, why_false};
