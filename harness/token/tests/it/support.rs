//! Keys and keystores that the tests share.

use std::sync::LazyLock;

use mixinspec_token::{Algorithm, Keystore};
use serde_json::{Value, json};

pub(crate) const USER: &str = "8dcf823d-9eb3-4da2-8734-f0aad50c0da6";
pub(crate) const SESSION: &str = "1384326d-1436-45b6-b74d-cfa63d436fdf";

/// RFC 8037, appendix A.1, in hexadecimal.
pub(crate) const SEED: &str = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
pub(crate) const PUBLIC: &str = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
/// The seed and the public key, in base64url without padding.
pub(crate) const SEED_AND_PUBLIC: &str =
    "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2DXWpgBgrEKt9VL_tPJZAc6DuFy89qmIyWvAhpo9wdRGg";

pub(crate) const PKCS1: &str = include_str!("../fixtures/rsa-1024-pkcs1.pem");
pub(crate) const PKCS8: &str = include_str!("../fixtures/rsa-1024-pkcs8.pem");
pub(crate) const RSA_PUBLIC: &str = include_str!("../fixtures/rsa-1024-public.pem");
pub(crate) const RSA_PUBLIC_PKCS1: &str = include_str!("../fixtures/rsa-1024-public-pkcs1.pem");
pub(crate) const RS512: &str = include_str!("../fixtures/rs512.jwt");

/// A keystore of today.
pub(crate) fn today() -> Value {
    json!({"app_id": USER, "session_id": SESSION, "server_public_key": PUBLIC, "session_private_key": SEED})
}

/// A keystore of 2018 with this key.
pub(crate) fn older(key: &str) -> Value {
    json!({"client_id": USER, "session_id": SESSION, "pin_token": "cGlu", "private_key": key, "pin": "123456"})
}

#[track_caller]
pub(crate) fn read(json: &Value) -> Keystore {
    Keystore::parse(json.to_string().as_bytes()).expect("a keystore")
}

/// A keystore of each algorithm.
pub(crate) static KEYSTORES: LazyLock<[Keystore; 2]> = LazyLock::new(|| [read(&today()), read(&older(PKCS1))]);

pub(crate) fn keystore(algorithm: Algorithm) -> &'static Keystore {
    KEYSTORES.iter().find(|keystore| keystore.algorithm() == algorithm).expect("one of each")
}
