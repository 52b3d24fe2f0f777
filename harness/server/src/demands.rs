//! The demands on a token that the sources only recommend.

/// The recommendations that a server does not follow, and its demands beyond them. By default it follows all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Demands {
    /// In edition 2026, a token with another scope than FULL is accepted.
    pub(crate) any_scope: bool,
    /// A token without `exp` is accepted.
    pub(crate) endless: bool,
    /// A token whose `iat` is far in the future is accepted.
    pub(crate) from_the_future: bool,
    /// A token that is bound to the path without the query is accepted, with any query.
    pub(crate) without_query: bool,
    /// A token is accepted without the scheme Bearer.
    pub(crate) without_scheme: bool,
    /// A token that expires later than in ninety days, the lifetime in the page's example, is refused.
    pub(crate) ninety_days: bool,
}

impl Demands {
    /// Whether they differ from the default in a way that only signed tokens show.
    pub(crate) fn are_of_signed_tokens(&self) -> bool {
        *self != Self { without_scheme: self.without_scheme, ..Self::default() }
    }
}
