//! Connections to one server: those kept alive between requests, and a fresh one for a request that a kept one failed.
//!
//! A server may close a kept-alive connection at any time (RFC 9112, 9.3.1 and 9.5). A request that runs into this
//! fails, which says nothing against the server. A failure on a fresh connection does.

use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::header::{CONNECTION, HeaderValue};
use reqwest::{Client, ClientBuilder, Request, Response, Url};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout, timeout_at};
use tower_layer::Layer;
use tower_service::Service;

use crate::http::limits::{ClientError, Limits};
use crate::http::route::Route;
use crate::http::threads::ConnectionThreads;
use crate::http::transport::chain;

/// How long connections must be refused before the server counts as gone.
const GONE: Duration = Duration::from_secs(2);

tokio::task_local! {
    /// Whether a connection was opened for this task's request.
    static IS_OWN: Cell<bool>;
    /// Set while this task's requests are each sent on a fresh connection.
    static ALONE: ();
}

/// Sends each request of this task on a fresh connection, so that none has to be sent again because a kept-alive one was
/// closed.
pub(crate) async fn on_fresh_connections<F: Future>(requests: F) -> F::Output {
    ALONE.scope((), requests).await
}

/// Sends requests to one server.
#[derive(Debug)]
pub(crate) struct Connections {
    kept: Mutex<Client>,
    own: Client,
    base: Url,
    limits: Limits,
    route: Route,
    has_answered: AtomicBool,
    tls: Option<rustls::ClientConfig>,
    lines: ConnectionThreads,
}

/// The result of sending a request.
#[derive(Debug)]
pub(crate) enum SendOutcome {
    /// The beginning of an answer.
    Answer(Response),
    /// No answer in time.
    Late,
    /// A failure of a connection that may have been kept open from an earlier request: the server may have closed it
    /// meanwhile.
    LeftOver(reqwest::Error),
    /// Any other failure.
    Failed(reqwest::Error),
    /// The task that sent the request panicked or was cancelled.
    Lost(String),
}

impl Connections {
    pub(crate) fn new(base: &Url, limits: &Limits, route: &Route) -> Result<Self, ClientError> {
        // Fails if a provider is installed already, which will do as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let tls = if base.scheme() == "http" { None } else { route.tls(limits)? };
        let builder = || route.lead(base, builder(limits, base, tls.clone()));
        Ok(Self {
            kept: Mutex::new(built(builder()?)?),
            own: built(builder()?.pool_max_idle_per_host(0))?,
            base: base.clone(),
            limits: limits.clone(),
            route: route.clone(),
            has_answered: AtomicBool::new(false),
            tls,
            lines: ConnectionThreads::new().map_err(|error| ClientError::Setup(error.to_string()))?,
        })
    }

    /// Sends a request, on a connection that is open already where there is one.
    pub(crate) async fn send(&self, request: Request, deadline: Instant) -> SendOutcome {
        if ALONE.try_with(|()| ()).is_ok() {
            return self.send_alone(request, deadline).await;
        }
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
        self.send_with(kept, request, deadline).await
    }

    /// Sends a request on a connection that is made for it, and for nothing else.
    pub(crate) async fn send_alone(&self, mut request: Request, deadline: Instant) -> SendOutcome {
        if !self.limits.http2 {
            // Else the pool would give this connection to a request that waits for one.
            request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        match self.send_with(self.own.clone(), request, deadline).await {
            SendOutcome::LeftOver(error) => SendOutcome::Failed(error),
            reply => reply,
        }
    }

    async fn send_with(&self, client: Client, request: Request, deadline: Instant) -> SendOutcome {
        let asked = IS_OWN.scope(Cell::new(false), async move {
            let answer = client.execute(request).await;
            (answer, IS_OWN.with(Cell::get))
        });
        let mut asking = JoinSet::new();
        asking.spawn_on(asked, self.lines.handle());
        match timeout_at(deadline, asking.join_next()).await {
            Err(_) => SendOutcome::Late,
            Ok(None) => SendOutcome::Lost("nothing came of it".into()),
            Ok(Some(Err(error))) => SendOutcome::Lost(error.to_string()),
            Ok(Some(Ok((Ok(answer), _)))) => {
                self.has_answered.store(true, Ordering::Relaxed);
                SendOutcome::Answer(answer)
            }
            // Although a connection was opened for the request, the pool may have sent it on another one that became
            // free first.
            Ok(Some(Ok((Err(error), had_own)))) if has_ended(&error) && !(had_own && self.has_none_to_give()) => {
                SendOutcome::LeftOver(error)
            }
            Ok(Some(Ok((Err(error), _)))) => SendOutcome::Failed(error),
        }
    }

    /// Whether the pool cannot have offered another connection: no connection has brought an answer yet.
    fn has_none_to_give(&self) -> bool {
        !self.has_answered.load(Ordering::Relaxed)
    }

    /// Whether connections are refused for a while. A server that has gone is not judged as one that answers wrongly; a
    /// server that restarts after each request is.
    pub(crate) async fn is_nobody_there(&self) -> bool {
        let Some((host, port)) = self.route.door(&self.base) else { return false };
        let until = Instant::now() + GONE;
        loop {
            match timeout(GONE, TcpStream::connect((host.as_str(), port))).await {
                Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                // Something listens, or we cannot tell.
                Ok(_) | Err(_) => return false,
            }
            if Instant::now() >= until {
                return true;
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Uses none of the connections again that are open now: the server has failed on one of them.
    pub(crate) fn renew(&self) {
        let renewed = self.route.lead(&self.base, builder(&self.limits, &self.base, self.tls.clone())).and_then(built);
        // The same settings were built successfully before, so this does not fail.
        if let Ok(client) = renewed {
            *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = client;
        }
    }
}

fn built(builder: ClientBuilder) -> Result<Client, ClientError> {
    builder.build().map_err(|error| ClientError::Setup(chain(&error)))
}

fn builder(limits: &Limits, base: &Url, tls: Option<rustls::ClientConfig>) -> ClientBuilder {
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        // A server, or a proxy before it, may refuse clients that send no User-Agent (RFC 9110, 10.1.5).
        .user_agent(concat!("mixinspec/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .connect_timeout(limits.timeout)
        .pool_max_idle_per_host(256)
        // No server closes idle connections in less than a second; the rest is a margin for a busy machine.
        .pool_idle_timeout(Duration::from_millis(250))
        .connector_layer(Marks)
        .tcp_nodelay(true);
    if limits.http2 {
        builder = builder.http2_prior_knowledge();
    }
    if base.scheme() == "http" {
        // Reading the system's trust anchors takes longer than many a run.
        builder = builder.tls_certs_only([]);
    }
    if let Some(tls) = tls {
        builder = builder.tls_backend_preconfigured(tls);
    }
    builder
}

/// Whether a connection ended before the answer; false where the answer is not HTTP.
fn has_ended(error: &reqwest::Error) -> bool {
    let ended = [
        io::ErrorKind::ConnectionReset,
        io::ErrorKind::ConnectionAborted,
        io::ErrorKind::BrokenPipe,
        io::ErrorKind::NotConnected,
        io::ErrorKind::UnexpectedEof,
    ];
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let by_http = cause.downcast_ref::<hyper::Error>().is_some_and(|error| {
            // The request waited for an HTTP/2 stream when the server sent GOAWAY: hyper has no error kind for this.
            let never_sent = error.is_user() && error.to_string().starts_with("dispatch task is gone");
            let cut_off = error.is_incomplete_message() || error.is_closed() || error.is_body_write_aborted();
            cut_off || error.is_canceled() || never_sent
        });
        let by_network = cause.downcast_ref::<io::Error>().is_some_and(|error| ended.contains(&error.kind()));
        if by_http || by_network {
            return true;
        }
        source = cause.source();
    }
    false
}

/// Marks the request for which a connection is opened. If another connection becomes free first, the HTTP library uses
/// that one and opens the new one in a separate task, where this marks nothing.
#[derive(Debug, Clone, Copy)]
struct Marks;

#[derive(Debug, Clone)]
struct Marking<S>(S);

impl<S> Layer<S> for Marks {
    type Service = Marking<S>;

    fn layer(&self, inner: S) -> Marking<S> {
        Marking(inner)
    }
}

impl<S, R> Service<R> for Marking<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        let connecting = self.0.call(request);
        Box::pin(async move {
            let connected = connecting.await?;
            // Outside of a request there is nothing to mark.
            let _ = IS_OWN.try_with(|own| own.set(true));
            Ok(connected)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::client::Sender;
    use crate::http::envelope::embedded as envelope;
    use crate::http::message::{NoAnswer, Sent};

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
    const TOO_SLOW: &str = "HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const OOPS: &str = "HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\n{}";

    /// Starts a server that sends these answers to the first requests of a connection, reads one more request, and
    /// closes. After `answering` connections it answers nothing. Returns a counter of the connections.
    async fn serve(answers: &'static [&'static str], answering: usize) -> (Sender, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}/", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let counting = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let answers = if counting.fetch_add(1, Ordering::Relaxed) < answering { answers } else { &[] };
                tokio::spawn(async move {
                    let mut bytes = [0; 4096];
                    for answer in answers {
                        if stream.read(&mut bytes).await.is_ok_and(|count| count > 0) {
                            stream.write_all(answer.as_bytes()).await.expect("a client that reads");
                        }
                    }
                    // The next request is read, so that closing does not reset the connection, but it is not answered.
                    let _read = stream.read(&mut bytes).await;
                });
            }
        });
        let limits = Limits { timeout: Duration::from_secs(20), ..Limits::default() };
        let sender = Sender::new(base.parse().expect("a URL"), Vec::new(), limits, &Route::default(), envelope())
            .expect("a client");
        (sender, connections)
    }

    #[tokio::test]
    async fn a_connection_that_was_kept_open_may_end() {
        let (sender, connections) = serve(&[OK, OK], usize::MAX).await;
        for _ in 0..30 {
            assert_eq!(sender.send(&Sent::get("/")).await.map(|answer| answer.status), Ok(200));
        }
        assert!(sender.resent() >= 5, "{} of {}", sender.resent(), connections.load(Ordering::Relaxed));
        assert_eq!(sender.sent(), 30 + sender.resent());
    }

    #[tokio::test]
    async fn a_connection_that_was_kept_open_may_end_with_408() {
        let (sender, _) = serve(&[OK, TOO_SLOW], usize::MAX).await;
        for _ in 0..10 {
            assert_eq!(sender.send(&Sent::get("/")).await.map(|answer| answer.status), Ok(200));
        }
        let (sender, connections) = serve(&[TOO_SLOW], usize::MAX).await;
        assert_eq!(sender.send(&Sent::get("/")).await.map(|answer| answer.status), Ok(408));
        assert_eq!(connections.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn what_a_new_connection_ends_in_is_the_servers() {
        let (sender, connections) = serve(&[], usize::MAX).await;
        assert!(matches!(sender.send(&Sent::get("/")).await, Err(NoAnswer::Broken(_))));
        assert_eq!((sender.sent(), sender.resent(), connections.load(Ordering::Relaxed)), (1, 0, 1));
    }

    #[tokio::test]
    async fn a_server_that_has_gone_says_nothing() {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}/", listener.local_addr().expect("an address"));
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            drop(listener);
            let _read = stream.read(&mut [0; 4096]).await;
        });
        let sender =
            Sender::new(base.parse().expect("a URL"), Vec::new(), Limits::default(), &Route::default(), envelope())
                .expect("a client");
        let answer = sender.send(&Sent::get("/")).await;
        assert!(matches!(answer, Err(NoAnswer::Connect(_))), "{answer:?}");
    }

    #[tokio::test]
    async fn what_ends_both_ways_is_told_so() {
        let (sender, _) = serve(&[OK], 1).await;
        assert!(sender.send(&Sent::get("/")).await.is_ok());
        let Err(NoAnswer::Broken(reason)) = sender.send(&Sent::get("/")).await else { panic!("an answer") };
        assert!(
            reason.ends_with("before an answer was complete, and so it did on a connection of its own"),
            "{reason}"
        );
    }

    #[tokio::test]
    async fn a_connection_on_which_the_server_failed_is_not_used_again() {
        let (sender, connections) = serve(&[OOPS, OK], usize::MAX).await;
        for _ in 0..5 {
            assert_eq!(sender.send(&Sent::get("/")).await.map(|answer| answer.status), Ok(500));
        }
        assert_eq!((connections.load(Ordering::Relaxed), sender.resent()), (5, 0));
    }
}
