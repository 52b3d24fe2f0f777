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

/// How much later a connection is closed whose client takes no answer: who reads requests can say goodbye.
const SLACK: Duration = Duration::from_secs(5);

/// How much of a request's head is held, and of an answer.
const BUFFER: usize = 128 << 10;

/// How many requests are served at once on a connection that can do that.
const STREAMS: u32 = 256;

/// How long accepting rests when there are no file descriptors left.
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
    /// A server of edition 2026 that knows every user, and refuses every request until it is told of callers.
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

    /// Listens and answers, on the current tokio runtime. Port 0 takes a free one.
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

    /// A token, and the user whose requests carry it. Ends [`Builder::no_auth`] and [`Builder::session`].
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

    /// A session: every request is signed with the key of one. Ends [`Builder::bearer`] and [`Builder::no_auth`].
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

    /// Every request is this user's, whatever credential it carries.
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

    /// What the server does where the sources leave it open.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.variation.policy = policy;
        self
    }

    /// How the server differs from what it usually does, in legal ways. Ends [`Builder::policy`].
    #[must_use]
    pub fn variation(mut self, variation: Variation) -> Self {
        self.variation = variation;
        self
    }

    /// The most conversations that are kept (default: 1,000,000); a request for another is refused with code 429.
    ///
    /// A group of two without a name takes about 260 bytes, and the largest possible one 15 KiB.
    #[must_use]
    pub fn max_conversations(mut self, max: usize) -> Self {
        self.max_conversations = max;
        self
    }

    /// How much memory conversations take at the most, in bytes (default: 256 MiB); a request for another is refused
    /// with code 429.
    #[must_use]
    pub fn max_bytes(mut self, max: usize) -> Self {
        self.max_bytes = max;
        self
    }

    /// The most connections that are open at once (default: 1024). For another, the one is closed that has been idle
    /// for longest; where none is, it waits.
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

    /// What the server does wrong on purpose; nothing, unless this says so.
    #[must_use]
    pub fn fault(mut self, fault: &'static Fault) -> Self {
        self.fault = Some(fault);
        self
    }

    /// Who is shown every request with its answer. It is called while the client waits.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(AnsweredRequest) + Send + Sync + 'static) -> Self {
        self.watch.observer = Some(Observer(Arc::new(observer)));
        self
    }

    /// Who answers in the server's place where it wants to; the server neither judges nor keeps what it answers. It is
    /// called while the client waits.
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

/// A server that listens. Dropping it breaks every connection off; [`Running::stop`] ends them in order.
#[derive(Debug)]
pub struct Running {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Running {
    /// Listens no more, lets requests that are being answered finish (for as long as [`Patience::stop`] says), and closes all
    /// connections.
    pub async fn stop(mut self) {
        self.stop.send_replace(());
        // It ends in an error only where the runtime ends, and then there is nothing left to stop.
        let _ended = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes connections until it is told to stop. The tasks of connections are its own: they end with it.
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
                // The client is gone already, or there are too many; the listener itself does not break.
                Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
                Err(_) => tokio::time::sleep(REST).await,
            },
            Some(_) = connections.join_next() => {}
            _ = stopping.changed() => break,
        }
    }
    drop(listener);
    // Those that take longer are broken off when the set is dropped.
    let _in_time = tokio::time::timeout(wire.1.stop, async { while connections.join_next().await.is_some() {} }).await;
}

/// Serves one connection. What breaks it is its client's affair, and is not reported.
async fn serve(
    stream: TcpStream,
    router: Router,
    (wire, patience): (Wire, Patience),
    line: Line,
    stopping: watch::Receiver<()>,
) {
    // An answer is written at once; to wait for more to send would only delay it.
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

/// Waits until a connection ends; once the server stops, as soon as what is under way is answered.
async fn until_stopped(connection: impl GracefulConnection, mut stopping: watch::Receiver<()>) {
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ended = connection.await;
}
