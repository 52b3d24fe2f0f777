//! Whether the server is there: before a run, while it goes on, and at its end.

use mixinspec_spec::model::Effect;

use super::Runner;
use crate::edition::error::RunError;
use crate::edition::exchange::Exchange;
use crate::findings::verdict::Finding;
use crate::http::clock;
use crate::http::envelope::Envelope;
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;
use crate::judge::check::Judged;
use crate::plan::{AcceptCase, CaseKind};
use crate::request::make::{Cast, Change, Family, Made, MakeError};
use crate::run::execute::Executor;

/// How often the server is asked before the run is said to come to nothing.
pub(super) const KNOCKS: u32 = 2;

/// How many requests in a row must be without an answer, at the least, before the server may be given up.
const SILENT: usize = 4;

/// How many seconds the server's clock must differ for the report to say so.
const WORTH_TELLING: i64 = 300;

/// How many requests in all must be without an answer before the server is given up, if they are a quarter of all.
const UNANSWERED: usize = 40;

impl Runner {
    /// Sends a plain request, to find out whether the server is there, what time it has, and whether it knows the
    /// caller. One that comes to nothing is tried again: a server that fails now and then is to be judged. Of a server
    /// that fails each time nothing else can be found out: its failures are given back.
    pub(super) async fn knock(&self, executor: &Executor) -> Result<Vec<Judged>, RunError> {
        let url = self.sender.url(&plain_family(executor).map_or_else(String::new, |family| family.operation.path("")));
        if let Some(patience) = self.options.wait
            && let Err(reason) = self.sender.wait_until_reachable(patience).await
            && !matches!(reason, NoAnswer::Stopped)
        {
            return Err(RunError::Unreachable { url, reason });
        }
        let mut attempt = 0;
        loop {
            let Some((made, answer)) = self.plain_by_its_clock(executor, attempt).await? else { return Ok(Vec::new()) };
            attempt += 1;
            return match (self.sender.outcome(&answer), answer) {
                (Outcome::Unauthorized, _) => Err(self.unauthorized(executor, url)),
                (Outcome::Throttled, _) => Err(RunError::Throttled { url, patience: self.options.limits.patience }),
                (Outcome::ServerError, Ok(_)) if attempt < KNOCKS => continue,
                // Who asks for a part alone is told of that part.
                (Outcome::ServerError, Ok(_)) if !self.is_of_everything() => Ok(Vec::new()),
                (Outcome::ServerError, Ok(received)) => {
                    let hint = executor.maker.hint_of_users();
                    let status = received.status;
                    let failures = failures(executor, made, received);
                    executor.survey().await;
                    self.sender
                        .give_up(format!("a plain request to {url} ends in a server error (HTTP {status}){hint}"));
                    Ok(failures)
                }
                (_, Ok(received)) => {
                    let envelope = &executor.judge.edition.envelope;
                    elsewhere(envelope, url, made, &received).map_or_else(|| Ok(Vec::new()), Err)
                }
                // These come of the command, and show in the report.
                (_, Err(NoAnswer::Budget(_) | NoAnswer::Unsendable(_) | NoAnswer::Stopped)) => Ok(Vec::new()),
                (_, Err(reason @ NoAnswer::Connect(_))) => Err(RunError::Unreachable { url, reason }),
                (_, Err(_)) if attempt < KNOCKS => continue,
                (_, Err(reason)) => Err(RunError::Unanswered { url, reason }),
            };
        }
    }

    /// Sends a plain request, and once more where the first answer tells that the server's clock differs from ours: the
    /// token is signed by the server's clock then. A Date by which the token is refused, and by our clock it was not,
    /// is not the time that the server has.
    async fn plain_by_its_clock(&self, executor: &Executor, attempt: u32) -> Result<Option<PlainExchange>, RunError> {
        let first = self.plain(executor, attempt).await?;
        let Some((_, Ok(received))) = &first else { return Ok(first) };
        let ahead = clock::ahead(received);
        if ahead == self.sender.clock().ahead() {
            return Ok(first);
        }
        self.sender.clock().set(ahead);
        let second = self.plain(executor, KNOCKS + attempt).await?;
        let is_refused = |plain: &Option<PlainExchange>| {
            plain.as_ref().is_some_and(|(_, answer)| self.sender.outcome(answer) == Outcome::Unauthorized)
        };
        if is_refused(&second) && !is_refused(&first) {
            self.sender.clock().set(0);
            return Ok(first);
        }
        Ok(second)
    }

    /// Whether every requirement is asked for.
    fn is_of_everything(&self) -> bool {
        self.options.replay.is_none() && self.options.only.is_empty() && self.options.skip.is_empty()
    }

    fn unauthorized(&self, executor: &Executor, url: String) -> RunError {
        let told = executor.judge.edition.envelope.unauthorized();
        RunError::Unauthorized { url, told, clock: self.difference() }
    }

    /// How the server's clock differs from ours, if it does.
    pub(super) fn difference(&self) -> Option<String> {
        Some(self.sender.clock().ahead()).filter(|ahead| *ahead != 0).map(clock::describe)
    }

    /// What a report says of the server's clock: a small difference is usual.
    pub(super) fn note_of_clock(&self) -> Option<String> {
        let difference = self.difference().filter(|_| self.sender.clock().ahead().abs() >= WORTH_TELLING)?;
        Some(format!("The server's clock (Date) is {difference} this machine's; tokens were signed by the server's."))
    }

    /// What a report says of a server that may take fewer connections at once than were opened.
    pub(super) fn note_of_crowd(&self) -> Option<String> {
        let (failed, jobs) = (self.sender.failed_among_others(), self.options.jobs);
        let connections = if failed == 1 { "1 connection".to_owned() } else { format!("{failed} connections") };
        (failed > 0 && jobs > 1).then(|| {
            format!(
                "{connections} failed, each while others were open. Unless a failure tells why, the server may take fewer at \
                 once than {jobs}: try -j {}",
                jobs / 2
            )
        })
    }

    /// Sends one plain request; nothing where the server knows too few users for one.
    async fn plain(&self, executor: &Executor, attempt: u32) -> Result<Option<PlainExchange>, RunError> {
        let Some(family) = plain_family(executor) else { return Ok(None) };
        let cast =
            Cast { caller: 0, caller_id: executor.callers.first().cloned().unwrap_or_default(), first_user: None };
        let ids = executor.ids.case("knock", attempt);
        match executor.maker.make(family, None, &Change::default(), &ids, &cast) {
            Ok(made) => {
                let answer = self.sender.send(&made.sent).await;
                Ok(Some((made, answer)))
            }
            // Cases that need fewer users may still run.
            Err(MakeError::Users(_)) => Ok(None),
            Err(error) => Err(RunError::FirstRequest(error.to_string())),
        }
    }

    /// Gives the server up when a quarter of its answers does not come, or when it has been silent for so many requests
    /// in a row that it may answer nobody any more, and a plain request is not answered either: else the cases that are
    /// left would wait for their time to be over.
    pub(super) async fn give_up_if_silent(&self, executor: &Executor, attempt: u32) -> Result<(), RunError> {
        let (unanswered, sent) = (self.sender.unanswered(), self.sender.sent());
        if unanswered >= UNANSWERED && unanswered as u64 * 4 >= sent {
            self.sender
                .give_up(format!("the run was cut short: {unanswered} of {sent} requests were not answered in time"));
            return Ok(());
        }
        let silent = self.sender.silent();
        if silent < self.options.jobs.max(SILENT) {
            return Ok(());
        }
        // A server that answers on a new connection is there.
        self.sender.renew_connections();
        if let Some((_, answer)) = self.plain(executor, attempt).await?
            && (matches!(answer, Err(NoAnswer::Timeout(_))) || self.sender.outcome(&answer) == Outcome::Throttled)
        {
            let what = match answer {
                Err(error) => error.to_string(),
                Ok(_) => {
                    format!("throttled (429) for longer than the {:?} that are waited", self.options.limits.patience)
                }
            };
            self.sender.give_up(format!(
                "the run was cut short: the server answered none of {silent} requests in a row, nor a plain one after \
                 them ({what})"
            ));
        }
        Ok(())
    }

    /// Gives the server up when nothing came of the last request, nor comes of a plain one: what was asked last may
    /// have been for what decides no must, and a server that has gone is not green.
    pub(super) async fn give_up_if_gone(&self, executor: &Executor, attempt: u32) -> Result<(), RunError> {
        if self.sender.is_lost()
            && let Some((_, Err(error))) = self.plain(executor, attempt).await?
            && self.sender.is_lost()
        {
            self.sender.give_up(format!("at its end the server answered no more: {error}"));
        }
        Ok(())
    }
}

/// A plain request, and what came of it.
type PlainExchange = (Made, Result<Received, NoAnswer>);

/// Why an answer says that the API is not at this URL: it redirects to https, or the operation is not there.
fn elsewhere(envelope: &Envelope, url: String, made: Made, received: &Received) -> Option<RunError> {
    let Sent { method, path, .. } = made.sent;
    if let Some(to) = https_redirect(&url, received) {
        return Some(RunError::Redirected { to: to.to_owned(), status: received.status, url, path });
    }
    of_another_api(envelope, received).map(|answer| RunError::NotHere { url, method, path, answer })
}

/// The https URL that an http one redirects to. Any other redirect is judged as an answer.
fn https_redirect<'a>(url: &str, received: &'a Received) -> Option<&'a str> {
    let redirects = matches!(received.status, 301 | 302 | 303 | 307 | 308) && url.starts_with("http://");
    received.header("location").filter(|to| redirects && to.starts_with("https://"))
}

/// What a server that has no such operation has answered: by its error, or where it has none, by its status.
fn of_another_api(envelope: &Envelope, received: &Received) -> Option<String> {
    let Received { status, json, .. } = received;
    let body = json.as_ref().filter(|body| envelope.error(body).is_some());
    let (said, answer) = match body.map(|body| envelope.code(body)) {
        Some(code) => (code?, format!("HTTP {status}, code {}", code?)),
        None => (i64::from(*status), format!("HTTP {status}")),
    };
    match said {
        404 => Some(format!("nothing is there ({answer})")),
        405 => Some(format!("the method is not allowed ({answer})")),
        _ => None,
    }
}

/// The failures of one plain request, as those of the case that would send the same.
fn failures(executor: &Executor, made: Made, received: Received) -> Vec<Judged> {
    let plain = plain_family(executor).map(|family| family.name.as_str());
    let is_plain = |kind: &CaseKind| match kind {
        CaseKind::Accept(case) => {
            let AcceptCase { family, change, changed, generated, vector, .. } = case;
            let is_as_it_is = !changed && generated.is_none() && vector.is_none() && change.user_count.is_none();
            Some(family.as_str()) == plain && is_as_it_is
        }
        _ => false,
    };
    let case = executor.plan.cases.iter().find(|case| is_plain(&case.kind));
    let exchange: Exchange = executor.judge.exchange(made.sent, Ok(received), made.about);
    let judged = executor.judge_answer(&exchange, &case.map(|case| case.id.clone()).unwrap_or_default());
    judged.into_iter().filter(|(_, finding)| matches!(finding, Finding::Fail(_))).collect()
}

/// The family of the requests that find out whether the server is there: one that uses up no user.
fn plain_family(executor: &Executor) -> Option<&Family> {
    let creating = || executor.plan.families.values().filter(|family| family.operation.effect == Effect::Creates);
    creating().find(|family| !family.one_user).or_else(|| creating().next())
}
