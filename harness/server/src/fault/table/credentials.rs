//! Faults with credentials: valid ones that are refused, missing ones that are accepted, and tokens that count for the
//! wrong user.

use axum::http::header;
use mixinspec_token::{Token, unverified_claims};
use serde_json::Value;
use uuid::Uuid;

use crate::fault::Fault;
use crate::fault::hook::Hook::{Caller, Check as Holds, Conversation as Stored};
use crate::fault::hook::{BOTH, FaultContext, OF_2018, OF_2026, and};
use crate::refusal::Refusal;
use crate::sessions::TokenCheck;

/// The caller, if a fault lets in a request that names no user.
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
        and("refusal-not-unauthorized", "so is one in which something else is wrong"),
    ]),
    Fault::new(
        "token-of-a-year-refused",
        "A token that lives longer than ninety days is refused.",
        OF_2026,
        "token-life",
        &[Holds((TokenCheck::Expiry, |presented| {
            TokenCheck::Expiry.holds(presented)
                && presented.claims.exp.is_some_and(|exp| exp <= presented.now + 91 * 86_400)
        }))],
    ),
    Fault::new(
        "token-of-ninety-days-refused",
        "A token that lives longer than a month is refused.",
        BOTH,
        "token-life",
        &[Holds((TokenCheck::Expiry, |presented| {
            TokenCheck::Expiry.holds(presented)
                && presented.claims.exp.is_some_and(|exp| exp <= presented.now + 31 * 86_400)
        }))],
    ),
    Fault::new(
        "token-of-a-minute-refused",
        "A token that expires within two minutes is refused.",
        OF_2026,
        "token-life",
        &[Holds((TokenCheck::Expiry, |presented| presented.claims.exp.is_some_and(|exp| exp > presented.now + 120)))],
    ),
    Fault::new(
        "token-without-scope-refused",
        "A token without the scope FULL is refused.",
        OF_2018,
        "token-without-scope",
        &[Holds((TokenCheck::Issue, |presented| {
            TokenCheck::Issue.holds(presented) && presented.claims.scp.as_deref() == Some("FULL")
        }))],
    ),
    // A caller without a token is a guest.
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
        OF_2026,
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
            Some(("Bearer", token))
                if !token.is_empty() && !token.starts_with("ey") && unverified_claims(token).is_none() =>
            {
                Ok(GUEST)
            }
            _ => caller,
        })],
    )
    .also(&[and("token-truncated", "a cut token is garbage")]),
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
        "A token is taken with any scheme.",
        BOTH,
        "credential-scheme",
        &[Caller(|context, caller| match token(context) {
            Some((scheme, token)) if !matches!(scheme, "Bearer" | "") => claimed(token).ok_or(Refusal::Unauthorized),
            _ => caller,
        })],
    ),
    Fault::new(
        "no-scheme-taken",
        "A token is taken without a scheme.",
        BOTH,
        "credential-without-scheme",
        &[Caller(|context, caller| match token(context) {
            Some(("", token)) => claimed(token).ok_or(Refusal::Unauthorized),
            _ => caller,
        })],
    ),
    // The user that a token names.
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
        &[Holds((TokenCheck::Session, |presented| {
            TokenCheck::Session.holds(presented)
                || presented.claims.sid.as_deref().is_some_and(|sid| Uuid::try_parse(sid).is_ok())
        }))],
    ),
    Fault::new(
        "user-unchecked",
        "A token is taken for whatever user it names, whoever's session it is.",
        BOTH,
        "token-of-another-user",
        &[Holds((TokenCheck::User, |_| true))],
    )
    .also(&[and("token-of-nobody", "whatever user it names")]),
    Fault::new(
        "session-of-the-header-vouches",
        "A token whose header names another session than its claims needs no signature of its own session.",
        BOTH,
        "token-of-another-user",
        &[Holds((TokenCheck::Signature, |presented| {
            let named = presented.token.header("kid").and_then(|kid| Uuid::try_parse(kid.as_str()?).ok());
            TokenCheck::Signature.holds(presented) || named.is_some_and(|named| named != presented.session.id)
        }))],
    ),
    Fault::new(
        "session-by-its-beginning",
        "A token that names the first digits of a session is taken for one of that session.",
        BOTH,
        "token-of-another-user",
        &[Holds((TokenCheck::Session, |presented| {
            let begins = |sid: &str| !sid.is_empty() && presented.session.id.to_string().starts_with(sid);
            TokenCheck::Session.holds(presented) || presented.claims.sid.as_deref().is_some_and(begins)
        }))],
    ),
    Fault::new(
        "session-left-out-taken",
        "A token that names no session is taken for any of the user's.",
        BOTH,
        "claims-missing",
        &[Holds((TokenCheck::Session, |presented| {
            TokenCheck::Session.holds(presented)
                || presented.claims.sid.as_deref().is_none_or(str::is_empty)
                    && presented.token.claim("sid").is_none_or(Value::is_string)
        }))],
    ),
    Fault::new(
        "session-empty-taken",
        "A token that names an empty session is taken for any of the user's.",
        BOTH,
        "claims-missing",
        &[Holds((TokenCheck::Session, |presented| {
            TokenCheck::Session.holds(presented) || presented.claims.sid.as_deref() == Some("")
        }))],
    ),
    Fault::new(
        "access-token-taken",
        "A token that names an app and its authorization is taken for the app's user.",
        OF_2026,
        "access-token",
        &[Caller(|context, caller| {
            let app = token(context).and_then(|(_, token)| named(token, "iss"));
            match app.filter(|_| caller.is_err()) {
                Some(user) => Ok(user),
                None => caller,
            }
        })],
    ),
    Fault::new(
        "any-scope-taken",
        "A token is taken whatever it allows.",
        OF_2026,
        "token-scope",
        &[Holds((TokenCheck::Scope, |_| true))],
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
        and("answer-members-of-the-server", "it asks for the creator, too"),
    ]),
    Fault::new(
        "caller-from-header",
        "A header of the request says who calls.",
        BOTH,
        "caller-from-token",
        &[Caller(|context, caller| {
            let named = context.head.headers.get("x-user-id").and_then(|value| value.to_str().ok()?.parse().ok());
            caller.map(|caller| named.unwrap_or(caller))
        })],
    )
    .also(&[
        and("creator-is-caller", "the creator is somebody else"),
        and("participants-nobody-else", "who calls is another one"),
        and("read-by-creator", "it is read by its creator, too"),
        and("usual-headers-ignored-by-read", "one of its header fields names a user"),
    ]),
    Fault::new(
        "owner-from-body",
        "An owner_id or user_id in the body says who the creator is.",
        BOTH,
        "caller-from-token",
        &[Stored(|made, context| {
            let named = ["/owner_id", "/user_id"].into_iter().find_map(|at| context.text(at).parse().ok());
            made.creator = named.unwrap_or(made.creator);
        })],
    )
    .also(&[
        and("creator-is-caller", "the creator is somebody else"),
        and("group-owner", "the owner is not the creator"),
        and("answer-members-of-the-server", "it asks for the creator, too"),
    ]),
];

/// The scheme and the token of a request.
pub(super) fn token(context: &FaultContext) -> Option<(&str, &str)> {
    let value = context.head.headers.get(header::AUTHORIZATION)?.to_str().ok()?.trim();
    match value.split_once(' ') {
        Some((scheme, token)) => Some((scheme, token.trim())),
        None if value.is_empty() => None,
        None if value == "Bearer" => Some((value, "")),
        None => Some(("", value)),
    }
}

/// The user that a token names, without a check of its signature.
pub(super) fn claimed(token: &str) -> Option<Uuid> {
    Uuid::try_parse(&unverified_claims(token)?.uid?).ok()
}

/// The user that a token names in another claim.
fn named(token: &str, claim: &str) -> Option<Uuid> {
    Uuid::try_parse(Token::parse(token).ok()?.claim(claim)?.as_str()?).ok()
}

/// Whether a signature is a little shorter than a complete one of its algorithm. It counts characters, because
/// truncated base64 can seldom be decoded.
fn is_cut_off(signature: &str, signed: &str) -> bool {
    let token = format!("{signed}.");
    let algorithm = Token::parse(&token).ok().and_then(|token| token.algorithm().map(str::to_owned));
    let whole: &[usize] = match algorithm.as_deref() {
        // The length in characters of 64 bytes.
        Some("EdDSA") => &[86],
        // The lengths in characters for keys of 1024, 2048, 3072 and 4096 bits.
        Some("RS512") => &[171, 342, 512, 683],
        _ => &[],
    };
    whole.iter().any(|whole| (whole - whole / 8..*whole).contains(&signature.len()))
}
