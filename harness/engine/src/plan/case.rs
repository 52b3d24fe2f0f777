//! The cases of a plan: one request or several, and what is asked of them.

use std::sync::Arc;

use mixinspec_spec::Read;
use mixinspec_spec::model::{Expect, ExpectCredential, Party};

use super::{Plan, walk_case};
use crate::cel::Expression;
use crate::edition::operation::CompiledOperation;
use crate::identity::case_id::CaseId;
use crate::request::make::Change;
use crate::request::walk::CompiledWalk;
use crate::vectors::VectorRequest;

/// A case.
#[derive(Debug)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The index of its check.
    pub check: usize,
    /// Its place in the order of the plan.
    pub order: usize,
    /// What it does.
    pub kind: CaseKind,
}

/// What a case does.
#[derive(Debug)]
pub enum CaseKind {
    /// A request that is accepted.
    Accept(AcceptCase),
    /// A request that is refused, beside a twin that is accepted.
    Refuse(RefuseCase),
    /// A request with a credential of its own, beside a twin with the caller's.
    Authenticate(Box<AuthenticateCase>),
    /// Several requests and a rule over them.
    Steps(Arc<StepsCase>),
    /// A generated sequence of requests about one thing.
    Walk(WalkCase),
}

/// A generated sequence of requests about one thing.
#[derive(Debug, Clone)]
pub struct WalkCase {
    /// The kind of walk.
    pub walk: Arc<CompiledWalk>,
    /// Its number among the walks of this kind.
    pub number: u64,
    /// Whether it only repeats the end of the walk, after all other cases.
    pub later: bool,
}

/// A request that is accepted.
#[derive(Debug, Clone)]
pub struct AcceptCase {
    /// Its family.
    pub family: String,
    /// How it differs from the family's request.
    pub change: Arc<Change>,
    /// Whether the request differs from the family's plain one. If not, its twin would be the same request and prove
    /// nothing.
    pub changed: bool,
    /// Whether its answer must be the twin's, apart from ids and times.
    pub same_as_twin: bool,
    /// The condition under which its exchange counts; without one it always does.
    pub when: Option<Arc<Expression>>,
    /// The rule that an accepted answer must satisfy.
    pub rule: Option<Arc<Expression>>,
    /// The number of the generated document that it is made from; without one, it is made from the family's base.
    pub generated: Option<u64>,
    /// The vector that it sends in place of a request of the family.
    pub vector: Option<Arc<VectorRequest>>,
    /// Whether the server may also refuse it.
    pub may_be_refused: bool,
}

impl AcceptCase {
    /// A family's request with a change, and no rule beyond its acceptance.
    #[must_use]
    pub(crate) fn new(family: String, change: Arc<Change>, changed: bool) -> Self {
        Self {
            family,
            change,
            changed,
            same_as_twin: false,
            when: None,
            rule: None,
            generated: None,
            vector: None,
            may_be_refused: false,
        }
    }
}

/// A request that is refused.
#[derive(Debug, Clone)]
pub struct RefuseCase {
    /// Its family.
    pub family: String,
    /// What is wrong with it.
    pub change: Arc<Change>,
    /// The codes that are right in the refusal.
    pub codes: Vec<i64>,
    /// The number of the generated document that it is made from.
    pub generated: Option<u64>,
}

/// A request with a credential of its own.
#[derive(Debug, Clone)]
pub struct AuthenticateCase {
    /// Its family.
    pub family: String,
    /// How it differs from the family's request, and its credential from the caller's.
    pub change: Arc<Change>,
    /// Whether the request itself differs from the family's.
    pub changed: bool,
    /// The outcome that it must have.
    pub expect: ExpectCredential,
    /// The rule that must hold if it is accepted.
    pub rule: Option<Arc<Expression>>,
    /// An operation on the thing that the family's request creates, if the credential is sent with that instead.
    pub reads: Option<Arc<CompiledOperation>>,
}

/// Several requests and a rule over them.
#[derive(Debug)]
pub struct StepsCase {
    /// The steps.
    pub steps: Vec<CompiledStep>,
    /// The questions about them; the first is that of the case's own check.
    pub asked: Vec<Asked>,
}

/// A question about steps, and the check that asks it.
#[derive(Debug)]
pub struct Asked {
    /// The check.
    pub check: usize,
    /// The question.
    pub question: Question,
    /// The parts of the steps' answers that the question reads.
    pub reads: Vec<Read>,
}

impl StepsCase {
    /// How many things it creates at the most.
    fn things(&self) -> u64 {
        self.steps.iter().filter(|step| matches!(step.send, Send::Family(_))).count() as u64
    }
}

/// A question about steps.
#[derive(Debug)]
pub enum Question {
    /// Whether a rule holds, where it applies.
    Rule {
        /// When it applies.
        applies: Option<Box<Expression>>,
        /// The rule.
        rule: Box<Expression>,
    },
    /// Which reading they show.
    Reading(Vec<(String, Expression)>),
}

/// One step.
#[derive(Debug)]
pub struct CompiledStep {
    /// Its name.
    pub name: String,
    /// Who sends it.
    pub by: Party,
    /// What is sent.
    pub send: Send,
    /// The party that comes first in the list of users.
    pub with: Option<Party>,
    /// How the request is changed.
    pub change: Change,
    /// How many times it is sent at once.
    pub at_once: Option<usize>,
    /// The outcome that it must have.
    pub expect: Expect,
}

/// What a step sends.
#[derive(Debug)]
pub enum Send {
    /// A family's request.
    Family(String),
    /// An earlier step's request.
    Again(usize),
    /// An earlier step's request as it was before its change.
    Mended(usize),
    /// An operation about what an earlier step has created; without one, the operation that reads it.
    Call(Option<Arc<CompiledOperation>>, usize),
}

/// A request that is refused for its credential.
#[derive(Debug, Clone)]
pub struct CredentialCase {
    /// The check that it belongs to.
    pub check: usize,
    /// The id of its case.
    pub id: CaseId,
    /// What is sent.
    pub case: AuthenticateCase,
}

/// A check that generated valid requests of a family belong to.
#[derive(Debug, Clone)]
pub struct Property {
    /// The check.
    pub check: usize,
    /// Its id.
    pub id: String,
    /// The family.
    pub family: String,
    /// The condition under which an exchange counts.
    pub when: Option<Arc<Expression>>,
    /// The rule that an accepted answer must satisfy.
    pub rule: Option<Arc<Expression>>,
    /// Its index among the properties of its family, and their number: they take the documents in turn.
    pub turn: [u64; 2],
}

/// A way to break a request of a family, for generated requests.
#[derive(Debug, Clone)]
pub struct NegativeCase {
    /// The check that it belongs to.
    pub check: usize,
    /// The id of the fixed case that breaks the plain request in the same way.
    pub id: CaseId,
    /// What is sent.
    pub case: RefuseCase,
}

impl Case {
    /// How many things it creates at the most.
    pub(crate) fn things(&self) -> u64 {
        match &self.kind {
            CaseKind::Accept(case) => 1 + u64::from(case.same_as_twin),
            CaseKind::Refuse(_) => 1,
            CaseKind::Authenticate(_) => 2,
            CaseKind::Steps(case) => case.things(),
            CaseKind::Walk(case) => u64::from(!case.later),
        }
    }

    /// The checks that it belongs to.
    pub fn checks(&self) -> impl Iterator<Item = usize> {
        let (shared, walked) = match &self.kind {
            CaseKind::Steps(case) => (&case.asked[..], &[][..]),
            CaseKind::Walk(case) => (&[][..], &case.walk.checks[..]),
            _ => (&[][..], &[][..]),
        };
        let shared = shared.iter().map(|asked| asked.check).chain(walked.iter().copied());
        std::iter::once(self.check).chain(shared.filter(|check| *check != self.check))
    }

    /// The family of the request that it begins with.
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        match &self.kind {
            CaseKind::Accept(case) => Some(&case.family),
            CaseKind::Refuse(case) => Some(&case.family),
            CaseKind::Authenticate(case) => Some(&case.family),
            CaseKind::Steps(case) => case.steps.iter().find_map(|step| match &step.send {
                Send::Family(family) => Some(family.as_str()),
                _ => None,
            }),
            CaseKind::Walk(case) => Some(&case.walk.family),
        }
    }

    /// Whether it fails if a valid request is not accepted.
    pub(crate) fn wants_acceptance(&self) -> bool {
        match &self.kind {
            CaseKind::Accept(_) | CaseKind::Steps(_) | CaseKind::Walk(_) => true,
            CaseKind::Authenticate(case) => case.expect == ExpectCredential::Accepted,
            CaseKind::Refuse(_) => false,
        }
    }

    /// The case that must come before it: the walk whose end it repeats.
    pub(crate) fn before(&self, plan: &Plan) -> Option<Self> {
        let CaseKind::Walk(case) = &self.kind else { return None };
        if case.later { walk_case(&case.walk, case.number, false, plan.cases.len()) } else { None }
    }

    /// Whether it is one of the walks whose ends are repeated.
    pub(crate) fn is_remembered(&self) -> bool {
        matches!(&self.kind, CaseKind::Walk(case) if !case.later && case.number < case.walk.remembered as u64)
    }

    /// How its request differs from the family's, where it is about one request.
    #[must_use]
    pub fn change(&self) -> Option<&Change> {
        match &self.kind {
            CaseKind::Accept(case) => Some(&case.change),
            CaseKind::Refuse(case) => Some(&case.change),
            CaseKind::Authenticate(case) => Some(&case.change),
            CaseKind::Steps(_) | CaseKind::Walk(_) => None,
        }
    }

    /// Whether it is made from a generated document.
    #[must_use]
    pub fn is_generated(&self) -> bool {
        match &self.kind {
            CaseKind::Accept(case) => case.generated.is_some(),
            CaseKind::Refuse(case) => case.generated.is_some(),
            CaseKind::Walk(case) => !case.later,
            CaseKind::Authenticate(_) | CaseKind::Steps(_) => false,
        }
    }
}
