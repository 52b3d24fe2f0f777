//! Talks to an adapter: requests are pipelined, answers come in any order, and a program that crashes, hangs or babbles
//! costs the request that makes it do so an answer, and no more.
//!
//! Which of many requests under way a process failed at is not known. They are asked again, one at a time, of a new
//! process; what fails alone is what it failed at. What is outside of the domain is counted apart: however often a
//! program fails at that, it is asked the rest.

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

/// How many requests are under way at once.
const WINDOW: usize = 64;

/// What bounds an adapter.
#[derive(Debug, Clone)]
pub struct AdapterLimits {
    /// How long it may say nothing while requests are under way.
    pub timeout: Duration,
    /// How long it may take to start.
    pub start: Duration,
    /// How long it may take for everything.
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

/// What an adapter makes of a call: a result, or an error as a value.
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
    /// The call that the process failed at, without its keystore, where it failed at one alone.
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
    /// Whether its arguments are outside of the domain, so that what a process fails at says nothing of the rest.
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

    /// What the SDK can do.
    ///
    /// # Errors
    /// When the program does not say.
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

    /// Makes a call whose arguments are outside of the domain. A program may fail at some of them; then it is asked no
    /// more of the kind, and everything else as ever. Nothing else should be asked at the same time.
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

    /// Ends the program; whatever was asked of it, or will be, has no reply.
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
