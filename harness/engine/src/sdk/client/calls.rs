//! The calls by which an SDK is judged as a client, and the rules over them, compiled for one edition.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use mixinspec_spec::model::{
    AnswerEnding, AnswerKind, ClientCreation as CreationSpec, LeftOut, OtherAnswer, PatchOp, SetMember, Signing,
    Subject,
};
use mixinspec_spec::{Read, Spec};
use serde_json::Value;

use crate::cel::{Expression, ExpressionError, Scope, Vocabulary};
use crate::edition::schema::Violation;
use crate::identity::case_id::CaseId;
use crate::sdk::adapter::protocol::{Category, CreateOption, Creation, Hello};

/// A rule over one call.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The index of its check.
    pub(crate) check: usize,
    /// Its requirement's id.
    pub(crate) id: String,
    /// The requirement's statement.
    pub(crate) statement: String,
    /// When it applies.
    pub(crate) when: Option<Expression>,
    /// The rule.
    pub(crate) rule: Expression,
    /// The parts of the request that it reads.
    pub(crate) reads: Vec<Read>,
    /// The requirement that a request satisfies its schema: this rule is blocked where that one is broken in what it
    /// reads.
    pub(crate) waits_for: Option<String>,
}

/// A call to an SDK.
#[derive(Debug)]
pub(crate) struct ClientCall {
    /// Its name: the last part of its cases' ids.
    pub(crate) name: String,
    /// The task of the call.
    pub(crate) what: What,
}

/// What an SDK has to do.
#[derive(Debug)]
pub(crate) enum What {
    /// Create a conversation; the server answers by this plan.
    Create(Box<Create>, Arc<AnswerPlan>),
    /// To sign a request.
    Sign(Signing),
}

/// A conversation that is to be created.
#[derive(Debug, Clone)]
pub(crate) struct Create {
    /// Its category.
    pub(crate) category: Category,
    /// How many participants there are.
    pub(crate) participants: usize,
    /// The role of the first.
    pub(crate) role: Option<String>,
    /// How options that have no value are given.
    pub(crate) left_out: Option<LeftOut>,
    /// The other arguments.
    pub(crate) arguments: BTreeMap<String, String>,
    needs: Vec<String>,
}

/// How an answer is made.
#[derive(Debug)]
pub(crate) struct AnswerPlan {
    /// Its name.
    pub(crate) name: String,
    /// Whether it accepts, refuses or fails.
    pub(crate) kind: AnswerKind,
    /// The status.
    pub(crate) status: u16,
    /// The JSON that it starts from.
    pub(crate) body: Value,
    /// Members whose values follow from the request; one whose expression has no value stays as it is.
    pub(crate) right: Vec<(String, Expression)>,
    /// The changes that are applied next.
    pub(crate) patch: Vec<PatchOp>,
    /// Members that are set last.
    pub(crate) set: Vec<(String, Expression)>,
    /// The value of `item`.
    pub(crate) item: Option<Value>,
    /// The whole body as text, in place of JSON.
    pub(crate) text: Option<String>,
    /// The media type.
    pub(crate) content_type: String,
    /// How it ends.
    pub(crate) ending: AnswerEnding,
    /// The pause, if its ending has one; `None` means the usual pause.
    pub(crate) pause: Option<Duration>,
}

/// The rules and calls of an edition.
#[derive(Debug)]
pub(crate) struct Calls {
    /// The rules.
    pub(crate) rules: Vec<Rule>,
    /// The calls.
    pub(crate) calls: Vec<ClientCall>,
}

impl Calls {
    /// The rules and calls of an edition; `check` finds the index of a requirement's check.
    ///
    /// # Errors
    /// When an expression is not CEL, or an argument cannot be evaluated.
    pub(crate) fn compile(
        spec: &Spec,
        edition: &str,
        vocabulary: &Vocabulary,
        check: impl Fn(&str) -> Option<usize>,
    ) -> Result<Self, ExpressionError> {
        let rules = Self::rules(spec, edition, check)?;
        let clients = &spec.document.clients;
        let answers = CallResults::of(spec, edition, vocabulary);
        let mut calls = Vec::new();
        for creation in &clients.creations {
            let what = What::Create(Box::new(create(creation, vocabulary)?), Arc::new(answers.right()?));
            calls.push(ClientCall { name: creation.name.clone(), what });
        }
        for plan in answers.all_others(spec)?.into_iter().map(Arc::new) {
            for plain in [Category::Group, Category::Contact] {
                let creation = clients.creations.iter().find(|creation| category(creation) == plain);
                if let Some(creation) = creation {
                    let create = create(creation, vocabulary)?;
                    let name = format!("{}-answered-{}", creation.name, plan.name);
                    calls.push(ClientCall { name, what: What::Create(Box::new(create), Arc::clone(&plan)) });
                }
            }
        }
        for signing in &clients.signings {
            calls.push(ClientCall { name: format!("sign-{}", signing.name), what: What::Sign(signing.clone()) });
        }
        Ok(Self { rules, calls })
    }

    /// The rules of an edition.
    ///
    /// # Errors
    /// When an expression is no CEL.
    pub(crate) fn rules(
        spec: &Spec,
        edition: &str,
        check: impl Fn(&str) -> Option<usize>,
    ) -> Result<Vec<Rule>, ExpressionError> {
        let mut rules: Vec<Rule> = Vec::new();
        for requirement in spec.requirements(edition).filter(|requirement| requirement.subject == Subject::Sdk) {
            let (Some(always), Some(check)) = (&requirement.always, check(&requirement.id)) else { continue };
            rules.push(Rule {
                check,
                id: requirement.id.clone(),
                statement: requirement.statement.clone(),
                when: requirement.when.as_ref().map(|when| Expression::compile(when.as_str())).transpose()?,
                reads: reads(always.rule.as_str()),
                rule: Expression::compile(always.rule.as_str())?,
                waits_for: None,
            });
        }
        let judges_schema = |rule: &Rule| names(&rule.rule).contains("violations");
        if let Some(schema) = rules.iter().find(|rule| judges_schema(rule)).map(|rule| rule.id.clone()) {
            for rule in rules.iter_mut().filter(|rule| !judges_schema(rule)) {
                rule.waits_for = Some(schema.clone());
            }
        }
        Ok(rules)
    }

    /// The answers of an edition: first the right one.
    ///
    /// # Errors
    /// When an expression is no CEL, or cannot be evaluated.
    pub(crate) fn answers(
        spec: &Spec,
        edition: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Vec<AnswerPlan>, ExpressionError> {
        let answers = CallResults::of(spec, edition, vocabulary);
        Ok(std::iter::once(answers.right()?).chain(answers.all_others(spec)?).collect())
    }

    /// The rule and the call of a case's id.
    pub(crate) fn by_id(&self, id: &CaseId) -> Option<(&Rule, &ClientCall)> {
        let name = id.name()?;
        let rule = self.rules.iter().find(|rule| rule.id == id.requirement())?;
        Some((rule, self.calls.iter().find(|call| call.name == name)?))
    }

    /// The ids of the cases of a check: every call, whether the rule applies to it or not.
    pub(crate) fn cases_of(&self, check: usize) -> impl Iterator<Item = CaseId> {
        let rules = self.rules.iter().filter(move |rule| rule.check == check);
        rules.flat_map(|rule| self.calls.iter().map(|call| CaseId::new(&rule.id, &call.name)))
    }
}

impl ClientCall {
    /// The first capability that the call needs and the SDK lacks; `None` if it can be made.
    pub(crate) fn missing(&self, hello: &Hello) -> Option<String> {
        let capabilities = &hello.capabilities;
        let (create, creation) = match (&self.what, &capabilities.create_conversation) {
            (What::Sign(_), _) => return (!capabilities.sign).then(|| "sign".into()),
            (What::Create(..), None) => return Some("create_conversation".into()),
            (What::Create(create, _), Some(creation)) => (create, creation),
        };
        if !creation.categories.contains(&create.category) {
            return Some(create.category.name().into());
        }
        if let Some(way) = create.left_out.filter(|way| !creation.left_out.contains(way)) {
            return Some(format!("options that are given as {}", way.name()));
        }
        let has = |name: &str| creation.options.iter().any(|option| option.name() == name);
        create.needs.iter().find(|need| !has(need)).cloned()
    }
}

impl Rule {
    /// Whether the rule applies. It does not if its condition cannot be evaluated: then something that it reads is
    /// missing.
    pub(crate) fn applies(&self, scope: &Scope<'_>) -> bool {
        self.when.as_ref().is_none_or(|when| scope.holds(when) == Ok(true))
    }

    /// Why the rule is blocked: the request breaks its schema where the rule reads.
    pub(crate) fn blocked(&self, violations: &[Violation]) -> Option<String> {
        let waits_for = self.waits_for.as_ref()?;
        let read = |violation: &Violation| self.reads.iter().any(|read| read.touches(&violation.instance));
        violations.iter().any(read).then(|| format!("the request breaks {waits_for} where this rule reads"))
    }

    /// Whether its condition names a variable.
    pub(crate) fn is_about(&self, variable: &str) -> bool {
        self.when.as_ref().is_some_and(|when| names(when).contains(variable))
    }
}

/// The parts of the request that a rule reads, without its root: whether there is a request is not up to its schema.
fn reads(rule: &str) -> Vec<Read> {
    // A loaded spec has only expressions that parse.
    let all = mixinspec_spec::request_reads(rule).unwrap_or_default();
    all.into_iter().filter(|read| !read.pointer.is_empty()).collect()
}

/// The variables that an expression names.
fn names(expression: &Expression) -> BTreeSet<String> {
    // A loaded spec has only expressions that parse.
    mixinspec_spec::variables(expression.source()).unwrap_or_default()
}

impl Create {
    /// Whether an SDK takes an option.
    pub(crate) fn says(creation: &Creation, option: CreateOption) -> bool {
        creation.options.contains(&option)
    }
}

struct CallResults<'a> {
    edition: &'a str,
    vocabulary: &'a Vocabulary,
    example: Value,
    right: &'a [SetMember],
}

impl<'a> CallResults<'a> {
    fn of(spec: &'a Spec, edition: &'a str, vocabulary: &'a Vocabulary) -> Self {
        let answer = &spec.document.clients.answer;
        let example = answer.example.get(edition).and_then(|at| spec.schema(edition, at.as_str()));
        Self { edition, vocabulary, example: example.cloned().unwrap_or_default(), right: &answer.set }
    }

    /// All but the right answer.
    fn all_others(&self, spec: &Spec) -> Result<Vec<AnswerPlan>, ExpressionError> {
        let here = |one: &&OtherAnswer| one.editions.is_empty() || one.editions.iter().any(|e| e == self.edition);
        let mut all = Vec::new();
        for answer in spec.document.clients.answers.iter().filter(here) {
            all.extend(self.others(answer)?);
        }
        Ok(all)
    }

    fn members(&self, set: &[SetMember]) -> Result<Vec<(String, Expression)>, ExpressionError> {
        let here =
            set.iter().filter(|member| member.editions.is_empty() || member.editions.iter().any(|e| e == self.edition));
        here.map(|member| Ok((member.at.0.clone(), Expression::compile(member.to.as_str())?))).collect()
    }

    /// The right answer.
    fn right(&self) -> Result<AnswerPlan, ExpressionError> {
        Ok(AnswerPlan {
            name: "right".into(),
            kind: AnswerKind::Accepted,
            status: 200,
            body: self.example.clone(),
            right: self.members(self.right)?,
            patch: Vec::new(),
            set: Vec::new(),
            item: None,
            text: None,
            content_type: "application/json".into(),
            ending: AnswerEnding::Whole,
            pause: None,
        })
    }

    fn others(&self, answer: &OtherAnswer) -> Result<Vec<AnswerPlan>, ExpressionError> {
        let items = match &answer.for_each {
            None => vec![None],
            Some(list) => match self.vocabulary.scope().json(&Expression::compile(list.as_str())?)? {
                Value::Array(items) => items.into_iter().map(Some).collect(),
                one => vec![Some(one)],
            },
        };
        items.into_iter().map(|item| self.other(answer, item)).collect()
    }

    fn other(&self, answer: &OtherAnswer, item: Option<Value>) -> Result<AnswerPlan, ExpressionError> {
        let name = match item.as_ref().and_then(Value::as_str) {
            // Ids have no dots: an item of a dot and digits is named by its number of digits.
            Some(item) if item.starts_with('.') => format!("{}-{}", answer.name, item.len() - 1),
            Some("") => format!("{}-0", answer.name),
            Some(item) => format!("{}-{item}", answer.name),
            None => answer.name.clone(),
        };
        let right = if answer.body.is_none() { self.members(self.right)? } else { Vec::new() };
        Ok(AnswerPlan {
            name,
            kind: answer.kind,
            status: answer.status.unwrap_or(200),
            body: answer.body.clone().unwrap_or_else(|| self.example.clone()),
            right,
            patch: answer.patch.clone(),
            set: self.members(&answer.set)?,
            item,
            text: answer.text.clone(),
            content_type: answer.content_type.clone().unwrap_or_else(|| "application/json".into()),
            ending: answer.ending,
            pause: None,
        })
    }
}

fn category(creation: &CreationSpec) -> Category {
    if creation.category == "CONTACT" { Category::Contact } else { Category::Group }
}

fn create(creation: &CreationSpec, vocabulary: &Vocabulary) -> Result<Create, ExpressionError> {
    let mut arguments = BTreeMap::new();
    for (name, value) in &creation.arguments {
        if let Value::String(text) = vocabulary.scope().json(&Expression::compile(value.as_str())?)? {
            arguments.insert(name.clone(), text);
        }
    }
    Ok(Create {
        category: category(creation),
        participants: creation.participants,
        role: creation.role.clone(),
        left_out: creation.left_out,
        arguments,
        needs: creation.needs.clone(),
    })
}
