//! Whether the server is there: before a run, while it goes on, and at its end.

use mixinspec_spec::model::Effect;

use super::{RunError, Runner};
use crate::exchange::{NoAnswer, Outcome, Received};
use crate::execute::Executor;
use crate::make::{Cast, Change, Family, MakeError};

/// How often the server is asked before the run is said to come to nothing.
pub(super) const KNOCKS: u32 = 2;

/// How many requests in a row must be without an answer, at the least, before the server may be given up.
const SILENT: usize = 4;

/// How many requests in all must be without an answer before the server is given up, if they are a quarter of all.
const UNANSWERED: usize = 40;

impl Runner {
    /// Sends a plain request, to find out whether the server is there and knows the caller. One that comes to nothing
    /// is tried again: a server that fails now and then is to be judged.
    pub(super) async fn knock(&self, executor: &Executor) -> Result<(), RunError> {
        let url = self.sender.url(&plain_family(executor).map_or_else(String::new, |family| family.operation.path("")));
        if let Some(patience) = self.options.wait
            && let Err(reason) = self.sender.wait_until_reachable(patience).await
            && !matches!(reason, NoAnswer::Stopped)
        {
            return Err(RunError::Unreachable { url, reason });
        }
        let mut attempt = 0;
        loop {
            let Some(answer) = self.plain(executor, attempt).await? else { return Ok(()) };
            attempt += 1;
            return match (Outcome::of(&answer), answer) {
                (Outcome::Unauthorized, _) => Err(RunError::Unauthorized { url }),
                (Outcome::Throttled, _) => Err(RunError::Throttled { url, patience: self.options.limits.patience }),
                // These come of the command, and show in the report.
                (_, Ok(_) | Err(NoAnswer::Budget(_) | NoAnswer::Unsendable(_) | NoAnswer::Stopped)) => Ok(()),
                (_, Err(reason @ NoAnswer::Connect(_))) => Err(RunError::Unreachable { url, reason }),
                (_, Err(_)) if attempt < KNOCKS => continue,
                (_, Err(reason)) => Err(RunError::Unanswered { url, reason }),
            };
        }
    }

    /// Sends one plain request; nothing where the server knows too few users for one.
    async fn plain(&self, executor: &Executor, attempt: u32) -> Result<Option<Result<Received, NoAnswer>>, RunError> {
        let Some(family) = plain_family(executor) else { return Ok(None) };
        let cast =
            Cast { caller: 0, caller_id: executor.callers.first().cloned().unwrap_or_default(), first_user: None };
        let ids = executor.ids.case("knock", attempt);
        match executor.maker.make(family, None, &Change::default(), &ids, &cast) {
            Ok(made) => Ok(Some(self.sender.send(&made.sent).await)),
            // Cases that need fewer users may still run.
            Err(MakeError::Users(_)) => Ok(None),
            Err(error) => Err(RunError::FirstRequest(error.to_string())),
        }
    }

    /// Gives the server up when a quarter of its answers does not come, or when it has been silent for so many requests in
    /// a row that it may answer nobody any more, and a plain request is not answered either: else the cases that are
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
        if let Some(answer) = self.plain(executor, attempt).await?
            && (matches!(answer, Err(NoAnswer::Timeout(_))) || Outcome::of(&answer) == Outcome::Throttled)
        {
            let what = match answer {
                Err(error) => error.to_string(),
                Ok(_) => format!("throttled (429) for {:?}", self.options.limits.patience),
            };
            self.sender.give_up(format!(
                "the run was cut short: the server answered none of {silent} requests in a row, nor a plain one after \
                 them ({what})"
            ));
        }
        Ok(())
    }

    /// Gives the server up when nothing came of the last request, nor comes of a plain one: what was asked last may have
    /// been for what decides no must, and a server that has gone is not green.
    pub(super) async fn give_up_if_gone(&self, executor: &Executor, attempt: u32) -> Result<(), RunError> {
        if self.sender.is_lost()
            && let Some(Err(error)) = self.plain(executor, attempt).await?
            && self.sender.is_lost()
        {
            self.sender.give_up(format!("at its end the server answered no more: {error}"));
        }
        Ok(())
    }
}

/// The family of the requests that find out whether the server is there: one that needs no user whom nobody has used.
fn plain_family(executor: &Executor) -> Option<&Family> {
    let creating = || executor.plan.families.values().filter(|family| family.operation.effect == Effect::Creates);
    creating().find(|family| !family.one_user).or_else(|| creating().next())
}
