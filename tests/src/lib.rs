//! Tests over several packages. The tests themselves are in `tests/it/`; here stands what they compile.

pub mod exhaustive;
