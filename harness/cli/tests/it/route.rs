//! The route to a server: header fields beside a request's own, proxies, addresses, certificates of both sides.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use insta::assert_snapshot;
use serde_json::Value;

use crate::echo::Echo;
use crate::hostile::tls;
use crate::program::{CALLER, Done, Folder, Server, command, done, run};

/// What stands before a server: it passes on what comes, as a proxy does or as if it were the server, and remembers it.
struct Front {
    url: String,
    came: Arc<Mutex<Vec<u8>>>,
}

impl Front {
    /// One before a server at a host and a port, whatever is asked of it; a proxy may ask for a credential.
    fn before(behind: &str, credential: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let came = Arc::new(Mutex::new(Vec::new()));
        let (behind, remembered) =
            (behind.trim_start_matches("http://").trim_end_matches('/').to_owned(), Arc::clone(&came));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (behind, came) = (behind.clone(), Arc::clone(&remembered));
                // A connection that ends is no concern of the others.
                thread::spawn(move || pass(stream, &behind, credential, &came));
            }
        });
        Self { url, came }
    }

    fn port(&self) -> &str {
        self.url.rsplit(':').next().expect("a port")
    }

    fn came(&self) -> String {
        String::from_utf8_lossy(&self.came.lock().expect("no test panics with it")).into_owned()
    }
}

fn pass(mut client: TcpStream, behind: &str, credential: Option<&str>, came: &Arc<Mutex<Vec<u8>>>) -> io::Result<()> {
    let mut head = Vec::new();
    let mut part = [0; 1 << 16];
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        let count = client.read(&mut part)?;
        if count == 0 {
            return Ok(());
        }
        head.extend_from_slice(&part[..count]);
    }
    came.lock().expect("no test panics with it").extend_from_slice(&head);
    let text = String::from_utf8_lossy(&head).into_owned();
    if credential.is_some_and(|credential| !text.contains(credential)) {
        return client.write_all(
            b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        );
    }
    let mut server = TcpStream::connect(behind)?;
    if text.starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
    } else {
        server.write_all(&head)?;
    }
    let (mut answers, mut back) = (server.try_clone()?, client.try_clone()?);
    let answering = thread::spawn(move || {
        // Either side may end first.
        let _ = io::copy(&mut answers, &mut back);
        let _ = back.shutdown(Shutdown::Write);
    });
    loop {
        let count = client.read(&mut part)?;
        if count == 0 {
            break;
        }
        came.lock().expect("no test panics with it").extend_from_slice(&part[..count]);
        server.write_all(&part[..count])?;
    }
    let _ = server.shutdown(Shutdown::Write);
    drop(answering.join());
    Ok(())
}

/// A short run.
fn judged(url: &str, arguments: &str) -> Done {
    run(&format!("run {url} --no-auth --caller {CALLER} --only group-accepted --edition 2026 --cases 0 {arguments}"))
}

#[track_caller]
fn passes(done: &Done) {
    assert_eq!(done.status, 0, "{}{}", done.stdout, done.stderr);
}

#[test]
fn fields_go_with_every_request() {
    let server = Server::start("");
    let front = Front::before(&server.url, None);
    let folder = Folder::new("route-fields");
    let file = folder.file("headers", "# the gateway's\nX-Gateway-Key: canary-5f1c7a52-key\nX-Stage: test\n");
    let told = run(&format!("run {} --no-auth --caller {CALLER} --cases 1 --header-file {file} --wait 1s", front.url));
    passes(&told);
    let came = front.came();
    let requests = came.matches(" HTTP/1.1\r\n").count();
    assert!(requests > 500, "{requests}");
    assert_eq!(came.matches("\r\nx-gateway-key: canary-5f1c7a52-key\r\n").count(), requests);
    assert_eq!(came.matches("\r\nx-stage: test\r\n").count(), requests);

    let front = Front::before(&server.url, None);
    let mut by_variable = command(&format!("run {} --no-auth --caller {CALLER} --only group-accepted", front.url));
    by_variable.env("MIXINSPEC_HEADERS", "X-Gateway-Key: canary-5f1c7a52-key");
    passes(&done(by_variable));
    assert!(front.came().contains("x-gateway-key: canary-5f1c7a52-key"));
}

/// The server repeats what it was sent; the value stands in no output, and the request that is shown has a variable for it.
#[test]
fn fields_are_secrets() {
    let folder = Folder::new("route-secrets");
    let key = "canary-5f1c7a52/with+signs=and-more";
    let file = folder.file("headers", &format!("Cookie: {key}\n"));
    let token = folder.file("token", key);
    // It returns the token, which is the same.
    let echo = Echo::start();
    let (report, junit) = (folder.name("report.json"), folder.name("junit.xml"));
    let reports = format!("--report json={report} --report junit={junit}");
    let few = "--edition 2026 --cases 1 --max-requests 150 --only answer-* --only error-* -v";
    let told =
        run(&format!("run {} --bearer-file {token} --caller {CALLER} --header-file {file} {few} {reports}", echo.url));
    assert!(echo.seen().iter().any(|seen| seen == key), "{}", told.stderr);
    for text in [&told.stdout, &told.stderr, &folder.read("report.json"), &folder.read("junit.xml")] {
        assert!(!text.contains("canary") && text.contains("[redacted]"), "{text}");
    }
    assert!(told.stdout.contains("-H \"cookie: $COOKIE\""), "{}", told.stdout);

    // Without a credential, none is shown.
    let fault = Server::start("--fault group-code-shared");
    let told =
        run(&format!("run {} --no-auth --caller {CALLER} --header-file {file} --edition 2026 --cases 1", fault.url));
    assert_eq!(told.status, 1, "{}", told.stderr);
    assert!(told.stdout.contains("$COOKIE") && !told.stdout.contains("$TOKEN"), "{}", told.stdout);
    assert!(told.stdout.contains(&format!("--header-file {file}")), "{}", told.stdout);
}

#[test]
fn requests_go_through_a_proxy() {
    let server = Server::start("");
    let proxy = Front::before(&server.url, None);
    // The name is the proxy's to know.
    passes(&judged("http://api.invalid:81/", &format!("--proxy {}", proxy.url)));
    assert!(proxy.came().starts_with("POST http://api.invalid:81/conversations HTTP/1.1\r\n"), "{}", proxy.came());

    let port = tls::serve_to(None, "right", &server.url);
    let proxy = Front::before(&format!("127.0.0.1:{port}"), None);
    let trusting = format!("--proxy {} --cacert {}", proxy.url, tls::file("ca"));
    passes(&judged(&format!("https://127.0.0.1:{port}"), &trusting));
    assert!(proxy.came().starts_with(&format!("CONNECT 127.0.0.1:{port} HTTP/1.1\r\n")), "{}", proxy.came());
    assert!(!proxy.came().contains("conversations"), "what goes through it is encrypted");
}

#[test]
fn a_proxy_may_ask_for_a_credential() {
    let server = Server::start("");
    let folder = Folder::new("route-proxy");
    let file = folder.file("headers", "Proxy-Authorization: Basic Y2FuYXJ5OnBhc3M=\n");
    let port = tls::serve_to(None, "right", &server.url);
    for (url, behind, trusting) in [
        (server.url.clone(), server.url.clone(), String::new()),
        (format!("https://127.0.0.1:{port}"), format!("127.0.0.1:{port}"), format!("--cacert {}", tls::file("ca"))),
    ] {
        let proxy = Front::before(&behind, Some("proxy-authorization: Basic Y2FuYXJ5OnBhc3M="));
        let through = format!("--proxy {} {trusting}", proxy.url);
        let refused = judged(&url, &through);
        assert_eq!(refused.status, 3, "{}{}", refused.stdout, refused.stderr);
        assert!(refused.stderr.contains("is the proxy up (--proxy), does it let you in"), "{}", refused.stderr);
        passes(&judged(&url, &format!("{through} --header-file {file}")));
    }
}

#[test]
fn a_host_is_where_it_is_said_to_be() {
    let server = Server::start("");
    let front = Front::before(&server.url, None);
    let port = front.port();
    let resolved = format!("--resolve api.invalid:{port}:127.0.0.1");
    passes(&judged(&format!("http://api.invalid:{port}"), &resolved));
    assert!(front.came().contains(&format!("host: api.invalid:{port}\r\n")), "{}", front.came());
}

#[test]
fn any_certificate_is_taken_if_the_command_says_so_and_the_report_tells() {
    let server = Server::start("");
    let folder = Folder::new("route-insecure");
    let report = folder.name("report.json");
    for certificate in ["self-signed", "wrong-host", "expired"] {
        let url = format!("https://127.0.0.1:{}", tls::serve_to(None, certificate, &server.url));
        assert_eq!(judged(&url, "").status, 3, "{certificate}");
        let told = judged(&url, &format!("--insecure -q --report json={report}"));
        passes(&told);
        assert!(
            told.stderr.contains("warning: the server's certificate is not verified (--insecure)"),
            "{}",
            told.stderr
        );
        let report: Value = serde_json::from_str(&folder.read("report.json")).expect("a report");
        assert!(report["notes"][0].as_str().is_some_and(|note| note.contains("not verified (--insecure)")), "{report}");
    }
    // Where there is no certificate, there is nothing to warn of.
    let plain = judged(&server.url, "--insecure");
    passes(&plain);
    assert!(!format!("{}{}", plain.stdout, plain.stderr).contains("insecure"), "{}", plain.stderr);
}

#[test]
fn a_certificate_is_shown_to_who_asks_for_it() {
    let server = Server::start("");
    let url = format!("https://127.0.0.1:{}", tls::serve_to(Some("ca"), "right", &server.url));
    let trusting = format!("--cacert {}", tls::file("ca"));
    let shown = |name: &str| format!("{trusting} --client-cert {0} --client-key {0}", tls::file(name));
    passes(&judged(&url, &shown("right")));
    for arguments in [trusting.clone(), shown("self-signed-plain"), shown("expired")] {
        let refused = judged(&url, &arguments);
        assert_eq!(refused.status, 3, "{}{}", refused.stdout, refused.stderr);
        assert!(refused.stderr.contains("--client-cert"), "{}", refused.stderr);
    }
}

#[test]
fn what_leads_nowhere_is_told() {
    let folder = Folder::new("route-usage");
    folder.file("authorization", "X-Stage: test\nauthorization: Bearer canary\n");
    folder.file("no-colon", "canary\n");
    folder.file("no-name", "x key: canary\n");
    folder.file("ca.pem", "no certificate");
    for name in ["right", "expired"] {
        std::fs::copy(tls::file(name), folder.path(&format!("{name}.pem"))).expect("a copy");
    }
    let base = format!("run https://localhost:1 --no-auth --caller {CALLER}");
    let mut told = String::new();
    for arguments in [
        "--header-file authorization",
        "--header-file no-colon",
        "--header-file no-name",
        "--header-file nowhere",
        "--proxy localhost:3128",
        "--proxy https://localhost:3128",
        "--proxy http://canary:canary@localhost:3128",
        "--proxy http://localhost:3128 --resolve localhost:1:127.0.0.1",
        "--resolve localhost",
        "--resolve localhost:443:127.0.0.1",
        "--insecure --cacert ca.pem",
        "--client-cert ca.pem",
        "--client-cert ca.pem --client-key ca.pem",
        "--client-cert right.pem --client-key ca.pem",
        "--client-cert right.pem --client-key expired.pem",
    ] {
        let mut command = command(&format!("{base} {arguments}"));
        command.current_dir(folder.path(""));
        let Done { status, stdout, stderr } = done(command);
        assert!(!stderr.contains("canary") && status == 2, "[{status}] {stderr}");
        told.push_str(&format!("$ mixinspec run … {arguments}\n{stdout}{stderr}\n"));
    }
    for alone in ["--header-file no-colon", "--proxy http://localhost:1", "--insecure"] {
        told.push_str(&format!("$ mixinspec run {alone}\n{}\n", run(&format!("run {alone}")).stderr));
    }
    assert_snapshot!(told);
}
