//! Builds the server, binds it to an address, and stops it.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulConnection;
use hyper_util::service::TowerToHyperService;
use mixinspec_token::Session;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::auth::{Auth, KnownUsers};
use crate::create::Rules;
use crate::edition::Edition;
use crate::fault::{Fault, Seams};
use crate::lines::{Line, Lines};
use crate::observe::{AnsweredRequest, Chooser, Chosen, IncomingRequest, Observer, Watch, observed};
use crate::patience::Patience;
use crate::policy::Policy;
use crate::route::{RouteState, router};
use crate::sessions::Sessions;
use crate::store::Store;
use crate::used::Used;
use crate::variant::{Http1, Variation, Wire, around, serve_by_hand};

/// The additional time before a connection is closed whose client does not read the answer. A connection that waits for
/// a request is closed earlier, by HTTP.
const SLACK: Duration = Duration::from_secs(5);

/// The size of the buffers for a request's head and for an answer.
const BUFFER: usize = 128 << 10;

/// How many requests are served at the same time on an HTTP/2 connection.
const STREAMS: u32 = 256;

/// How long the server stops accepting connections when it has no file descriptors left.
const REST: Duration = Duration::from_millis(100);

/// A reference server; its conversations live as long as it does.
#[derive(Debug, Clone)]
pub struct Server {
    shared: Arc<RouteState>,
    wire: Wire,
    watch: Watch,
    max_connections: usize,
}

/// Puts a [`Server`] together.
#[derive(Debug, Clone)]
pub struct Builder {
    edition: Edition,
    auth: Auth,
    users: KnownUsers,
    variation: Variation,
    max_conversations: usize,
    max_bytes: usize,
    max_connections: usize,
    patience: Patience,
    fault: Option<&'static Fault>,
    watch: Watch,
}

impl Server {
    /// A server of edition 2026 that knows every user, and refuses every request until callers are added.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            edition: Edition::E2026,
            auth: Auth::Bearer(HashMap::new()),
            users: KnownUsers::Any,
            variation: Variation::default(),
            max_conversations: 1_000_000,
            max_bytes: 256 << 20,
            max_connections: 1024,
            patience: Patience::default(),
            fault: None,
            watch: Watch::default(),
        }
    }

    /// Listens and answers, on the current tokio runtime. Port 0 chooses a free port.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn bind(&self, address: impl ToSocketAddrs) -> io::Result<(SocketAddr, Running)> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let (stop, stopping) = watch::channel(());
        let patience = self.shared.patience;
        let router = observed(router(Arc::clone(&self.shared)), &self.watch, patience);
        let router = around(router, &self.wire.around, patience);
        let wire = (self.wire.clone(), patience);
        let task = tokio::spawn(accept(listener, router, wire, self.max_connections, stopping));
        Ok((address, Running { stop, task }))
    }
}

impl Builder {
    /// The edition that the server speaks.
    #[must_use]
    pub fn edition(mut self, edition: Edition) -> Self {
        self.edition = edition;
        self
    }

    /// Adds a token, and the user whose requests carry it. Replaces [`Builder::no_auth`] and [`Builder::session`].
    #[must_use]
    pub fn bearer(mut self, token: impl Into<String>, user: Uuid) -> Self {
        match &mut self.auth {
            Auth::Bearer(tokens) => {
                tokens.insert(token.into(), user);
            }
            auth => *auth = Auth::Bearer(HashMap::from([(token.into(), user)])),
        }
        self
    }

    /// Adds a session: every request is signed with the key of a session. Replaces [`Builder::bearer`] and
    /// [`Builder::no_auth`].
    #[must_use]
    pub fn session(mut self, session: Session) -> Self {
        let mut sessions = match self.auth {
            Auth::Sessions(sessions) => sessions,
            _ => Sessions::default(),
        };
        sessions.insert(session);
        self.auth = Auth::Sessions(sessions);
        self
    }

    /// Every request counts as this user's, whatever credential it has.
    #[must_use]
    pub fn no_auth(mut self, caller: Uuid) -> Self {
        self.auth = Auth::NoAuth(caller);
        self
    }

    /// The users who exist.
    #[must_use]
    pub fn users(mut self, users: KnownUsers) -> Self {
        self.users = users;
        self
    }

    /// The server's choices where the sources leave them open.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.variation.policy = policy;
        self
    }

    /// Legal differences from the server's usual behaviour. Replaces [`Builder::policy`].
    #[must_use]
    pub fn variation(mut self, variation: Variation) -> Self {
        self.variation = variation;
        self
    }

    /// The maximum number of conversations (default: 1,000,000); a request for another is refused with code 429.
    ///
    /// A group of two without a name takes about 260 bytes, and the largest possible one 15 KiB.
    #[must_use]
    pub fn max_conversations(mut self, max: usize) -> Self {
        self.max_conversations = max;
        self
    }

    /// The maximum memory for conversations, in bytes (default: 256 MiB); a request for another is refused with code
    /// 429.
    #[must_use]
    pub fn max_bytes(mut self, max: usize) -> Self {
        self.max_bytes = max;
        self
    }

    /// The maximum number of open connections (default: 1024). For another, the server closes the one that has been
    /// idle longest; if none is idle, the new one waits.
    #[must_use]
    pub fn max_connections(mut self, max: usize) -> Self {
        self.max_connections = max.max(1);
        self
    }

    /// How long the server waits for its clients.
    #[must_use]
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// A mistake that the server makes on purpose. Without a call it makes none.
    #[must_use]
    pub fn fault(mut self, fault: &'static Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// A function that is shown every request with its answer. The client waits for it.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(AnsweredRequest) + Send + Sync + 'static) -> Self {
        self.watch.observer = Some(Observer(Arc::new(observer)));
        self
    }

    /// A function that may answer in the server's place. The server then neither judges the request nor stores
    /// anything. The client waits for it.
    #[must_use]
    pub fn chooser(mut self, chooser: impl Fn(IncomingRequest<'_>) -> Option<Chosen> + Send + Sync + 'static) -> Self {
        self.watch.chooser = Some(Chooser(Arc::new(chooser)));
        self
    }

    /// The server.
    #[must_use]
    pub fn build(self) -> Server {
        let users = match self.variation.users() {
            Some(others) => KnownUsers::Only(others.into_iter().chain(self.auth.callers()).collect()),
            None => self.users,
        };
        let Variation { policy, demands, answers, wire, .. } = self.variation;
        let rules = Rules { edition: self.edition, policy, users, demands };
        let seams = Seams::new(self.fault);
        let store = Store::new(self.max_conversations, self.max_bytes);
        let (patience, used) = (self.patience, Used::default());
        let shared = Arc::new(RouteState { rules, patience, auth: self.auth, store, used, answers, seams });
        Server { shared, wire, watch: self.watch, max_connections: self.max_connections }
    }
}

/// A running server. Dropping it aborts every connection; [`Running::stop`] ends them in order.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Stops listening, lets requests in progress finish (for at most [`Patience::stop`]), and closes all connections.
    pub async fn stop(mut self) {
        self.stop.send_replace(());
        // It fails only if the runtime ends, and then there is nothing left to stop.
        let _ended = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Accepts connections until the server stops. It owns the tasks of the connections, so they end with it.
async fn accept(
    listener: TcpListener,
    router: Router,
    wire: (Wire, Patience),
    max_connections: usize,
    mut stopping: watch::Receiver<()>,
) {
    let mut connections = JoinSet::new();
    let mut lines = Lines::new(max_connections);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let line = tokio::select! {
                        line = lines.place() => line,
                        _ = stopping.changed() => break,
                    };
                    connections.spawn(serve(stream, router.clone(), wire.clone(), line, stopping.clone()));
                }
                // The client is gone already, or there are too many connections; the listener itself still works.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(_) => tokio::time::sleep(REST).await,
            },
            Some(_) = connections.join_next() => {}
            _ = stopping.changed() => break,
        }
    }
    drop(listener);
    // Connections that take longer are aborted when the set is dropped.
    let _in_time = tokio::time::timeout(wire.1.stop, async { while connections.join_next().await.is_some() {} }).await;
}

/// Serves one connection. An error of the connection is the client's affair, and is not reported.
async fn serve(
    stream: TcpStream,
    router: Router,
    (wire, patience): (Wire, Patience),
    line: Line,
    stopping: watch::Receiver<()>,
) {
    // An answer is written in one piece, so Nagle's algorithm would only delay it.
    let _best_effort = stream.set_nodelay(true);
    let service = line.watched(TowerToHyperService::new(router));
    let serving = async {
        if !wire.http2 && wire.http1 != Http1::default() {
            return serve_by_hand(stream, service, wire.http1, patience, stopping).await;
        }
        let stream = TokioIo::new(stream);
        if wire.http2 {
            let connection = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(STREAMS)
                .serve_connection(stream, service);
            until_stopped(connection, stopping).await;
        } else {
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(patience.idle)
                .max_buf_size(BUFFER)
                .serve_connection(stream, service);
            until_stopped(connection, stopping).await;
        }
    };
    tokio::select! {
        () = serving => {}
        () = line.given_up(patience.idle + SLACK) => {}
    }
}

/// Waits until a connection ends. When the server stops, it ends after the requests in progress.
async fn until_stopped(connection: impl GracefulConnection, mut stopping: watch::Receiver<()>) {
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ended = connection.await;
}
