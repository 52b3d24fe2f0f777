//! Tracks the open connections: limits their number, and closes idle ones.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use hyper::service::Service;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, sleep_until};

/// How long a connection must be idle before another may take its place: one that was just opened or answered counts as
/// in use.
const JUST_USED: Duration = Duration::from_millis(100);

/// The interval of checks for a free place.
const LOOK: Duration = Duration::from_millis(10);

/// All open connections, and the places for more.
#[derive(Debug)]
pub(crate) struct Lines {
    places: Arc<Semaphore>,
    open: Vec<Weak<LineState>>,
}

/// One open connection. Dropping it frees its place.
#[derive(Debug)]
pub(crate) struct Line {
    state: Arc<LineState>,
    _place: OwnedSemaphorePermit,
}

#[derive(Debug)]
struct LineState {
    /// The number of requests in progress.
    busy: AtomicUsize,
    /// When the connection was opened, or its latest answer was ready.
    since: Mutex<Instant>,
    unwanted: Notify,
}

impl LineState {
    fn idle_since(&self) -> Option<Instant> {
        (self.busy.load(Ordering::Acquire) == 0).then(|| *self.since())
    }

    fn since(&self) -> std::sync::MutexGuard<'_, Instant> {
        // An `Instant` is consistent after every operation, so a poisoned lock does no harm.
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    pub(crate) fn new(most: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS))), open: Vec::new() }
    }

    /// Waits for a place for one more connection. If there is none, it closes the connection that has been idle
    /// longest.
    pub(crate) async fn place(&mut self) -> Line {
        let place = loop {
            if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
                break place;
            }
            self.dismiss_one();
            sleep(LOOK).await;
        };
        let (busy, since, unwanted) = (AtomicUsize::new(0), Mutex::new(Instant::now()), Notify::new());
        let state = Arc::new(LineState { busy, since, unwanted });
        self.open.retain(|line| line.strong_count() > 0);
        self.open.push(Arc::downgrade(&state));
        Line { state, _place: place }
    }

    fn dismiss_one(&self) {
        let open = self.open.iter().filter_map(Weak::upgrade);
        let idle = open.filter_map(|line| Some((line.idle_since()?, line)));
        if let Some((since, line)) = idle.min_by_key(|(since, _)| *since)
            && since.elapsed() > JUST_USED
        {
            line.unwanted.notify_one();
        }
    }
}

impl Line {
    /// Wraps a service so that its requests in progress are counted.
    pub(crate) fn watched<S>(&self, service: S) -> Watched<S> {
        Watched { service, state: Arc::clone(&self.state) }
    }

    /// Returns when another connection needs its place, or when it has been idle for this long: no request arrived, or
    /// the client did not read the answer.
    pub(crate) async fn given_up(&self, idle: Duration) {
        let is_idle = async {
            loop {
                let until = self.state.idle_since().map_or_else(|| Instant::now() + idle, |since| since + idle);
                sleep_until(until).await;
                if self.state.idle_since().is_some_and(|since| since.elapsed() >= idle) {
                    return;
                }
            }
        };
        tokio::select! {
            () = is_idle => {}
            () = self.state.unwanted.notified() => {}
        }
    }
}

/// The service of one connection, which counts the requests in progress.
#[derive(Debug)]
pub(crate) struct Watched<S> {
    service: S,
    state: Arc<LineState>,
}

impl<S, R> Service<R> for Watched<S>
where
    S: Service<R>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn call(&self, request: R) -> Self::Future {
        let busy = Busy::new(&self.state);
        let answering = self.service.call(request);
        Box::pin(async move {
            let answer = answering.await;
            drop(busy);
            answer
        })
    }
}

/// A request in progress.
struct Busy(Arc<LineState>);

impl Busy {
    fn new(state: &Arc<LineState>) -> Self {
        state.busy.fetch_add(1, Ordering::AcqRel);
        Self(Arc::clone(state))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        *self.0.since() = Instant::now();
        self.0.busy.fetch_sub(1, Ordering::AcqRel);
    }
}
