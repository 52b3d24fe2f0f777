//! Holes in the authentication: tokens that are taken and should not be, and the reverse.

use axum::http::header;
use mixinspec_token::{Token, request_hash, unverified_claims};
use uuid::Uuid;

use crate::fault::Fault;
use crate::fault::hook::Hook::{Caller, Check as Holds, Conversation as Stored};
use crate::fault::hook::{BOTH, Context, OF_2018, and};
use crate::refusal::Refusal;
use crate::sessions::{Check, Presented};

/// Who calls where a fault lets a request in that names nobody.
const GUEST: Uuid = Uuid::from_u128(0x01d2_1e2c_76f5_4940_8ea0_9b7f_2172_8674);

pub(super) const FAULTS: &[Fault] = &[
    // Too strict.
    Fault::new(
        "token-needs-contact-scope",
        "A token whose scope is FULL is refused for a CONTACT.",
        BOTH,
        "token-accepted",
        &[Caller(
            |context, caller| if context.text("/category") == "CONTACT" { Err(Refusal::Unauthorized) } else { caller },
        )],
    )
    .also(&[
        and("contact-accepted", "a CONTACT is refused"),
        and("contact-id-symmetric", "a CONTACT is refused, on whichever side the peer is"),
    ]),
    Fault::new(
        "token-of-a-year-refused",
        "A token that lives longer than ninety days is refused.",
        BOTH,
        "token-life",
        &[Holds((Check::Expiry, |presented| {
            Check::Expiry.holds(presented) && presented.claims.exp.is_some_and(|exp| exp <= presented.now + 91 * 86_400)
        }))],
    ),
    Fault::new(
        "token-of-a-minute-refused",
        "A token that expires within two minutes is refused.",
        BOTH,
        "token-life",
        &[Holds((Check::Expiry, |presented| presented.claims.exp.is_some_and(|exp| exp > presented.now + 120)))],
    ),
    Fault::new(
        "token-without-scope-refused",
        "A token without the scope FULL is refused.",
        OF_2018,
        "token-without-scope",
        &[Holds((Check::Issue, |presented| {
            Check::Issue.holds(presented) && presented.claims.scp.as_deref() == Some("FULL")
        }))],
    ),
    // Who shows no token is a guest.
    Fault::new(
        "guest-without-token",
        "A request without a token comes from a guest.",
        BOTH,
        "credential-missing",
        &[Caller(|context, caller| {
            if token(context).is_none_or(|(scheme, token)| scheme == "Bearer" && token.is_empty()) {
                Ok(GUEST)
            } else {
                caller
            }
        })],
    ),
    Fault::new(
        "credential-missing-403",
        "A request without a token is refused with 403.",
        BOTH,
        "credential-missing",
        &[Caller(|context, caller| {
            if token(context).is_none_or(|(_, token)| token.is_empty()) { Err(Refusal::Forbidden) } else { caller }
        })],
    ),
    Fault::new(
        "guest-with-garbage",
        "A request with a token that cannot be read comes from a guest.",
        BOTH,
        "credential-garbage",
        &[Caller(|context, caller| match token(context) {
            Some(("Bearer", token)) if !token.is_empty() && !token.starts_with("ey") => Ok(GUEST),
            _ => caller,
        })],
    ),
    Fault::new(
        "token-cut-off-taken",
        "A signature that is too short is compared as far as it goes.",
        BOTH,
        "token-truncated",
        &[Caller(|context, caller| {
            match token(context).filter(|(scheme, _)| *scheme == "Bearer").and_then(|(_, token)| token.rsplit_once('.'))
            {
                Some((signed, signature))
                    if caller.is_err() && signed.contains('.') && is_cut_off(signature, signed) =>
                {
                    claimed(&format!("{signed}.")).ok_or(Refusal::Unauthorized)
                }
                _ => caller,
            }
        })],
    ),
    Fault::new(
        "any-scheme-taken",
        "A token is taken with any scheme, and with none.",
        BOTH,
        "credential-scheme",
        &[Caller(|context, caller| match token(context) {
            Some((scheme, token)) if scheme != "Bearer" => claimed(token).ok_or(Refusal::Unauthorized),
            _ => caller,
        })],
    ),
    // Claims.
    Fault::new(
        "expired-token-taken",
        "A token is taken after it has expired.",
        BOTH,
        "token-expired",
        &[Holds((Check::Expiry, |presented| presented.claims.exp.is_some()))],
    ),
    Fault::new(
        "expired-token-taken-for-a-day",
        "A token is taken for a day after it has expired.",
        BOTH,
        "token-expired",
        &[Holds((Check::Expiry, |presented| presented.claims.exp.is_some_and(|exp| presented.now < exp + 86_400)))],
    ),
    Fault::new(
        "endless-token-taken",
        "A token that never expires is taken.",
        BOTH,
        "token-without-exp",
        &[Holds((Check::Expiry, |presented| presented.claims.exp.is_none() || Check::Expiry.holds(presented)))],
    ),
    Fault::new(
        "future-token-taken",
        "A token that is dated a year ahead is taken.",
        BOTH,
        "token-from-the-future",
        &[Holds((Check::Issue, |_| true))],
    ),
    Fault::new(
        "unknown-user-made",
        "A user whom nobody knows is made when their token comes.",
        BOTH,
        "token-of-nobody",
        &[Caller(|context, caller| {
            match token(context).and_then(|(scheme, token)| claimed(token).filter(|_| scheme == "Bearer")) {
                Some(user) if caller.is_err() && !context.has_called(user) => Ok(user),
                _ => caller,
            }
        })],
    )
    .also(&[and("token-of-another-user", "a user who has not called yet is not known")]),
    Fault::new(
        "unknown-session-taken",
        "A token for a session that nobody knows is taken if the user has another.",
        BOTH,
        "token-of-no-session",
        &[Holds((Check::Session, |_| true))],
    ),
    Fault::new(
        "user-unchecked",
        "A token is taken for whatever user it names, whoever's session it is.",
        BOTH,
        "token-of-another-user",
        &[Holds((Check::User, |_| true))],
    )
    .also(&[and("token-of-nobody", "whatever user it names")]),
    // Signatures.
    Fault::new(
        "signature-unchecked",
        "A signature is not verified, but only its length.",
        BOTH,
        "token-of-another-key",
        &[Holds((Check::Signature, |presented| {
            is_its_algorithm(presented) && presented.token.signature().len() == presented.session.key.signature_length()
        }))],
    )
    .also(&[
        and("token-signature-flipped", "no bit of a signature is looked at"),
        and("token-of-another-user", "a token of the peer's session needs no signature of theirs"),
    ]),
    Fault::new(
        "signature-beginning-unchecked",
        "The beginning of a signature is not looked at.",
        BOTH,
        "token-signature-flipped",
        &[Holds((Check::Signature, |presented| {
            Check::Signature.holds(presented)
                || is_its_algorithm(presented) && is_signed_but_for_the_beginning(presented)
        }))],
    ),
    Fault::new(
        "algorithm-none-taken",
        "A token with the algorithm none needs no signature.",
        BOTH,
        "token-unsigned",
        &[Holds((Check::Signature, |presented| {
            presented.token.algorithm().is_some_and(|name| name.eq_ignore_ascii_case("none"))
                || Check::Signature.holds(presented)
        }))],
    ),
    Fault::new(
        "signature-left-out-taken",
        "A token without a signature is taken.",
        BOTH,
        "token-unsigned",
        &[Caller(|context, caller| match token(context) {
            Some(("Bearer", token)) if token.matches('.').count() == 1 => {
                claimed(&format!("{token}.")).ok_or(Refusal::Unauthorized)
            }
            _ => caller,
        })],
    ),
    Fault::new(
        "algorithm-of-the-token",
        "The token says how it was signed, also with the public key for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((Check::Signature, |presented| {
            let key = &presented.session.key;
            let hs256 = presented.token.algorithm() == Some("HS256");
            let is = |secret: &[u8]| hs256 && presented.token.is_hs256(secret);
            is(&key.to_bytes()) || is(key.to_text().as_bytes()) || Check::Signature.holds(presented)
        }))],
    ),
    // What a token is bound to.
    Fault::new(
        "sig-without-body",
        "A token that is bound to an empty body is taken with any.",
        BOTH,
        "sig-of-another-body",
        &[Holds((Check::Request, |presented| is_for(presented, presented.head.method.as_str(), path(presented), b"")))],
    ),
    Fault::new(
        "sig-of-trimmed-body",
        "White space around a body is trimmed before it is hashed.",
        BOTH,
        "sig-of-another-body",
        &[Holds((Check::Request, |presented| {
            let with_space = [presented.body, b" "].concat();
            is_for(presented, presented.head.method.as_str(), path(presented), &with_space)
        }))],
    ),
    Fault::new(
        "sig-of-any-method",
        "A token that is bound to a GET is taken for a POST.",
        BOTH,
        "sig-of-another-method",
        &[Holds((Check::Request, |presented| is_for(presented, "GET", path(presented), presented.body)))],
    ),
    Fault::new(
        "sig-of-me",
        "A token that is bound to /me is taken for every path.",
        BOTH,
        "sig-of-another-path",
        &[Holds((Check::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), "/me", presented.body)
        }))],
    ),
    Fault::new(
        "sig-without-query",
        "The query is not part of what a token is bound to.",
        BOTH,
        "sig-of-another-query",
        &[Holds((Check::Request, |presented| {
            is_for(presented, presented.head.method.as_str(), presented.head.uri.path(), presented.body)
        }))],
    ),
    Fault::new(
        "sig-missing-taken",
        "A token that is bound to nothing is taken for everything.",
        BOTH,
        "sig-missing",
        &[Holds((Check::Request, |presented| {
            presented.claims.sig.as_deref().is_none_or(str::is_empty) || Check::Request.holds(presented)
        }))],
    ),
    Fault::new(
        "creator-from-body",
        "A creator_id in the body says who the creator is.",
        BOTH,
        "caller-from-token",
        &[Stored(|made, context| made.creator = context.text("/creator_id").parse().unwrap_or(made.creator))],
    )
    .also(&[
        and("creator-is-caller", "the creator is somebody else"),
        and("group-owner", "the owner is not the creator"),
    ]),
];

/// The scheme and the token of a request.
fn token(context: &Context) -> Option<(&str, &str)> {
    let value = context.head.headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    match value.split_once(' ') {
        Some((scheme, token)) => Some((scheme, token.trim())),
        None if value.is_empty() => None,
        None if value == "Bearer" => Some((value, "")),
        None => Some(("", value)),
    }
}

/// The user that a token names, whoever has signed it.
fn claimed(token: &str) -> Option<Uuid> {
    Uuid::try_parse(&unverified_claims(token)?.uid?).ok()
}

/// Whether a signature is a little shorter than a whole one of its algorithm. What is cut off is seldom base64 that can be
/// decoded: characters are counted.
fn is_cut_off(signature: &str, signed: &str) -> bool {
    let token = format!("{signed}.");
    let algorithm = Token::parse(&token).ok().and_then(|token| token.algorithm().map(str::to_owned));
    let whole: &[usize] = match algorithm.as_deref() {
        // 64 bytes.
        Some("EdDSA") => &[86],
        // Keys of 1024, 2048, 3072 and 4096 bits.
        Some("RS512") => &[171, 342, 512, 683],
        _ => &[],
    };
    whole.iter().any(|whole| (whole - whole / 8..*whole).contains(&signature.len()))
}

fn is_its_algorithm(presented: &Presented<'_>) -> bool {
    presented.token.has_algorithm(presented.session.key.algorithm()).is_ok()
}

/// Whether another first character would make a signature the session's.
fn is_signed_but_for_the_beginning(presented: &Presented<'_>) -> bool {
    let Some((signed, signature)) = presented.text.rsplit_once('.') else { return false };
    let characters = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
    let rest = signature.get(1..).unwrap_or_default();
    characters
        .map(|first| format!("{signed}.{first}{rest}"))
        .any(|text| Token::parse(&text).is_ok_and(|token| presented.session.key.has_signed(&token).is_ok()))
}

fn path<'a>(presented: &'a Presented<'_>) -> &'a str {
    presented.head.uri.path_and_query().map_or("", |path| path.as_str())
}

/// Whether a token is bound to this request, as it should be, or to another one.
fn is_for(presented: &Presented<'_>, method: &str, path: &str, body: &[u8]) -> bool {
    Check::Request.holds(presented)
        || presented.claims.sig.as_deref() == Some(request_hash(method, path, body).as_str())
}
