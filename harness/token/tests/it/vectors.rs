//! Tests against values that others have published or computed.

use mixinspec_token::{
    Algorithm, Claims, Keystore, PublicKey, Token, TokenError, has_sig, hmac, request_hash, unverified_claims,
};
use serde_json::json;

use crate::support::{PUBLIC, RS512, RSA_PUBLIC, SESSION, USER, keystore, older, read};

/// Compares with `fixtures/rs512.jwt`: the padding is deterministic, so the tokens are equal.
#[test]
fn openssl_agrees_about_rs512() {
    let token = RS512.trim();
    let expected = Claims {
        uid: Some(USER.into()),
        sid: Some(SESSION.into()),
        iat: Some(1_784_000_000),
        exp: Some(1_784_000_600),
        ..Claims::default()
    };
    assert_eq!(keystore(Algorithm::Rs512).token(&expected), token);
    assert_eq!(PublicKey::parse(RSA_PUBLIC).expect("a key").verify(token), Ok(expected));
}

/// RFC 7515, appendix A.1.
#[test]
fn the_rfc_agrees_about_hs256() {
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let secret = [
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240, 84, 201, 40, 169,
        15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138, 180, 195, 119, 98, 61, 34, 61,
        46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163,
    ];
    let parsed = Token::parse(token).expect("a token");
    assert!(parsed.is_hmac(&secret) && !parsed.is_hmac(&secret[1..]));
    assert_eq!(unverified_claims(token).and_then(|claims| claims.exp), Some(1_300_819_380));
    let ours = hmac("HS256", &secret, &json!({"exp": 1}));
    assert!(Token::parse(&ours).expect("a token").is_hmac(&secret));
}

/// The page of 2018 shows a token, and a body that the token is not bound to.
#[test]
fn the_token_of_the_page_is_read() {
    let token = "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE1MzQyNTAwNTYsImlhdCI6MTUyNjQ3NDA1NiwianRpIjoiMmUyMTFm\
        MmQtOTNmZC00ODBiLWIxMDctZGNmMzg3NTZmZDdhIiwic2lkIjoiMTM4NDMyNmQtMTQzNi00NWI2LWI3NGQtY2ZhNjNkNDM2ZmRmIiwic2lnIjoi\
        ODZhMWYxMmFhYjQ0MGE5NmM3NWM1NmY2ZDI2Mzk3NTIxNWJlZDE2YjI4YmYxZTk4MTc4NGRjODVhNzc2M2I2OSIsInVpZCI6IjhkY2Y4MjNkLTll\
        YjMtNGRhMi04NzM0LWYwYWFkNTBjMGRhNiJ9.b8jI-GwGqQhOu2B1vMtB5zox8O9OAuzrHZssw8LtLhTdMnskut3zi0WWkiUPQ8gyTGxzIUlkQC1\
        gFOR0Ul4adZHaGGQ9T77RQecpEnDBGA26zdWCn2IygKDCjOEO-i9xHa8uNCqPLhyEdShSEZk3dEFiw0eZ2fjbyWiVzRKupwo";
    assert!(has_sig(token));
    let claims = unverified_claims(token).expect("claims");
    assert_eq!(claims.exp.zip(claims.iat).map(|(exp, iat)| exp - iat), Some(90 * 86_400));
    assert_eq!((claims.uid.as_deref(), claims.sid.as_deref(), claims.scp), (Some(USER), Some(SESSION), None));
    let body = br#"{"category":"GROUP","conversation_id":"928c5c40-769c-3e97-8387-fb1ae0645311","participants":[{"action":"ADD","role":"","user_id":"e8e5b807-fa8b-455a-8dfa-b189d28310ff"}]}"#;
    assert_ne!(claims.sig, Some(request_hash("POST", "/conversations", body)));
    let known = PublicKey::parse(RSA_PUBLIC).expect("a key");
    assert_eq!(known.verify(token), Err(TokenError::Signature));
}

/// Compares with `printf 'GET/me' | sha256sum`, and the same with a query and a body.
#[test]
fn the_hash_is_over_method_path_query_and_body() {
    assert_eq!(request_hash("GET", "/me", b""), "5e6b58ffa10b3bc51724ff0bbd2afb91c4771ee340f5d685340dfa4c854bafba");
    assert_eq!(request_hash("POST", "/conversations?a=b", b"{}"), request_hash("POST/conversations", "?a=b{", b"}"));
}

/// A NumericDate may have a fraction, and a claim of the wrong type counts as absent.
#[test]
fn claims_are_read_as_they_come() {
    let keystore: &Keystore = &read(&older(crate::support::SEED_AND_PUBLIC));
    let token = keystore.sign(
        &keystore.header(),
        &json!({"iat": 1.9, "exp": "1784000600", "uid": 7, "sid": null, "jti": [], "sig": "", "more": {}}),
    );
    let claims = PublicKey::parse(PUBLIC).expect("a key").verify(&token).expect("its signature");
    assert_eq!(claims, Claims { iat: Some(1), sig: Some(String::new()), ..Claims::default() });
    assert!(has_sig(&token) && !has_sig("opaque") && !has_sig(&keystore.sign(&json!({}), &json!({}))));
    for far in [json!(1e300), json!(-1e300), json!(u64::MAX)] {
        let claims = Claims::from(json!({"exp": far}));
        assert_eq!(claims.exp, None);
    }
}
