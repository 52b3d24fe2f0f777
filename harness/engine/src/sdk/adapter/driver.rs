//! Drives an adapter's processes: starts them, sends them calls, and returns replies or failures to the callers.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::process::ExitStatus;

use mixinspec_spec::files::without_bom;
use serde_json::Value;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until};

use super::process::{Process, Said};
use super::protocol::{AdapterCall, Answer, Hello, HelloArguments, Request, VERSION};
use super::{AdapterLimits, Job, NoReply, Reply, WINDOW, stopped};

/// How many characters of a line messages show.
const SHOWN: usize = 200;

/// Why the session with a process ended.
enum SessionEnd {
    /// All callers are gone.
    Idle,
    /// The adapter must not be started again, for this reason.
    Over(String),
    /// The program failed.
    Failed(String),
}

/// The event for which the loop of a session woke up.
enum Wakeup {
    Asked(Option<Job>),
    Said(Said),
    Silence,
    Stopped,
}

/// The driver's ends of the channels to its `Adapter`.
pub(super) struct Ends {
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) hello: watch::Sender<Option<Result<Hello, NoReply>>>,
    pub(super) stopped: watch::Receiver<bool>,
    pub(super) restarts: watch::Sender<u32>,
}

pub(super) struct Driver {
    command: Vec<OsString>,
    limits: AdapterLimits,
    deadline: Instant,
    jobs: mpsc::Receiver<Job>,
    /// The calls that were in flight when a process failed: they are retried one at a time.
    suspects: VecDeque<Job>,
    hello: watch::Sender<Option<Result<Hello, NoReply>>>,
    stopped: watch::Receiver<bool>,
    restarts: watch::Sender<u32>,
    /// How often a process failed, not counting arguments outside of the domain.
    failed: u32,
    /// How often a process failed on arguments outside of the domain, by the name of the call.
    failed_outside: BTreeMap<String, u32>,
    last_line: Option<String>,
    next_id: u64,
}

impl Driver {
    pub(super) fn new(command: &[OsString], limits: AdapterLimits, ends: Ends) -> Self {
        let Ends { jobs, hello, stopped, restarts } = ends;
        Self {
            command: command.to_vec(),
            deadline: Instant::now() + limits.total,
            limits,
            jobs,
            suspects: VecDeque::new(),
            hello,
            stopped,
            restarts,
            failed: 0,
            failed_outside: BTreeMap::new(),
            last_line: None,
            next_id: 0,
        }
    }

    pub(super) async fn drive(mut self, process: Process) {
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
                    if let SessionEnd::Idle = end {
                        process.finish().await;
                    }
                    end
                }
                Err(error) => SessionEnd::Failed(format!("the adapter cannot be started again: {error}")),
            };
            let reason = match end {
                SessionEnd::Idle => return,
                SessionEnd::Over(reason) => return self.refuse_all(under_way, reason).await,
                SessionEnd::Failed(reason) => reason,
            };
            let silence = self.silence(reason);
            if self.hello.borrow().is_none() {
                self.hello.send_replace(Some(Err(silence.clone())));
            }
            self.suspect(under_way, &silence);
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
            // Do not start a new process before a call needs one.
            while self.suspects.is_empty() {
                let Some(job) = self.jobs.recv().await else { return };
                self.suspects.extend(self.takes(job));
            }
            self.restarts.send_modify(|restarts| *restarts += 1);
        }
    }

    /// Handles the calls in flight when a process failed: a single call gets no reply; of several, each is retried
    /// alone.
    fn suspect(&mut self, under_way: BTreeMap<u64, Job>, silence: &NoReply) {
        let alone = under_way.len() == 1;
        let outside = under_way.values().find(|job| alone && job.outside).map(|job| job.call.name().to_owned());
        match outside {
            Some(name) => *self.failed_outside.entry(name).or_default() += 1,
            None => self.failed += 1,
        }
        if !alone {
            self.suspects.extend(under_way.into_values());
            return;
        }
        for job in under_way.into_values() {
            let call = Some(beginning(job.call.without_keystore().as_bytes()));
            give(job, Err(NoReply { call, ..silence.clone() }));
        }
    }

    /// Talks to one process until it fails, or all callers are gone.
    async fn session(&mut self, process: &mut Process, under_way: &mut BTreeMap<u64, Job>) -> SessionEnd {
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
                    return SessionEnd::Idle;
                }
            }
            let takes_more = !asked_for_all && self.suspects.is_empty() && under_way.len() < WINDOW;
            let silent = (heard + self.limits.timeout).min(self.deadline);
            let happened = tokio::select! {
                job = self.jobs.recv(), if takes_more => Wakeup::Asked(job),
                said = process.said() => Wakeup::Said(said),
                () = sleep_until(silent), if !under_way.is_empty() => Wakeup::Silence,
                _ = self.stopped.wait_for(|stopped| *stopped) => Wakeup::Stopped,
            };
            match happened {
                Wakeup::Asked(Some(job)) => {
                    if under_way.is_empty() {
                        heard = Instant::now();
                    }
                    if let Some(job) = self.takes(job) {
                        self.ask(process, job, under_way);
                    }
                }
                Wakeup::Asked(None) => asked_for_all = true,
                Wakeup::Said(said) => {
                    heard = Instant::now();
                    if let Err(reason) = self.hear(process, said, under_way).await {
                        return SessionEnd::Failed(reason);
                    }
                }
                Wakeup::Silence if Instant::now() >= self.deadline => {
                    let total = self.limits.total;
                    return SessionEnd::Over(format!("the adapter's time of {total:?} is over (--time-limit)"));
                }
                Wakeup::Silence => {
                    return SessionEnd::Failed(format!("it said nothing for {:?} (--timeout)", self.limits.timeout));
                }
                Wakeup::Stopped => return SessionEnd::Over(stopped().reason),
            }
        }
    }

    /// Passes an answer on to its caller; an error says how the process failed.
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
    async fn greet(&mut self, process: &mut Process) -> Result<(), SessionEnd> {
        let arguments =
            HelloArguments { protocol: VERSION, harness: concat!("mixinspec ", env!("CARGO_PKG_VERSION")).into() };
        let id = self.write(process, &AdapterCall::Hello(arguments));
        let late = sleep_until((Instant::now() + self.limits.start).min(self.deadline));
        let said = tokio::select! {
            said = process.said() => said,
            () = late => return Err(SessionEnd::Failed(format!("it did not answer `hello` within {:?}", self.limits.start))),
            _ = self.stopped.wait_for(|stopped| *stopped) => return Err(SessionEnd::Over(stopped().reason)),
        };
        // Some languages begin what they write with a byte order mark.
        let said = match said {
            Said::Line(line) => Said::Line(without_bom(&line).to_vec()),
            other => other,
        };
        let answer = self.understood(process, said).await.map_err(SessionEnd::Failed)?;
        if answer.id != id {
            return Err(SessionEnd::Failed(format!("it answered request {} before `hello`, which is {id}", answer.id)));
        }
        let hello = match reply(answer).map_err(SessionEnd::Failed)? {
            Ok(result) => hello(result).map_err(SessionEnd::Failed)?,
            Err(error) => {
                return Err(SessionEnd::Failed(format!(
                    "it answered `hello` with an error of kind {}",
                    error.kind.name()
                )));
            }
        };
        let first = self.hello.borrow().is_none();
        if first {
            self.hello.send_replace(Some(Ok(hello)));
        } else if self.hello.borrow().as_ref() != Some(&Ok(hello)) {
            return Err(SessionEnd::Failed("it says something else in `hello` than the first time".into()));
        }
        Ok(())
    }

    /// Returns the job, unless its arguments are outside of the domain and the program has failed too often on such.
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

    fn write(&mut self, process: &Process, call: &AdapterCall) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        // Every call has a JSON form.
        process.send(serde_json::to_vec(&Request { id, call: call.clone() }).unwrap_or_default());
        id
    }

    fn ask(&mut self, process: &Process, job: Job, under_way: &mut BTreeMap<u64, Job>) {
        let id = self.write(process, &job.call);
        under_way.insert(id, job);
    }

    /// Parses the answer from a process's output; an error says how the process failed.
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

    /// Refuses all calls, waiting and future, for this reason.
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
    // The caller may be gone.
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
