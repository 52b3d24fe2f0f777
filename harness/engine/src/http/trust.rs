//! Decides which certificates a client trusts: those of the system's authorities, those that the command names, or any,
//! if the command says so. Also reads the certificate that the client itself shows.
//!
//! The TLS library treats a named certificate as an authority, and refuses an authority as a server's own certificate.
//! The certificate of `openssl req -x509`, and of most development servers, is both: it signs itself. The user named it
//! on purpose, so it is trusted as a server certificate; its names and its validity period are still checked.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

/// The certificates in a PEM text, which may contain anything else too.
///
/// # Errors
/// When there is none, or one cannot be read.
pub fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut found = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| format!("its PEM cannot be read: {error}"))?;
        if webpki::EndEntityCert::try_from(&certificate).is_err() {
            return Err(format!("certificate {} in it is none (X.509)", found.len() + 1));
        }
        found.push(certificate);
    }
    if found.is_empty() { Err("there is no certificate in it".to_owned()) } else { Ok(found) }
}

/// The client certificate for a server that asks for one: a certificate with those of its issuers, and its key.
#[derive(Clone)]
pub struct ClientIdentity(Arc<CertifiedKey>);

/// Hides the key.
impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

/// Why two texts give no client identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoIdentity {
    /// What is wrong with the certificates.
    Certificates(String),
    /// What is wrong with the key.
    Key(String),
}

/// Reads a client identity from two PEM texts: the certificates and the key.
///
/// # Errors
/// When there is no certificate or no key, or the key does not belong to the first certificate.
pub fn identity(certificates_pem: &[u8], key_pem: &[u8]) -> Result<ClientIdentity, NoIdentity> {
    let chain = certificates(certificates_pem).map_err(NoIdentity::Certificates)?;
    // The library's own messages might quote the key.
    let key = PrivateKeyDer::from_pem_slice(key_pem).map_err(|error| {
        NoIdentity::Key(match error {
            rustls::pki_types::pem::Error::NoItemsFound => "there is no private key in it".to_owned(),
            _ => "its PEM cannot be read".to_owned(),
        })
    })?;
    let certified = CertifiedKey::from_der(chain, key, &rustls::crypto::ring::default_provider());
    certified.map(|certified| ClientIdentity(Arc::new(certified))).map_err(|error| {
        NoIdentity::Key(match error {
            Error::InconsistentKeys(_) => "it is not the key of the certificate".to_owned(),
            _ => "it is no private key that TLS can use".to_owned(),
        })
    })
}

/// The TLS of a client that trusts these certificates too, or any, and shows an identity where it has one.
pub(crate) fn client(
    given: Vec<CertificateDer<'static>>,
    insecure: bool,
    identity: Option<&ClientIdentity>,
    http2: bool,
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let usual = || Verifier::new_with_extra_roots(given.iter().cloned(), Arc::clone(&provider));
    let usual = if insecure { None } else { Some(usual()?) };
    let verifier = Arc::new(Trust { usual, given, provider: Arc::clone(&provider) });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let mut config = match identity {
        Some(ClientIdentity(certified)) => {
            config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(certified))))
        }
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = if http2 { vec!["h2".into()] } else { vec!["h2".into(), "http/1.1".into()] };
    Ok(config)
}

#[derive(Debug)]
struct Trust {
    /// The usual verifier; `None` where any certificate is accepted.
    usual: Option<Verifier>,
    given: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(usual) = &self.usual else { return Ok(ServerCertVerified::assertion()) };
        let refused = match usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            Ok(verified) => return Ok(verified),
            Err(error) => error,
        };
        // The usual verifier checks the validity period before the issuer: if it refused the issuer, the period is
        // valid.
        if !self.given.iter().any(|given| given == end_entity) || !is_of_its_issuer(&refused) {
            return Err(refused);
        }
        verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // That the server has the key of its certificate is verified in any case.
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Whether a certificate was refused because of its issuer: it is untrusted, or is the certificate itself.
fn is_of_its_issuer(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(other)) => {
            matches!(other.0.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const AUTHORITY: &[u8] = include_bytes!("../../tests/fixtures/tls/self-signed-authority.pem");
    const PLAIN: &[u8] = include_bytes!("../../tests/fixtures/tls/self-signed.pem");
    const OVER: &[u8] = include_bytes!("../../tests/fixtures/tls/self-signed-over.pem");
    const LEAF: &[u8] = include_bytes!("../../tests/fixtures/tls/leaf.pem");
    const ROOT: &[u8] = include_bytes!("../../tests/fixtures/tls/root.pem");

    /// Checks whether a client that was given one certificate trusts a server that shows another.
    fn trusts(given: &[u8], shown: &[u8], name: &str) -> Result<(), Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let given = certificates(given).expect("certificates");
        let usual = Verifier::new_with_extra_roots(given.iter().cloned(), Arc::clone(&provider)).expect("a verifier");
        let shown = certificates(shown).expect("a certificate").remove(0);
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        // The middle of 2026: all of the certificates but one are valid then.
        let now = UnixTime::since_unix_epoch(Duration::from_secs(1_780_000_000));
        Trust { usual: Some(usual), given, provider }.verify_server_cert(&shown, &[], &name, &[], now).map(drop)
    }

    #[test]
    fn a_certificate_that_signs_itself_is_trusted_where_it_is_given() {
        for given in [AUTHORITY, PLAIN] {
            for name in ["localhost", "127.0.0.1"] {
                assert_eq!(trusts(given, given, name), Ok(()), "{name}");
            }
        }
        assert_eq!(trusts(ROOT, LEAF, "localhost"), Ok(()), "its issuer was given");
        assert_eq!(trusts(LEAF, LEAF, "localhost"), Ok(()), "it was given itself");
    }

    #[test]
    fn it_is_trusted_for_its_names_and_its_time_alone() {
        for given in [AUTHORITY, PLAIN, LEAF] {
            let other = trusts(given, given, "example.org").expect_err("another name");
            assert!(other.to_string().contains("not valid for name"), "{other}");
        }
        assert!(trusts(OVER, OVER, "localhost").expect_err("its time is over").to_string().contains("expired"));
        assert!(trusts(PLAIN, AUTHORITY, "localhost").is_err(), "another one was given");
        assert!(trusts(ROOT, PLAIN, "localhost").is_err(), "signed by somebody else");
    }

    #[test]
    fn a_text_without_a_certificate_is_told() {
        let reason = |text: &[u8]| certificates(text).expect_err("no certificate");
        assert_eq!(reason(b""), "there is no certificate in it");
        assert_eq!(
            reason(b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            "there is no certificate in it"
        );
        assert_eq!(
            reason(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "certificate 1 in it is none (X.509)"
        );
        assert!(reason(b"-----BEGIN CERTIFICATE-----\nAAAA\n").starts_with("its PEM cannot be read"));
        let several = [b"# mine\n", PLAIN, AUTHORITY].concat();
        assert_eq!(certificates(&several).map(|all| all.len()), Ok(2));
    }
}
