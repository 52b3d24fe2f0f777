//! Faults in the checks of a token's claims: its expiry, the request that it is bound to, and claims of the wrong type.

use mixinspec_token::{Token, request_hash};
use serde_json::Value;

use super::credentials::{claimed, token};
use crate::fault::Fault;
use crate::fault::edit::crashed;
use crate::fault::hook::Hook::{Caller, Check as Holds, Response};
use crate::fault::hook::{BOTH, OF_2026, and};
use crate::refusal::Refusal;
use crate::sessions::{Presented, TokenCheck};

pub(super) const FAULTS: &[Fault] = &[
    // Times.
    Fault::new(
        "expired-token-taken",
        "A token is taken after it has expired.",
        BOTH,
        "token-expired",
        &[Holds((TokenCheck::Expiry, |presented| presented.claims.exp.is_some()))],
    ),
    Fault::new(
        "expired-token-taken-for-a-day",
        "A token is taken for a day after it has expired.",
        BOTH,
        "token-expired",
        &[Holds((TokenCheck::Expiry, |presented| {
            presented.claims.exp.is_some_and(|exp| presented.now < exp + 86_400)
        }))],
    ),
    Fault::new(
        "expired-token-taken-for-40-minutes",
        "A token is taken for forty minutes after it has expired, since clocks differ.",
        BOTH,
        "token-expired",
        &[Holds((TokenCheck::Expiry, |presented| presented.claims.exp.is_some_and(|exp| presented.now < exp + 2_400)))],
    ),
    Fault::new(
        "expiry-at-zero-is-none",
        "A time of expiry of zero, or below, is none.",
        BOTH,
        "token-expired",
        &[Holds((TokenCheck::Expiry, |presented| {
            TokenCheck::Expiry.holds(presented) || presented.claims.exp.is_some_and(|exp| exp <= 0)
        }))],
    ),
    Fault::new(
        "endless-token-taken",
        "A token that has no time of expiry is taken.",
        BOTH,
        "token-without-exp",
        &[Holds((TokenCheck::Expiry, |presented| {
            presented.token.claim("exp").is_none() || TokenCheck::Expiry.holds(presented)
        }))],
    ),
    Fault::new(
        "future-token-taken",
        "A token that is dated a year ahead is taken.",
        BOTH,
        "token-from-the-future",
        &[Holds((TokenCheck::Issue, |_| true))],
    ),
    // Claims of another type.
    Fault::new(
        "expiry-of-another-type-is-none",
        "A time of expiry that is no number is none, and the token is taken.",
        BOTH,
        "claims-of-another-type",
        &[Holds((TokenCheck::Expiry, |presented| {
            TokenCheck::Expiry.holds(presented) || presented.token.claim("exp").is_some_and(|exp| !exp.is_number())
        }))],
    ),
    Fault::new(
        "expiry-null-is-none",
        "A time of expiry that is null is none, and the token is taken.",
        BOTH,
        "claims-of-another-type",
        &[Holds((TokenCheck::Expiry, |presented| {
            TokenCheck::Expiry.holds(presented) || presented.token.claim("exp").is_some_and(Value::is_null)
        }))],
    ),
    Fault::new(
        "sig-of-another-type-unchecked",
        "A token is bound to its request only where its sig is a text.",
        BOTH,
        "claims-of-another-type",
        &[Holds((TokenCheck::Request, |presented| {
            TokenCheck::Request.holds(presented) || presented.token.claim("sig").is_some_and(|sig| !sig.is_string())
        }))],
    ),
    Fault::new(
        "session-of-another-type-taken",
        "A token whose session is no text is taken for any of the user's.",
        BOTH,
        "claims-of-another-type",
        &[Holds((TokenCheck::Session, |presented| {
            TokenCheck::Session.holds(presented) || presented.token.claim("sid").is_some_and(|sid| !sid.is_string())
        }))],
    ),
    Fault::new(
        "user-in-a-list-taken",
        "A token whose user is the one element of a list is taken for that user's.",
        BOTH,
        "claims-of-another-type",
        &[Caller(|context, caller| {
            let user = token(context).and_then(|(_, text)| {
                let token = Token::parse(text).ok()?;
                token.claim("uid")?.as_array()?.first()?.as_str()?.parse().ok()
            });
            if caller.is_err() { user.ok_or(Refusal::Unauthorized) } else { caller }
        })],
    ),
    Fault::new(
        "claim-of-another-type-crashes",
        "A claim of a token that is a list makes the server crash.",
        BOTH,
        "no-server-error",
        &[Response(|answer, context| {
            let is_list = |name: &str| {
                token(context)
                    .and_then(|(_, text)| Some(Token::parse(text).ok()?.claim(name)?.is_array()))
                    .unwrap_or_default()
            };
            if ["uid", "exp", "sig"].into_iter().any(is_list) {
                crashed(answer);
            }
        })],
    )
    .also(&[and("claims-of-another-type", "a crash is no refusal")]),
    Fault::new(
        "claim-left-out-crashes",
        "A token without a session makes the server crash.",
        BOTH,
        "no-server-error",
        &[Response(|answer, context| {
            let token = token(context).and_then(|(_, text)| Token::parse(text).ok());
            if token.is_some_and(|token| token.claim("sid").is_none() && token.claim("uid").is_some()) {
                crashed(answer);
            }
        })],
    )
    .also(&[and("claims-missing", "a crash is no refusal")]),
    // The request that a token is bound to.
    Fault::new(
        "sig-without-body",
        "A token that is bound to an empty body is taken with any.",
        BOTH,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), path(presented), b"")
        }))],
    ),
    Fault::new(
        "sig-of-the-body-alone",
        "A token that is bound to a body, and to no method and path, is taken.",
        BOTH,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| is_for(presented, "", "", presented.body)))],
    ),
    Fault::new(
        "sig-of-trimmed-body",
        "White space around a body is trimmed before it is hashed.",
        BOTH,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| {
            let with_space = [presented.body, b" "].concat();
            is_for(presented, presented.head.method.as_str(), path(presented), &with_space)
        }))],
    ),
    Fault::new(
        "sig-of-the-body-without-its-end",
        "A line feed at the end of a body is left out when it is hashed.",
        BOTH,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), path(presented), presented.body.trim_ascii_end())
        }))],
    )
    .also(&[and("sig-however-sent", "one of its bodies is long")]),
    Fault::new(
        "sig-of-chunks-unchecked",
        "A token is bound to its request only where the body has a length.",
        BOTH,
        "sig-however-sent",
        &[Holds((TokenCheck::Request, |presented| {
            TokenCheck::Request.holds(presented) || presented.head.headers.contains_key("transfer-encoding")
        }))],
    ),
    Fault::new(
        "sig-of-large-bodies-unchecked",
        "A token is bound to its request only where the body has less than 64 KiB.",
        BOTH,
        "sig-however-sent",
        &[Holds((TokenCheck::Request, |presented| {
            TokenCheck::Request.holds(presented) || presented.body.len() >= 64 << 10
        }))],
    ),
    Fault::new(
        "sig-of-the-beginning-of-the-body",
        "Of a large body the first 4 KiB are hashed.",
        OF_2026,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| {
            let beginning = presented.body.get(..4096).unwrap_or(presented.body);
            is_for(presented, presented.head.method.as_str(), path(presented), beginning)
        }))],
    ),
    Fault::new(
        "sig-of-the-body-in-upper-case",
        "A body is compared without regard to the case of its letters.",
        BOTH,
        "sig-of-another-body",
        &[Holds((TokenCheck::Request, |presented| {
            let upper = String::from_utf8_lossy(presented.body).to_uppercase();
            is_for(presented, presented.head.method.as_str(), path(presented), upper.as_bytes())
        }))],
    ),
    Fault::new(
        "sig-of-any-method",
        "A token that is bound to a GET is taken for a POST.",
        BOTH,
        "sig-of-another-method",
        &[Holds((TokenCheck::Request, |presented| is_for(presented, "GET", path(presented), presented.body)))],
    ),
    Fault::new(
        "sig-of-the-path-in-a-header",
        "sig is compared with the path that the header field X-Original-URI names, where there is one.",
        BOTH,
        "sig-of-another-path",
        &[Holds((TokenCheck::Request, |presented| {
            let path = presented.head.headers.get("x-original-uri").and_then(|path| path.to_str().ok());
            let method = presented.head.method.as_str();
            path.map_or_else(
                || TokenCheck::Request.holds(presented),
                |path| is_for(presented, method, path, presented.body),
            )
        }))],
    ),
    Fault::new(
        "sig-of-me",
        "A token that is bound to /me is taken for every path.",
        BOTH,
        "sig-of-another-path",
        &[Holds((TokenCheck::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), "/me", presented.body)
        }))],
    ),
    Fault::new(
        "sig-of-another-path-taken-for-reading",
        "A token that is bound to another path is taken where a conversation is read.",
        BOTH,
        "sig-of-another-path",
        &[Holds((TokenCheck::Request, |presented| {
            let reads = presented.head.method == axum::http::Method::GET;
            TokenCheck::Request.holds(presented) || reads && is_for(presented, "GET", "/me", presented.body)
        }))],
    ),
    Fault::new(
        "sig-without-query",
        "The query is not part of what a token is bound to.",
        BOTH,
        "sig-of-another-query",
        &[Holds((TokenCheck::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), presented.head.uri.path(), presented.body)
        }))],
    ),
    Fault::new(
        "sig-missing-taken",
        "A token that is bound to nothing is taken for everything.",
        BOTH,
        "sig-missing",
        &[Holds((TokenCheck::Request, |presented| {
            let sig = presented.token.claim("sig");
            sig.is_none_or(|sig| sig == "") || TokenCheck::Request.holds(presented)
        }))],
    ),
    Fault::new(
        "token-taken-once-good",
        "A token that was good once is not verified again.",
        BOTH,
        "token-used-before",
        &[Caller(|context, caller| {
            let Some((_, text)) = token(context) else { return caller };
            if caller.is_ok() {
                context.mark(text);
            } else if context.is_marked(text) {
                return claimed(text).ok_or(Refusal::Unauthorized);
            }
            caller
        })],
    ),
    Fault::new(
        "token-taken-once-good-for-reading",
        "A token that was good once is taken for whatever is read.",
        BOTH,
        "token-used-before",
        &[Caller(|context, caller| {
            let Some((_, text)) = token(context) else { return caller };
            if caller.is_ok() {
                context.mark(text);
            } else if context.reads() && context.is_marked(text) {
                return claimed(text).ok_or(Refusal::Unauthorized);
            }
            caller
        })],
    ),
];

fn path<'a>(presented: &'a Presented<'_>) -> &'a str {
    presented.head.uri.path_and_query().map_or("", |path| path.as_str())
}

/// Whether a token is bound to the actual request, or to the one with this method, path and body.
fn is_for(presented: &Presented<'_>, method: &str, path: &str, body: &[u8]) -> bool {
    TokenCheck::Request.holds(presented)
        || presented.claims.sig.as_deref() == Some(request_hash(method, path, body).as_str())
}
