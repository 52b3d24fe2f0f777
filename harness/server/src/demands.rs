//! What is demanded of a token where the sources recommend something, and no more.

/// Which recommendations a server does not follow, and what it demands beyond them. By default it follows all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Demands {
    /// In 2026 a token of another scope than FULL is taken.
    pub(crate) any_scope: bool,
    /// A token without a time of expiry is taken.
    pub(crate) endless: bool,
    /// A token from the far future is taken.
    pub(crate) from_the_future: bool,
    /// A token that is bound to the path alone is taken with any query.
    pub(crate) without_query: bool,
    /// A token is taken without the scheme Bearer.
    pub(crate) without_scheme: bool,
    /// A token that lives longer than the ninety days of the page's example is refused.
    pub(crate) ninety_days: bool,
}

impl Demands {
    /// Whether they show only where tokens are signed.
    pub(crate) fn are_of_signed_tokens(&self) -> bool {
        *self != Self { without_scheme: self.without_scheme, ..Self::default() }
    }
}
