//! Patterns over ids, as `--only` and `--skip` take them: `*` stands for any text.

/// Patterns over ids.
#[derive(Debug, Clone, Default)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// These patterns.
    #[must_use]
    pub fn new(patterns: Vec<String>) -> Self {
        Self(patterns)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them matches.
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        self.0.iter().any(|pattern| matches(pattern, id))
    }

    /// The first pattern that matches none of these.
    #[must_use]
    pub fn first_without_match<'a, I: Iterator<Item = &'a str>>(&self, all: impl Fn() -> I) -> Option<String> {
        self.0.iter().find(|pattern| !all().any(|id| matches(pattern, id))).cloned()
    }
}

/// Whether a pattern matches a whole text.
#[must_use]
pub fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => {
            let Some(tail) = text.strip_prefix(start) else { return false };
            tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| matches(rest, &tail[at..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("contact-*", "contact-id-version"));
        assert!(matches("*version*", "contact-id-version/x"));
        assert!(matches("*", ""));
        assert!(!matches("contact", "contact-id"));
        assert!(!matches("a*b", "ac"));
    }
}
