//! Tests a correct server whose connections end between two requests without notice, as servers and proxies may do (RFC
//! 9112, 9.5): it is not blamed, and the requests that are sent again are counted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mixinspec_engine::{ExitStatus, Options, Report};
use mixinspec_server::{Edition, Policy};
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::conformance::{exceptions, judge, one_of_many, options, serve};

/// When a connection ends.
#[derive(Debug, Clone, Copy)]
enum Closes {
    /// After this many answers.
    After(u64),
    /// When no further request has arrived for this time.
    Idle(Duration),
    /// By a reset instead of reading the request, for every nth request on a connection that was used before.
    Unread(u64),
}

/// A proxy that forwards everything to a server, and closes connections.
async fn way_to(server: SocketAddr, closes: Closes) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let requests = Arc::new(AtomicU64::new(0));
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let requests = Arc::clone(&requests);
            // Errors are expected here: the test causes them.
            tokio::spawn(async move { drop(through(client, server, closes, &requests).await) });
        }
    });
    format!("http://{address}")
}

/// Forwards one connection: requests and answers in turn, because the client does not pipeline.
async fn through(
    mut client: TcpStream,
    server: SocketAddr,
    closes: Closes,
    requests: &AtomicU64,
) -> std::io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    for answered in 0.. {
        match closes {
            Closes::After(answers) if answered == answers => return Ok(()),
            Closes::Idle(time) if answered > 0 => match timeout(time, client.ready(Interest::READABLE)).await {
                Ok(ready) => drop(ready?),
                Err(_) => return Ok(()),
            },
            Closes::Unread(every) if answered > 0 => {
                client.ready(Interest::READABLE).await?;
                let is_its_turn = requests.fetch_add(1, Ordering::Relaxed).is_multiple_of(every);
                // Closing a connection with unread data sends a reset.
                if is_its_turn {
                    return Ok(());
                }
            }
            _ => {}
        }
        if !answer(&mut client, &mut server).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Relays until an answer is complete; returns whether it is.
async fn answer(client: &mut TcpStream, server: &mut TcpStream) -> std::io::Result<bool> {
    let (mut sent, mut received) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut answer = Vec::new();
    loop {
        tokio::select! {
            count = client.read(&mut sent) => match count? {
                0 => return Ok(false),
                count => server.write_all(&sent[..count]).await?,
            },
            count = server.read(&mut received) => match count? {
                0 => return Ok(false),
                count => {
                    client.write_all(&received[..count]).await?;
                    answer.extend_from_slice(&received[..count]);
                    if is_whole(&answer) {
                        return Ok(true);
                    }
                }
            },
        }
    }
}

/// Whether this is a complete answer. Each answer of the reference server has a Content-Length.
fn is_whole(answer: &[u8]) -> bool {
    let Some(head) = answer.windows(4).position(|window| window == b"\r\n\r\n") else { return false };
    let fields = String::from_utf8_lossy(&answer[..head]).to_lowercase();
    let length = fields.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    answer.len() >= head + 4 + length.unwrap_or(0_usize)
}

async fn judged(closes: Closes) -> Report {
    let (url, running) = serve(Edition::E2026, Policy::default()).await;
    let address = url.strip_prefix("http://").and_then(|at| at.parse().ok()).expect("an address");
    let options = Options { cases: 1, skip: one_of_many(), ..options(Some("2026"), "a") };
    let report = judge(&way_to(address, closes).await, 2, options).await;
    running.stop().await;
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_between_requests_is_nobodys_mistake() {
    for closes in [
        Closes::After(1),
        Closes::After(3),
        Closes::After(100),
        Closes::Idle(Duration::from_millis(2)),
        Closes::Unread(50),
    ] {
        let report = judged(closes).await;
        let status = ExitStatus::of(&report, false, false, |_| false);
        assert_eq!(status, ExitStatus::Success, "{closes:?}: {}", exceptions(&report));
        assert!(report.notes.is_empty(), "{closes:?}: {:?}", report.notes);
        if let Closes::Unread(_) = closes {
            assert!(report.resent > 0, "{closes:?}");
        }
    }
}
