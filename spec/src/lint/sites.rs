//! Lists the expressions of `requirements.yaml`, and what each may name.

use std::collections::BTreeMap;

use super::{readings, requirements};
use crate::load::Spec;
use crate::model::{CaseSpec, Cel, Clients, Derives, Parameter, Reading, Requirement, SetMember, Step, Subject};
use crate::pointer;
use crate::vocabulary::ExpressionPlace;

/// One expression of `requirements.yaml`.
#[derive(Debug, Clone)]
pub(super) struct ExpressionSite<'a> {
    /// The pointer to it.
    pub(super) at: String,
    /// The expression.
    pub(super) expression: &'a Cel,
    /// The kind of place.
    pub(super) place: ExpressionPlace,
    /// The editions in which it is evaluated.
    pub(super) editions: Vec<&'a str>,
    /// The steps that were taken before it is evaluated.
    pub(super) steps: &'a [Step],
    /// Whether `item` has a value.
    pub(super) item: bool,
    /// The parameters of the derivation that a law is about.
    pub(super) parameters: &'a [Parameter],
    /// An expression that must hold before this one is evaluated.
    pub(super) guard: Option<&'a Cel>,
    /// The changes of the requests to which it applies: members that they write exist in the request in any edition.
    pub(super) changes: Vec<&'a CaseSpec>,
}

impl ExpressionSite<'_> {
    /// Whether it is a rule or a condition, which must be true or false.
    pub(super) fn is_condition(&self) -> bool {
        self.at.rsplit('/').next().is_some_and(|member| ["rule", "when", "applies"].contains(&member))
    }
}

/// All expressions.
pub(super) fn sites(spec: &Spec) -> Vec<ExpressionSite<'_>> {
    let mut sites = Sites { all: Vec::new() };
    let editions: Vec<&str> = spec.editions().collect();
    sites.families(spec, &editions);
    sites.walks(spec, &editions);
    for (at, reading) in readings(spec) {
        sites.reading(&at, reading);
    }
    for (at, requirement) in requirements(spec) {
        sites.requirement(spec, &at, requirement);
    }
    sites.clients(&spec.document.clients, &editions);
    sites.all
}

struct Sites<'a> {
    all: Vec<ExpressionSite<'a>>,
}

/// The context that the expressions of a request share.
#[derive(Clone, Copy)]
struct RequestContext<'a, 'b> {
    editions: &'b [&'a str],
    steps: &'a [Step],
    item: bool,
}

impl<'a> Sites<'a> {
    fn families(&mut self, spec: &'a Spec, editions: &[&'a str]) {
        for (name, family) in &spec.document.requests {
            let at = pointer::join("/requests", name);
            self.set(&format!("{at}/set"), &family.set, &RequestContext { editions, steps: &[], item: false });
            for (nth, way) in family.ways.iter().enumerate() {
                let editions: &[&str] = &texts(&way.editions);
                self.set(
                    &format!("{at}/ways/{nth}/set"),
                    &way.set,
                    &RequestContext { editions, steps: &[], item: false },
                );
            }
        }
    }

    fn walks(&mut self, spec: &'a Spec, editions: &[&'a str]) {
        for (name, walk) in &spec.document.walks {
            let at = pointer::join("/walks", name);
            for (nth, action) in walk.actions.iter().enumerate() {
                let own = texts(&action.editions);
                let editions = if own.is_empty() { editions } else { &own };
                if let Some(change) = &action.change {
                    let first = self.all.len();
                    self.case(&format!("{at}/actions/{nth}/change"), change, editions, &[]);
                    self.changed(first, std::iter::once(change));
                }
            }
        }
    }

    fn reading(&mut self, at: &str, reading: &'a Reading) {
        let first = self.all.len();
        let editions = texts(&reading.editions);
        let place = if reading.steps.is_empty() { ExpressionPlace::Exchange } else { ExpressionPlace::Steps };
        let (steps, when) = (reading.steps.as_slice(), reading.when.as_ref());
        if let Some(when) = when {
            self.rule(format!("{at}/when"), when, ExpressionPlace::Exchange, &editions, &[], None);
        }
        self.steps(&format!("{at}/steps"), steps, &editions);
        for (nth, observation) in reading.observe.iter().enumerate() {
            self.rule(format!("{at}/observe/{nth}/rule"), &observation.rule, place, &editions, steps, when);
        }
        self.changed(first, steps.iter().filter_map(|step| step.change.as_ref()));
    }

    fn requirement(&mut self, spec: &'a Spec, at: &str, requirement: &'a Requirement) {
        let first = self.all.len();
        let editions = texts(&requirement.editions);
        self.rules(at, requirement, &editions);
        for (form, _, cases) in requirement.case_lists() {
            self.cases(&format!("{at}/{form}/cases"), cases, &editions);
        }
        if let Some(scenario) = &requirement.scenario {
            let at = format!("{at}/scenario");
            self.steps(&format!("{at}/steps"), &scenario.steps, &editions);
            let applies = scenario.applies.as_ref();
            if let Some(applies) = applies {
                self.rule(format!("{at}/applies"), applies, ExpressionPlace::Steps, &editions, &scenario.steps, None);
            }
            self.rule(
                format!("{at}/rule"),
                &scenario.rule,
                ExpressionPlace::Steps,
                &editions,
                &scenario.steps,
                applies,
            );
        }
        if let Some(derives) = &requirement.derives {
            self.law(spec, at, derives, requirement.when.as_ref(), &editions);
        }
        let cases = requirement.case_lists().flat_map(|(_, _, cases)| cases);
        let steps = requirement.scenario.iter().flat_map(|scenario| &scenario.steps);
        self.changed(first, cases.chain(steps.filter_map(|step| step.change.as_ref())));
    }

    /// The condition of a requirement, and its rules over one exchange, many, or a call.
    fn rules(&mut self, at: &str, requirement: &'a Requirement, editions: &[&'a str]) {
        let place = match (requirement.subject, &requirement.history) {
            (Subject::Sdk, _) => ExpressionPlace::Call,
            (Subject::Server, Some(_)) => ExpressionPlace::History,
            (Subject::Server, None) => ExpressionPlace::Exchange,
        };
        let when = requirement.when.as_ref();
        if let Some(when) = when.filter(|_| requirement.derives.is_none()) {
            self.rule(format!("{at}/when"), when, place, editions, &[], None);
        }
        let (always, history) = (requirement.always.as_ref(), requirement.history.as_ref());
        let (accepts, authenticates) = (requirement.accepts.as_ref(), requirement.authenticates.as_ref());
        let rules = [
            ("always/rule", always.map(|always| &always.rule), place, when),
            ("history/rule", history.and_then(|history| history.rule.as_ref()), place, when),
            ("history/distinct", history.and_then(|history| history.distinct.as_ref()), place, when),
            ("accepts/rule", accepts.and_then(|accepts| accepts.rule.as_ref()), ExpressionPlace::Exchange, when),
            ("authenticates/rule", authenticates.and_then(|it| it.rule.as_ref()), ExpressionPlace::Exchange, None),
        ];
        for (member, rule, place, guard) in rules {
            if let Some(rule) = rule {
                self.rule(format!("{at}/{member}"), rule, place, editions, &[], guard);
            }
        }
    }

    /// The law of a derivation, and where it applies.
    fn law(&mut self, spec: &'a Spec, at: &str, derives: &'a Derives, when: Option<&'a Cel>, editions: &[&'a str]) {
        let parameters = spec.document.derivations.get(&derives.derivation).map_or(&[][..], |d| &d.parameters);
        let law = [(format!("{at}/derives/law"), &derives.law)];
        let when = when.map(|when| (format!("{at}/when"), when));
        self.all.extend(law.into_iter().chain(when).map(|(at, expression)| ExpressionSite {
            at,
            expression,
            place: ExpressionPlace::Law,
            editions: editions.to_vec(),
            steps: &[],
            item: false,
            parameters,
            guard: None,
            changes: Vec::new(),
        }));
    }

    /// Sets the changes of all expressions from number `first` on.
    fn changed(&mut self, first: usize, changes: impl Iterator<Item = &'a CaseSpec>) {
        let changes: Vec<&CaseSpec> = changes.collect();
        for site in &mut self.all[first..] {
            site.changes.clone_from(&changes);
        }
    }

    fn rule(
        &mut self,
        at: String,
        expression: &'a Cel,
        place: ExpressionPlace,
        editions: &[&'a str],
        steps: &'a [Step],
        guard: Option<&'a Cel>,
    ) {
        let editions = editions.to_vec();
        self.all.push(ExpressionSite {
            at,
            expression,
            place,
            editions,
            steps,
            item: false,
            parameters: &[],
            guard,
            changes: Vec::new(),
        });
    }

    fn making(&mut self, at: String, expression: &'a Cel, context: &RequestContext<'a, '_>) {
        self.at(ExpressionPlace::Making, at, expression, context);
    }

    fn at(&mut self, place: ExpressionPlace, at: String, expression: &'a Cel, context: &RequestContext<'a, '_>) {
        self.all.push(ExpressionSite {
            at,
            expression,
            place,
            editions: context.editions.to_vec(),
            steps: context.steps,
            item: context.item,
            parameters: &[],
            guard: None,
            changes: Vec::new(),
        });
    }

    fn set(&mut self, at: &str, members: &'a [SetMember], context: &RequestContext<'a, '_>) {
        for (nth, member) in members.iter().enumerate() {
            let own: Vec<&str> = member.editions.iter().map(String::as_str).collect();
            let editions = if own.is_empty() { context.editions } else { &own };
            self.making(format!("{at}/{nth}/to"), &member.to, &RequestContext { editions, ..*context });
        }
    }

    /// The expressions of what SDKs are asked to create, and of the answers.
    fn clients(&mut self, clients: &'a Clients, editions: &[&'a str]) {
        let context = RequestContext { editions, steps: &[], item: false };
        for (nth, creation) in clients.creations.iter().enumerate() {
            for (name, to) in &creation.arguments {
                let at = pointer::join(&format!("/clients/creations/{nth}/arguments"), name);
                self.at(ExpressionPlace::Answering, at, to, &context);
            }
        }
        for (nth, member) in clients.answer.set.iter().enumerate() {
            self.at(ExpressionPlace::Answering, format!("/clients/answer/set/{nth}/to"), &member.to, &context);
        }
        for (nth, answer) in clients.answers.iter().enumerate() {
            let at = format!("/clients/answers/{nth}");
            if let Some(list) = &answer.for_each {
                self.at(ExpressionPlace::Answering, format!("{at}/for_each"), list, &context);
            }
            let context = RequestContext { item: answer.for_each.is_some(), ..context };
            for (nth, member) in answer.set.iter().enumerate() {
                self.at(ExpressionPlace::Answering, format!("{at}/set/{nth}/to"), &member.to, &context);
            }
        }
    }

    fn cases(&mut self, at: &str, cases: &'a [CaseSpec], editions: &[&'a str]) {
        for (nth, case) in cases.iter().enumerate() {
            self.case(&format!("{at}/{nth}"), case, editions, &[]);
        }
    }

    fn case(&mut self, at: &str, case: &'a CaseSpec, editions: &[&'a str], steps: &'a [Step]) {
        let own: Vec<&str> = case.editions.iter().map(String::as_str).collect();
        let editions = if own.is_empty() { editions } else { &own };
        if let Some(list) = &case.for_each {
            self.making(format!("{at}/for_each"), list, &RequestContext { editions, steps, item: false });
        }
        let context = RequestContext { editions, steps, item: case.for_each.is_some() };
        self.set(&format!("{at}/set"), &case.set, &context);
        if let Some(body) = &case.body {
            self.making(format!("{at}/body"), body, &context);
        }
        if let Some(path) = &case.path {
            self.making(format!("{at}/path"), path, &context);
        }
        if let Some(credential) = &case.credential {
            let sig_of = credential.sig_of.iter().filter_map(|sig_of| sig_of.body.as_ref());
            let of_claims = |name: &'static str, claims: &'a BTreeMap<String, Cel>| {
                let at = format!("{at}/credential/{name}");
                claims.iter().map(move |(claim, to)| (pointer::join(&at, claim), to))
            };
            let sites = of_claims("claims", &credential.claims).chain(of_claims("raw_claims", &credential.raw_claims));
            let sites = sites.chain(sig_of.map(|body| (format!("{at}/credential/sig_of/body"), body)));
            for (at, expression) in sites {
                self.at(ExpressionPlace::Credential, at, expression, &context);
            }
        }
    }

    fn steps(&mut self, at: &str, steps: &'a [Step], editions: &[&'a str]) {
        for (nth, step) in steps.iter().enumerate() {
            if let Some(change) = &step.change {
                self.case(&format!("{at}/{nth}/change"), change, editions, &steps[..nth]);
            }
        }
    }
}

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}
