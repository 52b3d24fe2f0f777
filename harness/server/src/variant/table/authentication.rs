//! Variants in the demands on credentials, where the sources only recommend.

use super::{BOTH, ONLY_2018, ONLY_2026};
use crate::policy::AcceptOrRefuse;
use crate::variant::Variant;
use crate::variant::VariantSource::{Reading, Requirement, Rfc, Sentence};
use crate::variant::refusals::Unauthorized;

pub(super) const VARIANTS: &[Variant] = &[
    Variant::new("tokens-once", "a token is taken once", BOTH, Reading("token-used-twice"), |v| {
        v.policy.token_again = AcceptOrRefuse::Refused
    }),
    Variant::new("any-scope", "a token is taken whatever its scope is", ONLY_2026, Requirement("token-scope"), |v| {
        v.demands.any_scope = true
    })
    .without(&["token-scope"]),
    Variant::new("tokens-without-end", "a token without a time of expiry is taken", BOTH, Rfc(7519, "4.1.4"), |v| {
        v.demands.endless = true
    })
    .without(&["token-without-exp"]),
    Variant::new(
        "tokens-from-the-future",
        "a token is taken whenever it says that it was issued",
        BOTH,
        Rfc(7519, "4.1.6"),
        |v| v.demands.from_the_future = true,
    )
    .without(&["token-from-the-future"]),
    Variant::new(
        "query-unsigned",
        "a token that is bound to the path alone is taken with any query",
        BOTH,
        Requirement("sig-of-another-query"),
        |v| v.demands.without_query = true,
    )
    .without(&["sig-of-another-query"]),
    Variant::new(
        "scheme-left-out",
        "a token is taken without the scheme Bearer, too",
        BOTH,
        Requirement("credential-without-scheme"),
        |v| v.demands.without_scheme = true,
    )
    .without(&["credential-without-scheme"]),
    Variant::new(
        "ninety-days",
        "a token that lives longer than the ninety days of the page's example is refused",
        ONLY_2018,
        Sentence("docs-2018", "expire := time.Now().UTC().Add(time.Hour * 24 * 30 * 3)"),
        |v| v.demands.ninety_days = true,
    ),
    Variant::new(
        "unauthorized-401",
        "who is not signed in hears so with the status 401, in the error too",
        BOTH,
        Rfc(9110, "15.5.2"),
        |v| v.answers.refusals.unauthorized = Unauthorized::Http,
    ),
    Variant::new(
        "unauthorized-401-alone",
        "who is not signed in hears so with the status 401, and the error in it says 202",
        BOTH,
        Rfc(9110, "15.5.2"),
        |v| v.answers.refusals.unauthorized = Unauthorized::HttpAlone,
    ),
    Variant::new(
        "unauthorized-403",
        "who is not signed in hears that it is forbidden",
        ONLY_2018,
        Sentence("docs-2018", "| 202 | 403 | Forbidden. |"),
        |v| v.answers.refusals.unauthorized = Unauthorized::Forbidden,
    ),
];
