//! The expression language of the spec. No other room knows which implementation evaluates it.
//!
//! [`Expression`] is one that was compiled, [`Vocabulary`] has the functions, a [`Scope`] the variables that one evaluation
//! sees, and [`why_false`] says why a rule does not hold. What the variables stand for is the matter of who evaluates.

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
