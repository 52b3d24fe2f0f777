//! Talks to an adapter: requests are pipelined, answers come in any order, and a program that crashes, hangs or babbles
//! costs the request that makes it do so an answer, and no more.
//!
//! Which of many requests under way a process failed at is not known. They are asked again, one at a time, of a new
//! process; what fails alone is what it failed at. What is outside of the domain is counted apart: however often a
//! program fails at that, it is asked the rest.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::process::ExitStatus;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use mixinspec_spec::files::without_bom;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::process::{Process, Said};
use super::protocol::{Answer, Call, ErrorValue, Hello, HelloArguments, Request, VERSION};

/// How many requests are under way at once.
const WINDOW: usize = 64;

/// How many characters of a line are told.
const SHOWN: usize = 200;

/// What bounds an adapter.
#[derive(Debug, Clone)]
pub struct Limits {
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

impl Default for Limits {
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
    call: Call,
    /// Whether its arguments are outside of the domain, so that what a process fails at says nothing of the rest.
    outside: bool,
    reply: oneshot::Sender<Result<Reply, NoReply>>,
}

impl Adapter {
    /// Starts the program.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn start(command: &[OsString], limits: Limits) -> std::io::Result<Self> {
        let process = Process::start(command, limits.line)?;
        // As many wait here as are under way: whoever asks for more waits.
        let (jobs, to_do) = mpsc::channel(WINDOW);
        let (tell, hello) = watch::channel(None);
        let (stop, stopped) = watch::channel(false);
        let (count, restarts) = watch::channel(0);
        let deadline = Instant::now() + limits.total;
        let driver = Driver {
            command: command.to_vec(),
            limits,
            deadline,
            jobs: to_do,
            suspects: VecDeque::new(),
            hello: tell,
            stopped,
            restarts: count,
            failed: 0,
            failed_outside: BTreeMap::new(),
            last_line: None,
            next_id: 0,
        };
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
    pub async fn call(&self, call: Call) -> Result<Reply, NoReply> {
        self.ask(call, false).await
    }

    /// Makes a call whose arguments are outside of the domain. A program may fail at some of them; then it is asked no
    /// more of the kind, and everything else as ever. Nothing else should be asked at the same time.
    ///
    /// # Errors
    /// When the program gives no answer to it, or is not asked any more.
    pub async fn call_outside(&self, call: Call) -> Result<Reply, NoReply> {
        self.ask(call, true).await
    }

    async fn ask(&self, call: Call, outside: bool) -> Result<Reply, NoReply> {
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

/// What ends a process.
enum End {
    /// Nobody asks any more.
    Idle,
    /// It is not to be started again.
    Over(String),
    /// The program failed.
    Failed(String),
}

/// What a process is waited for with.
enum Happened {
    Asked(Option<Job>),
    Said(Said),
    Silence,
    Stopped,
}

struct Driver {
    command: Vec<OsString>,
    limits: Limits,
    deadline: Instant,
    jobs: mpsc::Receiver<Job>,
    /// What was under way when a process failed: asked again alone.
    suspects: VecDeque<Job>,
    hello: watch::Sender<Option<Result<Hello, NoReply>>>,
    stopped: watch::Receiver<bool>,
    restarts: watch::Sender<u32>,
    /// How often a process failed, but for what is outside of the domain.
    failed: u32,
    /// How often one failed at what is outside of the domain, by the call's name.
    failed_outside: BTreeMap<&'static str, u32>,
    last_line: Option<String>,
    next_id: u64,
}

impl Driver {
    async fn drive(mut self, process: Process) {
        let mut process = Some(process);
        loop {
            let started = match process.take() {
                Some(process) => Ok(process),
                None => Process::start(&self.command, self.limits.line),
            };
            let mut under_way = BTreeMap::new();
            let end = match started {
                Ok(mut process) => {
                    let end = self.session(&mut process, &mut under_way).await;
                    if let End::Idle = end {
                        process.finish().await;
                    }
                    end
                }
                Err(error) => End::Failed(format!("the adapter cannot be started again: {error}")),
            };
            let reason = match end {
                End::Idle => return,
                End::Over(reason) => return self.refuse_all(under_way, reason).await,
                End::Failed(reason) => reason,
            };
            let silence = self.silence(reason);
            if self.hello.borrow().is_none() {
                self.hello.send_replace(Some(Err(silence.clone())));
            }
            let alone = under_way.len() == 1;
            match under_way.values().find(|job| alone && job.outside) {
                Some(job) => *self.failed_outside.entry(job.call.name()).or_default() += 1,
                None => self.failed += 1,
            }
            if alone {
                for job in under_way.into_values() {
                    let call = Some(beginning(job.call.without_keystore().as_bytes()));
                    give(job, Err(NoReply { call, ..silence.clone() }));
                }
            } else {
                self.suspects.extend(under_way.into_values());
            }
            let failed_at_start = matches!(&*self.hello.borrow(), Some(Err(_)));
            if self.failed > self.limits.restarts || failed_at_start {
                let reason = if failed_at_start {
                    silence.reason
                } else {
                    let restarts = self.limits.restarts;
                    format!("the adapter was given up after {restarts} restarts; the last time, {}", silence.reason)
                };
                return self.refuse_all(BTreeMap::new(), reason).await;
            }
            if self.suspects.is_empty() {
                // Nobody needs a new process yet.
                loop {
                    let Some(job) = self.jobs.recv().await else { return };
                    if let Some(job) = self.takes(job) {
                        self.suspects.push_back(job);
                        break;
                    }
                }
            }
            self.restarts.send_modify(|restarts| *restarts += 1);
        }
    }

    /// Talks to one process until it fails, or nobody asks any more.
    async fn session(&mut self, process: &mut Process, under_way: &mut BTreeMap<u64, Job>) -> End {
        if let Err(end) = self.greet(process).await {
            return end;
        }
        let mut heard = Instant::now();
        let mut asked_for_all = false;
        loop {
            if under_way.is_empty() {
                heard = Instant::now();
                if let Some(job) = self.suspects.pop_front() {
                    self.ask(process, job, under_way);
                } else if asked_for_all {
                    return End::Idle;
                }
            }
            let takes_more = !asked_for_all && self.suspects.is_empty() && under_way.len() < WINDOW;
            let silent = (heard + self.limits.timeout).min(self.deadline);
            let happened = tokio::select! {
                job = self.jobs.recv(), if takes_more => Happened::Asked(job),
                said = process.said() => Happened::Said(said),
                () = sleep_until(silent), if !under_way.is_empty() => Happened::Silence,
                _ = self.stopped.wait_for(|stopped| *stopped) => Happened::Stopped,
            };
            match happened {
                Happened::Asked(Some(job)) => {
                    if under_way.is_empty() {
                        heard = Instant::now();
                    }
                    if let Some(job) = self.takes(job) {
                        self.ask(process, job, under_way);
                    }
                }
                Happened::Asked(None) => asked_for_all = true,
                Happened::Said(said) => {
                    heard = Instant::now();
                    if let Err(reason) = self.hear(process, said, under_way).await {
                        return End::Failed(reason);
                    }
                }
                Happened::Silence if Instant::now() >= self.deadline => {
                    let total = self.limits.total;
                    return End::Over(format!("the adapter's time of {total:?} is over (--time-limit)"));
                }
                Happened::Silence => {
                    return End::Failed(format!("it said nothing for {:?} (--timeout)", self.limits.timeout));
                }
                Happened::Stopped => return End::Over(stopped().reason),
            }
        }
    }

    /// Gives an answer to whoever asked; otherwise how the process failed.
    async fn hear(
        &mut self,
        process: &mut Process,
        said: Said,
        under_way: &mut BTreeMap<u64, Job>,
    ) -> Result<(), String> {
        let answer = self.understood(process, said).await?;
        let answer_id = answer.id;
        let Some(job) = under_way.remove(&answer_id) else {
            return Err(format!("it answered request {answer_id}, which was not asked, or not any more"));
        };
        match reply(answer) {
            Ok(reply) => give(job, Ok(reply)),
            Err(reason) => {
                if under_way.is_empty() {
                    under_way.insert(answer_id, job);
                } else {
                    let call = Some(beginning(job.call.without_keystore().as_bytes()));
                    give(job, Err(NoReply { call, ..self.silence(reason.clone()) }));
                }
                return Err(reason);
            }
        }
        Ok(())
    }

    /// The handshake, which every process begins with.
    async fn greet(&mut self, process: &mut Process) -> Result<(), End> {
        let arguments =
            HelloArguments { protocol: VERSION, harness: concat!("mixinspec ", env!("CARGO_PKG_VERSION")).into() };
        let id = self.write(process, &Call::Hello(arguments));
        let late = sleep_until((Instant::now() + self.limits.start).min(self.deadline));
        let said = tokio::select! {
            said = process.said() => said,
            () = late => return Err(End::Failed(format!("it did not answer `hello` within {:?}", self.limits.start))),
            _ = self.stopped.wait_for(|stopped| *stopped) => return Err(End::Over(stopped().reason)),
        };
        // Some languages begin what they write with a byte order mark.
        let said = match said {
            Said::Line(line) => Said::Line(without_bom(&line).to_vec()),
            other => other,
        };
        let answer = self.understood(process, said).await.map_err(End::Failed)?;
        if answer.id != id {
            return Err(End::Failed(format!("it answered request {} before `hello`, which is {id}", answer.id)));
        }
        let hello = match reply(answer).map_err(End::Failed)? {
            Ok(result) => hello(result).map_err(End::Failed)?,
            Err(error) => {
                return Err(End::Failed(format!("it answered `hello` with an error of kind {}", error.kind.name())));
            }
        };
        let first = self.hello.borrow().is_none();
        if first {
            self.hello.send_replace(Some(Ok(hello)));
        } else if self.hello.borrow().as_ref() != Some(&Ok(hello)) {
            return Err(End::Failed("it says something else in `hello` than the first time".into()));
        }
        Ok(())
    }

    /// A job, unless it is outside of the domain and the program has failed at enough of that.
    fn takes(&self, job: Job) -> Option<Job> {
        let failed = self.failed_outside.get(job.call.name()).copied().unwrap_or_default();
        if !job.outside || failed < self.limits.restarts {
            return Some(job);
        }
        let reason =
            format!("the adapter was not asked, since it has failed {failed} times at what is outside of the domain");
        give(job, Err(NoReply { reason, call: None, last_line: None }));
        None
    }

    fn write(&mut self, process: &Process, call: &Call) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        // What we send holds nothing that JSON has no form for.
        process.send(serde_json::to_vec(&Request { id, call: call.clone() }).unwrap_or_default());
        id
    }

    fn ask(&mut self, process: &Process, job: Job, under_way: &mut BTreeMap<u64, Job>) {
        let id = self.write(process, &job.call);
        under_way.insert(id, job);
    }

    /// The answer in what a process said; otherwise how it failed.
    async fn understood(&mut self, process: &mut Process, said: Said) -> Result<Answer, String> {
        match said {
            Said::Line(line) => {
                self.last_line = Some(beginning(&line));
                serde_json::from_slice(&line)
                    .map_err(|error| format!("it wrote a line that is no answer of the protocol ({error})"))
            }
            Said::TooLong(line) => {
                self.last_line = Some(beginning(&line));
                Err(format!("it wrote a line of more than {} bytes", self.limits.line))
            }
            Said::End => Err(ending(process.ended().await)),
        }
    }

    fn silence(&self, reason: String) -> NoReply {
        NoReply { reason: format!("the adapter failed: {reason}"), call: None, last_line: self.last_line.clone() }
    }

    /// Answers everything that was asked, and will be, with a reason.
    async fn refuse_all(mut self, under_way: BTreeMap<u64, Job>, reason: String) {
        let silence = NoReply { reason, call: None, last_line: self.last_line.clone() };
        if self.hello.borrow().is_none() {
            self.hello.send_replace(Some(Err(silence.clone())));
        }
        let waiting: Vec<Job> = under_way.into_values().chain(self.suspects.drain(..)).collect();
        waiting.into_iter().for_each(|job| give(job, Err(silence.clone())));
        while let Some(job) = self.jobs.recv().await {
            give(job, Err(silence.clone()));
        }
    }
}

fn give(job: Job, reply: Result<Reply, NoReply>) {
    // Whoever asked may have gone.
    let _ = job.reply.send(reply);
}

fn reply(answer: Answer) -> Result<Reply, String> {
    match (answer.result, answer.error) {
        (Some(result), None) => Ok(Ok(result)),
        (None, Some(error)) => Ok(Err(error)),
        (None, None) => Err("it wrote an answer with neither a result nor an error".into()),
        (Some(_), Some(_)) => Err("it wrote an answer with both a result and an error".into()),
    }
}

fn hello(result: Value) -> Result<Hello, String> {
    let spoken = result.get("protocol").and_then(Value::as_u64);
    match spoken {
        Some(version) if version != u64::from(VERSION) => {
            Err(format!("it speaks version {version} of the protocol, and this is version {VERSION}"))
        }
        _ => {
            serde_json::from_value(result).map_err(|error| format!("its `hello` is not that of the protocol ({error})"))
        }
    }
}

fn ending(status: Option<ExitStatus>) -> String {
    match status {
        None => "it closed its output".into(),
        Some(status) => match status.code() {
            Some(code) => format!("it ended with exit status {code}"),
            None => format!("it was ended ({status})"),
        },
    }
}

/// The beginning of a line as text.
fn beginning(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(4 * SHOWN)]);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}
