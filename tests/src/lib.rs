//! Tests over several packages.
