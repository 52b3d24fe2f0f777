//! Checks whether the server answers: before, during and at the end of a run.

use mixinspec_spec::model::Effect;

use super::Runner;
use crate::edition::error::RunError;
use crate::edition::exchange::Exchange;
use crate::findings::verdict::Finding;
use crate::http::clock;
use crate::http::connections::on_fresh_connections;
use crate::http::envelope::Envelope;
use crate::http::message::{NoAnswer, Received, Sent};
use crate::http::outcome::Outcome;
use crate::judge::check::Judged;
use crate::plan::{AcceptCase, CaseKind};
use crate::request::make::{Cast, Change, Family, Made, MakeError};
use crate::run::execute::Executor;

/// How often the first request is tried before the run is abandoned.
pub(super) const FIRST_TRIES: u32 = 2;

/// The least number of unanswered requests in a row after which the server may be given up.
const SILENT: usize = 4;

/// How many seconds the server's clock must differ for the report to say so.
const WORTH_TELLING: i64 = 300;

/// The number of unanswered requests at which the server is given up, if they are a quarter of all requests.
const UNANSWERED: usize = 40;

impl Runner {
    /// Sends a plain request to find out whether the server answers, what time its clock has, and whether it knows the
    /// caller. A failed request is tried again: a server that fails now and then is still to be judged. If the server
    /// fails each time, nothing else can be found out, and the request's failures are returned.
    pub(super) async fn check_first_answer(&self, executor: &Executor) -> Result<Vec<Judged>, RunError> {
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
                (Outcome::ServerError, Ok(_)) if attempt < FIRST_TRIES => continue,
                // A run of selected checks goes on, to report on these.
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
                // The options or the user caused these, and the report says so.
                (_, Err(NoAnswer::Budget(_) | NoAnswer::Unsendable(_) | NoAnswer::Stopped)) => Ok(Vec::new()),
                (_, Err(reason @ NoAnswer::Connect(_))) => Err(RunError::Unreachable { url, reason }),
                (_, Err(_)) if attempt < FIRST_TRIES => continue,
                (_, Err(reason)) => Err(RunError::Unanswered { url, reason }),
            };
        }
    }

    /// Sends a plain request, and a second one if the first answer's Date shows that the server's clock differs from
    /// ours; its token is signed by the server's clock. If that token is refused and the first was not, the Date is not
    /// the server's time, and our clock is used.
    async fn plain_by_its_clock(&self, executor: &Executor, attempt: u32) -> Result<Option<PlainExchange>, RunError> {
        let first = self.plain(executor, attempt).await?;
        let Some((_, Ok(received))) = &first else { return Ok(first) };
        let ahead = clock::ahead(received);
        if ahead == self.sender.clock().ahead() {
            return Ok(first);
        }
        self.sender.clock().set(ahead);
        let second = self.plain(executor, FIRST_TRIES + attempt).await?;
        let is_refused = |plain: &Option<PlainExchange>| {
            plain.as_ref().is_some_and(|(_, answer)| self.sender.outcome(answer) == Outcome::Unauthorized)
        };
        if is_refused(&second) && !is_refused(&first) {
            self.sender.clock().set(0);
            return Ok(first);
        }
        Ok(second)
    }

    /// Whether every requirement is selected.
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

    /// The report's note on the server's clock; a small difference is usual and not worth one.
    pub(super) fn note_of_clock(&self) -> Option<String> {
        let difference = self.difference().filter(|_| self.sender.clock().ahead().abs() >= WORTH_TELLING)?;
        Some(format!("The server's clock (Date) is {difference} this machine's; tokens were signed by the server's."))
    }

    /// The report's note if the server may take fewer connections at once than were opened.
    pub(super) fn note_of_concurrency(&self) -> Option<String> {
        let (failed, jobs) = (self.sender.failed_among_others(), self.options.jobs);
        let (requests, each) = if failed == 1 { ("request was", "") } else { ("requests were", ", each") };
        let fewer = if jobs > 3 { format!("-j {}, or -j 1", jobs / 2) } else { "-j 1".to_owned() };
        (failed > 0 && jobs > 1).then(|| {
            format!(
                "{failed} {requests} not answered{each} while others were open. Unless a failure tells why, the server may \
                 take fewer connections at once than {jobs}: try {fewer}"
            )
        })
    }

    /// Sends one plain request; `None` if there is none to send, or the server knows too few users for it.
    async fn plain(&self, executor: &Executor, attempt: u32) -> Result<Option<PlainExchange>, RunError> {
        let Some(family) = plain_family(executor) else { return Ok(None) };
        let cast =
            Cast { caller: 0, caller_id: executor.callers.first().cloned().unwrap_or_default(), first_user: None };
        let ids = executor.ids.case("plain", attempt);
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

    /// Gives the server up if a quarter of its answers are missing, or if it has left so many requests in a row
    /// unanswered that it may be gone, and does not answer a plain request either. Otherwise each remaining case would
    /// wait for its timeout.
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
        // A server that answers on a new connection is not gone.
        self.sender.renew_connections();
        if let Some((_, answer)) = on_fresh_connections(self.plain(executor, attempt)).await?
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

    /// Gives the server up if it answered neither the last request nor a plain one now. The last requests may decide no
    /// must; without this check, a run against a server that died could still pass.
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

/// A plain request, with its answer or why there is none.
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

/// The answer, in words, of a server that has no such operation: by its error's code, or without an error, by its
/// status.
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

/// The failures that one plain request shows, reported under the case that would send the same request.
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

/// The family of the plain request: if possible one that uses up no user.
fn plain_family(executor: &Executor) -> Option<&Family> {
    let creating = || executor.plan.families.values().filter(|family| family.operation.effect == Effect::Creates);
    creating().find(|family| !family.one_user).or_else(|| creating().next())
}
