//! One trial: starts the server with one fault in one edition, judges it, and compares the result with the fault's row.

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use mixinspec_engine::http::client::Sender;
use mixinspec_engine::{
    Caller, Credential, Event, Listener, Options, Patterns, Report, Route, RunError, Runner, Target, Users, Verdict,
};
use mixinspec_server::{Edition, Fault, Server};
use mixinspec_spec::Spec;
use mixinspec_spec::model::{Area, Level};
use mixinspec_token::{Algorithm, Keystore};

/// The callers; the first one's id is neither among the smallest nor among the largest, so that peers sort on both
/// sides of it.
const CALLERS: [&str; 2] = ["8dcf823d-9eb3-4da2-8734-f0aad50c0da6", "e8e5b807-fa8b-455a-8dfa-b189d28310ff"];

/// The callers' keystores, cached: generating keys takes longer than using them.
fn keystores(algorithm: Algorithm) -> &'static [Keystore] {
    static ED_DSA: OnceLock<Vec<Keystore>> = OnceLock::new();
    static RS512: OnceLock<Vec<Keystore>> = OnceLock::new();
    let all = match algorithm {
        Algorithm::EdDsa => &ED_DSA,
        Algorithm::Rs512 => &RS512,
    };
    all.get_or_init(|| {
        let made = CALLERS.map(|user| Keystore::generate(user.parse().expect("a UUID"), algorithm));
        made.map(|keystore| keystore.expect("randomness")).to_vec()
    })
}

/// The algorithm with which the callers sign: a fault of the authentication is tried with the algorithm of its edition.
/// All others use only EdDSA, which signs faster.
fn algorithm(spec: &Spec, fault: &Fault, edition: Edition) -> Algorithm {
    let is_about_tokens =
        spec.requirement(fault.breaks()).is_some_and(|requirement| requirement.area == Area::Authentication);
    if is_about_tokens && edition == Edition::E2018 { Algorithm::Rs512 } else { Algorithm::EdDsa }
}

/// The result of a run against one fault in one edition.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The fault.
    pub fault: &'static Fault,
    /// The edition.
    pub edition: Edition,
    /// What it broke, in the order of the spec: requirements, then readings.
    pub broken: Vec<Broken>,
    /// How many requests were sent in all.
    pub exchanges: u64,
    /// How long all of it took.
    pub time: Duration,
    /// When the first case that shows a violation was done, and how many requests had been sent by then.
    pub first: Option<(Duration, u64)>,
}

/// A requirement or a reading that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Its id.
    pub id: String,
    /// Fail, warn, or error.
    pub verdict: Verdict,
    /// The failing requirement that explains it, by `rests_on` of the spec.
    pub follows: Option<String>,
    /// The first failure in words, or the reason why there is none.
    pub detail: String,
}

impl Trial {
    /// Whether the run found the requirement broken that the fault breaks: it fails, or warns if it is a should. An
    /// error of the check itself does not count.
    #[must_use]
    pub fn is_killed(&self, spec: &Spec) -> bool {
        let requirement = spec.requirement(self.fault.breaks());
        let level = requirement.and_then(|requirement| spec.level(requirement, self.edition.as_str()));
        let wanted = match level {
            Some(Level::Must) => Verdict::Fail,
            Some(Level::Should) => Verdict::Warn,
            _ => return false,
        };
        self.broken.iter().any(|broken| broken.id == self.fault.breaks() && broken.verdict == wanted)
    }
}

/// A whole run with this seed, as any user would start it.
///
/// # Errors
/// When the run could not be done.
pub async fn whole(spec: &Arc<Spec>, fault: &'static Fault, edition: Edition, seed: u64) -> Result<Trial, RunError> {
    trial(spec, fault, edition, |options| Options { seed, ..options }).await
}

/// Judges only the requirement that a fault breaks, and stops at its first failure.
///
/// # Errors
/// When the run could not be done.
pub async fn quick(spec: &Arc<Spec>, fault: &'static Fault, edition: Edition) -> Result<Trial, RunError> {
    let only = Patterns::new(vec![fault.breaks().to_owned()]);
    // Fewer generated requests of each kind are enough, for the first failure ends it.
    trial(spec, fault, edition, |options| Options { only, fail_fast: true, cases: 32, ..options }).await
}

/// The problems of a whole run: what should have been broken and was not, and the reverse. Empty if there are none.
#[must_use]
pub fn problems(spec: &Spec, trial: &Trial) -> Vec<String> {
    let Trial { fault, edition, broken, .. } = trial;
    let mut problems = Vec::new();
    if !trial.is_killed(spec) {
        problems.push(format!("{} ({edition}) does not break {}", fault.name(), fault.breaks()));
    }
    let declared = |id: &str| id == fault.breaks() || fault.consequences().iter().any(|also| also.requirement == id);
    for Broken { id, verdict, follows, detail } in broken {
        let is_explained = declared(id) || follows.as_deref().is_some_and(declared);
        if *verdict == Verdict::Error || !is_explained {
            problems.push(format!("{} ({edition}) breaks {id}: {}: {detail}", fault.name(), verdict.word()));
        }
    }
    problems
}

async fn trial(
    spec: &Arc<Spec>,
    fault: &'static Fault,
    edition: Edition,
    change: impl FnOnce(Options) -> Options,
) -> Result<Trial, RunError> {
    let mut server = Server::builder().edition(edition).fault(fault);
    let mut callers = Vec::new();
    for keystore in keystores(algorithm(spec, fault, edition)) {
        server = server.session(keystore.session());
        callers.push(Caller {
            user_id: keystore.user_id().to_owned(),
            credential: Credential::keystore(keystore.clone()),
        });
    }
    let (address, running) = server.build().bind("127.0.0.1:0").await.expect("a free port");
    let target = Target {
        base: format!("http://{address}").parse().expect("a URL"),
        callers,
        users: Users::any_uuid(),
        route: Route::default(),
        secrets: Vec::new(),
    };
    let began = Instant::now();
    let watch = Arc::new(Watch::default());
    let runner = Runner::new(
        Arc::clone(spec),
        target,
        change(options(fault, edition)),
        Arc::clone(&watch) as Arc<dyn Listener>,
    )?;
    // Set once, before the run begins.
    let _set = watch.sender.set(runner.sender());
    let report = runner.run().await;
    let time = began.elapsed();
    running.stop().await;
    let report = report?;
    let first = watch.first.get().map(|(at, exchanges)| (at.duration_since(began), *exchanges));
    Ok(Trial { fault, edition, broken: broken(&report), exchanges: report.exchanges, time, first })
}

/// The default options, for this fault and edition.
fn options(fault: &Fault, edition: Edition) -> Options {
    // The same ids every time, so that a trial is reproducible.
    let run_id = format!("kill-matrix/{}", fault.name());
    Options { edition: Some(edition.to_string()), run_id, ..Options::default() }
}

fn broken(report: &Report) -> Vec<Broken> {
    let is_broken = |verdict: Verdict| matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Error);
    let told = report.items().filter(|item| is_broken(item.verdict)).map(|item| {
        let detail = match (item.reason, item.failures.first()) {
            (Some(reason), _) => reason.to_owned(),
            (None, Some(failure)) => {
                format!("{}: expected {}, found {}", failure.case, failure.expected, failure.actual)
            }
            (None, None) => String::new(),
        };
        Broken { id: item.id.to_owned(), verdict: item.verdict, follows: item.follows.map(str::to_owned), detail }
    });
    told.collect()
}

/// Records when a violation shows for the first time.
#[derive(Debug, Default)]
struct Watch {
    sender: OnceLock<Arc<Sender>>,
    first: OnceLock<(Instant, u64)>,
}

impl Listener for Watch {
    fn event(&self, event: &Event<'_>) {
        if let (Event::CaseDone { broken: true, .. }, Some(sender)) = (event, self.sender.get()) {
            self.first.get_or_init(|| (Instant::now(), sender.sent()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(id: &str, verdict: Verdict, follows: Option<&str>) -> Broken {
        Broken { id: id.to_owned(), verdict, follows: follows.map(str::to_owned), detail: String::new() }
    }

    fn with(fault: &'static Fault, broken: Vec<Broken>) -> Trial {
        Trial { fault, edition: Edition::E2026, broken, exchanges: 1, time: Duration::ZERO, first: None }
    }

    #[test]
    fn what_neither_the_table_nor_the_spec_explains_is_a_problem() {
        let spec = Spec::embedded().expect("the spec");
        let fault = Fault::named("read-by-anybody").expect("a fault");
        let of = |id, verdict, follows| {
            let own = broken(fault.breaks(), Verdict::Fail, None);
            problems(&spec, &with(fault, vec![own, broken(id, verdict, follows)])).len()
        };
        assert_eq!(of("outsider-of-large-group", Verdict::Fail, Some("read-by-outsider")), 0);
        assert_eq!(of("outsider-of-large-group", Verdict::Error, Some("read-by-outsider")), 1);
        assert_eq!(of("outsider-of-large-group", Verdict::Fail, Some("read-by-member")), 1);
        assert_eq!(of("outsider-of-large-group", Verdict::Fail, None), 1);
        assert_eq!(problems(&spec, &with(fault, Vec::new())).len(), 1);
    }

    #[test]
    fn a_check_that_went_wrong_kills_nothing() {
        let spec = Spec::embedded().expect("the spec");
        let of = |name: &str, verdict| {
            let fault = Fault::named(name).expect("a fault");
            with(fault, vec![broken(fault.breaks(), verdict, None)]).is_killed(&spec)
        };
        for (name, level) in [("signature-unchecked", Level::Must), ("code-url-without-scheme", Level::Should)] {
            let requirement = spec.requirement(Fault::named(name).expect("a fault").breaks()).expect("a requirement");
            assert_eq!(spec.level(requirement, "2026"), Some(level), "{name}");
            for verdict in [Verdict::Fail, Verdict::Warn, Verdict::Error] {
                let kills = verdict == if level == Level::Must { Verdict::Fail } else { Verdict::Warn };
                assert_eq!(of(name, verdict), kills, "{name}: {}", verdict.word());
            }
        }
    }
}
