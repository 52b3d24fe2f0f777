//! Servers that speak TLS with a certificate that is not to be trusted, and one with a right one.
//!
//! The certificates stand beside this file: an authority for tests, whose key was thrown away, and what it issued.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, Stream};

use crate::program::{CALLER, Folder, Server, run};

/// A file with a certificate, and with its key where that was kept.
pub(crate) fn file(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/hostile/certificates");
    folder.join(format!("{name}.pem")).display().to_string()
}

/// A server with this certificate, before the reference server; its port.
fn serve(certificate: &str, behind: &str) -> u16 {
    serve_to(None, certificate, behind)
}

/// The same that lets in whom an authority vouches for, if there is one, and nobody else.
pub(crate) fn serve_to(authority: Option<&str>, certificate: &str, behind: &str) -> u16 {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(file(certificate)).and_then(Iterator::collect).expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(file(certificate)).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.expect("versions");
    let config = match authority {
        None => config.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            let authority = CertificateDer::from_pem_file(file(authority)).expect("a certificate");
            roots.add(authority).expect("an authority");
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            config.with_client_cert_verifier(verifier.expect("a verifier"))
        }
    };
    let config = config.with_single_cert(chain, key).expect("a pair");
    let (config, behind) = (Arc::new(config), behind.to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, behind) = (Arc::clone(&config), behind.clone());
            // A handshake that comes to nothing is what these tests are about.
            thread::spawn(move || connection(stream, config, &behind));
        }
    });
    port
}

/// Passes one request on, and its answer back.
fn connection(mut stream: TcpStream, config: Arc<ServerConfig>, behind: &str) -> io::Result<()> {
    let mut connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut tls = Stream::new(&mut connection, &mut stream);
    let mut request = Vec::new();
    let mut part = [0; 1 << 16];
    let is_whole = |request: &[u8]| {
        let text = String::from_utf8_lossy(request);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
        (body.len() >= length.parse().ok()?).then_some(())
    };
    while is_whole(&request).is_none() {
        let count = tls.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        request.extend_from_slice(&part[..count]);
    }
    let mut upstream = TcpStream::connect(behind.trim_start_matches("http://").trim_end_matches('/'))?;
    let end = request.iter().position(|byte| *byte == b'\n').unwrap_or(0) + 1;
    upstream.write_all(&[&request[..end], b"connection: close\r\n", &request[end..]].concat())?;
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer)?;
    tls.write_all(&answer)?;
    tls.conn.send_close_notify();
    tls.flush()
}

#[test]
fn a_certificate_that_is_not_to_be_trusted_ends_the_run_before_it_begins() {
    let behind = Server::start("");
    let judged = |port: u16, arguments: &str| {
        run(&format!(
            "run https://127.0.0.1:{port} --no-auth --caller {CALLER} --only group-accepted --cases 0 {arguments}"
        ))
    };
    let trusting = format!("--cacert {}", file("ca"));
    for (certificate, arguments, says) in [
        ("self-signed", "", "certificate"),
        ("self-signed", &trusting, "certificate"),
        ("right", "", "UnknownIssuer"),
        ("wrong-host", &trusting, "not valid for name"),
        ("expired", &trusting, "certificate expired"),
    ] {
        let done = judged(serve(certificate, &behind.url), arguments);
        let told = done.stderr.split_whitespace().filter(|word| *word != "│").collect::<Vec<_>>().join(" ");
        assert_eq!((done.status, done.stdout.as_str()), (3, ""), "{certificate} {arguments}: {}", done.stderr);
        assert!(told.contains(says) && told.contains("--cacert"), "{certificate} {arguments}: {}", done.stderr);
    }
    let done = judged(serve("right", &behind.url), &trusting);
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn a_certificate_that_signs_itself_is_trusted_where_it_is_given() {
    let behind = Server::start("");
    // As `openssl req -x509` makes it, an authority, and with CA:FALSE.
    for (certificate, other) in
        [("self-signed-authority", "self-signed-plain"), ("self-signed-plain", "self-signed-authority")]
    {
        let port = serve(certificate, &behind.url);
        let judged = |given: &str| {
            run(&format!(
                "run https://localhost:{port} --no-auth --caller {CALLER} --only group-accepted --cases 0 --cacert {}",
                file(given)
            ))
        };
        let trusted = judged(certificate);
        assert_eq!(trusted.status, 0, "{certificate}: {}{}", trusted.stdout, trusted.stderr);
        let distrusted = judged(other);
        assert_eq!(distrusted.status, 3, "{certificate}: {}{}", distrusted.stdout, distrusted.stderr);
    }
}

#[test]
fn a_file_without_a_certificate_is_told() {
    let folder = Folder::new("tls-no-certificate");
    let pem = std::fs::read_to_string(file("self-signed-plain")).expect("a certificate and its key");
    let key = &pem[pem.find("-----BEGIN PRIVATE").expect("a key")..];
    for (text, reason) in [
        ("no certificate", "there is no certificate in it"),
        ("", "there is no certificate in it"),
        (key, "there is no certificate in it"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "certificate 1 in it is none (X.509)"),
    ] {
        let name = folder.file("ca.pem", text);
        for scheme in ["http", "https"] {
            let done = run(&format!("run {scheme}://localhost:1 --no-auth --caller {CALLER} --cacert {name}"));
            assert_eq!(done.status, 2, "{}", done.stderr);
            let told = done.stderr.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
            assert!(told.contains(reason) && told.contains("BEGIN CERTIFICATE"), "{}", done.stderr);
        }
    }
    let marked = folder.file("marked.pem", &format!("\u{feff}{pem}"));
    assert_eq!(run(&format!("run http://localhost:1 --no-auth --caller {CALLER} --cacert {marked}")).status, 3);
}

#[test]
fn a_name_that_nobody_has_is_told_as_such() {
    let done = run(&format!("run http://nobody.invalid --no-auth --caller {CALLER}"));
    assert_eq!((done.status, done.stdout.as_str()), (3, ""), "{}", done.stderr);
    assert!(done.stderr.contains("check the host's name"), "{}", done.stderr);
}
