//! Talks to an adapter: requests are pipelined, and answers may come in any order. If a program crashes, hangs or
//! writes nonsense, only the request that caused it stays without an answer.
//!
//! If a process fails with several requests in flight, we do not know which one caused it. They are retried one at a
//! time in a new process; a request that fails alone is a cause. Failures on arguments outside of the domain are
//! counted separately: however often a program fails on those, it still gets all other requests.

mod driver;
mod process;
pub mod protocol;

use std::ffi::OsString;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};

use self::driver::{Driver, Ends};
use super::adapter::process::Process;
use super::adapter::protocol::{AdapterCall, ErrorValue, Hello};

/// The greatest number of requests in flight.
const WINDOW: usize = 64;

/// The limits of an adapter.
#[derive(Debug, Clone)]
pub struct AdapterLimits {
    /// How long the program may be silent while requests are in flight.
    pub timeout: Duration,
    /// How long a process may take to answer `hello`.
    pub start: Duration,
    /// The time limit for the adapter's whole life.
    pub total: Duration,
    /// How often it is started again.
    pub restarts: u32,
    /// How long a line may be, in bytes.
    pub line: usize,
}

impl Default for AdapterLimits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            start: Duration::from_secs(30),
            total: Duration::from_secs(600),
            restarts: 5,
            line: 1 << 20,
        }
    }
}

/// An adapter's reply to a call: a result, or an error value.
pub type Reply = Result<Value, ErrorValue>;

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{reason}{}{}",
    call.as_ref().map(|call| format!("; it was asked: {call}")).unwrap_or_default(),
    last_line.as_ref().map(|line| format!("; its last line was: {line}")).unwrap_or_default()
)]
pub struct NoReply {
    /// Why.
    pub reason: String,
    /// The call on which the process failed, without its keystore, if it was the only one in flight.
    pub call: Option<String>,
    /// The beginning of the last line that the process wrote.
    pub last_line: Option<String>,
}

/// An adapter that was started.
#[derive(Debug)]
pub struct Adapter {
    jobs: mpsc::Sender<Job>,
    hello: watch::Receiver<Option<Result<Hello, NoReply>>>,
    stop: watch::Sender<bool>,
    restarts: watch::Receiver<u32>,
    calls: AtomicU64,
}

#[derive(Debug)]
struct Job {
    call: AdapterCall,
    /// Whether its arguments are outside of the domain; a failure then does not count against other calls.
    outside: bool,
    reply: oneshot::Sender<Result<Reply, NoReply>>,
}

impl Adapter {
    /// Starts the program.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(command: &[OsString], limits: AdapterLimits) -> std::io::Result<Self> {
        let process = Process::start(command, limits.line)?;
        // The queue is as long as the window of calls in flight; a caller that asks for more waits.
        let (jobs, to_do) = mpsc::channel(WINDOW);
        let (tell, hello) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let (count, restarts) = watch::channel(0);
        let driver = Driver::new(command, limits, Ends { jobs: to_do, hello: tell, stopped, restarts: count });
        tokio::spawn(driver.drive(process));
        Ok(Self { jobs, hello, stop, restarts, calls: AtomicU64::new(0) })
    }

    /// The answer to `hello`: what the SDK can do.
    ///
    /// # Errors
    /// When the program does not answer `hello`.
    pub async fn hello(&self) -> Result<Hello, NoReply> {
        let mut hello = self.hello.clone();
        match hello.wait_for(Option::is_some).await {
            Ok(said) => said.clone().unwrap_or_else(|| Err(stopped())),
            Err(_) => Err(stopped()),
        }
    }

    /// Makes a call.
    ///
    /// # Errors
    /// When the program gives no answer to it, or cannot be asked any more.
    pub async fn call(&self, call: AdapterCall) -> Result<Reply, NoReply> {
        self.ask(call, false).await
    }

    /// Makes a call with arguments outside of the domain. A program that fails too often on such calls of one name gets
    /// no more of them, but still gets all other calls. Make no other calls at the same time.
    ///
    /// # Errors
    /// When the program gives no answer to it, or is not asked any more.
    pub async fn call_outside(&self, call: AdapterCall) -> Result<Reply, NoReply> {
        self.ask(call, true).await
    }

    async fn ask(&self, call: AdapterCall, outside: bool) -> Result<Reply, NoReply> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let (reply, answer) = oneshot::channel();
        if self.jobs.send(Job { call, outside, reply }).await.is_err() {
            return Err(stopped());
        }
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// How many calls were made.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// How often the program was started again.
    #[must_use]
    pub fn restarts(&self) -> u32 {
        *self.restarts.borrow()
    }

    /// Stops the program; waiting and later calls get no reply.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether it was stopped.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        *self.stop.borrow()
    }
}

fn stopped() -> NoReply {
    NoReply { reason: "the run was stopped".into(), call: None, last_line: None }
}
