//! Publishes vectors of `POST /conversations`: each fixed case of the plan that is a single request, as the caller of
//! the documentation's example sends it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use base64::Engine as _;
use mixinspec_spec::Spec;
use mixinspec_spec::model::{BodyEncoding, Expect, Party, PatchOpKind, PeerOrder};
use serde_json::Value;

use super::error::VectorError;
use crate::edition::CompiledEdition;
use crate::findings::record::Recorder;
use crate::http::framing::Framing;
use crate::identity::derivation::Derivations;
use crate::identity::ids::IdSpace;
use crate::judge::Judge;
use crate::plan::{AcceptCase, Case, CaseKind, CompiledStep, Plan, Question, Send, StepsCase};
use crate::request::make::{Cast, Change, Made, Maker};
use crate::vectors::document::{
    Alteration, DerivedId, ExpectedOutcome, HttpVector, Omitted, RequestExpectation, RequestVector, User, VectorResult,
};
use crate::vectors::inputs::SEED_USERS;
use crate::vectors::subject::{conversation_id, derived_id};
use crate::vectors::{GROUP, UNIQUE};

/// The longest body of a vector, in bytes: longer ones would outweigh all other vectors together.
const LONGEST_BODY: usize = 64 * 1024;

/// Whether a size is not next to a power of two: mistakes with sizes show next to powers of two.
fn is_between(size: usize) -> bool {
    ![size.saturating_sub(1), size, size + 1].into_iter().any(usize::is_power_of_two)
}

/// How much of a value a comment shows, in characters.
const SHOWN: usize = 40;
/// Values up to this length are shown whole.
const WHOLE: usize = 120;

/// The vectors of one edition, and its omitted cases.
#[derive(Default)]
pub(crate) struct Planned {
    pub(crate) vectors: Vec<HttpVector>,
    pub(crate) omitted: Vec<Omitted>,
}

/// The vectors of one edition's plan.
pub(crate) fn planned(
    spec: &Spec,
    derivations: &Arc<Derivations>,
    edition: &str,
    seed: u64,
) -> Result<Planned, VectorError> {
    let failed = |what: &str, error: &dyn std::fmt::Display| VectorError::Plan {
        edition: edition.to_owned(),
        reason: format!("{what}: {error}"),
    };
    let compiled = CompiledEdition::of(spec, edition).map_err(|error| failed("the edition", &error))?;
    let maker = Maker { vocabulary: Arc::clone(&compiled.vocabulary), users: Arc::clone(&compiled.users) };
    let judge = Judge::compile(spec, compiled, &BTreeMap::new(), Recorder::default())
        .map_err(|error| failed("its rules", &error))?;
    let plan = Plan::compile(spec, &judge).map_err(|error| failed("its cases", &error))?;
    let ids = IdSpace { seed, run_id: format!("vectors/{edition}") };
    let mut builder =
        RequestPublisher { derivations, edition, judge: &judge, plan: &plan, maker, ids, out: Planned::default() };
    for case in &plan.cases {
        builder.case(case).map_err(|error| failed(case.id.as_str(), &error))?;
    }
    Ok(builder.out)
}

struct RequestPublisher<'a> {
    derivations: &'a Derivations,
    edition: &'a str,
    judge: &'a Judge,
    plan: &'a Plan,
    maker: Maker,
    ids: IdSpace,
    out: Planned,
}

/// One request of a case, and its expected result.
struct CaseRequest<'a> {
    id: String,
    family: &'a str,
    change: &'a Change,
    result: VectorResult,
    expected: RequestExpectation,
    flag: Option<&'static str>,
}

fn expected(outcome: ExpectedOutcome) -> RequestExpectation {
    RequestExpectation { outcome, codes: Vec::new(), readings: Vec::new() }
}

impl RequestPublisher<'_> {
    fn case(&mut self, case: &Case) -> Result<(), String> {
        let id = case.id.to_string();
        match &case.kind {
            // Published already: the case itself comes from a vector.
            CaseKind::Accept(accept) if accept.vector.is_some() => Ok(()),
            CaseKind::Accept(AcceptCase { change, .. }) if change.user_count.is_some_and(is_between) => {
                let reason = "sizes of a GROUP beside a power of two are vectors, and those between are not".to_owned();
                self.out.omitted.push(Omitted { edition: self.edition.into(), case: id, reason });
                Ok(())
            }
            CaseKind::Accept(AcceptCase { change, .. }) if change.encoding == Some(BodyEncoding::InParts) => {
                let reason = "when the parts of a body are sent, a vector does not say".to_owned();
                self.out.omitted.push(Omitted { edition: self.edition.into(), case: id, reason });
                Ok(())
            }
            CaseKind::Accept(accept) => self.form(
                case,
                CaseRequest {
                    id,
                    family: &accept.family,
                    change: &accept.change,
                    result: if accept.may_be_refused { VectorResult::Acceptable } else { VectorResult::Valid },
                    expected: expected(if accept.may_be_refused {
                        ExpectedOutcome::Either
                    } else {
                        ExpectedOutcome::Accepted
                    }),
                    flag: accept.may_be_refused.then_some("EitherWay"),
                },
            ),
            CaseKind::Refuse(refuse) => self.form(
                case,
                CaseRequest {
                    id,
                    family: &refuse.family,
                    change: &refuse.change,
                    result: VectorResult::Invalid,
                    expected: RequestExpectation { codes: refuse.codes.clone(), ..expected(ExpectedOutcome::Refused) },
                    flag: None,
                },
            ),
            // A token is for one server at one time, and a walk is many requests.
            CaseKind::Authenticate(_) | CaseKind::Walk(_) => Ok(()),
            CaseKind::Steps(steps) => self.steps(case, steps),
        }
    }

    /// Publishes the judged steps that a vector can express: a single request of the caller that depends on no other
    /// step.
    fn steps(&mut self, case: &Case, steps: &StepsCase) -> Result<(), String> {
        let (readings, flag) = match steps.asked.first().map(|asked| &asked.question) {
            Some(Question::Reading(observe)) => (observe.iter().map(|(name, _)| name.clone()).collect(), "Reading"),
            Some(Question::Rule { .. }) | None => (Vec::new(), "EitherWay"),
        };
        for step in steps.steps.iter().filter(|step| stands_alone(step)) {
            let is_plain = flags_of(&step.change, VectorResult::Valid, false) == ["PlainRequest"];
            let (Send::Family(family), false) = (&step.send, is_plain) else { continue };
            let expected = RequestExpectation { readings: readings.clone(), ..expected(ExpectedOutcome::Either) };
            let form = CaseRequest {
                id: format!("{}-{}", case.id, step.name),
                family,
                change: &step.change,
                result: VectorResult::Acceptable,
                expected,
                flag: Some(flag),
            };
            self.form(case, form)?;
        }
        Ok(())
    }

    fn form(&mut self, case: &Case, form: CaseRequest<'_>) -> Result<(), String> {
        let family = self.plan.families.get(form.family).ok_or_else(|| format!("no family `{}`", form.family))?;
        let caller = SEED_USERS[0];
        let cast = Cast { caller: 0, caller_id: caller.to_owned(), first_user: None };
        let ids = self.ids.case(&form.id, 0);
        let made = self.maker.make(family, None, form.change, &ids, &cast).map_err(|error| error.to_string())?;
        if made.sent.body.len() > LONGEST_BODY {
            let reason = format!("its body has {} bytes; vectors have at most {LONGEST_BODY}", made.sent.body.len());
            self.out.omitted.push(Omitted { edition: self.edition.into(), case: form.id, reason });
            return Ok(());
        }
        let (check, statement) =
            (self.judge.checks.get(case.check).ok_or("it has no check")?, self.judge.statement(case.check));
        let what = described(form.change);
        let comment = if what.is_empty() { statement.to_owned() } else { format!("{what}. {statement}") };
        let (derived, altered) = recognized(self.derivations, caller, &made, form.change.item.as_ref());
        let mut flags = flags_of(form.change, form.result, altered.is_some());
        flags.extend(form.flag.map(str::to_owned));
        self.out.vectors.push(HttpVector {
            id: format!("{}/{}", self.edition, form.id),
            edition: self.edition.to_owned(),
            comment,
            flags,
            result: form.result,
            level: check.level,
            requirements: vec![check.id.clone()],
            caller: User { user_id: caller.to_owned() },
            users: users_in(&made, caller),
            derived,
            altered,
            request: request_of(&made),
            expected: form.expected,
        });
        Ok(())
    }
}

fn stands_alone(step: &CompiledStep) -> bool {
    let by_itself = step.by == Party::Caller && step.with.is_none() && step.at_once.is_none();
    let follows = step.change.set.iter().any(|(_, value)| value.names("steps"));
    by_itself && !follows && step.expect == Expect::Judged
}

fn request_of(made: &Made) -> RequestVector {
    let mut headers: BTreeMap<String, String> = made.sent.headers.iter().cloned().collect();
    if made.sent.framing == Framing::Chunked {
        headers.insert("transfer-encoding".into(), "chunked".into());
    }
    let (body, body_base64) = match std::str::from_utf8(&made.sent.body) {
        Ok(text) => (Some(text.to_owned()), None),
        Err(_) => (None, Some(base64::engine::general_purpose::STANDARD.encode(&made.sent.body))),
    };
    RequestVector { method: made.sent.method.clone(), path: made.sent.path.clone(), headers, body, body_base64 }
}

/// The users that a request names, without its caller, in order of appearance.
///
/// They come from the JSON that was sent and from the document before encoding, because a body that is cut off, or is
/// not an object, may name users too.
fn users_in(made: &Made, caller: &str) -> Vec<String> {
    fn walk(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match member.as_str().map(uuid::Uuid::try_parse) {
                        Some(Ok(uuid)) if matches!(name.as_str(), "user_id" | "creator_id") => {
                            found.push(uuid.hyphenated().to_string());
                        }
                        _ => walk(member, found),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut users = Vec::new();
    walk(made.sent.json.as_ref().unwrap_or(&Value::Null), &mut users);
    let body = String::from_utf8_lossy(&made.sent.body).to_ascii_lowercase();
    let mut written = Vec::new();
    walk(&made.document, &mut written);
    users.extend(written.into_iter().filter(|user| body.contains(user)));
    let mut seen = BTreeSet::from([caller.to_owned()]);
    users.retain(|user| seen.insert(user.clone()));
    users
}

/// How a request's conversation_id derives from the rest of the request. Several near misses may give the same id; the
/// one in the case's `item` is tried first.
fn recognized(
    derivations: &Derivations,
    caller: &str,
    made: &Made,
    item: Option<&Value>,
) -> (DerivedId, Option<Alteration>) {
    let document = made.sent.json.as_ref();
    let Some(id) = conversation_id(&made.sent.body, document) else { return (DerivedId::AsIs, None) };
    let Some(document) = document else { return (DerivedId::Any, None) };
    let gives = |derived: DerivedId, altered: Option<&Alteration>| {
        derived_id(derivations, derived, altered, caller, document).as_deref() == Some(id.as_str())
    };
    let functions = [(DerivedId::Unique, UNIQUE), (DerivedId::Group, GROUP)];
    if let Some((derived, _)) = functions.into_iter().find(|(derived, _)| gives(*derived, None)) {
        return (derived, None);
    }
    for (derived, function) in functions {
        // A spec without this derivation has no near misses of it either.
        let mut near_misses = derivations.near_misses(function).unwrap_or_default();
        near_misses.sort_by_key(|name| item.and_then(Value::as_str) != Some(name.as_str()));
        let near_misses = near_misses.into_iter().map(Alteration::NearMiss);
        let version = Alteration::Version(id[14..15].to_owned());
        let variant = Alteration::Variant(id[19..20].to_owned());
        if let Some(altered) = [version, variant].into_iter().chain(near_misses).find(|a| gives(derived, Some(a))) {
            return (derived, Some(altered));
        }
    }
    (DerivedId::Any, None)
}

fn flags_of(change: &Change, result: VectorResult, altered: bool) -> Vec<String> {
    let removes = change.patch.iter().any(|operation| operation.op == PatchOpKind::Remove)
        || matches!(&change.replace, Some((_, None)));
    let replaces = change.patch.iter().any(|operation| operation.op != PatchOpKind::Remove)
        || matches!(&change.replace, Some((_, Some(_))))
        || !change.set.is_empty();
    let is_long = |value: &Value| value.as_str().is_some_and(|text| text.len() > 255);
    let long = change.user_count.is_some()
        || change.patch.iter().any(|operation| is_long(&operation.value))
        || change.replace.as_ref().is_some_and(|(_, value)| value.as_ref().is_some_and(is_long));
    let wrong_id =
        result == VectorResult::Invalid && (altered || change.set.iter().any(|(at, _)| at == "/conversation_id"));
    let candidates = [
        ("MissingMember", removes),
        ("OtherValue", replaces && !long && !wrong_id),
        ("Length", long),
        ("WrongId", wrong_id),
        ("PeerOrder", change.peer.is_some()),
        ("RawBody", change.body.is_some()),
        ("OtherWriting", change.encoding.is_some()),
        ("Header", !change.headers.is_empty()),
        ("OtherEndpoint", change.method.is_some() || change.path.is_some()),
    ];
    let mut flags: Vec<String> =
        candidates.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name.to_owned()).collect();
    if flags.is_empty() {
        flags.push("PlainRequest".into());
    }
    flags
}

/// Describes a change in words.
fn described(change: &Change) -> String {
    let mut parts = Vec::new();
    match &change.replace {
        Some((at, None)) => parts.push(format!("{at} is left out")),
        Some((at, Some(value))) => {
            let at = if at.is_empty() { "The body" } else { at };
            parts.push(format!("{at} is {}", shown(value)));
        }
        None => {}
    }
    for operation in &change.patch {
        let path = operation.path.as_str();
        parts.push(match operation.op {
            PatchOpKind::Remove => format!("{path} is left out"),
            PatchOpKind::Add | PatchOpKind::Replace => format!("{path} is {}", shown(&operation.value)),
            PatchOpKind::Copy | PatchOpKind::Move => {
                format!("{path} is what {} was", operation.from.as_ref().map_or("", |from| from.as_str()))
            }
        });
    }
    let item = change.item.as_ref().map(|item| format!(", for {}", shown(item))).unwrap_or_default();
    for (at, expression) in &change.set {
        parts.push(format!("{at} is {}{item}", cut(expression.source())));
    }
    parts.extend(change.user_count.map(|count| format!("{count} participant{}", if count == 1 { "" } else { "s" })));
    parts.extend(change.peer.map(|order| match order {
        PeerOrder::BeforeCaller => "The peer's id sorts before the caller's".to_owned(),
        PeerOrder::AfterCaller => "The peer's id sorts after the caller's".to_owned(),
    }));
    parts.extend(change.encoding.map(|encoding| {
        let name = serde_json::to_value(encoding).unwrap_or(Value::Null);
        format!("The body is {}", name.as_str().unwrap_or_default())
    }));
    parts.extend(change.body.as_ref().map(|body| format!("The body is {}", cut(body.source()))));
    parts.extend(change.headers.iter().map(|(name, value)| format!("{name} is {}", cut(value))));
    parts.extend(change.method.as_ref().map(|method| format!("The method is {method}")));
    parts.extend(change.path.as_ref().map(|path| format!("The path is {}", cut(path.source()))));
    parts.join("; ")
}

fn shown(value: &Value) -> String {
    cut(&value.to_string())
}

fn cut(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= WHOLE {
        return text;
    }
    format!("{}…", text.chars().take(SHOWN).collect::<String>())
}
