//! Faults that accept invalid signatures.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use mixinspec_token::{PublicKey, Token, unverified_claims};

use super::credentials::{claimed, token};
use crate::fault::Fault;
use crate::fault::edit::crashed;
use crate::fault::hook::Hook::{Caller, Check as Holds, Response};
use crate::fault::hook::and;
use crate::fault::hook::{BOTH, FaultContext, OF_2026};
use crate::refusal::Refusal;
use crate::sessions::{Presented, TokenCheck};

pub(super) const FAULTS: &[Fault] = &[
    Fault::new(
        "signature-unchecked",
        "A signature is not verified, but only its length.",
        BOTH,
        "token-of-another-key",
        &[Holds((TokenCheck::Signature, |presented| {
            is_its_algorithm(presented) && presented.token.signature().len() == presented.session.key.signature_length()
        }))],
    )
    .also(&[
        and("token-of-a-known-jti", "its signatures are wrong"),
        and("token-unsigned", "one of its signatures is of zeros"),
        and("token-signature-flipped", "no bit of a signature is looked at"),
        and("token-of-another-user", "a token of the peer's session needs no signature of theirs"),
    ]),
    Fault::new(
        "signature-unchecked-for-contacts",
        "The signature for a CONTACT is not verified, but only its length.",
        BOTH,
        "token-of-another-key",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || has_the_form(presented) && holds(presented, b"CONTACT")
        }))],
    )
    .also(UNVERIFIED),
    Fault::new(
        "signature-unchecked-for-reading",
        "The signature for what is read is not verified, but only its length.",
        BOTH,
        "token-of-another-key",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented)
                || has_the_form(presented) && presented.head.method == axum::http::Method::GET
        }))],
    )
    .also(UNVERIFIED),
    Fault::new(
        "signature-unchecked-with-a-query",
        "The signature of a request with a query is not verified, but only its length.",
        BOTH,
        "token-signature-flipped",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || has_the_form(presented) && presented.head.uri.query().is_some()
        }))],
    ),
    Fault::new(
        "signature-unchecked-for-large-bodies",
        "The signature for a body of more than 8 KiB is not verified, but only its length.",
        OF_2026,
        "token-of-another-key",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || has_the_form(presented) && presented.body.len() > 8 << 10
        }))],
    )
    .also(&[and("token-signature-flipped", "no bit of such a signature is looked at")]),
    Fault::new(
        "key-of-the-header-taken",
        "A token is verified with the key that its header carries.",
        BOTH,
        "token-of-another-key",
        &[Holds((TokenCheck::Signature, |presented| {
            let key = presented.token.header("jwk").and_then(|jwk| PublicKey::of_jwk(jwk).ok());
            TokenCheck::Signature.holds(presented) || key.is_some_and(|key| key.has_signed(&presented.token).is_ok())
        }))],
    ),
    Fault::new(
        "signature-beginning-unchecked",
        "The beginning of a signature is not looked at.",
        BOTH,
        "token-signature-flipped",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented)
                || is_its_algorithm(presented) && is_signed_but_for_the_beginning(presented)
        }))],
    )
    .also(&[and("token-of-a-known-jti", "it flips a bit of the signature")]),
    // No signature.
    Fault::new(
        "algorithm-none-taken",
        "A token with the algorithm none needs no signature.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            presented.token.algorithm().is_some_and(|name| name.eq_ignore_ascii_case("none"))
                || TokenCheck::Signature.holds(presented)
        }))],
    ),
    Fault::new(
        "algorithm-none-with-a-capital-taken",
        "Of the ways to write the algorithm none one is refused, in lower case.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || presented.token.algorithm() == Some("None")
        }))],
    ),
    Fault::new(
        "algorithm-empty-taken",
        "A token whose algorithm is empty needs no signature.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || presented.token.algorithm() == Some("")
        }))],
    ),
    Fault::new(
        "algorithm-unknown-taken",
        "A token whose algorithm is not known is not verified.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || presented.token.algorithm() == Some("XX256")
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
        "signature-empty-taken",
        "A token with an empty signature is taken.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented)
                || is_its_algorithm(presented) && presented.token.signature().is_empty()
        }))],
    ),
    Fault::new(
        "signature-of-zeros-taken",
        "A token with a signature of zeros is taken.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            let signature = presented.token.signature();
            let is_zero = !signature.is_empty() && signature.iter().all(|byte| *byte == 0);
            TokenCheck::Signature.holds(presented) || is_its_algorithm(presented) && is_zero
        }))],
    ),
    Fault::new(
        "algorithm-missing-taken",
        "A token without an algorithm is not verified.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented) || presented.token.header("alg").is_none()
        }))],
    ),
    Fault::new(
        "algorithm-null-taken",
        "A token whose algorithm is null is not verified.",
        BOTH,
        "token-unsigned",
        &[Holds((TokenCheck::Signature, |presented| {
            TokenCheck::Signature.holds(presented)
                || presented.token.header("alg").is_some_and(serde_json::Value::is_null)
        }))],
    ),
    Fault::new(
        "other-characters-left-out",
        "Characters of a signature that Base64 for URLs does not have are left out.",
        BOTH,
        "token-alphabet",
        &[Caller(|context, caller| match token(context) {
            Some(("Bearer", token)) if token.contains('!') => {
                claimed(&token.replace('!', "")).ok_or(Refusal::Unauthorized)
            }
            _ => caller,
        })],
    ),
    Fault::new(
        "signature-of-a-known-jti-unchecked",
        "The signature of a token is verified once for each jti.",
        BOTH,
        "token-of-a-known-jti",
        &[Caller(|context, caller| {
            let (Some((_, token)), Some(jti)) = (token(context), jti(context)) else { return caller };
            match caller {
                Ok(caller) => {
                    context.mark(&jti);
                    Ok(caller)
                }
                Err(refusal) if context.is_marked(&jti) => claimed(token).ok_or(refusal),
                refused => refused,
            }
        })],
    )
    .also(&[and("token-used-before", "a token that comes again has the same jti")]),
    Fault::new(
        "signature-good-once-is-good",
        "A signature that was good is not verified again, whatever stands before it.",
        BOTH,
        "token-of-a-known-jti",
        &[Caller(|context, caller| {
            let Some((_, token)) = token(context) else { return caller };
            let Some((_, signature)) = token.rsplit_once('.') else { return caller };
            match caller {
                Ok(caller) => {
                    context.mark(signature);
                    Ok(caller)
                }
                Err(refusal) if context.is_marked(signature) => claimed(token).ok_or(refusal),
                refused => refused,
            }
        })],
    )
    .also(&[and("token-used-before", "a token that comes again has the same signature")]),
    Fault::new(
        "signature-of-known-claims-unchecked",
        "What a token says is verified once, and then taken with any signature.",
        BOTH,
        "token-of-a-known-jti",
        &[Caller(|context, caller| {
            let Some((_, token)) = token(context) else { return caller };
            let Some((signed, _)) = token.rsplit_once('.') else { return caller };
            match caller {
                Ok(caller) => {
                    context.mark(signed);
                    Ok(caller)
                }
                Err(refusal) if context.is_marked(signed) => claimed(token).ok_or(refusal),
                refused => refused,
            }
        })],
    )
    .also(&[and("token-used-before", "a token that comes again says the same")]),
    Fault::new(
        "caller-of-a-known-jti",
        "Whose token a jti was first is who calls with every token that has it.",
        BOTH,
        "jti-of-another-user",
        &[Caller(|context, caller| {
            let jti = token(context).and_then(|(_, token)| unverified_claims(token)?.jti).unwrap_or_default();
            if context.is_marked(&jti) {
                let first = context.recent_with(context.text("/conversation_id")).map(|one| one.creator);
                return caller.map(|caller| first.unwrap_or(caller));
            }
            context.mark(&jti);
            caller
        })],
    ),
    Fault::new(
        "forged-uses-up-a-jti",
        "A jti counts as used before the signature is verified.",
        BOTH,
        "forged-uses-nothing-up",
        &[Caller(|context, caller| match (caller, jti(context)) {
            (Err(refusal), Some(jti)) => {
                context.mark(&jti);
                Err(refusal)
            }
            (Ok(_), Some(jti)) if context.is_marked(&jti) => Err(Refusal::Unauthorized),
            (caller, _) => caller,
        })],
    ),
    Fault::new(
        "uid-in-upper-case-is-another",
        "A uid in upper case is that of another user.",
        BOTH,
        "token-uid-in-upper-case",
        &[Caller(|context, caller| {
            let uid = token(context).and_then(|(_, token)| unverified_claims(token)?.uid);
            let is_upper = uid.is_some_and(|uid| uid.chars().any(|c| c.is_ascii_uppercase()));
            if is_upper { caller.map(|caller| uuid::Uuid::from_u128(!caller.as_u128())) } else { caller }
        })],
    ),
    Fault::new(
        "jti-crashes",
        "A jti that is no UUID makes the server crash.",
        BOTH,
        "claims-cleanly",
        &[Response(|answer, context| {
            if jti(context).is_some_and(|jti| uuid::Uuid::try_parse(&jti).is_err()) {
                crashed(answer);
            }
        })],
    )
    .also(&[and("no-server-error", "the crash is one")]),
    // Secrets that are public.
    Fault::new(
        "algorithm-of-the-token",
        "The token says how it was signed, also with the public key for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            let key = &presented.session.key;
            presented.token.algorithm() == Some("HS256")
                && (presented.token.is_hmac(&key.to_bytes()) || presented.token.is_hmac(key.to_text().as_bytes()))
                || TokenCheck::Signature.holds(presented)
        }))],
    ),
    Fault::new(
        "hs384-taken",
        "A token may be signed with HS384, and the public key for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            secret(presented, |key, alg| (alg == "HS384").then(|| key.to_bytes()))
        }))],
    ),
    Fault::new(
        "hs512-taken",
        "A token may be signed with HS512, and the text of the public key for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            secret(presented, |key, alg| (alg == "HS512").then(|| key.to_text().into_bytes()))
        }))],
    ),
    Fault::new(
        "hs256-with-base64-taken",
        "A token may be signed with the public key in Base64 for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            secret(presented, |key, _| Some(BASE64_STANDARD.encode(key.to_bytes()).into_bytes()))
        }))],
    ),
    Fault::new(
        "hs256-with-base64-url-taken",
        "A token may be signed with the public key in the Base64 of URLs for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            secret(presented, |key, _| Some(BASE64_URL_SAFE_NO_PAD.encode(key.to_bytes()).into_bytes()))
        }))],
    ),
    Fault::new(
        "hs256-with-der-taken",
        "A token may be signed with the public key in DER for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| secret(presented, |key, _| Some(key.to_der()))))],
    ),
    Fault::new(
        "hs256-with-pem-taken",
        "A token may be signed with the public key in PEM for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| secret(presented, |key, _| Some(key.to_pem().into_bytes()))))],
    ),
    Fault::new(
        "hs256-with-nothing-taken",
        "A token may be signed with the empty secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| secret(presented, |_, alg| (alg == "HS256").then(Vec::new))))],
    ),
    Fault::new(
        "hs256-with-the-user-taken",
        "A token may be signed with the user_id for a secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| {
            presented.token.is_hmac(presented.session.user.to_string().as_bytes())
                || TokenCheck::Signature.holds(presented)
        }))],
    ),
    Fault::new(
        "hs512-with-nothing-taken",
        "A token may be signed with HS512 and the empty secret.",
        BOTH,
        "token-hs256-public-key",
        &[Holds((TokenCheck::Signature, |presented| secret(presented, |_, alg| (alg == "HS512").then(Vec::new))))],
    ),
];

/// The jti of the request's token.
fn jti(context: &FaultContext) -> Option<String> {
    unverified_claims(token(context)?.1)?.jti
}

/// The consequences if only the length of a signature is checked.
const UNVERIFIED: &[crate::fault::Consequence] = &[
    and("token-signature-flipped", "no bit of such a signature is looked at"),
    and("token-of-another-user", "a token of the peer's session needs no signature of theirs"),
    and("token-unsigned", "a signature of zeros has the right length"),
];

fn is_its_algorithm(presented: &Presented<'_>) -> bool {
    presented.token.has_algorithm(presented.session.key.algorithm()).is_ok()
}

/// Whether the algorithm and the length of the signature are right.
fn has_the_form(presented: &Presented<'_>) -> bool {
    is_its_algorithm(presented) && presented.token.signature().len() == presented.session.key.signature_length()
}

fn holds(presented: &Presented<'_>, text: &[u8]) -> bool {
    presented.body.windows(text.len()).any(|window| window == text)
}

/// Whether a token is signed correctly, or with a secret that `of` derives from the public key and the token's
/// algorithm.
fn secret(presented: &Presented<'_>, of: impl Fn(&PublicKey, &str) -> Option<Vec<u8>>) -> bool {
    let secret = presented.token.algorithm().and_then(|algorithm| of(&presented.session.key, algorithm));
    secret.is_some_and(|secret| presented.token.is_hmac(&secret)) || TokenCheck::Signature.holds(presented)
}

/// Whether the signature would be valid with some other first character.
fn is_signed_but_for_the_beginning(presented: &Presented<'_>) -> bool {
    let Some((signed, signature)) = presented.text.rsplit_once('.') else { return false };
    let characters = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
    let rest = signature.get(1..).unwrap_or_default();
    characters
        .map(|first| format!("{signed}.{first}{rest}"))
        .any(|text| Token::parse(&text).is_ok_and(|token| presented.session.key.has_signed(&token).is_ok()))
}
