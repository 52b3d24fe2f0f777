//! The two callers that the servers in these tests know, with their keystores.

use std::sync::OnceLock;

use mixinspec_engine::{Caller, Credential};
use mixinspec_server::Builder;
use mixinspec_token::{Algorithm, Keystore};

/// Their user ids: first the caller's, then the peer's.
pub(crate) const USERS: [&str; 2] = ["8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff"];

/// Their keystores, which are cached: generating keys takes longer than using them.
pub(crate) fn keystores(algorithm: Algorithm) -> &'static [Keystore; 2] {
    static ED_DSA: OnceLock<[Keystore; 2]> = OnceLock::new();
    static RS512: OnceLock<[Keystore; 2]> = OnceLock::new();
    let all = match algorithm {
        Algorithm::EdDsa => &ED_DSA,
        Algorithm::Rs512 => &RS512,
    };
    let keystore = |user: &str| Keystore::generate(user.parse().expect("a UUID"), algorithm).expect("randomness");
    all.get_or_init(|| USERS.map(keystore))
}

/// A server that knows both sessions.
pub(crate) fn known(mut server: Builder, algorithm: Algorithm) -> Builder {
    for keystore in keystores(algorithm) {
        server = server.session(keystore.session());
    }
    server
}

/// The first callers, as a target needs them.
pub(crate) fn callers(algorithm: Algorithm, count: usize) -> Vec<Caller> {
    let caller = |keystore: &Keystore| Caller {
        user_id: keystore.user_id().to_owned(),
        credential: Credential::keystore(keystore.clone()),
    };
    keystores(algorithm).iter().take(count).map(caller).collect()
}
